#!/usr/bin/env bash
# Makes the portable archive hearth-VERSION-linux-x86_64.tar.zst from a finished build (docs/packaging.md). Called by installer/package.sh.
#   installer/portable/make.sh --build DIR [--out DIR] [--level 1..19]     (the level may be given as HEARTH_ARCHIVE_LEVEL, too; 19 takes 90 s)
# Beside the archive it leaves, in DIR/portable, the tree that was packed and a list of what was copied from where. The same build gives the
# same bytes: SOURCE_DATE_EPOCH (default: the time of the commit) is the only time in it.
set -euo pipefail

usage() { echo "usage: installer/portable/make.sh --build DIR [--out DIR] [--level 1..19]" >&2; exit 2; }

build="" out="" level=${HEARTH_ARCHIVE_LEVEL:-19}
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || usage
  case "$1" in
    --build) build=$2 ;;
    --out) out=$2 ;;
    --level) level=$2 ;;
    *) usage ;;
  esac
  shift 2
done
[ -f "$build/CMakeCache.txt" ] || { echo "make.sh: ${build:-(no --build given)} is not the folder of a build." >&2; exit 2; }
build=$(cd "$build" && pwd)
out=${out:-$build/out}
mkdir -p "$out"
out=$(cd "$out" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
umask 022
export LC_ALL=C.UTF-8
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || stat -c %Y "$root/CHANGELOG.md")}
export SOURCE_DATE_EPOCH

cached() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }
version=$(cached CMAKE_PROJECT_VERSION)$(cached HEARTH_VERSION_SUFFIX)
name=hearth-$version-linux-x86_64
work=$build/portable
tree=$work/$name
rm -rf "$work"
mkdir -p "$tree"

cmake --install "$build" --prefix "$tree" --strip >/dev/null
for program in hearth hearth-cli; do
  [ -x "$tree/bin/$program" ] || { echo "make.sh: the build has no program $program (is HEARTH_GUI off?)." >&2; exit 1; }
done
"$here/collect.py" "$tree" --qml "$root/ui" --manifest "$work/manifest.json"
glibc=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["glibc"])' "$work/manifest.json")

fill_in() { sed -e "s/@VERSION@/$version/g" -e "s/@GLIBC@/$glibc/g" "$1"; }
fill_in "$here/README.txt" >"$tree/README.txt"
for program in hearth hearth-cli; do
  fill_in "$here/launcher.sh" >"$tree/$program"
done
cp "$here/install-desktop-entry.sh" "$tree/"
cp "$root/LICENSE" "$tree/LICENSE"
python3 "$root/scripts/third_party_notices.py" archive --build "$build" --manifest "$work/manifest.json" --out "$tree/THIRD_PARTY_NOTICES"
chmod -R u=rwX,go=rX "$tree"
chmod 755 "$tree"/hearth "$tree"/hearth-cli "$tree"/install-desktop-entry.sh "$tree"/bin/hearth "$tree"/bin/hearth-cli

# A window of 128 MB is the most that zstd, tar and file managers unpack without being asked to; several threads do not change the result.
tar -C "$work" --sort=name --format=posix --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime \
    --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "$name" |
  zstd -q -f "-$level" --long=27 -T"$(nproc)" -o "$out/$name.tar.zst"
printf '%s: %s MB, %s MB unpacked\n' "$out/$name.tar.zst" "$(($(stat -c %s "$out/$name.tar.zst") / 1000000))" \
  "$(($(du -sb "$tree" | cut -f1) / 1000000))"
