#!/usr/bin/env bash
# The long sets, run before a release: every engine test under address and undefined-behaviour sanitizers, the tests that
# kill the program while it writes, many times over, and ten minutes of each fuzz target.
#   tests/long.sh [KILLS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/dependencies.sh
kills="${1:-200}"

install_missing "${build_packages[@]}" "${window_packages[@]}" "${test_packages[@]}"
cmake --preset asan >/dev/null
cmake --build build/asan -- --quiet
ASAN_OPTIONS=allocator_may_return_null=1 ctest --test-dir build/asan --output-on-failure -E "house_rules|qml_rules"

cmake -S . -B build/test -G Ninja -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build build/test --target hearth_app_tests -- --quiet
QT_QPA_PLATFORM=offscreen build/test/tests/app/hearth_app_tests --gtest_filter='Crash*' --gtest_repeat="$kills" --gtest_break_on_failure

tests/fuzz/run.sh 600
