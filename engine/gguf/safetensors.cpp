#include "gguf/safetensors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>

#include "core/check.h"
#include "core/half.h"
#include "core/paths.h"
#include "gguf/bounded_json.h"
#include "gguf/printable.h"

namespace engine::gguf {
namespace {

constexpr SafeTypeInfo kTypes[] = {
    {SafeType::f64, "F64", 8},         {SafeType::f32, "F32", 4},         {SafeType::f16, "F16", 2},      {SafeType::bf16, "BF16", 2},
    {SafeType::f8_e4m3, "F8_E4M3", 1}, {SafeType::f8_e5m2, "F8_E5M2", 1}, {SafeType::i64, "I64", 8},      {SafeType::i32, "I32", 4},
    {SafeType::i16, "I16", 2},         {SafeType::i8, "I8", 1},           {SafeType::u64, "U64", 8},      {SafeType::u32, "U32", 4},
    {SafeType::u16, "U16", 2},         {SafeType::u8, "U8", 1},           {SafeType::boolean, "BOOL", 1},
};

constexpr size_t kMaxDimensions = 8;
constexpr size_t kMaxName = 1024;
// The largest published shard has a header of 0.2 MiB; the format's own reader stops at 100 MB.
constexpr JsonLimits kHeaderLimits{size_t{32} << 20, size_t{1} << 22, 8};

Error broken(const std::string& path, const std::string& what) {
  return {ErrorCode::bad_file, fmt::format("{} is damaged: {}.", path, what), "Download the file again."};
}

const SafeTypeInfo* find_type(const std::string& name) {
  const auto* at = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const SafeTypeInfo& t) { return name == t.name; });
  return at == std::end(kTypes) ? nullptr : at;
}

/// A whole number from 0 to 2^62.
std::optional<int64_t> length(const nlohmann::json& value) {
  if (!value.is_number_unsigned()) return std::nullopt;
  const auto n = value.get<uint64_t>();
  if (n > uint64_t{1} << 62) return std::nullopt;
  return static_cast<int64_t>(n);
}

/// Lengths of a JSON list.
std::optional<std::vector<int64_t>> lengths(const nlohmann::json& list, size_t limit) {
  if (!list.is_array() || list.size() > limit) return std::nullopt;
  std::vector<int64_t> out;
  for (const nlohmann::json& value : list) {
    const std::optional<int64_t> n = length(value);
    if (!n) return std::nullopt;
    out.push_back(*n);
  }
  return out;
}

/// Bytes of a tensor; nullopt when they do not fit 62 bits.
std::optional<int64_t> size_of(std::span<const int64_t> shape, int element) {
  int64_t bytes = element;
  for (const int64_t n : shape)
    if (__builtin_mul_overflow(bytes, n, &bytes) || bytes > int64_t{1} << 62) return std::nullopt;
  return bytes;
}

Result<SafeTensor> parse_entry(const std::string& path, const std::string& name, const nlohmann::json& entry,
                               std::span<const std::byte> data) {
  const std::string shown = printable(name);
  if (name.empty() || name.size() > kMaxName) return broken(path, "a tensor has no name or a name of over 1024 bytes");
  if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string() || !entry.contains("shape") ||
      !entry.contains("data_offsets"))
    return broken(path, fmt::format("the tensor {} lacks its type, its shape or its place", shown));
  const SafeTypeInfo* type = find_type(entry["dtype"].get_ref<const std::string&>());
  if (!type)
    return Error{ErrorCode::unsupported,
                 fmt::format("{}: the tensor {} has the type {}, which is not known.", path, shown,
                             printable(entry["dtype"].get_ref<const std::string&>(), 16)),
                 "Choose a copy with F32, F16 or BF16 weights."};
  const auto shape = lengths(entry["shape"], kMaxDimensions);
  const auto offsets = lengths(entry["data_offsets"], 2);
  if (!shape) return broken(path, fmt::format("the shape of the tensor {} is no list of lengths", shown));
  if (!offsets || offsets->size() != 2) return broken(path, fmt::format("the place of the tensor {} is no pair of offsets", shown));
  const int64_t begin = (*offsets)[0], end = (*offsets)[1];
  if (begin > end || end > static_cast<int64_t>(data.size()))
    return broken(path, fmt::format("the tensor {} lies outside the file", shown));
  const std::optional<int64_t> bytes = size_of(*shape, type->bytes);
  if (bytes != end - begin)
    return broken(path, fmt::format("the tensor {} of the shape {} does not fill its {} bytes", shown, shape_text(*shape), end - begin));
  SafeTensor tensor;
  tensor.name = name;
  tensor.type = type->type;
  tensor.shape = *shape;
  tensor.data = data.subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
  return tensor;
}

Status check_overlaps(const std::string& path, const std::vector<SafeTensor>& tensors) {
  std::vector<const SafeTensor*> order;
  for (const SafeTensor& t : tensors)
    if (!t.data.empty()) order.push_back(&t);
  std::sort(order.begin(), order.end(), [](const SafeTensor* a, const SafeTensor* b) { return a->data.data() < b->data.data(); });
  for (size_t i = 1; i < order.size(); ++i)
    if (order[i - 1]->data.data() + order[i - 1]->data.size() > order[i]->data.data())
      return broken(path, fmt::format("the tensors {} and {} overlap", printable(order[i - 1]->name), printable(order[i]->name)));
  return {};
}

template <class T>
T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

/// FP8 with 4 exponent bits, bias 7: no infinities, 0x7f and 0xff are NaN.
float e4m3(uint8_t v) {
  const int exponent = (v >> 3) & 15, mantissa = v & 7;
  const float magnitude = exponent == 0                     ? std::ldexp(static_cast<float>(mantissa), -9)
                          : exponent == 15 && mantissa == 7 ? NAN
                                                            : std::ldexp(static_cast<float>(8 + mantissa), exponent - 10);
  return (v & 0x80) != 0 ? -magnitude : magnitude;
}

const std::array<float, 256>& e4m3_values() {
  static const std::array<float, 256> values = [] {
    std::array<float, 256> all{};
    for (size_t i = 0; i < all.size(); ++i) all[i] = e4m3(static_cast<uint8_t>(i));
    return all;
  }();
  return values;
}

/// Out of the range of f32: infinity, which no reader of weights accepts.
float round_to_float(double v) {
  if (std::fabs(v) > static_cast<double>(std::numeric_limits<float>::max())) return std::copysign(INFINITY, v > 0 ? 1.0f : -1.0f);
  return static_cast<float>(v);
}

template <class T, class Widen>
void widen_all(const std::byte* at, std::span<float> out, Widen widen) {
  for (size_t i = 0; i < out.size(); ++i) out[i] = widen(load<T>(at + i * sizeof(T)));
}

/// A file name that cannot leave its folder.
bool is_plain_name(const std::string& name) {
  return !name.empty() && name[0] != '.' && name.find_first_of("/\\") == std::string::npos && printable(name, 255) == name;
}

}  // namespace

const SafeTypeInfo& safe_type_info(SafeType type) {
  return kTypes[static_cast<size_t>(type)];
}

std::string shape_text(std::span<const int64_t> shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

bool is_float(SafeType type) {
  return type <= SafeType::f8_e5m2;
}

void decode(const SafeTensor& tensor, int64_t first, std::span<float> out) {
  const auto bytes = static_cast<size_t>(safe_type_info(tensor.type).bytes);
  HEARTH_CHECK(first >= 0 && static_cast<size_t>(first) + out.size() <= static_cast<size_t>(tensor.elements()));
  const std::byte* at = tensor.data.data() + static_cast<size_t>(first) * bytes;
  switch (tensor.type) {
    case SafeType::f64:
      return widen_all<double>(at, out, round_to_float);
    case SafeType::f32:
      return widen_all<float>(at, out, [](float v) { return v; });
    case SafeType::f16:
      return widen_all<uint16_t>(at, out, half_to_float);
    case SafeType::bf16:
      return widen_all<uint16_t>(at, out, bfloat_to_float);
    case SafeType::f8_e4m3:
      return widen_all<uint8_t>(at, out, [](uint8_t v) { return e4m3_values()[v]; });
    case SafeType::f8_e5m2:
      return widen_all<uint8_t>(at, out, [](uint8_t v) { return half_to_float(static_cast<uint16_t>(v << 8)); });
    default:
      HEARTH_CHECK(false && "not a float type");
  }
}

Result<std::vector<SafeTensor>> parse_safetensors(const std::string& path, std::span<const std::byte> bytes) {
  uint64_t header = 0;
  if (bytes.size() < sizeof(header)) return broken(path, "it ends before its header");
  std::memcpy(&header, bytes.data(), sizeof(header));
  bytes = bytes.subspan(sizeof(header));
  if (header > bytes.size()) return broken(path, fmt::format("its header claims {} bytes, the file has {}", header, bytes.size()));
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()), static_cast<size_t>(header)};
  const Result<nlohmann::json> json = parse_json(path, text, kHeaderLimits);
  if (!json) return json.error();
  std::vector<SafeTensor> tensors;
  for (const auto& [name, entry] : json->items()) {  // sorted by name
    if (name == "__metadata__") continue;
    Result<SafeTensor> tensor = parse_entry(path, name, entry, bytes.subspan(text.size()));
    if (!tensor) return tensor.error();
    tensors.push_back(std::move(*tensor));
  }
  if (Status s = check_overlaps(path, tensors); !s) return s.error();
  return tensors;
}

Result<SafeTensors> SafeTensors::open(const std::string& path) {
  Result<MmapFile> file = MmapFile::open(path);
  if (!file) return file.error();
  Result<std::vector<SafeTensor>> tensors = parse_safetensors(path, file->bytes());
  if (!tensors) return tensors.error();
  SafeTensors out;
  out.files_.push_back(std::move(*file));
  out.tensors_ = std::move(*tensors);
  return out;
}

Result<SafeTensors> SafeTensors::open_index(const std::string& path) {
  const Result<nlohmann::json> index = read_json(path, kHeaderLimits);
  if (!index) return index.error();
  const auto map = index->find("weight_map");
  if (map == index->end() || !map->is_object()) return broken(path, "it has no weight_map");
  std::map<std::string, std::vector<std::string>> shards;  // file name -> tensors
  for (const auto& [tensor, shard] : map->items()) {
    if (!shard.is_string() || !is_plain_name(shard.get_ref<const std::string&>()))
      return broken(path, fmt::format("the tensor {} is not in a file of this folder", printable(tensor)));
    shards[shard.get<std::string>()].push_back(tensor);
  }
  SafeTensors out;
  for (const auto& [name, wanted] : shards) {
    Result<SafeTensors> shard = open(utf8_text(native_path(path).parent_path() / native_path(name)));
    if (!shard) return shard.error();
    for (const std::string& tensor : wanted) {
      const SafeTensor* found = shard->find(tensor);
      if (!found) return broken(path, fmt::format("the tensor {} is not in {}", printable(tensor), printable(name)));
      out.tensors_.push_back(*found);
    }
    out.files_.push_back(std::move(shard->files_.front()));
  }
  std::sort(out.tensors_.begin(), out.tensors_.end(), [](const SafeTensor& a, const SafeTensor& b) { return a.name < b.name; });
  return out;
}

const SafeTensor* SafeTensors::find(std::string_view name) const {
  const auto at =
      std::lower_bound(tensors_.begin(), tensors_.end(), name, [](const SafeTensor& t, std::string_view n) { return t.name < n; });
  return at == tensors_.end() || at->name != name ? nullptr : &*at;
}

void SafeTensors::give_back() const {
  for (const MmapFile& file : files_) file.give_back();
}

uint64_t SafeTensors::file_bytes() const {
  uint64_t sum = 0;
  for (const MmapFile& file : files_) sum += file.bytes().size();
  return sum;
}

}  // namespace engine::gguf
