// Declarations shared by the files of one level.
#pragma once

#include "cpu/kernels.h"
#include "cpu/simd.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {

// Null for a type that is not theirs.
const LinearKernel* linear_float(DType type);     // linear_float.cpp
const LinearKernel* linear_legacy(DType type);    // linear_legacy.cpp: blocks of 32 elements
const LinearKernel* linear_kquant32(DType type);  // linear_kquants.cpp: blocks of 256 with scales for 32
const LinearKernel* linear_kquant16(DType type);  // linear_kquants16.cpp: blocks of 256 with scales for 16
const LinearKernel* linear_plain(DType type);     // linear_plain.cpp: every quantised type, without int8

/// Asks for the lines of `bytes` of weights 2 KiB ahead. The hardware prefetcher stops at every 4 KiB page; this raised the
/// vector path from 57 to 84 % of the read bandwidth (Q4_K, 2 threads, AVX2). A no-op past the end of a mapping.
template <int bytes>
inline void prefetch_ahead(const void* w) {
  constexpr int kAhead = 2048;
  for (int i = 0; i < bytes; i += 64) __builtin_prefetch(static_cast<const char*>(w) + kAhead + i);
}

void attention(const AttnRange& range);          // attn_kernels.cpp
void attention_expanded(const MlaRange& range);  // mla_kernels.cpp

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
