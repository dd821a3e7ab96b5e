// The k best logits of a row for large k (ops.h TopkLogitsOp): every logit counts the logits before it, a tile of LANES at a time.
// For tests and small vocabularies: n_vocab^2 comparisons a row. Bytes: n_vocab^2 * 4 / LANES.
#version 460
#extension GL_GOOGLE_include_directive : require
#define LANES 256
#include "include/common.glsl"
#include "include/order.glsl"

layout(local_size_x = LANES) in;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  uint64_t logits, ids, values;
  uint64_t stride;  // floats
  uint n_vocab, k;
};

shared uint tile[LANES];

/// A NaN ranks as -infinity; 0 past the end.
uint key_of(Params p, Floats row, uint i) {
  if (i >= p.n_vocab) return 0;
  const uint key = order_key(row.v[i]);
  return key == kNanKey ? order_key(uintBitsToFloat(0xff800000u)) : key;
}

void main() {
  Params p = Params(push.params);
  const int row = int(gl_WorkGroupID.y);
  if (row >= row_count(kRowsOutputs)) return;
  Floats logits = Floats(p.logits + uint64_t(row) * p.stride * 4ul);
  const uint lane = gl_LocalInvocationID.x, i = gl_GlobalInvocationID.x, key = key_of(p, logits, i);
  uint better = 0;
  for (uint first = 0; first < p.n_vocab; first += LANES) {
    barrier();
    tile[lane] = key_of(p, logits, first + lane);
    barrier();
    for (uint j0 = 0; j0 < LANES; j0 += 16)
      [[unroll]] for (uint j = 0; j < 16; ++j) {
        const uint other = tile[j0 + j];
        better += uint(other > key || (other == key && first + j0 + j < i));
      }
  }
  if (i >= p.n_vocab || better >= p.k) return;
  const uint64_t at = uint64_t(row) * uint64_t(p.k) * 4ul;
  Ints(p.ids + at).v[better] = int(i);
  Floats(p.values + at).v[better] = logits.v[i];
}
