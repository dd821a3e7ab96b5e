// What the parts of the matrix products share: parameters of the tile kernel, its shapes, and where its instances are.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/recorder.h"
#include "ops/ops.h"

namespace engine::cuda {

/// Rows of a weight, or of an expert or head of it.
struct WeightRows {
  const std::byte* data = nullptr;
  size_t row_stride = 0, expert_stride = 0;   // bytes
  int32_t row_bytes = 0, piece_quarters = 0;  // of a row; quarters of a byte of what a thread decodes in a step
  DType type = DType::f32;
};

/// How tiles are found and where their results go: bits of TileParams::form.
enum TileForm : uint32_t {
  kPaired = 1,    // sixteen tile rows of gate, the same sixteen of up, and so on
  kCombine = 2,   // y holds gate; the product is up
  kGrouped = 4,   // tiles come from the list of grouped rows
  kGather = 8,    // of planned rows: input rows are their tokens
  kScatter = 16,  // of planned rows: result rows are their pairs
};

/// A tile of rows grouped by expert. The list begins with one whose `first` is the number of tiles behind it.
struct RowTile {
  int32_t expert = 0;  // on this device
  int32_t first = 0;   // planned row
  int32_t count = 0;   // of rows
  int32_t unused = 0;
};

/// One product. [0] is the weight, or gate; [1] is up.
struct TileParams {
  WeightRows w[2];
  const std::byte* codes = nullptr;    // packed rows: [step of K][row][plane][64 bytes]
  const std::byte* records = nullptr;  // [plane][step of K][row][16 bytes]
  const float* bias[2] = {};
  Addend addend[2];
  float* y = nullptr;
  int64_t y_token = 0, y_head = 0;  // strides in floats
  const RowTile* tiles = nullptr;
  const int32_t* pairs = nullptr;
  float* partials = nullptr;     // [tile][split][elements of a tile]
  unsigned* counters = nullptr;  // [tile]
  int32_t in = 0, out = 0;
  int32_t packed_rows = 0;  // of `codes`, those of all heads
  int32_t head_rows = 0;    // packed rows of a head
  int32_t heads = 1;
  int32_t n_used = 1;
  int32_t splits = 1, split_steps = 0;  // parts of K that blocks of their own sum, and the steps of each
  uint32_t form = 0;
  Rows rows = Rows::tokens;
  ActKind act = ActKind::silu;
};

/// Weight rows and tokens of a tile; a block has two threads for each row.
struct TileShape {
  int rows = 64, tokens = 32;
  friend bool operator==(const TileShape&, const TileShape&) = default;
};
inline constexpr TileShape kSmallTile{64, 32}, kMiddleTile{64, 64}, kLargeTile{128, 128};

/// A kernel and the dynamic shared memory of its blocks.
struct TileKernel {
  Kernel<TileParams> kernel = nullptr;
  size_t shared = 0;
};

/// What a product is computed in; elements of K in a step, and planes of 64 bytes that a step of an input row has.
enum class TileMath { int8, half };
inline constexpr int step_elements(TileMath math) {
  return math == TileMath::int8 ? 64 : 32;
}
inline constexpr int input_planes(TileMath math) {
  return math == TileMath::int8 ? 1 : 2;
}
/// Records are one plane, or two where a minimum belongs to sixteen elements.
inline constexpr size_t kRecordBytes = 16;

/// Products of quantised weights without and with minima. `sixteen`: scales may change within 32 elements.
TileKernel int8_tiles(bool sixteen, TileShape shape);
TileKernel minima_tiles(bool sixteen, TileShape shape);
/// Products of float weights. `wide`: they do not fit f16.
TileKernel half_tiles(bool wide, TileShape shape);

}  // namespace engine::cuda
