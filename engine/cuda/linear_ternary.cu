// Vector kernels of some weight types (vector_kernels.h).
#include "cuda/device/vector_product.cuh"

namespace engine::cuda {

template const VectorKernels& vector_kernels_of<DType::tq1_0>();
template const VectorKernels& vector_kernels_of<DType::tq2_0>();

}  // namespace engine::cuda
