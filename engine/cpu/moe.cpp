#include <algorithm>
#include <cmath>

#include "cpu/backend_cpu.h"
#include "cpu/limits.h"

namespace engine::cpu {
namespace {

constexpr double kSmallestWeightSum = 6.1035e-5;  // formats.md 6, step 7
// Rows of an expert from which unpacking its weights pays in a prompt.
constexpr int kMatrixRows = 5;
// Weight rows of one item of a prompt: 4 strips.
constexpr int kPromptRows = 4 * kStripRows;

/// Step 2, rounded to f32 so that ties are those of f32.
void gate_values(const MoeRouteOp& op, const float* logits, float* p) {
  if (op.gate == GateKind::softmax_topk) {
    std::copy_n(logits, op.n_experts, p);
  } else if (op.gate == GateKind::sigmoid) {
    for (int e = 0; e < op.n_experts; ++e) p[e] = static_cast<float>(1.0 / (1.0 + std::exp(-static_cast<double>(logits[e]))));
  } else {
    const auto top = static_cast<double>(*std::max_element(logits, logits + op.n_experts));
    double sum = 0;
    for (int e = 0; e < op.n_experts; ++e) sum += std::exp(static_cast<double>(logits[e]) - top);
    for (int e = 0; e < op.n_experts; ++e) p[e] = static_cast<float>(std::exp(static_cast<double>(logits[e]) - top) / sum);
  }
}

/// The largest open value, lowest index on ties; the first open one when all are NaN.
int best_open(const float* value, const char* open, int n) {
  int best = -1;
  for (int i = 0; i < n; ++i)
    if (open[i] && (best < 0 || value[i] > value[best])) best = i;
  return best;
}

float group_score(const MoeRouteOp& op, const float* s, int size) {
  float first = -INFINITY, second = -INFINITY;
  for (int i = 0; i < size; ++i) {
    if (s[i] > first) {
      second = first;
      first = s[i];
    } else if (s[i] > second) {
      second = s[i];
    }
  }
  return op.group_rank == GroupRank::max || size == 1 ? first : first + second;
}

/// Step 4: only the experts of the best groups stay open.
void open_groups(const MoeRouteOp& op, const float* s, char* open) {
  const int size = op.n_experts / op.n_groups;
  std::fill_n(open, op.n_experts, static_cast<char>(0));
  for (int kept = 0; kept < op.n_groups_used; ++kept) {
    int best = -1;
    float best_score = 0;
    for (int g = 0; g < op.n_groups; ++g) {
      if (open[g * size]) continue;
      const float score = group_score(op, s + g * size, size);
      if (best < 0 || score > best_score) {
        best = g;
        best_score = score;
      }
    }
    std::fill_n(open + best * size, size, static_cast<char>(1));
  }
}

/// Steps 6 to 8.
void weigh(const MoeRouteOp& op, const float* p, const int32_t* ids, float* weights) {
  double top = -INFINITY, sum = 0;
  for (int k = 0; k < op.n_used; ++k) top = std::max(top, static_cast<double>(p[ids[k]]));
  const auto raw = [&](int k) {
    const auto value = static_cast<double>(p[ids[k]]);
    return op.gate == GateKind::softmax_topk ? std::exp(value - top) : value;
  };
  for (int k = 0; k < op.n_used; ++k) sum += raw(k);
  double factor = op.scale == 0.0f ? 1.0 : static_cast<double>(op.scale);
  if (op.gate == GateKind::softmax_topk)
    factor /= sum;
  else if (op.normalise)
    factor /= std::max(sum, kSmallestWeightSum);
  for (int k = 0; k < op.n_used; ++k) weights[k] = static_cast<float>(raw(k) * factor);
}

}  // namespace

void CpuBackend::route_token(const MoeRouteOp& op, int token, int thread) {
  float* p = route_.data() + static_cast<size_t>(thread) * 2 * route_experts_;
  float* s = p + route_experts_;
  char* open = route_open_.data() + static_cast<size_t>(thread) * route_experts_;
  gate_values(op, op.logits + static_cast<int64_t>(token) * op.n_experts, p);
  for (int e = 0; e < op.n_experts; ++e) s[e] = op.select_bias ? p[e] + op.select_bias[e] : p[e];
  if (op.n_groups > 1)
    open_groups(op, s, open);
  else
    std::fill_n(open, op.n_experts, static_cast<char>(1));
  int32_t* ids = op.ids + static_cast<int64_t>(token) * op.n_used;
  for (int k = 0; k < op.n_used; ++k) {
    ids[k] = best_open(s, open, op.n_experts);
    open[ids[k]] = 0;
  }
  weigh(op, p, ids, op.weights + static_cast<int64_t>(token) * op.n_used);
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
                      decode || a.n < kMatrixRows};
    multiply_glu(block, op.up, {}, thread);
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

/// Few tokens: an item is a range of output rows with all experts, so that the sum over slots needs no second pass.
void CpuBackend::down_decode(const MoeDownOp& op, const ActRows& h) {
  const int64_t out = op.down.out;
  const int rows = std::max(8, chunk_rows(op.down, out, true) / static_cast<int>(std::max<size_t>(active_.size(), 1)) / 8 * 8);
  parallel((out + rows - 1) / rows, [&](int64_t chunk, int thread) {
    const int64_t r0 = chunk * rows, r1 = std::min(out, r0 + rows);
    for (const Active& a : active_) {
      const Block block{&op.down, a.index, r0, static_cast<int>(r1 - r0), h, a.first, a.n, nullptr, true};
      multiply(block, &out_rows_[static_cast<size_t>(a.first)], r0, thread);
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
    const Block block{&op.down, a.index,          r0, static_cast<int>(std::min<int64_t>(kPromptRows, out - r0)), h, a.first, a.n,
                      nullptr,  a.n < kMatrixRows};
    multiply(block, &out_rows_[static_cast<size_t>(a.first)], r0, thread);
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
