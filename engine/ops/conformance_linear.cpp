// Cases of linear, linear_glu and linear_heads.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ops/conformance_rig.h"

namespace engine::conformance {
namespace {

constexpr int kTokens[] = {1, 2, 3, 4, 7, 8, 16, 33};
constexpr int kOuts[] = {33, 64, 40, 130, 97, 65, 48, 34};

std::vector<int> widths(DType type) {
  if (dtype_info(type).block_elems == 256) return {256, 512, 768, 2048};
  if (is_float(type)) return {7, 32, 40, 64, 192, 256, 512, 1408};
  return {32, 64, 192, 256, 512, 1408};
}

/// Activation rows; the third is all zero, as after a dead unit: its int8 scale is 0.
std::vector<float> activations(uint64_t seed, int rows, int64_t in, float scale = 1.0f) {
  std::vector<float> x = Random(seed).normals(rows * in, scale);
  if (rows > 3) std::fill_n(x.begin() + 2 * in, in, 0.0f);
  return x;
}

struct LinearCase {
  std::vector<std::pair<DType, int>> outs;  // type and rows of each weight
  int64_t in = 0;
  int tokens = 1, outputs = 0;  // outputs > 0: rows == outputs
  bool extras = false;          // bias and addend
  float scale = 1.0f;           // of x
};

void build_linear(Rig& rig, const LinearCase& c) {
  const StepInputs step = make_step(c.tokens, c.outputs);
  rig.step(step);
  LinearOp op;
  op.in = c.in;
  op.rows = c.outputs > 0 ? Rows::outputs : Rows::tokens;
  op.n_outs = static_cast<int>(c.outs.size());
  const int rows = c.outputs > 0 ? c.outputs : c.tokens;
  op.x = rig.input(activations(static_cast<uint64_t>(c.in), rows, c.in, c.scale));
  for (int i = 0; i < op.n_outs; ++i) {
    const auto [type, out] = c.outs[static_cast<size_t>(i)];
    LinearOp::Out& o = op.outs[i];
    o.w = rig.weight({type, c.in, out, 1, 0, static_cast<uint64_t>(i)});
    if (c.extras) o.bias = rig.input(Random(5).normals(out, 3.0f));
    if (c.extras) o.addend.data = rig.input(addends(6, step, op.rows, out));
    o.y = rig.floats(fmt::format("y{}", i), static_cast<int64_t>(rows) * out, rig.linear_limit(type, rows));
  }
  rig.op(op);
}

void add_linear(CaseList& list, const LinearCase& c) {
  std::string types, outs;
  for (const auto& [type, out] : c.outs) {
    types += fmt::format("{}{}", types.empty() ? "" : "+", dtype_name(type));
    outs += fmt::format("{}{}", outs.empty() ? "" : "+", out);
  }
  std::string shape = fmt::format("in {} out {} T {}", c.in, outs, c.tokens);
  if (c.outputs > 0) shape += fmt::format(" R {}", c.outputs);
  if (c.extras) shape += " bias addend";
  if (c.scale != 1.0f) shape += fmt::format(" x {:g}", static_cast<double>(c.scale));
  list.cases.push_back({"linear", types, shape, [c](Rig& rig) { build_linear(rig, c); }});
}

void linear_batch(CaseList& list, DType type, int64_t in, int out) {
  const auto build = [type, in, out](Rig& rig, int first, int count) {
    const StepInputs all = make_step({std::vector<SequenceSpec>(kBatch), 0, 64, 3});
    rig.step(slice_step(all, first, count));
    const std::vector<float> x = activations(8, kBatch, in), a = addends(9, all, Rows::tokens, out);
    LinearOp op;
    op.in = in;
    op.x = rig.input(std::vector<float>(x.begin() + first * in, x.begin() + (first + count) * in));
    op.outs[0].w = rig.weight({type, in, out, 1, 0, 0});
    op.outs[0].addend.data = rig.input(std::vector<float>(a.begin() + first * out, a.begin() + (first + count) * out));
    op.outs[0].y = rig.floats("y", static_cast<int64_t>(count) * out, 0);
    rig.op(op);
  };
  list.batches.push_back({"linear", dtype_name(type), fmt::format("in {} out {} batches", in, out), build});
}

struct GluCase {
  DType type;
  int64_t in;
  int out, tokens;
  bool extras;
  ActKind act = ActKind::silu;
  DType up = type;
};

void build_glu(Rig& rig, const GluCase& c) {
  const StepInputs step = make_step(c.tokens);
  rig.step(step);
  LinearGluOp op;
  op.x = rig.input(activations(static_cast<uint64_t>(c.in + 1), c.tokens, c.in, 1.0f / std::sqrt(static_cast<float>(c.in))));
  op.gate = rig.weight({c.type, c.in, c.out, 1, 0, 0});
  op.up = rig.weight({c.up, c.in, c.out, 1, 0, 1});
  op.act = c.act;
  if (c.extras) {
    op.gate_bias = rig.input(Random(1).normals(c.out, c.act == ActKind::silu ? 1.0f : 6.0f));
    op.up_bias = rig.input(Random(2).normals(c.out, c.act == ActKind::silu ? 1.0f : 6.0f));
    op.gate_addend.data = rig.input(addends(3, step, Rows::tokens, c.out));
    op.up_addend.data = rig.input(addends(4, step, Rows::tokens, c.out));
  }
  op.y = rig.floats("y", static_cast<int64_t>(c.tokens) * c.out, std::max(rig.glu_limit(c.type, c.tokens), rig.glu_limit(c.up, c.tokens)));
  rig.op(op);
}

void glu_batch(CaseList& list, DType type, int64_t in, int out) {
  const auto build = [type, in, out](Rig& rig, int first, int count) {
    rig.step(slice_step(make_step({std::vector<SequenceSpec>(kBatch), 0, 64, 3}), first, count));
    const std::vector<float> x = activations(8, kBatch, in, 1.0f / std::sqrt(static_cast<float>(in)));
    LinearGluOp op;
    op.x = rig.input(std::vector<float>(x.begin() + first * in, x.begin() + (first + count) * in));
    op.gate = rig.weight({type, in, out, 1, 0, 0});
    op.up = rig.weight({type, in, out, 1, 0, 1});
    op.y = rig.floats("y", static_cast<int64_t>(count) * out, 0);
    rig.op(op);
  };
  list.batches.push_back({"linear_glu", dtype_name(type), fmt::format("in {} out {} batches", in, out), build});
}

/// Absorption of MLA: x are the first `in` values of each [nope | rope] head, y the first `out` of each [c | rope] row.
struct HeadsCase {
  DType type;
  int64_t in;
  int out, heads, x_gap, y_gap, gap_rows;
  bool addend = false;
};

void build_heads(Rig& rig, const HeadsCase& c, const StepInputs& all, int first, int count, double limit) {
  rig.step(count == all.n_tokens ? all : slice_step(all, first, count));
  LinearHeadsOp op;
  op.w = rig.weight({c.type, c.in, c.out, c.heads, c.gap_rows, 0});
  op.x_head_stride = c.in + c.x_gap;
  op.x_token_stride = op.x_head_stride * c.heads;
  op.y_head_stride = c.out + c.y_gap;
  op.y_token_stride = op.y_head_stride * c.heads;
  const int64_t xs = op.x_token_stride, ys = op.y_token_stride;
  const std::vector<float> x = Random(11).normals(all.n_tokens * xs), y = Random(12).normals(all.n_tokens * ys);
  op.x = rig.input(std::vector<float>(x.begin() + first * xs, x.begin() + (first + count) * xs));
  if (c.addend) {
    const std::vector<float> a = addends(13, all, Rows::tokens, int64_t{c.heads} * c.out);
    const int64_t as = int64_t{c.heads} * c.out;
    op.addend.data = rig.input(std::vector<float>(a.begin() + first * as, a.begin() + (first + count) * as));
  }
  op.y = rig.floats("y", std::vector<float>(y.begin() + first * ys, y.begin() + (first + count) * ys), limit);
  rig.op(op);
}

}  // namespace

void linear_cases(CaseList& list) {
  for (const DType type : computable_types()) {
    size_t i = 0;
    for (const int in : widths(type))
      for (const int tokens : kTokens) add_linear(list, {{{type, kOuts[i++ % std::size(kOuts)]}}, in, tokens, 0, false});
    const int wide = widths(type).back();
    add_linear(list, {{{type, 1}}, wide, 70, 0, false});
    add_linear(list, {{{type, 50}}, wide, 6, 0, true});
    add_linear(list, {{{type, 50}}, 256, 20, 0, true});
    for (const int tokens : {40, 72}) add_linear(list, {{{type, 4090}}, 256, tokens, 0, false});
    for (const float scale : {1e-7f, 3e5f}) add_linear(list, {{{type, 40}}, 256, 20, 0, false, scale});  // beyond f16
    add_linear(list, {{{type, 257}}, 256, 9, 5, false});
    add_linear(list, {{{type, 61}}, 256, 9, 40, true});
    add_linear(list, {{{type, 64}, {type, 32}, {type, 33}}, 256, 5, 0, true});
    linear_batch(list, type, 256, 67);
    linear_batch(list, type, wide, 40);
  }
  for (const int tokens : {1, 17}) {  // the mixtures of real files: q, k in Q4_K with v in Q6_K; a float router beside them
    add_linear(list, {{{DType::q4_k, 64}, {DType::q4_k, 32}, {DType::q6_k, 32}}, 512, tokens, 0, false});
    add_linear(list, {{{DType::q8_0, 64}, {DType::f32, 16}}, 192, tokens, 0, false});
    add_linear(list, {{{DType::f32, 36}, {DType::f16, 40}, {DType::q5_0, 44}}, 96, tokens, 0, false});
  }
}

void linear_glu_cases(CaseList& list) {
  for (const DType type : computable_types()) {
    size_t i = 0;
    for (const int in : widths(type))
      for (const int tokens : {1, 3, 8, 33}) {
        const GluCase c{type, in, kOuts[i++ % std::size(kOuts)], tokens, i % 3 == 0, i % 5 < 2 ? ActKind::swiglu_clamped : ActKind::silu};
        list.cases.push_back({"linear_glu", dtype_name(type),
                              fmt::format("in {} out {} T {}{}{}", in, c.out, tokens, c.extras ? " bias addend" : "",
                                          c.act == ActKind::silu ? "" : " clamped"),
                              [c](Rig& rig) { build_glu(rig, c); }});
      }
    const GluCase wide{type, 256, 2046, 72, false};
    list.cases.push_back({"linear_glu", dtype_name(type), "in 256 out 2046 T 72", [wide](Rig& rig) { build_glu(rig, wide); }});
    glu_batch(list, type, 512, 45);
  }
  for (const auto& [gate, up] : kMixedPairs)
    for (const int tokens : {3, 33}) {
      const GluCase c{gate, 256, 97, tokens, true, ActKind::silu, up};
      list.cases.push_back({"linear_glu", fmt::format("{}+{}", dtype_name(gate), dtype_name(up)),
                            fmt::format("in 256 out 97 T {} bias addend", tokens), [c](Rig& rig) { build_glu(rig, c); }});
    }
}

void linear_heads_cases(CaseList& list) {
  for (const DType type : computable_types()) {
    const bool super = dtype_info(type).block_elems == 256;
    const HeadsCase shapes[] = {{type, super ? 256 : 32, 64, 2, 32, 32, 0},
                                {type, super ? 256 : 128, 512, 16, 64, 64, 0},
                                {type, super ? 512 : 64, 40, 5, 0, 0, 0, true},
                                {type, 512, 128, 4, 64, 0, 128, true}};  // v_b as the V rows of a fused kv_b
    for (const HeadsCase& c : shapes) {
      const std::string shape = fmt::format("in {} out {} heads {} gaps {} {} {}", c.in, c.out, c.heads, c.x_gap, c.y_gap, c.gap_rows);
      for (const int tokens : {1, 3, kBatch, 33}) {
        const auto build = [c, tokens](Rig& rig) { build_heads(rig, c, make_step(tokens), 0, tokens, rig.linear_limit(c.type, tokens)); };
        list.cases.push_back({"linear_heads", dtype_name(type), fmt::format("{} T {}", shape, tokens), build});
      }
      const auto batch = [c](Rig& rig, int first, int count) {
        build_heads(rig, c, make_step({std::vector<SequenceSpec>(kBatch), 0, 64, 3}), first, count, 0);
      };
      if (c.heads == 4) list.batches.push_back({"linear_heads", dtype_name(type), shape + " batches", batch});
    }
  }
}

}  // namespace engine::conformance
