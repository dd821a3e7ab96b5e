#include "cuda/backend_cuda.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "core/build_info.h"
#include "core/check.h"
#include "cuda/bandwidth.h"
#include "cuda/plan.h"
#include "cuda/repack.h"
#include "cuda/step_memory.h"
#include "cuda/timing.h"
#include "cuda/transfer.h"
#include "ops/op_check.h"

namespace engine {
namespace cuda {
namespace {

using Clock = std::chrono::steady_clock;
// Pieces are started together up to about this time, so that a cancel is seen well within 250 ms.
constexpr double kGroupSeconds = 0.05;

/// Memory handed out by allocate().
class DeviceBuffer final : public Buffer {
 public:
  DeviceBuffer(std::shared_ptr<Device> device, const Span& span, size_t size) : owned_(std::move(device), span) {
    data = span.data;
    bytes = size;
  }

 private:
  OwnedSpan owned_;
};

Error stopped_on_request() {
  return {ErrorCode::cancelled, "Stopped on request.", ""};
}

class CudaBackend final : public Backend {
 public:
  explicit CudaBackend(const std::shared_ptr<Device>& device) : device_(device), step_memory_(device), scratch_(device), timing_(device) {}
  ~CudaBackend() override {
    device_->enter();
    device_->idle();
  }

  [[nodiscard]] DeviceInfo info() const override;
  Status reserve(const StepLimits& limits, int64_t max_row) override;
  Result<std::unique_ptr<Buffer>> allocate(size_t bytes) override;
  void upload(std::byte* device, const void* host, size_t bytes) override { device_->transfer().write(device, host, bytes); }
  void download(void* host, const std::byte* device, size_t bytes) override { device_->transfer().read(host, device, bytes); }
  Result<Weight> place(const Weight& host) override;
  [[nodiscard]] Weight lay_out(const Weight& host, int64_t experts, std::byte* data) const override;
  Status write_experts(const Weight& placed, int64_t first, const Weight& host) override;
  [[nodiscard]] bool writes_beside_runs() const override { return true; }
  [[nodiscard]] bool host_memory() const override { return false; }
  void set_step(const StepInputs& step) override;
  Result<std::unique_ptr<Plan>> compile(std::span<const Op> ops) override;
  Status run(const Plan& plan, const RunControl& control) override;
  [[nodiscard]] ReplayStats replay_stats() const override { return {launches_, CudaPlan::recordings()}; }
  [[nodiscard]] MemoryInUse memory_in_use() const override { return device_->memory().in_use(); }
  double measure_bandwidth() override { return cuda::measure_bandwidth(*device_); }

 private:
  Status send_step();
  Status run_pieces(const CudaPlan& plan, const Recording& recording, const RunControl& control);
  Status run_launches(const CudaPlan& plan, const Recording& recording);

  std::shared_ptr<Device> device_;
  StepLimits limits_;
  int64_t max_row_ = 0;
  StepMemory step_memory_;
  ScratchPool scratch_;
  Timing timing_;
  StepInputs step_;
  bool step_pending_ = false;                                 // written, not yet brought to the device
  double flops_per_second_ = 1e10, bytes_per_second_ = 1e10;  // measured on the way
  uint64_t launches_ = 0;                                     // of this step
  std::vector<std::unique_ptr<Buffer>> weights_;
};

DeviceInfo describe(int index, const Capabilities& c) {
  DeviceInfo info;
  info.id = fmt::format("cuda:{}", index);
  info.name = c.name + ", CUDA";
  info.memory_total = c.memory_total;
  info.memory_free = c.memory_free;
  info.usable = c.missing.empty();
  info.reason = c.missing;
  info.kind = c.integrated ? DeviceKind::integrated_gpu : DeviceKind::discrete_gpu;
  info.shared_memory = c.integrated;
  int driver = 0;
  if (cudaDriverGetVersion(&driver) == cudaSuccess) info.driver = "CUDA " + version_text(driver);
  info.build = fmt::format("{} {}", compiled_build().version, compiled_build().commit);
  return info;
}

DeviceInfo CudaBackend::info() const {
  return describe(device_->index(), capabilities(device_->index()));
}

Status CudaBackend::reserve(const StepLimits& limits, int64_t max_row) {
  HEARTH_CHECK(limits.max_tokens > 0 && max_row > 0);
  limits_ = limits;
  max_row_ = max_row;
  return step_memory_.open(limits);
}

Result<std::unique_ptr<Buffer>> CudaBackend::allocate(size_t bytes) {
  Result<Span> span = device_->memory().allocate(bytes);
  if (!span) return span.error();
  device_->transfer().zero(span->data, span->bytes);
  if (Status s = device_->health(); !s) {
    device_->memory().free(*span);
    return s.error();
  }
  return std::unique_ptr<Buffer>(std::make_unique<DeviceBuffer>(device_, *span, bytes));
}

Weight CudaBackend::lay_out(const Weight& host, int64_t experts, std::byte* data) const {
  Weight placed = host;
  placed.data = data;
  placed.experts = experts;
  placed.row_stride = placed_row_bytes(host.type, host.in);
  placed.expert_stride = placed.row_stride * static_cast<size_t>(host.out);
  placed.packed = nullptr;
  return placed;
}

Status CudaBackend::write_experts(const Weight& placed, int64_t first, const Weight& host) {
  Transfer& transfer = device_->side_transfer();
  upload_rows(transfer, host, placed.row_stride, const_cast<std::byte*>(placed.row(0, first)));
  return transfer.flush();
}

Result<Weight> CudaBackend::place(const Weight& host) {
  Weight placed = lay_out(host, host.experts, nullptr);
  const size_t bytes = placed.expert_stride * static_cast<size_t>(host.experts);
  Result<Span> span = device_->memory().allocate(bytes);
  if (!span) return span.error();
  weights_.push_back(std::make_unique<DeviceBuffer>(device_, *span, bytes));
  upload_rows(device_->transfer(), host, placed.row_stride, span->data);
  if (Status s = device_->health(); !s) return s.error();
  placed.data = span->data;
  return placed;
}

void CudaBackend::set_step(const StepInputs& step) {
  step_ = step;
  step_pending_ = step.n_tokens > 0;
  launches_ = 0;
  if (step_pending_) step_memory_.write(step);
}

Result<std::unique_ptr<Plan>> CudaBackend::compile(std::span<const Op> ops) {
  for (const Op& op : ops)
    if (Status s = check_op(op, limits_, max_row_); !s) return s.error();
  device_->enter();
  auto plan =
      std::make_unique<CudaPlan>(PlanContext{device_, limits_, step_memory_.view(), &scratch_}, std::vector<Op>(ops.begin(), ops.end()));
  if (Status s = plan->prepare(); !s) return s.error();
  return std::unique_ptr<Plan>(std::move(plan));
}

Status CudaBackend::send_step() {
  if (!step_pending_) return {};
  step_pending_ = false;
  return step_memory_.send(device_->compute());
}

/// Starts the pieces in groups of a good size, waiting for each; the speed seen on the way sizes the next.
Status CudaBackend::run_pieces(const CudaPlan& plan, const Recording& recording, const RunControl& control) {
  const auto stopped = [&control] { return control.cancel && control.cancel->load(std::memory_order_relaxed); };
  const auto seconds = [this](const Cost& c) { return std::max(c.flops / flops_per_second_, c.bytes / bytes_per_second_); };
  const std::vector<Piece>& pieces = recording.pieces;
  for (size_t first = 0, last = 0; first < pieces.size(); first = last) {
    if (stopped()) return stopped_on_request();
    Cost cost;
    const Clock::time_point begin = Clock::now();
    for (; last < pieces.size() && (last == first || seconds(cost) < kGroupSeconds); ++last) {
      if (Status s = pieces[last].graph->start(device_->compute()); !s)
        return plan.failed(device_->keep(s.error()), pieces[last].first_op, pieces[last].last_op);
      cost.flops += pieces[last].cost.flops;
      cost.bytes += pieces[last].cost.bytes;
    }
    if (Status s = device_->wait(device_->compute(), "computing"); !s)
      return plan.failed(s.error(), pieces[first].first_op, pieces[last - 1].last_op);
    const double took = std::max(1e-6, std::chrono::duration<double>(Clock::now() - begin).count());
    if (pieces.size() > 1) {
      if (cost.flops > 1e8) flops_per_second_ = std::max(1e8, cost.flops / took);
      if (cost.bytes > 1e7) bytes_per_second_ = std::max(1e8, cost.bytes / took);
    }
  }
  return stopped() ? Status(stopped_on_request()) : Status();
}

/// One launch after the other with a wait behind each, so that a failure names its op.
Status CudaBackend::run_launches(const CudaPlan& plan, const Recording& recording) {
  for (const Launch& launch : recording.launches) {
    Status s = start_launch(launch, plan.context().step, device_->compute());
    if (s) s = device_->wait(device_->compute(), "computing");
    if (!s) return plan.failed(device_->keep(s.error()), launch.op, launch.op);
  }
  return {};
}

Status CudaBackend::run(const Plan& plan, const RunControl& control) {
  if (step_.n_tokens == 0) return {};
  const auto& ours = static_cast<const CudaPlan&>(plan);
  if (Status s = device_->health(); !s) return s;
  device_->enter();
  Result<const Recording*> recording = ours.recording(CudaPlan::bucket_of(step_, limits_));
  if (!recording) return recording.error();
  if (Status s = device_->transfer().flush(); !s) return s;
  if (Status s = send_step(); !s) return s;
  launches_ += (*recording)->launches.size();
  static const bool one_by_one = std::getenv("HEARTH_CUDA_ONE_BY_ONE") != nullptr;  // to find the op behind a failure
  if (one_by_one) return run_launches(ours, **recording);
  if (control.profile) return timing_.run(ours, **recording, *control.profile);
  return run_pieces(ours, **recording, control);
}

}  // namespace
}  // namespace cuda

std::vector<DeviceInfo> list_cuda_devices() {
  const Result<int> n = cuda::count_devices();
  if (!n) {
    DeviceInfo none{"cuda:0", "NVIDIA GPU (CUDA)", 0, 0, false, n.error().message};
    none.kind = DeviceKind::discrete_gpu;
    return {none};
  }
  std::vector<DeviceInfo> list;
  for (int i = 0; i < *n; ++i) list.push_back(cuda::describe(i, cuda::capabilities(i)));
  return list;
}

Result<std::unique_ptr<Backend>> make_cuda_backend(int index) {
  Result<std::shared_ptr<cuda::Device>> device = cuda::Device::open(index);
  if (!device) return device.error();
  return std::unique_ptr<Backend>(std::make_unique<cuda::CudaBackend>(*device));
}

}  // namespace engine
