// Which launches wait for which, and which ops become branches that run side by side.
#include "cuda/order.h"

#include <gtest/gtest.h>

#include "cuda/fold.h"

namespace engine::cuda {
namespace {

using Before = std::vector<size_t>;

/// Launches as a string: '.' one after the other, '=' independent of the one before it, 'a' and 'b' of the first and the second branch.
std::vector<Launch> launches_of(const std::string& text) {
  std::vector<Launch> launches(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    launches[i].independent = text[i] == '=';
    if (text[i] == 'a') launches[i].branch = Branch::first;
    if (text[i] == 'b') launches[i].branch = Branch::second;
  }
  return launches;
}

std::vector<Before> before(const std::string& text, bool branches = true) {
  std::vector<Before> all;
  for (const Follower& f : launch_order(launches_of(text), branches)) all.push_back(f.before);
  return all;
}

std::string only_ones(const std::string& text) {
  std::string found;
  for (const Follower& f : launch_order(launches_of(text), true)) found += f.only_one ? '1' : '0';
  return found;
}

TEST(CudaOrder, LaunchesFollowEachOther) {
  EXPECT_EQ(before("..."), (std::vector<Before>{{}, {0}, {1}}));
  EXPECT_EQ(only_ones("..."), "011");
}

TEST(CudaOrder, IndependentLaunchesFollowWhatTheOneBeforeThemFollows) {
  EXPECT_EQ(before("..=."), (std::vector<Before>{{}, {0}, {0}, {1, 2}}));
  EXPECT_EQ(only_ones("..=.."), "00001");
}

TEST(CudaOrder, BranchesBeginTogetherAndAreBothAwaited) {
  EXPECT_EQ(before(".aabb."), (std::vector<Before>{{}, {0}, {1}, {0}, {3}, {2, 4}}));
  EXPECT_EQ(only_ones(".aabb.."), "0010101");
  EXPECT_EQ(before("ab."), (std::vector<Before>{{}, {}, {0, 1}}));
  EXPECT_EQ(before("abab."), (std::vector<Before>{{}, {}, {0, 1}, {0, 1}, {2, 3}})) << "branches behind branches";
  EXPECT_EQ(before(".bb."), (std::vector<Before>{{}, {0}, {1}, {2}})) << "where the first branch is empty";
  EXPECT_EQ(before(".aa."), (std::vector<Before>{{}, {0}, {1}, {2}})) << "where the second is";
  EXPECT_EQ(before(".aabb.", false), (std::vector<Before>{{}, {0}, {1}, {2}, {3}, {4}}));
}

TEST(CudaOrder, TheLastAreThoseThatNoneFollows) {
  EXPECT_EQ(last_launches(launch_order(launches_of(".aab"), true)), (Before{2, 3}));
  EXPECT_EQ(last_launches(launch_order(launches_of("..="), true)), (Before{1, 2}));
}

/// Memory of its own for everything that is asked for; nothing is ever read.
class Sketch final : public Recorder {
 public:
  explicit Sketch(int tokens, int sequences = 1, int context = 256)
      : bucket_{tokens, 1, sequences, context}, limits_{tokens, tokens, sequences, context / kPageTokens} {}

  [[nodiscard]] const Bucket& bucket() const override { return bucket_; }
  [[nodiscard]] const StepLimits& limits() const override { return limits_; }
  [[nodiscard]] const Features& features() const override { return features_; }
  std::byte* scratch(Scratch, size_t bytes) override { return take(bytes); }
  void independent() override {}
  void branch(Branch branch) override { branch_ = branch; }
  void refuse(Error error) override { ADD_FAILURE() << error.text(); }
  const uint64_t* turns(const RopeTable&) override { return reinterpret_cast<const uint64_t*>(take(1024)); }

  template <class T>
  T* rows(int64_t n) {
    return reinterpret_cast<T*>(take(static_cast<size_t>(n) * sizeof(T)));
  }
  Weight weight(DType type, int64_t in, int64_t out, int64_t experts = 1) {
    Weight w;
    w.type = type, w.in = in, w.out = out, w.experts = experts;
    w.row_stride = row_bytes(type, in), w.expert_stride = w.row_stride * static_cast<size_t>(out);
    w.data = take(w.expert_stride * static_cast<size_t>(experts));
    return w;
  }

  /// The branch of every launch: '.', 'a' or 'b'.
  std::string branches;

 protected:
  void add(Launch) override { branches += ".ab"[static_cast<int>(branch_)]; }

 private:
  std::byte* take(size_t bytes) {
    std::byte* const at = reinterpret_cast<std::byte*>(next_);
    next_ += (bytes + 255) / 256 * 256;
    return at;
  }

  Bucket bucket_;
  StepLimits limits_;
  Features features_{90, 132, 232448, size_t{80} << 30};
  Branch branch_ = Branch::none;
  uintptr_t next_ = uintptr_t{1} << 40;
};

void fold_all(Sketch& sketch, std::span<const Op> ops) {
  while (!ops.empty()) ops = ops.subspan(record_folded(sketch, ops));
}

constexpr int kExperts = 64, kUsed = 6, kTokens = 16;
constexpr int64_t kDim = 2048;

/// From the router to the shared experts of a layer.
struct Layer {
  LinearOp router;
  MoeRouteOp route;
  MoePlanOp plan;
  MoeGluOp glu;
  MoeDownOp down;
  LinearGluOp shared_glu;
  LinearOp shared_down;

  explicit Layer(Sketch& s) {
    const float* x = s.rows<float>(kTokens * kDim);
    router = {.x = x, .in = kDim, .rows = Rows::tokens, .outs = {}, .n_outs = 1};
    router.outs[0].w = s.weight(DType::f32, kDim, kExperts);
    router.outs[0].y = s.rows<float>(kTokens * kExperts);
    route = {.logits = router.outs[0].y, .n_experts = kExperts, .n_used = kUsed};
    route.ids = s.rows<int32_t>(kTokens * kUsed), route.weights = s.rows<float>(kTokens * kUsed);
    plan = {.ids = route.ids, .n_experts = kExperts, .n_used = kUsed};
    plan.offsets = s.rows<int32_t>(kExperts + 1), plan.pairs = s.rows<int32_t>(kTokens * kUsed);
    glu.x = x, glu.gate = s.weight(DType::q4_k, kDim, 1408, kExperts), glu.up = s.weight(DType::q4_k, kDim, 1408, kExperts);
    glu.n_experts = kExperts, glu.n_used = kUsed, glu.offsets = plan.offsets, glu.pairs = plan.pairs;
    glu.h = s.rows<float>(int64_t{kTokens} * kUsed * 1408);
    down.h = glu.h, down.down = s.weight(DType::q5_0, 1408, kDim, kExperts), down.n_experts = kExperts, down.n_used = kUsed;
    down.offsets = plan.offsets, down.pairs = plan.pairs, down.weights = route.weights, down.y = s.rows<float>(kTokens * kDim);
    shared_glu.x = x, shared_glu.gate = s.weight(DType::q4_k, kDim, 2816), shared_glu.up = s.weight(DType::q4_k, kDim, 2816);
    shared_glu.y = s.rows<float>(kTokens * 2816);
    shared_down = {.x = shared_glu.y, .in = 2816, .rows = Rows::tokens, .outs = {}, .n_outs = 1};
    shared_down.outs[0].w = s.weight(DType::q6_k, 2816, kDim);
    shared_down.outs[0].y = s.rows<float>(kTokens * kDim);
  }

  [[nodiscard]] std::vector<Op> ops() const { return {router, route, plan, glu, down, shared_glu, shared_down}; }
};

/// The branches of the launches of a layer that `change` has changed.
std::string branches_of(
    int tokens, void (*change)(Layer&) = [](Layer&) {}) {
  Sketch sketch(tokens);
  Layer layer(sketch);
  change(layer);
  const std::vector<Op> ops = layer.ops();
  fold_all(sketch, ops);
  return sketch.branches;
}

TEST(CudaFold, SharedExpertsRunBesideTheRoutedOnes) {
  EXPECT_EQ(branches_of(1), "aaabb");
  EXPECT_EQ(branches_of(2), "aaabb");
}

TEST(CudaFold, WhatSharesScratchRunsAlone) {
  EXPECT_EQ(branches_of(4).find_first_of("ab"), std::string::npos) << "both round their rows into the same scratch";
  EXPECT_EQ(branches_of(1, [](Layer& l) { l.shared_glu.up.type = DType::q6_k; }).find_first_of("ab"), std::string::npos);
}

TEST(CudaFold, WhatOneWritesAndTheOtherTouchesKeepsThemApart) {
  EXPECT_EQ(branches_of(1, [](Layer& l) { l.shared_down.outs[0].y = l.down.y + kDim / 2; }).find_first_of("ab"), std::string::npos);
  EXPECT_EQ(branches_of(1, [](Layer& l) { l.shared_down.outs[0].y = const_cast<float*>(l.glu.x); }).find_first_of("ab"), std::string::npos);
  EXPECT_EQ(branches_of(1, [](Layer& l) { l.shared_glu.y = l.glu.h; }).find_first_of("ab"), std::string::npos);
}

TEST(CudaFold, TheHalvesOfLatentQueriesRunBesideEachOther) {
  for (const int tokens : {1, 8}) {
    Sketch s(tokens);
    constexpr int kHeads = 16, kNope = 128, kRope = 64, kLatent = 512;
    MlaStoreOp store;
    store.q = s.rows<float>(kTokens * kHeads * (kNope + kRope)), store.kv_a = s.rows<float>(kTokens * (kLatent + kRope));
    store.kv_norm = s.rows<float>(kLatent), store.n_head = kHeads, store.nope = kNope, store.rope_dim = kRope, store.c = kLatent;
    store.q_latent = s.rows<float>(int64_t{kTokens} * kHeads * (kLatent + kRope));
    store.kv = {KvDType::f16, s.rows<std::byte>(1 << 20), nullptr, 1152, 0};
    LinearHeadsOp heads;
    heads.x = store.q, heads.x_token_stride = kHeads * (kNope + kRope), heads.x_head_stride = kNope + kRope;
    heads.w = s.weight(DType::q8_0, kNope, kLatent, kHeads), heads.y = store.q_latent;
    heads.y_token_stride = kHeads * (kLatent + kRope), heads.y_head_stride = kLatent + kRope;
    const std::vector<Op> ops{store, heads};
    EXPECT_EQ(record_folded(s, ops), 2u);
    EXPECT_EQ(s.branches, tokens == 1 ? "ab" : "abb") << "many rows are rounded first";
    Sketch other(tokens);
    heads.y = other.rows<float>(int64_t{kTokens} * kHeads * (kLatent + kRope));
    EXPECT_EQ(record_folded(other, std::vector<Op>{store, heads}), 1u) << "another place";
  }
}

/// Latent attention between its products, of a prompt; how many launches it takes.
size_t prompt_launches(int tokens, int sequences, DType type, int heads = 16, int context = 4096) {
  Sketch s(tokens, sequences, context);
  constexpr int kNope = 128, kRope = 64, kLatent = 512, kValue = 128;
  LinearHeadsOp into, out_of;
  AttnMlaOp op;
  into.x = s.rows<float>(int64_t{tokens} * heads * (kNope + kRope));
  into.x_token_stride = int64_t{heads} * (kNope + kRope), into.x_head_stride = kNope + kRope;
  into.w = s.weight(type, kNope, kLatent, heads);
  op.n_head = heads, op.c = kLatent, op.rope_dim = kRope;
  op.q_latent = into.y = s.rows<float>(int64_t{tokens} * heads * (kLatent + kRope));
  into.y_token_stride = int64_t{heads} * (kLatent + kRope), into.y_head_stride = kLatent + kRope;
  op.kv = {KvDType::f16, s.rows<std::byte>(1 << 20), nullptr, 1152, 0};
  out_of.x = op.out = s.rows<float>(int64_t{tokens} * heads * kLatent);
  out_of.x_token_stride = int64_t{heads} * kLatent, out_of.x_head_stride = kLatent;
  out_of.w = s.weight(type, kLatent, kValue, heads);
  out_of.y = s.rows<float>(int64_t{tokens} * heads * kValue);
  out_of.y_token_stride = int64_t{heads} * kValue, out_of.y_head_stride = kValue;
  const std::vector<Op> ops{into, op, out_of};
  return record_folded(s, ops) == 3 ? s.branches.size() : 0;
}

TEST(CudaFold, LatentAttentionOfPromptsIsExpandedWhereThatCostsLess) {
  EXPECT_EQ(prompt_launches(512, 1, DType::q8_0), 5u) << "two weights, queries, keys with values, attention";
  EXPECT_EQ(prompt_launches(512, 1, DType::q8_0, 128, 16384), 3u + 2 * 11) << "twelve heads at a time";
  EXPECT_EQ(prompt_launches(64, 1, DType::q8_0), 0u) << "few tokens";
  EXPECT_EQ(prompt_launches(512, 4, DType::q8_0), 0u) << "several sequences";
  EXPECT_EQ(prompt_launches(512, 1, DType::f32), 0u) << "weights that halves are too coarse for";
}

/// A layer's experts between the product in front of them and the one of the next layer.
struct Whole {
  LinearOp before;
  AddNormOp norm;
  Layer layer;
  AddNormOp sum;
  LinearOp next;

  explicit Whole(Sketch& s) : layer(s) {
    const int64_t n = kTokens * kDim;
    before = {.x = s.rows<float>(n), .in = kDim, .rows = Rows::tokens, .outs = {}, .n_outs = 1};
    before.outs[0].w = s.weight(DType::q4_k, kDim, kDim), before.outs[0].y = s.rows<float>(n);
    norm.x = s.rows<float>(n), norm.dim = kDim, norm.weight = s.rows<float>(kDim), norm.y = const_cast<float*>(layer.glu.x);
    sum = norm;
    norm.n_parts = 1, norm.parts[0].data = before.outs[0].y;
    sum.n_parts = 2, sum.parts[0].data = layer.shared_down.outs[0].y, sum.parts[1].data = layer.down.y;
    next = before;
    next.x = sum.y, next.outs[0].y = s.rows<float>(n);
  }

  [[nodiscard]] std::vector<Op> ops() const {
    std::vector<Op> all{before, norm};
    for (const Op& op : layer.ops()) all.push_back(op);
    all.insert(all.end(), {sum, next});
    return all;
  }
};

/// The branches of its launches.
std::string branches_of_whole(
    int tokens, void (*change)(Whole&, Sketch&) = [](Whole&, Sketch&) {}) {
  Sketch sketch(tokens);
  Whole whole(sketch);
  change(whole, sketch);
  const std::vector<Op> ops = whole.ops();
  fold_all(sketch, ops);
  return sketch.branches;
}

TEST(CudaFold, ExpertsDoTheNormInFrontAndTheSumBehindThem) {
  const auto whole = [](Whole&, Sketch&) {};
  EXPECT_EQ(branches_of_whole(1, whole), ".aabb..") << "before; router, experts; shared experts; what adds both; next";
  EXPECT_EQ(branches_of_whole(2, whole), ".aabb..");
  EXPECT_EQ(branches_of_whole(1, [](Whole& w, Sketch& s) { w.sum.parts[0].gate = s.rows<float>(kTokens); }), ".aabb..") << "a gate of both";
  EXPECT_EQ(branches_of_whole(1, [](Whole& w, Sketch&) { std::swap(w.sum.parts[0], w.sum.parts[1]); }), ".aabb..") << "the other order";
}

TEST(CudaFold, SumsThatExpertsCannotDoAreOpsOfTheirOwn) {
  const std::string apart = ".aaabb..";
  EXPECT_EQ(branches_of_whole(1, [](Whole& w, Sketch& s) { w.sum.parts[1].gate = s.rows<float>(kTokens); }), apart) << "a gate of theirs";
  EXPECT_EQ(branches_of_whole(1, [](Whole& w, Sketch& s) { w.sum.n_parts = 3, w.sum.parts[2].data = s.rows<float>(kTokens * kDim); }),
            apart);
  EXPECT_EQ(branches_of_whole(1, [](Whole& w, Sketch& s) { w.sum.parts[0].data = s.rows<float>(kTokens * kDim); }), apart)
      << "another part than the shared experts'";
  EXPECT_EQ(branches_of_whole(1, [](Whole& w, Sketch&) { w.layer.down.y = w.sum.x, w.sum.parts[1].data = w.sum.x; }), "........")
      << "the experts' rows lie in the stream";
}

TEST(CudaFold, NormsThatTheRouterCannotDoAreOpsOfTheirOwn) {
  const std::string apart = "..aabb..";  // before, norm
  EXPECT_EQ(branches_of_whole(1, [](Whole& w, Sketch& s) { w.norm.n_parts = 2, w.norm.parts[1].data = s.rows<float>(kTokens * kDim); }),
            apart);
  EXPECT_EQ(branches_of_whole(1, [](Whole& w, Sketch&) { w.layer.router.outs[0].y = w.norm.x, w.layer.route.logits = w.norm.x; }), apart)
      << "the router writes the stream";
  EXPECT_EQ(
      branches_of_whole(1, [](Whole& w, Sketch& s) { w.layer.router.outs[0].w = s.weight(DType::q8_0, kDim, kExperts); }).substr(0, 2),
      "..")
      << "a router that is no router's kernel";
  // A shared expert that does not read what the router does keeps out of the branches; the router norms all the same.
  EXPECT_EQ(branches_of_whole(1, [](Whole& w, Sketch& s) { w.layer.shared_glu.x = s.rows<float>(kTokens * kDim); }), "........");
}

/// Launches of a norm in place, the product of its rows, and another product that makes the rows anew.
size_t launches_of_compressed(
    int tokens, void (*change)(std::vector<Op>&) = [](std::vector<Op>&) {}) {
  Sketch s(tokens);
  AddNormOp norm{.x = s.rows<float>(kTokens * kDim), .dim = kDim, .parts = {}, .weight = s.rows<float>(kDim)};
  norm.y = norm.x;
  LinearOp up{.x = norm.y, .in = kDim, .rows = Rows::tokens, .outs = {}, .n_outs = 1}, anew = up;
  up.outs[0].w = anew.outs[0].w = s.weight(DType::q4_k, kDim, kDim), up.outs[0].y = s.rows<float>(kTokens * kDim);
  anew.x = s.rows<float>(kTokens * kDim), anew.outs[0].y = norm.x;
  std::vector<Op> ops{norm, up, anew};
  change(ops);
  fold_all(s, ops);
  return s.branches.size();
}

TEST(CudaFold, CompressedQueriesAreNormedByTheirProduct) {
  EXPECT_EQ(launches_of_compressed(1), 2u);
  EXPECT_EQ(launches_of_compressed(2), 2u);
  EXPECT_EQ(launches_of_compressed(4), 4u) << "the norm, which rounds its rows, the product, and one that rounds its rows first";
  EXPECT_EQ(launches_of_compressed(1, [](std::vector<Op>& ops) { ops.pop_back(); }), 2u) << "somebody may read the rows later";
  EXPECT_EQ(launches_of_compressed(1, [](std::vector<Op>& ops) { ops.insert(ops.begin() + 2, ops[1]); }), 4u)
      << "another product reads them";
}

/// Launches of a norm and the product of its rows.
size_t launches_of_rounded(
    int tokens, DType type, int64_t dim = 2048, void (*change)(LinearOp&) = [](LinearOp&) {}) {
  Sketch s(tokens);
  AddNormOp norm{.x = s.rows<float>(tokens * dim), .dim = dim, .parts = {}, .weight = s.rows<float>(dim), .y = s.rows<float>(tokens * dim)};
  LinearOp linear{.x = norm.y, .in = dim, .rows = Rows::tokens, .outs = {}, .n_outs = 1};
  linear.outs[0].w = s.weight(type, dim, 256), linear.outs[0].y = s.rows<float>(int64_t{tokens} * 256);
  change(linear);
  const std::vector<Op> ops{norm, linear};
  fold_all(s, ops);
  return s.branches.size();
}

TEST(CudaFold, NormsRoundTheirRowsForTheProductsBehindThem) {
  for (const int tokens : {4, 16, 64}) {
    EXPECT_EQ(launches_of_rounded(tokens, DType::q8_0), 2u) << tokens;
    EXPECT_EQ(launches_of_rounded(tokens, DType::q4_k), 2u) << tokens;
    EXPECT_EQ(launches_of_rounded(tokens, DType::q8_0, 2080), 3u) << tokens << ": broken rows";
    EXPECT_EQ(launches_of_rounded(tokens, DType::q8_0, 2048, [](LinearOp& op) { op.x += 2048; }), 3u) << tokens << ": other rows";
    EXPECT_EQ(launches_of_rounded(tokens, DType::f16), tokens <= 16 ? 2u : 3u) << tokens << ": float weights take rows of another kind";
  }
}

/// Two products with an add_norm between them, of rows of `dim`.
struct Between {
  LinearOp first;
  AddNormOp norm;
  LinearOp second;

  Between(Sketch& s, int tokens, int64_t dim) {
    first = {.x = s.rows<float>(tokens * dim), .in = dim, .rows = Rows::tokens, .outs = {}, .n_outs = 1};
    first.outs[0].w = s.weight(DType::q4_k, dim, dim), first.outs[0].y = s.rows<float>(tokens * dim);
    norm.x = s.rows<float>(tokens * dim), norm.dim = dim, norm.n_parts = 1, norm.parts[0].data = first.outs[0].y;
    norm.weight = s.rows<float>(dim), norm.y = s.rows<float>(tokens * dim);
    second = {.x = norm.y, .in = dim, .rows = Rows::tokens, .outs = {}, .n_outs = 2};
    for (const int i : {0, 1}) second.outs[i].w = s.weight(DType::q4_k, dim, dim), second.outs[i].y = s.rows<float>(tokens * dim);
  }
};

/// Launches of the three.
size_t launches_between(
    int tokens, int64_t dim = 2048, void (*change)(Between&) = [](Between&) {}) {
  Sketch s(tokens);
  Between ops(s, tokens, dim);
  change(ops);
  const std::vector<Op> all{ops.first, ops.norm, ops.second};
  fold_all(s, all);
  return s.branches.size();
}

TEST(CudaFold, ProductsDoTheNormBetweenThem) {
  EXPECT_EQ(launches_between(1), 2u);
  EXPECT_EQ(launches_between(2), 2u);
  EXPECT_EQ(launches_between(4), launches_between(4, 2048, [](Between& b) { b.norm.n_parts = 0; })) << "many tokens";
  EXPECT_EQ(launches_between(1, 8192), 3u) << "wide rows";
  EXPECT_EQ(launches_between(1, 2048, [](Between& b) { b.norm.n_parts = 2, b.norm.parts[1] = b.norm.parts[0]; }), 3u) << "another part";
  EXPECT_EQ(launches_between(1, 2048, [](Between& b) { b.norm.parts[0].gate = b.norm.weight; }), 3u) << "a gate";
  EXPECT_EQ(launches_between(1, 2048, [](Between& b) { b.first.x = b.norm.x; }), 3u) << "the first reads the stream";
  EXPECT_EQ(launches_between(1, 2048, [](Between& b) { b.second.outs[1].y = b.norm.x; }), 3u) << "the second writes it";
  EXPECT_EQ(launches_between(1, 2048, [](Between& b) { b.second.x = b.first.x; }), 3u) << "the second reads something else";
  EXPECT_EQ(launches_between(1, 2048, [](Between& b) { b.norm.rows = Rows::outputs; }), 3u) << "some rows only";
}

/// A layer's qkv_store and the attention behind it.
struct Stored {
  QkvStoreOp store;
  AttnGqaOp attention;
  float* other;  // of the size of q

  Stored(Sketch& s, int tokens, int head_k = 128, int head_v = 128, int heads = 32) {
    constexpr int kKv = 8;
    store.n_head = heads, store.n_kv = kKv, store.head_k = head_k, store.head_v = head_v;
    store.q = s.rows<float>(int64_t{tokens} * heads * head_k), other = s.rows<float>(int64_t{tokens} * heads * head_k);
    store.k = s.rows<float>(int64_t{tokens} * kKv * head_k), store.v = s.rows<float>(int64_t{tokens} * kKv * head_v);
    store.q_norm = s.rows<float>(head_k), store.k_norm = s.rows<float>(head_k);
    store.rope = {RopeKind::neox, head_k, nullptr, 1.0f};
    store.kv.k = s.rows<std::byte>(1 << 20), store.kv.v = s.rows<std::byte>(1 << 20);
    cache(KvDType::f16);
    attention.q = store.q, attention.n_head = heads, attention.n_kv = kKv, attention.head_k = head_k, attention.head_v = head_v;
    attention.out = s.rows<float>(int64_t{tokens} * heads * head_v);
  }

  void cache(KvDType type) {
    const auto row = [type](int n) {
      return static_cast<size_t>(type == KvDType::f32 ? 4 * n : type == KvDType::f16 ? 2 * n : n / 32 * 34);
    };
    store.kv.type = type;
    store.kv.k_row_bytes = row(store.n_kv * store.head_k), store.kv.v_row_bytes = row(store.n_kv * store.head_v);
    attention.kv = store.kv;
  }
};

size_t launches_of_all(Sketch& s, const Stored& ops) {
  const std::vector<Op> all{ops.store, ops.attention};
  fold_all(s, all);
  return s.branches.size();
}

/// Launches of the two for one token, after `change`.
size_t launches_stored(void (*change)(Stored&)) {
  Sketch s(1);
  Stored ops(s, 1);
  change(ops);
  return launches_of_all(s, ops);
}

/// Behind a context so short that no kernel splits it.
size_t launches_of_heads(int head_k, int head_v, KvDType type, int heads = 32) {
  Sketch s(1, 1, 64);
  Stored ops(s, 1, head_k, head_v, heads);
  ops.cache(type);
  return launches_of_all(s, ops);
}

TEST(CudaFold, AttentionStoresTheTokensOfSequencesOfTheirOwn) {
  const auto launches = [](int tokens, int sequences, int context = 256) {
    Sketch s(tokens, sequences, context);
    return launches_of_all(s, Stored(s, tokens));
  };
  EXPECT_EQ(launches(1, 1), 1u);
  EXPECT_EQ(launches(1, 1, 4096), 1u) << "several ranges";
  EXPECT_EQ(launches(2, 2), 1u);
  EXPECT_EQ(launches(2, 1), 2u) << "the second token sees the first";
  EXPECT_EQ(launches(4, 4), 2u) << "many tokens, whose q would be prepared by every range";
  EXPECT_EQ(launches(64, 1), 2u) << "a prompt";
}

TEST(CudaFold, AttentionStoresHeadsOfItsTile) {
  for (const KvDType type : {KvDType::f16, KvDType::q8_0})
    for (const int dims : {64, 96, 128}) EXPECT_EQ(launches_of_heads(dims, dims, type), 1u) << dims;
  EXPECT_EQ(launches_of_heads(80, 80, KvDType::f16), 1u);
  EXPECT_EQ(launches_of_heads(80, 80, KvDType::q8_0), 2u) << "heads share blocks";
  EXPECT_EQ(launches_of_heads(128, 128, KvDType::f32), 2u);
  EXPECT_EQ(launches_of_heads(192, 128, KvDType::f16), 2u);
  EXPECT_EQ(launches_of_heads(128, 128, KvDType::f16, 128), 1u) << "16 heads of a KV head";
  EXPECT_EQ(launches_of_heads(128, 128, KvDType::f16, 136), 2u) << "17, which are two tiles";
}

TEST(CudaFold, AttentionStoresWhatItReads) {
  EXPECT_EQ(launches_stored([](Stored& s) { s.store.q_norm = s.store.k_norm = nullptr; }), 1u);
  EXPECT_EQ(launches_stored([](Stored& s) { s.store.norm_over = NormOver::row; }), 2u) << "a norm over all heads";
  EXPECT_EQ(launches_stored([](Stored& s) { s.store.norm_over = NormOver::row, s.store.q_norm = s.store.k_norm = nullptr; }), 1u);
  EXPECT_EQ(launches_stored([](Stored& s) { s.store.norm_over = NormOver::row, s.store.q_norm = nullptr; }), 2u) << "a norm of k";
  EXPECT_EQ(launches_stored([](Stored& s) { s.attention.q = s.other; }), 2u) << "another q";
  EXPECT_EQ(launches_stored([](Stored& s) { s.attention.kv.k += 1 << 16; }), 2u) << "another cache";
  EXPECT_EQ(launches_stored([](Stored& s) { s.attention.kv.v += 1 << 16; }), 2u);
  EXPECT_EQ(launches_stored([](Stored& s) { s.attention.kv.k_row_bytes += 16; }), 2u);
  EXPECT_EQ(launches_stored([](Stored& s) { s.attention.n_kv = 4; }), 2u) << "other heads";
  EXPECT_EQ(launches_stored([](Stored& s) { s.attention.out = s.store.k; }), 2u) << "results over what other blocks read";
  EXPECT_EQ(launches_stored([](Stored& s) { s.attention.out = s.store.v; }), 2u);
  EXPECT_EQ(launches_stored([](Stored& s) { s.attention.out = s.store.q; }), 2u);
}

}  // namespace
}  // namespace engine::cuda
