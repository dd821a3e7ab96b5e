// What a warp computes together: votes and the products of tensor cores.
#include <cstring>

#include "device_code.h"

namespace hearth_emulator {
namespace {

/// Counts the votes into the deposit of lane 0.
void count(Warp& warp, unsigned side) {
  uint64_t bits = 0;
  for (unsigned lane = 0; lane < 32; ++lane) bits |= (warp.deposits[side][lane].word & 1) << lane;
  warp.deposits[side][0].word = bits;
}

/// Row-major 16 x 32 and column-major 32 x 8, from the fragments of mma.m16n8k32.
void complete_s8(Warp& warp, unsigned side) {
  int16_t a[16][32], b[8][32];
  for (unsigned lane = 0; lane < 32; ++lane) {
    const auto& f = warp.deposits[side][lane].fragments;
    const unsigned row = lane / 4, k = lane % 4 * 4;
    for (unsigned i = 0; i < 4; ++i) {
      const unsigned shift = 8 * i;
      a[row][k + i] = static_cast<int8_t>(f.a[0] >> shift);
      a[row + 8][k + i] = static_cast<int8_t>(f.a[1] >> shift);
      a[row][k + 16 + i] = static_cast<int8_t>(f.a[2] >> shift);
      a[row + 8][k + 16 + i] = static_cast<int8_t>(f.a[3] >> shift);
      b[row][k + i] = static_cast<int8_t>(f.b[0] >> shift);
      b[row][k + 16 + i] = static_cast<int8_t>(f.b[1] >> shift);
    }
  }
  for (unsigned row = 0; row < 16; ++row)
    for (unsigned column = 0; column < 8; ++column) {
      int sum = 0;
      for (unsigned k = 0; k < 32; ++k) sum += a[row][k] * b[column][k];
      warp.products[side][row % 8 * 4 + column / 2].i[row / 8 * 2 + column % 2] = sum;
    }
}

/// Row-major 16 x 16 and column-major 16 x 8, from the fragments of mma.m16n8k16. Products of halves are exact in floats.
void complete_f16(Warp& warp, unsigned side) {
  float a[16][16], b[8][16];
  for (unsigned lane = 0; lane < 32; ++lane) {
    const auto& f = warp.deposits[side][lane].fragments;
    const unsigned row = lane / 4, k = lane % 4 * 2;
    for (unsigned i = 0; i < 2; ++i) {
      const auto half = [i](unsigned pair) { return engine::half_to_float(static_cast<uint16_t>(pair >> (16 * i))); };
      a[row][k + i] = half(f.a[0]), a[row + 8][k + i] = half(f.a[1]);
      a[row][k + 8 + i] = half(f.a[2]), a[row + 8][k + 8 + i] = half(f.a[3]);
      b[row][k + i] = half(f.b[0]), b[row][k + 8 + i] = half(f.b[1]);
    }
  }
  for (unsigned row = 0; row < 16; ++row)
    for (unsigned column = 0; column < 8; ++column) {
      double sum = 0;
      for (unsigned k = 0; k < 16; ++k) sum += static_cast<double>(a[row][k] * b[column][k]);
      warp.products[side][row % 8 * 4 + column / 2].f[row / 8 * 2 + column % 2] = static_cast<float>(sum);
    }
}

const Product& multiply(const unsigned (&a)[4], const unsigned (&b)[2], const Where& where, void (*complete)(Warp&, unsigned)) {
  Warp& warp = *current->warp;
  const unsigned side = warp.side, lane = current->lane;
  auto& mine = warp.deposits[side][lane].fragments;
  std::memcpy(mine.a, a, sizeof a);
  std::memcpy(mine.b, b, sizeof b);
  meet(Collective::tensor_core, where, complete);
  return warp.products[side][lane];
}

}  // namespace

unsigned vote(bool yes, const Where& where) {
  return static_cast<unsigned>(exchange(Collective::vote, static_cast<uint64_t>(yes), where, count)[0].word);
}

const Product& multiply_s8(const unsigned (&a)[4], const unsigned (&b)[2], const Where& where) {
  return multiply(a, b, where, complete_s8);
}

const Product& multiply_f16(const unsigned (&a)[4], const unsigned (&b)[2], const Where& where) {
  return multiply(a, b, where, complete_f16);
}

}  // namespace hearth_emulator
