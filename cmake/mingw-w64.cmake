# Toolchain: programs for 64-bit Windows, made on Debian by mingw-w64 (installer/windows/cross_check.sh). It checks the engine; what
# people install is made by the presets windows-release and windows-package on Windows.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
# GCC for Win64 aligns no stack to 32 bytes (its bug 54412), yet saves AVX registers there with instructions that demand it: the
# assembler writes the forms that do not.
set(CMAKE_C_FLAGS_INIT "-Wa,-muse-unaligned-vector-move")
set(CMAKE_CXX_FLAGS_INIT "-Wa,-muse-unaligned-vector-move")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static")
# Libraries for Windows that mingw_libraries.sh made; programs come from the machine that builds.
set(CMAKE_FIND_ROOT_PATH ${HEARTH_MINGW_LIBRARIES} /usr/x86_64-w64-mingw32)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES HEARTH_MINGW_LIBRARIES)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
# pkg-config of the machine that builds knows only Linux libraries.
set(CMAKE_DISABLE_FIND_PACKAGE_PkgConfig ON)
add_compile_definitions(PCRE2_STATIC)
