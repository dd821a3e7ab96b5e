#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/exclusive_file.h"
#include "core/paths.h"

namespace engine {
namespace {

using Outcome = ExclusiveFile::Outcome;
using Problem = ExclusiveFile::Problem;

Outcome failed() {
  const int cause = errno;
  if (cause == ENOSPC || cause == EDQUOT) return {Problem::full, ""};
  if (cause == EFBIG) return {Problem::too_large, ""};
  return {Problem::other, std::strerror(cause)};
}

int fd(intptr_t handle) {
  return static_cast<int>(handle);
}

/// The name itself must be on the disk too. The file is complete by now, so a file system that cannot do this is no failure.
void sync_folder(const std::string& folder) {
  const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return;
  ::fsync(handle);
  ::close(handle);
}

}  // namespace

Outcome ExclusiveFile::open(const std::string& path) {
  const int handle = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (handle < 0) return failed();
  if (::flock(handle, LOCK_EX | LOCK_NB) != 0) {
    ::close(handle);
    return {Problem::busy, ""};
  }
  path_ = path;
  handle_ = handle;
  return {};
}

Outcome ExclusiveFile::empty() {
  return ::ftruncate(fd(handle_), 0) == 0 ? Outcome{} : failed();
}

Outcome ExclusiveFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    constexpr size_t kMost = size_t{1} << 30;  // one call takes at most 2 GiB
    const ssize_t n = ::write(fd(handle_), bytes.data(), std::min(bytes.size(), kMost));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed();
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
  return {};
}

Outcome ExclusiveFile::sync() {
  return ::fsync(fd(handle_)) == 0 ? Outcome{} : failed();
}

Outcome ExclusiveFile::rename_over(const std::string& to) {
  if (::rename(path_.c_str(), to.c_str()) != 0) return failed();
  close();
  sync_folder(folder_of(to));
  return {};
}

void ExclusiveFile::remove() {
  if (!is_open()) return;
  ::unlink(path_.c_str());
  close();
}

void ExclusiveFile::close() {
  if (is_open()) ::close(fd(std::exchange(handle_, kClosed)));
}

bool ExclusiveFile::is_busy(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return false;
  const bool locked = ::flock(file, LOCK_SH | LOCK_NB) != 0;
  ::close(file);
  return locked;
}

}  // namespace engine
