#include <algorithm>

#include "cpu/backend_cpu.h"
#include "cpu/limits.h"

namespace engine::cpu {
namespace {

// Bytes of weights in one chunk of the vector path: 2 to 3 us of memory traffic of one core, long against the ~50 ns of
// taking a chunk, short against the time the last thread may be waited for.
constexpr int64_t kChunkBytes = 32 * 1024;

}  // namespace

int CpuBackend::chunk_rows(const Weight& w, int64_t total_rows, bool vector) const {
  if (!vector) return kMatrixRows;
  const int64_t by_bytes = kChunkBytes / static_cast<int64_t>(row_bytes(w.type, w.in));
  const int64_t by_threads = total_rows / (pool_.size() * 4);
  return static_cast<int>(std::clamp<int64_t>(std::min(by_bytes, by_threads) / 8 * 8, 8, kChunkRows));
}

/// Points at plain_rows_, already filled, and quantises them where one of the weights is met in int8.
CpuBackend::ActRows CpuBackend::activations(int n, int64_t k, std::initializer_list<const Weight*> weights) {
  for (const Weight* w : weights)
    if (w->data && kernel(*w).quantised) {
      quantise_rows(n, k);
      return {plain_rows_.data(), quantised_rows_.data()};
    }
  return {plain_rows_.data(), nullptr};
}

void CpuBackend::quantise_rows(int n, int64_t k) {
  const ActLayout layout(k);
  for (int i = 0; i < n; ++i) quantised_rows_[static_cast<size_t>(i)] = quantised_->data + static_cast<size_t>(i) * layout.stride;
  const int per_chunk = static_cast<int>(std::max<int64_t>(1, 16384 / k));
  parallel((n + per_chunk - 1) / per_chunk, [&](int64_t chunk, int) {
    for (int i = static_cast<int>(chunk) * per_chunk; i < std::min(n, static_cast<int>(chunk + 1) * per_chunk); ++i)
      kernels_.quantise(reinterpret_cast<const float*>(plain_rows_[static_cast<size_t>(i)]), k,
                        quantised_->data + static_cast<size_t>(i) * layout.stride);
  });
}

void CpuBackend::multiply(const Block& b, float* const* y, int64_t y0, int thread) {
  const LinearKernel& kernel_of_type = kernel(*b.w);
  DotJob job;
  job.type = b.w->type;
  job.w = b.w->row(b.r0, b.expert);
  job.row_stride = b.w->row_stride;
  job.k = b.w->in;
  job.rows = b.rows;
  job.x = b.x.of(kernel_of_type) + b.first;
  job.n = b.n;
  job.y = y;
  job.y0 = y0;
  if (b.vector) return kernel_of_type.vector(job);
  for (int r = 0; r < b.rows; r += kMatrixRows) {
    job.w = b.w->row(b.r0 + r, b.expert);
    job.rows = std::min(kMatrixRows, b.rows - r);
    job.y0 = y0 + r;
    kernel_of_type.matrix(job, strip_scratch(thread));
  }
}

void CpuBackend::multiply_glu(const Block& block, const Glu& glu, int thread) {
  const int step_rows = block.vector ? kChunkRows : kMatrixRows;
  float* const values = glu_.data() + static_cast<size_t>(thread) * 2 * glu_floats_;
  float** const rows = glu_rows_.data() + static_cast<size_t>(thread) * 2 * glu_tokens_;
  float** const up_rows = rows + glu_tokens_;
  const auto activate = glu.act == ActKind::silu ? kernels_.silu_mul : kernels_.swiglu_clamped;
  // The vector path takes any number of tokens, but its rows of values only hold kVectorTokens at a time.
  const int step_tokens = block.vector ? kVectorTokens : block.n;
  for (int t0 = 0; t0 < block.n; t0 += step_tokens) {
    Block part = block;
    part.first = block.first + t0;
    part.n = std::min(step_tokens, block.n - t0);
    for (int t = 0; t < part.n; ++t) {
      rows[t] = values + t * step_rows;
      up_rows[t] = values + glu_floats_ + t * step_rows;
    }
    for (int r = 0; r < block.rows; r += step_rows) {
      part.r0 = block.r0 + r;
      part.rows = std::min(step_rows, block.rows - r);
      part.w = block.w;
      multiply(part, rows, 0, thread);
      add_extra(glu.gate_extra, part, rows, 0);
      part.w = &glu.up;
      multiply(part, up_rows, 0, thread);
      add_extra(glu.up_extra, part, up_rows, 0);
      for (int t = 0; t < part.n; ++t) activate(rows[t], up_rows[t], part.rows, block.y[part.first + t] + part.r0);
    }
  }
}

int CpuBackend::token_of(const Extra& extra, int row) const {
  if (extra.pairs) return extra.pairs[row] / extra.n_used;
  return extra.heads > 0 ? row % step().n_tokens : token_row(extra.rows, row);
}

/// Adds bias and addend to the rows of a block; column block.r0 stands at y[t][y0].
void CpuBackend::add_extra(const Extra& extra, const Block& block, float* const* y, int64_t y0) const {
  if (!extra.bias && !extra.addend.data) return;
  const auto add = [&](float* to, const float* values) {
    for (int r = 0; r < block.rows; ++r) to[r] += values[block.r0 + r];
  };
  for (int t = 0; t < block.n; ++t) {
    if (extra.bias) add(y[t] + y0, extra.bias + block.expert * block.w->out);
    if (!extra.addend.data) continue;
    const int row = block.first + t, token = token_of(extra, row);
    const int64_t from = extra.heads > 0 ? static_cast<int64_t>(token) * extra.heads + row / step().n_tokens : row;
    if (extra.addend.active(step().lora_slot[static_cast<size_t>(token)])) add(y[t] + y0, extra.addend.data + from * block.w->out);
  }
}

void CpuBackend::execute(const LinearOp& op) {
  const int n = row_count(op.rows);
  if (n == 0) return;
  for (int t = 0; t < n; ++t) plain_rows_[static_cast<size_t>(t)] = reinterpret_cast<const std::byte*>(op.x + t * op.in);
  const ActRows x = activations(n, op.in, {&op.outs[0].w, &op.outs[1].w, &op.outs[2].w});
  const bool vector = n <= kVectorTokens;
  int64_t total_rows = 0, chunks = 0, first_chunk[4] = {};
  int rows_of[3] = {};
  for (int i = 0; i < op.n_outs; ++i) total_rows += op.outs[i].w.out;
  for (int i = 0; i < op.n_outs; ++i) {
    const LinearOp::Out& out = op.outs[i];
    rows_of[i] = chunk_rows(out.w, total_rows, vector);
    chunks += (out.w.out + rows_of[i] - 1) / rows_of[i];
    first_chunk[i + 1] = chunks;
    for (int t = 0; t < n; ++t) out_rows_[static_cast<size_t>(i * n + t)] = out.y + t * out.w.out;
  }
  parallel(chunks, [&](int64_t chunk, int thread) {
    int i = 0;
    while (chunk >= first_chunk[i + 1]) ++i;
    const LinearOp::Out& out = op.outs[i];
    const int64_t r0 = (chunk - first_chunk[i]) * rows_of[i];
    Block block{&out.w, 0, r0, static_cast<int>(std::min<int64_t>(rows_of[i], out.w.out - r0)),
                x,      0, n,  &out_rows_[static_cast<size_t>(i * n)],
                vector};
    multiply(block, block.y, r0, thread);
    add_extra({.bias = out.bias, .addend = out.addend, .rows = op.rows}, block, block.y, r0);
  });
}

void CpuBackend::execute(const LinearGluOp& op) {
  const int n = step().n_tokens;
  if (n == 0) return;
  for (int t = 0; t < n; ++t) {
    plain_rows_[static_cast<size_t>(t)] = reinterpret_cast<const std::byte*>(op.x + t * op.gate.in);
    out_rows_[static_cast<size_t>(t)] = op.y + t * op.gate.out;
  }
  const ActRows x = activations(n, op.gate.in, {&op.gate, &op.up});
  const bool vector = n <= kVectorTokens;
  const Glu glu{op.up, op.act, {.bias = op.gate_bias, .addend = op.gate_addend}, {.bias = op.up_bias, .addend = op.up_addend}};
  const int rows = chunk_rows(op.gate, op.gate.out, vector);
  parallel((op.gate.out + rows - 1) / rows, [&](int64_t chunk, int thread) {
    const int64_t r0 = chunk * rows;
    const Block block{&op.gate, 0, r0, static_cast<int>(std::min<int64_t>(rows, op.gate.out - r0)), x, 0, n, out_rows_.data(), vector};
    multiply_glu(block, glu, thread);
  });
}

void CpuBackend::execute(const LinearHeadsOp& op) {
  const int n = step().n_tokens;
  if (n == 0) return;
  const int64_t heads = op.w.experts;
  for (int64_t h = 0; h < heads; ++h)
    for (int64_t t = 0; t < n; ++t) {
      const auto i = static_cast<size_t>(h * n + t);
      plain_rows_[i] = reinterpret_cast<const std::byte*>(op.x + t * op.x_token_stride + h * op.x_head_stride);
      out_rows_[i] = op.y + t * op.y_token_stride + h * op.y_head_stride;
    }
  const ActRows x = activations(static_cast<int>(heads) * n, op.w.in, {&op.w});
  const bool vector = n <= kVectorTokens;
  const int rows = chunk_rows(op.w, op.w.out * heads, vector);
  const int64_t per_head = (op.w.out + rows - 1) / rows;
  parallel(heads * per_head, [&](int64_t chunk, int thread) {
    const int64_t h = chunk / per_head, r0 = chunk % per_head * rows;
    const Block block{&op.w, h,
                      r0,    static_cast<int>(std::min<int64_t>(rows, op.w.out - r0)),
                      x,     static_cast<int>(h) * n,
                      n,     &out_rows_[static_cast<size_t>(h * n)],
                      vector};
    multiply(block, block.y, r0, thread);
    Extra extra{.addend = op.addend};
    extra.heads = static_cast<int>(heads);
    add_extra(extra, block, block.y, r0);
  });
}

}  // namespace engine::cpu
