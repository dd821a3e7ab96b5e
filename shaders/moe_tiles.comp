// Tiles of the rows that moe_plan grouped by expert: {index of the expert on this device, first planned row, rows, 0} each, and the
// two grids that go over them: of all slices of weight rows but the last, and of the last. Where some experts are elsewhere, row_of[pair] says which planned row a pair has, -1 none.
// One workgroup. Bytes: experts * 8 + tiles * 16 + pairs * 8.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "include/common.glsl"

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint TILE_TOKENS = 64;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  uint64_t offsets, pairs, local;
  uint64_t tiles, row_of, grid;  // row_of 0: not wanted
  uint n_experts, n_used, grid_y, grid_y_last;
};
layout(buffer_reference, std430, buffer_reference_align = 16) writeonly buffer Tiles { uvec4 v[]; };

shared uint totals[256];

/// Sum of v over the lanes up to this one.
uint sum_up_to(uint v) {
  const uint id = gl_LocalInvocationID.x;
  for (uint reach = 1; reach < 256; reach *= 2) {
    totals[id] = v;
    barrier();
    if (id >= reach) v += totals[id - reach];
    barrier();
  }
  return v;
}

void main() {
  Params p = Params(push.params);
  const uint id = gl_LocalInvocationID.x;
  Ints offsets = Ints(p.offsets);
  uint before = 0;  // tiles of earlier experts
  for (uint begin = 0; begin < p.n_experts; begin += 256) {
    const uint e = begin + id;
    const uint first = e < p.n_experts ? uint(offsets.v[e]) : 0, last = e < p.n_experts ? uint(offsets.v[e + 1]) : 0;
    const uint count = (last - first + TILE_TOKENS - 1) / TILE_TOKENS;
    const uint up_to = sum_up_to(count);
    uint at = before + up_to - count;
    if (count > 0) {
      const uint index = p.local == 0ul ? e : uint(Ints(p.local).v[e]);
      for (uint row = first; row < last; row += TILE_TOKENS) Tiles(p.tiles).v[at++] = uvec4(index, row, min(last - row, TILE_TOKENS), 0u);
    }
    totals[id] = up_to;
    barrier();
    before += totals[255];
    barrier();
  }
  if (id == 0) {
    Words grid = Words(p.grid);
    grid.v[0] = before;
    grid.v[1] = p.grid_y;
    grid.v[2] = 1;
    grid.v[4] = before;
    grid.v[5] = p.grid_y_last;
    grid.v[6] = 1;
  }
  if (p.row_of == 0ul) return;
  const uint n = uint(Step(push.step).n_tokens) * p.n_used, planned = uint(offsets.v[p.n_experts]);
  for (uint i = id; i < n; i += 256) Ints(p.row_of).v[i] = -1;
  memoryBarrierBuffer();
  barrier();
  for (uint r = id; r < planned; r += 256) Ints(p.row_of).v[uint(Ints(p.pairs).v[r])] = int(r);
}
