#include "cpu/cpu_features.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "core/log.h"

#if defined(HEARTH_X86)
#include <cpuid.h>
#endif

namespace engine::cpu {
namespace {

#if defined(HEARTH_X86)
/// Leaf 1, ECX; clang 14 has no name for it in __builtin_cpu_supports.
bool has_f16c() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}
#endif

bool has(Level level) {
#if defined(HEARTH_X86)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c();
  switch (level) {
    case Level::scalar:
      return true;
    case Level::avx2:
      return avx2;
    case Level::avx_vnni: {
      // Leaf 7, sub-leaf 1, EAX bit 4; GCC 12 has no name for it.
      unsigned a = 0, b = 0, c = 0, d = 0;
      return avx2 && __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & 16u) != 0;
    }
    case Level::avx512:
      return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512vnni");
  }
  return false;
#else
  return level == Level::scalar;
#endif
}

std::string without(std::string text, const std::string& word) {
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word)) text.erase(at, word.size());
  return text;
}

std::string squeeze(const std::string& text) {
  std::istringstream words(text);
  std::string out, word;
  while (words >> word) out += (out.empty() ? "" : " ") + word;
  return out;
}

}  // namespace

Level best_level() {
  Level best = Level::scalar;
  for (const Level level : {Level::avx2, Level::avx_vnni, Level::avx512})
    if (has(level)) best = level;
  const char* wanted = std::getenv("HEARTH_CPU");
  if (wanted == nullptr || *wanted == 0) return best;
  const std::string word = wanted;
  const std::pair<const char*, Level> words[] = {
      {"scalar", Level::scalar}, {"avx2", Level::avx2}, {"avxvnni", Level::avx_vnni}, {"avx512", Level::avx512}};
  for (const auto& [name, level] : words)
    if (word == name && has(level)) return level;
  log(LogLevel::warn, "HEARTH_CPU={} is not a level of this processor", word);
  return best;
}

std::string processor_name() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("model name", 0) != 0 || line.find(':') == std::string::npos) continue;
    std::string name = line.substr(line.find(':') + 1);
    name = name.substr(0, name.find('@'));
    for (const char* noise : {"(R)", "(TM)", "(r)", "(tm)", " CPU", " Processor"}) name = without(name, noise);
    name = squeeze(name);
    if (!name.empty()) return name;
  }
  return "CPU";
}

int physical_cores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return std::max(1, static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
  std::set<std::string> cores;
  int logical = 0;
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (!CPU_ISSET(i, &allowed)) continue;
    ++logical;
    std::ifstream in("/sys/devices/system/cpu/cpu" + std::to_string(i) + "/topology/thread_siblings_list");
    std::string siblings;
    if (std::getline(in, siblings)) cores.insert(siblings);
  }
  return std::max(1, cores.empty() ? logical : static_cast<int>(cores.size()));
}

Memory system_memory() {
  Memory memory;
  std::ifstream in("/proc/meminfo");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string key;
    uint64_t kib = 0;
    words >> key >> kib;
    if (key == "MemTotal:") memory.total = kib * 1024;
    if (key == "MemAvailable:") memory.available = kib * 1024;
  }
  return memory;
}

const Kernels* kernels(Level level) {
  if (!has(level)) return nullptr;
  switch (level) {
    case Level::scalar:
      return &scalar::table();
#if defined(HEARTH_X86)
    case Level::avx2:
      return &avx2::table();
    case Level::avx_vnni:
      return &avx_vnni::table();
    case Level::avx512:
      return &avx512::table();
#else
    default:
      break;
#endif
  }
  return nullptr;
}

}  // namespace engine::cpu
