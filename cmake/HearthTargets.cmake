# hearth_engine_library(NAME SOURCES a.cpp b.cpp DEPS hearth_core ...): one static library for an engine folder.
# Sources include headers as "folder/name.h" from engine/ and "engine/name.h" from engine/include/.
function(hearth_engine_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/engine PUBLIC ${PROJECT_SOURCE_DIR}/engine/include)
  target_link_libraries(${name} PUBLIC hearth_options ${ARG_DEPS})
endfunction()

# hearth_engine_test(NAME SOURCES x_test.cpp DEPS hearth_core ...): a GoogleTest program, run by ctest as NAME.
function(hearth_engine_test name)
  if(NOT HEARTH_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/engine ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE hearth_options ${ARG_DEPS} GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE HEARTH_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data"
                                             HEARTH_MODELS="${PROJECT_SOURCE_DIR}/resources/models")
  add_test(NAME ${name} COMMAND ${name})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
endfunction()
