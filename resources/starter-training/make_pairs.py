#!/usr/bin/env python3
"""Makes the pairs of questions and answers that Ember is trained and judged with.

  make_pairs.py ROOT OUT [--seed N] [--variants N] [--of-patterns N]      ROOT: the tree of Hearth

Reads facts/, small_talk/ and redirects/, adds the facts that follow from the app's sources, checks all of it and writes

  OUT/pairs.train.jsonl     {"language", "kind", "id", "question", "answer"}: nine of ten wordings, and light variants of them
  OUT/pairs.heldout.jsonl   the others, as they are written: chosen by a hash of the question, never seen in training
  OUT/pairs.blind.jsonl     questions of blind/, whose author saw the answers only; without those that are trained with
  OUT/pairs.light.jsonl     light variants that the same hash keeps out: easier, because the wording that they change is known

and prints the counts. The same tree gives the same files. Exits with 1 where something is wrong, after naming all of it.
"""
import argparse
import collections
import hashlib
import json
import random
import re
import sys
from pathlib import Path

from app_sources import AppSources, LANGUAGES
from facts_from_app import FOLDER, generated, setting_fact, written_files
from fact_files import FactError, asked, expanded, filled, read_blocks
from rephrasing import variants

LEAST_WORDINGS = 4
LEAST_FACTS = {"en": 500, "zh": 300}
LEAST_TALK = {"en": 60, "zh": 40}
LEAST_REDIRECTS = {"en": 250, "zh": 120}
MOST_WORDS, MOST_HAN, MOST_QUESTION = 60, 120, 320
HELD_OUT_PERCENT = 10
PATTERNS_OF_REDIRECTS = 8  # times as many questions of their patterns: what Ember does not know is everything else
VARIANTS_WITHOUT_PATTERNS = 4  # times as many light changes where a fact has no patterns: it would be rare in training
# Two answers that share this much of their words cannot be told apart by the measure of evaluate.py.
NEAR = 0.9
LITTLE_WORDS = frozenset("a an the please of to is are do does i my me it in on".split())
ALLOWED = re.compile(r"[ -~“”‘’…–—é·°×±≥≤→\u3000-\u303f\u3400-\u9fff\uff00-\uffef]*")
HAN = "\u3400-\u9fff"

Fact = collections.namedtuple("Fact", "language kind id questions answers written place patterns", defaults=((),))


def words(text):
    """What is compared of a text: words, keys and numbers in small letters, each Chinese character by itself."""
    return re.findall(rf"(?:(?:ctrl|alt|shift)\+)+(?:[a-z0-9]+|\S)|[a-z0-9]+(?:[+./_'-]+[a-z0-9]+)*|[{HAN}]", text.lower())


def token_f1(one, other):
    """How much two texts share, 0 to 1: the harmonic mean of the shares of their words that the other has, too."""
    first, second = collections.Counter(words(one)), collections.Counter(words(other))
    common = sum((first & second).values())
    return 2 * common / (sum(first.values()) + sum(second.values())) if common else float(not first and not second)


def collected(app):
    """All facts of the tree, filled. Raises FactError for what cannot be read."""
    facts, made = [], {language: {block.id: block for block in generated(app, language)} for language in LANGUAGES}
    for language, kind, path in written_files():
        for block in read_blocks(path):
            place = f"{language}/{block.place} {block.id}"
            fill = lambda text: filled(text, app, language, place)
            questions = [fill(q) for q in block.questions]
            if block.setting:  # the wordings of the fact that it takes the place of
                replaced = made[language].pop(setting_fact(block.setting), None)
                if replaced is None:
                    raise FactError(f"{place}: there is no fact about a setting {block.setting!r}, or another block took its place")
                known = {asked(question) for question in questions}
                questions += [question for question in replaced.questions if asked(question) not in known]
            facts.append(Fact(language, kind, block.id, questions, [fill(a) for a in block.answers], True, place, [fill(p) for p in block.patterns]))
    for language in LANGUAGES:
        for block in read_blocks(FOLDER / "patterns" / f"{language}.txt", "p"):
            if block.id not in made[language]:
                raise FactError(f"patterns/{language}/{block.place}: no fact {block.id} follows from the app's sources")
            made[language][block.id] = made[language][block.id]._replace(patterns=[*made[language][block.id].patterns, *block.patterns])
        facts += [Fact(language, "fact", block.id, block.questions, block.answers, False, f"{language}/{block.place}", block.patterns) for block in made[language].values()]
    return facts


def check_fact(fact):
    if fact.kind != "redirect" and len(fact.answers) != 1:
        yield "has more than one answer"
    if fact.kind != "redirect" and len({asked(question) for question in fact.questions}) < LEAST_WORDINGS:
        yield f"has fewer than {LEAST_WORDINGS} wordings"
    for text in fact.questions + fact.answers:
        strange = ALLOWED.sub("", text)
        if strange:
            yield f"has characters that no answer should need: {strange!r}"
        if re.search(r"[{}]", re.sub(r"\{(?:name|braces|text)\}", "", text)):
            yield f"has a brace that nothing fills: {text!r}"
    for pattern in fact.patterns:
        try:
            expanded(pattern)
        except ValueError as error:
            yield str(error)
        if ALLOWED.sub("", pattern):
            yield f"has characters that no question should need: {pattern!r}"
    for question in fact.questions:
        if len(question) > MOST_QUESTION:
            yield f"has a question of {len(question)} characters"
    for answer in fact.answers:
        if len(words(answer)) > (MOST_HAN if re.search(f"[{HAN}]", answer) else MOST_WORDS):
            yield f"has an answer of {len(words(answer))} words"
        if not re.search(r"[.!?。！？)）]$", answer):
            yield f"has an answer without an end: {answer[-20:]!r}"
        if fact.language == "zh" and not re.search(f"[{HAN}]", answer):
            yield "has an answer that is not Chinese"
        sentences = len(re.findall(r"[.!?](?:\s|$)|[。！？]", answer))
        if fact.written and not 1 <= sentences <= 4:
            yield f"has an answer of {sentences} sentences"


def check_together(facts):
    """What only shows between facts: names and questions that are there twice, answers that are nearly the same."""
    names, exact, near = {}, {}, {}
    for fact in facts:
        if names.setdefault((fact.language, fact.kind, fact.id), fact) is not fact:
            yield f"{fact.place}: the id is there twice"
        for question in fact.questions:
            other = exact.setdefault((fact.language, asked(question)), fact)
            if other is not fact:
                yield f"{fact.place}: {question!r} is also a question of {other.place}"
                continue
            key = tuple(sorted(set(words(question)) - LITTLE_WORDS)) if fact.language == "en" else "".join(words(question))
            other = near.setdefault((fact.language, key), fact)
            if key and other is not fact and (fact.written or other.written):
                yield f"{fact.place}: {question!r} is nearly a question of {other.place}"
    for language in LANGUAGES:
        known = [(fact, collections.Counter(words(fact.answers[0]))) for fact in facts if fact.language == language and fact.kind != "redirect" and fact.written]
        known = sorted(((sum(count.values()), frozenset(count), fact, count) for fact, count in known), key=lambda entry: entry[0])
        for i, (size, kinds, fact, count) in enumerate(known):
            for less, other_kinds, other, other_count in reversed(known[:i]):
                if 2 * less < NEAR * (size + less):
                    break
                if 2 * len(kinds & other_kinds) >= 0.7 * (len(kinds) + len(other_kinds)) and 2 * sum((count & other_count).values()) >= NEAR * (size + less):
                    yield f"{fact.place}: its answer is nearly that of {other.place}"


def check_counts(facts):
    for kind, least in (("fact", LEAST_FACTS), ("talk", LEAST_TALK)):
        for language in LANGUAGES:
            found = sum(fact.kind == kind and fact.language == language for fact in facts)
            if found < least[language]:
                yield f"{language}: {found} of {least[language]} blocks of the kind {kind}"
    for language in LANGUAGES:
        found = sum(len(fact.questions) for fact in facts if fact.kind == "redirect" and fact.language == language)
        if found < LEAST_REDIRECTS[language]:
            yield f"{language}: {found} of {LEAST_REDIRECTS[language]} prompts to redirect"


def blind_questions(facts):
    """(fact, question) of blind/. Raises FactError for a fact that is not there."""
    known = {(fact.language, fact.id): fact for fact in facts if fact.kind == "fact"}
    for language in LANGUAGES:
        path = FOLDER / "blind" / f"{language}.txt"
        for block in read_blocks(path, "q"):
            if (language, block.id) not in known:
                raise FactError(f"blind/{language}/{block.place}: there is no fact {block.id}")
            for question in block.questions:
                yield known[language, block.id], question


def blind_prompts():
    """(language, prompt) to redirect, by somebody who saw nothing at all."""
    for language in LANGUAGES:
        for line in (FOLDER / "blind" / f"{language}-other.txt").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                yield language, line


def number_of(text):
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def is_kept_out(language, question):
    return number_of(f"{language}:{asked(question)}") % 100 < HELD_OUT_PERCENT


def split(fact):
    """(wordings to train with, wordings kept out). At most a third of a fact is kept out."""
    chosen = sorted((q for q in fact.questions if is_kept_out(fact.language, q)), key=lambda q: number_of(asked(q)))
    most = len(fact.questions) // 3 if fact.kind != "redirect" else len(fact.questions)
    kept = set(chosen[:most])
    return [q for q in fact.questions if q not in kept], [q for q in fact.questions if q in kept]


def questions_of_patterns(fact, most):
    """At most `most` of the questions that the patterns of a fact stand for, the same share of each pattern, chosen by a hash."""
    each = -(-most // max(1, len(fact.patterns)))
    chosen = [question for pattern in fact.patterns for question in sorted(expanded(pattern), key=number_of)[:each]]
    return list(dict.fromkeys(chosen))


def answer_of(fact, question):
    """Redirects have a handful of answers; a prompt always gets the same one."""
    return fact.answers[number_of(asked(question)) % len(fact.answers)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root")
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--variants", type=int, default=1, help="light changes of each kind of each wording, for training")
    parser.add_argument("--of-patterns", type=int, default=300, help="questions of the patterns of a fact, at most")
    arguments = parser.parse_args()
    try:
        app = AppSources(arguments.root)
        facts = collected(app)
        blind, other = list(blind_questions(facts)), list(blind_prompts())
    except FactError as error:
        print(error)
        return 1
    problems = [f"{fact.place}: {problem}" for fact in facts for problem in check_fact(fact)] + list(check_together(facts)) + list(check_counts(facts))
    if problems:
        print("\n".join(problems))
        print(f"{len(problems)} problems")
    out, chance = Path(arguments.out), random.Random(arguments.seed)
    out.mkdir(parents=True, exist_ok=True)
    train, held, light, counts = [], [], [], collections.Counter()
    kept = {(fact.language, asked(question)) for fact in facts for question in split(fact)[1]}
    owner = {(fact.language, asked(question)): fact for fact in facts for question in fact.questions}
    written = set(owner)
    for fact in facts:
        seen, unseen = split(fact)
        row = lambda question, original: {"language": fact.language, "kind": fact.kind, "id": fact.id, "question": question, "answer": answer_of(fact, original)}
        count = arguments.variants * (1 if fact.patterns else VARIANTS_WITHOUT_PATTERNS)
        ways = [(text, question) for question in seen for text in variants(question, fact.language, chance, count)]
        ways += [(chance.choice(variants(question, fact.language, chance, 1)), question) for question in questions_of_patterns(fact, arguments.of_patterns * (PATTERNS_OF_REDIRECTS if fact.kind == "redirect" else 1))]
        for text, question in ways:
            key = (fact.language, asked(text))
            if key not in kept and owner.setdefault(key, fact) is fact:  # a change may be the wording of another fact
                (light if is_kept_out(*key) and key not in written else train).append(row(text, question))
        held += [row(question, question) for question in unseen]
        counts.update({(fact.language, fact.kind, "blocks"): 1, (fact.language, fact.kind, "written"): int(fact.written), (fact.language, fact.kind, "wordings"): len(fact.questions),
                       (fact.language, fact.kind, "held out"): len(unseen)})
    trained = {(row["language"], asked(row["question"])) for row in train}
    unseen_blind = [{"language": fact.language, "kind": "fact", "id": fact.id, "question": question, "answer": fact.answers[0]}
                    for fact, question in blind if (fact.language, asked(question)) not in trained]
    unseen_blind += [{"language": language, "kind": "redirect", "id": "other", "question": prompt, "answer": ""}
                     for language, prompt in other if (language, asked(prompt)) not in trained]
    for name, rows in (("pairs.train.jsonl", train), ("pairs.heldout.jsonl", held), ("pairs.light.jsonl", light), ("pairs.blind.jsonl", unseen_blind)):
        (out / name).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    for language in LANGUAGES:
        for kind in ("fact", "talk", "redirect"):
            blocks, written, all_wordings, unseen = (counts[language, kind, what] for what in ("blocks", "written", "wordings", "held out"))
            print(f"{language} {kind:8} blocks {blocks:4} (written by hand {written:4})  wordings {all_wordings:5}  held out {unseen:4}")
    print(f"pairs to train with {len(train)}, kept out {len(held)}, and {len(light)} light variants; {len(unseen_blind)} of {len(blind) + len(other)} blind questions were never trained with")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
