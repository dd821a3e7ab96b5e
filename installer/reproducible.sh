#!/usr/bin/env bash
# Builds the Debian package of the commit that is checked out twice, without compiler cache, in different folders, with different times,
# time zones, languages, file rights and numbers of jobs, and compares the files byte by byte. Takes two full builds.
#   installer/reproducible.sh [--against DIR] [--keep]
# With --against it builds once and compares with the packages that are in DIR. --keep leaves the work folder.
set -euo pipefail

usage() { echo "usage: installer/reproducible.sh [--against DIR] [--keep]" >&2; exit 2; }

against="" keep=""
while [ $# -gt 0 ]; do
  case "$1" in
    --against) [ $# -ge 2 ] || usage; against=$(cd "$2" && pwd); shift 2 ;;
    --keep) keep=yes; shift ;;
    *) usage ;;
  esac
done
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
[ -z "$(git status --porcelain --untracked-files=no)" ] || echo "reproducible.sh: changes that are not committed are left out." >&2
commit=$(git rev-parse HEAD)

work=$(mktemp -d "${TMPDIR:-/tmp}/hearth-reproducible.XXXXXX")
cleanup() { if [ -n "$keep" ]; then echo "Left: $work"; else rm -rf "$work"; fi; }
trap cleanup EXIT

# build FOLDER OUT NAME=VALUE...: a fresh clone in FOLDER and its package in OUT, with a clean environment and these variables.
build() {
  local folder=$1 out=$2
  shift 2
  mkdir -p "$(dirname "$folder")" "$out" "$out.home"
  git clone -q --shared --no-checkout "$root" "$folder"
  git -C "$folder" -c advice.detachedHead=false checkout -q "$commit"
  env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME="$out.home" CCACHE_DISABLE=1 "$@" "$folder/installer/package.sh" deb --out "$out" >"$out.log" 2>&1 ||
    { tail -n 50 "$out.log" >&2; echo "reproducible.sh: the package was not built in $folder." >&2; return 1; }
}

if [ -z "$against" ]; then
  (umask 022 && build "$work/one" "$work/first" TZ=UTC LC_ALL=C.UTF-8 USER=first)
  against=$work/first
  rm -rf "$work/one"
  sleep 61  # times that only show minutes differ, too
fi
(umask 077 && build "$work/another/place/with-a-longer-name" "$work/second" TZ=Asia/Shanghai LC_ALL=tr_TR.UTF-8 LANG=zh_CN.UTF-8 USER=second)

status=0
for second in "$work"/second/*.deb; do
  first=$against/$(basename "$second")
  if cmp "$first" "$second"; then
    echo "$(basename "$second"): the same, $(stat -c %s "$second") bytes, sha256 $(sha256sum "$second" | cut -d' ' -f1)"
  else
    status=1
    unpacked=$work/unpacked/$(basename "$second" .deb)
    for side in first second; do
      mkdir -p "$unpacked/$side"
      dpkg-deb -R "${!side}" "$unpacked/$side"
      dpkg-deb -c "${!side}" >"$unpacked/$side.list"
    done
    diff "$unpacked/first.list" "$unpacked/second.list" || true
    diff -rq "$unpacked/first" "$unpacked/second" || true
  fi
done
exit "$status"
