#include "core/check.h"
#include "core/quant_blocks.h"
#include "cpu/backend_cpu.h"

namespace engine::cpu {

void CpuBackend::execute(const EmbedOp& op) {
  constexpr int kTokens = 8;
  const int64_t n = op.table.in;
  parallel((step().n_tokens + kTokens - 1) / kTokens, [&](int64_t chunk, int) {
    for (int t = static_cast<int>(chunk) * kTokens; t < std::min(step().n_tokens, static_cast<int>(chunk + 1) * kTokens); ++t) {
      const int32_t token = step().tokens[static_cast<size_t>(t)];
      HEARTH_CHECK(token >= 0 && token < op.table.out);
      float* out = op.out + t * n;
      dequantize_row(op.table.type, op.table.row(token), out, n);
      if (op.addend.active(slot_of(Rows::tokens, t))) kernels_.add_scaled(out, op.addend.data + t * n, 1.0f, n);
      if (op.scale != 1.0f)
        for (int64_t i = 0; i < n; ++i) out[i] *= op.scale;
    }
  });
}

}  // namespace engine::cpu
