#include "vulkan/backend_vulkan.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>
#include <thread>

#include "core/check.h"
#include "core/log.h"
#include "ops/op_check.h"
#include "vulkan/bandwidth.h"
#include "vulkan/pipelines.h"
#include "vulkan/plan.h"
#include "vulkan/repack.h"
#include "vulkan/step_memory.h"
#include "vulkan/timing.h"
#include "vulkan/transfer.h"

namespace engine {
namespace vulkan {
namespace {

using Clock = std::chrono::steady_clock;
// Pieces are submitted together up to about this time, so that a cancel is seen well within 250 ms.
constexpr double kGroupSeconds = 0.05;
constexpr auto kCancelPoll = std::chrono::milliseconds(5);  // between two looks at the flag

/// Memory handed out by allocate().
class DeviceBuffer final : public Buffer {
 public:
  DeviceBuffer(std::shared_ptr<Device> device, const Span& span, size_t size) : owned_(std::move(device), span) {
    data = reinterpret_cast<std::byte*>(span.address);
    bytes = size;
  }

 private:
  OwnedSpan owned_;
};

/// int8 where the hardware is fast at it, else f16 where there is any; HEARTH_VULKAN_TIER overrides (tests, diagnosis).
Tier choose_tier(const Capabilities& c) {
  const char* wish = std::getenv("HEARTH_VULKAN_TIER");
  if (wish && std::strcmp(wish, "fp32") == 0) return Tier::fp32;
  if (wish && std::strcmp(wish, "fp16") == 0 && c.features.fp16) return Tier::fp16;
  if (wish && std::strcmp(wish, "int8") == 0 && c.features.int8_dot) return Tier::int8;
  if (c.int8_fast && c.features.int8_dot) return Tier::int8;
  return c.features.fp16 && c.type != VK_PHYSICAL_DEVICE_TYPE_CPU ? Tier::fp16 : Tier::fp32;
}

/// While it lives, a raised cancel flag reaches the dispatches that run. A thread of its own, because some drivers compute within
/// vkQueueSubmit.
class CancelWatch {
 public:
  CancelWatch(StepMemory& step, const std::atomic<bool>* cancel) : step_(step) {
    if (!cancel || !step.can_stop()) return;
    thread_ = std::jthread([this, cancel](const std::stop_token& done) {
      while (!done.stop_requested() && !cancel->load(std::memory_order_relaxed)) std::this_thread::sleep_for(kCancelPoll);
      if (!done.stop_requested()) step_.set_stop(true);
    });
  }
  ~CancelWatch() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
    step_.set_stop(false);
  }
  CancelWatch(const CancelWatch&) = delete;
  CancelWatch& operator=(const CancelWatch&) = delete;

 private:
  StepMemory& step_;
  std::jthread thread_;
};

class VulkanBackend final : public Backend {
 public:
  VulkanBackend(int index, std::shared_ptr<Device> device)
      : index_(index),
        device_(std::move(device)),
        tier_(choose_tier(device_->caps())),
        step_memory_(*device_),
        scratch_(device_),
        timing_(*device_) {}
  ~VulkanBackend() override { device_->idle(); }

  [[nodiscard]] DeviceInfo info() const override;
  Status reserve(const StepLimits& limits, int64_t max_row) override;
  Result<std::unique_ptr<Buffer>> allocate(size_t bytes) override;
  void upload(std::byte* device, const void* host, size_t bytes) override { device_->transfer().write(address(device), host, bytes); }
  void download(void* host, const std::byte* device, size_t bytes) override { device_->transfer().read(host, address(device), bytes); }
  Result<Weight> place(const Weight& host) override;
  [[nodiscard]] Weight lay_out(const Weight& host, int64_t experts, std::byte* data) const override;
  Status write_experts(const Weight& placed, int64_t first, const Weight& host) override;
  [[nodiscard]] bool host_memory() const override { return false; }
  void set_step(const StepInputs& step) override;
  Result<std::unique_ptr<Plan>> compile(std::span<const Op> ops) override;
  Status run(const Plan& plan, const RunControl& control) override;
  [[nodiscard]] bool half_products() const override { return tier_ != Tier::fp32 && device_->caps().features.fp16; }
  [[nodiscard]] ReplayStats replay_stats() const override { return {dispatches_, VulkanPlan::recordings()}; }
  [[nodiscard]] CompileProgress compile_progress() const override;
  double measure_bandwidth() override { return vulkan::measure_bandwidth(*device_); }

 private:
  Status submit_pieces(const Recording& recording, const RunControl& control);

  int index_;
  std::shared_ptr<Device> device_;
  Tier tier_;
  StepLimits limits_;
  int64_t max_row_ = 0;
  StepMemory step_memory_;
  ScratchPool scratch_;
  Timing timing_;
  StepInputs step_;
  bool step_pending_ = false;                                 // written, not yet brought to the device
  double flops_per_second_ = 1e10, bytes_per_second_ = 1e10;  // measured on the way
  uint64_t dispatches_ = 0;                                   // of this step
  std::vector<std::unique_ptr<Buffer>> weights_;
  std::map<const void*, std::vector<uint64_t>> parts_;  // Weight::packed -> addresses
};

DeviceKind kind_of(VkPhysicalDeviceType type) {
  switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
      return DeviceKind::software;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
      return DeviceKind::integrated_gpu;
    default:
      return DeviceKind::discrete_gpu;
  }
}

DeviceInfo describe(int index, const Capabilities& c) {
  DeviceInfo info;
  info.id = fmt::format("vulkan:{}", index);
  info.name = c.name + ", Vulkan";
  info.memory_total = c.memory_total;
  info.memory_free = c.memory_free;
  info.usable = c.missing.empty();
  info.reason = c.missing;
  info.kind = kind_of(c.type);
  info.shared_memory = c.unified;
  info.driver = c.driver;
  info.build = fmt::format("{:016x}", shader_build());
  return info;
}

DeviceInfo VulkanBackend::info() const {
  return describe(index_, capabilities(device_->physical()));
}

CompileProgress VulkanBackend::compile_progress() const {
  const Pipelines::Progress p = device_->pipelines().progress();
  return {p.done, p.total};
}

Status VulkanBackend::reserve(const StepLimits& limits, int64_t max_row) {
  HEARTH_CHECK(limits.max_tokens > 0 && max_row > 0);
  limits_ = limits;
  max_row_ = max_row;
  return step_memory_.open(limits);
}

Result<std::unique_ptr<Buffer>> VulkanBackend::allocate(size_t bytes) {
  Result<Span> span = device_->memory().allocate(bytes, Memory::Kind::device);
  if (!span) return span.error();
  device_->transfer().zero(span->address, span->bytes);
  if (Status s = device_->health(); !s) {
    device_->memory().free(*span);
    return s.error();
  }
  return std::unique_ptr<Buffer>(std::make_unique<DeviceBuffer>(device_, *span, bytes));
}

void VulkanBackend::set_step(const StepInputs& step) {
  step_ = step;
  step_pending_ = step.n_tokens > 0;
  dispatches_ = 0;
  if (step_pending_) step_memory_.write(step);
}

Result<std::unique_ptr<Plan>> VulkanBackend::compile(std::span<const Op> ops) {
  for (const Op& op : ops)
    if (Status s = check_op(op, limits_, max_row_); !s) return s.error();
  auto plan = std::make_unique<VulkanPlan>(PlanContext{device_, limits_, tier_, step_memory_.address(), &scratch_},
                                           std::vector<Op>(ops.begin(), ops.end()));
  if (Status s = plan->prepare(); !s) return s.error();
  return std::unique_ptr<Plan>(std::move(plan));
}

/// Submits the pieces in groups of a good size, waiting for each; the speed seen on the way sizes the next.
Status VulkanBackend::submit_pieces(const Recording& recording, const RunControl& control) {
  const auto stopped = [&control] { return control.cancel && control.cancel->load(std::memory_order_relaxed); };
  const CancelWatch watch(step_memory_, recording.pieces.size() > 1 ? control.cancel : nullptr);
  std::vector<VkCommandBuffer> group;
  for (size_t first = 0; first < recording.pieces.size();) {
    if (stopped()) return Error{ErrorCode::cancelled, "Stopped on request.", ""};
    group.clear();
    if (step_pending_) group.push_back(step_memory_.commands());
    step_pending_ = false;
    Cost cost;
    size_t last = first;
    const auto seconds = [this](const Cost& c) { return std::max(c.flops / flops_per_second_, c.bytes / bytes_per_second_); };
    while (last < recording.pieces.size() && (last == first || seconds(cost) < kGroupSeconds)) {
      const Piece& piece = recording.pieces[last++];
      group.push_back(piece.commands);
      cost.flops += piece.cost.flops;
      cost.bytes += piece.cost.bytes;
    }
    const Clock::time_point begin = Clock::now();
    const Result<uint64_t> value = device_->submit(device_->compute, group);
    if (!value) return value.error();
    if (Status s = device_->wait(device_->compute, *value); !s) return s;
    const double took = std::max(1e-6, std::chrono::duration<double>(Clock::now() - begin).count());
    if (recording.pieces.size() > 1) {
      if (cost.flops > 1e8) flops_per_second_ = std::max(1e8, cost.flops / took);
      if (cost.bytes > 1e7) bytes_per_second_ = std::max(1e8, cost.bytes / took);
    }
    first = last;
  }
  return stopped() ? Status(Error{ErrorCode::cancelled, "Stopped on request.", ""}) : Status();
}

Status VulkanBackend::run(const Plan& plan, const RunControl& control) {
  if (step_.n_tokens == 0) return {};
  const auto& ours = static_cast<const VulkanPlan&>(plan);
  if (Status s = device_->health(); !s) return s;
  if (!device_->pipelines().wait(control.cancel)) return Error{ErrorCode::cancelled, "Stopped on request.", ""};
  Result<const Recording*> recording = ours.recording(VulkanPlan::bucket_of(step_, limits_));
  if (!recording) return recording.error();
  if (Status s = device_->transfer().flush(); !s) return s;
  dispatches_ += (*recording)->dispatches.size();
  if (control.profile && device_->caps().timestamp_period > 0) {
    if (step_pending_) {
      const VkCommandBuffer copy = step_memory_.commands();
      step_pending_ = false;
      const Result<uint64_t> value = device_->submit(device_->compute, {&copy, 1});
      if (!value) return value.error();
    }
    return timing_.run(ours, **recording, *control.profile);
  }
  return submit_pieces(**recording, control);
}

/// In one part: not for more than Memory::largest().
Weight VulkanBackend::lay_out(const Weight& host, int64_t experts, std::byte* data) const {
  Weight placed = host;
  placed.data = data;
  placed.experts = experts;
  placed.row_stride = row_format(host.type, host.in).bytes;
  placed.expert_stride = placed.row_stride * static_cast<size_t>(host.out);
  placed.packed = nullptr;
  return placed;
}

Status VulkanBackend::write_experts(const Weight& placed, int64_t first, const Weight& host) {
  const RowFormat format = row_format(host.type, host.in);
  const size_t rows = static_cast<size_t>(host.out * host.experts), begin = static_cast<size_t>(first * host.out);
  const size_t per_part = placed.packed ? placed.rows_per_part : begin + rows;
  const std::vector<uint64_t> whole{address(placed.data)};
  const std::vector<uint64_t>& parts = placed.packed ? parts_.at(placed.packed) : whole;
  for (size_t row = 0; row < rows;) {
    const size_t at = begin + row, count = std::min(rows - row, per_part - at % per_part);
    upload_rows(device_->transfer(), host, format, row, count, parts[at / per_part] + at % per_part * format.bytes);
    row += count;
  }
  return device_->transfer().flush();
}

/// Rows are stored without gaps; weights larger than one allocation in parts of whole rows.
Result<Weight> VulkanBackend::place(const Weight& host) {
  const RowFormat format = row_format(host.type, host.in);
  const size_t rows = static_cast<size_t>(host.out * host.experts);
  const size_t rows_per_part = std::max<size_t>(1, device_->memory().largest() / format.bytes);
  Weight placed = lay_out(host, host.experts, nullptr);
  std::vector<uint64_t> parts;
  for (size_t first = 0; first < rows; first += rows_per_part) {
    const size_t count = std::min(rows_per_part, rows - first);
    Result<Span> span = device_->memory().allocate(count * format.bytes, Memory::Kind::device);
    if (!span) return span.error();
    weights_.push_back(std::make_unique<DeviceBuffer>(device_, *span, count * format.bytes));
    upload_rows(device_->transfer(), host, format, first, count, span->address);
    parts.push_back(span->address);
  }
  if (Status s = device_->health(); !s) return s.error();
  placed.data = reinterpret_cast<const std::byte*>(parts.front());
  if (parts.size() == 1) return placed;
  Result<std::unique_ptr<Buffer>> table = allocate(parts.size() * sizeof(uint64_t));
  if (!table) return table.error();
  upload((*table)->data, parts.data(), parts.size() * sizeof(uint64_t));
  placed.packed = (*table)->data;
  placed.rows_per_part = static_cast<uint32_t>(rows_per_part);
  weights_.push_back(std::move(*table));
  parts_[placed.packed] = std::move(parts);
  return placed;
}

}  // namespace
}  // namespace vulkan

std::vector<DeviceInfo> list_vulkan_devices() {
  const vulkan::Instance& all = vulkan::instance();
  if (all.devices.empty()) return {{"vulkan:0", "GPU (Vulkan)", 0, 0, false, all.problem}};
  std::vector<DeviceInfo> list;
  for (size_t i = 0; i < all.devices.size(); ++i)
    list.push_back(vulkan::describe(static_cast<int>(i), vulkan::capabilities(all.devices[i])));
  return list;
}

Result<std::unique_ptr<Backend>> make_vulkan_backend(int index) {
  Result<std::shared_ptr<vulkan::Device>> device = vulkan::Device::open(static_cast<size_t>(index));
  if (!device) return device.error();
  return std::unique_ptr<Backend>(std::make_unique<vulkan::VulkanBackend>(index, std::move(*device)));
}

void set_vulkan_cache_folder(const std::string& folder) {
  vulkan::set_cache_folder(folder);
}

}  // namespace engine
