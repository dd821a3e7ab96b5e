// Sums and maxima over a workgroup of any subgroup size; the order depends on the pipeline only, so results repeat.
// Needs LANES, the workgroup size in x, defined before.
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require

shared float reduce_shared[LANES];

/// Sum of v over the workgroup, for every invocation. Call in uniform control flow.
float workgroup_sum(float v) {
  const float part = subgroupAdd(v);
  barrier();
  if (subgroupElect()) reduce_shared[gl_SubgroupID] = part;
  barrier();
  precise float sum = 0.0;
  for (uint i = 0; i < gl_NumSubgroups; ++i) sum += reduce_shared[i];
  return sum;
}

float workgroup_max(float v) {
  const float part = subgroupMax(v);
  barrier();
  if (subgroupElect()) reduce_shared[gl_SubgroupID] = part;
  barrier();
  float m = reduce_shared[0];
  for (uint i = 1; i < gl_NumSubgroups; ++i) m = max(m, reduce_shared[i]);
  return m;
}
