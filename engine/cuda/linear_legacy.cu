// Vector kernels of some weight types (vector_kernels.h).
#include "cuda/device/vector_product.cuh"

namespace engine::cuda {

template const VectorKernels& vector_kernels_of<DType::q5_0>();
template const VectorKernels& vector_kernels_of<DType::q5_1>();
template const VectorKernels& vector_kernels_of<DType::q8_0>();

}  // namespace engine::cuda
