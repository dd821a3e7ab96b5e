// Experts that lie in the computer's memory, brought to a device part by part while it computes the part before: for long prompts, where
// most experts have many tokens and the device multiplies so much faster than the processor that the way there pays.
//
// Two places on the device take turns. A layer's parts are its experts that are elsewhere, in ascending order, a fixed number to a part,
// so that plans are compiled once and stay when experts change places (runtime/hot_experts.h).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/side_worker.h"
#include "engine/result.h"
#include "forward/forward.h"
#include "forward/program.h"
#include "model/placement.h"
#include "model/weights.h"
#include "ops/backend.h"

namespace engine {

/// Experts of a layer that work in one device's memory but lie in another's, or -1 when it has none: the device they are brought to.
int streaming_device(const model::LayerPlacement& at, std::span<const std::string> device_names);

/// Bytes of both places on `device`, 0 where nothing is streamed to it. Rows as in the file.
uint64_t stream_bytes(const model::ModelWeights& host, const model::Placement& placement, std::span<const std::string> device_names,
                      int device, size_t part_bytes);

/// Writes experts [first, first + n) of a layer's file weights, with their biases, to the places from `slot` on of a share in a device's
/// own memory. As Backend::write_experts.
Status write_share(Backend& backend, const forward::ExpertShare& share, int slot, const model::LayerWeights& host, int first, int n);

class ExpertStream {
 public:
  /// Bytes of the experts of a part together, so that starting its ops costs nothing beside the way there.
  static constexpr size_t kPartBytes = size_t{64} << 20;

  /// Reserves the places and tables on `device` and gives the layers their parts (PlacedLayer::streamed). All must outlive this object.
  /// Errors: out_of_memory.
  Status open(Backend& backend, int device, const model::ModelWeights& host, const model::Placement& placement,
              std::span<const std::string> device_names, size_t part_bytes, std::vector<forward::PlacedLayer>& layers);
  [[nodiscard]] bool empty() const { return layers_.empty(); }
  [[nodiscard]] uint64_t bytes_of_step() const { return bytes_of_step_; }

  /// Experts of the layer have changed places.
  Status update(int layer, const model::LayerPlacement& at);

  /// Begins a step that needs these parts, in order; the first one is on its way when this returns. finish() ends it, also after a failure.
  void begin(std::span<const forward::Load> loads);
  /// Waits for the next part; the one after it is on its way then. Everything that reads the part before the last must have run.
  Status next();
  Status finish();

 private:
  struct Part {
    std::vector<int> experts;
    forward::ExpertShare* share = nullptr;
    int32_t* local = nullptr;  // on the device
  };
  struct Layer {
    int layer = 0;
    const model::LayerWeights* host = nullptr;
    std::vector<Part> parts;
  };
  Status add_layer(int layer, const model::LayerWeights& host, const model::LayerPlacement& at, forward::PlacedLayer& placed, size_t& turn);
  Status bring(const forward::Load& load);
  Status start(size_t i);

  Backend* backend_ = nullptr;
  int device_ = 0;
  size_t part_bytes_ = 0;
  std::vector<Layer> layers_;
  std::vector<std::unique_ptr<Buffer>> tables_;
  std::unique_ptr<Buffer> places_[2];
  std::span<const forward::Load> loads_;
  size_t at_ = 0;
  uint64_t bytes_of_step_ = 0;
  std::unique_ptr<SideWorker> worker_;  // where writes_beside_runs()
};

/// Whether a step is quicker when experts are streamed, from what steps took so far.
class StreamChoice {
 public:
  /// `least_tokens` as LoadOptions::stream_tokens; the guesses hold until there are measurements.
  StreamChoice(int least_tokens, double stream_seconds, double host_seconds_per_token)
      : least_tokens_(least_tokens), stream_seconds_(stream_seconds), host_seconds_(host_seconds_per_token) {}
  StreamChoice() = default;

  [[nodiscard]] bool streams(int tokens) const;
  /// A step of so many tokens took so long.
  void took(bool streamed, int tokens, double seconds);

 private:
  int least_tokens_ = 0;
  double stream_seconds_ = 0, host_seconds_ = 0;  // of a step; of a token
  bool stream_known_ = false, host_known_ = false;
};

}  // namespace engine
