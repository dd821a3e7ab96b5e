// y[rows][dim] = value. Bytes written: rows * dim * 4.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "include/common.glsl"

layout(local_size_x = 256) in;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  uint64_t y;
  uint dim;
  float value;
  uint rows;
};

void main() {
  Params p = Params(push.params);
  const int row = int(gl_WorkGroupID.y);
  const uint i = gl_GlobalInvocationID.x;
  if (row >= row_count(p.rows) || i >= p.dim) return;
  Floats(p.y + uint64_t(row) * (uint64_t(p.dim) * 4ul)).v[i] = p.value;
}
