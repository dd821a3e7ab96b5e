// Activation rows for matrix_packed: values of 8 or 16 bits and, for every 32 elements, a record with their scale and the sums of
// their halves. Rows are padded with zeros to whole steps of 64. Bytes: rows * in * (4 + 1.25 or 2.5).
//
// INT8: values round(x / d), d = amax / 127; the record is d and two int16 sums of values. FP16: values x / d with the power of two d
// that brings amax to [0.5, 1), so that none overflows; the record is d and two sums of the rounded x.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "include/common.glsl"

layout(local_size_x = 256) in;
layout(constant_id = 0) const bool INT8 = true;
layout(constant_id = 1) const bool QUADS = false;  // x rows are whole, aligned vec4

const float kLeast = 1e-30;  // blocks below are 0 in int8: 127 / amax would overflow

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  uint64_t x, values, records;
  uint64_t count;  // of the rows, on the device; 0: those of the step
  uint n, x_token, x_head, rows, heads, unused;
};
layout(buffer_reference, std430, buffer_reference_align = 16) writeonly buffer Quads { uvec4 v[]; };

shared float tops[256];
shared float sums[256];

/// The f16 nearest to v, as f32; conversions round differently from GPU to GPU.
float round_half(float v) {
  const uint bits = floatBitsToUint(v);
  return uintBitsToFloat((bits + 0xfffu + ((bits >> 13) & 1u)) & ~0x1fffu);
}

/// Power of two above the size of a number with these bits; 0 has one, too.
float power_above(uint bits) { return uintBitsToFloat((min(bits >> 23, 252u) + 1u) << 23); }
float power_below(uint bits) { return uintBitsToFloat((253u - min(bits >> 23, 252u)) << 23); }  // its inverse

/// Rounded values of four elements of a block whose largest is `top`.
vec4 round_values(vec4 x, float top) {
  if (INT8) return top > kLeast ? clamp(round(x * (127.0 / top)), -127.0, 127.0) : vec4(0.0);
  x *= power_below(floatBitsToUint(top));
  [[unroll]] for (uint c = 0; c < 4; ++c) x[c] = round_half(x[c]);
  return x;
}

void put_values(Words values, uint at, vec4 q) {
  if (INT8) {
    const ivec4 i = ivec4(q) & 255;
    values.v[at / 4] = uint(i.x | i.y << 8 | i.z << 16 | i.w << 24);
  } else {
    values.v[at / 2] = packHalf2x16(q.xy);
    values.v[at / 2 + 1] = packHalf2x16(q.zw);
  }
}

/// Record of the block whose first lane is `id`.
void put_record(uint64_t records, uint block, uint id, float top) {
  const float low = sums[id] + sums[id + 1] + sums[id + 2] + sums[id + 3];
  const float high = sums[id + 4] + sums[id + 5] + sums[id + 6] + sums[id + 7];
  if (INT8) {
    Words(records).v[block * 2] = floatBitsToUint(top > kLeast ? top / 127.0 : 0.0);
    Words(records).v[block * 2 + 1] = uint(int(low) & 0xffff) | uint(int(high)) << 16;
  } else {
    const float d = power_above(floatBitsToUint(top));
    Quads(records).v[block] = uvec4(floatBitsToUint(d), floatBitsToUint(d * low), floatBitsToUint(d * high), 0u);
  }
}

void main() {
  Params p = Params(push.params);
  const uint row = gl_WorkGroupID.x, head = gl_WorkGroupID.z, id = gl_LocalInvocationID.x, first = id & ~7u;
  const int rows = p.count != 0ul ? Ints(p.count).v[0] : row_count(p.rows);
  if (int(row) >= rows) return;
  const uint padded = (p.n + 63) / 64 * 64, at = gl_WorkGroupID.y * 1024 + id * 4;
  const uint64_t source = p.x + (uint64_t(row) * p.x_token + uint64_t(head) * p.x_head) * 4ul;
  vec4 x = vec4(0.0);
  if (QUADS) {
    if (at < p.n) x = Vec4s(source).v[at / 4];
  } else {
    [[unroll]] for (uint c = 0; c < 4; ++c)
      if (at + c < p.n) x[c] = Floats(source).v[at + c];
  }
  tops[id] = max(max(abs(x.x), abs(x.y)), max(abs(x.z), abs(x.w)));
  barrier();
  float top = tops[first];
  [[unroll]] for (uint i = 1; i < 8; ++i) top = max(top, tops[first + i]);
  const vec4 q = round_values(x, top);
  sums[id] = q.x + q.y + q.z + q.w;
  barrier();
  if (at >= padded) return;
  const uint64_t packed_row = uint64_t(row) * p.heads + head;
  put_values(Words(p.values + packed_row * (INT8 ? padded : 2 * padded)), at, q);
  if (id == first) put_record(p.records + packed_row * (INT8 ? padded / 4 : padded / 2), at / 32, id, top);
}
