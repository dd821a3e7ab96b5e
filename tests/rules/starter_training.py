#!/usr/bin/env python3
"""The programs that train Ember, on a model of a toy's size. Skipped where PyTorch or SentencePiece is missing.

  starter_training.py ROOT
"""
import importlib.util
import json
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(sys.argv.pop(1) if len(sys.argv) > 1 else ".").resolve()
TRAINING = ROOT / "resources" / "starter-training"
sys.path.insert(0, str(TRAINING))
MISSING = [name for name in ("numpy", "torch", "sentencepiece") if importlib.util.find_spec(name) is None]


def pair(number, language="en", kind="fact"):
    return {"language": language, "kind": kind, "id": f"f{number}", "question": f"What is thing number {number}?" if language == "en" else f"第 {number} 个是什么？",
            "answer": f"Thing {number} is a small thing. It is round." if language == "en" else f"第 {number} 个很小。它是圆的。"}


@unittest.skipIf(MISSING, f"without {', '.join(MISSING)}")
class Training(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        rows = [pair(number, language, kind) for number in range(40) for language in ("en", "zh") for kind in ("fact", "talk", "redirect")]
        for part, kept in (("train", rows[:200]), ("heldout", rows[200:])):
            (cls.folder / f"pairs.{part}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")
        cls.run_program("prepare_data.py", "--pairs", cls.folder, "--out", cls.folder / "data", "--vocab", 360)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    def run_program(cls, name, *arguments, status=0):
        run = subprocess.run([sys.executable, "-B", str(TRAINING / name), *map(str, arguments)], capture_output=True, text=True)
        if run.returncode != status:
            raise AssertionError(f"{name}: {run.returncode}\n{run.stdout}\n{run.stderr}")
        return run.stdout

    def train(self, out, *arguments):
        return self.run_program("train.py", "--data", self.folder / "data", "--out", self.folder / out, "--preset", "test", "--steps", 4, "--report", 1, *arguments)

    def losses(self, out):
        rows = [line.split(",") for line in (self.folder / out / "model-log.csv").read_text(encoding="utf-8").splitlines()]
        return [(row[1], row[3]) for row in rows if row[3]]

    def test_training_goes_on_as_if_it_had_not_stopped(self):
        self.train("whole")
        self.train("parts", "--stop-at", 2)
        self.train("parts", "--resume")
        self.assertEqual(self.losses("whole"), self.losses("parts"))
        self.assertEqual(len(self.losses("whole")), 5)

    def test_several_processes_read_the_data(self):
        self.assertNotIn("new order", self.train("loaded", "--loaders", 2, "--stop-at", 2))
        self.assertEqual([step for step, _ in self.losses("loaded")], ["step", "1", "2"])
        self.assertIn("new order", self.train("loaded", "--loaders", 2, "--resume", "--stop-at", 3))
        self.assertIn("new order", self.train("loaded", "--resume"))
        self.assertEqual([step for step, _ in self.losses("loaded")], ["step", "1", "2", "3", "4"])

    def test_the_model_for_hearth_keeps_its_limits(self):
        import dataclasses
        from model import MOST_PARAMETERS, Model
        from train import PRESETS
        model = Model(dataclasses.replace(PRESETS["guide"][0], vocab=6144))
        self.assertLessEqual(model.parameters_in_all(), MOST_PARAMETERS)
        self.assertLess(model.parameters_in_all() * 34 / 32, 14_500_000)
        self.assertEqual(model.c.ctx, 2048)

    def test_both_ways_to_compute_experts_agree(self):
        import torch
        from model import Config, Experts
        torch.manual_seed(3)
        experts = Experts(Config(d=64, experts=4, ff_exp=32))
        expert = torch.randint(0, 4, (37,)).sort()[0]
        counts, x = torch.bincount(expert, minlength=4), torch.randn(37, 64)
        self.assertLess((experts.one_by_one(x, expert, counts) - experts.together(x, expert, counts)).abs().max().item(), 1e-6)

    def test_files_and_the_evaluation(self):
        self.train("used")
        model, tokenizer = self.folder / "used" / "model.pt", self.folder / "data" / "tokenizer.model"
        self.run_program("export_gguf.py", "--model", model, "--tokenizer", tokenizer, "--out", self.folder / "ember.gguf")
        self.assertEqual((self.folder / "ember.gguf").read_bytes()[:8], b"GGUF" + struct.pack("<I", 3))
        self.train("used", "--init", model, "--lora", "terse")
        self.run_program("export_gguf.py", "--model", self.folder / "used" / "lora-terse.pt", "--out", self.folder / "terse.gguf", "--peft", self.folder / "terse")
        self.assertTrue((self.folder / "terse" / "adapter_model.safetensors").is_file())
        report = self.folder / "report.json"
        self.run_program("evaluate.py", "--model", model, "--tokenizer", tokenizer, "--pairs", self.folder, "--sample", 2, "--sampled-answers", 2, "--most", 8, "--report", report, "--require", status=1)
        results = json.loads(report.read_text(encoding="utf-8"))["results"]
        self.assertEqual(results["fact-en"]["right"], 0)
        self.assertEqual(len(results["expert_shares"]), 1)
        self.run_program("export_gguf.py", "--model", model, "--tokenizer", tokenizer, "--out", self.folder / "card.gguf", "--report", report)
        said = (self.folder / "card.gguf").read_bytes()
        self.assertIn(b"hearth.evaluation.redirect_zh", said)
        self.assertRegex(said, rb"hearth\.expert_shares.{12}\d\.\d\d \d\.\d\d \d\.\d\d \d\.\d\d")

    def test_a_file_comes_back_as_what_it_was_made_from(self):
        import sentencepiece
        import torch
        self.train("shipped")
        model, tokenizer = self.folder / "shipped" / "model.pt", self.folder / "data" / "tokenizer.model"
        for kind, most in (("f16", 1e-3), ("q8_0", 1e-3)):
            self.run_program("export_gguf.py", "--model", model, "--tokenizer", tokenizer, "--type", kind, "--out", self.folder / "shipped.gguf")
            self.run_program("import_gguf.py", "--file", self.folder / "shipped.gguf", "--out", self.folder / "back")
            before, after = (torch.load(path, map_location="cpu") for path in (model, self.folder / "back" / "model.pt"))
            self.assertEqual(before["config"].keys(), after["config"].keys())
            self.assertLess(max(abs(value - after["config"][key]) for key, value in before["config"].items()), 1e-9)
            self.assertEqual(before["model"].keys(), after["model"].keys())
            self.assertLess(max((value - after["model"][name]).abs().max().item() for name, value in before["model"].items()), most)
        first, second = (sentencepiece.SentencePieceProcessor(model_file=str(path)) for path in (tokenizer, self.folder / "back" / "tokenizer.model"))
        for text in ("What is thing number 12?", "  two  blanks ", "第 3 个是什么？", "Ünknown – 漢字 <|end|>", "a\nb\tc"):
            self.assertEqual(first.encode(text), second.encode(text), text)
            self.assertEqual(first.decode(first.encode(text)), second.decode(second.encode(text)))
        self.assertEqual([first.id_to_piece(i) for i in range(first.vocab_size())], [second.id_to_piece(i) for i in range(second.vocab_size())])
        # Training goes on from it, also with data of another size.
        self.train("next", "--init", self.folder / "back" / "model.pt", "--stop-at", 2)
        self.run_program("prepare_data.py", "--pairs", self.folder, "--out", self.folder / "fewer", "--tokenizer", self.folder / "back" / "tokenizer.model", "--seed", 8)
        said = self.run_program("train.py", "--data", self.folder / "fewer", "--out", self.folder / "next", "--preset", "test", "--steps", 4, "--resume")
        self.assertIn("another one than before", said)

    def test_the_mean_of_the_weights_is_what_is_used(self):
        import torch
        self.train("mean", "--average", 0.9)
        state = torch.load(self.folder / "mean" / "state.pt", map_location="cpu")
        used = torch.load(self.folder / "mean" / "model.pt", map_location="cpu")["model"]
        names = [name for name in used if name in state["model"]]
        self.assertGreater(sum((used[name] != state["model"][name]).any().item() for name in names), len(names) // 2)
        for name, mean in zip(names, state["mean"]):
            self.assertTrue(torch.equal(used[name], mean), name)

    def test_what_is_read_at_once_is_what_is_said_token_by_token(self):
        from evaluate import Speaker
        from model import load_model
        self.train("recites")
        speaker = Speaker(load_model(self.folder / "recites" / "model.pt"), self.folder / "data" / "tokenizer.model", "cpu")
        rows = [{"question": question, "answer": answer} for question in ("What is it?", "What is thing number 12?") for answer in ("", "It is.", "Thing number 12 is a thing.")]
        said = [speaker.answers([row["question"]], most=40)[0] for row in rows]
        rows += [{"question": row["question"], "answer": speaker.text.decode(tokens)} for row, tokens in zip(rows, said)]
        expected = [tokens == speaker.text.encode(row["answer"]) and len(tokens) < 40 for row, tokens in zip(rows, said * 2)]
        self.assertEqual(speaker.recites(rows), expected)

    def test_experts_that_share_the_work_only_over_all_texts_are_uneven(self):
        import torch
        from model import Config, Experts
        experts = Experts(Config(d=64, experts=4, ff_exp=32, top_k=1))
        p = torch.eye(4)[torch.tensor([0, 0, 1, 1, 2, 2, 3, 3])]
        expert, token = torch.tensor([0, 0, 1, 1, 2, 2, 3, 3]), torch.arange(8)
        self.assertAlmostEqual(experts.unevenness(p, expert, token, torch.zeros(8, dtype=torch.long)).item(), 1)
        self.assertAlmostEqual(experts.unevenness(p, expert, token, torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])).item(), 2)
        self.assertAlmostEqual(experts.unevenness(p, expert, token, torch.tensor([0, 2, 0, 2, 0, 2, 0, 2])).item(), 1)

    def test_prompts_of_different_lengths_do_not_disturb_each_other(self):
        from evaluate import Speaker
        from model import load_model
        self.train("speaker")
        speaker = Speaker(load_model(self.folder / "speaker" / "model.pt"), self.folder / "data" / "tokenizer.model", "cpu")
        questions = ["What is it?", "What is thing number 12, and what is thing number 13?"]
        self.assertEqual(speaker.answers(questions, most=8), [speaker.answers([question], most=8)[0] for question in questions])

    def test_loops_are_seen(self):
        from judging import loops
        self.assertTrue(loops("the cat sat the cat sat the cat sat the cat sat"))
        self.assertTrue(loops("哈哈哈哈哈哈哈哈哈哈哈哈哈哈"))
        self.assertFalse(loops("Press the button at the top of the page, then choose the first one."))

    def test_no_piece_swallows_a_chinese_phrase(self):
        import sentencepiece
        pieces = sentencepiece.SentencePieceProcessor(model_file=str(self.folder / "data" / "tokenizer.model"))
        longest = max(sum("\u3400" <= sign <= "\u9fff" for sign in pieces.id_to_piece(i)) for i in range(pieces.vocab_size()))
        self.assertLessEqual(longest, 2)


if __name__ == "__main__":
    unittest.main()
