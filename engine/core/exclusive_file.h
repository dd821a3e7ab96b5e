// A file that one program writes at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace engine {

/// Open for writing, and locked against everyone else who opens it this way, in this program or another. The system lets go of the lock
/// when the program ends in any way.
class ExclusiveFile {
 public:
  enum class Problem {
    none,
    busy,       // somebody else holds it
    full,       // the disk, or the account's share of it
    too_large,  // for the file system, or for a limit of the account
    other,
  };
  struct Outcome {
    Problem problem = Problem::none;
    std::string cause;  // the system's words, for `other`
    [[nodiscard]] bool ok() const { return problem == Problem::none; }
  };

  ExclusiveFile() = default;
  ~ExclusiveFile() { close(); }
  ExclusiveFile(ExclusiveFile&& other) noexcept : path_(std::move(other.path_)), handle_(std::exchange(other.handle_, kClosed)) {}
  ExclusiveFile& operator=(ExclusiveFile&&) = delete;

  /// Makes the file if there is none, keeps what is in it, and follows no symbolic link.
  [[nodiscard]] Outcome open(const std::string& path);
  [[nodiscard]] bool is_open() const { return handle_ != kClosed; }
  [[nodiscard]] Outcome empty();
  /// Appends all of it, or fails.
  [[nodiscard]] Outcome write(std::span<const std::byte> bytes);
  /// Returns when the bytes are on the disk.
  [[nodiscard]] Outcome sync();
  /// Gives the file another name, replacing what has it, while it is still locked; then closes it, with the name on the disk too.
  [[nodiscard]] Outcome rename_over(const std::string& to);
  /// Removes the file while it is still locked, and closes it.
  void remove();
  void close();

  /// Whether somebody holds the file; no if it does not exist.
  static bool is_busy(const std::string& path);

 private:
  static constexpr intptr_t kClosed = -1;
  std::string path_;
  intptr_t handle_ = kClosed;  // a file descriptor, or a HANDLE
};

}  // namespace engine
