// inspect_model: what engine/info.h can say from a file alone.
#include "core/paths.h"
#include "model/info.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string_view>

#include "gguf/printable.h"
#include "gguf/reader.h"
#include "model/config.h"

namespace engine {
namespace {

uint64_t elements(const gguf::TensorInfo& t) {
  const DTypeInfo& type = dtype_info(t.type);
  return t.bytes / static_cast<uint64_t>(type.block_bytes) * static_cast<uint64_t>(type.block_elems);
}

bool is_routed_expert(std::string_view name) {
  return name.ends_with("_exps.weight") || name.ends_with("_exps.bias");
}

/// Layer of "blk.N.x", -1 for tensors outside the layers.
int layer_of(const std::string& name) {
  int layer = -1;
  return std::sscanf(name.c_str(), "blk.%7d.", &layer) == 1 ? layer : -1;
}

std::string describe_tokenizer(const gguf::File& file) {
  const std::string_view kind = file.string("tokenizer.ggml.model").value_or("none");
  const std::string pre = gguf::printable(file.string("tokenizer.ggml.pre").value_or("default"));
  if (kind == "llama") return "SentencePiece";
  if (kind == "gpt2") return fmt::format("BPE ({})", pre);
  if (kind == "bert") return "WordPiece";
  if (kind == "t5") return "Unigram";
  return gguf::printable(kind);
}

void fill_general(const gguf::File& file, ModelInfo& info) {
  const auto text = [&](const char* key) { return std::string(file.string(key).value_or("")); };
  info.path = file.path();
  info.architecture = text("general.architecture");
  info.name = text("general.name");
  if (info.name.empty()) info.name = utf8_text(native_path(file.path()).stem());
  info.description = text("general.description");
  info.license = text("general.license");
  info.size_label = text("general.size_label");
  info.file_bytes = file.file_bytes();
  info.has_chat_template = !file.string("tokenizer.chat_template").value_or("").empty();
  info.tokenizer = describe_tokenizer(file);
}

/// Bytes and parameters, in all and for one token: of routed experts the share that is used, of the embedding one row
/// (all of it where it is the output matrix too), of MTP layers nothing.
void fill_weights(const gguf::File& file, const model::Config& config, ModelInfo& info) {
  std::map<std::string, uint64_t> by_type;
  const bool tied = !file.tensor("output.weight");
  for (const gguf::TensorInfo& t : file.tensors()) {
    const uint64_t count = elements(t);
    by_type[dtype_name(t.type)] += t.bytes;
    info.weight_bytes += t.bytes;
    info.parameters += count;
    const bool routed = is_routed_expert(t.name) && config.moe.n_experts > 0;
    if (routed) info.expert_bytes += t.bytes;
    if (layer_of(t.name) >= config.n_layers) continue;
    uint64_t share = 1, of = 1;
    if (routed) {
      share = static_cast<uint64_t>(config.moe.n_used);
      of = static_cast<uint64_t>(config.moe.n_experts);
    } else if (t.name == "token_embd.weight" && !tied) {
      of = static_cast<uint64_t>(t.ne[1]);
    }
    info.bytes_per_token += t.bytes / of * share;
    info.active_parameters += count / of * share;
  }
  info.bytes_by_type.assign(by_type.begin(), by_type.end());
  std::stable_sort(info.bytes_by_type.begin(), info.bytes_by_type.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  if (!info.bytes_by_type.empty()) info.quantisation = info.bytes_by_type.front().first;
}

void fill_config(const model::Config& c, ModelInfo& info) {
  info.layers = c.n_layers;
  info.embedding = c.n_embd;
  info.vocabulary = c.n_vocab;
  info.experts = c.moe.n_experts;
  info.experts_used = c.moe.n_used;
  info.experts_shared = c.moe.n_shared;
  info.context_length = c.n_ctx_train;
  info.kv_bytes_per_token = sizeof(uint16_t) * static_cast<uint64_t>(c.n_layers) * static_cast<uint64_t>(c.kv_row_k() + c.kv_row_v());
}

}  // namespace

ModelInfo model::describe(const gguf::File& file, const Config& config) {
  ModelInfo info;
  fill_general(file, info);
  fill_config(config, info);
  fill_weights(file, config, info);
  return info;
}

Result<ModelInfo> inspect_model(const std::string& path) {
  Result<gguf::File> file = gguf::File::open(path);
  if (!file) return file.error();
  const std::vector<std::string>* tokens = file->strings("tokenizer.ggml.tokens");
  if (file->tensors().empty() && tokens && !tokens->empty()) {
    ModelInfo info;
    fill_general(*file, info);
    const auto number = [&](const char* key) {
      const int64_t value = file->integer(info.architecture + key).value_or(0);
      return static_cast<int>(std::clamp<int64_t>(value, 0, 1 << 26));
    };
    info.vocabulary_only = true;
    info.vocabulary = static_cast<int>(tokens->size());
    info.layers = number(".block_count");
    info.embedding = number(".embedding_length");
    info.context_length = number(".context_length");
    return info;
  }
  Result<model::Config> config = model::read_config(*file);
  if (!config) return config.error();
  return model::describe(*file, *config);
}

}  // namespace engine
