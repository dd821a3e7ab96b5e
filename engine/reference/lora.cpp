#include "reference/backend_reference.h"
#include "reference/scalar.h"

namespace engine {

void ReferenceBackend::adapt(const LoraEntry& entry, const LoraOp& op, int64_t expert, const float* x, int32_t token, float* y) {
  for (int p = 0; p < entry.n_parts; ++p) {
    const LoraEntry::Part& part = entry.parts[p];
    const float* a = part.a + expert * part.rank * op.in;
    const float* b = part.b + expert * part.rank * op.out;
    double hidden[kLoraRank];
    for (int r = 0; r < part.rank; ++r)
      hidden[r] = x ? scalar::dot(a + r * op.in, x, op.in) : static_cast<double>(part.a[static_cast<int64_t>(token) * part.rank + r]);
    for (int64_t o = 0; o < op.out; ++o) {
      double sum = p == 0 ? 0.0 : static_cast<double>(y[o]);
      for (int r = 0; r < part.rank; ++r) sum += static_cast<double>(part.scale) * hidden[r] * static_cast<double>(b[o * part.rank + r]);
      y[o] = static_cast<float>(sum);
    }
  }
}

void ReferenceBackend::execute(const LoraOp& op) {
  if (op.form == LoraOp::Form::experts) {
    for (int e = 0; e < op.n_experts; ++e)
      for (int r = op.offsets[e]; r < op.offsets[e + 1] && !cancelled(); ++r) {
        const int token = op.pairs[r] / op.n_used;
        const int32_t slot = slot_of(Rows::tokens, token);
        if (slot >= 0) adapt(op.entries[slot], op, e, op.x + (op.x_planned ? r : token) * op.in, 0, op.y + r * op.out);
      }
    return;
  }
  const int rows = row_count(op.rows);
  for (int r = 0; r < rows && !cancelled(); ++r) {
    const int32_t slot = slot_of(op.rows, r);
    if (slot < 0) continue;
    const int32_t token = step().tokens[static_cast<size_t>(token_row(op.rows, r))];
    for (int h = 0; h < op.heads; ++h) {
      const float* x = nullptr;
      if (op.form == LoraOp::Form::rows) x = op.x + r * op.in;
      if (op.form == LoraOp::Form::heads) x = op.x + r * op.x_token_stride + h * op.x_head_stride;
      adapt(op.entries[slot], op, h, x, token, op.y + (static_cast<int64_t>(r) * op.heads + h) * op.out);
    }
  }
}

}  // namespace engine
