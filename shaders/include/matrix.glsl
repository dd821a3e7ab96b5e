// What the matrix products share: where the tile of a workgroup lies, and what becomes of its sums.
//
// A workgroup of 256 multiplies 64 rows of a weight with TILE_TOKENS tokens. Lane (tx, ty) = (id % 16, id / 16) owns the tile
// rows tx + 16 i and tokens ty + 16 j: lanes next to each other read shared rows next to each other and write consecutive floats.
// Workgroups next to each other share the weight rows, which are so read from memory about once.
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

layout(local_size_x = 256) in;

layout(constant_id = 0) const uint TYPE = 0;          // of the weight, of gate
layout(constant_id = 1) const uint TYPE_UP = 0;       // of up
layout(constant_id = 2) const uint TILE_TOKENS = 64;  // 16, 32 or 64
layout(constant_id = 3) const uint FORM = 0;

// engine/vulkan/matrix.cpp has the same bits.
const bool PAIRED = (FORM & 1u) != 0u;    // rows 0 .. 31 of the tile are of gate, 32 .. 63 the same ones of up
const bool COMBINE = (FORM & 2u) != 0u;   // y holds gate; the product is up
const bool GROUPED = (FORM & 4u) != 0u;   // tiles come from moe_tiles
const bool GATHER = (FORM & 8u) != 0u;    // x rows are tokens, of planned rows
const bool SCATTER = (FORM & 16u) != 0u;  // y rows are pairs, of planned rows
const bool QUADS = (FORM & 32u) != 0u;    // x rows are whole, aligned vec4

const uint TILE_ROWS = 64;
const uint TOKENS = TILE_TOKENS / 16;  // of a lane
const uint ROWS = TILE_ROWS / 16;      // of a lane
const uint STEP_K = 64;                // elements a workgroup decodes at a time

#include "activation.glsl"
#include "blocks.glsl"
#include "weight.glsl"

/// One product of matrix.h: [0] the weight or gate, [1] up.
layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  WeightRef w[2];
  uint64_t x, records;  // f32 rows, or the values and scales of matrix_pack
  uint64_t y;
  uint64_t bias[2], addend[2], entries[2];
  uint64_t tiles, pairs;
  uint in_dim, out_dim;
  uint x_token, x_head, y_token, y_head;  // strides in floats
  uint rows, heads, n_used, act;
};

layout(buffer_reference, std430, buffer_reference_align = 16) readonly buffer Tiles { uvec4 v[]; };

struct Tile {
  uint expert;  // or head
  uint first;   // row of the step or planned row
  uint n;       // of them
  uint row;     // of the weight
};

float acc[ROWS * TOKENS];

/// False for workgroups that have nothing to do.
bool locate(Params p, out Tile t) {
  t.row = (push.arg0 + gl_WorkGroupID.y) * (PAIRED ? TILE_ROWS / 2 : TILE_ROWS);
  if (GROUPED) {
    const uvec4 entry = Tiles(p.tiles).v[gl_WorkGroupID.x];
    t.expert = entry.x;
    t.first = entry.y;
    t.n = entry.z;
    return true;
  }
  t.expert = gl_WorkGroupID.z;
  t.first = gl_WorkGroupID.x * TILE_TOKENS;
  const int left = row_count(p.rows) - int(t.first);
  t.n = uint(clamp(left, 0, int(TILE_TOKENS)));
  return left > 0;
}

/// Address of the weight row behind row i of the tile; rows past the end repeat the last one and are not written.
uint64_t tile_weight_row(Params p, Tile t, uint i) {
  const uint half_rows = TILE_ROWS / 2;
  const bool up = PAIRED && i >= half_rows;
  const uint row = min(t.row + (up ? i - half_rows : i), p.out_dim - 1);
  return weight_row(p.w[up ? 1 : 0], t.expert, row);
}

/// Row of x behind token j of the tile; tokens past the end repeat the last one and are not written.
uint tile_x_row(Params p, Tile t, uint j) {
  const uint row = t.first + min(j, t.n - 1);
  return GATHER ? uint(Ints(p.pairs).v[row]) / p.n_used : row;
}

/// Where a row of sums goes.
struct Target {
  uint64_t y;
  bool adds[2];
  uint64_t addend_row;
};

Target target(Params p, Tile t, uint row) {
  Target r;
  const uint pair = GROUPED ? uint(Ints(p.pairs).v[row]) : row;
  const uint64_t y_row = uint64_t(SCATTER ? pair : row) * p.y_token + uint64_t(GROUPED ? 0u : t.expert) * p.y_head;
  r.y = p.y + y_row * 4ul;
  r.adds[0] = r.adds[1] = false;
  r.addend_row = (GROUPED ? uint64_t(row) : uint64_t(row) * p.heads + t.expert) * p.out_dim;
  if ((p.addend[0] | p.addend[1]) == 0ul) return r;
  const int slot = slot_of_token(GROUPED ? int(pair / p.n_used) : token_row(p.rows, int(row)));
  r.adds[0] = addend_active(p.addend[0], p.entries[0], slot);
  r.adds[1] = addend_active(p.addend[1], p.entries[1], slot);
  return r;
}

/// A sum with what is added to it, before the activation.
float complete(Params p, Tile t, Target r, uint which, uint o, float v) {
  if (p.bias[which] != 0ul) v += Floats(p.bias[which] + uint64_t(t.expert) * p.out_dim * 4ul).v[o];
  if (r.adds[which]) v += Floats(p.addend[which] + r.addend_row * 4ul).v[o];
  return v;
}

/// Writes acc.
void finish(Params p, Tile t) {
  const uint tx = gl_LocalInvocationID.x % 16, ty = gl_LocalInvocationID.x / 16;
  [[unroll]] for (uint j = 0; j < TOKENS; ++j) {
    if (ty + 16 * j >= t.n) continue;
    const Target r = target(p, t, t.first + ty + 16 * j);
    Floats y = Floats(r.y);
    [[unroll]] for (uint i = 0; i < (PAIRED ? ROWS / 2 : ROWS); ++i) {
      const uint o = t.row + tx + 16 * i;
      if (o >= p.out_dim) continue;
      float v = complete(p, t, r, 0, o, acc[i * TOKENS + j]);
      if (PAIRED) v = activate(p.act, v, complete(p, t, r, 1, o, acc[(i + ROWS / 2) * TOKENS + j]));
      if (COMBINE) v = activate(p.act, y.v[o], v);
      y.v[o] = v;
    }
  }
}
