#include "gguf/raw_metadata.h"

#include <fmt/format.h>

#include <string_view>

#include "core/mmap_file.h"
#include "gguf/cursor.h"
#include "gguf/parser.h"

namespace engine::gguf {
namespace {

constexpr uint32_t kString = 8, kArray = 9;

/// Bytes of a value of fixed size; 0 for strings, arrays and unknown types.
size_t fixed_size(uint32_t type) {
  constexpr size_t kSizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  return type < std::size(kSizes) ? kSizes[type] : 0;
}

bool skip(Cursor& in, uint64_t bytes) {
  std::byte ignored;
  if (bytes > in.remaining()) return false;
  for (uint64_t i = 0; i < bytes; ++i)
    if (!in.read(ignored)) return false;
  return true;
}

bool skip_value(Cursor& in, uint32_t type) {
  std::string_view text;
  if (type == kString) return in.read_string(text, UINT64_MAX);
  if (type != kArray) return fixed_size(type) > 0 && skip(in, fixed_size(type));
  uint32_t element = 0;
  uint64_t count = 0;
  if (!in.read(element) || !in.read(count)) return false;
  if (element != kString)
    return fixed_size(element) > 0 && count <= in.remaining() / fixed_size(element) && skip(in, count * fixed_size(element));
  for (uint64_t i = 0; i < count; ++i)
    if (!in.read_string(text, UINT64_MAX)) return false;
  return true;
}

}  // namespace

Result<std::vector<RawValue>> read_raw_metadata(const std::string& path) {
  Result<MmapFile> file = MmapFile::open(path);
  if (!file) return file.error();
  const std::span<const std::byte> bytes = file->bytes();
  // The parser refuses everything that is wrong; what follows only finds the borders of values it has accepted.
  const Result<Part> part = parse_part(path, bytes);
  if (!part) return part.error();
  const Error changed{ErrorCode::bad_file, fmt::format("{} changed while it was read.", path), "Wait until it is written, then try again."};
  Cursor in(bytes);
  uint64_t ignored = 0, count = 0;
  if (!in.read(ignored) || !in.read(ignored) || !in.read(count) || count != part->metadata.size()) return changed;
  std::vector<RawValue> values;
  for (uint64_t i = 0; i < count; ++i) {
    RawValue value;
    std::string_view key;
    if (!in.read_string(key, UINT64_MAX) || !in.read(value.type)) return changed;
    const size_t start = in.position();
    if (!skip_value(in, value.type)) return changed;
    value.key = key;
    value.payload.assign(bytes.begin() + static_cast<std::ptrdiff_t>(start), bytes.begin() + static_cast<std::ptrdiff_t>(in.position()));
    values.push_back(std::move(value));
  }
  return values;
}

}  // namespace engine::gguf
