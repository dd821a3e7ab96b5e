"""Light changes of a wording for training: spelling, a friendly word, and other ways to begin the same question."""
import re

# What a question begins with -> other ways to ask the same. {} is the rest, in small letters where a sentence would have them.
ENGLISH = [
    (r"(?:how do i|how to|how can i) (.+)", ("how to {}", "how can I {}", "how do I {}", "how do you {}", "what is the way to {}", "I want to {}", "can I {}", "is there a way to {}", "show me how to {}",
                                            "help me {}", "i'd like to {}", "{}")),
    (r"(?:what is|what's|whats) (?:a |an |the )?(.+)", ("what is {}", "what's {}", "what exactly is {}", "explain {}", "can you explain {}", "tell me about {}", "what does {} mean", "{}", "define {}", "what do you mean by {}")),
    (r"what are (.+)", ("what are {}", "explain {}", "tell me about {}", "what exactly are {}", "{}", "can you explain {}")),
    (r"what does (.+) mean", ("what does {} mean", "what is {}", "meaning of {}", "explain {}", "{} meaning", "{}")),
    (r"what does (.+) do", ("what does {} do", "what is {} for", "what happens with {}", "explain {}", "purpose of {}")),
    (r"(?:where is|where are|where do i find|where can i find) (?:the |my )?(.+)", ("where is {}", "where do I find {}", "where can I see {}", "I can't find {}", "find {}", "show me {}", "how do I get to {}")),
    (r"why (?:is|are|does|do|can't|did) (.+)", ("{}, why", "what is the reason: {}", "reason why {}", "explain why {}")),
    (r"which (.+)", ("what {}", "which {}", "tell me which {}", "can you say which {}")),
    (r"(?:can i|can you|is it possible to|may i) (.+)", ("can I {}", "is it possible to {}", "may I {}", "could I {}", "am I able to {}", "how do I {}", "{} possible")),
    (r"(?:does|do|is|are|will) (.+)", ("{}", "tell me: {}", "I wonder, {}")),
    (r"tell me about (.+)", ("what is {}", "explain {}", "what do you know about {}", "{}", "info on {}")),
]
CHINESE = [
    (r"(?:怎么|如何|怎样)(.+)", ("怎么{}", "如何{}", "怎样{}", "要怎么{}", "{}的方法", "我想{}", "能不能{}", "教我{}", "{}要怎么做", "想{}怎么办")),
    (r"(.+)怎么办", ("{}怎么办", "{}该怎么办", "{}怎么解决", "遇到{}怎么处理", "{}", "{}，帮帮我")),
    (r"(?:什么是)(.+)", ("什么是{}", "{}是什么", "{}是什么意思", "解释一下{}", "介绍{}", "{}的含义", "何为{}", "{}")),
    (r"(.+?)(?:是什么意思|是什么|是啥)", ("{}是什么", "什么是{}", "{}是什么意思", "解释一下{}", "{}的意思", "请说明{}", "何为{}", "{}")),
    (r"(.+)在哪里?", ("{}在哪里", "在哪里找{}", "哪里有{}", "找不到{}", "{}的位置", "{}在什么地方")),
    (r"在哪里?(.+)", ("在哪里{}", "哪里可以{}", "去哪里{}", "{}的地方", "从哪里{}")),
    (r"为什么(.+)", ("为什么{}", "为何{}", "{}是什么原因", "{}的原因", "怎么会{}")),
    (r"(?:能|可以|能不能|可不可以)(.+?)吗?", ("能{}吗", "可以{}吗", "能不能{}", "可不可以{}", "是否可以{}", "允许{}吗")),
    (r"有(.+?)吗", ("有{}吗", "有没有{}", "是否有{}", "存在{}吗")),
    (r"(.+?)(?:有什么用|有什么作用|有什么好处)", ("{}有什么用", "{}的作用", "{}是做什么的", "为什么要用{}")),
    (r"支持(.+?)吗", ("支持{}吗", "是否支持{}", "能用{}吗", "{}支持吗")),
]
NAME = re.compile(r"(I|Hearth|Ember)\b|[A-Z]{2}|[A-Z]\w*[+\d._-]")


def lowered(text):
    """The beginning of a sentence inside another one."""
    return text if NAME.match(text) else text[:1].lower() + text[1:]


def rephrased(question, language):
    """Other ways to ask `question`, by how it begins."""
    bare = question.strip().rstrip("?？.!。！ ")
    for pattern, forms in ENGLISH if language == "en" else CHINESE:
        match = re.fullmatch(pattern, bare, re.I)
        if match:
            rest = match.group(1).strip()
            return [form.format(rest.replace("{", "").replace("}", "")) for form in forms] if len(rest) > 1 else []
    if language == "en" and len(bare.split()) <= 6:
        return [f"how about {lowered(bare)}", f"question about: {lowered(bare)}", f"{lowered(bare)}, how does that work", f"{lowered(bare)} please", f"info: {lowered(bare)}"]
    return [f"关于{bare}", f"{bare}，怎么回事", f"{bare}的说明", f"说说{bare}"] if language == "zh" and len(bare) <= 12 else []


def respelled(question, language):
    """`question` as other people type it."""
    bare = question.rstrip("?？.!。！ ")
    if language == "zh":
        return [bare, bare + "?", f"请问{bare}？", f"你好，{bare}", f"Ember，{bare}？", f"{bare}，谢谢", f"我想知道{bare}", bare + ("？" if bare[-1:] in "吗么呢" else "呢？")]
    return [question.lower(), bare, bare.lower(), f"Hey Ember, {lowered(bare)}?", f"ember, {bare.lower()}", f"{question} Please.", f"please tell me: {lowered(bare)}", f"Hi! {question}", f"{bare}??",
            f"I have a question: {lowered(bare)}", f"{bare.lower()} thanks", question.upper() if len(question) < 30 else bare.lower() + "?"]


def typo(question, chance):
    """`question` with two neighbouring letters exchanged or one left out, in a longer word."""
    places = [match.start() for match in re.finditer(r"(?<=[a-z])[a-z](?=[a-z]{2})", question)]
    if not places:
        return question
    at = chance.choice(places)
    return question[:at] + (question[at + 1] + question[at] + question[at + 2:] if chance.random() < 0.5 else question[at + 1:])


def variants(question, language, chance, count):
    """`question`, and about `count` changes of each kind."""
    others = [text for text in dict.fromkeys(rephrased(question, language)) if text != question]
    spelled = [text for text in dict.fromkeys(respelled(question, language)) if text != question]
    made = chance.sample(others, min(count, len(others))) + chance.sample(spelled, min(count, len(spelled)))
    if language == "en":
        made = [text + "?" if chance.random() < 0.3 and text[-1:].isalnum() else text for text in made]
        made.append(typo(question, chance))
    return list(dict.fromkeys([question] + made))
