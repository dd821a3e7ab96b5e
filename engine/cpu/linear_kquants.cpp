// Types of 256-element blocks with a scale for every 32 columns (formats.md 2.2, 2.3) against int8 activations. Compiled once
// per AVX2 level.
#include "cpu/linear_grids.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {
namespace {

/// Of the eight blocks of 32: value = s * integer - m.
struct Scales {
  F8 s, m;
};

/// Six-bit scales and minima: the four low ones of each are whole in bytes 0..3 and 4..7, the upper four are split.
inline Scales six_bit_scales(const uint8_t* p) {
  const __m128i raw = load128(p);  // d and dmin, then three dwords of scales
  const __m128i low = _mm_srlv_epi32(_mm_shuffle_epi32(raw, _MM_SHUFFLE(2, 2, 1, 1)), _mm_setr_epi32(0, 2, 0, 2));
  const __m128i high = _mm_srlv_epi32(_mm_shuffle_epi32(raw, _MM_SHUFFLE(3, 3, 3, 3)), _mm_setr_epi32(0, 0, 0, 4));
  const __m128i all = _mm_or_si128(_mm_and_si128(low, _mm_setr_epi32(0x3f3f3f3f, 0x30303030, 0x3f3f3f3f, 0x30303030)),
                                   _mm_and_si128(high, _mm_setr_epi32(0, 0x0f0f0f0f, 0, 0x0f0f0f0f)));
  const __m128 d = _mm_cvtph_ps(raw);
  const F8 s = to_f8(_mm256_cvtepu8_epi32(all)), m = to_f8(_mm256_cvtepu8_epi32(_mm_unpackhi_epi64(all, all)));
  return {s * F8{_mm256_broadcastss_ps(d)}, m * F8{_mm256_broadcastss_ps(_mm_movehdup_ps(d))}};
}

// A type: blocks() gives the stored integers of a super-block, scales() how they become values.
struct Q4K {
  static constexpr int kSize = 144;
  static constexpr Bytes kBytes = Bytes::u4;
  static Scales scales(const uint8_t* p) { return six_bit_scales(p); }
  static void blocks(const uint8_t* p, __m256i (&q)[8]) {
    const __m256i mask = _mm256_set1_epi8(15);
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) {
      const __m256i both = load256(p + 16 + 32 * j);
      q[2 * j] = _mm256_and_si256(both, mask);
      q[2 * j + 1] = _mm256_and_si256(_mm256_srli_epi16(both, 4), mask);
    }
  }
};

struct Q5K {
  static constexpr int kSize = 176;
  static constexpr Bytes kBytes = Bytes::u5;
  static Scales scales(const uint8_t* p) { return six_bit_scales(p); }
  static void blocks(const uint8_t* p, __m256i (&q)[8]) {
    const __m256i mask = _mm256_set1_epi8(15), fifth = _mm256_set1_epi8(16), high = load256(p + 16);
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) {  // bit 2 j and 2 j + 1 of each byte of `high`, moved to bit 4
      const __m256i both = load256(p + 48 + 32 * j);
      const __m256i even = 2 * j < 4 ? _mm256_slli_epi16(high, 4 - 2 * j) : _mm256_srli_epi16(high, 2 * j - 4);
      const __m256i odd = 2 * j < 3 ? _mm256_slli_epi16(high, 3 - 2 * j) : _mm256_srli_epi16(high, 2 * j - 3);
      q[2 * j] = _mm256_or_si256(_mm256_and_si256(both, mask), _mm256_and_si256(even, fifth));
      q[2 * j + 1] = _mm256_or_si256(_mm256_and_si256(_mm256_srli_epi16(both, 4), mask), _mm256_and_si256(odd, fifth));
    }
  }
};

struct Iq4Xs {
  static constexpr int kSize = 136;
  static constexpr Bytes kBytes = kIq4Bytes;
  /// Scale k: nibble k of the four bytes at 4, two bits of the 16 at 2, less 32.
  static Scales scales(const uint8_t* p) {
    uint16_t high_bits;
    uint32_t low_bits;
    std::memcpy(&high_bits, p + 2, 2);
    std::memcpy(&low_bits, p + 4, 4);
    const __m256i fours = _mm256_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28), twos = _mm256_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14);
    const __m256i low = _mm256_and_si256(_mm256_srlv_epi32(_mm256_set1_epi32(static_cast<int>(low_bits)), fours), _mm256_set1_epi32(15));
    const __m256i high = _mm256_and_si256(_mm256_srlv_epi32(_mm256_set1_epi32(high_bits), twos), _mm256_set1_epi32(3));
    const __m256i scale = _mm256_sub_epi32(_mm256_or_si256(low, _mm256_slli_epi32(high, 4)), _mm256_set1_epi32(32));
    const F8 s = to_f8(scale) * f8_set(half_at(p));
    return {s, s * f8_set(kIq4Offset)};
  }
  static void blocks(const uint8_t* p, __m256i (&q)[8]) {
#pragma GCC unroll 8
    for (int j = 0; j < 8; ++j) q[j] = iq4_values(nibbles(p + 8 + 16 * j));
  }
};

/// Ternary types store -1, 0, 1 as 0, 1, 2 and have one scale.
inline Scales ternary_scales(const uint8_t* d) {
  const F8 s = f8_set(half_at(d));
  return {s, s};
}

struct Tq2_0 {
  static constexpr int kSize = 66;
  static constexpr Bytes kBytes = Bytes::u4;
  static Scales scales(const uint8_t* p) { return ternary_scales(p + 64); }
  static void blocks(const uint8_t* p, __m256i (&q)[8]) {
#pragma GCC unroll 8
    for (int j = 0; j < 8; ++j) q[j] = _mm256_and_si256(_mm256_srli_epi16(load256(p + 32 * (j / 4)), 2 * (j % 4)), _mm256_set1_epi8(3));
  }
};

/// Bytes are five base-3 digits as a fraction of 256; a product with 3 brings the next digit out at the top.
struct Tq1_0 {
  static constexpr int kSize = 54;
  static constexpr Bytes kBytes = Bytes::u4;
  static Scales scales(const uint8_t* p) { return ternary_scales(p + 52); }
  /// The digit at the top of 3 v: one more from 256 / 3 on, and another from 512 / 3 on.
  static __m256i digits(__m256i v) {
    const auto from = [v](int limit) { return _mm256_cmpeq_epi8(_mm256_max_epu8(v, _mm256_set1_epi8(static_cast<char>(limit))), v); };
    return _mm256_abs_epi8(_mm256_add_epi8(from(86), from(171)));
  }
  static __m256i thrice(__m256i v) { return _mm256_add_epi8(_mm256_add_epi8(v, v), v); }
  static __m128i thrice(__m128i v) { return _mm_add_epi8(_mm_add_epi8(v, v), v); }
  static __m256i pair(__m128i low, __m128i high) { return digits(_mm256_set_m128i(high, low)); }

  static void blocks(const uint8_t* p, __m256i (&q)[8]) {
    __m256i v = load256(p);
#pragma GCC unroll 5
    for (int n = 0; n < 5; ++n, v = thrice(v)) q[n] = digits(v);
    const __m128i a = load128(p + 32), b = thrice(a), c = thrice(b), d = thrice(c), e = thrice(d);
    int32_t four;
    std::memcpy(&four, p + 48, 4);
    const __m128i f = _mm_set1_epi32(four), g = thrice(f), h = thrice(g), i = thrice(h);  // digit n of the four bytes is dword n
    q[5] = pair(a, b);
    q[6] = pair(c, d);
    q[7] = pair(e, _mm_blend_epi32(_mm_blend_epi32(f, g, 2), _mm_blend_epi32(h, i, 8), 12));
  }
};

template <int largest>
inline Scales moved_up(F8 s) {
  return {s, s * f8_set(static_cast<float>(largest))};
}

struct Iq2Xxs {
  static constexpr int kSize = 66, kLargest = 43;
  static constexpr Bytes kBytes = Bytes::u7;
  static Scales scales(const uint8_t* p) {
    const __m256i words = shuffle_dwords_odd(load256(p + 2), load256(p + 34));  // the second of each pair, out of order
    return moved_up<kLargest>(odd_scales(_mm256_srli_epi32(_mm256_permute4x64_epi64(words, 0xd8), 28), half_at(p) * 0.125f));
  }
  static void blocks(const uint8_t* p, __m256i (&q)[8]) {
#pragma GCC unroll 8
    for (int j = 0; j < 8; ++j) {
      const uint8_t* i = p + 2 + 8 * j;
      const auto& grid = kIq2XxsGrid.at;
      q[j] = with_signs<kLargest>(four_groups(grid[i[0]], grid[i[1]], grid[i[2]], grid[i[3]]), signs_of_28(load_word<uint32_t>(i + 4)));
    }
  }
};

struct Iq3Xxs {
  static constexpr int kSize = 98, kLargest = 62;
  static constexpr Bytes kBytes = Bytes::u7;
  static Scales scales(const uint8_t* p) {
    return moved_up<kLargest>(odd_scales(_mm256_srli_epi32(load256(p + 66), 28), half_at(p) * 0.25f));
  }
  static void blocks(const uint8_t* p, __m256i (&q)[8]) {
#pragma GCC unroll 8
    for (int j = 0; j < 8; ++j) {
      const uint8_t* i = p + 2 + 8 * j;
      const auto at = [i](int n) { return static_cast<int>(kIq3XxsGrid.at[i[n]]); };
      const __m256i grid = _mm256_setr_epi32(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7));
      q[j] = with_signs<kLargest>(grid, signs_of_28(load_word<uint32_t>(p + 66 + 4 * j)));
    }
  }
};

struct Iq3S {
  static constexpr int kSize = 110, kLargest = 15;
  static constexpr Bytes kBytes = Bytes::u5;
  static Scales scales(const uint8_t* p) {
    const __m256i all = _mm256_set1_epi32(static_cast<int>(load_word<uint32_t>(p + 106)));
    const __m256i nibbles = _mm256_srlv_epi32(all, _mm256_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28));
    return moved_up<kLargest>(odd_scales(_mm256_and_si256(nibbles, _mm256_set1_epi32(15)), half_at(p)));
  }
  static void blocks(const uint8_t* p, __m256i (&q)[8]) {
#pragma GCC unroll 8
    for (int j = 0; j < 8; ++j) {
      const uint8_t* i = p + 2 + 8 * j;
      const unsigned high = p[66 + j];
      const auto at = [i, high](int n) { return static_cast<int>(kIq3SGrid.at[i[n] | (high << (8 - n) & 256u)]); };
      const __m256i grid = _mm256_setr_epi32(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7));
      q[j] = with_signs<kLargest>(grid, load_word<uint32_t>(p + 74 + 4 * j));
    }
  }
};

/// Grid values 0, 1, 2 stand for -1, 0, 1; an eighth more or less for a whole block is in the minimum.
struct Iq1S {
  static constexpr int kSize = 50;
  static constexpr Bytes kBytes = Bytes::u4;
  static Scales scales(const uint8_t* p) {
    const __m256i high = _mm256_cvtepu16_epi32(load128(p + 34));
    const F8 s = odd_scales(_mm256_and_si256(_mm256_srli_epi32(high, 12), _mm256_set1_epi32(7)), half_at(p));
    const __m256i less = _mm256_slli_epi32(high, 16);  // bit 15 as the sign, which the blend looks at
    return {s, s * F8{_mm256_blendv_ps(_mm256_set1_ps(0.875f), _mm256_set1_ps(1.125f), _mm256_castsi256_ps(less))}};
  }
  static void blocks(const uint8_t* p, __m256i (&q)[8]) {
#pragma GCC unroll 8
    for (int j = 0; j < 8; ++j) {
      const uint8_t* i = p + 2 + 4 * j;
      const unsigned high = load_word<uint16_t>(p + 34 + 2 * j);
      const auto at = [i, high](int n) { return kIq1Grid.at[i[n] | (high >> (3 * n) & 7u) << 8]; };
      q[j] = four_groups(at(0), at(1), at(2), at(3));
    }
  }
};

template <class Type>
inline constexpr bool kSigned = Type::kBytes == Bytes::i8;
template <class Type>
inline constexpr bool kNarrow = !kDotIsExact && (Type::kBytes == Bytes::u4 || Type::kBytes == Bytes::u5);
template <class Type>
inline __m256i products(__m256i w, __m256i x) {
  if constexpr (Type::kBytes == kIq4Bytes) return iq4_products(w, x);
  return kNarrow<Type> ? small_products(w, x) : dot_u8(w, x);
}

#if defined(__AVX512VNNI__)
/// Two blocks side by side: their sums of 16 lanes are scaled as they are, without being added up first.
template <class Type>
struct DotRow {
  static_assert(Type::kBytes != Bytes::i8);
  template <int N>
  void row(const uint8_t* w, int64_t k, const Act* x, float* out) const {
    const __m512i first = _mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1), two = _mm512_set1_epi32(2);
    const __m512i second = _mm512_add_epi32(first, two), third = _mm512_add_epi32(second, two), fourth = _mm512_add_epi32(third, two);
    __m512 acc[N];
    F8 minima[N];
    for (int t = 0; t < N; ++t) {
      acc[t] = _mm512_setzero_ps();
      minima[t] = f8_zero();
    }
    for (int64_t b = 0; b < k / 32; b += 8, w += Type::kSize) {
      prefetch_ahead<Type::kSize>(w);
      const Scales scales = Type::scales(w);
      __m256i q[8];
      Type::blocks(w, q);
      __m512i pair[4];
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j) pair[j] = _mm512_inserti64x4(_mm512_zextsi256_si512(q[2 * j]), q[2 * j + 1], 1);
#pragma GCC unroll 4
      for (int t = 0; t < N; ++t) {
        const int8_t* xq = x[t].q + 32 * b;
        const __m512 s = _mm512_zextps256_ps512((scales.s * f8_load(x[t].d + b)).v);
        const auto add = [&](__m512i weights, int j, __m512i lanes) __attribute__((always_inline)) {
          const __m512i sums = _mm512_dpbusd_epi32(_mm512_setzero_si512(), weights, _mm512_loadu_si512(xq + 64 * j));
          acc[t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums), _mm512_permutexvar_ps(lanes, s), acc[t]);
        };
        add(pair[0], 0, first);
        add(pair[1], 1, second);
        add(pair[2], 2, third);
        add(pair[3], 3, fourth);
        minima[t] = f8_nfma(scales.m, f8_load(x[t].ds + b), minima[t]);
      }
    }
    for (int t = 0; t < N; ++t) out[t] = f8_sum(wide_fold({acc[t]}) + minima[t]);
  }
};
#else
template <class Type>
struct DotRow {
  template <int N>
  void row(const uint8_t* w, int64_t k, const Act* x, float* out) const {
    F8 acc[N];
    for (int t = 0; t < N; ++t) acc[t] = f8_zero();
    for (int64_t b = 0; b < k / 32; b += 8, w += Type::kSize) {
      prefetch_ahead<Type::kSize>(w);
      const Scales scales = Type::scales(w);
      __m256i q[8];
      Type::blocks(w, q);
      for (int t = 0; t < N; ++t) {
        const int8_t* xq = x[t].q + 32 * b;
        const __m256i sums = eight_sums<kNarrow<Type>>([&](int i) { return products<Type>(q[i], load256(xq + 32 * i)); });
        acc[t] = f8_fma(to_f8(sums), scales.s * f8_load(x[t].d + b), acc[t]);
        if constexpr (!kSigned<Type>) acc[t] = f8_nfma(scales.m, f8_load(x[t].ds + b), acc[t]);
      }
    }
    for (int t = 0; t < N; ++t) out[t] = f8_sum(acc[t]);
  }
};
#endif

template <class Type>
struct Unpack {
  static constexpr Bytes kBytes = Type::kBytes;
  static constexpr int kBlock = 32;
  static void unpack(const DotJob& job, int64_t column, int columns, Strip& strip) {
    for (int b = 0; b < columns / 32; b += 8) {
      __m256i q[8][8];  // [row][block]
      F8 s[8], m[8];
      for (int r = 0; r < 8; ++r) {
        const uint8_t* w = strip_row(job, r) + (column / 256 + b / 8) * Type::kSize;
        const Scales scales = Type::scales(w);
        s[r] = scales.s;
        m[r] = scales.m;
        Type::blocks(w, q[r]);
      }
      store_scales(strip.s + b * 8, s);
      store_scales(strip.m + b * 8, m);
      for (int j = 0; j < 8; ++j) {
        __m256i rows[8];
        for (int r = 0; r < 8; ++r) rows[r] = q[r][j];
        store_block(strip, b + j, rows);
      }
    }
  }
};

template <class Type>
constexpr LinearKernel kKernel = int8_kernel<DotRow<Type>, Unpack<Type>>();
constexpr LinearKernel kQ4K = kKernel<Q4K>, kQ5K = kKernel<Q5K>, kIq4Xs = kKernel<Iq4Xs>;
constexpr LinearKernel kTq1_0 = kKernel<Tq1_0>, kTq2_0 = kKernel<Tq2_0>;
constexpr LinearKernel kIq2Xxs = kKernel<Iq2Xxs>, kIq3Xxs = kKernel<Iq3Xxs>, kIq3S = kKernel<Iq3S>;
constexpr LinearKernel kIq1S = kKernel<Iq1S>;

}  // namespace

const LinearKernel* linear_kquant32(DType type) {
  switch (type) {
    case DType::q4_k:
      return &kQ4K;
    case DType::q5_k:
      return &kQ5K;
    case DType::iq4_xs:
      return &kIq4Xs;
    case DType::iq2_xxs:
      return &kIq2Xxs;
    case DType::iq3_xxs:
      return &kIq3Xxs;
    case DType::iq3_s:
      return &kIq3S;
    case DType::iq1_s:
      return &kIq1S;
    case DType::tq1_0:
      return &kTq1_0;
    case DType::tq2_0:
      return &kTq2_0;
    default:
      return nullptr;
  }
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
