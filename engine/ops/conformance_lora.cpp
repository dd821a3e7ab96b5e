// Cases of lora: every form, sets of one and of several adapters, slots that have nothing for the weight.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ops/conformance_rig.h"

namespace engine::conformance {
namespace {

struct LoraCase {
  LoraOp::Form form = LoraOp::Form::rows;
  int64_t in = 0, out = 0;
  int tokens = 1, outputs = 0;
  int heads = 1;   // or experts
  int n_used = 1;  // of experts
  bool planned = false;
  bool second = true;  // slot 1 has two adapters, else none for this weight
};

LoraEntry::Part part(Rig& rig, const LoraCase& c, int rank, float scale, uint64_t seed) {
  const bool table = c.form == LoraOp::Form::table;
  const int64_t experts = table ? 1 : c.heads;
  LoraEntry::Part p;
  p.a = rig.input(Random(seed).normals(experts * rank * c.in, table ? 1.0f : 1.0f / std::sqrt(static_cast<float>(c.in))));
  p.b = rig.input(Random(seed + 1).normals(experts * rank * c.out));
  p.rank = rank;
  p.scale = scale;
  return p;
}

/// Slot 0: one adapter; slot 1: two of unequal rank, or none.
const LoraEntry* table_of(Rig& rig, const LoraCase& c) {
  std::vector<LoraEntry> entries(2);
  entries[0].parts[0] = part(rig, c, 8, 0.5f, 20);
  entries[0].n_parts = 1;
  if (c.second) {
    entries[1].parts[0] = part(rig, c, 3, 2.0f, 30);
    entries[1].parts[1] = part(rig, c, 17, -1.0f, 40);
    entries[1].n_parts = 2;
  }
  return rig.input(entries);
}

/// Tokens [first, first + count) of `all`. Rows without an adapter keep what stood there.
void build(Rig& rig, const LoraCase& c, const StepInputs& all, int first, int count, double limit) {
  rig.step(count == all.n_tokens ? all : slice_step(all, first, count));
  LoraOp op;
  op.form = c.form, op.in = c.in, op.out = c.out;
  op.entries = table_of(rig, c);
  op.rows = c.outputs > 0 ? Rows::outputs : Rows::tokens;
  int64_t rows = c.outputs > 0 ? c.outputs : count, x_rows = all.n_tokens;
  if (c.outputs > 0) x_rows = c.outputs;
  int64_t x_width = c.in;
  if (c.form == LoraOp::Form::heads) {
    op.heads = c.heads;
    op.x_head_stride = c.in + 3;
    op.x_token_stride = x_width = op.x_head_stride * c.heads;
    rows *= c.heads;
  }
  if (c.form == LoraOp::Form::experts) {
    op.n_experts = c.heads, op.n_used = c.n_used, op.x_planned = c.planned;
    std::vector<int32_t> offsets{0}, pairs;
    rows *= c.n_used;
    for (int e = 0; e < c.heads; ++e) {
      for (int pair = 0; pair < rows; ++pair)
        if ((pair % c.n_used + pair / c.n_used * 3) % c.heads == e) pairs.push_back(pair);
      offsets.push_back(static_cast<int32_t>(pairs.size()));
    }
    pairs.resize(static_cast<size_t>(rows), 0);
    op.offsets = rig.input(offsets);
    op.pairs = rig.input(pairs);
    if (c.planned) x_rows = rows;
  }
  const std::vector<float> x = Random(50).normals(x_rows * x_width);
  const int64_t skip = c.planned || c.outputs > 0 ? 0 : first, take = c.planned || c.outputs > 0 ? x_rows : count;
  if (c.form != LoraOp::Form::table) op.x = rig.input(std::vector<float>(x.begin() + skip * x_width, x.begin() + (skip + take) * x_width));
  op.y = rig.floats("y", std::vector<float>(static_cast<size_t>(rows * c.out), 7.0f), limit);
  rig.op(op);
}

const char* form_name(LoraOp::Form form) {
  constexpr const char* kNames[] = {"rows", "heads", "experts", "table"};
  return kNames[static_cast<int>(form)];
}

std::string shape_of(const LoraCase& c) {
  return fmt::format("{} in {} out {} x {} k {} T {} R {}{}{}", form_name(c.form), c.in, c.out, c.heads, c.n_used, c.tokens, c.outputs,
                     c.planned ? " planned" : "", c.second ? "" : " slot without parts");
}

}  // namespace

void lora_cases(CaseList& list) {
  using Form = LoraOp::Form;
  const LoraCase table[] = {{Form::rows, 64, 33, 1},
                            {Form::rows, 1408, 200, 4},
                            {Form::rows, 100, 300, 40},
                            {Form::rows, 256, 129, 9, 5},
                            {Form::rows, 256, 64, 6, 0, 1, 1, false, false},
                            {Form::heads, 64, 96, 7, 0, 4},
                            {Form::heads, 30, 40, 33, 0, 3},
                            {Form::experts, 64, 96, 6, 0, 8, 2},
                            {Form::experts, 96, 64, 6, 0, 8, 2, true},
                            {Form::experts, 64, 40, 40, 0, 4, 3, true, false},
                            {Form::table, 64, 96, 5},
                            {Form::table, 64, 200, 33}};
  for (const LoraCase& c : table)
    list.cases.push_back(
        {"lora", "-", shape_of(c), [c](Rig& rig) { build(rig, c, make_step(c.tokens, c.outputs), 0, c.tokens, kFloatLimit); }});
  const StepInputs all = make_step({std::vector<SequenceSpec>(kBatch), 0, 64, 3});
  for (const LoraCase& c :
       {LoraCase{Form::rows, 256, 300, kBatch}, LoraCase{Form::heads, 64, 96, kBatch, 0, 4}, LoraCase{Form::table, 64, 96, kBatch}})
    list.batches.push_back(
        {"lora", "-", shape_of(c) + " batches", [c, all](Rig& rig, int first, int count) { build(rig, c, all, first, count, 0); }});
}

}  // namespace engine::conformance
