// One GGUF file on its own: header, metadata and tensor table (formats.md 1.1 to 1.3). Internal to the folder.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/result.h"
#include "gguf/reader.h"

namespace engine::gguf {

/// What one file holds; tensors point into the bytes that were parsed.
struct Part {
  std::vector<std::pair<std::string, Value>> metadata;  // file order, keys unique
  std::vector<TensorInfo> tensors;                      // file order, inside the file, no overlaps
};

/// `path` is for messages only. Errors: bad_file, unsupported (old or foreign versions and block types).
Result<Part> parse_part(const std::string& path, std::span<const std::byte> bytes);

}  // namespace engine::gguf
