"""Questions of other people's data sets as prompts that Ember passes on to larger models. Only the questions are used, never the answers.

rasbt/LLMs-from-scratch (Apache-2.0), GSM8K (MIT), MedQuAD (CC BY 4.0), KdConv (Apache-2.0); what is not there is left out.
"""
import json
import re
from pathlib import Path

from domains import medquad

MOST = 700          # prompts of one data set
MOST_LETTERS = 160  # of one prompt
# What Ember does itself, or what looks like it.
OWN = re.compile(r"\b(story|stories|fable|tale|joke|riddle|hello|computer|software|model|app|application|keyboard|memory|file|internet|privacy|password)\b", re.I)


def typed(text):
    return re.sub(r"\s+", " ", text.replace("’", "'").replace("“", '"').replace("”", '"')).strip()


def english(folder):
    """(topic of redirects/en.txt, question)."""
    for path in sorted(folder.glob("instruct-en/rasbt-instruction-data/*.json")):
        for row in json.loads(path.read_text(encoding="utf-8")):
            yield "writing", row["instruction"] + (" " + row["input"] if row["input"] else "")
    for path in sorted(folder.glob("instruct-en/gsm8k/test.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield "maths", json.loads(line)["question"]
    for question, _ in medquad(folder):
        yield "medicine", question


def chinese(folder):
    """(topic of redirects/zh.txt, question)."""
    for path in sorted(folder.glob("chat-zh/kdconv/*.json")):
        for dialogue in json.loads(path.read_text(encoding="utf-8")):
            yield ("travel" if "travel" in path.name else "knowledge"), dialogue["messages"][0]["message"]


def prompts(folder, chance):
    """(language, topic, question), at most MOST of each topic, the same ones for the same chance."""
    for language, found in (("en", english(Path(folder))), ("zh", chinese(Path(folder)))):
        topics = {}
        for topic, question in found:
            question = typed(question)
            if 4 <= len(question) <= MOST_LETTERS and not OWN.search(question) and (language == "zh" or question.isascii()):
                topics.setdefault(topic, {})[question] = True
        for topic, questions in topics.items():
            for question in chance.sample(list(questions), min(MOST, len(questions))):
                yield language, topic, question
