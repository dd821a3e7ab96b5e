#include "cuda/device.h"

#include <fmt/format.h>

#include <map>

#include "cuda/memory.h"
#include "cuda/transfer.h"

namespace engine::cuda {
namespace {

std::mutex open_mutex;  // guards open_devices
std::map<int, std::weak_ptr<Device>>& open_devices() {
  static std::map<int, std::weak_ptr<Device>> devices;
  return devices;
}

}  // namespace

Result<int> count_devices() {
  int n = 0;
  const cudaError_t result = done(cudaGetDeviceCount(&n));
  if (result == cudaSuccess && n > 0) return n;
  return Error{ErrorCode::not_found, absence(result), "Use --device cpu."};
}

Capabilities capabilities(int index) {
  Capabilities c;
  cudaDeviceProp p{};
  if (const cudaError_t r = done(cudaGetDeviceProperties(&p, index)); r != cudaSuccess) {
    c.name = "NVIDIA GPU";
    c.missing = fmt::format("It cannot be asked what it is ({}).", cudaGetErrorName(r));
    return c;
  }
  c.name = p.name;
  c.memory_total = p.totalGlobalMem;
  c.cache_bytes = static_cast<size_t>(p.l2CacheSize);
  c.integrated = p.integrated != 0;
  c.features.compute = p.major * 10 + p.minor;
  c.features.processors = p.multiProcessorCount;
  c.features.shared_bytes = p.sharedMemPerBlockOptin;
  c.features.memory_bytes = p.totalGlobalMem;
  if (c.features.compute < kLeastCompute) {
    c.missing = fmt::format("Its compute capability is {}.{}, and 7.5 is needed (GeForce RTX 20 or newer). Use it through Vulkan.", p.major,
                            p.minor);
    return c;
  }
  size_t free = 0, total = 0;
  cudaSetDevice(index);
  if (const cudaError_t r = done(cudaMemGetInfo(&free, &total)); r != cudaSuccess)
    c.missing = fmt::format("It cannot be opened ({}). Another program may use it alone.", cudaGetErrorName(r));
  c.memory_free = free;
  return c;
}

Result<std::shared_ptr<Device>> Device::open(int index) {
  const Result<int> n = count_devices();
  if (!n) return n.error();
  if (index < 0 || index >= *n)
    return Error{ErrorCode::not_found, fmt::format("There is no CUDA device {}.", index), "Run `hearth-cli devices` for the list."};
  {
    const std::lock_guard lock(open_mutex);
    if (std::shared_ptr<Device> known = open_devices()[index].lock(); known && known->health()) return known;
  }
  Capabilities caps = capabilities(index);
  if (!caps.missing.empty())
    return Error{ErrorCode::unsupported, fmt::format("{} cannot be used: {}", caps.name, caps.missing), "Use --device cpu."};
  const std::shared_ptr<Device> device(new Device(index, std::move(caps)));
  if (Status s = device->create(); !s) return s.error();
  const std::lock_guard lock(open_mutex);
  open_devices()[index] = device;
  return device;
}

Device::Device(int index, Capabilities caps)
    : index_(index),
      caps_(std::move(caps)),
      memory_(std::make_unique<Memory>(*this)),
      transfer_(std::make_unique<Transfer>(*this, copies_)),
      side_transfer_(std::make_unique<Transfer>(*this, side_copies_)) {}

Status Device::create() {
  enter();
  for (cudaStream_t* stream : {&compute_, &copies_, &side_copies_})
    if (const cudaError_t r = done(cudaStreamCreateWithFlags(stream, cudaStreamNonBlocking)); r != cudaSuccess)
      return cuda_error(r, "opening the device");
  return {};
}

Device::~Device() {
  enter();
  idle();
  side_transfer_.reset();
  transfer_.reset();
  memory_.reset();
  for (cudaStream_t stream : {compute_, copies_, side_copies_})
    if (stream) cudaStreamDestroy(stream);
}

Status Device::wait(cudaStream_t stream, const std::string& what) {
  const cudaError_t r = done(cudaStreamSynchronize(stream));
  return r == cudaSuccess ? Status() : Status(fail(r, what));
}

void Device::idle() const {
  for (cudaStream_t stream : {compute_, copies_, side_copies_})
    if (stream) cudaStreamSynchronize(stream);
}

Error Device::fail(cudaError_t result, const std::string& what) {
  return keep(cuda_error(result, what));
}

Error Device::keep(Error error) {
  const std::lock_guard lock(failing_);
  if (failure_) failure_ = error;
  return error;
}

Status Device::health() const {
  const std::lock_guard lock(failing_);
  return failure_;
}

}  // namespace engine::cuda
