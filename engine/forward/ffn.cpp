// Feed-forward blocks: dense, and mixture of experts with shared experts (formats.md 6).
#include "forward/layer.h"

namespace engine::forward {
namespace {

ActKind act_kind(model::Activation activation) {
  return activation == model::Activation::swiglu_clamped ? ActKind::swiglu_clamped : ActKind::silu;
}

GateKind gate_kind(model::RouterGate gate) {
  switch (gate) {
    case model::RouterGate::softmax:
      return GateKind::softmax;
    case model::RouterGate::sigmoid:
      return GateKind::sigmoid;
    case model::RouterGate::softmax_topk:
      return GateKind::softmax_topk;
  }
  return GateKind::softmax;
}

/// Copies a result to the device that sums it, unless it is there already; `slot` is the landing buffer.
const float* bring(const LayerContext& ctx, int from, int to, const float* src, int slot) {
  if (from == to) return src;
  float* dst = ctx.act(to).part[slot];
  ctx.program.transfer({from, to, src, dst, sizeof(float) * static_cast<size_t>(ctx.in.config.n_embd)});
  return dst;
}

/// The gate of the shared experts, computed with the router, on the device that sums them up; null where there is none.
const float* bring_gate(const LayerContext& ctx, int from, int to) {
  if (ctx.weights().w.shared_gate.empty()) return nullptr;
  if (from != to) ctx.program.transfer({from, to, ctx.act(from).shared_gate, ctx.act(to).shared_gate, sizeof(float)});
  return ctx.act(to).shared_gate;
}

/// The gated FFN of this layer (dense, or all shared experts as one) on its device, from xn to part[0].
void gated_ffn(const LayerContext& ctx, int d) {
  const model::Config& c = ctx.in.config;
  const model::LayerWeights& w = ctx.weights().w;
  const Activations& a = ctx.act(d);
  const Addend gate = ctx.adapt_rows(d, w.w_gate, a.xn, 0), up = ctx.adapt_rows(d, w.w_up, a.xn, 1);
  ctx.program.add(
      d, LinearGluOp{
             .x = a.xn, .gate = w.w_gate, .up = w.w_up, .gate_addend = gate, .up_addend = up, .act = act_kind(c.activation), .y = a.ffn});
  LinearOp down{.x = a.ffn, .in = w.w_down.in, .rows = Rows::tokens, .outs = {}, .n_outs = 1};
  down.outs[0] = {w.w_down, nullptr, ctx.adapt_rows(d, w.w_down, a.ffn, 0), a.part[0]};
  ctx.program.add(d, down);
}

/// Router logits (and the gate of the shared experts), then ids and weights of the chosen experts, on the attention device.
void route(const LayerContext& ctx, int d) {
  const model::Config& c = ctx.in.config;
  const model::LayerWeights& w = ctx.weights().w;
  const Activations& a = ctx.act(d);
  LinearOp router{.x = a.xn, .in = c.n_embd, .rows = Rows::tokens, .outs = {}, .n_outs = 1};
  router.outs[0] = {w.router, w.router_bias, ctx.adapt_rows(d, w.router, a.xn, 0), a.router};
  if (!w.shared_gate.empty()) {
    router.outs[1] = {w.shared_gate, nullptr, ctx.adapt_rows(d, w.shared_gate, a.xn, 1), a.shared_gate};
    router.n_outs = 2;
  }
  ctx.program.add(d, router);
  ctx.program.add(d, MoeRouteOp{.logits = a.router,
                                .select_bias = w.router_select_bias,
                                .n_experts = c.moe.n_experts,
                                .n_used = c.moe.n_used,
                                .gate = gate_kind(c.moe.gate),
                                .normalise = c.moe.normalise,
                                .scale = c.moe.scale,
                                .n_groups = c.moe.n_groups,
                                .n_groups_used = c.moe.n_groups_used,
                                .group_rank = c.moe.group_score == model::GroupScore::max ? GroupRank::max : GroupRank::top2_sum,
                                .ids = a.expert_ids,
                                .weights = a.expert_w,
                                .counts = ctx.weights().expert_counts});
}

/// xn and, for experts, the routing result travel to `to`.
void send_inputs(const LayerContext& ctx, int from, int to, bool routing) {
  if (from == to) return;
  const model::Config& c = ctx.in.config;
  const Activations& s = ctx.act(from);
  const Activations& r = ctx.act(to);
  ctx.program.transfer({from, to, s.xn, r.xn, sizeof(float) * static_cast<size_t>(c.n_embd)});
  if (!routing) return;
  ctx.program.transfer({from, to, s.expert_ids, r.expert_ids, sizeof(int32_t) * static_cast<size_t>(c.moe.n_used)});
  ctx.program.transfer({from, to, s.expert_w, r.expert_w, sizeof(float) * static_cast<size_t>(c.moe.n_used)});
}

/// One device's share of the routed experts, from xn to `y`.
void routed_experts(const LayerContext& ctx, const ExpertShare& share, float* y) {
  const model::Config& c = ctx.in.config;
  const int d = share.device, e = c.moe.n_experts, k = c.moe.n_used;
  const Activations& a = ctx.act(d);
  ctx.program.add(
      d, MoePlanOp{.ids = a.expert_ids, .n_experts = e, .n_used = k, .local = share.local, .offsets = a.offsets, .pairs = a.pairs});
  LoraOp lora{.form = LoraOp::Form::experts, .x = a.xn, .n_experts = e, .n_used = k, .offsets = a.offsets, .pairs = a.pairs};
  const Addend gate = adapt(ctx.in, ctx.program, d, share.gate, a.addend[0], lora);
  const Addend up = adapt(ctx.in, ctx.program, d, share.up, a.addend[1], lora);
  ctx.program.add(d, MoeGluOp{.x = a.xn,
                              .gate = share.gate,
                              .up = share.up,
                              .n_experts = e,
                              .n_used = k,
                              .local = share.local,
                              .offsets = a.offsets,
                              .pairs = a.pairs,
                              .gate_bias = share.gate_bias,
                              .up_bias = share.up_bias,
                              .gate_addend = gate,
                              .up_addend = up,
                              .act = act_kind(c.activation),
                              .h = a.moe_h});
  lora.x = a.moe_h;
  lora.x_planned = true;
  ctx.program.add(d, MoeDownOp{.h = a.moe_h,
                               .down = share.down,
                               .n_experts = e,
                               .n_used = k,
                               .local = share.local,
                               .offsets = a.offsets,
                               .pairs = a.pairs,
                               .weights = a.expert_w,
                               .bias = share.down_bias,
                               .addend = adapt(ctx.in, ctx.program, d, share.down, a.addend[0], lora),
                               .scratch = a.moe_rows,
                               .y = y});
}

/// The experts of other devices, part by part on the device of the layer; each part adds its result to the residual stream.
void streamed_experts(const LayerContext& ctx) {
  const int d = ctx.at().attention;
  const Activations& a = ctx.act(d);
  float* const y = a.part[2];
  for (size_t part = 0; part < ctx.weights().streamed.size(); ++part) {
    ctx.program.load({d, ctx.layer, static_cast<int>(part)});
    routed_experts(ctx, ctx.weights().streamed[part], y);
    AddNormOp sum{.x = a.x, .dim = ctx.in.config.n_embd, .parts = {}, .n_parts = 1};
    sum.parts[0] = {y, ctx.in.config.residual_scale, nullptr};
    ctx.program.add(d, sum);
  }
}

}  // namespace

void feed_forward(const LayerContext& ctx, int next_device, Pending& pending) {
  const model::LayerPlacement& at = ctx.at();
  const PlacedLayer& l = ctx.weights();
  pending.parts.clear();
  const bool moe = !l.experts.empty();
  if (moe) route(ctx, at.attention);
  // Experts on other devices start first, so that they run beside the shared experts.
  const bool has_ffn = !l.w.w_gate.empty();
  int slot = 1;
  std::vector<std::pair<int, float*>> shares;
  const bool streamed = ctx.in.streamed && !l.streamed.empty();
  const auto takes_part = [&](const ExpertShare& share) { return !streamed || share.device == at.attention; };
  for (const ExpertShare& share : l.experts)
    if (takes_part(share)) send_inputs(ctx, at.attention, share.device, true);
  if (streamed) streamed_experts(ctx);
  for (const ExpertShare& share : l.experts) {
    if (!takes_part(share)) continue;
    float* y = ctx.act(share.device).part[slot++];
    routed_experts(ctx, share, y);
    shares.emplace_back(share.device, y);
  }
  if (has_ffn) {
    send_inputs(ctx, at.attention, at.ffn, false);
    gated_ffn(ctx, at.ffn);
    pending.parts.push_back({bring(ctx, at.ffn, next_device, ctx.act(at.ffn).part[0], 0), bring_gate(ctx, at.attention, next_device)});
  }
  slot = 1;
  for (const auto& [device, y] : shares) pending.parts.push_back({bring(ctx, device, next_device, y, slot++)});
}

}  // namespace engine::forward
