#!/usr/bin/env bash
# Collects what run_all.sh needs into build/gpu, so that it can run on a machine that has a GPU and its driver but none of our
# libraries: programs, the shared libraries they use (not glibc, not the driver), the small models and their known answers.
#   tests/gpu/pack.sh [BUILD_DIR]      (default build/test, built before)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build="${1:-build/test}"
out=build/gpu
rm -rf "$out"
mkdir -p "$out/bin" "$out/lib"
for program in bin/hearth-cli tests/vulkan/vulkan_device_test tests/vulkan/vulkan_conformance_test tests/golden/golden_vulkan_test; do
  cp "$build/$program" "$out/bin/"
done
# libc and its parts belong to the machine; everything else travels.
ldd "$out"/bin/* | awk '$3 ~ /^\// {print $3}' | sort -u | grep -vE '/(libc|libm|libdl|libpthread|librt|libresolv|ld-linux[^/]*)\.so' | xargs -r cp -t "$out/lib"
strip --strip-unneeded "$out"/bin/* 2>/dev/null || true
du -sh "$out"
