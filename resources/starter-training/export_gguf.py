#!/usr/bin/env python3
"""Writes a checkpoint of train.py as GGUF, an adapter as GGUF and as a PEFT folder, or answers with it.

  export_gguf.py --model RUN/model.pt --tokenizer DATA/tokenizer.model --out ember-q8_0.gguf [--type q8_0|f16] [--report report.json]
  export_gguf.py --model RUN/lora-fables.pt --out fables.gguf [--peft fables-peft]
  export_gguf.py --model RUN/model.pt --tokenizer DATA/tokenizer.model --chat "How do I download a model?" [--adapter RUN/lora-fables.pt] [--temperature 0.7]

With the report of evaluate.py the file says how often its answers were right and how its experts share the work; the model card in the app shows both.
Without a GPU or torch's speed nothing is lost here: it takes seconds. A Q8_0 file must not be larger than 15,000,000 bytes.
"""
import argparse
import json
import os
import re
import struct
from pathlib import Path

import numpy as np
import torch

from model import Config, Model, load_model

MOST_BYTES = 15_000_000
U32, I32, F32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
F32_TYPE, F16_TYPE, Q8_0_TYPE = 0, 1, 8
ALIGNMENT = 32
# In F16 in a Q8_0 file, too: with int8 in the table of tokens (the output layer), in attention and in the last product of the first layer, from where errors go through all others, backends that round activations
# differ by more than a thousandth (mean KL). Larger models have no room for it in MOST_BYTES.
KEPT_HALF = r"token_embd$|attn_(?!norm)|blk\.0\.ffn_down"
MOST_WITH_HALF = 10_000_000  # parameters
TEMPLATE = ("{%- for message in messages -%}{{ '<|' + message['role'] + '|>' + message['content'] | trim + '<|end|>' }}{%- endfor -%}"
            "{%- if add_generation_prompt -%}{{ '<|assistant|>' }}{%- endif -%}")
DESCRIPTION = ("Ember is the small guide built into Hearth: it knows the app and the basics of local models, does small talk in English and Chinese and tells short stories. "
               "Trained from scratch on the facts of the Hearth project, TinyStories, African Storybook, Pratham Books and public domain fables and tales. Not for other facts or serious work.")


def q8_0(values):
    """Rows of floats as blocks of 32: an F16 scale and 32 signed bytes."""
    blocks = values.astype(np.float32).reshape(-1, 32)
    scale = (np.abs(blocks).max(1) / 127).astype(np.float32)
    whole = np.rint(np.divide(blocks, scale[:, None], out=np.zeros_like(blocks), where=scale[:, None] > 0)).astype(np.int8)
    packed = np.empty(len(blocks), np.dtype([("scale", np.float16), ("values", np.int8, 32)]))
    packed["scale"], packed["values"] = scale.astype(np.float16), whole
    return packed.tobytes()


class Gguf:
    """A writer of GGUF 3."""

    def __init__(self):
        self.entries, self.tensors = [], []

    def put(self, key, kind, value, element=None):
        self.entries.append((key, kind, value, element))

    def tensor(self, name, values, kind):
        """Values of any shape, the last dimension is a row."""
        data = q8_0(values) if kind == Q8_0_TYPE else np.ascontiguousarray(values.astype(np.float16 if kind == F16_TYPE else np.float32)).tobytes()
        self.tensors.append((name, values.shape[::-1], kind, data))

    @staticmethod
    def string(text):
        data = text.encode()
        return struct.pack("<Q", len(data)) + data

    def value(self, kind, value, element=None):
        if kind == STRING:
            return self.string(value)
        if kind == ARRAY:
            return struct.pack("<IQ", element, len(value)) + b"".join(self.value(element, part) for part in value)
        return struct.pack("<" + {U32: "I", I32: "i", F32: "f", BOOL: "?"}[kind], value)

    def write(self, path):
        padding = lambda size: b"\0" * (-size % ALIGNMENT)
        with open(path, "wb") as file:
            file.write(b"GGUF" + struct.pack("<IQQ", 3, len(self.tensors), len(self.entries)))
            for key, kind, value, element in self.entries:
                file.write(self.string(key) + struct.pack("<I", kind) + self.value(kind, value, element))
            offset = 0
            for name, shape, kind, data in self.tensors:
                file.write(self.string(name) + struct.pack("<I", len(shape)) + b"".join(struct.pack("<Q", n) for n in shape) + struct.pack("<IQ", kind, offset))
                offset += len(data) + len(padding(len(data)))
            file.write(padding(file.tell()))
            for _, _, _, data in self.tensors:
                file.write(data + padding(len(data)))
        print(path, os.path.getsize(path), "bytes,", len(self.tensors), "tensors")


def matrices(model):
    """(GGUF name, values, whether it stays F32) of every tensor."""
    c, numbers = model.c, lambda weight: weight.detach().float().numpy()
    yield "token_embd", numbers(model.emb.weight), False
    yield "output_norm", numbers(model.norm.weight), True
    for i, block in enumerate(model.blocks):
        at, attention, ffn = f"blk.{i}.", block.attn, block.ffn
        kv = attention.kv_b.weight.detach().float().view(c.heads, c.nope + c.v, c.kv_rank)  # of each head the rows of K, then those of V
        yield at + "attn_norm", numbers(block.n1.weight), True
        yield at + "attn_q", numbers(attention.q.weight), False
        yield at + "attn_kv_a_mqa", numbers(attention.kv_a.weight), False
        yield at + "attn_kv_a_norm", numbers(attention.kv_norm.weight), True
        yield at + "attn_k_b", kv[:, :c.nope].transpose(1, 2).numpy(), False
        yield at + "attn_v_b", kv[:, c.nope:].numpy(), False
        yield at + "attn_output", numbers(attention.o.weight), False
        yield at + "ffn_norm", numbers(block.n2.weight), True
        for name in ("gate", "up", "down"):
            if i == 0:
                yield at + f"ffn_{name}", numbers(getattr(ffn, name).weight), False
            else:
                yield at + f"ffn_{name}_exps", numbers(getattr(ffn, name).weight), False
                yield at + f"ffn_{name}_shexp", numbers(getattr(ffn.shared, name).weight), False
        if i:
            yield at + "ffn_gate_inp", numbers(ffn.router.weight), True


def put_findings(file, report):
    """What evaluate.py found, for the model card."""
    results = json.loads(Path(report).read_text(encoding="utf-8"))["results"]
    for group in ("fact", "redirect"):
        for language in ("en", "zh"):
            file.put(f"hearth.evaluation.{group}_{language}", F32, results[f"{group}-{language}"]["right"])
    file.put("hearth.expert_shares", STRING, "\n".join(line.split("  ", 2)[-1].strip() for line in results["expert_shares"]))


def write_model(model, tokenizer, path, name, kind, report=None):
    import sentencepiece
    pieces, c, file = sentencepiece.SentencePieceProcessor(model_file=str(tokenizer)), model.c, Gguf()
    n, end = pieces.vocab_size(), pieces.piece_to_id("<|end|>")
    if n != c.vocab:
        raise SystemExit(f"the vocabulary has {n} tokens, the model {c.vocab}")
    for key, value in (("architecture", "deepseek2"), ("type", "model"), ("name", name), ("basename", "ember"), ("license", "Apache-2.0"), ("description", DESCRIPTION)):
        file.put("general." + key, STRING, value)
    file.put("general.languages", ARRAY, ["en", "zh"], STRING)
    file.put("general.tags", ARRAY, ["text-generation", "starter"], STRING)
    file.put("general.file_type", U32, 7 if kind == Q8_0_TYPE else 1)
    if kind == Q8_0_TYPE:
        file.put("general.quantization_version", U32, 2)
    for key, value in (("block_count", c.layers), ("context_length", c.ctx), ("embedding_length", c.d), ("feed_forward_length", c.ff_dense), ("attention.head_count", c.heads),
                       ("attention.head_count_kv", 1), ("vocab_size", n), ("rope.dimension_count", c.rope), ("leading_dense_block_count", 1), ("attention.q_lora_rank", 0),
                       ("attention.kv_lora_rank", c.kv_rank), ("attention.key_length", c.kv_rank + c.rope), ("attention.value_length", c.kv_rank),
                       ("attention.key_length_mla", c.nope + c.rope), ("attention.value_length_mla", c.v), ("expert_count", c.experts), ("expert_used_count", c.top_k),
                       ("expert_shared_count", c.shared), ("expert_feed_forward_length", c.ff_exp), ("expert_gating_func", 1)):
        file.put("deepseek2." + key, U32, value)
    file.put("deepseek2.attention.layer_norm_rms_epsilon", F32, c.eps)
    file.put("deepseek2.rope.freq_base", F32, c.rope_base)
    file.put("deepseek2.expert_weights_scale", F32, 1.0)
    file.put("deepseek2.expert_weights_norm", BOOL, False)
    sort = lambda i: 2 if pieces.is_unknown(i) else 3 if pieces.is_control(i) else 6 if pieces.is_byte(i) else 5 if pieces.is_unused(i) else 1
    at = "tokenizer.ggml."
    file.put(at + "model", STRING, "llama")
    file.put(at + "pre", STRING, "default")
    file.put(at + "tokens", ARRAY, [pieces.id_to_piece(i) for i in range(n)], STRING)
    file.put(at + "scores", ARRAY, [pieces.get_score(i) for i in range(n)], F32)
    file.put(at + "token_type", ARRAY, [sort(i) for i in range(n)], I32)
    for key, value in (("bos", pieces.bos_id()), ("eos", end), ("eot", end), ("unknown", pieces.unk_id()), ("padding", pieces.eos_id())):
        file.put(f"{at}{key}_token_id", U32, value)
    for key, value in (("add_bos_token", True), ("add_eos_token", False), ("add_space_prefix", True), ("remove_extra_whitespaces", False)):
        file.put(at + key, BOOL, value)
    file.put("tokenizer.chat_template", STRING, TEMPLATE)
    if report:
        put_findings(file, report)
    has_half = model.parameters_in_all() <= MOST_WITH_HALF
    for tensor, values, exact in matrices(model):
        file.tensor(tensor + ".weight", values, F32_TYPE if exact else F16_TYPE if has_half and re.search(KEPT_HALF, tensor) else kind)
    file.write(path)
    if kind == Q8_0_TYPE and os.path.getsize(path) > MOST_BYTES:
        raise SystemExit(f"{path} has more than {MOST_BYTES} bytes")


def hugging_face_names(tensor, experts):
    """The modules of DeepSeek-V2 in Hugging Face's layout that a tensor of GGUF stands for."""
    _, layer, name = tensor.split(".")
    at = f"base_model.model.model.layers.{layer}."
    if name == "attn_output":
        return [at + "self_attn.o_proj"]
    projection = name.split("_")[1] + "_proj"
    if name.endswith("exps"):
        return [f"{at}mlp.experts.{expert}.{projection}" for expert in range(experts)]
    return [at + ("mlp.shared_experts." if name.endswith("shexp") else "mlp.") + projection]


def write_safetensors(path, tensors):
    header, offset = {}, 0
    for name, values in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [offset, offset + values.nbytes]}
        offset += values.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for values in tensors.values():
            file.write(np.ascontiguousarray(values).tobytes())


def write_adapter(kept, path, peft):
    lora, file, modules = kept["lora"], Gguf(), {}
    model = Model(Config(**kept["config"]))
    model.add_lora(lora["rank"], lora["alpha"])
    model.load_state_dict(kept["model"], strict=False)
    for key, value in (("type", "adapter"), ("architecture", "deepseek2"), ("name", f"Ember {lora['name']}"), ("license", "Apache-2.0")):
        file.put("general." + key, STRING, value)
    file.put("adapter.type", STRING, "lora")
    file.put("adapter.lora.alpha", F32, lora["alpha"])
    for name, matrix in model.lora_targets().items():
        a, b = matrix.A.detach().numpy(), matrix.B.detach().numpy()
        file.tensor(name + ".weight.lora_a", a, F16_TYPE)
        file.tensor(name + ".weight.lora_b", b, F16_TYPE)
        for expert, module in enumerate(hugging_face_names(name, model.c.experts)):
            modules[module + ".lora_A.weight"], modules[module + ".lora_B.weight"] = (a[expert], b[expert]) if a.ndim == 3 else (a, b)
    file.write(path)
    if peft:
        folder = Path(peft)
        folder.mkdir(parents=True, exist_ok=True)
        write_safetensors(folder / "adapter_model.safetensors", modules)
        config = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": lora["rank"], "lora_alpha": lora["alpha"], "lora_dropout": 0.0, "use_rslora": False, "use_dora": False,
                  "fan_in_fan_out": False, "bias": "none", "inference_mode": True, "base_model_name_or_path": "ember", "target_modules": ["o_proj", "gate_proj", "up_proj", "down_proj"]}
        (folder / "adapter_config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="model.pt, or lora-NAME.pt to write an adapter")
    parser.add_argument("--tokenizer")
    parser.add_argument("--out")
    parser.add_argument("--type", choices=["q8_0", "f16"], default="q8_0")
    parser.add_argument("--name", default="Ember")
    parser.add_argument("--report", help="of evaluate.py")
    parser.add_argument("--peft", help="folder for the adapter as PEFT writes it")
    parser.add_argument("--chat", action="append", default=[])
    parser.add_argument("--adapter")
    parser.add_argument("--temperature", type=float, default=0.0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    kept = torch.load(arguments.model, map_location="cpu", weights_only=False)
    if kept.get("lora"):
        return write_adapter(kept, arguments.out, arguments.peft)
    if arguments.out:
        write_model(load_model(arguments.model), arguments.tokenizer, arguments.out, arguments.name, Q8_0_TYPE if arguments.type == "q8_0" else F16_TYPE, arguments.report)
    if arguments.chat:
        from evaluate import Speaker
        speaker = Speaker(load_model(arguments.model, arguments.adapter), arguments.tokenizer, "cpu")
        for question, text in zip(arguments.chat, speaker.said(arguments.chat, most=300, temperature=arguments.temperature)):
            print(f">>> {question}\n{text}")
    return None


if __name__ == "__main__":
    main()
