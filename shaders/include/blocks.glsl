// Decoding of weight rows of every block type (formats.md 2; engine/core/quant_blocks.cpp is the scalar truth).
//
// Needs common.glsl and `const uint TYPE` (a specialisation constant with the GGUF type id) before the include. Everything that
// depends on TYPE folds away when the pipeline is made.
//
// A row of `in` quantised weights is in / 8 units of eight weights; consecutive units read consecutive memory. Elements of unit u:
//   Q4_0 Q4_1 Q5_0 Q5_1 IQ4_NL IQ4_XS MXFP4   e = u / 4 * 32 + u % 4 * 4: e .. e+3 and e+16 .. e+19
//   Q8_0                                      e = u * 8: e .. e+3 and e+4 .. e+7
//   Q2_K Q3_K Q4_K Q5_K Q6_K TQ1_0 TQ2_0      e = u / 8 * 64 + u % 8 * 4: e .. e+3 and e+32 .. e+35
// so that 4 consecutive units from a multiple of 4 cover 32 aligned elements in the first two rows, and 8 from a multiple of 8
// cover 64 in all. A group of four never crosses a scale: scales are for 16 or 32 elements.
// Float types have ceil(in / 8) units of eight consecutive elements.
//
// Alignment. Rows begin at even addresses. Rows of Q4_1, Q5_1, Q2_K, IQ4_XS and MXFP4 begin at multiples of 4, those of Q4_K and
// Q5_K at multiples of 16: tensors begin at multiples of 64 and rows are whole blocks. MXFP4 rows are repacked when they are placed:
// the 16 quant bytes of every block, then the scale bytes of all blocks, padded to a multiple of 4.
//
// The grid types (IQ1, IQ2, IQ3) need number tables that this build has not; they would be one more branch of decode_unit_as each.

const uint kF32 = 0, kF16 = 1, kQ4_0 = 2, kQ4_1 = 3, kQ5_0 = 6, kQ5_1 = 7, kQ8_0 = 8, kQ2_K = 10, kQ3_K = 11, kQ4_K = 12, kQ5_K = 13,
           kQ6_K = 14, kIQ4_NL = 20, kIQ4_XS = 23, kBF16 = 30, kTQ1_0 = 34, kTQ2_0 = 35, kMXFP4 = 39;

layout(buffer_reference, std430, buffer_reference_align = 16) readonly buffer Quads { uvec4 v[]; };

/// Eight weights: elements pos0 .. pos0+3 are d0 * q + m0 with q the signed bytes of q0, lowest byte first; the same for pos1.
struct Unit {
  uint pos0, pos1;
  uint q0, q1;
  float d0, d1, m0, m1;
};

bool is_float_type(uint type) { return type == kF32 || type == kF16 || type == kBF16; }
bool has_min(uint type) { return type == kQ4_1 || type == kQ5_1 || type == kQ2_K || type == kQ4_K || type == kQ5_K; }
bool type_is_float() { return is_float_type(TYPE); }
/// Whether m0 and m1 can be other than zero.
bool type_has_min() { return has_min(TYPE); }

/// Units of a row.
uint unit_count(uint n) { return (n + 7) / 8; }

// Offsets are bytes from the start of the row; at() of a word wants a multiple of 4, short_at of 2, pair_at of 2.
uint word_at(uint64_t row, uint offset) { return Words(row).v[offset >> 2]; }
uint short_at(uint64_t row, uint offset) { return uint(Shorts(row).v[offset >> 1]); }
uint pair_at(uint64_t row, uint offset) { return short_at(row, offset) | short_at(row, offset + 2) << 16; }
uint byte_at(uint64_t row, uint offset) { return (short_at(row, offset & ~1u) >> (8 * (offset & 1u))) & 255u; }

/// Scales of blocks are often subnormal halves; the conversion keeps them on every GPU.
float half_value(uint bits) { return unpackHalf2x16(bits & 0xffffu).x; }

/// Subtracts c <= 127 from each byte v < 128; the results are signed bytes.
uint sub_bytes(uint v, uint c) { return ((v | 0x80808080u) - c * 0x01010101u) ^ 0x80808080u; }

/// Bit i of the low nibble to bit 0 of byte i.
uint spread_bits(uint nibble) { return ((nibble & 15u) * 0x00204081u) & 0x01010101u; }

vec4 signed_bytes(uint q) {
  const int v = int(q);
  return vec4(bitfieldExtract(v, 0, 8), bitfieldExtract(v, 8, 8), bitfieldExtract(v, 16, 8), v >> 24);
}

/// The IQ4 value of a nibble, as a byte (quant_blocks.h kIq4Values).
uint iq4_byte(uint nibble) {
  const uint low = nibble < 4u ? 0xbfad9881u : 0xf6eaddcfu, high = nibble < 12u ? 0x26190d01u : 0x71594535u;
  return ((nibble < 8u ? low : high) >> (8 * (nibble & 3u))) & 255u;
}
uint iq4_bytes(uint nibbles) {
  return iq4_byte(nibbles & 15u) | iq4_byte((nibbles >> 8) & 15u) << 8 | iq4_byte((nibbles >> 16) & 15u) << 16 |
         iq4_byte(nibbles >> 24) << 24;
}

/// Doubled E2M1 numbers of the nibbles in four bytes: magnitudes 0 1 2 3 4 6 8 12, bit 3 is the sign.
uint fp4_bytes(uint v) {
  const uint top = (v >> 2) & 0x01010101u;
  const uint size = (v & 0x07070707u) + (v & (top * 3u)) + ((v & (v >> 1) & top) << 1);
  const uint negative = ((v >> 3) & 0x01010101u) * 255u;
  return (size & ~negative) | (((0x80808080u - size) ^ 0x80808080u) & negative);
}

/// 2^(e - 128), NaN for 255 (quant_blocks.h mxfp4_scale).
float mxfp4_scale(uint e) { return uintBitsToFloat(e == 255u ? 0x7fc00000u : e < 2u ? 0x00200000u << e : (e - 1u) << 23); }

/// Digit n of each byte of TQ1_0.
uint trits(uint bytes, uint n) {
  const uint power = n == 0u ? 1u : n == 1u ? 3u : n == 2u ? 9u : n == 3u ? 27u : 81u;
  const uint even = (((bytes & 0x00ff00ffu) * power) & 0x00ff00ffu) * 3u, odd = ((((bytes >> 8) & 0x00ff00ffu) * power) & 0x00ff00ffu) * 3u;
  return ((even >> 8) & 0x00ff00ffu) | (odd & 0xff00ff00u);
}

/// Codes of elements e .. e+3 of a TQ1_0 block at byte `block` of the row.
uint tq1_codes(uint64_t row, uint block, uint e) {
  const uint at = e < 160u ? e % 32u : e < 240u ? 32u + e % 16u : 48u;
  const uint digit = e < 160u ? e / 32u : e < 240u ? e / 16u - 10u : (e - 240u) / 4u;
  return sub_bytes(trits(pair_at(row, block + at), digit), 1);
}

/// 6-bit scales and minima of sub-blocks 2c and 2c+1 from the 12 packed bytes of Q4_K and Q5_K: scale, scale, min, min.
uvec4 k_scales(uvec3 packed, uint c) {
  const uint shift = 16 * (c & 1u);
  const uint a = packed.x >> shift, b = packed.y >> shift, l = packed.z >> shift;
  if (c < 2u) return uvec4(a & 63u, (a >> 8) & 63u, b & 63u, (b >> 8) & 63u);
  return uvec4((l & 15u) | ((a >> 2) & 48u), ((l >> 8) & 15u) | ((a >> 10) & 48u), ((l >> 4) & 15u) | ((b >> 2) & 48u),
               ((l >> 12) & 15u) | ((b >> 10) & 48u));
}

/// Scale of the 16 elements k of a Q3_K block.
float q3_scale(uint64_t row, uint block, uint k, float d) {
  const uint low = byte_at(row, block + 96u + (k & 7u)) >> (k < 8u ? 0u : 4u);
  const uint high = byte_at(row, block + 104u + (k & 3u)) >> (2u * (k >> 2));
  return d * float(int((low & 15u) | ((high & 3u) << 4)) - 32);
}

/// First elements of the two groups of unit u.
void unit_positions(uint type, uint u, out uint pos0, out uint pos1) {
  if (is_float_type(type) || type == kQ8_0) {
    pos0 = u * 8;
    pos1 = pos0 + 4;
  } else if (type == kQ4_0 || type == kQ4_1 || type == kQ5_0 || type == kQ5_1 || type == kIQ4_NL || type == kIQ4_XS || type == kMXFP4) {
    pos0 = (u >> 2) * 32 + (u & 3u) * 4;
    pos1 = pos0 + 16;
  } else {
    pos0 = (u >> 3) * 64 + (u & 7u) * 4;
    pos1 = pos0 + 32;
  }
}

void decode_32(uint type, uint64_t row, uint u, uint n, inout Unit r) {
  const uint b = u >> 2, j = u & 3u;
  uint nibbles, high = 0;
  if (type == kMXFP4) {
    nibbles = Words(row).v[u];
    r.d0 = mxfp4_scale((Words(row).v[n / 8 + (b >> 2)] >> (8 * (b & 3u))) & 255u);
  } else if (type == kQ4_1 || type == kQ5_1) {
    const uint block = b * (type == kQ4_1 ? 20u : 24u), scales = word_at(row, block);
    r.d0 = half_value(scales);
    r.m0 = half_value(scales >> 16);
    if (type == kQ5_1) high = word_at(row, block + 4);
    nibbles = word_at(row, block + (type == kQ4_1 ? 4u : 8u) + 4 * j);
  } else {
    const uint block = b * (type == kQ5_0 ? 22u : 18u);
    r.d0 = half_value(short_at(row, block));
    if (type == kQ5_0) high = pair_at(row, block + 2);
    nibbles = pair_at(row, block + (type == kQ5_0 ? 6u : 2u) + 4 * j);
  }
  r.d1 = r.d0;
  r.m1 = r.m0;
  r.q0 = nibbles & 0x0f0f0f0fu;
  r.q1 = (nibbles >> 4) & 0x0f0f0f0fu;
  if (type == kQ5_0 || type == kQ5_1) {
    r.q0 |= spread_bits(high >> (4 * j)) << 4;
    r.q1 |= spread_bits(high >> (4 * j + 16)) << 4;
  }
  if (type == kQ4_0 || type == kQ5_0) {
    r.q0 = sub_bytes(r.q0, type == kQ4_0 ? 8u : 16u);
    r.q1 = sub_bytes(r.q1, type == kQ4_0 ? 8u : 16u);
  }
  if (type == kIQ4_NL) r.q0 = iq4_bytes(r.q0), r.q1 = iq4_bytes(r.q1);
  if (type == kMXFP4) r.q0 = fp4_bytes(r.q0), r.q1 = fp4_bytes(r.q1);
}

void decode_q8_0(uint64_t row, uint u, inout Unit r) {
  const uint block = (u >> 2) * 34u, at = block + 2 + 8 * (u & 3u);
  r.d0 = r.d1 = half_value(short_at(row, block));
  r.q0 = pair_at(row, at);
  r.q1 = pair_at(row, at + 4);
}

void decode_iq4_xs(uint64_t row, uint u, inout Unit r) {
  const uint b = u >> 5, i = u & 31u, k = i >> 2, block = b * 136u;
  const uint head = word_at(row, block);  // d and the high bits of the scales
  const uint low = word_at(row, block + 4) >> (4 * k), nibbles = word_at(row, block + 8 + 4 * i);
  r.d0 = r.d1 = half_value(head) * float(int((low & 15u) | (((head >> (16 + 2 * k)) & 3u) << 4)) - 32);
  r.q0 = iq4_bytes(nibbles & 0x0f0f0f0fu);
  r.q1 = iq4_bytes((nibbles >> 4) & 0x0f0f0f0fu);
}

/// Q4_K and Q5_K: chunk c is 64 elements, w the word of 4 bytes within its 32 quant bytes.
void decode_q45_k(uint type, uint64_t row, uint b, uint c, uint w, inout Unit r) {
  const uint block = b * (type == kQ4_K ? 144u : 176u);
  const uvec4 head = Quads(row).v[block >> 4];
  const uint nibbles = word_at(row, block + (type == kQ4_K ? 16u : 48u) + 32 * c + 4 * w);
  const uvec4 scales = k_scales(head.yzw, c);
  const vec2 d = unpackHalf2x16(head.x);
  r.d0 = d.x * float(scales.x);
  r.d1 = d.x * float(scales.y);
  r.m0 = -(d.y * float(scales.z));
  r.m1 = -(d.y * float(scales.w));
  r.q0 = nibbles & 0x0f0f0f0fu;
  r.q1 = (nibbles >> 4) & 0x0f0f0f0fu;
  if (type == kQ5_K) {
    const uint high = word_at(row, block + 16 + 4 * w) >> (2 * c);
    r.q0 |= (high & 0x01010101u) << 4;
    r.q1 |= (high & 0x02020202u) << 3;
  }
}

void decode_q6_k(uint64_t row, uint b, uint c, uint w, inout Unit r) {
  const uint block = b * 210u, low = block + 64 * (c >> 1) + 4 * w, shift = 4 * (c & 1u);
  const uint high = pair_at(row, block + 128 + 32 * (c >> 1) + 4 * w) >> shift;
  const float d = half_value(short_at(row, block + 208));
  const uint scale = 192 + 4 * c + (w >> 2);
  r.d0 = d * float(bitfieldExtract(int(byte_at(row, block + scale)), 0, 8));
  r.d1 = d * float(bitfieldExtract(int(byte_at(row, block + scale + 2)), 0, 8));
  r.q0 = sub_bytes(((pair_at(row, low) >> shift) & 0x0f0f0f0fu) | ((high & 0x03030303u) << 4), 32);
  r.q1 = sub_bytes(((pair_at(row, low + 32) >> shift) & 0x0f0f0f0fu) | ((high & 0x0c0c0c0cu) << 2), 32);
}

void decode_q2_k(uint64_t row, uint b, uint c, uint w, inout Unit r) {
  const uint block = b * 84u, scale = block + 4 * c + (w >> 2);
  const uint codes = word_at(row, block + 16 + 32 * (c >> 1) + 4 * w) >> (4 * (c & 1u));
  const vec2 d = unpackHalf2x16(word_at(row, block + 80));
  const uint s0 = byte_at(row, scale), s1 = byte_at(row, scale + 2);
  r.d0 = d.x * float(s0 & 15u);
  r.d1 = d.x * float(s1 & 15u);
  r.m0 = -(d.y * float(s0 >> 4));
  r.m1 = -(d.y * float(s1 >> 4));
  r.q0 = codes & 0x03030303u;
  r.q1 = (codes >> 2) & 0x03030303u;
}

void decode_q3_k(uint64_t row, uint b, uint c, uint w, inout Unit r) {
  const uint block = b * 110u, k = 4 * c + (w >> 2);
  const uint codes = pair_at(row, block + 32 + 32 * (c >> 1) + 4 * w) >> (4 * (c & 1u));
  const uint mask = pair_at(row, block + 4 * w) >> (2 * c);
  const float d = half_value(short_at(row, block + 108));
  r.d0 = q3_scale(row, block, k, d);
  r.d1 = q3_scale(row, block, k + 2, d);
  r.q0 = sub_bytes((codes & 0x03030303u) | ((mask & 0x01010101u) << 2), 4);
  r.q1 = sub_bytes(((codes >> 2) & 0x03030303u) | ((mask & 0x02020202u) << 1), 4);
}

void decode_ternary(uint type, uint64_t row, uint b, uint c, uint w, inout Unit r) {
  const uint block = b * (type == kTQ1_0 ? 54u : 66u);
  r.d0 = r.d1 = half_value(short_at(row, block + (type == kTQ1_0 ? 52u : 64u)));
  if (type == kTQ1_0) {
    r.q0 = tq1_codes(row, block, 64 * c + 4 * w);
    r.q1 = tq1_codes(row, block, 64 * c + 32 + 4 * w);
  } else {
    const uint codes = pair_at(row, block + 32 * (c >> 1) + 4 * w) >> (4 * (c & 1u));
    r.q0 = sub_bytes(codes & 0x03030303u, 1);
    r.q1 = sub_bytes((codes >> 2) & 0x03030303u, 1);
  }
}

/// Unit u of a row of n weights; `type` is a constant of the pipeline and no float type.
Unit decode_unit_as(uint type, uint64_t row, uint u, uint n) {
  Unit r;
  unit_positions(type, u, r.pos0, r.pos1);
  r.m0 = r.m1 = 0.0;
  if (type == kQ8_0) {
    decode_q8_0(row, u, r);
  } else if (type == kIQ4_XS) {
    decode_iq4_xs(row, u, r);
  } else if (type == kQ4_0 || type == kQ4_1 || type == kQ5_0 || type == kQ5_1 || type == kIQ4_NL || type == kMXFP4) {
    decode_32(type, row, u, n, r);
  } else {
    const uint b = u >> 5, c = (u >> 3) & 3u, w = u & 7u;
    if (type == kQ4_K || type == kQ5_K) decode_q45_k(type, row, b, c, w, r);
    if (type == kQ6_K) decode_q6_k(row, b, c, w, r);
    if (type == kQ2_K) decode_q2_k(row, b, c, w, r);
    if (type == kQ3_K) decode_q3_k(row, b, c, w, r);
    if (type == kTQ1_0 || type == kTQ2_0) decode_ternary(type, row, b, c, w, r);
  }
  return r;
}

float bfloat_value(uint bits) { return uintBitsToFloat(bits << 16); }

vec4 float_pairs(uint type, uint a, uint b) {
  if (type == kF16) return vec4(unpackHalf2x16(a), unpackHalf2x16(b));
  return vec4(bfloat_value(a), uintBitsToFloat(a & 0xffff0000u), bfloat_value(b), uintBitsToFloat(b & 0xffff0000u));
}

/// Eight elements of a float row, the last ones perhaps beyond it: those are 0 and not read.
void decode_float_tail(uint type, uint64_t row, uint at, uint n, out vec4 a, out vec4 b) {
  [[unroll]] for (uint i = 0; i < 8; ++i) {
    float v = 0.0;
    if (at + i < n) {
      if (type == kF32) v = Floats(row).v[at + i];
      else {
        const uint bits = uint(Shorts(row).v[at + i]);
        v = type == kF16 ? unpackHalf2x16(bits).x : bfloat_value(bits);
      }
    }
    if (i < 4) a[i] = v;
    else b[i - 4] = v;
  }
}

/// Loads of 16 bytes where the row is aligned, which is the same for all lanes of a row.
void decode_float_unit(uint type, uint64_t row, uint u, uint n, out vec4 a, out vec4 b) {
  if ((uint(row) & 15u) != 0u || u * 8 + 8 > n) {
    decode_float_tail(type, row, u * 8, n, a, b);
  } else if (type == kF32) {
    a = Vec4s(row).v[2 * u];
    b = Vec4s(row).v[2 * u + 1];
  } else {
    const uvec4 q = Quads(row).v[u];
    a = float_pairs(type, q.x, q.y);
    b = float_pairs(type, q.z, q.w);
  }
}

/// Unit u of a row of any type as floats: elements pos0 .. pos0+3 are a, pos1 .. pos1+3 are b.
void decode_floats_as(uint type, uint64_t row, uint u, uint n, out uint pos0, out vec4 a, out uint pos1, out vec4 b) {
  if (is_float_type(type)) {
    unit_positions(type, u, pos0, pos1);
    decode_float_unit(type, row, u, n, a, b);
  } else {
    const Unit r = decode_unit_as(type, row, u, n);
    pos0 = r.pos0;
    pos1 = r.pos1;
    a = signed_bytes(r.q0) * r.d0 + r.m0;
    b = signed_bytes(r.q1) * r.d1 + r.m1;
  }
}

Unit decode_unit(uint64_t row, uint u, uint n) { return decode_unit_as(TYPE, row, u, n); }
void decode_floats(uint64_t row, uint u, uint n, out uint pos0, out vec4 a, out uint pos1, out vec4 b) {
  decode_floats_as(TYPE, row, u, n, pos0, a, pos1, b);
}
