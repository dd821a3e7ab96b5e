// Character tables of Unicode 14, made from Python's unicodedata. Sorted by first code point.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace engine::jinja {

struct CodeRange {
  uint32_t first, last;
};

/// Every stride-th character of first..last maps to itself plus delta.
struct CaseRange {
  uint32_t first, last;
  int32_t stride, delta;
};

/// A character whose upper case is more than one character; unused places are 0.
struct CaseExpansion {
  uint32_t from;
  std::array<uint32_t, 3> to;
};

std::span<const CodeRange> alpha_ranges();
std::span<const CodeRange> decimal_ranges();
std::span<const CodeRange> digit_ranges();
std::span<const CodeRange> numeric_ranges();
std::span<const CodeRange> unprintable_ranges();
std::span<const CaseRange> upper_ranges();
std::span<const CaseRange> lower_ranges();
std::span<const CaseExpansion> upper_expansions();

}  // namespace engine::jinja
