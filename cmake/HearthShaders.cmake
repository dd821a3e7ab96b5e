# hearth_shaders(TARGET NAMES a b ...): compiles shaders/NAME.comp to SPIR-V 1.6 with glslc, checks it with spirv-val where that is
# installed, and adds to TARGET a source and the header vulkan/shaders.h with `enum class Shader` and the embedded words.
# A name of the form STEM.VARIANT compiles shaders/STEM.comp with -DVARIANT.
find_program(HEARTH_SPIRV_VAL spirv-val)

function(hearth_shaders target)
  cmake_parse_arguments(ARG "" "" "NAMES" ${ARGN})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/shaders)
  set(modules)
  file(GLOB includes CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/shaders/include/*.glsl)
  foreach(name ${ARG_NAMES})
    string(REPLACE "." ";" parts ${name})
    list(GET parts 0 stem)
    set(defines)
    list(LENGTH parts n)
    if(n GREATER 1)
      list(GET parts 1 variant)
      string(TOUPPER ${variant} variant)
      set(defines -D${variant})
    endif()
    set(source ${PROJECT_SOURCE_DIR}/shaders/${stem}.comp)
    set(module ${out}/${name}.spv)
    set(validate)
    if(HEARTH_SPIRV_VAL)
      set(validate COMMAND ${HEARTH_SPIRV_VAL} --target-env vulkan1.3 ${module})
    endif()
    add_custom_command(OUTPUT ${module}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${out}
      COMMAND ${HEARTH_GLSLC} --target-env=vulkan1.3 -O ${defines} -Werror -o ${module} ${source}
      ${validate}
      DEPENDS ${source} ${includes} COMMENT "SPIR-V ${name}" VERBATIM)
    list(APPEND modules ${module})
  endforeach()
  add_custom_command(OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/shaders.cpp ${CMAKE_CURRENT_BINARY_DIR}/include/vulkan/shaders.h
    COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/scripts/embed_shaders.py ${CMAKE_CURRENT_BINARY_DIR}/shaders.cpp
            ${CMAKE_CURRENT_BINARY_DIR}/include/vulkan/shaders.h ${modules}
    DEPENDS ${modules} ${PROJECT_SOURCE_DIR}/scripts/embed_shaders.py VERBATIM)
  target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/shaders.cpp ${CMAKE_CURRENT_BINARY_DIR}/include/vulkan/shaders.h)
  target_include_directories(${target} PUBLIC ${CMAKE_CURRENT_BINARY_DIR}/include)
endfunction()
