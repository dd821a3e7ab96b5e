// Adapters (ops.h, LoraOp): hidden = scale * A x, ranks of all parts behind each other, then y = B hidden, in two launches. Ranks and the
// sets of tokens are read on the device; blocks without an adapter return at once.
//
// A block works on a tile of consecutive rows of one head; rows of the tile with the same set and expert are computed together. The
// order of every sum depends on its row only while few tokens are decoded.
#include <algorithm>

#include "cuda/device/common.cuh"
#include "cuda/recorder.h"

namespace engine::cuda {
namespace {

constexpr int kPromptTile = 16, kDecodeTile = 4;          // rows that share the reads of A and B
constexpr int kThreads = 256, kWarps = kThreads / kWarp;  // of a rank of few rows
constexpr int kOuts = 64;                                 // columns of a block, one a thread
constexpr int64_t kRowsAtOnce = 16384;                    // rows whose hidden values are in scratch: 16 MiB
constexpr int64_t kBlocks = 2048;                         // that keep a large device busy

struct Params {
  LoraOp op;
  float* hidden;  // [rows from `first`][heads][kLoraRank]
  int first;      // row of this launch
  int heads;      // 1 unless the form has them
  bool vectors;   // rows of x are aligned to 16 bytes, and so are those of A if A is
};

template <int kRows>
struct Tile {
  int slot[kRows];       // adapter set; -1: nothing to do
  int expert[kRows];     // expert or head: which pair of matrices
  int source[kRows];     // row of x, or the id of the token
  unsigned mask[kRows];  // rows computed with this one, itself included; 0: an earlier one stands for it, or nothing to do
};

/// Expert of a planned row: the last one that begins at or before it.
__device__ inline int expert_of(const LoraOp& op, int row) {
  int low = 0, high = op.n_experts - 1;
  while (low < high) {
    const int middle = (low + high + 1) / 2;
    if (op.offsets[middle] <= row)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

__device__ inline int row_end(const LoraOp& op, const StepView* step) {
  return op.form == LoraOp::Form::experts ? op.offsets[op.n_experts] : row_count(op.rows, step);
}

/// What row i of the tile takes.
template <int kRows>
__device__ inline void find_row(const LoraOp& op, const StepView* step, int row, int head, int i, Tile<kRows>& tile) {
  int slot = -1, expert = head, source = row;
  if (row < row_end(op, step)) {
    const bool planned = op.form == LoraOp::Form::experts;
    const int token = planned ? op.pairs[row] / op.n_used : token_row(op.rows, row, step);
    slot = step->lora_slot[token];
    if (slot >= 0 && op.entries[slot].n_parts <= 0) slot = -1;
    if (planned && slot >= 0) expert = expert_of(op, row);
    if (planned && !op.x_planned) source = token;
    if (op.form == LoraOp::Form::table) source = step->tokens[token];
  }
  tile.slot[i] = slot;
  tile.expert[i] = expert;
  tile.source[i] = source;
}

/// Fills the tile of the block. Every thread calls it.
template <int kRows>
__device__ inline void find_rows(const LoraOp& op, const StepView* step, int first, int head, Tile<kRows>& tile) {
  const int i = static_cast<int>(threadIdx.x);
  if (i < kRows) find_row(op, step, first + i, head, i, tile);
  __syncthreads();
  if (i < kRows) {
    unsigned mask = 0;
    for (int j = 0; j < kRows; ++j) mask |= static_cast<unsigned>(tile.slot[j] == tile.slot[i] && tile.expert[j] == tile.expert[i]) << j;
    const bool stands = tile.slot[i] >= 0 && (mask & ((1u << i) - 1)) == 0;
    tile.mask[i] = stands ? mask : 0;
  }
  __syncthreads();
}

__device__ inline int part_count(const LoraEntry& entry) {
  return min(entry.n_parts, kLoraParts);
}

/// Ranks of all parts of a set.
__device__ inline int rank_of(const LoraEntry& entry) {
  int total = 0;
  for (int i = 0; i < part_count(entry); ++i) total += entry.parts[i].rank;
  return min(total, kLoraRank);
}

/// A row of A and the scale of its part; null: there are fewer ranks.
struct RankRow {
  const float* a;
  float scale;
};

/// Rank q of all parts.
__device__ inline RankRow find_rank(const LoraOp& op, const LoraEntry& entry, int q, int expert) {
  for (int i = 0; i < part_count(entry); ++i) {
    const LoraEntry::Part& part = entry.parts[i];
    if (q < part.rank) return {part.a + (static_cast<int64_t>(expert) * part.rank + q) * op.in, part.scale};
    q -= part.rank;
  }
  return {nullptr, 0};
}

template <int kRows>
__device__ inline const float* x_of(const LoraOp& op, const Tile<kRows>& tile, int j, int head) {
  return op.x + tile.source[j] * op.x_token_stride + head * op.x_head_stride;
}

/// Row of the whole op: what y is indexed by.
__device__ inline int64_t flat_row(const Params& p, int row, int head) {
  return static_cast<int64_t>(row) * p.heads + head;
}

__device__ inline float* hidden_of(const Params& p, int row, int head) {
  return p.hidden + flat_row(p, row - p.first, head) * kLoraRank;
}

__device__ inline float add_products(float sum, float4 a, float4 b) {
  return __fmaf_rn(a.w, b.w, __fmaf_rn(a.z, b.z, __fmaf_rn(a.y, b.y, __fmaf_rn(a.x, b.x, sum))));
}

/// This thread's share of the products of a row of A with the rows of `mask`.
template <int kRows>
__device__ inline void multiply_rank(const Params& p, const float* a, const Tile<kRows>& tile, unsigned mask, int head,
                                     float (&sums)[kRows]) {
  const int n = static_cast<int>(p.op.in);
  if (p.vectors && reinterpret_cast<uintptr_t>(a) % 16 == 0) {
#pragma unroll 4
    for (int i = static_cast<int>(threadIdx.x); i < n / 4; i += kThreads) {
      const float4 w = reinterpret_cast<const float4*>(a)[i];
#pragma unroll
      for (int j = 0; j < kRows; ++j)
        if (mask >> j & 1) sums[j] = add_products(sums[j], w, reinterpret_cast<const float4*>(x_of(p.op, tile, j, head))[i]);
    }
    return;
  }
  for (int i = static_cast<int>(threadIdx.x); i < n; i += kThreads) {
    const float w = a[i];
#pragma unroll
    for (int j = 0; j < kRows; ++j)
      if (mask >> j & 1) sums[j] = __fmaf_rn(w, x_of(p.op, tile, j, head)[i], sums[j]);
  }
}

/// Hidden values of few rows: a block takes a rank for all rows of its tile; those in y take the ranks in turn, as their number is only
/// known on the device. Bytes of a tile: rank * in * 4 * (1 + rows).
template <int kRows>
__global__ void __launch_bounds__(kThreads) shrink_few(Params p, const StepView* step) {
  begin_kernel();
  __shared__ Tile<kRows> tile;
  __shared__ float partial[2][kRows][kWarps];  // taken in turn: one barrier a rank
  const int first = p.first + static_cast<int>(blockIdx.x) * kRows, head = static_cast<int>(blockIdx.z);
  if (first >= row_end(p.op, step)) return;
  find_rows(p.op, step, first, head, tile);
  const int warp = static_cast<int>(threadIdx.x / kWarp), thread = static_cast<int>(threadIdx.x);
  int turn = 0;
  for (int leader = 0; leader < kRows; ++leader) {
    const unsigned mask = tile.mask[leader];
    if (mask == 0) continue;
    const LoraEntry& entry = p.op.entries[tile.slot[leader]];
    const int total = rank_of(entry);
    for (int q = static_cast<int>(blockIdx.y); q < total; q += static_cast<int>(gridDim.y)) {
      const RankRow rank = find_rank(p.op, entry, q, tile.expert[leader]);
      float sums[kRows] = {};
      multiply_rank(p, rank.a, tile, mask, head, sums);
      turn ^= 1;
#pragma unroll
      for (int j = 0; j < kRows; ++j) {
        const float sum = warp_sum(sums[j]);
        if (thread % 32 == 0) partial[turn][j][warp] = sum;
      }
      __syncthreads();
      if (thread >= kRows || (mask >> thread & 1) == 0) continue;
      float sum = partial[turn][thread][0];
      for (int w = 1; w < kWarps; ++w) sum = __fadd_rn(sum, partial[turn][thread][w]);
      hidden_of(p, first + thread, head)[q] = __fmul_rn(sum, rank.scale);
    }
  }
}

// A prompt's tile: kPromptTile rows and as many ranks. A team of threads takes every kTeams-th chunk of columns, each of them four rows of
// one rank, with x and A in shared memory.
constexpr int kRanks = 16, kOwn = 4, kTeam = kPromptTile / kOwn * kRanks, kTeams = 8, kTileThreads = kTeam * kTeams;
constexpr int kChunk = 32, kStride = kChunk + 4;  // floats; lanes read down a column: few from one bank
constexpr int kLoads = kPromptTile * kChunk / kTeam;

struct Chunk {
  float x[kPromptTile][kStride];
  float a[kRanks][kStride];
};

struct PromptTile {
  Tile<kPromptTile> rows;
  const float* x[kPromptTile];  // null: nothing to do
  RankRow ranks[kRanks];
  union {
    float4 aligned;
    Chunk chunks[kTeams];
    float sums[kTeams][kPromptTile][kRanks];
  };
};
static_assert(sizeof(PromptTile) <= 48 * 1024 && kPromptTile == kRanks);

/// Column `column` of the rows that this thread loads, 0 beyond the end.
__device__ inline void load_chunk(const PromptTile& tile, int column, int n, float (&x)[kLoads], float (&a)[kLoads]) {
  const int row = static_cast<int>(threadIdx.x) % kTeam / kChunk;
#pragma unroll
  for (int k = 0; k < kLoads; ++k) {
    const int i = row + k * (kTeam / kChunk);
    x[k] = column < n && tile.x[i] ? tile.x[i][column] : 0.0f;
    a[k] = column < n && tile.ranks[i].a ? tile.ranks[i].a[column] : 0.0f;
  }
}

/// The team's share of the products: rows kOwn * (thread / kRanks) .. of rank thread % kRanks. Every thread of the block calls it.
__device__ inline void multiply_tile(PromptTile& tile, int n, float (&sums)[kOwn]) {
  const int team = static_cast<int>(threadIdx.x) / kTeam, thread = static_cast<int>(threadIdx.x) % kTeam;
  const int column = thread % kChunk, row = thread / kChunk, rank = thread % kRanks, first = thread / kRanks * kOwn;
  Chunk& chunk = tile.chunks[team];
  float x[kLoads], a[kLoads];
  load_chunk(tile, team * kChunk + column, n, x, a);
  for (int c = 0; c < n; c += kTeams * kChunk) {
    __syncthreads();
#pragma unroll
    for (int k = 0; k < kLoads; ++k) {
      chunk.x[row + k * (kTeam / kChunk)][column] = x[k];
      chunk.a[row + k * (kTeam / kChunk)][column] = a[k];
    }
    __syncthreads();
    load_chunk(tile, c + (kTeams + team) * kChunk + column, n, x, a);
    // A sum for each chunk: long rows lose no digits.
    float part[kOwn] = {};
#pragma unroll
    for (int i = 0; i < kChunk; i += 4) {
      const float4 w = *reinterpret_cast<const float4*>(&chunk.a[rank][i]);
#pragma unroll
      for (int j = 0; j < kOwn; ++j) part[j] = add_products(part[j], w, *reinterpret_cast<const float4*>(&chunk.x[first + j][i]));
    }
#pragma unroll
    for (int j = 0; j < kOwn; ++j) sums[j] += part[j];
  }
}

/// Hidden values of the rows of `mask` for ranks q0 ..; every thread of the block calls it.
__device__ inline void shrink_ranks(const Params& p, const LoraEntry& entry, PromptTile& tile, int leader, int first, int head, int q0) {
  const int thread = static_cast<int>(threadIdx.x), total = rank_of(entry);
  const unsigned mask = tile.rows.mask[leader];
  __syncthreads();
  if (thread < kRanks) {
    tile.ranks[thread] = q0 + thread < total ? find_rank(p.op, entry, q0 + thread, tile.rows.expert[leader]) : RankRow{nullptr, 0};
    tile.x[thread] = mask >> thread & 1 ? x_of(p.op, tile.rows, thread, head) : nullptr;
  }
  __syncthreads();
  float sums[kOwn] = {};
  multiply_tile(tile, static_cast<int>(p.op.in), sums);
  __syncthreads();
  const int lane = thread % kTeam;
  for (int j = 0; j < kOwn; ++j) tile.sums[thread / kTeam][lane / kRanks * kOwn + j][lane % kRanks] = sums[j];
  __syncthreads();
  const int row = thread / kRanks, rank = thread % kRanks;
  if (row >= kPromptTile || (mask >> row & 1) == 0 || q0 + rank >= total) return;
  float sum = 0;
  for (int team = 0; team < kTeams; ++team) sum += tile.sums[team][row][rank];
  hidden_of(p, first + row, head)[q0 + rank] = sum * tile.ranks[rank].scale;
}

/// Hidden values of a prompt's rows; blocks in y take the ranks in turn. Bytes of a tile: rank * in * 4 + rows * in * 4 * rank / kRanks.
__global__ void __launch_bounds__(kTileThreads) shrink_prompt(Params p, const StepView* step) {
  begin_kernel();
  __shared__ PromptTile tile;
  const int first = p.first + static_cast<int>(blockIdx.x) * kPromptTile, head = static_cast<int>(blockIdx.z);
  if (first >= row_end(p.op, step)) return;
  find_rows(p.op, step, first, head, tile.rows);
  for (int leader = 0; leader < kPromptTile; ++leader) {
    if (tile.rows.mask[leader] == 0) continue;
    const LoraEntry& entry = p.op.entries[tile.rows.slot[leader]];
    const int total = rank_of(entry);
    for (int q0 = static_cast<int>(blockIdx.y) * kRanks; q0 < total; q0 += static_cast<int>(gridDim.y) * kRanks)
      shrink_ranks(p, entry, tile, leader, first, head, q0);
  }
}

/// Hidden values of row j of the tile, of ranks q0 .. of the set that are ranks 0 .. of `part`; of a table the row of A that belongs to the
/// token, which is not scaled yet.
template <int kRows>
__device__ inline const float* hidden_part(const Params& p, const Tile<kRows>& tile, const LoraEntry::Part& part, int row, int j, int head,
                                           int q0) {
  if (p.op.form == LoraOp::Form::table) return part.a + static_cast<int64_t>(tile.source[j]) * part.rank;
  return hidden_of(p, row, head) + q0;
}

/// Adds what one part brings to a column.
template <int kRows>
__device__ inline void expand_part(const Params& p, const Tile<kRows>& tile, const LoraEntry::Part& part, int rank, int q0, const float* b,
                                   unsigned mask, int first, int head, float (&sums)[kRows]) {
  const float scale = p.op.form == LoraOp::Form::table ? part.scale : 1.0f;
  const bool vectors = rank % 4 == 0 && part.rank % 4 == 0 && q0 % 4 == 0 && reinterpret_cast<uintptr_t>(part.b) % 16 == 0 &&
                       (p.op.form != LoraOp::Form::table || reinterpret_cast<uintptr_t>(part.a) % 16 == 0);
  if (vectors) {
#pragma unroll 4
    for (int r = 0; r < rank; r += 4) {
      const float4 w = *reinterpret_cast<const float4*>(b + r);
#pragma unroll
      for (int j = 0; j < kRows; ++j) {
        if ((mask >> j & 1) == 0) continue;
        const float4 h = *reinterpret_cast<const float4*>(hidden_part(p, tile, part, first + j, j, head, q0) + r);
        sums[j] = add_products(sums[j], w, make_float4(h.x * scale, h.y * scale, h.z * scale, h.w * scale));
      }
    }
    return;
  }
  for (int r = 0; r < rank; ++r) {
#pragma unroll
    for (int j = 0; j < kRows; ++j)
      if (mask >> j & 1) sums[j] = __fmaf_rn(b[r], hidden_part(p, tile, part, first + j, j, head, q0)[r] * scale, sums[j]);
  }
}

/// y: a thread has a column for all rows of the tile, ranks ascending. Bytes of a tile: out * rank * 4 + rows * (rank + out) * 4.
template <int kRows>
__global__ void __launch_bounds__(kOuts) expand(Params p, const StepView* step) {
  begin_kernel();
  __shared__ Tile<kRows> tile;
  const int first = p.first + static_cast<int>(blockIdx.x) * kRows, head = static_cast<int>(blockIdx.z);
  if (first >= row_end(p.op, step)) return;
  find_rows(p.op, step, first, head, tile);
  const int64_t column = static_cast<int64_t>(blockIdx.y) * kOuts + threadIdx.x;
  if (column >= p.op.out) return;
  for (int leader = 0; leader < kRows; ++leader) {
    const unsigned mask = tile.mask[leader];
    if (mask == 0) continue;
    const LoraEntry& entry = p.op.entries[tile.slot[leader]];
    float sums[kRows] = {};
    int q = 0;
    for (int i = 0; i < part_count(entry); ++i) {
      const LoraEntry::Part& part = entry.parts[i];
      const int rank = min(part.rank, kLoraRank - q);
      const float* const b = part.b + (tile.expert[leader] * p.op.out + column) * part.rank;
      expand_part(p, tile, part, rank, q, b, mask, first, head, sums);
      q += rank;
    }
#pragma unroll
    for (int j = 0; j < kRows; ++j)
      if (mask >> j & 1) p.op.y[flat_row(p, first + j, head) * p.op.out + column] = sums[j];
  }
}

/// Rows of one head in this bucket, or in the largest step.
int64_t row_bound(const LoraOp& op, int64_t rows) {
  return op.form == LoraOp::Form::experts ? rows * op.n_used : rows;
}

/// Decoding experts have a row or two each: nothing to share.
int tile_of(const Recorder& r, const LoraOp& op) {
  if (!r.decode()) return kPromptTile;
  return r.bucket().tokens == 1 || op.form == LoraOp::Form::experts ? 1 : kDecodeTile;
}

Params params_of(const LoraOp& op) {
  Params p{op, nullptr, 0, op.form == LoraOp::Form::heads ? op.heads : 1, false};
  if (op.form != LoraOp::Form::heads) {
    p.op.x_token_stride = op.in;
    p.op.x_head_stride = 0;
  }
  p.vectors = op.in % 4 == 0 && p.op.x_token_stride % 4 == 0 && p.op.x_head_stride % 4 == 0 && reinterpret_cast<uintptr_t>(op.x) % 16 == 0;
  return p;
}

void launch_shrink(Recorder& r, const Params& p, Grid grid, int tile) {
  const int64_t most = tile == kPromptTile ? kLoraRank / kRanks : kLoraRank / 2, least = tile == kPromptTile ? 2 : 4;
  const double rows = static_cast<double>(grid.x) * grid.z * tile, work = rows * kLoraRank * 2 * static_cast<double>(p.op.in);
  grid.y = static_cast<unsigned>(std::clamp(kBlocks / (int64_t{grid.x} * grid.z), least, most));
  const Cost cost{work, work * 2 / tile};
  if (tile == 1) return r.launch(shrink_few<1>, p, grid, kThreads, 0, cost);
  if (tile == kDecodeTile) return r.launch(shrink_few<kDecodeTile>, p, grid, kThreads, 0, cost);
  r.launch(shrink_prompt, p, grid, kTileThreads, 0, cost);
}

void launch_expand(Recorder& r, const Params& p, Grid grid, int tile) {
  const double rows = static_cast<double>(grid.x) * grid.z * tile, work = rows * kLoraRank * 2 * static_cast<double>(p.op.out);
  grid.y = ceil_div(p.op.out, kOuts);
  const Cost cost{work, work * 2 / tile};
  if (tile == 1) return r.launch(expand<1>, p, grid, kOuts, 0, cost);
  if (tile == kDecodeTile) return r.launch(expand<kDecodeTile>, p, grid, kOuts, 0, cost);
  r.launch(expand<kPromptTile>, p, grid, kOuts, 0, cost);
}

}  // namespace

void record(Recorder& r, const LoraOp& op) {
  const bool table = op.form == LoraOp::Form::table;
  Params p = params_of(op);
  const int tile = tile_of(r, op);
  // A piece is whole tiles, so that rows are shared out alike however many pieces there are.
  const int64_t piece = std::max<int64_t>(tile, kRowsAtOnce / p.heads / kPromptTile * kPromptTile);
  if (!table) {
    const int64_t held = std::min(piece, row_bound(op, r.max_rows(op.rows)));
    p.hidden = r.scratch_of<float>(Scratch::lora, static_cast<size_t>(held * p.heads) * kLoraRank);
  }
  const int64_t rows = row_bound(op, r.rows(op.rows));
  for (int64_t first = 0; first < rows; first += piece) {
    p.first = static_cast<int>(first);
    const Grid tiles{ceil_div(std::min(piece, rows - first), tile), 1, static_cast<unsigned>(p.heads)};
    if (!table) launch_shrink(r, p, tiles, tile);
    launch_expand(r, p, tiles, tile);
  }
}

}  // namespace engine::cuda
