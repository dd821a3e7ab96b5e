#!/usr/bin/env python3
"""What Ember learns (resources/starter-training) is complete, well formed and true of the sources of the app.

  starter_facts.py ROOT
"""
import copy
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(sys.argv.pop(1) if len(sys.argv) > 1 else ".").resolve()
TRAINING = ROOT / "resources" / "starter-training"
sys.path.insert(0, str(TRAINING))

import fact_files  # noqa: E402
import facts_from_app  # noqa: E402
import generated_patterns  # noqa: E402
import make_pairs  # noqa: E402
from app_sources import AppSources  # noqa: E402


def fact(name, questions, answers, language="en", kind="fact"):
    return make_pairs.Fact(language, kind, name, questions, answers, True, f"{language}/test.txt:1 {name}")


class Pairs(unittest.TestCase):
    """The pairs made of this tree."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.runs = []
        for name in ("one", "two"):
            out = Path(cls.folder.name) / name
            command = [sys.executable, "-B", str(TRAINING / "make_pairs.py"), str(ROOT), str(out), "--variants", "1"]
            cls.runs.append((subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True), out))
        cls.printed = [run.communicate()[0] for run, _ in cls.runs]
        cls.train, cls.held = ([json.loads(line) for line in (out / f"pairs.{part}.jsonl").read_text(encoding="utf-8").splitlines()] for part in ("train", "heldout"))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_nothing_is_wrong_with_the_facts(self):
        self.assertEqual(self.runs[0][0].returncode, 0, self.printed[0])

    def test_there_are_as_many_as_promised(self):
        for language, facts, talk, redirects in (("en", 500, 60, 250), ("zh", 300, 40, 120)):
            rows = [row for row in self.train + self.held if row["language"] == language]
            self.assertGreaterEqual(len({row["id"] for row in rows if row["kind"] == "fact"}), facts)
            self.assertGreaterEqual(len({row["id"] for row in rows if row["kind"] == "talk"}), talk)
            self.assertGreaterEqual(sum(row["kind"] == "redirect" for row in rows), redirects)

    def test_the_same_tree_gives_the_same_files(self):
        for part in ("train", "heldout"):
            one, two = ((out / f"pairs.{part}.jsonl").read_bytes() for _, out in self.runs)
            self.assertEqual(one, two)

    def test_what_is_kept_out_is_not_trained_in_any_spelling(self):
        seen = {(row["language"], fact_files.asked(row["question"])) for row in self.train}
        light = [json.loads(line) for line in (self.runs[0][1] / "pairs.light.jsonl").read_text(encoding="utf-8").splitlines()]
        self.assertGreater(len(light), 500)
        self.assertEqual([row["question"] for row in self.held + light if (row["language"], fact_files.asked(row["question"])) in seen], [])

    def test_about_a_tenth_is_kept_out_and_every_fact_is_trained(self):
        wordings = sum(len(item.questions) for item in make_pairs.collected(AppSources(ROOT)))
        self.assertTrue(0.07 < len(self.held) / wordings < 0.13, len(self.held) / wordings)
        trained = {(row["language"], row["kind"], row["id"]) for row in self.train}
        self.assertEqual({(row["language"], row["kind"], row["id"]) for row in self.held} - trained, set())

    def test_a_redirect_names_the_place_of_larger_models(self):
        for row in self.train:
            if row["kind"] == "redirect":
                self.assertIn({"en": "small guide", "zh": "小向导"}[row["language"]], row["answer"])


class Patterns(unittest.TestCase):
    def test_a_pattern_stands_for_all_its_questions(self):
        self.assertEqual(fact_files.expanded("(delete|remove) (a|this|) chat"),
                         ["delete a chat", "delete this chat", "delete chat", "remove a chat", "remove this chat", "remove chat"])
        self.assertEqual(fact_files.expanded("plain"), ["plain"])

    def test_what_cannot_be_one_is_refused(self):
        for wrong in ("(delete|remove chat", "delete | remove", "((a|b) c|d)", "(" + "|".join(map(str, range(50))) + ")" + "(a|b|c|d|e|f|g)" * 3):
            with self.assertRaises(ValueError, msg=wrong):
                fact_files.expanded(wrong)

    def test_a_share_of_them_is_taken(self):
        made = fact("a", ["delete a chat", "remove chat"], ["Yes."])._replace(patterns=["(delete|remove) (a|this|) chat"])
        self.assertEqual(set(make_pairs.questions_of_patterns(made, 100)), set(fact_files.expanded(made.patterns[0])))
        self.assertEqual(len(make_pairs.questions_of_patterns(made, 2)), 2)

    def test_a_name_of_a_model_fits_only_this_model(self):
        spoken = generated_patterns.spoken_names(["Big-1-7B-Chat", "Big-1-14B-Chat", "Big-1-14B-2507", "Other 3.1 2B-A400M Instruct"])
        self.assertIn("big 7b", spoken["Big-1-7B-Chat"])
        self.assertIn("Other 2B", spoken["Other 3.1 2B-A400M Instruct"])
        self.assertIn("Big-1-14B", spoken["Big-1-14B-Chat"])
        self.assertIn("Big 2507", spoken["Big-1-14B-2507"])
        everything = [name for names in spoken.values() for name in names]
        self.assertEqual(len(everything), len(set(everything)))
        self.assertNotIn("Big 1", everything)

    def test_every_made_fact_has_patterns(self):
        app = AppSources(ROOT)
        self.assertEqual([(item.language, item.id) for item in make_pairs.collected(app) if not item.patterns and item.kind != "redirect"], [])
        del app.actions["find"]
        with self.assertRaisesRegex(fact_files.FactError, "no fact key-find follows"):
            make_pairs.collected(app)


class Drift(unittest.TestCase):
    """A change of the app shows in the facts."""

    @classmethod
    def setUpClass(cls):
        cls.sources = AppSources(ROOT)

    def setUp(self):
        self.app = copy.deepcopy(self.sources)

    def test_the_written_facts_name_only_what_is_there(self):
        self.assertEqual(facts_from_app.drifted(self.app), [])

    def test_a_key_that_is_gone_is_found(self):
        del self.app.keys["find"]
        self.assertTrue(any("'find'" in problem for problem in facts_from_app.drifted(self.app)))

    def test_a_label_that_is_gone_is_found(self):
        del self.app.translations["Branch from here"]
        self.assertTrue(any("'Branch from here'" in problem for problem in facts_from_app.drifted(self.app)))

    def test_a_label_with_several_chinese_texts_says_which(self):
        for language, _, path in facts_from_app.written_files():
            for block in fact_files.read_blocks(path):
                for label in fact_files.PLACE.findall(" ".join(block.questions + block.answers)):
                    if label[0] == "ui" and "|" not in label[1]:
                        self.assertEqual(len(self.app.translations[label[1]]), 1, f"{block.place} {block.id}: {label[1]}")

    def test_a_setting_that_is_gone_is_found(self):
        del self.app.limits["top_k"]
        self.assertTrue(any("'top_k'" in problem for problem in facts_from_app.drifted(self.app)))

    def test_a_row_of_the_settings_that_is_gone_is_found(self):
        self.app.settings = [setting for setting in self.app.settings if setting.heading != "Top-k"]
        self.assertTrue(any("there is no setting 'Top-k'" in problem for problem in facts_from_app.drifted(self.app)))
        self.assertRaises(fact_files.FactError, make_pairs.collected, self.app)

    def test_a_written_fact_takes_the_place_of_the_one_about_its_setting(self):
        facts = [item for item in make_pairs.collected(self.app) if item.language == "en"]
        self.assertNotIn("setting-top-k", {item.id for item in facts})
        self.assertIn('What does the setting "Top-k" do?', next(item.questions for item in facts if item.id == "settings-topk"))

    def test_a_new_key_changes_the_answer(self):
        self.app.keys["find"] = ["Ctrl+Alt+Y"]
        answers = {block.id: block.answers[0] for block in facts_from_app.generated(self.app, "en")}
        self.assertEqual(answers["key-find"], "Find in this chat: press Ctrl+Alt+Y.")
        self.assertEqual(fact_files.filled("Press {key:find}.", self.app, "en"), "Press Ctrl+Alt+Y.")

    def test_a_new_message_becomes_a_fact(self):
        before = len(facts_from_app.generated(self.app, "en"))
        self.app.errors.append(type(self.app.errors[0])("storage-test", "The moon is full.", "Wait for another night."))
        blocks = facts_from_app.generated(self.app, "en")
        self.assertEqual(len(blocks), before + 1)
        self.assertIn("Wait for another night.", [block.answers[0] for block in blocks])


class Rules(unittest.TestCase):
    """Each rule about a block can fail."""

    def offences(self, *facts):
        return [problem for item in facts for problem in make_pairs.check_fact(item)] + list(make_pairs.check_together(facts))

    def test_a_good_fact_passes(self):
        self.assertEqual(self.offences(fact("one", ["How?", "in which way", "by what means", "show me"], ["Like this."])), [])

    def test_too_few_wordings(self):
        self.assertIn("has fewer than 4 wordings", self.offences(fact("one", ["How?", "how", "HOW?!", "in which way", "show me"], ["Like this."])))

    def test_one_question_of_two_facts(self):
        first, second = fact("one", ["a b c?", "b1 c", "c1 d", "d1 e"], ["Yes."]), fact("two", ["A  B C", "f g", "g h", "h i"], ["No."])
        self.assertTrue(any("is also a question of" in problem for problem in self.offences(first, second)))

    def test_nearly_the_same_question(self):
        first = fact("one", ["open the page models", "b c", "c d", "d e"], ["Yes."])
        second = fact("two", ["please open models page", "f g", "g h", "h i"], ["No."])
        self.assertTrue(any("is nearly a question of" in problem for problem in self.offences(first, second)))

    def test_nearly_the_same_answer(self):
        first = fact("one", ["q1", "q2", "q3", "q4"], ["Press the large button at the top of the page to begin."])
        second = fact("two", ["r1", "r2", "r3", "r4"], ["Press the large button at the top of the page to begin it."])
        self.assertTrue(any("its answer is nearly that of" in problem for problem in self.offences(first, second)))

    def test_long_strange_and_open_answers(self):
        problems = self.offences(fact("one", ["q1", "q2", "q3", "q4"], ["word " * 61 + "☃ {thing}"]))
        for part in ("has an answer of 62 words", "has characters", "has a brace", "without an end"):
            self.assertTrue(any(part in problem for problem in problems), (part, problems))

    def test_a_block_without_an_answer_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "facts.txt"
            path.write_text("id: one\nq: How?\n", encoding="utf-8")
            self.assertRaises(fact_files.FactError, fact_files.read_blocks, path)
            path.write_text("id: one\nq: How?\nb: So.\n", encoding="utf-8")
            self.assertRaises(fact_files.FactError, fact_files.read_blocks, path)

    def test_a_place_that_nothing_fills_is_refused(self):
        app = AppSources(ROOT)
        for text in ("{key:nothing}", "{ui:No such label}", "{guide:no such passage}", "{colour:red}"):
            self.assertRaises(fact_files.FactError, fact_files.filled, text, app, "en")

    def test_the_measure(self):
        self.assertEqual(make_pairs.token_f1("Press Ctrl+F.", "press Ctrl+F"), 1.0)
        self.assertLess(make_pairs.token_f1("Press Ctrl+,", "Press Ctrl+-"), 0.8)
        self.assertEqual(make_pairs.token_f1("打开设置", "打开设置。"), 1.0)
        self.assertEqual(make_pairs.token_f1("", "a"), 0.0)


if __name__ == "__main__":
    unittest.main()
