// Speed of the matrix kernels of the CPU backend on real widths: for every weight type and shape GB/s of weights at 1, 4 and
// 16 tokens and GFLOP/s (2 x multiplications) at 128 and 512, beside the read bandwidth of the machine.
//
// hearth_kernel_bench [threads] [type filter, e.g. Q4_K] [rows x columns filter, e.g. 2048x1408]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "core/check.h"
#include "cpu/bandwidth.h"
#include "ops/backend.h"
#include "support/block_scales.h"

namespace {

using engine::DType;
using Clock = std::chrono::steady_clock;

struct Shape {
  int64_t out, in;
};

// Weights are taken from copies in turn, so that no cache holds them: this much in all.
constexpr size_t kWorkingSet = size_t{768} << 20;

/// Random bytes with sane scales.
void fill_blocks(DType type, std::byte* data, size_t bytes) {
  uint64_t state = 88172645463325252ull;
  for (size_t i = 0; i + 8 <= bytes; i += 8) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    std::memcpy(data + i, &state, 8);
  }
  const size_t size = static_cast<size_t>(engine::dtype_info(type).block_bytes);
  for (size_t b = 0; b + size <= bytes; b += size) {
    if (type == DType::f32) {
      const float v = static_cast<float>(static_cast<int>(b / 4 * 2654435761u >> 20 & 255u) - 128) * 1e-4f;
      std::memcpy(data + b, &v, 4);
    } else if (type == DType::f16 || type == DType::bf16) {
      const auto v = static_cast<uint16_t>(0x2000u | (b & 0x83feu));
      std::memcpy(data + b, &v, 2);
    } else {
      hearth_test::set_scales(type, data + b, 0x1p-7f, 0x1p-7f);
    }
  }
}

struct Bench {
  std::unique_ptr<engine::Backend> backend;
  std::vector<std::byte> weights;
  std::vector<float> x, y;

  /// Seconds of one run of a linear op, the best of several.
  double time(DType type, const Shape& shape, int tokens) {
    const size_t row = engine::row_bytes(type, shape.in), matrix = row * static_cast<size_t>(shape.out);
    const size_t copies = std::max<size_t>(1, weights.size() / matrix);
    std::vector<std::unique_ptr<engine::Plan>> plans;
    for (size_t c = 0; c < copies; ++c) {
      engine::LinearOp op;
      op.x = x.data();
      op.in = shape.in;
      op.outs[0].w = {type, weights.data() + c * matrix, shape.in, shape.out, 1, row, matrix, nullptr};
      op.outs[0].y = y.data();
      const engine::Op one = op;
      auto plan = backend->compile({&one, 1});
      HEARTH_CHECK(plan.ok());
      plans.push_back(std::move(*plan));
    }
    set_tokens(tokens);
    double best = 1e9, spent = 0;
    size_t next = 0;
    for (int i = 0; i < 5 || (spent < 0.4 && i < 4000); ++i) {
      const auto begin = Clock::now();
      HEARTH_CHECK(backend->run(*plans[next], {}).ok());
      const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
      next = (next + 1) % plans.size();
      spent += seconds;
      best = std::min(best, seconds);
    }
    return best;
  }

  void set_tokens(int n) {
    engine::StepInputs step;
    const auto count = static_cast<size_t>(n);
    step.n_tokens = n;
    step.n_sequences = 1;
    step.max_pages = 32;
    step.tokens.assign(count, 0);
    step.positions.resize(count);
    for (int i = 0; i < n; ++i) step.positions[static_cast<size_t>(i)] = i;
    step.sequence.assign(count, 0);
    step.lora_slot.assign(count, -1);
    step.first_token = {0, n};
    step.context = {n};
    step.pages.assign(32, 0);
    backend->set_step(step);
  }
};

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 0;
  const std::string type_filter = argc > 2 ? argv[2] : "", shape_filter = argc > 3 ? argv[3] : "";
  Bench bench;
  bench.backend = engine::make_cpu_backend(threads);
  const double bandwidth = engine::cpu::measure_read_bandwidth(threads > 0 ? threads : 2);
  fmt::print("{}, read bandwidth {:.1f} GB/s\n", bench.backend->info().name, bandwidth / 1e9);
  HEARTH_CHECK(bench.backend->reserve({512, 16, 16, 32}, 16384).ok());
  bench.weights.resize(kWorkingSet);
  bench.x.resize(512 * 16384);
  bench.y.resize(size_t{512} * 102400);
  for (size_t i = 0; i < bench.x.size(); ++i)
    bench.x[i] = static_cast<float>(static_cast<int>(i * 2654435761u >> 16 & 1023u) - 512) / 300.0f;
  const Shape shapes[] = {{2048, 1408}, {1408, 2048}, {2048, 10944}, {10944, 2048}, {102400, 2048}};
  fmt::print("{:6} {:>13} {:>16} {:>16} {:>16} {:>9} {:>9}\n", "type", "rows x cols", "GB/s T=1", "T=4", "T=16", "GF T=128", "T=512");
  for (const DType type : engine::computable_types()) {
    if (engine::dtype_name(type) != type_filter && !type_filter.empty()) continue;
    fill_blocks(type, bench.weights.data(), bench.weights.size());
    for (const Shape& shape : shapes) {
      const std::string name = fmt::format("{}x{}", shape.out, shape.in);
      const double bytes = static_cast<double>(engine::row_bytes(type, shape.in)) * static_cast<double>(shape.out);
      if (shape.in % engine::dtype_info(type).block_elems != 0 || name.find(shape_filter) == std::string::npos) continue;
      if (bytes > static_cast<double>(kWorkingSet)) continue;
      fmt::print("{:6} {:>13}", engine::dtype_name(type), name);
      for (const int tokens : {1, 4, 16}) {
        const double rate = bytes / bench.time(type, shape, tokens);
        fmt::print(" {:>8.1f} ({:3.0f} %)", rate / 1e9, 100 * rate / bandwidth);
      }
      for (const int tokens : {128, 512}) {
        if (shape.out > 20000) continue;
        const double seconds = bench.time(type, shape, tokens);
        fmt::print(" {:>9.1f}", 2e-9 * static_cast<double>(shape.in * shape.out * tokens) / seconds);
      }
      fmt::print("\n");
      std::fflush(stdout);
    }
  }
  return 0;
}
