// The codebooks of the grid types (formats.md 2.3), part of the file format. The numbers are those published with ggml under the
// MIT licence, and only builds that were given them can compute with these types (engine/core/CMakeLists.txt).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace engine {

/// An array without member functions: the kernels of every instruction set level read it.
template <class Word, size_t n>
struct Codebook {
  Word at[n];
};

// Entry i holds the values of a group of eight elements (of four for IQ3), element e in byte e.
extern const Codebook<uint64_t, 256> kIq2XxsGrid;  // 8, 25, 43
extern const Codebook<uint64_t, 512> kIq2XsGrid;
extern const Codebook<uint64_t, 1024> kIq2SGrid;
extern const Codebook<uint32_t, 256> kIq3XxsGrid;  // 4, 12, 20, 28, 36, 44, 52, 62
extern const Codebook<uint32_t, 512> kIq3SGrid;    // odd numbers up to 15
extern const Codebook<uint64_t, 2048> kIq1Grid;    // -1, 0, 1 as 0, 1, 2

/// Eight sign bits from the seven that are stored: their number is even.
inline constexpr uint8_t even_signs(unsigned seven) {
  return static_cast<uint8_t>((seven & 127u) | static_cast<unsigned>(std::popcount(seven & 127u) & 1) << 7);
}

}  // namespace engine
