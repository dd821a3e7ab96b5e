#include "vulkan/fold.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace engine::vulkan {
namespace {

/// Device memory that an op reads or writes in the steps of a bucket.
struct Range {
  uint64_t begin = 0, bytes = 0;
};

template <class T>
Range range(const T* data, int64_t n) {
  return {address(data), static_cast<uint64_t>(n) * sizeof(T)};
}

bool apart(const Range& written, std::initializer_list<Range> others) {
  return std::none_of(others.begin(), others.end(),
                      [&](const Range& o) { return o.begin < written.begin + written.bytes && written.begin < o.begin + o.bytes; });
}

/// Op i of `ops` if it is a T.
template <class T>
const T* op_at(std::span<const Op> ops, size_t i) {
  return i < ops.size() ? std::get_if<T>(&ops[i]) : nullptr;
}

size_t route_and_plan(Recorder& r, std::span<const Op> ops) {
  const auto* route = op_at<MoeRouteOp>(ops, 0);
  const auto* plan = op_at<MoePlanOp>(ops, 1);
  if (!route || !plan || plan->ids != route->ids || plan->n_experts != route->n_experts || plan->n_used != route->n_used) return 0;
  record(r, *route, *plan);
  return 2;
}

/// Routed experts, then those that all tokens share: up and gate of both at once, then down of both. Results of adapters come before
/// their consumers as ops of their own, which keeps such layers from folding unless these come first.
size_t routed_and_shared_experts(Recorder& r, std::span<const Op> ops) {
  const auto* glu = op_at<MoeGluOp>(ops, 0);
  const auto* down = op_at<MoeDownOp>(ops, 1);
  const auto* shared_glu = op_at<LinearGluOp>(ops, 2);
  const auto* shared_down = op_at<LinearOp>(ops, 3);
  if (!r.decode() || !glu || !down || !shared_glu || !shared_down) return 0;
  const bool expected = down->h == glu->h && shared_glu->gate.in == glu->gate.in && shared_down->x == shared_glu->y &&
                        shared_down->n_outs == 1 && shared_down->rows == Rows::tokens;
  if (!expected) return 0;
  // shared_glu now runs beside glu, before down; shared_down beside down.
  const int64_t tokens = r.bucket().tokens, planned = tokens * glu->n_used;
  const Range x = range(glu->x, tokens * glu->gate.in), h = range(glu->h, planned * glu->gate.out);
  const Range offsets = range(glu->offsets, glu->n_experts + 1), pairs = range(glu->pairs, planned);
  const Range weights = range(down->weights, planned), y = range(down->y, tokens * down->down.out);
  const Range shared_x = range(shared_glu->x, tokens * shared_glu->gate.in), wide = range(shared_glu->y, tokens * shared_glu->gate.out);
  const Range shared_y = range(shared_down->outs[0].y, tokens * shared_down->outs[0].w.out);
  if (!apart(wide, {x, h, offsets, pairs, weights, y}) || !apart(shared_y, {h, offsets, pairs, weights, y})) return 0;
  if (!apart(h, {shared_x}) || !apart(y, {shared_x, wide})) return 0;
  record_beside(r, *glu, *shared_glu);
  record_beside(r, *down, *shared_down);
  return 4;
}

/// The two halves of the latent queries, from the same q: the rotary part with the cache row, the products of the others.
size_t latent_queries(Recorder& r, std::span<const Op> ops) {
  const auto* store = op_at<MlaStoreOp>(ops, 0);
  const auto* heads = op_at<LinearHeadsOp>(ops, 1);
  if (!r.decode() || !store || !heads) return 0;
  const int64_t latent = store->c + store->rope_dim;
  const bool expected = heads->x == store->q && heads->y == store->q_latent && heads->w.experts == store->n_head &&
                        heads->w.out <= store->c && heads->y_head_stride == latent && heads->y_token_stride == latent * store->n_head;
  if (!expected) return 0;
  record_beside(r, *store, *heads);
  return 2;
}

/// Each records the ops that it takes from the front, or none; the first that takes some wins.
constexpr std::array kPatterns{latent_queries, route_and_plan, routed_and_shared_experts};

}  // namespace

size_t record_folded(Recorder& r, std::span<const Op> ops) {
  for (const auto pattern : kPatterns)
    if (const size_t n = pattern(r, ops); n > 0) return n;
  std::visit([&r](const auto& op) { record(r, op); }, ops.front());
  return 1;
}

}  // namespace engine::vulkan
