#!/usr/bin/env bash
# Builds packages of Hearth with the CMake preset "package", checks them, and writes them into a folder (docs/packaging.md).
#   installer/package.sh [deb|portable|all] [--out DIR] [--build DIR] [--suffix TEXT]
set -euo pipefail

usage() { echo "usage: installer/package.sh [deb|portable|all] [--out DIR] [--build DIR] [--suffix TEXT]" >&2; exit 2; }

what=all out="" build="" suffix=""
while [ $# -gt 0 ]; do
  case "$1" in
    deb|portable|all) what=$1; shift ;;
    --out|--build|--suffix) [ $# -ge 2 ] || usage; declare "${1#--}=$2"; shift 2 ;;
    *) usage ;;
  esac
done
[ -z "$out" ] || { mkdir -p "$out"; out=$(cd "$out" && pwd); }
[ -z "$build" ] || { mkdir -p "$build"; build=$(cd "$build" && pwd); }
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
build=${build:-$root/build/package}
out=${out:-$build/out}
mkdir -p "$out"

. scripts/dependencies.sh
install_missing "${build_packages[@]}" "${window_packages[@]}" "${package_packages[@]}"

# The one time that goes into the package: that of the commit, so that the same commit gives the same file.
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
  SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)
fi
export SOURCE_DATE_EPOCH LC_ALL=C.UTF-8 TZ=UTC
# Resources are not made again when only the commit's time is another, so theirs is always the same. A compiler cache with a base folder would
# hand relative paths to the compiler, which end up in the programs. (rcc takes 0 for "not set".) Qt's tools walk hash tables, whose seed is
# else another one in every run.
export QT_RCC_SOURCE_DATE_OVERRIDE=1 CCACHE_BASEDIR= QT_HASH_SEED=0
umask 022

cmake --preset package -B "$build" "-DHEARTH_VERSION_SUFFIX=$suffix" >/dev/null
cmake --build "$build" --target hearth hearth-cli -- -j "$(nproc)" --quiet

make_deb() {
  local made=$build/deb deb symbols
  rm -rf "$made"
  python3 scripts/third_party_notices.py deb --build "$build" --out "$build/THIRD_PARTY_NOTICES"
  installer/debian/make.sh --build "$build" --out "$made"
  deb=$(echo "$made"/hearth_*.deb)
  symbols=$(echo "$made"/hearth-dbgsym_*.deb)
  installer/debian/check.py "$deb" --dbgsym "$symbols" --no-path "$root" --no-path "$build" --lintian
  mv "$deb" "$symbols" "$out/"
}

case "$what" in deb|all) make_deb ;; esac
case "$what" in portable|all)
  if [ -x installer/portable/make.sh ]; then
    installer/portable/make.sh --build "$build" --out "$out"
  elif [ "$what" = portable ]; then
    echo "package.sh: there is no portable archive yet." >&2; exit 1
  fi ;;
esac
