#include <algorithm>
#include <cmath>

#include "cpu/backend_cpu.h"
#include "cpu/limits.h"

namespace engine::cpu {
namespace {

/// Descending values, ties to the lower id: a total order, so that the kept set never depends on how it was found.
template <class Candidate>
bool better(const Candidate& a, const Candidate& b) {
  return a.value > b.value || (a.value == b.value && a.id < b.id);
}

/// Candidates of a segment before the worse half is dropped.
int candidate_room(int k) {
  return std::min(2 * std::min(k, kSegment), kSegment);
}

}  // namespace

/// Maximum, sum of exponentials and the best candidates of one segment of a row.
void CpuBackend::scan_segment(const TopkLogitsOp& op, int row, int segment) {
  const int n_segments = (op.n_vocab + kSegment - 1) / kSegment;
  const int k = std::min(op.k, kSegment), room = candidate_room(op.k);
  const int begin = segment * kSegment, n = std::min(kSegment, op.n_vocab - begin);
  const float* x = op.logits + row * op.stride + begin;
  const auto slot = static_cast<size_t>(row * n_segments + segment);
  Segment& s = segments_[slot];
  s.max = kernels_.max_value(x, n);
  s.sum = std::isinf(s.max) && s.max < 0 ? 0.0 : kernels_.sum_exp(x, s.max, n);
  Candidate* kept = candidates_.data() + slot * static_cast<size_t>(room);
  int size = 0;
  bool full = false;        // k candidates are known
  float worst = -INFINITY;  // value of the k-th; ids ascend, so a later equal one never wins
  const auto drop = [&] {
    std::nth_element(kept, kept + k - 1, kept + size, better<Candidate>);
    size = k;
    worst = kept[k - 1].value;
    full = true;
  };
  constexpr int kBlock = 64;
  for (int i = 0; i < n; ++i) {
    // Most blocks hold nothing better than the worst candidate.
    if (i % kBlock == 0 && full)
      while (i < n && !(kernels_.max_value(x + i, std::min(kBlock, n - i)) > worst)) i += kBlock;
    if (i >= n) break;
    const float value = std::isnan(x[i]) ? -INFINITY : x[i];
    if (full && !(value > worst)) continue;
    kept[size++] = {value, begin + i};
    if (size == room && size > k) drop();
  }
  if (size > k) drop();
  s.candidates = size;
}

void CpuBackend::merge_segments(const TopkLogitsOp& op, int row) {
  const int n_segments = (op.n_vocab + kSegment - 1) / kSegment;
  const auto room = static_cast<size_t>(candidate_room(op.k));
  const Segment* s = segments_.data() + static_cast<size_t>(row * n_segments);
  Candidate* all = candidates_.data() + static_cast<size_t>(row * n_segments) * room;
  float top = -INFINITY;
  int size = 0;
  for (int i = 0; i < n_segments; ++i) {
    top = std::max(top, s[i].max);
    std::copy_n(all + static_cast<size_t>(i) * room, s[i].candidates, all + size);
    size += s[i].candidates;
  }
  double sum = 0;
  for (int i = 0; i < n_segments; ++i)
    if (s[i].sum > 0) sum += s[i].sum * std::exp(static_cast<double>(s[i].max) - static_cast<double>(top));
  std::nth_element(all, all + op.k - 1, all + size, better<Candidate>);
  std::sort(all, all + op.k, better<Candidate>);
  for (int i = 0; i < op.k; ++i) {
    op.ids[static_cast<int64_t>(row) * op.k + i] = all[i].id;
    op.values[static_cast<int64_t>(row) * op.k + i] = op.logits[row * op.stride + all[i].id];
  }
  op.logsumexp[row] = static_cast<float>(static_cast<double>(top) + std::log(sum));
}

void CpuBackend::execute(const TopkLogitsOp& op) {
  const int n_segments = (op.n_vocab + kSegment - 1) / kSegment;
  parallel(static_cast<int64_t>(step().n_outputs) * n_segments,
           [&](int64_t chunk, int) { scan_segment(op, static_cast<int>(chunk / n_segments), static_cast<int>(chunk % n_segments)); });
  if (cancelled()) return;
  parallel(step().n_outputs, [&](int64_t row, int) { merge_segments(op, static_cast<int>(row)); });
}

}  // namespace engine::cpu
