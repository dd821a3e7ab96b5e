#!/usr/bin/env bash
# Collects what run_all.sh needs into build/gpu, so that it can run on a machine that has a GPU and its driver but none of our
# libraries: programs, the shared libraries they use (not glibc, not the driver), and known answers beside those of the repository.
#   tests/gpu/pack.sh [BUILD_DIR]      (default build/test, built before)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build="${1:-build/test}"
out=build/gpu
limit_mib=30
rm -rf "$out"
mkdir -p "$out/bin" "$out/lib"
programs=(bin/hearth-cli)
for program in tests/cuda/real/cuda_device_conformance_test tests/cuda/real/golden_cuda_test tests/vulkan/vulkan_device_test \
               tests/vulkan/vulkan_conformance_test tests/golden/golden_vulkan_test; do
  [ -x "$build/$program" ] && programs+=("$program")
done
for program in "${programs[@]}"; do
  cp "$build/$program" "$out/bin/"
done
# libc and its parts belong to the machine; everything else travels.
ldd "$out"/bin/* | awk '$3 ~ /^\// {print $3}' | sort -u | grep -vE '/(libc|libm|libdl|libpthread|librt|libresolv|ld-linux[^/]*)\.so' | xargs -r cp -t "$out/lib"
strip --strip-unneeded "$out"/bin/* 2>/dev/null || true
# The tests look for files below the folder they were compiled in.
pwd > "$out/root"
realpath --relative-to=. "$build" > "$out/build"
if [ -n "${HEARTH_REFERENCE:-}" ]; then
  mkdir -p "$out/reference"
  cp -r "$HEARTH_REFERENCE/lora" "$out/reference/"
fi
# Every program holds the kernels of the library: a window over all of them keeps one copy.
tar -C "$out" -cf - bin lib | xz --lzma2=preset=1,dict=192MiB > "$out/programs.tar.xz"
rm -r "$out/bin" "$out/lib"
du -sh "$out"
if [ "$(du -sm "$out" | cut -f1)" -gt "$limit_mib" ]; then
  echo "$out is larger than $limit_mib MiB" >&2
  exit 1
fi
