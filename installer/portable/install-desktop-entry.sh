#!/bin/sh
# Puts Hearth into the menu of this person's desktop and makes it open .gguf files; writes only below ~/.local/share (XDG_DATA_HOME).
#   install-desktop-entry.sh            adds or renews the entry for this folder
#   install-desktop-entry.sh --remove   takes everything away that it had added
set -eu

self=$(readlink -f -- "$0")
here=${self%/*}
data=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$data/applications/hearth.desktop

case "${1:-}" in
  ''|--remove) ;;
  *) echo "usage: install-desktop-entry.sh [--remove]" >&2; exit 2 ;;
esac

# The files that belong to the entry: paths below share/ of this folder and below the person's data folder alike.
desktop_files() {
  (cd "$here/share" && find icons mime/packages -type f 2>/dev/null | LC_ALL=C sort)
}

# What keeps lists of these files reads them again; a desktop without these programs finds them by itself.
refresh() {
  if command -v update-desktop-database >/dev/null 2>&1; then update-desktop-database -q "$data/applications" 2>/dev/null || :; fi
  if command -v update-mime-database >/dev/null 2>&1; then update-mime-database "$data/mime" >/dev/null 2>&1 || :; fi
  if command -v gtk-update-icon-cache >/dev/null 2>&1 && [ -f "$data/icons/hicolor/icon-theme.cache" ]; then
    gtk-update-icon-cache -q -f -t "$data/icons/hicolor" 2>/dev/null || :
  fi
}

# quoted PATH: as an argument of Exec= by the desktop entry specification: reserved characters escaped within quotes, then
# backslashes once more because the value is a string, and % doubled.
quoted() {
  printf '%s' "$1" | sed -e 's/[\\"`$]/\\&/g' -e 's/\\/\\\\/g' -e 's/%/%%/g' -e 's/^/"/' -e 's/$/"/'
}

if [ "${1:-}" = --remove ]; then
  rm -f -- "$entry"
  desktop_files | while IFS= read -r file; do
    rm -f -- "$data/$file"
    (cd "$data" && rmdir -p -- "${file%/*}" 2>/dev/null) || :
  done
  rmdir -- "$data/applications" 2>/dev/null || :
  refresh
  echo "Hearth is no longer in the menu. This folder and your chats are as they were."
  exit 0
fi

case $here in
  *'
'*) echo "The name of this folder has a line break in it, which no menu can start. Rename it and run this again." >&2; exit 1 ;;
esac
mkdir -p -- "$data/applications"
desktop_files | while IFS= read -r file; do
  mkdir -p -- "$data/${file%/*}"
  cp -- "$here/share/$file" "$data/$file"
done
command=$(quoted "$here/hearth")
# TryExec hides the entry when the folder is gone. The replacement goes through awk's environment, so that no character of it is special.
HEARTH_EXEC=$command HEARTH_TRY=$(printf '%s' "$here/hearth" | sed 's/\\/\\\\/g') awk '
  /^Exec=/ { rest = $0; sub(/^Exec=[^ ]*/, "", rest); print "Exec=" ENVIRON["HEARTH_EXEC"] rest; next }
  /^TryExec=/ { next }
  { print }
  /^\[Desktop Entry\]/ { print "TryExec=" ENVIRON["HEARTH_TRY"] }
' "$here/share/applications/hearth.desktop" >"$entry.new"
mv -- "$entry.new" "$entry"
refresh
echo "Hearth is in the menu now and opens .gguf files. Run this script with --remove to undo that."
