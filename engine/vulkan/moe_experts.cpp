#include "vulkan/matrix.h"
#include "vulkan/vector_product.h"

namespace engine::vulkan {
namespace {

/// Experts that `pairs` choices may touch.
double touched(const Weight& w, int64_t pairs) {
  return static_cast<double>(std::min(w.experts, pairs));
}

void record_vector(Recorder& r, const MoeGluOp& op) {
  const int64_t planned = int64_t{r.bucket().tokens} * op.n_used;
  const uint32_t tokens = vector_tokens(r.bucket().tokens), rows = vector_rows(2 * op.gate.out * op.n_used, tokens, 2);
  GluParams p{};
  p.x = address(op.x), p.y = address(op.h);
  p.local = address(op.local), p.offsets = address(op.offsets), p.pairs = address(op.pairs);
  p.gate = {weight_ref(op.gate), address(op.gate_bias), address(op.gate_addend.data), address(op.gate_addend.entries)};
  p.up = {weight_ref(op.up), address(op.up_bias), address(op.up_addend.data), address(op.up_addend.entries)};
  p.n = static_cast<uint32_t>(op.gate.in), p.out = static_cast<uint32_t>(op.gate.out);
  p.act = static_cast<uint32_t>(op.act);
  p.token_groups = static_cast<uint32_t>(planned), p.blocks = ceil_div(op.gate.out, rows);
  p.n_experts = static_cast<uint32_t>(op.n_experts), p.n_used = static_cast<uint32_t>(op.n_used);
  const Cost gate = product_cost(op.gate, planned), up = product_cost(op.up, planned);
  r.dispatch({Shader::glu_vector, glu_constants(r, op.gate, op.up, op.x, rows, tokens, 1)}, p, fold(uint64_t{p.token_groups} * p.blocks),
             {}, {gate.flops + up.flops, (gate.bytes + up.bytes) * touched(op.gate, planned)});
}

void record_vector(Recorder& r, const MoeDownOp& op) {
  struct Params {
    WeightRef down;
    uint64_t h, y, weights, bias, addend, entries;
    uint64_t local, offsets, pairs;
    uint32_t n, out;
    uint32_t blocks, n_experts;
  };
  const uint32_t rows = vector_rows(op.down.out, 1);
  const Params p{weight_ref(op.down),
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
                 static_cast<uint32_t>(op.n_experts)};
  const int64_t planned = int64_t{r.bucket().tokens} * op.n_used;
  const Cost one = product_cost(op.down, planned);
  const uint32_t lanes = vector_lanes(r, op.down.in * op.n_used);
  const auto loads = static_cast<uint32_t>(x_loads(op.down.type, op.h, op.down.in, op.down.in));
  r.dispatch({Shader::moe_down_vector,
              {static_cast<uint32_t>(op.down.type), lanes, rows, 1, loads, 0, static_cast<uint32_t>(op.n_used), lanes, kSubgroupSums}},
             p, fold(static_cast<uint64_t>(r.bucket().tokens) * p.blocks), {}, {one.flops, one.bytes * touched(op.down, planned)});
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

}  // namespace engine::vulkan
