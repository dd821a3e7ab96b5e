"""The model: DeepSeek-V2 in miniature, with multi-head latent attention and shared and routed experts (GGUF architecture deepseek2)."""
import ctypes
import dataclasses
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

MOST_PARAMETERS = 13_500_000


def keep_memory():
    """Lets the C library keep what is freed: it gives large blocks back to the system at once, and to get them again, filled with zeros, takes most of the time of a step (five times as
    long in all, measured with the preset cpu-small)."""
    trim_threshold, mmap_max = -1, -4  # of malloc.h, with glibc
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(mmap_max, 0)
        library.mallopt(trim_threshold, 2**31 - 1)


@dataclasses.dataclass
class Config:
    """Sizes. Every width is a multiple of 32, so that Q8_0 works everywhere."""
    vocab: int = 4096
    d: int = 192              # width of the model
    layers: int = 5           # the first one is dense, the others have experts
    heads: int = 6
    nope: int = 32            # of a head's query and key, the part without position
    rope: int = 32            # the rotary part; of the keys one for all heads
    v: int = 32               # of a head's value
    kv_rank: int = 64         # width of the compressed keys and values
    ff_dense: int = 512
    experts: int = 12
    top_k: int = 2
    ff_exp: int = 128         # width of a routed expert
    shared: int = 1           # shared experts, each ff_exp wide
    ctx: int = 2048
    rope_base: float = 10000.0
    eps: float = 1e-6


class RMSNorm(nn.Module):
    def __init__(self, width, eps):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x):
        h = x.float()
        return (h * torch.rsqrt(h.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight).to(x.dtype)


class Matrix(nn.Module):
    """Weights [..., out, in], with a LoRA pair beside them or without: W + s B A."""

    def __init__(self, *shape, std=0.02):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(*shape) * std)
        self.A = self.B = None
        self.s = 0.0

    def add_lora(self, rank, alpha):
        *stack, out, width = self.weight.shape
        self.A = nn.Parameter(torch.randn(*stack, rank, width) * width ** -0.5)
        self.B = nn.Parameter(torch.zeros(*stack, out, rank))
        self.s = alpha / rank

    @property
    def w(self):
        return self.weight if self.A is None else self.weight + self.s * (self.B @ self.A)

    def forward(self, x):
        return F.linear(x, self.w)


def rotate(x, turns):
    """Rotary embedding of neighbouring pairs (2i, 2i+1). x [..., T, heads, rope], turns complex [T, 1, rope/2]."""
    pairs = torch.view_as_complex(x.float().reshape(*x.shape[:-1], -1, 2))
    return torch.view_as_real(pairs * turns).flatten(-2).to(x.dtype)


class Attention(nn.Module):
    """Multi-head latent attention without compressed queries, as in DeepSeek-V2-Lite."""

    def __init__(self, c):
        super().__init__()
        self.c = c
        self.q = Matrix(c.heads * (c.nope + c.rope), c.d)
        self.kv_a = Matrix(c.kv_rank + c.rope, c.d)
        self.kv_norm = RMSNorm(c.kv_rank, c.eps)
        self.kv_b = Matrix(c.heads * (c.nope + c.v), c.kv_rank, std=0.5 * c.kv_rank ** -0.5)
        self.o = Matrix(c.d, c.heads * c.v, std=0.02 / math.sqrt(2 * c.layers))

    def forward(self, x, turns, mask):
        c, (rows, length, _) = self.c, x.shape
        q_nope, q_rope = self.q(x).view(rows, length, c.heads, c.nope + c.rope).split([c.nope, c.rope], -1)
        latent, k_rope = self.kv_a(x).split([c.kv_rank, c.rope], -1)
        k_nope, v = self.kv_b(self.kv_norm(latent)).view(rows, length, c.heads, c.nope + c.v).split([c.nope, c.v], -1)
        k_rope = rotate(k_rope.unsqueeze(2), turns).expand(-1, -1, c.heads, -1)
        q = torch.cat([q_nope, rotate(q_rope, turns)], -1).transpose(1, 2)
        k = torch.cat([k_nope, k_rope], -1).transpose(1, 2)
        v = v.transpose(1, 2)
        if hasattr(F, "scaled_dot_product_attention"):
            y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        else:
            y = (q @ k.transpose(-1, -2) * (c.nope + c.rope) ** -0.5).masked_fill(~mask, float("-inf")).softmax(-1) @ v
        return self.o(y.transpose(1, 2).reshape(rows, length, -1))


class FeedForward(nn.Module):
    def __init__(self, c, width):
        super().__init__()
        self.gate, self.up = Matrix(width, c.d), Matrix(width, c.d)
        self.down = Matrix(c.d, width, std=0.02 / math.sqrt(2 * c.layers))

    def forward(self, x, kinds=None):
        return self.down(F.silu(self.gate(x)) * self.up(x))


class Experts(nn.Module):
    """Shared experts and top_k of the routed ones; softmax gate, the chosen probabilities stay as they are (scale 1)."""

    def __init__(self, c):
        super().__init__()
        self.c = c
        self.router = Matrix(c.experts, c.d)
        self.shared = FeedForward(c, c.ff_exp * c.shared)
        self.gate, self.up = Matrix(c.experts, c.ff_exp, c.d), Matrix(c.experts, c.ff_exp, c.d)
        self.down = Matrix(c.experts, c.d, c.ff_exp, std=0.02 / math.sqrt(2 * c.layers) * c.experts / 2)  # gates begin near 1/experts
        self.register_buffer("usage", torch.zeros(c.experts), persistent=False)
        self.aux = 0.0

    def one_by_one(self, x, expert, counts):
        """Each expert's tokens by themselves: no work for nothing, many small products. For processors."""
        gate, up, down = self.gate.w, self.up.w, self.down.w
        parts = [F.linear(F.silu(F.linear(h, gate[i])) * F.linear(h, up[i]), down[i]) for i, h in enumerate(x.split(counts.tolist()))]
        return torch.cat(parts)

    def together(self, x, expert, counts):
        """All experts in three products, each filled up to the busiest one. For graphics cards, and for bfloat16 on processors, where every
        new shape of a product costs as much as its first thousand rows: few shapes, therefore."""
        most = -(-int(counts.max()) // 64) * 64
        place = torch.arange(len(x), device=x.device) - (counts.cumsum(0) - counts)[expert]
        filled = x.new_zeros(self.c.experts, most, x.shape[-1]).index_put((expert, place), x)
        h = F.silu(filled @ self.gate.w.to(x.dtype).transpose(1, 2)) * (filled @ self.up.w.to(x.dtype).transpose(1, 2))
        return (h @ self.down.w.to(x.dtype).transpose(1, 2))[expert, place]

    def unevenness(self, p, expert, token, kinds):
        """1: all experts work the same in each kind of text that is there; more otherwise (Switch Transformer, section 2.2)."""
        c, kind = self.c, F.one_hot(kinds.reshape(-1)).float()
        work = p.new_zeros(kind.shape[1], c.experts).index_add(1, expert, kind.index_select(0, token).t())
        there = kind.sum(0).clamp(min=1)
        each = c.experts * (work / (there * c.top_k).unsqueeze(1) * (kind.t() @ p) / there.unsqueeze(1)).sum(1)
        return each[kind.sum(0) > 0].mean()

    def forward(self, x, kinds=None):
        c, shape = self.c, x.shape
        x = x.reshape(-1, c.d)
        with torch.autocast(x.device.type, enabled=False):
            p = F.linear(x.float(), self.router.w.float()).softmax(-1)
        chosen, expert = p.topk(c.top_k, -1)
        expert, order = expert.flatten().sort(stable=True)
        token = torch.div(order, c.top_k, rounding_mode="floor")
        counts = torch.bincount(expert, minlength=c.experts)
        compute = self.together if x.is_cuda or torch.is_autocast_cpu_enabled() else self.one_by_one
        y = compute(x.index_select(0, token), expert, counts)
        y = y * chosen.flatten().index_select(0, order).unsqueeze(1).to(y.dtype)
        out = self.shared(x)
        out = out.index_add(0, token, y.to(out.dtype))
        if self.training:
            with torch.autocast(x.device.type, enabled=False):
                self.aux = self.unevenness(p, expert, token, torch.zeros(len(x), dtype=torch.long, device=x.device) if kinds is None else kinds)
        self.usage += counts
        return out.view(shape)


class Block(nn.Module):
    def __init__(self, c, index, dropout):
        super().__init__()
        self.n1, self.n2 = RMSNorm(c.d, c.eps), RMSNorm(c.d, c.eps)
        self.attn = Attention(c)
        self.ffn = FeedForward(c, c.ff_dense) if index == 0 else Experts(c)
        self.drop = nn.Dropout(dropout)

    def forward(self, x, turns, mask, kinds):
        x = x + self.drop(self.attn(self.n1(x), turns, mask))
        return x + self.drop(self.ffn(self.n2(x), kinds))


class Model(nn.Module):
    """Tokens [rows, length] to hidden states; `logits` uses the table of tokens again. `kinds` numbers the kind of text of each token, for the even use of experts.
    With `inner` a pair: also the states after that many blocks, each scaled to a mean square of 1."""

    def __init__(self, c, dropout=0.0):
        super().__init__()
        self.c = c
        self.emb = nn.Embedding(c.vocab, c.d)
        nn.init.normal_(self.emb.weight, std=0.02)
        self.blocks = nn.ModuleList(Block(c, i, dropout) for i in range(c.layers))
        self.norm = RMSNorm(c.d, c.eps)
        angles = torch.outer(torch.arange(c.ctx).float(), c.rope_base ** (-torch.arange(0, c.rope, 2).float() / c.rope))
        self.register_buffer("turns", torch.polar(torch.ones_like(angles), angles).unsqueeze(1), persistent=False)

    def forward(self, ids, mask=None, kinds=None, inner=None):
        length = ids.shape[1]
        if mask is None:
            mask = torch.ones(length, length, dtype=torch.bool, device=ids.device).tril()
        x, between = self.emb(ids), None
        for number, block in enumerate(self.blocks, 1):
            x = block(x, self.turns[:length], mask, kinds)
            if number == inner:
                between = x.float() * torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + self.c.eps)
        return self.norm(x) if inner is None else (self.norm(x), between)

    def logits(self, hidden):
        return F.linear(hidden, self.emb.weight)

    def experts(self):
        return [block.ffn for block in self.blocks if isinstance(block.ffn, Experts)]

    def parameters_in_all(self):
        return sum(p.numel() for p in self.parameters())

    def active_parameters(self):
        c = self.c
        return self.parameters_in_all() - (c.layers - 1) * (c.experts - c.top_k) * 3 * c.d * c.ff_exp

    def lora_targets(self):
        """GGUF name -> matrix, for those where other engines honour an adapter too (not attn_q and attn_kv_a_mqa)."""
        targets = {}
        for i, block in enumerate(self.blocks):
            targets[f"blk.{i}.attn_output"] = block.attn.o
            plain, suffix = (block.ffn, "") if i == 0 else (block.ffn.shared, "_shexp")
            for name in ("gate", "up", "down"):
                targets[f"blk.{i}.ffn_{name}{suffix}"] = getattr(plain, name)
                if i:
                    targets[f"blk.{i}.ffn_{name}_exps"] = getattr(block.ffn, name)
        return targets

    def add_lora(self, rank, alpha):
        for p in self.parameters():
            p.requires_grad_(False)
        for matrix in self.lora_targets().values():
            matrix.add_lora(rank, alpha)


def load_model(path, adapter=None, device="cpu"):
    """The model of a checkpoint for use, with an adapter's checkpoint beside it or without."""
    kept = torch.load(path, map_location="cpu", weights_only=False)
    model = Model(Config(**kept["config"]))
    model.load_state_dict(kept["model"])
    if adapter:
        pair = torch.load(adapter, map_location="cpu", weights_only=False)
        model.add_lora(pair["lora"]["rank"], pair["lora"]["alpha"])
        model.load_state_dict(pair["model"], strict=False)
    return model.to(device).eval()


def histogram(model):
    """How the work is divided among the experts, as lines of text, and the least share of a fair one over all layers."""
    lines, least = [], math.inf
    for layer, experts in enumerate(model.experts(), 1):
        share = experts.usage / experts.usage.sum().clamp(min=1) * model.c.experts
        least = min(least, share.min().item())
        lines.append(f"layer {layer:2}  " + " ".join(f"{value:4.2f}" for value in share.tolist()))
    return lines, least
