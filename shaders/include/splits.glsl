// How decode divides the positions of one token: by their number alone, so that a row has the same bits in every batch.
const int kMinSplit = 128;  // positions; engine/vulkan/attn.cpp has it too

struct Splits {
  int span, count;  // positions of all but the last, whole pages
};

/// Splits of n positions that begin at a page border.
Splits splits_of(int n, int max_splits) {
  const int even = (n + max_splits - 1) / max_splits;
  Splits s;
  s.span = max(kMinSplit, (even + 31) / 32 * 32);
  s.count = (n + s.span - 1) / s.span;
  return s;
}
