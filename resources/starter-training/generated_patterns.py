"""Patterns of further questions about what follows from the app's sources: models as people call them, settings, errors. Keys have theirs in patterns/."""
import itertools
import re

LEFT_OUT = {"Instruct", "Chat", "Distill", "v0.1", "A3B", "A400M", "A800M"}  # what people do not say of a model's name
MOST_NAMES = 10
LEAST_LETTERS = 5  # "GLM" or "gpt" alone may mean others of the family
PATTERNS_OF_SETTINGS = {
    "en": ("what does the (setting|option|preference|switch|row) {} (do|mean|change)", "what is the (setting|option|preference|switch) {} (for|about|good for)",
           "{} (setting|option|preference|switch) (explained|meaning|purpose|what is it|)", "(purpose|meaning|effect|explanation) of the (setting|option) {}", "(setting|option|preferences|settings) {}"),
    "zh": ("(设置|选项|设置项|开关){}(是什么|有什么用|是做什么的|的作用|怎么理解|的含义)", "{}(这个设置|这个选项|设置|选项)(是什么|有什么用|干什么用的|是什么意思|说明)", "(解释|说明|介绍)(设置|选项|设置项){}"),
}
PATTERNS_OF_ERRORS = {
    "en": ("(error|code|error code|message|notice|what is|got|meaning of|help with|I see) {name}", "{name} (error|message|what now|what does it mean|help)",
           "(it says|the app says|I got the message|why do I see|what to do about|there is) {first}"),
    "zh": ("(错误|错误码|代码|提示|出现|遇到|报错|看到) {name}", "{name} (是什么错误|怎么办|怎么解决|是什么意思|错误|提示)", "(软件说|显示|弹出|报错|为什么提示|看到提示){first}"),
}
GOOD_FOR = {
    "en": ("(what is|what's) {} (good for|good at|used for|best at)", "{} (good for what|purpose|strengths|any good|worth it|review|description)", "is {} (worth downloading|recommended|a good choice|useful|any good)",
           "(tell me about|describe|information on|what about|how about|about|info) {}", "what can {} do (well|best|)", "(should I use|should I take|should I download|do you recommend|would you recommend) {}"),
    "zh": ("{}(适合做什么|有什么用|怎么样|好用吗|值得下载吗|值得用吗|干啥用的|咋样|擅长什么)", "(介绍一下|说说|讲讲|介绍|了解一下){}", "(要不要下载|该不该用|推荐|适合用|可以用){}(吗|)", "{}(这个模型|模型)(怎么样|好吗|适合什么|行不行)"),
}
SIZE_OF = {
    "en": ("(how big is|how large is|size of|download size of|disk space for|file size of|licence of|publisher of) {}", "{} (size|download size|parameters|GB|licence|license|publisher|active parameters|file size|disk space)",
           "how many (parameters|billion parameters|active parameters) does {} have", "how (many GB|much disk space|much space|many gigabytes) does {} (take|need)",
           "(who made|who publishes|who is behind|which company made|who released) {}", "(which|what) (licence|license) does {} have"),
    "zh": ("{}(有多大|多大|大小|多少G|多少参数|参数量|占多少空间|下载多大|要多少空间)", "{}(的许可|许可证|是谁做的|是谁发布的|谁出的|的发布者|哪家公司的|的参数)", "(下载|存放|装){}(要多少空间|占多少硬盘|需要几个G|有多大)"),
}


def spoken_names(names):
    """name -> ways to say it: parts of it in their order that fit no other one or are all that is ever said of it, with blanks or hyphens, and in small letters."""
    parts = {name: [part for part in re.split(r"[- ]", name) if part not in LEFT_OUT] for name in names}
    owners = {}
    for name in names:
        ways = {chosen for count in range(1, len(parts[name]) + 1) for chosen in itertools.combinations(parts[name], count)
                if chosen[0] in (parts[name][0], "R1") and len("".join(chosen)) >= LEAST_LETTERS}
        for way in ways:
            owners.setdefault(way, []).append(name)
    spoken = {name: [name, name.lower()] for name in names}
    for way, of in sorted(owners.items()):
        for name in of:
            if len(of) == 1 or tuple(parts[name]) == way:
                spoken[name] += [" ".join(way), " ".join(way).lower(), "-".join(way)]
    different = {name: list(dict.fromkeys(ways)) for name, ways in spoken.items()}
    return {name: ways[:2] + sorted(ways[2:], key=lambda way: (len(way), way))[:MOST_NAMES] for name, ways in different.items()}


def patterns_of_model(names, language):
    """(patterns of what it is good for, patterns of how large it is and whose)."""
    one = "(" + "|".join(names) + ")"
    return tuple([pattern.replace("{}", one) for pattern in patterns[language]] for patterns in (GOOD_FOR, SIZE_OF))


def patterns_of_setting(heading, language):
    return [pattern.replace("{}", heading) for pattern in PATTERNS_OF_SETTINGS[language]] if not re.search(r"[()|]", heading) else []


def patterns_of_error(name, beginnings, language):
    first = "(" + "|".join(dict.fromkeys(text.lower() if language == "en" else text for text in beginnings if not re.search(r"[()|]", text))) + ")"
    return [pattern.replace("{name}", name).replace("{first}", first) for pattern in PATTERNS_OF_ERRORS[language] if first != "()" or "{first}" not in pattern]
