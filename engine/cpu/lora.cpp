// Adapters: y = sum of scale * B (A x), in f32 whatever the base weights are. Rows with the same set (and expert or head) are
// multiplied together; what a row gets does not depend on the others.
#include <algorithm>

#include "cpu/backend_cpu.h"

namespace engine::cpu {
namespace {

constexpr int kRankRows = 8;   // rows of A in one item
constexpr int kOutRows = 128;  // rows of B in one item
constexpr int kTileRows = 16;  // activation rows of a further part at a time

int rank_before(const LoraEntry& entry, int part) {
  int rank = 0;
  for (int p = 0; p < part; ++p) rank += entry.parts[p].rank;
  return rank;
}

DotJob dot_job(const float* w, int64_t k, int rows) {
  DotJob job;
  job.w = reinterpret_cast<const std::byte*>(w);
  job.row_stride = static_cast<size_t>(k) * sizeof(float);
  job.k = k;
  job.rows = rows;
  return job;
}

}  // namespace

Status CpuBackend::prepare(const LoraOp& op) {
  int64_t rows = op.rows == Rows::tokens ? limits().max_tokens : limits().max_outputs;
  if (op.form == LoraOp::Form::heads) rows *= op.heads;
  if (op.form == LoraOp::Form::experts) rows *= op.n_used;
  const auto n = static_cast<size_t>(rows);
  lora_groups_.reserve(n);
  lora_x_.reserve(n);
  lora_y_.reserve(n);
  if (lora_h_.size() >= n) return {};
  lora_h_.resize(n);
  lora_h_out_.resize(n);
  lora_hidden_.resize(n * kLoraRank);
  for (int r = 0; r < static_cast<int>(n); ++r) {
    lora_h_out_[static_cast<size_t>(r)] = lora_hidden(r);
    lora_h_[static_cast<size_t>(r)] = reinterpret_cast<const std::byte*>(lora_hidden(r));
  }
  return {};
}

void CpuBackend::add_lora_row(const LoraOp& op, int32_t slot, int64_t expert, const float* x, float* y) {
  if (slot < 0 || op.entries[slot].n_parts == 0) return;
  const LoraEntry* entry = op.entries + slot;
  if (lora_groups_.empty() || lora_groups_.back().entry != entry || lora_groups_.back().expert != expert)
    lora_groups_.push_back({entry, expert, static_cast<int>(lora_x_.size()), 0});
  ++lora_groups_.back().n;
  lora_x_.push_back(reinterpret_cast<const std::byte*>(x));
  lora_y_.push_back(y);
}

void CpuBackend::list_lora_rows(const LoraOp& op) {
  lora_groups_.clear();
  lora_x_.clear();
  lora_y_.clear();
  if (op.form == LoraOp::Form::experts) {
    for (int e = 0; e < op.n_experts; ++e)
      for (int r = op.offsets[e]; r < op.offsets[e + 1]; ++r) {
        const int token = op.pairs[r] / op.n_used;
        add_lora_row(op, slot_of(Rows::tokens, token), e, op.x + (op.x_planned ? r : token) * op.in, op.y + r * op.out);
      }
    return;
  }
  const int rows = row_count(op.rows);
  for (int h = 0; h < op.heads; ++h)
    for (int r = 0; r < rows; ++r) {
      const float* x = nullptr;
      if (op.form == LoraOp::Form::rows) x = op.x + r * op.in;
      if (op.form == LoraOp::Form::heads) x = op.x + r * op.x_token_stride + h * op.x_head_stride;
      // For a table the row stands for its token.
      if (op.form == LoraOp::Form::table) x = reinterpret_cast<const float*>(&step().tokens[static_cast<size_t>(token_row(op.rows, r))]);
      add_lora_row(op, slot_of(op.rows, r), h, x, op.y + (static_cast<int64_t>(r) * op.heads + h) * op.out);
    }
}

/// hidden = scale * A x, the parts of a set behind each other.
void CpuBackend::lora_down(const LoraOp& op) {
  constexpr int kItems = kLoraRank / kRankRows;
  parallel(static_cast<int64_t>(lora_groups_.size()) * kLoraParts * kItems, [&](int64_t chunk, int) {
    const LoraGroup& g = lora_groups_[static_cast<size_t>(chunk / (kLoraParts * kItems))];
    const int p = static_cast<int>(chunk / kItems) % kLoraParts, r0 = static_cast<int>(chunk % kItems) * kRankRows;
    if (p >= g.entry->n_parts || r0 >= g.entry->parts[p].rank) return;
    const LoraEntry::Part& part = g.entry->parts[p];
    const int rows = std::min(kRankRows, part.rank - r0), at = rank_before(*g.entry, p) + r0;
    const auto first = static_cast<size_t>(g.first);
    if (op.form == LoraOp::Form::table) {
      for (int i = g.first; i < g.first + g.n; ++i) {
        const int32_t token = *reinterpret_cast<const int32_t*>(lora_x_[static_cast<size_t>(i)]);
        for (int r = 0; r < rows; ++r) lora_hidden(i)[at + r] = part.scale * part.a[static_cast<int64_t>(token) * part.rank + r0 + r];
      }
      return;
    }
    DotJob job = dot_job(part.a + (g.expert * part.rank + r0) * op.in, op.in, rows);
    job.x = &lora_x_[first];
    job.n = g.n;
    job.y = &lora_h_out_[first];
    job.y0 = at;
    kernels_.linear(DType::f32)->vector(job);
    for (int i = g.first; i < g.first + g.n; ++i)
      for (int r = 0; r < rows; ++r) lora_hidden(i)[at + r] *= part.scale;
  });
}

/// y = sum over the parts of B hidden.
void CpuBackend::lora_up(const LoraOp& op) {
  const int64_t per_group = (op.out + kOutRows - 1) / kOutRows;
  parallel(static_cast<int64_t>(lora_groups_.size()) * per_group, [&](int64_t chunk, int) {
    const LoraGroup& g = lora_groups_[static_cast<size_t>(chunk / per_group)];
    const int64_t o0 = chunk % per_group * kOutRows;
    const int rows = static_cast<int>(std::min<int64_t>(kOutRows, op.out - o0));
    float values[kTileRows * kOutRows];
    float* tile[kTileRows];
    for (int i = 0; i < kTileRows; ++i) tile[i] = values + i * kOutRows;
    for (int t0 = 0; t0 < g.n; t0 += kTileRows) {
      const int n = std::min(kTileRows, g.n - t0);
      float* const* y = &lora_y_[static_cast<size_t>(g.first + t0)];
      for (int p = 0; p < g.entry->n_parts; ++p) {
        const LoraEntry::Part& part = g.entry->parts[p];
        const std::byte* x[kTileRows];
        for (int i = 0; i < n; ++i) x[i] = reinterpret_cast<const std::byte*>(lora_hidden(g.first + t0 + i) + rank_before(*g.entry, p));
        DotJob job = dot_job(part.b + (g.expert * op.out + o0) * part.rank, part.rank, rows);
        job.x = x;
        job.n = n;
        job.y = tile;
        kernels_.linear(DType::f32)->vector(job);
        for (int i = 0; i < n; ++i)
          for (int r = 0; r < rows; ++r) y[i][o0 + r] = p == 0 ? tile[i][r] : y[i][o0 + r] + tile[i][r];
      }
    }
  });
}

void CpuBackend::execute(const LoraOp& op) {
  list_lora_rows(op);
  if (lora_groups_.empty()) return;
  lora_down(op);
  if (!cancelled()) lora_up(op);
}

}  // namespace engine::cpu
