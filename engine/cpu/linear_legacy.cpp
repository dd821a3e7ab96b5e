// Q8_0, Q4_0 and Q5_0 weights (formats.md 2.1) against int8 activations. Compiled once per AVX2 level.
#include "cpu/linear_int8.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {
namespace {

// A block type: kOffset is what is subtracted from the stored integer, load() gives 32 stored integers.
struct Q8_0 {
  static constexpr int kSize = 34, kOffset = 0;
  static constexpr Bytes kBytes = Bytes::i8;
  static __m256i load(const uint8_t* p) { return load256(p + 2); }
  static constexpr bool kNarrow = false;
  static __m256i products(__m256i w, __m256i x) { return dot_i8(w, x); }
};

inline __m256i nibbles(const uint8_t* p) {
  const __m128i q = load128(p);
  return _mm256_and_si256(_mm256_inserti128_si256(_mm256_castsi128_si256(q), _mm_srli_epi16(q, 4), 1), _mm256_set1_epi8(15));
}

struct Q4_0 {
  static constexpr int kSize = 18, kOffset = 8;
  static constexpr Bytes kBytes = Bytes::u4;
  static __m256i load(const uint8_t* p) { return nibbles(p + 2); }
  static constexpr bool kNarrow = !kDotIsExact;
  static __m256i products(__m256i w, __m256i x) { return small_products(w, x); }
};

struct Q5_0 {
  static constexpr int kSize = 22, kOffset = 16;
  static constexpr Bytes kBytes = Bytes::u5;
  static __m256i load(const uint8_t* p) {
    int32_t high;
    std::memcpy(&high, p + 2, 4);
    // Byte j of the vector gets the byte of `high` that holds bit j, then only that bit is kept.
    const __m256i spread = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i bit = _mm256_set1_epi64x(static_cast<int64_t>(0x8040201008040201));
    const __m256i bits = _mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32(high), spread), bit);
    const __m256i fifth = _mm256_and_si256(_mm256_cmpeq_epi8(bits, bit), _mm256_set1_epi8(16));
    return _mm256_or_si256(nibbles(p + 6), fifth);
  }
  static constexpr bool kNarrow = !kDotIsExact;
  static __m256i products(__m256i w, __m256i x) { return small_products(w, x); }
};

/// The scales of eight blocks.
inline F8 eight_scales(const uint8_t* p, int size) {
  const auto at = [&](int b) {
    uint16_t h;
    std::memcpy(&h, p + b * size, 2);
    return static_cast<short>(h);
  };
  return {_mm256_cvtph_ps(_mm_setr_epi16(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)))};
}
inline F8 some_scales(const uint8_t* p, int size, int count) {
  uint16_t h[8] = {};
  for (int b = 0; b < count; ++b) std::memcpy(&h[b], p + b * size, 2);
  return f8_load_half(h);
}

template <class Type>
struct DotRow {
  template <int N>
  static void eight_blocks(const uint8_t* w, const Act* x, int64_t b0, F8 d, int count, F8 (&acc)[N]) {
    prefetch_ahead<8 * Type::kSize>(w);
    __m256i q[8];
#pragma GCC unroll 8
    for (int b = 0; b < 8; ++b) q[b] = b < count ? Type::load(w + b * Type::kSize) : _mm256_setzero_si256();
    // Blocks past the end have zero weights and read the last block's activations again.
    const auto at = [count](int b) { return 32 * (b < count ? b : count - 1); };
    for (int t = 0; t < N; ++t) {
      const int8_t* xq = x[t].q + 32 * b0;
      const __m256i sums = eight_sums<Type::kNarrow>([&](int b) { return Type::products(q[b], load256(xq + at(b))); });
      acc[t] = f8_fma(to_f8(sums), d * f8_load(x[t].d + b0), acc[t]);
      if constexpr (Type::kOffset != 0) acc[t] = f8_nfma(d * f8_set(Type::kOffset), f8_load(x[t].ds + b0), acc[t]);
    }
  }

  template <int N>
  void row(const uint8_t* w, int64_t k, const Act* x, float* out) const {
    const int64_t blocks = k / 32;
    F8 acc[N];
    for (int t = 0; t < N; ++t) acc[t] = f8_zero();
    int64_t b = 0;
    for (; b + 8 <= blocks; b += 8, w += 8 * Type::kSize) eight_blocks<N>(w, x, b, eight_scales(w, Type::kSize), 8, acc);
    if (b < blocks) {
      const int count = static_cast<int>(blocks - b);
      eight_blocks<N>(w, x, b, some_scales(w, Type::kSize, count), count, acc);
    }
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
    // The exact dot takes unsigned bytes only: signed ones are moved up by 128.
    constexpr bool kShift = Type::kBytes == Bytes::i8 && kDotIsExact;
    constexpr float kOffset = kShift ? 128.0f : static_cast<float>(Type::kOffset);
    for (int b = 0; b < columns / 32; ++b) {
      __m256i q[8];
      alignas(16) uint16_t d[8];
      for (int r = 0; r < 8; ++r) {
        q[r] = Type::load(rows[r] + b * Type::kSize);
        if constexpr (kShift) q[r] = _mm256_xor_si256(q[r], _mm256_set1_epi8(-128));
        std::memcpy(&d[r], rows[r] + b * Type::kSize, 2);
      }
      store_block(strip, b, q);
      const F8 s = f8_load_half(d);
      f8_store(strip.s + b * 8, s);
      f8_store(strip.m + b * 8, s * f8_set(kOffset));
    }
  }
};

template <class Type>
constexpr LinearKernel make_kernel() {
  return {true, [](const DotJob& job) { vector_rows(job, DotRow<Type>{}); }, matrix_rows<Unpack<Type>>};
}
constexpr LinearKernel kQ8_0 = make_kernel<Q8_0>(), kQ4_0 = make_kernel<Q4_0>(), kQ5_0 = make_kernel<Q5_0>();

}  // namespace

const LinearKernel* linear_legacy(DType type) {
  if (type == DType::q8_0) return &kQ8_0;
  if (type == DType::q4_0) return &kQ4_0;
  return type == DType::q5_0 ? &kQ5_0 : nullptr;
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
