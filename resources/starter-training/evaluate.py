#!/usr/bin/env python3
"""Judges Ember by what it says, greedily: wordings that it never saw, prompts to redirect, loops, and how its experts share the work.

  evaluate.py --model RUN/model.pt --tokenizer DATA/tokenizer.model --pairs PAIRS [--device cpu|cuda] [--sample N] [--report FILE.json] [--require]

An answer is right when its token F1 against the answer of the fact is 0.8 or more. With --require the exit status is 1 where a limit is missed:
90 % of the facts right in each language, 90 % of the unrelated prompts redirected, no loop in the sampled answers, no expert below half of its share over all of it.
--sample N takes N wordings of each kind and language, always the same ones.
"""
import argparse
import json
import os
import sys
from pathlib import Path

import sentencepiece
import torch

from judging import STORY_PROMPTS, chosen_sample, judged, loops, prompts_for_loops
from model import histogram, keep_memory, load_model

LEAST_SHARE = 0.5


class Speaker:
    """Answers of a model to many prompts at once."""

    def __init__(self, model, tokenizer, device):
        self.model, self.device = model, device
        self.text = sentencepiece.SentencePieceProcessor(model_file=str(tokenizer))
        self.user, self.assistant, self.end = (self.text.piece_to_id(sign) for sign in ("<|user|>", "<|assistant|>", "<|end|>"))

    def prompt(self, question):
        return [self.text.bos_id(), self.user] + self.text.encode(question) + [self.end, self.assistant]

    @torch.no_grad()
    def answers(self, questions, most=160, temperature=0.0, top_p=0.9, seed=0):
        """Token lists. Prompts are filled up at the left, which changes nothing: positions are relative."""
        chance = torch.Generator().manual_seed(seed)
        prompts = [self.prompt(question) for question in questions]
        width = max(len(prompt) for prompt in prompts)
        ids = torch.tensor([[0] * (width - len(prompt)) + prompt for prompt in prompts], device=self.device)
        empty = torch.tensor([width - len(prompt) for prompt in prompts], device=self.device)
        done = torch.zeros(len(prompts), dtype=torch.bool, device=self.device)
        for _ in range(min(most, self.model.c.ctx - width)):
            length = ids.shape[1]
            place = torch.arange(length, device=self.device)
            mask = (place.view(1, 1, -1) <= place.view(1, -1, 1)) & (place.view(1, 1, -1) >= empty.view(-1, 1, 1)) | torch.eye(length, dtype=torch.bool, device=self.device)
            logits = self.model.logits(self.model(ids, mask.unsqueeze(1))[:, -1]).float()
            chosen = logits.argmax(-1) if temperature == 0 else self.drawn(logits / temperature, top_p, chance)
            chosen = torch.where(done, torch.full_like(chosen, self.end), chosen)
            ids = torch.cat([ids, chosen.unsqueeze(1)], 1)
            done |= chosen == self.end
            if bool(done.all()):
                break
        found = []
        for row in ids[:, width:].tolist():
            found.append(row[:row.index(self.end)] if self.end in row else row)
        return found

    @staticmethod
    def drawn(logits, top_p, chance):
        p, order = logits.softmax(-1).cpu().sort(-1, descending=True)
        p[p.cumsum(-1) - p > top_p] = 0
        return order.gather(-1, torch.multinomial(p, 1, generator=chance)).squeeze(-1).to(logits.device)

    @torch.no_grad()
    def recites(self, rows, batch=32):
        """Which of the answers it says greedily, word for word: each token is the likeliest after those before, which one reading of all of it shows."""
        found = [False] * len(rows)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]["question"]) + len(rows[i]["answer"]))
        for at in range(0, len(order), batch):
            part = [(i, self.prompt(rows[i]["question"]), self.text.encode(rows[i]["answer"]) + [self.end]) for i in order[at:at + batch]]
            width = max(len(prompt) + len(answer) for _, prompt, answer in part)
            ids = torch.tensor([prompt + answer + [0] * (width - len(prompt) - len(answer)) for _, prompt, answer in part], device=self.device)
            likeliest = self.model.logits(self.model(ids)).argmax(-1).tolist()
            for (i, prompt, answer), row in zip(part, likeliest):
                found[i] = row[len(prompt) - 1:len(prompt) - 1 + len(answer)] == answer
        return found

    def greedy(self, rows, most):
        """Greedy answers to the questions of `rows`; only where another one than that of the row comes out is it computed token by token."""
        recited = self.recites(rows)
        others = iter(self.said([row["question"] for row, same in zip(rows, recited) if not same], most=most))
        return [row["answer"] if same else next(others) for row, same in zip(rows, recited)]

    def said(self, questions, batch=64, **how):
        """Texts, in the order of the questions; prompts of like length are computed together."""
        order = sorted(range(len(questions)), key=lambda i: len(questions[i]))
        texts = [""] * len(questions)
        for at in range(0, len(order), batch):
            part = order[at:at + batch]
            for i, tokens in zip(part, self.answers([questions[k] for k in part], **how)):
                texts[i] = self.text.decode(tokens).strip()
        return texts

    @torch.no_grad()
    def shares(self, texts):
        """How the experts divide the work of reading these (question, answer), one after the other."""
        for experts in self.model.experts():
            experts.usage.zero_()
        for question, answer in texts:
            self.model(torch.tensor([self.prompt(question) + self.text.encode(answer) + [self.end]], device=self.device))
        return histogram(self.model)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--adapter", help="lora-NAME.pt")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--pairs", required=True)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--sampled-answers", type=int, default=200, help="answers drawn by chance that are searched for loops")
    parser.add_argument("--by", choices=["heldout", "light", "blind"], default="heldout",
                        help="light: variants of known wordings, which is easier; blind: questions whose author saw the answers only")
    parser.add_argument("--most", type=int, default=200, help="tokens of an answer")
    parser.add_argument("--report", help="file for the numbers and all wrong answers")
    parser.add_argument("--require", action="store_true")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.device == "cpu":
        keep_memory()
    model = load_model(arguments.model, arguments.adapter, arguments.device)
    speaker = Speaker(model, arguments.tokenizer, arguments.device)
    held = [json.loads(line) for line in (Path(arguments.pairs) / f"pairs.{arguments.by}.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = chosen_sample(held, arguments.sample)
    results, wrong, missed = judged(rows, speaker.greedy(rows, arguments.most))
    prompts = prompts_for_loops(held, arguments.sampled_answers)
    drawn = list(zip(prompts, speaker.said(prompts, most=arguments.most, temperature=0.7)))
    looping = [(prompt, text) for prompt, text in drawn if loops(text)]
    print(f"loops in {len(looping)} of {len(prompts)} sampled answers")
    results["loops"] = len(looping)
    if looping:
        missed.append("sampled answers with loops")
    kinds = {language: [(row["question"], row["answer"]) for row in rows if row["language"] == language] for language in ("en", "zh")}
    kinds["stories"] = [(prompt, text) for prompt, text in drawn if prompt in STORY_PROMPTS]
    for kind, texts in [*kinds.items(), ("all", [text for texts in kinds.values() for text in texts])]:
        results["expert_shares"], least = speaker.shares(texts)
        results[f"least_share_{kind}"] = round(least, 3)
        if texts and least < LEAST_SHARE:
            print(f"{kind}: an expert works only {least:.2f} of its share")
            missed += ["an expert does less than half of its share"] if kind == "all" else []
    print("shares of the experts (1: fair)\n  " + "\n  ".join(results["expert_shares"]))
    if arguments.report:
        Path(arguments.report).write_text(json.dumps({"results": results, "missed": missed, "wrong": wrong, "looping": looping}, ensure_ascii=False, indent=1), encoding="utf-8")
    print("\n".join(missed) or "all limits are kept")
    return 1 if missed and arguments.require else 0


if __name__ == "__main__":
    sys.exit(main())
