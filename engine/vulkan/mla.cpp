#include "vulkan/attn.h"

namespace engine::vulkan {

MlaStoreParams mla_store_params(Recorder& r, const MlaStoreOp& op) {
  const bool rotates = op.rope.kind != RopeKind::none;
  return {address(op.q),
          address(op.kv_a),
          address(op.kv_norm),
          address(op.q_latent),
          rotates ? r.turns(op.rope) : 0,
          address(op.kv.k),
          static_cast<uint32_t>(op.kv.k_row_bytes),
          static_cast<uint32_t>(op.n_head),
          static_cast<uint32_t>(op.nope),
          static_cast<uint32_t>(op.rope_dim),
          static_cast<uint32_t>(op.c),
          rotates ? static_cast<uint32_t>(op.rope.n_rot) : 0,
          static_cast<uint32_t>(op.rope.kind),
          op.eps,
          op.rope.mscale};
}

void record(Recorder& r, const MlaStoreOp& op) {
  const MlaStoreParams p = mla_store_params(r, op);
  Kernel kernel{Shader::mla_store};
  kernel.constants = {static_cast<uint32_t>(op.kv.type)};
  r.dispatch(kernel, p, {p.groups(256), static_cast<uint32_t>(r.bucket().tokens)});
}

/// Formats.md 7, absorbed: one cache row serves all heads.
void record(Recorder& r, const AttnMlaOp& op) {
  AttnShape shape{op.q_latent, op.out, op.n_head, 1, op.c + op.rope_dim, op.c, op.scale, 0, nullptr, op.kv};
  shape.kv.v = op.kv.k;
  shape.kv.v_row_bytes = op.kv.k_row_bytes;
  record_attention(r, shape);
}

}  // namespace engine::vulkan
