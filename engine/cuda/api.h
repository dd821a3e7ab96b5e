// What the results of the CUDA runtime mean, to later calls and to people.
#pragma once

#include <cuda_runtime.h>

#include <string>

#include "engine/result.h"

namespace engine::cuda {

/// A failure stays with this call: later ones do not see it, except where the device is lost.
cudaError_t done(cudaError_t result);

/// cudaErrorIllegalAddress etc. as an error for people. `what`: "reserving memory", "running a step", ...
Error cuda_error(cudaError_t result, const std::string& what);

/// Why this computer has no CUDA device, with the next step; `result` is what counting them gave.
std::string absence(cudaError_t result);

/// A version as the runtime counts it, 13020, as "13.2".
std::string version_text(int version);

}  // namespace engine::cuda
