// Products of weights with activations (ops.h): linear, linear_glu, linear_heads, and the products of experts. Up to kVectorTokens rows
// take the vector kernels (device/vector_product.cuh), more the matrix kernels (matrix.cu).
#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cuda/alignment.h"
#include "cuda/device/activation.cuh"
#include "cuda/device/vector_operand.cuh"
#include "cuda/vector_kernels.h"

namespace engine::cuda {
namespace {

/// Shared memory of a block that activations may take: more would keep blocks from sharing a multiprocessor.
constexpr size_t kTileBytes = 40960;
constexpr int kTileUnits = 64;  // which 8 rows have at least
constexpr size_t kLeastTile = 24576;
/// The same of weights on their way.
constexpr size_t kRingBytes = 81920;
/// Warps of a multiprocessor that hide the latency of memory.
constexpr int64_t kBusyWarps = 12;
/// The least balance() that is good enough.
constexpr double kEvenly = 0.8;
/// Threads that round activations.
constexpr unsigned kQuantizeThreads = 128;

size_t round_16(size_t n) {
  return (n + 15) / 16 * 16;
}

Cost product_cost(const Weight& w, double rows, double times_read = 1) {
  const auto values = static_cast<double>(w.in) * static_cast<double>(w.out);
  return {2 * values * rows, static_cast<double>(row_bytes(w.type, w.in)) * static_cast<double>(w.out) * times_read};
}
Cost operator+(const Cost& a, const Cost& b) {
  return {a.flops + b.flops, a.bytes + b.bytes};
}

bool aligned_x(const float* x, int64_t token_stride, int64_t head_stride = 0) {
  return multiple_of_16(x) && token_stride % 4 == 0 && head_stride % 4 == 0;
}

/// The kernels of a weight; null, and the op is refused, where there are none.
const VectorKernels* kernels_for(Recorder& r, const Weight& w) {
  const VectorKernels* kernels = vector_kernels(w.type);
  if (kernels && aligned_blocks(w)) return kernels;
  const std::string name = dtype_name(w.type);
  r.refuse({ErrorCode::unsupported,
            kernels ? "Weights of type " + name + " that are not aligned to 16 bytes are not supported."
                    : "Weights of type " + name + " are not supported.",
            ""});
  return nullptr;
}

VectorMatrix matrix_of(const Weight& w, const float* bias, const Addend& addend, float* y, int64_t y_token, int64_t y_head = 0) {
  return {reinterpret_cast<const uint8_t*>(w.data),
          w.row_stride,
          w.expert_stride,
          bias,
          addend,
          y,
          nullptr,
          0,
          y_token,
          y_head,
          static_cast<int>(w.out),
          0,
          0};
}

/// A product as it is launched: `rows` weight rows in all that one activation row meets; `groups` blocks for each block of weight rows.
struct Product {
  const VectorKernels* kernels;
  const VectorKernels::Products* mixed;  // not null: these instead, for weights of two types
  VectorParams params;
  int together = 1;   // weights a team multiplies at once
  size_t tokens = 0;  // of kTokenSteps
  int64_t rows = 0;
  int groups = 1, heads = 1;
  Cost cost{};
};

VectorParams params_of(const VectorKernels& kernels, const float* x, int64_t in, int64_t x_token, int64_t x_head, bool aligned) {
  VectorParams p{};
  p.x = x, p.x_token = x_token, p.x_head = x_head;
  p.in = static_cast<int>(in);
  p.units = static_cast<int>(ceil_div(in, kernels.unit_weights));
  p.vectors = aligned_x(x, x_token, x_head);
  p.aligned = aligned && in % 8 == 0;
  return p;
}

/// The least of kTokenSteps that holds n rows, or the largest.
size_t token_step(int n) {
  size_t i = 0;
  while (i + 1 < kTokenSteps.size() && kTokenSteps[i] < n) ++i;
  return i;
}

/// Lanes that share a row, of kTeams: few share what is read of x and leave none idle at the end of rows; more of them keep every
/// multiprocessor busy where rows are few. Nothing of a step goes into this, so that sums have the same order in all.
size_t team_for(const Recorder& r, const VectorKernels& kernels, int units, int64_t rows) {
  size_t i = 0;
  const int groups = (units + kernels.group - 1) / kernels.group;
  while (i + 1 < kTeams.size() && rows * kTeams[i] / 32 < kBusyWarps * r.features().processors && groups > kTeams[i]) ++i;
  return i;
}

/// Units of x that fit into shared memory for `rows` rows: all, or a multiple of kTileUnits.
int chunk_of(const Recorder& r, int units, int rows, int unit_bytes, size_t taken) {
  const size_t free = r.features().shared_bytes - std::min(r.features().shared_bytes, taken);
  const auto fit = static_cast<int>(std::min(kTileBytes, free) / (static_cast<size_t>(rows) * static_cast<size_t>(unit_bytes)));
  const int all = (units + 1) / 2 * 2;
  return fit >= all ? all : std::max(kTileUnits, fit / kTileUnits * kTileUnits);
}

/// How evenly blocks of equal work spread over the multiprocessors, at most 1.
double balance(const Recorder& r, int64_t blocks) {
  const int64_t each = std::max<int64_t>(1, (blocks + r.features().processors - 1) / r.features().processors);
  return static_cast<double>(blocks) / static_cast<double>(each * r.features().processors);
}

/// Threads of a block: many share what is read of x, few spread over all multiprocessors. `ring`: shared memory of a warp.
unsigned threads_for(const Recorder& r, int64_t warps, unsigned least, size_t ring) {
  unsigned threads = kMaxVectorThreads;
  while (threads > least && (ring * (threads / 32) > kRingBytes || balance(r, warps / (threads / 32)) < kEvenly)) threads /= 2;
  while (threads > 32 && ring * (threads / 32) + kLeastTile > r.features().shared_bytes) threads /= 2;
  return threads;
}

/// The grid is x = groups of four units, y = rows, z = heads.
__global__ void quantize_rows(QuantizeParams p, const StepView* step) {
  begin_kernel();
  const int row = static_cast<int>(blockIdx.y), head = static_cast<int>(blockIdx.z);
  if (row >= row_count(p.rows, step)) return;
  const int row_units = (p.units + 1) / 2 * 2, first = static_cast<int>(blockIdx.x * (kQuantizeThreads / 8));
  const XTile tile(p.to + (static_cast<int64_t>(row) * gridDim.z + head) * row_units * Operand<DType::q8_0>::kXBytes, 1, row_units);
  Operand<DType::q8_0>::quantize(tile, 0, first, p.x + row * p.x_token + head * p.x_head, first,
                                 min(p.units - first, static_cast<int>(kQuantizeThreads / 8)), p.in, p.vectors);
}

/// Whether the kernels for a step of kTokenSteps take rows of x that others have rounded.
bool takes_prepared(const VectorKernels& kernels, size_t step) {
  return kTokenSteps[step] >= kPreparedRows && kernels.unit_weights == kUnit;
}

unsigned char* prepared_rows(Recorder& r, const VectorKernels& kernels, int units, int heads) {
  const size_t row = static_cast<size_t>((units + 1) / 2 * 2) * static_cast<size_t>(kernels.unit_bytes);
  return reinterpret_cast<unsigned char*>(r.scratch(Scratch::activations, row * kVectorTokens * static_cast<size_t>(heads)));
}

/// Rounds x of a product where its kernels want that, in scratch that the launches of this op may share: `prepared` is null before the
/// first of them.
void prepare(Recorder& r, Product& product, const unsigned char*& prepared) {
  VectorParams& p = product.params;
  if (!takes_prepared(*product.kernels, product.tokens)) return;
  if (!prepared) {
    unsigned char* const to = prepared_rows(r, *product.kernels, p.units, product.heads);
    const int rows = p.offsets ? r.bucket().tokens : r.rows(p.rows);
    r.launch(quantize_rows, {p.x, p.x_token, p.x_head, p.in, p.units, p.vectors, p.rows, to},
             {ceil_div(p.units, kQuantizeThreads / 8), static_cast<unsigned>(rows), static_cast<unsigned>(product.heads)},
             kQuantizeThreads);
    prepared = to;
  }
  p.prepared = prepared;
}

void record_product(Recorder& r, Product product) {
  VectorParams& p = product.params;
  const VectorKernels& kernels = *product.kernels;
  const VectorKernels::Products& products = product.mixed ? *product.mixed : kernels.products[product.together - 1];
  const size_t team = team_for(r, kernels, p.units, product.rows);
  const int tokens = kTokenSteps[product.tokens];
  const int64_t warps = product.rows * kTeams[team] / 32 * ceil_div(r.bucket().tokens, tokens);
  const unsigned threads = threads_for(r, warps, tokens > 2 ? 128 : 64, products.ring_bytes[team]);
  const size_t rings = products.ring_bytes[team] * (threads / 32);
  p.chunk = chunk_of(r, p.units, tokens, kernels.unit_bytes, rings);
  unsigned blocks = 0;
  const unsigned block_rows = threads / static_cast<unsigned>(kTeams[team]);
  for (int i = 0; i < p.n_matrices; ++i) {
    p.matrices[i].first_block = product.together == 2 ? 0 : static_cast<int>(blocks);
    if (product.together == 1 || i == 0) blocks += ceil_div(p.matrices[i].n, block_rows);
  }
  const size_t tile = static_cast<size_t>(tokens) * static_cast<size_t>(p.chunk) * static_cast<size_t>(kernels.unit_bytes);
  r.launch(products.kernels[team][product.tokens], p, {blocks, static_cast<unsigned>(product.groups), static_cast<unsigned>(product.heads)},
           threads, rings + round_16(tile), product.cost);
}

/// What a product does of the add_norms around it, or the one in front has done for it.
struct Norms {
  const AddNormOp* sum = nullptr;   // of its only result
  const AddNormOp* norm = nullptr;  // of its rows
  bool writes_norm = true;
  const unsigned char* prepared = nullptr;  // its rows, rounded already
};

void set_sum(VectorMatrix& m, const AddNormOp& sum, int part) {
  m.residual = sum.x, m.residual_scale = sum.parts[part].scale;
}

/// The outs of a type, or of two for which there are kernels, in one launch.
void record_outs(Recorder& r, const LinearOp& op, DType type, DType other, bool first, const unsigned char*& prepared, const Norms& norms) {
  const int rows = r.rows(op.rows);
  Product product{vector_kernels(type), type == other ? nullptr : mixed_kernels(type, other), {}};
  for (const LinearOp::Out& o : std::span(op.outs, static_cast<size_t>(op.n_outs))) {
    if (o.w.type != type && o.w.type != other) continue;
    if (!kernels_for(r, o.w)) return;
    VectorParams& p = product.params;
    if (p.n_matrices == 0) p = params_of(*product.kernels, op.x, op.in, op.in, 0, true);
    p.aligned = p.aligned && aligned_rows(o.w);
    p.matrices[p.n_matrices] = matrix_of(o.w, o.bias, o.addend, o.y, o.w.out);
    if (norms.sum) set_sum(p.matrices[p.n_matrices], *norms.sum, part_of(*norms.sum, o.y));
    p.matrices[p.n_matrices++].other = o.w.type != type;
    product.rows += o.w.out;
    product.cost = product.cost + product_cost(o.w, rows);
  }
  product.params.rows = op.rows;
  if (norms.norm) product.params.norm = rows_norm(*norms.norm, first && norms.writes_norm);
  product.tokens = token_step(rows);
  product.groups = static_cast<int>(ceil_div(rows, kTokenSteps[product.tokens]));
  const bool before = prepared;
  prepare(r, product, prepared);
  if (!first && before == (prepared != nullptr)) r.independent();
  record_product(r, product);
}

void record_vector(Recorder& r, const LinearOp& op, const Norms& norms = {}) {
  const unsigned char* prepared = norms.prepared;
  std::array<bool, 3> done{};
  bool first = true;
  const auto n = static_cast<size_t>(op.n_outs);
  for (size_t i = 0; i < n; ++i) {
    if (done[i]) continue;
    DType type = op.outs[i].w.type, other = type;
    for (size_t j = i + 1; j < n && type == other; ++j) {
      const DType next = op.outs[j].w.type;
      if (mixed_kernels(type, next)) other = next;
      if (mixed_kernels(next, type)) other = type, type = next;
    }
    for (size_t j = i; j < n; ++j) done[j] = done[j] || op.outs[j].w.type == type || op.outs[j].w.type == other;
    record_outs(r, op, type, other, std::exchange(first, false), prepared, norms);
  }
}

void record_vector(Recorder& r, const LinearHeadsOp& op) {
  const VectorKernels* kernels = kernels_for(r, op.w);
  if (!kernels) return;
  Product product{kernels, nullptr, params_of(*kernels, op.x, op.w.in, op.x_token_stride, op.x_head_stride, aligned_rows(op.w))};
  product.params.matrices[0] = matrix_of(op.w, nullptr, op.addend, op.y, op.y_token_stride, op.y_head_stride);
  product.params.n_matrices = 1;
  product.tokens = token_step(r.bucket().tokens);
  product.groups = static_cast<int>(ceil_div(r.bucket().tokens, kTokenSteps[product.tokens]));
  product.heads = static_cast<int>(op.w.experts);
  product.rows = op.w.out * op.w.experts;
  const Cost one = product_cost(op.w, r.bucket().tokens);
  product.cost = {one.flops * product.heads, one.bytes * product.heads};
  const unsigned char* prepared = nullptr;
  prepare(r, product, prepared);
  record_product(r, product);
}

/// Gate and up of linear_glu or moe_glu, which differ in what their rows are.
struct GatedPair {
  Weight gate, up;
  VectorMatrix gate_matrix, up_matrix;
  const float* x;
  ActKind act;
  float* y;
  int64_t max_rows;  // of y
  int experts = 1;   // an activation row meets
  const MoeGluOp* planned = nullptr;
  Cost cost{};
  Norms norms{};
};

Product product_of(Recorder& r, const GatedPair& pair, const VectorKernels& kernels, bool aligned) {
  Product product{&kernels, nullptr, params_of(kernels, pair.x, pair.gate.in, pair.gate.in, 0, aligned)};
  VectorParams& p = product.params;
  p.act = pair.act;
  product.rows = pair.gate.out * pair.experts;
  if (const MoeGluOp* op = pair.planned) {
    p.offsets = op->offsets, p.local = op->local, p.pairs = op->pairs;
    p.n_experts = op->n_experts, p.n_used = op->n_used;
    product.tokens = token_step(std::min(4, (r.bucket().tokens + 1) / 2));  // planned rows of an expert are few
    product.groups = r.bucket().tokens * op->n_used;
  } else {
    product.tokens = token_step(r.bucket().tokens);
    product.groups = static_cast<int>(ceil_div(r.bucket().tokens, kTokenSteps[product.tokens]));
  }
  return product;
}

struct CombineParams {
  const float* gate;
  float* up;
  float* y;
  int n;
  ActKind act;
  const int32_t* rows;  // how many planned rows there are; null: as many as tokens
};

/// y = act(gate, up) where they come from products of their own. Grid: columns, rows.
__global__ void combine_gated(CombineParams p, const StepView* step) {
  begin_kernel();
  const int row = static_cast<int>(blockIdx.y), column = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (row >= (p.rows ? *p.rows : step->n_tokens) || column >= p.n) return;
  const int64_t at = static_cast<int64_t>(row) * p.n + column;
  p.y[at] = activate(p.act, p.gate[at], p.up[at]);
}

/// Weights of different types: a product each, then the activation.
void record_mixed(Recorder& r, const GatedPair& pair) {
  const auto n = static_cast<size_t>(pair.gate.out), rows = static_cast<size_t>(pair.max_rows);
  float* products = r.scratch_of<float>(Scratch::rows, 2 * rows * n);
  const Weight* weights[] = {&pair.gate, &pair.up};
  const VectorMatrix* matrices[] = {&pair.gate_matrix, &pair.up_matrix};
  const unsigned char* prepared = pair.norms.prepared;
  int groups = 0;
  for (size_t i = 0; i < 2; ++i) {
    const VectorKernels* kernels = kernels_for(r, *weights[i]);
    if (!kernels) return;
    Product product = product_of(r, pair, *kernels, aligned_rows(*weights[i]));
    product.params.matrices[0] = *matrices[i];
    product.params.matrices[0].y = products + i * rows * n;
    product.params.n_matrices = 1;
    product.cost = {pair.cost.flops / 2, pair.cost.bytes / 2};
    groups = pair.planned ? product.groups : r.bucket().tokens;
    const bool before = prepared;
    prepare(r, product, prepared);
    if (i > 0 && before == (prepared != nullptr)) r.independent();
    record_product(r, product);
  }
  const int32_t* planned_rows = pair.planned ? pair.planned->offsets + pair.planned->n_experts : nullptr;
  const CombineParams p{products, products + rows * n, pair.y, static_cast<int>(n), pair.act, planned_rows};
  r.launch(combine_gated, p, {ceil_div(pair.gate.out, 128), static_cast<unsigned>(groups)}, 128);
}

void record_pair(Recorder& r, const GatedPair& pair) {
  if (pair.gate.type != pair.up.type) return record_mixed(r, pair);
  const VectorKernels* kernels = kernels_for(r, pair.gate);
  if (!kernels || !kernels_for(r, pair.up)) return;
  Product product = product_of(r, pair, *kernels, aligned_rows(pair.gate) && aligned_rows(pair.up));
  product.params.matrices[0] = pair.gate_matrix, product.params.matrices[1] = pair.up_matrix;
  product.params.n_matrices = product.together = 2;
  if (pair.norms.norm) product.params.norm = rows_norm(*pair.norms.norm, pair.norms.writes_norm);
  product.cost = pair.cost;
  const unsigned char* prepared = pair.norms.prepared;
  prepare(r, product, prepared);
  record_product(r, product);
}

void record_vector(Recorder& r, const LinearGluOp& op, const Norms& norms = {}) {
  GatedPair pair{op.gate,
                 op.up,
                 matrix_of(op.gate, op.gate_bias, op.gate_addend, op.y, op.gate.out),
                 matrix_of(op.up, op.up_bias, op.up_addend, op.y, op.gate.out),
                 op.x,
                 op.act,
                 op.y,
                 kVectorTokens};
  pair.cost = product_cost(op.gate, r.bucket().tokens) + product_cost(op.up, r.bucket().tokens);
  pair.norms = norms;
  record_pair(r, pair);
}

/// Experts that the planned rows of a step may touch.
double touched(const Recorder& r, const Weight& w, int n_used) {
  return static_cast<double>(std::min<int64_t>(w.experts, int64_t{r.bucket().tokens} * n_used));
}

void record_vector(Recorder& r, const MoeGluOp& op) {
  GatedPair pair{op.gate,
                 op.up,
                 matrix_of(op.gate, op.gate_bias, op.gate_addend, op.h, op.gate.out),
                 matrix_of(op.up, op.up_bias, op.up_addend, op.h, op.gate.out),
                 op.x,
                 op.act,
                 op.h,
                 int64_t{kVectorTokens} * op.n_used,
                 op.n_used,
                 &op};
  const double rows = static_cast<double>(r.bucket().tokens) * op.n_used, experts = touched(r, op.gate, op.n_used);
  pair.cost = product_cost(op.gate, rows, experts) + product_cost(op.up, rows, experts);
  record_pair(r, pair);
}

void record_vector(Recorder& r, const MoeDownOp& op, const AddNormOp* sum = nullptr) {
  const VectorKernels* kernels = kernels_for(r, op.down);
  if (!kernels) return;
  const VectorParams sizes = params_of(*kernels, op.h, op.down.in, op.down.in, 0, aligned_rows(op.down));
  VectorDownParams p{matrix_of(op.down, op.bias, op.addend, op.y, op.down.out),
                     {},
                     0,
                     op.h,
                     op.weights,
                     op.offsets,
                     op.local,
                     op.pairs,
                     sizes.in,
                     sizes.units,
                     0,
                     sizes.vectors,
                     sizes.aligned,
                     op.n_experts,
                     op.n_used,
                     0};
  if (sum) {
    const int own = part_of(*sum, op.y), other = own == 0 ? 1 : 0;
    set_sum(p.down, *sum, own);
    if (sum->n_parts == 2) p.beside = sum->parts[other], p.beside_first = other < own;
  }
  const size_t ring = kernels->products[0].ring_bytes[0], slots = round_16(2 * sizeof(int) * static_cast<size_t>(op.n_used));
  const unsigned threads = threads_for(r, op.down.out * r.bucket().tokens, 128, ring);
  const size_t taken = ring * (threads / 32) + slots;
  p.kept = static_cast<int>(ceil_div(op.n_used, kDownSlots)) * kDownSlots;
  p.chunk = chunk_of(r, p.units, p.kept, kernels->unit_bytes, taken);
  if (p.chunk < p.units) p.kept = kDownSlots, p.chunk = chunk_of(r, p.units, p.kept, kernels->unit_bytes, taken);
  const size_t tile = static_cast<size_t>(p.kept) * static_cast<size_t>(p.chunk) * static_cast<size_t>(kernels->unit_bytes);
  const double rows = static_cast<double>(r.bucket().tokens) * op.n_used;
  r.launch(kernels->down, p, {ceil_div(op.down.out, threads / 32), static_cast<unsigned>(r.bucket().tokens)}, threads,
           taken + round_16(tile), product_cost(op.down, rows, touched(r, op.down, op.n_used)));
}

}  // namespace

const VectorKernels* vector_kernels(DType type) {
  switch (type) {
    case DType::f32:
      return &vector_kernels_of<DType::f32>();
    case DType::f16:
      return &vector_kernels_of<DType::f16>();
    case DType::bf16:
      return &vector_kernels_of<DType::bf16>();
    case DType::q4_0:
      return &vector_kernels_of<DType::q4_0>();
    case DType::q4_1:
      return &vector_kernels_of<DType::q4_1>();
    case DType::q5_0:
      return &vector_kernels_of<DType::q5_0>();
    case DType::q5_1:
      return &vector_kernels_of<DType::q5_1>();
    case DType::q8_0:
      return &vector_kernels_of<DType::q8_0>();
    case DType::q2_k:
      return &vector_kernels_of<DType::q2_k>();
    case DType::q3_k:
      return &vector_kernels_of<DType::q3_k>();
    case DType::q4_k:
      return &vector_kernels_of<DType::q4_k>();
    case DType::q5_k:
      return &vector_kernels_of<DType::q5_k>();
    case DType::q6_k:
      return &vector_kernels_of<DType::q6_k>();
    case DType::iq4_nl:
      return &vector_kernels_of<DType::iq4_nl>();
    case DType::iq4_xs:
      return &vector_kernels_of<DType::iq4_xs>();
    case DType::tq1_0:
      return &vector_kernels_of<DType::tq1_0>();
    case DType::tq2_0:
      return &vector_kernels_of<DType::tq2_0>();
    case DType::mxfp4:
      return &vector_kernels_of<DType::mxfp4>();
    default:
      return nullptr;
  }
}

namespace {

/// Types of the weights that share the rows.
std::vector<DType> types_of(const LinearOp& op) {
  std::vector<DType> types;
  for (const LinearOp::Out& out : std::span(op.outs, static_cast<size_t>(op.n_outs))) types.push_back(out.w.type);
  return types;
}
std::vector<DType> types_of(const LinearGluOp& op) {
  return {op.gate.type, op.up.type};
}

/// Where the vector kernels of a product take rows of n values rounded; its form is none where they do not.
template <class Product>
RoundedRows vector_rows(Recorder& r, const Product& op, int64_t n) {
  for (const DType type : types_of(op)) {
    const VectorKernels* kernels = vector_kernels(type);
    if (!kernels || !takes_prepared(*kernels, token_step(r.bucket().tokens))) continue;
    unsigned char* const to = prepared_rows(r, *kernels, static_cast<int>(ceil_div(n, kUnit)), 1);
    return {RoundedRows::Form::vector, reinterpret_cast<std::byte*>(to), nullptr, 0};
  }
  return {};
}

template <class Product>
bool record_both(Recorder& r, const AddNormOp& norm, const Product& op) {
  const RoundedRows rounded = r.decode() ? vector_rows(r, op, norm.dim) : matrix_rows(r, op);
  if (rounded.form == RoundedRows::Form::none) return false;
  record_norm(r, norm, rounded);
  r.counts_as(1);
  if (r.decode())
    record_vector(r, op, {.prepared = reinterpret_cast<const unsigned char*>(rounded.codes)});
  else
    record_matrix(r, op, true);
  return true;
}

}  // namespace

bool record_rounding(Recorder& r, const AddNormOp& norm, const LinearOp& op) {
  return record_both(r, norm, op);
}

bool record_rounding(Recorder& r, const AddNormOp& norm, const LinearGluOp& op) {
  return record_both(r, norm, op);
}

void record_adding(Recorder& r, const LinearOp& op, const AddNormOp& norm) {
  record_vector(r, op, {.sum = &norm});
}

void record_adding(Recorder& r, const MoeDownOp& op, const AddNormOp& norm) {
  record_vector(r, op, &norm);
}

void record_normed(Recorder& r, const AddNormOp& norm, const LinearOp& op, bool writes) {
  LinearOp from_stream = op;
  from_stream.x = norm.x;
  record_vector(r, from_stream, {.norm = &norm, .writes_norm = writes});
}

void record_normed(Recorder& r, const AddNormOp& norm, const LinearGluOp& op, bool writes) {
  LinearGluOp from_stream = op;
  from_stream.x = norm.x;
  record_vector(r, from_stream, {.norm = &norm, .writes_norm = writes});
}

void record(Recorder& r, const LinearOp& op) {
  if (!r.decode() && r.rows(op.rows) > kVectorTokens) return record_matrix(r, op, false);
  if (r.rows(op.rows) > 0) record_vector(r, op);
}

void record(Recorder& r, const LinearGluOp& op) {
  if (!r.decode()) return record_matrix(r, op, false);
  record_vector(r, op);
}

void record(Recorder& r, const LinearHeadsOp& op) {
  if (!r.decode()) return record_matrix(r, op);
  record_vector(r, op);
}

void record(Recorder& r, const MoeGluOp& op) {
  if (!r.decode()) return record_matrix(r, op);
  record_vector(r, op);
}

void record(Recorder& r, const MoeDownOp& op) {
  if (!r.decode()) return record_matrix(r, op);
  record_vector(r, op);
}

}  // namespace engine::cuda
