#!/usr/bin/env python3
"""The dependency rule and the size of the house (docs/architecture.md), checked on the tracked files.

  house_rules.py ROOT
"""
import re
import subprocess
import sys
from pathlib import Path

MAX_TREE = 32 << 20
CODE = {".cpp", ".h", ".cu", ".cuh", ".comp", ".glsl"}
# Engine folder -> folders it may include, besides itself and core. ops/conformance is a tool over two backends.
ENGINE = {
    "core": set(), "gguf": set(), "ops": set(), "reference": {"ops"}, "cpu": {"ops"}, "cuda": {"ops"}, "vulkan": {"ops"},
    "model": {"gguf", "ops"}, "forward": {"model", "ops"}, "tokenizer": {"gguf"}, "sampling": set(),
    "runtime": {"forward", "tokenizer", "sampling", "model", "gguf", "ops", "cpu", "reference", "cuda", "vulkan"},
    "quantize": {"gguf", "ops", "model"}, "import": {"gguf", "model", "tokenizer"},
    "files": {"runtime", "quantize", "import", "tokenizer", "model", "gguf", "ops", "cpu"}, "cli": None, "include": set(),
}


def tracked(root):
    out = subprocess.run(["git", "-C", root, "ls-files", "-z"], check=True, capture_output=True).stdout
    return [Path(p) for p in out.decode().split("\0") if p]


def includes(text):
    return re.findall(r'^\s*#\s*include\s*[<"]([^">]+)[">]', text, re.M)


def check_engine(path, names, errors):
    folder = path.parts[1] if len(path.parts) > 2 else ""
    allowed = ENGINE.get(folder)
    for name in names:
        if re.match(r"Q[A-Z]\w*$|Qt\w*/|sqlite3", name):
            errors.append(f"{path}: the engine knows no Qt and no SQLite, but includes {name}")
        first = name.split("/")[0]
        if folder not in ENGINE:
            errors.append(f"{path}: unknown engine folder {folder}")
            return
        if allowed is not None and "/" in name and first in ENGINE and first not in allowed | {folder, "core"}:
            errors.append(f"{path}: engine/{folder} may not include {name}")


def check_app(path, names, errors):
    if path.parts[:2] == ("app", "bridge"):
        return
    for name in names:
        if name.startswith("engine/") or name.split("/")[0] in set(ENGINE) - {"core"} and "/" in name:
            errors.append(f"{path}: only app/bridge may include engine headers, not {name}")


def check_kernels(path, text, errors):
    """Launches overlap: a kernel that does not wait for those in front of it lets the ones behind it begin too early."""
    kernels, waits = text.count("__global__ void"), text.count("begin_kernel();")
    if waits < kernels:
        errors.append(f"{path}: {kernels} kernels, but begin_kernel() only {waits} times")


def check_length(path, text, errors):
    cap = 250 if path.suffix == ".qml" else 800 if path.parts[:2] in {("engine", d) for d in ("cpu", "cuda", "vulkan")} else 600
    lines = text.count("\n")
    if lines > cap and "tests" not in path.parts:
        errors.append(f"{path}: {lines} lines, the cap is {cap}")


def main():
    root = Path(sys.argv[1])
    errors, total = [], 0
    for path in tracked(root):
        full = root / path
        if not full.is_file():
            continue
        total += full.stat().st_size
        if path.stem.endswith("utils") or path.stem == "util":
            errors.append(f"{path}: name the file after what it does")
        if path.suffix not in CODE | {".qml"}:
            continue
        text = full.read_text(encoding="utf-8")
        names = includes(text)
        if path.parts[0] == "engine":
            check_engine(path, names, errors)
        elif path.parts[0] == "app":
            check_app(path, names, errors)
        if path.parts[:2] == ("engine", "cuda"):
            check_kernels(path, text, errors)
        check_length(path, text, errors)
    if total > MAX_TREE:
        errors.append(f"the tracked tree has {total} bytes, the limit is {MAX_TREE}")
    print("\n".join(errors) or f"house rules hold ({total / (1 << 20):.1f} MiB tracked)")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
