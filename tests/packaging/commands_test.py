#!/usr/bin/env python3
"""The man pages and the completion say what the programs know, not more and not less."""
import gzip
import json
import re
import shlex
import unittest

from support import HEARTH, HEARTH_CLI, SOURCE, environment, installed, run, temporary_folder

OPTION = r"(?<![\w-])--?[A-Za-z0-9](?:[\w-]*\w)?"
SHARED = {"-h", "--help", "--json"}  # of all commands
RUN_OPTIONS, SAMPLING_OPTIONS = "RUN OPTIONS", "SAMPLING OPTIONS"


def options_of_help(*command):
    """Options at the beginning of the lines of a help text."""
    found = set()
    for line in run(*command, env=environment()).stdout.splitlines():
        names = re.match(r"  ((?:-{1,2}[\w?-]+(?:, ?| |$))+)", line)
        if names:
            found |= set(re.findall(OPTION, names[1]))
    return found


def commands_of_help():
    listing = run(HEARTH_CLI, "--help").stdout.split("Subcommands:")[1]
    return re.findall(r"^  (\w+)", listing, re.M)


def page(name):
    """A man page as it is read, without bold and underlined letters."""
    text = run("mandoc", "-T", "utf8", "-O", "width=200", installed() / f"share/man/man1/{name}.1.gz").stdout
    return re.sub(".\b", "", text)


def source_of(name):
    return gzip.decompress((installed() / f"share/man/man1/{name}.1.gz").read_bytes()).decode()


def items(mdoc):
    """Options that begin an item of a list."""
    found = set()
    for line in re.findall(r"^\.It (Fl .*)$", mdoc, re.M):
        # ".It Fl c , -ctx Ar N"
        for part in line.removeprefix("Fl ").split(" Ar ")[0].split(" Ns ")[0].split(" , "):
            found.add("-" + part.split()[0])
    return found


class Manual(unittest.TestCase):
    def test_the_pages_are_well_formed(self):
        for name in ("hearth", "hearth-cli"):
            folder = temporary_folder()
            (folder / f"{name}.1").write_text(source_of(name), encoding="utf-8")
            lint = run("mandoc", "-T", "lint", "-W", "style", folder / f"{name}.1", check=False)
            # The pages name each other; mandoc looks for them on this machine.
            found = [line for line in lint.stdout.splitlines() if "referenced manual not found: Xr hearth" not in line]
            self.assertEqual(found, [])
            self.assertNotIn("@", source_of(name))

    def test_all_options_of_the_window_are_explained(self):
        self.assertEqual(items(source_of("hearth")), options_of_help(HEARTH, "--help"))

    def test_all_commands_and_options_of_the_command_line_are_explained(self):
        text = source_of("hearth-cli")
        common, rest = text.split(".Sh COMMANDS", 1)
        body, tail = rest.split(".Sh RUN OPTIONS", 1)
        run_part, tail = tail.split(".Sh SAMPLING OPTIONS", 1)
        run_options, sampling = items(run_part), items(tail.split(".Sh ENVIRONMENT", 1)[0])
        self.assertEqual(items(common), options_of_help(HEARTH_CLI, "--help"))
        parts = re.split(r"^\.It Nm Cm (\w+)", body, flags=re.M)
        explained = dict(zip(parts[1::2], parts[2::2]))
        self.assertEqual(sorted(explained), sorted(commands_of_help()))
        for command, part in explained.items():
            own = items(part) | set("-" + name for name in re.findall(r"Fl (-?[\w-]+)", part.split("\n", 1)[0]))
            if "Ar run options" in part:
                own |= run_options
            if "Ar sampling options" in part:
                own |= sampling
            self.assertEqual(own | SHARED, options_of_help(HEARTH_CLI, command, "--help") | SHARED, command)

    def test_the_types_of_quantize_are_those_of_the_program(self):
        told = re.search(r"one of ((?:[A-Z0-9_]+(?:,\s+)?)+)", run(HEARTH_CLI, "quantize", "--help").stdout)
        types = re.findall(r"[A-Z0-9_]+", told[1])
        self.assertGreater(len(types), 20)
        explained = re.search(r"TYPE is one of ([A-Z0-9_, \n]+)\.", page("hearth-cli"))
        self.assertEqual(re.findall(r"[A-Z0-9_]+", explained[1]), types)
        self.assertEqual(sorted(Completion.complete("hearth-cli quantize a.gguf b.gguf ")), sorted(types))

    def test_environment_variables_of_people_are_explained(self):
        text = source_of("hearth")
        for name in ("HEARTH_HOME", "HEARTH_LOG", "HEARTH_CPU"):
            self.assertIn(f".It Ev {name}", text)
            self.assertIn(f'"{name}"', "".join(path.read_text(encoding="utf-8") for folder in ("app", "engine") for path in (SOURCE / folder).rglob("*.cpp")))


class Completion(unittest.TestCase):
    @staticmethod
    def complete(line, folder=None):
        """What bash offers for a line when Tab is pressed at its end."""
        # As bash does: words end at blanks, and at "=" and ":", which are words of their own.
        words = re.findall(r"(?:\\.|[^\s=:])+|[=:]+", line)
        if line[-1] == " ":
            words.append("")
        script = f"""
source {shlex.quote(str(installed() / "share/bash-completion/completions/hearth-cli"))}
COMP_LINE={shlex.quote(line)} COMP_POINT={len(line)} COMP_WORDS=({shlex.join(words)}) COMP_CWORD={len(words) - 1}
_hearth_cli
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
        path = f"{HEARTH_CLI.parent}:{environment()['PATH']}"
        told = run("bash", "--norc", "-c", script, cwd=folder or temporary_folder(), env=environment(PATH=path))
        assert not told.stderr, told.stderr
        return [word for word in told.stdout.splitlines() if word]

    def test_it_is_loaded_for_the_program(self):
        told = run("bash", "--norc", "-c", f"source '{installed()}/share/bash-completion/completions/hearth-cli'; complete -p hearth-cli")
        self.assertIn("-F _hearth_cli hearth-cli", told.stdout)

    def test_commands(self):
        self.assertEqual(sorted(self.complete("hearth-cli ")), sorted(commands_of_help()))
        self.assertEqual(sorted(self.complete("hearth-cli --json d")), ["detokenize", "devices"])

    def test_options(self):
        self.assertEqual(set(self.complete("hearth-cli -")), options_of_help(HEARTH_CLI, "--help") | SHARED)
        for command in commands_of_help():
            self.assertEqual(set(self.complete(f"hearth-cli {command} -")), options_of_help(HEARTH_CLI, command, "--help") | SHARED, command)
        self.assertEqual(self.complete("hearth-cli generate m.gguf --min"), ["--min-p"])

    def test_options_that_take_a_value_are_known(self):
        for command in commands_of_help():
            for line in run(HEARTH_CLI, command, "--help").stdout.splitlines():
                option = re.match(r"  (?:-\w,)?(-{1,2}[\w-]+) (?:INT|UINT|FLOAT|TEXT|ENUM|f16)", line)
                if option:  # what follows is its value, and no option
                    self.assertNotIn("--json", self.complete(f"hearth-cli {command} {option[1]} -"), f"{command} {option[1]}")

    def test_devices_are_those_of_this_machine(self):
        offered = self.complete("hearth-cli info --device ")
        devices = json.loads(run(HEARTH_CLI, "devices", "--json", env=environment()).stdout)
        self.assertEqual(offered, ["auto"] + [device["id"] for device in devices if device["usable"]])
        self.assertEqual(self.complete("hearth-cli info --device=c"), ["cpu"])
        self.assertEqual(self.complete("hearth-cli info --device reference --kv q"), ["q8_0"])
        if "vulkan:0" in offered:
            self.assertEqual(self.complete("hearth-cli info --device vulkan:"), [name.split(":")[1] for name in offered if ":" in name])

    def test_files(self):
        folder = temporary_folder()
        for name in ("one.gguf", "two words.gguf", "notes.txt"):
            (folder / name).touch()
        (folder / "models").mkdir()
        self.assertEqual(sorted(self.complete("hearth-cli info ", folder)), ["models", "one.gguf", "two words.gguf"])
        self.assertEqual(self.complete("hearth-cli perplexity one.gguf n", folder), ["notes.txt"])
        self.assertEqual(self.complete("hearth-cli import ", folder), ["models"])
        self.assertEqual(self.complete("hearth-cli generate -p hello o", folder), ["one.gguf"])
        self.assertEqual(self.complete("hearth-cli chat one.gguf --lora o", folder), ["one.gguf"])
        self.assertEqual(self.complete("hearth-cli info two\\ w", folder), ["two words.gguf"])
        self.assertEqual(self.complete("hearth-cli info TWO", folder), [])
        self.assertEqual(self.complete("hearth-cli quantize one.gguf out.gguf Q4_K", folder), ["Q4_K_M", "Q4_K_S"])


if __name__ == "__main__":
    unittest.main()
