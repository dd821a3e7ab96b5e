// Rows of the paged cache (ops.h, KvLayer): address and decode. Needs common.glsl and math.glsl.
const uint kKvF32 = 0, kKvF16 = 1, kKvQ8 = 2;  // ops.h KvDType
const int kPageTokens = 32;
const uint kQ8Block = 32, kQ8Bytes = 34;

layout(buffer_reference, std430, buffer_reference_align = 16) readonly buffer Quad { vec4 v; };
layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer HalfQuad { uvec2 v; };

/// Row of `position` in a plane of sequence s.
uint64_t kv_row(uint64_t plane, uint row_bytes, int s, int position) {
  Step step = Step(push.step);
  const int page = Ints(step.pages).v[s * step.max_pages + position / kPageTokens];
  return plane + (uint64_t(page) * kPageTokens + uint64_t(position % kPageTokens)) * row_bytes;
}

/// Element e of a row of any type and alignment.
float kv_value(uint type, uint64_t row, uint e) {
  if (type == kKvF32) return Floats(row).v[e];
  if (type == kKvF16) return half_value(uint(Shorts(row).v[e]));
  Shorts block = Shorts(row + e / kQ8Block * kQ8Bytes);
  const int bytes = int(uint(block.v[1 + e % kQ8Block / 2]));
  return half_value(uint(block.v[0])) * float(bitfieldExtract(bytes, int(e & 1u) * 8, 8));
}

/// Elements e to e + 3, where e is a multiple of 4 and they are aligned to their size (q8_0: to 2 bytes).
vec4 kv_quad(uint type, uint64_t row, uint e) {
  if (type == kKvF32) return Quad(row + e * 4).v;
  if (type == kKvF16) {
    const uvec2 bits = HalfQuad(row + e * 2).v;
    return vec4(unpackHalf2x16(bits.x), unpackHalf2x16(bits.y));
  }
  Shorts block = Shorts(row + e / kQ8Block * kQ8Bytes);
  const uint at = 1 + e % kQ8Block / 2;
  const int a = int(uint(block.v[at])), b = int(uint(block.v[at + 1]));
  return half_value(uint(block.v[0])) *
         vec4(bitfieldExtract(a, 0, 8), bitfieldExtract(a, 8, 8), bitfieldExtract(b, 0, 8), bitfieldExtract(b, 8, 8));
}
