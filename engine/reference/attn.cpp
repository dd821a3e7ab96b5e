#include <algorithm>
#include <cmath>

#include "reference/backend_reference.h"
#include "reference/kv_rows.h"
#include "reference/scalar.h"

namespace engine {

namespace {

/// Norm, clamp and rotation of one row of n heads.
void prepare_heads(const QkvStoreOp& op, float* row, int n, const float* norm, int position) {
  const bool whole = op.norm_over == NormOver::row;
  if (norm != nullptr && whole) scalar::rms_norm(row, norm, op.eps, static_cast<int64_t>(n) * op.head_k, row);
  for (int h = 0; h < n; ++h) {
    float* head = row + h * op.head_k;
    if (norm != nullptr && !whole) scalar::rms_norm(head, norm, op.eps, op.head_k, head);
    if (op.clamp > 0) scalar::clamp(head, op.head_k, op.clamp);
    scalar::rotate(op.rope, position, head);
  }
}

}  // namespace

void ReferenceBackend::execute(const QkvStoreOp& op) {
  for (int t = 0; t < step().n_tokens; ++t) {
    const int position = step().positions[static_cast<size_t>(t)], s = step().sequence[static_cast<size_t>(t)];
    float* k = op.k + static_cast<int64_t>(t) * op.n_kv * op.head_k;
    float* v = op.v + static_cast<int64_t>(t) * op.n_kv * op.head_v;
    prepare_heads(op, op.q + static_cast<int64_t>(t) * op.n_head * op.head_k, op.n_head, op.q_norm, position);
    prepare_heads(op, k, op.n_kv, op.k_norm, position);
    if (op.clamp > 0) scalar::clamp(v, op.n_kv * op.head_v, op.clamp);
    write_kv_row(op.kv.type, k, kv_row(step(), op.kv.k, op.kv.k_row_bytes, s, position), op.n_kv * op.head_k);
    write_kv_row(op.kv.type, v, kv_row(step(), op.kv.v, op.kv.v_row_bytes, s, position), op.n_kv * op.head_v);
  }
}

void ReferenceBackend::attend(const Attend& a) {
  double top = a.sink ? static_cast<double>(*a.sink) : -INFINITY, total = 0;
  for (int j = a.first; j < a.n; ++j) {
    const double score = static_cast<double>(a.scale) * scalar::dot(a.q, a.keys + j * a.key_stride, a.q_dim);
    scores_[static_cast<size_t>(j)] = score;
    top = std::max(top, score);
  }
  std::fill_n(mix_.begin(), a.v_dim, 0.0);
  if (a.sink) total = std::exp(static_cast<double>(*a.sink) - top);
  for (int j = a.first; j < a.n; ++j) {
    const double p = std::exp(scores_[static_cast<size_t>(j)] - top);
    total += p;
    const float* value = a.values + j * a.value_stride;
    for (int d = 0; d < a.v_dim; ++d) mix_[static_cast<size_t>(d)] += p * static_cast<double>(value[d]);
  }
  for (int d = 0; d < a.v_dim; ++d) a.out[d] = static_cast<float>(mix_[static_cast<size_t>(d)] / total);
}

void ReferenceBackend::execute(const AttnGqaOp& op) {
  const int group = op.n_head / op.n_kv;
  for (int s = 0; s < step().n_sequences; ++s) {
    const int first = step().first_token[static_cast<size_t>(s)], last = step().first_token[static_cast<size_t>(s) + 1];
    if (first == last) continue;
    for (int kv_head = 0; kv_head < op.n_kv; ++kv_head) {
      for (int j = 0; j < step().context[static_cast<size_t>(s)]; ++j) {
        read_kv_row(op.kv.type, kv_row(step(), op.kv.k, op.kv.k_row_bytes, s, j), kv_head * op.head_k, op.head_k,
                    &keys_[static_cast<size_t>(j * op.head_k)]);
        read_kv_row(op.kv.type, kv_row(step(), op.kv.v, op.kv.v_row_bytes, s, j), kv_head * op.head_v, op.head_v,
                    &values_[static_cast<size_t>(j * op.head_v)]);
      }
      for (int t = first; t < last && !cancelled(); ++t)
        for (int h = kv_head * group; h < (kv_head + 1) * group; ++h) {
          const int64_t row = static_cast<int64_t>(t) * op.n_head + h;
          const int visible = step().positions[static_cast<size_t>(t)] + 1;
          attend({op.q + row * op.head_k, op.head_k, keys_.data(), op.head_k, values_.data(), op.head_v, op.head_v,
                  op.window > 0 ? std::max(0, visible - op.window) : 0, visible, op.scale, op.sinks ? op.sinks + h : nullptr,
                  op.out + row * op.head_v});
        }
    }
  }
}

}  // namespace engine
