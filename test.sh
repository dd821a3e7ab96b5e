#!/usr/bin/env bash
# Installs what is missing, builds everything and runs every test. Arguments go to ctest.
# HEARTH_CI=full ./test.sh then also builds the packages, installs them into fresh systems and uses them there; that needs root.
# Each stage prints its time against its budget (2 cores, nothing cached).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/dependencies.sh

# Files with known answers, where they are given beside the repository.
if [ -z "${HEARTH_REFERENCE:-}" ] && [ -d ../shared/reference ]; then
  HEARTH_REFERENCE="$(cd ../shared/reference && pwd)"
  export HEARTH_REFERENCE
fi

stage() {  # stage NAME BUDGET_SECONDS COMMAND...
  local name="$1" budget="$2" start status=0
  shift 2
  start=$(date +%s)
  "$@" || status=$?
  printf '== %s: %d s (budget %d s)\n' "$name" "$(($(date +%s) - start))" "$budget"
  return "$status"
}

build_dir=build/test
stage packages 300 install_missing "${build_packages[@]}" "${window_packages[@]}" "${test_packages[@]}" "${package_packages[@]}"
# The CUDA backend is compiled where nvcc is: for one GPU, and for all others as what drivers compile further.
stage configure 30 cmake -S . -B "$build_dir" -G Ninja -DCMAKE_BUILD_TYPE=Release -DHEARTH_TESTS=ON -DHEARTH_VULKAN=ON -DHEARTH_CUDA=AUTO \
  "-DHEARTH_CUDA_ARCHITECTURES=90-real;75-virtual" >/dev/null
if grep -q '^HEARTH_NVCC:.*/nvcc$' "$build_dir/CMakeCache.txt"; then
  stage "build CUDA" 900 cmake --build "$build_dir" --target hearth_cuda -- -j "$(nproc)" --quiet
fi
stage build 1500 cmake --build "$build_dir" -- -j "$(nproc)" --quiet
stage fuzz 300 tests/fuzz/run.sh 4
stage tests 1500 ctest --test-dir "$build_dir" --output-on-failure -j "$(nproc)" "$@"

if [ "${HEARTH_CI:-}" = full ]; then
  stage "packages for all checks" 300 install_missing "${full_packages[@]}"
  rm -rf build/full-packages
  stage "build packages" 1800 installer/package.sh all --out build/full-packages
  stage smoke 900 installer/smoke.sh --packages build/full-packages
  stage reproducible 1800 installer/reproducible.sh --against build/full-packages
  stage "build for Windows" 600 installer/windows/cross_check.sh
fi
