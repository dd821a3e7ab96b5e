// Matrix products of quantised weights with minima: Q4_1, Q5_1, Q2_K, Q4_K, Q5_K.
#include "cuda/device/tiles.cuh"

namespace engine::cuda {

TileKernel minima_tiles(bool sixteen, TileShape shape) {
  return sixteen ? tiles::tile_kernel<tiles::Int8Tiles<true, true>>(shape) : tiles::tile_kernel<tiles::Int8Tiles<false, true>>(shape);
}

}  // namespace engine::cuda
