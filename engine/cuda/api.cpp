#include "cuda/api.h"

#include <fmt/format.h>

namespace engine::cuda {
namespace {

/// The first driver for Linux and Windows that runs programs of CUDA `version`.
const char* needed_driver(int version) {
  return version >= 13000 ? "580" : "525";
}

std::string old_driver(int driver, int runtime) {
  return fmt::format("The NVIDIA driver is made for CUDA {}, and {} is needed. Install driver {} or newer.", version_text(driver),
                     version_text(runtime / 1000 * 1000), needed_driver(runtime));
}

}  // namespace

cudaError_t done(cudaError_t result) {
  if (result != cudaSuccess) cudaGetLastError();
  return result;
}

std::string version_text(int version) {
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

std::string absence(cudaError_t result) {
  int driver = 0, runtime = 0;
  if (cudaDriverGetVersion(&driver) != cudaSuccess) driver = 0;
  if (cudaRuntimeGetVersion(&runtime) != cudaSuccess) runtime = 0;
  if (driver == 0) return fmt::format("No NVIDIA driver was found. For an NVIDIA GPU install driver {} or newer.", needed_driver(runtime));
  if (result == cudaErrorInsufficientDriver) return old_driver(driver, runtime);
  if (result == cudaSuccess || result == cudaErrorNoDevice) return "The NVIDIA driver finds no GPU.";
  return fmt::format("CUDA could not be started ({}). Restart the computer, or install the NVIDIA driver anew.", cudaGetErrorName(result));
}

Error cuda_error(cudaError_t result, const std::string& what) {
  const char* name = cudaGetErrorName(result);
  if (result == cudaErrorMemoryAllocation)
    return {ErrorCode::out_of_memory, fmt::format("The GPU has no memory left for {} ({}).", what, name),
            "Use a smaller context, put fewer layers on the GPU, or use the CPU."};
  if (result == cudaErrorNoKernelImageForDevice || result == cudaErrorUnsupportedPtxVersion)
    return {ErrorCode::device, fmt::format("The NVIDIA driver has no programs for this GPU while {} ({}).", what, name),
            fmt::format("Install NVIDIA driver {} or newer, or use the CPU.", needed_driver(CUDART_VERSION))};
  return {ErrorCode::device, fmt::format("The GPU failed while {} ({}: {}).", what, name, cudaGetErrorString(result)),
          "Start the program again, load the model on the CPU, or update the NVIDIA driver."};
}

}  // namespace engine::cuda
