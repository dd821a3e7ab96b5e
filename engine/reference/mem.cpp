#include <algorithm>

#include "reference/backend_reference.h"

namespace engine {

void ReferenceBackend::execute(const FillOp& op) {
  std::fill_n(op.y, row_count(op.rows) * op.dim, op.value);
}

}  // namespace engine
