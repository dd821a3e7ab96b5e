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
// cover 64 in all. A group of four never crosses a scale: scales are for 16 or 32 elements, and 4 consecutive units from a multiple
// of 4 share theirs. Float types have ceil(in / 8) units of eight consecutive elements.
//
// Two ways to the weights of a unit: decode_unit() gives signed bytes, d and m (decode_floats() their products); scales_of() and
// codes_of() give unsigned bytes, which some GPUs turn into floats in one instruction, less code_offset(), and let kernels share scales.
//
// Alignment. Rows begin at even addresses. Rows of Q4_1, Q5_1, Q2_K, IQ4_XS and MXFP4 begin at multiples of 4, those of Q4_K and
// Q5_K at multiples of 16: tensors begin at multiples of 64 and rows are whole blocks. MXFP4 rows are repacked when they are placed:
// the 16 quant bytes of every block, then the scale bytes of all blocks, padded to a multiple of 4.
//
// The grid types (IQ1, IQ2, IQ3) need number tables that this build has not; they would be one more branch of scales_of and codes_of each.

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

// Value k after a byte offset in a row: k is a constant wherever it can be, so that loads next to each other become one.
uint word_at(uint64_t row, uint offset, uint k) { return Words(row + uint64_t(offset)).v[k]; }
uint word_at(uint64_t row, uint offset) { return word_at(row, offset, 0); }
uint short_at(uint64_t row, uint offset, uint k) { return uint(Shorts(row + uint64_t(offset)).v[k]); }
uint short_at(uint64_t row, uint offset) { return short_at(row, offset, 0); }
/// A word at an even offset.
uint pair_at(uint64_t row, uint offset, uint k) { return short_at(row, offset, 2 * k) | short_at(row, offset, 2 * k + 1) << 16; }
uint pair_at(uint64_t row, uint offset) { return pair_at(row, offset, 0); }
uint byte_at(uint64_t row, uint offset) { return (short_at(row, offset & ~1u) >> (8 * (offset & 1u))) & 255u; }

/// Scales of blocks are often subnormal halves; the conversion keeps them on every GPU.
float short_scale(uint bits) { return unpackHalf2x16(bits & 0xffffu).x; }

/// Subtracts c <= 127 from each byte v < 128; the results are signed bytes.
uint sub_bytes(uint v, uint c) { return ((v | 0x80808080u) - c * 0x01010101u) ^ 0x80808080u; }

/// Bit i of the low nibble to bit 0 of byte i.
uint spread_bits(uint nibble) { return ((nibble & 15u) * 0x00204081u) & 0x01010101u; }

vec4 unsigned_bytes(uint q) { return vec4(q & 255u, (q >> 8) & 255u, (q >> 16) & 255u, q >> 24); }
vec4 signed_bytes(uint q) {
  const int v = int(q);
  return vec4(bitfieldExtract(v, 0, 8), bitfieldExtract(v, 8, 8), bitfieldExtract(v, 16, 8), v >> 24);
}

/// The IQ4 value of a nibble + 128, as a byte (quant_blocks.h kIq4Values).
uint iq4_byte(uint nibble) {
  const uint low = nibble < 4u ? 0x3f2d1801u : 0x766a5d4fu, high = nibble < 12u ? 0xa6998d81u : 0xf1d9c5b5u;
  return ((nibble < 8u ? low : high) >> (8 * (nibble & 3u))) & 255u;
}
uint iq4_bytes(uint nibbles) {
  return iq4_byte(nibbles & 15u) | iq4_byte((nibbles >> 8) & 15u) << 8 | iq4_byte((nibbles >> 16) & 15u) << 16 |
         iq4_byte(nibbles >> 24) << 24;
}

/// Doubled E2M1 numbers + 12 of the nibbles in four bytes: magnitudes 0 1 2 3 4 6 8 12, bit 3 is the sign.
uint fp4_bytes(uint v) {
  const uint top = (v >> 2) & 0x01010101u;
  const uint size = (v & 0x07070707u) + (v & (top * 3u)) + ((v & (v >> 1) & top) << 1);
  const uint negative = ((v >> 3) & 0x01010101u) * 255u;
  return 0x0c0c0c0cu + size - ((size & negative) << 1);
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
  return trits(pair_at(row, block + at), digit);
}

/// 6-bit scales (x) and minima (y) of sub-blocks 2c and 2c+1 from the 12 packed bytes of Q4_K and Q5_K, each in two low bytes.
uvec2 k_scales(uvec3 packed, uint c) {
  const uint shift = 16 * (c & 1u);
  const uint a = packed.x >> shift, b = packed.y >> shift, l = packed.z >> shift;
  const uvec2 first = uvec2(a, b) & 0x3f3fu;
  const uvec2 last = (uvec2(l, l >> 4) & 0x0f0fu) | ((uvec2(a, b) >> 2) & 0x3030u);
  return c < 2u ? first : last;
}

/// Scale of the 16 elements k of a Q3_K block.
float q3_scale(uint64_t row, uint block, uint k, float d) {
  const uint low = byte_at(row, block + 96u + (k & 7u)) >> (k < 8u ? 0u : 4u);
  const uint high = byte_at(row, block + 104u + (k & 3u)) >> (2u * (k >> 2));
  return d * float(int((low & 15u) | ((high & 3u) << 4)) - 32);
}

/// Where unit u lies: its block, the part of the block and the word within it.
struct Place {
  uint block;  // byte offset in the row
  uint part;   // of 64 elements, of 32 in IQ4_XS
  uint word;
};

const uint kLegacy = 0, kByte = 1, kSub32 = 2, kSuper = 3;  // the rows of the table above, IQ4_XS by itself

uint layout_of(uint type) {
  if (type == kQ4_0 || type == kQ4_1 || type == kQ5_0 || type == kQ5_1 || type == kIQ4_NL || type == kMXFP4) return kLegacy;
  return is_float_type(type) || type == kQ8_0 ? kByte : type == kIQ4_XS ? kSub32 : kSuper;
}

uint block_bytes(uint type) {
  if (type == kMXFP4) return 16;  // its scales lie elsewhere
  if (type == kQ4_0 || type == kIQ4_NL) return 18;
  if (type == kQ4_1) return 20;
  if (type == kQ5_0) return 22;
  if (type == kQ5_1) return 24;
  if (type == kQ8_0) return 34;
  if (type == kTQ1_0) return 54;
  if (type == kTQ2_0) return 66;
  if (type == kQ2_K) return 84;
  if (type == kQ3_K) return 110;
  if (type == kIQ4_XS) return 136;
  if (type == kQ4_K) return 144;
  return type == kQ5_K ? 176 : 210;
}

Place place_of(uint type, uint u) {
  const uint kind = layout_of(type), size = block_bytes(type);
  if (kind == kSuper) return Place((u >> 5) * size, (u >> 3) & 3u, u & 7u);
  if (kind == kSub32) return Place((u >> 5) * size, (u >> 2) & 7u, u & 3u);
  return Place((u >> 2) * size, 0, u & 3u);
}

/// First elements of the two groups of unit u.
void unit_positions(uint type, uint u, out uint pos0, out uint pos1) {
  const uint kind = layout_of(type);
  pos0 = kind == kByte ? u * 8 : kind == kSuper ? (u >> 3) * 64 + (u & 7u) * 4 : (u >> 2) * 32 + (u & 3u) * 4;
  pos1 = pos0 + (kind == kByte ? 4u : kind == kSuper ? 32u : 16u);
}

/// What is taken from codes_of() to get q.
uint code_offset(uint type) {
  if (type == kQ8_0 || type == kIQ4_NL || type == kIQ4_XS) return 128;
  if (type == kQ6_K) return 32;
  if (type == kQ5_0) return 16;
  if (type == kMXFP4) return 12;
  if (type == kQ4_0) return 8;
  if (type == kQ3_K) return 4;
  return type == kTQ1_0 || type == kTQ2_0 ? 1 : 0;
}

/// Whether d0 == d1 and m0 == m1 in every unit.
bool one_scale(uint type) { return layout_of(type) != kSuper || type == kTQ1_0 || type == kTQ2_0; }

/// Scales and minima of the two groups of a unit.
struct Scales {
  float d0, d1, m0, m1;
};

Scales same_scales(float d) { return Scales(d, d, 0.0, 0.0); }

Scales scales_32(uint type, uint64_t row, Place p, uint n) {
  if (type == kMXFP4) {
    const uint b = p.block / 16;
    return same_scales(mxfp4_scale((word_at(row, n / 2 + (b & ~3u)) >> (8 * (b & 3u))) & 255u));
  }
  if (type != kQ4_1 && type != kQ5_1) return same_scales(short_scale(short_at(row, p.block)));
  const vec2 d = unpackHalf2x16(word_at(row, p.block));
  return Scales(d.x, d.x, d.y, d.y);
}

Scales scales_q45_k(uint64_t row, Place p) {
  const uvec4 head = Quads(row + uint64_t(p.block)).v[0];
  const uvec2 scales = k_scales(head.yzw, p.part);
  const vec2 d = unpackHalf2x16(head.x);
  return Scales(d.x * float(scales.x & 255u), d.x * float(scales.x >> 8), -(d.y * float(scales.y & 255u)), -(d.y * float(scales.y >> 8)));
}

Scales scales_q2_k(uint64_t row, Place p) {
  const uint at = p.block + 4 * p.part + (p.word >> 2);
  const vec2 d = unpackHalf2x16(word_at(row, p.block + 80));
  const uint s0 = byte_at(row, at), s1 = byte_at(row, at + 2);
  return Scales(d.x * float(s0 & 15u), d.x * float(s1 & 15u), -(d.y * float(s0 >> 4)), -(d.y * float(s1 >> 4)));
}

Scales scales_q3_k(uint64_t row, Place p) {
  const uint k = 4 * p.part + (p.word >> 2);
  const float d = short_scale(short_at(row, p.block + 108));
  return Scales(q3_scale(row, p.block, k, d), q3_scale(row, p.block, k + 2, d), 0.0, 0.0);
}

Scales scales_q6_k(uint64_t row, Place p) {
  const uint at = p.block + 192 + 4 * p.part + (p.word >> 2);
  const float d = short_scale(short_at(row, p.block + 208));
  return Scales(d * float(bitfieldExtract(int(byte_at(row, at)), 0, 8)), d * float(bitfieldExtract(int(byte_at(row, at + 2)), 0, 8)), 0.0,
                0.0);
}

Scales scales_iq4_xs(uint64_t row, Place p) {
  const uint head = word_at(row, p.block);  // d and the high bits of the scales
  const uint low = word_at(row, p.block + 4) >> (4 * p.part), high = head >> (16 + 2 * p.part);
  return same_scales(short_scale(head) * float(int((low & 15u) | ((high & 3u) << 4)) - 32));
}

/// Scales of the unit at p and of those that share them; `type` is a constant of the pipeline and no float type.
Scales scales_of(uint type, uint64_t row, Place p, uint n) {
  if (type == kQ4_K || type == kQ5_K) return scales_q45_k(row, p);
  if (type == kQ6_K) return scales_q6_k(row, p);
  if (type == kQ2_K) return scales_q2_k(row, p);
  if (type == kQ3_K) return scales_q3_k(row, p);
  if (type == kIQ4_XS) return scales_iq4_xs(row, p);
  if (type == kTQ1_0 || type == kTQ2_0) return same_scales(short_scale(short_at(row, p.block + block_bytes(type) - 2)));
  return scales_32(type, row, p, n);
}

uvec2 nibbles_of(uint word) { return uvec2(word, word >> 4) & 0x0f0f0f0fu; }

uvec2 codes_32(uint type, uint64_t row, Place p, uint h) {
  if (type == kMXFP4) {
    const uvec2 q = nibbles_of(word_at(row, p.block + 4 * p.word, h));
    return uvec2(fp4_bytes(q.x), fp4_bytes(q.y));
  }
  if (type == kQ4_1) return nibbles_of(word_at(row, p.block + 4 + 4 * p.word, h));
  if (type == kQ4_0) return nibbles_of(pair_at(row, p.block + 2 + 4 * p.word, h));
  if (type == kIQ4_NL) {
    const uvec2 q = nibbles_of(pair_at(row, p.block + 2 + 4 * p.word, h));
    return uvec2(iq4_bytes(q.x), iq4_bytes(q.y));
  }
  const bool aligned = type == kQ5_1;
  const uvec2 q = nibbles_of(aligned ? word_at(row, p.block + 8 + 4 * p.word, h) : pair_at(row, p.block + 6 + 4 * p.word, h));
  const uint high = (aligned ? word_at(row, p.block + 4) : pair_at(row, p.block + 2)) >> (4 * (p.word + h));
  return q | uvec2(spread_bits(high), spread_bits(high >> 16)) << 4;
}

/// K types of two bits: byte l of 32 has the elements l, l+32, l+64 and l+96 of half a block.
uvec2 pairs_of(uint word, uint part) {
  const uint codes = word >> (4 * (part & 1u));
  return uvec2(codes, codes >> 2) & 0x03030303u;
}

uvec2 codes_q6_k(uint64_t row, Place p, uint h) {
  const uint low = p.block + 64 * (p.part >> 1) + 4 * p.word, shift = 4 * (p.part & 1u);
  const uint high = pair_at(row, p.block + 128 + 32 * (p.part >> 1) + 4 * p.word, h) >> shift;
  const uvec2 q = (uvec2(pair_at(row, low, h), pair_at(row, low + 32, h)) >> shift) & 0x0f0f0f0fu;
  return q | uvec2((high & 0x03030303u) << 4, (high & 0x0c0c0c0cu) << 2);
}

uvec2 codes_q3_k(uint64_t row, Place p, uint h) {
  const uint mask = pair_at(row, p.block + 4 * p.word, h) >> (2 * p.part);
  return pairs_of(pair_at(row, p.block + 32 + 32 * (p.part >> 1) + 4 * p.word, h), p.part) |
         uvec2((mask & 0x01010101u) << 2, (mask & 0x02020202u) << 1);
}

uvec2 codes_q5_k(uint64_t row, Place p, uint h) {
  const uint high = word_at(row, p.block + 16 + 4 * p.word, h) >> (2 * p.part);
  return nibbles_of(word_at(row, p.block + 48 + 32 * p.part + 4 * p.word, h)) |
         uvec2((high & 0x01010101u) << 4, (high & 0x02020202u) << 3);
}

/// Codes of the two groups of the unit at p (h = 0) or the next one, if it shares scales (h = 1), four bytes each:
/// q + code_offset(type).
uvec2 codes_of(uint type, uint64_t row, Place p, uint h) {
  if (type == kQ4_K) return nibbles_of(word_at(row, p.block + 16 + 32 * p.part + 4 * p.word, h));
  if (type == kQ5_K) return codes_q5_k(row, p, h);
  if (type == kQ6_K) return codes_q6_k(row, p, h);
  if (type == kQ2_K) return pairs_of(word_at(row, p.block + 16 + 32 * (p.part >> 1) + 4 * p.word, h), p.part);
  if (type == kQ3_K) return codes_q3_k(row, p, h);
  if (type == kTQ2_0) return pairs_of(pair_at(row, p.block + 32 * (p.part >> 1) + 4 * p.word, h), p.part);
  if (type == kTQ1_0) {
    const uint e = 64 * p.part + 4 * (p.word + h);
    return uvec2(tq1_codes(row, p.block, e), tq1_codes(row, p.block, e + 32));
  }
  if (type == kQ8_0) {
    const uint at = p.block + 2 + 8 * p.word;
    return uvec2(pair_at(row, at, 2 * h), pair_at(row, at, 2 * h + 1)) ^ 0x80808080u;
  }
  if (type == kIQ4_XS) {
    const uvec2 q = nibbles_of(word_at(row, p.block + 8 + 16 * p.part + 4 * p.word, h));
    return uvec2(iq4_bytes(q.x), iq4_bytes(q.y));
  }
  return codes_32(type, row, p, h);
}

uint signed_codes(uint type, uint codes) {
  const uint offset = code_offset(type);
  return offset == 128u ? codes ^ 0x80808080u : offset > 0u ? sub_bytes(codes, offset) : codes;
}

/// Unit u of a row of n weights; `type` is a constant of the pipeline and no float type.
Unit decode_unit_as(uint type, uint64_t row, uint u, uint n) {
  const Place p = place_of(type, u);
  const Scales s = scales_of(type, row, p, n);
  const uvec2 q = codes_of(type, row, p, 0);
  Unit r;
  unit_positions(type, u, r.pos0, r.pos1);
  r.q0 = signed_codes(type, q.x);
  r.q1 = signed_codes(type, q.y);
  r.d0 = s.d0;
  r.d1 = s.d1;
  r.m0 = s.m0;
  r.m1 = s.m1;
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

/// Unit u of a row of whole units; such rows are aligned to 16 bytes.
void decode_float_eight(uint type, uint64_t row, uint u, out vec4 a, out vec4 b) {
  if (type == kF32) {
    a = Vec4s(row).v[2 * u];
    b = Vec4s(row).v[2 * u + 1];
  } else {
    const uvec4 q = Quads(row).v[u];
    a = float_pairs(type, q.x, q.y);
    b = float_pairs(type, q.z, q.w);
  }
}

void decode_float_unit(uint type, uint64_t row, uint u, uint n, out vec4 a, out vec4 b) {
  if ((n & 7u) != 0u) decode_float_tail(type, row, u * 8, n, a, b);
  else decode_float_eight(type, row, u, a, b);
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
