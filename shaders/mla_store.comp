// Norm of the latent, rotation of k_pe and of the rotary part of every q head, cache row (ops.h, MlaStoreOp). Of a token's
// workgroups the first writes the row, the others rotate q. Bytes: T * (4 * (2 * c + rope) + 8 * heads * rope) + the cache rows.
#version 460
#extension GL_GOOGLE_include_directive : require
#define LANES 256
layout(local_size_x = LANES) in;
layout(constant_id = 0) const uint KV = 1;  // KvDType
#include "include/common.glsl"
#include "include/mla_store.glsl"

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params { StoreArgs args; };

void main() {
  const int token = int(gl_WorkGroupID.y);
  if (token < row_count(kRowsTokens)) mla_store(Params(push.params).args, token, gl_WorkGroupID.x);
}
