// How fast the devices of this machine read their memory: measured once and kept.
#pragma once

#include <string>

#include "engine/info.h"

namespace engine {

/// Bytes per second; 0: not known, because the device is untested, in use, or short of memory. Kept for the life of the program, and in
/// `cache_dir`/bandwidth.json by device, name, driver and build. Only one measurement runs at a time.
double bandwidth_of(const DeviceInfo& device, const std::string& cache_dir);

}  // namespace engine
