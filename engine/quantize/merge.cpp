#include "quantize/merge.h"

#include <fmt/format.h>

#include <algorithm>

#include "gguf/printable.h"

namespace engine::quantize {
namespace {

using gguf::printable;
using gguf::TensorInfo;
using model::AdapterPair;

/// [rows][cols] -> [cols][rows]
std::vector<float> transposed(const float* m, int64_t rows, int64_t cols) {
  std::vector<float> out(static_cast<size_t>(rows * cols));
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < cols; ++c) out[static_cast<size_t>(c * rows + r)] = m[r * cols + c];
  return out;
}

/// "blk.3.attn_q.weight" with the part between the last two points replaced.
std::string sibling(const std::string& tensor, const char* part) {
  const size_t end = tensor.rfind('.'), start = end == std::string::npos || end == 0 ? end : tensor.rfind('.', end - 1);
  if (start == std::string::npos) return {};
  return tensor.substr(0, start + 1) + part + tensor.substr(end);
}

bool is_part(const std::string& tensor, const char* part) {
  return sibling(tensor, part) == tensor;
}

}  // namespace

struct Merge::Builder {
  const gguf::File& file;
  const model::Config& config;
  Merge& merge;
  const MergeAdapter* adapter = nullptr;

  [[nodiscard]] float scale(const AdapterPair& pair) const { return adapter->scale * pair.scale; }

  /// Experts of a pair become rows of `name` from `offset` on, `stride` rows an expert.
  void add_rows(const std::string& name, const AdapterPair& pair, int64_t offset, int64_t stride) {
    for (int64_t e = 0; e < pair.experts; ++e)
      merge.patches_[name].push_back(Patch{e * stride + offset, pair.out, pair.in, pair.rank, pair.b.data() + e * pair.out * pair.rank,
                                           pair.a.data() + e * pair.rank * pair.in, scale(pair)});
  }

  const float* own(std::vector<float> matrix) { return merge.owned_.emplace_back(std::move(matrix)).data(); }

  Error misfit(const AdapterPair& pair, const TensorInfo& t) const {
    return Error{ErrorCode::bad_file,
                 fmt::format("The adapter {} has {} x {} values for {}, whose shape is {} x {} x {}.", printable(adapter->adapter.name),
                             pair.in, pair.out, printable(pair.tensor), t.ne[0], t.ne[1], t.ne[2]),
                 "The adapter belongs to another base model."};
  }

  Status add(const AdapterPair& pair);
  Status add_table(const AdapterPair& pair, const TensorInfo& t);
  Status add_fused(const AdapterPair& pair, bool& found);
  Status add_kv_b(const AdapterPair& pair, bool& found);
};

/// The table of tokens: row t is B * A[t].
Status Merge::Builder::add_table(const AdapterPair& pair, const TensorInfo& t) {
  if (pair.experts != 1 || pair.in != t.ne[1] || pair.out != t.ne[0]) return misfit(pair, t);
  const float* vectors = own(transposed(pair.b.data(), pair.out, pair.rank));
  merge.patches_[pair.tensor].push_back(Patch{0, pair.in, pair.out, pair.rank, pair.a.data(), vectors, scale(pair)});
  return {};
}

Status Merge::Builder::add_fused(const AdapterPair& pair, bool& found) {
  const int64_t q = int64_t{config.n_head} * config.head_k, k = int64_t{config.n_head_kv} * config.head_k,
                v = int64_t{config.n_head_kv} * config.head_v;
  struct Piece {
    const char *part, *fused;
    int64_t offset, rows, total;  // total: rows of the fused tensor for each expert
  };
  const Piece pieces[] = {{"attn_q", "attn_qkv", 0, q, q + k + v},
                          {"attn_k", "attn_qkv", q, k, q + k + v},
                          {"attn_v", "attn_qkv", q + k, v, q + k + v},
                          {"ffn_gate_exps", "ffn_gate_up_exps", 0, pair.out, 2 * pair.out},
                          {"ffn_up_exps", "ffn_gate_up_exps", pair.out, pair.out, 2 * pair.out}};
  for (const Piece& piece : pieces) {
    if (!is_part(pair.tensor, piece.part)) continue;
    const TensorInfo* t = file.tensor(sibling(pair.tensor, piece.fused));
    if (!t) continue;
    found = true;
    if (pair.in != t->ne[0] || pair.out != piece.rows || t->ne[1] != piece.total || pair.experts != t->ne[2]) return misfit(pair, *t);
    add_rows(t->name, pair, piece.offset, piece.total);
  }
  return {};
}

/// Legacy MLA: kv_b has, for each head, nope rows for K and v rows for V; k_b is the transpose of the K rows.
Status Merge::Builder::add_kv_b(const AdapterPair& pair, bool& found) {
  const bool is_k = is_part(pair.tensor, "attn_k_b");
  if (!is_k && !is_part(pair.tensor, "attn_v_b")) return {};
  const TensorInfo* t = file.tensor(sibling(pair.tensor, "attn_kv_b"));
  if (!t) return {};
  found = true;
  const int64_t nope = config.mla.nope, v = config.mla.v, heads = config.n_head, c = t->ne[0];
  const bool fits =
      pair.experts == heads && t->ne[1] == heads * (nope + v) && (is_k ? pair.in == nope && pair.out == c : pair.in == c && pair.out == v);
  if (!fits) return misfit(pair, *t);
  if (!is_k) {
    add_rows(t->name, pair, nope, nope + v);
    return {};
  }
  for (int64_t h = 0; h < heads; ++h) {
    const float* rows = own(transposed(pair.a.data() + h * pair.rank * nope, pair.rank, nope));  // [nope][rank]
    const float* vectors = own(transposed(pair.b.data() + h * c * pair.rank, c, pair.rank));     // [rank][c]
    merge.patches_[t->name].push_back(Patch{h * (nope + v), nope, c, pair.rank, rows, vectors, scale(pair)});
  }
  return {};
}

Status Merge::Builder::add(const AdapterPair& pair) {
  const bool whole = pair.in > 0 && pair.out > 0 && pair.experts > 0 && pair.rank > 0 &&
                     static_cast<int64_t>(pair.a.size()) == pair.experts * pair.rank * pair.in &&
                     static_cast<int64_t>(pair.b.size()) == pair.experts * pair.rank * pair.out;
  if (!whole)
    return Error{ErrorCode::bad_file,
                 fmt::format("The adapter {} is incomplete for {}.", printable(adapter->adapter.name), printable(pair.tensor)),
                 "Download the adapter again."};
  const std::string stem = pair.tensor.ends_with(".weight") ? pair.tensor.substr(0, pair.tensor.size() - 7) : pair.tensor;
  if (file.tensor(stem + ".scale"))
    return Error{ErrorCode::unsupported,
                 fmt::format("{} has a scale of its own, so no adapter can be merged into it.", printable(pair.tensor)),
                 "Merge into the original model in F16, BF16 or F32."};
  const TensorInfo* t = file.tensor(pair.tensor);
  if (pair.tensor == "token_embd.weight" && t) return add_table(pair, *t);
  if (pair.tensor == "output.weight" && !t) t = file.tensor("token_embd.weight");
  if (t) {
    if (pair.in != t->ne[0] || pair.out != t->ne[1] || pair.experts != t->ne[2] || t->ne[3] != 1) return misfit(pair, *t);
    add_rows(pair.tensor, pair, 0, pair.out);
    return {};
  }
  bool found = false;
  if (Status s = add_fused(pair, found); !s) return s;
  if (Status s = add_kv_b(pair, found); !s) return s;
  if (found) return {};
  return Error{
      ErrorCode::invalid_argument,
      fmt::format("The adapter {} changes {}, which the model does not have.", printable(adapter->adapter.name), printable(pair.tensor)),
      "Choose an adapter that was trained on this model."};
}

Result<Merge> Merge::make(std::span<const MergeAdapter> adapters, const gguf::File& file, const model::Config& config) {
  Merge merge;
  Builder builder{file, config, merge};
  for (const MergeAdapter& adapter : adapters) {
    builder.adapter = &adapter;
    for (const AdapterPair& pair : adapter.adapter.pairs)
      if (Status s = builder.add(pair); !s) return s.error();
  }
  return merge;
}

std::span<const Patch> Merge::patches(const std::string& tensor) const {
  const auto at = patches_.find(tensor);
  return at == patches_.end() ? std::span<const Patch>() : std::span<const Patch>(at->second);
}

std::vector<std::string> Merge::tensors() const {
  std::vector<std::string> names;
  for (const auto& [name, patches] : patches_) names.push_back(name);
  return names;
}

void apply_patches(std::span<const Patch> patches, int64_t row, int64_t col, int64_t n, float* values) {
  for (const Patch& p : patches) {
    if (row < p.first_row || row >= p.first_row + p.rows) continue;
    const float* coefficients = p.coefficients + (row - p.first_row) * p.rank;
    for (int64_t k = 0; k < p.rank; ++k) {
      const float factor = p.scale * coefficients[k];
      if (factor == 0) continue;  // most experts of an adapter may have no pair
      const float* vector = p.vectors + k * p.cols + col;
      for (int64_t i = 0; i < n; ++i) values[i] += factor * vector[i];
    }
  }
}

}  // namespace engine::quantize
