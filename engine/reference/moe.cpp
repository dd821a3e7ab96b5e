#include <algorithm>
#include <cmath>

#include "core/quant_blocks.h"
#include "reference/backend_reference.h"
#include "reference/scalar.h"

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

int local_expert(const int32_t* local, int e) {
  return local == nullptr ? e : local[e];
}

}  // namespace

void ReferenceBackend::execute(const MoeRouteOp& op) {
  float* p = route_p_.data();
  float* s = route_s_.data();
  char* open = route_open_.data();
  for (int t = 0; t < step().n_tokens; ++t) {
    gate_values(op, op.logits + static_cast<int64_t>(t) * op.n_experts, p);
    for (int e = 0; e < op.n_experts; ++e) s[e] = op.select_bias != nullptr ? p[e] + op.select_bias[e] : p[e];
    if (op.n_groups > 1)
      close_groups(op, s, open);
    else
      std::fill_n(open, op.n_experts, static_cast<char>(1));
    int32_t* ids = op.ids + static_cast<int64_t>(t) * op.n_used;
    for (int k = 0; k < op.n_used; ++k) {
      ids[k] = best_open(s, open, op.n_experts);
      open[ids[k]] = 0;
    }
    weigh(op, p, ids, op.weights + static_cast<int64_t>(t) * op.n_used);
  }
}

void ReferenceBackend::execute(const MoePlanOp& op) {
  const int n_pairs = step().n_tokens * op.n_used;
  int32_t planned = 0;
  for (int e = 0; e < op.n_experts; ++e) {
    op.offsets[e] = planned;
    if (local_expert(op.local, e) < 0) continue;
    for (int pair = 0; pair < n_pairs; ++pair)
      if (op.ids[pair] == e) op.pairs[planned++] = pair;
  }
  op.offsets[op.n_experts] = planned;
}

void ReferenceBackend::execute(const MoeGluOp& op) {
  const int64_t in = op.gate.in, n_ff = op.gate.out;
  for (int e = 0; e < op.n_experts; ++e) {
    if (op.offsets[e] == op.offsets[e + 1]) continue;
    const int index = local_expert(op.local, e);
    for (int64_t o = 0; o < n_ff && !cancelled(); ++o) {
      dequantize_row(op.gate.type, op.gate.row(o, index), row_a_.data(), in);
      dequantize_row(op.up.type, op.up.row(o, index), row_b_.data(), in);
      for (int r = op.offsets[e]; r < op.offsets[e + 1]; ++r) {
        const float* x = op.x + op.pairs[r] / op.n_used * in;
        op.h[r * n_ff + o] = static_cast<float>(scalar::silu(scalar::dot(row_a_.data(), x, in)) * scalar::dot(row_b_.data(), x, in));
      }
    }
  }
}

void ReferenceBackend::execute(const MoeDownOp& op) {
  const int64_t n_ff = op.down.in, n = op.down.out;
  std::fill_n(op.scratch, static_cast<int64_t>(step().n_tokens) * op.n_used * n, 0.0f);  // slots that are elsewhere add nothing
  for (int e = 0; e < op.n_experts; ++e) {
    if (op.offsets[e] == op.offsets[e + 1]) continue;
    const int index = local_expert(op.local, e);
    for (int64_t o = 0; o < n && !cancelled(); ++o) {
      dequantize_row(op.down.type, op.down.row(o, index), row_a_.data(), n_ff);
      for (int r = op.offsets[e]; r < op.offsets[e + 1]; ++r)
        op.scratch[op.pairs[r] * n + o] = static_cast<float>(scalar::dot(row_a_.data(), op.h + r * n_ff, n_ff));
    }
  }
  for (int t = 0; t < step().n_tokens; ++t)
    for (int64_t o = 0; o < n; ++o) {
      double sum = 0;
      for (int k = 0; k < op.n_used; ++k) {
        const int64_t pair = static_cast<int64_t>(t) * op.n_used + k;
        sum += static_cast<double>(op.weights[pair]) * static_cast<double>(op.scratch[pair * n + o]);
      }
      op.y[t * n + o] = static_cast<float>(sum);
    }
}

}  // namespace engine
