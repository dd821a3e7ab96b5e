// Bounded GGUF reader (formats.md 1). A GGUF file is hostile input: every length is checked against the file
// before it is used, and nothing is allocated that the file could not hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/dtype.h"
#include "core/mmap_file.h"
#include "engine/result.h"

namespace engine::gguf {

/// One metadata value. Integers are widened; arrays keep one element kind.
using Value = std::variant<uint64_t, int64_t, double, bool, std::string, std::vector<uint64_t>, std::vector<int64_t>, std::vector<double>,
                           std::vector<bool>, std::vector<std::string>>;

/// One tensor; `data` points into the mapped file. ne[0] is contiguous; missing dimensions are 1.
struct TensorInfo {
  std::string name;
  DType type = DType::f32;
  int n_dims = 1;
  int64_t ne[4] = {1, 1, 1, 1};
  const std::byte* data = nullptr;
  size_t bytes = 0;
};

/// A GGUF file with all its split parts, mapped read-only.
class File {
 public:
  /// Opens `path`; for PREFIX-00001-of-0000N.gguf all parts are opened. Errors: not_found, io, bad_file, unsupported.
  static Result<File> open(const std::string& path);

  [[nodiscard]] const Value* find(std::string_view key) const;
  /// Any integer type that fits; nullopt when absent or of another kind.
  [[nodiscard]] std::optional<int64_t> integer(std::string_view key) const;
  [[nodiscard]] std::optional<double> number(std::string_view key) const;  // float or integer
  [[nodiscard]] std::optional<bool> boolean(std::string_view key) const;
  [[nodiscard]] std::optional<std::string_view> string(std::string_view key) const;
  [[nodiscard]] const std::vector<std::string>* strings(std::string_view key) const;
  /// Numeric arrays widened; empty when absent. Scalars give one element.
  [[nodiscard]] std::vector<int64_t> integers(std::string_view key) const;
  [[nodiscard]] std::vector<double> numbers(std::string_view key) const;

  [[nodiscard]] const std::vector<std::pair<std::string, Value>>& metadata() const { return metadata_; }
  [[nodiscard]] const std::vector<TensorInfo>& tensors() const { return tensors_; }
  [[nodiscard]] const TensorInfo* tensor(std::string_view name) const;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] uint64_t file_bytes() const;  // all parts

 private:
  File() = default;
  std::string path_;
  std::vector<MmapFile> parts_;
  std::vector<std::pair<std::string, Value>> metadata_;  // file order; part 1
  std::vector<uint32_t> metadata_index_;                 // sorted by key
  std::vector<TensorInfo> tensors_;
  std::vector<uint32_t> tensor_index_;  // sorted by name
  friend class Parser;
};

}  // namespace engine::gguf
