#include <windows.h>

#include "core/paths.h"
#include "core/windows_text.h"

namespace engine {
namespace {

// MAX_PATH is 260 with the final zero; folders must leave room for a name of 12 characters.
constexpr size_t kOldLimit = 247;
constexpr std::wstring_view kLong = LR"(\\?\)", kLongShare = LR"(\\?\UNC\)";

/// The absolute path with single backslashes and no dots in it, as the prefix \\?\ demands it.
std::wstring absolute(const std::wstring& path) {
  const DWORD size = ::GetFullPathNameW(path.c_str(), 0, nullptr, nullptr);
  std::wstring full(size, L'\0');
  const DWORD length = ::GetFullPathNameW(path.c_str(), size, full.data(), nullptr);
  if (length == 0 || length >= size) return path;
  full.resize(length);
  return full;
}

}  // namespace

std::filesystem::path native_path(std::string_view utf8) {
  std::wstring path = wide(utf8);
  if (path.empty() || path.starts_with(LR"(\\?\)") || path.starts_with(LR"(\\.\)")) return path;
  // A short relative path may still name something far down.
  const std::wstring full = absolute(path);
  if (full.size() < kOldLimit) return path;
  if (full.starts_with(LR"(\\)")) return std::wstring(kLongShare) + full.substr(2);
  return std::wstring(kLong) + full;
}

std::string utf8_text(const std::filesystem::path& path) {
  std::wstring_view text = path.native();
  if (text.starts_with(kLongShare)) return narrow(LR"(\\)" + std::wstring(text.substr(kLongShare.size())));
  if (text.starts_with(kLong)) text.remove_prefix(kLong.size());
  return narrow(text);
}

std::string environment(const char* name) {
  const std::wstring key = wide(name);
  const DWORD size = ::GetEnvironmentVariableW(key.c_str(), nullptr, 0);
  std::wstring value(size, L'\0');
  const DWORD length = ::GetEnvironmentVariableW(key.c_str(), value.data(), size);
  value.resize(length < size ? length : 0);
  return narrow(value);
}

std::filesystem::path program_file() {
  std::wstring path(32768, L'\0');  // the longest there can be
  path.resize(::GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
  return path;
}

std::string cache_folder_of(const std::string& program) {
  const std::string local = environment("LOCALAPPDATA");  // not APPDATA, which roams
  return local.empty() ? "" : local + "\\" + program + "\\data\\cache";
}

std::error_code rename_over(const std::string& from, const std::string& to) {
  const bool done = ::MoveFileExW(native_path(from).c_str(), native_path(to).c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH);
  return done ? std::error_code() : std::error_code(static_cast<int>(::GetLastError()), std::system_category());
}

}  // namespace engine
