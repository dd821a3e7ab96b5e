#include "cuda/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "core/check.h"
#include "cuda/device.h"

namespace engine::cuda {
namespace {

constexpr size_t kAlign = 256;
constexpr size_t kWord = 16;  // kernels read whole words up to the end of a span
// Small tensors share blocks of this size, large ones have blocks of their own: what is reserved is close to what was asked for.
constexpr size_t kBlock = size_t{32} << 20;

size_t round_up(size_t n, size_t to) {
  return (n + to - 1) / to * to;
}

/// HEARTH_CUDA_SEPARATE: every span is an allocation of its own, so that memory checkers see where it ends.
bool separate() {
  static const bool wish = std::getenv("HEARTH_CUDA_SEPARATE") != nullptr;
  return wish;
}

}  // namespace

Memory::~Memory() {
  for (auto& [address, block] : blocks_) cudaFree(block.data);
}

MemoryInUse Memory::in_use() const {
  const std::lock_guard lock(mutex_);
  MemoryInUse sum;
  for (const auto& [address, block] : blocks_) {
    sum.reserved += block.bytes;
    sum.used += block.bytes;
    for (const auto& [offset, bytes] : block.holes) sum.used -= bytes;
  }
  return sum;
}

Result<Memory::Block*> Memory::add_block(size_t bytes) {
  Block block;
  block.bytes = bytes > kBlock / 2 || separate() ? bytes : kBlock;
  void* data = nullptr;
  device_.enter();
  if (const cudaError_t r = done(cudaMalloc(&data, block.bytes)); r != cudaSuccess)
    return r == cudaErrorMemoryAllocation ? cuda_error(r, "its buffers") : device_.fail(r, "reserving memory");
  block.data = static_cast<std::byte*>(data);
  block.holes[0] = block.bytes;
  return &blocks_.emplace(block.data, std::move(block)).first->second;
}

Span Memory::cut(Block& block, std::map<size_t, size_t>::iterator hole, size_t bytes) {
  const auto [offset, room] = *hole;
  block.holes.erase(hole);
  if (room > bytes) block.holes[offset + bytes] = room - bytes;
  return {block.data + offset, bytes};
}

Result<Span> Memory::allocate(size_t bytes) {
  const std::lock_guard lock(mutex_);
  bytes = round_up(std::max<size_t>(bytes, 1), separate() ? kWord : kAlign);
  for (auto& [address, block] : blocks_) {
    const auto hole = std::find_if(block.holes.begin(), block.holes.end(), [bytes](const auto& h) { return h.second >= bytes; });
    if (hole != block.holes.end()) return cut(block, hole, bytes);
  }
  Result<Block*> block = add_block(bytes);
  if (!block) return block.error();
  return cut(**block, (*block)->holes.begin(), bytes);
}

void Memory::free(const Span& span) {
  const std::lock_guard lock(mutex_);
  if (span.bytes == 0) return;
  const auto it = std::prev(blocks_.upper_bound(span.data));
  Block& block = it->second;
  HEARTH_CHECK(span.data + span.bytes <= block.data + block.bytes);
  auto hole = block.holes.emplace(static_cast<size_t>(span.data - block.data), span.bytes).first;
  if (const auto next = std::next(hole); next != block.holes.end() && hole->first + hole->second == next->first) {
    hole->second += next->second;
    block.holes.erase(next);
  }
  if (hole != block.holes.begin())
    if (const auto before = std::prev(hole); before->first + before->second == hole->first) {
      before->second += hole->second;
      block.holes.erase(hole);
      hole = before;
    }
  const bool empty = hole->second == block.bytes;
  if (!empty || block.bytes == kBlock) return;  // blocks of the usual size are used again
  device_.enter();
  device_.idle();
  cudaFree(block.data);
  blocks_.erase(it);
}

OwnedSpan::~OwnedSpan() {
  device_->memory().free(span_);
}

Pinned::~Pinned() {
  if (data_) cudaFreeHost(data_);
}

Status Pinned::open(size_t bytes) {
  void* data = nullptr;
  const cudaError_t r = done(cudaMallocHost(&data, bytes));
  if (r == cudaErrorMemoryAllocation)
    return Error{ErrorCode::out_of_memory, fmt::format("The computer has no memory left for copies to the GPU ({}).", cudaGetErrorName(r)),
                 "Close other programs and try again."};
  if (r != cudaSuccess) return cuda_error(r, "reserving memory");
  data_ = static_cast<std::byte*>(data);
  return {};
}

}  // namespace engine::cuda
