#include "runtime/providers.h"

#include <charconv>
#include <string>

#if HEARTH_HAS_CUDA
#include "cuda/backend_cuda.h"
#endif
#if HEARTH_HAS_VULKAN
#include "vulkan/backend_vulkan.h"
#endif

namespace engine {
namespace {

DeviceProvider own(std::function<std::unique_ptr<Backend>(int threads)> make) {
  return {[make] { return std::vector<DeviceInfo>{make(0)->info()}; },
          [make](const std::string&, int threads) -> Result<std::unique_ptr<Backend>> { return make(threads); }};
}

std::unique_ptr<Backend> make_reference(int) {
  return make_reference_backend();
}

/// A device that this build has no backend for.
[[maybe_unused]] DeviceProvider missing(const char* id, const char* name, const char* reason) {
  DeviceInfo info{id, name, 0, 0, false, reason};
  info.kind = DeviceKind::discrete_gpu;
  return {[info] { return std::vector<DeviceInfo>{info}; },
          [reason](const std::string&, int) -> Result<std::unique_ptr<Backend>> {
            return Error{ErrorCode::unsupported, reason, "Use --device cpu."};
          }};
}

[[maybe_unused]] int index_of(const std::string& id) {
  int index = 0;
  if (const size_t colon = id.find(':'); colon != std::string::npos) std::from_chars(id.data() + colon + 1, id.data() + id.size(), index);
  return index;
}

/// Devices named "vulkan:0", ... of one backend.
[[maybe_unused]] DeviceProvider numbered(std::vector<DeviceInfo> (*list)(), Result<std::unique_ptr<Backend>> (*make)(int index)) {
  return {list, [make](const std::string& id, int) { return make(index_of(id)); }};
}

DeviceProvider cuda() {
#if HEARTH_HAS_CUDA
  DeviceProvider provider = numbered(list_cuda_devices, make_cuda_backend);
  provider.private_bytes = [](const std::string& id, std::span<const Op> ops, const StepLimits& limits) {
    return cuda_private_bytes(index_of(id), ops, limits);
  };
  return provider;
#else
  return missing("cuda:0", "NVIDIA GPU (CUDA)", "This build has no CUDA backend.");
#endif
}

DeviceProvider vulkan() {
#if HEARTH_HAS_VULKAN
  return numbered(list_vulkan_devices, make_vulkan_backend);
#else
  return missing("vulkan:0", "GPU (Vulkan)", "This build has no Vulkan backend.");
#endif
}

}  // namespace

void set_program_cache([[maybe_unused]] const std::string& cache_dir) {
#if HEARTH_HAS_VULKAN
  set_vulkan_cache_folder(cache_dir);
#endif
}

/// CUDA before Vulkan: of two devices that are the same GPU the first is used.
std::vector<DeviceProvider> built_in_providers() {
  return {own([](int threads) { return make_cpu_backend(threads); }), own(make_reference), cuda(), vulkan()};
}

}  // namespace engine
