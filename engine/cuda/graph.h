// A list of launches that is replayed as a whole. The tests' emulator has an implementation of its own.
#pragma once

#include <memory>
#include <span>

#include "cuda/recorder.h"
#include "engine/result.h"

struct CUevent_st;
struct CUstream_st;

namespace engine::cuda {

class Graph {
 public:
  virtual ~Graph() = default;
  /// Starts all launches in `stream`. Errors: device.
  virtual Status start(CUstream_st* stream) = 0;
};

/// `step` is what every launch gets as its second argument. `marks`, for profiles, are recorded in turn: in front of the first launch and
/// behind the last one of every op; such graphs are slower. Errors: device, out_of_memory.
Result<std::unique_ptr<Graph>> make_graph(std::span<const Launch> launches, const StepView* step, std::span<CUevent_st* const> marks = {});

/// One launch by itself, to find the one that fails. Errors: device.
Status start_launch(const Launch& launch, const StepView* step, CUstream_st* stream);

}  // namespace engine::cuda
