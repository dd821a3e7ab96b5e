#!/usr/bin/env python3
"""hearth-cli as its users call it: every command, its output, exit status and messages.

  cli_test.py HEARTH_CLI MODEL
"""
import array
import glob
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

CLI, MODEL = sys.argv[1], sys.argv[2]


def run(*args, stdin=b"", env=None):
    done = subprocess.run([CLI, *map(str, args)], input=stdin, capture_output=True, timeout=120, env={**os.environ, "HEARTH_LOG": "error", **(env or {})})
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def write_model_folder(folder):
    """A Llama of one layer, 32 wide, with a tokenizer of the 256 bytes."""
    shapes = {"model.embed_tokens": [256, 32], "lm_head": [256, 32], "model.norm": [32]}
    layer = {"self_attn.q_proj": [32, 32], "self_attn.k_proj": [32, 32], "self_attn.v_proj": [32, 32], "self_attn.o_proj": [32, 32],
             "mlp.gate_proj": [32, 32], "mlp.up_proj": [32, 32], "mlp.down_proj": [32, 32], "input_layernorm": [32],
             "post_attention_layernorm": [32]}
    shapes |= {"model.layers.0." + name: shape for name, shape in layer.items()}
    header, data = {}, array.array("f")
    for name, shape in shapes.items():
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        header[name + ".weight"] = {"dtype": "F32", "shape": shape, "data_offsets": [4 * len(data), 4 * (len(data) + count)]}
        data.extend(((i * 37 + len(name)) % 101 - 50) / 200 for i in range(count))
    text = json.dumps(header).encode()
    with open(os.path.join(folder, "model.safetensors"), "wb") as f:
        f.write(len(text).to_bytes(8, "little") + text + data.tobytes())
    vocab, extra = {}, 0
    for value in range(256):
        printable = 33 <= value <= 126 or 161 <= value <= 172 or value >= 174
        vocab[chr(value if printable else 256 + extra)] = value
        extra += not printable
    files = {"config.json": {"architectures": ["LlamaForCausalLM"], "num_hidden_layers": 1, "hidden_size": 32, "vocab_size": 256,
                             "max_position_embeddings": 64, "intermediate_size": 32, "num_attention_heads": 4},
             "tokenizer.json": {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False},
                                "model": {"type": "BPE", "vocab": vocab, "merges": []}},
             "tokenizer_config.json": {}}
    for name, content in files.items():
        with open(os.path.join(folder, name), "w") as f:
            json.dump(content, f)


class Commands(unittest.TestCase):
    def ok(self, *args, stdin=b""):
        status, out, err = run(*args, stdin=stdin)
        self.assertEqual(status, 0, err)
        return out

    def fails(self, *args, status=1, says=""):
        got, _, err = run(*args)
        self.assertEqual(got, status, err)
        self.assertIn(says, err)
        if status == 1:
            self.assertEqual(err.count("\n"), 1, err)

    def test_devices(self):
        devices = json.loads(self.ok("devices", "--json"))
        self.assertTrue({"cpu", "reference"} <= {d["id"] for d in devices if d["usable"]})
        self.assertTrue(all(d["usable"] or d["reason"] for d in devices))
        self.assertEqual(len([d for d in devices if d["automatic"]]), 1)
        by_id = {d["id"]: d for d in devices}
        self.assertEqual((by_id["cpu"]["kind"], by_id["cpu"]["check"]), ("cpu", "not needed"))
        self.assertTrue(by_id["reference"]["not_automatic"])

    def test_info(self):
        info = json.loads(self.ok("info", MODEL, "--json"))
        self.assertEqual(info["architecture"], "deepseek2")
        self.assertEqual((info["experts"], info["experts_used"]), (12, 2))
        self.assertGreater(info["memory"]["total"], info["weight_bytes"])
        self.assertIn(b"deepseek2", self.ok("info", MODEL))

    def test_a_stopped_selftest_is_no_result(self):
        with tempfile.TemporaryDirectory() as home:
            environment = {**os.environ, "HEARTH_HOME": home}
            vulkan = [d for d in json.loads(self.ok("devices", "--json")) if d["id"].startswith("vulkan") and d["usable"]]
            device = vulkan[0]["id"] if vulkan else "cpu"
            process = subprocess.Popen([CLI, "selftest", "--device", device], env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
            time.sleep(0.7)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 1, err)
            self.assertIn(b"stopped", err)
            states = [open(p).read() for p in glob.glob(home + "/cache/devices/*.json")]
            self.assertEqual(states, [])

    def test_plan(self):
        plan = json.loads(self.ok("info", MODEL, "--json"))["plan"]
        self.assertEqual([d["device"] for d in plan["devices"]], ["cpu"])
        split = ["info", MODEL, "--device", "reference", "--gpu-layers", "3", "--cpu-moe", "3"]
        info = json.loads(self.ok(*split, "--json"))
        first, second = info["plan"]["devices"]
        self.assertEqual((first["device"], first["layers"], first["expert_layers"]), ("reference", [0, 1, 2], [1]))
        self.assertEqual((second["device"], second["layers"], second["expert_layers"]), ("cpu", [3, 4], [2, 3, 4]))
        self.assertEqual(info["memory"]["total"], first["memory"]["total"] + second["memory"]["total"])
        self.assertIn(b"experts of layers 2-4", self.ok(*split))
        self.assertEqual(self.ok("info", MODEL, "--ctx", "16777216", "--kv", "f32", "--json").count(b"plan_error"), 1)
        self.fails("info", MODEL, "--gpu-layers", "-1", status=2)

    def test_tokens_round_trip(self):
        text = "Once upon a time, 你好 🙂  two  spaces\n"
        ids = self.ok("tokenize", MODEL, stdin=text.encode())
        self.assertEqual(self.ok("detokenize", MODEL, stdin=ids).decode(), text + "\n")
        two = self.ok("tokenize", MODEL, "-0", stdin=b"a\0b c").decode().splitlines()
        self.assertEqual(len(two), 2)
        bos = self.ok("tokenize", MODEL, "--bos", stdin=b"a").split()
        self.assertEqual(bos[1:], self.ok("tokenize", MODEL, stdin=b"a").split())

    def test_special_tokens_are_text_unless_asked(self):
        as_text = self.ok("tokenize", MODEL, stdin=b"<|end|>").split()
        parsed = self.ok("tokenize", MODEL, "--special", stdin=b"<|end|>").split()
        self.assertGreater(len(as_text), 1)
        self.assertEqual(len(parsed), 1)

    def test_template(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "in.json")
            with open(path, "w") as f:
                json.dump({"messages": [{"role": "user", "content": " hi "}], "add_generation_prompt": True}, f)
            self.assertEqual(self.ok("template", MODEL, "--input", path), b"<|user|>hi<|end|><|assistant|>")

    def test_reference_templates(self):
        root = os.environ.get("HEARTH_REFERENCE")
        if not root:
            if os.environ.get("CI") == "true":
                self.fail("HEARTH_REFERENCE is not set")
            self.skipTest("HEARTH_REFERENCE is not set: files with known answers are not here")
        with tempfile.TemporaryDirectory() as folder:
            for name in ("deepseek-ai-DeepSeek-V3.1", "Qwen-Qwen3-0.6B", "openai-gpt-oss-120b"):
                with open(os.path.join(root, "template", name + ".json"), encoding="utf-8") as f:
                    known = json.load(f)
                source, given = os.path.join(folder, "t.jinja"), os.path.join(folder, "in.json")
                with open(source, "w", encoding="utf-8", newline="") as f:
                    f.write(known["template"])
                for case in known["cases"]:
                    variables = {"bos_token": known["bos_token"], "eos_token": known["eos_token"], **case["input"]}
                    if known.get("strftime_now"):
                        variables["now"] = known["strftime_now"]
                    with open(given, "w", encoding="utf-8") as f:
                        json.dump(variables, f)
                    status, out, err = run("template", "--file", source, "--input", given)
                    if "expected" in case:
                        self.assertEqual((status, out.decode()), (0, case["expected"]), f"{name} {case['case']} {err}")
                    else:
                        self.assertEqual(status, 1, case["case"])

    def test_logits(self):
        with tempfile.TemporaryDirectory() as folder:
            values = []
            for split in ([], ["--split", "3"]):
                path = os.path.join(folder, "out.f32")
                self.ok("logits", MODEL, "--tokens", "1,3,564,383,265", "--out", path, "--kv", "f32", *split)
                data = array.array("f")
                with open(path, "rb") as f:
                    data.frombytes(f.read())
                values.append(data)
            self.assertEqual(len(values[0]), 5 * 6144)
            error = sum((a - b) ** 2 for a, b in zip(*values)) / sum(b * b for b in values[1])
            self.assertLess(error, 1e-4)

    def test_generate_is_reproducible(self):
        first = json.loads(self.ok("generate", MODEL, "-p", "Tell me a story.", "-n", 24, "--temp", 0, "--json"))
        again = json.loads(self.ok("generate", MODEL, "-p", "Tell me a story.", "-n", 24, "--temp", 0, "--json"))
        self.assertEqual(first["ids"], again["ids"])
        self.assertEqual(first["generated_tokens"], len(first["ids"]))
        self.assertEqual((first["thinking"], first["thinking_tokens"]), ("", 0))
        seeded = [json.loads(self.ok("generate", MODEL, "-p", "Hi", "-n", 16, "--seed", 7, "--json"))["text"] for _ in range(2)]
        self.assertEqual(*seeded)

    def test_chat(self):
        out = self.ok("chat", MODEL, "--temp", 0, "-n", 20, stdin=b"Hello\nWho are you?\n/new\n/exit\n").decode()
        self.assertEqual(out.count("> "), 4)

    def test_bench(self):
        j = json.loads(self.ok("bench", MODEL, "-p", 64, "-n", 8, "-d", "0,32", "-b", "1,4", "-r", 2, "--json"))
        self.assertEqual([r["kind"] for r in j["results"]], ["prompt", "decode", "decode"] * 2)
        self.assertGreater(j["read_gbs"], 0)
        self.assertTrue(all(r["tokens_per_s"] > 0 and r["bytes_per_token"] > 0 for r in j["results"]))

    def test_selftest(self):
        self.assertIn(b"passed", self.ok("selftest", "--device", "cpu", "--model", MODEL))

    def test_adapter(self):
        path = os.path.join(os.path.dirname(MODEL), "..", "adapters", "fables.gguf")
        text = self.ok("adapter", path, "--base", MODEL).decode()
        for part in ("Ember fables", "deepseek2", "attn_output", "fits"):
            self.assertIn(part, text)
        facts = json.loads(self.ok("adapter", path, "--json"))
        self.assertEqual((facts["rank"], facts["format"], facts["license"]), (8, "gguf", "Apache-2.0"))
        self.assertNotIn("fits", facts)
        with tempfile.TemporaryDirectory() as folder:
            write_model_folder(folder)
            other = os.path.join(folder, "llama.gguf")
            self.ok("import", folder, other)
            status, _, err = run("adapter", path, "--base", other)
            self.assertEqual(status, 1)
            self.assertIn("made for another model", err)
            status, out, _ = run("adapter", path, "--base", other, "--json")
            self.assertEqual((status, json.loads(out)["fits"]), (1, False))
            self.assertIn("'llama'", json.loads(out)["reason"])
            status, _, err = run("adapter", folder)
            self.assertEqual(status, 1)
            self.assertIn("a whole model, not an adapter", err)
        status, _, err = run("adapter", MODEL)
        self.assertEqual(status, 1)
        self.assertIn("a whole model, not an adapter", err)
        self.assertEqual(run("adapter")[0], 2)

    def test_import(self):
        with tempfile.TemporaryDirectory() as folder:
            write_model_folder(folder)
            out = os.path.join(folder, "out.gguf")
            self.assertIn(b"llama", self.ok("import", folder, out))
            info = json.loads(self.ok("info", out, "--json"))
            self.assertEqual((info["architecture"], info["parameters"]), ("llama", 2 * 256 * 32 + 5 * 32 * 32 + 2 * 32 * 32 + 3 * 32))
            self.assertEqual(self.ok("tokenize", out, stdin=b"ab").split(), [b"97", b"98"])
            self.ok("logits", out, "--tokens", "1,2,3", "--out", os.path.join(folder, "l.f32"))
            report = json.loads(self.ok("import", folder, out, "--type", "q8_0", "--json"))
            self.assertEqual((report["architecture"], report["tokens"], report["pretokenizer"]), ("llama", 256, "gpt-2"))
            self.assertEqual(report["file_bytes"], os.path.getsize(out))
            self.fails("import", folder, out, "--type", "q3_k", status=2)
            self.fails("import", "/nonexistent", out, says="/nonexistent")
            # A file that may not grow is what a full disk looks like: the old one stays, nothing else is left.
            before = os.path.getsize(out)
            full = subprocess.run(["sh", "-c", "ulimit -f 8; exec \"$@\"", "sh", CLI, "import", folder, out, "--type", "f32"], capture_output=True)
            self.assertEqual(full.returncode, 1, full.stderr)
            self.assertEqual((os.path.getsize(out), os.path.exists(out + ".part")), (before, False))
            os.remove(os.path.join(folder, "model.safetensors"))
            open(os.path.join(folder, "pytorch_model.bin"), "wb").close()
            self.fails("import", folder, out, says="pickle")

    def test_wrong_use(self):
        self.fails(status=2)
        self.fails("generate", MODEL, status=2)
        self.fails("logits", MODEL, "--tokens", "1,x", "--out", "/dev/null", status=2)
        self.assertEqual(run("--help")[0], 0)
        self.assertEqual(run("--version")[0], 0)

    def test_clear_failures(self):
        self.fails("info", "/nonexistent.gguf", says="/nonexistent.gguf")
        self.fails("info", __file__, says="GGUF")
        self.fails("generate", MODEL, "-p", "word " * 3000, says="2048")
        self.fails("generate", MODEL, "-p", "hi", "--device", "cuda", says="cuda")
        self.fails("logits", MODEL, "--tokens", "1,99999", "--out", "/dev/null", says="99999")
        self.fails("logits", MODEL, "--tokens", "1", "--out", "/nonexistent/x", says="/nonexistent/x")
        self.fails("generate", MODEL, "-p", "hi", "-c", 1 << 24, says="fits")
        self.fails("perplexity", MODEL, "/nonexistent.txt", says="/nonexistent.txt")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
