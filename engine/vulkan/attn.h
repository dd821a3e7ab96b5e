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

/// One dispatch, in decode buckets with longer contexts a second one that sums the splits.
void record_attention(Recorder& r, const AttnShape& shape);

}  // namespace engine::vulkan
