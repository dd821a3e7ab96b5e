// What a launch costs in a graph of launches that wait for each other, by how much code they have: chains of one kernel, and of several in
// turn, whose code is more than a multiprocessor keeps. docs/performance.md says what for.
//   launch_cost        prints microseconds a launch, medians of nine
#include <cuda_runtime.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

namespace {

constexpr int kLaunches = 384, kRepeats = 9, kBlocks = 132, kThreads = 128, kSums = 8;

void check(cudaError_t r, const char* what) {
  if (r == cudaSuccess) return;
  std::fprintf(stderr, "%s: %s\n", what, cudaGetErrorString(r));
  std::exit(1);
}

/// N multiplications in a row without a branch; each KIND has code of its own. A thread has eight sums, so that none waits for the one
/// before it.
template <int KIND, int N>
__global__ void straight(float* values) {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.wait;" ::: "memory");
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
  const float x = values[threadIdx.x];
  float sums[kSums];
#pragma unroll
  for (int i = 0; i < kSums; ++i) sums[i] = x + static_cast<float>(i + KIND);
#pragma unroll
  for (int i = 0; i < N; ++i) sums[i % kSums] = fmaf(sums[i % kSums], 0.5f, x + static_cast<float>(KIND));
  float sum = 0;
#pragma unroll
  for (int i = 0; i < kSums; ++i) sum += sums[i];
  values[threadIdx.x] = sum * 1e-3f;
}

using Kernel = void (*)(float*);
constexpr int kKinds = 16;

template <int N, int... KIND>
constexpr std::array<Kernel, kKinds> kinds(std::integer_sequence<int, KIND...>) {
  return {straight<KIND, N>...};
}

cudaGraphExec_t chain(const std::array<Kernel, kKinds>& kernels, int in_turn, bool overlapping, float* values) {
  cudaGraph_t graph;
  check(cudaGraphCreate(&graph, 0), "graph");
  cudaGraphEdgeData edge{};
  if (overlapping) edge.from_port = cudaGraphKernelNodePortProgrammatic, edge.type = cudaGraphDependencyTypeProgrammatic;
  cudaGraphNode_t before{};
  for (int i = 0; i < kLaunches; ++i) {
    void* arguments[] = {&values};
    cudaGraphNodeParams node{};
    node.type = cudaGraphNodeTypeKernel;
    node.kernel.func = reinterpret_cast<void*>(kernels[static_cast<size_t>(i % in_turn)]);
    node.kernel.gridDim = dim3(kBlocks), node.kernel.blockDim = dim3(kThreads);
    node.kernel.kernelParams = arguments;
    cudaGraphNode_t added;
    check(cudaGraphAddNode(&added, graph, &before, &edge, i > 0 ? 1 : 0, &node), "launch");
    before = added;
  }
  cudaGraphExec_t runnable;
  check(cudaGraphInstantiate(&runnable, graph, 0), "instantiate");
  check(cudaGraphDestroy(graph), "destroy");
  return runnable;
}

/// Microseconds a launch.
double time(cudaGraphExec_t graph, cudaStream_t stream) {
  cudaEvent_t begin, end;
  check(cudaEventCreate(&begin), "event");
  check(cudaEventCreate(&end), "event");
  std::vector<float> times(kRepeats);
  check(cudaGraphLaunch(graph, stream), "start");  // warms up
  for (float& t : times) {
    check(cudaEventRecord(begin, stream), "record");
    check(cudaGraphLaunch(graph, stream), "start");
    check(cudaEventRecord(end, stream), "record");
    check(cudaEventSynchronize(end), "wait");
    check(cudaEventElapsedTime(&t, begin, end), "time");
  }
  std::sort(times.begin(), times.end());
  check(cudaEventDestroy(begin), "event");
  check(cudaEventDestroy(end), "event");
  return times[kRepeats / 2] * 1e3 / kLaunches;
}

template <int N>
void row(float* values, cudaStream_t stream) {
  const std::array<Kernel, kKinds> kernels = kinds<N>(std::make_integer_sequence<int, kKinds>());
  std::printf("%6d ", N);
  for (const bool overlapping : {false, true})
    for (const int in_turn : {1, 4, kKinds}) {
      cudaGraphExec_t graph = chain(kernels, in_turn, overlapping, values);
      std::printf("%8.2f", time(graph, stream));
      check(cudaGraphExecDestroy(graph), "destroy");
    }
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

int main() {
  cudaDeviceProp device;
  check(cudaGetDeviceProperties(&device, 0), "device");
  float* values;
  check(cudaMalloc(&values, kThreads * sizeof(float)), "memory");
  check(cudaMemset(values, 0, kThreads * sizeof(float)), "memory");
  cudaStream_t stream;
  check(cudaStreamCreate(&stream), "stream");
  std::printf("%s: us a launch of %d x %d threads, by multiplications in a row and kernels in turn\n", device.name, kBlocks, kThreads);
  std::printf("       full edges: 1      4     16   overlapping: 1      4     16\n");
  row<64>(values, stream);
  row<256>(values, stream);
  row<512>(values, stream);
  row<1024>(values, stream);
  row<2048>(values, stream);
  row<4096>(values, stream);
  return 0;
}
