#include "runtime/model_loader.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include <fmt/format.h>

#include "core/check.h"
#include "core/log.h"
#include "core/machine.h"
#include "runtime/backends.h"

namespace engine {
namespace {

constexpr float kWeightsShare = 0.9f;  // of the progress of a load; the rest are the programs of devices

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

/// The experts a device holds, one behind the other. Where memory is shared they stay where they are: ids index the mapped tensor.
class ExpertSubset {
 public:
  ExpertSubset(const model::LayerPlacement& at, int device, const Backend& backend) : local_(at.local_experts(device)) {
    all_ = at.expert_devices().size() == 1;
    compact_ = !all_ && !backend.host_memory();
    for (size_t e = 0; e < local_.size(); ++e) {
      if (local_[e] >= 0) held_.push_back(e);
      if (local_[e] >= 0 && !compact_) local_[e] = static_cast<int32_t>(e);
    }
  }
  [[nodiscard]] bool all() const { return all_; }
  [[nodiscard]] size_t count() const { return compact_ ? held_.size() : local_.size(); }
  [[nodiscard]] const std::vector<int32_t>& local() const { return local_; }

  /// `copy` holds the result where one is made.
  [[nodiscard]] Weight of(const Weight& w, std::vector<std::byte>& copy) const {
    if (!compact_ || w.empty()) return w;
    Weight out = w;
    out.experts = static_cast<int64_t>(held_.size());
    out.expert_stride = w.row_stride * static_cast<size_t>(w.out);
    copy.resize(out.expert_stride * held_.size());
    const size_t bytes = w.row_stride * static_cast<size_t>(w.out - 1) + row_bytes(w.type, w.in);
    for (size_t i = 0; i < held_.size(); ++i)
      std::memcpy(copy.data() + i * out.expert_stride, w.row(0, static_cast<int64_t>(held_[i])), bytes);
    out.data = copy.data();
    return out;
  }
  [[nodiscard]] const float* of(const float* rows, size_t width, std::vector<float>& copy) const {
    if (!compact_ || rows == nullptr) return rows;
    copy.clear();
    for (const size_t e : held_) copy.insert(copy.end(), rows + e * width, rows + (e + 1) * width);
    return copy.data();
  }

 private:
  std::vector<int32_t> local_;
  std::vector<size_t> held_;
  bool all_ = false, compact_ = false;
};

Result<forward::ExpertShare> place_experts(LoadedModel& m, size_t layer, int device) {
  const model::LayerPlacement& at = m.placement.layers[layer];
  const model::LayerWeights& w = m.host.layers[layer];
  Backend& backend = *m.backends[static_cast<size_t>(device)];
  const ExpertSubset subset(at, device, backend);
  forward::ExpertShare share{device, {}, {}, {}, nullptr, nullptr, nullptr, nullptr};
  Placer p(m, device);
  std::vector<std::byte> copy;
  const std::pair<Weight*, const Weight*> weights[] = {{&share.gate, &w.gate_exps}, {&share.up, &w.up_exps}, {&share.down, &w.down_exps}};
  for (const auto& [to, from] : weights) {
    *to = subset.of(*from, copy);
    if (Status s = p.weight(*to); !s) return s.error();
  }
  std::vector<float> rows;
  const auto bias = [&](const float*& to, const float* from, int width) {
    to = subset.of(from, static_cast<size_t>(width), rows);
    return p.vector(to, subset.count() * static_cast<size_t>(width));
  };
  const Status biases = all_of([&] { return bias(share.gate_bias, w.gate_exps_bias, m.config.moe.n_ff); },
                               [&] { return bias(share.up_bias, w.up_exps_bias, m.config.moe.n_ff); },
                               [&] { return bias(share.down_bias, w.down_exps_bias, m.config.n_embd); });
  if (!biases) return biases.error();
  if (subset.all()) return share;
  const std::vector<int32_t>& local = subset.local();
  Result<std::unique_ptr<Buffer>> table = backend.allocate(local.size() * sizeof(int32_t));
  if (!table) return table.error();
  backend.upload((*table)->data, local.data(), local.size() * sizeof(int32_t));
  share.local = reinterpret_cast<const int32_t*>((*table)->data);
  m.buffers.push_back(std::move(*table));
  m.local_tables.push_back({layer, device, local});
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
    Result<forward::ExpertShare> share = place_experts(m, l, device);
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
  const bool shared = m.placed.output.data == m.placed.token_embd.data && m.placement.embed == m.placement.output;
  if (Status s = embed.weight(m.placed.token_embd); !s) return s;
  if (shared) m.placed.output = m.placed.token_embd;
  if (!shared)
    if (Status s = output.weight(m.placed.output); !s) return s;
  if (Status s = output.vector(m.placed.output_norm, static_cast<size_t>(m.config.n_embd)); !s) return s;
  const model::Rope& r = m.config.rope;
  for (size_t d = 0; d < m.backends.size(); ++d) {
    RopeTable table{rope_kind(r), r.n_rot, r.inv_freq.data(), r.mscale};
    if (Status s = Placer(m, static_cast<int>(d)).vector(table.inv_freq, r.inv_freq.size()); !s) return s;
    m.placed.rope.push_back(table);
  }
  return {};
}

enum class ProgramKind { base, adapted, streamed };

Result<std::vector<ExecutableNode>> compile_program(LoadedModel& m, ProgramKind kind) {
  const forward::Inputs inputs{
      m.config, m.placement, m.placed, m.activations, m.n_tokens_in_vocab, kind == ProgramKind::adapted, kind == ProgramKind::streamed};
  std::vector<ExecutableNode> nodes;
  for (forward::Node& node : forward::build(inputs)) {
    ExecutableNode out;
    if (const auto* segment = std::get_if<forward::Segment>(&node)) {
      out.device = segment->device;
      Result<std::unique_ptr<Plan>> plan = m.backends[static_cast<size_t>(segment->device)]->compile(segment->ops);
      if (!plan) return plan.error();
      out.plan = std::move(*plan);
    } else if (const auto* load = std::get_if<forward::Load>(&node)) {
      out.load = true;
      out.device = load->device;
      m.loads.push_back(*load);
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
    Result<std::vector<ExecutableNode>> adapted = compile_program(m, ProgramKind::adapted);
    if (!adapted) return adapted.error();
    m.lora_program = std::move(*adapted);
  }
  Result<std::vector<ExecutableNode>> base = compile_program(m, ProgramKind::base);
  if (!base) return base.error();
  m.program = std::move(*base);
  if (m.stream.empty()) return {};
  Result<std::vector<ExecutableNode>> streamed = compile_program(m, ProgramKind::streamed);
  if (!streamed) return streamed.error();
  m.streamed_program = std::move(*streamed);
  return {};
}

Status open_counters(LoadedModel& m) {
  std::vector<uint32_t*> counts;
  if (Status s = m.counter.open(m.backends, m.placement, counts); !s) return s;
  for (size_t l = 0; l < counts.size(); ++l) m.placed.layers[l].expert_counts = counts[l];
  return {};
}

/// Multiply-adds, times two, of a token's experts that are not on the device of their layer.
double flops_elsewhere(const LoadedModel& m) {
  double flops = 0;
  for (const model::LayerPlacement& at : m.placement.layers) {
    if (at.expert_of.empty()) continue;
    const auto away =
        static_cast<double>(std::count_if(at.expert_of.begin(), at.expert_of.end(), [&](int d) { return d != at.attention; }));
    flops += away / m.config.moe.n_experts * m.config.moe.n_used * 6.0 * m.config.moe.n_ff * m.config.n_embd;
  }
  return flops;
}

/// Long prompts may stream what lies elsewhere to the first device.
Status open_stream(const RuntimeOptions& options, LoadedModel& m) {
  // Rough guesses, until steps have been measured.
  constexpr double kLinkBytesPerSecond = 8e9, kThreadFlops = 6e10;
  if (options.stream_tokens == 0 || !options.expert_device.empty()) return {};
  if (Status s = m.stream.open(*m.backends[0], 0, m.host, m.placement, m.device_names, options.stream_part_bytes, m.placed.layers); !s)
    return s;
  const int threads = options.threads > 0 ? options.threads : physical_cores();
  m.stream_choice = {options.stream_tokens, static_cast<double>(m.stream.bytes_of_step()) / kLinkBytesPerSecond,
                     flops_elsewhere(m) / (kThreadFlops * threads)};
  return {};
}

/// Devices make their programs in the background; those of a GPU take seconds the first time.
Status await_programs(const LoadedModel& m, const ProgressCallback& progress, const std::atomic<bool>* cancel) {
  constexpr auto kPoll = std::chrono::milliseconds(10);
  while (true) {
    CompileProgress sum;
    for (const std::unique_ptr<Backend>& backend : m.backends) {
      const CompileProgress p = backend->compile_progress();
      sum.done += p.done;
      sum.total += p.total;
    }
    const float share = sum.total ? static_cast<float>(sum.done) / static_cast<float>(sum.total) : 1.0f;
    if (progress) progress(kWeightsShare + (1.0f - kWeightsShare) * share, "programs");
    if (sum.done >= sum.total) return {};
    if (cancel && cancel->load(std::memory_order_relaxed)) return Error{ErrorCode::cancelled, "Loading was stopped.", ""};
    std::this_thread::sleep_for(kPoll);
  }
}

}  // namespace

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

RopeKind rope_kind(const model::Rope& rope) {
  switch (rope.pairs) {
    case model::RopePairs::neox:
      return RopeKind::neox;
    case model::RopePairs::normal:
      return RopeKind::normal;
    default:
      return RopeKind::none;
  }
}

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

Status place_model(const RuntimeOptions& options, LoadedModel& m, const ProgressCallback& progress, const std::atomic<bool>* cancel) {
  for (const std::string& name : m.device_names) {
    Result<std::unique_ptr<Backend>> backend =
        make_backend(name, options.threads, options.background ? Priority::background : Priority::usual);
    if (!backend) return backend.error();
    m.backends.push_back(std::move(*backend));
  }
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
    if (progress) progress(kWeightsShare * static_cast<float>(l + 1) / static_cast<float>(m.placed.layers.size()), "weights");
  }
  if (Status s = place_ends(m); !s) return s;
  if (Status s = open_counters(m); !s) return s;
  if (Status s = open_stream(options, m); !s) return s;
  if (Status s = compile_programs(options, m); !s) return s;
  return await_programs(m, progress, cancel);
}

}  // namespace engine
