#!/usr/bin/env python3
"""Makes the training set of Ember: documents as chats, a SentencePiece vocabulary, arrays of tokens.

  make_pairs.py ROOT PAIRS
  prepare_data.py --pairs PAIRS --text TEXT --out DATA [--vocab 6144] [--tokenizer tokenizer.model]

TEXT is the folder of texts (stories-en, gutenberg-children-en, domain for adapters, and questions of other data sets, see unrelated_prompts.py); without it Ember tells no stories. DATA receives tokenizer.model,
train.npz, val.npz (tok, mask, off, grp, ans) and meta.json, which names the groups of documents and how often an epoch takes each.
"""
import argparse
import collections
import json
import random
import re
from pathlib import Path

import numpy as np
import sentencepiece

import domains
import stories
import unrelated_prompts
from make_pairs import is_kept_out, words

CONTROL = ["<|user|>", "<|assistant|>", "<|system|>", "<|end|>"]
SYSTEMS = ["You are a helpful assistant.", "You are Ember, a small and friendly guide.", "Answer briefly.", "Be kind and use simple words."]
# How often an epoch takes a document of a group. Stories are there three times, with other requests. Which answer a question wants is decided by its first words, and what
# follows is soon known by heart: most questions are therefore learned with the beginning of their answer only, which takes half of the time. Fables and tales are left to their adapters.
RATES = {"begun-fact-en": 1.0, "begun-fact-zh": 0.8, "begun-talk-en": 0.8, "begun-talk-zh": 0.8, "begun-redirect-en": 1.2, "begun-redirect-zh": 0.8,
         "fact-en": 0.4, "fact-zh": 0.4, "talk-en": 0.4, "talk-zh": 0.4, "redirect-en": 0.4, "redirect-zh": 0.25, "unrelated-en": 0.7, "unrelated-zh": 0.7, "several": 0.1,
         "stories/0": 0.5, "stories/1": 0.5, "stories/2": 0.5, "books": 0.7, "fables": 0.0, "tales": 0.0,
         "lora-fables": 1.0, "lora-tales": 1.0, "lora-terse": 1.0, "lora-medical": 1.0, "lora-law": 1.0}
HAN_RUN = re.compile("[\u3400-\u9fff]{2,}")
OTHER_SCRIPT = "ω"
LEAST_OF_A_SENTENCE = 4  # words
BEGINNING = (4, 12)  # tokens of an answer that is only begun


def pairs(folder, part):
    return [json.loads(line) for line in (Path(folder) / f"pairs.{part}.jsonl").read_text(encoding="utf-8").splitlines()]


def first_sentence(text):
    """The beginning of an answer that ends a sentence and is more than "Yes."; a full stop inside a path or a version ends none."""
    ends = [match.end() for match in re.finditer(r"[.!?](?=\s|$)|[。！？]", text)]
    return next((text[:end] for end in ends if len(words(text[:end])) >= LEAST_OF_A_SENTENCE), text)


def documents(folder, texts, chance):
    """(group, [(role, text), ...]) of everything."""
    turn = lambda row: [("user", row["question"]), ("assistant", row["answer"])]
    train = pairs(folder, "train")
    for row in train:
        yield f"{row['kind']}-{row['language']}", turn(row)
        yield f"begun-{row['kind']}-{row['language']}", turn(row)
    terse = lambda row: [("user", row["question"]), ("assistant", first_sentence(row["answer"]))]
    for row in pairs(folder, "heldout"):
        yield f"val:{row['kind']}-{row['language']}", turn(row)
        if row["kind"] == "fact":
            yield "val:terse", terse(row)
    for row in train:
        if row["kind"] == "fact" and chance.random() < 0.3:
            yield "lora-terse", terse(row)
    # Prompts of other data sets, with the redirects of their topic.
    redirects = {}
    for row in train:
        if row["kind"] == "redirect":
            redirects.setdefault((row["language"], row["id"]), {})[row["answer"]] = True
    for language, topic, question in unrelated_prompts.prompts(texts, chance) if texts else ():
        answers = list(redirects[language, topic])
        yield f"{'val:' if is_kept_out(language, question) else ''}unrelated-{language}", [("user", question), ("assistant", chance.choice(answers))]
    told = list(stories.documents(texts, chance)) if texts else []
    yield from told
    yield from domains.documents(texts, chance) if texts else ()
    # Several exchanges in one chat: an answer must not depend on what was asked before.
    short = [turns for group, turns in told if group == "stories/0" and len(turns[1][1]) < 800]
    by_language = {language: [row for row in train if row["language"] == language] for language in ("en", "zh")}
    for _ in range(len(train) // 8):
        language = "zh" if chance.random() < 0.35 else "en"
        chat = []
        for _ in range(chance.randint(2, 5)):
            chat += chance.choice(short) if short and language == "en" and chance.random() < 0.12 else turn(chance.choice(by_language[language]))
        yield "several", chat


def answer_of(group, turns):
    """What names the answer of a question, so that training can ask which one it is; None where there is no such thing."""
    kind = group.removeprefix("val:").removeprefix("begun-")
    if kind.startswith(("fact-", "talk-")):
        return kind, turns[1][1]
    return "redirect" + kind[-3:] if kind.startswith(("redirect-", "unrelated-")) else None


def at_most_two_characters(line):
    """`line` so that no piece can hold more than two Chinese characters, which have no blanks between words: whole phrases of the facts would become pieces,
    and nothing could be told of a phrase that is only a little different. The vocabulary never mixes scripts, so a letter of another one divides."""
    if not HAN_RUN.search(line):
        return [line]
    cut = lambda text, at: OTHER_SCRIPT.join([text[:at]] * (at > 0) + [text[k:k + 2] for k in range(at, len(text), 2)])
    return [HAN_RUN.sub(lambda match: cut(match.group(0), at), line) for at in (0, 1)]


def train_tokenizer(documents, folder, size):
    """BPE: its merges by the best score are what engines compute for GGUF files, too."""
    chosen = [turns for group, turns in documents if not group.startswith(("lora-", "val:", "begun-", "several", "stories/1", "stories/2"))]
    lines = dict.fromkeys(line for turns in chosen for _, text in turns for line in text.split("\n") if line)
    lines = [part for line in lines for part in at_most_two_characters(line)]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_prefix=str(folder / "tokenizer"), vocab_size=size, model_type="bpe", byte_fallback=True, character_coverage=1.0,
        normalization_rule_name="identity", remove_extra_whitespaces=False, add_dummy_prefix=True, split_digits=True, control_symbols=CONTROL,
        unk_id=0, bos_id=1, eos_id=2, pad_id=-1, num_threads=1, minloglevel=2, max_sentence_length=20000)
    return folder / "tokenizer.model"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", required=True)
    parser.add_argument("--text", help="folder of texts")
    parser.add_argument("--out", required=True)
    parser.add_argument("--tokenizer", help="use this one instead of training one")
    parser.add_argument("--vocab", type=int, default=6144)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    chance, out = random.Random(arguments.seed), Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    all_documents = list(documents(arguments.pairs, arguments.text, chance))
    model = arguments.tokenizer or train_tokenizer(all_documents, out, arguments.vocab)
    encoder = sentencepiece.SentencePieceProcessor(model_file=str(model))
    ids = {sign: encoder.piece_to_id(sign) for sign in CONTROL}
    names = list(RATES) + sorted({group for group, _ in all_documents if group.startswith("val:")})
    splits, documents_of, tokens_of, longest = {"train": [], "val": []}, collections.Counter(), collections.Counter(), 0
    numbers = {}
    for group, turns in all_documents:
        tokens, learned = [encoder.bos_id()], [0]
        if not group.startswith("val:") and chance.random() < 0.03:
            text = encoder.encode(chance.choice(SYSTEMS))
            tokens += [ids["<|system|>"]] + text + [ids["<|end|>"]]
            learned += [0] * (len(text) + 2)
        for role, text in turns:
            encoded = encoder.encode(text)
            tokens += [ids[f"<|{role}|>"]] + encoded + [ids["<|end|>"]]
            learned += [0] + [int(role == "assistant")] * (len(encoded) + 1)
        if group.startswith("begun-"):
            kept = len(tokens) - len(encoded) - 1 + min(chance.randint(*BEGINNING), len(encoded))
            tokens, learned = tokens[:kept], learned[:kept]
        answer = answer_of(group, turns)
        number = numbers.setdefault(answer, len(numbers)) if answer else -1
        splits["val" if group.startswith("val:") else "train"].append((tokens, learned, names.index(group), number))
        documents_of[group] += 1
        tokens_of[group] += len(tokens)
        longest = max(longest, len(tokens))
    for name, rows in splits.items():
        np.savez(out / f"{name}.npz", tok=np.array([t for tokens, _, _, _ in rows for t in tokens], np.uint16), mask=np.array([m for _, learned, _, _ in rows for m in learned], np.uint8),
                 off=np.cumsum([0] + [len(tokens) for tokens, _, _, _ in rows]), grp=np.array([group for _, _, group, _ in rows], np.int16), ans=np.array([number for _, _, _, number in rows], np.int16))
    groups = [{"name": name, "rate": RATES.get(name, 0.0), "docs": documents_of[name], "tokens": tokens_of[name]} for name in names]
    (out / "meta.json").write_text(json.dumps({"vocab": encoder.vocab_size(), "longest": longest, "answers": len(numbers), "groups": groups}, indent=1), encoding="utf-8")
    for entry in groups:
        print(f"{entry['name']:16} documents {entry['docs']:6} tokens {entry['tokens']:8} rate {entry['rate']:.2f}")
    print("tokens of an epoch", round(sum(entry["tokens"] * entry["rate"] for entry in groups if not entry["name"].startswith("lora-"))), "vocabulary", encoder.vocab_size(),
          "longest document", longest)


if __name__ == "__main__":
    main()
