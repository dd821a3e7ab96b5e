#include "cuda/step_memory.h"

#include <cstring>

#include "core/check.h"

namespace engine::cuda {
namespace {

/// Offsets of the arrays behind the view, all of int32; pages last, since only few are in use.
struct Layout {
  size_t tokens, positions, sequence, lora_slot, first_token, context, output_rows, pages, end;

  explicit Layout(const StepLimits& l) {
    size_t at = (sizeof(StepView) + 15) / 16 * 16;
    const auto array = [&at](int n) {
      const size_t offset = at;
      at += sizeof(int32_t) * ((static_cast<size_t>(n) + 3) / 4 * 4);
      return offset;
    };
    tokens = array(l.max_tokens);
    positions = array(l.max_tokens);
    sequence = array(l.max_tokens);
    lora_slot = array(l.max_tokens);
    first_token = array(l.max_sequences + 1);
    context = array(l.max_sequences);
    output_rows = array(l.max_outputs);
    pages = at;
    end = at + sizeof(int32_t) * static_cast<size_t>(l.max_sequences) * static_cast<size_t>(l.max_pages);
  }
};

}  // namespace

size_t StepMemory::bytes_for(const StepLimits& limits) {
  return (Layout(limits).end + 255) / 256 * 256;
}

Status StepMemory::open(const StepLimits& limits) {
  limits_ = limits;
  slot_bytes_ = bytes_for(limits);
  Result<Span> span = device_->memory().allocate(slot_bytes_);
  if (!span) return span.error();
  device_span_ = std::make_unique<OwnedSpan>(device_, *span);
  return host_.open(slot_bytes_ * kSlots);
}

void StepMemory::write(const StepInputs& s) {
  HEARTH_CHECK(s.n_tokens > 0 && s.n_tokens <= limits_.max_tokens && s.n_sequences <= limits_.max_sequences &&
               s.n_outputs <= limits_.max_outputs && s.max_pages <= limits_.max_pages);
  const Layout at(limits_);
  std::byte* to = host_.data() + ++turn_ % kSlots * slot_bytes_;
  const auto put = [&](size_t offset, const std::vector<int32_t>& values) {
    if (!values.empty()) std::memcpy(to + offset, values.data(), values.size() * sizeof(int32_t));
    return reinterpret_cast<const int32_t*>(device_span_->span().data + offset);
  };
  StepView view{s.n_tokens, s.n_sequences, s.n_outputs, s.max_pages, {}, {}, {}, {}, {}, {}, {}, {}};
  view.tokens = put(at.tokens, s.tokens);
  view.positions = put(at.positions, s.positions);
  view.sequence = put(at.sequence, s.sequence);
  view.lora_slot = put(at.lora_slot, s.lora_slot);
  view.first_token = put(at.first_token, s.first_token);
  view.context = put(at.context, s.context);
  view.output_rows = put(at.output_rows, s.output_rows);
  view.pages = put(at.pages, s.pages);
  std::memcpy(to, &view, sizeof view);
  used_ = at.pages + s.pages.size() * sizeof(int32_t);
}

Status StepMemory::send(cudaStream_t stream) {
  const std::byte* from = host_.data() + turn_ % kSlots * slot_bytes_;
  const cudaError_t r = done(cudaMemcpyAsync(device_span_->span().data, from, used_, cudaMemcpyHostToDevice, stream));
  return r == cudaSuccess ? Status() : Status(device_->fail(r, "starting a step"));
}

}  // namespace engine::cuda
