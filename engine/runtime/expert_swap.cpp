// Experts that change places while a model is loaded: only weights and tables are written, no plan is made anew.
#include <fmt/format.h>

#include <algorithm>

#include "core/check.h"
#include "runtime/model_loader.h"

namespace engine {
namespace {

LocalTable& table_of(LoadedModel& m, size_t layer, int device) {
  const auto it = std::find_if(m.local_tables.begin(), m.local_tables.end(),
                               [&](const LocalTable& t) { return t.layer == layer && t.device == device; });
  HEARTH_CHECK(it != m.local_tables.end());
  return *it;
}

const forward::ExpertShare& share_of(const LoadedModel& m, size_t layer, int device) {
  const std::vector<forward::ExpertShare>& shares = m.placed.layers[layer].experts;
  const auto it = std::find_if(shares.begin(), shares.end(), [device](const forward::ExpertShare& s) { return s.device == device; });
  HEARTH_CHECK(it != shares.end());
  return *it;
}

void upload_table(LoadedModel& m, const LocalTable& table) {
  const auto* local = share_of(m, table.layer, table.device).local;
  m.backends[static_cast<size_t>(table.device)]->upload(reinterpret_cast<std::byte*>(const_cast<int32_t*>(local)), table.local.data(),
                                                        table.local.size() * sizeof(int32_t));
}

}  // namespace

std::string model_key(const LoadedModel& model) {
  return fmt::format("{}|{}|{}|{}", model.file->string("general.name").value_or(""), model.file->file_bytes(), model.config.n_layers,
                     model.config.moe.n_experts);
}

uint64_t swap_bytes(const LoadedModel& model, const ExpertSwap& swap) {
  const model::LayerWeights& w = model.host.layers[static_cast<size_t>(swap.layer)];
  return (w.gate_exps.bytes() + w.up_exps.bytes() + w.down_exps.bytes()) / static_cast<uint64_t>(std::max<int64_t>(1, w.gate_exps.experts));
}

Status swap_expert(LoadedModel& m, const ExpertSwap& swap) {
  const auto layer = static_cast<size_t>(swap.layer), out = static_cast<size_t>(swap.out), in = static_cast<size_t>(swap.in);
  model::LayerPlacement& at = m.placement.layers[layer];
  const int device = at.attention, host = at.expert_of[in];
  HEARTH_CHECK(at.expert_of[out] == device && host != device && m.backends[static_cast<size_t>(host)]->host_memory());
  LocalTable& here = table_of(m, layer, device);
  LocalTable& there = table_of(m, layer, host);
  const int32_t slot = here.local[out];
  if (Status s = write_share(*m.backends[static_cast<size_t>(device)], share_of(m, layer, device), slot, m.host.layers[layer], swap.in, 1);
      !s)
    return s;
  std::swap(at.expert_of[out], at.expert_of[in]);
  here.local[out] = -1, here.local[in] = slot;
  there.local[in] = -1, there.local[out] = swap.out;  // the processor's ids index the tensor of the file
  upload_table(m, here);
  upload_table(m, there);
  return m.stream.update(swap.layer, at);
}

}  // namespace engine
