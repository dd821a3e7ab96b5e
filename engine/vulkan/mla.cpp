#include "vulkan/attn.h"

namespace engine::vulkan {

void record(Recorder& r, const MlaStoreOp& op) {
  struct Params {
    uint64_t q, kv_a, kv_norm, q_latent, turns, cache;
    uint32_t row_bytes, n_head, nope, rope_dim, c;
    uint32_t n_rot, rope;
    float eps, mscale;
    uint32_t unused = 0;
  };
  const bool rotates = op.rope.kind != RopeKind::none;
  const uint32_t n_rot = rotates ? static_cast<uint32_t>(op.rope.n_rot) : 0;
  const Params p{address(op.q),
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
                 n_rot,
                 static_cast<uint32_t>(op.rope.kind),
                 op.eps,
                 op.rope.mscale};
  Kernel kernel{Shader::mla_store};
  kernel.constants = {static_cast<uint32_t>(op.kv.type)};
  const uint32_t items = p.n_head * (p.rope_dim - n_rot / 2);
  r.dispatch(kernel, p, {1 + ceil_div(items, 256), static_cast<uint32_t>(r.bucket().tokens)});
}

/// Formats.md 7, absorbed: one cache row serves all heads.
void record(Recorder& r, const AttnMlaOp& op) {
  AttnShape shape{op.q_latent, op.out, op.n_head, 1, op.c + op.rope_dim, op.c, op.scale, 0, nullptr, op.kv};
  shape.kv.v = op.kv.k;
  shape.kv.v_row_bytes = op.kv.k_row_bytes;
  record_attention(r, shape);
}

}  // namespace engine::vulkan
