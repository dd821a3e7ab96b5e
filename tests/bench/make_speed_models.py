#!/usr/bin/env python3
"""Real-width GGUF models with random weights, for speed work only (the text they produce is noise).

  make_speed_models.py OUT.gguf MODEL [--type Q4_K|Q8_0|F16] [--layers N]
MODEL: dsv2-lite, qwen3-30b-a3b, gpt-oss-20b, r1-qwen-1.5b, r1-qwen-7b, dense-16b. Blocks are written directly in the target type (no
quantiser needed, no temporary file); Q4_K rows that are not a multiple of 256 are stored as Q5_0, as real V2-Lite files do.
Every weight has its own bytes in the file, so memory traffic is that of the real model. Needs numpy.
"""
import argparse, os, struct, sys
import numpy as np
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "arch"))
from make_reference_models import Gguf, Maker, U32, F32

ID = {'F32': 0, 'F16': 1, 'Q5_0': 6, 'Q8_0': 8, 'Q4_K': 12, 'MXFP4': 39}
BLOCK = {'F32': (1, 4), 'F16': (1, 2), 'Q5_0': (32, 22), 'Q8_0': (32, 34), 'Q4_K': (256, 144), 'MXFP4': (32, 17)}

def pool(ty, r, n_bytes=1 << 24):
    """About n_bytes of valid random blocks with a standard deviation near 0.02."""
    e, b = BLOCK[ty]; n = n_bytes // b
    if ty == 'F16': return (r.standard_normal(n) * 0.02).astype(np.float16).tobytes(), b
    a = r.integers(0, 256, (n, b), dtype=np.uint8)
    def half(col, v): a[:, col:col + 2] = np.frombuffer(np.float16(v).tobytes(), np.uint8)
    if ty == 'Q4_K': half(0, 1.4e-4); half(2, 1.05e-3)
    elif ty == 'Q5_0': half(0, 2.2e-3)
    elif ty == 'Q8_0': half(0, 2.7e-4)
    elif ty == 'MXFP4': a[:, 0] = 120
    return a.tobytes(), b

class Big(Gguf):
    """Tensors are (name, dims in GGUF order, type)."""
    def write(s, path, r):
        pools = {}
        with open(path, 'wb') as f:
            f.write(b'GGUF' + struct.pack('<IQQ', 3, len(s.t), len(s.kv)))
            for k, ty, v, sub in s.kv: f.write(s._str(k) + struct.pack('<I', ty) + s._val(ty, v, sub))
            off = 0
            size = lambda dims, ty: int(np.prod(dims)) // BLOCK[ty][0] * BLOCK[ty][1]
            for n, dims, ty in s.t:
                f.write(s._str(n) + struct.pack('<I', len(dims)) + b''.join(struct.pack('<Q', d) for d in dims) + struct.pack('<IQ', ID[ty], off))
                off += (size(dims, ty) + 31) // 32 * 32
            f.write(b'\0' * (-f.tell() % 32))
            for n, dims, ty in s.t:
                left = size(dims, ty)
                if ty == 'F32': f.write((1 + 0.1 * r.standard_normal(left // 4)).astype(np.float32).tobytes() if 'norm' in n else (0.02 * r.standard_normal(left // 4)).astype(np.float32).tobytes())
                else:
                    if ty not in pools: pools[ty] = pool(ty, r)
                    data, b = pools[ty]; pad = left
                    while pad:
                        o = int(r.integers(0, 4096)) * b; c = min(pad, len(data) - o); f.write(data[o:o + c]); pad -= c
                f.write(b'\0' * (-left % 32))

class M(Maker):
    def __init__(s, arch, nv, name, ty):
        super().__init__(arch, None, nv, name); kv = s.g.kv; s.g = Big(); s.g.kv = kv; s.ty = ty
    def w(s, n, *dims, ty=None, **_):
        ty = ty or s.ty
        if ty == 'Q4_K' and dims[0] % 256: ty = 'Q5_0'
        s.g.t.append((n + '.weight', dims, ty))
    def norm(s, n, k): s.g.t.append((n + '.weight', (k,), 'F32'))
    def bias(s, n, *dims): s.g.t.append((n + '.bias', dims, 'F32'))
    def f32(s, n, *dims): s.g.t.append((n + '.weight', dims, 'F32'))

def attn(m, p, d, h, kv, hd, bias=False):
    for n, k in (('attn_q', h * hd), ('attn_k', kv * hd), ('attn_v', kv * hd)):
        m.w(p + n, d, k)
        if bias: m.bias(p + n, k)
    m.w(p + 'attn_output', h * hd, d)
def dense(m, p, d, ff): m.w(p + 'ffn_gate', d, ff); m.w(p + 'ffn_up', d, ff); m.w(p + 'ffn_down', ff, d)
def experts(m, p, d, ff, n, ty=None):
    m.f32(p + 'ffn_gate_inp', d, n); m.w(p + 'ffn_gate_exps', d, ff, n, ty=ty); m.w(p + 'ffn_up_exps', d, ff, n, ty=ty); m.w(p + 'ffn_down_exps', ff, d, n, ty=ty)

def dsv2_lite(ty, L):
    L = L or 27; m = M('deepseek2', 102400, 'dsv2-lite-speed', ty); d, h, nope, rope, vd, c = 2048, 16, 128, 64, 128, 512
    m.common(L, d, 10944, h, 1, ctx=163840); m.u('rope.dimension_count', rope); m.u('leading_dense_block_count', 1); m.u('attention.kv_lora_rank', c); m.u('attention.q_lora_rank', 0)
    m.u('attention.key_length', c + rope); m.u('attention.value_length', c); m.u('attention.key_length_mla', nope + rope); m.u('attention.value_length_mla', vd)
    m.u('expert_count', 64); m.u('expert_used_count', 6); m.u('expert_shared_count', 2); m.u('expert_feed_forward_length', 1408); m.f('expert_weights_scale', 1.0); m.b('expert_weights_norm', False); m.u('expert_gating_func', 1)
    m.st('rope.scaling.type', 'yarn'); m.f('rope.scaling.factor', 40.0); m.u('rope.scaling.original_context_length', 4096); m.f('rope.scaling.yarn_log_multiplier', 0.0707); m.ends(d)
    for i in range(L):
        p = f'blk.{i}.'; m.norm(p + 'attn_norm', d); m.w(p + 'attn_q', d, h * (nope + rope)); m.w(p + 'attn_kv_a_mqa', d, c + rope); m.norm(p + 'attn_kv_a_norm', c)
        m.w(p + 'attn_k_b', nope, c, h); m.w(p + 'attn_v_b', c, vd, h); m.w(p + 'attn_output', h * vd, d); m.norm(p + 'ffn_norm', d)
        if i == 0: dense(m, p, d, 10944)
        else: experts(m, p, d, 1408, 64); [m.w(p + f'ffn_{k}_shexp', *x) for k, x in (('gate', (d, 2816)), ('up', (d, 2816)), ('down', (2816, d)))]
    return m
def qwen3_moe(ty, L):
    L = L or 48; m = M('qwen3moe', 151936, 'qwen3-30b-a3b-speed', ty); d, h, kv, hd = 2048, 32, 4, 128
    m.common(L, d, 6144, h, kv, ctx=40960, base=1e6); m.u('attention.key_length', hd); m.u('attention.value_length', hd); m.u('expert_count', 128); m.u('expert_used_count', 8); m.u('expert_feed_forward_length', 768); m.ends(d)
    for i in range(L):
        p = f'blk.{i}.'; m.norm(p + 'attn_norm', d); attn(m, p, d, h, kv, hd); m.norm(p + 'attn_q_norm', hd); m.norm(p + 'attn_k_norm', hd); m.norm(p + 'ffn_norm', d); experts(m, p, d, 768, 128)
    return m
def gpt_oss(ty, L):
    L = L or 24; m = M('gpt-oss', 201088, 'gpt-oss-20b-speed', 'Q8_0'); d, h, kv, hd, ff, n = 2880, 64, 8, 64, 2880, 32
    m.common(L, d, ff, h, kv, ctx=131072, base=150000.0, eps=1e-5); m.u('rope.dimension_count', hd); m.u('attention.key_length', hd); m.u('attention.value_length', hd); m.u('attention.sliding_window', 128)
    m.u('expert_count', n); m.u('expert_used_count', 4); m.u('expert_feed_forward_length', ff); m.st('rope.scaling.type', 'yarn'); m.f('rope.scaling.factor', 32.0); m.u('rope.scaling.original_context_length', 4096); m.ends(d)
    for i in range(L):
        p = f'blk.{i}.'; m.norm(p + 'attn_norm', d); m.norm(p + 'post_attention_norm', d); attn(m, p, d, h, kv, hd, True); m.bias(p + 'attn_output', d); m.f32(p + 'attn_sinks', h)
        experts(m, p, d, ff, n, 'MXFP4'); m.bias(p + 'ffn_gate_inp', n); m.bias(p + 'ffn_gate_exps', ff, n); m.bias(p + 'ffn_up_exps', ff, n); m.bias(p + 'ffn_down_exps', d, n)
    return m
def qwen2(ty, L, d, h, kv, ff, L0, name, nv=151936):
    L = L or L0; m = M('qwen2', nv, name, ty); hd = d // h; m.common(L, d, ff, h, kv, ctx=131072); m.ends(d)
    for i in range(L): p = f'blk.{i}.'; m.norm(p + 'attn_norm', d); attn(m, p, d, h, kv, hd, True); m.norm(p + 'ffn_norm', d); dense(m, p, d, ff)
    return m
MODELS = {'dsv2-lite': dsv2_lite, 'qwen3-30b-a3b': qwen3_moe, 'gpt-oss-20b': gpt_oss,
          'r1-qwen-1.5b': lambda t, l: qwen2(t, l, 1536, 12, 2, 8960, 28, 'r1-qwen-1.5b-speed'), 'r1-qwen-7b': lambda t, l: qwen2(t, l, 3584, 28, 4, 18944, 28, 'r1-qwen-7b-speed'),
          'dense-16b': lambda t, l: qwen2(t, l, 5120, 40, 8, 13824, 54, 'dense-16b-speed', 102400)}   # as many weights as V2-Lite, all of them active

if __name__ == '__main__':
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter); ap.add_argument('out'); ap.add_argument('model', choices=MODELS)
    ap.add_argument('--type', default='Q4_K', choices=('Q4_K', 'Q8_0', 'F16')); ap.add_argument('--layers', type=int, default=0); a = ap.parse_args()
    m = MODELS[a.model](a.type, a.layers); m.g.write(a.out, np.random.default_rng(5)); print(a.out, f'{os.path.getsize(a.out) / 1e9:.2f} GB')
