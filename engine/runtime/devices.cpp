// The devices this build can use, and why it cannot use the others.
#include <fmt/format.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "engine/info.h"

namespace engine {
namespace {

struct Memory {
  uint64_t total = 0, available = 0;  // bytes
};

/// Zeros where the system does not tell.
Memory system_memory() {
  Memory memory;
  std::ifstream in("/proc/meminfo");
  std::string key, unit;
  for (uint64_t kib = 0; in >> key >> kib; std::getline(in, unit)) {
    if (key == "MemTotal:") memory.total = kib * 1024;
    if (key == "MemAvailable:") memory.available = kib * 1024;
  }
  return memory;
}

std::string cpu_name() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    const size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "CPU";
}

const char* vector_units() {
#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? "AVX2" : "no AVX2";
#else
  return "portable kernels";
#endif
}

}  // namespace

std::vector<DeviceInfo> list_devices() {
  const Memory memory = system_memory();
  const unsigned threads = std::thread::hardware_concurrency();
  DeviceInfo cpu{"cpu",        fmt::format("{}, {} thread{}, {}", cpu_name(), threads, threads == 1 ? "" : "s", vector_units()),
                 memory.total, memory.available,
                 true,         ""};
  DeviceInfo reference{"reference", "Reference (one thread, plain C++, slow)", memory.total, memory.available, true, ""};
  DeviceInfo cuda{"cuda:0", "NVIDIA GPU (CUDA)", 0, 0, false, "This build has no CUDA backend."};
  DeviceInfo vulkan{"vulkan:0", "GPU (Vulkan)", 0, 0, false, "This build has no Vulkan backend."};
  return {std::move(cpu), std::move(reference), std::move(cuda), std::move(vulkan)};
}

}  // namespace engine
