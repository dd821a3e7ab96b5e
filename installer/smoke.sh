#!/usr/bin/env bash
# Installs what people get into fresh Debian systems and uses it there as they do: the .deb by apt, the portable archive by unpacking.
# Starts from the desktop entry, chats with the starter model by keyboard, quits, upgrades, removes, erases; looks for files in wrong places
# and for network connections. Nothing but the package goes into such a system: the screen, the keys and everything that looks
# at files stay outside, so a missing dependency shows. Needs root (debootstrap, chroot, mounts), about 4 GB under ${TMPDIR:-/tmp} and a Debian
# mirror. Writes nothing outside of its work folder, which is removed at the end, and of the folders that it is given.
#
#   installer/smoke.sh [deb] [portable]  only these parts; otherwise both
#     --deb FILE --newer FILE      packages to test; both are built from this tree when they are not given
#     --archive FILE --newer-archive FILE   the same for the portable archive
#     --packages DIR   what installer/package.sh has written there: instead of --deb and --archive
#     --cache DIR      keeps Debian packages for the next run (default build/smoke-cache)
#     --pictures DIR   keeps pictures of the window (default build/smoke-pictures)
#     --mirror URL     Debian mirror (default http://deb.debian.org/debian)
#     --keep           keeps the work folder
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"  # paths among the arguments stay those of the caller

for argument in "$@"; do
  case "$argument" in
    -h|--help) sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" | grep -v "^set "; exit 0 ;;
  esac
done
if [ "$(id -u)" -ne 0 ]; then
  echo "This test makes whole systems (debootstrap, chroot, mounts), which only root may do. Run it with sudo." >&2
  exit 2
fi
. "$root/scripts/dependencies.sh"
install_missing "${smoke_packages[@]}"

# An own mount namespace and an own process namespace: mounts and processes end with this run, however it ends.
exec unshare --mount --propagation private --pid --fork --kill-child --mount-proc \
  /usr/bin/python3 -B "$root/installer/smoke/main.py" "$@"
