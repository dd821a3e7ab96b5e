// GGUF version 3 writer (formats.md 1): metadata and tensors are collected in memory, then written in one go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/dtype.h"
#include "engine/result.h"

namespace engine::gguf {

/// Keys and tensors come out in the order they were put in. Wrong use (an empty or doubled name, dimensions that do not
/// fit the bytes) is our own bug and asserts.
class Writer {
 public:
  /// `alignment`: a power of two from 8; written as general.alignment when it is not 32.
  explicit Writer(uint32_t alignment = 32);

  void put_u16(std::string_view key, uint16_t value);
  void put_u32(std::string_view key, uint32_t value);
  void put_i32(std::string_view key, int32_t value);
  void put_u64(std::string_view key, uint64_t value);
  void put_f32(std::string_view key, float value);
  void put_bool(std::string_view key, bool value);
  void put_string(std::string_view key, std::string_view value);
  void put_u32s(std::string_view key, std::span<const uint32_t> values);
  void put_i32s(std::string_view key, std::span<const int32_t> values);
  void put_f32s(std::string_view key, std::span<const float> values);
  void put_strings(std::string_view key, std::span<const std::string> values);

  /// Any value: `type` is the GGUF value type (formats.md 1.2), `payload` its bytes as they stand in the file.
  void put_raw(std::string_view key, uint32_t type, std::span<const std::byte> payload);

  /// 1 to 4 dimensions, ne[0] contiguous; `data` holds exactly the bytes of that shape.
  void tensor(std::string_view name, DType type, std::span<const int64_t> ne, std::vector<std::byte> data);
  void tensor_f32(std::string_view name, std::span<const int64_t> ne, std::span<const float> values);

  /// The whole file.
  [[nodiscard]] std::vector<std::byte> bytes() const;

  /// Writes to PATH.part first and renames, so that a broken write leaves no half file. Errors: io.
  [[nodiscard]] Status write(const std::string& path) const;

 private:
  struct Entry {
    std::string key;
    std::vector<std::byte> body;  // type and value
  };
  struct Tensor {
    std::string name;
    DType type;
    std::vector<int64_t> ne;
    std::vector<std::byte> data;
  };
  uint32_t alignment_;
  std::vector<Entry> entries_;
  std::vector<Tensor> tensors_;
};

}  // namespace engine::gguf
