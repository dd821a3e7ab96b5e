#!/usr/bin/env bash
# Makes the Debian package and that of its debug symbols from a finished build. Called by installer/package.sh and by tests/packaging.
#   installer/debian/make.sh --build DIR --out DIR [--no-symbols]
# CPack collects the files, splits the symbols off and finds the libraries; here the result is packed again, with one time for all files
# (SOURCE_DATE_EPOCH) and with a dictionary that reaches from one program to the other: they share the engine, which saves a quarter.
set -euo pipefail

usage() { echo "usage: installer/debian/make.sh --build DIR --out DIR [--no-symbols]" >&2; exit 2; }

build="" out="" symbols=yes
while [ $# -gt 0 ]; do
  case "$1" in
    --build|--out) [ $# -ge 2 ] || usage; declare "${1#--}=$2"; shift 2 ;;
    --no-symbols) symbols=""; shift ;;
    *) usage ;;
  esac
done
if [ ! -f "$build/CPackConfig.cmake" ] || [ -z "$out" ]; then usage; fi
build=$(cd "$build" && pwd)
mkdir -p "$out"
out=$(cd "$out" && pwd)
: "${SOURCE_DATE_EPOCH:?is the time that goes into the package}"
export SOURCE_DATE_EPOCH LC_ALL=C.UTF-8 TZ=UTC
umask 022

work=$(mktemp -d "${TMPDIR:-/tmp}/hearth-deb.XXXXXX")
trap 'rm -rf "$work"' EXIT
(cd "$build" && cpack -G DEB -D CPACK_DEBIAN_COMPRESSION_TYPE=gzip -B "$work/cpack") >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
# What dpkg-shlibdeps warns about, useless libraries for instance, is to be put right.
if grep -i warning "$work/log" >&2; then exit 1; fi

pack() {  # pack MADE_BY_CPACK NAME
  local tree=$work/tree
  rm -rf "$tree"
  dpkg-deb -R "$1" "$tree"
  # The symbols share the documents of the program, whose very version they depend on.
  case "$2" in *-dbgsym_*) mkdir -p "$tree/usr/share/doc"; ln -s hearth "$tree/usr/share/doc/hearth-dbgsym" ;; esac
  # CPack writes names of its work folder into the sums of the symbols.
  (cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
  find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  # One thread: the number of threads would change the result.
  dpkg-deb --root-owner-group --threads-max=1 -Zxz -z9 -b "$tree" "$out/$2" >/dev/null
}
for made in "$work"/cpack/*.deb; do pack "$made" "$(basename "$made")"; done
[ -n "$symbols" ] || exit 0
for made in "$work"/cpack/*.ddeb; do pack "$made" "$(basename "$made" .ddeb).deb"; done
