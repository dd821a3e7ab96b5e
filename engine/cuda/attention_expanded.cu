// attn_mla of long prompts in its expanded form (formats.md 7): keys and values of the heads are made from the latents of the sequence, in
// scratch, and ordinary attention runs over them. The absorbed form costs 2 c + rope multiply-adds for every pair of tokens and head,
// this one nope + rope + v, and c (nope + v) for every token of the sequence and head.
//
// Weights, keys and values are halves here; sums are f32. As many heads at a time as scratch has room for.
#include <cuda_runtime.h>

#include <algorithm>

#include "cuda/alignment.h"
#include "cuda/attention.h"
#include "cuda/device/attention_half.cuh"
#include "cuda/device/blocks.cuh"
#include "cuda/device/kv.cuh"
#include "ops/replay.h"

namespace engine::cuda {
namespace {

constexpr int kThreads = 128;
constexpr int kPositions = 64, kColumns = 128;             // of a tile: two warps along each
constexpr int kDepth = 64, kPieces = kDepth / 8;           // of a stage: latent dimensions, and 16 bytes of them
constexpr int kStage = (kPositions + kColumns) * kPieces;  // pieces
constexpr size_t kStageBytes = size_t{kStage} * 16;
// Of keys and values, where not a single head takes more: a part of the device's memory, and no more than this.
constexpr size_t kScratchPart = 64, kMostScratch = size_t{128} << 20;

// ---- Weights as halves

/// [heads][columns][c]: of a head the rows that make a value of its key or value from a latent.
struct HalfWeights {
  Weight w;
  uint16_t* to;
  int columns, first;  // of a head, and where those of `w` begin
  int c;
  int turned;  // 1: rows of w are latent dimensions
};

/// A thread decodes a unit of a row. Grid: rows, units, heads. Bytes: the weights, and 2 c columns for every head.
template <DType kType>
__global__ void __launch_bounds__(kThreads) half_weights(HalfWeights p, const StepView*) {
  begin_kernel();
  const int row = static_cast<int>(blockIdx.x * kThreads + threadIdx.x), unit = static_cast<int>(blockIdx.y);
  if (row >= p.w.out) return;
  float values[kUnit];
  const std::byte* const from = p.w.data + blockIdx.z * p.w.expert_stride + static_cast<size_t>(row) * p.w.row_stride;
  decode_floats<kType>(reinterpret_cast<const uint8_t*>(from), unit, values);
  uint16_t* const head = p.to + (static_cast<int64_t>(blockIdx.z) * p.columns + p.first) * p.c;
#pragma unroll
  for (int i = 0; i < kUnit; ++i) {
    const int64_t at = p.turned ? static_cast<int64_t>(unit * kUnit + i) * p.c + row : static_cast<int64_t>(row) * p.c + unit * kUnit + i;
    head[at] = float_to_half(values[i]);
  }
}

/// Null where there is none.
Kernel<HalfWeights> half_weights_of(DType type) {
  switch (type) {
    case DType::q4_0:
      return half_weights<DType::q4_0>;
    case DType::q5_0:
      return half_weights<DType::q5_0>;
    case DType::q8_0:
      return half_weights<DType::q8_0>;
    case DType::q4_k:
      return half_weights<DType::q4_k>;
    case DType::q5_k:
      return half_weights<DType::q5_k>;
    case DType::q6_k:
      return half_weights<DType::q6_k>;
    case DType::iq4_nl:
      return half_weights<DType::iq4_nl>;
    case DType::iq4_xs:
      return half_weights<DType::iq4_xs>;
    default:
      return nullptr;  // float weights, whose results are to be better than those of halves, and types that these weights seldom have
  }
}

// ---- Queries

struct Queries {
  const float *x, *q_latent;  // the parts without and with rotation
  float* to;                  // [T][heads][nope + rope]
  int64_t x_token, x_head;    // floats
  int heads, nope, rope, c;
};

/// A thread copies four values. Grid: heads times quads, tokens.
__global__ void __launch_bounds__(kThreads) gather_queries(Queries p, const StepView* step) {
  begin_kernel();
  const int quads = (p.nope + p.rope) / 4, token = static_cast<int>(blockIdx.y);
  const int i = static_cast<int>(blockIdx.x * kThreads + threadIdx.x), head = i / quads, e = 4 * (i % quads);
  if (token >= step->n_tokens || head >= p.heads) return;
  const int64_t row = static_cast<int64_t>(token) * p.heads + head;
  const float* from = e < p.nope ? p.x + token * p.x_token + head * p.x_head + e : p.q_latent + row * (p.c + p.rope) + p.c + e - p.nope;
  *reinterpret_cast<float4*>(p.to + row * (p.nope + p.rope) + e) = *reinterpret_cast<const float4*>(from);
}

// ---- Keys and values

struct Expansion {
  const std::byte* cache;
  size_t row_bytes;
  const uint16_t* weights;  // [heads][columns][c]
  uint16_t *k, *v;          // [positions][heads][nope + rope], [positions][heads][columns - nope]
  int heads, columns, nope, rope, c;
};

/// Row of the cache of a position below the length of the only sequence.
__device__ const std::byte* latent_row(const Expansion& p, const StepView* step, int position) {
  return kv_row(step, p.cache, p.row_bytes, 0, position);
}

/// Eight elements of a row as halves.
template <KvDType KV>
__device__ uint4 latent_piece(const std::byte* row, int e) {
  if constexpr (KV == KvDType::f16) return *reinterpret_cast<const uint4*>(row + e * 2);
  const float4 a = kv_quad<KV>(row, e), b = kv_quad<KV>(row, e + 4);
  return make_uint4(pack_halves(a.x, a.y), pack_halves(a.z, a.w), pack_halves(b.x, b.y), pack_halves(b.z, b.w));
}

/// Begins to bring the latents of the tile, dimensions `depth` on.
template <KvDType KV>
__device__ void bring_latents(const Expansion& p, const StepView* step, int first, int depth, uint4* stage) {
  for (int i = static_cast<int>(threadIdx.x); i < kPositions * kPieces; i += kThreads) {
    const int row = i / kPieces, piece = i % kPieces, position = first + row, e = depth + 8 * piece;
    uint4* const at = stage + swizzled(row, kPieces, piece);
    if (position >= step->context[0] || e >= p.c) {
      *at = make_uint4(0, 0, 0, 0);
    } else if constexpr (KV == KvDType::f16) {
      copy_async(at, latent_row(p, step, position) + e * 2);
    } else {
      *at = latent_piece<KV>(latent_row(p, step, position), e);
    }
  }
}

/// The same of the weights of the tile's columns.
__device__ void bring_weights(const Expansion& p, int head, int first, int depth, uint4* stage) {
  for (int i = static_cast<int>(threadIdx.x); i < kColumns * kPieces; i += kThreads) {
    const int row = i / kPieces, piece = i % kPieces, column = first + row, e = depth + 8 * piece;
    uint4* const at = stage + swizzled(row, kPieces, piece);
    copy_async_or_zero(at, p.weights + (static_cast<int64_t>(head) * p.columns + column) * p.c + e, column < p.columns && e < p.c);
  }
}

/// Sums of a warp: 32 positions x 64 columns as fragments.
struct Sums {
  float at[2][8][4];
};

__device__ void multiply_stage(const uint4* latents, const uint4* weights, Sums& sums) {
  const int lane = static_cast<int>(threadIdx.x) % 32, g = lane / 4;
#pragma unroll
  for (int c = 0; c < kDepth / 32; ++c) {
    const QueryFragments a[2] = {query_fragments<kDepth>(latents, 0, lane, c), query_fragments<kDepth>(latents, kMmaRows, lane, c)};
#pragma unroll
    for (int j = 0; j < 8; ++j) {
      const uint4 b = weights[swizzled(g, kPieces, c % 2 * 4 + lane % 4, 8 * j, c / 2 * 8)];
#pragma unroll
      for (int i = 0; i < 2; ++i) dot_fragments(a[i], b, sums.at[i][j]);
    }
  }
}

/// Columns e and e + 1 of a head's key and value.
__device__ void write_columns(const Expansion& p, int position, int head, int e, float a, float b) {
  const int64_t row = static_cast<int64_t>(position) * p.heads + head;
  uint16_t* const to = e < p.nope ? p.k + row * (p.nope + p.rope) + e : p.v + row * (p.columns - p.nope) + e - p.nope;
  *reinterpret_cast<uint32_t*>(to) = pack_halves(a, b);
}

/// The rotated part of the keys, which all heads share.
template <KvDType KV>
__device__ void copy_rotated(const Expansion& p, const StepView* step, int first, int head) {
  const int pieces = p.rope / 8;
  for (int i = static_cast<int>(threadIdx.x); i < kPositions * pieces; i += kThreads) {
    const int position = first + i / pieces, e = 8 * (i % pieces);
    if (position >= step->context[0]) return;
    const int64_t row = static_cast<int64_t>(position) * p.heads + head;
    *reinterpret_cast<uint4*>(p.k + row * (p.nope + p.rope) + p.nope + e) = latent_piece<KV>(latent_row(p, step, position), p.c + e);
  }
}

/// Grid: tiles of positions, of columns, heads. Bytes: of a tile (positions + columns) * 2 c, and what it writes.
template <KvDType KV>
__global__ void __launch_bounds__(kThreads) expand_latents(Expansion p, const StepView* step) {
  begin_kernel();
  HEARTH_DYNAMIC_SHARED(uint4, shared);
  const int first = static_cast<int>(blockIdx.x) * kPositions, column = static_cast<int>(blockIdx.y) * kColumns;
  const int head = static_cast<int>(blockIdx.z), warp = static_cast<int>(threadIdx.x) / 32, lane = static_cast<int>(threadIdx.x) % 32;
  if (first >= step->context[0]) return;
  const int warp_position = warp / 2 * 32, warp_column = warp % 2 * 64;
  const auto bring = [&](int depth, uint4* stage) {
    bring_latents<KV>(p, step, first, depth, stage);
    bring_weights(p, head, column, depth, stage + kPositions * kPieces);
    commit_copies();
  };
  Sums sums = {};
  bring(0, shared);
  for (int depth = 0, stage = 0; depth < p.c; depth += kDepth, stage ^= 1) {
    wait_copies<0>();
    __syncthreads();  // the stage has come, and the one before it has been read
    if (depth + kDepth < p.c) bring(depth + kDepth, shared + (stage ^ 1) * kStage);
    const uint4* const from = shared + stage * kStage;
    multiply_stage(from + warp_position * kPieces, from + (kPositions + warp_column) * kPieces, sums);
  }
  for (int i = 0; i < 2; ++i)
    for (int half = 0; half < 2; ++half) {
      const int position = first + warp_position + i * kMmaRows + half * 8 + lane / 4;
      if (position >= step->context[0]) continue;
#pragma unroll
      for (int j = 0; j < 8; ++j) {
        const int e = column + warp_column + 8 * j + 2 * (lane % 4);
        if (e < p.columns) write_columns(p, position, head, e, sums.at[i][j][2 * half], sums.at[i][j][2 * half + 1]);
      }
    }
  if (column == 0) copy_rotated<KV>(p, step, first, head);
}

// ---- Host

struct Sizes {
  int heads, nope, rope, c, v;
  int64_t tokens, context;  // the most of a step

  [[nodiscard]] int dk() const { return nope + rope; }
  [[nodiscard]] int columns() const { return nope + v; }
  [[nodiscard]] size_t position_bytes() const { return 2 * static_cast<size_t>(dk() + v); }  // of a head
  [[nodiscard]] size_t weight_bytes() const {
    return 2 * static_cast<size_t>(heads) * static_cast<size_t>(columns()) * static_cast<size_t>(c);
  }
  [[nodiscard]] size_t query_bytes() const {
    return 4 * static_cast<size_t>(tokens) * static_cast<size_t>(heads) * static_cast<size_t>(dk());
  }
  /// Heads that are expanded at a time.
  [[nodiscard]] int group(const Features& f) const {
    const size_t head = static_cast<size_t>(context) * position_bytes(), most = std::min(kMostScratch, f.memory_bytes / kScratchPart);
    return static_cast<int>(std::clamp<size_t>(most / head, 1, static_cast<size_t>(heads)));
  }
};

bool can_decode(const Weight& w) {
  return half_weights_of(w.type) && aligned_blocks(w);
}

/// Whether the three ops belong together, and their shapes and places suit the kernels.
bool suits(const LinearHeadsOp& into, const AttnMlaOp& op, const LinearHeadsOp& out_of, const Sizes& s) {
  const bool rows = out_of.y_head_stride == s.v && out_of.y_token_stride == int64_t{s.heads} * s.v;
  const bool whole = s.nope % kUnit == 0 && s.c % kUnit == 0 && s.rope % 8 == 0 && s.v % 8 == 0;
  const bool aligned = multiple_of_16(into.x) && into.x_token_stride % 4 == 0 && into.x_head_stride % 4 == 0 &&
                       multiple_of_16(op.q_latent) && multiple_of_16(out_of.y);
  const bool cache = op.kv.type == KvDType::f16 ? multiple_of_16(op.kv.k) && op.kv.k_row_bytes % 16 == 0 : op.kv.type == KvDType::q8_0;
  return can_expand(into, op, out_of) && rows && whole && aligned && cache && can_decode(into.w) && can_decode(out_of.w);
}

/// Whether this form takes less work; the absorbed one multiplies latents with both terms of q and weights, as this one its keys and
/// values.
bool pays(const Bucket& b, const Sizes& s) {
  constexpr double kTerms = 2;
  if (b.sequences > 1) return false;
  const double tokens = b.tokens, context = std::max(b.context, b.tokens), pairs = tokens * (context - tokens / 2);
  const double absorbed = kTerms * pairs * (2 * s.c + s.rope), expanded = kTerms * pairs * (s.dk() + s.v) + context * s.c * s.columns();
  return expanded < absorbed;
}

void record_half_weights(Recorder& r, const Weight& w, HalfWeights p) {
  const auto units = static_cast<unsigned>(w.in / kUnit), heads = static_cast<unsigned>(w.experts);
  const double values = static_cast<double>(w.in) * static_cast<double>(w.out) * heads;
  r.launch(half_weights_of(w.type), p, {ceil_div(w.out, kThreads), units, heads}, kThreads, 0,
           {values, 2 * values + static_cast<double>(w.bytes())});
}

}  // namespace

bool record_expanded(Recorder& r, const LinearHeadsOp& into, const AttnMlaOp& op, const LinearHeadsOp& out_of) {
  const Bucket& b = r.bucket();
  const Sizes s{op.n_head,
                static_cast<int>(into.w.in),
                op.rope_dim,
                op.c,
                static_cast<int>(out_of.w.out),
                r.limits().max_tokens,
                int64_t{r.limits().max_pages} * kPageTokens};
  if (!suits(into, op, out_of, s) || !pays(b, s)) return false;
  const int group = s.group(r.features());
  const size_t k_bytes = static_cast<size_t>(s.context) * static_cast<size_t>(group) * static_cast<size_t>(s.dk()) * 2;
  const size_t v_bytes = static_cast<size_t>(s.context) * static_cast<size_t>(group) * static_cast<size_t>(s.v) * 2;
  // Which variant is known without the addresses.
  AttentionShape shape{nullptr, out_of.y, group, group, s.dk(), s.v, op.scale, 0, nullptr, {}};
  shape.kv = {KvDType::f16, nullptr, nullptr, static_cast<size_t>(group * s.dk()) * 2, static_cast<size_t>(group * s.v) * 2};
  const std::optional<AttentionVariant> variant = half_variant(shape, false);
  if (!variant || std::max(variant->shared_bytes, 2 * kStageBytes) > r.features().shared_bytes) return false;

  std::byte* const base = r.scratch(Scratch::expanded, s.weight_bytes() + s.query_bytes() + k_bytes + v_bytes);
  auto* const weights = reinterpret_cast<uint16_t*>(base);
  auto* const queries = reinterpret_cast<float*>(base + s.weight_bytes());
  std::byte* const k = base + s.weight_bytes() + s.query_bytes();
  std::byte* const v = k + k_bytes;
  record_half_weights(r, into.w, {into.w, weights, s.columns(), 0, s.c, 1});
  r.independent();
  record_half_weights(r, out_of.w, {out_of.w, weights, s.columns(), s.nope, s.c, 0});
  r.independent();
  const double query_values = static_cast<double>(b.tokens) * s.heads * s.dk();
  r.launch(gather_queries, {into.x, op.q_latent, queries, into.x_token_stride, into.x_head_stride, s.heads, s.nope, s.rope, s.c},
           {ceil_div(int64_t{s.heads} * s.dk() / 4, kThreads), static_cast<unsigned>(b.tokens)}, kThreads, 0, {0, 8 * query_values});

  const int64_t context = std::min<int64_t>(b.context, s.context);
  for (int head = 0; head < s.heads; head += group) {
    const int heads = std::min(group, s.heads - head);
    const Expansion e{op.kv.k,
                      op.kv.k_row_bytes,
                      weights + static_cast<int64_t>(head) * s.columns() * s.c,
                      reinterpret_cast<uint16_t*>(k),
                      reinterpret_cast<uint16_t*>(v),
                      heads,
                      s.columns(),
                      s.nope,
                      s.rope,
                      s.c};
    const double rows = static_cast<double>(context) * heads;
    r.launch(op.kv.type == KvDType::f16 ? expand_latents<KvDType::f16> : expand_latents<KvDType::q8_0>, e,
             {ceil_div(context, kPositions), ceil_div(s.columns(), kColumns), static_cast<unsigned>(heads)}, kThreads, 2 * kStageBytes,
             {2 * rows * s.c * s.columns(), rows * static_cast<double>(s.position_bytes())});
    AttentionShape part = shape;
    part.q = queries + static_cast<int64_t>(head) * s.dk(), part.out = out_of.y + static_cast<int64_t>(head) * s.v;
    part.n_head = part.n_kv = heads;
    part.kv = {KvDType::f16, k, v, static_cast<size_t>(heads * s.dk()) * 2, static_cast<size_t>(heads * s.v) * 2};
    AttentionParams p = attention_params(part, *variant);
    p.row_heads = s.heads, p.in_order = 1;
    r.launch(variant->kernel, p, {1, static_cast<unsigned>(heads), ceil_div(b.tokens, p.tile_tokens)}, variant->threads,
             variant->shared_bytes, attention_cost(part, b, *variant));
  }
  return true;
}

}  // namespace engine::cuda
