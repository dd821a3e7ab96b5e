#include "ops/host_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "core/check.h"
#include "ops/op_check.h"

namespace engine {
namespace {

constexpr size_t kAlignment = 64;  // a cache line, and the widest vector register

class HostBuffer final : public Buffer {
 public:
  HostBuffer(void* block, size_t size) : block_(block) {
    const auto address = reinterpret_cast<uintptr_t>(block);
    data = static_cast<std::byte*>(block) + ((kAlignment - address % kAlignment) % kAlignment);
    bytes = size;
  }
  ~HostBuffer() override { std::free(block_); }
  HostBuffer(const HostBuffer&) = delete;
  HostBuffer& operator=(const HostBuffer&) = delete;

 private:
  void* block_;
};

/// Vectors long enough for the counts, indices inside them, every sequence's tokens consecutive, contexts inside their pages.
void check_step(const StepInputs& s, const StepLimits& limits) {
  const auto holds = [](const std::vector<int32_t>& v, int64_t n) { return static_cast<int64_t>(v.size()) >= n; };
  HEARTH_CHECK(s.n_tokens >= 0 && s.n_tokens <= limits.max_tokens);
  HEARTH_CHECK(s.n_sequences >= 0 && s.n_sequences <= limits.max_sequences);
  HEARTH_CHECK(s.n_outputs >= 0 && s.n_outputs <= limits.max_outputs);
  HEARTH_CHECK(s.max_pages >= 0 && s.max_pages <= limits.max_pages);
  HEARTH_CHECK(holds(s.tokens, s.n_tokens) && holds(s.positions, s.n_tokens));
  HEARTH_CHECK(holds(s.sequence, s.n_tokens) && holds(s.lora_slot, s.n_tokens));
  HEARTH_CHECK(holds(s.first_token, s.n_sequences + 1) && holds(s.context, s.n_sequences));
  HEARTH_CHECK(holds(s.pages, static_cast<int64_t>(s.n_sequences) * s.max_pages) && holds(s.output_rows, s.n_outputs));
  for (size_t i = 0; i < static_cast<size_t>(s.n_sequences); ++i) {
    HEARTH_CHECK(s.context[i] >= 0 && s.context[i] <= s.max_pages * kPageTokens);
    HEARTH_CHECK(s.first_token[i] <= s.first_token[i + 1] && s.first_token[i + 1] <= s.n_tokens);
  }
  for (size_t t = 0; t < static_cast<size_t>(s.n_tokens); ++t) {
    HEARTH_CHECK(s.sequence[t] >= 0 && s.sequence[t] < s.n_sequences);
    HEARTH_CHECK(s.positions[t] >= 0 && s.positions[t] < s.context[static_cast<size_t>(s.sequence[t])]);
  }
  for (size_t r = 0; r < static_cast<size_t>(s.n_outputs); ++r) HEARTH_CHECK(s.output_rows[r] >= 0 && s.output_rows[r] < s.n_tokens);
}

}  // namespace

Status HostBackend::reserve(const StepLimits& limits, int64_t max_row) {
  HEARTH_CHECK(limits.max_tokens > 0 && max_row > 0);
  limits_ = limits;
  max_row_ = max_row;
  return on_reserve();
}

Result<std::unique_ptr<Buffer>> HostBackend::allocate(size_t bytes) {
  // calloc: large blocks come as zero pages that cost nothing until they are used, e.g. a cache for a long context.
  void* block = bytes <= SIZE_MAX - kAlignment ? std::calloc(1, bytes + kAlignment) : nullptr;
  if (block == nullptr)
    return Error{ErrorCode::out_of_memory, fmt::format("The computer has no {} MiB of free memory left.", bytes >> 20),
                 "Choose a smaller context or a smaller model."};
  return std::unique_ptr<Buffer>(std::make_unique<HostBuffer>(block, bytes));
}

void HostBackend::upload(std::byte* device, const void* host, size_t bytes) {
  std::memcpy(device, host, bytes);
}

void HostBackend::download(void* host, const std::byte* device, size_t bytes) {
  std::memcpy(host, device, bytes);
}

void HostBackend::set_step(const StepInputs& step) {
  check_step(step, limits_);
  step_ = step;
}

Result<std::unique_ptr<Plan>> HostBackend::compile(std::span<const Op> ops) {
  for (size_t i = 0; i < ops.size(); ++i) {
    if (Status status = check_op(ops[i], limits_, max_row_); !status) return status.error();
    if (Status status = prepare_op(ops[i]); !status) return status.error();
    if (Status status = prepare_together(ops.subspan(i)); !status) return status.error();
  }
  return std::unique_ptr<Plan>(std::make_unique<HostPlan>(std::vector<Op>(ops.begin(), ops.end())));
}

Status HostBackend::run(const Plan& plan, const RunControl& control) {
  using Clock = std::chrono::steady_clock;
  const Error stopped{ErrorCode::cancelled, "Stopped on request.", ""};
  cancel_ = control.cancel;
  const std::span<const Op> ops = static_cast<const HostPlan&>(plan).ops;
  for (size_t i = 0; i < ops.size() && !cancelled();) {
    const Clock::time_point begin = control.profile ? Clock::now() : Clock::time_point{};
    const size_t together = execute_together(ops.subspan(i));
    if (together == 0) std::visit([this](const auto& concrete) { execute(concrete); }, ops[i]);
    if (control.profile) {
      const std::string name = op_name(ops[i]) + std::string(together > 0 ? "+" : "");
      control.profile->add(name, std::chrono::duration<double>(Clock::now() - begin).count());
    }
    i += std::max<size_t>(together, 1);
  }
  const bool stop = cancelled();
  cancel_ = nullptr;
  return stop ? Status{stopped} : Status{};
}

}  // namespace engine
