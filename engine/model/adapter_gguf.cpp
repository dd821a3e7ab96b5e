// LoRA adapters as GGUF files (formats.md 11.1).
#include <fmt/format.h>

#include <filesystem>

#include "core/log.h"
#include "core/paths.h"
#include "core/quant_blocks.h"
#include "gguf/printable.h"
#include "model/adapter_builder.h"
#include "model/gguf_pairs.h"

namespace engine::model {
namespace {

constexpr std::string_view kTokenTable = "token_embd.weight";

class GgufAdapter {
 public:
  GgufAdapter(const gguf::File& file, AdapterBuilder& builder) : file_(file), builder_(builder) {}
  Result<Adapter> read();

 private:
  Status add(const std::string& tensor, const GgufPair& halves);
  Status add_matrix(const std::string& tensor, const MatrixShape& base, const GgufPair& halves);
  Status add_table(const MatrixShape& base, const GgufPair& halves);
  [[nodiscard]] Error misfit(const std::string& tensor, const GgufPair& halves) const;
  [[nodiscard]] float scale(int64_t rank) const { return alpha_ == 0.0 ? 1.0f : static_cast<float>(alpha_ / static_cast<double>(rank)); }

  const gguf::File& file_;
  AdapterBuilder& builder_;
  double alpha_ = 0;
};

std::vector<float> values(const gguf::TensorInfo& t) {
  std::vector<float> out(static_cast<size_t>(t.ne[0] * t.ne[1] * t.ne[2]));
  dequantize_row(t.type, t.data, out.data(), static_cast<int64_t>(out.size()));
  return out;
}

Error GgufAdapter::misfit(const std::string& tensor, const GgufPair& halves) const {
  const auto text = [](const gguf::TensorInfo& t) { return fmt::format("{} x {} x {}", t.ne[0], t.ne[1], t.ne[2]); };
  return builder_.wrong_base(
      fmt::format("the pair of {} ({} and {}) does not fit the matrix here", gguf::printable(tensor), text(*halves.a), text(*halves.b)));
}

Status GgufAdapter::add_matrix(const std::string& tensor, const MatrixShape& base, const GgufPair& halves) {
  const gguf::TensorInfo &a = *halves.a, &b = *halves.b;
  AdapterPair pair;
  pair.tensor = tensor;
  pair.in = base.in, pair.out = base.out, pair.experts = base.experts;
  pair.rank = b.ne[0];
  if (a.ne[1] != pair.rank) return builder_.broken(fmt::format("the halves of {} have the ranks {} and {}", tensor, a.ne[1], pair.rank));
  if (a.ne[0] != base.in || b.ne[1] != base.out || a.ne[2] != base.experts || b.ne[2] != base.experts) return misfit(tensor, halves);
  if (Status s = builder_.reserve(base, pair.rank); !s) return s;
  pair.a = values(a);
  pair.b = values(b);
  pair.scale = scale(pair.rank);
  return builder_.add(std::move(pair));
}

/// The table of tokens is stored flipped: a is {r, n_vocab}, b {r, n_embd}. The plain form is a {n_embd, r}, b {r, n_vocab}.
Status GgufAdapter::add_table(const MatrixShape& base, const GgufPair& halves) {
  const std::string tensor(kTokenTable);
  const gguf::TensorInfo &a = *halves.a, &b = *halves.b;
  const bool flipped = a.ne[1] == base.in && b.ne[1] == base.out && a.ne[0] == b.ne[0];
  const bool plain = a.ne[0] == base.out && b.ne[1] == base.in && a.ne[1] == b.ne[0];
  if ((!flipped && !plain) || a.ne[2] != 1 || b.ne[2] != 1) return misfit(tensor, halves);
  AdapterPair pair;
  pair.tensor = tensor;
  pair.in = base.in, pair.out = base.out;
  pair.rank = b.ne[0];
  if (Status s = builder_.reserve(base, pair.rank); !s) return s;
  std::vector<float> a_values = values(a), b_values = values(b);
  pair.scale = scale(pair.rank);
  if (flipped) {
    pair.a = std::move(a_values);
    pair.b = std::move(b_values);
    return builder_.add(std::move(pair));
  }
  pair.a = std::move(b_values);
  pair.b.resize(a_values.size());
  for (int64_t i = 0; i < pair.rank; ++i)
    for (int64_t j = 0; j < pair.out; ++j) pair.b[static_cast<size_t>(j * pair.rank + i)] = a_values[static_cast<size_t>(i * pair.out + j)];
  return builder_.add(std::move(pair));
}

Status GgufAdapter::add(const std::string& tensor, const GgufPair& halves) {
  const std::string shown = gguf::printable(tensor);
  if (builder_.is_unused_layer(AdapterBuilder::layer_of(tensor))) {
    log(LogLevel::info, "{}: {} is in a layer that does not run", file_.path(), shown);
    return {};
  }
  const auto base = builder_.shape(tensor);
  if (!base) return builder_.wrong_base(fmt::format("one with {}, this one has none", shown));
  if (halves.a->ne[3] != 1 || halves.b->ne[3] != 1) return misfit(tensor, halves);
  return tensor == kTokenTable ? add_table(*base, halves) : add_matrix(tensor, *base, halves);
}

Result<Adapter> GgufAdapter::read() {
  Result<GgufAdapterHead> head = read_gguf_adapter_head(file_, builder_);
  if (!head) return head.error();
  const std::string& own = builder_.config().arch;
  if (head->arch != own)
    return builder_.wrong_base(fmt::format("one of the architecture '{}', this one is '{}'", gguf::printable(head->arch), own));
  alpha_ = head->alpha;
  for (const auto& [tensor, pair] : head->pairs)
    if (Status s = add(tensor, pair); !s) return s.error();
  const std::string_view name = file_.string("general.name").value_or("");
  return builder_.finish(name.empty() ? utf8_text(native_path(file_.path()).filename()) : std::string(name));
}

}  // namespace

Result<Adapter> read_gguf_adapter(const std::string& path, AdapterBuilder& builder) {
  const Result<gguf::File> file = gguf::File::open(path);
  if (!file) return file.error();
  return GgufAdapter(*file, builder).read();
}

}  // namespace engine::model
