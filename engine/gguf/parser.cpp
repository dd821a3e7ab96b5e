#include "gguf/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <optional>

#include "gguf/cursor.h"
#include "gguf/printable.h"

namespace engine::gguf {
namespace {

// Far above every published model (the largest vocabulary has 262,144 tokens and some 500,000 merges), low enough that
// a lying file costs little: 2^24 elements widen to 128 MiB at most.
constexpr uint64_t kMaxKeys = 1u << 20;
constexpr uint64_t kMaxTensors = 1u << 20;
constexpr uint64_t kMaxArray = 1u << 24;
constexpr uint64_t kMaxString = 1u << 28;
constexpr uint64_t kMaxKeyLength = 65535;
constexpr size_t kMaxTensorName = 63;
constexpr uint64_t kMinKeyBytes = 8 + 1 + 4 + 1;          // length, one character, type, one byte
constexpr uint64_t kMinTensorBytes = 8 + 1 + 4 + 8 + 12;  // length, one character, n_dims, one dimension, type, offset

enum class ValueType : uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, string, array, u64, i64, f64 };

class FileParser {
 public:
  FileParser(const std::string& path, std::span<const std::byte> bytes) : path_(path), bytes_(bytes), in_(bytes) {}
  Result<Part> parse();

 private:
  Error damaged(const std::string& what) const {
    return {ErrorCode::bad_file, fmt::format("{} is damaged: {}.", path_, what), "Download the file again."};
  }
  Error ends_in(const std::string& what) const { return damaged(fmt::format("it ends inside {}", what)); }

  Status read_header();
  Status check_version(uint32_t version) const;
  Status read_metadata();
  Status read_value(const std::string& key, Value& value);
  Status read_array(const std::string& key, Value& value);
  template <class T, class Wide>
  Status read_scalar(const std::string& key, Value& value);
  template <class T, class Wide>
  Status read_numbers(const std::string& key, uint64_t count, Value& value);
  Status read_bools(const std::string& key, uint64_t count, Value& value);
  Status read_strings(const std::string& key, uint64_t count, Value& value);
  Status check_keys() const;
  Status read_alignment();
  Status read_tensors();
  Status read_tensor(TensorInfo& tensor, uint64_t& offset);
  Status read_dimensions(TensorInfo& tensor);
  Status check_type(const std::string& name, uint32_t id) const;
  Status place_tensors(const std::vector<uint64_t>& offsets);

  const std::string& path_;
  std::span<const std::byte> bytes_;
  Cursor in_;
  uint64_t n_tensors_ = 0, n_keys_ = 0, alignment_ = 32;
  Part part_;
};

Result<Part> FileParser::parse() {
  if (Status s = read_header(); !s) return s.error();
  if (Status s = read_metadata(); !s) return s.error();
  if (Status s = check_keys(); !s) return s.error();
  if (Status s = read_alignment(); !s) return s.error();
  if (Status s = read_tensors(); !s) return s.error();
  return std::move(part_);
}

Status FileParser::read_header() {
  if (bytes_.empty()) return Error{ErrorCode::bad_file, fmt::format("{} is empty.", path_), "Download the file again."};
  char magic[4] = {};
  if (!in_.read(magic) || std::memcmp(magic, "GGUF", 4) != 0) {
    const std::string_view head(reinterpret_cast<const char*>(bytes_.data()), std::min<size_t>(bytes_.size(), 64));
    const bool pointer = head.starts_with("version https://git-lfs");
    return Error{ErrorCode::bad_file, fmt::format("{} is not a GGUF file.", path_),
                 pointer ? "It is a Git LFS pointer: download the real file." : "Choose a model file in the GGUF format."};
  }
  uint32_t version = 0;
  if (!in_.read(version)) return ends_in("its header");
  if (Status s = check_version(version); !s) return s;
  if (!in_.read(n_tensors_) || !in_.read(n_keys_)) return ends_in("its header");
  if (n_keys_ > kMaxKeys || n_keys_ > in_.remaining() / kMinKeyBytes)
    return damaged(fmt::format("it claims {} metadata keys, more than it has room for", n_keys_));
  if (n_tensors_ > kMaxTensors || n_tensors_ > in_.remaining() / kMinTensorBytes)
    return damaged(fmt::format("it claims {} tensors, more than it has room for", n_tensors_));
  return {};
}

Status FileParser::check_version(uint32_t version) const {
  if (version == 2 || version == 3) return {};
  const char* const again = "Download a current little-endian version of the model.";
  if ((version & 0xffffu) == 0 && version != 0)
    return Error{ErrorCode::unsupported, fmt::format("{} is a big-endian GGUF file.", path_), again};
  if (version == 1) return Error{ErrorCode::unsupported, fmt::format("{} is in version 1 of GGUF, which is obsolete.", path_), again};
  return Error{ErrorCode::unsupported, fmt::format("{} has GGUF version {}; versions 2 and 3 are supported.", path_, version), again};
}

Status FileParser::read_metadata() {
  part_.metadata.reserve(n_keys_);
  for (uint64_t i = 0; i < n_keys_; ++i) {
    std::string_view key;
    if (!in_.read_string(key, kMaxKeyLength)) return damaged(fmt::format("the name of metadata key {} runs past its limit", i + 1));
    if (key.empty()) return damaged(fmt::format("metadata key {} has an empty name", i + 1));
    auto& entry = part_.metadata.emplace_back(std::string(key), Value{});
    if (Status s = read_value(entry.first, entry.second); !s) return s;
  }
  return {};
}

template <class T, class Wide>
Status FileParser::read_scalar(const std::string& key, Value& value) {
  T v{};
  if (!in_.read(v)) return ends_in("the key " + printable(key));
  value.emplace<Wide>(static_cast<Wide>(v));
  return {};
}

Status FileParser::read_value(const std::string& key, Value& value) {
  uint32_t type = 0;
  if (!in_.read(type)) return ends_in("the key " + printable(key));
  switch (static_cast<ValueType>(type)) {
    case ValueType::u8:
      return read_scalar<uint8_t, uint64_t>(key, value);
    case ValueType::i8:
      return read_scalar<int8_t, int64_t>(key, value);
    case ValueType::u16:
      return read_scalar<uint16_t, uint64_t>(key, value);
    case ValueType::i16:
      return read_scalar<int16_t, int64_t>(key, value);
    case ValueType::u32:
      return read_scalar<uint32_t, uint64_t>(key, value);
    case ValueType::i32:
      return read_scalar<int32_t, int64_t>(key, value);
    case ValueType::u64:
      return read_scalar<uint64_t, uint64_t>(key, value);
    case ValueType::i64:
      return read_scalar<int64_t, int64_t>(key, value);
    case ValueType::f32:
      return read_scalar<float, double>(key, value);
    case ValueType::f64:
      return read_scalar<double, double>(key, value);
    case ValueType::boolean: {
      uint8_t v = 0;
      if (!in_.read(v)) return ends_in("the key " + printable(key));
      if (v > 1) return damaged(fmt::format("the key {} is a boolean of value {}", printable(key), v));
      value = v == 1;
      return {};
    }
    case ValueType::string: {
      std::string_view text;
      if (!in_.read_string(text, kMaxString)) return damaged(fmt::format("the text of the key {} is longer than the file", printable(key)));
      value = std::string(text);
      return {};
    }
    case ValueType::array:
      return read_array(key, value);
  }
  return damaged(fmt::format("the key {} has the unknown type {}", printable(key), type));
}

template <class T, class Wide>
Status FileParser::read_numbers(const std::string& key, uint64_t count, Value& value) {
  if (count > in_.remaining() / sizeof(T))
    return damaged(fmt::format("the array {} claims {} elements, more than the file holds", printable(key), count));
  auto& out = value.emplace<std::vector<Wide>>(static_cast<size_t>(count));
  for (Wide& wide : out) {
    T v{};
    if (!in_.read(v)) return ends_in("the array " + printable(key));
    wide = static_cast<Wide>(v);
  }
  return {};
}

Status FileParser::read_bools(const std::string& key, uint64_t count, Value& value) {
  if (count > in_.remaining())
    return damaged(fmt::format("the array {} claims {} elements, more than the file holds", printable(key), count));
  auto& out = value.emplace<std::vector<bool>>();
  out.reserve(static_cast<size_t>(count));
  for (uint64_t i = 0; i < count; ++i) {
    uint8_t v = 0;
    if (!in_.read(v)) return ends_in("the array " + printable(key));
    if (v > 1) return damaged(fmt::format("the array {} holds a boolean of value {}", printable(key), v));
    out.push_back(v == 1);
  }
  return {};
}

Status FileParser::read_strings(const std::string& key, uint64_t count, Value& value) {
  if (count > in_.remaining() / sizeof(uint64_t))
    return damaged(fmt::format("the array {} claims {} strings, more than the file holds", printable(key), count));
  auto& out = value.emplace<std::vector<std::string>>();
  out.reserve(static_cast<size_t>(count));
  for (uint64_t i = 0; i < count; ++i) {
    std::string_view text;
    if (!in_.read_string(text, kMaxString))
      return damaged(fmt::format("string {} of the array {} is longer than the file", i, printable(key)));
    out.emplace_back(text);
  }
  return {};
}

Status FileParser::read_array(const std::string& key, Value& value) {
  uint32_t type = 0;
  uint64_t count = 0;
  if (!in_.read(type) || !in_.read(count)) return ends_in("the array " + printable(key));
  if (count > kMaxArray) return damaged(fmt::format("the array {} claims {} elements", printable(key), count));
  switch (static_cast<ValueType>(type)) {
    case ValueType::u8:
      return read_numbers<uint8_t, uint64_t>(key, count, value);
    case ValueType::i8:
      return read_numbers<int8_t, int64_t>(key, count, value);
    case ValueType::u16:
      return read_numbers<uint16_t, uint64_t>(key, count, value);
    case ValueType::i16:
      return read_numbers<int16_t, int64_t>(key, count, value);
    case ValueType::u32:
      return read_numbers<uint32_t, uint64_t>(key, count, value);
    case ValueType::i32:
      return read_numbers<int32_t, int64_t>(key, count, value);
    case ValueType::u64:
      return read_numbers<uint64_t, uint64_t>(key, count, value);
    case ValueType::i64:
      return read_numbers<int64_t, int64_t>(key, count, value);
    case ValueType::f32:
      return read_numbers<float, double>(key, count, value);
    case ValueType::f64:
      return read_numbers<double, double>(key, count, value);
    case ValueType::boolean:
      return read_bools(key, count, value);
    case ValueType::string:
      return read_strings(key, count, value);
    case ValueType::array:
      return Error{ErrorCode::unsupported,
                   fmt::format("{}: the key {} is an array of arrays, which is not supported.", path_, printable(key)), ""};
  }
  return damaged(fmt::format("the array {} has the unknown element type {}", printable(key), type));
}

Status FileParser::check_keys() const {
  std::vector<std::string_view> keys;
  keys.reserve(part_.metadata.size());
  for (const auto& [key, value] : part_.metadata) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  const auto twice = std::adjacent_find(keys.begin(), keys.end());
  if (twice != keys.end()) return damaged(fmt::format("the metadata key {} is there twice", printable(*twice)));
  return {};
}

Status FileParser::read_alignment() {
  for (const auto& [key, value] : part_.metadata) {
    if (key != "general.alignment") continue;
    const uint64_t* v = std::get_if<uint64_t>(&value);
    // The format demands a multiple of 8; with it every F32 tensor can be read in place.
    if (!v || !std::has_single_bit(*v) || *v < 8 || *v > (1u << 30))
      return damaged("general.alignment is not a power of two between 8 and 2^30");
    alignment_ = *v;
  }
  return {};
}

Status FileParser::read_tensors() {
  part_.tensors.resize(static_cast<size_t>(n_tensors_));
  std::vector<uint64_t> offsets(part_.tensors.size());
  for (size_t i = 0; i < offsets.size(); ++i) {
    std::string_view name;
    if (!in_.read_string(name, kMaxTensorName))
      return damaged(fmt::format("the name of tensor {} is longer than 63 bytes or than the file", i + 1));
    if (name.empty()) return damaged(fmt::format("tensor {} has an empty name", i + 1));
    part_.tensors[i].name = name;
    if (Status s = read_tensor(part_.tensors[i], offsets[i]); !s) return s;
  }
  return place_tensors(offsets);
}

Status FileParser::read_tensor(TensorInfo& tensor, uint64_t& offset) {
  if (Status s = read_dimensions(tensor); !s) return s;
  const std::string name = printable(tensor.name);
  uint32_t type = 0;
  if (!in_.read(type) || !in_.read(offset)) return ends_in("the entry of tensor " + name);
  if (Status s = check_type(name, type); !s) return s;
  tensor.type = static_cast<DType>(type);
  const DTypeInfo& info = dtype_info(tensor.type);
  if (tensor.ne[0] % info.block_elems != 0)
    return damaged(
        fmt::format("rows of tensor {} have {} elements, no multiple of the {} of {}", name, tensor.ne[0], info.block_elems, info.name));
  // No file has 2^63 bytes, so a product beyond that cannot be true.
  uint64_t bytes = static_cast<uint64_t>(tensor.ne[0] / info.block_elems);
  for (const uint64_t factor : {static_cast<uint64_t>(info.block_bytes), static_cast<uint64_t>(tensor.ne[1]),
                                static_cast<uint64_t>(tensor.ne[2]), static_cast<uint64_t>(tensor.ne[3])}) {
    if (bytes > static_cast<uint64_t>(INT64_MAX) / factor) return damaged(fmt::format("tensor {} claims an impossible size", name));
    bytes *= factor;
  }
  tensor.bytes = static_cast<size_t>(bytes);
  return {};
}

Status FileParser::read_dimensions(TensorInfo& tensor) {
  const std::string name = printable(tensor.name);
  uint32_t n_dims = 0;
  if (!in_.read(n_dims)) return ends_in("the entry of tensor " + name);
  if (n_dims < 1 || n_dims > 4) return damaged(fmt::format("tensor {} claims {} dimensions", name, n_dims));
  tensor.n_dims = static_cast<int>(n_dims);
  for (uint32_t d = 0; d < n_dims; ++d) {
    if (!in_.read(tensor.ne[d])) return ends_in("the entry of tensor " + name);
    if (tensor.ne[d] < 1) return damaged(fmt::format("dimension {} of tensor {} is {}", d, name, tensor.ne[d]));
  }
  return {};
}

bool is_ik_type(uint32_t id) {
  return id == 133 || id == 134 || id == 135 || (id >= 137 && id <= 141) || (id >= 144 && id <= 146) || (id >= 151 && id <= 158) ||
         (id >= 200 && id <= 399);
}

Status FileParser::check_type(const std::string& name, uint32_t id) const {
  if (dtype_info(id)) return {};
  const std::string tensor = fmt::format("{}: tensor {}", path_, name);
  if (id == 4 || id == 5 || (id >= 31 && id <= 33) || (id >= 36 && id <= 38))
    return Error{ErrorCode::unsupported, fmt::format("{} has the block type {}, which was removed from GGUF.", tensor, id),
                 "Download the model again: repacking is now done at load time."};
  if (is_ik_type(id))
    return Error{ErrorCode::unsupported, fmt::format("{} has the block type {}: the file was made for ik_llama.cpp.", tensor, id),
                 "Choose a standard GGUF file of this model."};
  if (id == 9 || id == 15)
    return Error{ErrorCode::unsupported,
                 fmt::format("{} has the block type {}, which is for activations only.", tensor, id == 9 ? "Q8_1" : "Q8_K"),
                 "Choose another quantisation of this model."};
  return Error{ErrorCode::unsupported, fmt::format("{} has the unknown block type {}.", tensor, id),
               "Choose another quantisation of this model, or a newer version of this program."};
}

Status FileParser::place_tensors(const std::vector<uint64_t>& offsets) {
  if (part_.tensors.empty()) return {};
  const uint64_t start = (in_.position() + alignment_ - 1) / alignment_ * alignment_;
  const uint64_t room = bytes_.size() > start ? bytes_.size() - start : 0;
  for (size_t i = 0; i < offsets.size(); ++i) {
    TensorInfo& tensor = part_.tensors[i];
    const std::string name = printable(tensor.name);
    if (offsets[i] % alignment_ != 0) return damaged(fmt::format("tensor {} is not aligned to {} bytes", name, alignment_));
    if (offsets[i] > room || tensor.bytes > room - offsets[i])
      return damaged(fmt::format("tensor {} ends outside the file, which was probably not downloaded completely", name));
    tensor.data = bytes_.data() + start + offsets[i];
  }
  std::vector<uint32_t> order(offsets.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return offsets[a] < offsets[b]; });
  for (size_t i = 1; i < order.size(); ++i) {
    const TensorInfo& before = part_.tensors[order[i - 1]];
    const TensorInfo& after = part_.tensors[order[i]];
    if (after.data < before.data + before.bytes)
      return damaged(fmt::format("tensors {} and {} overlap", printable(before.name), printable(after.name)));
  }
  return {};
}

}  // namespace

Result<Part> parse_part(const std::string& path, std::span<const std::byte> bytes) {
  return FileParser(path, bytes).parse();
}

}  // namespace engine::gguf
