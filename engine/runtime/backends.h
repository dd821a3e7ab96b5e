// From device names to backends.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/result.h"
#include "ops/backend.h"

namespace engine {

/// "auto" becomes the best usable device of this machine. Errors: not_found (unknown name), unsupported (known, but not
/// usable here, with the reason).
Result<std::string> resolve_device(const std::string& name);

/// `name` is a resolved one. `threads` 0: one for each physical core.
Result<std::unique_ptr<Backend>> make_backend(const std::string& name, int threads);

/// Splits "a+b" at '+'.
std::vector<std::string> split_device_list(const std::string& list);

}  // namespace engine
