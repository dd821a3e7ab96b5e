// Bytes -> GGUF reader, configuration, weights, and what `info` says of a file. Where the bytes hold the magic twice they are
// read as the two parts of a split model.
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <span>

#include "core/quant_blocks.h"
#include "engine/info.h"
#include "fuzz/engine_support.h"
#include "gguf/parser.h"
#include "gguf/reader.h"
#include "model/config.h"
#include "model/weights.h"

namespace {

using engine::Weight;
using engine::gguf::File;
using engine::gguf::TensorInfo;
using hearth_fuzz::check_error;
using hearth_fuzz::require;

/// Paths that name the parts of a split model, each a link to a file in memory.
class SplitFiles {
 public:
  SplitFiles() : folder_(std::filesystem::temp_directory_path() / ("hearth-fuzz-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
    for (int i = 0; i < 2; ++i) std::filesystem::create_symlink(parts[i].path(), path(i));
  }
  ~SplitFiles() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  [[nodiscard]] std::string path(int part) const { return (folder_ / ("m-0000" + std::to_string(part + 1) + "-of-00002.gguf")).string(); }

  hearth_fuzz::MemoryFile parts[2];

 private:
  std::filesystem::path folder_;
};

volatile unsigned sink = 0;

void touch(const void* data, size_t size) {
  unsigned sum = 0;
  for (size_t i = 0; i < size; ++i) sum += static_cast<const unsigned char*>(data)[i];
  sink = sink + sum;
}

/// The input lies in a block of exactly its size: a byte too many is seen.
void parse_in_memory(std::span<const std::byte> bytes) {
  const auto part = engine::gguf::parse_part("memory", bytes);
  if (!part) return check_error(part.error());
  for (const TensorInfo& t : part->tensors) {
    require(t.data >= bytes.data() && t.bytes <= static_cast<size_t>(bytes.data() + bytes.size() - t.data), "a tensor lies in its file");
    touch(t.data, t.bytes);
  }
}

void look_up(const File& file) {
  for (const auto& [key, value] : file.metadata()) {
    require(file.find(key) == &value, "every key is found");
    touch(&value, sizeof value);
    static_cast<void>(file.integer(key));
    static_cast<void>(file.number(key));
    static_cast<void>(file.boolean(key));
    static_cast<void>(file.string(key));
    static_cast<void>(file.strings(key));
    static_cast<void>(file.integers(key));
    static_cast<void>(file.numbers(key));
  }
  for (const TensorInfo& t : file.tensors()) require(file.tensor(t.name) == &t, "every tensor is found");
}

void check_weight(const File& file, const engine::model::ModelWeights& weights, const Weight& w) {
  if (w.empty()) return;
  const size_t row = engine::row_bytes(w.type, w.in);
  const std::byte* last = w.row(w.out - 1, w.experts - 1) + row;
  const bool in_file = std::any_of(file.tensors().begin(), file.tensors().end(),
                                   [&](const TensorInfo& t) { return w.data >= t.data && last <= t.data + t.bytes; });
  const bool owned = std::any_of(weights.owned.begin(), weights.owned.end(), [&](const auto& block) { return w.data == block.get(); });
  require(in_file || owned, "a weight lies in a tensor");
  for (int64_t e = 0; e < w.experts; ++e)
    for (int64_t r = 0; r < w.out; ++r) touch(w.row(r, e), row);
}

void check_weights(const File& file, const engine::model::Config& c, const engine::model::ModelWeights& w) {
  const auto vector = [](const float* v, int64_t n) {
    if (v) touch(v, sizeof(float) * static_cast<size_t>(n));
  };
  check_weight(file, w, w.token_embd);
  check_weight(file, w, w.output);
  vector(w.output_norm, c.n_embd);
  require(w.layers.size() == static_cast<size_t>(c.n_layers), "every layer is bound");
  for (const engine::model::LayerWeights& l : w.layers) {
    for (const Weight* m : {&l.wq, &l.wk, &l.wv, &l.wq_a, &l.wq_b, &l.wkv_a, &l.wk_b, &l.wv_b, &l.wo, &l.w_gate, &l.w_up, &l.w_down,
                            &l.router, &l.shared_gate, &l.gate_exps, &l.up_exps, &l.down_exps})
      check_weight(file, w, *m);
    for (const float* norm : {l.attn_norm, l.ffn_norm, l.bo}) vector(norm, c.n_embd);
    const bool row = c.qk_norm == engine::model::QkNorm::whole_row;
    vector(l.q_norm, row ? int64_t{c.n_head} * c.head_k : c.head_k);
    vector(l.k_norm, row ? int64_t{c.n_head_kv} * c.head_k : c.head_k);
    vector(l.sinks, c.n_head);
    vector(l.router_bias, c.moe.n_experts);
    vector(l.gate_exps_bias, int64_t{c.moe.n_experts} * c.moe.n_ff);
    vector(l.up_exps_bias, int64_t{c.moe.n_experts} * c.moe.n_ff);
    vector(l.down_exps_bias, int64_t{c.moe.n_experts} * c.n_embd);
    vector(l.bq, int64_t{c.n_head} * c.head_k);
    vector(l.bk, int64_t{c.n_head_kv} * c.head_k);
    vector(l.bv, int64_t{c.n_head_kv} * c.head_v);
    vector(l.q_a_norm, c.mla.q_lora_rank);
    vector(l.kv_a_norm, c.mla.kv_lora_rank);
    vector(l.router_select_bias, c.moe.n_experts);
  }
}

/// What `hearth-cli info` does; nothing of the size of a model is allocated.
void inspect(const std::string& path) {
  const auto info = engine::inspect_model(path);
  if (!info) check_error(info.error());
  if (info) {
    require(info->weight_bytes <= info->file_bytes, "weights lie in the file");
    require(info->expert_bytes <= info->weight_bytes, "experts are weights");
    require(info->bytes_per_token <= info->weight_bytes, "a token reads each weight at most once");
    require(info->active_parameters <= info->parameters, "active parameters are parameters");
  }
  for (const int context : {0, INT_MAX}) {
    for (const engine::KvType kv : {engine::KvType::f16, engine::KvType::q8_0}) {
      const auto memory = engine::estimate_memory(path, context, kv);
      if (!memory) check_error(memory.error());
    }
  }
}

void open_model(const std::string& path) {
  const auto file = File::open(path);
  if (!file) return check_error(file.error());
  look_up(*file);
  const auto config = engine::model::read_config(*file);
  if (!config) return check_error(config.error());
  require(std::isfinite(config->attn_scale) && std::isfinite(config->rope.mscale), "scales are finite");
  for (const float scale : {config->embedding_scale, config->residual_scale, config->logit_scale})
    require(std::isfinite(scale) && scale != 0, "scales are finite");
  for (int layer = 0; layer < config->n_layers; ++layer) require(config->window_of(layer) >= 0, "windows are not negative");
  for (const double f : config->rope.inv_freq) require(std::isfinite(f), "frequencies are finite");
  const auto weights = engine::model::bind_weights(*file, *config);
  if (!weights) return check_error(weights.error());
  check_weights(*file, *config, *weights);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  hearth_fuzz::quiet_log();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static SplitFiles files;
  const auto bytes = std::as_bytes(std::span(data, size));
  constexpr std::string_view magic = "GGUF";
  const auto second = std::search(bytes.begin() + static_cast<ptrdiff_t>(std::min(size, magic.size())), bytes.end(), magic.begin(),
                                  magic.end(), [](std::byte a, char b) { return a == static_cast<std::byte>(b); });
  const auto first_size = static_cast<size_t>(second - bytes.begin());
  files.parts[0].assign(data, first_size);
  files.parts[1].assign(data + first_size, size - first_size);
  parse_in_memory(bytes);
  const std::string path = second == bytes.end() ? files.parts[0].path() : files.path(0);
  inspect(path);
  open_model(path);
  return 0;
}
