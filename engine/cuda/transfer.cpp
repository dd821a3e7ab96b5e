#include "cuda/transfer.h"

#include <algorithm>
#include <cstring>
#include <thread>

namespace engine::cuda {
namespace {

// Bytes of one slot: large enough to keep a PCIe link busy, small enough that all of them stay pinned for good.
constexpr size_t kSlotBytes = size_t{8} << 20;
constexpr size_t kPartBytes = size_t{512} << 10;  // of a copy by several threads
constexpr unsigned kThreads = 6;

}  // namespace

Transfer::~Transfer() {
  for (Slot& slot : slots_)
    if (slot.done) cudaEventDestroy(slot.done);
}

/// Slots are made when they are first needed.
Status Transfer::open_slot(Slot& slot) {
  if (Status s = slot.memory.open(kSlotBytes); !s) return device_.keep(s.error());
  const cudaError_t r = done(cudaEventCreateWithFlags(&slot.done, cudaEventDisableTiming));
  return r == cudaSuccess ? Status() : Status(device_.fail(r, "preparing a copy"));
}

Status Transfer::finish(Slot& slot) {
  const cudaError_t r = done(cudaEventSynchronize(slot.done));
  return r == cudaSuccess ? Status() : Status(device_.fail(r, "copying"));
}

void Transfer::copy_in(std::byte* to, const std::byte* from, size_t bytes) {
  if (bytes <= kPartBytes) {
    std::memcpy(to, from, bytes);
    return;
  }
  if (!pool_) pool_ = std::make_unique<ThreadPool>(static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, kThreads)));
  pool_->run(static_cast<int64_t>((bytes + kPartBytes - 1) / kPartBytes), [&](int64_t part, int) {
    const size_t at = static_cast<size_t>(part) * kPartBytes;
    std::memcpy(to + at, from + at, std::min(kPartBytes, bytes - at));
  });
}

Transfer::Slot* Transfer::next() {
  if (!device_.health()) return nullptr;
  device_.enter();
  Slot& slot = slots_[turn_++ % slots_.size()];
  if (!slot.done) return open_slot(slot) ? &slot : nullptr;
  return finish(slot) ? &slot : nullptr;
}

Status Transfer::start(Slot& slot, void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
  if (const cudaError_t r = done(cudaMemcpyAsync(to, from, bytes, kind, stream_)); r != cudaSuccess) return device_.fail(r, "copying");
  const cudaError_t r = done(cudaEventRecord(slot.done, stream_));
  return r == cudaSuccess ? Status() : Status(device_.fail(r, "copying"));
}

void Transfer::write(std::byte* device, const void* host, size_t bytes) {
  const std::lock_guard lock(mutex_);
  const auto* from = static_cast<const std::byte*>(host);
  for (size_t at = 0; at < bytes; at += kSlotBytes) {
    Slot* slot = next();
    if (!slot) return;
    const size_t n = std::min(kSlotBytes, bytes - at);
    copy_in(slot->memory.data(), from + at, n);
    pending_ = true;
    if (!start(*slot, device + at, slot->memory.data(), n, cudaMemcpyHostToDevice)) return;
  }
}

void Transfer::zero(std::byte* device, size_t bytes) {
  const std::lock_guard lock(mutex_);
  if (bytes == 0 || !device_.health()) return;
  device_.enter();
  pending_ = true;
  const cudaError_t r = done(cudaMemsetAsync(device, 0, bytes, stream_));
  if (r != cudaSuccess) device_.fail(r, "clearing memory");
}

void Transfer::read(void* host, const std::byte* device, size_t bytes) {
  const std::lock_guard lock(mutex_);
  auto* to = static_cast<std::byte*>(host);
  for (size_t at = 0; at < bytes; at += kSlotBytes) {
    Slot* slot = next();
    if (!slot) return;
    const size_t n = std::min(kSlotBytes, bytes - at);
    if (!start(*slot, slot->memory.data(), device + at, n, cudaMemcpyDeviceToHost) || !finish(*slot)) return;
    std::memcpy(to + at, slot->memory.data(), n);
  }
}

Status Transfer::flush() {
  const std::lock_guard lock(mutex_);
  if (Status s = device_.health(); !s) return s;
  if (!pending_) return {};
  pending_ = false;
  device_.enter();
  return device_.wait(stream_, "copying");
}

}  // namespace engine::cuda
