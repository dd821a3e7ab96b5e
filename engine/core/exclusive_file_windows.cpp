// The mode of sharing is the lock: a second program that opens the file for writing gets a sharing violation. Unlike LockFileEx it
// needs no second step that could come too late, and unlike a byte range it also keeps others from emptying the file.
#include <windows.h>

#include <algorithm>
#include <utility>

#include "core/exclusive_file.h"
#include "core/paths.h"
#include "core/windows_text.h"

namespace engine {
namespace {

using Outcome = ExclusiveFile::Outcome;
using Problem = ExclusiveFile::Problem;

constexpr DWORD kQuotaExceeded = 1295;  // ERROR_DISK_QUOTA_EXCEEDED, a name that the headers of mingw-w64 10 lack

Outcome failed(DWORD cause) {
  switch (cause) {
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
    case ERROR_USER_MAPPED_FILE:
      return {Problem::busy, ""};
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
    case kQuotaExceeded:
      return {Problem::full, ""};
    case ERROR_FILE_TOO_LARGE:
      return {Problem::too_large, ""};
    default:
      return {Problem::other, windows_error(cause)};
  }
}

HANDLE file(intptr_t handle) {
  return reinterpret_cast<HANDLE>(handle);
}

HANDLE open_alone(const std::string& path, DWORD disposition) {
  // DELETE is shared, so that the file can be renamed and removed while it is held.
  return ::CreateFileW(native_path(path).c_str(), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr, disposition,
                       FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, nullptr);
}

bool is_link(HANDLE handle) {
  FILE_ATTRIBUTE_TAG_INFO info{};
  return ::GetFileInformationByHandleEx(handle, FileAttributeTagInfo, &info, sizeof info) &&
         (info.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 && info.ReparseTag == IO_REPARSE_TAG_SYMLINK;
}

}  // namespace

Outcome ExclusiveFile::open(const std::string& path) {
  const HANDLE handle = open_alone(path, OPEN_ALWAYS);
  if (handle == INVALID_HANDLE_VALUE) return failed(::GetLastError());
  if (is_link(handle)) {
    ::CloseHandle(handle);
    return {Problem::other, "it is a symbolic link"};
  }
  path_ = path;
  handle_ = reinterpret_cast<intptr_t>(handle);
  return {};
}

Outcome ExclusiveFile::empty() {
  const bool done = ::SetFilePointerEx(file(handle_), {}, nullptr, FILE_BEGIN) && ::SetEndOfFile(file(handle_));
  return done ? Outcome{} : failed(::GetLastError());
}

Outcome ExclusiveFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    constexpr size_t kMost = size_t{1} << 30;  // one call takes at most 4 GiB
    DWORD n = 0;
    if (!::WriteFile(file(handle_), bytes.data(), static_cast<DWORD>(std::min(bytes.size(), kMost)), &n, nullptr))
      return failed(::GetLastError());
    if (n == 0) return {Problem::full, ""};
    bytes = bytes.subspan(n);
  }
  return {};
}

Outcome ExclusiveFile::sync() {
  return ::FlushFileBuffers(file(handle_)) ? Outcome{} : failed(::GetLastError());
}

Outcome ExclusiveFile::rename_over(const std::string& to) {
  const std::error_code error = engine::rename_over(path_, to);
  if (error) {
    // A file that is open or mapped elsewhere cannot be replaced; Windows says so with several codes.
    const bool in_use = error.value() == ERROR_ACCESS_DENIED && ::GetFileAttributesW(native_path(to).c_str()) != INVALID_FILE_ATTRIBUTES;
    return in_use ? Outcome{Problem::busy, ""} : failed(static_cast<DWORD>(error.value()));
  }
  close();
  return {};
}

void ExclusiveFile::remove() {
  if (!is_open()) return;
  ::DeleteFileW(native_path(path_).c_str());
  close();
}

void ExclusiveFile::close() {
  if (is_open()) ::CloseHandle(file(std::exchange(handle_, kClosed)));
}

bool ExclusiveFile::is_busy(const std::string& path) {
  const HANDLE handle = open_alone(path, OPEN_EXISTING);
  if (handle == INVALID_HANDLE_VALUE) return ::GetLastError() == ERROR_SHARING_VIOLATION;
  ::CloseHandle(handle);
  return false;
}

}  // namespace engine
