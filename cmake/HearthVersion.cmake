# The version in one place: project(VERSION) and HEARTH_VERSION_SUFFIX make HEARTH_VERSION (Semantic Versioning 2.0.0). What else a build can say
# about itself goes into one generated source file.
set(HEARTH_VERSION_SUFFIX "" CACHE STRING "Goes behind the version: a pre-release and/or build metadata, e.g. -rc.1 or +smoke1")
set(HEARTH_COMMIT "" CACHE STRING "Commit of a source archive, in hexadecimal digits; empty: git is asked at every build")

set(identifiers "[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*")
if(NOT HEARTH_VERSION_SUFFIX MATCHES "^(-${identifiers})?(\\+${identifiers})?$" OR HEARTH_VERSION_SUFFIX MATCHES "^(-|-[^+]*\\.)0[0-9]+(\\.|\\+|$)")
  message(FATAL_ERROR "HEARTH_VERSION_SUFFIX is \"${HEARTH_VERSION_SUFFIX}\", which cannot follow a semantic version. "
                      "Write a pre-release, build metadata or both, e.g. -rc.1 or +smoke1.")
endif()
set(HEARTH_VERSION "${PROJECT_VERSION}${HEARTH_VERSION_SUFFIX}")

# Adds a line for the library to the list of the generated source. PART: engine, command_line or window.
macro(hearth_built_with part library version)
  set(built "${version}")
  if(built STREQUAL "")
    set(built unknown)
  endif()
  string(APPEND HEARTH_BUILD_LIBRARIES "      {LibraryPart::${part}, \"${library}\", \"${built}\", {}},\n")
endmacro()

# hearth_build_info(TARGET): adds build_info.cpp to TARGET. The commit is looked up at every build, and the file is written only when it
# changes: a new commit compiles one file and links again.
function(hearth_build_info target)
  set(HEARTH_BUILD_LIBRARIES "")
  hearth_built_with(engine "fmt" "${fmt_VERSION}")
  hearth_built_with(engine "nlohmann-json" "${nlohmann_json_VERSION}")
  hearth_built_with(engine "PCRE2" "${PCRE2_VERSION}")
  hearth_built_with(engine "sentencepiece" "${SENTENCEPIECE_VERSION}")
  if(HEARTH_HAS_VULKAN)
    set(number "[0-9]+")
    file(STRINGS ${HEARTH_VULKAN_HEADERS}/vulkan/vulkan_core.h lines REGEX "define VK_HEADER_VERSION(_COMPLETE)? ")
    string(REGEX MATCH "VK_MAKE_API_VERSION\\(${number}, (${number}), (${number})" found "${lines}")
    set(api "${CMAKE_MATCH_1}.${CMAKE_MATCH_2}")
    string(REGEX MATCH "VK_HEADER_VERSION (${number})" found "${lines}")
    hearth_built_with(engine "Vulkan headers" "${api}.${CMAKE_MATCH_1}")
  endif()
  hearth_built_with(command_line "CLI11" "${CLI11_VERSION}")
  if(HEARTH_GUI)
    hearth_built_with(window "Qt" "${Qt6_VERSION}")
    hearth_built_with(window "libsodium" "${sodium_VERSION}")
    hearth_built_with(window "md4c" "${MD4C_VERSION}")
    hearth_built_with(window "qtkeychain" "${Qt6Keychain_VERSION}")
  endif()
  foreach(option VULKAN:HEARTH_HAS_VULKAN WINDOW:HEARTH_GUI GRIDS:HEARTH_IQ_GRIDS)
    string(REPLACE ":" ";" option ${option})
    list(GET option 0 name)
    list(GET option 1 variable)
    if(${variable})
      set(HEARTH_BUILD_${name} true)
    else()
      set(HEARTH_BUILD_${name} false)
    endif()
  endforeach()
  set(HEARTH_BUILD_COMMIT "@HEARTH_BUILD_COMMIT@")  # stays for the second step
  set(template ${CMAKE_CURRENT_BINARY_DIR}/build_info.cpp.in)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/build_info.cpp)
  configure_file(${PROJECT_SOURCE_DIR}/engine/core/build_info.cpp.in ${template} @ONLY)
  find_program(HEARTH_GIT git)
  add_custom_target(hearth_commit
    COMMAND ${CMAKE_COMMAND} -DTEMPLATE=${template} -DOUTPUT=${source} -DSOURCE=${PROJECT_SOURCE_DIR} -DGIT=${HEARTH_GIT}
            "-DHEARTH_COMMIT=${HEARTH_COMMIT}" -P ${PROJECT_SOURCE_DIR}/cmake/HearthCommit.cmake
    BYPRODUCTS ${source} COMMENT "" VERBATIM)
  target_sources(${target} PRIVATE ${source})
  set_source_files_properties(${source} PROPERTIES COMPILE_DEFINITIONS "HEARTH_BUILD_TYPE=\"$<CONFIG>\"")
  add_dependencies(${target} hearth_commit)
endfunction()

if(HEARTH_UPDATE_KEY)
  string(LENGTH "${HEARTH_UPDATE_KEY}" length)
  if(NOT length EQUAL 44 OR NOT HEARTH_UPDATE_KEY MATCHES "^[A-Za-z0-9+/]+=$")
    message(FATAL_ERROR "HEARTH_UPDATE_KEY is not an Ed25519 public key in base64 (32 bytes): scripts/sign_json.py --new prints one.")
  endif()
endif()
