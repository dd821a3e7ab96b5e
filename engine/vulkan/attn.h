// Attention over both cache forms: what attn.cpp and mla.cpp share.
#pragma once

#include "vulkan/recorder.h"

namespace engine::vulkan {

/// AttnGqaOp, or AttnMlaOp seen as one KV head whose V rows are the first dv values of its K rows.
struct AttnShape {
  const float* q = nullptr;
  float* out = nullptr;
  int n_head = 0, n_kv = 0, dk = 0, dv = 0;
  float scale = 1.0f;
  int window = 0;
  const float* sinks = nullptr;
  KvLayer kv;  // v set
};

/// Of shaders/include/mla_store.glsl.
struct MlaStoreParams {
  uint64_t q, kv_a, kv_norm, q_latent, turns, cache;
  uint32_t row_bytes, n_head, nope, rope_dim, c;
  uint32_t n_rot, rope;
  float eps, mscale;
  uint32_t unused = 0;

  /// Workgroups of `lanes` for each token.
  [[nodiscard]] uint32_t groups(uint32_t lanes) const { return 1 + ceil_div(int64_t{n_head} * (rope_dim - n_rot / 2), lanes); }
};
MlaStoreParams mla_store_params(Recorder& r, const MlaStoreOp& op);

/// One dispatch, in decode buckets with longer contexts a second one that sums the splits.
void record_attention(Recorder& r, const AttnShape& shape);

}  // namespace engine::vulkan
