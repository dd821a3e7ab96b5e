// Bounded reader of safetensors files (formats.md 11.2), alone or as the shards of model.safetensors.index.json. Like a GGUF
// file it is hostile input: every length is checked against the file before it is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/mmap_file.h"
#include "engine/result.h"

namespace engine::gguf {

enum class SafeType { f64, f32, f16, bf16, f8_e4m3, f8_e5m2, i64, i32, i16, i8, u64, u32, u16, u8, boolean };

struct SafeTypeInfo {
  SafeType type;
  const char* name;  // as the file writes it: "BF16"
  int bytes;
};
const SafeTypeInfo& safe_type_info(SafeType type);

/// One tensor; `data` points into the mapped file. The last dimension is contiguous, as in PyTorch; a scalar has no dimension.
struct SafeTensor {
  std::string name;
  SafeType type = SafeType::f32;
  std::vector<int64_t> shape;
  std::span<const std::byte> data;

  [[nodiscard]] int64_t elements() const { return static_cast<int64_t>(data.size()) / safe_type_info(type).bytes; }
};

/// "[8, 64]"
std::string shape_text(std::span<const int64_t> shape);

/// True when decode() gives numbers: the float types, E4M3 and E5M2 included.
bool is_float(SafeType type);

/// Elements [first, first + out.size()) of a float tensor, widened (F64 rounded) to f32.
void decode(const SafeTensor& tensor, int64_t first, std::span<float> out);

/// Tensors by name, of one file or of all shards.
class SafeTensors {
 public:
  /// One file. Errors: not_found, io, bad_file, unsupported (a dtype nobody here knows).
  static Result<SafeTensors> open(const std::string& path);

  /// The shards that an index file names; they must lie in the folder of the index. Errors: the same; bad_file too when a
  /// tensor is missing from its shard.
  static Result<SafeTensors> open_index(const std::string& path);

  [[nodiscard]] const std::vector<SafeTensor>& tensors() const { return tensors_; }  // sorted by name
  [[nodiscard]] const SafeTensor* find(std::string_view name) const;
  [[nodiscard]] uint64_t file_bytes() const;  // all shards
  /// Gives the memory of everything that was read back to the system; it stays readable.
  void give_back() const;

 private:
  std::vector<MmapFile> files_;
  std::vector<SafeTensor> tensors_;
};

/// The tensors of one file in memory, sorted by name. `path` is for messages only; `bytes` must outlive the result.
Result<std::vector<SafeTensor>> parse_safetensors(const std::string& path, std::span<const std::byte> bytes);

}  // namespace engine::gguf
