// The CUDA backend: NVIDIA GPUs from compute capability 7.5 on. Plans are recorded once per bucket of step sizes and started again as
// graphs for every step.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "engine/info.h"
#include "engine/result.h"
#include "ops/backend.h"

namespace engine {

/// Every NVIDIA GPU of this computer as "cuda:0", ...; unusable ones say why. One entry with the reason when there is none, or no
/// driver, or an old one.
std::vector<DeviceInfo> list_cuda_devices();

/// Opens device `index`. Errors: not_found, unsupported, device, out_of_memory.
Result<std::unique_ptr<Backend>> make_cuda_backend(int index);

/// Bytes that device `index` takes for these ops besides the memory that they point at, in steps within `limits`. The ops are those of a
/// program that is not made to run: its addresses only tell what is there and what is not.
uint64_t cuda_private_bytes(int index, std::span<const Op> ops, const StepLimits& limits);

}  // namespace engine
