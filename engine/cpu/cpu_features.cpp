#include "cpu/cpu_features.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "core/log.h"
#include "core/machine.h"

#if defined(HEARTH_X86)
#include <cpuid.h>
#endif

namespace engine::cpu {
namespace {

#if defined(HEARTH_X86)
// Asked of the processor itself: clang 14 and GCC 12 have no names for F16C and AVX-VNNI in __builtin_cpu_supports, and clang-cl needs a
// library for it that Visual Studio does not bring.
constexpr unsigned kFma = 1u << 12, kXsaveOn = 1u << 27, kF16c = 1u << 29;                             // leaf 1, ECX
constexpr unsigned kAvx2 = 1u << 5, kAvx512 = 1u << 16 | 1u << 30 | 1u << 31, kAvx512Vnni = 1u << 11;  // leaf 7, EBX (F, BW, VL) and ECX
constexpr unsigned kAvxVnni = 1u << 4;                                                                 // leaf 7.1, EAX
constexpr uint64_t kYmm = 0x6, kZmm = 0xe6;                                                            // what the system saves

/// The registers that the system saves when it switches threads.
uint64_t saved_registers() {
  unsigned low = 0, high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return static_cast<uint64_t>(high) << 32 | low;
}

bool has(Level level) {
  if (level == Level::scalar) return true;
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & kFma) == 0 || (c & kXsaveOn) == 0 || (c & kF16c) == 0) return false;
  const uint64_t saved = saved_registers();
  if ((saved & kYmm) != kYmm || __get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (b & kAvx2) == 0) return false;
  if (level == Level::avx512) return (saved & kZmm) == kZmm && (b & kAvx512) == kAvx512 && (c & kAvx512Vnni) != 0;
  if (level == Level::avx_vnni) return a >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & kAvxVnni) != 0;
  return true;
}
#else
bool has(Level level) {
  return level == Level::scalar;
}
#endif

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
  std::string name = processor_brand();
  name = name.substr(0, name.find('@'));
  for (const char* noise : {"(R)", "(TM)", "(r)", "(tm)", " CPU", " Processor"}) name = without(name, noise);
  name = squeeze(name);
  return name.empty() ? "CPU" : name;
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
