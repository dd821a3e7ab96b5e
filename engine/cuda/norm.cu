// add_norm: x += parts, then y = RMSNorm(x) * weight (ops.h, AddNormOp). A block works on a row of x, or of y.
#include <algorithm>

#include "cuda/alignment.h"
#include "cuda/device/norm.cuh"
#include "cuda/device/pack.cuh"
#include "cuda/device/vector_operand.cuh"
#include "cuda/recorder.h"

namespace engine::cuda {
namespace {

/// What a block does: adds up and normalises a token's row, only adds up, only normalises an output row, or adds up a token's row and
/// normalises it into every output row that it is wanted for.
enum class Mode { tokens, sum, outputs, spread };

struct NormParams {
  AddNormOp op;
  Mode mode;
  RoundedRows rounded;  // Mode::tokens only
};

using Form = RoundedRows::Form;

constexpr unsigned kMaxThreads = 1024, kWideThreads = 512;
constexpr int kMaxQuads = 2;         // of a thread
constexpr int64_t kFewOutputs = 64;  // that a token's block looks through

/// The block's row of x; -1: none.
__device__ inline int row_of_x(const NormParams& p, const StepView* step) {
  const int row = static_cast<int>(blockIdx.x);
  if (p.mode == Mode::outputs) return row < row_count(p.op.rows, step) ? token_row(p.op.rows, row, step) : -1;
  return row < step->n_tokens ? row : -1;
}

/// Calls write(row) for every row of y that the block writes.
template <class Write>
__device__ inline void for_rows_of_y(const NormParams& p, const StepView* step, const Write& write) {
  const int row = static_cast<int>(blockIdx.x);
  if (p.mode != Mode::spread) return write(row);
  for (int r = 0; r < step->n_outputs; ++r)
    if (step->output_rows[r] == row) write(r);
}

__device__ inline float norm_scale(float squares, const AddNormOp& op, float* partial) {
  return inverse_rms(block_sum(squares, partial), static_cast<int>(op.dim), op.eps);
}

__device__ inline float4 add_scaled(float4 v, float scale, float4 part) {
  return make_float4(__fmaf_rn(scale, part.x, v.x), __fmaf_rn(scale, part.y, v.y), __fmaf_rn(scale, part.z, v.z),
                     __fmaf_rn(scale, part.w, v.w));
}

/// Four values of a row of y, rounded. Every lane of the warp calls it, with neighbouring values.
template <Form kForm>
__device__ inline void round_four(const NormParams& p, int row, int quad, float4 v) {
  const int n = static_cast<int>(p.op.dim);
  if constexpr (kForm == Form::matrix) {
    pack_four({p.rounded.codes, p.rounded.records, p.rounded.packed_rows, n}, static_cast<size_t>(row), 4 * quad, v);
  } else {
    using Codes = Operand<DType::q8_0>;
    const int units = n / kUnit;  // an even number
    const XTile tile(reinterpret_cast<unsigned char*>(p.rounded.codes) + static_cast<int64_t>(row) * units * Codes::kXBytes, 1, units);
    const Quantized q = quantize_four(v);
    if (4 * quad < n) Codes::put(tile, 0, quad / 8, quad % 8, q);
  }
}

/// A row of whole float4, kQuads of them in the registers of a thread. No load waits for a store.
/// Bytes: rows * dim * 4 * (2 + parts + 1).
template <int kQuads, int kParts, Form kForm>
__global__ void __launch_bounds__(kMaxThreads) add_norm(NormParams p, const StepView* step) {
  __shared__ float partial[kWarp];
  const AddNormOp& op = p.op;
  const bool norms = p.mode != Mode::sum && op.y;
  const int quads = static_cast<int>(op.dim / 4);
  const float4 zero = make_float4(0, 0, 0, 0);
  float4 v[kQuads], weight[kQuads];
  float scale[kParts == 0 ? 1 : kParts];
  // Weights come from far, and no launch writes them, nor what the step says: they need not wait for the one in front.
#pragma unroll
  for (int q = 0; q < kQuads; ++q) {
    const int i = static_cast<int>(threadIdx.x + q * blockDim.x);
    weight[q] = i < quads && norms ? reinterpret_cast<const float4*>(op.weight)[i] : zero;
  }
  const int token = row_of_x(p, step);
  begin_kernel();
  if (token < 0) return;
  const int64_t begin = token * op.dim;
  float4* const x = reinterpret_cast<float4*>(op.x + begin);
#pragma unroll
  for (int q = 0; q < kQuads; ++q) {
    const int i = static_cast<int>(threadIdx.x + q * blockDim.x);
    v[q] = i < quads ? x[i] : zero;
  }
#pragma unroll
  for (int j = 0; j < kParts; ++j) scale[j] = part_scale(op.parts[j], token);
  float squares = 0;
#pragma unroll
  for (int q = 0; q < kQuads; ++q) {
    const int i = static_cast<int>(threadIdx.x + q * blockDim.x);
#pragma unroll
    for (int j = 0; j < kParts; ++j) {
      const float4 part = i < quads ? reinterpret_cast<const float4*>(op.parts[j].data + begin)[i] : zero;
      v[q] = add_scaled(v[q], scale[j], part);
    }
    squares = add_squares(squares, v[q]);
  }
#pragma unroll
  for (int q = 0; q < kQuads; ++q) {
    const int i = static_cast<int>(threadIdx.x + q * blockDim.x);
    if (kParts > 0 && i < quads) x[i] = v[q];
  }
  if (!norms) return;
  const float factor = norm_scale(squares, op, partial);
  for_rows_of_y(p, step, [&](int row) {
    float4* const y = reinterpret_cast<float4*>(op.y + row * op.dim);
#pragma unroll
    for (int q = 0; q < kQuads; ++q) {
      const int i = static_cast<int>(threadIdx.x + q * blockDim.x);
      if (i >= quads) continue;
      y[i] = normed(v[q], factor, weight[q]);
    }
  });
  if constexpr (kForm != Form::none) {
#pragma unroll
    for (int q = 0; q < kQuads; ++q) {
      const int i = static_cast<int>(threadIdx.x + q * blockDim.x);
      round_four<kForm>(p, token, i, i < quads ? normed(v[q], factor, weight[q]) : zero);
    }
  }
}

/// Rows of any length, anywhere: value by value, x is read twice.
__global__ void __launch_bounds__(kMaxThreads) add_norm_any(NormParams p, const StepView* step) {
  begin_kernel();
  __shared__ float partial[kWarp];
  const AddNormOp& op = p.op;
  const int token = row_of_x(p, step);
  if (token < 0) return;
  float* const x = op.x + token * op.dim;
  const bool sums = p.mode != Mode::outputs && op.n_parts > 0;
  float squares = 0;
  for (int64_t i = threadIdx.x; i < op.dim; i += blockDim.x) {
    float v = x[i];
    if (sums) {
      for (int j = 0; j < op.n_parts; ++j) v = __fmaf_rn(part_scale(op.parts[j], token), op.parts[j].data[token * op.dim + i], v);
      x[i] = v;
    }
    squares = __fmaf_rn(v, v, squares);
  }
  if (p.mode == Mode::sum || !op.y) return;
  const float factor = norm_scale(squares, op, partial);
  for_rows_of_y(p, step, [&](int row) {
    for (int64_t i = threadIdx.x; i < op.dim; i += blockDim.x) op.y[row * op.dim + i] = x[i] * factor * op.weight[i];
  });
}

bool fits_quads(const AddNormOp& op) {
  const bool parts = std::all_of(op.parts, op.parts + op.n_parts, [](const AddNormOp::Part& part) { return multiple_of_16(part.data); });
  return op.dim % 4 == 0 && op.dim <= int64_t{4 * kMaxQuads} * kMaxThreads && multiple_of_16(op.x) && multiple_of_16(op.y) &&
         multiple_of_16(op.weight) && parts;
}

template <int kQuads, Form kForm>
Kernel<NormParams> kernel_for_parts(int parts) {
  switch (parts) {
    case 0:
      return add_norm<kQuads, 0, kForm>;
    case 1:
      return add_norm<kQuads, 1, kForm>;
    case 2:
      return add_norm<kQuads, 2, kForm>;
    default:
      return add_norm<kQuads, 3, kForm>;
  }
}

template <int kQuads>
Kernel<NormParams> kernel_for(int parts, Form form) {
  if (form == Form::none) return kernel_for_parts<kQuads, Form::none>(parts);
  return form == Form::vector ? kernel_for_parts<kQuads, Form::vector>(parts) : kernel_for_parts<kQuads, Form::matrix>(parts);
}

unsigned threads_for(int64_t lanes) {
  return std::clamp(ceil_div(lanes, kWarp) * kWarp, kWarp, kMaxThreads);
}

void launch(Recorder& r, const AddNormOp& op, Mode mode, int rows, const RoundedRows& rounded = {}) {
  const int parts = mode == Mode::outputs ? 0 : op.n_parts;
  const Cost cost{0, 4.0 * static_cast<double>(rows) * static_cast<double>(op.dim) * (2 + parts + (parts > 0))};
  const Grid grid{static_cast<unsigned>(rows)};
  const int threads = norm_threads(op);
  if (threads == 0) return r.launch(add_norm_any, {op, mode, {}}, grid, threads_for(op.dim), 0, cost);
  const bool narrow = op.dim / 4 <= kWideThreads;
  const Kernel<NormParams> kernel = narrow ? kernel_for<1>(parts, rounded.form) : kernel_for<kMaxQuads>(parts, rounded.form);
  r.launch(kernel, {op, mode, rounded}, grid, static_cast<unsigned>(threads), 0, cost);
}

}  // namespace

int norm_threads(const AddNormOp& op) {
  if (!fits_quads(op)) return 0;
  const int64_t quads = op.dim / 4;
  return static_cast<int>(threads_for(quads <= kWideThreads ? quads : ceil_div(quads, kMaxQuads)));
}

void record_norm(Recorder& r, const AddNormOp& op, const RoundedRows& rounded) {
  launch(r, op, Mode::tokens, r.bucket().tokens, rounded);
}

RowsNorm rows_norm(const AddNormOp& norm, bool writes) {
  return {norm.weight, writes ? norm.y : nullptr, norm.eps, norm_threads(norm)};
}

int part_of(const AddNormOp& norm, const float* y) {
  for (int i = 0; i < norm.n_parts; ++i)
    if (norm.parts[i].data == y) return i;
  return -1;
}

/// The sum touches every token's row, the norm of outputs only some of them: where these are few they are found by the block that sums.
void record(Recorder& r, const AddNormOp& op) {
  const int tokens = r.bucket().tokens, outputs = r.bucket().outputs;
  if (op.rows == Rows::tokens) return launch(r, op, Mode::tokens, tokens);
  if (op.n_parts > 0 && op.y && outputs <= kFewOutputs) return launch(r, op, Mode::spread, tokens);
  if (op.n_parts > 0) launch(r, op, Mode::sum, tokens);
  if (op.y) launch(r, op, Mode::outputs, outputs);
}

}  // namespace engine::cuda
