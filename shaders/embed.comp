// out[t] = scale * (row(table, tokens[t]) + addend[t]). One invocation decodes eight elements.
// Bytes: T * (bytes of a row of the table + dim * 4).
#version 460
#extension GL_GOOGLE_include_directive : require
#include "include/common.glsl"

layout(local_size_x = 64) in;
layout(constant_id = 0) const uint TYPE = 0;

#include "include/blocks.glsl"
#include "include/weight.glsl"

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  WeightRef table;
  uint64_t addend, entries, y;
  uint n;
  float scale;
};

void write(Params p, uint token, bool adds, uint pos, vec4 v) {
  const uint64_t offset = uint64_t(token) * uint64_t(p.n) * 4ul;
  [[unroll]] for (uint i = 0; i < 4; ++i) {
    if (pos + i >= p.n) break;
    precise float sum = v[i];
    if (adds) sum += Floats(p.addend + offset).v[pos + i];
    Floats(p.y + offset).v[pos + i] = p.scale * sum;
  }
}

void main() {
  Params p = Params(push.params);
  const uint token = gl_WorkGroupID.y, u = gl_GlobalInvocationID.x;
  if (token >= uint(row_count(kRowsTokens)) || u >= unit_count(p.n)) return;
  const int id = Ints(Step(push.step).tokens).v[token];
  const uint64_t row = weight_row(p.table, 0, uint(clamp(id, 0, int(p.table.rows) - 1)));
  uint pos0, pos1;
  vec4 a, b;
  decode_floats(row, u, p.n, pos0, a, pos1, b);
  const bool adds = p.addend != 0ul && addend_active(p.addend, p.entries, slot_of_token(int(token)));
  write(p, token, adds, pos0, a);
  write(p, token, adds, pos1, b);
}
