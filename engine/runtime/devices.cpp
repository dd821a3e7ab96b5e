// The devices this build can use, and why it cannot use the others.
#include <vector>

#include "engine/info.h"
#include "ops/backend.h"

namespace engine {

std::vector<DeviceInfo> list_devices() {
  DeviceInfo cpu = make_cpu_backend(0)->info();
  DeviceInfo reference = make_reference_backend()->info();
  DeviceInfo cuda{"cuda:0", "NVIDIA GPU (CUDA)", 0, 0, false, "This build has no CUDA backend."};
  DeviceInfo vulkan{"vulkan:0", "GPU (Vulkan)", 0, 0, false, "This build has no Vulkan backend."};
  return {std::move(cpu), std::move(reference), std::move(cuda), std::move(vulkan)};
}

}  // namespace engine
