#!/usr/bin/env bash
# Start to visible window, as another client of the display sees it (start_watch.py), for docs/performance.md:
#   tests/bench/start.sh [--runs N] [--store FOLDER] [--gl] PROGRAM...
# For each program medians (least to most) of N runs (5), cold and warm, with an empty data folder (the first start) and with a copy of
# FOLDER (`window_bench start FOLDER` fills one with 2,000 chats and 100,000 messages). Cold: after writing all data to the disk and
# dropping the page cache, which needs root; what the X server itself has mapped stays. Milliseconds from exec() to a mapped window and to
# drawn content, processor time of the program until then, and the megabytes that it made the disk read. Without --gl the
# software renderer is asked for, as on a machine without a graphics processor; with it Mesa's llvmpipe does OpenGL.
# As root everything measured runs with real-time priority, so that other work on the machine counts less. Everything is written
# below a folder of its own.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
runs=5
store=""
backend=QT_QUICK_BACKEND=software
while [ $# -gt 0 ]; do
  case "$1" in
    --runs) runs="$2"; shift 2 ;;
    --store) store="$2"; shift 2 ;;
    --gl) backend=QSG_RHI_BACKEND=opengl; shift ;;
    -*) sed -n '2,12p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || { sed -n '2,12p' "${BASH_SOURCE[0]}" >&2; exit 2; }
work="$(mktemp -d "${TMPDIR:-/tmp}/hearth-start.XXXXXX")"
first=()
[ "$(id -u)" != 0 ] || ! chrt -r 20 true 2>/dev/null || first=(chrt -r 20)

display=90
while [ -e "/tmp/.X11-unix/X$display" ]; do display=$((display + 1)); done
"${first[@]}" Xvfb ":$display" -screen 0 1440x900x24 >"$work/xvfb.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do [ -e "/tmp/.X11-unix/X$display" ] && break; sleep 0.05; done

once() {  # once PROGRAM DATA COLD -> MAPPED CONTENT CPU MB
  rm -rf "$work/person"
  mkdir -p "$work/person/run"
  chmod 700 "$work/person/run"
  [ -z "$2" ] || cp "$2"/hearth.db* "$work/person/"
  if [ "$3" = cold ]; then
    sync
    echo 3 >/proc/sys/vm/drop_caches
    python3 -c 'import ctypes, ctypes.util, os, signal, subprocess, sys, time; ctypes.CDLL(ctypes.util.find_library("X11"))'  # the watch
    chrt -r 20 true || true
  fi
  env -i PATH="$PATH" LANG=C.UTF-8 HOME="$work/person" XDG_RUNTIME_DIR="$work/person/run" HEARTH_HOME="$work/person" \
    DISPLAY=":$display" QT_QPA_PLATFORM=xcb "$backend" \
    "${first[@]}" python3 "$here/start_watch.py" "$1" 2>"$work/stderr" || { cat "$work/stderr" >&2; exit 1; }
}

row() {  # row NAME COLUMN FILE
  sort -n -k "$2" "$3" | awk -v c="$2" '{v[NR] = $c} END {printf "%6d (%d to %d)", v[int((NR + 1) / 2)], v[1], v[NR]}'
}

printf '%-34s %-12s %-5s %s\n' program data start "mapped, content, CPU ms; MB read: median (least to most) of $runs"
for program in "$@"; do
  for data in "" ${store:+"$store"}; do
    for kind in cold warm; do
      [ "$kind" = warm ] || [ -w /proc/sys/vm/drop_caches ] || continue
      [ "$kind" = cold ] || once "$program" "$data" warm >/dev/null
      : >"$work/lines"
      for _ in $(seq "$runs"); do once "$program" "$data" "$kind" >>"$work/lines"; done
      printf '%-34s %-12s %-5s' "$(printf %s "$program" | tail -c 34)" "$([ -z "$data" ] && echo empty || echo filled)" "$kind"
      for column in 1 2 3 4; do printf ' %s;' "$(row x "$column" "$work/lines")"; done
      echo
    done
  done
done
