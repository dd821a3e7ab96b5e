// Vector kernels of pairs of weight types (vector_kernels.h): q and k in one and v in a better one, as files of mixed precision have them.
#include "cuda/device/vector_product.cuh"

namespace engine::cuda {

const VectorKernels::Products* mixed_kernels(DType type, DType other) {
  if (type == DType::q4_k && other == DType::q6_k) return &mixed_kernels_of<DType::q4_k, DType::q6_k>();
  if (type == DType::q5_k && other == DType::q6_k) return &mixed_kernels_of<DType::q5_k, DType::q6_k>();
  return nullptr;
}

}  // namespace engine::cuda
