// Graphs of the CUDA runtime.
#include "cuda/graph.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <vector>

#include "cuda/api.h"
#include "cuda/order.h"

namespace engine::cuda {
namespace {

constexpr size_t kFreeShared = 48 * 1024;  // that a kernel may use without asking, its fixed arrays included

/// Asks for the dynamic shared memory of a launch where that is needed. The wish belongs to the kernel on the current device.
cudaError_t allow_shared(const void* function, size_t bytes) {
  static std::mutex mutex;
  static std::map<std::pair<int, const void*>, size_t> allowed;
  if (bytes == 0) return cudaSuccess;
  int device = 0;
  if (const cudaError_t r = cudaGetDevice(&device); r != cudaSuccess) return r;
  const std::lock_guard lock(mutex);
  const auto [it, added] = allowed.emplace(std::pair{device, function}, 0);
  if (cudaFuncAttributes attributes{}; added) {
    if (const cudaError_t r = done(cudaFuncGetAttributes(&attributes, function)); r != cudaSuccess) return r;
    it->second = kFreeShared - std::min(kFreeShared, attributes.sharedSizeBytes);
  }
  if (bytes <= it->second) return cudaSuccess;
  const cudaError_t r = done(cudaFuncSetAttribute(function, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(bytes)));
  if (r == cudaSuccess) it->second = bytes;
  return r;
}

dim3 dim(const Grid& grid) {
  return {grid.x, grid.y, grid.z};
}

/// HEARTH_CUDA_SERIAL: every launch waits for the end of the one in front.
bool serial() {
  static const bool asked = std::getenv("HEARTH_CUDA_SERIAL") != nullptr;
  return asked;
}

/// HEARTH_CUDA_ONE_BRANCH: no launches run beside each other, to measure what that brings.
bool forks() {
  static const bool one = std::getenv("HEARTH_CUDA_ONE_BRANCH") != nullptr;
  return !one && !serial();
}

/// HEARTH_CUDA_OVERLAP_BRANCHES: launches overlap where branches begin and end as well, to measure whether drivers allow that and what it
/// brings.
bool overlaps_branches() {
  static const bool asked = std::getenv("HEARTH_CUDA_OVERLAP_BRANCHES") != nullptr;
  return asked;
}

/// Whether launches may begin while the one in front of them ends.
bool can_overlap() {
  int device = 0, major = 0;
  if (serial() || cudaGetDevice(&device) != cudaSuccess) return false;
  return cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device) == cudaSuccess && major >= 9;
}

/// Whether begin_kernel() (common.cuh) of this kernel waits: it was compiled for GPUs that can, not for older ones and carried over.
bool waits(const void* function) {
  static std::mutex mutex;
  static std::map<const void*, bool> known;
  const std::lock_guard lock(mutex);
  const auto [it, added] = known.emplace(function, false);
  cudaFuncAttributes attributes{};
  if (added) it->second = done(cudaFuncGetAttributes(&attributes, function)) == cudaSuccess && attributes.ptxVersion >= 90;
  return it->second;
}

cudaError_t add_node(cudaGraphNode_t* out, cudaGraph_t graph, std::span<const cudaGraphNode_t> before, const cudaGraphEdgeData* edges,
                     cudaGraphNodeParams& params) {
#if CUDART_VERSION >= 13000
  return done(cudaGraphAddNode(out, graph, before.data(), edges, before.size(), &params));
#else
  return done(cudaGraphAddNode_v2(out, graph, before.data(), edges, before.size(), &params));
#endif
}

class RuntimeGraph final : public Graph {
 public:
  ~RuntimeGraph() override { drop(); }

  /// A driver that knows no overlapping launches gets a graph without them.
  Status open(std::span<const Launch> launches, const StepView* step, std::span<const cudaEvent_t> marks) {
    const bool overlapping = marks.empty() && can_overlap();
    cudaError_t r = build(launches, step, marks, overlapping);
    if (r != cudaSuccess && r != cudaErrorMemoryAllocation && overlapping) {
      drop();
      r = build(launches, step, marks, false);
    }
    return r == cudaSuccess ? Status() : Status(cuda_error(r, "recording a step"));
  }

  Status start(cudaStream_t stream) override {
    const cudaError_t r = done(cudaGraphLaunch(runnable_, stream));
    return r == cudaSuccess ? Status() : Status(cuda_error(r, "starting a step"));
  }

 private:
  void drop() {
    if (runnable_) cudaGraphExecDestroy(runnable_);
    if (graph_) cudaGraphDestroy(graph_);
    runnable_ = nullptr;
    graph_ = nullptr;
  }

  cudaError_t build(std::span<const Launch> launches, const StepView* step, std::span<const cudaEvent_t> marks, bool overlapping) {
    cudaError_t r = done(cudaGraphCreate(&graph_, 0));
    if (r == cudaSuccess) r = add_all(launches, step, marks, overlapping);
    return r == cudaSuccess ? done(cudaGraphInstantiate(&runnable_, graph_, 0)) : r;
  }

  /// Times are taken op by op, one after the other.
  cudaError_t add_all(std::span<const Launch> launches, const StepView* step, std::span<const cudaEvent_t> marks, bool overlapping) {
    std::vector<cudaGraphNode_t> entry;
    if (marks.empty()) return add_group(launches, step, overlapping, forks(), entry);
    for (size_t first = 0; first < launches.size();) {
      size_t last = first;
      while (last < launches.size() && launches[last].op == launches[first].op) ++last;
      if (const cudaError_t r = add_mark(marks, entry); r != cudaSuccess) return r;
      if (const cudaError_t r = add_group(launches.subspan(first, last - first), step, false, false, entry); r != cudaSuccess) return r;
      first = last;
    }
    return add_mark(marks, entry);
  }

  /// Launches behind `entry`, which becomes the last of them.
  cudaError_t add_group(std::span<const Launch> launches, const StepView* step, bool overlapping, bool branches,
                        std::vector<cudaGraphNode_t>& entry) {
    cudaGraphEdgeData overlap{};
    overlap.from_port = cudaGraphKernelNodePortProgrammatic;
    overlap.type = cudaGraphDependencyTypeProgrammatic;
    const std::vector<Follower> order = launch_order(launches, branches);
    std::vector<cudaGraphNode_t> nodes(launches.size()), before;
    const auto nodes_of = [&nodes](const std::vector<size_t>& which) {
      std::vector<cudaGraphNode_t> found;
      for (const size_t i : which) found.push_back(nodes[i]);
      return found;
    };
    for (size_t i = 0; i < launches.size(); ++i) {
      before = order[i].before.empty() ? entry : nodes_of(order[i].before);
      const bool overlaps =
          overlapping && !order[i].before.empty() && (order[i].only_one || overlaps_branches()) && waits(launches[i].function);
      const std::vector<cudaGraphEdgeData> edges(overlaps ? before.size() : 0, overlap);
      const cudaError_t r = add(launches[i], step, before, overlaps ? edges.data() : nullptr, nodes[i]);
      if (r != cudaSuccess) return r;
    }
    entry = nodes_of(last_launches(order));
    return cudaSuccess;
  }

  /// Records the first of `marks`, which is taken from them, behind the nodes before.
  cudaError_t add_mark(std::span<const cudaEvent_t>& marks, std::vector<cudaGraphNode_t>& before) {
    cudaGraphNodeParams node{};
    node.type = cudaGraphNodeTypeEventRecord;
    node.eventRecord.event = marks.front();
    marks = marks.subspan(1);
    cudaGraphNode_t added = nullptr;
    const cudaError_t r = add_node(&added, graph_, before, nullptr, node);
    before.assign(1, added);
    return r;
  }

  /// `edges`: of the nodes before; null: each has ended.
  cudaError_t add(const Launch& launch, const StepView* step, std::span<const cudaGraphNode_t> before, const cudaGraphEdgeData* edges,
                  cudaGraphNode_t& added) {
    if (const cudaError_t r = allow_shared(launch.function, launch.shared); r != cudaSuccess) return r;
    void* arguments[] = {const_cast<std::byte*>(launch.params.data()), &step};
    cudaGraphNodeParams node{};
    node.type = cudaGraphNodeTypeKernel;
    node.kernel.func = const_cast<void*>(launch.function);
    node.kernel.gridDim = dim(launch.grid);
    node.kernel.blockDim = dim3(launch.threads);
    node.kernel.sharedMemBytes = static_cast<unsigned>(launch.shared);
    node.kernel.kernelParams = arguments;
    return add_node(&added, graph_, before, edges, node);
  }

  cudaGraph_t graph_ = nullptr;
  cudaGraphExec_t runnable_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<Graph>> make_graph(std::span<const Launch> launches, const StepView* step, std::span<CUevent_st* const> marks) {
  auto graph = std::make_unique<RuntimeGraph>();
  if (Status s = graph->open(launches, step, marks); !s) return s.error();
  return std::unique_ptr<Graph>(std::move(graph));
}

Status start_launch(const Launch& launch, const StepView* step, CUstream_st* stream) {
  void* arguments[] = {const_cast<std::byte*>(launch.params.data()), &step};
  cudaError_t r = allow_shared(launch.function, launch.shared);
  if (r == cudaSuccess)
    r = done(cudaLaunchKernel(launch.function, dim(launch.grid), dim3(launch.threads), arguments, launch.shared, stream));
  return r == cudaSuccess ? Status() : Status(cuda_error(r, "starting a step"));
}

}  // namespace engine::cuda
