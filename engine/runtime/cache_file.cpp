#include "runtime/cache_file.h"

#include <fmt/format.h>

#include <cstdint>
#include <fstream>

#include "core/paths.h"

namespace engine {

std::string cache_file_of(const std::string& cache_dir, const std::string& kind, const std::string& key) {
  uint64_t hash = 0xcbf29ce484222325ull;  // FNV-1a, 64 bits
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  return fmt::format("{}/{}/{:016x}.json", cache_dir, kind, hash);
}

bool write_cache_file(const std::string& path, const std::string& text) {
  const std::string next = path + ".new";
  bool whole = false;
  {
    std::ofstream file(native_path(next), std::ios::trunc);
    file << text << "\n";
    file.flush();
    whole = static_cast<bool>(file);
  }
  rename_over(next, path);
  return whole;
}

}  // namespace engine
