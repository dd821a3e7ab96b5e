// Sum of squares of a row, in the order of a workgroup of 256 lanes whatever the size of this one (a divisor of that, whole
// subgroups), so that a norm has the same bits wherever it is computed. Needs common.glsl.
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require

const uint kSquareLanes = 256;
shared float square_parts[kSquareLanes];

/// For every invocation. Call in uniform control flow.
float square_sum(Floats x, uint n) {
  barrier();
  for (uint first = 0; first < kSquareLanes; first += gl_WorkGroupSize.x) {
    precise float square = 0.0;
    for (uint i = first + gl_LocalInvocationID.x; i < n; i += kSquareLanes) square += x.v[i] * x.v[i];
    const float part = subgroupAdd(square);
    if (subgroupElect()) square_parts[first / gl_WorkGroupSize.x * gl_NumSubgroups + gl_SubgroupID] = part;
  }
  barrier();
  const uint n_parts = kSquareLanes / gl_WorkGroupSize.x * gl_NumSubgroups;
  precise float sum = 0.0;
  for (uint i = 0; i < n_parts; ++i) sum += square_parts[i];
  return sum;
}
