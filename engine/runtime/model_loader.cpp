#include "runtime/model_loader.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "core/check.h"
#include "core/log.h"
#include "runtime/backends.h"

namespace engine {
namespace {

constexpr int kDefaultContext = 4096;

KvDType kv_dtype(KvType type) {
  switch (type) {
    case KvType::f32:
      return KvDType::f32;
    case KvType::f16:
      return KvDType::f16;
    case KvType::q8_0:
      return KvDType::q8_0;
  }
  return KvDType::f16;
}

DType storage_type(KvType type) {
  switch (type) {
    case KvType::f32:
      return DType::f32;
    case KvType::f16:
      return DType::f16;
    case KvType::q8_0:
      return DType::q8_0;
  }
  return DType::f16;
}

/// Index of a device, added to the list when it is new.
int device_index(LoadedModel& model, const std::string& name) {
  const auto it = std::find(model.device_names.begin(), model.device_names.end(), name);
  if (it != model.device_names.end()) return static_cast<int>(it - model.device_names.begin());
  model.device_names.push_back(name);
  return static_cast<int>(model.device_names.size()) - 1;
}

uint64_t kv_bytes_per_page(const model::Config& c, KvType kv) {
  const DType type = storage_type(kv);
  const uint64_t row = row_bytes(type, c.kv_row_k()) + (c.kv_row_v() ? row_bytes(type, c.kv_row_v()) : 0);
  return row * kPageTokens * static_cast<uint64_t>(c.n_layers);
}

uint64_t expert_bytes(const model::ModelWeights& w) {
  uint64_t bytes = 0;
  for (const model::LayerWeights& l : w.layers)
    for (const Weight* e : {&l.gate_exps, &l.up_exps, &l.down_exps})
      if (!e->empty()) bytes += e->bytes();
  return bytes;
}

/// k_b of the legacy MLA layout, made at load (model/weights.h).
uint64_t transposed_bytes(const LoadedModel& m) {
  if (!m.config.is_mla || m.file->tensor("blk.0.attn_k_b.weight")) return 0;
  uint64_t bytes = 0;
  for (const model::LayerWeights& l : m.host.layers) bytes += l.wk_b.bytes();
  return bytes;
}

int widest_ffn(const model::ModelWeights& w) {
  int64_t width = 1;
  for (const model::LayerWeights& l : w.layers) width = std::max(width, l.w_gate.out);
  return static_cast<int>(width);
}

forward::ActivationSizes activation_sizes(const RuntimeOptions& options, const LoadedModel& m) {
  return {m.limits, widest_ffn(m.host), m.n_tokens_in_vocab, options.adapter_bytes != 0};
}

/// Memory for adapters: what was asked for, or by the size of the model: an eighth, which holds rank 32 for every weight of a
/// dense model in four bits.
uint64_t adapter_budget(const RuntimeOptions& options, uint64_t weights) {
  if (options.adapter_bytes >= 0) return static_cast<uint64_t>(options.adapter_bytes);
  return std::clamp<uint64_t>(weights / 8, uint64_t{16} << 20, uint64_t{512} << 20);
}

Status set_limits(const RuntimeOptions& options, LoadedModel& m) {
  constexpr int kMaxContext = 1 << 26;  // as many as a file may claim; counts of pages stay small
  if (options.context < 0 || options.context > kMaxContext || options.max_sequences < 1 || options.max_sequences > 64)
    return Error{ErrorCode::invalid_argument, "The context or the number of sequences is out of range.",
                 fmt::format("Use a context of 1 to {} tokens and 1 to 64 sequences.", kMaxContext)};
  if (options.context > m.config.n_ctx_train)
    log(LogLevel::warn, "a context of {} tokens is more than the {} this model was trained for: answers may lose their thread",
        options.context, m.config.n_ctx_train);
  m.context = options.context ? options.context : std::min(m.config.n_ctx_train, kDefaultContext);
  m.limits.max_sequences = options.max_sequences;
  m.limits.max_tokens = std::max(options.max_sequences, options.max_prompt_tokens);
  m.limits.max_outputs = std::max(options.max_sequences, options.max_outputs);
  m.limits.max_pages = (m.context + kPageTokens - 1) / kPageTokens;
  m.total_pages = m.limits.max_pages * (options.max_sequences + options.cached_sequences);
  if (options.kv == KvType::q8_0 && (m.config.kv_row_k() % 32 || m.config.kv_row_v() % 32))
    return Error{ErrorCode::unsupported, "The KV rows of this model are not a multiple of 32, so they cannot be stored as q8_0.",
                 "Use --kv f16."};
  return {};
}

/// A model that only just fits gets less room for adapters, not an error.
void shrink_adapters(LoadedModel& m, const DeviceInfo& device) {
  const uint64_t others = m.memory.total() - m.memory.adapters;
  if (device.memory_total > 0) m.memory.adapters = std::min(m.memory.adapters, device.memory_total - std::min(device.memory_total, others));
}

/// Refuses what cannot fit the machine before anything is reserved, and names a context that does.
Status check_memory(const RuntimeOptions& options, const LoadedModel& m, const DeviceInfo& device) {
  const uint64_t fixed = m.memory.weights + m.memory.experts + m.memory.scratch + m.memory.adapters;
  if (device.memory_total == 0 || m.memory.total() <= device.memory_total) return {};
  const uint64_t gib = 1u << 30;
  std::string hint = "Use a smaller variant of this model.";
  if (fixed < device.memory_total) {
    const uint64_t pages = (device.memory_total - fixed) / kv_bytes_per_page(m.config, options.kv);
    const uint64_t tokens = pages / static_cast<uint64_t>(options.max_sequences + options.cached_sequences) * kPageTokens;
    if (tokens >= 256) hint = fmt::format("A context of {} tokens fits.", tokens);
  }
  return Error{ErrorCode::out_of_memory,
               fmt::format("The model needs {:.1f} GiB of memory with this context, and this device has {:.1f} GiB.",
                           static_cast<double>(m.memory.total()) / static_cast<double>(gib),
                           static_cast<double>(device.memory_total) / static_cast<double>(gib)),
               hint};
}

/// Copies constants to a device; on host memory the original is used.
class Placer {
 public:
  Placer(LoadedModel& model, int device) : model_(model), backend_(*model.backends[static_cast<size_t>(device)]) {}

  Status weight(Weight& w) {
    if (w.empty()) return {};
    Result<Weight> placed = backend_.place(w);
    if (!placed) return placed.error();
    w = *placed;
    return {};
  }

  template <class T>
  Status vector(const T*& data, size_t n) {
    if (!data || backend_.host_memory()) return {};
    Result<std::unique_ptr<Buffer>> buffer = backend_.allocate(n * sizeof(T));
    if (!buffer) return buffer.error();
    backend_.upload((*buffer)->data, data, n * sizeof(T));
    data = reinterpret_cast<const T*>((*buffer)->data);
    model_.buffers.push_back(std::move(*buffer));
    return {};
  }

 private:
  LoadedModel& model_;
  Backend& backend_;
};

/// Runs the steps until one fails.
template <class... Steps>
Status all_of(Steps&&... steps) {
  Status status;
  static_cast<void>(((status = steps(), status.ok()) && ...));
  return status;
}

Status place_attention(LoadedModel& m, int device, model::LayerWeights& w) {
  const model::Config& c = m.config;
  Placer p(m, device);
  const auto embd = static_cast<size_t>(c.n_embd);
  const bool row_norm = c.qk_norm == model::QkNorm::whole_row;
  for (Weight* x : {&w.wq, &w.wk, &w.wv, &w.wq_a, &w.wq_b, &w.wkv_a, &w.wk_b, &w.wv_b, &w.wo, &w.router, &w.shared_gate})
    if (Status s = p.weight(*x); !s) return s;
  return all_of([&] { return p.vector(w.attn_norm, embd); }, [&] { return p.vector(w.ffn_norm, embd); },
                [&] { return p.vector(w.bq, static_cast<size_t>(w.wq.out)); },
                [&] { return p.vector(w.bk, static_cast<size_t>(w.wk.out)); },
                [&] { return p.vector(w.bv, static_cast<size_t>(w.wv.out)); }, [&] { return p.vector(w.bo, embd); },
                [&] { return p.vector(w.q_norm, static_cast<size_t>(row_norm ? w.wq.out : c.head_k)); },
                [&] { return p.vector(w.k_norm, static_cast<size_t>(row_norm ? w.wk.out : c.head_k)); },
                [&] { return p.vector(w.sinks, static_cast<size_t>(c.n_head)); },
                [&] { return p.vector(w.router_bias, static_cast<size_t>(c.moe.n_experts)); },
                [&] { return p.vector(w.q_a_norm, static_cast<size_t>(c.mla.q_lora_rank)); },
                [&] { return p.vector(w.kv_a_norm, static_cast<size_t>(c.mla.kv_lora_rank)); },
                [&] { return p.vector(w.router_select_bias, static_cast<size_t>(c.moe.n_experts)); });
}

/// The experts a device does not hold are left out where memory is not shared; on host memory expert ids index the mapped tensor.
Result<forward::ExpertShare> place_experts(LoadedModel& m, const model::LayerPlacement& at, int device, const model::LayerWeights& w) {
  Backend& backend = *m.backends[static_cast<size_t>(device)];
  if (!backend.host_memory() && at.expert_devices().size() > 1)
    return Error{ErrorCode::unsupported, "Experts of one layer cannot yet be split with a device that has its own memory.",
                 "Place them on one device."};
  forward::ExpertShare share{device, w.gate_exps, w.up_exps, w.down_exps, w.gate_exps_bias, w.up_exps_bias, w.down_exps_bias, nullptr};
  Placer p(m, device);
  for (Weight* x : {&share.gate, &share.up, &share.down})
    if (Status s = p.weight(*x); !s) return s.error();
  const auto experts = static_cast<size_t>(m.config.moe.n_experts), ff = static_cast<size_t>(m.config.moe.n_ff);
  const Status biases =
      all_of([&] { return p.vector(share.gate_bias, experts * ff); }, [&] { return p.vector(share.up_bias, experts * ff); },
             [&] { return p.vector(share.down_bias, experts * static_cast<size_t>(m.config.n_embd)); });
  if (!biases) return biases.error();
  if (at.expert_devices().size() == 1) return share;
  const size_t n = at.expert_of.size();
  Result<std::unique_ptr<Buffer>> table = backend.allocate(n * sizeof(int32_t));
  if (!table) return table.error();
  std::vector<int32_t> local(n);
  for (size_t e = 0; e < n; ++e) local[e] = at.expert_of[e] == device ? static_cast<int32_t>(e) : -1;
  backend.upload((*table)->data, local.data(), n * sizeof(int32_t));
  share.local = reinterpret_cast<const int32_t*>((*table)->data);
  m.buffers.push_back(std::move(*table));
  return share;
}

Status place_kv(LoadedModel& m, int device, KvType kv, KvLayer& out) {
  const model::Config& c = m.config;
  const DType type = storage_type(kv);
  const size_t rows = static_cast<size_t>(m.total_pages) * kPageTokens;
  out.type = kv_dtype(kv);
  out.k_row_bytes = row_bytes(type, c.kv_row_k());
  out.v_row_bytes = c.kv_row_v() ? row_bytes(type, c.kv_row_v()) : 0;
  Result<std::unique_ptr<Buffer>> buffer = m.backends[static_cast<size_t>(device)]->allocate(rows * (out.k_row_bytes + out.v_row_bytes));
  if (!buffer) return buffer.error();
  out.k = (*buffer)->data;
  out.v = out.v_row_bytes ? out.k + rows * out.k_row_bytes : nullptr;
  m.buffers.push_back(std::move(*buffer));
  return {};
}

Status place_layer(const RuntimeOptions& options, LoadedModel& m, size_t l) {
  const model::LayerPlacement& at = m.placement.layers[l];
  forward::PlacedLayer& layer = m.placed.layers[l];
  layer.w = m.host.layers[l];
  if (Status s = place_attention(m, at.attention, layer.w); !s) return s;
  Placer ffn(m, at.ffn);
  for (Weight* x : {&layer.w.w_gate, &layer.w.w_up, &layer.w.w_down})
    if (Status s = ffn.weight(*x); !s) return s;
  for (const int device : at.expert_devices()) {
    Result<forward::ExpertShare> share = place_experts(m, at, device, m.host.layers[l]);
    if (!share) return share.error();
    layer.experts.push_back(*share);
  }
  return place_kv(m, at.attention, options.kv, layer.kv);
}

Status place_ends(LoadedModel& m) {
  m.placed.token_embd = m.host.token_embd;
  m.placed.output = m.host.output;
  m.placed.output_norm = m.host.output_norm;
  Placer embed(m, m.placement.embed), output(m, m.placement.output);
  if (Status s = embed.weight(m.placed.token_embd); !s) return s;
  if (Status s = output.weight(m.placed.output); !s) return s;
  if (Status s = output.vector(m.placed.output_norm, static_cast<size_t>(m.config.n_embd)); !s) return s;
  const model::Rope& r = m.config.rope;
  for (size_t d = 0; d < m.backends.size(); ++d) {
    const RopeKind kind = r.pairs == model::RopePairs::neox     ? RopeKind::neox
                          : r.pairs == model::RopePairs::normal ? RopeKind::normal
                                                                : RopeKind::none;
    RopeTable table{kind, r.n_rot, r.inv_freq.data(), r.mscale};
    if (Status s = Placer(m, static_cast<int>(d)).vector(table.inv_freq, r.inv_freq.size()); !s) return s;
    m.placed.rope.push_back(table);
  }
  return {};
}

Result<std::vector<ExecutableNode>> compile_program(LoadedModel& m, bool adapters) {
  const forward::Inputs inputs{m.config, m.placement, m.placed, m.activations, m.n_tokens_in_vocab, adapters};
  std::vector<ExecutableNode> nodes;
  for (forward::Node& node : forward::build(inputs)) {
    ExecutableNode out;
    if (const auto* segment = std::get_if<forward::Segment>(&node)) {
      out.device = segment->device;
      Result<std::unique_ptr<Plan>> plan = m.backends[static_cast<size_t>(segment->device)]->compile(segment->ops);
      if (!plan) return plan.error();
      out.plan = std::move(*plan);
    } else {
      out.transfer = std::get<forward::Transfer>(node);
      out.device = out.transfer.to;
    }
    nodes.push_back(std::move(out));
  }
  return nodes;
}

/// Every weight that adapters can change, under the name of its tensor (model/adapter.h).
std::vector<LoraSite> lora_sites(LoadedModel& m) {
  std::vector<LoraSite> sites;
  const auto add = [&sites](const std::string& tensor, int device, Weight& weight) {
    if (!weight.empty()) sites.push_back({tensor + ".weight", device, &weight, false});
  };
  add("token_embd", m.placement.embed, m.placed.token_embd);
  sites.back().table = true;
  add("output", m.placement.output, m.placed.output);
  for (size_t l = 0; l < m.placed.layers.size(); ++l) {
    const std::string prefix = fmt::format("blk.{}.", l);
    const model::LayerPlacement& at = m.placement.layers[l];
    forward::PlacedLayer& layer = m.placed.layers[l];
    model::LayerWeights& w = layer.w;
    const std::pair<const char*, Weight*> attention[] = {{"attn_q", &w.wq},
                                                         {"attn_k", &w.wk},
                                                         {"attn_v", &w.wv},
                                                         {"attn_q_a", &w.wq_a},
                                                         {"attn_q_b", &w.wq_b},
                                                         {"attn_kv_a_mqa", &w.wkv_a},
                                                         {"attn_k_b", &w.wk_b},
                                                         {"attn_v_b", &w.wv_b},
                                                         {"attn_output", &w.wo},
                                                         {"ffn_gate_inp", &w.router},
                                                         {"ffn_gate_inp_shexp", &w.shared_gate}};
    for (const auto& [name, weight] : attention) add(prefix + name, at.attention, *weight);
    const std::string suffix = layer.experts.empty() ? "" : "_shexp";
    add(prefix + "ffn_gate" + suffix, at.ffn, w.w_gate);
    add(prefix + "ffn_up" + suffix, at.ffn, w.w_up);
    add(prefix + "ffn_down" + suffix, at.ffn, w.w_down);
    for (forward::ExpertShare& share : layer.experts) {
      add(prefix + "ffn_gate_exps", share.device, share.gate);
      add(prefix + "ffn_up_exps", share.device, share.up);
      add(prefix + "ffn_down_exps", share.device, share.down);
    }
  }
  return sites;
}

Status compile_programs(const RuntimeOptions& options, LoadedModel& m) {
  if (options.adapter_bytes != 0) {
    const Status reserved = m.lora.reserve(m.backends, lora_sites(m), m.limits.max_sequences, static_cast<size_t>(m.memory.adapters));
    if (!reserved) return reserved.error();
    Result<std::vector<ExecutableNode>> adapted = compile_program(m, true);
    if (!adapted) return adapted.error();
    m.lora_program = std::move(*adapted);
  }
  Result<std::vector<ExecutableNode>> base = compile_program(m, false);
  if (!base) return base.error();
  m.program = std::move(*base);
  return {};
}

}  // namespace

Status open_model(const RuntimeOptions& options, LoadedModel& out) {
  Result<gguf::File> file = gguf::File::open(options.model_path);
  if (!file) return file.error();
  out.file = std::make_unique<gguf::File>(std::move(*file));
  Result<model::Config> config = model::read_config(*out.file, {.round_yarn = options.round_yarn});
  if (!config) return config.error();
  out.config = std::move(*config);
  Result<model::ModelWeights> weights = model::bind_weights(*out.file, out.config);
  if (!weights) return weights.error();
  out.host = std::move(*weights);
  const std::vector<std::string>* tokens = out.file->strings("tokenizer.ggml.tokens");
  out.n_tokens_in_vocab = tokens ? std::min(out.config.n_vocab, static_cast<int>(tokens->size())) : out.config.n_vocab;
  return {};
}

Status plan_model(const RuntimeOptions& options, LoadedModel& m) {
  if (Status s = set_limits(options, m); !s) return s;
  Result<std::string> main = resolve_device(options.device);
  if (!main) return main.error();
  const int main_index = device_index(m, *main);
  std::vector<int> expert_devices;
  for (const std::string& name : split_device_list(options.expert_device)) {
    Result<std::string> device = resolve_device(name);
    if (!device) return device.error();
    expert_devices.push_back(device_index(m, *device));
  }
  if (expert_devices.size() > 2)
    return Error{ErrorCode::invalid_argument, "Experts can be split over at most two devices.", "Name one or two."};
  m.placement = model::place(m.config, main_index, expert_devices);
  m.memory.experts = expert_bytes(m.host);
  for (const gguf::TensorInfo& t : m.file->tensors()) m.memory.weights += t.bytes;
  m.memory.weights -= std::min(m.memory.weights, m.memory.experts);
  m.memory.kv_cache = kv_bytes_per_page(m.config, options.kv) * static_cast<uint64_t>(m.total_pages);
  m.memory.weights += transposed_bytes(m);
  m.memory.adapters = adapter_budget(options, m.memory.weights + m.memory.experts);
  for (size_t d = 0; d < m.device_names.size(); ++d) {
    Result<forward::Activations> sizes =
        forward::make_activations(m.config, m.placement, static_cast<int>(d), activation_sizes(options, m), nullptr);
    if (!sizes) return sizes.error();
    m.memory.scratch += sizes->bytes;
  }
  return {};
}

Result<MemoryEstimate> estimate_memory(const std::string& path, int context, KvType kv) {
  RuntimeOptions options;
  options.model_path = path;
  options.context = context;
  options.kv = kv;
  options.adapter_bytes = -1;
  LoadedModel model;
  if (Status s = open_model(options, model); !s) return s.error();
  if (Status s = plan_model(options, model); !s) return s.error();
  model.memory.context = model.context;
  return model.memory;
}

Status place_model(const RuntimeOptions& options, LoadedModel& m, const ProgressCallback& progress, const std::atomic<bool>* cancel) {
  for (const std::string& name : m.device_names) {
    Result<std::unique_ptr<Backend>> backend = make_backend(name, options.threads);
    if (!backend) return backend.error();
    m.backends.push_back(std::move(*backend));
  }
  const DeviceInfo device = m.backends[static_cast<size_t>(m.placement.embed)]->info();
  if (options.adapter_bytes < 0) shrink_adapters(m, device);
  if (Status s = check_memory(options, m, device); !s) return s;
  for (size_t d = 0; d < m.backends.size(); ++d) {
    Result<forward::Activations> a =
        forward::make_activations(m.config, m.placement, static_cast<int>(d), activation_sizes(options, m), m.backends[d].get());
    if (!a) return a.error();
    if (Status s = m.backends[d]->reserve(m.limits, a->max_row); !s) return s;
    m.activations.push_back(std::move(*a));
  }
  m.placed.layers.resize(static_cast<size_t>(m.config.n_layers));
  for (size_t l = 0; l < m.placed.layers.size(); ++l) {
    if (cancel && cancel->load(std::memory_order_relaxed)) return Error{ErrorCode::cancelled, "Loading was stopped.", ""};
    if (Status s = place_layer(options, m, l); !s) return s;
    if (progress) progress(static_cast<float>(l + 1) / static_cast<float>(m.placed.layers.size()), "weights");
  }
  if (Status s = place_ends(m); !s) return s;
  return compile_programs(options, m);
}

}  // namespace engine
