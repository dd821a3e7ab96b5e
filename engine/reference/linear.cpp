#include "core/quant_blocks.h"
#include "reference/backend_reference.h"
#include "reference/scalar.h"

namespace engine {

void ReferenceBackend::multiply(const RowProduct& p) {
  for (int64_t o = 0; o < p.w.out && !cancelled(); ++o) {
    dequantize_row(p.w.type, p.w.row(o, p.expert), row_a_.data(), p.w.in);
    for (int r = 0; r < p.rows; ++r) p.y[r * p.y_stride + o] = static_cast<float>(scalar::dot(row_a_.data(), p.x + r * p.x_stride, p.w.in));
  }
}

void ReferenceBackend::execute(const LinearOp& op) {
  const int rows = row_count(op.rows);
  for (int i = 0; i < op.n_outs; ++i) {
    const LinearOp::Out& out = op.outs[i];
    for (int64_t o = 0; o < out.w.out && !cancelled(); ++o) {
      dequantize_row(out.w.type, out.w.row(o), row_a_.data(), op.in);
      for (int r = 0; r < rows; ++r) {
        double sum = scalar::dot(row_a_.data(), op.x + r * op.in, op.in);
        if (out.bias != nullptr) sum += static_cast<double>(out.bias[o]);
        if (out.addend.active(slot_of(op.rows, r))) sum += static_cast<double>(out.addend.data[r * out.w.out + o]);
        out.y[r * out.w.out + o] = static_cast<float>(sum);
      }
    }
  }
}

void ReferenceBackend::execute(const LinearGluOp& op) {
  const int64_t in = op.gate.in, n = op.gate.out;
  for (int64_t o = 0; o < n && !cancelled(); ++o) {
    dequantize_row(op.gate.type, op.gate.row(o), row_a_.data(), in);
    dequantize_row(op.up.type, op.up.row(o), row_b_.data(), in);
    for (int t = 0; t < step().n_tokens; ++t) {
      double gate = scalar::dot(row_a_.data(), op.x + t * in, in);
      double up = scalar::dot(row_b_.data(), op.x + t * in, in);
      if (op.gate_bias != nullptr) gate += static_cast<double>(op.gate_bias[o]);
      if (op.up_bias != nullptr) up += static_cast<double>(op.up_bias[o]);
      const int32_t slot = slot_of(Rows::tokens, t);
      if (op.gate_addend.active(slot)) gate += static_cast<double>(op.gate_addend.data[t * n + o]);
      if (op.up_addend.active(slot)) up += static_cast<double>(op.up_addend.data[t * n + o]);
      op.y[t * n + o] = static_cast<float>(scalar::activate(op.act, gate, up));
    }
  }
}

void ReferenceBackend::execute(const LinearHeadsOp& op) {
  for (int64_t h = 0; h < op.w.experts; ++h)
    multiply({op.w, h, op.x + h * op.x_head_stride, op.x_token_stride, op.y + h * op.y_head_stride, op.y_token_stride, step().n_tokens});
  if (!op.addend.data) return;
  for (int t = 0; t < step().n_tokens; ++t) {
    if (!op.addend.active(slot_of(Rows::tokens, t))) continue;
    for (int64_t h = 0; h < op.w.experts; ++h)
      for (int64_t o = 0; o < op.w.out; ++o)
        op.y[t * op.y_token_stride + h * op.y_head_stride + o] += op.addend.data[(t * op.w.experts + h) * op.w.out + o];
  }
}

}  // namespace engine
