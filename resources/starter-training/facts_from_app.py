#!/usr/bin/env python3
"""Facts that follow from the app's own sources, in English and Simplified Chinese.

  facts_from_app.py ROOT            prints them in the format of facts/
  facts_from_app.py ROOT --check    lists what the written facts name that the app does not have; 1 if there is anything

Keys come from ui/shortcuts/Shortcuts.qml, settings from their rows, errors from app/errors/error_catalogue.cpp, models from
resources/catalogue.json, Chinese from resources/translations. A change of the app changes these facts.
"""
import collections
import re
import sys
from pathlib import Path

from app_sources import AppSources, LANGUAGES
from fact_files import PLACE, Block, FactError, asked, filled, plain, read_blocks
from generated_patterns import patterns_of_error, patterns_of_model, patterns_of_setting, spoken_names

FOLDER = Path(__file__).resolve().parent
# Rows that are a list or a button rather than a setting with a meaning of its own.
NO_SETTINGS = {"Rules", "Address", "Newer versions"}
# What stands for %1 and %2 of a message, by its name or the first part of it; wordings take them in turn, so that the names do not matter.
FILES = (("model.gguf", "3 GB"), ("Qwen3-30B-A3B-Q4_K_M.gguf", "1.2 GB"), ("my-model.gguf", "800 MB"))
DAYS = (("2 May", "14"), ("24 December", "3"), ("1 March", "120"))
CHATS = (("chats.json", "64 MB"), ("conversations.json", "64 MB"), ("export.json", "64 MB"))
SITES = (("huggingface.co", "503"), ("hf-mirror.com", "500"), ("modelscope.cn", "404"))
SIZES = (("3 GB", "1.2 GB"), ("18 GB", "7 GB"), ("600 MB", "90 MB"))
LAYOUTS = (("ChatML", "unknown filter"), ("Llama 3", "line 12"), ("Gemma", "too deep"))
DEVICES = (("NVIDIA GeForce RTX 4070", "out of memory"), ("AMD Radeon RX 7800", "device lost"), ("Vulkan 0", "wrong numbers"))
ADAPTERS = (("law.gguf", "style.gguf"), ("medicine.gguf", "law.gguf"), ("pirate.gguf", "law.gguf"))
COUNTED = (("3", "notes.txt"), ("12", "photo.jpg"), ("5", "old.bin"))
EXAMPLES = {"storage": DAYS, "backup": DAYS, "folder": (("/data/hearth", ""), ("/home/me/ai", ""), ("/mnt/disk", "")), "export": CHATS, "import": CHATS, "network": SITES, "catalogue": SITES,
            "hub": (("Qwen/Qwen3-8B", ""), ("owner/name", ""), ("meta-llama/Llama-3", "")), "update": (("example.org", "404"), ("updates.example.org", "503"), ("mirror.example.org", "500")),
            "adapter": ADAPTERS, "adapters": ADAPTERS, "opened-adapter-here": ADAPTERS, "update-expired": DAYS, "library-no-space": SIZES, "download-no-space": SIZES, "hub-answer": SITES,
            "hub-token-refused": SITES, "model-without-template": LAYOUTS, "model-template-broken": LAYOUTS, "model-device-not-used": DEVICES, "model-device-replaced": DEVICES,
            "library-duplicate": (("model.gguf", "Qwen3 8B"), ("copy.gguf", "gpt-oss 20b"), ("new.gguf", "OLMoE")), "download-changed": (("model.gguf", "huggingface.co"), ("a.gguf", "hf-mirror.com"))}
# A key that is written in an answer by hand, instead of a place for it.
BARE_KEY = re.compile(r"\b(?:Ctrl|Alt|Shift)\+\S|\bF(?:[1-9]|1[0-2])\b")


def gigabytes(size):
    return f"{size / 1e9:.1f}" if size >= 1e9 else f"{size / 1e9:.2f}"


def billions(count):
    return f"{count / 1e9:.1f}"


def setting_fact(heading):
    """The name of the fact about a row of the settings."""
    return "setting-" + re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


class Facts:
    """Collects the blocks of one language."""

    def __init__(self, app, language):
        self.app, self.language, self.blocks = app, language, []
        self.english = language == "en"

    def said(self, source, context=None):
        return source if self.english else self.app.chinese(source, context)

    def add(self, name, questions, answer, patterns=()):
        seen = dict.fromkeys(plain(question, self.language) for question in questions)
        self.blocks.append(Block(name, list(seen), [plain(answer, self.language)], f"app:{name}", patterns=[plain(pattern, self.language) for pattern in patterns]))

    def shortcuts(self):
        owners = {}
        for action in self.app.actions:
            for key in self.app.keys[action]:
                owners.setdefault(key, []).append(action)
        for action, label in self.app.actions.items():
            keys = self.app.keys[action]
            what = self.said(label, "Shortcuts")
            alone = [key for key in keys if len(owners[key]) == 1]
            if self.english:
                what_small = what if what.split()[0] in ("Hearth",) else what[0].lower() + what[1:]
                if action in ("deleteListed", "openListed"):  # the same words as for the open chat
                    what, what_small = what + ", in the list", what_small + ", in the list of chats"
                questions = [f"What is the shortcut for “{what}”?", f"Which key is for: {what_small}?", f"shortcut {what_small}", f"keyboard shortcut: {what_small}",
                             f"What do I press for “{what}”?", f"{what_small} key"]
                for key in alone:
                    questions += [f"What does {key} do?", f"What is {key} for?", f"{key}", f"{key.lower()} shortcut"]
                self.add("key-" + action.lower(), questions, f"{what}: press {' or '.join(keys)}.")
            else:
                if action in ("deleteListed", "openListed"):
                    what += "（在列表中）"
                questions = [f"“{what}”的快捷键是什么？", f"{what}按哪个键？", f"{what}快捷键", f"{what}用键盘怎么操作？", f"哪个按键是{what}？"]
                for key in alone:
                    questions += [f"{key} 是做什么的？", f"按 {key} 会怎样？", f"{key} 快捷键"]
                self.add("key-" + action.lower(), questions, f"{what}：按 {' 或 '.join(keys)}。")

    def settings(self):
        for setting in self.app.settings:
            if setting.heading in NO_SETTINGS:
                continue
            heading, text = self.said(setting.heading), self.said(setting.help)
            name = setting_fact(setting.heading)
            if self.english:
                self.add(name, [f"What does the setting “{heading}” do?", f"What is the {heading} setting for?", f"{heading.lower()} setting", f"setting: {heading.lower()}",
                                f"Explain the setting {heading}.", f"What happens if I change “{heading}” in the settings?"], f"{heading}: {text}", patterns_of_setting(heading.lower(), self.language))
            else:
                self.add(name, [f"“{heading}”这个设置有什么作用？", f"设置里的{heading}是什么？", f"{heading}设置", f"设置项{heading}的说明", f"解释一下{heading}这项设置",
                                f"更改{heading}会怎样？"], f"{heading}：{text}", patterns_of_setting(heading, self.language))

    def errors(self):
        known = set()
        for message in self.app.errors:
            cause = self.said(message.cause, "Errors")
            if cause in known:  # two errors with one sentence cannot be told apart by it
                continue
            known.add(cause)
            step = self.said(message.next_step, "Errors") if message.next_step else ("This is only information; nothing needs to be done." if self.english else "这只是提示，无需任何操作。")
            examples = COUNTED if re.search(r"%1 files", message.cause) else EXAMPLES.get(message.name, EXAMPLES.get(message.name.split("-")[0], FILES))
            if "%" in step:  # the answer names what the message names
                examples = examples[:1]
            fill = lambda text, k: text.replace("%1", examples[k % len(examples)][0]).replace("%2", examples[k % len(examples)][1])
            shown = [fill(cause, k) for k in range(6)]
            first = [re.split(r"(?<=[.,:;])\s|(?<=[，。：；])", text)[0].rstrip(".,:;，。：；") for text in shown]
            if self.english:
                questions = [shown[0], f"What does “{shown[1]}” mean?", f"Hearth says: {shown[2]}", f"I get the message “{shown[0]}” What should I do?", f"error {message.name}", f"{first[2].lower()}, what now?",
                             shown[1], f"What should I do about: {first[0].lower()}?"]
            else:
                questions = [shown[0], f"提示“{shown[1]}”是什么意思？", f"Hearth 提示：{shown[2]}", f"出现“{shown[0]}”怎么办？", f"错误 {message.name}", f"{first[2]}，怎么办？", shown[1], f"{first[0]}，该做什么？"]
            self.add("error-" + message.name, questions, fill(step, 0), patterns_of_error(message.name, first, self.language))

    def models(self):
        spoken = spoken_names([model["name"] for model in self.app.models])
        for model in self.app.models:
            good_for, size_of = patterns_of_model(spoken[model["name"]], self.language)
            name, good = model["name"], model["good_at"]["en" if self.english else "zh_CN"]
            best = next(variant for variant in model["variants"] if variant.get("recommended"))
            size = gigabytes(best.get("approx") or sum(file["size"] for file in best["files"]))
            total, active = billions(model["parameters"]), billions(model["active_parameters"])
            kind = best["quantisation"]
            if self.english:
                self.add(f"model-{model['id']}".replace(".", "-"), [f"What is {name} good for?", f"Tell me about {name}.", f"{name}", f"What can {name} do?", f"Is {name} a good model?", f"Should I download {name}?"],
                         f"{name}: {good}", good_for)
                parts = f"{total} billion parameters, all of them active" if model["experts"] == 0 else f"{total} billion parameters, {active} billion of them active"
                self.add(f"size-{model['id']}".replace(".", "-"), [f"How big is {name}?", f"How large is the download of {name}?", f"size of {name}", f"How many parameters does {name} have?",
                         f"How many GB does {name} take?", f"Who publishes {name}?", f"{name} licence"],
                         f"{name} by {model['publisher']} has {parts}; {kind} takes about {size} GB. Licence: {model['licence']}.", size_of)
            else:
                self.add(f"model-{model['id']}".replace(".", "-"), [f"{name} 适合做什么？", f"介绍一下 {name}", f"{name} 这个模型怎么样？", f"{name} 能做什么？", f"要不要下载 {name}？"], f"{name}：{good}", good_for)
                parts = f"参数 {total}B，" + ("全部激活" if model["experts"] == 0 else f"激活 {active}B")
                self.add(f"size-{model['id']}".replace(".", "-"), [f"{name} 有多大？", f"{name} 的参数量是多少？", f"下载 {name} 要多少空间？", f"{name} 的大小", f"{name} 是谁发布的？", f"{name} 的许可"],
                         f"{name}（{model['publisher']}）：{parts}；{kind} 约 {size} GB。许可：{model['licence']}。", size_of)


def generated(app, language):
    """All blocks that follow from the sources, for "en" or "zh". A wording that fits two of them is left out."""
    facts = Facts(app, language)
    for part in (facts.shortcuts, facts.settings, facts.errors, facts.models):
        part()
    owners = collections.Counter(key for block in facts.blocks for key in {asked(question) for question in block.questions})
    return [block._replace(questions=[question for question in block.questions if owners[asked(question)] == 1]) for block in facts.blocks]


def written_files():
    """(language, kind, path) of every text file, in one order."""
    for language in LANGUAGES:
        for path in sorted((FOLDER / "facts" / language).glob("*.txt")):
            yield language, "fact", path
        yield language, "talk", FOLDER / "small_talk" / f"{language}.txt"
        yield language, "redirect", FOLDER / "redirects" / f"{language}.txt"


def drifted(app):
    """What the written files name that the app does not have, as sentences."""
    problems = []
    for language, _, path in written_files():
        try:
            blocks = read_blocks(path)
        except (FactError, OSError) as error:
            problems.append(str(error))
            continue
        for block in blocks:
            for text in block.questions + block.answers:
                try:
                    filled(text, app, language, f"{language}/{block.place} {block.id}")
                except FactError as error:
                    problems.append(str(error))
            if block.setting and block.setting not in {setting.heading for setting in app.settings}:
                problems.append(f"{language}/{block.place} {block.id}: there is no setting {block.setting!r}")
            for text in block.answers:
                if BARE_KEY.search(PLACE.sub("", text)):
                    problems.append(f"{language}/{block.place} {block.id}: a key is written by hand; use {{key:…}} or {{guide:…}}")
    return problems


def main():
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    app = AppSources(sys.argv[1])
    if "--check" in sys.argv[2:]:
        problems = drifted(app)
        print("\n".join(problems) or "every key, label, setting and passage of the guide that the facts name is there")
        return 1 if problems else 0
    for language in LANGUAGES:
        for block in generated(app, language):
            print("\n".join([f"# {language}", f"id: {block.id}"] + [f"q: {question}" for question in block.questions] + [f"a: {block.answers[0]}"]), end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
