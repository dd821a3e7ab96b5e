// Products of steps with more than kVectorTokens tokens: tiles of 64 weight rows and 16, 32 or 64 tokens in shared memory.
//
// By tier and weight type: f32 arithmetic (F32 weights always), f16 with f32 sums, or packed int8 products of activations rounded to
// int8 in blocks of 32. F16 and BF16 weights meet activations rounded to f16, summed in f32, in both tiers above f32 where the device
// has f16.
#pragma once

#include "vulkan/recorder.h"

namespace engine::vulkan {

void record_matrix(Recorder& r, const LinearOp& op);
void record_matrix(Recorder& r, const LinearGluOp& op);
void record_matrix(Recorder& r, const LinearHeadsOp& op);
void record_matrix(Recorder& r, const MoeGluOp& op);
void record_matrix(Recorder& r, const MoeDownOp& op);

}  // namespace engine::vulkan
