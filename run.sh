#!/usr/bin/env bash
# Installs what is missing, builds Hearth and opens it. Arguments go to the program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/dependencies.sh

install_missing "${build_packages[@]}" "${window_packages[@]}"

target=hearth
if [ -z "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
  echo "There is no display, so the chat starts in this terminal."
  target=hearth-cli
fi

# For this computer only: packages are for all graphics cards, and can take half an hour longer to compile.
cuda=-DHEARTH_CUDA=OFF
! nvidia-smi -L >/dev/null 2>&1 || cuda=-DHEARTH_CUDA_ARCHITECTURES=native
[ -f build/release/build.ninja ] || cmake --preset release -DHEARTH_TESTS=OFF "$cuda" >/dev/null
if ! cmake --build build/release --target "$target" -- --quiet; then
  echo "The build failed; the lines above say where. ./test.sh builds from a clean state." >&2
  exit 1
fi

if [ "$target" = hearth ]; then
  exec build/release/bin/hearth "$@"
fi
exec build/release/bin/hearth-cli chat "${1:-resources/models/ember-q8_0.gguf}" "${@:2}"
