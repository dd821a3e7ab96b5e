// Cases of whole layers in one plan: what single ops cannot show. Every buffer is written again in every layer, as in the forward
// pass, so an op that begins before the one in front of it has ended, or after the next one has, changes the result.
#include <fmt/format.h>

#include <cmath>

#include "ops/conformance_rig.h"

namespace engine::conformance {
namespace {

constexpr int kLayers = 3, kWidth = 128, kHeads = 4, kKvHeads = 2, kHead = 32, kFf = 192, kExperts = 8, kUsed = 2, kExpertFf = 64;
constexpr int kVocab = 64;
// Products one behind the other, each with noise of its own, and the next one's noise on top of it; the residual sums them.
constexpr double kFloatNoises = 30, kInt8Noises = 100;

struct Stack {
  DType type;
  KvDType kv;
  bool experts;  // float weights only: noise of int8 would choose other experts
  const char* name;
  std::vector<SequenceSpec> sequences;
};

/// What the layers share.
struct Buffers {
  float *x, *xn, *q, *k, *v, *attn, *part, *h, *router, *weights, *moe_h, *moe_rows, *moe_part;
  int32_t *ids, *offsets, *pairs;
  RopeTable rope;
};

Buffers make_buffers(Rig& rig, int t) {
  Buffers b;
  b.x = rig.scratch(t * kWidth);
  b.xn = rig.scratch(t * kWidth);
  b.q = rig.scratch(t * kHeads * kHead);
  b.k = rig.scratch(t * kKvHeads * kHead);
  b.v = rig.scratch(t * kKvHeads * kHead);
  b.attn = rig.scratch(t * kHeads * kHead);
  b.part = rig.scratch(t * kWidth);
  b.h = rig.scratch(t * kFf);
  b.router = rig.scratch(t * kExperts);
  b.weights = rig.scratch(t * kUsed);
  b.moe_h = rig.scratch(t * kUsed * kExpertFf);
  b.moe_rows = rig.scratch(t * kUsed * kWidth);
  b.moe_part = rig.scratch(t * kWidth);
  b.ids = reinterpret_cast<int32_t*>(rig.scratch(t * kUsed));
  b.offsets = reinterpret_cast<int32_t*>(rig.scratch(kExperts + 1));
  b.pairs = reinterpret_cast<int32_t*>(rig.scratch(t * kUsed));
  b.rope = rig.rope(RopeKind::neox, kHead);
  return b;
}

class StackBuilder {
 public:
  StackBuilder(Rig& rig, const Stack& c)
      : rig_(rig), c_(c), step_(make_step({c.sequences, static_cast<int>(c.sequences.size()), kVocab, 5})) {}

  void build() {
    rig_.step(step_);
    b_ = make_buffers(rig_, step_.n_tokens);
    limit_ = (is_float(c_.type) ? kFloatNoises : kInt8Noises) * rig_.linear_limit(c_.type, step_.n_tokens);
    rig_.op(EmbedOp{.table = weight(kWidth, kVocab), .scale = 1.0f, .addend = {}, .out = b_.x});
    norm({}, Rows::tokens);
    for (int l = 0; l < kLayers; ++l) {
      attention(static_cast<uint64_t>(l));
      norm({b_.part}, Rows::tokens);
      dense();
      if (c_.experts) routed();
      const Rows rows = l + 1 < kLayers ? Rows::tokens : Rows::outputs;
      c_.experts ? norm({b_.part, b_.moe_part}, rows) : norm({b_.part}, rows);
    }
    LinearOp head{.x = b_.xn, .in = kWidth, .rows = Rows::outputs, .outs = {}, .n_outs = 1};
    head.outs[0].w = weight(kWidth, kVocab);
    head.outs[0].y = rig_.floats("logits", int64_t{step_.n_outputs} * kVocab, limit_);
    rig_.op(head);
  }

 private:
  Weight weight(int64_t in, int64_t out, int64_t experts = 1) { return rig_.weight({c_.type, in, out, experts, 0, ++seed_}); }

  LinearOp linear(const float* x, int64_t in, int64_t out, float* y) {
    LinearOp op{.x = x, .in = in, .rows = Rows::tokens, .outs = {}, .n_outs = 1};
    op.outs[0].w = weight(in, out);
    op.outs[0].y = y;
    return op;
  }

  void norm(const std::vector<const float*>& parts, Rows rows) {
    AddNormOp op{.x = b_.x,
                 .dim = kWidth,
                 .parts = {},
                 .n_parts = static_cast<int>(parts.size()),
                 .weight = nullptr,
                 .eps = 1e-5f,
                 .y = b_.xn,
                 .rows = rows};
    op.weight = rig_.input(Random(++seed_).normals(kWidth));
    for (size_t i = 0; i < parts.size(); ++i) op.parts[i] = {parts[i], 0.1f, nullptr};
    rig_.op(op);
  }

  void attention(uint64_t layer) {
    LinearOp qkv = linear(b_.xn, kWidth, kHeads * kHead, b_.q);
    qkv.n_outs = 3;
    qkv.outs[1].w = weight(kWidth, kKvHeads * kHead);
    qkv.outs[1].y = b_.k;
    qkv.outs[2].w = weight(kWidth, kKvHeads * kHead);
    qkv.outs[2].y = b_.v;
    rig_.op(qkv);
    KvLayer kv{c_.kv, nullptr, nullptr, cache_row_bytes(c_.kv, kKvHeads * kHead), cache_row_bytes(c_.kv, kKvHeads * kHead)};
    const double store = c_.kv == KvDType::f32 ? 0 : kStoreF16Limit;
    kv.k = rig_.cache_result(step_, c_.kv, kKvHeads * kHead, 50 + layer, limit_ + store);
    kv.v = rig_.cache_result(step_, c_.kv, kKvHeads * kHead, 60 + layer, limit_ + store);
    QkvStoreOp put{
        .q = b_.q, .k = b_.k, .v = b_.v, .n_head = kHeads, .n_kv = kKvHeads, .head_k = kHead, .head_v = kHead, .rope = b_.rope, .kv = kv};
    rig_.op(put);
    rig_.op(AttnGqaOp{
        .q = b_.q, .out = b_.attn, .n_head = kHeads, .n_kv = kKvHeads, .head_k = kHead, .head_v = kHead, .scale = 0.02f, .kv = kv});
    rig_.op(linear(b_.attn, kHeads * kHead, kWidth, b_.part));
  }

  void dense() {
    rig_.op(LinearGluOp{.x = b_.xn, .gate = weight(kWidth, kFf), .up = weight(kWidth, kFf), .gate_addend = {}, .up_addend = {}, .y = b_.h});
    rig_.op(linear(b_.h, kFf, kWidth, b_.part));
  }

  void routed() {
    rig_.op(linear(b_.xn, kWidth, kExperts, b_.router));
    MoeRouteOp route{.logits = b_.router, .n_experts = kExperts, .n_used = kUsed};
    route.normalise = true;
    route.ids = b_.ids;
    route.weights = b_.weights;
    rig_.op(route);
    rig_.op(MoePlanOp{.ids = b_.ids, .n_experts = kExperts, .n_used = kUsed, .local = nullptr, .offsets = b_.offsets, .pairs = b_.pairs});
    MoeGluOp glu{.x = b_.xn,
                 .gate = weight(kWidth, kExpertFf, kExperts),
                 .up = weight(kWidth, kExpertFf, kExperts),
                 .n_experts = kExperts,
                 .n_used = kUsed,
                 .offsets = b_.offsets,
                 .pairs = b_.pairs,
                 .gate_addend = {},
                 .up_addend = {}};
    glu.h = b_.moe_h;
    rig_.op(glu);
    MoeDownOp down{.h = b_.moe_h,
                   .down = weight(kExpertFf, kWidth, kExperts),
                   .n_experts = kExperts,
                   .n_used = kUsed,
                   .offsets = b_.offsets,
                   .pairs = b_.pairs,
                   .weights = b_.weights,
                   .addend = {}};
    down.scratch = b_.moe_rows;
    down.y = b_.moe_part;
    rig_.op(down);
  }

  Rig& rig_;
  const Stack& c_;
  const StepInputs step_;
  Buffers b_{};
  double limit_ = 0;
  uint64_t seed_ = 1000;
};

}  // namespace

void stack_cases(CaseList& list) {
  const std::vector<Stack> kinds = {{DType::f32, KvDType::f32, true, "", {}}, {DType::q8_0, KvDType::f16, false, "", {}}};
  const std::vector<std::pair<const char*, std::vector<SequenceSpec>>> steps = {
      {"decode 33", {{33, 1}}},
      {"prompt 40", {{40, 40}}},
      {"decode 5 sequences", {{1, 1}, {32, 1}, {65, 1}, {300, 1}, {31, 1}}},
      {"prompts 3 33", {{3, 3}, {97, 33}}}};
  for (Stack c : kinds)
    for (const auto& [name, sequences] : steps) {
      c.name = name;
      c.sequences = sequences;
      list.cases.push_back({"stack", dtype_name(c.type), fmt::format("{} layers{} {}", kLayers, c.experts ? " experts" : "", name),
                            [c](Rig& rig) { StackBuilder(rig, c).build(); }});
    }
}

}  // namespace engine::conformance
