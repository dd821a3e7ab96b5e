// Whether ops that do not need each other's results may run side by side: neither writes what the other touches.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "ops/ops.h"

namespace engine {

/// Activations that ops read and write in steps of up to so many tokens, as ranges of addresses. Weights, which nothing writes, are left
/// out.
class Footprint {
 public:
  explicit Footprint(int64_t tokens) : tokens_(tokens) {}

  Footprint& add(const LinearOp& op) {
    read(op.x, tokens_ * op.in);
    for (const LinearOp::Out& out : std::span(op.outs, static_cast<size_t>(op.n_outs))) {
      read(out.addend.data, tokens_ * out.w.out);
      write(out.y, tokens_ * out.w.out);
    }
    return *this;
  }
  Footprint& add(const LinearGluOp& op) {
    const int64_t n = tokens_ * op.gate.out;
    read(op.x, tokens_ * op.gate.in), read(op.gate_addend.data, n), read(op.up_addend.data, n);
    write(op.y, n);
    return *this;
  }
  Footprint& add(const AddNormOp& op) {
    read(op.x, tokens_ * op.dim);
    for (const AddNormOp::Part& part : std::span(op.parts, static_cast<size_t>(op.n_parts))) {
      read(part.data, tokens_ * op.dim), read(part.gate, tokens_);
      write(op.x, tokens_ * op.dim);
    }
    write(op.y, tokens_ * op.dim);
    return *this;
  }
  Footprint& add(const QkvStoreOp& op) {
    read(op.k, tokens_ * op.n_kv * op.head_k), read(op.v, tokens_ * op.n_kv * op.head_v);
    write(op.q, tokens_ * op.n_head * op.head_k);
    return *this;
  }
  Footprint& add(const AttnGqaOp& op) {
    read(op.q, tokens_ * op.n_head * op.head_k);
    write(op.out, tokens_ * op.n_head * op.head_v);
    return *this;
  }
  Footprint& add(const MoeRouteOp& op) {
    read(op.logits, tokens_ * op.n_experts);
    write(op.ids, tokens_ * op.n_used), write(op.weights, tokens_ * op.n_used), write(op.counts, op.n_experts);
    return *this;
  }
  Footprint& add(const MoePlanOp& op) {
    read(op.ids, tokens_ * op.n_used);
    write(op.offsets, op.n_experts + 1), write(op.pairs, tokens_ * op.n_used);
    return *this;
  }
  Footprint& add(const MoeGluOp& op) {
    const int64_t planned = tokens_ * op.n_used;
    read(op.x, tokens_ * op.gate.in), read(op.offsets, op.n_experts + 1), read(op.pairs, planned);
    read(op.gate_addend.data, planned * op.gate.out), read(op.up_addend.data, planned * op.gate.out);
    write(op.h, planned * op.gate.out);
    return *this;
  }
  Footprint& add(const MoeDownOp& op) {
    const int64_t planned = tokens_ * op.n_used, out = op.down.out;
    read(op.h, planned * op.down.in), read(op.offsets, op.n_experts + 1), read(op.pairs, planned);
    read(op.weights, planned), read(op.addend.data, planned * out);
    write(op.scratch, planned * out), write(op.y, tokens_ * out);
    return *this;
  }

  [[nodiscard]] bool apart(const Footprint& other) const {
    return hits_none(other.read_) && hits_none(other.written_) && other.hits_none(read_);
  }

 private:
  struct Range {
    uintptr_t begin, end;
  };

  template <class T>
  static void keep(std::vector<Range>& to, const T* data, int64_t n) {
    const auto begin = reinterpret_cast<uintptr_t>(data);
    if (data && n > 0) to.push_back({begin, begin + static_cast<uintptr_t>(n) * sizeof(T)});
  }
  template <class T>
  void read(const T* data, int64_t n) {
    keep(read_, data, n);
  }
  template <class T>
  void write(const T* data, int64_t n) {
    keep(written_, data, n);
  }
  /// Whether what is written here is apart from all of `others`.
  [[nodiscard]] bool hits_none(const std::vector<Range>& others) const {
    return std::none_of(written_.begin(), written_.end(), [&others](const Range& w) {
      return std::any_of(others.begin(), others.end(), [&w](const Range& o) { return o.begin < w.end && w.begin < o.end; });
    });
  }

  int64_t tokens_;
  std::vector<Range> read_, written_;
};

}  // namespace engine
