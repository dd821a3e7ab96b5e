// Sums the splits of attention.comp. A workgroup does 128 values of one head of one token; tokens with one split are finished
// already. Bytes: T * heads * splits * (dv + 4) * 4.
#version 460
#extension GL_GOOGLE_include_directive : require
#define LANES 128
#include "include/common.glsl"
#include "include/reduce.glsl"
#include "include/splits.glsl"

layout(local_size_x = LANES) in;

const uint QUADS = 32, PHASES = LANES / QUADS;
const int kMaxSplits = 64;  // attn.cpp has it too

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  uint64_t out_, partial;
  uint n_head, dv;
  int max_splits, window, tile_tokens;  // as in attention.comp
  uint unused;
};

shared float weights[kMaxSplits];
shared vec4 sums[LANES];

void main() {
  Params p = Params(push.params);
  Step step = Step(push.step);
  const uint lane = gl_LocalInvocationID.x, head = gl_WorkGroupID.y;
  const int token = int(gl_WorkGroupID.z);
  if (token >= step.n_tokens) return;
  // The positions that attention.comp walked over for this token: those of its sequence's tokens in the same workgroup.
  const int seq = Ints(step.sequence).v[token], tile = token / p.tile_tokens * p.tile_tokens;
  const int first = max(tile, Ints(step.first_token).v[seq]), last = min(tile + p.tile_tokens, Ints(step.first_token).v[seq + 1]) - 1;
  const int end = Ints(step.positions).v[last] + 1;
  const int begin = p.window > 0 ? max(0, Ints(step.positions).v[first] + 1 - p.window) / 32 * 32 : 0;
  const Splits splits = splits_of(end - begin, p.max_splits);
  if (splits.count == 1) return;

  const uint64_t index = uint64_t(token) * p.n_head + head;
  const uint dv4 = (p.dv + 3) / 4, stride = dv4 + 1;
  Vec4s slots = Vec4s(p.partial + index * p.max_splits * (stride * 16));
  const vec2 share = lane < splits.count ? slots.v[lane * stride].xy : vec2(-1e30, 0.0);
  const float top = workgroup_max(share.x);
  const float weight = exp(share.x - top);
  if (lane < splits.count) weights[lane] = weight;
  const float total = workgroup_sum(weight * share.y);

  const uint quad = gl_WorkGroupID.x * QUADS + lane % QUADS;
  precise vec4 sum = vec4(0.0);
  if (quad < dv4)
    for (uint i = lane / QUADS; i < splits.count; i += PHASES) sum = fma(vec4(weights[i]), slots.v[i * stride + 1 + quad], sum);
  sums[lane] = sum;
  barrier();
  if (lane >= QUADS || quad >= dv4) return;
  for (uint i = 1; i < PHASES; ++i) sum += sums[lane + i * QUADS];
  sum /= total;
  Floats y = Floats(p.out_ + index * (p.dv * 4));
  for (uint i = 0; i < 4; ++i)
    if (4 * quad + i < p.dv) y.v[4 * quad + i] = sum[i];
}
