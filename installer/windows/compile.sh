#!/usr/bin/env bash
# Compiles the Windows installer on Linux from a folder as it will be on the computer; warnings are errors. With HEARTH_NSIS_QUICK=1 it
# compresses little.
#   compile.sh STAGE OUT.exe VERSION [TARGET]    TARGET: x86-unicode (as on Windows) or amd64-unicode (for wine without 32-bit parts)
set -euo pipefail
[ $# -ge 3 ] || { sed -n 2,4p "$0" >&2; exit 2; }
stage=$(cd "$1" && pwd)
out=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
version=$3
target=${4:-x86-unicode}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/hearth-nsis.XXXXXX")
trap 'rm -rf "$work"' EXIT
pictures=()
for size in 16 24 32 48 64 128 256; do pictures+=("$here/../linux/icons/$size/apps/hearth.png"); done
python3 "$here/make_icon.py" "$work/hearth.ico" "${pictures[@]}"
python3 "$here/file_list.py" "$stage" "$work/files.nsh"
makensis -V2 -WX -INPUTCHARSET UTF8 "-DVERSION=$version" "-DNUMBERS=${version%%[-+]*}.0" "-DSTAGE=$stage" "-DFILES=$work/files.nsh" \
  "-DICON=$work/hearth.ico" "-DOUT=$out" "-DTARGET=$target" ${HEARTH_NSIS_QUICK:+-DQUICK} "$here/hearth.nsi"
