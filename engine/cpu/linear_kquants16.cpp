// Types of 256-element blocks with a scale for every 16 columns (formats.md 2.2, 2.3) against int8 activations. Compiled once per
// AVX2 level.
#include "cpu/linear_grids.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {
namespace {

/// Of the sixteen half blocks: value = d * scale * integer - m.
struct Scales {
  __m128i scale;  // int8
  F8 d, m[2];
};

inline F8 low_eight(__m128i bytes) {
  return to_f8(_mm256_cvtepi8_epi32(bytes));
}
inline F8 high_eight(__m128i bytes) {
  return low_eight(_mm_srli_si128(bytes, 8));
}
/// Scales of integers that are stored moved up by `offset`.
inline Scales with_offset(__m128i scale, F8 d, float offset) {
  const F8 step = d * f8_set(offset);
  return {scale, d, {low_eight(scale) * step, high_eight(scale) * step}};
}

/// Block j (of 32) of the two-bit codes at p.
template <int j>
inline __m256i two_bits(const uint8_t* p) {
  return _mm256_and_si256(_mm256_srli_epi16(load256(p + 32 * (j / 4)), 2 * (j % 4)), _mm256_set1_epi8(3));
}

// A type: block<j>() gives block j (of 32) as unsigned integers, scales() how they become values.
struct Q2K {
  static constexpr int kSize = 84;
  static constexpr Bytes kBytes = Bytes::u4;
  static Scales scales(const uint8_t* p) {
    const __m128i raw = load128(p), mask = _mm_set1_epi8(15), min = _mm_and_si128(_mm_srli_epi16(raw, 4), mask);
    const F8 dmin = f8_set(half_at(p + 82));
    return {_mm_and_si128(raw, mask), f8_set(half_at(p + 80)), {low_eight(min) * dmin, high_eight(min) * dmin}};
  }
  template <int j>
  static __m256i block(const uint8_t* p) {
    return two_bits<j>(p + 16);
  }
};

/// A third bit, in the mask, moves the codes up by 4.
struct Q3K {
  static constexpr int kSize = 110;
  static constexpr Bytes kBytes = Bytes::u4;
  /// Low four bits of scale k in nibble k of the first eight bytes, high two in bits 2 (k / 4) of byte 8 + k % 4; less 32.
  static Scales scales(const uint8_t* p) {
    const __m128i raw = _mm_srli_si128(load128(p + 94), 2);  // the block ends 14 bytes behind its scales
    const __m128i low = _mm_and_si128(_mm_unpacklo_epi64(raw, _mm_srli_epi16(raw, 4)), _mm_set1_epi8(15));
    const __m128i twos = _mm_srlv_epi32(_mm_shuffle_epi32(raw, _MM_SHUFFLE(2, 2, 2, 2)), _mm_setr_epi32(0, 2, 4, 6));
    const __m128i high = _mm_slli_epi16(_mm_and_si128(twos, _mm_set1_epi8(3)), 4);
    return with_offset(_mm_sub_epi8(_mm_or_si128(low, high), _mm_set1_epi8(32)), f8_set(half_at(p + 108)), 4.0f);
  }
  template <int j>
  static __m256i block(const uint8_t* p) {
    __m256i high = load256(p);
    if constexpr (j < 2) high = _mm256_slli_epi16(high, 2 - j);
    if constexpr (j > 2) high = _mm256_srli_epi16(high, j - 2);
    return _mm256_or_si256(two_bits<j>(p + 32), _mm256_and_si256(high, _mm256_set1_epi8(4)));
  }
};

struct Q6K {
  static constexpr int kSize = 210;
  static constexpr Bytes kBytes = Bytes::u6;
  static Scales scales(const uint8_t* p) { return with_offset(load128(p + 192), f8_set(half_at(p + 208)), 32.0f); }
  template <int j>
  static __m256i block(const uint8_t* p) {
    constexpr int n = j / 4, g = j % 4;
    __m256i low = load256(p + 64 * n + (g % 2) * 32);
    if constexpr (g >= 2) low = _mm256_srli_epi16(low, 4);
    __m256i high = load256(p + 128 + 32 * n);
    if constexpr (g == 0) high = _mm256_slli_epi16(high, 4);
    if constexpr (g == 1) high = _mm256_slli_epi16(high, 2);
    if constexpr (g == 3) high = _mm256_srli_epi16(high, 2);
    return _mm256_or_si256(_mm256_and_si256(low, _mm256_set1_epi8(15)), _mm256_and_si256(high, _mm256_set1_epi8(0x30)));
  }
};

/// Scales 2 n + 1 of the eight bytes of nibbles at p, low ones first.
inline __m128i odd_nibbles(const uint8_t* p) {
  const __m128i both = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
  const __m128i n = _mm_and_si128(_mm_unpacklo_epi8(both, _mm_srli_epi16(both, 4)), _mm_set1_epi8(15));
  return _mm_add_epi8(_mm_add_epi8(n, n), _mm_set1_epi8(1));
}

struct Iq2Xs {
  static constexpr int kSize = 74, kLargest = 43;
  static constexpr Bytes kBytes = Bytes::u7;
  static Scales scales(const uint8_t* p) { return with_offset(odd_nibbles(p + 66), f8_set(half_at(p) * 0.125f), kLargest); }
  /// Words of nine bits of index and seven signs.
  template <int j>
  static __m256i block(const uint8_t* p) {
    const auto word = [p](int l) { return static_cast<uint32_t>(load_word<uint16_t>(p + 2 + 8 * j + 2 * l)); };
    const auto at = [&](int l) { return kIq2XsGrid.at[word(l) & 511u]; };
    const uint32_t signs = complete_signs(word(0) >> 9 | word(1) >> 9 << 8 | word(2) >> 9 << 16 | word(3) >> 9 << 24);
    return with_signs<kLargest>(four_groups(at(0), at(1), at(2), at(3)), signs);
  }
};

struct Iq2S {
  static constexpr int kSize = 82, kLargest = 43;
  static constexpr Bytes kBytes = Bytes::u7;
  static Scales scales(const uint8_t* p) { return with_offset(odd_nibbles(p + 74), f8_set(half_at(p) * 0.125f), kLargest); }
  template <int j>
  static __m256i block(const uint8_t* p) {
    const unsigned high = p[66 + j];
    const auto at = [p, high](int l) { return kIq2SGrid.at[p[2 + 4 * j + l] | (high << (8 - 2 * l) & 0x300u)]; };
    return with_signs<kLargest>(four_groups(at(0), at(1), at(2), at(3)), load_word<uint32_t>(p + 34 + 4 * j));
  }
};

/// In eighths: eight times the grid's -1, 0, 1 and one more or less, moved up by nine.
struct Iq1M {
  static constexpr int kSize = 56;
  static constexpr Bytes kBytes = Bytes::u5;
  /// Three bits for each scale in four words, and a nibble of d on top of each.
  static Scales scales(const uint8_t* p) {
    const uint64_t words = load_word<uint64_t>(p + 48);
    const __m256i all = _mm256_cvtepu16_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p + 48)));
    const __m256i pairs = _mm256_or_si256(all, _mm256_slli_epi64(all, 29));  // bits 0.. at bit 0 and bits 3.. at bit 32
    const __m256i first = _mm256_and_si256(pairs, _mm256_set1_epi32(7)),
                  second = _mm256_and_si256(_mm256_srli_epi32(pairs, 6), _mm256_set1_epi32(7));
    // Dwords of word i: scales 4 i, 4 i + 1 in `first`, 4 i + 2, 4 i + 3 in `second`; packed to bytes in that order.
    const __m256i n16 = _mm256_packs_epi32(_mm256_unpacklo_epi64(first, second), _mm256_unpackhi_epi64(first, second));
    const __m128i n = _mm_packs_epi16(_mm256_castsi256_si128(n16), _mm256_extracti128_si256(n16, 1));
    const auto d = static_cast<uint16_t>((words >> 12 & 0xfu) | (words >> 24 & 0xf0u) | (words >> 36 & 0xf00u) | (words >> 48 & 0xf000u));
    return with_offset(_mm_add_epi8(_mm_add_epi8(n, n), _mm_set1_epi8(1)), f8_set(half_at(&d) * 0.125f), 9.0f);
  }
  template <int j>
  static __m256i block(const uint8_t* p) {
    const unsigned high = load_word<uint16_t>(p + 32 + 2 * j);
    const auto at = [p, high](int l) {
      const uint64_t more = high >> (4 * l) & 8u ? 0 : 0x0202020202020202u;
      return kIq1Grid.at[p[4 * j + l] | (high >> (4 * l) & 7u) << 8] * 8 + more;
    };
    return four_groups(at(0), at(1), at(2), at(3));
  }
};

/// Sums of four neighbouring products, or of two in 16 bits where those of four pairs fit.
template <class Type>
inline constexpr bool kNarrow = Type::kBytes == Bytes::u4 || Type::kBytes == Bytes::u5;
template <class Type>
inline __m256i products(__m256i w, __m256i x) {
  return kNarrow<Type> ? _mm256_maddubs_epi16(w, x) : dot_u8(w, x);
}

/// Values of four blocks for both of their halves.
inline F8 twice(const float* p) {
  return {_mm256_broadcast_ps(reinterpret_cast<const __m128*>(p))};
}

template <class Type>
struct DotRow {
  template <int N>
  void row(const uint8_t* w, int64_t k, const Act* x, float* out) const {
    F8 acc[N];
    for (int t = 0; t < N; ++t) acc[t] = f8_zero();
    for (int64_t b = 0; b < k / 32; b += 8, w += Type::kSize) {
      prefetch_ahead<Type::kSize>(w);
      const Scales scales = Type::scales(w);
      // In the order of half_sums(): lower halves of blocks 0..3, upper ones, the same of 4..7.
      const __m128i order = _mm_setr_epi8(0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15);
      const __m128i scale = _mm_shuffle_epi8(scales.scale, order);
      const F8 low = low_eight(scale) * scales.d, high = high_eight(scale) * scales.d;
      const __m256i q[8] = {Type::template block<0>(w), Type::template block<1>(w), Type::template block<2>(w), Type::template block<3>(w),
                            Type::template block<4>(w), Type::template block<5>(w), Type::template block<6>(w), Type::template block<7>(w)};
      for (int t = 0; t < N; ++t) {
        const int8_t* xq = x[t].q + 32 * b;
        const HalfSums sums = half_sums<kNarrow<Type>>([&](int i) { return products<Type>(q[i], load256(xq + 32 * i)); });
        acc[t] = f8_fma(to_f8(sums.low), low * twice(x[t].d + b), acc[t]);
        acc[t] = f8_fma(to_f8(sums.high), high * twice(x[t].d + b + 4), acc[t]);
        acc[t] = f8_nfma(scales.m[0], f8_load(x[t].ds16 + 2 * b), acc[t]);
        acc[t] = f8_nfma(scales.m[1], f8_load(x[t].ds16 + 2 * b + 8), acc[t]);
      }
    }
    for (int t = 0; t < N; ++t) out[t] = f8_sum(acc[t]);
  }
};

template <class Type>
struct Unpack {
  static constexpr Bytes kBytes = Type::kBytes;
  static constexpr int kBlock = 16;

  template <int j>
  static void block(const uint8_t* const* rows, int b, Strip& strip) {
    __m256i q[8];
    for (int r = 0; r < 8; ++r) q[r] = Type::template block<j>(rows[r]);
    store_block(strip, b + j, q);
  }

  static void unpack(const DotJob& job, int64_t column, int columns, Strip& strip) {
    for (int b = 0; b < columns / 32; b += 8) {
      const uint8_t* rows[8];
      F8 s[2][8], m[2][8];
      for (int r = 0; r < 8; ++r) {
        rows[r] = strip_row(job, r) + (column / 256 + b / 8) * Type::kSize;
        const Scales scales = Type::scales(rows[r]);
        s[0][r] = low_eight(scales.scale) * scales.d;
        s[1][r] = high_eight(scales.scale) * scales.d;
        m[0][r] = scales.m[0];
        m[1][r] = scales.m[1];
      }
      for (int half = 0; half < 2; ++half) {
        store_scales(strip.s + b * 16 + half * 64, s[half]);
        store_scales(strip.m + b * 16 + half * 64, m[half]);
      }
      block<0>(rows, b, strip);
      block<1>(rows, b, strip);
      block<2>(rows, b, strip);
      block<3>(rows, b, strip);
      block<4>(rows, b, strip);
      block<5>(rows, b, strip);
      block<6>(rows, b, strip);
      block<7>(rows, b, strip);
    }
  }
};

template <class Type>
constexpr LinearKernel kKernel = int8_kernel<DotRow<Type>, Unpack<Type>>();
constexpr LinearKernel kQ2K = kKernel<Q2K>, kQ3K = kKernel<Q3K>, kQ6K = kKernel<Q6K>;
constexpr LinearKernel kIq2Xs = kKernel<Iq2Xs>, kIq2S = kKernel<Iq2S>, kIq1M = kKernel<Iq1M>;

}  // namespace

const LinearKernel* linear_kquant16(DType type) {
  switch (type) {
    case DType::q2_k:
      return &kQ2K;
    case DType::q3_k:
      return &kQ3K;
    case DType::q6_k:
      return &kQ6K;
    case DType::iq2_xs:
      return &kIq2Xs;
    case DType::iq2_s:
      return &kIq2S;
    case DType::iq1_m:
      return &kIq1M;
    default:
      return nullptr;
  }
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
