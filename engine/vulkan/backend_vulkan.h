// The Vulkan backend: GPUs of any maker (design.md section 2). Plans are recorded once per bucket of step sizes and submitted
// again for every step; weights and buffers are reached by device address.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/info.h"
#include "engine/result.h"
#include "ops/backend.h"

namespace engine {

/// Every Vulkan device of this computer as "vulkan:0", ...; unusable ones say why. One entry without a device when there is no
/// Vulkan at all.
std::vector<DeviceInfo> list_vulkan_devices();

/// Opens device `index`. Errors: not_found, unsupported, device, out_of_memory.
Result<std::unique_ptr<Backend>> make_vulkan_backend(int index);

/// Where compiled programs are kept between starts; empty (the default): nowhere. Set before a device is opened.
void set_vulkan_cache_folder(const std::string& folder);

}  // namespace engine
