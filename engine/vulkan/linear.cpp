#include "vulkan/attn.h"
#include "vulkan/matrix.h"
#include "vulkan/vector_product.h"

namespace engine::vulkan {
namespace {

struct Params {
  uint64_t x;
  uint32_t n, rows, heads, n_outs;
  uint32_t x_token, x_head;
  uint32_t token_groups, blocks;
  struct Out {
    WeightRef w;
    uint64_t bias, addend, entries, y;
    uint32_t n;
    uint32_t head_blocks;
    uint32_t first_block;
    uint32_t y_token, y_head;
    uint32_t other;  // 1: of the second type of the kernel
  } outs[3];
};

/// `rows` of a workgroup.
Params::Out make_out(const LinearOp::Out& o, uint32_t rows) {
  const auto out = static_cast<uint32_t>(o.w.out);
  return {weight_ref(o.w),
          address(o.bias),
          address(o.addend.data),
          address(o.addend.entries),
          address(o.y),
          out,
          ceil_div(o.w.out, rows),
          0,
          out,
          0,
          0};
}

struct Product {
  Kernel kernel;
  Params params;
  Cost cost;
  [[nodiscard]] uint64_t groups() const { return uint64_t{params.token_groups} * params.blocks; }
};

/// The outs of two types (or twice the same).
Product product_of(const Recorder& r, const LinearOp& op, DType type, DType other) {
  const uint32_t tokens = vector_tokens(r.rows(op.rows));
  const auto chosen = [&](const LinearOp::Out& o) { return o.w.type == type || o.w.type == other; };
  int64_t all_rows = 0;
  for (int i = 0; i < op.n_outs; ++i)
    if (chosen(op.outs[i])) all_rows += op.outs[i].w.out;
  const Teams teams = vector_teams(r, type, op.in);
  const uint32_t rows = vector_rows(all_rows, tokens), block_rows = rows * (teams.lanes / teams.team);
  const auto in = static_cast<uint32_t>(op.in);
  Params p{address(op.x), in, static_cast<uint32_t>(op.rows), 1, 0, in, 0, ceil_div(r.rows(op.rows), tokens), 0, {}};
  Cost cost;
  for (int i = 0; i < op.n_outs; ++i) {
    if (!chosen(op.outs[i])) continue;
    Params::Out& o = p.outs[p.n_outs++] = make_out(op.outs[i], block_rows);
    o.first_block = p.blocks;
    o.other = op.outs[i].w.type == type ? 0 : 1;
    p.blocks += o.head_blocks;
    const Cost part = product_cost(op.outs[i].w, r.rows(op.rows));
    cost = {cost.flops + part.flops, cost.bytes + part.bytes};
  }
  const XLoads loads = std::max(x_loads(type, op.x, op.in, op.in), x_loads(other, op.x, op.in, op.in));
  return {{Shader::linear_vector,
           {static_cast<uint32_t>(type), teams.lanes, rows, tokens, static_cast<uint32_t>(loads), static_cast<uint32_t>(other), 0,
            teams.team, teams.partials}},
          p,
          cost};
}

void record_product(Recorder& r, const Product& product) {
  r.dispatch(product.kernel, product.params, fold(product.groups()), {}, product.cost);
}

/// Weights of two types go together where lanes share the rows of both in the same way: files of mixed precision have one matrix of
/// q, k and v in a better type than the others.
void record_vector(Recorder& r, const LinearOp& op) {
  std::array<bool, 3> done{};
  for (size_t i = 0; i < static_cast<size_t>(op.n_outs); ++i) {
    if (done[i]) continue;
    const DType type = op.outs[i].w.type;
    DType other = type;
    for (size_t j = i; j < static_cast<size_t>(op.n_outs); ++j) {
      const DType next = op.outs[j].w.type;
      if (other == type && vector_teams(r, next, op.in).team == vector_teams(r, type, op.in).team) other = next;
      done[j] = done[j] || next == type || next == other;
    }
    if (i > 0) r.independent();
    record_product(r, product_of(r, op, type, other));
  }
}

Product heads_product(const Recorder& r, const LinearHeadsOp& op) {
  const Teams teams = vector_teams(r, op.w.type, op.w.in);
  const uint32_t tokens = vector_tokens(r.bucket().tokens), rows = vector_rows(op.w.out * op.w.experts, tokens);
  const uint32_t block_rows = rows * (teams.lanes / teams.team);
  const auto u32 = [](int64_t v) { return static_cast<uint32_t>(v); };
  Params p{address(op.x),
           u32(op.w.in),
           static_cast<uint32_t>(Rows::tokens),
           u32(op.w.experts),
           1,
           u32(op.x_token_stride),
           u32(op.x_head_stride),
           ceil_div(r.bucket().tokens, tokens),
           u32(op.w.experts) * ceil_div(op.w.out, block_rows),
           {}};
  p.outs[0] = make_out({op.w, nullptr, op.addend, op.y}, block_rows);
  p.outs[0].y_token = u32(op.y_token_stride);
  p.outs[0].y_head = u32(op.y_head_stride);
  const auto type = static_cast<uint32_t>(op.w.type);
  const auto loads = static_cast<uint32_t>(x_loads(op.w.type, op.x, op.w.in, op.x_token_stride, op.x_head_stride));
  const Cost one = product_cost(op.w, r.bucket().tokens);
  const auto heads = static_cast<double>(op.w.experts);
  return {{Shader::linear_vector, {type, teams.lanes, rows, tokens, loads, type, 0, teams.team, teams.partials}},
          p,
          {one.flops * heads, one.bytes * heads}};
}

void record_vector(Recorder& r, const LinearHeadsOp& op) {
  record_product(r, heads_product(r, op));
}

void record_vector(Recorder& r, const LinearGluOp& op) {
  const uint32_t tokens = vector_tokens(r.bucket().tokens), rows = vector_rows(2 * op.gate.out, tokens, 2);
  const GluParams p = glu_params(r, op, rows, tokens);
  r.dispatch({Shader::glu_vector, glu_constants(r, op.gate, op.up, op.x, rows, tokens, 0)}, p, fold(p.groups()), {}, glu_cost(r, op));
}

}  // namespace

void record(Recorder& r, const LinearOp& op) {
  if (!r.decode() && r.rows(op.rows) > kVectorTokens) return record_matrix(r, op);
  if (r.rows(op.rows) > 0) record_vector(r, op);
}

void record(Recorder& r, const LinearHeadsOp& op) {
  if (!r.decode()) return record_matrix(r, op);
  record_vector(r, op);
}

void record(Recorder& r, const LinearGluOp& op) {
  if (!r.decode()) return record_matrix(r, op);
  record_vector(r, op);
}

void record_beside(Recorder& r, const MlaStoreOp& store, const LinearHeadsOp& heads) {
  Product product = heads_product(r, heads);
  const struct {
    Params product;
    MlaStoreParams store;
  } p{product.params, mla_store_params(r, store)};
  const uint32_t lanes = product.kernel.constants[1], each = p.store.groups(lanes);
  const uint64_t storing = uint64_t{each} * static_cast<uint64_t>(r.bucket().tokens);
  product.kernel.shader = Shader::linear_vector_mla_store;
  product.kernel.constants[6] = static_cast<uint32_t>(store.kv.type);
  product.kernel.constants[9] = lanes;
  r.dispatch(product.kernel, p, fold(storing + product.groups()), {static_cast<uint32_t>(storing), each}, product.cost);
}

void record_normed(Recorder& r, const AddNormOp& norm, const LinearOp& linear) {
  const DType type = linear.outs[0].w.type;
  Product product = product_of(r, linear, type, type);
  const struct {
    Params product;
    uint64_t weight;
    float eps;
    uint32_t unused;
  } p{product.params, address(norm.weight), norm.eps, 0};
  uint32_t& loads = product.kernel.constants[4];
  loads = std::max(loads, static_cast<uint32_t>(x_loads(type, norm.weight, norm.dim, 0)));
  product.kernel.shader = Shader::linear_vector_norm;
  r.dispatch(product.kernel, p, fold(product.groups()), {}, product.cost);
}

}  // namespace engine::vulkan
