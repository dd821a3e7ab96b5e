#include "cuda/fold.h"

#include <array>

#include "ops/replay.h"

namespace engine::cuda {
namespace {

size_t route_and_plan(Recorder& r, std::span<const Op> ops) {
  const auto* route = op_at<MoeRouteOp>(ops, 0);
  const auto* plan = op_at<MoePlanOp>(ops, 1);
  if (!route || !plan || !plans_choice(*route, *plan)) return 0;
  record(r, *route, *plan);
  return 2;
}

size_t router(Recorder& r, std::span<const Op> ops) {
  const auto* linear = op_at<LinearOp>(ops, 0);
  const auto* route = op_at<MoeRouteOp>(ops, 1);
  const auto* plan = op_at<MoePlanOp>(ops, 2);
  if (!r.decode() || !linear || !route || !plan) return 0;
  const bool expected = is_router(*linear, *route) && plans_choice(*route, *plan);
  r.counts_as(1);
  if (expected && record_router(r, *linear, *route, *plan)) return 3;
  r.counts_as(0);
  return 0;
}

/// Each records the ops that it takes from the front, or none; the first that takes some wins.
constexpr std::array kPatterns{router, route_and_plan};

}  // namespace

size_t record_folded(Recorder& r, std::span<const Op> ops) {
  for (const auto pattern : kPatterns)
    if (const size_t n = pattern(r, ops); n > 0) return n;
  std::visit([&r](const auto& op) { record(r, op); }, ops.front());
  return 1;
}

}  // namespace engine::cuda
