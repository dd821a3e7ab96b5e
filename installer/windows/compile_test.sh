#!/usr/bin/env bash
# The installer of Windows compiles without warnings for both targets, around a small folder with names that need care, and the same
# folder gives the same list of files and the same icon.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
command -v makensis > /dev/null || { echo "makensis is not installed (nsis)." >&2; exit 1; }
work=$(mktemp -d "${TMPDIR:-/tmp}/hearth-nsis-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/stage/bin" "$work/stage/share/doc/hearth" "$work/stage/share/hearth/模型"
cp "$here/../../LICENSE" "$work/stage/share/doc/hearth/"
for name in bin/hearth.exe bin/hearth-cli.exe "share/hearth/模型/a \$b.txt"; do echo x > "$work/stage/$name"; done
for target in x86-unicode amd64-unicode; do
  "$here/compile.sh" "$work/stage" "$work/$target.exe" 1.2.3-rc.1+5 "$target"
  [ "$(head -c 2 "$work/$target.exe")" = MZ ]
done
for n in 1 2; do
  python3 "$here/file_list.py" "$work/stage" "$work/files$n"
  python3 "$here/make_icon.py" "$work/icon$n" "$here"/../linux/icons/{16,32,256}/apps/hearth.png
done
cmp "$work/files1" "$work/files2"
cmp "$work/icon1" "$work/icon2"
# Every file that is brought is removed again, and no folder as a whole.
[ "$(grep -c '^  File ' "$work/files1")" = "$(grep -c '^  Delete ' "$work/files1")" ]
! grep -q 'RMDir /r' "$work/files1"
grep -qF 'a $$b.txt' "$work/files1"
echo "the installer compiles"
