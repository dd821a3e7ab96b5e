#include "runtime/backends.h"

#include <algorithm>

#include <fmt/format.h>

namespace engine {

Result<std::string> resolve_device(const std::string& name) {
  if (name.empty() || name == "auto") return std::string("cpu");
  if (name == "cpu" || name == "reference") return name;
  for (const DeviceInfo& device : list_devices())
    if (device.id == name || device.id == name + ":0")
      return Error{ErrorCode::unsupported, fmt::format("Device {} cannot be used: {}", name, device.reason), "Use --device cpu."};
  return Error{ErrorCode::not_found, fmt::format("There is no device named {}.", name), "Run `hearth-cli devices` for the list."};
}

Result<std::unique_ptr<Backend>> make_backend(const std::string& name, int threads) {
  if (name == "cpu") return make_cpu_backend(threads);
  if (name == "reference") return make_reference_backend();
  return Error{ErrorCode::not_found, fmt::format("There is no device named {}.", name), "Run `hearth-cli devices` for the list."};
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
