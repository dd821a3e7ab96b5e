#!/usr/bin/env python3
"""hearth-cli quantize as its users call it.

  cli_test.py HEARTH_CLI LLAMA_F32_GGUF
"""
import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import numpy as np

CLI, MODEL = sys.argv[1], sys.argv[2]
ENV = {**os.environ, "HEARTH_LOG": "error"}
REFERENCE = os.environ.get("HEARTH_REFERENCE")


def run(*args, **more):
    done = subprocess.run([CLI, *map(str, args)], capture_output=True, timeout=240, env=ENV, **more)
    return done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace")


def write_gguf(path, tensors, keys=()):
    """F16 matrices and string keys."""
    def text(s):
        return struct.pack("<Q", len(s)) + s.encode()
    with open(path, "wb") as f:
        keys = [("general.architecture", "llama"), *keys]
        f.write(b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(keys)))
        for key, value in keys:
            f.write(text(key) + struct.pack("<I", 8) + text(value))
        offset = 0
        for name, a in tensors:
            f.write(text(name) + struct.pack("<IQQIQ", 2, a.shape[1], a.shape[0], 1, offset))
            offset += a.nbytes
        f.write(b"\0" * (-f.tell() % 32))
        for _, a in tensors:
            f.write(a.tobytes())


def nmse(path, known):
    a, b = np.fromfile(path, "<f4"), np.fromfile(known, "<f4")
    return float(((a - b) ** 2).sum() / (b ** 2).sum()) if a.shape == b.shape else float("inf")


class Quantize(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.out = self.folder / "out.gguf"

    def ok(self, *args):
        status, out, err = run(*args)
        self.assertEqual(status, 0, err)
        return out, err

    def fails(self, *args, status=1, says=""):
        got, _, err = run(*args)
        self.assertEqual(got, status, err)
        self.assertIn(says, err)
        if status == 1:
            self.assertEqual(err.count("\n"), 1, err)
        self.assertEqual([p.name for p in self.folder.iterdir() if p.name.endswith(".part")], [])

    def test_table_and_json_agree(self):
        table, progress = self.ok("quantize", MODEL, self.out, "Q4_K_M")
        self.assertIn("100 %", progress)
        first = self.out.read_bytes()
        report = json.loads(self.ok("quantize", MODEL, self.out, "q4_k_m", "--json", "--threads", 1)[0])
        self.assertEqual(self.out.read_bytes(), first)
        self.assertEqual(report["totals"]["file_bytes"], len(first))
        self.assertEqual(report["totals"]["bytes_out"], sum(t["bytes_out"] for t in report["tensors"]))
        self.assertEqual(report["totals"]["tensors"], len(report["tensors"]))
        types = {t["name"]: t["to"] for t in report["tensors"]}
        self.assertEqual((types["output.weight"], types["token_embd.weight"], types["output_norm.weight"]), ("Q6_K", "Q4_K", "F32"))
        for t in report["tensors"]:
            self.assertIn(t["name"], table)
            self.assertEqual(t["rmse"] > 0, t["from"] != t["to"], t)
            self.assertLess(t["relative_error"], 0.08)
        info = json.loads(self.ok("info", self.out, "--json")[0])
        self.assertEqual(set(info["bytes_by_type"]), {"F32", "Q4_K", "Q6_K"})

    def test_options(self):
        out, _ = self.ok("quantize", MODEL, self.out, "Q4_0", "--pure", "--json")
        self.assertEqual({t["to"] for t in json.loads(out)["tensors"]}, {"F32", "Q4_0"})
        out, _ = self.ok("quantize", MODEL, self.out, "Q4_0", "--tensor-type", "attn_v=Q8_0", "--tensor-type", r"blk\.1\.ffn_down=f16", "--json")
        types = {t["name"]: t["to"] for t in json.loads(out)["tensors"]}
        self.assertEqual((types["blk.0.attn_v.weight"], types["blk.1.ffn_down.weight"], types["blk.0.ffn_down.weight"]), ("Q8_0", "F16", "Q4_0"))
        dry = self.folder / "dry.gguf"
        out, _ = self.ok("quantize", MODEL, dry, "Q2_K", "--dry-run")
        self.assertIn("nothing was written", out)
        self.assertFalse(dry.exists())

    def test_requantising(self):
        q8 = self.folder / "q8.gguf"
        self.ok("quantize", MODEL, q8, "Q8_0")
        self.fails("quantize", q8, self.out, "Q4_K_M", says="--allow-requantize")
        _, err = self.ok("quantize", q8, self.out, "Q4_K_M", "--allow-requantize")
        self.assertIn("warning: ", err)
        self.assertIn("quality suffers", err)

    def test_mistakes(self):
        self.fails("quantize", MODEL, self.out, "Q4_K_X", says="Choose one of F32, F16")
        self.fails("quantize", MODEL, self.out, "Q4_0", "--tensor-type", "attn_v", says="PATTERN=TYPE")
        self.fails("quantize", MODEL, self.out, "Q4_0", "--tensor-type", "attn_v=IQ1_S", says="no type of a tensor")
        self.fails("quantize", MODEL, self.out, "Q4_0", "--tensor-type", "[=Q8_0", says="regular expression")
        self.fails("quantize", MODEL, self.out, "Q4_0", "--lora", self.folder / "none.gguf", says="none.gguf")
        self.fails("quantize", self.folder / "none.gguf", self.out, "Q4_0", says="none.gguf")
        self.fails("quantize", MODEL, MODEL, "Q4_0", says="is an input")
        self.fails("quantize", MODEL, self.out, status=2)
        self.fails("quantize", MODEL, self.out, "Q4_0", "--threads", "-1", status=2)
        self.assertFalse(self.out.exists())

    def test_interrupting(self):
        block = np.random.default_rng(1).standard_normal((4096, 1024)).astype(np.float16)
        big = self.folder / "big.gguf"
        write_gguf(big, [(f"blk.{i}.ffn_up.weight", block) for i in range(24)])
        self.out.write_text("older")
        for number in (signal.SIGINT, signal.SIGTERM):
            child = subprocess.Popen([CLI, "quantize", big, self.out, "Q2_K", "--threads", "1"], stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=ENV)
            self.assertIn(b"%", child.stderr.readline())  # at work
            start = time.monotonic()
            child.send_signal(number)
            _, err = child.communicate(timeout=60)
            self.assertEqual(child.returncode, 1, err)
            self.assertIn(b"stopped; nothing was written", err)
            self.assertLess(time.monotonic() - start, 2)
            self.assertEqual(self.out.read_text(), "older")
            self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["big.gguf", "out.gguf"])

    def test_memory_stays_bounded(self):
        block = np.random.default_rng(1).standard_normal((4096, 4096)).astype(np.float16)
        big = self.folder / "big.gguf"
        write_gguf(big, [(f"blk.{i}.ffn_up.weight", block) for i in range(12)])  # 400 MB
        code = ("import os,resource,subprocess,sys\n"
                "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
                "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
        out = subprocess.run([sys.executable, "-c", code, CLI, "quantize", big, self.out, "Q8_0"], capture_output=True, check=True, env=ENV).stdout
        self.assertLess(int(out), 150 * 1024)  # KiB: one tensor of the input and buffers

    @unittest.skipUnless(REFERENCE or os.environ.get("CI") == "true", "HEARTH_REFERENCE is not set: files with known answers are not here")
    def test_merged_adapters_answer_as_attached_ones(self):
        root = Path(REFERENCE)
        tokens = ",".join((root / "arch/tokens.txt").read_text().replace(",", " ").split())
        cases = [(name, f"{name}-lora.gguf", scale) for name in ("llama", "qwen2", "qwen3moe", "deepseek2-v3") for scale in ("0.5", "1.0")]
        cases += [(name, f"{name}-peft", "1.0") for name in ("llama", "qwen2")]
        for name, adapter, scale in cases:
            with self.subTest(name=name, adapter=adapter, scale=scale):
                self.ok("quantize", root / f"arch/{name}.gguf", self.out, "F32", "--lora", f"{root}/lora/{adapter}:{scale}")
                logits = self.folder / "logits.f32"
                self.ok("logits", self.out, "--tokens", tokens, "--out", logits, "--kv", "f32", "--split", 44)
                self.assertLess(nmse(logits, root / f"lora/{name}-scale{scale}.logits.f32"), 1e-9)
        self.fails("quantize", MODEL, self.out, "F32", "--lora", root / "lora/qwen2-lora.gguf", says="qwen2")


if __name__ == "__main__":
    sys.argv[1:] = []
    unittest.main(verbosity=2)
