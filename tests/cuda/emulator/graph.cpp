// Launches on the emulator: a graph is the list of them.
#include "cuda/graph.h"

#include <algorithm>
#include <random>

#include "block.h"
#include "cuda/api.h"
#include "cuda/order.h"
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
  /// Launches run in any order that keeps what each follows, but for profiles.
  ListOfLaunches(std::span<const Launch> launches, const StepView* step, std::span<CUevent_st* const> marks)
      : launches_(launches.begin(), launches.end()), marks_(marks.begin(), marks.end()), step_(step) {
    if (marks_.empty()) shuffle();
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
  void shuffle() {
    const std::vector<Follower> order = launch_order(launches_, true);
    std::vector<Launch> shuffled;
    std::vector<bool> done(order.size());
    std::mt19937_64 random(hearth_emulator::seed());
    const auto ready = [&](size_t i) {
      return !done[i] && std::all_of(order[i].before.begin(), order[i].before.end(), [&](size_t before) { return done[before]; });
    };
    size_t first = 0;  // all before it are done
    while (shuffled.size() < order.size()) {
      std::vector<size_t> next;
      for (size_t i = first; i < order.size() && i < first + kWindow; ++i)
        if (ready(i)) next.push_back(i);
      const size_t drawn = next[random() % next.size()];
      done[drawn] = true;
      shuffled.push_back(launches_[drawn]);
      while (first < done.size() && done[first]) ++first;
    }
    launches_ = std::move(shuffled);
  }

  static constexpr size_t kWindow = 16;  // launches that are looked at for the next: more than run at the same time
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
