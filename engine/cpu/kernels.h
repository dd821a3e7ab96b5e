// The level-dependent inner loops of the CPU backend, as a table of functions: one table for each instruction set level.
// The files that fill a table are compiled once per level; everything above (work splitting, scratch) exists once.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/dtype.h"
#include "ops/ops.h"

namespace engine::cpu {

/// Tokens up to which the vector path is used; rows are bit-equal for every batch within it.
inline constexpr int kVectorTokens = 16;
/// Weight rows of an unpacked strip, and the most that one call of the matrix path takes.
inline constexpr int kStripRows = 8, kMatrixRows = 16;

/// A quantised activation row of k values (k % 32 == 0): int8 q[k], then per block of 32 float d and d * sum(q), then
/// d * sum(q) of each half block (16 values). Padded so that reading 8 floats from any entry stays inside.
struct ActLayout {
  explicit ActLayout(int64_t k)
      : d(static_cast<size_t>(k)),
        ds(d + static_cast<size_t>(k / 32) * 4),
        ds16(ds + static_cast<size_t>(k / 32) * 4),
        stride((ds16 + static_cast<size_t>(k / 16) * 4 + 32 + 63) / 64 * 64) {}
  size_t d, ds, ds16, stride;  // byte offsets, bytes of a row
};

/// y[t][y0 + r] = W_r . x[t] for `rows` weight rows and `n` activation rows.
struct DotJob {
  DType type = DType::f32;
  const std::byte* w = nullptr;  // first weight row
  size_t row_stride = 0;
  int64_t k = 0;
  int rows = 0;
  const std::byte* const* x = nullptr;  // n rows: f32 or quantised, as the kernel wants
  int n = 0;
  float* const* y = nullptr;  // n rows
  int64_t y0 = 0;
};

struct LinearKernel {
  bool quantised = false;                               // x rows are in ActLayout
  void (*vector)(const DotJob&) = nullptr;              // any n; the result of a row does not depend on n
  void (*matrix)(const DotJob&, std::byte*) = nullptr;  // many tokens, rows <= kMatrixRows; scratch of kMatrixScratch bytes
};
/// Unpacked strips: int8 of rows and columns, scales and offsets, or floats.
inline constexpr size_t kMatrixScratch = 96 * 1024;

/// Row lengths of attention tiles: whole vectors of every level.
inline int64_t padded(int64_t n) {
  return (n + 15) / 16 * 16;
}

/// One run of attention: query rows against the cache positions [begin, end) of one sequence and one KV head.
struct AttnRange {
  KvDType type = KvDType::f16;
  const std::byte* k = nullptr;  // page 0, row 0 of the layer
  const std::byte* v = nullptr;  // null: V is the first dv values of the K row
  size_t k_row_bytes = 0, v_row_bytes = 0;
  int64_t k_first = 0, v_first = 0;  // first element of the head inside a row
  int dk = 0, dv = 0;
  const int32_t* pages = nullptr;
  int64_t begin = 0, end = 0;      // begin is a multiple of kPageTokens
  int n = 0;                       // query rows
  bool many = false;               // rows of a prompt: keys are turned once for all rows; a row's bits depend on this, not on n
  const float* q = nullptr;        // [n][padded(dk)], already scaled, padded with zeros
  const int64_t* first = nullptr;  // row i sees positions [first[i], limit[i])
  const int64_t* limit = nullptr;
  float* max = nullptr;   // [n] running maximum, in and out
  float* sum = nullptr;   // [n] running sum of exp(score - max)
  float* acc = nullptr;   // [n][padded(dv)] running sum of exp(score - max) * V
  float* tile = nullptr;  // scratch: attn_tile_floats(n, dk, dv)
};
inline int64_t attn_tile_floats(int64_t n, int64_t dk, int64_t dv) {
  return kPageTokens * (2 * padded(dk) + padded(dv)) + n * (kPageTokens + 1);
}

/// One run of expanded latent attention: query rows of one head, in ascending order of positions, against the cache positions
/// [begin, end) of one sequence. c, nope and rope are multiples of 8.
struct MlaRange {
  KvDType type = KvDType::f16;
  const std::byte* rows = nullptr;  // page 0, row 0 of the layer: [c latent | rope]
  size_t row_bytes = 0;
  int c = 0, nope = 0, rope = 0, v = 0;
  const float* k_b = nullptr;  // [c][nope] of the head
  const float* v_b = nullptr;  // [c][padded(v)] of the head
  const int32_t* pages = nullptr;
  int64_t begin = 0, end = 0;  // begin is a multiple of kPageTokens
  int n = 0;                   // query rows
  const float* q = nullptr;    // [n][nope + rope], already scaled
  const int64_t* first = nullptr;
  const int64_t* limit = nullptr;
  float* max = nullptr;   // as AttnRange
  float* sum = nullptr;   // as AttnRange
  float* acc = nullptr;   // [n][padded(v)]
  float* tile = nullptr;  // scratch: MlaTile::floats(n)
};
/// Floats of the parts of its scratch.
struct MlaTile {
  MlaTile(int64_t c, int64_t nope, int64_t rope, int64_t v)
      : latent(kPageTokens * padded(c + rope)),
        turned(kPageTokens * c),
        keys(kPageTokens * (nope + rope)),
        values(kPageTokens * padded(v)) {}
  [[nodiscard]] int64_t floats(int64_t n) const { return latent + turned + keys + values + n * (kPageTokens + 1); }
  int64_t latent, turned, keys, values;
};

struct Kernels {
  const char* name;                           // "AVX2"
  const LinearKernel* (*linear)(DType type);  // null: not computable
  void (*quantise)(const float* x, int64_t k, std::byte* row);
  /// y = x * weight / sqrt(mean(x^2) + eps)
  void (*rms_norm)(const float* x, const float* weight, float eps, int64_t n, float* y);
  /// x += scale * part
  void (*add_scaled)(float* x, const float* part, float scale, int64_t n);
  /// y = silu(g) * u
  void (*silu_mul)(const float* g, const float* u, int64_t n, float* y);
  /// ActKind::swiglu_clamped
  void (*swiglu_clamped)(const float* g, const float* u, int64_t n, float* y);
  float (*max_value)(const float* x, int64_t n);            // -infinity for n = 0
  double (*sum_exp)(const float* x, float max, int64_t n);  // sum of exp(x - max)
  void (*attention)(const AttnRange& range);
  void (*attention_expanded)(const MlaRange& range);
  void (*to_half)(const float* x, int64_t n, std::byte* y);
};

/// Tables of the levels; those this build or processor lacks are null.
enum class Level { scalar, avx2, avx_vnni, avx512 };
const Kernels* kernels(Level level);

namespace scalar {
const Kernels& table();
}
#if defined(HEARTH_X86)
namespace avx2 {
const Kernels& table();
}
namespace avx_vnni {
const Kernels& table();
}
namespace avx512 {
const Kernels& table();
}
#endif

}  // namespace engine::cpu
