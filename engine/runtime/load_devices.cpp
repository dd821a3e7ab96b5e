#include "runtime/load_devices.h"

#include <algorithm>

#include "runtime/backends.h"

namespace engine {

uint64_t adapter_budget(const RuntimeOptions& options, uint64_t weights) {
  if (options.adapter_bytes >= 0) return static_cast<uint64_t>(options.adapter_bytes);
  return std::clamp<uint64_t>(weights / 8, kLeastAdapters, uint64_t{512} << 20);
}

Status set_budgets(std::span<const std::string> names, Budgets budgets, PlanRequest& request) {
  std::vector<DeviceInfo> infos;
  for (const std::string& name : names) {
    if (budgets == Budgets::unlimited) {
      request.devices.push_back({name, 0});
      continue;
    }
    Result<DeviceInfo> info = device_info(name);
    if (!info) return info.error();
    infos.push_back(std::move(*info));
  }
  if (infos.empty()) return {};
  // A device that shares the computer's memory has no more of it than is free.
  for (DeviceInfo& d : infos)
    if (d.shared_memory && infos.back().kind == DeviceKind::cpu) d.memory_free = std::min(d.memory_free, infos.back().memory_free);
  for (const DeviceInfo& d : infos) request.devices.push_back(budget_of(d));
  request.shared_memory = infos.size() > 1 && std::all_of(infos.begin(), infos.end(),
                                                          [](const DeviceInfo& d) { return d.shared_memory || d.kind == DeviceKind::cpu; });
  return {};
}

bool is_hybrid(const RuntimeOptions& options, const std::string& device) {
  if (device == "cpu" || options.gpu_layers == 0) return false;
  return !is_own_device(device) || options.gpu_layers > 0 || options.cpu_moe_layers > 0;
}

}  // namespace engine
