// Rows of a lora op (ops.h LoraOp) and the adapters they take. A workgroup works on a tile of kRows consecutive rows of one head;
// rows of the tile with the same set and expert are computed together.
const uint kFormRows = 0, kFormHeads = 1, kFormExperts = 2, kFormTable = 3;  // ops.h LoraOp::Form
const int kMaxRank = 256;                                                   // ops.h kLoraRank

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  uint64_t entries, x, offsets, pairs, y, hidden;
  int64_t x_token_stride, x_head_stride;  // floats
  uint form, rows, in_size, out_size;
  uint heads, n_experts, n_used, x_planned;
};

shared int row_slot[kRows];    // adapter set; -1: nothing to do
shared int row_expert[kRows];  // expert or head: which pair of matrices
shared int row_source[kRows];  // row of x, or the id of the token

/// Expert of a planned row: the last one that begins at or before it.
int expert_of(Params p, int row) {
  Ints offsets = Ints(p.offsets);
  int low = 0, high = int(p.n_experts) - 1;
  while (low < high) {
    const int middle = (low + high + 1) / 2;
    if (offsets.v[middle] <= row)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

int row_end(Params p) { return p.form == kFormExperts ? Ints(p.offsets).v[p.n_experts] : row_count(p.rows); }

/// Fills row_*; false when no row of the tile has an adapter. Call in uniform control flow.
bool find_rows(Params p, int first, int head) {
  const int i = int(gl_LocalInvocationID.x), row = first + i, end = row_end(p);
  if (i < int(kRows)) {
    int slot = -1, expert = head, source = row;
    if (row < end) {
      if (p.form == kFormExperts) {
        const int token = Ints(p.pairs).v[row] / int(p.n_used);
        slot = slot_of_token(token);
        if (slot >= 0) expert = expert_of(p, row);
        if (p.x_planned == 0) source = token;
      } else {
        const int token = token_row(p.rows, row);
        slot = slot_of_token(token);
        if (p.form == kFormTable) source = Ints(Step(push.step).tokens).v[token];
      }
      if (slot >= 0 && LoraEntries(p.entries + uint64_t(slot) * kLoraEntryBytes).n_parts <= 0) slot = -1;
    }
    row_slot[i] = slot;
    row_expert[i] = expert;
    row_source[i] = source;
  }
  barrier();
  bool any = false;
  for (uint j = 0; j < kRows; ++j) any = any || row_slot[j] >= 0;
  return any;
}

/// Rows of the tile that are computed with row j, as a mask; 0 when an earlier one stands for it, or there is nothing to do.
uint rows_like(uint j) {
  if (row_slot[j] < 0) return 0;
  uint mask = 0;
  for (uint i = 0; i < kRows; ++i) {
    if (row_slot[i] != row_slot[j] || row_expert[i] != row_expert[j]) continue;
    if (i < j) return 0;
    mask |= 1u << i;
  }
  return mask;
}

/// Row of the whole op: what y and hidden are indexed by.
uint64_t flat_row(Params p, int row, int head) { return uint64_t(row) * uint64_t(p.heads) + uint64_t(head); }
