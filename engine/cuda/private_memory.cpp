// What ops take of the device besides their operands, found out by recording them without a device's memory.
#include <algorithm>
#include <array>
#include <map>

#include "cuda/backend_cuda.h"
#include "cuda/device.h"
#include "cuda/fold.h"
#include "cuda/plan.h"
#include "cuda/step_memory.h"

namespace engine {
namespace cuda {
namespace {

constexpr size_t kAlign = 256;  // of a span

/// Adds up what a recording asks for. Nothing that it hands out is ever read.
class Measurer final : public Recorder {
 public:
  Measurer(const StepLimits& limits, const Features& features) : limits_(limits), features_(features) {}

  void use(const Bucket& bucket) { bucket_ = bucket; }
  [[nodiscard]] const Bucket& bucket() const override { return bucket_; }
  [[nodiscard]] const StepLimits& limits() const override { return limits_; }
  [[nodiscard]] const Features& features() const override { return features_; }

  std::byte* scratch(Scratch name, size_t bytes) override {
    size_t& most = most_[static_cast<size_t>(name)];
    most = std::max(most, bytes);
    return reinterpret_cast<std::byte*>(kAlign);
  }
  void independent() override {}
  void branch(Branch) override {}
  void refuse(Error) override {}  // compile() will say so
  const uint64_t* turns(const RopeTable& rope) override {
    if (rope.n_rot == 0 || !rope.inv_freq) return nullptr;
    turns_[rope.inv_freq] = static_cast<size_t>(rope.n_rot) / 2 * sizeof(uint64_t);
    return reinterpret_cast<const uint64_t*>(kAlign);
  }

  [[nodiscard]] uint64_t bytes() const {
    uint64_t sum = 0;
    const auto add = [&sum](size_t bytes) { sum += (bytes + kAlign - 1) / kAlign * kAlign; };
    std::for_each(most_.begin(), most_.end(), add);
    for (const auto& [table, bytes] : turns_) add(bytes);
    return sum;
  }

 protected:
  void add(Launch) override {}

 private:
  StepLimits limits_;
  Features features_;
  Bucket bucket_;
  std::array<size_t, static_cast<size_t>(Scratch::count)> most_{};
  std::map<const double*, size_t> turns_;
};

}  // namespace
}  // namespace cuda

uint64_t cuda_private_bytes(int index, std::span<const Op> ops, const StepLimits& limits) {
  cuda::Measurer measurer(limits, cuda::capabilities(index).features);
  for (const cuda::Bucket& bucket : cuda::sample_buckets(limits)) {
    measurer.use(bucket);
    for (size_t i = 0; i < ops.size();) i += cuda::record_folded(measurer, ops.subspan(i));
  }
  return measurer.bytes() + cuda::StepMemory::bytes_for(limits);
}

}  // namespace engine
