#include "runtime/private_memory.h"

#include "runtime/backends.h"

namespace engine {
namespace {

// They stand for every table of adapters and every cache: ops of such a program are never run. Kernels are chosen by how addresses are
// aligned, and by whether K and V lie at one place.
const LoraEntry kTable;
alignas(256) std::byte g_keys[256], g_values[256];

void allow_adapters(Weight& w) {
  if (!w.empty()) w.adapters = &kTable;
}

/// The model as if everything were on one device, with the file's weights.
forward::PlacedModel imagine(const RuntimeOptions& options, const LoadedModel& m) {
  forward::PlacedModel placed{m.host.token_embd, m.host.output, m.host.output_norm, {}, {}};
  const DType kv = storage_type(options.kv);
  for (const model::LayerWeights& w : m.host.layers) {
    forward::PlacedLayer& layer = placed.layers.emplace_back();
    layer.w = w;
    if (!w.gate_exps.empty())
      layer.experts.push_back({0, w.gate_exps, w.up_exps, w.down_exps, w.gate_exps_bias, w.up_exps_bias, w.down_exps_bias, nullptr});
    layer.kv = {kv_dtype(options.kv), g_keys, m.config.kv_row_v() ? g_values : nullptr, row_bytes(kv, m.config.kv_row_k()),
                m.config.kv_row_v() ? row_bytes(kv, m.config.kv_row_v()) : 0};
    if (options.adapter_bytes == 0) continue;
    model::LayerWeights& l = layer.w;
    for (Weight* x : {&l.wq, &l.wk, &l.wv, &l.wq_a, &l.wq_b, &l.wkv_a, &l.wk_b, &l.wv_b, &l.wo, &l.router, &l.shared_gate, &l.w_gate,
                      &l.w_up, &l.w_down})
      allow_adapters(*x);
    for (forward::ExpertShare& share : layer.experts)
      for (Weight* x : {&share.gate, &share.up, &share.down}) allow_adapters(*x);
  }
  if (options.adapter_bytes != 0)
    for (Weight* x : {&placed.token_embd, &placed.output}) allow_adapters(*x);
  const model::Rope& r = m.config.rope;
  placed.rope.push_back({rope_kind(r), r.n_rot, r.inv_freq.data(), r.mscale});
  return placed;
}

}  // namespace

uint64_t private_bytes_of(const RuntimeOptions& options, const LoadedModel& m, const std::string& device) {
  const model::Placement placement = model::place(m.config, 0, {});
  const forward::PlacedModel placed = imagine(options, m);
  std::vector<forward::Activations> activations;
  activations.push_back(forward::imagined_activations(m.config, placement, 0, activation_sizes(options, m)));
  std::vector<Op> ops;
  for (const bool adapters : {false, true}) {
    if (adapters && options.adapter_bytes == 0) continue;
    for (const forward::Node& node : forward::build({m.config, placement, placed, activations, m.n_tokens_in_vocab, adapters}))
      if (const auto* segment = std::get_if<forward::Segment>(&node)) ops.insert(ops.end(), segment->ops.begin(), segment->ops.end());
  }
  return private_bytes(device, ops, m.limits);
}

}  // namespace engine
