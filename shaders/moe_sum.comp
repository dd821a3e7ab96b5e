// y[t] = sum over slots, ascending, of weights[t][slot] * rows[t * n_used + slot]; pairs without a planned row add nothing and their
// row is not read. Bytes: tokens * (n_used + 1) * dim * 4.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "include/common.glsl"

layout(local_size_x = 256) in;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  uint64_t rows, weights, row_of, y;  // row_of 0: every pair is planned
  uint dim, n_used;
};

void main() {
  Params p = Params(push.params);
  const uint o = gl_GlobalInvocationID.x, token = gl_WorkGroupID.y;
  if (int(token) >= row_count(kRowsTokens) || o >= p.dim) return;
  float sum = 0.0;
  for (uint slot = 0; slot < p.n_used; ++slot) {
    const uint pair = token * p.n_used + slot;
    if (p.row_of != 0ul && Ints(p.row_of).v[pair] < 0) continue;
    sum = fma(Floats(p.weights).v[pair], Floats(p.rows + uint64_t(pair) * p.dim * 4ul).v[o], sum);
  }
  Floats(p.y + uint64_t(token) * p.dim * 4ul).v[o] = sum;
}
