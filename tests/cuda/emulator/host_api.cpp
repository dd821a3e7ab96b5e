#include "host_api.h"

#include <sys/mman.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>

#include "emulated_device.h"

struct CUstream_st {};
struct CUevent_st {
  std::chrono::steady_clock::time_point at;
  bool recorded = false;
};

namespace hearth_emulator {
namespace {

constexpr size_t kPage = 4096, kGranule = 256;

struct Mapping {
  void* base;
  size_t mapped, bytes;
};

struct State {
  std::mutex mutex;
  std::map<const std::byte*, Mapping> allocations;  // by device address
  size_t bytes = 0;
  std::string failing;  // calls of this name
  int skip = 0, failed = 0;
  cudaError_t error = cudaSuccess;
};

State& state() {
  static State* const made = new State;  // outlives every backend
  return *made;
}
thread_local cudaError_t last_error = cudaSuccess;

cudaError_t remember(cudaError_t error) {
  if (error != cudaSuccess) last_error = error;
  return error;
}

/// Whether `bytes` from `p` lie within one allocation.
bool on_device(const void* p, size_t bytes) {
  State& s = state();
  const std::lock_guard lock(s.mutex);
  const auto* address = static_cast<const std::byte*>(p);
  auto it = s.allocations.upper_bound(address);
  if (it == s.allocations.begin()) return false;
  --it;
  return address >= it->first && address + bytes <= it->first + it->second.bytes;
}

[[noreturn]] void misuse(const char* what) {
  std::fprintf(stderr, "CUDA emulator: %s\n", what);
  std::abort();
}

/// The end of an allocation is the end of its last page, but for what rounding up to 256 bytes adds.
cudaError_t allocate(void** p, size_t bytes) {
  *p = nullptr;
  if (bytes == 0) return cudaSuccess;
  State& s = state();
  const std::lock_guard lock(s.mutex);
  const size_t rounded = (bytes + kGranule - 1) / kGranule * kGranule, pages = (rounded + kPage - 1) / kPage * kPage;
  if (s.bytes + rounded > properties().memory_bytes) return cudaErrorMemoryAllocation;
  void* base = mmap(nullptr, pages + 2 * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) return cudaErrorMemoryAllocation;
  std::byte* begin = static_cast<std::byte*>(base) + kPage;
  if (mprotect(begin, pages, PROT_READ | PROT_WRITE) != 0) misuse("mprotect");
  std::memset(begin, 0xff, pages);
  std::byte* address = begin + pages - rounded;
  s.allocations[address] = {base, pages + 2 * kPage, bytes};
  s.bytes += rounded;
  *p = address;
  return cudaSuccess;
}

cudaError_t release(void* p) {
  if (!p) return cudaSuccess;
  State& s = state();
  const std::lock_guard lock(s.mutex);
  const auto it = s.allocations.find(static_cast<std::byte*>(p));
  if (it == s.allocations.end()) misuse("cudaFree of an address that cudaMalloc has not given");
  for (size_t i = it->second.bytes; i % kGranule; ++i)
    if (it->first[i] != std::byte{0xff}) misuse("memory behind an allocation was written");
  s.bytes -= (it->second.bytes + kGranule - 1) / kGranule * kGranule;
  munmap(it->second.base, it->second.mapped);
  s.allocations.erase(it);
  return cudaSuccess;
}

/// A card of that compute capability, times ten: what its blocks may have of shared memory.
Properties device_of(int compute) {
  Properties p;
  p.major = compute / 10, p.minor = compute % 10;
  p.shared_bytes = size_t{compute == 75 ? 64u : compute == 80 ? 163u : compute == 90 || compute == 100 ? 227u : 99u} << 10;
  return p;
}

void check_sides(const void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
  const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  if (kind == cudaMemcpyDefault || bytes == 0) return;
  if (on_device(to, bytes) != to_device) misuse("a copy goes beyond an allocation or to the wrong side");
  if (on_device(from, bytes) != from_device) misuse("a copy comes from beyond an allocation or from the wrong side");
}

}  // namespace

Properties& properties() {
  static Properties made = [] {
    const char* text = std::getenv("HEARTH_CUDA_EMULATOR_DEVICE");
    return text ? device_of(std::atoi(text)) : Properties();
  }();
  return made;
}

void fail_calls(const char* function, int skip, cudaError_t error) {
  State& s = state();
  const std::lock_guard lock(s.mutex);
  s.failing = function, s.skip = skip, s.error = error, s.failed = 0;
}

int failed_calls() {
  State& s = state();
  const std::lock_guard lock(s.mutex);
  return s.failed;
}

cudaError_t call(const char* function) {
  State& s = state();
  const std::lock_guard lock(s.mutex);
  if (s.failing != function || s.skip-- > 0) return cudaSuccess;
  s.skip = 0;
  ++s.failed;
  return remember(s.error);
}

size_t device_bytes() {
  State& s = state();
  const std::lock_guard lock(s.mutex);
  return s.bytes;
}

std::vector<std::span<std::byte>> device_memory() {
  State& s = state();
  const std::lock_guard lock(s.mutex);
  std::vector<std::span<std::byte>> memory;
  for (const auto& [address, mapping] : s.allocations) memory.emplace_back(const_cast<std::byte*>(address), mapping.bytes);
  return memory;
}

}  // namespace hearth_emulator

using namespace hearth_emulator;

#define HEARTH_CALL() \
  if (const cudaError_t error = call(__func__); error != cudaSuccess) return error

// ---- Device

cudaError_t cudaGetDeviceCount(int* count) {
  HEARTH_CALL();
  *count = properties().devices;
  return *count ? cudaSuccess : remember(cudaErrorNoDevice);
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* p, int device) {
  HEARTH_CALL();
  if (device < 0 || device >= properties().devices) return remember(cudaErrorInvalidDevice);
  *p = {};
  std::snprintf(p->name, sizeof p->name, "Emulated CUDA device");
  p->uuid.bytes[0] = static_cast<char>(device + 1);
  p->totalGlobalMem = properties().memory_bytes;
  p->sharedMemPerBlock = 48 << 10;
  p->sharedMemPerBlockOptin = properties().shared_bytes;
  p->sharedMemPerMultiprocessor = properties().shared_bytes + 1024;
  p->regsPerBlock = 65536, p->warpSize = 32, p->maxThreadsPerBlock = 1024;
  p->major = properties().major, p->minor = properties().minor, p->multiProcessorCount = properties().processors;
  p->canMapHostMemory = 1, p->unifiedAddressing = 1, p->asyncEngineCount = 1;
  p->memoryBusWidth = 64, p->l2CacheSize = 4 << 20, p->pciBusID = 1 + device;
  return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
  HEARTH_CALL();
  if (device < 0 || device >= properties().devices) return remember(cudaErrorInvalidDevice);
  switch (attribute) {
    case cudaDevAttrMaxSharedMemoryPerBlock:
      *value = 48 << 10;
      break;
    case cudaDevAttrClockRate:
      *value = 1000000;
      break;
    case cudaDevAttrMultiProcessorCount:
      *value = properties().processors;
      break;
    case cudaDevAttrIntegrated:
      *value = 0;
      break;
    case cudaDevAttrMemoryClockRate:
      *value = 1000000;
      break;
    case cudaDevAttrGlobalMemoryBusWidth:
      *value = 64;
      break;
    case cudaDevAttrL2CacheSize:
      *value = 4 << 20;
      break;
    case cudaDevAttrComputeCapabilityMajor:
      *value = properties().major;
      break;
    case cudaDevAttrComputeCapabilityMinor:
      *value = properties().minor;
      break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
      *value = static_cast<int>(properties().shared_bytes);
      break;
    default:
      return remember(cudaErrorInvalidValue);
  }
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
  HEARTH_CALL();
  return device >= 0 && device < properties().devices ? cudaSuccess : remember(cudaErrorInvalidDevice);
}
cudaError_t cudaGetDevice(int* device) {
  HEARTH_CALL();
  *device = 0;
  return cudaSuccess;
}
cudaError_t cudaSetDeviceFlags(unsigned) {
  HEARTH_CALL();
  return cudaSuccess;
}
cudaError_t cudaDeviceSynchronize() {
  HEARTH_CALL();
  return cudaSuccess;
}
cudaError_t cudaDeviceReset() {
  HEARTH_CALL();
  return cudaSuccess;
}
cudaError_t cudaDriverGetVersion(int* version) {
  HEARTH_CALL();
  *version = 13000;
  return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) {
  HEARTH_CALL();
  *version = 13000;
  return cudaSuccess;
}

const char* cudaGetErrorName(cudaError_t error) {
  switch (error) {
    case cudaSuccess:
      return "cudaSuccess";
    case cudaErrorInvalidValue:
      return "cudaErrorInvalidValue";
    case cudaErrorMemoryAllocation:
      return "cudaErrorMemoryAllocation";
    case cudaErrorInitializationError:
      return "cudaErrorInitializationError";
    case cudaErrorInsufficientDriver:
      return "cudaErrorInsufficientDriver";
    case cudaErrorNoDevice:
      return "cudaErrorNoDevice";
    case cudaErrorInvalidDevice:
      return "cudaErrorInvalidDevice";
    case cudaErrorNoKernelImageForDevice:
      return "cudaErrorNoKernelImageForDevice";
    case cudaErrorECCUncorrectable:
      return "cudaErrorECCUncorrectable";
    case cudaErrorHostMemoryAlreadyRegistered:
      return "cudaErrorHostMemoryAlreadyRegistered";
    case cudaErrorIllegalAddress:
      return "cudaErrorIllegalAddress";
    case cudaErrorUnsupportedPtxVersion:
      return "cudaErrorUnsupportedPtxVersion";
    case cudaErrorLaunchTimeout:
      return "cudaErrorLaunchTimeout";
    case cudaErrorLaunchFailure:
      return "cudaErrorLaunchFailure";
    case cudaErrorNotReady:
      return "cudaErrorNotReady";
    case cudaErrorSystemDriverMismatch:
      return "cudaErrorSystemDriverMismatch";
    case cudaErrorUnknown:
      return "cudaErrorUnknown";
  }
  return "unrecognized error code";
}
const char* cudaGetErrorString(cudaError_t error) {
  return cudaGetErrorName(error);
}
cudaError_t cudaGetLastError() {
  const cudaError_t error = last_error;
  last_error = cudaSuccess;
  return error;
}
cudaError_t cudaPeekAtLastError() {
  return last_error;
}

// ---- Memory

cudaError_t cudaMalloc(void** p, size_t bytes) {
  HEARTH_CALL();
  return remember(allocate(p, bytes));
}
cudaError_t cudaFree(void* p) {
  HEARTH_CALL();
  return release(p);
}
cudaError_t cudaHostAlloc(void** p, size_t bytes, unsigned) {
  HEARTH_CALL();
  *p = std::malloc(bytes);
  return *p || bytes == 0 ? cudaSuccess : remember(cudaErrorMemoryAllocation);
}
cudaError_t cudaMallocHost(void** p, size_t bytes, unsigned) {
  HEARTH_CALL();
  *p = std::malloc(bytes);
  return *p || bytes == 0 ? cudaSuccess : remember(cudaErrorMemoryAllocation);
}
cudaError_t cudaFreeHost(void* p) {
  HEARTH_CALL();
  std::free(p);
  return cudaSuccess;
}
cudaError_t cudaHostRegister(void*, size_t, unsigned) {
  HEARTH_CALL();
  return cudaSuccess;
}
cudaError_t cudaHostUnregister(void*) {
  HEARTH_CALL();
  return cudaSuccess;
}
cudaError_t cudaMemGetInfo(size_t* available, size_t* total) {
  HEARTH_CALL();
  *total = properties().memory_bytes;
  *available = *total - device_bytes();
  return cudaSuccess;
}
cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
  HEARTH_CALL();
  check_sides(to, from, bytes, kind);
  if (bytes) std::memmove(to, from, bytes);
  return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, cudaStream_t) {
  HEARTH_CALL();
  check_sides(to, from, bytes, kind);
  if (bytes) std::memmove(to, from, bytes);
  return cudaSuccess;
}
cudaError_t cudaMemcpy2DAsync(void* to, size_t to_pitch, const void* from, size_t from_pitch, size_t width, size_t height,
                              cudaMemcpyKind kind, cudaStream_t) {
  HEARTH_CALL();
  for (size_t row = 0; row < height && width; ++row) {
    std::byte* const t = static_cast<std::byte*>(to) + row * to_pitch;
    const std::byte* const f = static_cast<const std::byte*>(from) + row * from_pitch;
    check_sides(t, f, width, kind);
    std::memmove(t, f, width);
  }
  return cudaSuccess;
}
cudaError_t cudaMemset(void* p, int value, size_t bytes) {
  HEARTH_CALL();
  if (bytes && !on_device(p, bytes)) misuse("cudaMemset goes beyond an allocation");
  if (bytes) std::memset(p, value, bytes);
  return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* p, int value, size_t bytes, cudaStream_t) {
  HEARTH_CALL();
  if (bytes && !on_device(p, bytes)) misuse("cudaMemsetAsync goes beyond an allocation");
  if (bytes) std::memset(p, value, bytes);
  return cudaSuccess;
}

// ---- Streams and events

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
  HEARTH_CALL();
  *stream = new CUstream_st;
  return cudaSuccess;
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  HEARTH_CALL();
  *stream = new CUstream_st;
  return cudaSuccess;
}
cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned, int) {
  HEARTH_CALL();
  *stream = new CUstream_st;
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  HEARTH_CALL();
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t) {
  HEARTH_CALL();
  return cudaSuccess;
}
cudaError_t cudaStreamQuery(cudaStream_t) {
  HEARTH_CALL();
  return cudaSuccess;
}
cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) {
  HEARTH_CALL();
  return cudaSuccess;
}
cudaError_t cudaEventCreate(cudaEvent_t* event) {
  HEARTH_CALL();
  *event = new CUevent_st;
  return cudaSuccess;
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  HEARTH_CALL();
  *event = new CUevent_st;
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  HEARTH_CALL();
  delete event;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t) {
  HEARTH_CALL();
  event->at = std::chrono::steady_clock::now();
  event->recorded = true;
  return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t) {
  HEARTH_CALL();
  return cudaSuccess;
}
cudaError_t cudaEventQuery(cudaEvent_t) {
  HEARTH_CALL();
  return cudaSuccess;
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin, cudaEvent_t end) {
  HEARTH_CALL();
  if (!begin->recorded || !end->recorded) return remember(cudaErrorInvalidValue);
  *milliseconds = std::chrono::duration<float, std::milli>(end->at - begin->at).count();
  return cudaSuccess;
}

// ---- Kernels

cudaError_t cudaFuncSetAttribute(const void*, cudaFuncAttribute attribute, int value) {
  HEARTH_CALL();
  const bool fits = attribute != cudaFuncAttributeMaxDynamicSharedMemorySize || static_cast<size_t>(value) <= properties().shared_bytes;
  return fits ? cudaSuccess : remember(cudaErrorInvalidValue);
}
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void*) {
  HEARTH_CALL();
  *attributes = {};
  attributes->maxThreadsPerBlock = 1024, attributes->numRegs = 64, attributes->maxDynamicSharedSizeBytes = 48 << 10;
  return cudaSuccess;
}
