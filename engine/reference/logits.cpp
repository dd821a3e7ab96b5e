#include <algorithm>
#include <cmath>
#include <numeric>

#include "reference/backend_reference.h"

namespace engine {

void ReferenceBackend::execute(const TopkLogitsOp& op) {
  for (int r = 0; r < step().n_outputs && !cancelled(); ++r) {
    const float* row = op.logits + r * op.stride;
    // A NaN ranks last, so that one bad logit neither breaks the sort nor wins.
    const auto rank = [row](int32_t id) { return std::isnan(row[id]) ? -INFINITY : row[id]; };
    const auto end = order_.begin() + op.n_vocab;
    std::iota(order_.begin(), end, 0);
    std::partial_sort(order_.begin(), order_.begin() + op.k, end,
                      [&rank](int32_t a, int32_t b) { return rank(a) > rank(b) || (rank(a) == rank(b) && a < b); });
    for (int i = 0; i < op.k; ++i) {
      const int32_t id = order_[static_cast<size_t>(i)];
      op.ids[static_cast<int64_t>(r) * op.k + i] = id;
      op.values[static_cast<int64_t>(r) * op.k + i] = row[id];
    }
    const double top = static_cast<double>(rank(order_[0]));
    double sum = 0;
    for (int i = 0; i < op.n_vocab; ++i) sum += std::exp(static_cast<double>(row[i]) - top);
    op.logsumexp[r] = static_cast<float>(top + std::log(sum));
  }
}

}  // namespace engine
