// x += sum of parts; y = RMSNorm(x) * weight (ops.h, AddNormOp). One workgroup a row of x, or of y when rows are outputs.
// Bytes: rows * dim * 4 * (2 + parts + 1).
#version 460
#extension GL_GOOGLE_include_directive : require
#define LANES 256
#include "include/common.glsl"
#include "include/reduce.glsl"

layout(local_size_x = LANES) in;

struct Part {
  uint64_t data, gate;
  float scale;
  uint unused;
};
layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  uint64_t x, weight, y;
  uint dim, n_parts, rows;
  float eps;
  Part parts[3];
};

float sigmoid(float v) { return 1.0 / (1.0 + exp(-v)); }

void main() {
  Params p = Params(push.params);
  const int row = int(gl_WorkGroupID.x);
  // arg0: 0 sums and norms row by row, 1 only sums, 2 only norms the output rows.
  const bool norms = push.arg0 != 1, sums = push.arg0 != 2;
  const int rows = push.arg0 == 2 ? row_count(p.rows) : row_count(kRowsTokens);
  if (row >= rows) return;
  const int token = push.arg0 == 2 ? token_row(p.rows, row) : row;
  const uint64_t stride = uint64_t(p.dim) * 4ul;
  Floats x = Floats(p.x + uint64_t(token) * stride);
  float scales[3];
  for (uint i = 0; i < p.n_parts; ++i) {
    scales[i] = p.parts[i].scale;
    if (p.parts[i].gate != 0ul) scales[i] *= sigmoid(Floats(p.parts[i].gate).v[token]);
  }
  precise float square = 0.0;
  for (uint i = gl_LocalInvocationID.x; i < p.dim; i += LANES) {
    precise float v = x.v[i];
    if (sums && p.n_parts > 0) {
      for (uint j = 0; j < p.n_parts; ++j) v += scales[j] * Floats(p.parts[j].data + uint64_t(token) * stride).v[i];
      x.v[i] = v;
    }
    square += v * v;
  }
  if (!norms || p.y == 0ul) return;
  const float scale = 1.0 / sqrt(workgroup_sum(square) / float(p.dim) + p.eps);
  Floats y = Floats(p.y + uint64_t(row) * stride);
  Floats w = Floats(p.weight);
  for (uint i = gl_LocalInvocationID.x; i < p.dim; i += LANES) {
    precise float v = x.v[i] * scale * w.v[i];
    y.v[i] = v;
  }
}
