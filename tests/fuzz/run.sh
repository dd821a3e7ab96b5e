#!/usr/bin/env bash
# Fuzzes the readers of hostile input: builds the targets (clang) and runs each for a while, as many at once as there are cores.
#   tests/fuzz/run.sh SECONDS_PER_TARGET [TARGET...]      TARGET: gguf safetensors adapter tokenizer template template_input blocks markdown code chats
# What is found lies in build/fuzz/findings; fixed findings go to tests/fuzz/corpus/TARGET as crash-NAME. New inputs are kept
# under build/fuzz/corpus, where runs of a minute or more go on from them. Shorter ones are the smoke test: they start from the seeds
# with the same random numbers and a number of inputs instead of a time, so that they try the same inputs on every machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds="${1:-}"
if ! [[ "$seconds" =~ ^[1-9][0-9]*$ ]]; then
  sed -n 's/^# \{0,1\}//p' "${BASH_SOURCE[0]}" | sed -n 2,6p >&2
  exit 2
fi
shift
targets=("$@")
[ "${#targets[@]}" -gt 0 ] || targets=(gguf safetensors adapter tokenizer template template_input blocks markdown code chats)
jobs="${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}"
build=build/fuzz

cmake --preset fuzz >/dev/null
cmake --build "$build" --target "${targets[@]/#/fuzz_}" --parallel "$jobs" >"$build/build.log" || { cat "$build/build.log" >&2; exit 1; }

max_length() {  # the longest input tried, bytes: several times the largest seed
  case "$1" in
    gguf | tokenizer | adapter) echo 16384 ;;
    markdown | code) echo 1024 ;;
    chats) echo 4096 ;;
    *) echo 2048 ;;
  esac
}

runs_per_second() {  # of the smoke test: what an ordinary machine does
  case "$1" in
    gguf) echo 2500 ;;
    safetensors) echo 8000 ;;
    adapter) echo 3000 ;;
    tokenizer) echo 90 ;;
    template) echo 3000 ;;
    template_input) echo 250 ;;
    blocks) echo 3000 ;;
    markdown) echo 600 ;;
    code) echo 3000 ;;
    chats) echo 300 ;;
  esac
}

run_target() {  # run_target NAME: prints one line; the log is kept
  local name="$1" log="$build/findings/$1.log" scratch="$build/corpus/$1" status=0 limit="$seconds" options=()
  if [ "$seconds" -lt 60 ]; then
    scratch="$build/corpus-short/$1"
    rm -rf "$scratch"
    options=(-seed=1 -runs="$((seconds * $(runs_per_second "$name")))")
    limit="$((seconds * 10))"
  fi
  mkdir -p "$scratch" "$build/findings" "$build/tmp"
  TMPDIR="$build/tmp" "$build/bin/fuzz_$name" "$scratch" "tests/fuzz/corpus/$name" "${options[@]}" -max_total_time="$limit" \
    -max_len="$(max_length "$name")" -dict="tests/fuzz/$name.dict" -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=128 \
    -artifact_prefix="$build/findings/$name-" -print_final_stats=1 -verbosity=1 >"$log" 2>&1 || status=$?
  local execs rate covered
  execs="$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  rate="$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")"
  covered="$(grep -o 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)"
  if [ "$status" -eq 0 ]; then
    printf 'ok      %-15s %9s runs, %6s/s, %6s places reached\n' "$name" "$execs" "$rate" "$covered"
  else
    printf 'FAILED  %-15s %9s runs; %s\n' "$name" "${execs:-?}" \
      "$(grep -m1 -E 'broken promise|check failed|runtime error|ERROR: ' "$log" || echo "exit status $status")"
    printf '        reproduce: %s/bin/fuzz_%s %s\n        log: %s\n' "$build" "$name" \
      "$(sed -n 's/.*Test unit written to //p' "$log" | tail -1)" "$log"
  fi
  return "$status"
}

passed=0 failed=0 running=0
count() {  # waits for one of the targets
  if wait -n; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  running=$((running - 1))
}
for target in "${targets[@]}"; do
  [ "$running" -lt "$jobs" ] || count
  (if run_target "$target"; then exit 0; else exit 1; fi) &
  running=$((running + 1))
done
while [ "$running" -gt 0 ]; do count; done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
