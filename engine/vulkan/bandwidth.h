// How fast this device moves memory: what `bench` compares decoding with.
#pragma once

#include "vulkan/device.h"

namespace engine::vulkan {

/// Bytes per second that shaders read from device memory, the best of a few runs. 0 when there is no room.
double measure_bandwidth(Device& device);

}  // namespace engine::vulkan
