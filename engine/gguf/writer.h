// GGUF version 3 writers (formats.md 1): one collects metadata and tensors in memory and writes them in one go, the other
// streams tensors of any size behind collected metadata.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/dtype.h"
#include "engine/result.h"
#include "gguf/part_file.h"

namespace engine::gguf {

/// Name, type and 1 to 4 dimensions (ne[0] contiguous) of a tensor that is written.
struct TensorShape {
  std::string name;
  DType type = DType::f32;
  std::vector<int64_t> ne;

  [[nodiscard]] uint64_t bytes() const;  // of the data, without padding
};

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
  friend class StreamWriter;
  [[nodiscard]] std::vector<std::byte> head(std::span<const TensorShape> shapes) const;  // padded

  uint32_t alignment_;
  std::vector<Entry> entries_;
  std::set<std::string, std::less<>> keys_;
  std::vector<TensorShape> shapes_;
  std::vector<std::vector<std::byte>> data_;  // of each shape
};

/// Writes a file of any size in bounded memory: first everything about it is known, then the tensors' bytes come in order.
class StreamWriter {
 public:
  /// `head` has the metadata and no tensors. Errors: io (also when the disk has no room for the whole file: both sizes are named).
  static Result<StreamWriter> create(const std::string& path, const Writer& head, std::vector<TensorShape> tensors);

  /// Next bytes of the tensor being written, none beyond its end; the first byte after a whole tensor belongs to the next one.
  [[nodiscard]] Status write(std::span<const std::byte> bytes);

  /// All tensors are whole. Until then nothing appears under the file's name. Errors: io.
  [[nodiscard]] Status finish();

  [[nodiscard]] uint64_t file_bytes() const { return file_bytes_; }

 private:
  StreamWriter(PartFile file, uint32_t alignment, std::vector<TensorShape> tensors, uint64_t file_bytes)
      : file_(std::move(file)), alignment_(alignment), tensors_(std::move(tensors)), file_bytes_(file_bytes) {}
  PartFile file_;
  uint32_t alignment_;
  std::vector<TensorShape> tensors_;
  uint64_t file_bytes_;
  size_t tensor_ = 0;     // being written
  uint64_t written_ = 0;  // of it
};

}  // namespace engine::gguf
