// Launches on the emulator: a graph is the list of them.
#include "cuda/graph.h"

#include <fmt/format.h>

#include "block.h"
#include "emulated_device.h"

namespace engine::cuda {
namespace {

struct Argument {
  const Launch& launch;
  const StepView* step;
};

void run_thread(const void* argument) {
  const auto& [launch, step] = *static_cast<const Argument*>(argument);
  launch.invoke(launch.function, launch.params.data(), step);
}

Status run(const Launch& launch, const StepView* step, const char* call) {
  if (const cudaError_t error = hearth_emulator::call(call); error != cudaSuccess)
    return Error{ErrorCode::device, fmt::format("The GPU failed: {}.", cudaGetErrorName(error)), ""};
  if (launch.grid.x == 0 || launch.grid.y == 0 || launch.grid.z == 0) return {};
  const Argument argument{launch, step};
  hearth_emulator::run_grid({{launch.grid.x, launch.grid.y, launch.grid.z}, launch.threads, launch.shared}, run_thread, &argument);
  return {};
}

class ListOfLaunches final : public Graph {
 public:
  ListOfLaunches(std::span<const Launch> launches, const StepView* step) : launches_(launches.begin(), launches.end()), step_(step) {}

  Status start(CUstream_st*) override {
    for (const Launch& launch : launches_)
      if (Status status = run(launch, step_, "cudaGraphLaunch"); !status) return status;
    return {};
  }

 private:
  std::vector<Launch> launches_;
  const StepView* step_;
};

}  // namespace

Result<std::unique_ptr<Graph>> make_graph(std::span<const Launch> launches, const StepView* step) {
  if (const cudaError_t error = hearth_emulator::call("cudaGraphInstantiate"); error != cudaSuccess)
    return Error{error == cudaErrorMemoryAllocation ? ErrorCode::out_of_memory : ErrorCode::device,
                 fmt::format("The GPU failed: {}.", cudaGetErrorName(error)), ""};
  return std::unique_ptr<Graph>(std::make_unique<ListOfLaunches>(launches, step));
}

Status start_launch(const Launch& launch, const StepView* step, CUstream_st*) {
  return run(launch, step, "cudaLaunchKernel");
}

}  // namespace engine::cuda
