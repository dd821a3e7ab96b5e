#pragma once

#include <string>

namespace engine::cli {

/// "hearth-cli 0.1.0"
std::string version_text();

}  // namespace engine::cli
