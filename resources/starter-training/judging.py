"""How answers are judged, whoever computed them."""
import collections

from make_pairs import number_of, token_f1

RIGHT = 0.8
LIMITS = {"fact": 0.9, "redirect": 0.9}
REDIRECTS = {"en": "small guide", "zh": "小向导"}
STORY_PROMPTS = ["Tell me a story about a fox and the moon.", "Tell me a short story about a little boat.", "Tell me a fable.", "Write a story about a girl and a dragon.", "Tell me a bedtime story."]


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


def judged(rows, answers):
    """(numbers of each kind and language, wrong answers, limits that are missed); prints the numbers."""
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
        limit = LIMITS.get(key.split("-")[0])
        if limit and right[key] < limit * count[key]:
            missed.append(f"{key}: less than {100 * limit:.0f} %")
    return results, wrong, missed
