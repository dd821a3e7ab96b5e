// The weights of a team of lanes on their way from memory: steps of a row (or of two rows at once, gate and up) are copied into shared
// memory in the background, several ahead, in the 16-byte pieces that hold them, however the row is aligned.
#pragma once

#include "cuda/device/mma.cuh"
#include "cuda/device/vector_operand.cuh"

namespace engine::cuda {

/// Geometry of a ring: a step is a group of units for every lane of the team.
template <DType kType, int kMatrices, int kTeam>
struct RingShape {
  static constexpr int kStepUnits = kTeam * Operand<kType>::kGroup;
  static constexpr int kStepBytes = Operand<kType>::bytes_of(kStepUnits * Operand<kType>::kWeights);
  static constexpr int kPieces = (kStepBytes + (Operand<kType>::kAligned ? 0 : 30)) / 16;  // that may hold a step
  static constexpr int kSlot = kPieces * 16;
  static constexpr int kWarpStep = kSlot * kMatrices * (static_cast<int>(kWarp) / kTeam);
  /// Few of large steps, so that warps find room; more where a whole warp shares a row, as rows are few then. Powers of two.
  static constexpr int kStages = kWarpStep <= 640 ? 8 : kWarpStep <= 1280 || (kMatrices == 1 && kTeam == 32) ? 4 : 2;
  static constexpr int kWarpBytes = kWarpStep * kStages;
};

template <DType kType, int kMatrices, int kTeam>
class WeightRing {
 public:
  using Shape = RingShape<kType, kMatrices, kTeam>;
  /// Copies that are under way while a step is multiplied.
  static constexpr int kAhead = Shape::kStages - 1;

  /// `shared`: Shape::kWarpBytes of this warp. Rows are `row_bytes` long.
  __device__ WeightRing(unsigned char* shared, int row_bytes) : row_bytes_(static_cast<unsigned>(row_bytes)) {
    const unsigned lane = threadIdx.x % kWarp;
    lane_ = lane % kTeam;
    slots_ = shared + lane / kTeam * (Shape::kSlot * kMatrices * Shape::kStages);
  }

  /// The rows that copies begin with; null: none are made.
  __device__ void set_rows(const uint8_t* const (&rows)[kMatrices]) {
#pragma unroll
    for (int m = 0; m < kMatrices; ++m) {
      skip_[m] = skip_of(rows[m]);
      base_[m] = rows[m] ? rows[m] - skip_[m] : nullptr;
    }
  }

  /// Starts copy number `at`, of step `step` of the rows where `any`; closes a group of copies in any case.
  __device__ void start(unsigned at, unsigned step, bool any) {
    if (any) {
#pragma unroll
      for (int m = 0; m < kMatrices; ++m)
        if (base_[m]) copy(slot(at, m), m, step);
    }
    commit_copies();
  }

  /// The oldest copy under way has arrived, and the step before it is no longer needed, for the whole warp.
  __device__ void wait() {
    wait_copies<kAhead - 1>();
    __syncwarp();
  }

  /// Where copy number `at` has step `step` of row m.
  __device__ const uint8_t* bytes(unsigned at, unsigned step, int m, const uint8_t* row) const {
    return slot(at, m) + (Operand<kType>::kAligned ? 0 : (skip_of(row) + step * Shape::kStepBytes) & 15u);
  }
  [[nodiscard]] __device__ int lane() const {
    return static_cast<int>(lane_);
  }

 private:
  __device__ static unsigned skip_of(const uint8_t* p) {
    return Operand<kType>::kAligned ? 0 : static_cast<unsigned>(reinterpret_cast<uintptr_t>(p)) & 15u;
  }
  __device__ unsigned char* slot(unsigned at, int m) const {
    return slots_ + (at % Shape::kStages * kMatrices + static_cast<unsigned>(m)) * Shape::kSlot;
  }

  /// Copies the pieces that a step may lie in, as far as the row goes.
  __device__ void copy(unsigned char* to, int m, unsigned step) const {
    const unsigned first = ((skip_[m] + step * Shape::kStepBytes) & ~15u) + 16 * lane_, end = skip_[m] + row_bytes_;
    const uint8_t* from = base_[m] + first;
    to += 16 * lane_;
#pragma unroll
    for (unsigned i = 0; i < Shape::kPieces; i += kTeam) {
      const bool inside = i + kTeam <= Shape::kPieces || i + lane_ < Shape::kPieces;
      if (inside && first + 16 * i < end) copy_async(to + 16 * i, from + 16 * i);
    }
  }

  unsigned row_bytes_, lane_;
  unsigned char* slots_;
  const uint8_t* base_[kMatrices];  // rows from the multiple of 16 before them
  unsigned skip_[kMatrices];
};

}  // namespace engine::cuda
