// Vector kernels of some weight types (vector_kernels.h).
#include "cuda/device/vector_product.cuh"

namespace engine::cuda {

template const VectorKernels& vector_kernels_of<DType::q6_k>();
template const VectorKernels& vector_kernels_of<DType::q3_k>();
template const VectorKernels& vector_kernels_of<DType::q2_k>();

}  // namespace engine::cuda
