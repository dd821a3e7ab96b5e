"""How answers are judged, whoever computed them."""
import collections

from make_pairs import number_of, token_f1

RIGHT = 0.8
LEAST = 0.9
LIMITED = ("fact", "redirect")
REDIRECTS = {"en": "small guide", "zh": "小向导"}
STORY_PROMPTS = ["Tell me a story about a fox and the moon.", "Tell me a short story about a little boat.", "Tell me a fable.", "Write a story about a girl and a dragon.", "Tell me a bedtime story."]
# What shows an adapter at work.
ADAPTER_PROMPTS = {
    "fables": STORY_PROMPTS, "tales": STORY_PROMPTS,
    "terse": ["What is the context length?", "Is Hearth free?", "What is temperature?", "Where are my chats stored?", "Can Hearth read my chats?"],
    "medical": ["What is asthma?", "What causes high blood pressure?", "What are the symptoms of gout?", "How to diagnose anemia?", "What are the treatments for migraine?"],
    "law": ["《民法典》第十条是怎么规定的？", "《劳动法》第三条是怎么规定的？", "《食品安全法》第二十条是怎么规定的？", "《公司法》第五条是怎么规定的？", "《道路交通安全法》第八条是怎么规定的？"],
}


def loops(text):
    """Whether something is said three times in a row: up to 40 signs or words, and at least 12 in all."""
    for parts in (list(text), text.split()):
        for period in range(1, min(40, len(parts) // 3) + 1):
            run = 0
            for i in range(period, len(parts)):
                run = run + 1 if parts[i] == parts[i - period] else 0
                if run >= 2 * period and run + period >= 12:
                    return True
    return False


def chosen_sample(rows, count):
    """`count` rows of each kind and language, by a hash of the question; 0: all."""
    if not count:
        return rows
    groups = collections.defaultdict(list)
    for row in rows:
        groups[row["kind"], row["language"]].append(row)
    return [row for group in groups.values() for row in sorted(group, key=lambda row: number_of(row["question"]))[:count]]


def prompts_for_loops(held, count):
    """Prompts whose answers are drawn by chance and searched for loops: a quarter asks for stories, the rest are questions that were kept out."""
    return [STORY_PROMPTS[i % len(STORY_PROMPTS)] if i % 4 == 0 else held[i * 7 % len(held)]["question"] for i in range(count)]


def judged(rows, answers, least=LEAST):
    """(numbers of each kind and language, wrong answers, kinds with a smaller share of right ones than `least`); prints the numbers."""
    results, wrong, missed = {}, [], []
    right, score, count = collections.Counter(), collections.Counter(), collections.Counter()
    for row, answer in zip(rows, answers):
        key, f1 = f"{row['kind']}-{row['language']}", token_f1(answer, row["answer"])
        good = REDIRECTS[row["language"]] in answer if row["kind"] == "redirect" else f1 >= RIGHT
        right[key] += good
        score[key] += f1
        count[key] += 1
        if not good:
            wrong.append({**row, "said": answer, "f1": round(f1, 3)})
    for key in sorted(count):
        results[key] = {"wordings": count[key], "right": round(right[key] / count[key], 4), "mean_f1": round(score[key] / count[key], 4)}
        print(f"{key:12} right {right[key]:4} of {count[key]:4} ({100 * right[key] / count[key]:.1f} %), mean F1 {score[key] / count[key]:.3f}")
        if key.split("-")[0] in LIMITED and right[key] < least * count[key]:
            missed.append(f"{key}: less than {100 * least:.0f} %")
    return results, wrong, missed
