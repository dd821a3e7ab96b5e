# hearth_program(TARGET DESCRIPTION): what a program needs to be one for Windows: icon, version resource, and the manifest that makes it
# take UTF-8 and paths of any length. Elsewhere nothing.
if(WIN32)
  enable_language(RC)
  set(HEARTH_ICON ${CMAKE_BINARY_DIR}/hearth.ico)
  foreach(size 16 24 32 48 64 128 256)
    list(APPEND pictures ${PROJECT_SOURCE_DIR}/installer/linux/icons/${size}/apps/hearth.png)
  endforeach()
  add_custom_command(OUTPUT ${HEARTH_ICON}
    COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/installer/windows/make_icon.py ${HEARTH_ICON} ${pictures}
    DEPENDS ${pictures} ${PROJECT_SOURCE_DIR}/installer/windows/make_icon.py VERBATIM)
  add_custom_target(hearth_icon DEPENDS ${HEARTH_ICON})
endif()

function(hearth_program target description)
  if(NOT WIN32)
    return()
  endif()
  set(HEARTH_PROGRAM ${target})
  set(HEARTH_DESCRIPTION ${description})
  string(REPLACE "." "," HEARTH_VERSION_NUMBERS "${PROJECT_VERSION},0")
  set(resource ${CMAKE_CURRENT_BINARY_DIR}/${target}.rc)
  configure_file(${PROJECT_SOURCE_DIR}/installer/windows/program.rc.in ${resource} @ONLY)
  target_sources(${target} PRIVATE ${resource})
  set_source_files_properties(${resource} PROPERTIES OBJECT_DEPENDS "${PROJECT_SOURCE_DIR}/installer/windows/program.manifest;${HEARTH_ICON}")
  add_dependencies(${target} hearth_icon)
  if(MSVC)
    target_link_options(${target} PRIVATE /MANIFEST:NO)  # ours is in the resource; two would be an error
  endif()
endfunction()
