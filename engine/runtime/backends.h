// From device names to backends.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/result.h"
#include "ops/backend.h"

namespace engine {

/// Where devices come from: one for each kind of backend.
struct DeviceProvider {
  /// Never fails; devices that cannot be used carry a reason.
  std::function<std::vector<DeviceInfo>()> list;
  /// `id` is one of the list. Errors: device, out_of_memory, unsupported.
  std::function<Result<std::unique_ptr<Backend>>(const std::string& id, int threads)> make;
  /// Bytes that a device takes for ops besides their operands, as private_bytes(); none: it takes none worth counting.
  std::function<uint64_t(const std::string& id, std::span<const Op> ops, const StepLimits& limits)> private_bytes = {};
};

/// Adds devices for as long as it lives; the built-in ones are always there. Thread-safe. For tests.
class ExtraDevices {
 public:
  explicit ExtraDevices(DeviceProvider provider);
  ~ExtraDevices();
  ExtraDevices(const ExtraDevices&) = delete;
  ExtraDevices& operator=(const ExtraDevices&) = delete;

 private:
  uint64_t id_;
};

/// The device that "auto" means, and why not the others (DeviceInfo::automatic is set in all):
/// 1. the discrete GPU with the most memory; one that comes earlier in the list wins unless a later one has a tenth more,
/// 2. an integrated GPU, only where the processor has no vector kernels: decoding is limited by the memory, which both share, and
///    vector kernels reach its speed,
/// 3. the processor.
/// Never chosen: unusable devices, failed self-tests, software rasterisers, the scalar reference.
std::string choose_automatic(std::span<DeviceInfo> devices);

/// "auto" becomes the best usable device of this machine, "cuda" becomes "cuda:0". `cache_dir` as in list_devices(). Errors:
/// not_found (unknown name), unsupported (known, but not usable here, with the reason).
Result<std::string> resolve_device(const std::string& name, const std::string& cache_dir = {});

/// Facts of a resolved device.
Result<DeviceInfo> device_info(const std::string& id);

/// `name` is a resolved one. `threads` 0: one for each physical core. `priority` is that of the processor's threads.
Result<std::unique_ptr<Backend>> make_backend(const std::string& name, int threads, Priority priority = Priority::usual);

/// Bytes that a resolved device will take for a program's ops besides the memory they point at, before anything is opened: the ops'
/// addresses only tell what is there and what is not.
uint64_t private_bytes(const std::string& name, std::span<const Op> ops, const StepLimits& limits);

/// Whether a device is part of the engine itself, so that it neither fails nor is tested: "cpu" and "reference".
bool is_own_device(const std::string& id);

/// Splits "a+b" at '+'.
std::vector<std::string> split_device_list(const std::string& list);

}  // namespace engine
