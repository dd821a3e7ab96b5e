// Facts of an adapter without its base model.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string_view>

#include "core/paths.h"
#include "engine/files.h"
#include "files/plain_text.h"
#include "gguf/printable.h"
#include "gguf/reader.h"
#include "gguf/safetensors.h"
#include "model/adapter.h"
#include "model/adapter_source.h"
#include "model/gguf_pairs.h"
#include "model/hf_names.h"
#include "model/peft_config.h"
#include "model/peft_keys.h"
#include "ops/ops.h"

namespace engine {
namespace {

namespace fs = std::filesystem;
using model::AdapterErrors;
using model::AdapterSource;

constexpr size_t kShortText = 200, kLongText = 2000;

std::string absolute(const std::string& path) {
  std::error_code problem;
  const fs::path full = fs::absolute(native_path(path), problem);
  return problem ? path : utf8_text(full.lexically_normal());
}

uint64_t size_of(const std::string& path) {
  std::error_code problem;
  const auto bytes = fs::file_size(native_path(path), problem);
  return problem ? 0 : bytes;
}

/// What is the same in both formats: targets, the largest rank, the number of weights.
class Tally {
 public:
  explicit Tally(const AdapterErrors& errors) : errors_(errors) {}

  Status add(const std::string& target, int64_t rank, const std::string& where) {
    if (rank < 1) return errors_.broken(fmt::format("the pair of {} has rank 0", gguf::printable(where, 128)));
    if (rank > kLoraRank)
      return errors_.unsupported(fmt::format("has rank {}; up to {} are supported", rank, kLoraRank), "Choose an adapter of a lower rank.");
    rank_ = std::max(rank_, static_cast<int>(rank));
    ++tensors_;
    targets_.insert(plain_text(target, kShortText));
    return {};
  }

  Result<AdapterInfo> finish(AdapterInfo info) const {
    if (tensors_ == 0) return errors_.broken("it changes nothing");
    info.rank = rank_;
    info.tensors = tensors_;
    info.targets.assign(targets_.begin(), targets_.end());
    for (const std::string& file : info.files) info.bytes += size_of(file);
    return info;
  }

 private:
  const AdapterErrors& errors_;
  std::set<std::string> targets_;
  int rank_ = 0, tensors_ = 0;
};

/// "blk.3.attn_q.weight" -> "attn_q".
std::string gguf_target(std::string_view tensor) {
  if (tensor.ends_with(".weight")) tensor.remove_suffix(7);
  if (tensor.starts_with("blk."))
    if (const size_t dot = tensor.find('.', 4); dot != std::string_view::npos) tensor.remove_prefix(dot + 1);
  return std::string(tensor);
}

Result<AdapterInfo> inspect_gguf(const AdapterSource& source) {
  const AdapterErrors errors(source.gguf);
  const Result<gguf::File> file = gguf::File::open(source.gguf);
  if (!file) return file.error();
  const Result<model::GgufAdapterHead> head = model::read_gguf_adapter_head(*file, errors);
  if (!head) return head.error();
  const auto text = [&](const char* key, size_t limit) { return plain_text(file->string(key).value_or(""), limit); };
  AdapterInfo info;
  info.format = AdapterFormat::gguf;
  info.name = text("general.name", kShortText);
  if (info.name.empty()) info.name = source.name();
  info.architecture = plain_text(head->arch, kShortText);
  info.base_name = text("general.base_model.0.name", kShortText);
  if (info.base_name.empty()) info.base_name = text("general.base_model.0.repo_url", kShortText);
  info.description = text("general.description", kLongText);
  info.license = text("general.license", kShortText);
  info.alpha = head->alpha;
  info.files = {absolute(source.gguf)};
  Tally tally(errors);
  for (const auto& [tensor, pair] : head->pairs) {
    const gguf::TensorInfo &a = *pair.a, &b = *pair.b;
    const int64_t rank = b.ne[0];
    // The table of tokens may be stored flipped (formats.md 11.1).
    if (a.ne[1] != rank && !(tensor == "token_embd.weight" && a.ne[0] == rank))
      return errors.broken(fmt::format("the halves of {} have the ranks {} and {}", gguf::printable(tensor), a.ne[1], rank));
    if (Status s = tally.add(gguf_target(tensor), rank, tensor); !s) return s.error();
  }
  return tally.finish(std::move(info));
}

/// The value of a key in the front matter of README.md, where hubs look for the licence. Empty: none.
std::string front_matter(const fs::path& readme, std::string_view key) {
  std::error_code ignored;
  if (!fs::is_regular_file(readme, ignored)) return {};
  std::ifstream in(readme, std::ios::binary);
  std::string text(16384, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  std::string_view left = text;
  const auto next_line = [&left] {
    const size_t end = std::min(left.find('\n'), left.size());
    std::string_view line = left.substr(0, end);
    left.remove_prefix(std::min(end + 1, left.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  };
  if (next_line() != "---") return {};
  while (!left.empty()) {
    std::string_view line = next_line();
    if (line == "---") return {};
    if (!line.starts_with(key) || line.substr(key.size(), 1) != ":") continue;
    line.remove_prefix(key.size() + 1);
    const size_t first = line.find_first_not_of(" \t\"'"), last = line.find_last_not_of(" \t\"'");
    return first == std::string_view::npos ? std::string() : plain_text(line.substr(first, last - first + 1), kShortText);
  }
  return {};
}

/// Rank of one module. Of fused experts [E * r, in] and [out, r * E] nothing but the settings tell E from r, and which of the names they
/// use depends on the base model (adapter_peft.cpp).
Result<int64_t> peft_rank(const std::string& name, const model::PeftModule& module, const model::PeftConfig& config,
                          const AdapterErrors& errors) {
  const std::string shown = gguf::printable(name, 128);
  if (!module.a || !module.b) return errors.broken(fmt::format("half of the pair of {} is missing", shown));
  const int64_t rows = module.a->shape[0], columns = module.b->shape[1];
  if (rows != columns) return errors.broken(fmt::format("the halves of {} have the ranks {} and {}", shown, rows, columns));
  int64_t expected = config.rank_of(name);
  if (model::holds_all_experts(name)) {
    for (const char* parameter : {".gate_up_proj", ".down_proj", ".weight"}) {
      expected = config.rank_of(name + parameter);
      if (expected >= 1 && rows % expected == 0) return expected;
    }
  }
  if (rows != expected && !config.ranks.gave_up())
    return errors.broken(fmt::format("{} has rank {}, its adapter_config.json says {}", shown, rows, expected));
  return rows;
}

Result<AdapterInfo> inspect_peft(const AdapterSource& source) {
  AdapterErrors errors(source.folder);
  const Result<model::PeftConfig> config = model::read_peft_config(source.config(), source.folder);
  if (!config) return config.error();
  errors.base_name(config->base_model);
  const Result<gguf::SafeTensors> file = gguf::SafeTensors::open(source.weights);
  if (!file) return file.error();
  const Result<std::map<std::string, model::PeftModule>> modules = model::peft_modules(*file, errors);
  if (!modules) return modules.error();
  AdapterInfo info;
  info.format = AdapterFormat::peft;
  info.name = plain_text(source.name(), kShortText);
  info.base_name = plain_text(config->base_model, kShortText);
  info.license = front_matter(native_path(source.folder) / "README.md", "license");
  info.alpha = config->alpha;
  info.files = {absolute(source.config()), absolute(source.weights)};
  Tally tally(errors);
  for (const auto& [raw, module] : *modules) {
    const std::string name = model::without_base_layer(raw);
    const Result<int64_t> rank = peft_rank(name, module, *config, errors);
    if (!rank) return rank.error();
    if (Status s = tally.add(name.substr(name.rfind('.') + 1), *rank, name); !s) return s.error();
  }
  if (config->ranks.gave_up()) return errors.broken("a regular expression of its adapter_config.json takes too long");
  return tally.finish(std::move(info));
}

}  // namespace

Result<AdapterInfo> inspect_adapter(const std::string& path) {
  const Result<AdapterSource> source = model::find_adapter(path);
  if (!source) return source.error();
  return source->is_gguf() ? inspect_gguf(*source) : inspect_peft(*source);
}

Result<AdapterCheck> check_adapter(const std::string& adapter, const std::string& model) {
  const Result<gguf::File> base = gguf::File::open(model);
  if (!base) return base.error();
  const Result<model::Config> config = model::read_config(*base);
  if (!config) return config.error();
  if (base->tensors().empty())
    return Error{ErrorCode::unsupported, fmt::format("{} holds no weights.", model), "Choose a file with the whole model."};
  const Result<model::Adapter> read = model::read_adapter(adapter, *base, *config);
  return read ? AdapterCheck{} : AdapterCheck{read.error()};
}

}  // namespace engine
