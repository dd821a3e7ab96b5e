// HostBackend: what every backend shares whose device memory is host memory. Derived classes write one execute() per op.
#pragma once

#include <vector>

#include "ops/backend.h"

namespace engine {

/// The ops of a plan in recorded order; host backends replay them one by one.
class HostPlan final : public Plan {
 public:
  explicit HostPlan(std::vector<Op> list) : ops(std::move(list)) {}
  std::vector<Op> ops;
};

/// Memory, transfers, step inputs and the replay loop of a host device.
///
/// run() calls execute() for every op in order, looks at RunControl::cancel before each op and after the last one (an op
/// that saw the flag may have stopped half-way, so the step is void), and times ops when a Profile is given.
/// A derived class that runs long ops in chunks passes cancel() on to them.
class HostBackend : public Backend {
 public:
  Status reserve(const StepLimits& limits, int64_t max_row) final;
  Result<std::unique_ptr<Buffer>> allocate(size_t bytes) override;
  void upload(std::byte* device, const void* host, size_t bytes) final;
  void download(void* host, const std::byte* device, size_t bytes) final;
  Result<Weight> place(const Weight& host) override { return host; }
  [[nodiscard]] bool host_memory() const final { return true; }

  /// Copies `step`; it must be consistent and within the reserved limits (checked).
  void set_step(const StepInputs& step) final;

  /// Runs check_op (ops/op_check.h) and prepare_op on every op. Errors: unsupported, invalid_argument, out_of_memory.
  Result<std::unique_ptr<Plan>> compile(std::span<const Op> ops) override;
  Status run(const Plan& plan, const RunControl& control) override;

 protected:
  /// Called by reserve() when limits() and max_row() are set: allocate private scratch here. Errors: out_of_memory.
  virtual Status on_reserve() { return {}; }

  /// Called by compile() for every checked op: refuse it, or grow scratch that depends on its sizes.
  virtual Status prepare_op(const Op&) { return {}; }

  /// Neighbours that can go together begin at ops[0]: grow scratch that depends on their sizes. Called by compile() for every op and
  /// those behind it.
  virtual Status prepare_together(std::span<const Op>) { return {}; }
  /// Executes ops[0] and neighbours at once where that is quicker for the current step; returns how many ops that were, 0 for none.
  virtual size_t execute_together(std::span<const Op>) { return 0; }

  virtual void execute(const EmbedOp&) = 0;
  virtual void execute(const AddNormOp&) = 0;
  virtual void execute(const LinearOp&) = 0;
  virtual void execute(const LinearGluOp&) = 0;
  virtual void execute(const LinearHeadsOp&) = 0;
  virtual void execute(const QkvStoreOp&) = 0;
  virtual void execute(const AttnGqaOp&) = 0;
  virtual void execute(const MlaStoreOp&) = 0;
  virtual void execute(const AttnMlaOp&) = 0;
  virtual void execute(const MoeRouteOp&) = 0;
  virtual void execute(const MoePlanOp&) = 0;
  virtual void execute(const MoeGluOp&) = 0;
  virtual void execute(const MoeDownOp&) = 0;
  virtual void execute(const LoraOp&) = 0;
  virtual void execute(const TopkLogitsOp&) = 0;
  virtual void execute(const FillOp&) = 0;

  [[nodiscard]] const StepLimits& limits() const { return limits_; }
  [[nodiscard]] int64_t max_row() const { return max_row_; }
  [[nodiscard]] const StepInputs& step() const { return step_; }

  /// Rows an op works on in the current step.
  [[nodiscard]] int row_count(Rows rows) const { return rows == Rows::tokens ? step_.n_tokens : step_.n_outputs; }

  /// Token row behind row r of an op's rows.
  [[nodiscard]] int token_row(Rows rows, int r) const { return rows == Rows::tokens ? r : step_.output_rows[static_cast<size_t>(r)]; }

  /// Adapter slot behind row r of an op's rows; -1 none.
  [[nodiscard]] int32_t slot_of(Rows rows, int r) const { return step_.lora_slot[static_cast<size_t>(token_row(rows, r))]; }

  /// The flag of the run in progress, null when it cannot be cancelled.
  [[nodiscard]] const std::atomic<bool>* cancel() const { return cancel_; }
  [[nodiscard]] bool cancelled() const { return cancel_ != nullptr && cancel_->load(std::memory_order_relaxed); }

 private:
  StepLimits limits_;
  int64_t max_row_ = 0;
  StepInputs step_;
  const std::atomic<bool>* cancel_ = nullptr;
};

}  // namespace engine
