// What a physical device offers, and why it cannot be used.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "vulkan/device.h"

namespace engine::vulkan {
namespace {

bool has_extension(VkPhysicalDevice device, const char* name) {
  uint32_t n = 0;
  vkEnumerateDeviceExtensionProperties(device, nullptr, &n, nullptr);
  std::vector<VkExtensionProperties> all(n);
  vkEnumerateDeviceExtensionProperties(device, nullptr, &n, all.data());
  return std::any_of(all.begin(), all.end(), [name](const VkExtensionProperties& e) { return std::strcmp(e.extensionName, name) == 0; });
}

/// Memory of the largest device-local heap, and what other programs leave of it.
void read_memory(VkPhysicalDevice device, Capabilities& c) {
  VkPhysicalDeviceMemoryBudgetPropertiesEXT budget{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT, nullptr, {}, {}};
  VkPhysicalDeviceMemoryProperties2 memory{
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2, c.budget_extension ? &budget : nullptr, {}};
  vkGetPhysicalDeviceMemoryProperties2(device, &memory);
  const VkPhysicalDeviceMemoryProperties& m = memory.memoryProperties;
  for (uint32_t h = 0; h < m.memoryHeapCount; ++h) {
    if (!(m.memoryHeaps[h].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) || m.memoryHeaps[h].size <= c.memory_total) continue;
    c.memory_total = m.memoryHeaps[h].size;
    c.memory_free = c.budget_extension ? budget.heapBudget[h] - std::min(budget.heapBudget[h], budget.heapUsage[h]) : c.memory_total;
  }
  constexpr VkMemoryPropertyFlags kDirect =
      VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT | VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
  const bool shares = c.type == VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU || c.type == VK_PHYSICAL_DEVICE_TYPE_CPU;
  for (uint32_t t = 0; t < m.memoryTypeCount; ++t) c.unified |= shares && (m.memoryTypes[t].propertyFlags & kDirect) == kDirect;
}

/// Compute without graphics where there is one, so that the desktop stays smooth; copies on a family of their own.
bool choose_families(VkPhysicalDevice device, Capabilities& c) {
  uint32_t n = 0;
  vkGetPhysicalDeviceQueueFamilyProperties(device, &n, nullptr);
  std::vector<VkQueueFamilyProperties> families(n);
  vkGetPhysicalDeviceQueueFamilyProperties(device, &n, families.data());
  int compute = -1, pure = -1, copies = -1;
  for (uint32_t i = 0; i < n; ++i) {
    const VkQueueFlags flags = families[i].queueFlags;
    if (flags & VK_QUEUE_COMPUTE_BIT && compute < 0) compute = static_cast<int>(i);
    if (flags & VK_QUEUE_COMPUTE_BIT && !(flags & VK_QUEUE_GRAPHICS_BIT) && pure < 0) pure = static_cast<int>(i);
    if (flags & VK_QUEUE_TRANSFER_BIT && !(flags & (VK_QUEUE_COMPUTE_BIT | VK_QUEUE_GRAPHICS_BIT)) && copies < 0)
      copies = static_cast<int>(i);
  }
  if (compute < 0) return false;
  c.compute_family = static_cast<uint32_t>(pure >= 0 ? pure : compute);
  c.transfer_family = copies >= 0 ? static_cast<uint32_t>(copies) : c.compute_family;
  if (families[c.compute_family].timestampValidBits < 64) c.timestamp_period = 0;
  return true;
}

void read_features(VkPhysicalDevice device, Capabilities& c) {
  FeatureChain has;
  vkGetPhysicalDeviceFeatures2(device, &has.head);
  const std::pair<bool, const char*> needed[] = {{has.head.features.shaderInt64, "64-bit integers in shaders"},
                                                 {has.f11.storageBuffer16BitAccess, "16-bit storage"},
                                                 {has.f12.bufferDeviceAddress, "buffer device addresses"},
                                                 {has.f12.timelineSemaphore, "timeline semaphores"}};
  for (const auto& [there, what] : needed)
    if (!there && c.missing.empty()) c.missing = fmt::format("It has no {}.", what);
  c.features.fp16 = has.f12.shaderFloat16;
  c.features.int8_dot = has.f13.shaderIntegerDotProduct;
  c.sized_subgroups = has.f13.subgroupSizeControl && has.f13.computeFullSubgroups;
}

}  // namespace

FeatureChain::FeatureChain() {
  f13.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES;
  f12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
  f12.pNext = &f13;
  f11.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES;
  f11.pNext = &f12;
  head.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
  head.pNext = &f11;
}

FeatureChain::FeatureChain(const Capabilities& caps) : FeatureChain() {
  f13.maintenance4 = VK_TRUE;
  f13.subgroupSizeControl = f13.computeFullSubgroups = caps.sized_subgroups;
  f13.shaderIntegerDotProduct = caps.features.int8_dot;
  f12.bufferDeviceAddress = f12.timelineSemaphore = f12.hostQueryReset = VK_TRUE;
  f12.shaderFloat16 = caps.features.fp16;
  f11.storageBuffer16BitAccess = VK_TRUE;
  head.features.shaderInt64 = VK_TRUE;
}

Capabilities capabilities(VkPhysicalDevice device) {
  Capabilities c;
  VkPhysicalDeviceVulkan13Properties p13{};
  p13.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_PROPERTIES;
  VkPhysicalDeviceVulkan12Properties p12{};
  p12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES;
  p12.pNext = &p13;
  VkPhysicalDeviceVulkan11Properties p11{};
  p11.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES;
  p11.pNext = &p12;
  VkPhysicalDeviceProperties2 all{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, nullptr, {}};
  vkGetPhysicalDeviceProperties2(device, &all);
  const VkPhysicalDeviceProperties& p = all.properties;
  c.name = p.deviceName;
  c.type = p.deviceType;
  c.vendor = p.vendorID;
  c.product = p.deviceID;
  c.driver_version = p.driverVersion;
  if (p.apiVersion < VK_API_VERSION_1_3) {
    c.missing = fmt::format("Its driver offers Vulkan {}.{}, and 1.3 is needed. Update the graphics driver.",
                            VK_API_VERSION_MAJOR(p.apiVersion), VK_API_VERSION_MINOR(p.apiVersion));
    return c;
  }
  all.pNext = &p11;
  vkGetPhysicalDeviceProperties2(device, &all);
  c.driver = fmt::format("{} {}", p12.driverName, p12.driverInfo);
  c.max_allocation = p11.maxMemoryAllocationSize;
  c.min_subgroup = p13.minSubgroupSize;
  c.max_subgroup = p13.maxSubgroupSize;
  c.features.shared_bytes = p.limits.maxComputeSharedMemorySize;
  c.features.subgroup = p11.subgroupSize;
  c.int8_fast = p13.integerDotProduct4x8BitPackedSignedAccelerated;
  c.timestamp_period = p.limits.timestampPeriod;
  c.budget_extension = has_extension(device, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
  constexpr VkSubgroupFeatureFlags kSubgroup =
      VK_SUBGROUP_FEATURE_BASIC_BIT | VK_SUBGROUP_FEATURE_ARITHMETIC_BIT | VK_SUBGROUP_FEATURE_BALLOT_BIT;
  read_features(device, c);
  read_memory(device, c);
  if (!choose_families(device, c) && c.missing.empty()) c.missing = "It has no compute queue.";
  if ((p11.subgroupSupportedOperations & kSubgroup) != kSubgroup && c.missing.empty()) c.missing = "It has no subgroup arithmetic.";
  return c;
}

}  // namespace engine::vulkan
