#include <algorithm>
#include <cmath>

#include "cpu/backend_cpu.h"

namespace engine::cpu {

void CpuBackend::execute(const AddNormOp& op) {
  constexpr int kRows = 8;
  const bool all = op.rows == Rows::tokens;
  const auto normalise = [&](int r) {
    kernels_.rms_norm(op.x + token_row(op.rows, r) * op.dim, op.weight, op.eps, op.dim, op.y + r * op.dim);
  };
  parallel((step().n_tokens + kRows - 1) / kRows, [&](int64_t chunk, int) {
    for (int t = static_cast<int>(chunk) * kRows; t < std::min(step().n_tokens, static_cast<int>(chunk + 1) * kRows); ++t) {
      for (int p = 0; p < op.n_parts; ++p) {
        const AddNormOp::Part& part = op.parts[p];
        float scale = part.scale;
        if (part.gate) scale = static_cast<float>(static_cast<double>(scale) / (1.0 + std::exp(-static_cast<double>(part.gate[t]))));
        kernels_.add_scaled(op.x + t * op.dim, part.data + t * op.dim, scale, op.dim);
      }
      if (all && op.y) normalise(t);
    }
  });
  if (all || !op.y) return;
  const int rows = row_count(op.rows);
  parallel((rows + kRows - 1) / kRows, [&](int64_t chunk, int) {
    for (int r = static_cast<int>(chunk) * kRows; r < std::min(rows, static_cast<int>(chunk + 1) * kRows); ++r) normalise(r);
  });
}

}  // namespace engine::cpu
