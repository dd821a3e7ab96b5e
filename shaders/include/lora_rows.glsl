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
shared uint row_mask[kRows];   // rows computed with this one, itself included; 0: an earlier one stands for it, or nothing to do

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

/// Fills row_*. Call in uniform control flow.
void find_rows(Params p, int first, int head) {
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
  if (i < int(kRows)) {
    uint mask = 0;
    for (uint j = 0; j < kRows; ++j) mask |= uint(row_slot[j] == row_slot[i] && row_expert[j] == row_expert[i]) << j;
    const bool stands = row_slot[i] >= 0 && (mask & ((1u << i) - 1u)) == 0;
    row_mask[i] = stands ? mask : 0;
  }
  barrier();
}

/// Ranks of all parts of a set.
int rank_of(LoraEntries entry) {
  int total = 0;
  for (uint part = 0; part < uint(min(entry.n_parts, 4)); ++part) total += entry.parts[part].rank;
  return min(total, kMaxRank);
}

/// Rank q of all parts: the address of its row of A, and its scale. Address 0: there are fewer.
uint64_t find_rank(Params p, LoraEntries entry, int q, int expert, out float scale) {
  scale = 0.0;
  for (uint part = 0; part < uint(min(entry.n_parts, 4)); ++part) {
    const int rank = entry.parts[part].rank;
    if (q < rank) {
      scale = entry.parts[part].scale;
      return entry.parts[part].a + (uint64_t(expert) * uint64_t(rank) + uint64_t(q)) * uint64_t(p.in_size) * 4ul;
    }
    q -= rank;
  }
  return 0ul;
}

LoraEntries entry_of(Params p, uint j) { return LoraEntries(p.entries + uint64_t(row_slot[j]) * kLoraEntryBytes); }

/// x of row j of the tile.
uint64_t x_of(Params p, uint j, int head) {
  return p.x + uint64_t((int64_t(row_source[j]) * p.x_token_stride + int64_t(head) * p.x_head_stride) * 4l);
}

/// Row of the whole op: what y and hidden are indexed by.
uint64_t flat_row(Params p, int row, int head) { return uint64_t(row) * uint64_t(p.heads) + uint64_t(head); }

/// Where hidden value q of row j of the tile is; the scratch begins with row arg0.
Floats hidden_of(Params p, int first, uint j, int head, uint q) {
  return Floats(p.hidden + (flat_row(p, first - int(push.arg0) + int(j), head) * kMaxRank + uint64_t(q)) * 4ul);
}
