#!/usr/bin/env bash
# The long sets, run before a release: every engine test under address and undefined-behaviour sanitizers, kills at random moments of
# streaming, launches that overlap, random sequences of actions, downloads under faults by chance, and ten minutes of each fuzz target.
#   tests/long.sh [KILLS [SEQUENCES [SCHEDULES]]]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/dependencies.sh
kills="${1:-1000}"
sequences="${2:-1000}"
schedules="${3:-200}"

install_missing "${build_packages[@]}" "${window_packages[@]}" "${test_packages[@]}"
cmake --preset asan >/dev/null
cmake --build build/asan -- --quiet
ASAN_OPTIONS=allocator_may_return_null=1 ctest --test-dir build/asan --output-on-failure -E "house_rules|qml_rules|vulkan"
# The Vulkan driver is not ours: what it keeps is not looked at.
ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=0 ctest --test-dir build/asan --output-on-failure -R "golden_make_models|vulkan"

cmake -S . -B build/test -G Ninja -DCMAKE_BUILD_TYPE=Release -DHEARTH_TESTS=ON -DHEARTH_VULKAN=ON >/dev/null
cmake --build build/test --target hearth_app_tests hearth_net_tests vulkan_conformance_test cuda_conformance_test -- --quiet
for tier in fp16 int8; do
  HEARTH_VULKAN_TIER=$tier HEARTH_VULKAN_VALIDATION=1 build/test/tests/vulkan/vulkan_conformance_test
done
for seed in 2 3; do
  HEARTH_CUDA_EMULATOR_EARLY=1 HEARTH_CUDA_EMULATOR_SEED=$seed build/test/tests/cuda/cuda_conformance_test
done
HEARTH_TEST_KILLS="$kills" HEARTH_TEST_SEQUENCES="$sequences" QT_QPA_PLATFORM=offscreen \
  build/test/tests/app/hearth_app_tests --gtest_filter='Crash*:RandomActions*'
HEARTH_TEST_SCHEDULES="$schedules" HEARTH_TEST_SCHEDULE_MB=64 QT_QPA_PLATFORM=offscreen \
  build/test/tests/app/hearth_net_tests --gtest_filter='DownloadFault*'

tests/fuzz/run.sh 600
