#include <algorithm>
#include <cmath>

#include "cpu/backend_cpu.h"
#include "cpu/limits.h"

namespace engine::cpu {

/// Maximum, sum of exponentials and the best candidates of one segment of a row.
void CpuBackend::scan_segment(const TopkLogitsOp& op, int row, int segment) {
  const int n_segments = (op.n_vocab + kSegment - 1) / kSegment;
  const int k = std::min(op.k, kSegment);
  const int begin = segment * kSegment, n = std::min(kSegment, op.n_vocab - begin);
  const float* x = op.logits + row * op.stride + begin;
  const auto slot = static_cast<size_t>(row * n_segments + segment);
  Segment& s = segments_[slot];
  s.max = kernels_.max_value(x, n);
  s.sum = std::isinf(s.max) && s.max < 0 ? 0.0 : kernels_.sum_exp(x, s.max, n);
  // A heap with the worst candidate on top. Ids ascend, so a later equal value never wins.
  Candidate* heap = candidates_.data() + slot * static_cast<size_t>(k);
  const auto better = [](const Candidate& a, const Candidate& b) { return a.value > b.value || (a.value == b.value && a.id < b.id); };
  int size = 0;
  constexpr int kBlock = 64;
  for (int i = 0; i < n; ++i) {
    // Nearly all blocks hold nothing better than the worst candidate.
    if (i % kBlock == 0)
      while (size == k && i < n && !(kernels_.max_value(x + i, std::min(kBlock, n - i)) > heap[0].value)) i += kBlock;
    if (i >= n) break;
    const float value = std::isnan(x[i]) ? -INFINITY : x[i];
    if (size == k) {
      if (!(value > heap[0].value)) continue;
      std::pop_heap(heap, heap + size--, better);
    }
    heap[size++] = {value, begin + i};
    std::push_heap(heap, heap + size, better);
  }
  s.candidates = size;
}

void CpuBackend::merge_segments(const TopkLogitsOp& op, int row) {
  const int n_segments = (op.n_vocab + kSegment - 1) / kSegment;
  const int k = std::min(op.k, kSegment);
  const Segment* s = segments_.data() + static_cast<size_t>(row * n_segments);
  Candidate* all = candidates_.data() + static_cast<size_t>(row * n_segments) * static_cast<size_t>(k);
  float top = -INFINITY;
  int size = 0;
  for (int i = 0; i < n_segments; ++i) {
    top = std::max(top, s[i].max);
    std::copy_n(all + static_cast<size_t>(i) * static_cast<size_t>(k), s[i].candidates, all + size);
    size += s[i].candidates;
  }
  double sum = 0;
  for (int i = 0; i < n_segments; ++i)
    if (s[i].sum > 0) sum += s[i].sum * std::exp(static_cast<double>(s[i].max) - static_cast<double>(top));
  std::partial_sort(all, all + op.k, all + size,
                    [](const Candidate& a, const Candidate& b) { return a.value > b.value || (a.value == b.value && a.id < b.id); });
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
