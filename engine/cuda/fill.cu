// fill: y = value. Rows follow each other, so that they are written as one.
#include "cuda/device/common.cuh"
#include "cuda/recorder.h"

namespace engine::cuda {
namespace {

constexpr int kThreads = 256, kOwn = 4;  // elements of a thread

/// Bytes: rows * dim * 4.
__global__ void fill_rows(FillOp op, const StepView* step) {
  begin_kernel();
  const int64_t n = op.dim * row_count(op.rows, step);
  const int64_t first = static_cast<int64_t>(blockIdx.x) * (kThreads * kOwn) + threadIdx.x;
  for (int k = 0; k < kOwn; ++k) {
    const int64_t i = first + k * kThreads;
    if (i < n) op.y[i] = op.value;
  }
}

}  // namespace

void record(Recorder& r, const FillOp& op) {
  const int64_t n = op.dim * r.rows(op.rows);
  r.launch(fill_rows, op, {ceil_div(n, kThreads * kOwn)}, kThreads, 0, {0, 4.0 * static_cast<double>(n)});
}

}  // namespace engine::cuda
