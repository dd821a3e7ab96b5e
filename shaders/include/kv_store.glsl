// What qkv_store and mla_store share: rotation, and the encoding of cache rows. Needs common.glsl, math.glsl, kv_rows.glsl and
// LANES, the workgroup size.
const uint kRopeNone = 0, kRopeNormal = 1, kRopeNeox = 2;  // ops.h RopeKind

shared float pair_tops[LANES];

/// (a, b) turned by position times the frequency of the pair.
vec2 rotate(vec2 ab, uint64_t turns, uint pair, int position, float mscale) {
  float s, c;
  sincos_turns(Longs(turns).v[pair] * uint64_t(position), s, c);
  s *= mscale;
  c *= mscale;
  return vec2(ab.x * c - ab.y * s, ab.x * s + ab.y * c);
}

/// The two dimensions of a rotary pair.
uvec2 pair_dims(uint kind, uint n_rot, uint pair) {
  return kind == kRopeNormal ? uvec2(2 * pair, 2 * pair + 1) : uvec2(pair, pair + n_rot / 2);
}

/// The rotary pair that dimension d belongs to.
uint pair_of(uint kind, uint n_rot, uint d) { return kind == kRopeNormal ? d / 2 : d < n_rot / 2 ? d : d - n_rot / 2; }

/// x / d to the nearest byte, halves away from zero; a NaN becomes 0.
uint quantise(float x, float d) {
  if (!(d > 0.0)) return 0u;
  const float q = x / d, r = floor(abs(q) + 0.5);
  const int level = r >= 127.0 ? 127 : r >= 0.0 ? int(r) : 0;
  return uint(q < 0.0 ? -level : level) & 255u;
}

/// Writes elements e and e + 1 (those below n) of a row of n. Uniform: all invocations call it with e = first + 2 * lane, where
/// first is a multiple of 32; every 16 of them share a q8_0 block.
void store_pair(uint type, uint64_t row, uint e, uint n, vec2 x) {
  const uint lane = gl_LocalInvocationID.x;
  if (type == kKvF32) {
    if (e < n) Floats(row).v[e] = x.x;
    if (e + 1 < n) Floats(row).v[e + 1] = x.y;
  } else if (type == kKvF16) {
    const uint64_t at = row + e * 2;
    if ((uint(at) & 3u) == 0u && e + 1 < n) {
      Words(at).v[0] = half_bits(x.x) | half_bits(x.y) << 16;
    } else {
      if (e < n) Shorts(row).v[e] = uint16_t(half_bits(x.x));
      if (e + 1 < n) Shorts(row).v[e + 1] = uint16_t(half_bits(x.y));
    }
  } else {
    barrier();
    pair_tops[lane] = max(abs(x.x), abs(x.y));
    barrier();
    if (e >= n) return;
    float top = 0.0;
    [[unroll]] for (uint i = 0; i < 16; ++i) top = max(top, pair_tops[(lane & ~15u) + i]);
    const float d = top / 127.0;
    Shorts block = Shorts(row + e / kQ8Block * kQ8Bytes);
    block.v[1 + e % kQ8Block / 2] = uint16_t(quantise(x.x, d) | quantise(x.y, d) << 8);
    if (e % kQ8Block == 0) block.v[0] = uint16_t(half_bits(d));
  }
}
