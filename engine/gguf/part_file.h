// A file that appears under its name whole or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/exclusive_file.h"
#include "engine/result.h"

namespace engine::gguf {

/// Bytes go to PATH.part; finish() brings them safely to the disk and renames the file, replacing an older one. Destroyed without
/// finish(), it removes PATH.part and leaves an older PATH as it was. Two writers of one path exclude each other.
class PartFile {
 public:
  /// Errors: io (named with the cause: no such folder, no permission, another program is writing the same file).
  static Result<PartFile> create(const std::string& path);
  PartFile(PartFile&&) noexcept = default;
  PartFile& operator=(PartFile&&) = delete;
  ~PartFile();

  /// Errors: io; a full disk is named so.
  [[nodiscard]] Status write(std::span<const std::byte> bytes);
  /// Errors: io. Nothing may be written afterwards.
  [[nodiscard]] Status finish();

 private:
  explicit PartFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
  ExclusiveFile file_;  // closed: finished or moved from
};

/// Bytes an ordinary user can still write to the folder of `path`; nullopt when it cannot be asked.
std::optional<uint64_t> free_space(const std::string& path);

}  // namespace engine::gguf
