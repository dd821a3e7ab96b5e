// Vector kernels of some weight types (vector_kernels.h).
#include "cuda/device/vector_product.cuh"

namespace engine::cuda {

template const VectorKernels& vector_kernels_of<DType::f32>();
template const VectorKernels& vector_kernels_of<DType::f16>();
template const VectorKernels& vector_kernels_of<DType::bf16>();

}  // namespace engine::cuda
