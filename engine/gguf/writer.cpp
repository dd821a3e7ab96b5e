#include "gguf/writer.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>

#include "core/check.h"

namespace engine::gguf {
namespace {

constexpr uint32_t kU16 = 2, kU32 = 4, kI32 = 5, kF32 = 6, kBool = 7, kString = 8, kArray = 9, kU64 = 10;

using Bytes = std::vector<std::byte>;

void append(Bytes& out, const void* data, size_t size) {
  if (size == 0) return;
  const size_t at = out.size();
  out.resize(at + size);
  std::memcpy(out.data() + at, data, size);
}

template <class T>
void append_value(Bytes& out, T value) {
  append(out, &value, sizeof(value));
}

void append_string(Bytes& out, std::string_view text) {
  append_value<uint64_t>(out, text.size());
  append(out, text.data(), text.size());
}

template <class T>
Bytes scalar(T value) {
  Bytes out;
  append_value(out, value);
  return out;
}

template <class T>
Bytes array(uint32_t type, std::span<const T> values) {
  Bytes out;
  append_value(out, type);
  append_value<uint64_t>(out, values.size());
  append(out, values.data(), values.size_bytes());
  return out;
}

uint64_t padded(uint64_t size, uint64_t alignment) {
  return (size + alignment - 1) / alignment * alignment;
}

void pad(Bytes& out, size_t alignment) {
  out.resize(padded(out.size(), alignment));
}

void check_shape(const TensorShape& shape) {
  HEARTH_CHECK(!shape.name.empty() && shape.name.size() < 64 && !shape.ne.empty() && shape.ne.size() <= 4);
  HEARTH_CHECK(shape.ne[0] % dtype_info(shape.type).block_elems == 0 && shape.bytes() > 0);
}

}  // namespace

uint64_t TensorShape::bytes() const {
  uint64_t size = row_bytes(type, ne[0]);
  for (size_t d = 1; d < ne.size(); ++d) size *= static_cast<uint64_t>(ne[d]);
  return size;
}

Writer::Writer(uint32_t alignment) : alignment_(alignment) {
  HEARTH_CHECK(std::has_single_bit(alignment) && alignment >= 8);
  if (alignment != 32) put_u32("general.alignment", alignment);
}

void Writer::put_raw(std::string_view key, uint32_t type, std::span<const std::byte> payload) {
  HEARTH_CHECK(!key.empty() && keys_.emplace(key).second);
  Entry& entry = entries_.emplace_back(Entry{std::string(key), {}});
  append_value(entry.body, type);
  append(entry.body, payload.data(), payload.size());
}

void Writer::put_u16(std::string_view key, uint16_t value) {
  put_raw(key, kU16, scalar(value));
}
void Writer::put_u32(std::string_view key, uint32_t value) {
  put_raw(key, kU32, scalar(value));
}
void Writer::put_i32(std::string_view key, int32_t value) {
  put_raw(key, kI32, scalar(value));
}
void Writer::put_u64(std::string_view key, uint64_t value) {
  put_raw(key, kU64, scalar(value));
}
void Writer::put_f32(std::string_view key, float value) {
  put_raw(key, kF32, scalar(value));
}
void Writer::put_bool(std::string_view key, bool value) {
  put_raw(key, kBool, scalar<uint8_t>(value ? 1 : 0));
}
void Writer::put_u32s(std::string_view key, std::span<const uint32_t> values) {
  put_raw(key, kArray, array(kU32, values));
}
void Writer::put_i32s(std::string_view key, std::span<const int32_t> values) {
  put_raw(key, kArray, array(kI32, values));
}
void Writer::put_f32s(std::string_view key, std::span<const float> values) {
  put_raw(key, kArray, array(kF32, values));
}

void Writer::put_string(std::string_view key, std::string_view value) {
  Bytes payload;
  append_string(payload, value);
  put_raw(key, kString, payload);
}

void Writer::put_strings(std::string_view key, std::span<const std::string> values) {
  Bytes payload;
  append_value(payload, kString);
  append_value<uint64_t>(payload, values.size());
  for (const std::string& value : values) append_string(payload, value);
  put_raw(key, kArray, payload);
}

void Writer::tensor(std::string_view name, DType type, std::span<const int64_t> ne, std::vector<std::byte> data) {
  TensorShape shape{std::string(name), type, {ne.begin(), ne.end()}};
  check_shape(shape);
  HEARTH_CHECK(shape.bytes() == data.size());
  shapes_.push_back(std::move(shape));
  data_.push_back(std::move(data));
}

void Writer::tensor_f32(std::string_view name, std::span<const int64_t> ne, std::span<const float> values) {
  Bytes data;
  append(data, values.data(), values.size_bytes());
  tensor(name, DType::f32, ne, std::move(data));
}

std::vector<std::byte> Writer::head(std::span<const TensorShape> shapes) const {
  Bytes out;
  append(out, "GGUF", 4);
  append_value<uint32_t>(out, 3);
  append_value<uint64_t>(out, shapes.size());
  append_value<uint64_t>(out, entries_.size());
  for (const Entry& entry : entries_) {
    append_string(out, entry.key);
    append(out, entry.body.data(), entry.body.size());
  }
  uint64_t offset = 0;
  for (const TensorShape& t : shapes) {
    append_string(out, t.name);
    append_value<uint32_t>(out, static_cast<uint32_t>(t.ne.size()));
    append(out, t.ne.data(), t.ne.size() * sizeof(int64_t));
    append_value<uint32_t>(out, static_cast<uint32_t>(t.type));
    append_value<uint64_t>(out, offset);
    offset += padded(t.bytes(), alignment_);
  }
  pad(out, alignment_);
  return out;
}

std::vector<std::byte> Writer::bytes() const {
  Bytes out = head(shapes_);
  for (const Bytes& data : data_) {
    append(out, data.data(), data.size());
    pad(out, alignment_);
  }
  return out;
}

Status Writer::write(const std::string& path) const {
  Result<PartFile> file = PartFile::create(path);
  if (!file) return file.error();
  if (Status s = file->write(bytes()); !s) return s;
  return file->finish();
}

Result<StreamWriter> StreamWriter::create(const std::string& path, const Writer& head, std::vector<TensorShape> tensors) {
  HEARTH_CHECK(head.shapes_.empty());
  for (const TensorShape& t : tensors) check_shape(t);
  const Bytes start = head.head(tensors);
  uint64_t size = start.size();
  for (const TensorShape& t : tensors) size += padded(t.bytes(), head.alignment_);
  if (const std::optional<uint64_t> room = free_space(path); room && *room < size)
    return Error{ErrorCode::io,
                 fmt::format("{} needs {:.1f} MB, but only {:.1f} MB are free there.", path, static_cast<double>(size) / 1e6,
                             static_cast<double>(*room) / 1e6),
                 "Free some space, or choose another folder."};
  Result<PartFile> file = PartFile::create(path);
  if (!file) return file.error();
  if (Status s = file->write(start); !s) return s.error();
  return StreamWriter(std::move(*file), head.alignment_, std::move(tensors), size);
}

Status StreamWriter::write(std::span<const std::byte> bytes) {
  HEARTH_CHECK(tensor_ < tensors_.size());
  const uint64_t size = tensors_[tensor_].bytes();
  HEARTH_CHECK(bytes.size() <= size - written_);
  if (Status s = file_.write(bytes); !s) return s;
  written_ += bytes.size();
  if (written_ < size) return {};
  ++tensor_;
  written_ = 0;
  return file_.write(Bytes(padded(size, alignment_) - size));
}

Status StreamWriter::finish() {
  HEARTH_CHECK(tensor_ == tensors_.size());
  return file_.finish();
}

}  // namespace engine::gguf
