// Vector kernels of some weight types (vector_kernels.h).
#include "cuda/device/vector_product.cuh"

namespace engine::cuda {

template const VectorKernels& vector_kernels_of<DType::q4_0>();
template const VectorKernels& vector_kernels_of<DType::q4_1>();
template const VectorKernels& vector_kernels_of<DType::iq4_nl>();

}  // namespace engine::cuda
