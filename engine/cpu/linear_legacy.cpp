// Types of 32-element blocks (formats.md 2.1) against int8 activations. Compiled once per AVX2 level.
#include "cpu/linear_strip.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {
namespace {

/// Halves at byte `offset` of eight blocks, block b at at(b).
template <int offset, class At>
inline F8 eight_halves(At&& at) {
  const auto half = [&](int b) {
    uint16_t h;
    std::memcpy(&h, at(b) + offset, 2);
    return static_cast<short>(h);
  };
  return {_mm256_cvtph_ps(_mm_setr_epi16(half(0), half(1), half(2), half(3), half(4), half(5), half(6), half(7)))};
}

// A block type: load() gives 32 stored integers, scales() the scales of eight blocks, products() what eight_sums() adds up.
// A value is scale * (integer - kOffset), plus the block's minimum where kMinimum says so.
struct HalfScale {
  static constexpr bool kMinimum = false;
  template <class At>
  static F8 scales(At&& at) {
    return eight_halves<0>(at);
  }
};
struct HalfScaleAndMinimum {
  static constexpr bool kMinimum = true;
  static constexpr int kOffset = 0;
  template <class At>
  static F8 scales(At&& at) {
    return eight_halves<0>(at);
  }
  template <class At>
  static F8 minima(At&& at) {
    return eight_halves<2>(at);
  }
};
template <Bytes kind>
struct SmallProducts {
  static constexpr Bytes kBytes = kind;
  static constexpr bool kNarrow = !kDotIsExact;
  static __m256i products(__m256i w, __m256i x) { return small_products(w, x); }
};

struct Q8_0 : HalfScale {
  static constexpr int kSize = 34, kOffset = 0;
  static constexpr Bytes kBytes = Bytes::i8;
  static constexpr bool kNarrow = false;
  static __m256i load(const uint8_t* p) { return load256(p + 2); }
  static __m256i products(__m256i w, __m256i x) { return dot_i8(w, x); }
};

struct Q4_0 : HalfScale, SmallProducts<Bytes::u4> {
  static constexpr int kSize = 18, kOffset = 8;
  static __m256i load(const uint8_t* p) { return nibbles(p + 2); }
};

struct Q4_1 : HalfScaleAndMinimum, SmallProducts<Bytes::u4> {
  static constexpr int kSize = 20;
  static __m256i load(const uint8_t* p) { return nibbles(p + 4); }
};

/// 32 nibbles at q with their fifth bits at `high`.
inline __m256i five_bits(const uint8_t* high, const uint8_t* q) {
  uint32_t bits;
  std::memcpy(&bits, high, 4);
#if defined(__AVX512BW__) && defined(__AVX512VL__)
  const __m256i low = nibbles(q);
  return _mm256_mask_add_epi8(low, bits, low, _mm256_set1_epi8(16));
#else
  const __m256i fifth = _mm256_and_si256(bit_mask(bits), _mm256_set1_epi8(16));
  return _mm256_or_si256(nibbles(q), fifth);
#endif
}

struct Q5_0 : HalfScale, SmallProducts<Bytes::u5> {
  static constexpr int kSize = 22, kOffset = 16;
  static __m256i load(const uint8_t* p) { return five_bits(p + 2, p + 6); }
};

struct Q5_1 : HalfScaleAndMinimum, SmallProducts<Bytes::u5> {
  static constexpr int kSize = 24;
  static __m256i load(const uint8_t* p) { return five_bits(p + 4, p + 8); }
};

struct Iq4Nl : HalfScale {
  static constexpr int kSize = 18, kOffset = kIq4Offset;
  static constexpr Bytes kBytes = kIq4Bytes;
  static constexpr bool kNarrow = false;
  static __m256i load(const uint8_t* p) { return iq4_values(nibbles(p + 2)); }
  static __m256i products(__m256i w, __m256i x) { return iq4_products(w, x); }
};

/// The doubled E2M1 numbers are moved up by 12, to 0..24.
struct Mxfp4 : SmallProducts<Bytes::u5> {
  static constexpr int kSize = 17, kOffset = 12;
  static constexpr bool kMinimum = false;
  static __m256i load(const uint8_t* p) {
    const __m256i table = _mm256_broadcastsi128_si256(_mm_setr_epi8(12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0));
    return _mm256_shuffle_epi8(table, nibbles(p + 1));
  }
  /// 2^(e - 128) as mxfp4_scale() of core/quant_blocks.h defines it, subnormal and NaN ends included.
  template <class At>
  static F8 scales(At&& at) {
    const __m256i e = _mm256_setr_epi32(at(0)[0], at(1)[0], at(2)[0], at(3)[0], at(4)[0], at(5)[0], at(6)[0], at(7)[0]);
    const __m256i normal = _mm256_slli_epi32(_mm256_sub_epi32(e, _mm256_set1_epi32(1)), 23);
    const __m256i subnormal = _mm256_sllv_epi32(_mm256_set1_epi32(0x00200000), e);
    const __m256i scale = _mm256_blendv_epi8(normal, subnormal, _mm256_cmpgt_epi32(_mm256_set1_epi32(2), e));
    return {_mm256_castsi256_ps(_mm256_or_si256(scale, _mm256_cmpeq_epi32(e, _mm256_set1_epi32(255))))};
  }
};

/// Values of the first `count` blocks, 0 for the others.
inline F8 first_lanes(F8 values, int count) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return {_mm256_and_ps(values.v, _mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_set1_epi32(count), lane)))};
}

template <class Type>
struct DotRow {
  /// Adds `count` blocks, 8 unless the row ends before.
  template <int N, bool kWhole>
  [[gnu::always_inline]] static void eight_blocks(const uint8_t* w, const Act* x, int64_t b0, int count, F8 (&acc)[N]) {
    prefetch_ahead<8 * Type::kSize>(w);
    // Blocks past the end have zero weights, scales and minima, and read the last block again.
    const auto place = [count](int b) { return kWhole || b < count ? b : count - 1; };
    const auto block = [w, place](int b) { return w + place(b) * Type::kSize; };
    __m256i q[8];
#pragma GCC unroll 8
    for (int b = 0; b < 8; ++b) q[b] = kWhole || b < count ? Type::load(w + b * Type::kSize) : _mm256_setzero_si256();
    F8 d = Type::scales(block), m = f8_zero();
    if constexpr (Type::kMinimum) m = Type::minima(block);
    if constexpr (!kWhole) d = first_lanes(d, count), m = first_lanes(m, count);
    for (int t = 0; t < N; ++t) {
      const int8_t* xq = x[t].q + 32 * b0;
      const __m256i sums = eight_sums<Type::kNarrow>([&](int b) { return Type::products(q[b], load256(xq + 32 * place(b))); });
      acc[t] = f8_fma(to_f8(sums), d * f8_load(x[t].d + b0), acc[t]);
      if constexpr (Type::kOffset != 0) acc[t] = f8_nfma(d * f8_set(Type::kOffset), f8_load(x[t].ds + b0), acc[t]);
      if constexpr (Type::kMinimum) acc[t] = f8_fma(m, f8_load(x[t].ds + b0), acc[t]);
    }
  }

  template <int N>
  void row(const uint8_t* w, int64_t k, const Act* x, float* out) const {
    const int64_t blocks = k / 32;
    F8 acc[N];
    for (int t = 0; t < N; ++t) acc[t] = f8_zero();
    int64_t b = 0;
    for (; b + 8 <= blocks; b += 8, w += 8 * Type::kSize) eight_blocks<N, true>(w, x, b, 8, acc);
    if (b < blocks) eight_blocks<N, false>(w, x, b, static_cast<int>(blocks - b), acc);
    for (int t = 0; t < N; ++t) out[t] = f8_sum(acc[t]);
  }
};

template <class Type>
struct Unpack {
  static constexpr Bytes kBytes = Type::kBytes;
  static constexpr int kBlock = 32;
  static void unpack(const DotJob& job, int64_t column, int columns, Strip& strip) {
    const uint8_t* rows[8];
    for (int r = 0; r < 8; ++r) rows[r] = strip_row(job, r) + column / 32 * Type::kSize;
    constexpr float kOffset = Type::kBytes == Bytes::i8 ? kShiftOfSigned : static_cast<float>(Type::kOffset);
    for (int b = 0; b < columns / 32; ++b) {
      const auto block = [&](int r) { return rows[r] + b * Type::kSize; };
      __m256i q[8];
      for (int r = 0; r < 8; ++r) q[r] = strip_bytes<Type::kBytes>(Type::load(block(r)));
      store_block(strip, b, q);
      const F8 s = Type::scales(block);
      f8_store(strip.s + b * 8, s);
      if constexpr (Type::kMinimum)
        f8_store(strip.m + b * 8, f8_zero() - Type::minima(block));
      else
        f8_store(strip.m + b * 8, s * f8_set(kOffset));
    }
  }
};

template <class Type>
constexpr LinearKernel kKernel = int8_kernel<DotRow<Type>, Unpack<Type>>();
constexpr LinearKernel kQ8_0 = kKernel<Q8_0>, kQ4_0 = kKernel<Q4_0>, kQ4_1 = kKernel<Q4_1>;
constexpr LinearKernel kQ5_0 = kKernel<Q5_0>, kQ5_1 = kKernel<Q5_1>;
constexpr LinearKernel kIq4Nl = kKernel<Iq4Nl>, kMxfp4 = kKernel<Mxfp4>;

}  // namespace

const LinearKernel* linear_legacy(DType type) {
  switch (type) {
    case DType::q8_0:
      return &kQ8_0;
    case DType::q4_0:
      return &kQ4_0;
    case DType::q4_1:
      return &kQ4_1;
    case DType::q5_0:
      return &kQ5_0;
    case DType::q5_1:
      return &kQ5_1;
    case DType::iq4_nl:
      return &kIq4Nl;
    case DType::mxfp4:
      return &kMxfp4;
    default:
      return nullptr;
  }
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
