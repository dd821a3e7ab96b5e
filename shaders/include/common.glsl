// Shared by every shader: extensions, buffer references, the push constants, the step inputs.
//
// Addresses are uint64; rows are found with 64-bit arithmetic (address + uint64_t(row) * stride), elements within a row with
// 32-bit indices. Nothing here assumes a subgroup size.
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference2 : require
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#extension GL_EXT_shader_16bit_storage : require
#extension GL_EXT_control_flow_attributes : enable

layout(buffer_reference, std430, buffer_reference_align = 4) buffer Floats { float v[]; };
layout(buffer_reference, std430, buffer_reference_align = 16) buffer Vec4s { vec4 v[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Ints { int v[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Words { uint v[]; };
layout(buffer_reference, std430, buffer_reference_align = 2) buffer Shorts { uint16_t v[]; };
layout(buffer_reference, std430, buffer_reference_align = 2) buffer Halves { float16_t v[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) buffer Longs { uint64_t v[]; };

/// StepInputs on the device (engine/vulkan/step_memory.h writes it).
layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Step {
  int n_tokens, n_sequences, n_outputs, max_pages;
  uint64_t tokens, positions, sequence, lora_slot;  // int [n_tokens]
  uint64_t first_token;                             // int [n_sequences + 1]
  uint64_t context;                                 // int [n_sequences]
  uint64_t pages;                                   // int [n_sequences][max_pages]
  uint64_t output_rows;                             // int [n_outputs]
  uint64_t stop;                                    // uint: not 0 when the step is cancelled (stop.glsl)
};

layout(push_constant, std430) uniform Push {
  uint64_t params;
  uint64_t step;
  uint arg0, arg1, arg2, arg3;
} push;

const uint kRowsTokens = 0, kRowsOutputs = 1;  // ops.h Rows

/// Rows an op works on in this step.
int row_count(uint rows) {
  Step s = Step(push.step);
  return rows == kRowsTokens ? s.n_tokens : s.n_outputs;
}

/// Token behind row r.
int token_row(uint rows, int r) { return rows == kRowsTokens ? r : Ints(Step(push.step).output_rows).v[r]; }

/// Adapter slot of a token; -1 none.
int slot_of_token(int token) { return Ints(Step(push.step).lora_slot).v[token]; }

/// LoraEntry of ops.h: 4 parts of 24 bytes, then the count.
struct LoraPart {
  uint64_t a, b;
  int rank;
  float scale;
};
layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer LoraEntries {
  LoraPart parts[4];
  int n_parts;
};
const uint kLoraEntryBytes = 104;

/// Addend of ops.h: whether a token with this slot reads its row.
bool addend_active(uint64_t data, uint64_t entries, int slot) {
  if (data == 0ul || slot < 0) return false;
  if (entries == 0ul) return true;
  return LoraEntries(entries + uint64_t(slot) * kLoraEntryBytes).n_parts > 0;
}
