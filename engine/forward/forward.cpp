#include "forward/forward.h"

#include "core/check.h"
#include "forward/layer.h"

namespace engine::forward {

void add_norm(ProgramBuilder& program, int device, const Activations& a, Pending& pending, const float* weight, const model::Config& c,
              Rows rows) {
  HEARTH_CHECK(pending.parts.size() <= 3);
  AddNormOp op{.x = a.x,
               .dim = c.n_embd,
               .parts = {},
               .n_parts = static_cast<int>(pending.parts.size()),
               .weight = weight,
               .eps = c.norm_eps,
               .y = a.xn,
               .rows = rows};
  for (size_t i = 0; i < pending.parts.size(); ++i) op.parts[i] = {pending.parts[i].data, c.residual_scale, pending.parts[i].gate};
  pending.parts.clear();
  program.add(device, op);
}

Addend adapt(const Inputs& in, ProgramBuilder& program, int device, const Weight& w, float* buffer, LoraOp op) {
  if (!in.adapters || !w.adapters) return {};
  op.entries = w.adapters;
  op.in = w.in;
  op.out = w.out;
  op.y = buffer;
  program.add(device, op);
  return {buffer, w.adapters};
}

Addend LayerContext::adapt_rows(int device, const Weight& w, const float* x, int i) const {
  return adapt(in, program, device, w, act(device).addend[i], {.x = x});
}

namespace {

/// The residual stream follows the layers from device to device.
void move_stream(const Inputs& in, int from, int to, ProgramBuilder& program) {
  if (from == to) return;
  program.transfer({from, to, in.activations[static_cast<size_t>(from)].x, in.activations[static_cast<size_t>(to)].x,
                    sizeof(float) * static_cast<size_t>(in.config.n_embd)});
}

void output(const Inputs& in, Pending& pending, ProgramBuilder& program) {
  const model::Config& c = in.config;
  const int d = in.placement.output;
  const Activations& a = in.activations[static_cast<size_t>(d)];
  add_norm(program, d, a, pending, in.model.output_norm, c, Rows::outputs);
  LinearOp head{.x = a.xn, .in = c.n_embd, .rows = Rows::outputs, .outs = {}, .n_outs = 1};
  const Addend addend = adapt(in, program, d, in.model.output, a.addend[0], {.rows = Rows::outputs, .x = a.xn});
  head.outs[0] = {in.model.output, nullptr, addend, a.logits};
  program.add(d, head);
  program.add(d, TopkLogitsOp{.logits = a.logits,
                              .stride = c.n_vocab,
                              .n_vocab = in.n_tokens_in_vocab,
                              .k = a.n_candidates,
                              .ids = a.candidates,
                              .values = a.candidate_values,
                              .logsumexp = a.logsumexp});
}

}  // namespace

Program build(const Inputs& in) {
  const model::Config& c = in.config;
  ProgramBuilder program;
  Pending pending;
  const int first = in.placement.embed;
  const Activations& a = in.activations[static_cast<size_t>(first)];
  LoraOp table{.form = LoraOp::Form::table};
  EmbedOp embed{.table = in.model.token_embd, .scale = c.embedding_scale, .addend = {}, .out = a.x};
  if (in.adapters && embed.table.adapters) {
    table.entries = embed.table.adapters;
    table.in = embed.table.out;  // a row of A for every token
    table.out = embed.table.in;
    table.y = a.addend[0];
    program.add(first, table);
    embed.addend = {table.y, table.entries};
  }
  program.add(first, embed);
  int stream = first;
  for (int l = 0; l < c.n_layers; ++l) {
    const LayerContext ctx{in, l, program};
    const int d = ctx.at().attention;
    move_stream(in, stream, d, program);
    stream = d;
    add_norm(program, d, ctx.act(d), pending, ctx.weights().w.attn_norm, c, Rows::tokens);
    attention(ctx, pending);
    add_norm(program, d, ctx.act(d), pending, ctx.weights().w.ffn_norm, c, Rows::tokens);
    const int next = l + 1 < c.n_layers ? in.placement.layers[static_cast<size_t>(l) + 1].attention : in.placement.output;
    feed_forward(ctx, next, pending);
  }
  move_stream(in, stream, in.placement.output, program);
  output(in, pending, program);
  return program.take();
}

}  // namespace engine::forward
