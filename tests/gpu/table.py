#!/usr/bin/env python3
"""The rows that `hearth-cli bench` has printed so far into bench-*.log files, as one table in Markdown.

  table.py FOLDER      (what tests/gpu/run_all.sh bench writes to)
A line a model and depth: tokens/s of the prompt and of decoding with every batch, and of one sequence GB/s, the part of the measured
copy bandwidth and launches a token. A figure that was not measured is left out.
"""
import re, sys
from pathlib import Path

ROW = re.compile(r"(prompt|decode)\s+n=(\d+)\s+depth=(\d+)\s+batch=(\d+)\s+([\d.]+) tokens/s\s+[\d.]+ MB/token\s+([\d.]+) GB/s\s+([\d.]+) %")
LAUNCHES = re.compile(r"(\d+) dispatches a step")
DEVICE = re.compile(r"^(.*) on (.*); its memory moves ([\d.]+) GB/s$", re.M)


def read(text):
    """{(depth, kind, batch): {"n", "speed", "gbs", "part", "launches"}} of a log."""
    rows, last = {}, None
    for line in text.splitlines():
        if found := ROW.search(line):
            kind, n, depth, batch, speed, gbs, part = found.groups()
            last = rows[int(depth), kind, int(batch)] = {"n": int(n), "speed": float(speed), "gbs": float(gbs), "part": float(part)}
        elif last is not None and (found := LAUNCHES.search(line)):
            last["launches"] = int(found.group(1))
    return rows


def table(logs):
    """`logs`: {model: text}."""
    read_logs = {name: read(text) for name, text in logs.items()}
    batches = sorted({batch for rows in read_logs.values() for _, kind, batch in rows if kind == "decode"})
    prompts = sorted({row["n"] for rows in read_logs.values() for (_, kind, _), row in rows.items() if kind == "prompt"})
    prompt = "prompt " + "/".join(map(str, prompts)) if prompts else "prompt"
    heads = ["model", "depth", prompt, *(f"decode, {b} together" for b in batches), "GB/s", "of the copies", "launches a token"]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for name, rows in read_logs.items():
        for depth in sorted({key[0] for key in rows}):
            def cell(kind, batch, key, form):
                row = rows.get((depth, kind, batch), {})
                return form.format(row[key]) if key in row else ""
            cells = [name, f"{depth:,}", cell("prompt", 1, "speed", "{:,.0f}"), *(cell("decode", b, "speed", "{:,.0f}") for b in batches),
                     cell("decode", 1, "gbs", "{:,.0f}"), cell("decode", 1, "part", "{:.0f} %"), cell("decode", 1, "launches", "{}")]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    logs = {p.stem.removeprefix("bench-"): p.read_text(errors="replace") for p in sorted(Path(sys.argv[1]).glob("bench-*.log"))}
    devices = {f"{device}, its memory moves {speed} GB/s" for text in logs.values() for _, device, speed in DEVICE.findall(text)}
    print("\n".join(sorted(devices)) + "\n\n" + table(logs) if logs else "no bench-*.log here")


if __name__ == "__main__":
    main()
