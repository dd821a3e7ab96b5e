// Cases of qkv_store, attn_gqa, mla_store and attn_mla.
#include <fmt/format.h>

#include <cmath>

#include "ops/conformance_rig.h"

namespace engine::conformance {
namespace {

struct StepCase {
  const char* name;
  std::vector<SequenceSpec> sequences;
};

/// Decode, chunks that begin inside a page and end in another, several sequences of different lengths.
const std::vector<StepCase>& step_cases() {
  static const std::vector<StepCase> cases = {
      {"first token", {{1, 1}}},
      {"decode 33", {{33, 1}}},
      {"decode 5 sequences", {{1, 1}, {32, 1}, {65, 1}, {300, 1}, {31, 1}}},
      {"prompt 40", {{40, 40}}},
      {"chunk 30..63", {{63, 33}}},
      {"chunk 700..716", {{716, 16}}},
      {"prompts 3 33 16", {{3, 3}, {97, 33}, {48, 16}}},
  };
  return cases;
}

StepInputs batch_step() {
  std::vector<SequenceSpec> sequences;
  for (int i = 0; i < kBatch; ++i) sequences.push_back({1 + 37 * i % 211, 1});
  return make_step({sequences, 0, 64, 21});
}

/// Values [first, first + count) rows of `all`.
std::vector<float> rows_of(const std::vector<float>& all, int64_t width, int first, int count) {
  return {all.begin() + first * width, all.begin() + (first + count) * width};
}

double store_limit(KvDType type) {
  return type == KvDType::f32 ? kFloatLimit : type == KvDType::f16 ? kStoreF16Limit : kStoreQ8Limit;
}

struct GqaShape {
  int n_head, n_kv, head_k, head_v;
  int window = 0;
  bool sinks = false;
};

/// A qkv_store.
struct StoreShape {
  GqaShape heads;
  RopeKind rope;
  int n_rot;
  bool norms;
  NormOver norm_over;
  float clamp;
  KvDType kv;
};

/// All of it but q, k and v. `limit`: of the rows of the cache.
QkvStoreOp store_op(Rig& rig, const StoreShape& c, const StepInputs& step, double limit) {
  const int n_head = c.heads.n_head, n_kv = c.heads.n_kv, head_k = c.heads.head_k, head_v = c.heads.head_v;
  QkvStoreOp op;
  op.n_head = n_head, op.n_kv = n_kv, op.head_k = head_k, op.head_v = head_v;
  op.norm_over = c.norm_over, op.clamp = c.clamp;
  const bool row = c.norm_over == NormOver::row;
  if (c.norms) op.q_norm = rig.input(Random(4).normals(row ? n_head * head_k : head_k));
  if (c.norms) op.k_norm = rig.input(Random(5).normals(row ? n_kv * head_k : head_k));
  op.rope = rig.rope(c.rope, c.n_rot, 1.1f);
  op.kv.type = c.kv;
  op.kv.k_row_bytes = cache_row_bytes(c.kv, n_kv * head_k), op.kv.v_row_bytes = cache_row_bytes(c.kv, n_kv * head_v);
  op.kv.k = rig.cache_result(step, c.kv, n_kv * head_k, 6, limit);
  op.kv.v = rig.cache_result(step, c.kv, n_kv * head_v, 7, limit);
  return op;
}

void build_qkv_store(Rig& rig, const StoreShape& c, const std::vector<SequenceSpec>& sequences) {
  const StepInputs step = make_step({sequences, 0, 64, 5});
  rig.step(step);
  QkvStoreOp op = store_op(rig, c, step, store_limit(c.kv));
  const auto values = [&](uint64_t seed, int heads, int dim) { return Random(seed).normals(int64_t{step.n_tokens} * heads * dim); };
  op.q = rig.floats("q", values(1, op.n_head, op.head_k), kFloatLimit);
  op.k = rig.scratch(values(2, op.n_kv, op.head_k));
  const std::vector<float> v = values(3, op.n_kv, op.head_v);
  op.v = c.clamp > 0 ? rig.scratch(v) : rig.input(v);
  rig.op(op);
}

void build_gqa(Rig& rig, const GqaShape& shape, KvDType kv, const StepInputs& all, int first, int count, double limit) {
  const StepInputs step = count == all.n_tokens ? all : slice_step(all, first, count);
  rig.step(step);
  AttnGqaOp op;
  op.n_head = shape.n_head, op.n_kv = shape.n_kv, op.head_k = shape.head_k, op.head_v = shape.head_v;
  op.scale = 1.0f / std::sqrt(static_cast<float>(shape.head_k));
  op.window = shape.window;
  if (shape.sinks) op.sinks = rig.input(Random(11).normals(shape.n_head, 2.0f));
  const int64_t width = static_cast<int64_t>(shape.n_head) * shape.head_k;
  op.q = rig.input(rows_of(Random(8).normals(all.n_tokens * width, 1.5f), width, first, count));
  op.kv.type = kv;
  op.kv.k_row_bytes = cache_row_bytes(kv, shape.n_kv * shape.head_k);
  op.kv.v_row_bytes = cache_row_bytes(kv, shape.n_kv * shape.head_v);
  op.kv.k = rig.cache(step, kv, shape.n_kv * shape.head_k, 9, true);
  op.kv.v = rig.cache(step, kv, shape.n_kv * shape.head_v, 10, true);
  op.out = rig.floats("y", static_cast<int64_t>(count) * shape.n_head * shape.head_v, limit);
  rig.op(op);
}

/// qkv_store and the attention behind it, which a device may do together: rows [first, first + count) of the step `all`. `exact`: results
/// are compared bit for bit.
void build_gqa_block(Rig& rig, const StoreShape& c, const StepInputs& all, int first, int count, bool exact) {
  const StepInputs step = count == all.n_tokens ? all : slice_step(all, first, count);
  rig.step(step);
  const auto& [n_head, n_kv, head_k, head_v, window, sinks] = c.heads;
  const auto rows = [&](uint64_t seed, int width) {
    return rig.scratch(rows_of(Random(seed).normals(int64_t{all.n_tokens} * width, 1.5f), width, first, count));
  };
  const double stored = exact ? 0 : store_limit(c.kv);
  QkvStoreOp store = store_op(rig, c, step, stored);
  store.q = rows(1, n_head * head_k), store.k = rows(2, n_kv * head_k), store.v = rows(3, n_kv * head_v);
  AttnGqaOp op;
  op.q = store.q, op.kv = store.kv;
  op.n_head = n_head, op.n_kv = n_kv, op.head_k = head_k, op.head_v = head_v;
  op.scale = 1.0f / std::sqrt(static_cast<float>(head_k)), op.window = window;
  if (sinks) op.sinks = rig.input(Random(11).normals(n_head, 2.0f));
  op.out = rig.floats("y", int64_t{count} * n_head * head_v, exact ? 0 : kFloatLimit + stored);
  rig.op(store);
  rig.op(op);
}

struct MlaShape {
  int n_head, nope, c, rope;
};

void build_mla_store(Rig& rig, const MlaShape& shape, RopeKind kind, KvDType kv, const std::vector<SequenceSpec>& sequences) {
  const StepInputs step = make_step({sequences, 0, 64, 5});
  rig.step(step);
  MlaStoreOp op;
  op.n_head = shape.n_head, op.nope = shape.nope, op.rope_dim = shape.rope, op.c = shape.c;
  const int64_t row = shape.c + shape.rope, heads = static_cast<int64_t>(step.n_tokens) * shape.n_head;
  op.q = rig.input(Random(1).normals(heads * (shape.nope + shape.rope)));
  op.kv_a = rig.input(Random(2).normals(step.n_tokens * row, 0.2f));
  op.kv_norm = rig.input(Random(3).normals(shape.c));
  op.rope = rig.rope(kind, shape.rope, 0.9f);
  op.q_latent = rig.floats("q_latent", Random(4).normals(heads * row), kFloatLimit);  // the latent part must stay as it is
  op.kv.type = kv;
  op.kv.k_row_bytes = cache_row_bytes(kv, static_cast<int>(row));
  op.kv.k = rig.cache_result(step, kv, static_cast<int>(row), 5, store_limit(kv));
  rig.op(op);
}

void build_mla(Rig& rig, const MlaShape& shape, KvDType kv, const StepInputs& all, int first, int count, double limit) {
  const StepInputs step = count == all.n_tokens ? all : slice_step(all, first, count);
  rig.step(step);
  AttnMlaOp op;
  op.n_head = shape.n_head, op.c = shape.c, op.rope_dim = shape.rope;
  op.scale = 1.0f / std::sqrt(static_cast<float>(shape.c + shape.rope));
  const int row = shape.c + shape.rope;
  const int64_t width = static_cast<int64_t>(shape.n_head) * row;
  op.q_latent = rig.input(rows_of(Random(8).normals(all.n_tokens * width, 1.5f), width, first, count));
  op.kv.type = kv;
  op.kv.k_row_bytes = cache_row_bytes(kv, row);
  op.kv.k = rig.cache(step, kv, row, 9, true);
  op.out = rig.floats("y", static_cast<int64_t>(count) * shape.n_head * shape.c, limit);
  rig.op(op);
}

/// What a step stores, and attention between the product into the latent space and the one out of it, which a device may do without
/// entering that space.
struct MlaBlock {
  MlaShape shape;
  int v;
  DType type;
  KvDType kv;
};
void build_mla_block(Rig& rig, const MlaBlock& block, const std::vector<SequenceSpec>& sequences) {
  const auto& [heads, nope, c, rope] = block.shape;
  const StepInputs step = make_step({sequences, 0, 64, 20});
  rig.step(step);
  const int64_t row = c + rope, q_row = nope + rope, rows = static_cast<int64_t>(step.n_tokens) * heads;
  LinearHeadsOp into;
  into.x = rig.input(Random(8).normals(rows * q_row));
  into.x_token_stride = heads * q_row, into.x_head_stride = q_row;
  into.w = rig.weight({block.type, nope, c, heads});
  AttnMlaOp op;
  op.n_head = heads, op.c = c, op.rope_dim = rope;
  op.scale = 1.0f / std::sqrt(static_cast<float>(nope * c + rope));
  op.q_latent = into.y = rig.scratch(Random(9).normals(rows * row));
  into.y_token_stride = heads * row, into.y_head_stride = row;
  MlaStoreOp store;
  store.n_head = heads, store.nope = nope, store.rope_dim = rope, store.c = c;
  store.q = into.x, store.q_latent = into.y;
  store.kv_a = rig.input(Random(2).normals(step.n_tokens * row, 0.2f));
  store.kv_norm = rig.input(Random(3).normals(c));
  store.rope = rig.rope(RopeKind::normal, rope, 0.9f);
  op.kv.type = block.kv;
  op.kv.k_row_bytes = cache_row_bytes(block.kv, static_cast<int>(row));
  op.kv.k = rig.cache_result(step, block.kv, static_cast<int>(row), 9, store_limit(block.kv));
  store.kv = op.kv;
  op.out = rig.scratch(rows * c);
  LinearHeadsOp out_of;
  out_of.x = op.out;
  out_of.x_token_stride = static_cast<int64_t>(heads) * c, out_of.x_head_stride = c;
  out_of.w = rig.weight({block.type, c, block.v, heads});
  // Noise of the scores goes through the softmax, and the second product adds its own.
  const double noise = rig.linear_limit(block.type, static_cast<int>(rows));
  out_of.y = rig.floats("y", rows * block.v, is_float(block.type) ? 10 * noise : 20 * noise);
  out_of.y_token_stride = static_cast<int64_t>(heads) * block.v, out_of.y_head_stride = block.v;
  rig.op(into);
  rig.op(store);
  rig.op(op);
  rig.op(out_of);
}

const char* rope_name(RopeKind kind) {
  return kind == RopeKind::none ? "none" : kind == RopeKind::normal ? "normal" : "neox";
}

constexpr GqaShape kGqaShapes[] = {{4, 4, 64, 64}, {4, 2, 80, 80}, {8, 2, 128, 128}, {8, 1, 64, 64}, {2, 2, 192, 128}, {4, 2, 16, 16}};
/// Heads with a window or a sink, the window inside a page, across several, and longer than the context.
constexpr GqaShape kWindowShapes[] = {
    {8, 2, 64, 64, 16, true}, {4, 4, 64, 64, 1, true}, {8, 1, 64, 64, 128, true}, {4, 2, 32, 32, 300, false}, {4, 2, 64, 64, 0, true}};
constexpr MlaShape kMlaShapes[] = {{2, 32, 64, 32}, {4, 64, 128, 32}, {16, 128, 512, 64}, {3, 16, 96, 64}};

constexpr StoreShape kGqaBlocks[] = {
    {{8, 2, 128, 128}, RopeKind::neox, 128, true, NormOver::head, 0, KvDType::f16},
    {{8, 2, 128, 128}, RopeKind::normal, 64, false, NormOver::head, 0, KvDType::q8_0},
    {{4, 2, 64, 64, 300, true}, RopeKind::neox, 32, true, NormOver::head, 0, KvDType::q8_0},
    {{8, 1, 64, 64, 16, true}, RopeKind::neox, 64, false, NormOver::row, 0, KvDType::f16},
    {{4, 2, 80, 80}, RopeKind::normal, 40, true, NormOver::head, 1.25f, KvDType::f16},
    {{4, 4, 96, 96}, RopeKind::neox, 96, true, NormOver::head, 1.25f, KvDType::q8_0},
    {{16, 1, 128, 64}, RopeKind::none, 0, true, NormOver::head, 0, KvDType::f16},
    {{6, 6, 16, 16, 1, false}, RopeKind::normal, 16, false, NormOver::head, 0.75f, KvDType::f16},
    // Norms over the row, more heads than a tile has, heads of other sizes and rows of f32 keep the two apart.
    {{4, 2, 64, 64}, RopeKind::neox, 64, true, NormOver::row, 0, KvDType::f16},
    {{20, 1, 64, 64}, RopeKind::normal, 64, true, NormOver::head, 0, KvDType::f16},
    {{2, 2, 192, 128}, RopeKind::neox, 64, true, NormOver::head, 0, KvDType::f16},
    {{4, 2, 64, 64}, RopeKind::neox, 64, true, NormOver::head, 0, KvDType::f32}};

void gqa_block_cases(CaseList& list) {
  // One token, tokens of sequences of their own, behind contexts of one range or several, whose end begins a span, a page or a range;
  // tokens that see each other.
  const std::vector<SequenceSpec> steps[] = {{{1, 1}},
                                             {{33, 1}},
                                             {{417, 1}},
                                             {{700, 1}},
                                             {{300, 1}, {32, 1}},
                                             {{1, 1}, {545, 1}},
                                             {{5, 2}},
                                             {{65, 1}, {31, 1}, {300, 1}},
                                             {{34, 3}, {700, 1}},
                                             {{72, 40}}};
  std::vector<SequenceSpec> decode;
  for (int i = 0; i < kBatch; ++i) decode.push_back({1 + 149 * i % 701, 1});
  const StepInputs batches = make_step({decode, 0, 64, 21});
  for (const StoreShape& c : kGqaBlocks) {
    const GqaShape& h = c.heads;
    const char* const norms = !c.norms ? "" : c.norm_over == NormOver::head ? " norms" : " row norms";
    const std::string heads =
        fmt::format("heads {}/{} dims {}/{} rope {} {}{}{}{}{}", h.n_head, h.n_kv, h.head_k, h.head_v, rope_name(c.rope), c.n_rot, norms,
                    c.clamp > 0 ? " clamp" : "", h.window > 0 ? fmt::format(" window {}", h.window) : "", h.sinks ? " sinks" : "");
    for (const std::vector<SequenceSpec>& sequences : steps) {
      const StepInputs step = make_step({sequences, 0, 64, 20});
      list.cases.push_back({"gqa_block", cache_name(c.kv),
                            fmt::format("{}, {} tokens of {}, {} sequences", heads, step.n_tokens, sequences[0].context, sequences.size()),
                            [c, step](Rig& rig) { build_gqa_block(rig, c, step, 0, step.n_tokens, false); }});
    }
    list.batches.push_back({"gqa_block", cache_name(c.kv), heads + " batches",
                            [c, batches](Rig& rig, int first, int count) { build_gqa_block(rig, c, batches, first, count, true); }});
  }
}

}  // namespace

void qkv_store_cases(CaseList& list) {
  int n = 0;
  for (const KvDType kv : kCacheTypes)
    for (const GqaShape& heads : kGqaShapes)
      for (const RopeKind kind : {RopeKind::none, RopeKind::normal, RopeKind::neox}) {
        const StepCase& step = step_cases()[static_cast<size_t>(n) % step_cases().size()];
        const NormOver over = n % 2 ? NormOver::head : NormOver::row;
        const StoreShape c{heads, kind, n % 2 ? heads.head_k : heads.head_k / 2, n % 3 == 0, over, n % 5 == 0 ? 1.25f : 0.0f, kv};
        ++n;
        list.cases.push_back({"qkv_store", cache_name(kv),
                              fmt::format("heads {}/{} dims {}/{} rope {} {}{}{}, {}", heads.n_head, heads.n_kv, heads.head_k, heads.head_v,
                                          rope_name(kind), c.n_rot,
                                          !c.norms                 ? ""
                                          : over == NormOver::head ? " norms"
                                                                   : " row norms",
                                          c.clamp > 0 ? " clamp" : "", step.name),
                              [c, sequences = step.sequences](Rig& rig) { build_qkv_store(rig, c, sequences); }});
      }
}

void attn_gqa_cases(CaseList& list) {
  std::vector<GqaShape> shapes(std::begin(kGqaShapes), std::end(kGqaShapes));
  shapes.insert(shapes.end(), std::begin(kWindowShapes), std::end(kWindowShapes));
  for (const KvDType kv : kCacheTypes)
    for (const GqaShape& shape : shapes) {
      std::string heads = fmt::format("heads {}/{} dims {}/{}", shape.n_head, shape.n_kv, shape.head_k, shape.head_v);
      if (shape.window > 0) heads += fmt::format(" window {}", shape.window);
      if (shape.sinks) heads += " sinks";
      for (const StepCase& c : step_cases()) {
        const auto build = [shape, kv, sequences = c.sequences](Rig& rig) {
          const StepInputs step = make_step({sequences, 0, 64, 20});
          build_gqa(rig, shape, kv, step, 0, step.n_tokens, kFloatLimit);
        };
        list.cases.push_back({"attn_gqa", cache_name(kv), fmt::format("{}, {}", heads, c.name), build});
      }
      const auto batch = [shape, kv](Rig& rig, int first, int count) { build_gqa(rig, shape, kv, batch_step(), first, count, 0); };
      list.batches.push_back({"attn_gqa", cache_name(kv), heads + " batches", batch});
    }
  gqa_block_cases(list);
}

void mla_store_cases(CaseList& list) {
  int n = 0;
  for (const KvDType kv : kCacheTypes)
    for (const MlaShape& shape : kMlaShapes)
      for (const RopeKind kind : {RopeKind::normal, RopeKind::neox}) {
        const StepCase& step = step_cases()[static_cast<size_t>(n++) % step_cases().size()];
        list.cases.push_back(
            {"mla_store", cache_name(kv),
             fmt::format("heads {} nope {} c {} rope {} {}, {}", shape.n_head, shape.nope, shape.c, shape.rope, rope_name(kind), step.name),
             [shape, kind, kv, sequences = step.sequences](Rig& rig) { build_mla_store(rig, shape, kind, kv, sequences); }});
      }
}

void attn_mla_cases(CaseList& list) {
  for (const KvDType kv : kCacheTypes)
    for (const MlaShape& shape : kMlaShapes) {
      const std::string heads = fmt::format("heads {} c {} rope {}", shape.n_head, shape.c, shape.rope);
      for (const StepCase& c : step_cases()) {
        const auto build = [shape, kv, sequences = c.sequences](Rig& rig) {
          const StepInputs step = make_step({sequences, 0, 64, 20});
          build_mla(rig, shape, kv, step, 0, step.n_tokens, kFloatLimit);
        };
        list.cases.push_back({"attn_mla", cache_name(kv), fmt::format("{}, {}", heads, c.name), build});
      }
      const auto batch = [shape, kv](Rig& rig, int first, int count) { build_mla(rig, shape, kv, batch_step(), first, count, 0); };
      list.batches.push_back({"attn_mla", cache_name(kv), heads + " batches", batch});
    }
  // Few tokens, and prompts behind a long context, whose last page is full or not, or without one; heads that are narrow beside their
  // latents, and others.
  const std::vector<SequenceSpec> steps[] = {{{40, 3}, {7, 1}}, {{700, 64}}, {{333, 30}, {5, 1}, {64, 40}}, {{72, 72}}};
  const MlaBlock blocks[] = {{{4, 64, 128, 32}, 64, DType::f32, KvDType::f32},  {{16, 128, 512, 64}, 128, DType::q8_0, KvDType::f16},
                             {{3, 32, 96, 64}, 24, DType::f16, KvDType::q8_0},  {{4, 64, 128, 32}, 96, DType::q5_0, KvDType::f16},
                             {{4, 64, 512, 64}, 64, DType::q8_0, KvDType::f16}, {{3, 32, 512, 64}, 40, DType::q8_0, KvDType::q8_0}};
  for (const MlaBlock& b : blocks)
    for (const std::vector<SequenceSpec>& step : steps)
      list.cases.push_back({"mla_block", dtype_name(b.type),
                            fmt::format("heads {} nope {} c {} rope {} v {} {}, {} tokens of {}", b.shape.n_head, b.shape.nope, b.shape.c,
                                        b.shape.rope, b.v, cache_name(b.kv), step[0].fresh, step[0].context),
                            [b, step](Rig& rig) { build_mla_block(rig, b, step); }});
}

}  // namespace engine::conformance
