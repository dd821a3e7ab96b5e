// Matrix products of weights as small integers with packed activations (include/matrix.glsl, matrix.h, matrix_pack.comp).
//
// Sixteen elements of a weight row have one scale d and one minimum m, 32 elements of an activation row one scale:
// sum over sixteen of w x = d dx sum(q qx) + m dx sum(qx). The inner sum is exact in int8; in f16 it has 8 terms in each lane of a pair,
// with |q| <= 128 and |qx| <= 4 so that nothing overflows, and goes on in f32 (NMSE of a product 2e-7 to 4e-7).
// INT8: qx is int8, dx = amax / 127. FP16: qx is f16, dx a power of two. Float weights (FP16) become q in f16 with d a power of two for
// each sixteen, which loses nothing of F16 and BF16 but tails 2^-14 below the largest of sixteen.
//
// Bytes: the weight once for every TILE_TOKENS tokens that do not fit the cache, packed x once for every 64 rows, y once.
#version 460
#extension GL_GOOGLE_include_directive : require
#ifdef INT8
#extension GL_EXT_spirv_intrinsics : require
#else
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#endif
#include "include/matrix.glsl"
#include "include/stop.glsl"

#ifdef INT8
const uint QUADS_16 = 1;  // uvec4 that hold sixteen elements
const uint RECORD_WORDS = 2;
#define Sum int
#else
const uint QUADS_16 = 2;
const uint RECORD_WORDS = 4;
#define Sum float
#endif

const uint GROUPS = STEP_K / 16;                 // of a row in a tile
const uint STEP_QUADS = GROUPS * QUADS_16;       // uvec4 of a row in a tile
const uint STRIDE = STEP_QUADS + 1;              // one more spreads the rows over the banks
const uint X_LOADS = (TILE_TOKENS * STEP_QUADS + 255) / 256;
shared uvec4 w_tile[TILE_ROWS * STRIDE];
shared uvec4 x_tile[TILE_TOKENS * STRIDE];
shared float w_scale[GROUPS * TILE_ROWS], w_min[GROUPS * TILE_ROWS];
shared float x_scale[GROUPS / 2 * TILE_TOKENS], x_sum[GROUPS * TILE_TOKENS];

bool minima() { return has_min(TYPE) || (PAIRED && has_min(TYPE_UP)); }
/// Whether scales change within 32 elements.
bool scales_of_16(uint type) { return type == kQ2_K || type == kQ3_K || type == kQ6_K; }

// A step on its way from memory to the tiles.
Unit unit[2];
vec4 floats[4];
uvec4 x_value[X_LOADS];
uvec4 record;

uint64_t w_row[2];
uint64_t x_at[X_LOADS], record_at;  // of the next step
Sum sums[ROWS * TOKENS];  // of up to 32 elements, before their scale

#ifdef INT8
// Packed products of 4 x int8: OpSDot of SPIR-V 1.6, whose operand 0 is PackedVectorFormat4x8Bit.
spirv_instruction(extensions = ["SPV_KHR_integer_dot_product"], capabilities = [6018, 6019], id = 4450)
int dot_4(uint a, uint b, spirv_literal int format);

int dot_16(uvec4 a[QUADS_16], uvec4 b[QUADS_16]) {
  return dot_4(a[0].x, b[0].x, 0) + dot_4(a[0].y, b[0].y, 0) + dot_4(a[0].z, b[0].z, 0) + dot_4(a[0].w, b[0].w, 0);
}
#else
float dot_16(uvec4 a[QUADS_16], uvec4 b[QUADS_16]) {
  if (type_is_float()) {  // weights of 11 bits deserve sums in f32: only the rounding of x is left, as where F16 meets F16 elsewhere
    float exact = 0.0;
    [[unroll]] for (uint c = 0; c < 8; ++c) {
      const vec2 w = unpackHalf2x16(a[c / 4][c % 4]), x = unpackHalf2x16(b[c / 4][c % 4]);
      exact = fma(w.y, x.y, fma(w.x, x.x, exact));
    }
    return exact;
  }
  f16vec2 sum = unpackFloat2x16(a[0].x) * unpackFloat2x16(b[0].x);
  [[unroll]] for (uint c = 1; c < 4; ++c) sum = fma(unpackFloat2x16(a[0][c]), unpackFloat2x16(b[0][c]), sum);
  [[unroll]] for (uint c = 0; c < 4; ++c) sum = fma(unpackFloat2x16(a[1][c]), unpackFloat2x16(b[1][c]), sum);
  return float(sum.x) + float(sum.y);
}

/// Two bytes, already offset by 128 and in the low half of each half word, less `centre`, as f16: 0x6400 + b is 1024 + b.
uint half_pair(uint bytes, uint centre) {
  return packFloat2x16(unpackFloat2x16(bytes | 0x64006400u) - f16vec2(float16_t(1152u + centre)));
}
#endif

/// About the middle of the codes of types with minima. f16 sums of codes around 0 lose less: with q from 0 to 15 the sum and the
/// minimum's part are each 3.7 times as strong as their difference.
uint middle(uint type) {
#ifdef INT8
  return 0;
#else
  return !has_min(type) ? 0 : type == kQ2_K ? 1 : type == kQ4_1 || type == kQ4_K ? 8 : 16;
#endif
}

/// Puts four codes, less `centre`, at element `at` of tile row `row`.
void put_codes(uint row, uint at, uint q, uint centre) {
#ifdef INT8
  w_tile[row * STRIDE + at / 16][at / 4 % 4] = q;
#else
  const uint b = q ^ 0x80808080u, quad = row * STRIDE + at / 8, c = at / 4 % 2 * 2;
  w_tile[quad][c] = half_pair((b & 0xffu) | (b & 0xff00u) << 8, centre);
  w_tile[quad][c + 1] = half_pair(((b >> 16) & 0xffu) | ((b >> 8) & 0xff0000u), centre);
#endif
}

void put_unit(uint type, uint row, Unit u) {
  const uint centre = middle(type);
  put_codes(row, u.pos0, u.q0, centre);
  put_codes(row, u.pos1, u.q1, centre);
  if (u.pos0 % 16 == 0) {
    w_scale[u.pos0 / 16 * TILE_ROWS + row] = u.d0;
    if (minima()) w_min[u.pos0 / 16 * TILE_ROWS + row] = u.m0 + u.d0 * float(centre);
  }
  if (u.pos1 % 16 == 0) {
    w_scale[u.pos1 / 16 * TILE_ROWS + row] = u.d1;
    if (minima()) w_min[u.pos1 / 16 * TILE_ROWS + row] = u.m1 + u.d1 * float(centre);
  }
}

#ifndef INT8
/// Sixteen float weights as f16 with a scale: the largest is brought to [0.5, 1).
void put_floats(uint row, uint group) {
  vec4 top = max(max(abs(floats[0]), abs(floats[1])), max(abs(floats[2]), abs(floats[3])));
  const uint e = min(floatBitsToUint(max(max(top.x, top.y), max(top.z, top.w))) >> 23, 252u);
  const float inverse = uintBitsToFloat((253u - e) << 23);
  w_scale[group * TILE_ROWS + row] = uintBitsToFloat((e + 1u) << 23);
  [[unroll]] for (uint i = 0; i < 2; ++i) {
    const vec4 a = floats[2 * i] * inverse, b = floats[2 * i + 1] * inverse;
    w_tile[row * STRIDE + 2 * group + i] = uvec4(packFloat2x16(f16vec2(a.xy)), packFloat2x16(f16vec2(a.zw)),
                                                 packFloat2x16(f16vec2(b.xy)), packFloat2x16(f16vec2(b.zw)));
  }
}
#endif

void fetch_weights(uint n, uint k) {
  const uint id = gl_LocalInvocationID.x;
  if (type_is_float()) {  // a lane has sixteen elements of one row
    [[unroll]] for (uint s = 0; s < 2; ++s) {
      uint pos;
      floats[2 * s] = floats[2 * s + 1] = vec4(0.0);
      if (k + id % 4 * 16 + s * 8 < n) decode_floats(w_row[0], k / 8 + id % 4 * 2 + s, n, pos, floats[2 * s], pos, floats[2 * s + 1]);
    }
    return;
  }
  [[unroll]] for (uint s = 0; s < 2; ++s) {  // a lane has a unit of two rows
    const uint u = k / 8 + id % 8;
    unit[s] = Unit(id % 8 * 8, id % 8 * 8 + 4, 0u, 0u, 0.0, 0.0, 0.0, 0.0);
    if (u * 8 >= n) continue;
    unit[s] = decode_unit_as(s == 0 || !PAIRED ? TYPE : TYPE_UP, w_row[s], u, n);
    unit[s].pos0 -= k;
    unit[s].pos1 -= k;
  }
}

/// Where the loads of this lane begin; x rows are padded to whole steps.
void locate_x(Params p, Tile t) {
  const uint id = gl_LocalInvocationID.x, steps = (p.in_dim + STEP_K - 1) / STEP_K;
  const uint head = GROUPED ? 0u : t.expert;
  [[unroll]] for (uint s = 0; s < X_LOADS; ++s) {
    const uint64_t row = uint64_t(tile_x_row(p, t, (s * 256 + id) / STEP_QUADS) * p.heads + head);
    x_at[s] = p.x + (row * (steps * STEP_QUADS) + id % STEP_QUADS) * 16ul;
  }
  const uint64_t row = uint64_t(tile_x_row(p, t, id / 2) * p.heads + head);
  record_at = p.records + (row * (steps * 2) + id % 2) * (RECORD_WORDS * 4ul);
}

void fetch_x() {
  [[unroll]] for (uint s = 0; s < X_LOADS; ++s) {
    x_value[s] = Quads(x_at[s]).v[0];
    x_at[s] += STEP_QUADS * 16ul;
  }
  if (gl_LocalInvocationID.x >= TILE_TOKENS * 2) return;
#ifdef INT8
  record.x = Words(record_at).v[0];
  record.y = Words(record_at).v[1];
#else
  record = Quads(record_at).v[0];
#endif
  record_at += 2 * RECORD_WORDS * 4ul;
}

void store() {
  const uint id = gl_LocalInvocationID.x;
  if (type_is_float()) {
#ifndef INT8
    put_floats(id / 4, id % 4);
#endif
  } else {
    put_unit(TYPE, id / 8, unit[0]);
    put_unit(PAIRED ? TYPE_UP : TYPE, id / 8 + 32, unit[1]);
  }
  [[unroll]] for (uint s = 0; s < X_LOADS; ++s)
    if (s * 256 + id < TILE_TOKENS * STEP_QUADS) x_tile[(s * 256 + id) / STEP_QUADS * STRIDE + id % STEP_QUADS] = x_value[s];
  if (id >= TILE_TOKENS * 2) return;
  const uint token = id / 2, b = id % 2;
  const float d = uintBitsToFloat(record.x);
  x_scale[b * TILE_TOKENS + token] = d;
#ifdef INT8
  const vec2 pair = d * vec2(bitfieldExtract(int(record.y), 0, 16), int(record.y) >> 16);
#else
  const vec2 pair = uintBitsToFloat(record.yz);
#endif
  x_sum[2 * b * TILE_TOKENS + token] = pair.x;
  x_sum[(2 * b + 1) * TILE_TOKENS + token] = pair.y;
}

void add_group(uint g, uint b) {
  const uint tx = gl_LocalInvocationID.x % 16, ty = gl_LocalInvocationID.x / 16;
  float d[ROWS];
  [[unroll]] for (uint i = 0; i < ROWS; ++i) d[i] = w_scale[g * TILE_ROWS + tx + 16 * i];
  [[unroll]] for (uint j = 0; j < TOKENS; ++j) {
    const float dx = x_scale[b * TILE_TOKENS + ty + 16 * j];
    [[unroll]] for (uint i = 0; i < ROWS; ++i) acc[i * TOKENS + j] = fma(float(sums[i * TOKENS + j]), d[i] * dx, acc[i * TOKENS + j]);
  }
}

void add_minima(uint g) {
  const uint tx = gl_LocalInvocationID.x % 16, ty = gl_LocalInvocationID.x / 16;
  float m[ROWS];
  [[unroll]] for (uint i = 0; i < ROWS; ++i) m[i] = w_min[g * TILE_ROWS + tx + 16 * i];
  [[unroll]] for (uint j = 0; j < TOKENS; ++j) {
    const float sum = x_sum[g * TILE_TOKENS + ty + 16 * j];
    [[unroll]] for (uint i = 0; i < ROWS; ++i) acc[i * TOKENS + j] = fma(m[i], sum, acc[i * TOKENS + j]);
  }
}

void multiply() {
  const bool each = type_is_float() || scales_of_16(TYPE) || (PAIRED && scales_of_16(TYPE_UP));  // sixteen has its own scale
  const uint tx = gl_LocalInvocationID.x % 16, ty = gl_LocalInvocationID.x / 16;
  for (uint b = 0; b < GROUPS / 2; ++b) {
    [[unroll]] for (uint h = 0; h < 2; ++h) {
      const uint g = 2 * b + h;
      uvec4 w[ROWS][QUADS_16];
      [[unroll]] for (uint i = 0; i < ROWS; ++i)
        [[unroll]] for (uint c = 0; c < QUADS_16; ++c) w[i][c] = w_tile[(tx + 16 * i) * STRIDE + g * QUADS_16 + c];
      [[unroll]] for (uint j = 0; j < TOKENS; ++j) {
        uvec4 x[QUADS_16];
        [[unroll]] for (uint c = 0; c < QUADS_16; ++c) x[c] = x_tile[(ty + 16 * j) * STRIDE + g * QUADS_16 + c];
        [[unroll]] for (uint i = 0; i < ROWS; ++i) {
          const Sum v = dot_16(w[i], x);
          sums[i * TOKENS + j] = h == 0 || each ? v : sums[i * TOKENS + j] + v;
        }
      }
      if (each || h == 1) add_group(g, b);
      if (minima()) add_minima(g);
    }
  }
}

void main() {
  Params p = Params(push.params);
  Tile t;
  if (stopped() || !locate(p, t)) return;
  const uint id = gl_LocalInvocationID.x, n = p.in_dim;
  w_row[0] = tile_weight_row(p, t, type_is_float() ? id / 4 : id / 8);
  w_row[1] = tile_weight_row(p, t, id / 8 + 32);
  locate_x(p, t);
  [[unroll]] for (uint i = 0; i < ROWS * TOKENS; ++i) acc[i] = 0.0;
  fetch_weights(n, 0);
  fetch_x();
  for (uint k = 0; k < n; k += STEP_K) {
    barrier();
    store();
    barrier();
    if (k + STEP_K < n) {
      fetch_weights(n, k + STEP_K);
      fetch_x();
    }
    multiply();
  }
  finish(p, t);
}
