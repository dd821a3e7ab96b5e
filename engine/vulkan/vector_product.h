// What the records of the vector kernels share (shaders/include/vector_product.glsl).
#pragma once

#include <algorithm>
#include <array>
#include <bit>

#include "vulkan/recorder.h"
#include "vulkan/weight_ref.h"

namespace engine::vulkan {

/// How a vector kernel reads activation rows: the constant X_LOADS.
enum class XLoads : uint32_t { vectors, scalars, guarded };

/// Rows of n floats at `x`, all strides given, for weights of `type`.
inline XLoads x_loads(DType type, const void* x, int64_t n, int64_t token_stride, int64_t head_stride = 0) {
  if (dtype_info(type).block_elems == 1 && n % 8 != 0) return XLoads::guarded;
  return address(x) % 16 == 0 && token_stride % 4 == 0 && head_stride % 4 == 0 ? XLoads::vectors : XLoads::scalars;
}

/// Lanes that share a row of n weights, about four steps of 16 weights each; depends on nothing else, as the order of a sum does.
inline uint32_t vector_lanes(const Recorder& r, int64_t n) {
  const auto quarter = std::bit_floor(std::max<uint32_t>(1, ceil_div(n, 16) / 4));
  return std::clamp<uint32_t>(quarter, std::clamp<uint32_t>(r.features().subgroup, 32, 128), 128);
}

/// Sums of a product that the subgroups of a workgroup make: the constant PARTIALS.
inline constexpr uint32_t kSubgroupSums = 32;

/// How the lanes of a workgroup share rows of n weights: all of them each row or, where a row is too short for that, in teams.
struct Teams {
  uint32_t lanes, team, partials;

  /// The constant PARTIALS where the teams share workgroups of n lanes: sums of short teams are kept lane by lane.
  [[nodiscard]] uint32_t partials_of(uint32_t n) const { return team < 32 ? n : kSubgroupSums; }
};
inline Teams vector_teams(const Recorder& r, DType type, int64_t n) {
  const uint32_t lanes = vector_lanes(r, n), steps = ceil_div(n, dtype_info(type).block_elems == 1 ? 8 : 16);
  return steps > 16 ? Teams{lanes, lanes, kSubgroupSums} : Teams{lanes, steps > 8 ? 16u : 8u, lanes};
}

/// Activation rows of a workgroup for up to `bound` rows. Two kernels for all batches, so that plans compile few.
inline uint32_t vector_tokens(int bound) {
  return bound <= 1 ? 1 : 4;
}

/// Weight rows of a team: more share what is read of x, fewer keep more workgroups busy; no lane sums more than 16 products at once.
inline uint32_t vector_rows(int64_t rows, uint32_t tokens, uint32_t matrices = 1) {
  const uint32_t wanted = rows >= 16384 ? 4 : rows >= 2048 ? 2 : 1;
  return std::min(wanted, std::max<uint32_t>(1, 16 / (tokens * matrices)));
}

/// A grid of n workgroups folded into x and y; every device takes 65535 of each.
inline Groups fold(uint64_t n) {
  constexpr uint64_t kWide = 32768;
  return n <= kWide ? Groups{static_cast<uint32_t>(n)} : Groups{kWide, ceil_div(static_cast<int64_t>(n), kWide)};
}

/// Work of `rows` products with every row of a weight.
inline Cost product_cost(const Weight& w, int64_t rows) {
  return {2.0 * static_cast<double>(w.in) * static_cast<double>(w.out) * static_cast<double>(rows),
          static_cast<double>(row_bytes(w.type, w.in)) * static_cast<double>(w.out)};
}

/// Constants of shaders/glu_vector.comp for rows of x as wide as the weights.
inline std::array<uint32_t, 10> glu_constants(const Recorder& r, const Weight& gate, const Weight& up, const float* x, uint32_t rows,
                                              uint32_t tokens, uint32_t experts) {
  const XLoads loads = std::max(x_loads(gate.type, x, gate.in, gate.in), x_loads(up.type, x, gate.in, gate.in));
  const uint32_t lanes = vector_lanes(r, gate.in);
  return {static_cast<uint32_t>(gate.type), lanes,   rows,  tokens,       static_cast<uint32_t>(loads),
          static_cast<uint32_t>(up.type),   experts, lanes, kSubgroupSums};
}

/// linear_glu and moe_glu: parameters of shaders/glu_vector.comp, which has their size, too.
struct GluParams {
  struct Matrix {
    WeightRef w;
    uint64_t bias, addend, entries;
  };
  uint64_t x, y;
  uint64_t local, offsets, pairs;
  Matrix gate, up;
  uint32_t n, out;
  uint32_t act, token_groups, blocks, n_experts, n_used, unused;

  [[nodiscard]] uint64_t groups() const { return uint64_t{token_groups} * blocks; }
};
static_assert(sizeof(GluParams) == 200);

/// Of linear_glu, in workgroups of `rows` rows and `tokens` tokens.
inline GluParams glu_params(const Recorder& r, const LinearGluOp& op, uint32_t rows, uint32_t tokens) {
  GluParams p{};
  p.x = address(op.x), p.y = address(op.y);
  p.gate = {weight_ref(op.gate), address(op.gate_bias), address(op.gate_addend.data), address(op.gate_addend.entries)};
  p.up = {weight_ref(op.up), address(op.up_bias), address(op.up_addend.data), address(op.up_addend.entries)};
  p.n = static_cast<uint32_t>(op.gate.in), p.out = static_cast<uint32_t>(op.gate.out);
  p.act = static_cast<uint32_t>(op.act);
  p.token_groups = ceil_div(r.bucket().tokens, tokens), p.blocks = ceil_div(op.gate.out, rows);
  return p;
}
inline Cost glu_cost(const Recorder& r, const LinearGluOp& op) {
  const Cost gate = product_cost(op.gate, r.bucket().tokens), up = product_cost(op.up, r.bucket().tokens);
  return {gate.flops + up.flops, gate.bytes + up.bytes};
}

}  // namespace engine::vulkan
