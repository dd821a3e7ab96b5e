// The self-test of a device, asked for before a model is loaded.
#pragma once

#include <atomic>
#include <string>

#include "engine/result.h"

namespace engine {

/// Tests a device with this driver and build unless it was tested before, and keeps the result in `cache_dir` (EngineOptions): a few
/// seconds at most, in the thread of the caller. Devices of the engine's own pass at once, as all do without a folder. `device` is one of
/// list_devices(). Errors: device (the self-test fails or failed before, with its reason), cancelled, and those of opening the device.
Status check_device(const std::string& cache_dir, const std::string& device, const std::atomic<bool>* cancel);

}  // namespace engine
