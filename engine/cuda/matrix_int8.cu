// Matrix products of quantised weights without minima: Q4_0, Q5_0, Q8_0, Q3_K, Q6_K, IQ4_NL, IQ4_XS, MXFP4, TQ1_0, TQ2_0.
#include "cuda/device/tiles.cuh"

namespace engine::cuda {

TileKernel int8_tiles(bool sixteen, TileShape shape) {
  return sixteen ? tiles::tile_kernel<tiles::Int8Tiles<true, false>>(shape) : tiles::tile_kernel<tiles::Int8Tiles<false, false>>(shape);
}

}  // namespace engine::cuda
