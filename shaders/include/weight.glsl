// Where the rows of a placed weight lie; the twin of engine/vulkan/weight_ref.h. Needs common.glsl.

struct WeightRef {
  uint64_t data, expert_stride;
  uint64_t parts;  // uint64 [] addresses of the parts of a weight too large for one allocation
  uint row_stride;
  uint rows_per_part;  // 0: not in parts
  uint rows;           // of one expert
  uint unused;
};

/// Address of a row of an expert or head.
uint64_t weight_row(WeightRef w, uint expert, uint row) {
  if (w.rows_per_part == 0u) return w.data + uint64_t(expert) * w.expert_stride + uint64_t(row) * uint64_t(w.row_stride);
  const uint global = expert * w.rows + row;
  return Longs(w.parts).v[global / w.rows_per_part] + uint64_t(global % w.rows_per_part) * uint64_t(w.row_stride);
}
