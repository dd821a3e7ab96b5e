#!/usr/bin/env python3
"""Perplexity of a small trained Llama on a known text, by the protocol of the common perplexity tools.

  perplexity_test.py HEARTH_CLI
"""
import json
import os
import subprocess
import sys

KNOWN, TOLERANCE = 6.5171, 0.005


def main():
    root = os.environ.get("HEARTH_REFERENCE")
    if not root:
        print("HEARTH_REFERENCE is not set: files with known answers are not here")
        return 1 if os.environ.get("CI") == "true" else 77
    model = os.path.join(root, "real/stories260K/stories260K-f32.gguf")
    text = os.path.join(root, "../data/stories-en/tinystories_2MB.txt")
    command = [sys.argv[1], "perplexity", model, text, "-c", "256", "--chunks", "100", "--json"]
    result = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    print(f"perplexity {result['perplexity']:.4f}, known {KNOWN}")
    return 0 if abs(result["perplexity"] / KNOWN - 1) <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main())
