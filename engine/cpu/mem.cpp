// fill, and the scratch of all ops: sized when a plan is compiled, so that running it never allocates.
#include <algorithm>

#include "cpu/backend_cpu.h"
#include "cpu/limits.h"

namespace engine::cpu {
namespace {

template <class T>
void at_least(std::vector<T>& v, int64_t n) {
  if (static_cast<int64_t>(v.size()) < n) v.resize(static_cast<size_t>(n));
}

}  // namespace

Status CpuBackend::grow(std::unique_ptr<Buffer>& buffer, size_t bytes) {
  if (buffer && buffer->bytes >= bytes) return {};
  Result<std::unique_ptr<Buffer>> bigger = allocate(bytes);
  if (!bigger) return bigger.error();
  buffer = std::move(*bigger);
  return {};
}

Status CpuBackend::prepare_op(const Op& op) {
  return std::visit([this](const auto& concrete) { return prepare(concrete); }, op);
}

/// Scratch for `rows` activation rows of k values and `outputs` output rows.
Status CpuBackend::prepare_rows(int64_t rows, int64_t k, int64_t outputs) {
  if (Status s = grow(quantised_, static_cast<size_t>(rows) * ActLayout((k + 31) / 32 * 32).stride); !s) return s;
  if (Status s = grow(strips_, static_cast<size_t>(pool_.size()) * kMatrixScratch); !s) return s;
  at_least(plain_rows_, rows);
  at_least(quantised_rows_, rows);
  at_least(out_rows_, outputs);
  return {};
}

Status CpuBackend::prepare(const LinearOp& op) {
  const int64_t rows = op.rows == Rows::tokens ? limits().max_tokens : limits().max_outputs;
  return prepare_rows(rows, op.in, rows * op.n_outs);
}

Status CpuBackend::prepare(const LinearGluOp& op) {
  const int64_t tokens = limits().max_tokens;
  glu_tokens_ = static_cast<size_t>(std::max<int64_t>(tokens, kVectorTokens));
  glu_floats_ = std::max(glu_tokens_ * kMatrixRows, static_cast<size_t>(kVectorTokens * kChunkRows));
  at_least(glu_, pool_.size() * 2 * static_cast<int64_t>(glu_floats_));
  at_least(glu_rows_, pool_.size() * 2 * static_cast<int64_t>(glu_tokens_));
  return prepare_rows(tokens, op.gate.in, tokens);
}

Status CpuBackend::prepare(const LinearHeadsOp& op) {
  return prepare_rows(limits().max_tokens * op.w.experts, op.w.in, limits().max_tokens * op.w.experts);
}

Status CpuBackend::prepare_rope_table(const RopeTable& rope) {
  at_least(rope_, static_cast<int64_t>(limits().max_tokens) * rope.n_rot);
  rope_positions_.reserve(static_cast<size_t>(limits().max_tokens));
  rope_freq_.reserve(static_cast<size_t>(rope.n_rot) / 2);
  return {};
}

Status CpuBackend::prepare(const QkvStoreOp& op) {
  return prepare_rope_table(op.rope);
}

Status CpuBackend::prepare(const MlaStoreOp& op) {
  row_floats_ = std::max(row_floats_, static_cast<size_t>(op.c + op.rope_dim));
  at_least(row_, pool_.size() * static_cast<int64_t>(row_floats_));
  return prepare_rope_table(op.rope);
}

Status CpuBackend::prepare(const AttnGqaOp& op) {
  return prepare_attention(shape_of(op));
}

Status CpuBackend::prepare(const AttnMlaOp& op) {
  return prepare_attention(shape_of(op));
}

Status CpuBackend::prepare(const MoeRouteOp& op) {
  route_experts_ = std::max(route_experts_, static_cast<size_t>(op.n_experts));
  at_least(route_, pool_.size() * 2 * static_cast<int64_t>(route_experts_));
  at_least(route_open_, pool_.size() * static_cast<int64_t>(route_experts_));
  return {};
}

Status CpuBackend::prepare(const MoeGluOp& op) {
  LinearGluOp dense;
  dense.gate = op.gate;
  if (Status s = prepare(dense); !s) return s;
  const int64_t pairs = static_cast<int64_t>(limits().max_tokens) * op.n_used;
  at_least(planned_plain_, pairs);
  at_least(planned_quantised_, pairs);
  active_.reserve(static_cast<size_t>(op.n_experts));
  return prepare_rows(limits().max_tokens, op.gate.in, pairs);
}

Status CpuBackend::prepare(const MoeDownOp& op) {
  const int64_t pairs = static_cast<int64_t>(limits().max_tokens) * op.n_used;
  at_least(present_, pairs);
  active_.reserve(static_cast<size_t>(op.n_experts));
  return prepare_rows(pairs, op.down.in, pairs);
}

Status CpuBackend::prepare(const TopkLogitsOp& op) {
  const int64_t segments = (op.n_vocab + kSegment - 1) / kSegment;
  at_least(candidates_, limits().max_outputs * candidate_room(op.k, op.n_vocab));
  at_least(block_maxima_, limits().max_outputs * logit_blocks(op.n_vocab));
  at_least(sorted_maxima_, limits().max_outputs * logit_blocks(op.n_vocab));
  at_least(segments_, limits().max_outputs * segments);
  return {};
}

void CpuBackend::execute(const FillOp& op) {
  std::fill_n(op.y, row_count(op.rows) * op.dim, op.value);
}

}  // namespace engine::cpu
