#include "ops/expert_choice.h"

#include <algorithm>
#include <atomic>
#include <cmath>

namespace engine {
namespace {

constexpr double kSmallestWeightSum = 6.1035e-5;  // formats.md 6, step 7

/// Step 2. Values are rounded to f32, so that what ties in f32 ties here.
void gate_values(const MoeRouteOp& op, const float* logits, float* p) {
  if (op.gate == GateKind::softmax_topk) {
    std::copy_n(logits, op.n_experts, p);
  } else if (op.gate == GateKind::sigmoid) {
    for (int e = 0; e < op.n_experts; ++e) p[e] = static_cast<float>(1.0 / (1.0 + std::exp(-static_cast<double>(logits[e]))));
  } else {
    const double top = static_cast<double>(*std::max_element(logits, logits + op.n_experts));
    double sum = 0;
    for (int e = 0; e < op.n_experts; ++e) sum += std::exp(static_cast<double>(logits[e]) - top);
    for (int e = 0; e < op.n_experts; ++e) p[e] = static_cast<float>(std::exp(static_cast<double>(logits[e]) - top) / sum);
  }
}

/// Index of the largest open score, the lowest on ties; with only NaNs left the first open one.
int best_open(const float* score, const char* open, int n) {
  int best = -1;
  for (int i = 0; i < n; ++i)
    if (open[i] && (best < 0 || score[i] > score[best])) best = i;
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

/// Step 4: closes the experts of all groups but the best n_groups_used. Groups are few: a selection by repeated maximum.
void close_groups(const MoeRouteOp& op, const float* s, char* open) {
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

/// Steps 6 to 8 for the selected experts.
void weigh(const MoeRouteOp& op, const float* p, const int32_t* ids, float* weights) {
  double w_top = -INFINITY, sum = 0;
  for (int k = 0; k < op.n_used; ++k) w_top = std::max(w_top, static_cast<double>(p[ids[k]]));
  const auto raw = [&](int k) {
    const double value = static_cast<double>(p[ids[k]]);
    return op.gate == GateKind::softmax_topk ? std::exp(value - w_top) : value;
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

void choose_experts(const MoeRouteOp& op, int token, const ExpertChoiceScratch& scratch) {
  float* p = scratch.gate;
  float* s = scratch.score;
  char* open = scratch.open;
  gate_values(op, op.logits + static_cast<int64_t>(token) * op.n_experts, p);
  for (int e = 0; e < op.n_experts; ++e) s[e] = op.select_bias != nullptr ? p[e] + op.select_bias[e] : p[e];
  if (op.n_groups > 1)
    close_groups(op, s, open);
  else
    std::fill_n(open, op.n_experts, static_cast<char>(1));
  int32_t* ids = op.ids + static_cast<int64_t>(token) * op.n_used;
  for (int k = 0; k < op.n_used; ++k) {
    ids[k] = best_open(s, open, op.n_experts);
    open[ids[k]] = 0;
    if (op.counts) std::atomic_ref(op.counts[ids[k]]).fetch_add(1, std::memory_order_relaxed);
  }
  weigh(op, p, ids, op.weights + static_cast<int64_t>(token) * op.n_used);
}

}  // namespace engine
