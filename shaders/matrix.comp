// Matrix products in f32 (include/matrix.glsl, matrix.h). Bytes: the weight once for every TILE_TOKENS tokens that do not fit the
// cache, x once for every 64 rows, y once; shared (64 + TILE_TOKENS) * 36 * 4.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "include/matrix.glsl"
#include "include/stop.glsl"

// Half a step of rows is in shared memory at a time: 8 vec4 and one that spreads the rows over the banks.
const uint HALF_K = STEP_K / 2, STRIDE = HALF_K / 4 + 1;
shared vec4 w_tile[TILE_ROWS * STRIDE];
shared vec4 x_tile[TILE_TOKENS * STRIDE];

// vec4 of x that a lane brings for half a step.
const uint X_LOADS = (TILE_TOKENS * HALF_K / 4 + 255) / 256;

uint64_t w_row[2];
uint64_t x_row[X_LOADS];

// A step on its way from memory to the tiles.
uint w_at[4];
vec4 w_value[4];
vec4 x_value[2 * X_LOADS];

vec4 load_x(uint64_t row, uint at, uint n) {
  if (QUADS) return at < n ? Vec4s(row).v[at / 4] : vec4(0.0);
  vec4 v = vec4(0.0);
  [[unroll]] for (uint c = 0; c < 4; ++c)
    if (at + c < n) v[c] = Floats(row).v[at + c];
  return v;
}

void fetch(uint n, uint k) {
  const uint id = gl_LocalInvocationID.x, unit = k / 8 + id % 8;
  [[unroll]] for (uint s = 0; s < 2; ++s) {
    w_at[2 * s] = 8 * (id % 8);
    w_at[2 * s + 1] = 8 * (id % 8) + 4;
    w_value[2 * s] = w_value[2 * s + 1] = vec4(0.0);
    if (unit * 8 >= n) continue;
    decode_floats_as(s == 0 || !PAIRED ? TYPE : TYPE_UP, w_row[s], unit, n, w_at[2 * s], w_value[2 * s], w_at[2 * s + 1],
                     w_value[2 * s + 1]);
    w_at[2 * s] -= k;
    w_at[2 * s + 1] -= k;
  }
  [[unroll]] for (uint s = 0; s < X_LOADS; ++s)
    [[unroll]] for (uint h = 0; h < 2; ++h) x_value[2 * s + h] = load_x(x_row[s], k + h * HALF_K + id % 8 * 4, n);
}

/// Puts half h of the step into the tiles.
void store(uint h) {
  const uint id = gl_LocalInvocationID.x;
  [[unroll]] for (uint i = 0; i < 4; ++i)
    if (w_at[i] / HALF_K == h) w_tile[(id / 8 + i / 2 * 32) * STRIDE + w_at[i] % HALF_K / 4] = w_value[i];
  [[unroll]] for (uint s = 0; s < X_LOADS; ++s)
    if (s * 256 + id < TILE_TOKENS * 8) x_tile[(id / 8 + s * 32) * STRIDE + id % 8] = h == 0 ? x_value[2 * s] : x_value[2 * s + 1];
}

void multiply() {
  const uint tx = gl_LocalInvocationID.x % 16, ty = gl_LocalInvocationID.x / 16;
  for (uint k = 0; k < HALF_K / 4; ++k) {
    vec4 w[ROWS];
    [[unroll]] for (uint i = 0; i < ROWS; ++i) w[i] = w_tile[(tx + 16 * i) * STRIDE + k];
    [[unroll]] for (uint j = 0; j < TOKENS; ++j) {
      const vec4 x = x_tile[(ty + 16 * j) * STRIDE + k];
      [[unroll]] for (uint i = 0; i < ROWS; ++i) {
        float sum = acc[i * TOKENS + j];
        [[unroll]] for (uint c = 0; c < 4; ++c) sum = fma(w[i][c], x[c], sum);
        acc[i * TOKENS + j] = sum;
      }
    }
  }
}

void main() {
  Params p = Params(push.params);
  Tile t;
  if (stopped() || !locate(p, t)) return;
  const uint id = gl_LocalInvocationID.x, n = p.in_dim;
  [[unroll]] for (uint s = 0; s < 2; ++s) w_row[s] = tile_weight_row(p, t, id / 8 + 32 * s);
  [[unroll]] for (uint s = 0; s < X_LOADS; ++s) {
    const uint64_t at = uint64_t(tile_x_row(p, t, id / 8 + 32 * s)) * p.x_token + uint64_t(GROUPED ? 0u : t.expert) * p.x_head;
    x_row[s] = p.x + at * 4ul;
  }
  [[unroll]] for (uint i = 0; i < ROWS * TOKENS; ++i) acc[i] = 0.0;
  fetch(n, 0);
  for (uint k = 0; k < n; k += STEP_K) {
    barrier();
    store(0);
    barrier();
    multiply();
    if (k + HALF_K < n) {
      barrier();
      store(1);
      barrier();
      if (k + STEP_K < n) fetch(n, k + STEP_K);
      multiply();
    }
  }
  finish(p, t);
}
