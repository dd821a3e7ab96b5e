# Script: writes OUTPUT from TEMPLATE with HEARTH_BUILD_COMMIT, when that changes the file. Run at every build.
#
#   cmake -DTEMPLATE=IN -DOUTPUT=OUT -DSOURCE=TREE [-DGIT=git] [-DHEARTH_COMMIT=...] -P HearthCommit.cmake
#
# The commit is twelve digits: git's own short form grows with the number of objects in a clone, and the same commit must give the same text.
# "-dirty" follows it when a tracked file differs; a tree that is not under git, or only lies in another repository, is "unknown".
set(digits 12)
set(HEARTH_BUILD_COMMIT unknown)
foreach(variable GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE)  # set where git itself starts the build
  unset(ENV{${variable}})
endforeach()

function(ask_git result)
  # The tree may belong to someone else, as in a container. It is about to be compiled, so it is trusted anyway.
  execute_process(COMMAND ${GIT} --no-optional-locks -c safe.directory=${SOURCE} -c core.fsmonitor=false -C ${SOURCE} ${ARGN}
    OUTPUT_VARIABLE text OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    set(text failed)
  endif()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

if(NOT "${HEARTH_COMMIT}" STREQUAL "")
  if(NOT HEARTH_COMMIT MATCHES "^(unknown|[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]*(-dirty)?)$")
    message(FATAL_ERROR "HEARTH_COMMIT is \"${HEARTH_COMMIT}\". Give at least seven hexadecimal digits in lower case.")
  endif()
  string(REGEX MATCH "^[0-9a-z]+" commit "${HEARTH_COMMIT}")
  string(REGEX MATCH "-dirty$" mark "${HEARTH_COMMIT}")
  string(SUBSTRING "${commit}" 0 ${digits} commit)
  set(HEARTH_BUILD_COMMIT "${commit}${mark}")
elseif(GIT)
  file(REAL_PATH ${SOURCE} SOURCE)
  ask_git(top rev-parse --show-toplevel)
  if(IS_DIRECTORY "${top}")
    file(REAL_PATH "${top}" top)
  endif()
  ask_git(commit rev-parse --verify HEAD)
  if(top STREQUAL SOURCE AND commit MATCHES "^[0-9a-f]+$")
    string(SUBSTRING ${commit} 0 ${digits} HEARTH_BUILD_COMMIT)
    ask_git(changes status --porcelain --untracked-files=no --ignore-submodules=none)
    if(NOT changes STREQUAL "")
      string(APPEND HEARTH_BUILD_COMMIT -dirty)
    endif()
  endif()
endif()
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)
