#!/usr/bin/env python3
"""Turns a GGUF file of export_gguf.py back into a checkpoint and a vocabulary, to train on from what is shipped.

  import_gguf.py --file ../models/ember-q8_0.gguf --out RUN        writes RUN/model.pt and RUN/tokenizer.model
  prepare_data.py --pairs PAIRS --text TEXT --out DATA --tokenizer RUN/tokenizer.model
  train.py --data DATA --out NEXT --init RUN/model.pt

Weights come back as the file has them, rounded to Q8_0 or F16; the state of the optimisers is not in it.
"""
import argparse
import dataclasses
import struct
from pathlib import Path

import numpy as np
import torch

from export_gguf import ALIGNMENT, ARRAY, BOOL, F16_TYPE, F32, F32_TYPE, I32, Q8_0_TYPE, STRING, U32
from model import Config, Model

BLOCK = np.dtype([("scale", "<f2"), ("values", "i1", 32)])
DTYPES = {F32_TYPE: np.dtype("<f4"), F16_TYPE: np.dtype("<f2"), Q8_0_TYPE: BLOCK}
BPE = 2  # of sentencepiece_model.proto


class Reader:
    """The parts of GGUF 3 that export_gguf.py writes. `values`: key -> value; `tensors`: name -> floats, the last dimension is a row."""

    def __init__(self, path):
        self.data, self.at = Path(path).read_bytes(), 0
        magic, version, tensors, keys = self.take("<4sIQQ")
        if magic != b"GGUF" or version != 3:
            raise SystemExit(f"{path} is not a GGUF file of version 3")
        self.values = dict((self.string(), self.value(*self.take("<I"))) for _ in range(keys))
        places = []
        for _ in range(tensors):
            name, (dimensions,) = self.string(), self.take("<I")
            places.append((name, self.take(f"<{dimensions}Q")[::-1], *self.take("<IQ")))
        start = self.at + -self.at % ALIGNMENT
        self.tensors = {name: self.tensor(shape, kind, start + offset) for name, shape, kind, offset in places}

    def take(self, form):
        found = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return found

    def string(self):
        (size,) = self.take("<Q")
        self.at += size
        return self.data[self.at - size:self.at].decode()

    def value(self, kind):
        if kind == STRING:
            return self.string()
        if kind == ARRAY:
            element, count = self.take("<IQ")
            return [self.value(element) for _ in range(count)]
        return self.take("<" + {U32: "I", I32: "i", F32: "f", BOOL: "?"}[kind])[0]

    def tensor(self, shape, kind, at):
        if kind not in DTYPES:
            raise SystemExit(f"a tensor of type {kind}: only F32, F16 and Q8_0 come back")
        count = int(np.prod(shape)) // (32 if kind == Q8_0_TYPE else 1)
        stored = np.frombuffer(self.data, DTYPES[kind], count, at)
        floats = stored["scale"].astype(np.float32)[:, None] * stored["values"] if kind == Q8_0_TYPE else stored.astype(np.float32)
        return torch.from_numpy(floats.reshape(shape).copy())


def config_of(values):
    """The sizes of the model."""
    of = lambda key: values["deepseek2." + key]
    rank, rope = of("attention.kv_lora_rank"), of("rope.dimension_count")
    return Config(vocab=of("vocab_size"), d=of("embedding_length"), layers=of("block_count"), heads=of("attention.head_count"), nope=of("attention.key_length_mla") - rope, rope=rope,
                  v=of("attention.value_length_mla"), kv_rank=rank, ff_dense=of("feed_forward_length"), experts=of("expert_count"), top_k=of("expert_used_count"),
                  ff_exp=of("expert_feed_forward_length"), shared=of("expert_shared_count"), ctx=of("context_length"), rope_base=of("rope.freq_base"), eps=of("attention.layer_norm_rms_epsilon"))


def weights_of(config, tensors):
    """The state of the model, the reverse of `matrices` in export_gguf.py."""
    get = lambda name: tensors[name + ".weight"]
    state = {"emb.weight": get("token_embd"), "norm.weight": get("output_norm")}
    for i in range(config.layers):
        at, to = f"blk.{i}.", f"blocks.{i}."
        k, v = get(at + "attn_k_b").transpose(1, 2), get(at + "attn_v_b")
        state[to + "attn.kv_b.weight"] = torch.cat([k, v], 1).reshape(-1, config.kv_rank)
        for name, tensor in (("n1", "attn_norm"), ("n2", "ffn_norm"), ("attn.q", "attn_q"), ("attn.kv_a", "attn_kv_a_mqa"), ("attn.kv_norm", "attn_kv_a_norm"), ("attn.o", "attn_output")):
            state[f"{to}{name}.weight"] = get(at + tensor)
        for name in ("gate", "up", "down"):
            state[f"{to}ffn.{name}.weight"] = get(at + f"ffn_{name}" + ("_exps" if i else ""))
            if i:
                state[f"{to}ffn.shared.{name}.weight"] = get(at + f"ffn_{name}_shexp")
        if i:
            state[to + "ffn.router.weight"] = get(at + "ffn_gate_inp")
    return state


def varint(value):
    """A whole number as protocol buffers write it; negative ones take ten bytes."""
    value &= (1 << 64) - 1
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes(found + bytes([value]))


def field(number, value):
    """A field of a protocol buffer: a whole number, a float or bytes."""
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    return varint(number << 3) + varint(value) if isinstance(value, int) else varint(number << 3 | 2) + varint(len(value)) + value


def tokenizer_of(values):
    """The vocabulary as sentencepiece_model.proto: pieces, what training was told as far as encoding asks for it, how text is normalised."""
    of = lambda key: values["tokenizer.ggml." + key]
    pieces = b"".join(field(1, field(1, piece.encode()) + field(2, score) + field(3, sort)) for piece, score, sort in zip(of("tokens"), of("scores"), of("token_type")))
    begin, unknown = of("bos_token_id"), of("unknown_token_id")
    trainer = field(3, BPE) + field(4, len(of("tokens"))) + field(35, 1) + field(40, unknown) + field(41, begin) + field(42, of("padding_token_id")) + field(43, -1)
    normalizer = field(1, b"identity") + field(3, int(of("add_space_prefix"))) + field(4, int(of("remove_extra_whitespaces"))) + field(5, 1)
    return pieces + field(2, trainer) + field(3, normalizer)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", required=True)
    parser.add_argument("--out", required=True, help="folder for model.pt and tokenizer.model")
    arguments = parser.parse_args()
    read, out = Reader(arguments.file), Path(arguments.out)
    config = config_of(read.values)
    state = weights_of(config, read.tensors)
    Model(config).load_state_dict(state)  # names and shapes are right, or this says what is not
    out.mkdir(parents=True, exist_ok=True)
    torch.save({"config": dataclasses.asdict(config), "model": state, "lora": None, "step": 0, "tokens": 0}, out / "model.pt")
    (out / "tokenizer.model").write_bytes(tokenizer_of(read.values))
    print(f"{out}: {sum(value.numel() for value in state.values()) / 1e6:.2f} M parameters, vocabulary {config.vocab}")


if __name__ == "__main__":
    main()
