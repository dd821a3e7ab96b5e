// The vector kernels of every weight type: products of weights with up to 16 activation rows. linear.cu chooses and launches them,
// linear_*.cu make them for a few types each (device/vector_product.cuh).
#pragma once

#include <array>

#include "cuda/recorder.h"

namespace engine::cuda {

/// One weight of a product: [experts][n][in], with what is added to its results.
struct VectorMatrix {
  const uint8_t* w;
  size_t row_stride, expert_stride;  // bytes
  const float* bias;                 // [experts][n]
  Addend addend;
  float* y;
  float* residual;  // [rows][n] grows by residual_scale times the results; null: nothing does
  float residual_scale;
  int64_t y_token, y_head;  // floats from one row of results to the next
  int n;
  int first_block;  // of the grid's x
  int other;        // 1: of the second type of the kernel
};

/// y = W x for 1..3 weights of one type that share x, or act(gate x, up x). Grid: blocks of weight rows; groups of tokens, or planned
/// rows; heads.
struct VectorParams {
  const float* x;
  int64_t x_token, x_head;  // floats
  int in;
  Rows rows;
  int units;    // of a row
  int chunk;    // units of x that a block keeps at once: even, a multiple of 64 when there are more
  int vectors;  // whether rows of x may be read in 16 bytes
  int aligned;  // whether rows of float weights may be
  int n_matrices;
  ActKind act;
  const int32_t* offsets;  // null: rows are tokens, else planned rows
  const int32_t* local;
  const int32_t* pairs;
  int n_experts, n_used;
  const unsigned char* prepared;  // x of steps of kPreparedRows, rounded once for all blocks
  RowsNorm norm;                  // of x
  VectorMatrix matrices[3];
};

/// MoeDownOp. Grid: blocks of weight rows, tokens.
struct VectorDownParams {
  VectorMatrix down;
  AddNormOp::Part beside;  // added to down.residual as well; data null: nothing is
  int beside_first;        // 1: before the result, 0: after it
  const float* h;
  const float* weights;
  const int32_t* offsets;
  const int32_t* local;
  const int32_t* pairs;
  int in, units, chunk, vectors, aligned;
  int n_experts, n_used;
  int kept;  // slots whose rows of h a block keeps at once: a multiple of 4; when less than all, `chunk` may be less than a row
};

/// Rounds activation rows once for all blocks of a product. Grid: units, rows, heads; a thread for every four values.
struct QuantizeParams {
  const float* x;
  int64_t x_token, x_head;  // floats
  int in, units, vectors;
  Rows rows;
  unsigned char* to;  // [rows][heads] tiles of one row (XTile)
};

/// Lanes that share a weight row.
inline constexpr std::array<int, 3> kTeams{8, 16, 32};
inline constexpr std::array<int, 4> kTokenSteps{1, 2, 4, 8};
/// Products of so many rows at once with quantised weights read them from QuantizeParams::to.
inline constexpr int kPreparedRows = 4;
inline constexpr int kMaxVectorThreads = 512;
/// Teams of a warp in moe_down: slots that are multiplied at once.
inline constexpr int kDownSlots = 4;

struct VectorKernels {
  struct Products {
    std::array<std::array<Kernel<VectorParams>, 4>, 3> kernels;  // [of kTeams][of kTokenSteps]
    std::array<size_t, 3> ring_bytes;                            // shared memory of a warp for weights: [of kTeams]
  };
  Products products[2];  // of one weight, of gate and up
  Kernel<VectorDownParams> down;
  int unit_weights;  // weights of a unit
  int group;         // units that a lane multiplies at once
  int unit_bytes;    // shared memory of a unit of x
};

/// Null for types without kernels.
const VectorKernels* vector_kernels(DType type);

/// Kernels for weights of two types that share x; null where there are none.
const VectorKernels::Products* mixed_kernels(DType type, DType other);

/// Those of two types; instantiated in linear_mixed.cu.
template <DType kType, DType kOther>
const VectorKernels::Products& mixed_kernels_of();

/// Those of one type; instantiated in linear_*.cu.
template <DType kType>
const VectorKernels& vector_kernels_of();

}  // namespace engine::cuda
