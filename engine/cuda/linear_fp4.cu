// Vector kernels of some weight types (vector_kernels.h).
#include "cuda/device/vector_product.cuh"

namespace engine::cuda {

template const VectorKernels& vector_kernels_of<DType::mxfp4>();
template const VectorKernels& vector_kernels_of<DType::iq4_xs>();

}  // namespace engine::cuda
