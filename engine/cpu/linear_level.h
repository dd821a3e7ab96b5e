// Declarations shared by the files of one level.
#pragma once

#include "cpu/kernels.h"
#include "cpu/simd.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {

const LinearKernel* linear_float(DType type);   // linear_float.cpp
const LinearKernel* linear_legacy(DType type);  // linear_legacy.cpp: Q8_0, Q4_0, Q5_0
const LinearKernel* linear_kquant(DType type);  // linear_kquants.cpp: Q4_K, Q6_K
const LinearKernel* linear_plain(DType type);   // linear_plain.cpp: every quantised type, without int8
void attention(const AttnRange& range);         // attn_kernels.cpp

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
