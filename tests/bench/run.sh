#!/usr/bin/env bash
# The rows of docs/performance.md: Ember, and models of real width with random weights (about 2 GB each, written once).
#   tests/bench/run.sh [FOLDER_FOR_MODELS] [HEARTH_CLI]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
models="${1:-${TMPDIR:-/tmp}/hearth-speed}"
cli="${2:-build/release/bin/hearth-cli}"
mkdir -p "$models"

make_model() {  # make_model FILE ARGUMENTS...
  [ -f "$models/$1" ] || /usr/bin/python3 tests/bench/make_speed_models.py "$models/$1" "${@:2}"
}
make_model dsv2-lite-6.gguf dsv2-lite --layers 6
make_model qwen3-30b-5.gguf qwen3-30b-a3b --layers 5
make_model r1-qwen-1.5b.gguf r1-qwen-1.5b

"$cli" bench resources/models/ember-q8_0.gguf -p 256 -n 128 -b 1,4,16
"$cli" bench "$models/dsv2-lite-6.gguf" -p 256 -n 64 -d 0,2048 -b 1,4
"$cli" bench "$models/qwen3-30b-5.gguf" -p 512 -n 64
"$cli" bench "$models/r1-qwen-1.5b.gguf" -p 512 -n 64
