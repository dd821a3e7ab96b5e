#!/usr/bin/env python3
"""Trains Ember, or an adapter on top of it.

  train.py --data DATA --out RUN [--preset guide] [--device cpu|cuda] [--steps N | --minutes M]
  train.py --data DATA --out RUN --resume                               goes on where RUN/state.pt stopped
  train.py --data DATA --out RUN --init RUN/model.pt --lora fables      an adapter on the group lora-fables of DATA

RUN receives model.pt (or lora-NAME.pt) to use, state.pt to go on from (with the state of the optimisers, of chance and of the data) and log.csv.
With --steps the same tree, data and device give the same model; --minutes is for machines that are lent for a time. On a processor set
OPENBLAS_NUM_THREADS and OMP_NUM_THREADS, and use an optimised BLAS (Debian: libopenblas0-pthread), without which this takes 20 times as long.
"""
import argparse
import contextlib
import csv
import dataclasses
import json
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from model import MOST_PARAMETERS, Config, Model, histogram, keep_memory
from token_data import STORIES, Loaders, TokenData, attention_mask

# Name -> (sizes, what training uses unless told otherwise). The vocabulary is that of the data. A step of Muon is as long as its rate whatever the gradient is, so with few
# tokens a step it is mostly noise: with 4,000 tokens and a rate of 0.02 half of the answers were found after 6 M tokens, 100 steps at 0.004 later three quarters.
PRESETS = {
    "guide": (Config(d=256, layers=7, heads=8, kv_rank=128, ff_dense=768, experts=14, ff_exp=128), dict(length=512, rows=32, lr=2e-3, muon_lr=0.008, steps=20000, aux=0.02, dropout=0.05)),
    "cpu-small": (Config(), dict(length=256, rows=16, lr=2e-3, muon_lr=0.004, steps=5000, aux=0.02, dropout=0.0)),
    "test": (Config(d=64, layers=2, heads=2, kv_rank=32, ff_dense=64, experts=4, ff_exp=32), dict(length=128, rows=2, lr=3e-3, muon_lr=0.02, steps=4, aux=0.02, dropout=0.1)),
}
FIRST_PIECE = 263  # of the vocabulary: before it are control tokens and bytes
FAIR = 0.5  # no expert may do less than this part of its fair share


def computes_bfloat16(device):
    """Whether products of bfloat16 are faster here: on graphics cards, and on processors with instructions for them (AMX, AVX-512), where they take half to a fifth of the time."""
    if device.type == "cuda":
        return True
    flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace") if os.path.exists("/proc/cpuinfo") else ""
    return "amx_bf16" in flags or "avx512_bf16" in flags


def orthogonal(gradient, half, rounds=5):
    """Newton-Schulz iteration on the last two dimensions."""
    x = gradient.bfloat16() if half else gradient
    tall = x.size(-2) > x.size(-1)
    if tall:
        x = x.transpose(-2, -1)
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(rounds):
        a = x @ x.transpose(-2, -1)
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return (x.transpose(-2, -1) if tall else x).to(gradient.dtype)


class Muon(torch.optim.Optimizer):
    """Momentum with orthogonal updates, for hidden matrices and stacks of them. `stacks`: those of one shape at once, few long launches for a graphics card."""

    def __init__(self, parameters, lr, half, stacks, momentum=0.95, weight_decay=0.05):
        super().__init__(list(parameters), dict(lr=lr, momentum=momentum, weight_decay=weight_decay))
        self.half, self.stacks = half, stacks

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            wanted = {}
            for p in (p for p in group["params"] if p.grad is not None):
                m = self.state[p].setdefault("momentum", torch.zeros_like(p))
                m.lerp_(p.grad, 1 - group["momentum"])
                wanted.setdefault(p.shape if self.stacks else p, []).append((p, p.grad.lerp(m, group["momentum"])))
            for pairs in wanted.values():
                updates = orthogonal(torch.stack([gradient for _, gradient in pairs]), self.half)
                for (p, _), update in zip(pairs, updates):
                    p.mul_(1 - group["lr"] * group["weight_decay"]).add_(update, alpha=-group["lr"] * max(1, p.size(-2) / p.size(-1)) ** 0.5)


def optimisers(model, arguments, half):
    """Muon for the hidden matrices, AdamW for the rest; of an adapter everything is AdamW's."""
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    hidden = [] if arguments.lora else [p for name, p in trained if p.ndim > 1 and "emb" not in name and "router" not in name]
    known = {id(p) for p in hidden}
    rest = [p for _, p in trained if id(p) not in known]
    made = [torch.optim.AdamW([{"params": [p for p in rest if p.ndim > 1], "weight_decay": 0.0 if arguments.lora else 0.1},
                               {"params": [p for p in rest if p.ndim <= 1], "weight_decay": 0.0}], lr=arguments.lr, betas=(0.9, 0.97))]
    return made + ([Muon(hidden, arguments.muon_lr, half, arguments.device == "cuda")] if hidden else [])


class Run:
    """One training, from its start or from where it stopped."""

    def __init__(self, arguments):
        self.a, self.out, self.device = arguments, Path(arguments.out), torch.device(arguments.device)
        self.half = computes_bfloat16(self.device)
        self.out.mkdir(parents=True, exist_ok=True)
        self.name = f"lora-{arguments.lora}" if arguments.lora else "model"
        self.state_path = self.out / ("state.pt" if not arguments.lora else f"state-{arguments.lora}.pt")
        groups = [f"lora-{arguments.lora}"] if arguments.lora else None
        self.data = Loaders(arguments.loaders, arguments.data, "train", arguments.seed, groups) if arguments.loaders else TokenData(arguments.data, "train", arguments.seed, groups)
        torch.manual_seed(arguments.seed)
        torch.set_num_threads(arguments.threads)
        if self.device.type == "cpu":
            keep_memory()
        vocabulary = json.loads((Path(arguments.data) / "meta.json").read_text(encoding="utf-8"))["vocab"]
        begun = torch.load(arguments.init, map_location="cpu", weights_only=False) if arguments.init else None
        self.config = Config(**begun["config"]) if begun else dataclasses.replace(PRESETS[arguments.preset][0], vocab=vocabulary)
        if self.config.vocab != vocabulary:
            raise SystemExit(f"the model knows {self.config.vocab} tokens, the data uses {vocabulary}")
        self.model = Model(self.config, arguments.dropout)
        if begun:
            self.model.load_state_dict(begun["model"])
        if arguments.lora:
            self.model.add_lora(arguments.rank, arguments.alpha)
        self.model.to(self.device)
        if self.model.parameters_in_all() > MOST_PARAMETERS and not arguments.lora:
            raise SystemExit(f"{self.model.parameters_in_all()} parameters, the most is {MOST_PARAMETERS}")
        # Which answer a question wants, asked apart where it ends and after the middle block: what comes later looks it up there instead of finding it out again for each of its words.
        # Only for training, the model does not keep it.
        self.middle = self.config.layers // 2 + 1
        self.head = nn.Linear(self.config.d, self.data.answers).to(self.device) if arguments.recognise and not arguments.lora else None
        self.optimisers = optimisers(self.model, arguments, self.half)
        if self.head is not None:
            self.optimisers[0].add_param_group({"params": list(self.head.parameters()), "weight_decay": 0.0})
        self.base = [[group["lr"] for group in optimiser.param_groups] for optimiser in self.optimisers]
        self.mean = [p.detach().clone() for p in self.trained()] if arguments.average else []
        self.step = self.seen = 0
        self.minutes = 0.0
        if arguments.resume:
            self.restore()

    def trained(self):
        return [p for p in self.model.parameters() if p.requires_grad] + (list(self.head.parameters()) if self.head is not None else [])

    def restore(self):
        kept = torch.load(self.state_path, map_location="cpu", weights_only=False)
        self.model.load_state_dict(kept["model"])
        if self.head is not None:
            self.head.load_state_dict(kept["head"])
        for optimiser, state in zip(self.optimisers, kept["optimisers"]):
            optimiser.load_state_dict(state)
        if kept["data"] and kept["documents"] == self.data.check_sum():
            self.data.restore(kept["data"])
        else:
            print("the data is another one than before, or several processes read it: its documents come in a new order")
        for mean, value in zip(self.mean, kept["mean"]):
            mean.copy_(value)
        self.step, self.seen, self.minutes = kept["step"], kept["seen"], kept["minutes"]
        torch.set_rng_state(kept["chance"])
        if kept["chance_cuda"] is not None and self.device.type == "cuda":
            torch.cuda.set_rng_state(kept["chance_cuda"])

    @contextlib.contextmanager
    def averaged(self):
        """The model with the mean of its weights over the last steps instead of those of the last one: less of the noise of single steps."""
        kept = [p.detach().clone() for p in self.trained()] if self.mean else []
        with torch.no_grad():
            for p, mean in zip(self.trained(), self.mean):
                p.copy_(mean)
            yield
            for p, value in zip(self.trained(), kept):
                p.copy_(value)

    def save(self):
        """The model to use and the state to go on from; each appears whole or not at all."""
        with self.averaged():
            used = {name: value.cpu().clone() for name, value in self.model.state_dict().items() if not self.a.lora or name.endswith((".A", ".B"))}
        lora = {"name": self.a.lora, "rank": self.a.rank, "alpha": self.a.alpha} if self.a.lora else None
        self.write(self.out / f"{self.name}.pt", {"config": dataclasses.asdict(self.config), "model": used, "lora": lora, "step": self.step, "tokens": self.seen})
        self.write(self.state_path, {"model": self.model.state_dict(), "mean": self.mean, "head": self.head.state_dict() if self.head is not None else None, "optimisers": [optimiser.state_dict() for optimiser in self.optimisers], "data": self.data.state(), "documents": self.data.check_sum(), "step": self.step, "seen": self.seen,
                                     "minutes": self.minutes, "chance": torch.get_rng_state(), "chance_cuda": torch.cuda.get_rng_state() if self.device.type == "cuda" else None})

    @staticmethod
    def write(path, what):
        part = path.with_name(path.name + ".part")
        torch.save(what, part)
        os.replace(part, path)

    def autocast(self):
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.half)

    @torch.no_grad()
    def validate(self, batches=6):
        """Loss of each group that is kept out, and of all of them."""
        self.model.eval()
        data, losses, total, count = TokenData(self.a.data, "val", 1, ["val:"]), {}, 0.0, 0
        for name in [entry["name"] for entry in data.names if entry["name"].startswith("val:") and entry["docs"]]:
            part = TokenData(self.a.data, "val", 1, [name])
            part.rate = np.array([float(entry["name"] == name) for entry in part.names])
            loss = tokens = 0
            for _ in range(batches):
                x, y, parts, *_ = (t.to(self.device) for t in part.batch(8, self.a.length))
                with self.autocast():
                    logits = self.model.logits(self.model(x, attention_mask(parts)))
                loss += F.cross_entropy(logits.float().flatten(0, 1), y.flatten(), ignore_index=-100, reduction="sum").item()
                tokens += (y >= 0).sum().item()
                if part.epoch > 1:
                    break
            losses[name[4:]], total, count = loss / max(tokens, 1), total + loss, count + tokens
        self.model.train()
        losses["all"] = total / max(count, 1)
        return losses

    def progress(self):
        return max(self.step / self.a.steps if self.a.steps else 0.0, self.minutes / self.a.minutes if self.a.minutes else 0.0)

    def weight_of_beginnings(self, answer):
        """What each token counts. The first ones of an answer decide which one it becomes, but are few beside those of stories, whose loss is ten times as large."""
        begins = answer >= 0
        for after in (1, 2):
            begins = begins | F.pad(answer >= 0, (after, 0))[:, :-after]
        return 1.0 + (0.0 if self.a.lora else self.a.first - 1.0) * begins

    def learn(self, done):
        """One step; its loss and how unevenly the experts worked (1: evenly)."""
        warm = min(1.0, (self.step + 1) / 100)
        scale = warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(done, 1.0))))
        for optimiser, rates in zip(self.optimisers, self.base):
            for group, rate in zip(optimiser.param_groups, rates):
                group["lr"] = rate * scale
        rows, length = self.a.rows, self.a.length
        if done > 1 - self.a.long and not self.a.lora:  # the end of the way: rows of the whole context
            rows, length = max(1, rows * length // self.config.ctx), self.config.ctx
        batch = self.data.batch(rows, length)
        asked, real = bool((batch[4] >= 0).any()), int((batch[0] > 0).sum())  # before they are on the card, which would have to be waited for
        x, y, parts, kinds, answer = (t.to(self.device) for t in batch)
        chosen = y >= 0
        told = kinds == STORIES
        if self.a.noise and not self.a.lora:  # some words are other ones: no answer may hang on a single word of its question, nor its end on its beginning alone
            noisy = (torch.rand(x.shape, device=self.device) < self.a.noise) & ~told & (x >= FIRST_PIECE)
            x = torch.where(noisy, torch.randint(FIRST_PIECE, self.config.vocab, x.shape, device=self.device), x)
        kinds = torch.where(told, 0, 1 + 2 * kinds + chosen)  # questions and answers apart: how much there is of each is not the same when the model is used
        with self.autocast():
            hidden, between = self.model(x, attention_mask(parts), kinds, self.middle)
            losses = F.cross_entropy(self.model.logits(hidden[chosen]).float(), y[chosen], reduction="none")
            weight = self.weight_of_beginnings(answer)[chosen]
            loss = (losses * weight).sum() / weight.sum()
            if self.head is not None and asked:
                loss = loss + self.a.recognise * F.cross_entropy(self.head(between[answer >= 0]).float(), answer[answer >= 0])
            aux = sum(experts.aux for experts in self.model.experts()) / len(self.model.experts())
        (loss + self.a.aux * aux).backward()
        nn.utils.clip_grad_norm_(self.trained(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
        with torch.no_grad():
            for p, mean in zip(self.trained(), self.mean):
                mean.lerp_(p, 1 - min(self.a.average, self.step / (self.step + 10)))  # the first steps are soon forgotten
        for p in self.trained():
            p.grad = None
        self.step += 1
        self.seen += real
        return loss.detach(), aux.detach()

    def train(self):
        print(f"{self.model.parameters_in_all() / 1e6:.2f} M parameters, {self.model.active_parameters() / 1e6:.2f} M active, "
              f"{sum(p.numel() for p in self.model.parameters() if p.requires_grad) / 1e6:.3f} M trained, about {self.data.tokens_per_epoch() / 1e6:.2f} M tokens an epoch", flush=True)
        self.model.train()
        log_path = self.out / f"{self.name}-log.csv"
        fresh = not (self.a.resume and log_path.exists())
        with open(log_path, "w" if fresh else "a", newline="", encoding="utf-8") as file:
            log = csv.writer(file)
            if fresh:
                log.writerow(["minutes", "step", "tokens", "loss", "unevenness", "validation"])
            if self.a.lora and self.step == 0:  # what it has to be better than
                self.checked(log)
            begun, before, losses = time.time(), self.minutes, []
            while (done := self.progress()) < 1 and not (self.a.stop_at and self.step >= self.a.stop_at):
                loss, aux = self.learn(done)
                losses.append(loss)
                self.minutes = before + (time.time() - begun) / 60
                if self.step % self.a.report == 0:
                    mean = torch.stack(losses).mean().item()
                    losses = []
                    print(f"{self.minutes:7.2f} min  step {self.step}  {self.seen / 1e6:.2f} M tokens  loss {mean:.4f}  unevenness {float(aux):.3f}  epoch {self.data.epoch}", flush=True)
                    log.writerow([f"{self.minutes:.2f}", self.step, self.seen, f"{mean:.6f}", f"{float(aux):.4f}", ""])
                    file.flush()
                if self.step % self.a.check == 0:
                    self.checked(log)
                    self.save()
            self.checked(log)
            self.save()

    def checked(self, log):
        """Validation and the experts' shares since the last time."""
        lines, least = histogram(self.model)
        kept = [experts.usage.clone() for experts in self.model.experts()]
        with self.averaged():
            losses = self.validate()
        for experts, usage in zip(self.model.experts(), kept):
            experts.usage.zero_()
        print("  " + "  ".join(f"{name} {value:.3f}" for name, value in losses.items()))
        print("  shares of the experts (1: fair)" + ("" if least >= FAIR else f": one works only {least:.2f} of its share, raise --aux"))
        print("  " + "\n  ".join(lines), flush=True)
        log.writerow([f"{self.minutes:.2f}", self.step, self.seen, "", "", json.dumps({name: round(value, 4) for name, value in losses.items()})])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--preset", choices=PRESETS, default="guide")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--steps", type=int, help="of the whole training")
    parser.add_argument("--minutes", type=float, default=0, help="of the whole training; what is reached first counts")
    parser.add_argument("--stop-at", type=int, default=0, help="save and stop after this step; --resume goes on")
    parser.add_argument("--length", type=int, help="tokens of a row")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--lr", type=float)
    parser.add_argument("--muon-lr", type=float)
    parser.add_argument("--aux", type=float, help="weight of the even use of experts")
    parser.add_argument("--recognise", type=float, default=0.5, help="weight of telling at the end of a question which answer it wants")
    parser.add_argument("--first", type=float, default=8.0, help="how much the first three tokens of an answer count, others counting 1")
    parser.add_argument("--noise", type=float, default=0.05, help="share of the words, but those of stories, that training exchanges for others")
    parser.add_argument("--dropout", type=float)
    parser.add_argument("--average", type=float, default=0.0, help="how much of the mean of the weights stays at each step; what is saved to be used is the mean then, 0: the last weights")
    parser.add_argument("--long", type=float, default=0.05, help="last part of the training, done with rows of the whole context")
    parser.add_argument("--init", help="model.pt to begin with")
    parser.add_argument("--lora", help="train an adapter on this group")
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--alpha", type=float, default=16.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--loaders", type=int, default=0, help="processes that pack rows, for --device cuda; more than one order of documents is possible then")
    parser.add_argument("--report", type=int, default=50, help="steps between two lines")
    parser.add_argument("--check", type=int, default=1000, help="steps between two validations, each with a save")
    arguments = parser.parse_args()
    for name, value in PRESETS[arguments.preset][1].items():
        if getattr(arguments, name) is None:
            setattr(arguments, name, value)
    if arguments.lora and not arguments.init:
        parser.error("--lora needs --init")
    Run(arguments).train()


if __name__ == "__main__":
    main()
