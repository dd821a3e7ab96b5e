// Error and speed of every encoder on N(0,1) weights, as the table of docs/quantisation.md.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <random>
#include <vector>

#include "core/quant_blocks.h"
#include "quantize/encode.h"
#include "quantize/mix.h"

namespace {

/// Seconds this thread has computed: other programs do not count.
double thread_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

}  // namespace

int main() {
  constexpr size_t kWeights = 1 << 21;
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> x(kWeights), y(kWeights);
  for (float& v : x) v = normal(random);
  fmt::print("| type | bits a weight | rmse | million weights/s, one core |\n|---|---|---|---|\n");
  for (const std::string& name : engine::quantize::type_names()) {
    const engine::DType type = *engine::quantize::type_by_name(name);
    std::vector<std::byte> bytes(engine::row_bytes(type, kWeights));
    std::vector<double> seconds;
    for (int run = 0; run < 5; ++run) {
      const double start = thread_seconds();
      engine::quantize::encode_row(type, x.data(), bytes.data(), kWeights);
      seconds.push_back(thread_seconds() - start);
    }
    std::sort(seconds.begin(), seconds.end());
    engine::dequantize_row(type, bytes.data(), y.data(), kWeights);
    double error = 0;
    for (size_t i = 0; i < kWeights; ++i) error += std::pow(static_cast<double>(x[i]) - static_cast<double>(y[i]), 2);
    fmt::print("| {} | {:.4g} | {:.5f} | {:.0f} |\n", name, 8.0 * static_cast<double>(bytes.size()) / kWeights, std::sqrt(error / kWeights),
               kWeights / seconds[2] / 1e6);
  }
  return 0;
}
