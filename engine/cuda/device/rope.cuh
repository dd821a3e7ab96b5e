// Rotary positions (ops.h, RopeTable; formats.md 9). Angles are 64-bit fixed-point turns, exact for every position.
#pragma once

#include "cuda/device/common.cuh"

namespace engine::cuda {

class Recorder;

/// A rotary table as kernels take it.
struct Rope {
  const uint64_t* turns = nullptr;  // [n_rot / 2], Recorder::turns(); null: nothing is rotated
  int n_rot = 0;
  int neox = 0;  // 1: pairs are half of n_rot apart, 0: neighbours
  float mscale = 1.0f;
};

/// Of an op (store.cu).
Rope rope_of(Recorder& r, const RopeTable& table);

/// Two floats, turned or stored together.
struct Pair {
  float a, b;
};

/// Sine and cosine of turns / 2^64 of a full turn, to about 1e-7. Whole turns have fallen off the top of the 64 bits, so that any
/// position times a frequency in turns is exact; the nearest quarter turn is taken off, and what is left lies within pi / 4,
/// where the Taylor terms that are left out are below 4e-9.
__device__ inline void sincos_turns(uint64_t turns, float& sine, float& cosine) {
  const uint32_t quarter = (static_cast<uint32_t>(turns >> 32) + 0x20000000u) >> 30;
  const auto rest = static_cast<int64_t>(turns - (static_cast<uint64_t>(quarter) << 62));
  const float high = static_cast<float>(static_cast<int32_t>(rest >> 32)), low = static_cast<float>(static_cast<uint32_t>(rest));
  const float x = (high + low * 2.3283064365386963e-10f) * 2.3283064365386963e-10f * 6.283185307179586f, z = x * x;
  const float s = x + x * z * (-1.6666667e-1f + z * (8.3333333e-3f + z * (-1.9841270e-4f + z * 2.7557319e-6f)));
  const float c = 1.0f + z * (-0.5f + z * (4.1666667e-2f + z * (-1.3888889e-3f + z * (2.4801587e-5f - z * 2.7557319e-7f))));
  sine = quarter & 1u ? c : s;
  cosine = quarter & 1u ? s : c;
  if (quarter & 2u) sine = -sine;
  if ((quarter + 1u) & 2u) cosine = -cosine;
}

/// Both of them, out of line: a kernel turns pairs in several places.
__device__ HEARTH_OUT_OF_LINE inline Pair turn_of(uint64_t turns) {
  Pair turn;
  sincos_turns(turns, turn.a, turn.b);
  return turn;
}

/// Sine and cosine of position times the frequency of the pair, scaled as the table wants it.
__device__ inline Pair turn_at(const Rope& rope, int pair, int position) {
  const Pair turn = turn_of(rope.turns[pair] * static_cast<uint64_t>(position));
  return {turn.a * rope.mscale, turn.b * rope.mscale};
}

/// x turned by turn_at(). Which of two products is rounded is not left to the compiler: kernels must agree in every bit.
__device__ inline Pair turned(Pair x, Pair turn) {
  return {__fmaf_rn(x.a, turn.b, -(x.b * turn.a)), __fmaf_rn(x.a, turn.a, x.b * turn.b)};
}

/// x turned by position times the frequency of the pair.
__device__ inline Pair rotate(Pair x, const Rope& rope, int pair, int position) {
  return turned(x, turn_at(rope, pair, position));
}

/// The first dimension of a rotary pair, and how far the second one is from it.
__device__ inline int pair_first(const Rope& rope, int pair) {
  return rope.neox ? pair : 2 * pair;
}
__device__ inline int pair_distance(const Rope& rope) {
  return rope.neox ? rope.n_rot / 2 : 1;
}

/// The rotary pair that dimension d < n_rot belongs to.
__device__ inline int pair_of(const Rope& rope, int d) {
  return !rope.neox ? d / 2 : d < rope.n_rot / 2 ? d : d - rope.n_rot / 2;
}

}  // namespace engine::cuda
