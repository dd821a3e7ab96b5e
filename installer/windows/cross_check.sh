#!/usr/bin/env bash
# Checks on Debian what can be checked of Hearth for Windows: builds the engine with mingw-w64, runs hearth-cli.exe and tests under wine and
# compares them with Linux, reads the Qt-side files for Windows with that compiler, compiles the installer and runs it under wine
# (docs/packaging.md says what this does not show). It compiles the engine once more: 15 minutes or so from
# nothing on two cores, 5 when nothing changed.
#   cross_check.sh [BUILD_DIR [PART]]   default: build/mingw (libraries are kept in build/mingw-libraries) and all parts: program, window_files
#                                       and installer
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
. scripts/dependencies.sh
install_missing "${build_packages[@]}" "${full_packages[@]}"
mkdir -p "${1:-build/mingw}"
build=$(cd "${1:-build/mingw}" && pwd)
libraries=$root/build/mingw-libraries
starter=$root/resources/models/ember-q8_0.gguf
work=$(mktemp -d "${TMPDIR:-/tmp}/hearth-windows.XXXXXX")
export WINEPREFIX=$work/wine WINEDEBUG=-all LC_ALL=C.UTF-8 WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe=d;winedbg.exe=d"
unset DISPLAY WAYLAND_DISPLAY
exe=$build/bin/hearth-cli.exe
tests=(core/core_system_files_test core/core_thread_pool_test core/core_quant_blocks_test quantize/quantize_driver_test)
passed=0 failed=0

clean_up() {
  wineserver64 -k 2>/dev/null || wineserver -k 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT

check() {  # check NAME COMMAND...
  local name=$1 status
  shift
  set +e  # not "if (...)": there the shell ignores what fails in the middle of a function
  (set -e; "$@") > "$work/out" 2>&1
  status=$?
  set -e
  if [ "$status" = 0 ]; then
    passed=$((passed + 1)); echo "passed  $name"
  else
    failed=$((failed + 1)); echo "FAILED  $name"; tail -15 "$work/out" | sed 's/^/        /'
  fi
}

cli() { timeout 120 wine "$exe" "$@"; }            # on Windows
linux() { timeout 120 "$native" "$@"; }            # the same on Linux
same() { cmp "$1" "$2"; }
no() { ! "$@"; }  # "!" alone ends nothing
status() { local wanted=$1 got=0; shift; "$@" || got=$?; [ "$got" = "$wanted" ]; }
ids() { python3 -c 'import json, sys; a = json.load(open(sys.argv[1])); print(a["ids"], a["text"], a["stop_reason"])' "$1"; }

build_all() {
  installer/windows/mingw_libraries.sh "$libraries" "$root/build/mingw-work"
  cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release "-DCMAKE_TOOLCHAIN_FILE=$root/cmake/mingw-w64.cmake" \
    "-DHEARTH_MINGW_LIBRARIES=$libraries" -DHEARTH_GUI=OFF -DHEARTH_TESTS=ON -DHEARTH_VULKAN=ON > "$work/configure.log" || { cat "$work/configure.log"; exit 1; }
  cmake --build "$build" --target hearth-cli "${tests[@]##*/}" -- -j "$(nproc)" --quiet
  native=${HEARTH_CLI:-$root/build/test/bin/hearth-cli}
  if [ ! -x "$native" ]; then
    cmake -S . -B "$root/build/native" -G Ninja -DCMAKE_BUILD_TYPE=Release -DHEARTH_GUI=OFF -DHEARTH_TESTS=OFF -DHEARTH_VULKAN=OFF > /dev/null
    cmake --build "$root/build/native" --target hearth-cli -- -j "$(nproc)" --quiet
    native=$root/build/native/bin/hearth-cli
  fi
}

# ---- the program ------------------------------------------------------------------------------------------------------------------------

needs_only_windows() {
  ! x86_64-w64-mingw32-objdump -p "$exe" | sed -n 's/.*DLL Name: //p' | tr '[:upper:]' '[:lower:]' |
    grep -vE '^(kernel32|msvcrt|advapi32|shell32|user32|api-ms-win-core-synch-l1-2-0)\.dll$'
}
has_resources() {
  local wanted
  wanted=$(linux --version | sed -n '1s/hearth-cli \([^ ]*\).*/\1/p')
  python3 - "$exe" "$wanted" <<'END'
import sys
data = open(sys.argv[1], "rb").read()
for text in (b"activeCodePage", b"longPathAware"):
    assert text in data, text
for text in ("ProductVersion", sys.argv[2], "The Hearth project"):
    assert text.encode("utf-16-le") in data, text
END
}
answers_equal() {  # the same tokens at each level of the processor
  local level
  for level in "" scalar avx2; do
    HEARTH_CPU=$level cli generate "$starter" -p "Tell me a story about a cat." --temp 0 -n 60 --json > "$work/w.json"
    HEARTH_CPU=$level linux generate "$starter" -p "Tell me a story about a cat." --temp 0 -n 60 --json > "$work/l.json"
    [ "$(ids "$work/w.json")" = "$(ids "$work/l.json")" ] || { echo "level '$level'"; return 1; }
  done
}
starts_often() { for _ in $(seq 15); do cli generate "$starter" -p Hi --temp 0 -n 4 > /dev/null || return 1; done; }
tokens_equal() {  # bytes pass as they are, also the ends of lines
  printf '你好,世界。\r\nIt is 5 °C – 🔥\n\x1a end' > "$work/text"
  cli tokenize "$starter" < "$work/text" > "$work/w.ids"
  linux tokenize "$starter" < "$work/text" > "$work/l.ids"
  same "$work/w.ids" "$work/l.ids"
  cli detokenize "$starter" < "$work/w.ids" > "$work/w.text"
  linux detokenize "$starter" < "$work/l.ids" > "$work/l.text"
  same "$work/w.text" "$work/l.text"
}
arguments_are_utf8() {
  cli generate "$starter" -p "讲一个 \"故事\" – ñ" --raw --temp 0 -n 8 --json > "$work/w.json"
  linux generate "$starter" -p "讲一个 \"故事\" – ñ" --raw --temp 0 -n 8 --json > "$work/l.json"
  [ "$(ids "$work/w.json")" = "$(ids "$work/l.json")" ]
  no cli info "没有 这个.gguf" 2> "$work/error"
  grep -q "没有 这个.gguf" "$work/error"
}
quantises_equally() {
  mkdir -p "$work/输出 目录"
  cp "$starter" "$work/输出 目录/模型 文件.gguf"
  (cd "$work" && cli quantize "输出 目录/模型 文件.gguf" "输出 目录/结果.gguf" Q4_0 --allow-requantize > /dev/null)
  linux quantize "$starter" "$work/l.gguf" Q4_0 --allow-requantize > /dev/null
  same "$work/输出 目录/结果.gguf" "$work/l.gguf"
  [ ! -e "$work/输出 目录/结果.gguf.part" ]
}
long_paths() {  # beyond the old limit of 260 characters
  local folder=$work part
  part=$(printf 'd%.0s' $(seq 60))
  while [ "${#folder}" -lt 330 ]; do folder=$folder/$part; done
  mkdir -p "$folder"
  cp "$starter" "$folder/模型.gguf"
  cli info "$folder/模型.gguf" > /dev/null
  cli quantize "$folder/模型.gguf" "$folder/out.gguf" Q4_0 --allow-requantize > /dev/null
  same "$folder/out.gguf" "$work/l.gguf"
}
second_writer_waits_outside() {  # the first one is held while it writes
  cli quantize "$starter" "$work/big.gguf" F32 --allow-requantize > /dev/null
  wine "$exe" quantize "$work/big.gguf" "$work/locked.gguf" Q4_K_M --threads 1 > /dev/null 2>&1 &
  local first=$!
  for _ in $(seq 400); do [ -e "$work/locked.gguf.part" ] && break; sleep 0.01; done
  local held
  held=$(pgrep -f "quantize $work/big.gguf $work/locked.gguf" | tr '\n' ' ')
  # shellcheck disable=SC2086
  kill -STOP $held
  local status=0
  cli quantize "$work/big.gguf" "$work/locked.gguf" Q4_0 > /dev/null 2> "$work/error" || status=$?
  # shellcheck disable=SC2086
  kill -CONT $held
  wait "$first"
  [ "$status" = 1 ] && grep -q "another program" "$work/error" && [ -s "$work/locked.gguf" ] && [ ! -e "$work/locked.gguf.part" ]
}
stops_on_interrupt() {  # as Ctrl+C does it: the file that was begun is gone, and the exit status says so
  wine "$exe" selftest --device reference > "$work/stopped" 2> "$work/error" &
  local job=$! status=0
  sleep 3
  kill -INT "$(pgrep -f "$(basename "$exe") selftest --device reference" | tail -1)"
  timeout 20 tail --pid=$job -f /dev/null
  wait "$job" || status=$?
  [ "$status" = 1 ] && grep -q "was stopped" "$work/error"
}
self_test() { timeout 600 wine "$exe" selftest --device cpu --model "$starter" | tee "$work/selftest" && grep -q "known answer passed" "$work/selftest"; }
unit_tests() {
  local test
  for test in "${tests[@]}"; do
    # Windows does not replace a file that is mapped, and says so; one test counts on that.
    (cd "$work" && timeout 600 wine "$build/tests/$test.exe" --gtest_brief=1 --gtest_filter=-Driver.QuantisedInputNeedsPermission) || { echo "$test failed"; return 1; }
  done
}

check_program() {
  check "version" cli --version
  check "needs nothing but Windows" needs_only_windows
  check "icon, version and manifest are in it" has_resources
  check "devices" cli devices
  check "info" cli info "$starter"
  check "greedy answers equal those on Linux, at each level of the processor" answers_equal
  check "fifteen starts in a row end" starts_often
  check "tokens of Chinese text, and bytes through pipes" tokens_equal
  check "arguments and messages in UTF-8" arguments_are_utf8
  check "quantising gives the same bytes, under a name with Chinese characters and spaces" quantises_equally
  check "paths beyond 260 characters" long_paths
  check "a second writer of the same file is refused" second_writer_waits_outside
  check "an interrupt stops it cleanly" stops_on_interrupt
  check "exit status 1 for a missing file" status 1 cli info "$work/none.gguf"
  check "exit status 2 for wrong usage" status 2 cli nonsense
  check "selftest" self_test
  check "unit tests" unit_tests
}

# ---- the window's files -----------------------------------------------------------------------------------------------------------------

# Qt's headers of this machine with the compiler for Windows: types and calls are checked, nothing is linked.
reads() {
  local qt=/usr/include/x86_64-linux-gnu/qt6 module includes=()
  for module in "" /QtCore /QtGui /QtQml /QtNetwork /QtSql /QtQuick /QtQuickControls2; do includes+=(-isystem "$qt$module"); done
  x86_64-w64-mingw32-g++-posix -std=c++20 -fsyntax-only -Wall -Wextra -Wshadow -Werror -D_WIN32_WINNT=0x0A00 -DWIN32_LEAN_AND_MEAN -DNOMINMAX \
    -DUNICODE -D_UNICODE -DQT_NO_KEYWORDS -DQT_NO_CAST_FROM_BYTEARRAY "${includes[@]}" -isystem "$libraries/include" -idirafter "$work/sodium" \
    -Iapp -Iapp/viewmodels -Iengine/include "$1"
}
check_window_files() {
  local file
  mkdir -p "$work/sodium"
  cp -r /usr/include/sodium /usr/include/sodium.h "$work/sodium/"
  for file in app/*_windows.cpp app/*/*_windows.cpp app/net/disk.cpp app/services/data_folder.cpp app/services/file_copy.cpp app/single_instance.cpp \
              app/system_theme.cpp app/start_request.cpp app/renderer_choice.cpp app/display_check.cpp app/main.cpp app/bridge/engine_client.cpp; do
    check "reads $file" reads "$file"
  done
}

# ---- the installer ----------------------------------------------------------------------------------------------------------------------

has() { value "$1" | grep "$2"; }
# No "grep -q" behind it: that ends at once, and what still writes fails.
value() { timeout 60 wine reg query "$1" ${2:+/v "$2"} 2>/dev/null | tr -d '\r'; }
set_default() { timeout 60 wine reg add 'HKCU\Software\Classes\.gguf' /ve /d "$1" /f > /dev/null; }
user() { find "$WINEPREFIX/drive_c/users" -mindepth 1 -maxdepth 1 -type d ! -name Public | head -1; }
place() { echo "$(user)/AppData/Local/Programs/Hearth"; }
setup() { timeout 120 wine "$work/$1.exe" /S; }
uninstall() {  # it copies itself, goes on in the background, and is done when it is gone
  timeout 120 wine "$(place)/uninstall.exe" /S
  for _ in $(seq 100); do [ -e "$(place)/uninstall.exe" ] || break; sleep 0.2; done
  sleep 1
}

stage_installer() {
  local stage
  for stage in 1 2; do
    mkdir -p "$work/stage$stage/bin" "$work/stage$stage/share/doc/hearth" "$work/stage$stage/share/hearth/models"
    cp "$exe" "$work/stage$stage/bin/hearth-cli.exe"
    cp "$exe" "$work/stage$stage/bin/hearth.exe"  # in place of the window
    cp LICENSE "$work/stage$stage/share/doc/hearth/"
    cp "$starter" "$work/stage$stage/share/hearth/models/"
  done
  x86_64-w64-mingw32-strip "$work"/stage[12]/bin/*.exe
  export HEARTH_NSIS_QUICK=1
  echo old > "$work/stage1/share/hearth/only-in-the-old-version.txt"
  installer/windows/compile.sh "$work/stage1" "$work/setup1.exe" 0.9.0 amd64-unicode
  installer/windows/compile.sh "$work/stage2" "$work/setup2.exe" 1.0.0 amd64-unicode
  installer/windows/compile.sh "$work/stage2" "$work/setup32.exe" 1.0.0 x86-unicode
}
installs() {
  setup setup1
  (cd "$work/stage1" && find . -type f -print0 | xargs -0 -I{} cmp {} "$(place)/{}")
  [ -e "$(user)/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Hearth.lnk" ]
  [ ! -e "$(user)/Desktop/Hearth.lnk" ]
}
is_registered() {
  local key='HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Hearth'
  value "$key" DisplayVersion | grep "$1"
  value "$key" Publisher | grep "The Hearth project"
  value "$key" EstimatedSize | grep -E '0x[0-9a-f]{4,}'
  value "$key" QuietUninstallString | grep 'uninstall.exe" /S'
  value 'HKCU\Software\Classes\.gguf' | grep "Hearth.gguf"
  value 'HKCU\Software\Classes\.gguf\OpenWithProgids' | grep "Hearth.gguf"
  value 'HKCU\Software\Classes\Hearth.gguf\shell\open\command' | grep 'bin\\hearth.exe" "%1"'
  value 'HKCU\Software\RegisteredApplications' Hearth | grep Capabilities
}
installed_program_works() {
  (cd "$work" && timeout 120 wine "$(place)/bin/hearth-cli.exe" selftest --device cpu --filter add_norm | grep "known answer passed")  # finds the starter model
}
upgrades() {
  mkdir -p "$(user)/AppData/Local/hearth/data/models"
  echo chats > "$(user)/AppData/Local/hearth/data/hearth.db"
  echo mine > "$(place)/share/hearth/of-the-person.txt"
  setup setup2
  is_registered 1.0.0
  [ ! -e "$(place)/share/hearth/only-in-the-old-version.txt" ]
  [ -e "$(place)/share/hearth/of-the-person.txt" ] && [ -s "$(place)/bin/hearth.exe" ] && [ -s "$(user)/AppData/Local/hearth/data/hearth.db" ]
  rm "$(place)/share/hearth/of-the-person.txt"
}
waits_for_running() {  # a running program is not overwritten: exit status 3, everything as it was
  mkfifo "$work/pipe"
  (cd "$work" && exec timeout 100 wine "$(place)/bin/hearth-cli.exe" chat "$starter") < "$work/pipe" > /dev/null 2>&1 &
  exec 9> "$work/pipe"
  sleep 4
  local got=0
  setup setup1 || got=$?
  exec 9>&-
  wait
  [ "$got" = 3 ] && is_registered 1.0.0 && [ ! -e "$(place)/share/hearth/only-in-the-old-version.txt" ]
}
uninstalls() {
  uninstall
  [ ! -e "$(place)" ] && [ ! -e "$(user)/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Hearth.lnk" ]
  [ -s "$(user)/AppData/Local/hearth/data/hearth.db" ] && [ -d "$(user)/AppData/Local/hearth/data/models" ]
  no has 'HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Hearth' Hearth
  no has 'HKCU\Software\Classes\Hearth.gguf' Hearth
  no has 'HKCU\Software\Classes\.gguf' Hearth
  no has 'HKCU\Software\RegisteredApplications' Hearth
}
leaves_other_programs_alone() {
  set_default Other.file
  setup setup2
  value 'HKCU\Software\Classes\.gguf' | grep Other.file
  value 'HKCU\Software\Classes\.gguf\OpenWithProgids' | grep Hearth.gguf
  uninstall
  value 'HKCU\Software\Classes\.gguf' | grep Other.file
}
check_installer() {
  check "the installer compiles without warnings, for 32 and 64 bits" stage_installer
  check "silent installation: files, start menu" installs
  check "silent installation: registry and file type" is_registered 0.9.0
  check "the installed program finds its model" installed_program_works
  check "upgrade in place: old files go, chats and foreign files stay" upgrades
  check "a running program stops the installer" waits_for_running
  check "silent removal: nothing is left but chats and models" uninstalls
  check "another program stays the one that opens .gguf files" leaves_other_programs_alone
}

build_all
timeout 120 wineboot -i > /dev/null 2>&1 || true
for part in ${2:-program window_files installer}; do "check_$part"; done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
