# Sourced by run.sh and test.sh: installs the Debian packages that are missing.

build_packages=(
  build-essential cmake ninja-build pkg-config ccache
  qt6-base-dev qt6-declarative-dev qt6-svg-dev qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools libgl1-mesa-dev
  libsentencepiece-dev libpcre2-dev nlohmann-json3-dev libcli11-dev libfmt-dev libmd4c-dev libgtest-dev
  libvulkan-dev libvulkan-volk-dev glslc python3
  libsodium-dev qtkeychain-qt6-dev qt6-pdf-dev
)
window_packages=(
  libqt6sql6-sqlite libqt6svg6 qt6-qpa-plugins qt6-wayland
  qml6-module-qtquick qml6-module-qtquick-controls qml6-module-qtquick-layouts qml6-module-qtquick-window
  qml6-module-qtquick-templates qml6-module-qtquick-dialogs qml6-module-qtqml qml6-module-qtqml-models
  qml6-module-qtqml-workerscript qml6-module-qt-labs-qmlmodels qml6-module-qt-labs-folderlistmodel fonts-dejavu-core qt6-translations-l10n
)
test_packages=(
  libgtest-dev python3 python3-numpy qml6-module-qttest xvfb xauth xdotool imagemagick dbus fonts-noto-cjk
  clang libclang-rt-14-dev mesa-vulkan-drivers vulkan-validationlayers spirv-tools
  openssl nsis
  lintian desktop-file-utils shared-mime-info libglib2.0-bin appstream mandoc qt6-declarative-dev-tools
)

# What installer/package.sh needs beside the build packages.
package_packages=(dpkg-dev file binutils xz-utils lintian
  patchelf zstd fcitx5-frontend-qt6 qt6-xdgdesktopportal-platformtheme)

# For installer/smoke.sh: systems to install into, a screen and hands, a look at files and calls.
smoke_packages=(debootstrap strace sqlite3 xvfb xdotool imagemagick weston zstd)

# What only HEARTH_CI=full needs: those, and a compiler for Windows and Wine (installer/windows/cross_check.sh).
full_packages=("${smoke_packages[@]}" g++-mingw-w64-x86-64-posix wine64 wine dpkg-dev)

# missing_packages NAME...: those of the packages that are not installed, one a line. One query for all: it runs at every start.
missing_packages() {
  comm -23 <(printf '%s\n' "$@" | sort -u) \
           <(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | sed -n 's/ installed$//p' | sort -u)
}

# install_missing NAME...: installs them with apt, asking sudo when not root.
install_missing() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -eq 0 ] && return 0
  if ! command -v apt-get >/dev/null; then
    echo "These packages are needed and apt-get is not here to install them: ${missing[*]}" >&2
    return 1
  fi
  local run=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "Run this as root, or install sudo: packages are missing: ${missing[*]}" >&2; return 1; }
    run=(sudo)
  fi
  echo "Installing ${#missing[@]} packages: ${missing[*]}"
  "${run[@]}" apt-get update -qq
  "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
