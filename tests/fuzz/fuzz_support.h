// What the fuzz targets share: checks that end the run with their cause, and files that live in memory.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>

namespace hearth_fuzz {

[[noreturn]] inline void fail(std::string_view what, std::string_view detail) {
  std::fprintf(stderr, "broken promise: %.*s\n%.*s\n", static_cast<int>(what.size()), what.data(), static_cast<int>(detail.size()),
               detail.data());
  std::abort();
}

/// Ends the run unless `good`: libFuzzer keeps the input.
inline void require(bool good, std::string_view what, std::string_view detail = {}) {
  if (!good) [[unlikely]]
    fail(what, detail);
}

/// Time this process has computed, in seconds.
inline double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// A file without a disk, for readers that want a path.
class MemoryFile {
 public:
  MemoryFile() : fd_(::memfd_create("input", MFD_CLOEXEC)), path_("/proc/self/fd/" + std::to_string(fd_)) {
    require(fd_ >= 0, "memfd_create failed");
  }
  ~MemoryFile() { ::close(fd_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  /// Replaces the content; nothing may have it mapped.
  void assign(const void* data, size_t size) {
    require(::ftruncate(fd_, 0) == 0, "ftruncate failed");
    require(::pwrite(fd_, data, size, 0) == static_cast<ssize_t>(size), "pwrite failed");
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  int fd_;
  std::string path_;
};

/// Warnings about hostile files would fill the terminal.
inline void quiet_log() {
  ::setenv("HEARTH_LOG", "error", 1);
}

}  // namespace hearth_fuzz
