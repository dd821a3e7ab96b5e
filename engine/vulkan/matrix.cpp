#include "vulkan/matrix.h"

#include <algorithm>

#include "vulkan/weight_ref.h"

namespace engine::vulkan {
namespace {

constexpr uint32_t kTileRows = 64;       // TILE_ROWS of matrix.glsl
constexpr int64_t kStepK = 64;           // STEP_K: packed rows are padded to whole steps
constexpr uint32_t kEnoughGroups = 128;  // two for each core of a large GPU; with fewer, tiles are made narrower
// Work of one dispatch: 40 ms on a GPU of 1 TFLOP/s, so that a step can be cancelled in time.
constexpr double kSliceFlops = 4e10;
constexpr size_t kIndirectBytes = 32, kLastGrid = 16;

/// What a product is computed in.
enum class Path { f32, half, int8 };

/// FORM of matrix.glsl.
enum Form : uint32_t { kPaired = 1, kCombine = 2, kGrouped = 4, kGather = 8, kScatter = 16, kQuads = 32 };

/// Params of matrix.glsl.
struct Params {
  WeightRef w[2];
  uint64_t x = 0, records = 0, y = 0;
  uint64_t bias[2] = {}, addend[2] = {}, entries[2] = {};
  uint64_t tiles = 0, pairs = 0;
  uint32_t in = 0, out = 0;
  uint32_t x_token = 0, x_head = 0, y_token = 0, y_head = 0;
  uint32_t rows = 0, heads = 1, n_used = 1, act = 0;
};
static_assert(sizeof(Params) == 208);

/// Activation rows before they are packed.
struct Input {
  const float* x = nullptr;
  int64_t in = 0, token_stride = 0, head_stride = 0;  // floats
  Rows rows = Rows::tokens;
  int heads = 1;
  int64_t bucket_rows = 0, max_rows = 0;  // without heads
  const int32_t* count = nullptr;         // of the rows, on the device; null: those of the step
};

struct Product {
  Params p;
  DType type = DType::f32, type_up = DType::f32;
  uint32_t form = 0;
  Path path = Path::f32;
  uint32_t tile = 64;
  int64_t rows = 0;         // of the bucket
  double weight_bytes = 0;  // read once
};

bool is_float(DType type) {
  return type == DType::f32 || type == DType::f16 || type == DType::bf16;
}

Path path_of(const Recorder& r, DType type) {
  if (type == DType::f32 || r.tier() == Tier::fp32) return Path::f32;
  if (is_float(type)) return r.features().fp16 ? Path::half : Path::f32;
  return r.tier() == Tier::int8 ? Path::int8 : Path::half;
}

uint32_t shared_bytes(Path path, uint32_t tile) {
  if (path == Path::f32) return (kTileRows + tile) * 9 * 16;
  return (kTileRows + tile) * (path == Path::int8 ? 5 : 9) * 16 + kTileRows * 32 + tile * 24;
}

/// Tokens of a tile: no more than there are, fewer where the grid would leave most of the GPU idle.
uint32_t tile_tokens(const Recorder& r, Path path, int64_t rows, uint32_t groups_y) {
  uint32_t tile = 64;
  while (tile > 16 &&
         (rows <= tile / 2 || ceil_div(rows, tile) * groups_y < kEnoughGroups || shared_bytes(path, tile) > r.features().shared_bytes))
    tile /= 2;
  return tile;
}

uint32_t groups_y(const Product& q) {
  return ceil_div(q.p.out, q.form & kPaired ? kTileRows / 2 : kTileRows);
}

double flops_of(const Product& q) {
  return 2.0 * q.p.in * q.p.out * static_cast<double>(q.rows) * q.p.heads * (q.form & kPaired ? 2 : 1);
}

/// Groups of weight rows that one dispatch takes.
uint32_t slice_groups(const Product& q) {
  const auto slices = static_cast<uint32_t>(flops_of(q) / kSliceFlops) + 1;
  return ceil_div(groups_y(q), std::min(slices, groups_y(q)));
}

void multiply(Recorder& r, const Product& q) {
  constexpr Shader kShaders[] = {Shader::matrix, Shader::matrix_packed_fp16, Shader::matrix_packed_int8};
  const uint32_t all = groups_y(q), slice = slice_groups(q);
  const Kernel kernel{kShaders[static_cast<int>(q.path)],
                      {static_cast<uint32_t>(q.type), static_cast<uint32_t>(q.type_up), q.tile, q.form}};
  for (uint32_t first = 0; first < all; first += slice) {
    const uint32_t n = std::min(slice, all - first);
    const double part = static_cast<double>(n) / all;
    const Cost cost{flops_of(q) * part, q.weight_bytes * part + 4.0 * static_cast<double>(q.rows) * q.p.heads * (q.p.in + q.p.out * part)};
    if (q.form & kGrouped)
      r.dispatch_indirect(kernel, q.p, n == slice ? 0 : kLastGrid, {first}, cost);
    else
      r.dispatch(kernel, q.p, {ceil_div(q.rows, q.tile), n, q.p.heads}, {first}, cost);
  }
}

/// Bytes of packed rows: values, then records.
size_t value_bytes(Path path, int64_t in, int64_t rows) {
  return static_cast<size_t>((in + kStepK - 1) / kStepK * kStepK * rows * (path == Path::int8 ? 1 : 2));
}
size_t packed_bytes(Path path, int64_t in, int64_t rows) {
  return path == Path::f32 ? 0 : value_bytes(path, in, rows) / 4 * 5;
}

bool quads(const Input& x) {
  return address(x.x) % 16 == 0 && x.in % 4 == 0 && x.token_stride % 4 == 0 && x.head_stride % 4 == 0;
}

/// Packs rows for `path` at `at`.
void pack(Recorder& r, const Input& x, Path path, uint64_t at) {
  const struct {
    uint64_t x, values, records, count;
    uint32_t n, x_token, x_head, rows, heads, unused;
  } p{address(x.x),
      at,
      at + value_bytes(path, x.in, x.max_rows * x.heads),
      address(x.count),
      static_cast<uint32_t>(x.in),
      static_cast<uint32_t>(x.token_stride),
      static_cast<uint32_t>(x.head_stride),
      static_cast<uint32_t>(x.rows),
      static_cast<uint32_t>(x.heads),
      0};
  r.dispatch({Shader::matrix_pack, {path == Path::int8, quads(x)}}, p,
             {static_cast<uint32_t>(x.bucket_rows), ceil_div(x.in, 1024), static_cast<uint32_t>(x.heads)});
}

/// Activations of the products of one op, packed for each path that one of them takes.
class Activations {
 public:
  explicit Activations(const Input& x) : x_(x) {}

  void want(Path path) { wanted_[static_cast<int>(path)] = true; }

  void pack(Recorder& r) {
    size_t bytes = 0;
    for (const Path path : kPaths) {
      offsets_[static_cast<int>(path)] = bytes;
      if (wants(path)) bytes += packed_bytes(path, x_.in, x_.max_rows * x_.heads);
    }
    if (bytes == 0) return;
    base_ = r.scratch(Scratch::activations, bytes);
    for (const Path path : {Path::half, Path::int8}) {
      if (!wants(path)) continue;
      if (path == Path::int8 && wants(Path::half)) r.independent();
      vulkan::pack(r, x_, path, base_ + offsets_[static_cast<int>(path)]);
    }
  }

  [[nodiscard]] bool packed() const { return base_ != 0; }

  /// Makes the rows the input of a product.
  void set(Product& q) const {
    q.p.in = static_cast<uint32_t>(x_.in);
    q.p.rows = static_cast<uint32_t>(x_.rows);
    q.p.heads = static_cast<uint32_t>(x_.heads);
    q.p.x = address(x_.x);
    q.p.x_token = static_cast<uint32_t>(x_.token_stride);
    q.p.x_head = static_cast<uint32_t>(x_.head_stride);
    if (q.path == Path::f32) {
      if (quads(x_)) q.form |= kQuads;
      return;
    }
    q.p.x = base_ + offsets_[static_cast<int>(q.path)];
    q.p.records = q.p.x + value_bytes(q.path, x_.in, x_.max_rows * x_.heads);
  }

 private:
  static constexpr Path kPaths[] = {Path::f32, Path::half, Path::int8};
  [[nodiscard]] bool wants(Path path) const { return wanted_[static_cast<int>(path)] && path != Path::f32; }

  Input x_;
  bool wanted_[3] = {};
  size_t offsets_[3] = {};
  uint64_t base_ = 0;
};

Input step_rows(const Recorder& r, const float* x, int64_t in, Rows rows) {
  return {x, in, in, 0, rows, 1, r.rows(rows), r.max_rows(rows), nullptr};
}

void set_weight(Product& q, int which, const Weight& w, const float* bias, const Addend& addend) {
  (which == 0 ? q.type : q.type_up) = w.type;
  q.p.w[which] = weight_ref(w);
  q.p.bias[which] = address(bias);
  q.p.addend[which] = address(addend.data);
  q.p.entries[which] = address(addend.entries);
  q.p.out = static_cast<uint32_t>(w.out);
}

/// Whether gate and up can share a tile: what a lane decodes must have one form.
bool can_pair(Path gate, Path up, DType gate_type, DType up_type) {
  return gate == up && (gate_type == up_type || gate == Path::f32 || (!is_float(gate_type) && !is_float(up_type)));
}

/// The rows of gate and up, by `Op` with gate, up, their biases and addends.
template <class Op>
void set_gated(Product& q, const Op& op) {
  set_weight(q, 0, op.gate, op.gate_bias, op.gate_addend);
  set_weight(q, 1, op.up, op.up_bias, op.up_addend);
  q.p.act = static_cast<uint32_t>(op.act);
  q.form |= kPaired;
}

/// Gate alone, or up alone on what gate left in y.
template <class Op>
void set_half(Product& q, const Op& op, bool up) {
  set_weight(q, 0, up ? op.up : op.gate, up ? op.up_bias : op.gate_bias, up ? op.up_addend : op.gate_addend);
  q.p.act = static_cast<uint32_t>(op.act);
  if (up) q.form |= kCombine;
}

/// Products of gate and up: one, or two where they cannot share tiles.
template <class Op>
std::vector<Product> gated_products(const Recorder& r, const Op& op, const Product& base) {
  const Path gate = path_of(r, op.gate.type), up = path_of(r, op.up.type);
  if (can_pair(gate, up, op.gate.type, op.up.type)) {
    Product q = base;
    q.path = gate;
    set_gated(q, op);
    return {q};
  }
  std::vector<Product> both(2, base);
  for (const bool is_up : {false, true}) {
    both[is_up].path = is_up ? up : gate;
    set_half(both[is_up], op, is_up);
  }
  return both;
}

/// Tables of grouped rows on the device.
struct Grouping {
  const int32_t *offsets, *pairs, *local;
  int n_experts, n_used;
};

struct GroupScratch {
  uint64_t tiles, row_of;
};

GroupScratch group_scratch(Recorder& r, const Grouping& g) {
  const size_t pairs = static_cast<size_t>(r.limits().max_tokens) * static_cast<size_t>(g.n_used);
  const size_t tiles = 16 * (pairs / 16 + static_cast<size_t>(g.n_experts));  // whole tiles of 16 rows and one broken tile each
  const uint64_t base = r.scratch(Scratch::tiles, tiles + 4 * pairs);
  return {base, g.local ? base + tiles : 0};
}

/// Tiles and grids for products of the size of `q`.
void make_tiles(Recorder& r, const Grouping& g, const GroupScratch& s, const Product& q) {
  const uint32_t slice = slice_groups(q), last = groups_y(q) % slice;
  const struct {
    uint64_t offsets, pairs, local, tiles, row_of, grid;
    uint32_t n_experts, n_used, grid_y, grid_y_last;
  } p{address(g.offsets),
      address(g.pairs),
      address(g.local),
      s.tiles,
      s.row_of,
      r.scratch(Scratch::indirect, kIndirectBytes),
      static_cast<uint32_t>(g.n_experts),
      static_cast<uint32_t>(g.n_used),
      slice,
      last};
  r.dispatch({Shader::moe_tiles, {q.tile}}, p, {1});
}

void set_grouping(Recorder& r, Product& q, const Grouping& g, const GroupScratch& s) {
  q.p.tiles = s.tiles;
  q.p.pairs = address(g.pairs);
  q.p.n_used = static_cast<uint32_t>(g.n_used);
  q.form |= kGrouped;
  q.rows = int64_t{r.bucket().tokens} * g.n_used;
}

/// Bytes of the experts that rows of the bucket can choose.
double expert_bytes(const Recorder& r, const Grouping& g, const Weight& w) {
  const double share = std::min(1.0, static_cast<double>(r.bucket().tokens) * g.n_used / g.n_experts);
  return static_cast<double>(w.bytes()) * share;
}

/// Width of tiles over experts with this many rows on average.
uint32_t grouped_tile(const Recorder& r, const Grouping& g, Path path) {
  const int64_t average = ceil_div(int64_t{r.bucket().tokens} * g.n_used, g.n_experts);
  return tile_tokens(r, path, average, kEnoughGroups);
}

}  // namespace

void record_matrix(Recorder& r, const LinearOp& op) {
  if (r.rows(op.rows) == 0) return;
  Activations x(step_rows(r, op.x, op.in, op.rows));
  for (int i = 0; i < op.n_outs; ++i) x.want(path_of(r, op.outs[i].w.type));
  x.pack(r);
  for (int i = 0; i < op.n_outs; ++i) {
    const LinearOp::Out& out = op.outs[i];
    Product q;
    q.path = path_of(r, out.w.type);
    x.set(q);
    set_weight(q, 0, out.w, out.bias, out.addend);
    q.p.y = address(out.y);
    q.p.y_token = q.p.out;
    q.rows = r.rows(op.rows);
    q.tile = tile_tokens(r, q.path, q.rows, groups_y(q));
    q.weight_bytes = static_cast<double>(out.w.bytes());
    if (i > 0) r.independent();
    multiply(r, q);
  }
}

void record_matrix(Recorder& r, const LinearGluOp& op) {
  Activations x(step_rows(r, op.x, op.gate.in, Rows::tokens));
  Product base;
  base.p.y = address(op.y);
  base.p.y_token = static_cast<uint32_t>(op.gate.out);
  base.rows = r.bucket().tokens;
  base.weight_bytes = static_cast<double>(op.gate.bytes() + op.up.bytes());
  std::vector<Product> products = gated_products(r, op, base);
  for (const Product& q : products) x.want(q.path);
  x.pack(r);
  for (Product& q : products) {
    x.set(q);
    q.tile = tile_tokens(r, q.path, q.rows, groups_y(q));
    multiply(r, q);
  }
}

void record_matrix(Recorder& r, const LinearHeadsOp& op) {
  Input input = step_rows(r, op.x, op.w.in, Rows::tokens);
  input.heads = static_cast<int>(op.w.experts);
  input.token_stride = op.x_token_stride;
  input.head_stride = op.x_head_stride;
  Activations x(input);
  Product q;
  q.path = path_of(r, op.w.type);
  x.want(q.path);
  x.pack(r);
  x.set(q);
  set_weight(q, 0, op.w, nullptr, op.addend);
  q.p.y = address(op.y);
  q.p.y_token = static_cast<uint32_t>(op.y_token_stride);
  q.p.y_head = static_cast<uint32_t>(op.y_head_stride);
  q.rows = r.bucket().tokens;
  q.tile = tile_tokens(r, q.path, q.rows, groups_y(q) * q.p.heads);
  q.weight_bytes = static_cast<double>(op.w.bytes());
  multiply(r, q);
}

void record_matrix(Recorder& r, const MoeGluOp& op) {
  const Grouping g{op.offsets, op.pairs, op.local, op.n_experts, op.n_used};
  Activations x(step_rows(r, op.x, op.gate.in, Rows::tokens));
  Product base;
  base.p.y = address(op.h);
  base.p.y_token = static_cast<uint32_t>(op.gate.out);
  base.form = kGather;
  base.weight_bytes = expert_bytes(r, g, op.gate) + expert_bytes(r, g, op.up);
  const GroupScratch s = group_scratch(r, g);
  set_grouping(r, base, g, s);
  std::vector<Product> products = gated_products(r, op, base);
  uint32_t tile = 64;  // one list of tiles serves both
  for (const Product& q : products) {
    x.want(q.path);
    tile = std::min(tile, grouped_tile(r, g, q.path));
  }
  x.pack(r);
  for (Product& q : products) {
    x.set(q);
    q.tile = tile;
  }
  if (x.packed()) r.independent();
  make_tiles(r, g, {s.tiles, 0}, products[0]);
  for (const Product& q : products) multiply(r, q);
}

void record_matrix(Recorder& r, const MoeDownOp& op) {
  const Grouping g{op.offsets, op.pairs, op.local, op.n_experts, op.n_used};
  Input input{op.h,
              op.down.in,
              op.down.in,
              0,
              Rows::tokens,
              1,
              int64_t{r.bucket().tokens} * op.n_used,
              int64_t{r.limits().max_tokens} * op.n_used,
              op.offsets + op.n_experts};
  Activations x(input);
  Product q;
  q.path = path_of(r, op.down.type);
  x.want(q.path);
  x.pack(r);
  x.set(q);
  set_weight(q, 0, op.down, op.bias, op.addend);
  q.p.y = address(op.scratch);
  q.p.y_token = q.p.out;
  q.form |= kScatter;
  const GroupScratch s = group_scratch(r, g);
  set_grouping(r, q, g, s);
  q.tile = grouped_tile(r, g, q.path);
  q.weight_bytes = expert_bytes(r, g, op.down);
  if (x.packed()) r.independent();
  make_tiles(r, g, s, q);
  multiply(r, q);
  const struct {
    uint64_t rows, weights, row_of, y;
    uint32_t dim, n_used;
  } sum{address(op.scratch), address(op.weights), s.row_of, address(op.y), q.p.out, q.p.n_used};
  r.dispatch({Shader::moe_sum}, sum, {ceil_div(q.p.out, 256), static_cast<uint32_t>(r.bucket().tokens)});
}

}  // namespace engine::vulkan
