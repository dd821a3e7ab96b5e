"""Texts of two domains for adapters: medical questions with the beginning of their answers (MedQuAD, CC BY 4.0), and articles of Chinese statutes (not
copyrightable, article 5 of the PRC copyright law). The model itself learns neither."""
import json
import re
from pathlib import Path

from make_pairs import is_kept_out

MOST_LETTERS, LEAST_LETTERS = 420, 60
ARTICLE = re.compile(r"^(第[一二三四五六七八九十百千零]+条)[ 　]+(.+)$", re.M)


def beginning(text):
    """The first sentences of a text, as many as fit."""
    said = ""
    for sentence in re.split(r"(?<=[.!?])\s+", re.sub(r"\s+", " ", text).strip()):
        if not said and sentence.endswith("?"):  # the question again
            continue
        if len(said) + len(sentence) > MOST_LETTERS:
            break
        said += " " * bool(said) + sentence
    return said


def medquad(folder):
    """(question, answer) of MedQuAD."""
    for path in sorted(Path(folder).glob("domain/medical-en/medquad.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield re.sub(r"\s+", " ", row["q"].replace("(are)", "").replace(" ?", "?")).strip(), row["a"]


def medical(folder):
    """(question, the beginning of its answer)."""
    for question, whole in medquad(folder):
        answer = beginning(re.sub(r"^Key Points\s.*?\n(?=[A-Z])", "", whole, flags=re.S))
        if len(answer) >= LEAST_LETTERS and answer.isascii() and question.isascii() and " - " not in answer:
            yield question, answer


def law(folder):
    """(question for an article, its first paragraph)."""
    for path in sorted(Path(folder).glob("domain/legal-zh/*/*.md")):
        text = path.read_text(encoding="utf-8")
        title = re.search(r"^# *(?:中华人民共和国)?(\S+)", text)
        if not title or "修正案" in title.group(1):
            continue
        name = title.group(1) if path.parent.name != "民法典" else "民法典"
        for number, article in ARTICLE.findall(text):
            if LEAST_LETTERS // 3 <= len(article) <= MOST_LETTERS // 2:
                yield f"《{name}》{number}是怎么规定的？", article.strip()


def documents(folder, chance, most=2500):
    """(group, turns): pairs to train the adapter NAME with (lora-NAME), and those that the hash of the question keeps out, to judge it by (val:NAME)."""
    for name, language, found in (("medical", "en", medical(folder)), ("law", "zh", law(folder))):
        found = sorted(dict(found).items())
        for question, answer in chance.sample(found, min(most, len(found))):
            yield ("val:" if is_kept_out(language, question) else "lora-") + name, [("user", question), ("assistant", answer)]
