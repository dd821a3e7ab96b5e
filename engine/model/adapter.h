// LoRA adapters in one canonical form, whatever file they come from (formats.md 11).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/result.h"
#include "gguf/reader.h"
#include "model/config.h"

namespace engine::model {

/// One low-rank pair: the base product y = W x becomes y + user_scale * scale * B (A x).
///
/// Canonical names and shapes: fused base tensors are taken apart (attn_q, attn_k, attn_v; ffn_gate_exps, ffn_up_exps), kv_b of MLA
/// is always attn_k_b [H] {nope -> c} and attn_v_b [H] {c -> v} (formats.md 11.2), rows of q and k are in GGUF order, experts
/// without a pair hold zeros. `token_embd.weight` is a table: `a` has a row of rank values for each token, in = n_vocab.
struct AdapterPair {
  std::string tensor;       // name of the base tensor, e.g. "blk.3.attn_q.weight"
  int64_t in = 0, out = 0;  // of the base matrix
  int64_t experts = 1;      // experts or heads
  int64_t rank = 0;
  std::vector<float> a;  // [experts][rank][in]; token_embd: [n_vocab][rank]
  std::vector<float> b;  // [experts][out][rank]
  float scale = 1.0f;    // alpha / rank, or alpha / sqrt(rank) with rslora
};

struct Adapter {
  std::string path;
  std::string name;                // general.name, else the file or folder name
  std::vector<AdapterPair> pairs;  // sorted by tensor, no name twice

  [[nodiscard]] const AdapterPair* find(const std::string& tensor) const;
};

/// Reads a GGUF adapter, a PEFT folder, or the adapter_model.safetensors inside one, for the model in `base`.
/// Errors: not_found, io, bad_file, unsupported (DoRA, modules_to_save, pickle files, biases, another base model: the
/// reason is named).
Result<Adapter> read_adapter(const std::string& path, const gguf::File& base, const Config& config);

}  // namespace engine::model
