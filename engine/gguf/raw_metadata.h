// Metadata as it stands in a file, for copying it without widening (formats.md 1.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/result.h"

namespace engine::gguf {

/// What Writer::put_raw takes.
struct RawValue {
  std::string key;
  uint32_t type = 0;  // GGUF value type
  std::vector<std::byte> payload;
};

/// All keys of one file (of part 1 of a split), in file order. The file is checked as File::open checks it.
/// Errors: those of File::open.
Result<std::vector<RawValue>> read_raw_metadata(const std::string& path);

}  // namespace engine::gguf
