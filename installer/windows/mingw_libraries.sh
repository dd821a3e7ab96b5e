#!/usr/bin/env bash
# Builds the libraries of the engine for 64-bit Windows with mingw-w64, static, from Debian's source packages: pcre2, sentencepiece, fmt
# and GoogleTest; headers alone: nlohmann-json, CLI11, Vulkan and volk. About 3 minutes, once.
#   mingw_libraries.sh PREFIX WORK   PREFIX: what is made; WORK: sources and objects, may be removed afterwards
set -euo pipefail
prefix=$1
work=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
done_mark=$prefix/complete-1  # another number: build them again
[ -e "$done_mark" ] && exit 0
mkdir -p "$prefix/include" "$work"

# The machine's apt lists no sources as a rule; lists of our own leave its configuration alone.
fetch_sources() {
  local apt=$work/apt
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$work/sources"
  local mirror=${HEARTH_DEBIAN_MIRROR:-http://deb.debian.org/debian}
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" > "$apt/sources.list"
  cat > "$apt/apt.conf" <<END
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
APT::Sandbox::User "root";
END
  (cd "$work/sources" && export APT_CONFIG=$apt/apt.conf && apt-get update -qq &&
   apt-get source -qq --download-only pcre2 sentencepiece fmtlib > /dev/null)
}

# build NAME FOLDER [CMAKE OPTIONS]: configures, builds and installs into the prefix; with `targets` set only builds these.
build() {
  local name=$1 folder=$2
  shift 2
  echo "$name"
  cmake -S "$folder" -B "$work/build-$name" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF \
    -DCMAKE_TOOLCHAIN_FILE="$root/cmake/mingw-w64.cmake" -DHEARTH_MINGW_LIBRARIES="$prefix" -DCMAKE_INSTALL_PREFIX="$prefix" \
    ${HEARTH_CCACHE_LAUNCHER:+-DCMAKE_C_COMPILER_LAUNCHER=$HEARTH_CCACHE_LAUNCHER -DCMAKE_CXX_COMPILER_LAUNCHER=$HEARTH_CCACHE_LAUNCHER} \
    "$@" > "$work/$name.log" 2>&1 || { tail -30 "$work/$name.log" >&2; return 1; }
  cmake --build "$work/build-$name" ${targets:+--target "$targets"} >> "$work/$name.log" 2>&1 || { tail -30 "$work/$name.log" >&2; return 1; }
  [ -n "${targets:-}" ] || cmake --install "$work/build-$name" >> "$work/$name.log" 2>&1
}

fetch_sources
for source in pcre2 sentencepiece fmtlib; do
  rm -rf "${work:?}/$source"  # apt has checked the signatures
  dpkg-source --no-check -x "$work/sources/$source"_*.dsc "$work/$source" > /dev/null
done
# Debian builds no static library of it.
(cd "$work/sentencepiece" && patch -R -p1 -s < debian/patches/disable-static-library.patch)
HEARTH_CCACHE_LAUNCHER=$(command -v ccache || true)
build pcre2 "$work/pcre2" -DPCRE2_BUILD_TESTS=OFF -DPCRE2_BUILD_PCRE2GREP=OFF -DPCRE2_SUPPORT_JIT=ON
build fmt "$work/fmtlib" -DFMT_TEST=OFF -DFMT_DOC=OFF
targets=sentencepiece-static build sentencepiece "$work/sentencepiece" -DSPM_ENABLE_SHARED=OFF -DSPM_ENABLE_TCMALLOC=OFF
cp "$work/build-sentencepiece/src/libsentencepiece.a" "$prefix/lib/"
cp "$work/sentencepiece/src/sentencepiece_processor.h" "$prefix/include/"
build googletest /usr/src/googletest -DBUILD_GMOCK=OFF
# Headers only; nothing of them depends on the system.
cp -r /usr/include/{nlohmann,CLI,vulkan,vk_video,volk.h,volk.c} "$prefix/include/"
mkdir -p "$prefix/share/cmake"
cp -r /usr/share/cmake/{nlohmann_json,CLI11} "$prefix/share/cmake/"
touch "$done_mark"
