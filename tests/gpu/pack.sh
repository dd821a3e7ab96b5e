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
nvcc=$(command -v nvcc || ls /usr/local/cuda/bin/nvcc 2>/dev/null || true)
[ -z "$nvcc" ] || "$nvcc" -std=c++20 -O3 -arch=sm_90 tests/gpu/launch_cost.cu -o "$out/bin/launch_cost"
# libc and its parts belong to the machine; everything else travels.
ldd "$out"/bin/* | awk '$3 ~ /^\// {print $3}' | sort -u | grep -vE '/(libc|libm|libdl|libpthread|librt|libresolv|ld-linux[^/]*)\.so' | xargs -r cp -t "$out/lib"
strip --strip-unneeded "$out"/bin/* 2>/dev/null || true
# The tests look for files below the folder they were compiled in.
pwd > "$out/root"
realpath --relative-to=. "$build" > "$out/build"
# Every program holds the kernels of the library: a window over all of them keeps one copy.
tar -C "$out" -cf - bin lib | xz --lzma2=preset=1,dict=192MiB > "$out/programs.tar.xz"
rm -r "$out/bin" "$out/lib"
# Of the quantised models, smallest first, those that there is room for.
if [ -n "${HEARTH_REFERENCE:-}" ]; then
  mkdir -p "$out/reference/quant"
  cp -r "$HEARTH_REFERENCE/lora" "$out/reference/"
  cp "$HEARTH_REFERENCE"/quant/{peer_nmse.json,tokens.txt} "$out/reference/quant/"
  while read -r model; do
    files=("$model" "${model%.gguf}.logits.f32")
    [ $(($(du -cm "$out" "${files[@]}" | tail -n 1 | cut -f1) + 1)) -le "$limit_mib" ] || break
    cp "${files[@]}" "$out/reference/quant/"
  done < <(ls -Sr "$HEARTH_REFERENCE"/quant/*.gguf)
fi
du -sh "$out"
if [ "$(du -sm "$out" | cut -f1)" -gt "$limit_mib" ]; then
  echo "$out is larger than $limit_mib MiB" >&2
  exit 1
fi
