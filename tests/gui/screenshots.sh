#!/usr/bin/env bash
# Pictures of every page and state of the window, in both themes and languages and at two sizes, and six spot checks at
# 2560x1440 with scale 2:
#   tests/gui/screenshots.sh OUT_DIR [all|spot|docs|library|opened|updates|code|texts|exchange|tree|performance|chat]
# For people to look at one by one; nothing here compares them.
set -euo pipefail
out="$(realpath -m "${1:?usage: tests/gui/screenshots.sh OUT_DIR [all|spot|docs|library|opened|updates|code|texts|exchange|tree|performance|chat]}")"
what="${2:-}"
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/dependencies.sh
install_missing "${build_packages[@]}" "${window_packages[@]}" "${test_packages[@]}"

build_dir="${HEARTH_BUILD_DIR:-build/test}"
[ -f "$build_dir/build.ninja" ] || cmake -S . -B "$build_dir" -G Ninja -DCMAKE_BUILD_TYPE=Release -DHEARTH_TESTS=ON >/dev/null
cmake --build "$build_dir" --target hearth_screenshots hearth_screenshots_adapters -- --quiet

shoot() {  # shoot WHAT SCREEN SCALE
  xvfb-run -a -s "-screen 0 $2x24" env QT_QPA_PLATFORM=xcb QT_QUICK_BACKEND=software QT_SCALE_FACTOR="$3" LANG=C.UTF-8 LC_ALL=C.UTF-8 \
    "$build_dir/tests/gui/${4:-hearth_screenshots}" "$out" "$1"
}
[ -n "$what" ] && [ "$what" != all ] || shoot all 1600x1000 1
[ -n "$what" ] && [ "$what" != all ] || shoot all 1600x1000 1 hearth_screenshots_adapters
[ -n "$what" ] && [ "$what" != spot ] || shoot spot 5200x2960 2
case "$what" in
  '' | all | spot) ;;
  *) shoot "$what" 1600x1000 1 ;;
esac
echo "$(find "$out" -name '*.png' | wc -l) pictures in $out"
