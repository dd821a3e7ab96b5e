// Matrix products of float weights: F32, F16, BF16.
#include "cuda/device/tiles.cuh"

namespace engine::cuda {

TileKernel half_tiles(bool wide, TileShape shape) {
  return wide ? tiles::tile_kernel<tiles::HalfTiles<true>>(shape) : tiles::tile_kernel<tiles::HalfTiles<false>>(shape);
}

}  // namespace engine::cuda
