// embed: out[t] = scale * (row(table, tokens[t]) + addend[t]) (ops.h, EmbedOp).
#include <algorithm>
#include <string>

#include "cuda/device/blocks.cuh"
#include "cuda/device/common.cuh"
#include "cuda/recorder.h"

namespace engine::cuda {
namespace {

constexpr int kThreads = 64;
constexpr int kOwn = 4;  // elements of a thread where the table has floats

/// The token's row of the table, ids out of range being those of its ends.
__device__ inline const std::byte* table_row(const EmbedOp& op, int token, const StepView* step) {
  const int64_t id = max(0, min(step->tokens[token], static_cast<int>(op.table.out) - 1));
  return op.table.data + id * static_cast<int64_t>(op.table.row_stride);
}

__device__ inline void write(const EmbedOp& op, bool adds, int64_t at, float v) {
  if (adds) v = __fadd_rn(v, op.addend.data[at]);
  op.out[at] = __fmul_rn(op.scale, v);
}

/// Quantised tables: a thread decodes a unit. Bytes: T * (bytes of a row of the table + dim * 4).
template <DType kType>
__global__ void __launch_bounds__(kThreads) embed_blocks(EmbedOp op, const StepView* step) {
  begin_kernel();
  const int token = static_cast<int>(blockIdx.y), unit = static_cast<int>(blockIdx.x * kThreads + threadIdx.x);
  if (token >= step->n_tokens || unit >= op.table.in / kUnit) return;
  float values[kUnit];
  decode_floats<kType>(reinterpret_cast<const uint8_t*>(table_row(op, token, step)), unit, values);
  const bool adds = addend_active(op.addend, step->lora_slot[token]);
  const int64_t first = token * op.table.in + unit * kUnit;
#pragma unroll
  for (int i = 0; i < kUnit; ++i) write(op, adds, first + i, values[i]);
}

template <DType kType>
__global__ void __launch_bounds__(kThreads) embed_floats(EmbedOp op, const StepView* step) {
  begin_kernel();
  const int token = static_cast<int>(blockIdx.y);
  if (token >= step->n_tokens) return;
  const std::byte* const row = table_row(op, token, step);
  const bool adds = addend_active(op.addend, step->lora_slot[token]);
#pragma unroll
  for (int k = 0; k < kOwn; ++k) {
    const int64_t i = static_cast<int64_t>(blockIdx.x) * (kThreads * kOwn) + k * kThreads + threadIdx.x;
    if (i >= op.table.in) continue;
    float v;
    if constexpr (kType == DType::f32)
      v = reinterpret_cast<const float*>(row)[i];
    else if constexpr (kType == DType::f16)
      v = half_to_float(reinterpret_cast<const uint16_t*>(row)[i]);
    else
      v = bf16_to_float(reinterpret_cast<const uint16_t*>(row)[i]);
    write(op, adds, token * op.table.in + i, v);
  }
}

/// Null: no table of this type.
Kernel<EmbedOp> kernel_of(DType type) {
  switch (type) {
    case DType::f32:
      return embed_floats<DType::f32>;
    case DType::f16:
      return embed_floats<DType::f16>;
    case DType::bf16:
      return embed_floats<DType::bf16>;
    case DType::q4_0:
      return embed_blocks<DType::q4_0>;
    case DType::q4_1:
      return embed_blocks<DType::q4_1>;
    case DType::q5_0:
      return embed_blocks<DType::q5_0>;
    case DType::q5_1:
      return embed_blocks<DType::q5_1>;
    case DType::q8_0:
      return embed_blocks<DType::q8_0>;
    case DType::q2_k:
      return embed_blocks<DType::q2_k>;
    case DType::q3_k:
      return embed_blocks<DType::q3_k>;
    case DType::q4_k:
      return embed_blocks<DType::q4_k>;
    case DType::q5_k:
      return embed_blocks<DType::q5_k>;
    case DType::q6_k:
      return embed_blocks<DType::q6_k>;
    case DType::iq4_nl:
      return embed_blocks<DType::iq4_nl>;
    case DType::iq4_xs:
      return embed_blocks<DType::iq4_xs>;
    case DType::tq1_0:
      return embed_blocks<DType::tq1_0>;
    case DType::tq2_0:
      return embed_blocks<DType::tq2_0>;
    case DType::mxfp4:
      return embed_blocks<DType::mxfp4>;
    default:
      return nullptr;
  }
}

}  // namespace

void record(Recorder& r, const EmbedOp& op) {
  const Kernel<EmbedOp> kernel = kernel_of(op.table.type);
  if (!kernel)
    return r.refuse(
        {ErrorCode::unsupported, std::string("Operation embed: no weights of type ") + dtype_name(op.table.type) + " here.", ""});
  const bool floats = dtype_info(op.table.type).block_elems == 1;
  const auto tokens = static_cast<unsigned>(r.bucket().tokens);
  const double bytes = static_cast<double>(row_bytes(op.table.type, op.table.in)) + 4.0 * static_cast<double>(op.table.in);
  r.launch(kernel, op, {ceil_div(op.table.in, kThreads * (floats ? kOwn : kUnit)), tokens}, kThreads, 0, {0, tokens * bytes});
}

}  // namespace engine::cuda
