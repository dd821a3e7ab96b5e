// Products of steps with more than kVectorTokens tokens (recorder.h, record_matrix).
//
// Inputs are packed once for all weights that share them: for quantised weights as int8 with a scale for every 32 elements, for float
// weights as two halves with a power of two for every 32. Then tiles are multiplied on tensor cores (device/tiles.cuh). Where tiles are too
// few for the GPU, parts of K are summed by blocks of their own. Rows that a plan grouped by expert are cut into tiles on the device; as
// many blocks are launched as the bucket can need, and those without a tile end at once.
#include "cuda/matrix.h"

#include <algorithm>
#include <vector>

#include "cuda/device/pack.cuh"

namespace engine::cuda {
namespace {

// ---- Kernels

/// Rows to pack. Codes and records lie as TileParams says.
struct PackParams {
  const float* x = nullptr;
  int64_t token_stride = 0, head_stride = 0;  // floats
  const int32_t* count = nullptr;             // of the rows, on the device; null: those of the step
  std::byte *codes = nullptr, *records = nullptr;
  int32_t in = 0, packed_rows = 0, head_rows = 0;
  Rows rows = Rows::tokens;
};

inline constexpr int kPackThreads = 128;
/// Elements at .. at + 3 of a row, zeros behind its end.
__device__ float4 load_four(const float* row, int at, int in) {
  if (at + 4 <= in && reinterpret_cast<uintptr_t>(row + at) % 16 == 0) return *reinterpret_cast<const float4*>(row + at);
  float v[4];
  for (int i = 0; i < 4; ++i) v[i] = at + i < in ? row[at + i] : 0.0f;
  return make_float4(v[0], v[1], v[2], v[3]);
}

/// Row, and where the four elements of this thread begin, of a grid of {rows, pieces, heads}; false for rows that are not there.
__device__ bool find_row(const PackParams& p, const StepView* step, const float*& row, int& at, size_t& packed) {
  const int r = static_cast<int>(blockIdx.x), head = static_cast<int>(blockIdx.z);
  if (r >= (p.count ? *p.count : row_count(p.rows, step))) return false;
  row = p.x + r * p.token_stride + head * p.head_stride;
  at = (static_cast<int>(blockIdx.y) * kPackThreads + static_cast<int>(threadIdx.x)) * 4;
  packed = static_cast<size_t>(head) * static_cast<size_t>(p.head_rows) + static_cast<size_t>(r);
  return true;
}

/// int8, four elements by a thread.
__global__ void pack_int8(PackParams p, const StepView* step) {
  begin_kernel();
  const float* row;
  int at;
  size_t packed;
  if (!find_row(p, step, row, at, packed)) return;
  pack_four({p.codes, p.records, p.packed_rows, p.in}, packed, at, load_four(row, at, p.in));
}

/// f16: a plane of the halves nearest to x / scale, one of what is left; the scale is a power of two that brings the largest of 32 below 1.
__global__ void pack_half(PackParams p, const StepView* step) {
  begin_kernel();
  const float* row;
  int at;
  size_t packed;
  if (!find_row(p, step, row, at, packed)) return;
  const float4 v = load_four(row, at, p.in);
  const unsigned exponent = min(__float_as_uint(top_of_block(v)) >> 23, 252u);
  const float inverse = __uint_as_float((253u - exponent) << 23);
  const float scaled[4] = {v.x * inverse, v.y * inverse, v.z * inverse, v.w * inverse};
  uint16_t high[4];
  float rest[4];
  for (int i = 0; i < 4; ++i) {
    high[i] = float_to_half(scaled[i]);
    rest[i] = scaled[i] - half_to_float(high[i]);
  }
  const int steps = (p.in + 31) / 32, k = at / 32;
  if (k >= steps) return;
  const size_t where = static_cast<size_t>(k) * static_cast<size_t>(p.packed_rows) + packed;
  std::byte* const to = p.codes + where * 128 + static_cast<size_t>(at % 32 * 2);
  *reinterpret_cast<uint2*>(to) =
      make_uint2(high[0] | static_cast<unsigned>(high[1]) << 16, high[2] | static_cast<unsigned>(high[3]) << 16);
  *reinterpret_cast<uint2*>(to + 64) = make_uint2(pack_halves(rest[0], rest[1]), pack_halves(rest[2], rest[3]));
  if (at % 32 == 0) *reinterpret_cast<float*>(p.records + where * kRecordBytes) = __uint_as_float((exponent + 1u) << 23);
}

struct ListParams {
  const int32_t *offsets = nullptr, *pairs = nullptr, *local = nullptr;
  RowTile* tiles = nullptr;
  int32_t* row_of = nullptr;  // [pair] its planned row or -1; null: not wanted
  int32_t n_experts = 0, n_used = 0, tile_tokens = 0;
};

inline constexpr int kListThreads = 256;

/// Sum of v over the threads up to this one.
__device__ int sum_up_to(int v, int* totals) {
  const int id = static_cast<int>(threadIdx.x);
  for (int reach = 1; reach < kListThreads; reach *= 2) {
    totals[id] = v;
    __syncthreads();
    if (id >= reach) v += totals[id - reach];
    __syncthreads();
  }
  return v;
}

/// Cuts the rows of every expert into tiles. One block.
__global__ void list_tiles(ListParams p, const StepView* step) {
  begin_kernel();
  __shared__ int totals[kListThreads];
  const int id = static_cast<int>(threadIdx.x);
  int before = 0;  // tiles of earlier experts
  for (int begin = 0; begin < p.n_experts; begin += kListThreads) {
    const int e = begin + id;
    const int first = e < p.n_experts ? p.offsets[e] : 0, last = e < p.n_experts ? p.offsets[e + 1] : 0;
    const int count = (last - first + p.tile_tokens - 1) / p.tile_tokens, up_to = sum_up_to(count, totals);
    int at = before + up_to - count;
    const int expert = count > 0 && p.local ? p.local[e] : e;
    for (int row = first; row < last; row += p.tile_tokens) p.tiles[1 + at++] = {expert, row, min(last - row, p.tile_tokens), 0};
    totals[id] = up_to;
    __syncthreads();
    before += totals[kListThreads - 1];
    __syncthreads();
  }
  if (id == 0) p.tiles[0] = {0, before, 0, 0};
  if (!p.row_of) return;
  const int pairs = step->n_tokens * p.n_used, planned = p.offsets[p.n_experts];
  for (int i = id; i < pairs; i += kListThreads) p.row_of[i] = -1;
  __syncthreads();
  for (int r = id; r < planned; r += kListThreads) p.row_of[p.pairs[r]] = r;
}

struct SumParams {
  const float *rows = nullptr, *weights = nullptr;
  const int32_t* row_of = nullptr;  // null: every pair is planned
  float* y = nullptr;
  int32_t dim = 0, n_used = 0;
};

inline constexpr int kSumThreads = 128;

/// y[t] = sum over slots, ascending, of weights[t][slot] * rows[t * n_used + slot]; rows of pairs that are not planned are not read.
__global__ void sum_slots(SumParams p, const StepView* step) {
  begin_kernel();
  const int o = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x), token = static_cast<int>(blockIdx.y);
  if (token >= step->n_tokens || o >= p.dim) return;
  float sum = 0;
  for (int slot = 0; slot < p.n_used; ++slot) {
    const int64_t pair = static_cast<int64_t>(token) * p.n_used + slot;
    if (p.row_of && p.row_of[pair] < 0) continue;
    sum = __fmaf_rn(p.weights[pair], p.rows[pair * p.dim + o], sum);
  }
  p.y[static_cast<int64_t>(token) * p.dim + o] = sum;
}

// ---- Types

bool is_float(DType type) {
  return type == DType::f32 || type == DType::f16 || type == DType::bf16;
}
bool has_minima(DType type) {
  return type == DType::q4_1 || type == DType::q5_1 || type == DType::q2_k || type == DType::q4_k || type == DType::q5_k;
}
bool scales_sixteen(DType type) {
  return type == DType::q2_k || type == DType::q3_k || type == DType::q6_k;
}
bool is_known(DType type) {
  constexpr DType kPlain[] = {DType::q4_0,   DType::q5_0,  DType::q8_0,  DType::iq4_nl,
                              DType::iq4_xs, DType::mxfp4, DType::tq1_0, DType::tq2_0};
  return is_float(type) || has_minima(type) || scales_sixteen(type) ||
         std::find(std::begin(kPlain), std::end(kPlain), type) != std::end(kPlain);
}
TileMath math_of(DType type) {
  return is_float(type) ? TileMath::half : TileMath::int8;
}

/// False, and the recording refused, for types without kernels.
bool accept(Recorder& r, const Weight& w) {
  if (is_known(w.type)) return true;
  r.refuse(
      {ErrorCode::unsupported, std::string("This GPU backend cannot compute with weights of the type ") + dtype_name(w.type) + ".", ""});
  return false;
}

// ---- Inputs

/// Rows before they are packed.
struct Input {
  const float* x = nullptr;
  int64_t in = 0, token_stride = 0, head_stride = 0;  // floats
  Rows rows = Rows::tokens;
  int heads = 1;
  int64_t bucket_rows = 0, max_rows = 0;  // without heads
  const int32_t* count = nullptr;         // of the rows, on the device; null: those of the step
};

/// Inputs of the products of one op, packed for each arithmetic that one of them takes.
class Packed {
 public:
  explicit Packed(const Input& x) : x_(x) {}

  void want(TileMath math) { wanted_[index(math)] = true; }

  /// The rows are in int8 already, where rounded() says.
  void is_rounded() { rounded_ = true; }

  /// Where the rows go in int8; none if nobody wants them so.
  RoundedRows rounded(Recorder& r) {
    if (!wanted_[index(TileMath::int8)]) return {};
    place(r);
    std::byte* const codes = base_ + offsets_[index(TileMath::int8)];
    return {RoundedRows::Form::matrix, codes, codes + code_bytes(TileMath::int8), static_cast<int>(x_.bucket_rows * x_.heads)};
  }

  void pack(Recorder& r) {
    place(r);
    bool first = true;
    for (const TileMath math : kMaths) {
      if (!wanted_[index(math)] || (math == TileMath::int8 && rounded_)) continue;
      if (!first) r.independent();
      first = false;
      launch(r, math);
    }
  }

  /// Makes the rows the input of a product.
  void set(TileParams& p, TileMath math) const {
    p.codes = base_ + offsets_[index(math)];
    p.records = p.codes + code_bytes(math);
    p.in = static_cast<int32_t>(x_.in);
    p.rows = x_.rows;
    p.heads = x_.heads;
    p.packed_rows = static_cast<int32_t>(x_.bucket_rows * x_.heads);
    p.head_rows = static_cast<int32_t>(x_.bucket_rows);
  }

 private:
  void place(Recorder& r) {
    size_t bytes = 0;
    for (const TileMath math : kMaths) {
      offsets_[index(math)] = bytes;
      if (wanted_[index(math)]) bytes += static_cast<size_t>(x_.max_rows) * static_cast<size_t>(x_.heads) * row_bytes(math);
    }
    base_ = r.scratch(Scratch::activations, bytes);
  }

  static constexpr TileMath kMaths[] = {TileMath::int8, TileMath::half};
  static size_t index(TileMath math) { return static_cast<size_t>(math); }
  [[nodiscard]] size_t steps(TileMath math) const { return ceil_div(x_.in, step_elements(math)); }
  /// Codes, then two planes of records.
  [[nodiscard]] size_t row_bytes(TileMath math) const {
    return steps(math) * (64 * static_cast<size_t>(input_planes(math)) + 2 * kRecordBytes);
  }
  [[nodiscard]] size_t code_bytes(TileMath math) const {
    return static_cast<size_t>(x_.bucket_rows) * static_cast<size_t>(x_.heads) * steps(math) * 64 * static_cast<size_t>(input_planes(math));
  }

  void launch(Recorder& r, TileMath math) const {
    PackParams p;
    p.x = x_.x, p.in = static_cast<int32_t>(x_.in), p.rows = x_.rows, p.count = x_.count;
    p.token_stride = x_.token_stride, p.head_stride = x_.head_stride;
    p.codes = base_ + offsets_[index(math)], p.records = p.codes + code_bytes(math);
    p.packed_rows = static_cast<int32_t>(x_.bucket_rows * x_.heads), p.head_rows = static_cast<int32_t>(x_.bucket_rows);
    const auto padded = static_cast<int64_t>(steps(math)) * step_elements(math);
    const Grid grid{static_cast<unsigned>(x_.bucket_rows), ceil_div(padded, 4 * kPackThreads), static_cast<unsigned>(x_.heads)};
    const double elements = static_cast<double>(x_.in) * static_cast<double>(x_.bucket_rows) * x_.heads;
    r.launch(math == TileMath::int8 ? pack_int8 : pack_half, p, grid, kPackThreads, 0, {elements, elements * 5.5});
  }

  Input x_;
  bool wanted_[2] = {}, rounded_ = false;
  size_t offsets_[2] = {};
  std::byte* base_ = nullptr;
};

Input step_rows(const Recorder& r, const float* x, int64_t in, Rows rows) {
  return {x, in, in, 0, rows, 1, r.rows(rows), r.max_rows(rows), nullptr};
}

// ---- Products

struct Product {
  TileParams p;
  TileMath math = TileMath::int8;
  bool sixteen = false, minima = false, wide = false;  // what the kernel must know of the types
  TileShape shape;
  int64_t rows = 0;         // of the bucket, without heads
  int64_t tiles = 0;        // along the tokens
  double weight_bytes = 0;  // read once
};

TileKernel kernel_of(const Product& q, TileShape shape) {
  if (q.math == TileMath::half) return half_tiles(q.wide, shape);
  return q.minima ? minima_tiles(q.sixteen, shape) : int8_tiles(q.sixteen, shape);
}

int64_t row_tiles(const Product& q, TileShape shape) {
  return ceil_div(q.p.out, q.p.form & kPaired ? shape.rows / 2 : shape.rows);
}

bool fits(const Recorder& r, const Product& q, TileShape shape) {
  return kernel_of(q, shape).shared <= r.features().shared_bytes;
}

/// A shape for tiles of up to `rows` tokens: large ones where they are enough to keep the GPU busy.
TileShape choose_shape(const Recorder& r, const Product& q, int64_t rows, int64_t groups) {
  const int64_t large = ceil_div(rows, kLargeTile.tokens) * row_tiles(q, kLargeTile) * groups;
  if (rows > kMiddleTile.tokens && large >= r.features().processors && fits(r, q, kLargeTile)) return kLargeTile;
  return rows > kSmallTile.tokens && fits(r, q, kMiddleTile) ? kMiddleTile : kSmallTile;
}

constexpr int64_t kBlocksOfProcessor = 4;  // that a product should have, where splits of K can bring them
constexpr int64_t kLeastSteps = 8;         // of a split
constexpr int kProducts = 3;               // of an op that may run at the same time

/// Splits K where tiles are few. `index`: of the product in its op.
void split(Recorder& r, Product& q, int index) {
  const int64_t steps = ceil_div(q.p.in, step_elements(q.math)), blocks = q.tiles * row_tiles(q, q.shape);
  const int64_t wanted = kBlocksOfProcessor * r.features().processors;
  if (q.shape == kLargeTile || q.p.heads > 1 || blocks * 2 > wanted) return;
  const int64_t splits = std::min(wanted / blocks, steps / kLeastSteps);
  if (splits < 2) return;
  q.p.split_steps = static_cast<int32_t>(ceil_div(steps, splits));
  q.p.splits = static_cast<int32_t>(ceil_div(steps, q.p.split_steps));
  const auto n = static_cast<size_t>(wanted);
  const size_t sums = n * static_cast<size_t>(kMiddleTile.rows * kMiddleTile.tokens);
  q.p.partials = r.scratch_of<float>(Scratch::sums, kProducts * sums) + static_cast<size_t>(index) * sums;
  q.p.counters = r.scratch_of<unsigned>(Scratch::counters, kProducts * n) + static_cast<size_t>(index) * n;
}

void multiply(Recorder& r, const Product& q) {
  const TileKernel kernel = kernel_of(q, q.shape);
  const unsigned depth = static_cast<unsigned>(q.p.splits > 1 ? q.p.splits : q.p.heads);
  const double rows = static_cast<double>(q.rows) * q.p.heads;
  const Cost cost{2.0 * q.p.in * q.p.out * rows * (q.p.form & kPaired ? 2 : 1), q.weight_bytes + rows * (q.p.in + 4.0 * q.p.out)};
  r.launch(kernel.kernel, q.p, {static_cast<unsigned>(q.tiles), static_cast<unsigned>(row_tiles(q, q.shape)), depth},
           static_cast<unsigned>(2 * q.shape.rows), kernel.shared, cost);
}

void set_weight(Product& q, int which, const Weight& w, const float* bias, const Addend& addend) {
  const DTypeInfo& info = dtype_info(w.type);
  const int elements = step_elements(math_of(w.type)) / 2;
  q.p.w[which] = {w.data,
                  w.row_stride,
                  w.expert_stride,
                  static_cast<int32_t>(row_bytes(w.type, w.in)),
                  4 * info.block_bytes * elements / info.block_elems,
                  w.type};
  q.p.bias[which] = bias;
  q.p.addend[which] = addend;
  q.p.out = static_cast<int32_t>(w.out);
  q.math = math_of(w.type);
  q.sixteen |= scales_sixteen(w.type);
  q.minima |= has_minima(w.type);
  q.wide |= w.type != DType::f16;
}

/// Products of gate and up, by `Op` with gate, up, their biases and addends: one, or where one of them is a float weight and the other is
/// not, gate alone and then up on what gate left in y.
template <class Op>
std::vector<Product> gated_products(const Op& op, const Product& base) {
  if (math_of(op.gate.type) == math_of(op.up.type)) {
    Product q = base;
    set_weight(q, 0, op.gate, op.gate_bias, op.gate_addend);
    set_weight(q, 1, op.up, op.up_bias, op.up_addend);
    q.p.form |= kPaired;
    return {q};
  }
  std::vector<Product> both(2, base);
  set_weight(both[0], 0, op.gate, op.gate_bias, op.gate_addend);
  set_weight(both[1], 0, op.up, op.up_bias, op.up_addend);
  both[1].p.form |= kCombine;
  return both;
}

// ---- Rows grouped by expert

struct Grouping {
  const int32_t *offsets, *pairs, *local;
  int n_experts, n_used;
};

/// Where the list of tiles is, and the planned row of each pair (null where every pair is planned).
struct GroupScratch {
  RowTile* tiles;
  int32_t* row_of;
};

GroupScratch group_scratch(Recorder& r, const Grouping& g) {
  const size_t pairs = static_cast<size_t>(r.limits().max_tokens) * static_cast<size_t>(g.n_used);
  // Whole tiles and a broken one for each expert, behind their number.
  const size_t tiles = sizeof(RowTile) * (1 + pairs / static_cast<size_t>(kSmallTile.tokens) + static_cast<size_t>(g.n_experts));
  std::byte* const base = r.scratch(Scratch::tiles, tiles + pairs * sizeof(int32_t));
  return {reinterpret_cast<RowTile*>(base), g.local ? reinterpret_cast<int32_t*>(base + tiles) : nullptr};
}

void list(Recorder& r, const Grouping& g, const GroupScratch& s, TileShape shape) {
  const ListParams p{g.offsets, g.pairs, g.local, s.tiles, s.row_of, g.n_experts, g.n_used, shape.tokens};
  r.launch(list_tiles, p, {}, kListThreads);
}

void set_grouping(const Recorder& r, Product& q, const Grouping& g, const GroupScratch& s) {
  q.p.tiles = s.tiles;
  q.p.pairs = g.pairs;
  q.p.n_used = g.n_used;
  q.p.form |= kGrouped;
  q.rows = int64_t{r.bucket().tokens} * g.n_used;
}

/// The shape for as many rows as an expert has on average: most should fit one tile, or their weights are decoded again.
TileShape grouped_shape(const Recorder& r, const Product& q, const Grouping& g) {
  constexpr int64_t kFewRows = 20, kSomeRows = 80;
  const int64_t average = ceil_div(q.rows, g.n_experts);
  const int64_t rows = average <= kFewRows ? kSmallTile.tokens : average <= kSomeRows ? kMiddleTile.tokens : average;
  return choose_shape(r, q, rows, std::min<int64_t>(g.n_experts, q.rows));
}

/// The most tiles the bucket can need.
int64_t most_tiles(const Product& q, const Grouping& g, TileShape shape) {
  return std::min<int64_t>(q.rows, q.rows / shape.tokens + std::min<int64_t>(g.n_experts, q.rows));
}

/// Bytes of the experts that rows of the bucket can choose.
double expert_bytes(const Recorder& r, const Grouping& g, const Weight& w) {
  return static_cast<double>(w.bytes()) * std::min(1.0, static_cast<double>(r.bucket().tokens) * g.n_used / g.n_experts);
}

/// Packs and multiplies products that share rows.
void multiply_all(Recorder& r, Packed& x, std::vector<Product>& products) {
  for (const Product& q : products) x.want(q.math);
  x.pack(r);
  for (size_t i = 0; i < products.size(); ++i) {
    Product& q = products[i];
    x.set(q.p, q.math);
    q.shape = choose_shape(r, q, q.rows, q.p.heads);
    q.tiles = ceil_div(q.rows, q.shape.tokens);
    split(r, q, static_cast<int>(i));
    if (i > 0 && !(q.p.form & kCombine)) r.independent();
    multiply(r, q);
  }
}

}  // namespace

RoundedRows matrix_rows(Recorder& r, const LinearOp& op) {
  Packed x(step_rows(r, op.x, op.in, op.rows));
  for (int i = 0; i < op.n_outs; ++i) x.want(math_of(op.outs[i].w.type));
  return x.rounded(r);
}

RoundedRows matrix_rows(Recorder& r, const LinearGluOp& op) {
  Packed x(step_rows(r, op.x, op.gate.in, Rows::tokens));
  x.want(math_of(op.gate.type)), x.want(math_of(op.up.type));
  return x.rounded(r);
}

void record_matrix(Recorder& r, const LinearOp& op, bool rounded) {
  if (r.rows(op.rows) == 0) return;
  Packed x(step_rows(r, op.x, op.in, op.rows));
  if (rounded) x.is_rounded();
  std::vector<Product> products;
  for (int i = 0; i < op.n_outs; ++i) {
    const LinearOp::Out& out = op.outs[i];
    if (!accept(r, out.w)) return;
    Product q;
    set_weight(q, 0, out.w, out.bias, out.addend);
    q.p.y = out.y;
    q.p.y_token = out.w.out;
    q.rows = r.rows(op.rows);
    q.weight_bytes = static_cast<double>(out.w.bytes());
    products.push_back(q);
  }
  multiply_all(r, x, products);
}

void record_matrix(Recorder& r, const LinearGluOp& op, bool rounded) {
  if (!accept(r, op.gate) || !accept(r, op.up)) return;
  Packed x(step_rows(r, op.x, op.gate.in, Rows::tokens));
  if (rounded) x.is_rounded();
  Product base;
  base.p.y = op.y;
  base.p.y_token = op.gate.out;
  base.p.act = op.act;
  base.rows = r.bucket().tokens;
  base.weight_bytes = static_cast<double>(op.gate.bytes() + op.up.bytes());
  std::vector<Product> products = gated_products(op, base);
  multiply_all(r, x, products);
}

void record_matrix(Recorder& r, const LinearHeadsOp& op) {
  if (!accept(r, op.w)) return;
  Input input = step_rows(r, op.x, op.w.in, Rows::tokens);
  input.heads = static_cast<int>(op.w.experts);
  input.token_stride = op.x_token_stride;
  input.head_stride = op.x_head_stride;
  Packed x(input);
  Product q;
  set_weight(q, 0, op.w, nullptr, op.addend);
  q.p.heads = input.heads;
  q.p.y = op.y;
  q.p.y_token = op.y_token_stride;
  q.p.y_head = op.y_head_stride;
  q.rows = r.bucket().tokens;
  q.weight_bytes = static_cast<double>(op.w.bytes());
  std::vector<Product> products{q};
  multiply_all(r, x, products);
}

void record_matrix(Recorder& r, const MoeGluOp& op) {
  if (!accept(r, op.gate) || !accept(r, op.up)) return;
  const Grouping g{op.offsets, op.pairs, op.local, op.n_experts, op.n_used};
  Packed x(step_rows(r, op.x, op.gate.in, Rows::tokens));
  const GroupScratch s = group_scratch(r, g);
  Product base;
  base.p.y = op.h;
  base.p.y_token = op.gate.out;
  base.p.act = op.act;
  base.p.form = kGather;
  base.weight_bytes = expert_bytes(r, g, op.gate) + expert_bytes(r, g, op.up);
  set_grouping(r, base, g, s);
  std::vector<Product> products = gated_products(op, base);
  for (const Product& q : products) x.want(q.math);
  x.pack(r);
  const TileShape shape = products.size() == 1 ? grouped_shape(r, products[0], g) : kSmallTile;  // one list of tiles serves both
  r.independent();
  list(r, g, {s.tiles, nullptr}, shape);
  for (Product& q : products) {
    x.set(q.p, q.math);
    q.shape = shape;
    q.tiles = most_tiles(q, g, shape);
    multiply(r, q);
  }
}

void record_matrix(Recorder& r, const MoeDownOp& op) {
  if (!accept(r, op.down)) return;
  const Grouping g{op.offsets, op.pairs, op.local, op.n_experts, op.n_used};
  const int64_t tokens = r.bucket().tokens, max_tokens = r.limits().max_tokens;
  Packed x({op.h, op.down.in, op.down.in, 0, Rows::tokens, 1, tokens * op.n_used, max_tokens * op.n_used, op.offsets + op.n_experts});
  const GroupScratch s = group_scratch(r, g);
  Product q;
  set_weight(q, 0, op.down, op.bias, op.addend);
  q.p.y = op.scratch;
  q.p.y_token = op.down.out;
  q.p.form = kScatter;
  set_grouping(r, q, g, s);
  q.weight_bytes = expert_bytes(r, g, op.down);
  x.want(q.math);
  x.pack(r);
  x.set(q.p, q.math);
  q.shape = grouped_shape(r, q, g);
  q.tiles = most_tiles(q, g, q.shape);
  r.independent();
  list(r, g, s, q.shape);
  multiply(r, q);
  const SumParams sum{op.scratch, op.weights, s.row_of, op.y, q.p.out, op.n_used};
  const double values = static_cast<double>(tokens) * static_cast<double>(op.down.out);
  r.launch(sum_slots, sum, {ceil_div(op.down.out, kSumThreads), static_cast<unsigned>(tokens)}, kSumThreads, 0,
           {2 * values * op.n_used, 4 * values * (op.n_used + 1)});
}

}  // namespace engine::cuda
