// The weights of a team of lanes on their way from memory: steps of a row (or of two rows at once, gate and up) are copied into shared
// memory in the background, several ahead, in the 16-byte pieces that hold them, however the row is aligned.
#pragma once

#include "cuda/device/mma.cuh"
#include "cuda/device/vector_operand.cuh"

namespace engine::cuda {

/// Geometry of a ring: a step is a unit for every lane of the team.
template <DType kType, int kMatrices, int kTeam>
struct RingShape {
  static constexpr int kStepBytes = Operand<kType>::bytes_of(kTeam * Operand<kType>::kWeights);
  static constexpr int kPieces = (kStepBytes + (Operand<kType>::kAligned ? 0 : 30)) / 16;  // that may hold a step
  static constexpr int kSlot = kPieces * 16;
  static constexpr int kWarpStep = kSlot * kMatrices * (static_cast<int>(kWarp) / kTeam);
  static constexpr int kStages = kWarpStep > 2304 ? 2 : kWarpStep > 1152 ? 4 : 8;  // powers of two
  static constexpr int kWarpBytes = kWarpStep * kStages;
};

template <DType kType, int kMatrices, int kTeam>
class WeightRing {
 public:
  using Shape = RingShape<kType, kMatrices, kTeam>;

  /// `shared`: Shape::kWarpBytes of this warp. Rows are `row_bytes` long.
  __device__ WeightRing(unsigned char* shared, int row_bytes) : row_bytes_(row_bytes) {
    const unsigned lane = threadIdx.x % kWarp;
    lane_ = static_cast<int>(lane % kTeam);
    slots_ = shared + lane / kTeam * (Shape::kSlot * kMatrices * Shape::kStages);
  }

  /// The rows that copies begin with; null: none are made.
  __device__ void set_rows(const uint8_t* const (&rows)[kMatrices]) {
#pragma unroll
    for (int m = 0; m < kMatrices; ++m) rows_[m] = rows[m];
  }

  /// Starts copy number `at`, of step `step` of the rows, unless that is less than 0; closes a group of copies in any case.
  __device__ void start(int at, int step) {
    if (step >= 0) {
#pragma unroll
      for (int m = 0; m < kMatrices; ++m)
        if (rows_[m]) copy(slot(at, m), rows_[m], step);
    }
    commit_copies();
  }

  /// The oldest copy under way has arrived, for the whole warp.
  __device__ void wait() {
    wait_copies<Shape::kStages - 1>();
    __syncwarp();
  }

  /// Where copy number `at` has step `step` of row m.
  __device__ const uint8_t* bytes(int at, int step, int m, const uint8_t* row) const {
    return slot(at, m) + (Operand<kType>::kAligned ? 0 : rest(row + static_cast<size_t>(step) * Shape::kStepBytes));
  }
  [[nodiscard]] __device__ int lane() const {
    return lane_;
  }

 private:
  __device__ static unsigned rest(const uint8_t* p) {
    return static_cast<unsigned>(reinterpret_cast<uintptr_t>(p)) & 15u;
  }
  __device__ unsigned char* slot(int at, int m) const {
    return slots_ + (at % Shape::kStages * kMatrices + m) * Shape::kSlot;
  }

  __device__ void copy(unsigned char* to, const uint8_t* row, int step) const {
    const int first = step * Shape::kStepBytes, bytes = min(Shape::kStepBytes, row_bytes_ - first);
    const uint8_t* from = row + first;
    const unsigned skip = Operand<kType>::kAligned ? 0 : rest(from);
    from -= skip;
    const int pieces = (bytes + static_cast<int>(skip) + 15) / 16;
#pragma unroll
    for (int i = 0; i < (Shape::kPieces + kTeam - 1) / kTeam; ++i) {
      const int piece = i * kTeam + lane_;
      if (piece < pieces) copy_async(to + 16 * piece, from + 16 * piece);
    }
  }

  int row_bytes_, lane_;
  unsigned char* slots_;
  const uint8_t* rows_[kMatrices];
};

}  // namespace engine::cuda
