// How the positions that a workgroup's tokens see are divided: by their number alone, so that the row of a decode step, where a
// workgroup has one token, has the same bits in every batch.
// engine/vulkan/attn.cpp has these constants, too.
const int kOneSplit = 288;  // positions up to here stay together: the smallest context bucket, or a window of 256
const int kMinSplit = 128;

struct Splits {
  int span, count;  // positions of all but the last, whole pages
};

/// Splits of n positions that begin at a page border.
Splits splits_of(int n, int max_splits) {
  if (n <= kOneSplit || max_splits == 1) return Splits(n, 1);
  const int even = (n + max_splits - 1) / max_splits, span = max(kMinSplit, (even + 31) / 32 * 32);
  return Splits(span, (n + span - 1) / span);
}
