// Latent attention (formats.md 7): one cache row serves all heads, its first c values are the V as well.
#include <algorithm>

#include "cpu/backend_cpu.h"

namespace engine::cpu {

CpuBackend::AttnShape CpuBackend::shape_of(const AttnMlaOp& op) {
  AttnShape shape{op.q_latent, op.out, op.n_head, 1, op.c + op.rope_dim, op.c, op.scale, 0, nullptr, op.kv};
  shape.kv.v = nullptr;
  return shape;
}

void CpuBackend::execute(const MlaStoreOp& op) {
  const int row_dim = op.c + op.rope_dim, head_dim = op.nope + op.rope_dim;
  prepare_rope(op.rope);
  parallel(step().n_tokens, [&](int64_t chunk, int thread) {
    const int t = static_cast<int>(chunk);
    for (int h = 0; h < op.n_head; ++h) {
      const int64_t head = chunk * op.n_head + h;
      float* q_pe = op.q_latent + head * row_dim + op.c;
      std::copy_n(op.q + head * head_dim + op.nope, op.rope_dim, q_pe);
      rotate(op.rope, t, q_pe);
    }
    const float* kv_a = op.kv_a + chunk * row_dim;
    float* row = row_.data() + static_cast<size_t>(thread) * row_floats_;
    kernels_.rms_norm(kv_a, op.kv_norm, op.eps, op.c, row);
    std::copy_n(kv_a + op.c, op.rope_dim, row + op.c);
    rotate(op.rope, t, row + op.c);
    write_row(op.kv.type, row, row_dim, kv_row(op.kv.k, op.kv.k_row_bytes, t));
  });
}

void CpuBackend::execute(const AttnMlaOp& op) {
  run_attention(shape_of(op));
}

}  // namespace engine::cpu
