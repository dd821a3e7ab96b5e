# Compiler settings shared by every target, as the interface library hearth_options.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(HEARTH_CCACHE ccache)
if(HEARTH_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${HEARTH_CCACHE})
endif()

# hearth_host_options(OUT OPTION...): options for all code that the C++ compiler compiles, also behind nvcc.
function(hearth_host_options out)
  set(options)
  foreach(option ${ARGN})
    list(APPEND options $<$<NOT:$<COMPILE_LANGUAGE:CUDA>>:${option}> "$<$<COMPILE_LANGUAGE:CUDA>:SHELL:-Xcompiler ${option}>")
  endforeach()
  set(${out} ${options} PARENT_SCOPE)
endfunction()

if(HEARTH_INSTALLED AND NOT WIN32)
  # Line tables for backtraces, split off by the package; paths relative to the source folder wherever it was built.
  hearth_host_options(traceable -g1 -ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.
                      -ffile-prefix-map=${PROJECT_BINARY_DIR}/=build/ -ffile-prefix-map=${PROJECT_BINARY_DIR}=build)
  add_compile_options(${traceable})
  # What Debian hardens programs with; the kernels of engine/cpu leave the stack protector out.
  hearth_host_options(hardened -fstack-protector-strong -Wformat -Werror=format-security -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  add_compile_options(${hardened})
  add_link_options(-Wl,--as-needed -Wl,-z,relro -Wl,-z,now)
endif()

add_library(hearth_options INTERFACE)
if(MSVC)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "Use clang-cl (preset windows-release): Microsoft's compiler has no __builtin_mul_overflow, no vector types, no inline "
                        "assembly for 64 bits, and no options and macros for single instruction sets, by which one file of kernels is "
                        "compiled several times.")
  endif()
  # Options that clang-cl does not know by their own name; without the prefix it would ignore them with a warning.
  set(HEARTH_GNU "/clang:")
  # For clang-cl -Wall means every warning there is; /W4 is -Wall -Wextra.
  target_compile_options(hearth_options INTERFACE /W4 /WX -Wshadow /utf-8 /EHsc)
  target_compile_definitions(hearth_options INTERFACE _CRT_SECURE_NO_WARNINGS)
else()
  set(HEARTH_GNU "")
  target_compile_options(hearth_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Werror;-Wshadow>)
endif()
if(WIN32)
  # Windows 10 and later, and of its header only what does not collide with everybody else's names.
  target_compile_definitions(hearth_options INTERFACE _WIN32_WINNT=0x0A00 WIN32_LEAN_AND_MEAN NOMINMAX UNICODE _UNICODE)
endif()
target_link_libraries(hearth_options INTERFACE Threads::Threads fmt::fmt)
if(HEARTH_SANITIZE)
  hearth_host_options(sanitized -fsanitize=${HEARTH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_compile_options(hearth_options INTERFACE ${sanitized})
  target_link_options(hearth_options INTERFACE -fsanitize=${HEARTH_SANITIZE})
endif()
if(HEARTH_FUZZ)
  # Checked standard containers and Qt containers, and asserts; little optimisation keeps the build short.
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -gline-tables-only")
  target_compile_definitions(hearth_options INTERFACE _GLIBCXX_ASSERTIONS QT_FORCE_ASSERTS)
endif()
