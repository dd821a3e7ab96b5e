// Launches on the emulator: a graph is the list of them.
#include "cuda/graph.h"

#include <algorithm>
#include <cstdlib>
#include <random>
#include <utility>

#include "block.h"
#include "cuda/api.h"
#include "cuda/order.h"
#include "emulated_device.h"
#include "watch.h"

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

void run(const Launch& launch, const StepView* step, const hearth_emulator::Early* early = nullptr) {
  const Argument argument{launch, step};
  hearth_emulator::run_grid({{launch.grid.x, launch.grid.y, launch.grid.z}, launch.threads, launch.shared}, run_thread, &argument, early);
}

/// HEARTH_CUDA_EMULATOR_EARLY: before begin_kernel() what the launches in front write is not there, as if all overlapped that may
/// (HEARTH_CUDA_OVERLAP_BRANCHES included).
bool begins_early() {
  static const bool asked = std::getenv("HEARTH_CUDA_EMULATOR_EARLY") != nullptr;
  return asked;
}

using hearth_emulator::Bytes;

/// `written` is anything, NaN as numbers, while the part of a block runs that may be early.
hearth_emulator::Early without(const std::vector<Bytes>& written, std::vector<std::byte>& kept) {
  const auto enter = [&written, &kept] {
    kept.clear();
    for (const Bytes& w : written) {
      kept.insert(kept.end(), w.begin(), w.end());
      std::fill(w.begin(), w.end(), std::byte{0xff});
    }
  };
  const auto leave = [&written, &kept] {
    const std::byte* from = kept.data();
    for (const Bytes& w : written) std::copy_n(std::exchange(from, from + w.size()), w.size(), w.begin());
  };
  return {enter, leave};
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
    if (marks_.empty() && launches_.size() > 1 && begins_early()) return run_early(), Status();
    size_t mark = 0;
    for (size_t i = 0; i < launches_.size(); ++i) {
      if (!marks_.empty() && (i == 0 || launches_[i].op != launches_[i - 1].op)) cudaEventRecord(marks_[mark++], stream);
      run(launches_[i], step_);
    }
    if (!marks_.empty()) cudaEventRecord(marks_[mark], stream);
    return {};
  }

 private:
  void run_early() {
    hearth_emulator::WriteWatch watch(hearth_emulator::device_memory());
    std::vector<std::vector<Bytes>> written(launches_.size());
    std::vector<std::byte> kept;
    for (size_t i = 0; i < launches_.size(); ++i) {
      std::vector<Bytes> absent;
      for (const size_t before : in_front_[i]) absent.insert(absent.end(), written[before].begin(), written[before].end());
      const hearth_emulator::Early early = without(absent, kept);
      run(launches_[i], step_, &early);
      written[i] = watch.changes();
    }
  }

  void shuffle() {
    const std::vector<Follower> order = launch_order(launches_, true);
    std::vector<Launch> shuffled;
    std::vector<bool> done(order.size());
    std::vector<size_t> place(order.size());
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
      place[drawn] = shuffled.size();
      in_front_.emplace_back();
      for (const size_t before : order[drawn].before) in_front_.back().push_back(place[before]);
      shuffled.push_back(launches_[drawn]);
      while (first < done.size() && done[first]) ++first;
    }
    launches_ = std::move(shuffled);
  }

  static constexpr size_t kWindow = 16;  // launches that are looked at for the next: more than run at the same time
  std::vector<Launch> launches_;
  std::vector<std::vector<size_t>> in_front_;  // of each the launches that it follows
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
