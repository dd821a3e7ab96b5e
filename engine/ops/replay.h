// What devices that record and replay have in common: the sizes that a recording is made for, rotary angles, neighbours that go together.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <variant>
#include <vector>

#include "ops/ops.h"
#include "ops/step.h"

namespace engine {

/// Tokens of the smallest context that recordings are made for.
inline constexpr int kLeastContext = 256;

/// Tokens of the longest context of any sequence.
inline int longest_context(const StepLimits& limits) {
  return std::max(kLeastContext, limits.max_pages * kPageTokens);
}

/// The power of two from n on, between `least` and `most`; n itself where that is more than `most`.
inline int bucket_size(int n, int least, int most) {
  int size = least;
  while (size < n && size < most) size *= 2;
  return std::max(n, std::min(size, most));
}

/// The bucket {tokens, outputs, sequences, context} that a step falls into.
template <class Bucket>
Bucket bucket_of(const StepInputs& step, const StepLimits& limits) {
  int context = 1;
  for (const int32_t c : step.context) context = std::max(context, c);
  const int outputs = step.n_outputs == 0 ? 0 : bucket_size(step.n_outputs, 1, limits.max_outputs);
  const int tokens = bucket_size(std::max(1, step.n_tokens), 1, limits.max_tokens);
  const int sequences = bucket_size(std::max(1, step.n_sequences), 1, std::min(tokens, limits.max_sequences));
  return {tokens, outputs, sequences, bucket_size(context, kLeastContext, longest_context(limits))};
}

/// Frequencies of a rotary table (radians a position) in turns: frac(f / 2 pi) * 2^64.
inline std::vector<uint64_t> turns_of(const std::vector<double>& frequencies) {
  std::vector<uint64_t> turns(frequencies.size());
  for (size_t i = 0; i < turns.size(); ++i) {
    const double turn = frequencies[i] / (2 * std::numbers::pi);
    turns[i] = static_cast<uint64_t>(std::ldexp(turn - std::floor(turn), 63)) << 1;  // 2^64 itself would not fit
  }
  return turns;
}

/// Op i of `ops` if it is a T.
template <class T>
const T* op_at(std::span<const Op> ops, size_t i) {
  return i < ops.size() ? std::get_if<T>(&ops[i]) : nullptr;
}

/// Whether `plan` plans what `route` chooses.
inline bool plans_choice(const MoeRouteOp& route, const MoePlanOp& plan) {
  return plan.ids == route.ids && plan.n_experts == route.n_experts && plan.n_used == route.n_used;
}

/// Whether `linear` is the product that `route` chooses by, for all tokens.
inline bool is_router(const LinearOp& linear, const MoeRouteOp& route) {
  return linear.rows == Rows::tokens && linear.outs[0].y == route.logits && linear.outs[0].w.out == route.n_experts;
}

/// Whether `heads` makes the first parts of the latent queries whose rotary parts `store` makes, from the same q.
inline bool shares_latent_queries(const MlaStoreOp& store, const LinearHeadsOp& heads) {
  const int64_t latent = store.c + store.rope_dim;
  return heads.x == store.q && heads.y == store.q_latent && heads.w.experts == store.n_head && heads.w.out <= store.c &&
         heads.y_head_stride == latent && heads.y_token_stride == latent * store.n_head;
}

/// Whether `attention` stands between the products into the latent space and out of it, without adapters: the three can be done in the
/// expanded form (formats.md 7).
inline bool can_expand(const LinearHeadsOp& into, const AttnMlaOp& attention, const LinearHeadsOp& out_of) {
  const bool linked = into.y == attention.q_latent && into.w.out == attention.c && out_of.x == attention.out && out_of.w.in == attention.c;
  const bool plain = !into.addend.data && !out_of.addend.data;
  return linked && plain && into.w.experts == attention.n_head && out_of.w.experts == attention.n_head;
}

}  // namespace engine
