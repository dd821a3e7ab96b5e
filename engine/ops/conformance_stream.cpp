// Cases of the residual stream between two products: one adds to it, its norm is what the next one reads. Devices may do the three
// together, a layer's experts with both norms around them as well; the bits of a row must not depend on whether they do.
#include <fmt/format.h>

#include "ops/conformance_rig.h"

namespace engine::conformance {
namespace {

constexpr int kExperts = 8, kUsed = 3, kFf = 96, kIn = 160;

struct Stream {
  DType type;
  int dim;
  bool experts;  // what adds to the stream
  bool gated;    // what reads its norm
};

/// From one product to the next, with experts between them, those that a router chooses and perhaps shared ones.
struct Layer {
  DType type;
  int dim, n_experts;
  bool shared, shared_gate;
};

/// Rows [first, first + count) of as many as there are, of n values each.
std::vector<float> rows_of(uint64_t seed, int64_t n, int first, int count) {
  const std::vector<float> all = Random(seed).normals((first + count) * n);
  return {all.begin() + first * n, all.begin() + (first + count) * n};
}

/// Rows that are normed in place for one product, then made anew, as compressed queries are.
struct Compressed {
  DType type;
  int dim;
};

class StreamBuilder {
 public:
  StreamBuilder(Rig& rig, DType type, int dim, int first, int count, double limit)
      : rig_(rig), type_(type), dim_(dim), first_(first), count_(count), limit_(limit) {
    const StepInputs batch = make_step({std::vector<SequenceSpec>(kBatch), 0, 64, 3});
    rig_.step(count_ > kBatch ? make_step(count_) : slice_step(batch, first_, count_));
    x_ = rig_.scratch(rows(50, dim_)), xn_ = rig_.scratch(count_ * dim_);
  }

  void build(const Stream& c) {
    norm({{c.experts ? experts() : linear(rig_.input(rows(51, kIn)), kIn)}}, xn_);
    finish(c.gated ? gated(dim_) : linear(xn_, dim_));
  }

  void build(const Layer& c) {
    norm({{linear(rig_.input(rows(51, kIn)), kIn)}}, xn_);
    const float* gate = nullptr;
    const float* routed = routed_experts(c, gate);
    std::vector<AddNormOp::Part> parts;
    if (c.shared) parts.push_back({linear(gated(kIn), kIn), 1.0f, gate});
    parts.push_back({routed});
    norm(parts, xn_);
    finish(linear(xn_, dim_));
  }

  void build(const Compressed&) {
    const float* from = rig_.input(rows(51, kIn));
    float* const queries = linear(from, kIn);
    AddNormOp op{.x = queries, .dim = dim_, .parts = {}, .weight = rig_.input(Random(++seed_).normals(dim_)), .y = queries};
    rig_.op(op);
    linear(queries, dim_, rig_.floats("y", int64_t{count_} * dim_, limit_));
    linear(from, kIn, queries);
  }

 private:
  [[nodiscard]] std::vector<float> rows(uint64_t seed, int64_t n) const { return rows_of(seed, n, first_, count_); }

  /// What is looked at: the stream, its norm and what came of that.
  void finish(const float* y) { norm({{y}, {linear(xn_, dim_)}}, rig_.floats("y", int64_t{count_} * dim_, limit_)); }

  [[nodiscard]] DType type_of(int64_t in) const { return in % dtype_info(type_).block_elems == 0 ? type_ : DType::q8_0; }

  float* linear(const float* x, int64_t in) { return linear(x, in, rig_.scratch(count_ * dim_)); }
  float* linear(const float* x, int64_t in, float* y) {
    LinearOp op{.x = x, .in = in, .rows = Rows::tokens, .outs = {}, .n_outs = 1};
    op.outs[0].w = rig_.weight({type_of(in), in, dim_, 1, 0, ++seed_});
    op.outs[0].y = y;
    rig_.op(op);
    return y;
  }

  float* gated(int64_t out) {
    LinearGluOp op{};
    op.x = xn_;
    op.gate = rig_.weight({type_, dim_, out, 1, 0, ++seed_}), op.up = rig_.weight({type_, dim_, out, 1, 0, ++seed_});
    op.y = rig_.scratch(count_ * out);
    rig_.op(op);
    return op.y;
  }

  float* experts() {
    std::vector<int32_t> ids;
    for (int t = first_; t < first_ + count_; ++t)
      for (int k = 0; k < kUsed; ++k) ids.push_back((5 * t + k * (1 + t % 2)) % kExperts);
    return planned_experts(rig_.input(ids), rig_.input(rows(53, kUsed)), kExperts, rig_.input(rows(52, kIn)), kIn);
  }

  /// `shared_gate`: of the shared experts, from the rows that the router reads.
  float* routed_experts(const Layer& c, const float*& shared_gate) {
    LinearOp router{.x = xn_, .in = dim_, .rows = Rows::tokens, .outs = {}, .n_outs = 1};
    router.outs[0].w = rig_.weight({DType::f32, dim_, c.n_experts, 1, 0, ++seed_});
    router.outs[0].y = rig_.scratch(count_ * c.n_experts);
    if (c.shared_gate) {
      router.n_outs = 2;
      router.outs[1].w = rig_.weight({DType::f32, dim_, 1, 1, 0, ++seed_});
      shared_gate = router.outs[1].y = rig_.scratch(count_);
    }
    rig_.op(router);
    MoeRouteOp route{.logits = router.outs[0].y, .n_experts = c.n_experts, .n_used = kUsed, .normalise = true};
    route.ids = reinterpret_cast<int32_t*>(rig_.scratch(count_ * kUsed)), route.weights = rig_.scratch(count_ * kUsed);
    rig_.op(route);
    return planned_experts(route.ids, route.weights, c.n_experts, xn_, dim_);
  }

  float* planned_experts(const int32_t* ids, const float* weights, int n, const float* x, int64_t in) {
    MoePlanOp plan{.ids = ids, .n_experts = n, .n_used = kUsed};
    plan.offsets = reinterpret_cast<int32_t*>(rig_.scratch(n + 1));
    plan.pairs = reinterpret_cast<int32_t*>(rig_.scratch(count_ * kUsed));
    rig_.op(plan);
    MoeGluOp glu{};
    glu.x = x;
    glu.gate = rig_.weight({DType::q8_0, in, kFf, n, 0, ++seed_}), glu.up = rig_.weight({DType::q8_0, in, kFf, n, 0, ++seed_});
    glu.n_experts = n, glu.n_used = kUsed, glu.offsets = plan.offsets, glu.pairs = plan.pairs;
    glu.h = rig_.scratch(count_ * kUsed * kFf);
    rig_.op(glu);
    MoeDownOp down{};
    down.h = glu.h, down.down = rig_.weight({DType::q8_0, kFf, dim_, n, 0, ++seed_});
    down.n_experts = n, down.n_used = kUsed, down.offsets = plan.offsets, down.pairs = plan.pairs, down.weights = weights;
    down.scratch = rig_.scratch(count_ * kUsed * dim_), down.y = rig_.scratch(count_ * dim_);
    rig_.op(down);
    return down.y;
  }

  void norm(const std::vector<AddNormOp::Part>& parts, float* y) {
    AddNormOp op{};
    op.x = x_, op.dim = dim_, op.n_parts = static_cast<int>(parts.size()), op.eps = 1e-5f, op.y = y;
    for (size_t i = 0; i < parts.size(); ++i) op.parts[i] = {parts[i].data, 0.7f * parts[i].scale, parts[i].gate};
    op.weight = rig_.input(Random(++seed_).normals(dim_));
    rig_.op(op);
  }

  Rig& rig_;
  DType type_;
  int dim_, first_, count_;
  double limit_;
  float *x_ = nullptr, *xn_ = nullptr;
  uint64_t seed_ = 2000;
};

template <class Shape>
void add_cases(CaseList& list, const Shape& c, const std::string& shape, double noises, std::initializer_list<int> token_counts = {1, 2}) {
  for (const int tokens : token_counts)
    list.cases.push_back({"stream", dtype_name(c.type), fmt::format("{} T {}", shape, tokens), [c, tokens, noises](Rig& rig) {
                            const double noise = rig.linear_limit(is_float(c.type) ? DType::q8_0 : c.type, tokens);
                            StreamBuilder(rig, c.type, c.dim, 0, tokens, noises * noise).build(c);
                          }});
  list.batches.push_back({"stream", dtype_name(c.type), shape + " batches",
                          [c](Rig& rig, int first, int count) { StreamBuilder(rig, c.type, c.dim, first, count, 0).build(c); }});
}

}  // namespace

void stream_cases(CaseList& list) {
  constexpr double kNoises = 20;  // products one behind the other
  const Stream streams[] = {{DType::q8_0, 256, false, false}, {DType::q4_k, 1536, false, true}, {DType::q8_0, 2560, true, false},
                            {DType::f16, 136, false, true},   {DType::f32, 256, false, false},  {DType::q6_k, 512, true, true}};
  for (const Stream& c : streams)
    add_cases(list, c, fmt::format("dim {}{}{}", c.dim, c.experts ? " experts" : "", c.gated ? " gated" : ""), kNoises, {1, 2, 6, 40});
  const Compressed queries[] = {{DType::q8_0, 768}, {DType::q4_k, 1536}, {DType::f16, 72}};
  for (const Compressed& c : queries) add_cases(list, c, fmt::format("compressed dim {}", c.dim), kNoises);
  const Layer layers[] = {{DType::q8_0, 256, 8, true, false},  {DType::q4_k, 1536, 64, true, true}, {DType::q6_k, 2560, 40, true, false},
                          {DType::q5_0, 96, 16, false, false}, {DType::f16, 288, 8, false, false},  {DType::q8_0, 1056, 12, true, false}};
  for (const Layer& c : layers) {
    const std::string shared = c.shared_gate ? " shared by a gate" : c.shared ? " shared" : "";
    add_cases(list, c, fmt::format("layer dim {} experts {}{}", c.dim, c.n_experts, shared), kNoises);
  }
}

}  // namespace engine::conformance
