// Vector kernels of some weight types (vector_kernels.h).
#include "cuda/device/vector_product.cuh"

namespace engine::cuda {

template const VectorKernels& vector_kernels_of<DType::q4_k>();
template const VectorKernels& vector_kernels_of<DType::q5_k>();

}  // namespace engine::cuda
