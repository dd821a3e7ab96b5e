#!/usr/bin/env python3
"""Writes engine/core/iq_grids.cpp from a JSON file {"iq2xxs_grid": [[8 values]...], ...}: make_iq_grids.py IN.json OUT.cpp"""
import json, sys
grids = json.load(open(sys.argv[1]))
TABLES = (("iq2xxs_grid", "kIq2XxsGrid", (8, 25, 43), 256), ("iq2xs_grid", "kIq2XsGrid", (8, 25, 43), 512),
          ("iq2s_grid", "kIq2SGrid", (8, 25, 43), 1024), ("iq3xxs_grid", "kIq3XxsGrid", (4, 12, 20, 28, 36, 44, 52, 62), 256),
          ("iq3s_grid", "kIq3SGrid", (1, 3, 5, 7, 9, 11, 13, 15), 512), ("iq1s_grid", "kIq1Grid", (-1, 0, 1), 2048))
out = '''// Codebooks of the grid types as indices of their levels: two bits for each of eight elements, three for each of four, the first
// element lowest. Written by scripts/make_iq_grids.py. The numbers are part of the file format and were published with ggml:
//
// MIT License. Copyright (c) 2023-2026 The ggml authors
//
// Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
// files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
// modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software
// is furnished to do so, subject to the following conditions: The above copyright notice and this permission notice shall be
// included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY
// KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
// NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY,
// WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR
// OTHER DEALINGS IN THE SOFTWARE.
#include "core/iq_grids.h"

#include <cstddef>

namespace engine {
namespace {

/// Entries of `Word` with one byte a level: `bits` bits of a code choose each.
template <class Word, int bits, size_t n, size_t n_levels>
constexpr Codebook<Word, n> expand(const uint16_t (&codes)[n], const uint8_t (&levels)[n_levels]) {
  Codebook<Word, n> grid{};
  for (size_t i = 0; i < n; ++i)
    for (size_t e = 0; e < sizeof(Word); ++e)
      grid.at[i] |= static_cast<Word>(levels[(codes[i] >> (static_cast<size_t>(bits) * e)) & ((1u << bits) - 1)]) << (8 * e);
  return grid;
}

constexpr uint8_t kIq2Levels[] = {8, 25, 43};
constexpr uint8_t kIq3XxsLevels[] = {4, 12, 20, 28, 36, 44, 52, 62};
constexpr uint8_t kIq3SLevels[] = {1, 3, 5, 7, 9, 11, 13, 15};
constexpr uint8_t kIq1Levels[] = {0, 1, 2};

// clang-format off
'''
for key, name, levels, count in TABLES:
    rows = grids[key]
    assert len(rows) == count
    bits = 3 if len(rows[0]) == 4 else 2
    codes = [sum(levels.index(v) << (bits * e) for e, v in enumerate(r)) for r in rows]
    out += f"constexpr uint16_t {name}Codes[{count}] = {{\n"
    for i in range(0, count, 19):
        out += "    " + " ".join(f"0x{c:04x}," for c in codes[i:i + 19]) + "\n"
    out += "};\n"
out += "// clang-format on\n\n}  // namespace\n\n"
for key, name, levels, count in TABLES:
    word, bits = ("uint32_t", 3) if "iq3" in key else ("uint64_t", 2)
    lv = {"iq3xxs_grid": "kIq3XxsLevels", "iq3s_grid": "kIq3SLevels", "iq1s_grid": "kIq1Levels"}.get(key, "kIq2Levels")
    out += f"constinit const Codebook<{word}, {count}> {name} = expand<{word}, {bits}>({name}Codes, {lv});\n"
out += "\n}  // namespace engine\n"
open(sys.argv[2], "w").write(out)
