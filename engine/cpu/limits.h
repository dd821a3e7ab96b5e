// Sizes that both the scratch planning and the ops need.
#pragma once

#include <cstdint>

namespace engine::cpu {

/// Most weight rows of one chunk on the vector path.
inline constexpr int kChunkRows = 64;
/// Columns of one segment of topk_logits: fixed, so that the sum of exponentials never depends on the threads.
inline constexpr int kSegment = 8192;
/// Logits whose maximum is kept; kSegment is a multiple.
inline constexpr int kLogitBlock = 64;
inline int64_t logit_blocks(int64_t n_vocab) {
  return (n_vocab + kLogitBlock - 1) / kLogitBlock;
}
/// Most candidates that a row collects for the best k: what is greater than the bound lies in fewer than k blocks, and k that equal it.
inline int64_t candidate_room(int64_t k, int64_t n_vocab) {
  return (k * kLogitBlock < n_vocab ? k * kLogitBlock : n_vocab) + k;
}
/// Decode attention splits the cache into at most this many ranges of at least kSplitTokens. The ranges depend on the
/// context length only, so that a row gets the same bits for every batch and thread count.
inline constexpr int kMaxSplits = 16;
inline constexpr int64_t kSplitTokens = 256;

}  // namespace engine::cpu
