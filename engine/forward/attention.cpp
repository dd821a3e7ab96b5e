// Attention blocks: grouped-query attention, and multi-head latent attention in its absorbed form (formats.md 7).
#include "forward/layer.h"

namespace engine::forward {
namespace {

void gqa(const LayerContext& ctx, int d, const Activations& a) {
  const model::Config& c = ctx.in.config;
  const PlacedLayer& l = ctx.weights();
  LinearOp qkv{.x = a.xn, .in = c.n_embd, .rows = Rows::tokens, .outs = {}, .n_outs = 3};
  qkv.outs[0] = {l.w.wq, l.w.bq, ctx.adapt_rows(d, l.w.wq, a.xn, 0), a.q};
  qkv.outs[1] = {l.w.wk, l.w.bk, ctx.adapt_rows(d, l.w.wk, a.xn, 1), a.k};
  qkv.outs[2] = {l.w.wv, l.w.bv, ctx.adapt_rows(d, l.w.wv, a.xn, 2), a.v};
  ctx.program.add(d, qkv);

  ctx.program.add(d, QkvStoreOp{.q = a.q,
                                .k = a.k,
                                .v = a.v,
                                .n_head = c.n_head,
                                .n_kv = c.n_head_kv,
                                .head_k = c.head_k,
                                .head_v = c.head_v,
                                .norm_over = c.qk_norm == model::QkNorm::whole_row ? NormOver::row : NormOver::head,
                                .q_norm = l.w.q_norm,
                                .k_norm = l.w.k_norm,
                                .eps = c.norm_eps,
                                .clamp = c.clamp_qkv,
                                .rope = ctx.in.model.rope[static_cast<size_t>(d)],
                                .kv = l.kv});

  ctx.program.add(d, AttnGqaOp{.q = a.q,
                               .out = a.attn,
                               .n_head = c.n_head,
                               .n_kv = c.n_head_kv,
                               .head_k = c.head_k,
                               .head_v = c.head_v,
                               .scale = c.attn_scale,
                               .window = c.window_of(ctx.layer),
                               .sinks = l.w.sinks,
                               .kv = l.kv});
}

/// q = wq xn, or wq_b norm(wq_a xn) with a compressed query; kv_a shares the first activation quantisation.
void mla_project(const LayerContext& ctx, int d, const Activations& a) {
  const model::Config& c = ctx.in.config;
  const model::LayerWeights& w = ctx.weights().w;
  const bool compressed = c.mla.q_lora_rank > 0;
  LinearOp down{.x = a.xn, .in = c.n_embd, .rows = Rows::tokens, .outs = {}, .n_outs = 2};
  const Weight& first = compressed ? w.wq_a : w.wq;
  down.outs[0] = {first, nullptr, ctx.adapt_rows(d, first, a.xn, 0), compressed ? a.q_a : a.q};
  down.outs[1] = {w.wkv_a, nullptr, ctx.adapt_rows(d, w.wkv_a, a.xn, 1), a.kv_a};
  ctx.program.add(d, down);
  if (!compressed) return;
  ctx.program.add(d, AddNormOp{.x = a.q_a,
                               .dim = c.mla.q_lora_rank,
                               .parts = {},
                               .n_parts = 0,
                               .weight = w.q_a_norm,
                               .eps = c.norm_eps,
                               .y = a.q_a,
                               .rows = Rows::tokens});
  LinearOp up{.x = a.q_a, .in = c.mla.q_lora_rank, .rows = Rows::tokens, .outs = {}, .n_outs = 1};
  up.outs[0] = {w.wq_b, nullptr, ctx.adapt_rows(d, w.wq_b, a.q_a, 0), a.q};
  ctx.program.add(d, up);
}

/// Rows of heads: [T][heads] with strides in floats.
struct HeadRows {
  float* data;
  int64_t token_stride, head_stride;
};

/// y = W_h x for every head.
void per_head(const LayerContext& ctx, int d, const Weight& w, HeadRows x, HeadRows y) {
  const Addend addend = adapt(ctx.in, ctx.program, d, w, ctx.act(d).addend[0],
                              {.form = LoraOp::Form::heads,
                               .x = x.data,
                               .heads = static_cast<int>(w.experts),
                               .x_token_stride = x.token_stride,
                               .x_head_stride = x.head_stride});
  ctx.program.add(d, LinearHeadsOp{.x = x.data,
                                   .x_token_stride = x.token_stride,
                                   .x_head_stride = x.head_stride,
                                   .w = w,
                                   .addend = addend,
                                   .y = y.data,
                                   .y_token_stride = y.token_stride,
                                   .y_head_stride = y.head_stride});
}

void mla(const LayerContext& ctx, int d, const Activations& a) {
  const model::Config& c = ctx.in.config;
  const model::Mla& m = c.mla;
  const PlacedLayer& l = ctx.weights();
  const int64_t heads = c.n_head, qk = m.nope + m.rope, latent = m.kv_lora_rank + m.rope;
  mla_project(ctx, d, a);
  ctx.program.add(d, MlaStoreOp{.q = a.q,
                                .kv_a = a.kv_a,
                                .kv_norm = l.w.kv_a_norm,
                                .eps = c.norm_eps,
                                .n_head = c.n_head,
                                .nope = m.nope,
                                .rope_dim = m.rope,
                                .c = m.kv_lora_rank,
                                .rope = ctx.in.model.rope[static_cast<size_t>(d)],
                                .q_latent = a.q_latent,
                                .kv = l.kv});
  per_head(ctx, d, l.w.wk_b, {a.q, heads * qk, qk}, {a.q_latent, heads * latent, latent});
  ctx.program.add(d, AttnMlaOp{.q_latent = a.q_latent,
                               .out = a.ctx_latent,
                               .n_head = c.n_head,
                               .c = m.kv_lora_rank,
                               .rope_dim = m.rope,
                               .scale = c.attn_scale,
                               .kv = l.kv});
  per_head(ctx, d, l.w.wv_b, {a.ctx_latent, heads * m.kv_lora_rank, m.kv_lora_rank}, {a.attn, heads * m.v, m.v});
}

}  // namespace

void attention(const LayerContext& ctx, Pending& pending) {
  const model::Config& c = ctx.in.config;
  const int d = ctx.at().attention;
  const Activations& a = ctx.act(d);
  if (c.is_mla)
    mla(ctx, d, a);
  else
    gqa(ctx, d, a);
  const model::LayerWeights& w = ctx.weights().w;
  LinearOp project{.x = a.attn, .in = w.wo.in, .rows = Rows::tokens, .outs = {}, .n_outs = 1};
  project.outs[0] = {w.wo, w.bo, ctx.adapt_rows(d, w.wo, a.attn, 0), a.part[0]};
  ctx.program.add(d, project);
  pending.parts = {{a.part[0]}};
}

}  // namespace engine::forward
