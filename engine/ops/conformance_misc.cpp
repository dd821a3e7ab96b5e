// Cases of embed, add_norm, topk_logits and fill.
#include <fmt/format.h>

#include "ops/conformance_rig.h"

namespace engine::conformance {
namespace {

struct NormCase {
  int64_t dim;
  int tokens, parts, outputs;
  enum class Y { separate, alias, none } y = Y::separate;
  bool gate = false;  // of the first part
};

void build_norm(Rig& rig, const NormCase& c) {
  rig.step(make_step(c.tokens, c.outputs));
  AddNormOp op;
  op.dim = c.dim;
  op.n_parts = c.parts;
  op.eps = 1e-6f;
  op.rows = c.outputs > 0 ? Rows::outputs : Rows::tokens;
  op.x = rig.floats("x", Random(1).normals(c.tokens * c.dim, 3.0f), kFloatLimit);
  constexpr float kScales[] = {1.0f, 0.5f, -2.0f};
  for (int i = 0; i < c.parts; ++i) op.parts[i] = {rig.input(Random(static_cast<uint64_t>(i + 2)).normals(c.tokens * c.dim)), kScales[i]};
  if (c.gate) op.parts[0].gate = rig.input(Random(8).normals(c.tokens, 2.0f));
  op.weight = rig.input(Random(9).normals(c.dim));
  if (c.y == NormCase::Y::alias) op.y = op.x;
  if (c.y == NormCase::Y::separate) op.y = rig.floats("y", (c.outputs > 0 ? c.outputs : c.tokens) * c.dim, kFloatLimit);
  rig.op(op);
}

struct TopkCase {
  int n_vocab, stride, k, rows;
  bool ties;
};

void build_topk(Rig& rig, const TopkCase& c) {
  rig.step(make_step(8, c.rows));
  Random random(static_cast<uint64_t>(c.n_vocab + c.k));
  std::vector<float> logits;
  for (int r = 0; r < c.rows; ++r)
    for (int i = 0; i < c.stride; ++i)  // columns that are no tokens hold larger values than any token
      logits.push_back(i >= c.n_vocab ? 1000.0f : c.ties ? static_cast<float>(random.below(7)) - 3.0f : random.normal() * 4.0f);
  TopkLogitsOp op;
  op.logits = rig.input(logits);
  op.stride = c.stride, op.n_vocab = c.n_vocab, op.k = c.k;
  op.ids = rig.ints("ids", static_cast<int64_t>(c.rows) * c.k);
  op.values = rig.floats("values", static_cast<int64_t>(c.rows) * c.k, 0);
  op.logsumexp = rig.floats("logsumexp", c.rows, kFloatLimit);
  rig.op(op);
}

}  // namespace

void embed_cases(CaseList& list) {
  for (const DType type : computable_types())
    for (const int in : {32, 64, 256, 1408, 2048}) {
      if (in % dtype_info(type).block_elems != 0) continue;
      for (const int tokens : {1, 5, 33}) {
        const float scale = tokens == 5 ? 45.25f : 1.0f;
        const auto build = [type, in, tokens, scale](Rig& rig) {
          rig.step(make_step(tokens));
          EmbedOp op;
          op.table = rig.weight({type, in, 64, 1, 0, 0});
          op.scale = scale;
          if (tokens == 5) op.addend.data = rig.input(addends(3, rig.step(), Rows::tokens, in));
          op.out = rig.floats("out", static_cast<int64_t>(tokens) * in, kDecodeLimit);
          rig.op(op);
        };
        list.cases.push_back(
            {"embed", dtype_name(type), fmt::format("in {} T {} scale {}", in, tokens, static_cast<double>(scale)), build});
      }
    }
}

void add_norm_cases(CaseList& list) {
  const auto add = [&list](const NormCase& c) {
    constexpr const char* kY[] = {"", " in place", " sum only"};
    list.cases.push_back({"add_norm", "-",
                          fmt::format("dim {} T {} parts {} R {}{}{}", c.dim, c.tokens, c.parts, c.outputs, kY[static_cast<int>(c.y)],
                                      c.gate ? " gate" : ""),
                          [c](Rig& rig) { build_norm(rig, c); }});
  };
  for (const int dim : {7, 32, 64, 100, 576, 2048, 4096})
    for (const int tokens : {1, 3, 8, 33}) add({dim, tokens, (dim + tokens) % 4, 0});
  for (int parts = 0; parts <= 3; ++parts) {
    add({192, 9, parts, 4});
    add({192, 4, parts, 9});
    if (parts > 0) add({192, 9, parts, 0, NormCase::Y::none});
    if (parts > 0) add({200, 9, parts, 0, NormCase::Y::separate, true});
  }
  add({130, 6, 0, 0, NormCase::Y::alias});
}

void topk_logits_cases(CaseList& list) {
  const TopkCase table[] = {{100, 100, 1, 1, false},      {100, 128, 8, 3, false},   {1000, 1024, 40, 5, false}, {4097, 4104, 64, 8, false},
                            {32003, 32064, 40, 2, false}, {50, 64, 50, 2, false},    {100, 128, 40, 3, true},    {1000, 1000, 64, 4, true},
                            {33, 33, 33, 1, true},        {4096, 4096, 256, 3, true}};
  for (const TopkCase& c : table)
    list.cases.push_back({"topk_logits", "-",
                          fmt::format("vocab {} of {} k {} R {}{}", c.n_vocab, c.stride, c.k, c.rows, c.ties ? " ties" : ""),
                          [c](Rig& rig) { build_topk(rig, c); }});
}

void fill_cases(CaseList& list) {
  for (const int dim : {1, 33, 2048})
    for (const int outputs : {0, 5}) {
      const auto build = [dim, outputs](Rig& rig) {
        rig.step(make_step(7, outputs));
        const Rows rows = outputs > 0 ? Rows::outputs : Rows::tokens;
        rig.op(FillOp{rig.floats("y", static_cast<int64_t>(outputs > 0 ? outputs : 7) * dim, 0), dim, -1.25f, rows});
      };
      list.cases.push_back({"fill", "-", fmt::format("dim {} T 7 R {}", dim, outputs), build});
    }
}

}  // namespace engine::conformance
