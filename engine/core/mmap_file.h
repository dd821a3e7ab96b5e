// A file mapped read-only for its owner's lifetime.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "engine/result.h"

namespace engine {

class MmapFile {
 public:
  MmapFile() = default;
  ~MmapFile();
  MmapFile(MmapFile&& other) noexcept;
  MmapFile& operator=(MmapFile&& other) noexcept;
  MmapFile(const MmapFile&) = delete;
  MmapFile& operator=(const MmapFile&) = delete;

  /// Errors: not_found, io (a folder, no permission, empty file counts as an empty span).
  static Result<MmapFile> open(const std::string& path);

  [[nodiscard]] std::span<const std::byte> bytes() const { return {data_, size_}; }

  /// Asks the system to read the whole file ahead.
  void prefetch() const;
  /// Gives the memory of everything that was read back to the system; the bytes stay readable.
  void give_back() const;

 private:
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
};

/// The same for whole pages of a part of a mapped file.
void give_back_pages(std::span<const std::byte> part);

}  // namespace engine
