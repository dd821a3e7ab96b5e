#define VOLK_IMPLEMENTATION
#include "vulkan/api.h"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>

#include "core/log.h"

namespace engine::vulkan {
namespace {

std::atomic<uint64_t> messages{0};

VKAPI_ATTR VkBool32 VKAPI_CALL on_message(VkDebugUtilsMessageSeverityFlagBitsEXT, VkDebugUtilsMessageTypeFlagsEXT,
                                          const VkDebugUtilsMessengerCallbackDataEXT* data, void*) {
  ++messages;
  log(LogLevel::error, "Vulkan validation: {}", data->pMessage);
  return VK_FALSE;
}

/// On in debug builds and where HEARTH_VULKAN_VALIDATION asks for it.
bool wants_validation() {
  const char* wish = std::getenv("HEARTH_VULKAN_VALIDATION");
#ifdef NDEBUG
  return wish && std::strcmp(wish, "0") != 0;
#else
  return !wish || std::strcmp(wish, "0") != 0;
#endif
}

bool has_layer(const char* name) {
  uint32_t n = 0;
  vkEnumerateInstanceLayerProperties(&n, nullptr);
  std::vector<VkLayerProperties> layers(n);
  vkEnumerateInstanceLayerProperties(&n, layers.data());
  for (const VkLayerProperties& l : layers)
    if (std::strcmp(l.layerName, name) == 0) return true;
  return false;
}

VkResult create_instance(Instance& out) {
  static constexpr const char* kLayer = "VK_LAYER_KHRONOS_validation";
  static constexpr const char* kDebug = VK_EXT_DEBUG_UTILS_EXTENSION_NAME;
  VkApplicationInfo app{VK_STRUCTURE_TYPE_APPLICATION_INFO, nullptr, "hearth", 1, "hearth", 1, VK_API_VERSION_1_3};
  VkInstanceCreateInfo info{VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO, nullptr, 0, &app, 0, nullptr, 0, nullptr};
  VkDebugUtilsMessengerCreateInfoEXT messenger{
      VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT, nullptr, 0, 0, 0, on_message, nullptr};
  messenger.messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
  messenger.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT;
  out.validated = wants_validation() && has_layer(kLayer);
  if (wants_validation() && !out.validated) log(LogLevel::warn, "the Vulkan validation layer is wanted but not installed");
  if (out.validated) {
    info.enabledLayerCount = 1;
    info.ppEnabledLayerNames = &kLayer;
    info.enabledExtensionCount = 1;
    info.ppEnabledExtensionNames = &kDebug;
    info.pNext = &messenger;
  }
  if (const VkResult result = call(CallSite::instance, vkCreateInstance, &info, nullptr, &out.handle); result != VK_SUCCESS) return result;
  volkLoadInstanceOnly(out.handle);
  VkDebugUtilsMessengerEXT kept = VK_NULL_HANDLE;
  if (out.validated) vkCreateDebugUtilsMessengerEXT(out.handle, &messenger, nullptr, &kept);
  uint32_t n = 0;
  if (const VkResult result = call(CallSite::instance, vkEnumeratePhysicalDevices, out.handle, &n, nullptr); result != VK_SUCCESS)
    return result;
  out.devices.resize(n);
  return call(CallSite::instance, vkEnumeratePhysicalDevices, out.handle, &n, out.devices.data());
}

Instance make_instance() {
  Instance out;
  if (volkInitialize() != VK_SUCCESS) {
    out.problem = "There is no Vulkan loader (libvulkan.so.1) on this computer.";
    return out;
  }
  if (volkGetInstanceVersion() < VK_API_VERSION_1_2) {
    out.problem = "The Vulkan loader of this computer is older than 1.2.";
    return out;
  }
  if (const VkResult result = create_instance(out); result != VK_SUCCESS) {
    out.devices.clear();
    out.problem = fmt::format("Vulkan could not be started ({}).", result_name(result));
  } else if (out.devices.empty()) {
    out.problem = "No Vulkan driver was found.";
  }
  return out;
}

}  // namespace

Faults& faults() {
  static Faults f;
  return f;
}

VkResult injected(CallSite site) {
  Faults& f = faults();
  ++f.calls[static_cast<int>(site)];
  if (f.site.load(std::memory_order_relaxed) != static_cast<int>(site)) return VK_SUCCESS;
  if (f.skip.fetch_sub(1) > 0) return VK_SUCCESS;
  ++f.hits;
  return static_cast<VkResult>(f.result.load());
}

const char* result_name(VkResult result) {
  switch (result) {
    case VK_ERROR_OUT_OF_HOST_MEMORY:
      return "VK_ERROR_OUT_OF_HOST_MEMORY";
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
      return "VK_ERROR_OUT_OF_DEVICE_MEMORY";
    case VK_ERROR_INITIALIZATION_FAILED:
      return "VK_ERROR_INITIALIZATION_FAILED";
    case VK_ERROR_DEVICE_LOST:
      return "VK_ERROR_DEVICE_LOST";
    case VK_ERROR_MEMORY_MAP_FAILED:
      return "VK_ERROR_MEMORY_MAP_FAILED";
    case VK_ERROR_LAYER_NOT_PRESENT:
      return "VK_ERROR_LAYER_NOT_PRESENT";
    case VK_ERROR_EXTENSION_NOT_PRESENT:
      return "VK_ERROR_EXTENSION_NOT_PRESENT";
    case VK_ERROR_FEATURE_NOT_PRESENT:
      return "VK_ERROR_FEATURE_NOT_PRESENT";
    case VK_ERROR_INCOMPATIBLE_DRIVER:
      return "VK_ERROR_INCOMPATIBLE_DRIVER";
    case VK_ERROR_TOO_MANY_OBJECTS:
      return "VK_ERROR_TOO_MANY_OBJECTS";
    case VK_TIMEOUT:
      return "VK_TIMEOUT";
    default:
      return "an unknown Vulkan error";
  }
}

Error vulkan_error(VkResult result, const std::string& what) {
  if (result == VK_ERROR_OUT_OF_DEVICE_MEMORY || result == VK_ERROR_OUT_OF_HOST_MEMORY || result == VK_ERROR_TOO_MANY_OBJECTS)
    return {ErrorCode::out_of_memory, fmt::format("The GPU has no memory left for {} ({}).", what, result_name(result)),
            "Use a smaller context, put fewer layers on the GPU, or use the CPU."};
  if (result == VK_ERROR_DEVICE_LOST)
    return {ErrorCode::device, fmt::format("The GPU stopped while {} ({}).", what, result_name(result)),
            "Load the model on the CPU, or update the graphics driver."};
  return {ErrorCode::device, fmt::format("The graphics driver failed while {} ({}).", what, result_name(result)),
          "Load the model on the CPU, or update the graphics driver."};
}

const Instance& instance() {
  static const Instance one = make_instance();
  return one;
}

uint64_t validation_messages() {
  return messages;
}

}  // namespace engine::vulkan
