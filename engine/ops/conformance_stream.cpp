// Cases of the residual stream between two products: one adds to it, its norm is what the next one reads. Devices may do the three
// together; the bits of a row must not depend on whether they do.
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

/// Rows [first, first + count) of kBatch rows of n values.
std::vector<float> rows_of(uint64_t seed, int64_t n, int first, int count) {
  const std::vector<float> all = Random(seed).normals(kBatch * n);
  return {all.begin() + first * n, all.begin() + (first + count) * n};
}

class StreamBuilder {
 public:
  StreamBuilder(Rig& rig, const Stream& c, int first, int count, double limit)
      : rig_(rig), c_(c), first_(first), count_(count), limit_(limit) {}

  void build() {
    rig_.step(slice_step(make_step({std::vector<SequenceSpec>(kBatch), 0, 64, 3}), first_, count_));
    x_ = rig_.scratch(rows(50, c_.dim)), xn_ = rig_.scratch(count_ * c_.dim);
    const float* part = c_.experts ? experts() : linear(rig_.input(rows(51, kIn)), kIn);
    norm({part}, xn_);
    const float* next = c_.gated ? gated() : linear(xn_, c_.dim);
    // Of the stream, its norm and the product of that.
    norm({next, linear(xn_, c_.dim)}, rig_.floats("y", int64_t{count_} * c_.dim, limit_));
  }

 private:
  [[nodiscard]] std::vector<float> rows(uint64_t seed, int64_t n) const { return rows_of(seed, n, first_, count_); }

  float* linear(const float* x, int64_t in) {
    LinearOp op{.x = x, .in = in, .rows = Rows::tokens, .outs = {}, .n_outs = 1};
    op.outs[0].w = rig_.weight({in % dtype_info(c_.type).block_elems == 0 ? c_.type : DType::q8_0, in, c_.dim, 1, 0, ++seed_});
    op.outs[0].y = rig_.scratch(count_ * c_.dim);
    rig_.op(op);
    return op.outs[0].y;
  }

  float* gated() {
    LinearGluOp op{};
    op.x = xn_;
    op.gate = rig_.weight({c_.type, c_.dim, c_.dim, 1, 0, ++seed_}), op.up = rig_.weight({c_.type, c_.dim, c_.dim, 1, 0, ++seed_});
    op.y = rig_.scratch(count_ * c_.dim);
    rig_.op(op);
    return op.y;
  }

  float* experts() {
    std::vector<int32_t> ids;
    for (int t = first_; t < first_ + count_; ++t)
      for (int k = 0; k < kUsed; ++k) ids.push_back((5 * t + k * (1 + t % 2)) % kExperts);
    MoePlanOp plan{.ids = rig_.input(ids), .n_experts = kExperts, .n_used = kUsed};
    plan.offsets = reinterpret_cast<int32_t*>(rig_.scratch(kExperts + 1));
    plan.pairs = reinterpret_cast<int32_t*>(rig_.scratch(count_ * kUsed));
    rig_.op(plan);
    MoeGluOp glu{};
    glu.x = rig_.input(rows(52, kIn));
    glu.gate = rig_.weight({DType::q8_0, kIn, kFf, kExperts, 0, ++seed_}),
    glu.up = rig_.weight({DType::q8_0, kIn, kFf, kExperts, 0, ++seed_});
    glu.n_experts = kExperts, glu.n_used = kUsed, glu.offsets = plan.offsets, glu.pairs = plan.pairs;
    glu.h = rig_.scratch(count_ * kUsed * kFf);
    rig_.op(glu);
    MoeDownOp down{};
    down.h = glu.h, down.down = rig_.weight({DType::q8_0, kFf, c_.dim, kExperts, 0, ++seed_});
    down.n_experts = kExperts, down.n_used = kUsed, down.offsets = plan.offsets, down.pairs = plan.pairs;
    down.weights = rig_.input(rows(53, kUsed));
    down.scratch = rig_.scratch(count_ * kUsed * c_.dim), down.y = rig_.scratch(count_ * c_.dim);
    rig_.op(down);
    return down.y;
  }

  void norm(const std::vector<const float*>& parts, float* y) {
    AddNormOp op{};
    op.x = x_, op.dim = c_.dim, op.n_parts = static_cast<int>(parts.size()), op.eps = 1e-5f, op.y = y;
    for (size_t i = 0; i < parts.size(); ++i) op.parts[i] = {parts[i], 0.7f, nullptr};
    op.weight = rig_.input(Random(++seed_).normals(c_.dim));
    rig_.op(op);
  }

  Rig& rig_;
  const Stream& c_;
  int first_, count_;
  double limit_;
  float *x_ = nullptr, *xn_ = nullptr;
  uint64_t seed_ = 2000;
};

}  // namespace

void stream_cases(CaseList& list) {
  constexpr double kNoises = 20;  // products one behind the other
  const Stream table[] = {{DType::q8_0, 256, false, false}, {DType::q4_k, 1536, false, true}, {DType::q8_0, 2560, true, false},
                          {DType::f16, 136, false, true},   {DType::f32, 256, false, false},  {DType::q6_k, 512, true, true}};
  for (const Stream& c : table) {
    const std::string shape = fmt::format("dim {}{}{}", c.dim, c.experts ? " experts" : "", c.gated ? " gated" : "");
    for (const int tokens : {1, 2})
      list.cases.push_back({"stream", dtype_name(c.type), fmt::format("{} T {}", shape, tokens), [c, tokens](Rig& rig) {
                              const double noise = rig.linear_limit(is_float(c.type) ? DType::q8_0 : c.type, tokens);
                              StreamBuilder(rig, c, 0, tokens, kNoises * noise).build();
                            }});
    list.batches.push_back({"stream", dtype_name(c.type), shape + " batches",
                            [c](Rig& rig, int first, int count) { StreamBuilder(rig, c, first, count, 0).build(); }});
  }
}

}  // namespace engine::conformance
