"""Light changes of a wording for training: spelling, a friendly word, other ways to begin the same question, words that mean the same."""
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
# Words that may stand for each other in a question about Hearth.
SAME_ENGLISH = [
    "delete|remove|erase|get rid of|throw away", "chat|conversation|thread", "chats|conversations|threads", "model|AI model|LLM|language model", "models|AI models|LLMs|language models",
    "change|adjust|modify|edit|alter", "find|search for|look for|locate", "stop|cancel|interrupt|halt|end", "continue|resume|go on with", "save|store|keep", "answer|reply|response|output",
    "answers|replies|responses", "computer|PC|machine|laptop|system", "graphics card|GPU|video card|graphics", "processor|CPU", "memory|RAM", "settings|preferences|options", "fast|quick|speedy",
    "large|big|huge", "larger|bigger", "small|little|tiny", "smaller|less big", "use|work with|try", "choose|select|pick|take", "turn on|switch on|enable|activate", "turn off|switch off|disable|deactivate",
    "download|get|fetch|pull", "internet|web|network", "quantisation|quantization|quantizing", "quantise|quantize", "picture|image|photo", "pictures|images|photos", "folder|directory", "key|hotkey|shortcut",
    "keys|hotkeys|shortcuts", "shortcut|key combination|hotkey|key", "program|app|software|application", "adapter|LoRA|lora adapter", "adapters|LoRAs|lora adapters", "begin|start", "start|begin|launch",
    "show|display|list", "see|view|look at", "explain|describe|clarify", "why|how come|for what reason", "error|problem|issue|failure", "file|document", "licence|license", "colour|color",
    "private|secret", "free|without cost", "wrong|incorrect|false", "broken|damaged|corrupt", "missing|gone|lost", "need|require", "window|screen",
    "make|create|build", "move|transfer|shift", "import|bring in|load", "export|take out|save", "maths|math", "mouse|pointer", "speed|performance", "disk|drive|hard disk", "setting|option",
    "limit|maximum|cap", "token|tokens", "allowed|permitted", "quickly|fast", "rename|change the name of|retitle", "copy|duplicate", "restore|recover|bring back",
    "update|upgrade", "version|release", "install|set up", "forget|not remember", "works|functions", "supported|possible|usable",
]
SAME_CHINESE = [
    "删除|删掉|去掉|移除|清除", "对话|聊天|会话", "怎么|如何|怎样|咋", "电脑|计算机|机器|笔记本", "显卡|GPU|独显", "处理器|CPU", "内存|RAM", "设置|选项|设定", "快捷键|按键|热键", "打开|启用|开启", "关闭|关掉|停用",
    "更改|修改|改变|调整|改", "保存|存储|存下|储存", "停止|停下|中断|终止", "回答|回复|答复|答案", "消息|信息|内容", "查找|搜索|寻找|找", "下载|获取|下", "模型|大模型|AI 模型", "适配器|LoRA", "软件|程序|应用", "选择|选|挑",
    "为什么|为何|为啥|怎么", "文件夹|目录", "图片|照片|图像|图", "错误|问题|报错", "使用|用|采用", "词元|token", "可以|能|能够", "能|可以|能够", "吗|么", "是什么|是啥|指什么", "哪里|哪儿|什么地方", "多大|多少", "需要|要|得",
    "推荐|建议", "速度|快慢", "硬盘|磁盘", "备份|副本", "恢复|还原|找回", "导入|引入|载入", "导出|输出|带走", "新建|创建|建", "重新|再次", "切换|更换|换", "加载|载入", "显示|看到", "查看|看|看看", "上网|联网", "什么|啥", "怎么办|如何处理|怎么解决",
    "意思|含义", "区别|不同|差别", "文字|字", "窗口|界面", "安装|装", "更新|升级", "版本|版", "支持|兼容", "隐私|私密", "安全|可靠", "输入|填", "复制|拷贝", "损坏|坏了", "限制|上限", "长度|长短", "质量|效果", "介绍|说明|讲讲",
]
# language -> [(the word, what may stand for it, where it is)]
SAME = {language: [(words[0].lower(), words[1:], re.compile(rf"\b{re.escape(words[0])}\b" if language == "en" else re.escape(words[0]), re.I))
                   for words in (group.split("|") for group in groups)] for language, groups in (("en", SAME_ENGLISH), ("zh", SAME_CHINESE))}
LITTLE = re.compile(r"\b(?:the|a|an|do|does|is|are|i|my|me|please|to|of|in|for|it|this|that|how|what|can|you|there|with|on)\b ?", re.I)
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


def with_other_words(question, language, chance):
    """`question` with one to three of its words exchanged for others that mean the same."""
    groups = [group for group in SAME[language] if group[0] in question.lower()]
    for first, others, pattern in chance.sample(groups, len(groups)):
        if chance.random() < 0.6:
            other = chance.choice(others)
            question = pattern.sub(lambda match: other[0].upper() + other[1:] if match.group(0)[0].isupper() and match.start() == 0 else other, question, count=1)
    return question


def key_words(question):
    """An English question as somebody types it into a search field."""
    return re.sub(r"\s+", " ", LITTLE.sub("", question.strip().rstrip("?.! "))).strip().lower()


def variants(question, language, chance, count):
    """`question`, and about `count` changes of each kind."""
    others = [text for text in dict.fromkeys(rephrased(question, language)) if text != question]
    spelled = [text for text in dict.fromkeys(respelled(question, language)) if text != question]
    made = chance.sample(others, min(count, len(others))) + chance.sample(spelled, min(count, len(spelled)))
    made += [with_other_words(chance.choice([question, *made]), language, chance) for _ in range(2 * count)]
    if language == "en":
        made = [text + "?" if chance.random() < 0.3 and text[-1:].isalnum() else text for text in made]
        made += [typo(question, chance), key_words(question)]
    return [text for text in dict.fromkeys([question] + made) if len(text) > 1]
