// The router's choice of experts for one token (formats.md 6, steps 2 to 8), shared by all backends that run on the host:
// it decides which weights are read, so it must not differ between them by a rounding.
#pragma once

#include <cstdint>

#include "ops/ops.h"

namespace engine {

/// Room for one token's choice, [n_experts] each.
struct ExpertChoiceScratch {
  float* gate = nullptr;   // gate value
  float* score = nullptr;  // selection score
  char* open = nullptr;    // still selectable
};

/// Writes ids and weights of `token` as MoeRouteOp says, and counts. Several threads may work on tokens of one op.
void choose_experts(const MoeRouteOp& op, int token, const ExpertChoiceScratch& scratch);

}  // namespace engine
