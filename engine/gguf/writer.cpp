#include "gguf/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

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

void pad(Bytes& out, size_t alignment) {
  out.resize((out.size() + alignment - 1) / alignment * alignment);
}

}  // namespace

Writer::Writer(uint32_t alignment) : alignment_(alignment) {
  HEARTH_CHECK(std::has_single_bit(alignment) && alignment >= 8);
  if (alignment != 32) put_u32("general.alignment", alignment);
}

void Writer::put_raw(std::string_view key, uint32_t type, std::span<const std::byte> payload) {
  HEARTH_CHECK(!key.empty() && std::none_of(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.key == key; }));
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
  HEARTH_CHECK(!name.empty() && name.size() < 64 && !ne.empty() && ne.size() <= 4);
  HEARTH_CHECK(ne[0] % dtype_info(type).block_elems == 0);
  size_t bytes = row_bytes(type, ne[0]);
  for (size_t d = 1; d < ne.size(); ++d) bytes *= static_cast<size_t>(ne[d]);
  HEARTH_CHECK(bytes > 0 && bytes == data.size());
  tensors_.push_back(Tensor{std::string(name), type, {ne.begin(), ne.end()}, std::move(data)});
}

void Writer::tensor_f32(std::string_view name, std::span<const int64_t> ne, std::span<const float> values) {
  Bytes data;
  append(data, values.data(), values.size_bytes());
  tensor(name, DType::f32, ne, std::move(data));
}

std::vector<std::byte> Writer::bytes() const {
  Bytes out;
  append(out, "GGUF", 4);
  append_value<uint32_t>(out, 3);
  append_value<uint64_t>(out, tensors_.size());
  append_value<uint64_t>(out, entries_.size());
  for (const Entry& entry : entries_) {
    append_string(out, entry.key);
    append(out, entry.body.data(), entry.body.size());
  }
  uint64_t offset = 0;
  for (const Tensor& t : tensors_) {
    append_string(out, t.name);
    append_value<uint32_t>(out, static_cast<uint32_t>(t.ne.size()));
    append(out, t.ne.data(), t.ne.size() * sizeof(int64_t));
    append_value<uint32_t>(out, static_cast<uint32_t>(t.type));
    append_value<uint64_t>(out, offset);
    offset += (t.data.size() + alignment_ - 1) / alignment_ * alignment_;
  }
  for (const Tensor& t : tensors_) {
    pad(out, alignment_);
    append(out, t.data.data(), t.data.size());
  }
  pad(out, alignment_);
  return out;
}

Status Writer::write(const std::string& path) const {
  const std::string temporary = path + ".part";
  const auto failed = [&](const char* what) {
    const std::string cause = std::strerror(errno);
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    return Error{ErrorCode::io, fmt::format("{} cannot be {}: {}.", path, what, cause), "Check the folder's permissions and free space."};
  };
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(temporary.c_str(), "wb"), &std::fclose);
  if (!file) return failed("created");
  const Bytes content = bytes();
  if (std::fwrite(content.data(), 1, content.size(), file.get()) != content.size()) return failed("written");
  if (std::fclose(file.release()) != 0) return failed("written");
  if (std::rename(temporary.c_str(), path.c_str()) != 0) return failed("renamed");
  return {};
}

}  // namespace engine::gguf
