// Parts of the forward pass that forward.cpp strings together.
#pragma once

#include <vector>

#include "forward/forward.h"

namespace engine::forward {

/// Results of a block that the next add_norm sums up, on the device that holds the residual stream.
struct Pending {
  struct Part {
    const float* data = nullptr;  // [T][n_embd]
    const float* gate = nullptr;  // [T], AddNormOp
  };
  std::vector<Part> parts;  // at most 3
};

/// Emits lora for `w` with its result in `buffer`, and says how the consumer reads it. `op` brings form and input; without
/// adapters nothing is emitted and the addend is empty.
Addend adapt(const Inputs& in, ProgramBuilder& program, int device, const Weight& w, float* buffer, LoraOp op);

struct LayerContext {
  const Inputs& in;
  int layer = 0;
  ProgramBuilder& program;

  [[nodiscard]] const model::LayerPlacement& at() const { return in.placement.layers[static_cast<size_t>(layer)]; }
  [[nodiscard]] const PlacedLayer& weights() const { return in.model.layers[static_cast<size_t>(layer)]; }
  [[nodiscard]] const Activations& act(int device) const { return in.activations[static_cast<size_t>(device)]; }

  /// adapt() for the plain product W x of all tokens, into addend `i` of the device.
  [[nodiscard]] Addend adapt_rows(int device, const Weight& w, const float* x, int i) const;
};

/// x += pending; xn = norm(x). Takes pending over.
void add_norm(ProgramBuilder& program, int device, const Activations& a, Pending& pending, const float* weight, const model::Config& c,
              Rows rows);

/// Attention of xn; its projected result becomes pending.
void attention(const LayerContext& ctx, Pending& pending);

/// Feed-forward of xn: dense, or shared and routed experts on their devices; the partial results become pending on
/// `next_device`, which holds the residual stream of the next block.
void feed_forward(const LayerContext& ctx, int next_device, Pending& pending);

}  // namespace engine::forward
