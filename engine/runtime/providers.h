// The backends this build has.
#pragma once

#include <string>
#include <vector>

#include "runtime/backends.h"

namespace engine {

/// In the order of list_devices(): those that come first are preferred among equals.
std::vector<DeviceProvider> built_in_providers();

/// Where backends may keep what they compile; before a device is opened. Empty: nowhere.
void set_program_cache(const std::string& cache_dir);

}  // namespace engine
