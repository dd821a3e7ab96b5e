#include "cuda/bandwidth.h"

#include <algorithm>
#include <chrono>

#include "cuda/memory.h"

namespace engine::cuda {
namespace {

constexpr size_t kLeastBytes = size_t{256} << 20;
constexpr int kCopies = 8, kRuns = 3;

double best_of_runs(Device& device, std::byte* to, const std::byte* from, size_t bytes) {
  double best = 0;
  for (int run = 0; run <= kRuns; ++run) {  // the first warms up
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kCopies; ++i)
      if (cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, device.compute()) != cudaSuccess) return 0;
    if (cudaStreamSynchronize(device.compute()) != cudaSuccess) return 0;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (run > 0) best = std::max(best, 2.0 * static_cast<double>(bytes) * kCopies / std::max(seconds, 1e-9));
  }
  return best;
}

}  // namespace

double measure_bandwidth(Device& device) {
  const size_t bytes = std::max(kLeastBytes, 8 * device.caps().cache_bytes);  // little of it stays in the cache
  const Result<Span> from = device.memory().allocate(bytes);
  if (!from) return 0;
  const Result<Span> to = device.memory().allocate(bytes);
  device.enter();
  const double result = to ? best_of_runs(device, to->data, from->data, bytes) : 0;
  device.memory().free(*from);
  if (to) device.memory().free(*to);
  return result;
}

}  // namespace engine::cuda
