// Adapters: y = sum of scale * B (A x), in two dispatches (shaders/include/lora_rows.glsl says how rows are shared out). Ranks and
// the sets of tokens are read on the device; workgroups without an adapter return at once.
#include <algorithm>

#include "vulkan/recorder.h"

namespace engine::vulkan {
namespace {

constexpr int kPromptTile = 16, kDecodeTile = 4;  // rows that share the reads of A and B
constexpr int kOuts = 64;                         // shaders/lora_expand.comp: columns of a workgroup
constexpr int64_t kRowsAtOnce = 16384;            // rows whose hidden values are in scratch: 16 MiB
constexpr int64_t kTileRanks = 16;                // shaders/lora_shrink_tile.comp
constexpr int64_t kGroups = 2048;                 // workgroups that keep a large device busy

struct Params {
  uint64_t entries, x, offsets, pairs, y, hidden;
  int64_t x_token_stride, x_head_stride;
  uint32_t form, rows, in, out;
  uint32_t heads, n_experts, n_used, x_planned;
};

/// Rows of one head in this bucket, or in the largest step.
int64_t row_bound(const LoraOp& op, int64_t rows) {
  return op.form == LoraOp::Form::experts ? rows * op.n_used : rows;
}

/// Decoding experts have a row or two each: nothing to share.
uint32_t tile_of(const Recorder& r, const LoraOp& op) {
  if (r.bucket().tokens > kVectorTokens) return kPromptTile;
  return r.bucket().tokens == 1 || op.form == LoraOp::Form::experts ? 1 : kDecodeTile;
}

}  // namespace

void record(Recorder& r, const LoraOp& op) {
  const int64_t heads = op.form == LoraOp::Form::heads ? op.heads : 1;
  const bool table = op.form == LoraOp::Form::table, strided = op.form == LoraOp::Form::heads;
  Params p{address(op.entries),
           address(op.x),
           address(op.offsets),
           address(op.pairs),
           address(op.y),
           0,
           strided ? op.x_token_stride : op.in,
           strided ? op.x_head_stride : 0,
           static_cast<uint32_t>(op.form),
           static_cast<uint32_t>(op.rows),
           static_cast<uint32_t>(op.in),
           static_cast<uint32_t>(op.out),
           static_cast<uint32_t>(heads),
           static_cast<uint32_t>(op.n_experts),
           static_cast<uint32_t>(op.n_used),
           op.x_planned ? 1u : 0u};
  const uint32_t tile = tile_of(r, op);
  // A piece is whole tiles, so that rows are shared out alike however many pieces there are.
  const int64_t piece = std::max<int64_t>(tile, kRowsAtOnce / heads / kPromptTile * kPromptTile);
  if (!table) {
    const int64_t held = std::min(piece, row_bound(op, r.max_rows(op.rows)));
    p.hidden = r.scratch(Scratch::lora, static_cast<size_t>(held * heads) * kLoraRank * sizeof(float));
  }
  const Kernel shrink = r.decode() ? Kernel{Shader::lora_shrink, {tile}} : Kernel{Shader::lora_shrink_tile};
  const int64_t ranks = r.decode() ? kLoraRank / 2 : kLoraRank / kTileRanks;  // workgroups for the ranks of a tile, at most
  const int64_t rows = row_bound(op, r.rows(op.rows));
  for (int64_t first = 0; first < rows; first += piece) {
    const int64_t n = std::min(piece, rows - first);
    const Groups tiles{ceil_div(n, tile), 1, static_cast<uint32_t>(heads)};
    const auto work = static_cast<double>(n * heads) * kLoraRank * 2;
    if (!table) {
      Groups grid = tiles;
      grid.y = static_cast<uint32_t>(std::clamp<int64_t>(kGroups / (int64_t{grid.x} * grid.z), r.decode() ? 4 : 2, ranks));
      r.dispatch(shrink, p, grid, {static_cast<uint32_t>(first)},
                 {work * static_cast<double>(op.in), work * 2 / tile * static_cast<double>(op.in)});
    }
    Groups grid = tiles;
    grid.y = ceil_div(op.out, kOuts);
    r.dispatch({Shader::lora_expand, {tile}}, p, grid, {static_cast<uint32_t>(first)},
               {work * static_cast<double>(op.out), work * 2 / tile * static_cast<double>(op.out)});
  }
}

}  // namespace engine::vulkan
