// Refuses ops that no backend could run correctly: done once when a plan is compiled, so that kernels need no checks.
#pragma once

#include "engine/result.h"
#include "ops/ops.h"
#include "ops/step.h"

namespace engine {

/// Checks one op against the contract of ops.h: weights present and of a computable type, rows whole blocks, head counts,
/// groups and ranks that fit each other, input rows no wider than max_row.
/// Errors: unsupported (a weight type that no kernel reads), invalid_argument (sizes that contradict each other or the limits).
Status check_op(const Op& op, const StepLimits& limits, int64_t max_row);

}  // namespace engine
