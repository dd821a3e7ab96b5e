#include "gguf/part_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "core/check.h"

namespace engine::gguf {
namespace {

Error failed(const std::string& path, const char* what) {
  const int cause = errno;
  if (cause == ENOSPC || cause == EDQUOT)
    return Error{ErrorCode::io, fmt::format("{} cannot be {}: the disk is full.", path, what),
                 "Free some space, or choose another folder."};
  if (cause == EFBIG)
    return Error{ErrorCode::io, fmt::format("{} cannot be {}: a file this large is not allowed there.", path, what),
                 "Choose another folder; the file system, or a limit of your account, is too small."};
  return Error{ErrorCode::io, fmt::format("{} cannot be {}: {}.", path, what, std::strerror(cause)),
               "Check the folder's permissions and free space."};
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace

Result<PartFile> PartFile::create(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return Error{ErrorCode::io, fmt::format("{} is a folder.", path), "Choose the name of a file."};
  // Not truncated before the lock is held: another program may be writing it.
  const int handle = ::open((path + ".part").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (handle < 0) return failed(path, "created");
  if (::flock(handle, LOCK_EX | LOCK_NB) != 0) {
    ::close(handle);
    return Error{ErrorCode::io, fmt::format("{} is being written by another program.", path), "Wait for it, or choose another name."};
  }
  PartFile file(path, handle);
  if (::ftruncate(handle, 0) != 0) return failed(path, "written");
  return file;
}

PartFile::PartFile(PartFile&& other) noexcept : path_(std::move(other.path_)), handle_(std::exchange(other.handle_, -1)) {}

PartFile::~PartFile() {
  if (handle_ < 0) return;
  ::unlink(temporary().c_str());
  ::close(handle_);
}

Status PartFile::write(std::span<const std::byte> bytes) {
  HEARTH_CHECK(handle_ >= 0);
  while (!bytes.empty()) {
    constexpr size_t kMost = size_t{1} << 30;  // one call takes at most 2 GiB
    const ssize_t n = ::write(handle_, bytes.data(), std::min(bytes.size(), kMost));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed(path_, "written");
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
  return {};
}

Status PartFile::finish() {
  HEARTH_CHECK(handle_ >= 0);
  if (::fsync(handle_) != 0) return failed(path_, "written");
  if (::rename(temporary().c_str(), path_.c_str()) != 0) return failed(path_, "renamed");
  ::close(std::exchange(handle_, -1));
  // The name itself must be on the disk too. The file is complete by now, so a file system that cannot do this is no failure.
  const int folder = ::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
  return {};
}

std::optional<uint64_t> free_space(const std::string& path) {
  struct statvfs s = {};
  if (::statvfs(folder_of(path).c_str(), &s) != 0) return std::nullopt;
  return static_cast<uint64_t>(s.f_bavail) * s.f_frsize;
}

}  // namespace engine::gguf
