// Reads memory as fast as the GPU can: how its bandwidth is measured. push.params: the memory, arg0 steps of the whole grid long;
// push.step: a word that only a sum of one value in 2^32 is written to, so that the loads cannot be left out.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "include/common.glsl"

layout(local_size_x = 256) in;
layout(buffer_reference, std430, buffer_reference_align = 16) readonly buffer Quads { uvec4 v[]; };

void main() {
  Quads memory = Quads(push.params);
  const uint lanes = gl_NumWorkGroups.x * gl_WorkGroupSize.x;
  uvec4 sum = uvec4(0u);
  for (uint i = 0, at = gl_GlobalInvocationID.x; i < push.arg0; i += 4, at += 4 * lanes) {
    uvec4 v[4];
    [[unroll]] for (uint k = 0; k < 4; ++k) v[k] = memory.v[at + k * lanes];
    [[unroll]] for (uint k = 0; k < 4; ++k) sum ^= v[k];
  }
  const uint all = sum.x ^ sum.y ^ sum.z ^ sum.w;
  if (all == 0x9e3779b9u) Words(push.step).v[0] = all;
}
