// How fast this GPU moves memory: what `bench` compares decoding with.
#pragma once

#include "cuda/device.h"

namespace engine::cuda {

/// Bytes per second, read and written together, of large copies within device memory; the best of a few. 0 when there is no room.
double measure_bandwidth(Device& device);

}  // namespace engine::cuda
