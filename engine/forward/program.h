// What the forward pass produces: segments of ops, each for one device, and transfers between devices.
//
// Ordering: nodes of one device run in list order; a transfer waits for everything before it on its source, and later
// nodes of its destination wait for the transfer; a load waits for the segment behind the load before the last. Nothing else waits, so work
// on different devices may overlap.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "ops/ops.h"

namespace engine::forward {

struct Segment {
  int device = 0;
  std::vector<Op> ops;
};

/// Copies bytes_per_token * T bytes (T = tokens of the step).
struct Transfer {
  int from = 0, to = 0;
  const void* src = nullptr;
  void* dst = nullptr;
  size_t bytes_per_token = 0;
};

/// Brings part `part` of a layer's streamed experts to where the ops of its ExpertShare read them.
struct Load {
  int device = 0;
  int layer = 0, part = 0;
};

using Node = std::variant<Segment, Transfer, Load>;
using Program = std::vector<Node>;

/// Appends ops to the open segment of a device, opening one where the last node of the list cannot take it.
class ProgramBuilder {
 public:
  void add(int device, Op op) {
    if (nodes_.empty() || !std::holds_alternative<Segment>(nodes_.back()) || std::get<Segment>(nodes_.back()).device != device)
      nodes_.push_back(Segment{device, {}});
    std::get<Segment>(nodes_.back()).ops.push_back(std::move(op));
  }
  void transfer(Transfer t) { nodes_.push_back(t); }
  void load(Load l) { nodes_.push_back(l); }
  Program take() { return std::move(nodes_); }

 private:
  Program nodes_;
};

}  // namespace engine::forward
