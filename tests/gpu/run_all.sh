#!/usr/bin/env bash
# Everything that wants a real GPU, in stages that end within 8 minutes each. What is known so far is in the summary at any time.
#   tests/gpu/run_all.sh check             the known answers: ops, small models, the self-test
#   tests/gpu/run_all.sh sanitize          the ops under compute-sanitizer: memory, then races (CUDA)
#   tests/gpu/run_all.sh launches          what a launch costs by how much code it has, and what fewer of them bring (CUDA)
#   tests/gpu/run_all.sh bench MODEL...    speed. MODEL is a file, or a name of tests/bench/make_speed_models.py with its options, e.g.
#                                          "dsv2-lite --layers 6": then it is made in memory and deleted before the next. Default: those of
#                                          the table in docs/performance.md. table.md has what was measured so far.
# HEARTH_GPU_DEVICE: cuda:0 (the default) or vulkan:0, ...   HEARTH_GPU_OUT: folder for logs   HEARTH_GPU_SECONDS: limit of the stage
# HEARTH_GPU_BENCH: what `hearth-cli bench` times, e.g. "-p 512 -n 64 -d 0 -b 1"
# Uses the programs of build/gpu (tests/gpu/pack.sh) when they are there, else those of build/test. Needs python3 with numpy, no network.
# Where the Vulkan loader does not find the driver, VK_DRIVER_FILES names its file.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
stage="${1:-check}"
shift || true
device="${HEARTH_GPU_DEVICE:-cuda:0}"
backend="${device%%:*}"
out="${HEARTH_GPU_OUT:-build/gpu-results}"
began=$(date +%s)
limit="${HEARTH_GPU_SECONDS:-470}"
mkdir -p "$out"

# Other programs keep the libraries of the machine.
before="${LD_LIBRARY_PATH:-}"
python() { LD_LIBRARY_PATH="$before" python3 "$@"; }
export before
export -f python

packed=build/gpu
if [ -f "$packed/programs.tar.xz" ] && [ ! -d "$packed/bin" ]; then
  tar -C "$packed" -xJf "$packed/programs.tar.xz" ||
    python3 -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])' "$packed/programs.tar.xz" "$packed"
fi
if [ -d "$packed/bin" ]; then
  bin() { echo "$packed/bin/$(basename "$1")"; }
  export LD_LIBRARY_PATH="$PWD/$packed/lib:${LD_LIBRARY_PATH:-}"
  root=$(cat "$packed/root") build=$(cat "$packed/build")
  # The tests look for files where they were compiled.
  if [ ! -e "$root" ]; then
    mkdir -p "$(dirname "$root")"
    ln -s "$PWD" "$root"
  fi
  [ -d "$packed/reference" ] && export HEARTH_REFERENCE="$PWD/$packed/reference"
else
  build=build/test
  bin() { echo "$build/$1"; }
fi
cli=$(bin bin/hearth-cli)
starter=resources/models/ember-q8_0.gguf
export HEARTH_STARTER="$PWD/$starter"

left() { echo $((limit - ($(date +%s) - began))); }

say() { echo "$*" | tee -a "$out/summary-$stage.log"; }

# run NAME SECONDS COMMAND...: its output goes to a file while it runs; its verdict and last line to the summary. A command that runs into
# its time, or for which none is left, is not passed.
run() {
  local name="$1" most="$2" start status=0 verdict=passed
  shift 2
  [ "$most" -lt "$(left)" ] || most=$(left)
  start=$(date +%s)
  if [ "$most" -lt 1 ]; then
    status=124
  else
    timeout -k 5 "$most" "$@" >"$out/$name.log" 2>&1 || status=$?
  fi
  [ "$status" -eq 0 ] || verdict=FAILED
  [ "$status" -ne 124 ] || verdict="OUT OF TIME"
  say "$(printf '%-28s %-11s %4d s   %s' "$name" "$verdict" "$(($(date +%s) - start))" "$(tail -n 1 "$out/$name.log" 2>/dev/null | cut -c1-100)")"
}

# The small models are random and always the same: made here, not carried.
make_golden_models() {
  [ -d "$build/golden-models" ] || python tests/data/arch/make_reference_models.py "$build/golden-models" --seed 1 --div 4
  (cd "$build/golden-models" && sha256sum --strict --quiet -c "$OLDPWD/tests/data/arch/SHA256SUMS")
}

check() {
  run selftest 60 "$cli" selftest --device "$device"
  if [ "$backend" = vulkan ]; then
    run device 120 "$(bin tests/vulkan/vulkan_device_test)" --gtest_filter='-*Failing*:*ValidationIsOn'
    for tier in fp32 fp16 int8; do
      run "conformance-$tier" 120 env HEARTH_VULKAN_TIER=$tier "$(bin tests/vulkan/vulkan_conformance_test)"
    done
  else
    run conformance 240 "$(bin tests/cuda/real/cuda_device_conformance_test)"
    # Is it the overlap of launches?
    grep -q '^conformance .* passed' "$out/summary-$stage.log" ||
      run conformance-serial 120 env HEARTH_CUDA_SERIAL=1 "$(bin tests/cuda/real/cuda_device_conformance_test)"
  fi
  export -f make_golden_models
  export build
  run golden-models 60 bash -c make_golden_models
  if [ "$backend" = vulkan ]; then
    run golden 300 "$(bin tests/golden/golden_vulkan_test)"
  else
    run golden 300 "$(bin tests/cuda/real/golden_cuda_test)"
  fi
}

sanitize() {
  local tool
  tool=$(command -v compute-sanitizer || ls /usr/local/cuda/bin/compute-sanitizer 2>/dev/null)
  if [ -z "$tool" ] || [ "$backend" != cuda ]; then
    say "sanitize: FAILED: needs compute-sanitizer and a CUDA device"
    return
  fi
  local conformance half=$((limit / 2 - 10))
  conformance=$(bin tests/cuda/real/cuda_device_conformance_test)
  # Buffers as allocations of their own, so that what is written behind one is seen.
  run memcheck "$half" env HEARTH_CUDA_SEPARATE=1 "$tool" --tool memcheck --error-exitcode 9 --print-limit 50 \
    "$conformance" --every 6 --seconds $((half * 2 / 3)) --gtest_filter='*Agrees*'
  run racecheck "$half" "$tool" --tool racecheck --error-exitcode 9 --print-limit 50 \
    "$conformance" --every 12 --seconds $((half * 2 / 3)) --gtest_filter='*Agrees*'
}

# Where a generated model lies.
in_memory() {
  local folder=/dev/shm
  [ -d "$folder" ] || folder="${TMPDIR:-/tmp}"
  echo "$folder/hearth-bench.gguf"
}

make_model() {  # make_model NAME FILE "MODEL OPTIONS..."
  # shellcheck disable=SC2086  # the options of the model
  run "make-$1" 120 bash -c 'python tests/bench/make_speed_models.py "$@"' make "$2" $3
}

launches() {
  run launch-cost 60 "$(bin tests/gpu/launch_cost)"
  tee -a "$out/summary-$stage.log" <"$out/launch-cost.log"
  local file model name setting
  for model in "dsv2-lite --layers 6" "qwen3-30b-a3b --layers 6" "r1-qwen-1.5b"; do
    file=$(in_memory) name=${model%% *}
    make_model "$name" "$file" "$model"
    for setting in "" HEARTH_CUDA_UNFOLDED HEARTH_CUDA_ONE_BRANCH HEARTH_CUDA_OVERLAP_BRANCHES HEARTH_CUDA_SERIAL; do
      [ -f "$file" ] || continue
      run "$name-${setting:-as-it-is}" 60 env ${setting:+"$setting=1"} "$cli" bench "$file" --device "$device" -p 512 -n 128 -d 0 -b 1 -r 5
    done
    rm -f "$file"
  done
  grep -H decode "$out"/*-as-it-is.log "$out"/*-HEARTH_CUDA_*.log | sed "s|^$out/||" | tee -a "$out/summary-$stage.log"
}

what="${HEARTH_GPU_BENCH:--p 512 -n 64 -d 0,4096,16384 -b 1,4,16 -r 3}"

bench_model() {  # bench_model NAME FILE
  # shellcheck disable=SC2086  # several options
  run "bench-$1" "$(left)" "$cli" bench "$2" --device "$device" $what
  run "profile-$1" 60 "$cli" bench "$2" --device "$device" -p 512 -n 32 -r 2 --profile
  python tests/gpu/table.py "$out" >"$out/table.md"
}

models=("dsv2-lite" "qwen3-30b-a3b" "r1-qwen-1.5b" "r1-qwen-7b --type Q8_0" "r1-qwen-7b --type Q4_K" "gpt-oss-20b")

bench() {
  local model name file
  [ $# -gt 0 ] || set -- "${models[@]}"
  for model in "$@"; do
    name=$(basename "${model// /}" .gguf)
    if [ -f "$model" ]; then
      bench_model "$name" "$model"
      continue
    fi
    file=$(in_memory)
    make_model "$name" "$file" "$model"
    [ -f "$file" ] && bench_model "$name" "$file"
    rm -f "$file"
  done
  cat "$out/table.md"
}

: >"$out/summary-$stage.log"
"$cli" devices | tee "$out/devices.log"
case "$stage" in
  check) check ;;
  sanitize) sanitize ;;
  launches) launches ;;
  bench) bench "$@" ;;
  *)
    echo "run_all.sh knows the stages check, sanitize, launches and bench, not $stage" >&2
    exit 2
    ;;
esac
! grep -qE 'FAILED|OUT OF TIME' "$out/summary-$stage.log"
