// topk_logits: segments of a row in parallel, then what they left, until one list is left (shaders/topk_select.comp).
#include <algorithm>

#include "vulkan/recorder.h"

namespace engine::vulkan {
namespace {

constexpr int64_t kLanes = 256;
constexpr int64_t kMostKeys = 32;     // keys of a lane
constexpr uint32_t kFewBest = 256;    // 2 KiB of shared memory; forward::kCandidates
constexpr uint32_t kMostBest = 1024;  // what a workgroup sorts
constexpr int64_t kCandidateBytes = 8;
constexpr int64_t kScratchBytes = int64_t{64} << 20;  // rows beyond it take further dispatches

struct SelectParams {
  uint64_t logits, ids, values, logsumexp;
  uint64_t from, to, sums, stride;
  uint32_t items, segments, k, best;
};

struct RankParams {
  uint64_t logits, ids, values, stride;
  uint32_t n_vocab, k;
};

int64_t lists_of(int64_t items, int64_t keys) {
  return ceil_div(items, keys * kLanes);
}

/// Keys a lane holds: few, for many workgroups, unless that takes another level.
int64_t keys_of_lane(int64_t items, int64_t best) {
  if (lists_of(items, 4) == 1) return 4;
  if (lists_of(items, 16) == 1 || lists_of(lists_of(items, 16) * best, kMostKeys) == 1) return 16;
  return kMostKeys;
}

/// Rows [first, first + n) of the outputs; all levels.
void select_rows(Recorder& r, const TopkLogitsOp& op, SelectParams p, int first, int n, int64_t held) {
  const int64_t best = p.best;
  const int64_t room = held * p.segments * best * kCandidateBytes;  // of the first level; later ones take turns with it
  int64_t items = op.n_vocab;
  const uint64_t halves[] = {p.to, p.to + static_cast<uint64_t>(room)};
  for (int level = 0;; ++level) {
    const int64_t keys = keys_of_lane(items, best), lists = lists_of(items, keys);
    p.from = halves[(level + 1) % 2];
    p.to = halves[level % 2];
    p.items = static_cast<uint32_t>(items);
    const Kernel kernel{Shader::topk_select,
                        {static_cast<uint32_t>(keys), best <= kFewBest ? kFewBest : kMostBest, level == 0 ? 1u : 0u, lists == 1 ? 1u : 0u}};
    const double bytes = static_cast<double>(n) * static_cast<double>(items * (level == 0 ? 4 : 8) + lists * best * kCandidateBytes);
    r.dispatch(kernel, p, {static_cast<uint32_t>(lists), static_cast<uint32_t>(n)}, {static_cast<uint32_t>(first)}, {0, bytes});
    if (lists == 1) return;
    items = lists * best;
  }
}

}  // namespace

void record(Recorder& r, const TopkLogitsOp& op) {
  // More than a workgroup sorts: its first level only sums then, and every logit finds its own place.
  const bool many = op.k > static_cast<int>(kMostBest);
  const int64_t best = many ? 1 : op.k;
  SelectParams p{address(op.logits),
                 address(op.ids),
                 address(op.values),
                 address(op.logsumexp),
                 0,
                 0,
                 0,
                 static_cast<uint64_t>(op.stride),
                 0,
                 static_cast<uint32_t>(lists_of(op.n_vocab, keys_of_lane(op.n_vocab, best))),
                 static_cast<uint32_t>(op.k),
                 static_cast<uint32_t>(best)};
  const int64_t row_bytes = 2 * p.segments * best * kCandidateBytes;
  const int64_t held = std::clamp<int64_t>(kScratchBytes / row_bytes, 1, r.limits().max_outputs);
  if (p.segments > 1) {
    p.to = r.scratch(Scratch::candidates, static_cast<size_t>(held * row_bytes));
    p.sums = r.scratch(Scratch::sums, static_cast<size_t>(held * p.segments) * 2 * sizeof(float));
  }
  const int outputs = r.bucket().outputs;
  for (int first = 0; first < outputs; first += static_cast<int>(held))
    select_rows(r, op, p, first, std::min(static_cast<int>(held), outputs - first), held);
  if (!many) return;
  const double work = static_cast<double>(outputs) * op.n_vocab * op.n_vocab;
  r.dispatch({Shader::topk_rank}, RankParams{p.logits, p.ids, p.values, p.stride, static_cast<uint32_t>(op.n_vocab), p.k},
             {ceil_div(op.n_vocab, kLanes), static_cast<uint32_t>(outputs)}, {}, {work, work * 4 / kLanes});
}

}  // namespace engine::vulkan
