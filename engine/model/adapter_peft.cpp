// LoRA adapters as PEFT saves them (formats.md 11.2).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/log.h"
#include "gguf/printable.h"
#include "gguf/safetensors.h"
#include "model/adapter_builder.h"
#include "model/hf_names.h"
#include "model/peft_config.h"
#include "model/peft_keys.h"

namespace engine::model {
namespace {

using gguf::printable;
using gguf::SafeTensor;

/// One expert of a tensor whose experts are modules of their own.
struct ExpertPart {
  std::vector<float> a, b;
  int64_t rank = 0;
  float scale = 1.0f;
};

class PeftAdapter {
 public:
  PeftAdapter(const std::string& weights, AdapterBuilder& builder, const PeftConfig& config, const gguf::SafeTensors& file)
      : weights_(weights), builder_(builder), config_(config), file_(file) {}
  Result<Adapter> read(std::string name);

 private:
  Status add(const std::string& raw, const PeftModule& module);
  Status add_matrix(const std::string& module_name, const HfName& name, const PeftModule& module);
  Status add_table(const std::string& module_name, const PeftModule& module);
  Status add_fused(const std::string& module_name, const HfName& name, const PeftModule& module);
  Status add_experts();
  Status check_rank(const std::string& module_name, int64_t rank) const;
  void to_gguf_rows(AdapterPair& pair) const;
  [[nodiscard]] Error misfit(const std::string& module_name, const PeftModule& module) const;

  std::string weights_;
  AdapterBuilder& builder_;
  const PeftConfig& config_;
  const gguf::SafeTensors& file_;
  std::map<std::string, std::map<int64_t, ExpertPart>> experts_;  // by tensor
};

std::vector<float> values(const SafeTensor& t) {
  std::vector<float> out(static_cast<size_t>(t.elements()));
  gguf::decode(t, 0, out);
  return out;
}

Error PeftAdapter::misfit(const std::string& module_name, const PeftModule& module) const {
  return builder_.wrong_base(fmt::format("the matrices of {}, {} and {}, do not fit the ones here", printable(module_name, 128),
                                         gguf::shape_text(module.a->shape), gguf::shape_text(module.b->shape)));
}

/// What PEFT itself insists on; the scale depends on it.
Status PeftAdapter::check_rank(const std::string& module_name, int64_t rank) const {
  const int64_t expected = config_.rank_of(module_name);
  if (rank == expected || config_.ranks.gave_up()) return {};  // the latter is an error of its own, in the end
  return builder_.broken(fmt::format("{} has rank {}, its adapter_config.json says {}", printable(module_name, 128), rank, expected));
}

/// Rows of B in the order of the base matrix (formats.md 5).
void PeftAdapter::to_gguf_rows(AdapterPair& pair) const {
  const Config& c = builder_.config();
  const bool q = pair.tensor.ends_with(".attn_q.weight"), k = pair.tensor.ends_with(".attn_k.weight");
  const bool fused = pair.tensor.ends_with(".attn_qkv.weight");
  if (!permutes_heads(c.arch) || (!q && !k && !fused)) return;
  const int64_t width = c.head_k;
  const int64_t rows = fused ? width * (int64_t{c.n_head} + c.n_head_kv) : pair.out;
  if (width < 2 || width % 2 != 0 || rows % width != 0 || rows > pair.out) return;
  std::vector<float> b = pair.b;
  for (int64_t row = 0; row < rows; ++row)
    std::copy_n(pair.b.begin() + hf_row_of(row, width) * pair.rank, pair.rank, b.begin() + row * pair.rank);
  pair.b = std::move(b);
}

Status PeftAdapter::add_matrix(const std::string& module_name, const HfName& name, const PeftModule& module) {
  AdapterPair pair;
  pair.tensor = name.tensor + ".weight";
  pair.rank = module.b->shape[1];
  const auto base = builder_.shape(pair.tensor);
  if (!base) return builder_.wrong_base(fmt::format("one with {}, this one has none", printable(module_name, 128)));
  if (module.a->shape[0] != pair.rank || module.a->shape[1] != base->in || module.b->shape[0] != base->out)
    return misfit(module_name, module);
  const bool one_of_many = name.expert >= 0;
  if ((one_of_many && name.expert >= base->experts) || (!one_of_many && base->experts != 1)) return misfit(module_name, module);
  if (Status s = check_rank(module_name, pair.rank); !s) return s;
  if (Status s = builder_.reserve({base->in, base->out, 1}, pair.rank); !s) return s;
  pair.in = base->in, pair.out = base->out;
  pair.a = values(*module.a);
  pair.b = values(*module.b);
  pair.scale = config_.scale_of(module_name, pair.rank);
  if (one_of_many) {
    ExpertPart part{std::move(pair.a), std::move(pair.b), pair.rank, pair.scale};
    if (!experts_[pair.tensor].try_emplace(name.expert, std::move(part)).second)
      return builder_.broken(fmt::format("{} is there twice", printable(module_name, 128)));
    return {};
  }
  to_gguf_rows(pair);
  return builder_.add(std::move(pair));
}

Status PeftAdapter::add_table(const std::string& module_name, const PeftModule& module) {
  AdapterPair pair;
  pair.tensor = "token_embd.weight";
  pair.rank = module.b->shape[1];
  const auto base = builder_.shape(pair.tensor);
  if (module_name != "model.embed_tokens" || !base)
    return builder_.wrong_base(fmt::format("one with a table {}, this one has none", printable(module_name, 128)));
  if (module.a->shape[0] != pair.rank || module.a->shape[1] != base->in || module.b->shape[0] != base->out)
    return misfit(module_name, module);
  if (Status s = check_rank(module_name, pair.rank); !s) return s;
  if (Status s = builder_.reserve(*base, pair.rank); !s) return s;
  pair.in = base->in, pair.out = base->out;
  pair.b = values(*module.b);
  const std::vector<float> a = values(*module.a);
  pair.a.resize(a.size());
  for (int64_t i = 0; i < pair.rank; ++i)
    for (int64_t t = 0; t < pair.in; ++t) pair.a[static_cast<size_t>(t * pair.rank + i)] = a[static_cast<size_t>(i * pair.in + t)];
  pair.scale = config_.scale_of(module_name, pair.rank);
  return builder_.add(std::move(pair));
}

/// Parameters [E, x, y] that hold all experts: A is [E * r, x] by expert, B [y, r * E] with the experts of a rank side by side.
/// A parameter stored [E, in, out] has x = in; one stored [E, out, in] has x = out, and A and B change places.
Status PeftAdapter::add_fused(const std::string& module_name, const HfName& name, const PeftModule& module) {
  const int64_t x = module.a->shape[1], y = module.b->shape[0], columns = module.b->shape[1];
  const std::string prefix = fmt::format("blk.{}.", name.layer);
  AdapterPair pair;
  std::optional<MatrixShape> base;
  for (const char* role : {"ffn_gate_up_exps", "ffn_down_exps"}) {
    pair.tensor = fmt::format("{}{}.weight", prefix, role);
    base = builder_.shape(pair.tensor);
    const bool named = name.tensor.empty() || name.tensor == prefix + role;
    if (named && base && ((x == base->in && y == base->out) || (x == base->out && y == base->in))) break;
    base.reset();
  }
  if (!base || columns == 0 || columns % base->experts != 0 || module.a->shape[0] != columns) return misfit(module_name, module);
  const bool gate_up = pair.tensor.ends_with("gate_up_exps.weight");
  const std::string_view parameter = name.tensor.empty() ? (gate_up ? ".gate_up_proj" : ".down_proj") : ".weight";
  const std::string full_name = module_name + std::string(parameter);
  const Config& c = builder_.config();
  // Both orders fit a square matrix; then the one of the architecture's checkpoints counts (formats.md 8).
  const bool natural = x == base->in && y == base->out && (base->in != base->out || c.arch == "gpt-oss");
  const int64_t experts = base->experts, r = columns / experts;
  if (Status s = check_rank(full_name, r); !s) return s;
  if (Status s = builder_.reserve(*base, r); !s) return s;
  pair.in = base->in, pair.out = base->out, pair.experts = experts, pair.rank = r;
  pair.scale = config_.scale_of(full_name, r);
  const std::vector<float> a = values(*module.a), b = values(*module.b);
  pair.a.resize(static_cast<size_t>(experts * r * pair.in));
  pair.b.resize(static_cast<size_t>(experts * r * pair.out));
  // Of expert e and rank k: the value at index i of the x side and of the y side.
  const auto at_x = [&](int64_t e, int64_t k, int64_t i) { return a[static_cast<size_t>((e * r + k) * x + i)]; };
  const auto at_y = [&](int64_t e, int64_t k, int64_t i) { return b[static_cast<size_t>(i * columns + k * experts + e)]; };
  const bool interleaved = gate_up && interleaves_gate_up(c.arch);
  for (int64_t e = 0; e < experts; ++e) {
    for (int64_t k = 0; k < r; ++k) {
      for (int64_t i = 0; i < pair.in; ++i)
        pair.a[static_cast<size_t>((e * r + k) * pair.in + i)] = natural ? at_x(e, k, i) : at_y(e, k, i);
      for (int64_t o = 0; o < pair.out; ++o) {
        const int64_t half = pair.out / 2, row = interleaved ? (o < half ? 2 * o : 2 * (o - half) + 1) : o;
        pair.b[static_cast<size_t>((e * pair.out + o) * r + k)] = natural ? at_y(e, k, row) : at_x(e, k, row);
      }
    }
  }
  return builder_.add(std::move(pair));
}

/// Experts that were modules of their own become one pair: lower ranks are padded with zeros, missing experts are zero, and
/// where their scales differ B takes them in.
Status PeftAdapter::add_experts() {
  for (auto& [tensor, parts] : experts_) {
    const MatrixShape base = *builder_.shape(tensor);
    AdapterPair pair;
    pair.tensor = tensor;
    pair.in = base.in, pair.out = base.out, pair.experts = base.experts;
    pair.scale = parts.begin()->second.scale;
    for (const auto& [expert, part] : parts) {
      pair.rank = std::max(pair.rank, part.rank);
      if (part.scale != parts.begin()->second.scale) pair.scale = 1.0f;
    }
    if (Status s = builder_.reserve(base, pair.rank); !s) return s;
    pair.a.resize(static_cast<size_t>(base.experts * pair.rank * base.in));
    pair.b.resize(static_cast<size_t>(base.experts * pair.rank * base.out));
    for (auto& [expert, part] : parts) {
      std::copy(part.a.begin(), part.a.end(), pair.a.begin() + expert * pair.rank * base.in);
      const float factor = part.scale == pair.scale ? 1.0f : part.scale;
      for (int64_t o = 0; o < base.out; ++o)
        for (int64_t k = 0; k < part.rank; ++k)
          pair.b[static_cast<size_t>((expert * base.out + o) * pair.rank + k)] = part.b[static_cast<size_t>(o * part.rank + k)] * factor;
      part = {};
    }
    if (Status s = builder_.add(std::move(pair)); !s) return s;
  }
  return {};
}

Status PeftAdapter::add(const std::string& raw, const PeftModule& module) {
  const std::string module_name = without_base_layer(raw), shown = printable(module_name, 128);
  if (!module.a || !module.b) return builder_.broken(fmt::format("half of the pair of {} is missing", shown));
  if (module.table) return add_table(module_name, module);
  const std::optional<HfName> name = translate_hf_name(module_name, builder_.config().arch);
  if (!name) return builder_.wrong_base(fmt::format("one with {}, this one has none", shown));
  if (builder_.is_unused_layer(name->layer)) {
    log(LogLevel::info, "{}: {} is in a layer that does not run", weights_, shown);
    return {};
  }
  if (name->fused_experts) return add_fused(module_name, *name, module);
  if (name->tensor == "token_embd") return misfit(module_name, module);
  return add_matrix(module_name, *name, module);
}

Result<Adapter> PeftAdapter::read(std::string name) {
  const Result<std::map<std::string, PeftModule>> modules = peft_modules(file_, builder_);
  if (!modules) return modules.error();
  for (const auto& [raw, module] : *modules)
    if (Status s = add(raw, module); !s) return s.error();
  if (Status s = add_experts(); !s) return s.error();
  if (config_.ranks.gave_up() || config_.alphas.gave_up())
    return builder_.broken("a regular expression of its adapter_config.json takes too long");
  return builder_.finish(std::move(name));
}

}  // namespace

Result<Adapter> read_peft_adapter(const AdapterSource& source, AdapterBuilder& builder) {
  const Result<PeftConfig> config = read_peft_config(source.config(), source.folder);
  if (!config) return config.error();
  builder.base_name(config->base_model);
  const Result<gguf::SafeTensors> file = gguf::SafeTensors::open(source.weights);
  if (!file) return file.error();
  return PeftAdapter(source.weights, builder, *config, *file).read(source.name());
}

}  // namespace engine::model
