#include "vulkan/attn.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace engine::vulkan {
namespace {

constexpr uint32_t kLanes = 256;  // of attention.comp
constexpr uint32_t kPage = kPageTokens;
// Walks over more than kOneSplit positions are split into ranges of at least kMinSplit (splits.glsl): at most as many as give
// kGroups workgroups a token of decode or a prompt, about two for every core of a large GPU, and kMaxSplits.
constexpr int kOneSplit = 288;
constexpr int kMinSplit = 128;
constexpr int kMaxSplits = 64;
constexpr int kGroups = 256;
constexpr double kDispatchFlops = 1e10;  // of a prompt: 10 ms on a small GPU, so that a cancel is seen in time
constexpr int kMaxHeads = 16;            // of a decode workgroup: all that share a KV head, mostly
constexpr int kPromptRows = 32;
constexpr int kMaxValue = 1024;  // attention.comp has an invocation for every 4 values

/// How a workgroup of attention.comp divides its work.
struct Tile {
  uint32_t rows_each = 1, row_groups = 1;  // TR and RG
  uint32_t slice = 32;                     // DS
  int heads = 1, chunks = 1, tokens = 1;

  [[nodiscard]] uint32_t rows() const { return rows_each * row_groups; }

  /// Shared memory, bytes.
  [[nodiscard]] uint32_t bytes(const AttnShape& s) const {
    const uint32_t q = rows() * (ceil_div(s.dk, 4) | 1u) * 16, k = kPage * (slice / 4 + 1) * 16;
    const uint32_t scores = 8 / row_groups * rows() * (kPage + 4) * 4, weights = rows() * (kPage / 4 + 1) * 16;
    return q + k + scores + weights + rows() * (8 + 1 + 1) * 4;
  }
};

/// A tile of at least n rows.
Tile tile_of_rows(int n) {
  Tile t;
  while (t.row_groups < 8 && n > static_cast<int>(4 * t.row_groups)) t.row_groups *= 2;
  t.rows_each = ceil_div(n, t.row_groups);
  return t;
}

/// Large GPUs have room for two workgroups of 40 KiB, others for one of what they promise.
uint32_t shared_budget(const Features& f) {
  return (f.shared_bytes >= 49152 ? 40960 : f.shared_bytes) - 64;  // less what stop.glsl takes
}

/// The largest tile that fits; one of no rows when even one row does not.
Tile choose_tile(const AttnShape& s, bool decode, const Features& features) {
  const int group = s.n_head / s.n_kv;
  const uint32_t budget = shared_budget(features);
  Tile t;
  for (int rows = decode ? std::min(group, kMaxHeads) : kPromptRows;; rows /= 2) {
    if (rows == 0) return Tile{0, 1, 32, 1, 1, 1};
    const int chunks = static_cast<int>(ceil_div(group, rows)), heads = static_cast<int>(ceil_div(group, chunks));
    t = tile_of_rows(decode ? heads : rows);
    t.heads = heads;
    t.chunks = chunks;
    t.tokens = decode ? 1 : rows / heads;
    if (t.bytes(s) <= budget) break;
  }
  for (uint32_t slice = 2 * t.slice; slice <= 128 && t.slice < static_cast<uint32_t>(s.dk); slice *= 2) {
    const uint32_t before = std::exchange(t.slice, slice);
    if (t.bytes(s) <= budget) continue;
    t.slice = before;
    break;
  }
  return t;
}

/// attention.comp's ALIGNED: what may be read and written in whole quads.
uint32_t alignment(const AttnShape& s) {
  const bool whole_k = s.dk % 4 == 0, whole_v = s.dv % 4 == 0;
  const uint64_t cache = address(s.kv.k) | address(s.kv.v) | s.kv.k_row_bytes | s.kv.v_row_bytes;
  const uint64_t unit = s.kv.type == KvDType::f32 ? 16 : s.kv.type == KvDType::f16 ? 8 : 2;
  return (whole_k && whole_v && cache % unit == 0 ? 1u : 0u) | (whole_k && address(s.q) % 16 == 0 ? 2u : 0u) |
         (whole_v && address(s.out) % 16 == 0 ? 4u : 0u);
}

Kernel attention_kernel(const AttnShape& s, const Tile& t) {
  const uint32_t groups = kLanes / ceil_div(s.dv, 4);
  uint32_t row_groups = 1;  // for the values: up to 8 rows each, while there are invocations
  while (t.rows() / row_groups > 8 && 2 * row_groups <= groups && t.rows() % (2 * row_groups) == 0) row_groups *= 2;
  Kernel kernel{Shader::attention};
  kernel.constants = {static_cast<uint32_t>(s.kv.type),
                      alignment(s),
                      static_cast<uint32_t>(s.dk),
                      static_cast<uint32_t>(s.dv),
                      t.rows_each,
                      t.row_groups,
                      t.slice,
                      t.rows() / row_groups,
                      std::min(kPage / 4, groups / row_groups)};
  return kernel;
}

struct AttnParams {
  uint64_t q, out, sinks, k, v, partial;
  uint32_t k_row_bytes, v_row_bytes;
  uint32_t n_head, n_kv;
  int32_t heads, chunks, tile_tokens, max_splits, window;
  float scale;
};

Cost attention_cost(const AttnShape& s, const Bucket& b, const Tile& t) {
  const double visible = s.window > 0 ? std::min(b.context, s.window + kPageTokens) : b.context;
  const double pairs = visible * b.tokens * s.n_head;
  const double rows = visible * ceil_div(b.tokens, t.tokens) * t.chunks;
  return {2 * pairs * (s.dk + s.dv), rows * static_cast<double>(s.kv.k_row_bytes + s.kv.v_row_bytes)};
}

AttnParams attention_params(const AttnShape& s, const Tile& t) {
  return {address(s.q),
          address(s.out),
          address(s.sinks),
          address(s.kv.k),
          address(s.kv.v),
          0,
          static_cast<uint32_t>(s.kv.k_row_bytes),
          static_cast<uint32_t>(s.kv.v_row_bytes),
          static_cast<uint32_t>(s.n_head),
          static_cast<uint32_t>(s.n_kv),
          t.heads,
          t.chunks,
          t.tokens,
          1,
          s.window,
          s.scale};
}

/// Most splits of a walk that ends within `context` positions.
uint32_t most_splits(const AttnShape& s, const Tile& t, int64_t context, int max_splits) {
  const int64_t widest = s.window + t.tokens - 1 + kPageTokens - 1;  // from a page border on
  const int64_t visible = s.window > 0 ? std::min(context, widest) : context;
  return visible <= kOneSplit ? 1 : std::min(static_cast<uint32_t>(max_splits), ceil_div(visible, kMinSplit));
}

/// Most splits of a walk. Those of decode depend on the shape alone; a prompt is split where it has too few tiles to fill a GPU.
int max_splits_of(const AttnShape& s, const Tile& t, const Bucket& b) {
  const int groups = s.n_kv * t.chunks;
  if (b.tokens <= kVectorTokens) return std::clamp(kGroups / groups, 4, kMaxSplits);
  return std::clamp(kGroups / (groups * static_cast<int>(ceil_div(b.tokens, t.tokens))), 1, kMaxSplits);
}

/// Bytes of the splits' shares for any bucket: max_splits_of() bounds tiles times splits.
size_t share_bytes(const AttnShape& s, const StepLimits& limits, const Features& features) {
  int64_t rows = 0;  // tokens times splits
  for (const bool decode : {true, false}) {
    const Tile t = choose_tile(s, decode, features);
    const int64_t groups = static_cast<int64_t>(s.n_kv) * t.chunks, fill = std::max<int64_t>(kGroups / groups, 1);
    rows = std::max(rows, decode ? std::min(limits.max_tokens, kVectorTokens) * std::clamp<int64_t>(fill, 4, kMaxSplits) : fill * t.tokens);
  }
  return static_cast<size_t>(rows * s.n_head) * (ceil_div(s.dv, 4) + 1) * 16;
}

/// Every tile of the bucket, in parts where a prompt is long.
void dispatch_tiles(Recorder& r, const AttnShape& s, const Tile& t, const AttnParams& p, uint32_t splits) {
  const Bucket& b = r.bucket();
  const Cost cost = attention_cost(s, b, t);
  const uint32_t tiles = ceil_div(b.tokens, t.tokens);
  const auto parts = std::clamp(static_cast<uint32_t>(std::ceil(cost.flops / kDispatchFlops)), 1u, r.decode() ? 1u : tiles);
  const uint32_t step = ceil_div(tiles, parts);
  for (uint32_t first = 0; first < tiles; first += step) {
    const uint32_t n = std::min(step, tiles - first);
    const double share = static_cast<double>(n) / tiles;
    r.dispatch(attention_kernel(s, t), p, {splits, static_cast<uint32_t>(s.n_kv * t.chunks), n}, {first},
               {cost.flops * share, cost.bytes * share});
  }
}

}  // namespace

void record_attention(Recorder& r, const AttnShape& s) {
  struct CombineParams {
    uint64_t out, partial;
    uint32_t n_head, dv;
    int32_t max_splits, window, tile_tokens;
    uint32_t unused = 0;
  };
  const Bucket& b = r.bucket();
  const Tile t = choose_tile(s, r.decode(), r.features());
  if (t.rows() == 0 || s.dv > kMaxValue)
    return r.refuse({ErrorCode::unsupported, fmt::format("Attention heads of {} and {} values are too wide for this device.", s.dk, s.dv),
                     "Choose another device."});
  const int64_t longest = static_cast<int64_t>(r.limits().max_pages) * kPageTokens;
  AttnParams p = attention_params(s, t);
  p.max_splits = max_splits_of(s, t, b);
  const uint32_t splits = most_splits(s, t, std::min<int64_t>(b.context, longest), p.max_splits);
  if (splits > 1) p.partial = r.scratch(Scratch::attention, share_bytes(s, r.limits(), r.features()));
  dispatch_tiles(r, s, t, p, splits);
  if (splits == 1) return;
  r.dispatch({Shader::attention_combine},
             CombineParams{p.out, p.partial, p.n_head, static_cast<uint32_t>(s.dv), p.max_splits, s.window, t.tokens},
             {ceil_div(s.dv, 128), p.n_head, static_cast<uint32_t>(b.tokens)});
}

void record(Recorder& r, const AttnGqaOp& op) {
  record_attention(r, {op.q, op.out, op.n_head, op.n_kv, op.head_k, op.head_v, op.scale, op.window, op.sinks, op.kv});
}

/// A head is a unit of its own, unless q8_0 blocks or a norm over the row tie several together.
void record(Recorder& r, const QkvStoreOp& op) {
  struct Params {
    uint64_t q, k, v, q_norm, k_norm, turns, cache_k, cache_v;
    uint32_t k_row_bytes, v_row_bytes, n_head, n_kv, head_k, head_v;
    uint32_t n_rot, rope, norm_row;
    uint32_t q_units, q_heads, k_units, k_heads;
    float eps, clamp, mscale;
  };
  const bool rotates = op.rope.kind != RopeKind::none;
  const bool row = op.norm_over == NormOver::row && (op.q_norm || op.k_norm);
  const uint32_t lanes = row ? 256 : 64;
  Params p{address(op.q),
           address(op.k),
           address(op.v),
           address(op.q_norm),
           address(op.k_norm),
           rotates ? r.turns(op.rope) : 0,
           address(op.kv.k),
           address(op.kv.v),
           static_cast<uint32_t>(op.kv.k_row_bytes),
           static_cast<uint32_t>(op.kv.v_row_bytes),
           static_cast<uint32_t>(op.n_head),
           static_cast<uint32_t>(op.n_kv),
           static_cast<uint32_t>(op.head_k),
           static_cast<uint32_t>(op.head_v),
           rotates ? static_cast<uint32_t>(op.rope.n_rot) : 0,
           static_cast<uint32_t>(op.rope.kind),
           row ? 1u : 0u,
           0,
           1,
           0,
           1,
           op.eps,
           op.clamp,
           op.rope.mscale};
  if (row) p.q_heads = p.n_head, p.k_heads = p.n_kv;
  // The heads of a unit are whole blocks: at most 32, as rows are.
  if (!row && op.kv.type == KvDType::q8_0) p.k_heads = 32 / std::gcd(32u, p.head_k);
  if (op.q_norm || op.clamp > 0 || rotates) p.q_units = p.n_head / p.q_heads;
  p.k_units = p.n_kv / p.k_heads;
  Kernel kernel{Shader::qkv_store};
  kernel.constants = {lanes, lanes, static_cast<uint32_t>(op.kv.type)};
  r.dispatch(kernel, p, {p.q_units + p.k_units + ceil_div(p.n_kv * p.head_v, 2 * lanes), static_cast<uint32_t>(r.bucket().tokens)});
}

}  // namespace engine::vulkan
