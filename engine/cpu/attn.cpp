// Attention for both cache forms, and the store of the GQA form.
#include <algorithm>
#include <cmath>

#include "core/quant_blocks.h"
#include "cpu/backend_cpu.h"
#include "cpu/limits.h"

namespace engine::cpu {
namespace {

// Query rows of one item: decode splits the heads of a wide KV head in two items or more, so that short contexts keep two
// threads busy; a prompt reuses each decoded and turned page for 64 rows.
constexpr int kDecodeHeads = 8, kMostDecodeRows = 64, kItemsPerThread = 4;
constexpr int kPromptQueryRows = 64;
// Cache positions between two looks at the cancel flag.
constexpr int64_t kSlice = 2048;

/// How decode divides the cache of one token: ranges of `length` from `begin`, a page border.
struct Splits {
  int64_t begin, length;
  int count;
};

/// First position a token at the end of `context` sees.
int64_t first_visible(int64_t context, int window) {
  return window > 0 ? std::max<int64_t>(0, context - window) : 0;
}

Splits splits_of(int64_t context, int window) {
  const int64_t begin = first_visible(context, window) / kPageTokens * kPageTokens, n = context - begin;
  const int64_t even = (n + kMaxSplits - 1) / kMaxSplits;
  const int64_t length = std::max(kSplitTokens, (even + kPageTokens - 1) / kPageTokens * kPageTokens);
  return {begin, length, static_cast<int>((n + length - 1) / length)};
}

void clamp(float* x, int64_t n, float limit) {
  for (int64_t i = 0; i < n; ++i) x[i] = std::clamp(x[i], -limit, limit);
}

}  // namespace

CpuBackend::AttnShape CpuBackend::shape_of(const AttnGqaOp& op) {
  return {op.q, op.out, op.n_head, op.n_kv, op.head_k, op.head_v, op.scale, op.window, op.sinks, op.kv};
}

Status CpuBackend::prepare_attention(const AttnShape& shape) {
  const int group = shape.n_head / shape.n_kv;
  const int64_t rows = std::max(kPromptQueryRows, std::min(group, kDecodeHeads));
  const int64_t floats = rows * (padded(shape.dk) + padded(shape.dv) + 2) + attn_tile_floats(rows, shape.dk, shape.dv);
  attn_floats_ = std::max(attn_floats_, static_cast<size_t>(floats));
  attn_rows_ = std::max(attn_rows_, static_cast<size_t>(rows));
  attn_.resize(static_cast<size_t>(pool_.size()) * attn_floats_);
  attn_limits_.resize(static_cast<size_t>(pool_.size()) * 2 * attn_rows_);
  const int64_t decode_tokens = std::min(limits().max_tokens, kVectorTokens);
  const int64_t splits = static_cast<int64_t>(limits().max_pages) * kPageTokens > kSplitTokens ? kMaxSplits : 1;
  if (splits > 1) {
    const auto slots = static_cast<size_t>(decode_tokens * shape.n_head * kMaxSplits * (padded(shape.dv) + 2));
    if (splits_.size() < slots) splits_.resize(slots);
  }
  const int64_t decode_items = decode_tokens * shape.n_head * splits;
  items_.reserve(static_cast<size_t>(std::max(decode_items, static_cast<int64_t>(limits().max_tokens) * shape.n_head)));
  return {};
}

float* CpuBackend::split_slot(const AttnShape& shape, int token, int head, int split) {
  const int64_t slot = (static_cast<int64_t>(token) * shape.n_head + head) * kMaxSplits + split;
  return splits_.data() + slot * (padded(shape.dv) + 2);
}

/// KV heads and heads of each that one item of decoding takes: all of them where the ranges of the caches are enough to keep the threads
/// busy, because then whole rows of the cache are read. The result does not depend on it.
CpuBackend::DecodeHeads CpuBackend::decode_heads(const AttnShape& shape) const {
  int ranges = 0;
  for (int t = 0; t < step().n_tokens; ++t) ranges += splits_of(step().positions[static_cast<size_t>(t)] + 1, shape.window).count;
  const int wanted = kItemsPerThread * pool_.size(), group = shape.n_head / shape.n_kv;
  const auto items = [&](const DecodeHeads& h) {
    return ranges * ((shape.n_kv + h.kv - 1) / h.kv) * ((group + h.of_each - 1) / h.of_each);
  };
  DecodeHeads heads{std::max(1, std::min(shape.n_kv, kMostDecodeRows / group)), std::min(group, kMostDecodeRows)};
  while (items(heads) < wanted && heads.kv > 1) heads.kv = (heads.kv + 1) / 2;
  while (items(heads) < wanted && heads.of_each > kDecodeHeads) heads.of_each = (heads.of_each + 1) / 2;
  return heads;
}

/// One token per item, long caches in splits. True when a combine pass is needed.
bool CpuBackend::plan_decode(const AttnShape& shape) {
  const int group = shape.n_head / shape.n_kv;
  const DecodeHeads heads = decode_heads(shape);
  bool combine = false;
  for (int t = 0; t < step().n_tokens; ++t) {
    const int64_t context = step().positions[static_cast<size_t>(t)] + 1;
    const Splits splits = splits_of(context, shape.window);
    combine = combine || splits.count > 1;
    for (int s = 0; s < splits.count; ++s)
      for (int g = 0; g < shape.n_kv; g += heads.kv)
        for (int h = 0; h < group; h += heads.of_each) {
          const int64_t begin = splits.begin + s * splits.length;
          const int n_kv = std::min(heads.kv, shape.n_kv - g);
          items_.push_back({t, 1, g, n_kv, g * group + h, n_kv > 1 ? n_kv * group : std::min(heads.of_each, group - h), begin,
                            std::min(context, begin + splits.length), s, splits.count, false});
        }
  }
  return combine;
}

/// Blocks of consecutive tokens of one sequence; the last ones, with the longest rows, first.
void CpuBackend::plan_prompt(const AttnShape& shape) {
  const int group = shape.n_head / shape.n_kv, heads = std::min(group, kPromptQueryRows), tokens = std::max(1, kPromptQueryRows / heads);
  for (int s = 0; s < step().n_sequences; ++s) {
    const int first = step().first_token[static_cast<size_t>(s)], last = step().first_token[static_cast<size_t>(s) + 1];
    for (int end = last; end > first; end -= std::min(tokens, end - first)) {
      const int n = std::min(tokens, end - first);
      const int64_t context = step().positions[static_cast<size_t>(end - 1)] + 1;
      const int64_t begin = first_visible(step().positions[static_cast<size_t>(end - n)] + 1, shape.window) / kPageTokens * kPageTokens;
      for (int g = 0; g < shape.n_kv; ++g)
        for (int h = 0; h < group; h += heads)
          items_.push_back({end - n, n, g, 1, g * group + h, std::min(heads, group - h), begin, context, 0, 1, true});
    }
  }
}

/// Asks for what an item reads of a page: the hardware does not foresee pages.
void CpuBackend::prefetch_page(const AttnShape& shape, int32_t page, const AttnItem& item) {
  const auto part = [&](const std::byte* plane, size_t row_bytes) {
    if (!plane) return;
    const auto of_heads = [&](int heads) { return row_bytes * static_cast<size_t>(heads) / static_cast<size_t>(shape.n_kv); };
    const std::byte* row = plane + static_cast<size_t>(page) * kPageTokens * row_bytes + of_heads(item.kv_head);
    for (int j = 0; j < kPageTokens; ++j, row += row_bytes)
      for (size_t b = 0; b < of_heads(item.n_kv); b += 64) __builtin_prefetch(row + b, 0, 2);
  };
  part(shape.kv.k, shape.kv.k_row_bytes);
  part(shape.kv.v, shape.kv.v_row_bytes);
}

void CpuBackend::attend(const AttnShape& shape, const AttnItem& item, int thread) {
  const int64_t dk = padded(shape.dk), dv = padded(shape.dv);
  const int rows = item.n_tokens * item.n_heads;
  float* const q = attn_.data() + static_cast<size_t>(thread) * attn_floats_;
  int64_t* const first = attn_limits_.data() + static_cast<size_t>(thread) * 2 * attn_rows_;
  int64_t* const limit = first + attn_rows_;
  AttnRange a;
  a.type = shape.kv.type;
  a.k = shape.kv.k;
  a.v = shape.kv.v;
  a.k_row_bytes = shape.kv.k_row_bytes;
  a.v_row_bytes = shape.kv.v_row_bytes;
  a.k_first = static_cast<int64_t>(item.kv_head) * shape.dk;
  a.v_first = static_cast<int64_t>(item.kv_head) * shape.dv;
  a.dk = shape.dk;
  a.dv = shape.dv;
  a.pages = step().page_row(step().sequence[static_cast<size_t>(item.token)]);
  a.n = rows;
  a.many = item.many;
  a.q = q;
  a.first = first;
  a.limit = limit;
  a.acc = q + rows * dk;
  a.max = a.acc + rows * dv;
  a.sum = a.max + rows;
  a.tile = a.sum + rows;
  const auto row_of = [&](int i) {
    return static_cast<int64_t>(item.token + i / item.n_heads) * shape.n_head + item.head + i % item.n_heads;
  };
  for (int i = 0; i < rows; ++i) {
    const float* from = shape.q + row_of(i) * shape.dk;
    for (int64_t c = 0; c < dk; ++c) q[i * dk + c] = c < shape.dk ? from[c] * shape.scale : 0.0f;
    limit[i] = step().positions[static_cast<size_t>(item.token + i / item.n_heads)] + 1;
    first[i] = first_visible(limit[i], shape.window);
    // A sink is in the softmax before any position; of split caches the first range has it.
    const bool sink = shape.sinks && item.split == 0;
    a.max[i] = sink ? shape.sinks[item.head + i % item.n_heads] : -INFINITY;
    a.sum[i] = sink ? 1.0f : 0.0f;
  }
  std::fill_n(a.acc, rows * dv, 0.0f);
  // Several KV heads take turns page by page.
  const int64_t slice = item.n_kv > 1 ? kPageTokens : kSlice;
  a.n = rows / item.n_kv;
  for (int64_t at = item.begin; at < item.end && !cancelled(); at += slice) {
    a.begin = at;
    a.end = std::min(item.end, at + slice);
    if (item.n_kv > 1 && a.end < item.end) prefetch_page(shape, a.pages[a.end / kPageTokens], item);
    AttnRange head = a;
    for (int g = 0; g < item.n_kv; ++g) {
      kernels_.attention(head);
      head.k_first += shape.dk;
      head.v_first += shape.dv;
      head.q += a.n * dk;
      head.acc += a.n * dv;
      head.max += a.n;
      head.sum += a.n;
    }
  }
  for (int i = 0; i < rows; ++i) {
    if (item.n_splits == 1) {
      float* out = shape.out + row_of(i) * shape.dv;
      const float inverse = 1.0f / a.sum[i];
      for (int c = 0; c < shape.dv; ++c) out[c] = a.acc[i * dv + c] * inverse;
    } else {
      float* slot = split_slot(shape, item.token, item.head + i, item.split);
      slot[0] = a.max[i];
      slot[1] = a.sum[i];
      std::copy_n(a.acc + i * dv, dv, slot + 2);
    }
  }
}

void CpuBackend::combine_splits(const AttnShape& shape, int token, int head) {
  const int splits = splits_of(step().positions[static_cast<size_t>(token)] + 1, shape.window).count;
  if (splits == 1) return;
  float top = -INFINITY;
  for (int s = 0; s < splits; ++s) top = std::max(top, split_slot(shape, token, head, s)[0]);
  float* out = shape.out + (static_cast<int64_t>(token) * shape.n_head + head) * shape.dv;
  std::fill_n(out, shape.dv, 0.0f);
  float total = 0;
  for (int s = 0; s < splits; ++s) {
    const float* slot = split_slot(shape, token, head, s);
    const float weight = std::exp(slot[0] - top);
    total += weight * slot[1];
    kernels_.add_scaled(out, slot + 2, weight, shape.dv);
  }
  for (int c = 0; c < shape.dv; ++c) out[c] /= total;
}

void CpuBackend::run_attention(const AttnShape& shape) {
  items_.clear();
  bool combine = false;
  if (step().n_tokens <= kVectorTokens)
    combine = plan_decode(shape);
  else
    plan_prompt(shape);
  parallel(static_cast<int64_t>(items_.size()),
           [&](int64_t chunk, int thread) { attend(shape, items_[static_cast<size_t>(chunk)], thread); });
  if (!combine || cancelled()) return;
  parallel(step().n_tokens, [&](int64_t t, int) {
    for (int h = 0; h < shape.n_head; ++h) combine_splits(shape, static_cast<int>(t), h);
  });
}

void CpuBackend::execute(const AttnGqaOp& op) {
  run_attention(shape_of(op));
}

/// Cosines and sines of all tokens; the layers of a step share them.
void CpuBackend::prepare_rope(const RopeTable& rope) {
  if (rope.kind == RopeKind::none) return;
  const auto n = static_cast<size_t>(step().n_tokens), half = static_cast<size_t>(rope.n_rot / 2);
  const auto same_positions =
      rope_positions_.size() == n && std::equal(rope_positions_.begin(), rope_positions_.end(), step().positions.begin());
  if (same_positions && rope_mscale_ == rope.mscale && rope_freq_.size() == half &&
      std::equal(rope_freq_.begin(), rope_freq_.end(), rope.inv_freq))
    return;
  rope_positions_.assign(step().positions.begin(), step().positions.begin() + step().n_tokens);
  rope_freq_.assign(rope.inv_freq, rope.inv_freq + half);
  rope_mscale_ = rope.mscale;
  constexpr size_t kTokens = 8;
  parallel(static_cast<int64_t>((n + kTokens - 1) / kTokens), [&](int64_t chunk, int) {
    for (size_t t = static_cast<size_t>(chunk) * kTokens; t < std::min(n, (static_cast<size_t>(chunk) + 1) * kTokens); ++t)
      for (size_t i = 0; i < half; ++i) {
        const double angle = static_cast<double>(step().positions[t]) * rope.inv_freq[i];
        rope_[(t * half + i) * 2] = static_cast<float>(std::cos(angle) * static_cast<double>(rope.mscale));
        rope_[(t * half + i) * 2 + 1] = static_cast<float>(std::sin(angle) * static_cast<double>(rope.mscale));
      }
  });
  if (cancelled()) rope_positions_.clear();  // chunks may be missing
}

void CpuBackend::rotate(const RopeTable& rope, int token, float* x) const {
  if (rope.kind == RopeKind::none) return;
  const int half = rope.n_rot / 2;
  const float* cs = rope_.data() + static_cast<int64_t>(token) * rope.n_rot;
  const int step_a = rope.kind == RopeKind::neox ? 1 : 2, other = rope.kind == RopeKind::neox ? half : 1;
  for (int i = 0; i < half; ++i) {
    const float a = x[i * step_a], b = x[i * step_a + other];
    x[i * step_a] = a * cs[2 * i] - b * cs[2 * i + 1];
    x[i * step_a + other] = a * cs[2 * i + 1] + b * cs[2 * i];
  }
}

void CpuBackend::write_row(KvDType type, const float* x, int n, std::byte* row) const {
  switch (type) {
    case KvDType::f32:
      std::copy_n(reinterpret_cast<const std::byte*>(x), static_cast<size_t>(n) * 4, row);
      break;
    case KvDType::f16:
      kernels_.to_half(x, n, row);
      break;
    case KvDType::q8_0:
      quantize_row_q8_0(x, row, n);
      break;
  }
}

std::byte* CpuBackend::kv_row(std::byte* plane, size_t row_bytes, int token) const {
  const int position = step().positions[static_cast<size_t>(token)];
  const int32_t page = step().page_row(step().sequence[static_cast<size_t>(token)])[position / kPageTokens];
  return plane + (static_cast<size_t>(page) * kPageTokens + static_cast<size_t>(position % kPageTokens)) * row_bytes;
}

/// Norm, clamp and rotation of one row of n heads.
void CpuBackend::prepare_heads(const QkvStoreOp& op, int token, float* row, int n, const float* norm) const {
  const bool whole = op.norm_over == NormOver::row;
  if (norm && whole) kernels_.rms_norm(row, norm, op.eps, static_cast<int64_t>(n) * op.head_k, row);
  for (int h = 0; h < n; ++h) {
    float* head = row + h * op.head_k;
    if (norm && !whole) kernels_.rms_norm(head, norm, op.eps, op.head_k, head);
    if (op.clamp > 0) clamp(head, op.head_k, op.clamp);
    rotate(op.rope, token, head);
  }
}

void CpuBackend::execute(const QkvStoreOp& op) {
  prepare_rope(op.rope);
  parallel(step().n_tokens, [&](int64_t chunk, int) {
    const int t = static_cast<int>(chunk);
    float* k = op.k + chunk * op.n_kv * op.head_k;
    float* v = op.v + chunk * op.n_kv * op.head_v;
    prepare_heads(op, t, op.q + chunk * op.n_head * op.head_k, op.n_head, op.q_norm);
    prepare_heads(op, t, k, op.n_kv, op.k_norm);
    if (op.clamp > 0) clamp(v, op.n_kv * op.head_v, op.clamp);
    write_row(op.kv.type, k, op.n_kv * op.head_k, kv_row(op.kv.k, op.kv.k_row_bytes, t));
    write_row(op.kv.type, v, op.n_kv * op.head_v, kv_row(op.kv.v, op.kv.v_row_bytes, t));
  });
}

}  // namespace engine::cpu
