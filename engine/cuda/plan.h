// A plan: its ops, and one recording for each bucket of step sizes that came up. A recording is a few graphs that are started again for
// every step; nothing is recorded per step.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <vector>

#include "cuda/device.h"
#include "cuda/graph.h"
#include "cuda/memory.h"
#include "cuda/recorder.h"
#include "ops/backend.h"

namespace engine::cuda {

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

/// Launches that are started together; cancel is looked at between pieces.
struct Piece {
  std::unique_ptr<Graph> graph;
  Cost cost;
  int first_op = 0, last_op = 0;
};

struct Recording {
  std::vector<Launch> launches;
  std::vector<std::shared_ptr<OwnedSpan>> scratch;  // kept alive
  std::vector<Piece> pieces;
};

/// What a plan needs from its backend.
struct PlanContext {
  std::shared_ptr<Device> device;
  StepLimits limits;
  const StepView* step = nullptr;  // on the device
  ScratchPool* scratch = nullptr;
};

/// Sizes that stand for all others: decode steps of one and of several tokens, prompt steps that take small and large tiles.
std::vector<Bucket> sample_buckets(const StepLimits& limits);

class CudaPlan final : public Plan {
 public:
  CudaPlan(PlanContext context, std::vector<Op> ops) : context_(std::move(context)), ops_(std::move(ops)) {}
  ~CudaPlan() override;

  /// Finds out what all buckets need: refusals and scratch. Errors: unsupported, out_of_memory.
  Status prepare();

  /// The recording for a step of these sizes, made now when it is the first of its bucket. Errors: device, out_of_memory.
  Result<const Recording*> recording(const Bucket& bucket) const;

  [[nodiscard]] const std::vector<Op>& ops() const { return ops_; }
  [[nodiscard]] const PlanContext& context() const { return context_; }

  /// The bucket that a step falls into.
  [[nodiscard]] static Bucket bucket_of(const StepInputs& step, const StepLimits& limits);

  /// `error` of ops [first, last], with their names.
  [[nodiscard]] Error failed(Error error, int first, int last) const;

  /// Recordings made by all plans of the process so far.
  static uint64_t recordings();

 private:
  Result<Recording> collect(const Bucket& bucket) const;
  Status make_pieces(Recording& recording, bool whole) const;

  PlanContext context_;
  std::vector<Op> ops_;
  mutable std::map<Bucket, Recording> recordings_;
  mutable std::map<const double*, std::shared_ptr<OwnedSpan>> turns_;
};

}  // namespace engine::cuda
