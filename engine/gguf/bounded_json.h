// JSON from files nobody has checked: depth, number of values and doubled keys are looked at before anybody uses it.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/result.h"

namespace engine::gguf {

struct JsonLimits {
  size_t bytes = size_t{1} << 20;
  size_t values = size_t{1} << 16;  // separators between values, which bounds their number
  int depth = 32;
};

/// A JSON object. Keys keep no order (`json`) or that of the file (`ordered`: for small files, it searches linearly).
/// `path` is for messages. Errors: bad_file (no JSON object, over a limit, a key that is there twice).
Result<nlohmann::json> parse_json(const std::string& path, std::string_view text, const JsonLimits& limits);
Result<nlohmann::ordered_json> parse_ordered_json(const std::string& path, std::string_view text, const JsonLimits& limits);

/// The same from a file. Errors: not_found and io too.
Result<nlohmann::json> read_json(const std::string& path, const JsonLimits& limits);
Result<nlohmann::ordered_json> read_ordered_json(const std::string& path, const JsonLimits& limits);

}  // namespace engine::gguf
