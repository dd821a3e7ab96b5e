#include <fmt/format.h>
#include <windows.h>

#include "core/mmap_file.h"
#include "core/paths.h"
#include "core/windows_text.h"

namespace engine {
namespace {

/// A handle that closes itself.
class Handle {
 public:
  explicit Handle(HANDLE handle) : handle_(handle == INVALID_HANDLE_VALUE ? nullptr : handle) {}
  ~Handle() {
    if (handle_) ::CloseHandle(handle_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  [[nodiscard]] HANDLE get() const { return handle_; }

 private:
  HANDLE handle_;
};

Error no_file(const std::string& path) {
  return {ErrorCode::not_found, fmt::format("There is no file {}.", path), "Check the path."};
}

Error no_regular_file(const std::string& path) {
  return {ErrorCode::io, fmt::format("{} is not a regular file.", path), "Give the path of a file."};
}

Error failed(const std::string& path, const char* what, const char* hint) {
  return {ErrorCode::io, fmt::format("{} cannot be {}: {}.", path, what, windows_error(::GetLastError())), hint};
}

}  // namespace

MmapFile::~MmapFile() {
  if (data_) ::UnmapViewOfFile(data_);
}

Result<MmapFile> MmapFile::open(const std::string& path) {
  const std::filesystem::path native = native_path(path);
  const DWORD attributes = ::GetFileAttributesW(native.c_str());
  if (attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) return no_regular_file(path);
  const DWORD everyone = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
  const Handle file(::CreateFileW(native.c_str(), GENERIC_READ, everyone, nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
  if (!file.get()) {
    const DWORD cause = ::GetLastError();
    if (cause == ERROR_FILE_NOT_FOUND || cause == ERROR_PATH_NOT_FOUND || cause == ERROR_INVALID_NAME) return no_file(path);
    return failed(path, "opened", "Check its permissions, and whether another program has it open.");
  }
  if (::GetFileType(file.get()) != FILE_TYPE_DISK) return no_regular_file(path);  // CON, a pipe
  LARGE_INTEGER size{};
  if (!::GetFileSizeEx(file.get(), &size)) return failed(path, "read", "");
  MmapFile mapped;
  if (size.QuadPart == 0) return mapped;
  const Handle mapping(::CreateFileMappingW(file.get(), nullptr, PAGE_READONLY, 0, 0, nullptr));
  const void* view = mapping.get() ? ::MapViewOfFile(mapping.get(), FILE_MAP_READ, 0, 0, 0) : nullptr;
  if (!view) return failed(path, "mapped", "");
  mapped.data_ = static_cast<const std::byte*>(view);  // the view outlives both handles
  mapped.size_ = static_cast<size_t>(size.QuadPart);
  return mapped;
}

void MmapFile::prefetch() const {
  WIN32_MEMORY_RANGE_ENTRY whole{const_cast<std::byte*>(data_), size_};
  if (data_) ::PrefetchVirtualMemory(::GetCurrentProcess(), 1, &whole, 0);
}

void give_back_pages(std::span<const std::byte> part) {
  // Unlocking pages that are not locked takes them out of the working set, as its documentation promises.
  if (!part.empty()) ::VirtualUnlock(const_cast<std::byte*>(part.data()), part.size());
}

}  // namespace engine
