// Launches on the emulator: a graph is the list of them.
#include "cuda/graph.h"

#include <algorithm>
#include <random>

#include "block.h"
#include "cuda/api.h"
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
  if (!hearth_emulator::current->begun)
    hearth_emulator::fail("a kernel that does not call begin_kernel()", std::source_location::current());
}

void run(const Launch& launch, const StepView* step) {
  const Argument argument{launch, step};
  hearth_emulator::run_grid({{launch.grid.x, launch.grid.y, launch.grid.z}, launch.threads, launch.shared}, run_thread, &argument);
}

class ListOfLaunches final : public Graph {
 public:
  /// Launches that may run at the same time run in any order, but for profiles.
  ListOfLaunches(std::span<const Launch> launches, const StepView* step, std::span<CUevent_st* const> marks)
      : launches_(launches.begin(), launches.end()), marks_(marks.begin(), marks.end()), step_(step) {
    if (!marks_.empty()) return;
    std::mt19937_64 random(hearth_emulator::seed());
    for (auto begin = launches_.begin(); begin != launches_.end();) {
      const auto end = std::find_if(begin + 1, launches_.end(), [](const Launch& l) { return !l.independent; });
      std::shuffle(begin, end, random);
      begin = end;
    }
  }

  Status start(CUstream_st* stream) override {
    if (const cudaError_t r = hearth_emulator::call("cudaGraphLaunch"); r != cudaSuccess) return cuda_error(r, "starting a step");
    size_t mark = 0;
    for (size_t i = 0; i < launches_.size(); ++i) {
      if (!marks_.empty() && (i == 0 || launches_[i].op != launches_[i - 1].op)) cudaEventRecord(marks_[mark++], stream);
      run(launches_[i], step_);
    }
    if (!marks_.empty()) cudaEventRecord(marks_[mark], stream);
    return {};
  }

 private:
  std::vector<Launch> launches_;
  std::vector<CUevent_st*> marks_;
  const StepView* step_;
};

}  // namespace

Result<std::unique_ptr<Graph>> make_graph(std::span<const Launch> launches, const StepView* step, std::span<CUevent_st* const> marks) {
  if (const cudaError_t r = hearth_emulator::call("cudaGraphInstantiate"); r != cudaSuccess) return cuda_error(r, "recording a step");
  return std::unique_ptr<Graph>(std::make_unique<ListOfLaunches>(launches, step, marks));
}

Status start_launch(const Launch& launch, const StepView* step, CUstream_st*) {
  if (const cudaError_t r = hearth_emulator::call("cudaLaunchKernel"); r != cudaSuccess) return cuda_error(r, "starting a step");
  run(launch, step);
  return {};
}

}  // namespace engine::cuda
