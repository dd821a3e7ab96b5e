#include "reference/backend_reference.h"
#include "reference/scalar.h"

namespace engine {

void ReferenceBackend::execute(const AddNormOp& op) {
  if (op.n_parts > 0) {
    const auto scale = [&](const AddNormOp::Part& part, int64_t t) {
      return static_cast<double>(part.scale) * (part.gate ? scalar::sigmoid(static_cast<double>(part.gate[t])) : 1.0);
    };
    for (int64_t i = 0; i < step().n_tokens * op.dim; ++i) {
      double sum = static_cast<double>(op.x[i]);
      for (int p = 0; p < op.n_parts; ++p) sum += scale(op.parts[p], i / op.dim) * static_cast<double>(op.parts[p].data[i]);
      op.x[i] = static_cast<float>(sum);
    }
  }
  if (op.y == nullptr) return;
  for (int r = 0; r < row_count(op.rows); ++r)
    scalar::rms_norm(op.x + token_row(op.rows, r) * op.dim, op.weight, op.eps, op.dim, op.y + r * op.dim);
}

}  // namespace engine
