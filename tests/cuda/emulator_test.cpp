// The emulator of CUDA against plain loops.
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <vector>

#include "cuda/device/mma.cuh"
#include "emulated_device.h"
#include "watch.h"

namespace {

using namespace hearth_emulator;

/// Runs `body` for every thread of the grid.
template <class F>
void launch(LaunchConfig config, const F& body, const Early* early = nullptr) {
  run_grid(
      config, [](const void* f) { (*static_cast<const F*>(f))(); }, &body, early);
}

unsigned thread() {
  return blockIdx.x * blockDim.x + threadIdx.x;
}

TEST(Threads, EveryOneRunsOnce) {
  std::vector<int> runs(3 * 2 * 5 * 96);
  launch({{3, 2, 5}, 96, 0}, [&] {
    EXPECT_EQ(gridDim.z, 5u);
    EXPECT_EQ(blockDim.x, 96u);
    ++runs[((blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x) * blockDim.x + threadIdx.x];
  });
  EXPECT_EQ(runs, std::vector<int>(runs.size(), 1));
}

TEST(Collectives, ShufflesMoveValues) {
  std::vector<int> failures(4 * 1024);
  launch({{4, 1, 1}, 1024, 0}, [&] {
    const int t = static_cast<int>(thread()), lane = t % 32, first = t - lane;
    const auto check = [&](bool ok) { failures[t] += !ok; };
    for (int round = 0; round < 3; ++round) {
      for (int i = 1; i < 32; i *= 2) check(__shfl_xor_sync(engine::cuda::kAllLanes, t, i) == first + (lane ^ i));
      check(__shfl_xor_sync(engine::cuda::kAllLanes, t, 5, 8) == first + (lane ^ 5));
      check(__shfl_sync(engine::cuda::kAllLanes, 2.5 * t, 7) == 2.5 * (first + 7));
      check(__shfl_sync(engine::cuda::kAllLanes, t, lane + 3) == first + (lane + 3) % 32);
      check(__shfl_sync(engine::cuda::kAllLanes, t, 3, 8) == first + lane / 8 * 8 + 3);
      check(__shfl_up_sync(engine::cuda::kAllLanes, t, 4) == (lane < 4 ? t : t - 4));
      check(__shfl_up_sync(engine::cuda::kAllLanes, t, 1, 4) == (lane % 4 == 0 ? t : t - 1));
      check(__shfl_down_sync(engine::cuda::kAllLanes, t, 4) == (lane >= 28 ? t : t + 4));
      check(__shfl_down_sync(engine::cuda::kAllLanes, t, 1, 4) == (lane % 4 == 3 ? t : t + 1));
      check(__ballot_sync(engine::cuda::kAllLanes, lane % 3 == 0) == 0x49249249u);
      check(__any_sync(engine::cuda::kAllLanes, lane == 9) && !__any_sync(engine::cuda::kAllLanes, 0));
      check(__all_sync(engine::cuda::kAllLanes, 1) && !__all_sync(engine::cuda::kAllLanes, lane != 9));
      check(engine::cuda::warp_sum(static_cast<float>(t)) == static_cast<float>(32 * first + 496));
      __syncwarp();
    }
  });
  EXPECT_EQ(failures, std::vector<int>(failures.size(), 0));
}

TEST(Collectives, BarriersOrderMemory) {
  std::vector<int> failures(8 * 512);
  launch({{8, 1, 1}, 512, 512 * sizeof(int)}, [&] {
    HEARTH_DYNAMIC_SHARED(int, all);
    __shared__ float partial[32];
    const int t = static_cast<int>(threadIdx.x);
    for (int round = 0; round < 5; ++round) {
      all[t] = t + round;
      __syncthreads();
      failures[thread()] += all[(t + 77 * round) % 512] != (t + 77 * round) % 512 + round;
      __syncthreads();
      if (t % 32 < round) continue;  // barriers of all threads only
    }
    failures[thread()] += engine::cuda::block_sum(1.0f, partial) != 512.0f;
  });
  EXPECT_EQ(failures, std::vector<int>(failures.size(), 0));
}

TEST(Collectives, ThreadsThatHaveReturnedAreNotWaitedFor) {
  std::vector<int> sums(4);
  launch({{4, 1, 1}, 128, 0}, [&] {
    __shared__ int sum;
    if (threadIdx.x == 0) sum = 0;
    __syncthreads();
    if (threadIdx.x % 5 == 1 || threadIdx.x >= 96) return;
    atomicAdd(&sum, 1);
    __syncwarp();
    __syncthreads();
    if (threadIdx.x == 0) sums[blockIdx.x] = sum;
  });
  EXPECT_EQ(sums, std::vector<int>(4, 77));
}

TEST(Memory, SharedMemoryBeginsWithAnything) {
  launch({{2, 1, 1}, 32, 64}, [] {
    HEARTH_DYNAMIC_SHARED(float, values);
    if (threadIdx.x >= 16) return;
    EXPECT_TRUE(std::isnan(values[threadIdx.x]));
    values[threadIdx.x] = 0;
  });
}

TEST(Memory, AtomicsOfManyBlocks) {
  int sum = 0, most = -1;
  unsigned swapped = 0;
  launch({{64, 1, 1}, 64, 0}, [&] {
    atomicAdd(&sum, 2);
    atomicMax(&most, static_cast<int>(thread()));
    for (unsigned seen = swapped; (seen = atomicCAS(&swapped, seen, seen + 1)) + 1 == 0;) {
    }
  });
  EXPECT_EQ(sum, 2 * 64 * 64);
  EXPECT_EQ(most, 64 * 64 - 1);
}

// ---- Tensor cores: fragments filled by their documented layout, against plain matrix products

template <class T>
std::vector<T> random_values(size_t n, int low, int high, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<T> values(n);
  for (T& v : values) v = static_cast<T>(low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1)));
  return values;
}

TEST(Early, NothingIsThereBeforeTheKernelBegins) {
  int value = 0, runs = 0;
  const Early early{[&] { value = 1; }, [&] { value = 2, ++runs; }};
  std::vector<int> seen(3 * 128), after(3 * 128);
  launch(
      {{3, 1, 1}, 128, 0},
      [&] {
        if (threadIdx.x / 32 == 3) return engine::cuda::begin_kernel();
        seen[thread()] = value;
        if (threadIdx.x / 32 != 1) engine::cuda::begin_kernel();  // warp 1 comes late, the others wait for it at the barrier
        if (threadIdx.x / 32 == 1) engine::cuda::begin_kernel();
        after[thread()] = value;
        __syncthreads();
      },
      &early);
  EXPECT_EQ(runs, 3);
  for (size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i], i % 128 < 96 ? 1 : 0);
    EXPECT_EQ(after[i], i % 128 < 96 ? 2 : 0);
  }
}

TEST(Early, WritesAreFoundByPages) {
  void* p = nullptr;
  ASSERT_EQ(cudaMalloc(&p, 40000), cudaSuccess);
  auto* const bytes = static_cast<std::byte*>(p);
  {
    WriteWatch watch(device_memory());
    const auto write = [&](size_t at, size_t n) {
      launch({{1, 1, 1}, 32, 0}, [&] {
        for (size_t i = threadIdx.x; i < n; i += 32) bytes[at + i] = static_cast<std::byte>(i % 7);
      });
    };
    for (int round = 0; round < 2; ++round) {
      write(4000 + 10 * round, 200);
      write(39990, 10);
      const std::vector<Bytes> changes = watch.changes();
      size_t n = 0;
      for (const Bytes& c : changes) n += c.size();
      EXPECT_EQ(changes.front().data(), bytes + 4000 + 10 * round);
      EXPECT_EQ(changes.back().data() + changes.back().size(), round == 0 ? bytes + 40000 : bytes + 4210);
      EXPECT_EQ(n, round == 0 ? 210u : 200u);
    }
    EXPECT_TRUE(watch.changes().empty());
  }
  bytes[0] = std::byte{1};
  EXPECT_EQ(cudaFree(p), cudaSuccess);
}

TEST(TensorCores, Int8) {
  const auto a = random_values<int8_t>(16 * 32, -128, 127, 1), b = random_values<int8_t>(32 * 8, -128, 127, 2);  // b: [column][k]
  std::vector<int> c(16 * 8);
  launch({{1, 1, 1}, 32, 0}, [&] {
    const unsigned lane = threadIdx.x, row = lane / 4, k = lane % 4 * 4;
    const auto four = [](const int8_t* p) {
      unsigned v;
      std::memcpy(&v, p, 4);
      return v;
    };
    const unsigned fa[4] = {four(&a[row * 32 + k]), four(&a[(row + 8) * 32 + k]), four(&a[row * 32 + k + 16]),
                            four(&a[(row + 8) * 32 + k + 16])};
    const unsigned fb[2] = {four(&b[row * 32 + k]), four(&b[row * 32 + k + 16])};
    int fc[4] = {1, 2, 3, 4};
    for (int i = 0; i < 2; ++i) engine::cuda::mma_s8(fc, fa, fb);
    for (unsigned i = 0; i < 4; ++i) c[(row + i / 2 * 8) * 8 + lane % 4 * 2 + i % 2] = fc[i] - static_cast<int>(i + 1);
  });
  for (int row = 0; row < 16; ++row)
    for (int column = 0; column < 8; ++column) {
      int sum = 0;
      for (int k = 0; k < 32; ++k) sum += a[row * 32 + k] * b[column * 32 + k];
      EXPECT_EQ(c[row * 8 + column], 2 * sum) << row << ", " << column;
    }
}

TEST(TensorCores, Half) {
  const auto a = random_values<float>(16 * 16, -100, 100, 3), b = random_values<float>(16 * 8, -100, 100, 4);
  std::vector<float> c(16 * 8);
  launch({{1, 1, 1}, 32, 0}, [&] {
    const unsigned lane = threadIdx.x, row = lane / 4, k = lane % 4 * 2;
    const auto two = [](const float* p) { return engine::cuda::pack_halves(p[0], p[1]); };
    const unsigned fa[4] = {two(&a[row * 16 + k]), two(&a[(row + 8) * 16 + k]), two(&a[row * 16 + k + 8]), two(&a[(row + 8) * 16 + k + 8])};
    const unsigned fb[2] = {two(&b[row * 16 + k]), two(&b[row * 16 + k + 8])};
    float fc[4] = {0.5f, 0.5f, 0.5f, 0.5f};
    engine::cuda::mma_f16(fc, fa, fb);
    for (unsigned i = 0; i < 4; ++i) c[(row + i / 2 * 8) * 8 + lane % 4 * 2 + i % 2] = fc[i];
  });
  for (int row = 0; row < 16; ++row)
    for (int column = 0; column < 8; ++column) {
      float sum = 0.5f;
      for (int k = 0; k < 16; ++k) sum += a[row * 16 + k] * b[column * 16 + k];
      EXPECT_EQ(c[row * 8 + column], sum) << row << ", " << column;
    }
}

TEST(Intrinsics, AgreeWithTheManual) {
  EXPECT_EQ(__dp4a(static_cast<int>(0x80ff0102), static_cast<int>(0x7f030405), 10), 10 - 128 * 127 - 3 + 4 + 10);
  EXPECT_EQ(__dp4a(0x80ff0102u, 0x7f030405u, 10u), 10u + 128 * 127 + 255 * 3 + 4 + 10);
  EXPECT_EQ(__byte_perm(0x03020100, 0x07060504, 0x7530), 0x07050300u);
  EXPECT_EQ(__byte_perm(0x00008000, 0, 0x9989), 0xffff00ffu);
  EXPECT_EQ(__funnelshift_r(0x89abcdef, 0x01234567, 8), 0x6789abcdu);
  EXPECT_EQ(__umul64hi(~0ull, ~0ull), ~0ull - 1);
  EXPECT_EQ(__vsubss4(0x80007f10, 0x01007f20), 0x800000f0u);
  EXPECT_EQ(__ffs(8), 4);
  EXPECT_EQ(__clz(1), 31);
  EXPECT_EQ(max(-1, 2), 2);
}

// ---- Mistakes end the program

using Mistakes = testing::Test;

TEST(MistakesDeathTest, LanesThatDoNotReachACollective) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(launch({{1, 1, 1}, 64, 0},
                      [] {
                        if (threadIdx.x == 40) return;
                        __shfl_sync(engine::cuda::kAllLanes, 1, 0);
                      }),
               "divergence");
  EXPECT_DEATH(launch({{1, 1, 1}, 64, 0},
                      [] {
                        if (threadIdx.x % 32 < 7)
                          __syncthreads();
                        else
                          __shfl_sync(engine::cuda::kAllLanes, 1, 0);
                      }),
               "divergence.*wait at");
  EXPECT_DEATH(launch({{1, 1, 1}, 64, 0}, [] { __shfl_sync(0xffffu, 1, 0); }), "some lanes only");
}

TEST(MistakesDeathTest, SharedMemory) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(launch({{1, 1, 1}, 32, 100},
                      [] {
                        HEARTH_DYNAMIC_SHARED(float, values);
                        values[25] = 1;
                      }),
               "beside its dynamic shared memory");
  EXPECT_DEATH(launch({{1, 1, 1}, 32, 128},
                      [] {
                        HEARTH_DYNAMIC_SHARED(float, values);
                        values[threadIdx.x + 1] = 1;
                      }),
               "signal 11.*block \\(0, 0, 0\\)");
  EXPECT_DEATH(launch({{1, 1, 1}, 32, 300 << 10}, [] {}), "more dynamic shared memory");
  EXPECT_DEATH(launch({{1, 1, 1}, 48, 0}, [] {}), "multiple of 32");
}

TEST(MistakesDeathTest, Alignment) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  alignas(16) float values[8] = {};
  EXPECT_DEATH(launch({{1, 1, 1}, 32, 0}, [&] { values[0] = reinterpret_cast<const float4*>(&values[1])->x; }), "misaligned");
}

// ---- The calls of the runtime

TEST(Device, MemoryIsCounted) {
  std::byte* p = nullptr;
  ASSERT_EQ(cudaMalloc(&p, 1000), cudaSuccess);
  EXPECT_EQ(device_bytes(), 1024u);
  EXPECT_EQ(p[999], std::byte{0xff});
  std::byte host[1000] = {};
  EXPECT_EQ(cudaMemcpy(p, host, 1000, cudaMemcpyHostToDevice), cudaSuccess);
  EXPECT_EQ(p[999], std::byte{0});
  EXPECT_EQ(cudaFree(p), cudaSuccess);
  EXPECT_EQ(device_bytes(), 0u);
  EXPECT_EQ(cudaMalloc(&p, properties().memory_bytes + 1), cudaErrorMemoryAllocation);
  EXPECT_EQ(cudaGetLastError(), cudaErrorMemoryAllocation);
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);
}

TEST(Device, CallsFailOnRequest) {
  fail_calls("cudaMalloc", 1, cudaErrorMemoryAllocation);
  void *first = nullptr, *second = nullptr;
  EXPECT_EQ(cudaMalloc(&first, 16), cudaSuccess);
  EXPECT_EQ(cudaMalloc(&second, 16), cudaErrorMemoryAllocation);
  EXPECT_EQ(failed_calls(), 1);
  fail_calls("", 0, cudaSuccess);
  EXPECT_EQ(cudaFree(first), cudaSuccess);
  cudaGetLastError();
}

TEST(Speed, ShufflesOfABlock) {
  constexpr int kRounds = 20000;
  const auto begin = std::chrono::steady_clock::now();
  launch({{1, 1, 1}, 256, 0}, [] {
    float v = static_cast<float>(threadIdx.x);
    for (int i = 0; i < kRounds; ++i) v = engine::cuda::warp_sum(v) * 0.03125f;
    EXPECT_GT(v, 0);
  });
  const double us = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
  std::printf("%.2f us for a shuffle of 256 threads\n", us / kRounds / 5);
}

}  // namespace
