#include <cstdlib>

#include "core/paths.h"

namespace engine {

// File names are bytes here, valid UTF-8 or not.
std::filesystem::path native_path(std::string_view utf8) {
  return {utf8};
}

std::string utf8_text(const std::filesystem::path& path) {
  return path.string();
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::filesystem::path program_file() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored);
}

std::string cache_folder_of(const std::string& program) {
  if (const std::string cache = environment("XDG_CACHE_HOME"); !cache.empty()) return cache + "/" + program;
  if (const std::string home = environment("HOME"); !home.empty()) return home + "/.cache/" + program;
  return "";
}

std::error_code rename_over(const std::string& from, const std::string& to) {
  std::error_code error;
  std::filesystem::rename(from, to, error);
  return error;
}

}  // namespace engine
