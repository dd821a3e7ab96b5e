// Kernels of products with up to 16 activation rows (vector_kernels.h).
//
// A team of 8, 16 or 32 lanes multiplies a weight row (gate and up: a row of each) with kTokens rows of x that the block has in shared
// memory: lane l takes the groups of units l, l + kTeam, ... of the row, decodes each once and multiplies it with all tokens; the lanes'
// sums are added at the end. The order of all sums is fixed by kTeam, which depends on the weight only: batches of any size give equal
// bits. Bytes: the weights once for every kTokens tokens; x from the caches, once for every block.
#pragma once

#include <algorithm>
#include <array>
#include <type_traits>

#include "cuda/device/activation.cuh"
#include "cuda/device/weight_ring.cuh"
#include "cuda/vector_kernels.h"

namespace engine::cuda {

/// What a block works on: activation rows [first, first + live), with weights of `expert` (a head).
struct VectorPlace {
  int first, live, expert;
};

/// Planned rows of one expert are taken kTokens at a time by the blocks of the first of them; false for the others.
/// The whole block calls it.
template <int kTokens>
__device__ bool locate_planned(const VectorParams& p, VectorPlace& place) {
  __shared__ int found[3];  // expert on this device, first planned row, end
  const int row = static_cast<int>(blockIdx.y);
  if (row >= p.offsets[p.n_experts]) return false;
#pragma unroll 1
  for (int e = static_cast<int>(threadIdx.x); e < p.n_experts; e += static_cast<int>(blockDim.x)) {
    const int begin = p.offsets[e], end = p.offsets[e + 1];
    if (begin <= row && row < end) found[0] = p.local ? p.local[e] : e, found[1] = begin, found[2] = end;
  }
  __syncthreads();
  if ((row - found[1]) % kTokens != 0) return false;
  place = {row, min(kTokens, found[2] - row), found[0]};
  return true;
}

/// `count`: activation rows of the step, unless rows are planned.
template <int kTokens>
__device__ bool locate(const VectorParams& p, int count, VectorPlace& place) {
  if (p.offsets) return locate_planned<kTokens>(p, place);
  const int first = static_cast<int>(blockIdx.y) * kTokens;
  place = {first, min(kTokens, count - first), static_cast<int>(blockIdx.z)};
  return first < count;
}

/// Row of x of activation row r.
__device__ inline const float* x_row(const VectorParams& p, const VectorPlace& place, int r) {
  if (p.offsets) return p.x + static_cast<int64_t>(p.pairs[r] / p.n_used) * p.x_token;
  return p.x + r * p.x_token + place.expert * p.x_head;
}

/// The same row as quantize_rows numbers it.
__device__ inline int64_t prepared_row(const VectorParams& p, const VectorPlace& place, int r) {
  if (p.offsets) return p.pairs[r] / p.n_used;
  return static_cast<int64_t>(r) * gridDim.z + place.expert;
}

__device__ inline const uint8_t* weight_row(const VectorMatrix& m, int expert, int row) {
  return m.w + static_cast<size_t>(expert) * m.expert_stride + static_cast<size_t>(row) * m.row_stride;
}

/// Sum over the lanes of a team, the same bits in each of them.
template <int kTeam>
__device__ float team_sum(float v) {
#pragma unroll
  for (int flip = kTeam / 2; flip > 0; flip /= 2) v = __fadd_rn(v, __shfl_xor_sync(kAllLanes, v, flip));
  return v;
}

/// A step of a team's rows: where its units begin and how much of the rows is left from there on.
struct VectorStep {
  int lane;
  int first;    // unit of the tile
  int units;    // left
  int weights;  // left
  bool aligned;
};

/// Adds the products of a step with `kTokens` rows of a tile, from `row` of it on.
template <DType kType, int kMatrices, int kTeam, int kTokens>
__device__ void add_step(const uint8_t* const (&bytes)[kMatrices], const VectorStep& step, const XTile& tile, int row,
                         float (&sums)[kMatrices][kTokens]) {
  using O = Operand<kType>;
  if (O::template unit_of<kTeam>(step.lane, 0) >= step.units) return;
  typename O::Weights w[kMatrices][O::kGroup];
#pragma unroll
  for (int m = 0; m < kMatrices; ++m) O::template decode<kTeam>(bytes[m], step.lane, step.units, step.weights, step.aligned, w[m]);
#pragma unroll
  for (int h = 0; h < O::kGroup; ++h) {
    const int unit = O::template unit_of<kTeam>(step.lane, h);
    if (h > 0 && !O::kWholeGroups && unit >= step.units) return;
    const int place = O::place_of(tile, step.first + unit);
#pragma unroll
    for (int t = 0; t < kTokens; ++t)
#pragma unroll
      for (int m = 0; m < kMatrices; ++m) sums[m][t] = O::add(sums[m][t], w[m][h], tile, row + t, place);
  }
}

/// Fills a tile with the units [begin, begin + count) of the rows of x of a block: reads what quantize_rows has prepared, or rounds.
template <DType kType, int kTokens>
__device__ void fill_tile(const VectorParams& p, const VectorPlace& place, const XTile& tile, int begin, int count,
                          const RowNorm (&norms)[kTokens]) {
  using O = Operand<kType>;
  if constexpr (kTokens >= kPreparedRows && !is_float_type(kType)) {
    const int warps = static_cast<int>(blockDim.x / kWarp), warp = static_cast<int>(threadIdx.x / kWarp);
    const int each = max(1, warps / kTokens), row_units = (p.units + 1) / 2 * 2;  // warps of a row
    const int thread = warp % each * static_cast<int>(kWarp) + static_cast<int>(threadIdx.x % kWarp);
    for (int t = warp / each; t < place.live; t += warps / each)
      O::copy(tile, t, p.prepared + prepared_row(p, place, place.first + t) * row_units * O::kXBytes, row_units, begin, count, thread,
              each * static_cast<int>(kWarp));
  } else {
    for (int t = 0; t < place.live; ++t) {
      RowNorm norm;  // chosen, because an index would put them into memory
      if constexpr (kTokens <= kNormTokens) norm = t == 0 ? norms[0] : norms[kTokens - 1];
      O::fill(tile, t, x_row(p, place, place.first + t), begin, count, p.in, p.vectors, norm);
    }
  }
}

/// The bias and the addend of a result at `row` of activation row r.
__device__ inline float with_extras(float v, const VectorParams& p, const VectorMatrix& m, const VectorPlace& place, int r, int row,
                                    int slot) {
  if (m.bias) v = __fadd_rn(v, m.bias[static_cast<int64_t>(p.offsets ? place.expert : 0) * m.n + row]);
  if (!addend_active(m.addend, slot)) return v;
  const int64_t at = p.offsets ? r : static_cast<int64_t>(r) * gridDim.z + place.expert;
  return __fadd_rn(v, m.addend.data[at * m.n + row]);
}

/// The adapter set of activation row r, -1 where no addend could be read.
__device__ inline int slot_of(const VectorParams& p, bool needed, int r, const StepView* step) {
  if (!needed) return -1;
  return step->lora_slot[p.offsets ? p.pairs[r] / p.n_used : token_row(p.rows, r, step)];
}

/// Writes the result of activation row r. `residual`: of the result, before it grows.
template <int kMatrices>
__device__ void finish(const VectorParams& p, const VectorMatrix& m, const VectorPlace& place, int r, int row, const float (&v)[kMatrices],
                       float residual, const StepView* step) {
  float* y = m.y + r * m.y_token + (p.offsets ? 0 : place.expert * m.y_head) + row;
  if constexpr (kMatrices == 1) {
    const float result = with_extras(v[0], p, m, place, r, row, slot_of(p, m.addend.data, r, step));
    *y = result;
    if (m.residual) m.residual[static_cast<int64_t>(r) * m.n + row] = __fmaf_rn(m.residual_scale, result, residual);
  } else {
    const VectorMatrix& up = p.matrices[1];
    const int slot = slot_of(p, m.addend.data || up.addend.data, r, step);
    *y = activate(p.act, with_extras(v[0], p, m, place, r, row, slot), with_extras(v[1], p, up, place, r, row, slot));
  }
}

/// The products of a team's rows, one for each weight, with the rows of x of a block.
template <DType kType, int kMatrices, int kTeam, int kTokens>
class TeamProduct {
 public:
  using O = Operand<kType>;
  using Ring = WeightRing<kType, kMatrices, kTeam>;

  /// `shared` is that of the warp.
  __device__ TeamProduct(const VectorParams& p, unsigned char* shared)
      : p_(p), ring_(shared, O::bytes_of(p.in)), steps_(static_cast<unsigned>((p.units + kStepUnits - 1) / kStepUnits)) {}

  /// Begins to read the rows.
  __device__ void start(const uint8_t* const (&rows)[kMatrices]) {
#pragma unroll
    for (int m = 0; m < kMatrices; ++m) rows_[m] = rows[m];
    ring_.set_rows(rows);
#pragma unroll 1
    for (unsigned s = 0; s < Ring::kAhead; ++s) ring_.start(s, s, s < steps_);
  }

  /// Adds the units [begin, begin + count), which the tile has of all rows of x.
  __device__ void add(const XTile& tile, int begin, int count) {
    const unsigned end = static_cast<unsigned>((begin + count + kStepUnits - 1) / kStepUnits);
    for (unsigned s = static_cast<unsigned>(begin / kStepUnits); s < end; ++s) {
      ring_.wait();
      ring_.start(s + Ring::kAhead, s + Ring::kAhead, s + Ring::kAhead < steps_);
      const uint8_t* bytes[kMatrices];
#pragma unroll
      for (int m = 0; m < kMatrices; ++m) bytes[m] = ring_.bytes(s, s, m, rows_[m]);
      const int first = static_cast<int>(s) * kStepUnits;
      add_step<kType, kMatrices, kTeam, kTokens>(
          bytes, {ring_.lane(), first - begin, p_.units - first, p_.in - first * O::kWeights, p_.aligned != 0}, tile, 0, sums_);
    }
  }

  /// Ends what start() began.
  __device__ void abandon() {
    wait_copies<0>();
  }

  /// The results of row `lane` of x in the lanes below kTokens.
  __device__ void results(float (&mine)[kMatrices]) {
#pragma unroll
    for (int m = 0; m < kMatrices; ++m) {
      mine[m] = 0;
#pragma unroll
      for (int t = 0; t < kTokens; ++t) {
        const float sum = team_sum<kTeam>(sums_[m][t]);
        if (t == ring_.lane()) mine[m] = sum;
      }
    }
  }
  [[nodiscard]] __device__ int lane() const {
    return ring_.lane();
  }

 private:
  static constexpr int kStepUnits = Ring::Shape::kStepUnits;

  const VectorParams& p_;
  Ring ring_;
  unsigned steps_;
  const uint8_t* rows_[kMatrices];
  float sums_[kMatrices][kTokens] = {};
};

/// The rows of a team in weights of `expert`.
template <int kMatrices>
__device__ void team_rows(const VectorMatrix* matrices, int expert, int row, const uint8_t* (&rows)[kMatrices]) {
#pragma unroll
  for (int m = 0; m < kMatrices; ++m) rows[m] = weight_row(matrices[m], expert, min(row, matrices[0].n - 1));
}

/// Which of several weights a block multiplies.
__device__ inline int matrix_of_block(const VectorParams& p) {
  int o = 0;
  while (o + 1 < p.n_matrices && static_cast<int>(blockIdx.x) >= p.matrices[o + 1].first_block) ++o;
  return o;
}

/// The rows of the weight (gate and up: the weights) from `matrix` on that a block multiplies.
template <DType kType, int kMatrices, int kTeam, int kTokens>
class BlockProduct {
 public:
  /// Begins to read weights, unless which ones depends on the step, and the step: nothing writes them, they need not wait for the launch
  /// in front.
  __device__ BlockProduct(const VectorParams& p, const VectorMatrix& matrix, unsigned char* shared, const StepView* step)
      : p_(p),
        matrix_(matrix),
        product_(p, shared + threadIdx.x / kWarp * kRing),
        tile_bytes_(shared + blockDim.x / kWarp * kRing),
        count_(row_count(p.rows, step)) {
    const int teams = static_cast<int>(blockDim.x) / kTeam;
    row_ = (static_cast<int>(blockIdx.x) - matrix.first_block) * teams + static_cast<int>(threadIdx.x) / kTeam;
    if (!p.offsets) start(static_cast<int>(blockIdx.z));
  }

  __device__ void run(const StepView* step) {
    VectorPlace place;
    if (!locate<kTokens>(p_, count_, place)) return product_.abandon();
    if (p_.offsets) start(place.expert);
    const XTile tile(tile_bytes_, kTokens, p_.chunk);
    const int lane = product_.lane();
    const bool mine = row_ < matrix_.n && lane < place.live;
    // Read here, so that nothing waits for it at the end.
    float residual = 0;
    if (kMatrices == 1 && matrix_.residual && mine)
      residual = matrix_.residual[static_cast<int64_t>(place.first + lane) * matrix_.n + row_];
    RowNorm norms[kTokens];
    if constexpr (kTokens <= kNormTokens) {
      __shared__ float partials[kTokens * kWarp];
      if (p_.norm.weight) {
        const auto row = [&](int t) { return x_row(p_, place, place.first + min(t, place.live - 1)); };
        find_norms(p_.norm, p_.in, row, partials, norms);
        write_normed(p_.norm, p_.in, place.first, place.live, row, norms);
      }
    }
    for (int begin = 0; begin < p_.units; begin += p_.chunk) {
      const int count = min(p_.chunk, p_.units - begin);
      if (begin > 0) __syncthreads();
      fill_tile<kType, kTokens>(p_, place, tile, begin, count, norms);
      __syncthreads();
      product_.add(tile, begin, count);
    }
    float sums[kMatrices];
    product_.results(sums);
    if (mine) finish<kMatrices>(p_, matrix_, place, place.first + lane, row_, sums, residual, step);
  }

 private:
  using Product = TeamProduct<kType, kMatrices, kTeam, kTokens>;
  static constexpr int kRing = Product::Ring::Shape::kWarpBytes;

  __device__ void start(int expert) {
    const uint8_t* rows[kMatrices];
    team_rows<kMatrices>(&matrix_, expert, row_, rows);
    product_.start(rows);
  }

  const VectorParams& p_;
  const VectorMatrix& matrix_;
  Product product_;
  unsigned char* tile_bytes_;
  int count_, row_;
};

template <DType kType, int kMatrices, int kTeam, int kTokens>
__global__ void __launch_bounds__(kMaxVectorThreads, 1) vector_product(VectorParams p, const StepView* step) {
  HEARTH_DYNAMIC_SHARED(unsigned char, shared);
  BlockProduct<kType, kMatrices, kTeam, kTokens> product(p, p.matrices[kMatrices == 1 ? matrix_of_block(p) : 0], shared, step);
  begin_kernel();
  product.run(step);
}

/// Weights of two types that share x.
template <DType kType, DType kOther, int kTeam, int kTokens>
__global__ void __launch_bounds__(kMaxVectorThreads, 1) vector_mixed(VectorParams p, const StepView* step) {
  HEARTH_DYNAMIC_SHARED(unsigned char, shared);
  const VectorMatrix& matrix = p.matrices[matrix_of_block(p)];
  if (matrix.other) {
    BlockProduct<kOther, 1, kTeam, kTokens> product(p, matrix, shared, step);
    begin_kernel();
    product.run(step);
  } else {
    BlockProduct<kType, 1, kTeam, kTokens> product(p, matrix, shared, step);
    begin_kernel();
    product.run(step);
  }
}

/// The planned rows of a token, by slot: -1 where its expert is elsewhere.
struct DownSlots {
  int* rows;
  int* experts;  // on this device
};

/// Every thread looks through the pairs of its experts. The whole block calls it.
__device__ inline void find_slots(const VectorDownParams& p, const DownSlots& slots, int token) {
#pragma unroll 1
  for (int k = static_cast<int>(threadIdx.x); k < p.n_used; k += static_cast<int>(blockDim.x)) slots.rows[k] = -1;
  __syncthreads();
#pragma unroll 1
  for (int e = static_cast<int>(threadIdx.x); e < p.n_experts; e += static_cast<int>(blockDim.x)) {
    const int end = p.offsets[e + 1];
#pragma unroll 1
    for (int i = p.offsets[e]; i < end; ++i) {
      const int pair = p.pairs[i], slot = pair - token * p.n_used;
      if (slot < 0 || slot >= p.n_used) continue;
      slots.rows[slot] = i;
      slots.experts[slot] = p.local ? p.local[e] : e;
    }
  }
  __syncthreads();
}

/// The weighted sum over slots of the results of one weight row. A warp computes it, four slots at once, a team each.
template <DType kType>
class DownRow {
 public:
  static constexpr int kTeam = static_cast<int>(kWarp) / kDownSlots;
  using O = Operand<kType>;
  using Ring = WeightRing<kType, 1, kTeam>;

  __device__ DownRow(const VectorDownParams& p, const DownSlots& slots, unsigned char* shared, int row)
      : p_(p), slots_(slots), ring_(shared, O::bytes_of(p.in)), row_(row), steps_((p.units + kStepUnits - 1) / kStepUnits) {
    team_ = static_cast<int>(threadIdx.x % kWarp) / kTeam;
    aim(0);
#pragma unroll 1
    for (unsigned s = 0; s < Ring::kAhead; ++s) start_next();
  }

  /// Adds the units [begin, begin + count) of the slots from 4 * group on, whose rows of h the tile has from `kept` on.
  __device__ void add(const XTile& tile, int group, int kept, int begin, int count) {
    const uint8_t* rows[1] = {row_of(group)};
    for (int s = begin / kStepUnits; s * kStepUnits < begin + count; ++s) {
      ring_.wait();
      start_next();
      const int first = s * kStepUnits;
      if (rows[0]) {
        const uint8_t* bytes[1] = {ring_.bytes(done_, static_cast<unsigned>(s), 0, rows[0])};
        add_step<kType, 1, kTeam, 1>(bytes, {ring_.lane(), first - begin, p_.units - first, p_.in - first * O::kWeights, p_.aligned != 0},
                                     tile, kept + team_, sums_);
      }
      ++done_;
    }
  }

  /// Ends a group: adds its slots, the lower first, to the total.
  __device__ void close(int group, int token, int adapter) {
    const int mine = group * kDownSlots + team_;
    float v = team_sum<kTeam>(sums_[0][0]);
    sums_[0][0] = 0;
    if (present(mine)) v = with_slot_extras(v, mine, adapter);
#pragma unroll
    for (int i = 0; i < kDownSlots; ++i) {
      const float other = __shfl_sync(kAllLanes, v, i * kTeam);
      const int k = group * kDownSlots + i;
      if (present(k)) total_ = __fmaf_rn(p_.weights[static_cast<int64_t>(token) * p_.n_used + k], other, total_);
    }
  }
  [[nodiscard]] __device__ float total() const {
    return total_;
  }

 private:
  static constexpr int kStepUnits = Ring::Shape::kStepUnits;

  [[nodiscard]] __device__ bool present(int k) const {
    return k < p_.n_used && slots_.rows[k] >= 0;
  }
  __device__ const uint8_t* row_of(int group) const {
    const int k = group * kDownSlots + team_;
    return present(k) ? weight_row(p_.down, slots_.experts[k], row_) : nullptr;
  }
  __device__ void aim(int group) {
    const uint8_t* rows[1] = {row_of(group)};
    ring_.set_rows(rows);
  }
  __device__ void start_next() {
    const bool any = next_group_ * kDownSlots < p_.n_used;
    ring_.start(started_, static_cast<unsigned>(next_step_), any);
    ++started_;
    if (!any || ++next_step_ < steps_) return;
    next_step_ = 0;
    aim(++next_group_);
  }
  __device__ float with_slot_extras(float v, int k, int adapter) const {
    const VectorMatrix& m = p_.down;
    if (m.bias) v = __fadd_rn(v, m.bias[static_cast<int64_t>(slots_.experts[k]) * m.n + row_]);
    if (addend_active(m.addend, adapter)) v = __fadd_rn(v, m.addend.data[static_cast<int64_t>(slots_.rows[k]) * m.n + row_]);
    return v;
  }

  const VectorDownParams& p_;
  const DownSlots& slots_;
  Ring ring_;
  int row_, team_, steps_;
  int next_group_ = 0, next_step_ = 0;
  unsigned started_ = 0, done_ = 0;  // copies
  float sums_[1][1] = {}, total_ = 0;
};

/// Fills a tile with the units [begin, begin + count) of the slots [first, end) that are here.
template <DType kType>
__device__ void fill_slots(const VectorDownParams& p, const DownSlots& slots, const XTile& tile, int first, int end, int begin, int count) {
  for (int k = first; k < end; ++k)
    if (slots.rows[k] >= 0)
      Operand<kType>::fill(tile, k - first, p.h + static_cast<int64_t>(slots.rows[k]) * p.in, begin, count, p.in, p.vectors);
}

/// What a value of the residual stream becomes with a result of moe_down. Read early, so that nothing waits for it at the end.
class Growth {
 public:
  /// `mine`: whether this thread has a result, that of `row`.
  __device__ Growth(const VectorDownParams& p, int token, int row, bool mine) {
    if (!p.down.residual || !mine) return;
    const int64_t at = static_cast<int64_t>(token) * p.down.n + row;
    to_ = p.down.residual + at;
    value_ = *to_;
    if (!p.beside.data) return;
    beside_ = p.beside.data[at];
    scale_ = part_scale(p.beside, token);
  }

  /// Parts are added in the order of the add_norm that this stands for.
  __device__ void add(const VectorDownParams& p, float result) const {
    if (!to_) return;
    const bool beside = p.beside.data;
    float v = beside && p.beside_first ? __fmaf_rn(scale_, beside_, value_) : value_;
    v = __fmaf_rn(p.down.residual_scale, result, v);
    *to_ = beside && !p.beside_first ? __fmaf_rn(scale_, beside_, v) : v;
  }

 private:
  float* to_ = nullptr;
  float value_ = 0, beside_ = 0, scale_ = 0;
};

template <DType kType>
__global__ void __launch_bounds__(kMaxVectorThreads, 1) vector_down(VectorDownParams p, const StepView* step) {
  begin_kernel();
  using Row = DownRow<kType>;
  HEARTH_DYNAMIC_SHARED(unsigned char, shared);
  const int token = static_cast<int>(blockIdx.y);
  if (token >= step->n_tokens) return;
  const int warps = static_cast<int>(blockDim.x / kWarp), warp = static_cast<int>(threadIdx.x / kWarp);
  unsigned char* const tile_bytes = shared + warps * Row::Ring::Shape::kWarpBytes;
  const XTile tile(tile_bytes, p.kept, p.chunk);
  const int tile_end = (p.kept * p.chunk * Row::O::kXBytes + 15) / 16 * 16;
  DownSlots slots{reinterpret_cast<int*>(tile_bytes + tile_end), reinterpret_cast<int*>(tile_bytes + tile_end) + p.n_used};
  find_slots(p, slots, token);

  const int row = static_cast<int>(blockIdx.x) * warps + warp;
  Row sum(p, slots, shared + warp * Row::Ring::Shape::kWarpBytes, min(row, p.down.n - 1));
  const int adapter = p.down.addend.data ? step->lora_slot[token] : -1;
  const bool mine = row < p.down.n && threadIdx.x % kWarp == 0;
  const Growth growth(p, token, row, mine);
  for (int first = 0; first < p.n_used; first += kDownSlots) {
    for (int begin = 0; begin < p.units; begin += p.chunk) {
      const int count = min(p.chunk, p.units - begin);
      if (first % p.kept == 0 || p.chunk < p.units) {
        if (first > 0 || begin > 0) __syncthreads();
        fill_slots<kType>(p, slots, tile, first, min(first + p.kept, p.n_used), begin, count);
        __syncthreads();
      }
      sum.add(tile, first / kDownSlots, first % p.kept, begin, count);
    }
    sum.close(first / kDownSlots, token, adapter);
  }
  if (mine) p.down.y[static_cast<int64_t>(token) * p.down.n + row] = sum.total();
  growth.add(p, sum.total());
}

template <DType kType, int kMatrices, int kTeam>
constexpr std::array<Kernel<VectorParams>, 4> product_kernels() {
  return {vector_product<kType, kMatrices, kTeam, 1>, vector_product<kType, kMatrices, kTeam, 2>,
          vector_product<kType, kMatrices, kTeam, 4>, vector_product<kType, kMatrices, kTeam, 8>};
}
template <DType kType, int kMatrices>
constexpr VectorKernels::Products products_of() {
  return {{product_kernels<kType, kMatrices, 8>(), product_kernels<kType, kMatrices, 16>(), product_kernels<kType, kMatrices, 32>()},
          {RingShape<kType, kMatrices, 8>::kWarpBytes, RingShape<kType, kMatrices, 16>::kWarpBytes,
           RingShape<kType, kMatrices, 32>::kWarpBytes}};
}

template <DType kType>
const VectorKernels& vector_kernels_of() {
  static const VectorKernels kernels{{products_of<kType, 1>(), products_of<kType, 2>()},
                                     vector_down<kType>,
                                     Operand<kType>::kWeights,
                                     Operand<kType>::kGroup,
                                     Operand<kType>::kXBytes};
  return kernels;
}

template <DType kType, DType kOther, int kTeam>
constexpr std::array<Kernel<VectorParams>, 4> mixed_kernels() {
  return {vector_mixed<kType, kOther, kTeam, 1>, vector_mixed<kType, kOther, kTeam, 2>, vector_mixed<kType, kOther, kTeam, 4>,
          vector_mixed<kType, kOther, kTeam, 8>};
}

template <DType kType, DType kOther>
const VectorKernels::Products& mixed_kernels_of() {
  static_assert(Operand<kType>::kXBytes == Operand<kOther>::kXBytes && Operand<kType>::kGroup == Operand<kOther>::kGroup);
  constexpr auto ring = []<int kTeam>(std::integral_constant<int, kTeam>) {
    return static_cast<size_t>(std::max(RingShape<kType, 1, kTeam>::kWarpBytes, RingShape<kOther, 1, kTeam>::kWarpBytes));
  };
  static const VectorKernels::Products products{
      {mixed_kernels<kType, kOther, 8>(), mixed_kernels<kType, kOther, 16>(), mixed_kernels<kType, kOther, 32>()},
      {ring(std::integral_constant<int, 8>{}), ring(std::integral_constant<int, 16>{}), ring(std::integral_constant<int, 32>{})}};
  return products;
}

}  // namespace engine::cuda
