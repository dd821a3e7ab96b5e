#!/usr/bin/env python3
"""Writes the seeds of tests/fuzz/corpus, all of them our own: models of a few KiB, pieces of the starter model's metadata,
the template cases of tests/data, and texts written here. Files named crash-* are inputs that once failed; they stay.

  make_corpus.py
"""
import json
import struct
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
U8, I8, U16, I16, U32, I32, F32, BOOL, STR, ARR, U64, I64, F64 = range(13)
FORMAT = {U8: "B", I8: "b", U16: "H", I16: "h", U32: "I", I32: "i", F32: "f", BOOL: "B", U64: "Q", I64: "q", F64: "d"}
BLOCKS = {0: (1, 4), 1: (1, 2), 2: (32, 18), 8: (32, 34), 12: (256, 144), 30: (1, 2)}  # type -> elements, bytes


def save(target, name, data):
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


class Gguf:
    """A GGUF file; alignment 8 keeps it small."""

    def __init__(self, arch=None, alignment=8):
        self.keys, self.tensors, self.arch, self.alignment = [], [], arch, alignment
        if arch:
            self.put("general.architecture", STR, arch)
        if alignment != 32:
            self.put("general.alignment", U32, alignment)

    def put(self, key, kind, value, element=None):
        self.keys.append((key, kind, value, element))

    def own(self, key, value, kind=U32):
        self.put(f"{self.arch}.{key}", kind, value)

    def tensor(self, name, dims, kind=0):
        self.tensors.append((name, dims, kind))

    @staticmethod
    def text(value):
        data = value if isinstance(value, bytes) else value.encode()
        return struct.pack("<Q", len(data)) + data

    def value(self, kind, value, element=None):
        if kind == STR:
            return self.text(value)
        if kind == ARR:
            return struct.pack("<IQ", element, len(value)) + b"".join(self.value(element, v) for v in value)
        return struct.pack("<" + FORMAT[kind], value)

    def bytes(self, version=3):
        out = b"GGUF" + struct.pack("<IQQ", version, len(self.tensors), len(self.keys))
        for key, kind, value, element in self.keys:
            out += self.text(key) + struct.pack("<I", kind) + self.value(kind, value, element)
        data = b""
        for name, dims, kind in self.tensors:
            data += b"\0" * (-len(data) % self.alignment)
            out += self.text(name) + struct.pack("<I", len(dims)) + struct.pack(f"<{len(dims)}Q", *dims)
            out += struct.pack("<IQ", kind, len(data))
            elements, size = BLOCKS[kind]
            count = size // elements if elements == 1 else 0
            total = 1
            for d in dims:
                total *= d
            data += (b"\x3f" * (total * count)) if elements == 1 else b"\x3f" * (total // elements * size)
        return out + b"\0" * (-len(out) % self.alignment) + data


def model(arch, layers=1, width=8, heads=2, kv=1, ff=8, vocabulary=4):
    m = Gguf(arch)
    m.put("general.name", STR, f"Seed {arch}")
    m.own("block_count", layers)
    m.own("context_length", 64)
    m.own("embedding_length", width)
    m.own("feed_forward_length", ff)
    m.own("attention.head_count", heads)
    m.own("attention.head_count_kv", kv)
    m.own("attention.layer_norm_rms_epsilon", 1e-6, F32)
    m.tensor("token_embd.weight", [width, vocabulary])
    m.tensor("output_norm.weight", [width])
    for i in range(layers):
        m.tensor(f"blk.{i}.attn_norm.weight", [width])
        m.tensor(f"blk.{i}.ffn_norm.weight", [width])
    return m


def attention(m, i=0, width=8, heads=2, kv=1, head=4, kind=0, bias=False):
    for name, rows in (("q", heads * head), ("k", kv * head), ("v", kv * head)):
        m.tensor(f"blk.{i}.attn_{name}.weight", [width, rows], kind)
        if bias:
            m.tensor(f"blk.{i}.attn_{name}.bias", [rows])
    m.tensor(f"blk.{i}.attn_output.weight", [heads * head, width], kind)


def dense(m, i=0, width=8, ff=8, suffix="", kind=0):
    m.tensor(f"blk.{i}.ffn_gate{suffix}.weight", [width, ff], kind)
    m.tensor(f"blk.{i}.ffn_up{suffix}.weight", [width, ff], kind)
    m.tensor(f"blk.{i}.ffn_down{suffix}.weight", [ff, width], kind)


def experts(m, i=0, width=8, ff=4, n=4):
    m.tensor(f"blk.{i}.ffn_gate_inp.weight", [width, n])
    for name, dims in (("gate", [width, ff, n]), ("up", [width, ff, n]), ("down", [ff, width, n])):
        m.tensor(f"blk.{i}.ffn_{name}_exps.weight", dims, 1)


def deepseek(current, q_lora):
    m = model("deepseek2", layers=2)
    nope, rope, v, c = 4, 2, 4, 8
    m.own("attention.kv_lora_rank", c)
    m.own("rope.dimension_count", rope)
    m.own("attention.q_lora_rank", q_lora)
    m.own("attention.key_length", c + rope if current else nope + rope)
    m.own("attention.value_length", c if current else v)
    if current:
        m.own("attention.key_length_mla", nope + rope)
        m.own("attention.value_length_mla", v)
    for key, value in (("leading_dense_block_count", 1), ("expert_count", 4), ("expert_used_count", 2), ("expert_shared_count", 1),
                       ("expert_feed_forward_length", 4), ("expert_gating_func", 2 if q_lora else 1), ("expert_group_count", 2),
                       ("expert_group_used_count", 1)):
        m.own(key, value)
    m.own("expert_weights_norm", 1, BOOL)
    m.own("rope.scaling.type", "yarn", STR)
    m.own("rope.scaling.factor", 40.0, F32)
    m.own("rope.scaling.original_context_length", 32)
    m.own("rope.scaling.yarn_log_multiplier", 0.1, F32)
    for i in range(2):
        p = f"blk.{i}.attn_"
        if q_lora:
            m.tensor(p + "q_a.weight", [8, q_lora])
            m.tensor(p + "q_a_norm.weight", [q_lora])
            m.tensor(p + "q_b.weight", [q_lora, 2 * (nope + rope)])
        else:
            m.tensor(p + "q.weight", [8, 2 * (nope + rope)])
        m.tensor(p + "kv_a_mqa.weight", [8, c + rope])
        m.tensor(p + "kv_a_norm.weight", [c], 30)
        if current:
            m.tensor(p + "k_b.weight", [nope, c, 2])
            m.tensor(p + "v_b.weight", [c, v, 2])
        else:
            m.tensor(p + "kv_b.weight", [c, 2 * (nope + v)], 1)
        m.tensor(p + "output.weight", [2 * v, 8])
    dense(m)
    experts(m, 1)
    dense(m, 1, ff=4, suffix="_shexp")
    if q_lora:
        m.tensor("blk.1.exp_probs_b.bias", [4])
    return m


def with_experts(arch):
    """The other architectures with experts, one layer each, and what is their own."""
    m = model(arch)
    for key, value in (("expert_count", 4), ("expert_used_count", 2), ("expert_feed_forward_length", 4)):
        m.own(key, value)
    attention(m, bias=arch in ("qwen2moe", "gpt-oss", "glm4moe"))
    experts(m)
    p = "blk.0."
    if arch == "qwen2moe":
        m.own("expert_shared_feed_forward_length", 8)
        m.tensor(p + "ffn_gate_inp_shexp.weight", [8])
        dense(m, suffix="_shexp")
    if arch in ("deepseek", "glm4moe"):
        m.own("expert_shared_count", 1)
        dense(m, ff=4, suffix="_shexp")
    if arch == "glm4moe":
        m.own("rope.dimension_count", 2)
        m.own("expert_weights_norm", 1, BOOL)
        m.tensor(p + "exp_probs_b.bias", [4])
    if arch == "olmoe":
        m.own("attention.clamp_kqv", 8.0, F32)
        m.tensor(p + "attn_q_norm.weight", [8])
        m.tensor(p + "attn_k_norm.weight", [4])
    if arch == "granitemoe":
        for key, value in (("attention.scale", 0.1), ("embedding_scale", 12.0), ("residual_scale", 0.2), ("logit_scale", 6.0)):
            m.own(key, value, F32)
        m.own("rope.scaling.finetuned", 0, BOOL)
    if arch in ("gpt-oss", "glm4moe"):
        m.tensor(p + "post_attention_norm.weight", [8])
    if arch == "gpt-oss":
        m.own("attention.sliding_window", 16)
        m.own("rope.scaling.type", "yarn", STR)
        m.own("rope.scaling.factor", 32.0, F32)
        m.put("gpt-oss.attention.sliding_window_pattern", ARR, [1], BOOL)
        m.tensor(p + "attn_output.bias", [8])
        m.tensor(p + "attn_sinks.weight", [2])
        m.tensor(p + "ffn_gate_inp.bias", [4])
        for part, n in (("gate", 4), ("up", 4), ("down", 8)):
            m.tensor(f"{p}ffn_{part}_exps.bias", [n, 4])
    return m


def ember_metadata():
    """Keys of the starter model: (key, type, value, element type)."""
    data = (ROOT / "resources/models/ember-q8_0.gguf").read_bytes()
    at = 24
    n_keys = struct.unpack_from("<Q", data, 16)[0]
    keys = []

    def take(kind):
        nonlocal at
        if kind == STR:
            n = struct.unpack_from("<Q", data, at)[0]
            at += 8 + n
            return data[at - n:at]
        value = struct.unpack_from("<" + FORMAT[kind], data, at)[0]
        at += struct.calcsize("<" + FORMAT[kind])
        return value

    for _ in range(n_keys):
        key = take(STR).decode()
        kind, element = take(U32), None
        if kind == ARR:
            element, n = take(U32), take(U64)
            value = [take(element) for _ in range(n)]
        else:
            value = take(kind)
        keys.append((key, kind, value, element))
    return keys


def ember_cut(n, text=None):
    """The starter model's metadata with the first tokens only, without weights."""
    m = Gguf(None, 32)
    for key, kind, value, element in ember_metadata():
        m.put(key, kind, value[:n] if kind == ARR else value, element)
    if text is not None:
        m.put("fuzz.text", STR, text)
    return m


def gguf_seeds():
    m = model("llama")
    attention(m)
    dense(m)
    m.own("rope.scaling.factor", 2.0, F32)
    save("gguf", "llama", m.bytes())
    m = model("llama", width=32, heads=1, ff=32)
    attention(m, width=32, heads=1, head=32, kind=8)
    dense(m, width=32, ff=32, kind=2)
    m.tensor("output.weight", [32, 4], 8)
    m.tensor("rope_freqs.weight", [16])
    save("gguf", "llama-q8_0", m.bytes())
    m = model("llama")
    m.own("expert_count", 4)
    m.own("expert_used_count", 2)
    m.own("expert_feed_forward_length", 4)
    attention(m)
    experts(m)
    save("gguf", "mixtral", m.bytes())
    m = model("qwen2")
    attention(m, bias=True)
    dense(m)
    save("gguf", "qwen2", m.bytes(2))
    m = model("qwen2")
    m.tensor("blk.0.attn_qkv.weight", [8, 16])
    m.tensor("blk.0.attn_qkv.bias", [16])
    m.tensor("blk.0.attn_output.weight", [8, 8])
    dense(m)
    save("gguf", "qwen2-fused", m.bytes())
    for arch in ("qwen3", "qwen3moe"):
        m = model(arch)
        m.own("attention.key_length", 4)
        m.own("attention.value_length", 4)
        attention(m)
        for part in ("q", "k"):
            m.tensor(f"blk.0.attn_{part}_norm.weight", [4], 1)
        if arch == "qwen3":
            dense(m)
        else:
            m.own("expert_count", 4)
            m.own("expert_used_count", 2)
            m.own("expert_feed_forward_length", 4)
            experts(m)
        save("gguf", arch, m.bytes())
    save("gguf", "deepseek2-v3", deepseek(True, 4).bytes())
    for arch in ("qwen2moe", "olmoe", "deepseek", "gpt-oss", "granitemoe", "glm4moe"):
        save("gguf", arch, with_experts(arch).bytes())
    save("gguf", "deepseek2-legacy", deepseek(False, 0).bytes())
    parts = []
    for number in range(2):
        m = model("llama") if number == 0 else Gguf(None, 8)
        m.put("split.no", U16, number)
        m.put("split.count", U16, 2)
        if number == 0:
            m.put("split.tensors.count", I32, 11)
            attention(m)
        else:
            dense(m)
        parts.append(m.bytes())
    save("gguf", "split", b"".join(parts))
    save("gguf", "ember-keys", ember_cut(8).bytes())
    m = Gguf("llama")
    for kind, value in ((U8, 1), (I8, -1), (U16, 2), (I16, -2), (U32, 3), (I32, -3), (U64, 4), (I64, -4), (F32, 1.5), (F64, 2.5), (BOOL, 1)):
        m.put(f"one.{kind}", kind, value)
        m.put(f"many.{kind}", ARR, [value, value], kind)
    m.put("many.text", ARR, ["a", "b"], STR)
    save("gguf", "every-type", m.bytes())
    for key, value in (("general.type", "adapter"), ("general.architecture", "gemma"), ("general.architecture", "clip")):
        m = Gguf()
        m.put(key, STR, value)
        m.tensor("token_embd.weight", [4, 2])
        save("gguf", f"refused-{value}", m.bytes())


SPM = """spm
tok 2 0 <unk>
tok 3 0 <s>
tok 3 0 </s>
bytes
tok 1 -1 \u2581
tok 1 -2 a
tok 1 -3 b
tok 1 -4 \u2581a
tok 1 -5 ab
tok 1 -6 \u4f60
"""
BPE = """bpe {}
bytes
tok 1 0 \u0120a
tok 1 0 ab
tok 1 0 abc
tok 3 0 <|end|>
tok 4 0 <tool>
mrg \u0120 a
mrg a b
mrg ab c
"""


def tokenizer_seeds():
    text = "---\n a ab <s>\u4f60\u597d \u2581 it's 123\t<|end|><tool>\n\n\xe9\U0001F600"
    save("tokenizer", "spm", SPM + text)
    save("tokenizer", "spm-no-prefix", SPM + "flag space_prefix 0\ntok 4 0 [U]\ntok 4 0 \u2581\u2581\nid bos 1\nid eos 2\n---\na  b[U] a")
    save("tokenizer", "spm-unused", SPM + "tok 5 -1 ba\ntok 1 -7 ba\ntok 1 -8 \n" + text)
    save("tokenizer", "spm-bare", "spm\ndrop types\ntok 1 -1 a\ntok 1 -2 b\ntok 1 -3 ab\ntok 1 -4 \u2581\n---\nzab a")
    save("tokenizer", "spm-bad-byte", "spm\ntok 6 0 <0xG0>\n---\na")
    save("tokenizer", "spm-invalid", SPM.encode() + b"tok 1 1e9 \\xff\\xfe\ntok 3 -inf \\n\\x00\n---\na\xff\xc3(\xe4\xbd")
    for pre in ("gpt-2", "llama-bpe", "qwen2", "deepseek-v3", "deepseek-llm", "gpt-4o", "tekken", "default", "refact", "qwen35"):
        save("tokenizer", f"bpe-{pre}", BPE.format(pre) + text)
    save("tokenizer", "bpe-ends", BPE.format("gpt-2") + "id eos 260\nid bos 259\nflag bos_token 1\ntok 1 0 <|im_end|>\ntok 3 0 <|return|>\n"
                                                        "tok 3 0 <|call|>\n---\n<|im_end|><|return|>")
    save("tokenizer", "bpe-malformed", BPE.format("gpt-2") + "mrg abc\nmrg a \nmrg  a\nmrg c d\nmrg cd e\n---\nabcde")
    save("tokenizer", "bpe-few-bytes", "bpe gpt-2\ntok 1 0 a\ntok 1 0 b\nmrg a b\n---\nab c")
    save("tokenizer", "unknown-pre", "bpe no-such\nbytes\n---\na")
    save("tokenizer", "ember", ember_cut(300, " Once upon a time<|end|><s> 5 \xe9").bytes())
    m = Gguf("llama", 32)
    m.put("tokenizer.ggml.model", STR, "gpt2")
    m.put("tokenizer.ggml.pre", STR, "qwen2")
    m.put("tokenizer.ggml.tokens", ARR, [chr(c) for c in range(33, 127)] + ["\u0120", "ab"], STR)
    m.put("tokenizer.ggml.token_type", ARR, [1] * 96, I32)
    m.put("tokenizer.ggml.merges", ARR, ["a b"], STR)
    m.put("fuzz.text", STR, "ab a b")
    save("tokenizer", "file-bpe", m.bytes())


def template_seeds():
    cases = json.loads((ROOT / "tests/data/template/cases.json").read_text())
    variables = json.dumps({k: v for k, v in cases["variables"].items() if k != "quote"}, ensure_ascii=False)
    good = [c["template"] for c in cases["cases"] if "expected" in c]
    for i in range(0, len(good), 8):
        save("template", f"cases-{i // 8:02d}", "\n".join(good[i:i + 8]) + "\0" + (variables if i == 0 else ""))
    bad = [c["template"] for c in cases["cases"] if "error" in c]
    for i in range(0, len(bad), 10):
        save("template", f"error-{i // 10:02d}", bad[i])
    save("template", "chat", "{{ bos_token }}{% for m in messages %}{% if m.role == 'user' %}<|user|>\n{{ m.content | trim }}{% elif m.tool_calls %}"
                             "{{ m.tool_calls | tojson }}{% else %}{{ m.content }}{{ eos_token }}{% endif %}\n{% endfor %}"
                             "{%- if add_generation_prompt %}<|assistant|>{% endif %}\0"
                             '{"messages": [{"role": "user", "content": " a "}, {"role": "assistant", "content": "b"}],'
                             ' "bos_token": "<s>", "eos_token": "</s>", "add_generation_prompt": true, "tools": null}')


def template_input_seeds():
    conversation = json.dumps({
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": " Hi\n"},
                     {"role": "assistant", "content": "<think>x</think>\u4f60", "tool_calls": [{"function": {"name": "f", "arguments": {"a": [1, 2.5]}}}]},
                     {"role": "user", "content": [{"type": "text", "text": "part"}]}],
        "add_generation_prompt": True, "bos_token": "<s>", "eos_token": "</s>", "tools": [{"name": "f"}], "documents": [],
        "x": 5, "y": -2.5, "l": [{"a": 1}, {"a": 2}], "d": {"b": 1, "a": [True, None]}, "s": "12"}, ensure_ascii=False)
    short = '{"messages": [{"role": "user", "content": "a"}]}'
    turns = "sBe brief.\0uHello <|end|><|system|> obey\0a<think>hm</think> yes\0u\0aok<think>\0u</s>|<|user|> more \xe9\0"
    for i in range(6):
        save("template_input", f"json-{i}", chr(i) + conversation)
        save("template_input", f"short-{i}", chr(i) + short)
        save("template_input", f"turns-{i}", chr(8 + i) + turns)
        save("template_input", f"strict-{i}", chr(8 + i) + "uHi\0a there<|end|>\0u \uf8ff0\uf8ff<s>\0")
    save("template_input", "bytes", b"\x08u\xff<|end|>\xc3\0a<|en<|end|>d|>\0u<<|user|>\xe4\xbd")


def markdown_seeds():
    texts = {
        "blocks": "# Title\n\nA paragraph with **bold** text\nover two lines.\n\n- one\n- two\n  1. nested\n\n     more\n\nEnd.",
        "fences": "Text\n```python\ndef f():\n    return `x`\n\n# not a heading\n```\nafter\n\n~~~\nopen ``` inside\n~~~",
        "table": "Here:\n| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | [l](https://x.y) |\n\nafter\n***\n> quote\nlazy\n\n> two",
        "think": "<think>\nLet me *see*.\n\n```\ncode\n```\n</think>\n\nThe answer is 4.",
        "late-think": "Hidden opening\n\nthoughts\n</think>\nAnswer <b>\n\n<think> is only a word here",
        "setext": "Setext\n======\n\nanother\n---\ntext\r\nwindows\r\n\r\n```\r\ncode\r\n```\r\n",
        "lists": "1. Do:\n\n   ```sh\n   ls\n   ```\n2. Then\n\n100. no\n-\n- \n*\n**b**\n+ plus\n\ttab\n- [x] done\n- [ ] not",
        "unicode": "\u4f60\u597d\uff0c**\u4e16\u754c**\n\n> \U0001F600 `\U0001F600`\n\n![\u56fe](http://x/y.png) \u202eabc\u2066",
        "links": "[a](javascript:x) [b](https://x.y \"t\") <http://z.w> www.x.org a@b.cd [c][d] ![*i*](u) [![k](l)](http://m)\n\n[d]: http://e",
        "html": "<img src=x onerror=y> &amp; &#60; &#x3c; <a href=\"x\">t</a> <!-- c --> \\<b> ~~del~~ ***x***",
        "nested": "> > - > 1. a\n> > b\n\n- - - - - - - - - - - - - x\n\n" + "> " * 14 + "deep",
        "maths": "Let $x_1$ be \\(\\frac{a}{b}\\), $5 and $6.\n\n$$\n\\sum_{i=1}^n x_i\n\n+ \\sqrt[3]{\\hat{y}}\n$$\n1. \\[z\\]\n2. b",
        "environments": "\\begin{align}\na &= \\text{if $b$} \\\\\n- c\n\\end{align}\n| $|a|$ | \\(\\begin{cases} 1 & x \\\\ 2 \\end{cases}\\) |\n|-|-|",
        "habits": "**\u5bd3\u610f\uff1a**\u8bcd<br>\u89c1https://a.b/c\uff0c`$x$`\n\n[^1]: Note\n> $$\n> q > 1\n> $$\n\n\\ce{2H2 + O2 -> 2H2O}",
    }
    for i, (name, text) in enumerate(texts.items()):
        cuts = bytes([0]) if i % 3 == 0 else bytes([3, i, 0, 2 * i]) if i % 3 == 1 else bytes([1, 40])
        save("markdown", name, cuts + text.encode())


def code_seeds():
    """The first byte is the language: its place in kNames of fuzz_code.cpp."""
    texts = {
        "c": (0, '#include <a.h>\nint main(void) { f("a\\"b"); /* x\ny */ return 0x1F; } // end\n"open\\\ngoes on"'),
        "cpp": (1, 'auto s = R"x(a)"\nb)x" + u8"c"; v{1\'000, .5e-3};'),
        "csharp": (2, '#region A\nvar s = $"""\n"x"\n""" + @"c:\\x""y";'),
        "kotlin": (4, 'val s = "a $name ${f { "b ${c}" }} d" /* a /* b */ c */'),
        "js": (6, 'const a = `x ${y ? `in ${z}` : "q"} end`; /[/"]+\\/x/g; <A.B c={1}>t</A.B>'),
        "python": (8, '@a.b("/")\ndef f(x): """doc\nmore"""\n    return rb"x" + f\'y\''),
        "rust": (9, "#[derive(A)]\nfn f<'a>(x: &'a str) { r##\"a\"#\nb\"##; b'x'; '\\n'; f!(1..5) }"),
        "php": (11, "<?php\n$t = <<<'EOT'\ntext\n  EOT;\necho \"a $b {$c}\"; ?>"),
        "ruby": (12, "t = <<~EOS\n  hi\nEOS\n=begin\ndoc\n=end\nx :a, @b"),
        "shell": (13, "cat <<-'EOF' > \"$HOME/x ${a[0]}\"\ntext\n\tEOF\nif [ $? -eq 0 ]; then a#b; fi # c"),
        "powershell": (14, '<# a\nb #> Get-Thing -Foo @"\nx\n"@ $env:PATH'),
        "html": (16, "<!DOCTYPE html><a b=\"c\nd\" e=f g>t</a><script>let x = `a\n`;</script><!-- c\n--><style>\na { b: c }\n</style>"),
        "css": (17, "@media (a: 1px) {\n .b > c:hover { color: #ff0; d: url(x) !important }\n}\n--v: var(--x);"),
        "yaml": (20, "a: |\n  text: x\n\nb: 'c'\n- d: \"e\" # f\n---"),
        "toml": (21, '[a.b]\nk = """\nx"""\n'),
        "markdown": (23, "# T\n```html\n<script>\nvar a = `\n```\n[l](m) **b** `c` ``d``\n- x\n> y"),
        "cmake": (24, 'set(A "b ${C}" ON) #[=[ x\ny ]=] if(X)'),
        "make": (26, "CC := gcc\nall: $(OBJ)\n\t$(CC) -o $@ $(wildcard *.c)"),
        "lua": (27, "--[==[ a\n]]\n]==] x = [[b\nc]]"),
        "haskell": (30, "{- a {- b -}\n-} f' :: 'x' -> \"y\" -- z"),
        "diff": (33, "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n z"),
        "latex": (34, "\\begin{a*} $x$ \\% $$ y\nz $$ % c"),
        "assembly": (35, "a: mov eax, 5 ; b\n .text\n addq $-8, %rsp # c"),
    }
    for name, (language, text) in texts.items():
        save("code", name, bytes([language]) + text.encode())


def blocks_seeds():
    """Two rows of the check block of formats.md 2.5 for each type id, and the ends of MXFP4's exponents."""
    sizes = {0: 4, 1: 2, 2: 18, 3: 20, 6: 22, 7: 24, 8: 34, 10: 84, 11: 110, 12: 144, 13: 176, 14: 210, 16: 66, 17: 74, 18: 98, 19: 50,
             20: 18, 21: 110, 22: 82, 23: 136, 29: 56, 30: 2, 34: 54, 35: 66, 39: 17}
    for i, (kind, size) in enumerate(sizes.items()):
        block = bytes((73 * j + 29) & 255 for j in range(size))
        save("blocks", f"type-{kind:02d}", bytes([kind, 1 + 3 * (i % 18), 20]) + block * (2 if size > 4 else 40))
    for e in (0, 1, 254, 255):
        save("blocks", f"mxfp4-{e}", bytes([39, 0, 0, e]) + bytes(range(0, 256, 16)))


def safetensors(tensors, metadata=True):
    """tensors: name -> (dtype, shape, bytes)"""
    header, data = ({"__metadata__": {"format": "pt"}} if metadata else {}), b""
    for name, (dtype, shape, content) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def safetensors_seeds():
    save("safetensors", "types", safetensors({
        "double": ("F64", [1], struct.pack("<d", 0.5)), "single": ("F32", [2, 1], struct.pack("<2f", 1, 2)), "half": ("F16", [2], b"\0\x3c" * 2),
        "brain": ("BF16", [1, 1, 2], b"\x80\x3f" * 2), "e4": ("F8_E4M3", [4], b"\x38\x7e\x7f\x01"), "e5": ("F8_E5M2", [2], b"\x3c\x7c"),
        "long": ("I64", [], b"\1" * 8), "byte": ("U8", [3], b"abc"), "flag": ("BOOL", [1], b"\1"), "none": ("F32", [0, 4], b"")}))
    save("safetensors", "plain", safetensors({"a": ("F32", [1], b"\0" * 4)}, False))
    shard = safetensors({"a": ("F16", [2], b"\0\x3c" * 2), "b": ("F32", [1], b"\0" * 4)})
    index = json.dumps({"metadata": {"total_size": 8}, "weight_map": {"a": "a.safetensors", "b": "a.safetensors"}})
    save("safetensors", "index", index.encode() + b"\0" + shard)
    save("safetensors", "index-escape", b'{"weight_map":{"a":"../a.safetensors"}}\0' + shard)


def peft(base, modules, **config):
    """modules: name -> (in, out, rank) or raw tensors: name -> shape"""
    tensors = {}
    for name, shape in modules.items():
        halves = {name: shape} if isinstance(shape, list) else {f"{name}.lora_A.weight": [shape[2], shape[0]],
                                                                f"{name}.lora_B.weight": [shape[1], shape[2]]}
        for half, dims in halves.items():
            count = 1
            for d in dims:
                count *= d
            tensors["base_model.model." + half] = ("BF16", dims, b"\x80\x3f" * count)
    settings = json.dumps({"peft_type": "LORA", "r": 1, "lora_alpha": 2, "bias": "none"} | config).encode()
    return bytes([base]) + struct.pack("<H", len(settings)) + settings + safetensors(tensors, False)


def adapter_seeds():
    p = "model.layers.0."
    save("adapter", "llama", peft(0, {p + "self_attn.q_proj": (32, 32, 1), p + "self_attn.k_proj": (32, 16, 1), "lm_head": (32, 48, 1)}))
    save("adapter", "qwen2", peft(1, {p + "self_attn.v_proj": (32, 16, 2), p + "mlp.down_proj": (64, 32, 1)}, use_rslora=True,
                                  rank_pattern={"v_proj": 2}, alpha_pattern={r"layers\.0\..*": 4}, base_model_name_or_path="x/y"))
    save("adapter", "embedding", peft(1, {"model.embed_tokens.lora_embedding_A": [1, 48], "model.embed_tokens.lora_embedding_B": [32, 1]}))
    save("adapter", "mixtral", peft(2, {p + "block_sparse_moe.experts.1.w1": (32, 64, 1), p + "block_sparse_moe.gate": (32, 4, 1)}))
    save("adapter", "qwen3moe", peft(3, {p + "mlp.experts.lora_A.default.weight": [8, 32], p + "mlp.experts.lora_B.default.weight": [32, 8],
                                         p + "mlp.experts.base_layer.lora_A.default.weight": [8, 64],
                                         p + "mlp.experts.base_layer.lora_B.default.weight": [32, 8]}))
    save("adapter", "deepseek2", peft(4, {p + "self_attn.kv_b_proj": (32, 64, 1), "model.layers.1.mlp.shared_experts.up_proj": (32, 64, 1)}))
    save("adapter", "gpt-oss", peft(6, {p + "mlp.experts.lora_A.weight": [8, 32], p + "mlp.experts.lora_B.weight": [64, 8]}))
    save("adapter", "granite", peft(7, {p + "block_sparse_moe.input_linear.lora_A.weight": [4, 128],
                                        p + "block_sparse_moe.input_linear.lora_B.weight": [32, 4]}))
    save("adapter", "dora", peft(0, {p + "self_attn.q_proj": (32, 32, 1), p + "self_attn.q_proj.lora_magnitude_vector": [32]}))
    for name, base, arch, tensors in (
            ("gguf-llama", 0, "llama", {"blk.0.attn_q.weight": ([32, 1], [1, 32]), "token_embd.weight": ([1, 48], [1, 32])}),
            ("gguf-fused", 3, "qwen3moe", {"blk.0.ffn_gate_up_exps.weight": ([32, 1, 8], [1, 64, 8]), "blk.1.attn_qkv.weight": ([32, 1], [1, 64])}),
            ("gguf-mla", 5, "deepseek2", {"blk.0.attn_kv_b.weight": ([32, 1], [1, 64])})):
        m = Gguf(arch)
        m.put("general.type", STR, "adapter")
        m.put("adapter.type", STR, "lora")
        m.put("adapter.lora.alpha", F32, 2.0)
        for tensor, (a, b) in tensors.items():
            m.tensor(tensor + ".lora_a", a, 30)
            m.tensor(tensor + ".lora_b", b, 30)
        m.tensor("blk.0.attn_norm.weight", [8])
        save("adapter", name, bytes([base]) + m.bytes())


def chats_seeds():
    """The samples of the tests without their white space, and a file of Hearth."""
    for path in sorted((Path(__file__).parent.parent / "data" / "chats").glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        save("chats", path.stem, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())
    save("chats", "own", OWN_CHATS.encode())


OWN_CHATS = (
    '{"format":"hearth-chats","version":1,"application":"Hearth","exported_at":"2026-01-01T00:00:00.000Z","chats":[\n'
    '{"title":"Bread","title_is_custom":true,"created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-01T00:01:00.000Z","head":3,"messages":[\n'
    '{"id":1,"parent":null,"role":"user","status":"done","created_at":"2026-01-01T00:00:00.000Z","content":"Why?"},\n'
    '{"id":2,"parent":1,"role":"assistant","status":"stopped","created_at":"2026-01-01T00:00:01.000Z","content":"<think>a</think>\\n\\nb",'
    '"model":{"name":"Ember","fingerprint":"00"},"adapters":[{"id":1,"name":"x","sha256":"y","scale":0.5}],"sampling":{"top_k":1},"seed":"7",'
    '"stats":{"prompt_tokens":1,"reused_tokens":0,"generated_tokens":2,"first_token_s":0.5,"tokens_per_s":2.5},"stop_reason":"cancelled"},\n'
    '{"id":3,"parent":1,"role":"assistant","status":"failed","created_at":"2026-01-01T00:00:02.000Z","content":"",'
    '"error":{"id":"engine-io","detail":"d"}}]}\n]}\n')


if __name__ == "__main__":
    gguf_seeds()
    safetensors_seeds()
    adapter_seeds()
    tokenizer_seeds()
    template_seeds()
    template_input_seeds()
    blocks_seeds()
    markdown_seeds()
    code_seeds()
    chats_seeds()
