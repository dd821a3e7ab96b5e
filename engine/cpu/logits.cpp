#include <algorithm>
#include <cmath>
#include <functional>

#include "cpu/backend_cpu.h"
#include "cpu/limits.h"

namespace engine::cpu {
namespace {

/// Descending values, ties to the lower id: a total order, so that the kept set never depends on how it was found.
template <class Candidate>
bool better(const Candidate& a, const Candidate& b) {
  return a.value > b.value || (a.value == b.value && a.id < b.id);
}

}  // namespace

/// Maxima of the blocks of one segment of a row, and the sum of its exponentials.
void CpuBackend::scan_segment(const TopkLogitsOp& op, int row, int segment) {
  const int n_segments = (op.n_vocab + kSegment - 1) / kSegment;
  const int begin = segment * kSegment, n = std::min(kSegment, op.n_vocab - begin);
  const float* x = op.logits + row * op.stride + begin;
  float* maxima = block_maxima_.data() + static_cast<int64_t>(row) * logit_blocks(op.n_vocab) + begin / kLogitBlock;
  Segment& s = segments_[static_cast<size_t>(row * n_segments + segment)];
  s.max = -INFINITY;
  for (int i = 0; i < n; i += kLogitBlock) {
    *maxima = kernels_.max_value(x + i, std::min(kLogitBlock, n - i));
    s.max = std::max(s.max, *maxima++);
  }
  s.sum = std::isinf(s.max) && s.max < 0 ? 0.0 : kernels_.sum_exp(x, s.max, n);
}

/// The k-th largest maximum of a block is a bound that at least k values reach; only blocks that reach it are looked into.
void CpuBackend::merge_segments(const TopkLogitsOp& op, int row) {
  const int n_segments = (op.n_vocab + kSegment - 1) / kSegment, n_blocks = static_cast<int>(logit_blocks(op.n_vocab));
  const Segment* s = segments_.data() + static_cast<size_t>(row * n_segments);
  const float* maxima = block_maxima_.data() + static_cast<int64_t>(row) * n_blocks;
  float* sorted = sorted_maxima_.data() + static_cast<int64_t>(row) * n_blocks;
  float bound = -INFINITY;
  if (n_blocks > op.k) {
    std::copy_n(maxima, n_blocks, sorted);
    std::nth_element(sorted, sorted + op.k - 1, sorted + n_blocks, std::greater<>());
    bound = sorted[op.k - 1];
  }
  Candidate* all = candidates_.data() + static_cast<int64_t>(row) * candidate_room(op.k, op.n_vocab);
  int size = 0, equal = 0;  // of the values that equal the bound the first k are enough
  const float* x = op.logits + row * op.stride;
  for (int b = 0; b < n_blocks; ++b) {
    if (maxima[b] < bound) continue;
    for (int i = b * kLogitBlock; i < std::min(op.n_vocab, (b + 1) * kLogitBlock); ++i) {
      const float value = std::isnan(x[i]) ? -INFINITY : x[i];
      if (value > bound || (value == bound && equal++ < op.k)) all[size++] = {value, i};
    }
  }
  std::nth_element(all, all + op.k - 1, all + size, better<Candidate>);
  std::sort(all, all + op.k, better<Candidate>);
  for (int i = 0; i < op.k; ++i) {
    op.ids[static_cast<int64_t>(row) * op.k + i] = all[i].id;
    op.values[static_cast<int64_t>(row) * op.k + i] = x[all[i].id];
  }
  float top = -INFINITY;
  for (int i = 0; i < n_segments; ++i) top = std::max(top, s[i].max);
  double sum = 0;
  for (int i = 0; i < n_segments; ++i)
    if (s[i].sum > 0) sum += s[i].sum * std::exp(static_cast<double>(s[i].max) - static_cast<double>(top));
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
