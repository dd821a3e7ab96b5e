#include "core/check.h"
#include "vulkan/matrix.h"
#include "vulkan/vector_product.h"

namespace engine::vulkan {
namespace {

/// Experts that `pairs` choices may touch.
double touched(const Weight& w, int64_t pairs) {
  return static_cast<double>(std::min(w.experts, pairs));
}

Cost operator+(const Cost& a, const Cost& b) {
  return {a.flops + b.flops, a.bytes + b.bytes};
}

int64_t planned_rows(const Recorder& r, int n_used) {
  return int64_t{r.bucket().tokens} * n_used;
}

uint32_t glu_rows(const MoeGluOp& op, uint32_t tokens) {
  return vector_rows(2 * op.gate.out * op.n_used, tokens, 2);
}

GluParams glu_params(const Recorder& r, const MoeGluOp& op, uint32_t rows) {
  GluParams p{};
  p.x = address(op.x), p.y = address(op.h);
  p.local = address(op.local), p.offsets = address(op.offsets), p.pairs = address(op.pairs);
  p.gate = {weight_ref(op.gate), address(op.gate_bias), address(op.gate_addend.data), address(op.gate_addend.entries)};
  p.up = {weight_ref(op.up), address(op.up_bias), address(op.up_addend.data), address(op.up_addend.entries)};
  p.n = static_cast<uint32_t>(op.gate.in), p.out = static_cast<uint32_t>(op.gate.out);
  p.act = static_cast<uint32_t>(op.act);
  p.token_groups = static_cast<uint32_t>(planned_rows(r, op.n_used)), p.blocks = ceil_div(op.gate.out, rows);
  p.n_experts = static_cast<uint32_t>(op.n_experts), p.n_used = static_cast<uint32_t>(op.n_used);
  return p;
}

Cost glu_cost(const Recorder& r, const MoeGluOp& op) {
  const int64_t planned = planned_rows(r, op.n_used);
  const Cost gate = product_cost(op.gate, planned), up = product_cost(op.up, planned);
  return {gate.flops + up.flops, (gate.bytes + up.bytes) * touched(op.gate, planned)};
}

void record_vector(Recorder& r, const MoeGluOp& op) {
  const uint32_t tokens = vector_tokens(r.bucket().tokens), rows = glu_rows(op, tokens);
  const GluParams p = glu_params(r, op, rows);
  r.dispatch({Shader::glu_vector, glu_constants(r, op.gate, op.up, op.x, rows, tokens, 1)}, p, fold(p.groups()), {}, glu_cost(r, op));
}

/// Parameters of shaders/moe_down_vector.comp.
struct DownParams {
  WeightRef down;
  uint64_t h, y, weights, bias, addend, entries;
  uint64_t local, offsets, pairs;
  uint32_t n, out;
  uint32_t blocks, n_experts;
  struct Shared {
    WeightRef w;
    uint64_t x, y, bias, addend, entries;
    uint32_t n, out, token_groups, blocks;
  } beside;
};

DownParams down_params(const MoeDownOp& op, uint32_t rows) {
  return {weight_ref(op.down),
          address(op.h),
          address(op.y),
          address(op.weights),
          address(op.bias),
          address(op.addend.data),
          address(op.addend.entries),
          address(op.local),
          address(op.offsets),
          address(op.pairs),
          static_cast<uint32_t>(op.down.in),
          static_cast<uint32_t>(op.down.out),
          ceil_div(op.down.out, rows),
          static_cast<uint32_t>(op.n_experts),
          {}};
}

DownParams::Shared shared_params(const LinearOp& op, uint32_t token_groups, uint32_t block_rows) {
  const LinearOp::Out& o = op.outs[0];
  return {weight_ref(o.w),
          address(op.x),
          address(o.y),
          address(o.bias),
          address(o.addend.data),
          address(o.addend.entries),
          static_cast<uint32_t>(op.in),
          static_cast<uint32_t>(o.w.out),
          token_groups,
          ceil_div(o.w.out, block_rows)};
}

Cost down_cost(const Recorder& r, const MoeDownOp& op) {
  const int64_t planned = planned_rows(r, op.n_used);
  const Cost one = product_cost(op.down, planned);
  return {one.flops, one.bytes * touched(op.down, planned)};
}

XLoads down_loads(const MoeDownOp& op) {
  return x_loads(op.down.type, op.h, op.down.in, op.down.in);
}

void record_vector(Recorder& r, const MoeDownOp& op) {
  const uint32_t rows = vector_rows(op.down.out, 1), lanes = vector_lanes(r, op.down.in * op.n_used);
  const DownParams p = down_params(op, rows);
  r.dispatch({Shader::moe_down_vector,
              {static_cast<uint32_t>(op.down.type), lanes, rows, 1, static_cast<uint32_t>(down_loads(op)), 0,
               static_cast<uint32_t>(op.n_used), lanes, kSubgroupSums}},
             p, fold(static_cast<uint64_t>(r.bucket().tokens) * p.blocks), {}, down_cost(r, op));
}

}  // namespace

void record(Recorder& r, const MoeGluOp& op) {
  if (!r.decode()) return record_matrix(r, op);
  record_vector(r, op);
}

void record(Recorder& r, const MoeDownOp& op) {
  if (!r.decode()) return record_matrix(r, op);
  record_vector(r, op);
}

/// Both read x in rows of one width, so the lanes of both share a row in the same way.
void record_beside(Recorder& r, const MoeGluOp& experts, const LinearGluOp& shared) {
  const uint32_t tokens = vector_tokens(r.bucket().tokens), rows = glu_rows(experts, tokens);
  const struct { GluParams experts, shared; } p{glu_params(r, experts, rows), glu_params(r, shared, rows, tokens)};
  std::array<uint32_t, 10> constants = glu_constants(r, experts.gate, experts.up, experts.x, rows, tokens, 1);
  const std::array<uint32_t, 10> others = glu_constants(r, shared.gate, shared.up, shared.x, rows, tokens, 0);
  HEARTH_CHECK(experts.gate.in == shared.gate.in);
  constants[4] = std::max(constants[4], others[4]);
  constants[9] = 0x10000 + others[0] + 256 * others[5];
  r.dispatch({Shader::glu_vector, constants}, p, fold(p.experts.groups() + p.shared.groups()), {static_cast<uint32_t>(p.experts.groups())},
             glu_cost(r, experts) + glu_cost(r, shared));
}

/// The lanes of a shared row are a team in the workgroups of the experts, as whole subgroups where they are many; should it not fit
/// into these, the two go into a dispatch each.
void record_beside(Recorder& r, const MoeDownOp& experts, const LinearOp& shared) {
  const Weight& w = shared.outs[0].w;
  const Teams teams = vector_teams(r, w.type, shared.in);
  const uint32_t lanes = vector_lanes(r, experts.down.in * experts.n_used);
  if (teams.team > lanes) {
    record(r, experts);
    r.independent();
    return record(r, shared);
  }
  const uint32_t tokens = vector_tokens(r.bucket().tokens), rows = vector_rows(experts.down.out, tokens);
  DownParams p = down_params(experts, rows);
  p.beside = shared_params(shared, ceil_div(r.bucket().tokens, tokens), rows * (lanes / teams.team));
  const uint64_t groups = static_cast<uint64_t>(r.bucket().tokens) * p.blocks;
  const auto loads = static_cast<uint32_t>(std::max(down_loads(experts), x_loads(w.type, shared.x, shared.in, shared.in)));
  const uint32_t partials = std::max(kSubgroupSums, teams.partials_of(lanes));
  r.dispatch({Shader::moe_down_vector,
              {static_cast<uint32_t>(experts.down.type), lanes, rows, tokens, loads, static_cast<uint32_t>(w.type),
               static_cast<uint32_t>(experts.n_used), lanes, partials, teams.team}},
             p, fold(groups + uint64_t{p.beside.token_groups} * p.beside.blocks), {static_cast<uint32_t>(groups)},
             down_cost(r, experts) + product_cost(w, r.bucket().tokens));
}

}  // namespace engine::vulkan
