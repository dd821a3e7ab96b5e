#include "reference/backend_reference.h"

#include <algorithm>

#include "core/machine.h"

namespace engine {
namespace {

template <class T>
void grow(std::vector<T>& scratch, int64_t n) {
  if (static_cast<int64_t>(scratch.size()) < n) scratch.resize(static_cast<size_t>(n));
}

}  // namespace

DeviceInfo ReferenceBackend::info() const {
  DeviceInfo info;
  info.id = "reference";
  info.name = "Scalar reference, one thread";
  const Memory memory = system_memory();
  info.memory_total = memory.total;
  info.memory_free = memory.available;
  info.usable = true;
  return info;
}

Status ReferenceBackend::on_reserve() {
  grow(row_a_, max_row());
  grow(row_b_, max_row());
  grow(scores_, static_cast<int64_t>(limits().max_pages) * kPageTokens);
  return {};
}

Status ReferenceBackend::prepare_op(const Op& op) {
  const int64_t context = static_cast<int64_t>(limits().max_pages) * kPageTokens;
  if (const auto* store = std::get_if<QkvStoreOp>(&op)) grow(row_a_, std::max(store->head_k, store->head_v));
  if (const auto* store = std::get_if<MlaStoreOp>(&op)) grow(row_a_, store->c + store->rope_dim);
  if (const auto* attn = std::get_if<AttnGqaOp>(&op)) {
    grow(keys_, context * attn->head_k);
    grow(values_, context * attn->head_v);
    grow(mix_, attn->head_v);
  }
  if (const auto* attn = std::get_if<AttnMlaOp>(&op)) {
    grow(keys_, context * (attn->c + attn->rope_dim));
    grow(mix_, attn->c);
  }
  if (const auto* route = std::get_if<MoeRouteOp>(&op)) {
    grow(route_p_, route->n_experts);
    grow(route_s_, route->n_experts);
    grow(route_open_, route->n_experts);
  }
  if (const auto* logits = std::get_if<TopkLogitsOp>(&op)) grow(order_, logits->n_vocab);
  return {};
}

std::unique_ptr<Backend> make_reference_backend() {
  return std::make_unique<ReferenceBackend>();
}

}  // namespace engine
