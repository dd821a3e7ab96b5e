// Groups of the grid types (formats.md 2.3) as unsigned bytes for the integer kernels.
#pragma once

#include "core/iq_grids.h"
#include "cpu/linear_strip.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {

template <class Word>
inline Word load_word(const uint8_t* p) {
  Word word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

/// Four groups of eight.
inline __m256i four_groups(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
  return _mm256_set_epi64x(static_cast<int64_t>(d), static_cast<int64_t>(c), static_cast<int64_t>(b), static_cast<int64_t>(a));
}

/// An eighth sign for each byte of seven, so that their number is even.
inline uint32_t complete_signs(uint32_t sevens) {
  uint32_t parity = sevens ^ sevens >> 4;
  parity ^= parity >> 2;
  parity ^= parity >> 1;
  return sevens | (parity & 0x01010101u) << 7;
}
/// The signs of four groups from four times seven bits.
inline uint32_t signs_of_28(uint32_t w) {
  return complete_signs((w & 0x7fu) | (w << 1 & 0x7f00u) | (w << 2 & 0x7f0000u) | (w << 3 & 0x7f000000u));
}

/// Grid values with their signs, moved up by the largest value.
template <int largest>
inline __m256i with_signs(__m256i grid, uint32_t signs) {
  const __m256i mask = bit_mask(signs);
  return _mm256_add_epi8(_mm256_sub_epi8(_mm256_xor_si256(grid, mask), mask), _mm256_set1_epi8(largest));
}

/// d * step * (2 n + 1), as every scale of these types is.
inline F8 odd_scales(__m256i n, float d_step) {
  return to_f8(_mm256_add_epi32(_mm256_add_epi32(n, n), _mm256_set1_epi32(1))) * f8_set(d_step);
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
