#include <algorithm>
#include <cmath>

#include "core/quant_blocks.h"
#include "ops/expert_choice.h"
#include "reference/backend_reference.h"
#include "reference/scalar.h"

namespace engine {
namespace {

int local_expert(const int32_t* local, int e) {
  return local == nullptr ? e : local[e];
}

}  // namespace

void ReferenceBackend::execute(const MoeRouteOp& op) {
  const ExpertChoiceScratch scratch{route_p_.data(), route_s_.data(), route_open_.data()};
  for (int t = 0; t < step().n_tokens; ++t) choose_experts(op, t, scratch);
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
        const int token = op.pairs[r] / op.n_used;
        const float* x = op.x + token * in;
        double gate = scalar::dot(row_a_.data(), x, in), up = scalar::dot(row_b_.data(), x, in);
        if (op.gate_bias != nullptr) gate += static_cast<double>(op.gate_bias[index * n_ff + o]);
        if (op.up_bias != nullptr) up += static_cast<double>(op.up_bias[index * n_ff + o]);
        const int32_t slot = slot_of(Rows::tokens, token);
        if (op.gate_addend.active(slot)) gate += static_cast<double>(op.gate_addend.data[r * n_ff + o]);
        if (op.up_addend.active(slot)) up += static_cast<double>(op.up_addend.data[r * n_ff + o]);
        op.h[r * n_ff + o] = static_cast<float>(scalar::activate(op.act, gate, up));
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
      for (int r = op.offsets[e]; r < op.offsets[e + 1]; ++r) {
        double sum = scalar::dot(row_a_.data(), op.h + r * n_ff, n_ff);
        if (op.bias != nullptr) sum += static_cast<double>(op.bias[index * n + o]);
        if (op.addend.active(slot_of(Rows::tokens, op.pairs[r] / op.n_used))) sum += static_cast<double>(op.addend.data[r * n + o]);
        op.scratch[op.pairs[r] * n + o] = static_cast<float>(sum);
      }
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
