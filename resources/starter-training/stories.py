"""Stories as requests and answers: TinyStories, children's books, fables and old tales (sources and licences: ../models/NOTICE)."""
import collections
import json
import re
from pathlib import Path

from make_pairs import is_kept_out

NOUNS = set("""dog cat bird fish bear bunny rabbit frog duck cow horse pig sheep goat lion tiger elephant monkey mouse fox wolf snake turtle bee butterfly ant
spider dragon squirrel owl hen chicken tree flower garden park forest river lake sea ocean beach sun moon star rain snow wind cloud sky mountain hill farm
house castle school store kitchen bed room door window box ball doll toy car truck boat ship train bike plane kite balloon book hat shirt dress shoe coat bag
cup plate spoon bowl cake cookie apple banana orange pizza soup bread candy egg milk juice water fire stone rock stick leaf sand key rope bell drum guitar
piano song picture paint crayon pencil paper letter map treasure gold ring crown king queen prince princess knight wizard witch fairy giant robot monster
doctor farmer teacher baby grandma brother sister friend family mom dad girl boy man woman bug worm crab whale shark dolphin swing slide puzzle game race
prize party gift present birthday circus zoo bridge road camera clock lamp mirror blanket pillow chair table tower nest feather tail pond puddle mud hole
cave island storm rainbow market""".split())
# What the model itself is asked for when it tells a small story: fables and old tales are left to adapters, without which one of these is what it has.
TOLD_AS = ("story", "story", "story", "story", "fable", "tale", "fairy tale", "old tale")
SIGNS = (("“", '"'), ("”", '"'), ("‘", "'"), ("’", "'"), ("—", " - "), ("–", "-"), ("…", "..."), ("\u00a0", " "), ("\t", " "), ("\r", ""))


def clean(text):
    for old, new in SIGNS:
        text = text.replace(old, new)
    return re.sub(r"\n+", "\n", re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", text))).strip()


def sentences(text):
    return [part for part in re.split(r'(?<=[.!?"])\s+(?=["A-Z])', text) if part]


def pieces(text, limit=1150):
    """A long text, cut at the ends of lines and sentences."""
    out, current = [], ""
    for paragraph in text.split("\n"):
        for i, sentence in enumerate(sentences(paragraph)):
            between = "" if not current else "\n" if i == 0 else " "
            if current and len(current) + len(sentence) > limit:
                out.append(current)
                current = sentence
            else:
                current += between + sentence
    return out + ([current] if current else [])


def request(text, chance, kind="story", title=None):
    """(what somebody might have asked for, the answer) of a story."""
    counts = collections.Counter(re.findall(r"[a-z]+", text.lower()))
    things = [word if word in NOUNS else word[:-1] for word, _ in counts.most_common() if word in NOUNS or word.endswith("s") and word[:-1] in NOUNS]
    things = list(dict.fromkeys(things))[:5]
    a = lambda word: ("an " if word[0] in "aeiou" else "a ") + word
    names = [name for name, n in collections.Counter(re.findall(r"(?<=[a-z,] )([A-Z][a-z]{2,})", text)).most_common(2) if n > 1 and name not in ("Mom", "Dad", "Mommy", "Daddy")]
    luck, parts = chance.random(), sentences(text)
    if title and luck < 0.35:
        return chance.choice([f'Tell me the {kind} "{title}".', f'Write {a(kind)} called "{title}".', f"Tell me {a(kind)} with the title {title}."]), text
    if luck < 0.55 and len(things) >= 2:
        one, two = chance.sample(things[:4], 2)
        return chance.choice([f"Tell me {a(kind)} about {a(one)} and {a(two)}.", f"Write {a(kind)} about {a(one)} and {a(two)}.", f"Tell me a short {kind} with {a(one)} and {a(two)}.",
                              f"Can you tell me {a(kind)} about {a(one)} and {a(two)}?"]), text
    if luck < 0.68 and things:
        one = chance.choice(things[:2])
        return chance.choice([f"Tell me {a(kind)} about {a(one)}.", f"Tell me a short {kind} about a little {one}.", f"Write a short {kind} about {a(one)}.", f"{kind} about {a(one)}"]), text
    if luck < 0.76 and names:
        other = a(chance.choice(things)) if things else "a friend"
        return chance.choice([f"Tell me {a(kind)} about {names[0]}.", f"Tell me {a(kind)} about {names[0]} and {other}.", f"Write {a(kind)} about {names[0]}."]), text
    if luck < 0.85 and len(parts) > 4:
        head = " ".join(parts[:1 if chance.random() < 0.7 else 2])
        if text.startswith(head):
            return chance.choice(["Continue: ", "Continue the story: ", "Continue this story: "]) + head, text[len(head):].strip()
    return chance.choice([f"Tell me {a(kind)}.", f"Tell me a short {kind}.", f"Can you tell me {a(kind)}?", f"Write a little {kind}.", f"I want to hear {a(kind)}.", f"Another {kind}, please.",
                          f"Tell me a bedtime {kind}."]), text


def tiny_stories(folder):
    found = [clean(text) for text in (folder / "stories-en/tinystories_2MB.txt").read_text(encoding="utf-8", errors="replace").split("<|endoftext|>")][:-1]
    return [text for text in found if len(text) > 200 and text.isascii()]


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def fables(folder):
    """(title, text, moral) of Aesop's fables, in the text of the Library of Congress and in that of V. S. Vernon Jones."""
    found = [(row["title"], clean(row["fable"]), clean(row["lesson"])) for row in lines_of(folder / "stories-en/aesop4children_LoC.jsonl")]
    for section in (folder / "gutenberg-children-en/Aesop - Aesops Fables.md").read_text(encoding="utf-8").split("\n## ")[1:]:
        title, body = section.split("\n", 1)
        paragraphs = [clean(text) for text in body.split("\n\n") if text.strip()]
        moral = paragraphs.pop() if len(paragraphs) > 1 and len(paragraphs[-1]) < 140 and not paragraphs[-1].endswith('"') else ""
        if paragraphs:
            found.append((title.strip().title(), "\n".join(paragraphs), moral))
    return [(title, text, moral) for title, text, moral in found if 150 < len(text) < 1500 and text.isascii()]


def tales(folder):
    """(title, its pieces) of Grimm's and Andersen's fairy tales."""
    for name in ("The Brothers Grimm - Grimms Fairy Tales", "Hans Christian Andersen - Andersens Fairy Tales", "Hans Christian Andersen - The Little Mermaid"):
        text = (folder / f"gutenberg-children-en/{name}.md").read_text(encoding="utf-8").split("-------", 1)[1]
        for section in text.split("\n## "):
            title, _, body = section.strip().partition("\n")
            title = title.strip(" #").title() if body and len(title) < 80 else "The Little Mermaid"
            body = clean(re.sub(r"^#.*$", "", body or section, flags=re.M).replace("_", ""))
            yield title, [piece for piece in pieces(body) if len(piece) > 200 and piece.isascii()]


def documents(folder, chance):
    """(group, [(role, text), ...]) of all stories under `folder`; groups with "val:" in front are kept out of training."""
    turn = lambda pair: [("user", pair[0]), ("assistant", pair[1])]
    folder = Path(folder)
    for i, text in enumerate(tiny_stories(folder)):
        if i % 40 == 0:
            yield "val:stories", turn(request(text, chance))
            continue
        for k in range(3):
            yield f"stories/{k}", turn(request(text, chance, chance.choice(TOLD_AS)))
    for name in ("african_storybook_en", "pratham_books_en"):
        for row in lines_of(folder / f"stories-en/{name}.jsonl"):
            text = clean(row["text"])
            if len(text) < 150 or not text.isascii() or "NC" in row["license"]:
                continue
            before = None
            for piece in [piece for piece in pieces(text)[:4] if len(piece) >= 120]:
                yield "books", [("user", request(piece, chance, title=row["title"])[0] if before is None else "Continue: " + before), ("assistant", piece)]
                before = sentences(piece)[-1]
    for i, (title, text, moral) in enumerate(fables(folder)):
        whole = text + ("\nMoral: " + moral if moral else "")
        yield ("val:fables" if i % 20 == 0 else "fables"), turn(request(whole, chance, "fable", title))
        if i % 20:
            for k in range(4 if moral else 2):
                yield "lora-fables", turn(request(whole, chance, chance.choice(["story", "fable"]), title if k == 0 else None))
    for title, parts in tales(folder):
        before = None
        for piece in parts:
            group = "val:tales" if is_kept_out("en", piece) else "tales"
            asked = request(piece, chance, chance.choice(["tale", "old tale", "fairy tale"]), title)[0] if before is None else "Continue the tale: " + before
            yield group, [("user", asked), ("assistant", piece)]
            if group == "tales":
                yield "lora-tales", turn(request(piece, chance, chance.choice(["story", "tale"])))
            before = sentences(piece)[-1][-300:]
