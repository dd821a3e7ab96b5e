# Sources of the backend. Tests compile them again for the processor, all but graph.cu (tests/cuda).
set(HEARTH_CUDA_HOST api backend_cuda bandwidth device fold memory order plan private_memory repack step_memory timing transfer)
set(HEARTH_CUDA_KERNELS)
foreach(family attention embed fill linear logits lora matrix moe_route norm store)
  file(GLOB found RELATIVE ${CMAKE_CURRENT_LIST_DIR} CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/${family}*.cu)
  list(APPEND HEARTH_CUDA_KERNELS ${found})
endforeach()
