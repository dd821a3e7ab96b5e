#!/usr/bin/env python3
"""Judges the GGUF file of Ember as people will use it: by the engine of Hearth, without PyTorch. The same measures as evaluate.py.

  evaluate_file.py --file ember-q8_0.gguf --cli build/release/bin/hearth-cli --root ROOT [--sample N] [--sampled-answers N] [--adapters FOLDER] [--require]

With --adapters: whether each of them changes greedy answers, and whether they still write fluently two by two at half strength.
Makes the pairs of the tree at ROOT first; a few seconds for a sample of 10.
"""
import argparse
import functools
import itertools
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from judging import ADAPTER_PROMPTS, LEAST, STORY_PROMPTS, chosen_sample, judged, loops, prompts_for_loops
from make_pairs import words

FOLDER = Path(__file__).resolve().parent


def said(arguments, question, *sampling):
    """What the file answers to `question`. Raises CalledProcessError."""
    command = [arguments.cli, "generate", arguments.file, "--device", "cpu", "-n", str(arguments.most), "-p", question, *sampling]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8").stdout.strip()


def misses_of_adapters(arguments):
    """What the adapters of the folder do not do, as sentences; prints how many answers each changes."""
    files, missed = sorted(Path(arguments.adapters).glob("*.gguf")), []
    plainly = functools.cache(lambda prompt: said(arguments, prompt, "--temp", "0"))  # adapters share prompts
    with_adapters = lambda chosen, scale: [part for file in chosen for part in ("--lora", f"{file}:{scale}")]
    for file in files:
        prompts = ADAPTER_PROMPTS[file.stem]
        changed = sum(plainly(prompt) != said(arguments, prompt, "--temp", "0", *with_adapters([file], 1)) for prompt in prompts)
        print(f"{file.stem}: changes {changed} of {len(prompts)} greedy answers")
        if 2 * changed <= len(prompts):
            missed.append(f"{file.stem}: changes only {changed} greedy answers")
    for chosen in itertools.combinations(files, 2):
        names = " + ".join(file.stem for file in chosen)
        for seed, prompt in enumerate([STORY_PROMPTS[0], ADAPTER_PROMPTS[chosen[0].stem][0]], 1):
            text = said(arguments, prompt, "--temp", "0.7", "--seed", str(seed), *with_adapters(chosen, 0.5))
            if loops(text) or len(words(text)) < 3:
                missed.append(f"{names} at half strength say {text[:80]!r}")
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", required=True)
    parser.add_argument("--cli", required=True)
    parser.add_argument("--root", required=True)
    parser.add_argument("--sample", type=int, default=0, help="wordings of each kind and language; 0: all")
    parser.add_argument("--sampled-answers", type=int, default=200)
    parser.add_argument("--adapters", help="folder of the adapters")
    parser.add_argument("--least", type=float, default=LEAST, help="share of facts and redirects that have to be right")
    parser.add_argument("--most", type=int, default=200, help="tokens of an answer")
    parser.add_argument("--require", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as pairs:
        subprocess.run([sys.executable, "-B", str(FOLDER / "make_pairs.py"), arguments.root, pairs], check=True, stdout=subprocess.DEVNULL)
        held = [json.loads(line) for line in (Path(pairs) / "pairs.heldout.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = chosen_sample(held, arguments.sample)
    _, wrong, missed = judged(rows, [said(arguments, row["question"], "--temp", "0") for row in rows], arguments.least)
    for row in wrong[:10]:
        print(f"  {row['question']!r}: {row['said'][:100]!r}, not {row['answer'][:60]!r}")
    prompts = prompts_for_loops(held, arguments.sampled_answers)
    looping = sum(loops(said(arguments, prompt, "--temp", "0.7", "--seed", str(seed + 1))) for seed, prompt in enumerate(prompts))
    print(f"loops in {looping} of {len(prompts)} sampled answers")
    missed += ["sampled answers with loops"] if looping else []
    missed += misses_of_adapters(arguments) if arguments.adapters else []
    print("\n".join(missed) or "all limits are kept")
    return 1 if missed and arguments.require else 0


if __name__ == "__main__":
    sys.exit(main())
