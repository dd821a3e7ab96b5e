#!/bin/sh
# Starts the program of this file's name from bin/, wherever this folder is and through whatever link it was called.
# The programs find their libraries by themselves; this file only says in words what would otherwise be a loader's message.
self=$(readlink -f -- "$0") || self=$0
name=${self##*/}
case $self in
  */*) here=${self%/*} ;;
  *) here=. ;;
esac

# fail TEXT: on the terminal, and in a window where there is no terminal.
fail() {
  printf '%s\n' "$1" >&2
  if [ ! -t 2 ] && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    if command -v zenity >/dev/null 2>&1; then zenity --error --no-markup --text="$1" 2>/dev/null
    elif command -v kdialog >/dev/null 2>&1; then kdialog --error "$1" 2>/dev/null
    elif command -v xmessage >/dev/null 2>&1; then xmessage -center "$1" 2>/dev/null
    fi
  fi
  exit 1
}

[ -f "$here/bin/$name" ] || fail "Hearth is incomplete: $here/bin/$name is missing. Unpack the whole archive again."
[ -x "$here/bin/$name" ] || fail "This system does not let $here/bin/$name run. Unpack the archive with tar, on a drive that programs may run from."
machine=$(uname -m)
[ "$machine" = x86_64 ] || fail "This archive of Hearth is for x86_64 processors, and this system is $machine."
[ -e /lib64/ld-linux-x86-64.so.2 ] || fail "Hearth needs a Linux with the GNU C library (glibc), and this system has none in /lib64."
glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null)
case $glibc in
  "glibc "[0-9]*.[0-9]*)
    minor=${glibc#glibc *.}
    minor=${minor%%[!0-9]*}
    wanted=@GLIBC@
    if [ "${glibc%%.*}" = "glibc 2" ] && [ "$minor" -lt "${wanted#2.}" ]; then
      fail "Hearth needs the GNU C library $wanted or newer, and this system has ${glibc#glibc }. Use a newer release of your Linux distribution."
    fi ;;
esac
exec "$here/bin/$name" "$@"
