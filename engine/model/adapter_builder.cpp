#include "model/adapter_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "core/check.h"
#include "gguf/printable.h"
#include "ops/ops.h"

namespace engine::model {
namespace {

/// Matrices that a low-rank pair can be added to; the pre-2024 Mixtral files with a tensor for each expert do not load.
constexpr std::string_view kRoles[] = {
    "attn_q",         "attn_k",        "attn_v",         "attn_qkv",          "attn_output",
    "attn_q_a",       "attn_q_b",      "attn_kv_a_mqa",  "attn_kv_b",         "attn_k_b",
    "attn_v_b",       "ffn_gate",      "ffn_up",         "ffn_down",          "ffn_gate_up",
    "ffn_gate_inp",   "ffn_gate_exps", "ffn_up_exps",    "ffn_down_exps",     "ffn_gate_up_exps",
    "ffn_gate_shexp", "ffn_up_shexp",  "ffn_down_shexp", "ffn_gate_up_shexp", "ffn_gate_inp_shexp",
};

/// More than any published adapter, less than what would drive a machine into swapping.
constexpr int64_t kMaxFloats = int64_t{1} << 30;

/// Parts of a fused matrix, in the order of its rows.
std::vector<std::string_view> parts_of(std::string_view role) {
  if (role == "attn_qkv") return {"attn_q", "attn_k", "attn_v"};
  if (role == "ffn_gate_up") return {"ffn_gate", "ffn_up"};
  if (role == "ffn_gate_up_exps") return {"ffn_gate_exps", "ffn_up_exps"};
  if (role == "ffn_gate_up_shexp") return {"ffn_gate_shexp", "ffn_up_shexp"};
  return {};
}

/// "blk.3.attn_q.weight" -> "blk.3." and "attn_q"; empty when it is no matrix of a layer.
struct LayerName {
  std::string prefix;
  std::string_view role;
};
LayerName split_name(std::string_view tensor) {
  if (!tensor.starts_with("blk.") || !tensor.ends_with(".weight")) return {};
  const size_t dot = tensor.find('.', 4);
  const std::string_view role = tensor.substr(dot + 1, tensor.size() - std::min(tensor.size(), dot + 1 + 7));
  if (std::find(std::begin(kRoles), std::end(kRoles), role) == std::end(kRoles)) return {};
  return {std::string(tensor.substr(0, dot + 1)), role};
}

std::string text(const MatrixShape& s) {
  return s.experts == 1 ? fmt::format("{} x {}", s.in, s.out) : fmt::format("{} x {} x {}", s.in, s.out, s.experts);
}

bool all_finite(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

}  // namespace

int AdapterBuilder::layer_of(std::string_view tensor) {
  int layer = -1;
  if (tensor.starts_with("blk.")) std::from_chars(tensor.data() + 4, tensor.data() + tensor.size(), layer);
  return layer;
}

bool AdapterBuilder::is_unused_layer(int layer) const {
  return layer >= config_.n_layers && layer < base_.integer(config_.arch + ".block_count").value_or(0);
}

std::optional<MatrixShape> AdapterBuilder::stored(const std::string& tensor) const {
  const gguf::TensorInfo* t = base_.tensor(tensor);
  if (!t || t->ne[3] != 1) return std::nullopt;
  return MatrixShape{t->ne[0], t->ne[1], t->ne[2]};
}

/// A matrix that the file keeps inside a fused one.
std::optional<MatrixShape> AdapterBuilder::part_of_fused(const std::string& prefix, std::string_view role) const {
  if (role == "attn_q" || role == "attn_k" || role == "attn_v") {
    const auto fused = stored(prefix + "attn_qkv.weight");
    const int64_t q = int64_t{config_.n_head} * config_.head_k, k = int64_t{config_.n_head_kv} * config_.head_k;
    const int64_t v = int64_t{config_.n_head_kv} * config_.head_v;
    if (!fused || fused->out != q + k + v) return std::nullopt;
    return MatrixShape{fused->in, role == "attn_q" ? q : role == "attn_k" ? k : v, 1};
  }
  if (role == "attn_k_b" || role == "attn_v_b") {
    const auto fused = stored(prefix + "attn_kv_b.weight");
    const int64_t heads = config_.n_head, nope = config_.mla.nope, v = config_.mla.v;
    if (!fused || fused->out != heads * (nope + v)) return std::nullopt;
    return role == "attn_k_b" ? MatrixShape{nope, fused->in, heads} : MatrixShape{fused->in, v, heads};
  }
  if (role == "ffn_gate_exps" || role == "ffn_up_exps") {
    const auto fused = stored(prefix + "ffn_gate_up_exps.weight");
    if (!fused || fused->out % 2 != 0) return std::nullopt;
    return MatrixShape{fused->in, fused->out / 2, fused->experts};
  }
  return std::nullopt;
}

/// A fused matrix that the file keeps in parts.
std::optional<MatrixShape> AdapterBuilder::sum_of_parts(const std::string& prefix, std::string_view role) const {
  if (role == "attn_kv_b") {
    const auto k = stored(prefix + "attn_k_b.weight"), v = stored(prefix + "attn_v_b.weight");
    if (!k || !v || k->out != v->in || k->experts != v->experts) return std::nullopt;
    return MatrixShape{v->in, k->experts * (k->in + v->out), 1};
  }
  std::optional<MatrixShape> sum;
  for (const std::string_view part : parts_of(role)) {
    const auto shape = stored(prefix + std::string(part) + ".weight");
    if (!shape || (sum && (shape->in != sum->in || shape->experts != sum->experts))) return std::nullopt;
    const int64_t rows = sum ? sum->out : 0;
    sum = MatrixShape{shape->in, rows + shape->out, shape->experts};
  }
  return sum;
}

std::optional<MatrixShape> AdapterBuilder::shape(const std::string& tensor) const {
  if (tensor == "output.weight") {
    const auto own = stored(tensor);
    return own ? own : stored("token_embd.weight");
  }
  if (tensor == "token_embd.weight") {
    const auto table = stored(tensor);
    return table ? std::optional(MatrixShape{table->out, table->in, 1}) : std::nullopt;
  }
  const LayerName name = split_name(tensor);
  if (name.role.empty()) return std::nullopt;
  if (const auto found = stored(tensor)) return found;
  if (const auto part = part_of_fused(name.prefix, name.role)) return part;
  return sum_of_parts(name.prefix, name.role);
}

Status AdapterBuilder::reserve(const MatrixShape& shape, int64_t rank) {
  if (rank < 1) return broken("a pair has rank 0");
  if (rank > kLoraRank)
    return unsupported(fmt::format("has rank {}; up to {} are supported", rank, kLoraRank), "Choose an adapter of a lower rank.");
  int64_t floats = 0;
  const bool wide = __builtin_add_overflow(shape.in, shape.out, &floats) || __builtin_mul_overflow(floats, rank, &floats) ||
                    __builtin_mul_overflow(floats, shape.experts, &floats) || floats > kMaxFloats - floats_;
  if (wide)
    return Error{ErrorCode::out_of_memory, fmt::format("The adapter {} needs more than {} GiB.", path(), kMaxFloats * 4 >> 30),
                 "Choose an adapter of a lower rank."};
  floats_ += floats;
  return {};
}

Status AdapterBuilder::add(AdapterPair pair) {
  const auto base = shape(pair.tensor);
  const std::string shown = gguf::printable(pair.tensor, 128);
  if (!base) return wrong_base(fmt::format("that has {}, this one does not", shown));
  const MatrixShape own{pair.in, pair.out, pair.experts};
  if (own != *base) return wrong_base(fmt::format("there {} is {}, here it is {}", shown, text(own), text(*base)));
  HEARTH_CHECK(static_cast<int64_t>(pair.a.size()) == pair.experts * pair.rank * pair.in);
  HEARTH_CHECK(static_cast<int64_t>(pair.b.size()) == pair.experts * pair.rank * pair.out);
  if (!std::isfinite(pair.scale) || !all_finite(pair.a) || !all_finite(pair.b))
    return broken(fmt::format("the pair of {} has values that are no numbers", shown));
  const LayerName name = split_name(pair.tensor);
  if (name.role == "attn_kv_b") return add_kv_b(pair, name.prefix);
  if (!parts_of(name.role).empty()) return add_parts(pair, name.prefix, name.role);
  return put(std::move(pair));
}

/// Each part has A whole and its own rows of B.
Status AdapterBuilder::add_parts(const AdapterPair& pair, const std::string& prefix, std::string_view role) {
  int64_t first = 0;
  for (const std::string_view part : parts_of(role)) {
    AdapterPair piece = pair;
    piece.tensor = prefix + std::string(part) + ".weight";
    const auto base = shape(piece.tensor);
    if (!base || first + base->out > pair.out) return wrong_base(fmt::format("{}{} cannot be taken apart here", prefix, role));
    if (Status s = reserve(*base, pair.rank); !s) return s;
    piece.out = base->out;
    piece.b.clear();
    for (int64_t e = 0; e < pair.experts; ++e) {
      const auto begin = pair.b.begin() + (e * pair.out + first) * pair.rank;
      piece.b.insert(piece.b.end(), begin, begin + piece.out * pair.rank);
    }
    first += piece.out;
    if (Status s = put(std::move(piece)); !s) return s;
  }
  return {};
}

/// kv_b holds, head by head, nope rows of K and v rows of V over the same latent (formats.md 7). With B = [B_K; B_V] of a head:
/// v_b changes by B_V A, and k_b, which is transposed, by (B_K A)^T = A^T B_K^T (formats.md 11.2).
Status AdapterBuilder::add_kv_b(const AdapterPair& pair, const std::string& prefix) {
  AdapterPair k, v;
  k.tensor = prefix + "attn_k_b.weight";
  v.tensor = prefix + "attn_v_b.weight";
  const auto k_base = shape(k.tensor), v_base = shape(v.tensor);
  if (!k_base || !v_base) return wrong_base(fmt::format("{}attn_kv_b cannot be taken apart here", prefix));
  const int64_t heads = k_base->experts, nope = k_base->in, vdim = v_base->out, c = pair.in, r = pair.rank;
  HEARTH_CHECK(pair.out == heads * (nope + vdim) && k_base->out == c);
  if (Status s = reserve(*k_base, r); !s) return s;
  if (Status s = reserve(*v_base, r); !s) return s;
  k.in = nope, k.out = c, v.in = c, v.out = vdim;
  k.experts = v.experts = heads;
  k.rank = v.rank = r;
  k.scale = v.scale = pair.scale;
  k.a.resize(static_cast<size_t>(heads * r * nope));
  k.b.resize(static_cast<size_t>(heads * c * r));
  for (int64_t h = 0; h < heads; ++h) {
    const float* rows = pair.b.data() + h * (nope + vdim) * r;  // [nope + vdim][r]
    for (int64_t i = 0; i < r; ++i)
      for (int64_t n = 0; n < nope; ++n) k.a[static_cast<size_t>((h * r + i) * nope + n)] = rows[n * r + i];
    for (int64_t j = 0; j < c; ++j)
      for (int64_t i = 0; i < r; ++i) k.b[static_cast<size_t>((h * c + j) * r + i)] = pair.a[static_cast<size_t>(i * c + j)];
    v.a.insert(v.a.end(), pair.a.begin(), pair.a.end());
    v.b.insert(v.b.end(), rows + nope * r, rows + (nope + vdim) * r);
  }
  if (Status s = put(std::move(k)); !s) return s;
  return put(std::move(v));
}

Status AdapterBuilder::put(AdapterPair pair) {
  std::string tensor = pair.tensor;
  if (!pairs_.try_emplace(tensor, std::move(pair)).second) return broken(fmt::format("it changes {} twice", gguf::printable(tensor, 128)));
  return {};
}

Result<Adapter> AdapterBuilder::finish(std::string name) {
  if (pairs_.empty()) return broken("it changes nothing");
  adapter_.path = path();
  adapter_.name = std::move(name);
  for (auto& [tensor, pair] : pairs_) adapter_.pairs.push_back(std::move(pair));
  return std::move(adapter_);
}

}  // namespace engine::model
