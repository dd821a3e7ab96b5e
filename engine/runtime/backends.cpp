#include "runtime/backends.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "runtime/device_check.h"
#include "runtime/providers.h"

namespace engine {
namespace {

std::mutex g_mutex;                          // guards the next two
std::map<uint64_t, DeviceProvider> g_extra;  // by registration
uint64_t g_next = 1;

std::vector<DeviceProvider> all_providers() {
  std::vector<DeviceProvider> providers = built_in_providers();
  const std::lock_guard lock(g_mutex);
  for (const auto& [id, provider] : g_extra) providers.push_back(provider);
  return providers;
}

std::vector<DeviceInfo> all_devices() {
  std::vector<DeviceInfo> devices;
  for (const DeviceProvider& provider : all_providers())
    for (DeviceInfo& device : provider.list()) devices.push_back(std::move(device));
  return devices;
}

Error no_such_device(const std::string& name) {
  return {ErrorCode::not_found, fmt::format("There is no device named {}.", name), "Run `hearth-cli devices` for the list."};
}

/// Why "auto" leaves a device alone whatever the others are; `other`: it need not.
NotAutomatic verdict(const DeviceInfo& device, bool slow_processor) {
  if (device.id == "reference") return NotAutomatic::for_checking;
  if (device.check == CheckState::failed) return NotAutomatic::failed_check;
  if (device.kind == DeviceKind::software) return NotAutomatic::software;
  if (device.kind == DeviceKind::integrated_gpu && !slow_processor) return NotAutomatic::integrated;
  return NotAutomatic::other;
}

int rank(DeviceKind kind) {
  return kind == DeviceKind::discrete_gpu ? 2 : kind == DeviceKind::integrated_gpu ? 1 : 0;
}

bool is_better(const DeviceInfo& device, const DeviceInfo& best) {
  if (rank(device.kind) != rank(best.kind)) return rank(device.kind) > rank(best.kind);
  return device.kind != DeviceKind::cpu && device.memory_total / 11 > best.memory_total / 10;
}

}  // namespace

ExtraDevices::ExtraDevices(DeviceProvider provider) {
  const std::lock_guard lock(g_mutex);
  id_ = g_next++;
  g_extra.emplace(id_, std::move(provider));
}

ExtraDevices::~ExtraDevices() {
  const std::lock_guard lock(g_mutex);
  g_extra.erase(id_);
}

std::string choose_automatic(std::span<DeviceInfo> devices) {
  const bool slow_processor = std::any_of(devices.begin(), devices.end(), [](const DeviceInfo& d) { return d.id == "cpu" && !d.vectors; });
  DeviceInfo* best = nullptr;
  for (DeviceInfo& device : devices) {
    device.automatic = verdict(device, slow_processor);
    if (!device.usable || device.automatic != NotAutomatic::other) continue;
    if (best == nullptr || is_better(device, *best)) best = &device;
  }
  if (best == nullptr) return "cpu";
  best->automatic = NotAutomatic::chosen;
  return best->id;
}

std::vector<DeviceInfo> list_devices(const std::string& cache_dir) {
  std::vector<DeviceInfo> devices = all_devices();
  for (DeviceInfo& device : devices) read_check(cache_dir, device);
  choose_automatic(devices);
  return devices;
}

Result<std::string> resolve_device(const std::string& name, const std::string& cache_dir) {
  if (is_own_device(name)) return name;
  std::vector<DeviceInfo> devices = list_devices(cache_dir);
  if (name.empty() || name == "auto") return choose_automatic(devices);
  for (const DeviceInfo& device : devices) {
    if (device.id != name && device.id != name + ":0") continue;
    if (device.usable) return device.id;
    return Error{ErrorCode::unsupported, fmt::format("Device {} cannot be used: {}", name, device.reason), "Use --device cpu."};
  }
  return no_such_device(name);
}

Result<DeviceInfo> device_info(const std::string& id) {
  for (const DeviceProvider& provider : all_providers())
    for (DeviceInfo& device : provider.list())
      if (device.id == id) return std::move(device);
  return no_such_device(id);
}

Result<std::unique_ptr<Backend>> make_backend(const std::string& name, int threads, Priority priority) {
  if (name == "cpu") return make_cpu_backend(threads, priority);
  if (name == "reference") return make_reference_backend();
  for (const DeviceProvider& provider : all_providers())
    for (const DeviceInfo& device : provider.list())
      if (device.id == name && device.usable) return provider.make(name, threads);
  return no_such_device(name);
}

uint64_t private_bytes(const std::string& name, std::span<const Op> ops, const StepLimits& limits) {
  if (is_own_device(name)) return 0;
  for (const DeviceProvider& provider : all_providers()) {
    if (!provider.private_bytes) continue;
    for (const DeviceInfo& device : provider.list())
      if (device.id == name) return provider.private_bytes(name, ops, limits);
  }
  return 0;
}

bool is_own_device(const std::string& id) {
  return id == "cpu" || id == "reference";
}

std::vector<std::string> split_device_list(const std::string& list) {
  std::vector<std::string> names;
  size_t begin = 0;
  while (begin <= list.size() && !list.empty()) {
    const size_t end = std::min(list.find('+', begin), list.size());
    names.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

}  // namespace engine
