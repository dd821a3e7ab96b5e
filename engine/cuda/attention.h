// Attention over both cache forms: what attention*.cu share on the host.
#pragma once

#include "cuda/recorder.h"

namespace engine::cuda {

struct AttentionParams;  // device/attention.cuh

/// AttnGqaOp, or AttnMlaOp seen as one KV head whose V rows are the first dv values of its K rows.
struct AttentionShape {
  const float* q = nullptr;
  float* out = nullptr;
  int n_head = 0, n_kv = 0, dk = 0, dv = 0;
  float scale = 1.0f;
  int window = 0;
  const float* sinks = nullptr;
  KvLayer kv;  // v set

  [[nodiscard]] int group() const { return n_head / n_kv; }
};

/// How a kernel divides its work.
struct AttentionTiling {
  int rows = 16;  // that a block has room for
  unsigned threads = 256;
  size_t shared_bytes = 0;

  /// Query heads of a block: those of one KV head, in as many equal parts as it takes.
  [[nodiscard]] int heads(const AttentionShape& s) const { return static_cast<int>(ceil_div(s.group(), chunks(s))); }
  [[nodiscard]] int chunks(const AttentionShape& s) const { return static_cast<int>(ceil_div(s.group(), rows)); }
  [[nodiscard]] int tokens(const AttentionShape& s, bool decode) const { return decode ? 1 : rows / heads(s); }
};

/// One launch over all tiles of the bucket.
void launch_attention(Recorder& r, const AttentionShape& s, const AttentionTiling& tiling, Kernel<AttentionParams> kernel);

}  // namespace engine::cuda
