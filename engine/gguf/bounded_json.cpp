#include "gguf/bounded_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "core/mmap_file.h"
#include "gguf/printable.h"

namespace engine::gguf {
namespace {

Error broken(const std::string& path, const std::string& what) {
  return {ErrorCode::bad_file, fmt::format("{} {}.", path, what), "Download the file again."};
}

/// Depth and separators, strings skipped: what a parser would build is known before it runs.
Status check_size(const std::string& path, std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes) return broken(path, fmt::format("holds {} bytes of JSON, more than {}", text.size(), limits.bytes));
  int depth = 0;
  size_t values = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (c == ',' || c == ':') ++values;
    if (depth > limits.depth) return broken(path, fmt::format("nests its JSON deeper than {} levels", limits.depth));
    if (values > limits.values) return broken(path, fmt::format("holds more than {} JSON values", limits.values));
  }
  return {};
}

template <class Json>
Result<Json> parse(const std::string& path, std::string_view text, const JsonLimits& limits) {
  if (Status s = check_size(path, text, limits); !s) return s.error();
  std::vector<std::set<std::string>> keys;
  std::string doubled;
  const auto watch = [&](int, nlohmann::json::parse_event_t event, Json& value) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end) keys.pop_back();
    if (event == Event::key && doubled.empty()) {
      const auto [at, fresh] = keys.back().insert(value.template get<std::string>());
      if (!fresh) doubled = at->empty() ? "\"\"" : *at;
    }
    return true;
  };
  Json json = Json::parse(text, watch, false);
  if (json.is_discarded() || !json.is_object()) return broken(path, "is no JSON object");
  if (!doubled.empty()) return broken(path, fmt::format("has the key {} twice", printable(doubled)));
  return json;
}

template <class Json>
Result<Json> read(const std::string& path, const JsonLimits& limits) {
  const Result<MmapFile> file = MmapFile::open(path);
  if (!file) return file.error();
  const auto bytes = file->bytes();
  return parse<Json>(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, limits);
}

}  // namespace

Result<nlohmann::json> parse_json(const std::string& path, std::string_view text, const JsonLimits& limits) {
  return parse<nlohmann::json>(path, text, limits);
}
Result<nlohmann::ordered_json> parse_ordered_json(const std::string& path, std::string_view text, const JsonLimits& limits) {
  return parse<nlohmann::ordered_json>(path, text, limits);
}
Result<nlohmann::json> read_json(const std::string& path, const JsonLimits& limits) {
  return read<nlohmann::json>(path, limits);
}
Result<nlohmann::ordered_json> read_ordered_json(const std::string& path, const JsonLimits& limits) {
  return read<nlohmann::ordered_json>(path, limits);
}

}  // namespace engine::gguf
