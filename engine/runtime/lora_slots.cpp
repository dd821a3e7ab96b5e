#include "runtime/lora_slots.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/check.h"

namespace engine {
namespace {

Error no_such_weight(const model::Adapter& adapter, const std::string& tensor) {
  return {ErrorCode::unsupported,
          fmt::format("The adapter {} changes the tensor {}, which this model does not have.", adapter.path, tensor),
          "Use an adapter made for this model."};
}

}  // namespace

Status LoraSlots::reserve(std::span<const std::unique_ptr<Backend>> backends, std::vector<LoraSite> sites, int n_slots, size_t budget) {
  HEARTH_CHECK(n_slots > 0);
  backends_ = backends;
  sites_ = std::move(sites);
  n_slots_ = n_slots;
  budget_ = budget;
  slots_.resize(static_cast<size_t>(n_slots));
  for (size_t i = 0; i < sites_.size(); ++i) {
    Backend& backend = *backends_[static_cast<size_t>(sites_[i].device)];
    Result<std::unique_ptr<Buffer>> table = backend.allocate(sizeof(LoraEntry) * static_cast<size_t>(n_slots));
    if (!table) return table.error();
    // Zeroed memory is a table of entries without parts.
    sites_[i].weight->adapters = reinterpret_cast<const LoraEntry*>((*table)->data);
    tables_.push_back(std::move(*table));
    by_tensor_.emplace(sites_[i].tensor, i);
  }
  return {};
}

Result<std::shared_ptr<const AttachedAdapter>> LoraSlots::attach(const model::Adapter& adapter) {
  size_t bytes = 0;
  for (const model::AdapterPair& pair : adapter.pairs) {
    const auto [first, last] = by_tensor_.equal_range(pair.tensor);
    if (first == last) return no_such_weight(adapter, pair.tensor);
    for (auto site = first; site != last; ++site) {
      const LoraSite& s = sites_[site->second];
      const bool fits =
          s.table ? pair.in == s.weight->out && pair.out == s.weight->in : pair.in == s.weight->in && pair.out == s.weight->out;
      if (!fits || pair.rank > kLoraRank) return no_such_weight(adapter, pair.tensor);
      bytes += (pair.a.size() + pair.b.size()) * sizeof(float);
    }
  }
  if (bytes > budget_ - std::min(budget_, *used_))
    return Error{ErrorCode::out_of_memory,
                 fmt::format("The adapter {} needs {} MiB, and {} of the {} MiB for adapters are taken.", adapter.path, (bytes >> 20) + 1,
                             *used_ >> 20, budget_ >> 20),
                 "Detach another adapter, or load the model with more memory for adapters."};
  // Counted until the last user lets go of it.
  const std::shared_ptr<AttachedAdapter> attached(new AttachedAdapter, [used = used_](AttachedAdapter* a) {
    *used -= a->bytes;
    delete a;
  });
  attached->id = next_id_++;
  attached->path = adapter.path;
  attached->name = adapter.name;
  const auto upload = [&](Backend& backend, const std::vector<float>& values) -> Result<const float*> {
    Result<std::unique_ptr<Buffer>> buffer = backend.allocate(values.size() * sizeof(float));
    if (!buffer) return buffer.error();
    backend.upload((*buffer)->data, values.data(), values.size() * sizeof(float));
    attached->memory.push_back(std::move(*buffer));
    return reinterpret_cast<const float*>(attached->memory.back()->data);
  };
  for (const model::AdapterPair& pair : adapter.pairs) {
    const auto [first, last] = by_tensor_.equal_range(pair.tensor);
    for (auto site = first; site != last; ++site) {
      Backend& backend = *backends_[static_cast<size_t>(sites_[site->second].device)];
      const Result<const float*> a = upload(backend, pair.a);
      if (!a) return a.error();
      const Result<const float*> b = upload(backend, pair.b);
      if (!b) return b.error();
      attached->parts[site->second] = {*a, *b, static_cast<int32_t>(pair.rank), pair.scale};
      attached->rank = std::max(attached->rank, static_cast<int>(pair.rank));
    }
  }
  attached->bytes = bytes;
  *used_ += bytes;
  return std::shared_ptr<const AttachedAdapter>(attached);
}

Status LoraSlots::check(std::span<const AdapterInUse> set) const {
  const auto counted = std::count_if(set.begin(), set.end(), [](const AdapterInUse& use) { return use.scale != 0.0f; });
  if (counted > kLoraParts)
    return Error{ErrorCode::invalid_argument, fmt::format("{} adapters are too many for one conversation.", counted),
                 fmt::format("Use at most {}.", kLoraParts)};
  for (size_t site = 0; site < sites_.size(); ++site) {
    int rank = 0;
    for (const AdapterInUse& use : set)
      if (const auto part = use.adapter->parts.find(site); part != use.adapter->parts.end() && use.scale != 0.0f) rank += part->second.rank;
    if (rank > kLoraRank)
      return Error{ErrorCode::invalid_argument,
                   fmt::format("The ranks of these adapters add up to {} for {}; at most {} fit.", rank, sites_[site].tensor, kLoraRank),
                   "Use fewer adapters together."};
  }
  return {};
}

int32_t LoraSlots::slot_of(std::span<const AdapterInUse> set) {
  std::vector<std::pair<uint64_t, float>> wanted;
  for (const AdapterInUse& use : set)
    if (use.scale != 0.0f) wanted.emplace_back(use.adapter->id, use.scale);
  if (wanted.empty()) return -1;
  HEARTH_CHECK(enabled());
  auto slot = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& s) { return s.set == wanted; });
  if (slot == slots_.end()) {
    slot = std::min_element(slots_.begin(), slots_.end(), [](const Slot& a, const Slot& b) { return a.used < b.used; });
    HEARTH_CHECK(slot->used < step_);
    slot->set = std::move(wanted);
    fill(static_cast<size_t>(slot - slots_.begin()), set);
  }
  slot->used = step_;
  return static_cast<int32_t>(slot - slots_.begin());
}

void LoraSlots::fill(size_t slot, std::span<const AdapterInUse> set) {
  for (size_t site = 0; site < sites_.size(); ++site) {
    LoraEntry entry;
    for (const AdapterInUse& use : set) {
      const auto part = use.adapter->parts.find(site);
      if (part == use.adapter->parts.end() || use.scale == 0.0f) continue;
      HEARTH_CHECK(entry.n_parts < kLoraParts);
      entry.parts[entry.n_parts] = part->second;
      entry.parts[entry.n_parts++].scale *= use.scale;
    }
    backends_[static_cast<size_t>(sites_[site].device)]->upload(tables_[site]->data + slot * sizeof(LoraEntry), &entry, sizeof entry);
  }
}

}  // namespace engine
