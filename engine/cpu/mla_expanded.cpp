// Latent attention of long prompts in its expanded form (formats.md 7). The absorbed form costs 2 c + rope multiply-adds for every pair
// of tokens and head, the expanded one nope + rope + v, and c (nope + v) for every token of the cache and block of queries.
#include <algorithm>
#include <cmath>

#include "core/quant_blocks.h"
#include "cpu/backend_cpu.h"
#include "cpu/kernels.h"
#include "ops/replay.h"

namespace engine::cpu {
namespace {

// Query rows of one item: keys and values of a head are made once for all of them.
constexpr int kMostRows = 512, kLeastRows = 64;
// A multiply-add of the int8 products is about this much of one in f32.
constexpr double kInt8Cost = 0.3;

}  // namespace

MlaTile CpuBackend::ExpandedMla::tile() const {
  return {attention->c, into->w.in, attention->rope_dim, out_of->w.out};
}

/// The three ops at the beginning of `ops`, if that is what they are, without adapters and with whole vectors.
std::optional<CpuBackend::ExpandedMla> CpuBackend::expanded_mla(std::span<const Op> ops) {
  const ExpandedMla mla{op_at<LinearHeadsOp>(ops, 0), op_at<LinearHeadsOp>(ops, 2), op_at<AttnMlaOp>(ops, 1)};
  if (!mla.into || !mla.attention || !mla.out_of) return std::nullopt;
  const AttnMlaOp& a = *mla.attention;
  const bool whole = a.c % 8 == 0 && a.rope_dim % 8 == 0 && mla.into->w.in % 8 == 0;
  return whole && can_expand(*mla.into, a, *mla.out_of) ? std::optional(mla) : std::nullopt;
}

/// Query rows of an item for n tokens: as many as keep all threads busy.
int CpuBackend::expanded_block(const ExpandedMla& mla, int n) const {
  const int blocks = std::max(1, 2 * pool_.size() / mla.attention->n_head);
  return std::clamp((n + blocks - 1) / blocks, kLeastRows, kMostRows);
}

Status CpuBackend::prepare_together(std::span<const Op> ops) {
  const std::optional<ExpandedMla> mla = expanded_mla(ops);
  if (!mla || limits().max_tokens <= kVectorTokens) return {};
  const int64_t rows = std::min(limits().max_tokens, kMostRows), v = padded(mla->out_of->w.out), nope = mla->into->w.in;
  const int64_t weights = mla->attention->c * (nope + v) + std::max(nope, int64_t{mla->attention->c});
  const int64_t floats = weights + rows * (nope + mla->attention->rope_dim + v + 2) + mla->tile().floats(rows);
  expanded_floats_ = std::max(expanded_floats_, static_cast<size_t>(floats));
  expanded_.resize(static_cast<size_t>(pool_.size()) * expanded_floats_);
  expanded_limits_.resize(static_cast<size_t>(pool_.size()) * 2 * kMostRows);
  const int64_t blocks = limits().max_tokens / kLeastRows + limits().max_sequences;
  expanded_items_.reserve(static_cast<size_t>(blocks * mla->attention->n_head));
  return {};
}

/// Whether the current step costs less this way; all of its sequences go the same way.
bool CpuBackend::pays_expanded(const ExpandedMla& mla) const {
  if (step().n_tokens <= kVectorTokens) return false;
  const double c = mla.attention->c, rope = mla.attention->rope_dim;
  const auto nope = static_cast<double>(mla.into->w.in), v = static_cast<double>(mla.out_of->w.out);
  double absorbed = 0, expanded = 0;
  for (size_t s = 0; s < static_cast<size_t>(step().n_sequences); ++s) {
    const int n = step().first_token[s + 1] - step().first_token[s];
    if (n == 0) continue;
    const double context = step().context[s], pairs = n * (context - n / 2.0);
    const int block = expanded_block(mla, n), blocks = (n + block - 1) / block;
    absorbed += pairs * (2 * c + rope) + n * c * (nope + v) * kInt8Cost;
    expanded += pairs * (nope + rope + v) + blocks * (context + 4) * c * (nope + v);
  }
  return expanded < absorbed;
}

size_t CpuBackend::execute_together(std::span<const Op> ops) {
  const std::optional<ExpandedMla> mla = expanded_mla(ops);
  if (!mla || !pays_expanded(*mla)) return 0;
  run_expanded(*mla);
  return 3;
}

/// The last tokens, with the longest rows, first.
void CpuBackend::run_expanded(const ExpandedMla& mla) {
  expanded_items_.clear();
  for (int s = 0; s < step().n_sequences; ++s) {
    const int first = step().first_token[static_cast<size_t>(s)], last = step().first_token[static_cast<size_t>(s) + 1];
    const int block = expanded_block(mla, last - first);
    for (int end = last; end > first; end -= std::min(block, end - first))
      for (int h = 0; h < mla.attention->n_head; ++h)
        expanded_items_.push_back({s, std::max(first, end - block), std::min(block, end - first), h});
  }
  parallel(static_cast<int64_t>(expanded_items_.size()),
           [&](int64_t i, int thread) { attend_expanded(mla, expanded_items_[static_cast<size_t>(i)], thread); });
}

void CpuBackend::attend_expanded(const ExpandedMla& mla, const ExpandedItem& item, int thread) {
  const AttnMlaOp& op = *mla.attention;
  const auto nope = static_cast<int>(mla.into->w.in), v = static_cast<int>(mla.out_of->w.out);
  const int64_t dk = nope + op.rope_dim, dv = padded(v), latent = op.c + op.rope_dim;
  float* const k_b = expanded_.data() + static_cast<size_t>(thread) * expanded_floats_;
  float* const v_b = k_b + static_cast<int64_t>(op.c) * nope;
  float* const row = v_b + op.c * dv;
  float* const q = row + std::max(nope, op.c);
  int64_t* const first = expanded_limits_.data() + static_cast<size_t>(thread) * 2 * kMostRows;
  int64_t* const limit = first + kMostRows;
  MlaRange a;
  a.type = op.kv.type;
  a.rows = op.kv.k;
  a.row_bytes = op.kv.k_row_bytes;
  a.c = op.c;
  a.nope = nope;
  a.rope = op.rope_dim;
  a.v = v;
  a.k_b = k_b;
  a.v_b = v_b;
  a.pages = step().page_row(item.sequence);
  a.n = item.n;
  a.q = q;
  a.first = first;
  a.limit = limit;
  a.acc = q + item.n * dk;
  a.max = a.acc + item.n * dv;
  a.sum = a.max + item.n;
  a.tile = a.sum + item.n;
  for (int c = 0; c < op.c; ++c)
    dequantize_row(mla.into->w.type, mla.into->w.row(c, item.head), k_b + static_cast<int64_t>(c) * nope, nope);
  std::fill_n(v_b, op.c * dv, 0.0f);
  for (int d = 0; d < v; ++d) {
    dequantize_row(mla.out_of->w.type, mla.out_of->w.row(d, item.head), row, op.c);
    for (int c = 0; c < op.c; ++c) v_b[c * dv + d] = row[c];
  }
  for (int i = 0; i < item.n; ++i) {
    const int64_t token = item.token + i;
    const float* from = mla.into->x + token * mla.into->x_token_stride + item.head * mla.into->x_head_stride;
    const float* rotated = op.q_latent + (token * op.n_head + item.head) * latent + op.c;
    for (int d = 0; d < nope; ++d) q[i * dk + d] = from[d] * op.scale;
    for (int d = 0; d < op.rope_dim; ++d) q[i * dk + nope + d] = rotated[d] * op.scale;
    limit[i] = step().positions[static_cast<size_t>(token)] + 1;
    first[i] = 0;
    a.max[i] = -INFINITY;
    a.sum[i] = 0;
  }
  std::fill_n(a.acc, item.n * dv, 0.0f);
  // Pages one after the other between looks at the cancel flag.
  constexpr int64_t kSlice = 8 * kPageTokens;
  for (int64_t at = 0; at < limit[item.n - 1] && !cancelled(); at += kSlice) {
    a.begin = at;
    a.end = std::min(limit[item.n - 1], at + kSlice);
    kernels_.attention_expanded(a);
  }
  for (int i = 0; i < item.n; ++i) {
    float* out = mla.out_of->y + (item.token + i) * mla.out_of->y_token_stride + item.head * mla.out_of->y_head_stride;
    const float inverse = 1.0f / a.sum[i];
    for (int d = 0; d < v; ++d) out[d] = a.acc[i * dv + d] * inverse;
  }
}

}  // namespace engine::cpu
