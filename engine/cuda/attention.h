// Attention over both cache forms: what attention*.cu share on the host.
#pragma once

#include <optional>

#include "cuda/recorder.h"

namespace engine::cuda {

struct AttentionParams;  // device/attention.cuh
struct StoringParams;    // device/attention_store.cuh

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
  /// AttentionParams::whole.
  [[nodiscard]] int whole() const;
};

/// A kernel and how it divides its work.
struct AttentionVariant {
  int rows = 16;  // that a block has room for
  bool decode = false;
  unsigned threads = 256;
  size_t shared_bytes = 0;
  Kernel<AttentionParams> kernel = nullptr;
  bool adds_shares = false;  // it adds the shares of splits itself
  // Walks over more than one_split positions are split into ranges of at least min_split, a multiple of kPageTokens.
  int one_split = 288, min_split = 128;
  // The same with the qkv_store of the token in front of it, where tokens have sequences of their own and a KV head's group is one tile.
  Kernel<StoringParams> storing = nullptr;
  size_t storing_bytes = 0;

  /// Query heads of a block: those of one KV head, in as many equal parts as it takes.
  [[nodiscard]] int chunks(const AttentionShape& s) const { return static_cast<int>(ceil_div(s.group(), rows)); }
  [[nodiscard]] int heads(const AttentionShape& s) const { return static_cast<int>(ceil_div(s.group(), chunks(s))); }
  /// Tokens of a block; one in decode, where the bits of a row must not depend on its neighbours.
  [[nodiscard]] int tokens(const AttentionShape& s) const { return decode ? 1 : rows / heads(s); }
};

AttentionParams attention_params(const AttentionShape& s, const AttentionVariant& v);
Cost attention_cost(const AttentionShape& s, const Bucket& b, const AttentionVariant& v);
Cost store_cost(const QkvStoreOp& op, int tokens);  // store.cu

/// qkv_store and the attention behind it in one launch, which leaves q as it was. False: these do not go together here, nothing was
/// recorded.
bool record_storing(Recorder& r, const QkvStoreOp& store, const AttnGqaOp& op);

/// Latent attention between the product into the latent space and the one out of it in its expanded form (attention_expanded.cu). False:
/// these do not go together here, or the absorbed form costs less; nothing was recorded.
bool record_expanded(Recorder& r, const LinearHeadsOp& into, const AttnMlaOp& op, const LinearHeadsOp& out_of);

/// Tensor cores over f16 caches, where the shape allows it (attention_half.cu).
std::optional<AttentionVariant> half_variant(const AttentionShape& s, bool decode);
/// The same over q8_0 caches (attention_q8.cu).
std::optional<AttentionVariant> q8_variant(const AttentionShape& s, bool decode);
/// Both where V is a part of K: MLA (attention_latent.cu).
std::optional<AttentionVariant> latent_variant(const AttentionShape& s);

}  // namespace engine::cuda
