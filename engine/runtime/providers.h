// The backends this build has.
#pragma once

#include <vector>

#include "runtime/backends.h"

namespace engine {

/// In the order of list_devices(): those that come first are preferred among equals.
std::vector<DeviceProvider> built_in_providers();

}  // namespace engine
