// The router's choice (ops.h MoeRouteOp; formats.md 6, steps 2 to 8), and with kPlans also moe_plan of these choices.
//
// A team of team_size() lanes works on a token, LANES / team_size() tokens at a time. Every expert counts the experts that beat it: that is
// its place, ties fall to the lower index, and no lane waits for another. Sums are in an order that depends on the token only.
// Bytes: T * (n_experts + 2 * n_used) * 4.
#version 460
#extension GL_GOOGLE_include_directive : require
#define LANES 256
#include "include/common.glsl"
#include "include/order.glsl"
#include "include/two_floats.glsl"

layout(local_size_x = LANES) in;
layout(constant_id = 0) const uint kSlots = 512;  // room for the experts of all tokens at a time
layout(constant_id = 1) const uint kPairs = 512;  // room for choices: of all tokens at a time, or of the whole step
layout(constant_id = 2) const uint kPlans = 0;    // 1: one workgroup, all tokens, then the plan

#define Logits Floats
#include "include/route.glsl"

void main() {
  RouteParams p = RouteParams(push.params);
  const int n_tokens = row_count(kRowsTokens), per_round = int(LANES / team_size());
  const int first = kPlans != 0 ? 0 : int(gl_WorkGroupID.x) * per_round;
  route_tokens(p, first, kPlans != 0 ? n_tokens : min(n_tokens, first + per_round), per_round);
  if (kPlans != 0) plan_chosen(uint(n_tokens) * p.n_used, p.n_experts, p.local, p.offsets, p.pairs);
}
