#include <algorithm>
#include <cmath>

#include "cpu/backend_cpu.h"
#include "cpu/limits.h"
#include "ops/expert_choice.h"

namespace engine::cpu {
namespace {

// Rows of an expert from which unpacking its weights pays in a prompt.
constexpr int kUnpackTokens = 5;
// Output rows of one item while decoding, all experts one after the other.
constexpr int64_t kDownRows = 32;
// Weight rows of one item of a prompt.
constexpr int kPromptRows = 2 * kMatrixRows;

}  // namespace

void CpuBackend::route_token(const MoeRouteOp& op, int token, int thread) {
  float* p = route_.data() + static_cast<size_t>(thread) * 2 * route_experts_;
  choose_experts(op, token, {p, p + route_experts_, route_open_.data() + static_cast<size_t>(thread) * route_experts_});
}

void CpuBackend::execute(const MoeRouteOp& op) {
  constexpr int kTokens = 4;
  parallel((step().n_tokens + kTokens - 1) / kTokens, [&](int64_t chunk, int thread) {
    for (int t = static_cast<int>(chunk) * kTokens; t < std::min(step().n_tokens, static_cast<int>(chunk + 1) * kTokens); ++t)
      route_token(op, t, thread);
  });
}

/// A counting sort; `offsets` first counts, then becomes the running end of each expert, then moves back one place.
void CpuBackend::execute(const MoePlanOp& op) {
  const int n_pairs = step().n_tokens * op.n_used;
  const auto here = [&](int32_t e) { return op.local == nullptr || op.local[e] >= 0; };
  std::fill_n(op.offsets, op.n_experts + 1, 0);
  for (int i = 0; i < n_pairs; ++i)
    if (here(op.ids[i])) ++op.offsets[op.ids[i] + 1];
  for (int e = 0; e < op.n_experts; ++e) op.offsets[e + 1] += op.offsets[e];
  for (int i = 0; i < n_pairs; ++i)
    if (here(op.ids[i])) op.pairs[op.offsets[op.ids[i]]++] = i;
  for (int e = op.n_experts; e > 0; --e) op.offsets[e] = op.offsets[e - 1];
  op.offsets[0] = 0;
}

void CpuBackend::list_active(const int32_t* offsets, const int32_t* local, int n_experts) {
  active_.clear();
  for (int e = 0; e < n_experts; ++e)
    if (const int n = offsets[e + 1] - offsets[e]; n > 0) active_.push_back({e, local ? local[e] : e, offsets[e], n});
}

void CpuBackend::execute(const MoeGluOp& op) {
  const int n_tokens = step().n_tokens;
  const int64_t in = op.gate.in, n_ff = op.gate.out;
  list_active(op.offsets, op.local, op.n_experts);
  if (active_.empty()) return;
  for (int t = 0; t < n_tokens; ++t) plain_rows_[static_cast<size_t>(t)] = reinterpret_cast<const std::byte*>(op.x + t * in);
  const ActRows x = activations(n_tokens, in, {&op.gate, &op.up});
  for (int r = 0; r < op.offsets[op.n_experts]; ++r) {
    const auto i = static_cast<size_t>(r);
    planned_plain_[i] = x.plain[op.pairs[r] / op.n_used];
    if (x.quantised) planned_quantised_[i] = x.quantised[op.pairs[r] / op.n_used];
    out_rows_[i] = op.h + r * n_ff;
  }
  const ActRows planned{planned_plain_.data(), x.quantised ? planned_quantised_.data() : nullptr};
  const bool decode = n_tokens <= kVectorTokens;
  const int rows = decode ? chunk_rows(op.gate, n_ff * static_cast<int64_t>(active_.size()), true) : kPromptRows;
  const int64_t per_expert = (n_ff + rows - 1) / rows;
  Glu glu{op.up, op.act, {.bias = op.gate_bias, .addend = op.gate_addend}, {.bias = op.up_bias, .addend = op.up_addend}};
  glu.gate_extra.pairs = glu.up_extra.pairs = op.pairs;
  glu.gate_extra.n_used = glu.up_extra.n_used = op.n_used;
  parallel(per_expert * static_cast<int64_t>(active_.size()), [&](int64_t chunk, int thread) {
    const Active& a = active_[static_cast<size_t>(chunk / per_expert)];
    const int64_t r0 = chunk % per_expert * rows;
    const Block block{&op.gate,
                      a.index,
                      r0,
                      static_cast<int>(std::min<int64_t>(rows, n_ff - r0)),
                      planned,
                      a.first,
                      a.n,
                      out_rows_.data(),
                      decode || a.n < kUnpackTokens};
    multiply_glu(block, glu, thread);
  });
}

/// Columns [begin, end) of y for one token, slots in ascending order.
void CpuBackend::sum_slots(const MoeDownOp& op, int token, int64_t begin, int64_t end) {
  const int64_t out = op.down.out;
  float* y = op.y + token * out;
  std::fill(y + begin, y + end, 0.0f);
  for (int slot = 0; slot < op.n_used; ++slot) {
    const int64_t pair = static_cast<int64_t>(token) * op.n_used + slot;
    if (present_[static_cast<size_t>(pair)]) kernels_.add_scaled(y + begin, op.scratch + pair * out + begin, op.weights[pair], end - begin);
  }
}

/// One expert's block with its bias and addends, into the rows of the scratch.
void CpuBackend::multiply_down(const MoeDownOp& op, const Block& block, int thread) {
  float* const* rows = &out_rows_[static_cast<size_t>(block.first)];
  multiply(block, rows, block.r0, thread);
  add_extra({.bias = op.bias, .addend = op.addend, .rows = Rows::tokens, .pairs = op.pairs, .n_used = op.n_used}, block, rows, block.r0);
}

/// Few tokens: an item is a range of output rows with all experts, so that the sum over slots needs no second pass.
void CpuBackend::down_decode(const MoeDownOp& op, const ActRows& h) {
  const int64_t out = op.down.out;
  // Long enough a stretch of each expert's rows to be read at full speed, short enough for all threads to end together.
  const int64_t share = out / (4 * static_cast<int64_t>(pool_.size())) / 8 * 8;
  const int rows = static_cast<int>(std::clamp<int64_t>(share, 8, kDownRows));
  parallel((out + rows - 1) / rows, [&](int64_t chunk, int thread) {
    const int64_t r0 = chunk * rows, r1 = std::min(out, r0 + rows);
    for (const Active& a : active_) {
      const Block block{&op.down, a.index, r0, static_cast<int>(r1 - r0), h, a.first, a.n, nullptr, true};
      multiply_down(op, block, thread);
    }
    for (int t = 0; t < step().n_tokens; ++t) sum_slots(op, t, r0, r1);
  });
}

void CpuBackend::down_prompt(const MoeDownOp& op, const ActRows& h) {
  const int64_t out = op.down.out;
  const int64_t per_expert = (out + kPromptRows - 1) / kPromptRows;
  parallel(per_expert * static_cast<int64_t>(active_.size()), [&](int64_t chunk, int thread) {
    const Active& a = active_[static_cast<size_t>(chunk / per_expert)];
    const int64_t r0 = chunk % per_expert * kPromptRows;
    const Block block{&op.down,           a.index, r0, static_cast<int>(std::min<int64_t>(kPromptRows, out - r0)), h, a.first, a.n, nullptr,
                      a.n < kUnpackTokens};
    multiply_down(op, block, thread);
  });
  constexpr int kTokens = 4;
  parallel((step().n_tokens + kTokens - 1) / kTokens, [&](int64_t chunk, int) {
    for (int t = static_cast<int>(chunk) * kTokens; t < std::min(step().n_tokens, static_cast<int>(chunk + 1) * kTokens); ++t)
      sum_slots(op, t, 0, out);
  });
}

void CpuBackend::execute(const MoeDownOp& op) {
  const int n_tokens = step().n_tokens, planned = op.offsets[op.n_experts];
  const int64_t n_ff = op.down.in, out = op.down.out;
  list_active(op.offsets, op.local, op.n_experts);
  std::fill_n(present_.begin(), n_tokens * op.n_used, static_cast<char>(0));
  for (int r = 0; r < planned; ++r) {
    const auto i = static_cast<size_t>(r);
    present_[static_cast<size_t>(op.pairs[r])] = 1;
    plain_rows_[i] = reinterpret_cast<const std::byte*>(op.h + r * n_ff);
    out_rows_[i] = op.scratch + op.pairs[r] * out;
  }
  const ActRows h = activations(planned, n_ff, {&op.down});
  if (n_tokens <= kVectorTokens)
    down_decode(op, h);
  else
    down_prompt(op, h);
}

}  // namespace engine::cpu
