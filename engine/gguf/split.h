// File names of split models (formats.md 1.4): PREFIX-%05d-of-%05d.gguf, counted from 1. Internal to the folder.
#pragma once

#include <optional>
#include <string>

namespace engine::gguf {

struct SplitName {
  std::string prefix;  // with the folder
  int number = 0;      // 1-based
  int count = 0;
};

/// nullopt when the name does not follow the pattern.
std::optional<SplitName> parse_split_name(const std::string& path);

std::string split_path(const std::string& prefix, int number, int count);

}  // namespace engine::gguf
