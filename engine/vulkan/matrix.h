// Products for steps of more than kVectorTokens tokens.
#pragma once

#include "vulkan/recorder.h"

namespace engine::vulkan {

void record_matrix(Recorder& r, const LinearOp& op);
void record_matrix(Recorder& r, const LinearGluOp& op);
void record_matrix(Recorder& r, const LinearHeadsOp& op);
void record_matrix(Recorder& r, const MoeGluOp& op);
void record_matrix(Recorder& r, const MoeDownOp& op);

}  // namespace engine::vulkan
