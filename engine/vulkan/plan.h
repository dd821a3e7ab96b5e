// A plan: its ops, and one recording for each bucket of step sizes that came up. A recording is command buffers that are
// submitted again for every step; nothing is recorded per step.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <vector>

#include "ops/backend.h"
#include "vulkan/device.h"
#include "vulkan/memory.h"
#include "vulkan/recorder.h"

namespace engine::vulkan {

/// Frees a span with its last user.
class OwnedSpan {
 public:
  OwnedSpan(std::shared_ptr<Device> device, Span span) : device_(std::move(device)), span_(span) {}
  ~OwnedSpan();
  OwnedSpan(const OwnedSpan&) = delete;
  OwnedSpan& operator=(const OwnedSpan&) = delete;
  [[nodiscard]] const Span& span() const { return span_; }

 private:
  std::shared_ptr<Device> device_;
  Span span_;
};

/// Memory that all plans of a backend share, because they never run at the same time.
class ScratchPool {
 public:
  explicit ScratchPool(std::shared_ptr<Device> device) : device_(std::move(device)) {}
  /// At least `bytes`; a larger wish makes a new buffer, and earlier users keep theirs. Errors: out_of_memory.
  Result<std::shared_ptr<OwnedSpan>> get(Scratch name, size_t bytes);

 private:
  std::shared_ptr<Device> device_;
  std::array<std::shared_ptr<OwnedSpan>, static_cast<size_t>(Scratch::count)> spans_;
};

/// One dispatch as an op asked for it.
struct Dispatch {
  Kernel kernel;
  size_t params = 0;  // offset in the parameter memory
  Groups groups;
  std::array<uint32_t, 4> args{};
  VkBuffer indirect = VK_NULL_HANDLE;  // with the grid at indirect_offset; null: `groups`
  VkDeviceSize indirect_offset = 0;
  bool barrier = true;
  int op = 0;  // index in the plan, for profiles and errors
  Cost cost;
};

/// Commands that are submitted together; cancel is looked at between pieces.
struct Piece {
  VkCommandBuffer commands = VK_NULL_HANDLE;
  Cost cost;
};

struct Recording {
  std::vector<Dispatch> dispatches;
  std::shared_ptr<OwnedSpan> params;
  std::vector<std::shared_ptr<OwnedSpan>> scratch;  // kept alive
  std::vector<Piece> pieces;
};

/// What a plan needs from its backend.
struct PlanContext {
  std::shared_ptr<Device> device;
  StepLimits limits;
  Tier tier = Tier::fp32;
  uint64_t step = 0;  // address of the step inputs
  ScratchPool* scratch = nullptr;
};

class VulkanPlan final : public Plan {
 public:
  VulkanPlan(PlanContext context, std::vector<Op> ops) : context_(std::move(context)), ops_(std::move(ops)) {}
  ~VulkanPlan() override;

  /// Finds out what all buckets need: refusals, scratch, kernels, which are queued for compilation. Errors: unsupported,
  /// out_of_memory.
  Status prepare();

  /// The recording for a step of these sizes, made now when it is the first of its bucket. Errors: device, out_of_memory.
  Result<const Recording*> recording(const Bucket& bucket) const;

  [[nodiscard]] const std::vector<Op>& ops() const { return ops_; }
  [[nodiscard]] const PlanContext& context() const { return context_; }

  /// The bucket that a step falls into.
  [[nodiscard]] static Bucket bucket_of(const StepInputs& step, const StepLimits& limits);

  /// Encodes dispatches [first, last) into `commands`.
  Status encode(VkCommandBuffer commands, const Recording& recording, size_t first, size_t last) const;

  /// Recordings made by all plans of the process so far.
  static uint64_t recordings();

 private:
  Result<Recording> collect(const Bucket& bucket) const;
  Status make_pieces(Recording& recording) const;

  PlanContext context_;
  std::vector<Op> ops_;
  mutable std::map<Bucket, Recording> recordings_;
  mutable std::map<const double*, std::shared_ptr<OwnedSpan>> turns_;
  mutable VkCommandPool pool_ = VK_NULL_HANDLE;
};

}  // namespace engine::vulkan
