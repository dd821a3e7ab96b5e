#include "vulkan/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "core/check.h"
#include "ops/replay.h"
#include "vulkan/fold.h"
#include "vulkan/pipelines.h"
#include "vulkan/transfer.h"

namespace engine::vulkan {
namespace {

// Work of one piece of a long plan, so that cancel is seen in time: about 1 ms on a small GPU. run() submits as many
// together as the device does in a good time.
constexpr double kPieceFlops = 1e9, kPieceBytes = 1e9;
constexpr size_t kParamAlign = 16;

std::atomic<uint64_t> recordings_made{0};

/// Collects the dispatches of a plan for one bucket.
class Collector final : public Recorder {
 public:
  Collector(const PlanContext& context, const Bucket& bucket, Recording& out, std::map<const double*, std::shared_ptr<OwnedSpan>>& turns)
      : context_(context), bucket_(bucket), out_(out), turns_(turns) {}

  [[nodiscard]] const Bucket& bucket() const override { return bucket_; }
  [[nodiscard]] const StepLimits& limits() const override { return context_.limits; }
  [[nodiscard]] const Features& features() const override { return context_.device->caps().features; }
  [[nodiscard]] Tier tier() const override { return context_.tier; }

  uint64_t scratch(Scratch name, size_t bytes) override {
    Result<std::shared_ptr<OwnedSpan>> span = context_.scratch->get(name, bytes);
    if (!span) {
      refuse(span.error());
      return 0;
    }
    const bool known = std::find(out_.scratch.begin(), out_.scratch.end(), *span) != out_.scratch.end();
    if (!known) out_.scratch.push_back(*span);
    used_[static_cast<size_t>(name)] = *span;
    return (*span)->span().address;
  }

  void independent() override { barrier_ = false; }

  void counts_as(int ahead) override { op_ = first_op_ + ahead; }

  void refuse(Error error) override {
    if (!refusal_) refusal_ = std::move(error);
  }

  uint64_t turns(const RopeTable& rope) override;

  void begin_op(int index) { op_ = first_op_ = index; }
  [[nodiscard]] const std::optional<Error>& refusal() const { return refusal_; }
  [[nodiscard]] const std::vector<std::byte>& params() const { return params_; }

 protected:
  void add(const Kernel& kernel, std::span<const std::byte> params, Groups groups, std::array<uint32_t, 4> args, Cost cost) override {
    if (groups.x == 0 || groups.y == 0 || groups.z == 0) {
      barrier_ = true;  // independent() was meant for this one
      return;
    }
    push({kernel, keep(params), groups, args, VK_NULL_HANDLE, 0, barrier_, op_, cost});
  }

  void add_indirect(const Kernel& kernel, std::span<const std::byte> params, size_t offset, std::array<uint32_t, 4> args,
                    Cost cost) override {
    const std::shared_ptr<OwnedSpan>& grids = used_[static_cast<size_t>(Scratch::indirect)];
    if (!grids) return;  // there was no memory for it, and the op is refused
    push({kernel, keep(params), {}, args, grids->span().buffer, grids->span().offset + offset, barrier_, op_, cost});
  }

 private:
  void push(Dispatch dispatch) {
    out_.dispatches.push_back(dispatch);
    barrier_ = true;
  }

  size_t keep(std::span<const std::byte> params) {
    const size_t at = params_.size();
    params_.insert(params_.end(), params.begin(), params.end());
    params_.resize((params_.size() + kParamAlign - 1) / kParamAlign * kParamAlign);
    return at;
  }

  const PlanContext& context_;
  Bucket bucket_;
  Recording& out_;
  std::map<const double*, std::shared_ptr<OwnedSpan>>& turns_;
  std::vector<std::byte> params_;
  std::array<std::shared_ptr<OwnedSpan>, static_cast<size_t>(Scratch::count)> used_;
  std::optional<Error> refusal_;
  bool barrier_ = true;
  int first_op_ = 0, op_ = 0;
};

uint64_t Collector::turns(const RopeTable& rope) {
  if (rope.n_rot == 0 || !rope.inv_freq) return 0;
  if (const auto known = turns_.find(rope.inv_freq); known != turns_.end()) return known->second->span().address;
  const size_t n = static_cast<size_t>(rope.n_rot) / 2;
  std::vector<double> frequencies(n);
  Device& device = *context_.device;
  device.transfer().read(frequencies.data(), address(rope.inv_freq), n * sizeof(double));
  const std::vector<uint64_t> turns = turns_of(frequencies);
  Result<Span> span = device.memory().allocate(n * sizeof(uint64_t), Memory::Kind::device);
  if (!span) {
    refuse(span.error());
    return 0;
  }
  device.transfer().write(span->address, turns.data(), n * sizeof(uint64_t));
  turns_[rope.inv_freq] = std::make_shared<OwnedSpan>(context_.device, *span);
  return span->address;
}

}  // namespace

OwnedSpan::~OwnedSpan() {
  device_->memory().free(span_);
}

Result<std::shared_ptr<OwnedSpan>> ScratchPool::get(Scratch name, size_t bytes) {
  std::shared_ptr<OwnedSpan>& span = spans_[static_cast<size_t>(name)];
  if (span && span->span().bytes >= bytes) return span;
  Result<Span> bigger = device_->memory().allocate(bytes, Memory::Kind::device);
  if (!bigger) return bigger.error();
  span = std::make_shared<OwnedSpan>(device_, *bigger);
  if (name == Scratch::counters) device_->transfer().zero(bigger->address, bigger->bytes);
  return span;
}

uint64_t VulkanPlan::recordings() {
  return recordings_made;
}

VulkanPlan::~VulkanPlan() {
  if (!pool_) return;
  context_.device->idle();
  context_.device->vk().vkDestroyCommandPool(context_.device->handle(), pool_, nullptr);
}

Bucket VulkanPlan::bucket_of(const StepInputs& step, const StepLimits& limits) {
  return engine::bucket_of<Bucket>(step, limits);
}

Result<Recording> VulkanPlan::collect(const Bucket& bucket) const {
  Recording recording;
  Collector collector(context_, bucket, recording, turns_);
  for (size_t i = 0; i < ops_.size();) {
    collector.begin_op(static_cast<int>(i));
    i += record_folded(collector, std::span(ops_).subspan(i));
  }
  if (collector.refusal()) return *collector.refusal();
  const std::vector<std::byte>& params = collector.params();
  if (params.empty()) return recording;
  Result<Span> span = context_.device->memory().allocate(params.size(), Memory::Kind::device);
  if (!span) return span.error();
  recording.params = std::make_shared<OwnedSpan>(context_.device, *span);
  context_.device->transfer().write(span->address, params.data(), params.size());
  return recording;
}

/// These sizes stand for all others: decode steps of one and of several tokens, prompt steps that take tiles of 32 and of 64, the largest.
Status VulkanPlan::prepare() {
  const StepLimits& l = context_.limits;
  const int context = longest_context(l);
  std::vector<Bucket> samples;
  for (int tokens : {1, kVectorTokens, 2 * kVectorTokens, 4 * kVectorTokens, l.max_tokens}) {
    tokens = std::min(tokens, l.max_tokens);
    samples.push_back({tokens, std::min(tokens, l.max_outputs), std::min(tokens, l.max_sequences), context});
    samples.push_back({tokens, std::min(1, l.max_outputs), 1, kLeastContext});
  }
  std::set<Kernel> kernels;
  for (const Bucket& bucket : samples) {
    Result<Recording> recording = collect(bucket);
    if (!recording) return recording.error();
    for (const Dispatch& d : recording->dispatches) kernels.insert(d.kernel);
  }
  const std::vector<Kernel> list(kernels.begin(), kernels.end());
  context_.device->pipelines().request(list);
  return context_.device->transfer().flush();
}

Status VulkanPlan::encode(VkCommandBuffer commands, const Recording& recording, size_t first, size_t last) const {
  Device& device = *context_.device;
  const VolkDeviceTable& vk = device.vk();
  const VkMemoryBarrier barrier{VK_STRUCTURE_TYPE_MEMORY_BARRIER, nullptr, VK_ACCESS_SHADER_WRITE_BIT,
                                VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_INDIRECT_COMMAND_READ_BIT};
  constexpr VkPipelineStageFlags kCompute = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT;
  VkPipeline bound = VK_NULL_HANDLE;
  for (size_t i = first; i < last; ++i) {
    const Dispatch& d = recording.dispatches[i];
    Result<VkPipeline> pipeline = device.pipelines().get(d.kernel);
    if (!pipeline) return pipeline.error();
    if (d.barrier || i == first)
      vk.vkCmdPipelineBarrier(commands, kCompute, kCompute | VK_PIPELINE_STAGE_DRAW_INDIRECT_BIT, 0, 1, &barrier, 0, nullptr, 0, nullptr);
    if (*pipeline != bound) vk.vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, *pipeline);
    bound = *pipeline;
    const struct {
      uint64_t params, step;
      std::array<uint32_t, 4> args;
    } push{recording.params->span().address + d.params, context_.step, d.args};
    vk.vkCmdPushConstants(commands, device.pipelines().layout(), VK_SHADER_STAGE_COMPUTE_BIT, 0, sizeof push, &push);
    if (d.indirect)
      vk.vkCmdDispatchIndirect(commands, d.indirect, d.indirect_offset);
    else
      vk.vkCmdDispatch(commands, d.groups.x, d.groups.y, d.groups.z);
  }
  return {};
}

/// Cuts the dispatches into pieces of bounded work and records each.
Status VulkanPlan::make_pieces(Recording& recording) const {
  Device& device = *context_.device;
  const VolkDeviceTable& vk = device.vk();
  if (!pool_) {
    const VkCommandPoolCreateInfo info{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO, nullptr, 0, device.compute.family};
    if (VkResult r = call(CallSite::object, vk.vkCreateCommandPool, device.handle(), &info, nullptr, &pool_); r != VK_SUCCESS)
      return device.fail(r, "recording a step");
  }
  for (size_t first = 0; first < recording.dispatches.size();) {
    Piece piece;
    size_t last = first;
    while (last < recording.dispatches.size()) {
      const Cost& cost = recording.dispatches[last].cost;
      const bool full = piece.cost.flops + cost.flops > kPieceFlops || piece.cost.bytes + cost.bytes > kPieceBytes;
      if (last > first && full && recording.dispatches[last].barrier) break;
      piece.cost.flops += cost.flops;
      piece.cost.bytes += cost.bytes;
      ++last;
    }
    const VkCommandBufferAllocateInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, nullptr, pool_, VK_COMMAND_BUFFER_LEVEL_PRIMARY,
                                           1};
    const VkCommandBufferBeginInfo begin{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO, nullptr, 0, nullptr};
    if (VkResult r = call(CallSite::command, vk.vkAllocateCommandBuffers, device.handle(), &info, &piece.commands); r != VK_SUCCESS)
      return device.fail(r, "recording a step");
    if (VkResult r = call(CallSite::command, vk.vkBeginCommandBuffer, piece.commands, &begin); r != VK_SUCCESS)
      return device.fail(r, "recording a step");
    if (Status s = encode(piece.commands, recording, first, last); !s) return s;
    if (VkResult r = call(CallSite::command, vk.vkEndCommandBuffer, piece.commands); r != VK_SUCCESS)
      return device.fail(r, "recording a step");
    recording.pieces.push_back(piece);
    first = last;
  }
  return {};
}

Result<const Recording*> VulkanPlan::recording(const Bucket& bucket) const {
  if (const auto known = recordings_.find(bucket); known != recordings_.end()) return &known->second;
  Result<Recording> made = collect(bucket);
  if (!made) return made.error();
  if (Status s = make_pieces(*made); !s) return s.error();
  ++recordings_made;
  return &recordings_.emplace(bucket, std::move(*made)).first->second;
}

}  // namespace engine::vulkan
