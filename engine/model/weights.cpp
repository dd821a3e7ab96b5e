#include "model/weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/half.h"
#include "core/log.h"
#include "core/quant_blocks.h"
#include "gguf/printable.h"
#include "model/arch.h"

namespace engine::model {
namespace {

std::string computable_list() {
  std::string list;
  for (const DType type : computable_types()) list += (list.empty() ? "" : ", ") + std::string(dtype_name(type));
  return list;
}

/// Binds tensors by name. The first problem is kept and everything after it binds nothing.
class Binder {
 public:
  Binder(const gguf::File& file, const Config& config) : file_(file), config_(config), used_(file.tensors().size(), false) {}
  Result<ModelWeights> bind();

 private:
  using Shape = std::array<int64_t, 3>;  // ne[0..2]

  Weight matrix(const std::string& name, int64_t in, int64_t out, int64_t experts = 1);
  const float* vector(const std::string& name, int64_t n, int64_t rows = 1);
  const float* optional_vector(const std::string& name, int64_t n) { return has(name) ? vector(name, n) : nullptr; }
  [[nodiscard]] bool has(const std::string& name) const { return file_.tensor(name) != nullptr; }

  const gguf::TensorInfo* take(const std::string& name, const Shape& shape);
  static Weight view(const gguf::TensorInfo& tensor, int64_t in, int64_t out, int64_t experts);
  void fail(ErrorCode code, const std::string& what);
  template <class T>
  T* own(size_t n);

  LayerWeights layer(int index);
  void gqa(LayerWeights& w, const std::string& prefix);
  void fused_qkv(LayerWeights& w, const std::string& prefix);
  void mla(LayerWeights& w, const std::string& prefix);
  void split_kv_b(LayerWeights& w, const std::string& prefix);
  void dense(LayerWeights& w, const std::string& prefix, const std::string& suffix, int64_t n_ff);
  void experts(LayerWeights& w, const std::string& prefix);
  void check_unused();

  const gguf::File& file_;
  const Config& config_;
  std::vector<bool> used_;
  ModelWeights out_;
  std::optional<Error> error_;
};

void Binder::fail(ErrorCode code, const std::string& what) {
  if (error_) return;
  error_ = Error{code, fmt::format("{}: {}.", file_.path(), what),
                 code == ErrorCode::bad_file ? "Download the model again, from another source." : "Choose another variant of this model."};
}

template <class T>
T* Binder::own(size_t n) {
  out_.owned.push_back(std::make_unique<std::byte[]>(n * sizeof(T)));  // new of bytes is aligned for every basic type
  return reinterpret_cast<T*>(out_.owned.back().get());
}

/// The named tensor, present, of this shape and of a type we compute with.
const gguf::TensorInfo* Binder::take(const std::string& name, const Shape& shape) {
  if (error_) return nullptr;
  const gguf::TensorInfo* t = file_.tensor(name);
  if (!t) {
    fail(ErrorCode::bad_file, fmt::format("the tensor {} is missing", name));
    return nullptr;
  }
  if (t->ne[0] != shape[0] || t->ne[1] != shape[1] || t->ne[2] != shape[2] || t->ne[3] != 1) {
    fail(ErrorCode::bad_file, fmt::format("the tensor {} has the shape [{}, {}, {}, {}]; [{}, {}, {}, 1] was expected", name, t->ne[0],
                                          t->ne[1], t->ne[2], t->ne[3], shape[0], shape[1], shape[2]));
    return nullptr;
  }
  if (!dtype_info(t->type).computable) {
    fail(ErrorCode::unsupported,
         fmt::format("the tensor {} has the block type {}; supported are {}", name, dtype_name(t->type), computable_list()));
    return nullptr;
  }
  used_[static_cast<size_t>(t - file_.tensors().data())] = true;
  return t;
}

Weight Binder::view(const gguf::TensorInfo& tensor, int64_t in, int64_t out, int64_t experts) {
  Weight w;
  w.type = tensor.type;
  w.data = tensor.data;
  w.in = in;
  w.out = out;
  w.experts = experts;
  w.row_stride = row_bytes(tensor.type, in);
  w.expert_stride = w.row_stride * static_cast<size_t>(out);
  return w;
}

Weight Binder::matrix(const std::string& name, int64_t in, int64_t out, int64_t experts) {
  const gguf::TensorInfo* t = take(name, {in, out, experts});
  return t ? view(*t, in, out, experts) : Weight{};
}

/// Norms and biases, of experts a row each: F32 in place, F16 and BF16 widened.
const float* Binder::vector(const std::string& name, int64_t n, int64_t rows) {
  const gguf::TensorInfo* t = take(name, {n, rows, 1});
  if (!t) return nullptr;
  if (t->type != DType::f32 && t->type != DType::f16 && t->type != DType::bf16) {
    fail(ErrorCode::unsupported,
         fmt::format("the tensor {} has the block type {}; vectors are F32, F16 or BF16", name, dtype_name(t->type)));
    return nullptr;
  }
  if (t->type == DType::f32 && reinterpret_cast<uintptr_t>(t->data) % alignof(float) == 0) return reinterpret_cast<const float*>(t->data);
  float* wide = own<float>(static_cast<size_t>(n * rows));
  dequantize_row(t->type, t->data, wide, n * rows);
  return wide;
}

Result<ModelWeights> Binder::bind() {
  const Config& c = config_;
  out_.token_embd = matrix("token_embd.weight", c.n_embd, c.n_vocab);
  out_.output_norm = vector("output_norm.weight", c.n_embd);
  if (c.logit_scale != 1.0f && !error_) {
    float* scaled = own<float>(static_cast<size_t>(c.n_embd));
    for (int i = 0; i < c.n_embd; ++i) scaled[i] = out_.output_norm[i] / c.logit_scale;
    out_.output_norm = scaled;
  }
  out_.output = has("output.weight") ? matrix("output.weight", c.n_embd, c.n_vocab) : out_.token_embd;
  for (int i = 0; i < c.n_layers && !error_; ++i) out_.layers.push_back(layer(i));
  if (!error_) check_unused();
  if (error_) return *error_;
  return std::move(out_);
}

LayerWeights Binder::layer(int index) {
  const Config& c = config_;
  const std::string prefix = fmt::format("blk.{}.", index);
  LayerWeights w;
  w.attn_norm = vector(prefix + "attn_norm.weight", c.n_embd);
  if (c.is_mla)
    mla(w, prefix);
  else
    gqa(w, prefix);
  w.wo = matrix(prefix + "attn_output.weight", int64_t{c.n_head} * c.head_v, c.n_embd);
  w.bo = optional_vector(prefix + "attn_output.bias", c.n_embd);
  w.ffn_norm = vector(prefix + c.ffn_norm + ".weight", c.n_embd);
  if (c.is_moe_layer(index)) {
    experts(w, prefix);
    if (c.moe.n_ff_shared > 0) dense(w, prefix, "_shexp", c.moe.n_ff_shared);
  } else {
    dense(w, prefix, "", c.n_ff);
  }
  return w;
}

void Binder::gqa(LayerWeights& w, const std::string& prefix) {
  const Config& c = config_;
  const int64_t nq = int64_t{c.n_head} * c.head_k, nk = int64_t{c.n_head_kv} * c.head_k, nv = int64_t{c.n_head_kv} * c.head_v;
  if (has(prefix + "attn_qkv.weight")) {
    fused_qkv(w, prefix);
  } else {
    w.wq = matrix(prefix + "attn_q.weight", c.n_embd, nq);
    w.wk = matrix(prefix + "attn_k.weight", c.n_embd, nk);
    w.wv = matrix(prefix + "attn_v.weight", c.n_embd, nv);
    w.bq = optional_vector(prefix + "attn_q.bias", nq);
    w.bk = optional_vector(prefix + "attn_k.bias", nk);
    w.bv = optional_vector(prefix + "attn_v.bias", nv);
  }
  if (c.qkv_bias && !(w.bq && w.bk && w.bv) && !error_)
    fail(ErrorCode::bad_file, fmt::format("a bias of {}attn_q, attn_k or attn_v is missing", prefix));
  if (c.qk_norm != QkNorm::none) {
    const bool row = c.qk_norm == QkNorm::whole_row;
    w.q_norm = vector(prefix + "attn_q_norm.weight", row ? nq : c.head_k);
    w.k_norm = vector(prefix + "attn_k_norm.weight", row ? nk : c.head_k);
  }
  if (c.sinks) w.sinks = vector(prefix + "attn_sinks.weight", c.n_head);
}

/// attn_qkv: rows of q, then k, then v (formats.md 4).
void Binder::fused_qkv(LayerWeights& w, const std::string& prefix) {
  const Config& c = config_;
  const int64_t nq = int64_t{c.n_head} * c.head_k, nk = int64_t{c.n_head_kv} * c.head_k, nv = int64_t{c.n_head_kv} * c.head_v;
  const gguf::TensorInfo* t = take(prefix + "attn_qkv.weight", {c.n_embd, nq + nk + nv, 1});
  if (!t) return;
  w.wq = view(*t, c.n_embd, nq, 1);
  w.wk = view(*t, c.n_embd, nk, 1);
  w.wv = view(*t, c.n_embd, nv, 1);
  w.wk.data = w.wq.row(nq);
  w.wv.data = w.wq.row(nq + nk);
  if (const float* bias = optional_vector(prefix + "attn_qkv.bias", nq + nk + nv)) {
    w.bq = bias;
    w.bk = bias + nq;
    w.bv = bias + nq + nk;
  }
}

void Binder::mla(LayerWeights& w, const std::string& prefix) {
  const Config& c = config_;
  const Mla& m = c.mla;
  const int64_t nq = int64_t{c.n_head} * (m.nope + m.rope);
  if (m.q_lora_rank > 0) {
    w.wq_a = matrix(prefix + "attn_q_a.weight", c.n_embd, m.q_lora_rank);
    w.q_a_norm = vector(prefix + "attn_q_a_norm.weight", m.q_lora_rank);
    w.wq_b = matrix(prefix + "attn_q_b.weight", m.q_lora_rank, nq);
  } else {
    w.wq = matrix(prefix + "attn_q.weight", c.n_embd, nq);
  }
  w.wkv_a = matrix(prefix + "attn_kv_a_mqa.weight", c.n_embd, int64_t{m.kv_lora_rank} + m.rope);
  w.kv_a_norm = vector(prefix + "attn_kv_a_norm.weight", m.kv_lora_rank);
  if (has(prefix + "attn_k_b.weight") || has(prefix + "attn_v_b.weight") || !has(prefix + "attn_kv_b.weight")) {
    w.wk_b = matrix(prefix + "attn_k_b.weight", m.nope, m.kv_lora_rank, c.n_head);
    w.wv_b = matrix(prefix + "attn_v_b.weight", m.kv_lora_rank, m.v, c.n_head);
    if (const gguf::TensorInfo* both = file_.tensor(prefix + "attn_kv_b.weight"))
      used_[static_cast<size_t>(both - file_.tensors().data())] = true;
  } else {
    split_kv_b(w, prefix);
  }
}

/// Legacy layout (formats.md 7): attn_kv_b holds, head by head, nope rows of K and v rows of V. V is used in place; K must be
/// transposed, which quantised blocks cannot be, so it becomes F16 (F32 when the source is).
void Binder::split_kv_b(LayerWeights& w, const std::string& prefix) {
  const Mla& m = config_.mla;
  const int64_t heads = config_.n_head, c = m.kv_lora_rank, rows = int64_t{m.nope} + m.v;
  const gguf::TensorInfo* t = take(prefix + "attn_kv_b.weight", {c, heads * rows, 1});
  if (!t) return;
  const Weight both = view(*t, c, rows, heads);
  w.wv_b = both;
  w.wv_b.data = both.row(m.nope);
  w.wv_b.out = m.v;
  w.wk_b.type = t->type == DType::f32 ? DType::f32 : DType::f16;
  w.wk_b.in = m.nope;
  w.wk_b.out = c;
  w.wk_b.experts = heads;
  w.wk_b.row_stride = row_bytes(w.wk_b.type, m.nope);
  w.wk_b.expert_stride = w.wk_b.row_stride * static_cast<size_t>(c);
  std::byte* transposed = own<std::byte>(w.wk_b.bytes());
  std::vector<float> row(static_cast<size_t>(c));
  for (int64_t h = 0; h < heads; ++h) {
    for (int64_t n = 0; n < m.nope; ++n) {
      dequantize_row(t->type, both.row(n, h), row.data(), c);
      for (int64_t j = 0; j < c; ++j) {
        const size_t at = static_cast<size_t>((h * c + j) * m.nope + n);
        const float value = row[static_cast<size_t>(j)];
        if (w.wk_b.type == DType::f32)
          std::memcpy(transposed + at * sizeof(float), &value, sizeof(float));
        else
          reinterpret_cast<uint16_t*>(transposed)[at] = float_to_half(value);
      }
    }
  }
  w.wk_b.data = transposed;
}

void Binder::dense(LayerWeights& w, const std::string& prefix, const std::string& suffix, int64_t n_ff) {
  w.w_gate = matrix(prefix + "ffn_gate" + suffix + ".weight", config_.n_embd, n_ff);
  w.w_up = matrix(prefix + "ffn_up" + suffix + ".weight", config_.n_embd, n_ff);
  w.w_down = matrix(prefix + "ffn_down" + suffix + ".weight", n_ff, config_.n_embd);
}

void Binder::experts(LayerWeights& w, const std::string& prefix) {
  const Moe& moe = config_.moe;
  const int64_t d = config_.n_embd, ff = moe.n_ff, n = moe.n_experts;
  w.router = matrix(prefix + "ffn_gate_inp.weight", d, n);
  if (moe.biases) w.router_bias = vector(prefix + "ffn_gate_inp.bias", n);
  if (moe.shared_gate) w.shared_gate = matrix(prefix + "ffn_gate_inp_shexp.weight", d, 1);
  w.router_select_bias = optional_vector(prefix + "exp_probs_b.bias", n);
  if (!w.router_select_bias) w.router_select_bias = optional_vector(prefix + "exp_probs_b", n);
  if (has(prefix + "ffn_gate_up_exps.weight")) {
    if (const gguf::TensorInfo* t = take(prefix + "ffn_gate_up_exps.weight", {d, 2 * ff, n})) {
      w.gate_exps = view(*t, d, 2 * ff, n);
      w.gate_exps.out = ff;  // the stride between experts stays that of both halves
      w.up_exps = w.gate_exps;
      w.up_exps.data = w.gate_exps.row(ff);
    }
  } else {
    w.gate_exps = matrix(prefix + "ffn_gate_exps.weight", d, ff, n);
    w.up_exps = matrix(prefix + "ffn_up_exps.weight", d, ff, n);
  }
  w.down_exps = matrix(prefix + "ffn_down_exps.weight", ff, d, n);
  if (!moe.biases) return;
  w.gate_exps_bias = vector(prefix + "ffn_gate_exps.bias", ff, n);
  w.up_exps_bias = vector(prefix + "ffn_up_exps.bias", ff, n);
  w.down_exps_bias = vector(prefix + "ffn_down_exps.bias", d, n);
}

/// Tensors nobody asked for. Most are harmless; biases, norms, sinks and scales of a layer that runs would change its result, so
/// leaving them out would be wrong answers without a word.
void Binder::check_unused() {
  for (size_t i = 0; i < used_.size() && !error_; ++i) {
    const std::string& name = file_.tensors()[i].name;
    if (used_[i] || name == "rope_freqs.weight") continue;
    const std::string shown = gguf::printable(name);
    int block = -1;
    const bool in_layer = std::sscanf(name.c_str(), "blk.%7d.", &block) == 1 && block >= 0 && block < config_.n_layers;
    const std::string_view n = name;
    const bool matters = n.ends_with(".bias") || n.ends_with("_norm.weight") || n.ends_with(".scale") || n.ends_with("sinks.weight") ||
                         n.ends_with("ffn_gate_inp_shexp.weight");
    if (matters && (in_layer || n.starts_with("output") || n.starts_with("token_embd")))
      fail(ErrorCode::unsupported, fmt::format("the tensor {} belongs to a variant of '{}' that is not supported", shown, config_.arch));
    else
      log(LogLevel::info, "{}: the tensor {} is not used", file_.path(), shown);
  }
}

}  // namespace

Result<ModelWeights> bind_weights(const gguf::File& file, const Config& config) {
  return Binder(file, config).bind();
}

}  // namespace engine::model
