#!/usr/bin/env bash
# Everything that wants a real GPU, in one call: correctness first, then speed. Prints a short table last.
#   tests/gpu/run_all.sh [MODEL.gguf ...]      models to time, besides the starter model
# Uses the programs of build/gpu (tests/gpu/pack.sh) when they are there, else those of build/test. HEARTH_GPU_OUT: folder for logs.
# Where the loader does not find the driver, VK_DRIVER_FILES names its file.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
out="${HEARTH_GPU_OUT:-build/gpu-results}"
mkdir -p "$out"
if [ -d build/gpu/bin ]; then
  bin=build/gpu/bin
  export LD_LIBRARY_PATH="$PWD/build/gpu/lib:${LD_LIBRARY_PATH:-}"
  cli=$bin/hearth-cli device=$bin/vulkan_device_test conformance=$bin/vulkan_conformance_test golden=$bin/golden_vulkan_test
else
  cli=build/test/bin/hearth-cli device=build/test/tests/vulkan/vulkan_device_test
  conformance=build/test/tests/vulkan/vulkan_conformance_test golden=build/test/tests/golden/golden_vulkan_test
fi
starter=resources/models/ember-q8_0.gguf
export HEARTH_STARTER="$PWD/$starter"

results=()
check() {  # check NAME COMMAND...: runs it with its output in a file, and keeps the verdict
  local name="$1" begin status=0
  shift
  begin=$(date +%s)
  "$@" >"$out/$name.log" 2>&1 || status=$?
  results+=("$(printf '%-28s %-7s %4d s   %s' "$name" "$([ "$status" -eq 0 ] && echo passed || echo "FAILED")" "$(($(date +%s) - begin))" "$(tail -n 1 "$out/$name.log" | cut -c1-90)")")
}

"$cli" devices | tee "$out/devices.log"
check device "$device" --gtest_filter='-*Failing*:*ValidationIsOn'
for tier in fp32 fp16 int8; do
  check "conformance-$tier" env HEARTH_VULKAN_TIER=$tier "$conformance"
done
check golden "$golden"
check selftest "$cli" selftest --device vulkan:0
for model in "$starter" "$@"; do
  name=$(basename "$model" .gguf)
  check "bench-$name" "$cli" bench "$model" --device vulkan:0 -p 512 -n 128 -d 0,4096 -b 1,4,16
  check "profile-$name" "$cli" bench "$model" --device vulkan:0 -p 512 -n 32 -r 2 --profile
done
echo
cat "$out"/bench-*.log 2>/dev/null
printf '%s\n' "${results[@]}" | tee "$out/summary.log"
! grep -q FAILED "$out/summary.log"
