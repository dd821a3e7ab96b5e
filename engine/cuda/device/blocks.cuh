// Decoding of weight rows of every quantised type (formats.md 2; engine/core/quant_blocks.cpp is the scalar truth).
//
// A row is a sequence of units of 32 consecutive weights; a unit never crosses a block. Block<type>::decode() gives the codes of a unit
// as signed bytes in element order, ready for __dp4a or an int8 tile, and what turns them into weights:
//   weight e = d[e / 16] * (code e - kOffset) + m[e / 16]
// Types with one scale for a unit (kScales == 1) set only d[0] and m[0]; m counts only where kMin.
//
// Blocks are read from where they lie, in shared or global memory, at any address that is a multiple of kAlign: nothing beyond the
// aligned words that hold a block is read. The grid types (IQ1, IQ2, IQ3) need number tables that this backend has not.
#pragma once

#include "core/dtype.h"
#include "cuda/device/common.cuh"

namespace engine::cuda {

/// The codes of 32 weights, four to a register, and their scales; see above.
struct Unit {
  int q[8];
  float d[2], m[2];
};

inline constexpr int kUnit = 32;  // weights of a unit

__device__ inline uint32_t load_u16(const uint8_t* p) {
  return *reinterpret_cast<const uint16_t*>(p);
}
__device__ inline float load_half(const uint8_t* p) {
  return half_to_float(*reinterpret_cast<const uint16_t*>(p));
}

/// kWords words from p, a multiple of kAlign bytes: 16, 4, 2 or 1.
template <int kWords, int kAlign>
__device__ inline void load_words(const uint8_t* p, uint32_t (&words)[kWords]) {
  if constexpr (kAlign >= 16 && kWords % 4 == 0) {
#pragma unroll
    for (int i = 0; i < kWords / 4; ++i) {
      const uint4 v = reinterpret_cast<const uint4*>(p)[i];
      words[4 * i] = v.x, words[4 * i + 1] = v.y, words[4 * i + 2] = v.z, words[4 * i + 3] = v.w;
    }
  } else if constexpr (kAlign >= 4) {
#pragma unroll
    for (int i = 0; i < kWords; ++i) words[i] = reinterpret_cast<const uint32_t*>(p)[i];
  } else {  // aligned words, shifted into place
    const unsigned rest = static_cast<unsigned>(reinterpret_cast<uintptr_t>(p)) & 3u;
    const auto* base = reinterpret_cast<const uint32_t*>(p - rest);
    uint32_t low = base[0];
#pragma unroll
    for (int i = 0; i < kWords; ++i) {
      const uint32_t high = base[i + 1 < kWords || rest > 0 ? i + 1 : i];
      words[i] = __funnelshift_r(low, high, 8 * rest);
      low = high;
    }
  }
}

/// A table of 16 signed bytes, four to a word.
struct ByteTable {
  uint32_t v[4];
};
inline constexpr ByteTable kIq4Table{{0xbfad9881u, 0xf6eaddcfu, 0x26190d01u, 0x71594535u}};  // quant_blocks.h kIq4Values
inline constexpr ByteTable kFp4Table{{0x03020100u, 0x0c080604u, 0xfdfeff00u, 0xf4f8fafcu}};  // quant_blocks.h kFp4Doubled

/// Looks the eight nibbles of a word up: the low ones of its bytes, then the high ones.
__device__ inline void look_up(ByteTable t, uint32_t nibbles, int& low, int& high) {
  const uint32_t inner = nibbles & 0x77777777u, half = ((nibbles & 0x88888888u) >> 1) | 0x32103210u;
  uint32_t found[2];
#pragma unroll
  for (int h = 0; h < 2; ++h) {
    const uint32_t place = inner >> (16 * h);
    found[h] = __byte_perm(__byte_perm(t.v[0], t.v[1], place), __byte_perm(t.v[2], t.v[3], place), half >> (16 * h));
  }
  low = static_cast<int>(__byte_perm(found[0], found[1], 0x6420u));
  high = static_cast<int>(__byte_perm(found[0], found[1], 0x7531u));
}

/// Bit i of the low nibble of `bits` to bit 4 of byte i.
__device__ inline uint32_t fifth_bits(uint32_t bits) {
  return ((bits & 15u) * 0x02040810u) & 0x10101010u;
}

/// 16 bytes of nibbles: the low ones are the first 16 codes, the high ones the others.
__device__ inline void split_nibbles(const uint32_t (&words)[4], int (&q)[8]) {
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    q[i] = static_cast<int>(words[i] & 0x0f0f0f0fu);
    q[i + 4] = static_cast<int>((words[i] >> 4) & 0x0f0f0f0fu);
  }
}
__device__ inline void add_fifth_bits(uint32_t high, int (&q)[8]) {
#pragma unroll
  for (int i = 0; i < 8; ++i) q[i] |= static_cast<int>(fifth_bits(high >> (4 * i)));
}

/// Scale of an MXFP4 block for doubled values, 2^(e - 128), NaN for 255 (quant_blocks.h).
__device__ inline float mxfp4_scale(uint32_t e) {
  return __uint_as_float(e == 255 ? 0x7fc00000u : e < 2 ? 0x00200000u << e : (e - 1) << 23);
}

/// Sub-blocks 2 pair and 2 pair + 1 of Q4_K and Q5_K: d and m from a block that begins with two halves and 12 bytes of packed 6-bit
/// numbers.
__device__ inline void scales_min_k(const uint8_t* block, int pair, Unit (&u)[2]) {
  const uint4 head = *reinterpret_cast<const uint4*>(block);
  const unsigned shift = 16 * (pair & 1);
  const uint32_t a = head.y >> shift, b = head.z >> shift, last = head.w >> shift;
  const uint32_t scales = pair < 2 ? a & 0x3f3fu : (last & 0x0f0fu) | ((a >> 2) & 0x3030u);
  const uint32_t mins = pair < 2 ? b & 0x3f3fu : ((last >> 4) & 0x0f0fu) | ((b >> 2) & 0x3030u);
  const float d = half_to_float(static_cast<uint16_t>(head.x)), m = -half_to_float(static_cast<uint16_t>(head.x >> 16));
#pragma unroll
  for (int h = 0; h < 2; ++h) {
    u[h].d[0] = __fmul_rn(d, static_cast<float>((scales >> (8 * h)) & 255u));
    u[h].m[0] = __fmul_rn(m, static_cast<float>((mins >> (8 * h)) & 255u));
  }
}

/// The same of sub-block k (0..7).
__device__ inline void scale_min_k(const uint8_t* block, int k, float& d, float& m) {
  const uint4 head = *reinterpret_cast<const uint4*>(block);
  const unsigned shift = 8 * (k & 3);
  const uint32_t scales = head.y >> shift, mins = head.z >> shift, last = head.w >> shift;
  const uint32_t scale = k < 4 ? scales & 63u : (last & 15u) | ((scales >> 2) & 48u);
  const uint32_t min = k < 4 ? mins & 63u : ((last >> 4) & 15u) | ((mins >> 2) & 48u);
  d = __fmul_rn(half_to_float(static_cast<uint16_t>(head.x)), static_cast<float>(scale));
  m = -__fmul_rn(half_to_float(static_cast<uint16_t>(head.x >> 16)), static_cast<float>(min));
}

/// Digit n of each byte of TQ1_0, five base-3 digits as a fraction of 256.
__device__ inline uint32_t trits(uint32_t bytes, int n) {
  const uint32_t power = n == 0 ? 1 : n == 1 ? 3 : n == 2 ? 9 : n == 3 ? 27 : 81;
  const uint32_t even = (((bytes & 0x00ff00ffu) * power) & 0x00ff00ffu) * 3u;
  const uint32_t odd = ((((bytes >> 8) & 0x00ff00ffu) * power) & 0x00ff00ffu) * 3u;
  return ((even >> 8) & 0x00ff00ffu) | (odd & 0xff00ff00u);
}

/// kElems weights take kBytes, at multiples of kAlign bytes (rows begin at multiples of 16 where that divides the blocks).
template <int kElemsOf, int kBytesOf, int kAlignOf, int kOffsetOf, bool kMinOf, int kScalesOf>
struct Layout {
  static constexpr int kElems = kElemsOf, kBytes = kBytesOf, kAlign = kAlignOf;
  static constexpr int kOffset = kOffsetOf;  // what is taken from codes
  static constexpr bool kMin = kMinOf;       // whether m counts
  static constexpr int kScales = kScalesOf;  // of a unit
};

/// Each has static Unit decode(const uint8_t* block, int part): unit `part` of a block. Those of 256 have decode_pair(block, pair, units),
/// too: units 2 pair and 2 pair + 1.
template <DType kType>
struct Block;

template <>
struct Block<DType::q4_0> : Layout<32, 18, 2, 8, false, 1> {
  __device__ static Unit decode(const uint8_t* block, [[maybe_unused]] int part) {
    Unit u;
    uint32_t words[4];
    load_words<4, kAlign>(block + 2, words);
    split_nibbles(words, u.q);
    u.d[0] = load_half(block);
    return u;
  }
};

template <>
struct Block<DType::q4_1> : Layout<32, 20, 4, 0, true, 1> {
  __device__ static Unit decode(const uint8_t* block, [[maybe_unused]] int part) {
    Unit u;
    uint32_t words[4];
    load_words<4, kAlign>(block + 4, words);
    split_nibbles(words, u.q);
    u.d[0] = load_half(block);
    u.m[0] = load_half(block + 2);
    return u;
  }
};

template <>
struct Block<DType::q5_0> : Layout<32, 22, 2, 16, false, 1> {
  __device__ static Unit decode(const uint8_t* block, [[maybe_unused]] int part) {
    Unit u;
    uint32_t words[5];  // the fifth bits, then nibbles
    load_words<5, kAlign>(block + 2, words);
    const uint32_t nibbles[4] = {words[1], words[2], words[3], words[4]};
    split_nibbles(nibbles, u.q);
    add_fifth_bits(words[0], u.q);
    u.d[0] = load_half(block);
    return u;
  }
};

template <>
struct Block<DType::q5_1> : Layout<32, 24, 4, 0, true, 1> {
  __device__ static Unit decode(const uint8_t* block, [[maybe_unused]] int part) {
    Unit u;
    uint32_t words[5];
    load_words<5, kAlign>(block + 4, words);
    const uint32_t nibbles[4] = {words[1], words[2], words[3], words[4]};
    split_nibbles(nibbles, u.q);
    add_fifth_bits(words[0], u.q);
    u.d[0] = load_half(block);
    u.m[0] = load_half(block + 2);
    return u;
  }
};

template <>
struct Block<DType::q8_0> : Layout<32, 34, 2, 0, false, 1> {
  __device__ static Unit decode(const uint8_t* block, [[maybe_unused]] int part) {
    Unit u;
    uint32_t words[8];
    load_words<8, kAlign>(block + 2, words);
#pragma unroll
    for (int i = 0; i < 8; ++i) u.q[i] = static_cast<int>(words[i]);
    u.d[0] = load_half(block);
    return u;
  }
};

/// 16 bytes of nibbles that stand for the numbers of a table.
__device__ inline void decode_table(ByteTable table, const uint32_t (&words)[4], int (&q)[8]) {
#pragma unroll
  for (int i = 0; i < 4; ++i) look_up(table, words[i], q[i], q[i + 4]);
}

template <>
struct Block<DType::iq4_nl> : Layout<32, 18, 2, 0, false, 1> {
  __device__ static Unit decode(const uint8_t* block, [[maybe_unused]] int part) {
    Unit u;
    uint32_t words[4];
    load_words<4, kAlign>(block + 2, words);
    decode_table(kIq4Table, words, u.q);
    u.d[0] = load_half(block);
    return u;
  }
};

template <>
struct Block<DType::mxfp4> : Layout<32, 17, 1, 0, false, 1> {
  __device__ static Unit decode(const uint8_t* block, [[maybe_unused]] int part) {
    Unit u;
    uint32_t words[4];
    load_words<4, kAlign>(block + 1, words);
    decode_table(kFp4Table, words, u.q);
    u.d[0] = mxfp4_scale(block[0]);
    return u;
  }
};

template <>
struct Block<DType::iq4_xs> : Layout<256, 136, 4, 0, false, 1> {
  __device__ static Unit decode(const uint8_t* block, int part) {
    Unit u;
    uint32_t words[4], head[2];  // d and the high bits of the scales, their low bits
    load_words<4, kAlign>(block + 8 + 16 * part, words);
    decode_table(kIq4Table, words, u.q);
    load_words<2, kAlign>(block, head);
    const uint32_t scale = ((head[1] >> (4 * part)) & 15u) | ((head[0] >> (16 + 2 * part)) & 3u) << 4;
    u.d[0] = __fmul_rn(half_to_float(static_cast<uint16_t>(head[0])), static_cast<float>(static_cast<int>(scale) - 32));
    return u;
  }
  __device__ static void decode_pair(const uint8_t* block, int pair, Unit (&u)[2]) {
    u[0] = decode(block, 2 * pair);
    u[1] = decode(block, 2 * pair + 1);
  }
};

template <>
struct Block<DType::q4_k> : Layout<256, 144, 16, 0, true, 1> {
  __device__ static Unit decode(const uint8_t* block, int part) {
    Unit u;
    uint32_t words[8];
    load_words<8, kAlign>(block + 16 + 32 * (part >> 1), words);
    const unsigned shift = 4 * (part & 1);
#pragma unroll
    for (int i = 0; i < 8; ++i) u.q[i] = static_cast<int>((words[i] >> shift) & 0x0f0f0f0fu);
    scale_min_k(block, part, u.d[0], u.m[0]);
    return u;
  }
  __device__ static void decode_pair(const uint8_t* block, int pair, Unit (&u)[2]) {
    uint32_t words[8];
    load_words<8, kAlign>(block + 16 + 32 * pair, words);
#pragma unroll
    for (int i = 0; i < 8; ++i) {
      u[0].q[i] = static_cast<int>(words[i] & 0x0f0f0f0fu);
      u[1].q[i] = static_cast<int>((words[i] >> 4) & 0x0f0f0f0fu);
    }
    scales_min_k(block, pair, u);
  }
};

template <>
struct Block<DType::q5_k> : Layout<256, 176, 16, 0, true, 1> {
  __device__ static Unit decode(const uint8_t* block, int part) {
    Unit u;
    uint32_t words[8], high[8];
    load_words<8, kAlign>(block + 48 + 32 * (part >> 1), words);
    load_words<8, kAlign>(block + 16, high);
    const unsigned shift = 4 * (part & 1);
#pragma unroll
    for (int i = 0; i < 8; ++i) u.q[i] = static_cast<int>(((words[i] >> shift) & 0x0f0f0f0fu) | ((high[i] >> part) & 0x01010101u) << 4);
    scale_min_k(block, part, u.d[0], u.m[0]);
    return u;
  }
  __device__ static void decode_pair(const uint8_t* block, int pair, Unit (&u)[2]) {
    uint32_t words[8], high[8];
    load_words<8, kAlign>(block + 48 + 32 * pair, words);
    load_words<8, kAlign>(block + 16, high);
#pragma unroll
    for (int i = 0; i < 8; ++i) {
      const uint32_t fifth = high[i] >> (2 * pair);
      u[0].q[i] = static_cast<int>((words[i] & 0x0f0f0f0fu) | (fifth & 0x01010101u) << 4);
      u[1].q[i] = static_cast<int>(((words[i] >> 4) & 0x0f0f0f0fu) | (fifth & 0x02020202u) << 3);
    }
    scales_min_k(block, pair, u);
  }
};

template <>
struct Block<DType::q6_k> : Layout<256, 210, 2, 32, false, 2> {
  __device__ static Unit decode(const uint8_t* block, int part) {
    Unit u;
    uint32_t low[8], high[8];
    load_words<8, kAlign>(block + 64 * (part >> 2) + 32 * (part & 1), low);
    load_words<8, kAlign>(block + 128 + 32 * (part >> 2), high);
    const unsigned low_shift = 2 * (part & 2), high_shift = 2 * (part & 3);
#pragma unroll
    for (int i = 0; i < 8; ++i)
      u.q[i] = static_cast<int>(((low[i] >> low_shift) & 0x0f0f0f0fu) | ((high[i] >> high_shift) & 0x03030303u) << 4);
    const float d = load_half(block + 208);
#pragma unroll
    for (int h = 0; h < 2; ++h) u.d[h] = __fmul_rn(d, static_cast<float>(static_cast<int8_t>(block[192 + 2 * part + h])));
    return u;
  }
  __device__ static void decode_pair(const uint8_t* block, int pair, Unit (&u)[2]) {
    uint32_t low[16], high[8];
    load_words<16, kAlign>(block + 64 * (pair >> 1), low);
    load_words<8, kAlign>(block + 128 + 32 * (pair >> 1), high);
    const unsigned shift = 4 * (pair & 1);
#pragma unroll
    for (int i = 0; i < 8; ++i) {
      const uint32_t bits = high[i] >> shift;
      u[0].q[i] = static_cast<int>(((low[i] >> shift) & 0x0f0f0f0fu) | (bits & 0x03030303u) << 4);
      u[1].q[i] = static_cast<int>(((low[i + 8] >> shift) & 0x0f0f0f0fu) | (bits & 0x0c0c0c0cu) << 2);
    }
    const float d = load_half(block + 208);
    uint32_t scales[1];
    load_words<1, kAlign>(block + 192 + 4 * pair, scales);
#pragma unroll
    for (int k = 0; k < 4; ++k) u[k / 2].d[k % 2] = __fmul_rn(d, static_cast<float>(static_cast<int8_t>(scales[0] >> (8 * k))));
  }
};

template <>
struct Block<DType::q2_k> : Layout<256, 84, 4, 0, true, 2> {
  __device__ static Unit decode(const uint8_t* block, int part) {
    Unit u;
    uint32_t words[8];
    load_words<8, kAlign>(block + 16 + 32 * (part >> 2), words);
    const unsigned shift = 2 * (part & 3);
#pragma unroll
    for (int i = 0; i < 8; ++i) u.q[i] = static_cast<int>((words[i] >> shift) & 0x03030303u);
    const float d = load_half(block + 80), m = load_half(block + 82);
#pragma unroll
    for (int h = 0; h < 2; ++h) {
      const uint32_t s = block[2 * part + h];
      u.d[h] = __fmul_rn(d, static_cast<float>(s & 15u));
      u.m[h] = -__fmul_rn(m, static_cast<float>(s >> 4));
    }
    return u;
  }
  __device__ static void decode_pair(const uint8_t* block, int pair, Unit (&u)[2]) {
    u[0] = decode(block, 2 * pair);
    u[1] = decode(block, 2 * pair + 1);
  }
};

template <>
struct Block<DType::q3_k> : Layout<256, 110, 2, 4, false, 2> {
  /// The 6-bit scale of the 16 weights k.
  __device__ static int scale(const uint8_t* s, int k) {
    const uint32_t low = static_cast<uint32_t>(s[k & 7]) >> (k < 8 ? 0 : 4), high = static_cast<uint32_t>(s[8 + (k & 3)]) >> (2 * (k >> 2));
    return static_cast<int>((low & 15u) | (high & 3u) << 4) - 32;
  }
  __device__ static Unit decode(const uint8_t* block, int part) {
    Unit u;
    uint32_t words[8], mask[8];
    load_words<8, kAlign>(block + 32 + 32 * (part >> 2), words);
    load_words<8, kAlign>(block, mask);
    const unsigned shift = 2 * (part & 3);
#pragma unroll
    for (int i = 0; i < 8; ++i) u.q[i] = static_cast<int>(((words[i] >> shift) & 0x03030303u) | ((mask[i] >> part) & 0x01010101u) << 2);
    const float d = load_half(block + 108);
#pragma unroll
    for (int h = 0; h < 2; ++h) u.d[h] = __fmul_rn(d, static_cast<float>(scale(block + 96, 2 * part + h)));
    return u;
  }
  __device__ static void decode_pair(const uint8_t* block, int pair, Unit (&u)[2]) {
    u[0] = decode(block, 2 * pair);
    u[1] = decode(block, 2 * pair + 1);
  }
};

template <>
struct Block<DType::tq2_0> : Layout<256, 66, 2, 1, false, 1> {
  __device__ static Unit decode(const uint8_t* block, int part) {
    Unit u;
    uint32_t words[8];
    load_words<8, kAlign>(block + 32 * (part >> 2), words);
    const unsigned shift = 2 * (part & 3);
#pragma unroll
    for (int i = 0; i < 8; ++i) u.q[i] = static_cast<int>((words[i] >> shift) & 0x03030303u);
    u.d[0] = load_half(block + 64);
    return u;
  }
  __device__ static void decode_pair(const uint8_t* block, int pair, Unit (&u)[2]) {
    u[0] = decode(block, 2 * pair);
    u[1] = decode(block, 2 * pair + 1);
  }
};

template <>
struct Block<DType::tq1_0> : Layout<256, 54, 2, 1, false, 1> {
  __device__ static Unit decode(const uint8_t* block, int part) {
    Unit u;
#pragma unroll
    for (int h = 0; h < 2; ++h) {  // 16 codes each: a digit of 16 bytes, at last four digits of four bytes
      const int k = 2 * part + h;
      const bool last = k == 15;
      uint32_t words[4];
      load_words<4, kAlign>(block + (last ? 36 : k < 10 ? 16 * h : 32), words);
      const int digit = k < 10 ? part : k - 10;
#pragma unroll
      for (int i = 0; i < 4; ++i) u.q[4 * h + i] = static_cast<int>(trits(last ? words[3] : words[i], last ? i : digit));
    }
    u.d[0] = load_half(block + 52);
    return u;
  }
  __device__ static void decode_pair(const uint8_t* block, int pair, Unit (&u)[2]) {
    u[0] = decode(block, 2 * pair);
    u[1] = decode(block, 2 * pair + 1);
  }
};

/// Bytes of a row of n weights.
template <DType kType>
__host__ __device__ constexpr int64_t block_row_bytes(int64_t n) {
  return n / Block<kType>::kElems * Block<kType>::kBytes;
}

/// Unit `unit` of a row.
template <DType kType>
__device__ inline Unit decode_unit(const uint8_t* row, int unit) {
  using B = Block<kType>;
  constexpr int kUnits = B::kElems / kUnit;
  return B::decode(row + static_cast<size_t>(unit / kUnits) * B::kBytes, unit % kUnits);
}

/// Units 2 pair and 2 pair + 1 of a row, which share what is read of a block where that has both. The second is left alone where `both` is
/// false.
template <DType kType>
__device__ inline void decode_pair(const uint8_t* row, int pair, bool both, Unit (&u)[2]) {
  using B = Block<kType>;
  if constexpr (B::kElems == kUnit) {
    const uint8_t* block = row + static_cast<size_t>(pair) * (2 * B::kBytes);
    u[0] = B::decode(block, 0);
    if (both) u[1] = B::decode(block + B::kBytes, 0);
  } else {
    const uint8_t* block = row + static_cast<size_t>(pair / 4) * B::kBytes;
    B::decode_pair(block, pair % 4, u);
  }
}

/// Codes less kOffset: signed bytes whose products need no correction.
template <DType kType>
__device__ inline int signed_codes(int q) {
  constexpr uint32_t kOffset = Block<kType>::kOffset * 0x01010101u;
  if constexpr (kOffset == 0) return q;
  return static_cast<int>(((static_cast<uint32_t>(q) | 0x80808080u) - kOffset) ^ 0x80808080u);
}

/// Byte i of four, signed.
__device__ inline int signed_byte(int q, int i) {
  return static_cast<int8_t>(static_cast<uint32_t>(q) >> (8 * i));
}

/// The weights of a unit.
template <DType kType>
__device__ inline void decode_floats(const uint8_t* row, int unit, float (&out)[kUnit]) {
  using B = Block<kType>;
  const Unit u = decode_unit<kType>(row, unit);
#pragma unroll
  for (int e = 0; e < kUnit; ++e) {
    const int half = B::kScales == 2 ? e / 16 : 0;
    const float v = u.d[half] * static_cast<float>(signed_byte(u.q[e / 4], e % 4) - B::kOffset);
    out[e] = B::kMin ? v + u.m[half] : v;
  }
}

}  // namespace engine::cuda
