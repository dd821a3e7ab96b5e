#include "import/tensor_plan.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <set>

#include "gguf/printable.h"
#include "model/hf_names.h"

namespace engine::importer {
namespace {

using gguf::printable;
using gguf::SafeTensor;

class Planner {
 public:
  Planner(const gguf::SafeTensors& checkpoint, const HfModel& model, DType type) : checkpoint_(checkpoint), m_(model), type_(type) {}
  Result<std::vector<PlannedTensor>> plan();

 private:
  void matrix(const std::string& name, const std::string& module, int64_t in, int64_t out, Arrangement how = Arrangement::plain);
  void precise(const std::string& name, const std::string& module, int64_t in, int64_t out);
  void vector(const std::string& name, const std::string& hf, int64_t n);
  void bias(const std::string& name, const std::string& module, int64_t n, Arrangement how = Arrangement::plain);
  void experts(const std::string& name, const std::string& folder, const char* part, int64_t in, int64_t out);
  void output();
  void layer(int64_t index);
  void gqa(const std::string& to, const std::string& from);
  void mla(const std::string& to, const std::string& from);
  void dense(const std::string& to, const std::string& suffix, const std::string& from, int64_t ff);
  void moe(const std::string& to, const std::string& from);
  void check_unused();

  Source take(const std::string& name, int64_t rows, int64_t columns, bool flat = false);
  void add(PlannedTensor tensor) {
    if (!error_) tensors_.push_back(std::move(tensor));
  }
  [[nodiscard]] DType matrix_type(int64_t in) const { return type_ == DType::q8_0 && in % 32 != 0 ? DType::f16 : type_; }
  void fail(ErrorCode code, const std::string& what, const char* hint = "Download the model again.") {
    if (!error_) error_ = Error{code, fmt::format("The model's weights cannot be read: {}.", what), hint};
  }

  const gguf::SafeTensors& checkpoint_;
  const HfModel& m_;
  DType type_;
  std::set<std::string, std::less<>> used_;
  std::vector<PlannedTensor> tensors_;
  std::optional<Error> error_;
};

/// A tensor of that shape; `flat`: one dimension of rows * columns elements.
Source Planner::take(const std::string& name, int64_t rows, int64_t columns, bool flat) {
  Source source;
  source.rows = rows, source.columns = columns;
  source.weight = checkpoint_.find(name);
  if (!source.weight) {
    fail(ErrorCode::bad_file, fmt::format("the tensor {} is missing", name));
    return source;
  }
  used_.insert(name);
  const std::vector<int64_t> expected = flat ? std::vector<int64_t>{rows * columns} : std::vector<int64_t>{rows, columns};
  if (source.weight->shape != expected)
    fail(ErrorCode::bad_file, fmt::format("the tensor {} has the shape {} instead of {}", name, gguf::shape_text(source.weight->shape),
                                          gguf::shape_text(expected)));
  if (!gguf::is_float(source.weight->type))
    fail(ErrorCode::unsupported, fmt::format("the tensor {} holds {}", name, gguf::safe_type_info(source.weight->type).name),
         "Choose the original model in BF16, F16 or FP8 with block scales, or a GGUF file.");
  const std::string factors = name + "_scale_inv";
  source.factors = checkpoint_.find(factors);
  const bool eight_bits = gguf::safe_type_info(source.weight->type).bytes == 1;
  if (!source.factors) {
    if (eight_bits) fail(ErrorCode::bad_file, fmt::format("the tensor {} of block scales is missing", factors));
    return source;
  }
  used_.insert(factors);
  const int64_t block_rows = m_.fp8_rows, block_columns = m_.fp8_columns;
  if (block_rows == 0 || !eight_bits || source.factors->type != gguf::SafeType::f32 ||
      source.factors->shape != std::vector<int64_t>{(rows + block_rows - 1) / block_rows, (columns + block_columns - 1) / block_columns})
    fail(ErrorCode::bad_file, fmt::format("the block scales {} do not fit their weights", factors));
  return source;
}

void Planner::matrix(const std::string& name, const std::string& module, int64_t in, int64_t out, Arrangement how) {
  PlannedTensor t;
  t.shape = {name + ".weight", matrix_type(in), {in, out}};
  t.arrangement = how;
  t.width = m_.head_width;
  t.sources = {take(module + ".weight", out, in)};
  add(std::move(t));
}

/// Routers: a rounding there changes which experts are chosen.
void Planner::precise(const std::string& name, const std::string& module, int64_t in, int64_t out) {
  PlannedTensor t;
  t.shape = {name + ".weight", DType::f32, {in, out}};
  t.sources = {take(module + ".weight", out, in)};
  add(std::move(t));
}

void Planner::vector(const std::string& name, const std::string& hf, int64_t n) {
  PlannedTensor t;
  t.shape = {name, DType::f32, {n}};
  t.sources = {take(hf, 1, n, true)};
  add(std::move(t));
}

/// A bias, where the checkpoint has one.
void Planner::bias(const std::string& name, const std::string& module, int64_t n, Arrangement how) {
  if (!checkpoint_.find(module + ".bias")) return;
  PlannedTensor t;
  t.shape = {name + ".bias", DType::f32, {n}};
  t.arrangement = how;
  t.width = m_.head_width;
  t.sources = {take(module + ".bias", n, 1, true)};
  if (how == Arrangement::plain) t.sources[0].rows = 1, t.sources[0].columns = n;
  add(std::move(t));
}

void Planner::experts(const std::string& name, const std::string& folder, const char* part, int64_t in, int64_t out) {
  PlannedTensor t;
  t.shape = {name + ".weight", matrix_type(in), {in, out, m_.experts}};
  for (int64_t e = 0; e < m_.experts && !error_; ++e) t.sources.push_back(take(fmt::format("{}.{}.{}.weight", folder, e, part), out, in));
  add(std::move(t));
}

void Planner::gqa(const std::string& to, const std::string& from) {
  const int64_t q = m_.heads * m_.head_width, kv = m_.kv_heads * m_.head_width;
  const Arrangement order = model::permutes_heads(m_.kind->arch) ? Arrangement::heads : Arrangement::plain;
  matrix(to + "attn_q", from + "q_proj", m_.embd, q, order);
  bias(to + "attn_q", from + "q_proj", q, order);
  matrix(to + "attn_k", from + "k_proj", m_.embd, kv, order);
  bias(to + "attn_k", from + "k_proj", kv, order);
  matrix(to + "attn_v", from + "v_proj", m_.embd, kv);
  bias(to + "attn_v", from + "v_proj", kv);
  matrix(to + "attn_output", from + "o_proj", q, m_.embd);
  bias(to + "attn_output", from + "o_proj", m_.embd);
  const bool left_out = std::string(m_.kind->arch) == "glm4moe" && !checkpoint_.find(from + "q_norm.weight");  // use_qk_norm
  if (m_.kind->qk_norm == QkNorm::none || left_out) return;
  const bool whole = m_.kind->qk_norm == QkNorm::whole;
  vector(to + "attn_q_norm.weight", from + "q_norm.weight", whole ? q : m_.head_width);
  vector(to + "attn_k_norm.weight", from + "k_norm.weight", whole ? kv : m_.head_width);
}

void Planner::mla(const std::string& to, const std::string& from) {
  const int64_t q = m_.heads * (m_.nope + m_.rotated);
  if (m_.q_lora > 0) {
    matrix(to + "attn_q_a", from + "q_a_proj", m_.embd, m_.q_lora);
    vector(to + "attn_q_a_norm.weight", from + "q_a_layernorm.weight", m_.q_lora);
    matrix(to + "attn_q_b", from + "q_b_proj", m_.q_lora, q);
  } else {
    matrix(to + "attn_q", from + "q_proj", m_.embd, q);
  }
  matrix(to + "attn_kv_a_mqa", from + "kv_a_proj_with_mqa", m_.embd, m_.latent + m_.rotated);
  vector(to + "attn_kv_a_norm.weight", from + "kv_a_layernorm.weight", m_.latent);
  PlannedTensor k, v;
  k.shape = {to + "attn_k_b.weight", matrix_type(m_.nope), {m_.nope, m_.latent, m_.heads}};
  v.shape = {to + "attn_v_b.weight", matrix_type(m_.latent), {m_.latent, m_.value_width, m_.heads}};
  k.arrangement = Arrangement::k_b;
  v.arrangement = Arrangement::v_b;
  k.sources = v.sources = {take(from + "kv_b_proj.weight", m_.heads * (m_.nope + m_.value_width), m_.latent)};
  k.k_rows = v.k_rows = m_.nope;
  k.v_rows = v.v_rows = m_.value_width;
  add(std::move(k));
  add(std::move(v));
  matrix(to + "attn_output", from + "o_proj", m_.heads * m_.value_width, m_.embd);
}

void Planner::dense(const std::string& to, const std::string& suffix, const std::string& from, int64_t ff) {
  matrix(to + "ffn_gate" + suffix, from + "gate_proj", m_.embd, ff);
  matrix(to + "ffn_up" + suffix, from + "up_proj", m_.embd, ff);
  matrix(to + "ffn_down" + suffix, from + "down_proj", ff, m_.embd);
}

void Planner::moe(const std::string& to, const std::string& from) {
  const bool mixtral = checkpoint_.find(from + "block_sparse_moe.gate.weight") != nullptr;
  const std::string block = from + (mixtral ? "block_sparse_moe." : "mlp."), folder = block + "experts";
  precise(to + "ffn_gate_inp", block + "gate", m_.embd, m_.experts);
  experts(to + "ffn_gate_exps", folder, mixtral ? "w1" : "gate_proj", m_.embd, m_.expert_ff);
  experts(to + "ffn_up_exps", folder, mixtral ? "w3" : "up_proj", m_.embd, m_.expert_ff);
  experts(to + "ffn_down_exps", folder, mixtral ? "w2" : "down_proj", m_.expert_ff, m_.embd);
  if (checkpoint_.find(block + "gate.e_score_correction_bias"))
    vector(to + "exp_probs_b.bias", block + "gate.e_score_correction_bias", m_.experts);
  if (m_.shared_ff == 0) return;
  const bool gated = m_.kind->sharing == Sharing::gated;
  dense(to, "_shexp", block + (gated ? "shared_expert." : "shared_experts."), m_.shared_ff);
  if (!gated) return;
  PlannedTensor gate;  // a matrix of one row
  gate.shape = {to + "ffn_gate_inp_shexp.weight", DType::f32, {m_.embd}};
  gate.sources = {take(block + "shared_expert_gate.weight", 1, m_.embd)};
  add(std::move(gate));
}

void Planner::layer(int64_t index) {
  const std::string to = fmt::format("blk.{}.", index), from = fmt::format("model.layers.{}.", index);
  vector(to + "attn_norm.weight", from + "input_layernorm.weight", m_.embd);
  if (m_.kind->mla)
    mla(to, from + "self_attn.");
  else
    gqa(to, from + "self_attn.");
  const char* const norm = std::string(m_.kind->arch) == "glm4moe" ? "post_attention_norm.weight" : "ffn_norm.weight";
  vector(to + norm, from + "post_attention_layernorm.weight", m_.embd);
  if (m_.is_moe_layer(index))
    moe(to, from);
  else
    dense(to, "", from + "mlp.", m_.ff);
}

/// A tied output is left out; some checkpoints hold it all the same.
void Planner::output() {
  const bool stored = checkpoint_.find("lm_head.weight") != nullptr;
  if (m_.tied || (!stored && !m_.untied)) {
    used_.insert("lm_head.weight");
    return;
  }
  matrix("output", "lm_head", m_.embd, m_.vocab);
}

/// A tensor that nobody asked for would be missing from the result without a word.
void Planner::check_unused() {
  for (const SafeTensor& t : checkpoint_.tensors()) {
    if (used_.contains(t.name) || t.name.ends_with(".rotary_emb.inv_freq")) continue;
    constexpr std::string_view layers = "model.layers.";
    int64_t index = -1;
    if (t.name.starts_with(layers)) std::from_chars(t.name.data() + layers.size(), t.name.data() + t.name.size(), index);
    if (index >= m_.layers) continue;  // MTP
    return fail(ErrorCode::unsupported,
                fmt::format("the tensor {} has no place in a GGUF file of this architecture", printable(t.name, 128)),
                "Choose a GGUF file of this model.");
  }
}

Result<std::vector<PlannedTensor>> Planner::plan() {
  matrix("token_embd", "model.embed_tokens", m_.embd, m_.vocab);
  vector("output_norm.weight", "model.norm.weight", m_.embd);
  output();
  if (!m_.rope.divisors.empty()) {
    PlannedTensor t;
    t.shape = {"rope_freqs.weight", DType::f32, {static_cast<int64_t>(m_.rope.divisors.size())}};
    t.values = m_.rope.divisors;
    add(std::move(t));
  }
  for (int64_t i = 0; i < m_.layers && !error_; ++i) layer(i);
  if (!error_) check_unused();
  if (error_) return *error_;
  return std::move(tensors_);
}

}  // namespace

Result<std::vector<PlannedTensor>> plan_tensors(const gguf::SafeTensors& checkpoint, const HfModel& model, DType type) {
  return Planner(checkpoint, model, type).plan();
}

}  // namespace engine::importer
