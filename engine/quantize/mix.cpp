#include "quantize/mix.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <span>
#include <utility>

#include "gguf/printable.h"
#include "quantize/encode.h"

namespace engine::quantize {

namespace {

enum class Role { other, output, embedding, attn_k, attn_v, attn_qkv, attn_output, mla_up, ffn_down };

/// Layers a rule holds for; n is the number of layers.
enum class Where {
  all,
  first_two,
  first_four,
  first_16th,  // i < n / 16
  first_8th,   // i < n / 8
  outer,       // the first and the last eighth, and every third between them
  shared_kv,   // all, when at least four query heads share a head of K and V: an error of V counts that often
};

struct Rule {
  Role role;
  Where where;
  DType type;
};

}  // namespace

/// One row of the table of mixes. The first rule that fits decides; without one it is `base`.
struct MixTable {
  const char* name;
  uint32_t file_type;  // formats.md 1.5
  DType base, embedding, output;
  std::array<Rule, 6> rules;
};

namespace {

using enum DType;

constexpr uint32_t kMxfp4Moe = 38;
constexpr Rule kNone{Role::other, Where::all, f32};

// The names stand for the recipes that users of GGUF files know: bits go where an error hurts most, which is the output matrix, V, and
// the down projection, there first the outer layers.
constexpr MixTable kMixes[] = {
    {"F32", 0, f32, f32, f32, {kNone}},
    {"F16", 1, f16, f16, f16, {kNone}},
    {"BF16", 32, bf16, bf16, bf16, {kNone}},
    {"Q8_0", 7, q8_0, q8_0, q8_0, {kNone}},
    {"Q6_K", 18, q6_k, q6_k, q6_k, {kNone}},
    {"Q5_K_M",
     17,
     q5_k,
     q5_k,
     q6_k,
     {Rule{Role::attn_v, Where::outer, q6_k}, {Role::ffn_down, Where::outer, q6_k}, {Role::attn_qkv, Where::all, q6_k}, kNone}},
    {"Q5_K_S", 16, q5_k, q5_k, q6_k, {kNone}},
    {"Q4_K_M",
     15,
     q4_k,
     q4_k,
     q6_k,
     {Rule{Role::attn_v, Where::outer, q6_k}, {Role::ffn_down, Where::outer, q6_k}, {Role::attn_qkv, Where::all, q5_k}, kNone}},
    {"Q4_K_S", 14, q4_k, q4_k, q6_k, {Rule{Role::attn_v, Where::first_four, q5_k}, {Role::ffn_down, Where::first_8th, q5_k}, kNone}},
    {"Q3_K_L",
     13,
     q3_k,
     q3_k,
     q6_k,
     {Rule{Role::attn_v, Where::all, q5_k},
      {Role::ffn_down, Where::all, q5_k},
      {Role::attn_output, Where::all, q5_k},
      {Role::attn_qkv, Where::all, q4_k},
      kNone}},
    {"Q3_K_M",
     12,
     q3_k,
     q3_k,
     q6_k,
     {Rule{Role::attn_v, Where::first_two, q5_k},
      {Role::attn_v, Where::all, q4_k},
      {Role::ffn_down, Where::first_16th, q5_k},
      {Role::ffn_down, Where::all, q4_k},
      {Role::attn_output, Where::all, q4_k},
      {Role::attn_qkv, Where::all, q4_k}}},
    {"Q3_K_S", 11, q3_k, q3_k, q6_k, {kNone}},
    {"Q2_K",
     10,
     q2_k,
     q2_k,
     q6_k,
     {Rule{Role::attn_v, Where::shared_kv, q4_k},
      {Role::attn_v, Where::all, q3_k},
      {Role::ffn_down, Where::all, q3_k},
      {Role::attn_output, Where::all, q3_k},
      kNone}},
    {"Q2_K_S", 21, q2_k, q2_k, q6_k, {Rule{Role::attn_v, Where::shared_kv, q4_k}, {Role::ffn_down, Where::first_8th, q4_k}, kNone}},
    {"Q4_0", 2, q4_0, q4_0, q6_k, {kNone}},
    {"Q4_1", 3, q4_1, q4_1, q6_k, {kNone}},
    {"Q5_0", 8, q5_0, q5_0, q6_k, {kNone}},
    {"Q5_1", 9, q5_1, q5_1, q6_k, {kNone}},
    {"IQ4_NL", 25, iq4_nl, iq4_nl, q6_k, {Rule{Role::attn_v, Where::shared_kv, q5_k}, {Role::ffn_down, Where::first_8th, q5_k}, kNone}},
    {"IQ4_XS", 30, iq4_xs, iq4_xs, q6_k, {Rule{Role::attn_v, Where::shared_kv, q5_k}, {Role::ffn_down, Where::first_8th, q5_k}, kNone}},
    {"MXFP4_MOE", kMxfp4Moe, mxfp4, q8_0, q8_0, {kNone}},
    {"TQ1_0", 36, tq1_0, q4_k, q6_k, {kNone}},
    {"TQ2_0", 37, tq2_0, q4_k, q6_k, {kNone}},
};

/// Short names of mixes, for those who name the block type.
constexpr std::pair<const char*, const char*> kAliases[] = {
    {"Q3_K", "Q3_K_M"}, {"Q4_K", "Q4_K_M"}, {"Q5_K", "Q5_K_M"}, {"MXFP4", "MXFP4_MOE"}};

constexpr int kMaxLayer = 1 << 16;  // names of a hostile file may hold any number

/// Layer of "blk.N.rest", and the rest; -1 and the whole name otherwise.
std::pair<int, std::string_view> split_layer(std::string_view name) {
  if (!name.starts_with("blk.")) return {-1, name};
  int layer = 0;
  const auto [end, error] = std::from_chars(name.data() + 4, name.data() + name.size(), layer);
  if (error != std::errc() || end == name.data() + name.size() || *end != '.' || layer < 0 || layer > kMaxLayer) return {-1, name};
  return {layer, name.substr(static_cast<size_t>(end + 1 - name.data()))};
}

Role role_of(std::string_view rest) {
  if (rest == "output.weight") return Role::output;
  if (rest == "token_embd.weight") return Role::embedding;
  if (rest == "attn_k.weight") return Role::attn_k;
  // The latent of MLA is K and V of all heads: it is small and worth what V is worth.
  if (rest == "attn_v.weight" || rest == "attn_kv_a_mqa.weight") return Role::attn_v;
  if (rest == "attn_qkv.weight") return Role::attn_qkv;
  if (rest == "attn_output.weight") return Role::attn_output;
  if (rest == "attn_k_b.weight" || rest == "attn_v_b.weight" || rest == "attn_kv_b.weight") return Role::mla_up;
  if (rest.starts_with("ffn_down")) return Role::ffn_down;
  return Role::other;
}

bool is_expert(std::string_view rest) {
  return rest.ends_with("_exps.weight");
}

bool holds(Where where, int layer, int layers, double heads_per_kv) {
  const int i = layer, n = layers;
  switch (where) {
    case Where::all:
      return true;
    case Where::first_two:
      return i < 2;
    case Where::first_four:
      return i < 4;
    case Where::first_16th:
      return i < n / 16;
    case Where::first_8th:
      return i < n / 8;
    case Where::outer:
      return i < n / 8 || i >= 7 * n / 8 || (i - n / 8) % 3 == 2;
    case Where::shared_kv:
      return heads_per_kv >= 4;
  }
  return false;
}

/// A type of blocks of 32 that loses no quality against one of 256, for rows that are no multiple of 256.
DType narrow_type(DType type) {
  switch (type) {
    case q2_k:
    case q3_k:
    case iq4_xs:
    case tq1_0:
    case tq2_0:
      return iq4_nl;
    case q4_k:
      return q5_0;
    case q5_k:
      return q5_1;
    case q6_k:
      return q8_0;
    default:
      return f16;
  }
}

/// The type for rows of n elements: `wanted` or the nearest one whose blocks fit.
Choice fitted(DType wanted, int64_t n) {
  DType type = wanted;
  if (n % dtype_info(type).block_elems != 0) type = narrow_type(type);
  if (n % dtype_info(type).block_elems != 0) type = f16;
  Choice choice{type, false, {}};
  if (type != wanted)
    choice.note = fmt::format("rows of {} are no multiple of the {} of {}", n, dtype_info(wanted).block_elems, dtype_name(wanted));
  return choice;
}

/// Integers and F64 belong to no matrix product.
bool is_foreign(DType type) {
  return dtype_info(type).block_elems == 1 && !dtype_info(type).computable;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

double first_number(const gguf::File& model, const std::string& key) {
  const std::vector<double> values = model.numbers(key);
  return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

}  // namespace

std::vector<std::string> mix_names() {
  std::vector<std::string> names;
  for (const MixTable& mix : kMixes) names.emplace_back(mix.name);
  return names;
}

std::vector<std::string> type_names() {
  std::vector<std::string> names;
  for (uint32_t id = 0; id < 64; ++id)
    if (const DTypeInfo* info = dtype_info(id); info && can_encode(info->type)) names.emplace_back(info->name);
  return names;
}

std::optional<DType> type_by_name(std::string_view name) {
  const std::string wanted = upper(name);
  for (uint32_t id = 0; id < 64; ++id)
    if (const DTypeInfo* info = dtype_info(id); info && wanted == info->name && can_encode(info->type)) return info->type;
  return std::nullopt;
}

bool is_kept(const std::string& name, const gguf::TensorInfo& source) {
  const std::string_view rest = split_layer(name).second;
  const auto has = [&](std::string_view part) { return rest.find(part) != std::string_view::npos; };
  const bool vector = source.n_dims < 2 || source.ne[1] * source.ne[2] * source.ne[3] == 1;
  return vector || !rest.ends_with(".weight") || has("_norm") || has("ffn_gate_inp") || has("exp_probs") || has("sinks") || has("rope_f") ||
         has("conv1d") || is_foreign(source.type);
}

Result<Mix> Mix::make(std::string_view name, const gguf::File& model, Purity purity, const std::vector<TypeOverride>& overrides) {
  Mix mix;
  std::string wanted = upper(name);
  for (const auto& [alias, whole] : kAliases)
    if (wanted == alias) wanted = whole;
  for (const MixTable& table : kMixes)
    if (wanted == table.name) mix.table_ = &table;
  if (!mix.table_)
    return Error{ErrorCode::invalid_argument, fmt::format("There is no quantisation {}.", gguf::printable(name)),
                 fmt::format("Choose one of {}.", fmt::join(mix_names(), ", "))};
  mix.purity_ = purity;
  mix.tied_ = !model.tensor("output.weight");
  const std::string arch(model.string("general.architecture").value_or(""));
  mix.experts_ = static_cast<int>(std::clamp<int64_t>(model.integer(arch + ".expert_count").value_or(0), 0, 1 << 20));
  const double heads = first_number(model, arch + ".attention.head_count"), kv = first_number(model, arch + ".attention.head_count_kv");
  mix.heads_per_kv_ = heads > 0 && kv > 0 ? heads / kv : 1;
  for (const gguf::TensorInfo& t : model.tensors()) mix.layers_ = std::max(mix.layers_, split_layer(t.name).first + 1);
  for (const TypeOverride& o : overrides) {
    const std::optional<NamePattern> pattern = NamePattern::compile(o.pattern);
    if (!pattern)
      return Error{ErrorCode::invalid_argument, fmt::format("\"{}\" is not a regular expression.", gguf::printable(o.pattern)),
                   "Write a part of the tensors' names, or a regular expression such as blk\\.[0-3]\\.ffn_down."};
    mix.overrides_.push_back({*pattern, o.type});
    const bool used = std::any_of(model.tensors().begin(), model.tensors().end(), [&](const gguf::TensorInfo& t) {
      return t.n_dims >= 2 && !is_foreign(t.type) && pattern->matches(t.name);
    });
    if (!used)
      return Error{ErrorCode::invalid_argument,
                   fmt::format("No matrix of the model has a name that matches \"{}\".", gguf::printable(o.pattern)),
                   "Look the names up with: hearth-cli quantize --dry-run."};
  }
  return mix;
}

DType Mix::by_rules(const std::string& name) const {
  const MixTable& mix = *table_;
  if (purity_ == Purity::pure) return mix.base;
  const auto [layer, rest] = split_layer(name);
  const Role role = role_of(rest);
  if (role == Role::output || (role == Role::embedding && tied_)) return mix.output;
  if (role == Role::embedding) return mix.embedding;
  if (mix.file_type == kMxfp4Moe) return is_expert(rest) ? mxfp4 : q8_0;
  const bool small = dtype_info(mix.base).block_elems > 1 && mix.base != q8_0;
  // k_b and v_b of MLA are under 1 % of a model and stand in the way of every K and V.
  if (small && role == Role::mla_up) return q8_0;
  // With eight experts attention is a few per cent of the model, too.
  if (small && experts_ == 8 && (role == Role::attn_k || role == Role::attn_v)) return q8_0;
  if (small && experts_ == 8 && role == Role::attn_output && dtype_info(mix.base).block_elems == 256 && mix.base != q5_k &&
      mix.base != q6_k)
    return q5_k;
  for (const Rule& rule : mix.rules) {
    if (rule.role == Role::other) break;
    if (rule.role == role && holds(rule.where, layer, layers_, heads_per_kv_)) return rule.type;
  }
  return mix.base;
}

Choice Mix::choose(const std::string& name, const gguf::TensorInfo& source) const {
  if (source.n_dims >= 2 && !is_foreign(source.type))
    for (const Override& o : overrides_)
      if (o.pattern.matches(name)) return fitted(o.type, source.ne[0]);
  if (is_kept(name, source)) return {source.type, true, {}};
  return fitted(by_rules(name), source.ne[0]);
}

uint32_t Mix::file_type() const {
  return table_->file_type;
}

const char* Mix::name() const {
  return table_->name;
}

}  // namespace engine::quantize
