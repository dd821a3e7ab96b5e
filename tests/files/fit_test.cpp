// Where a model would run, on machines that tests make.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/machine.h"
#include "cpu/cpu_features.h"
#include "engine/engine.h"
#include "engine/engine_client.h"
#include "engine/files.h"
#include "runtime/backends.h"
#include "support/reference.h"
#include "support/tiny_models.h"

namespace engine {
namespace {

using hearth_test::TempFolder;

constexpr uint64_t kMiB = 1u << 20, kGiB = 1u << 30;

/// A GPU with this much free memory; nothing can be computed on it.
DeviceInfo gpu(uint64_t total, uint64_t free, CheckState check = CheckState::unchecked) {
  DeviceInfo d;
  d.id = "test:0";
  d.name = "Test GPU";
  d.kind = DeviceKind::discrete_gpu;
  d.usable = true;
  d.memory_total = total;
  d.memory_free = free;
  d.check = check;
  d.driver = "test 1";
  return d;
}

ExtraDevices with(const DeviceInfo& device) {
  return ExtraDevices({[device] { return std::vector<DeviceInfo>{device}; },
                       [](const std::string&, int) -> Result<std::unique_ptr<Backend>> {
                         return Error{ErrorCode::device, "It is made up.", ""};
                       }});
}

/// A DeepSeek-V2-Lite of sorts, in 4 bits.
ModelShape moe(uint64_t experts = 8 * kGiB) {
  return {experts + kGiB, experts, kGiB + experts / 10, 31104, 27, 163840};
}
ModelShape dense(uint64_t bytes) {
  return {bytes, 0, bytes - bytes / 16, 131072, 32, 131072};
}

ModelFit fit_of(const ModelShape& shape, const std::string& device = "auto", int context = 0, const std::string& cache = {}) {
  const Result<ModelFit> fit = fit_model(shape, device, context, cache);
  EXPECT_TRUE(fit.ok()) << fit.error().text();
  return fit ? *fit : ModelFit{};
}

/// Known speeds of memory, so that nothing is measured.
void write_bandwidth(const TempFolder& folder, double cpu, double device = 0) {
  nlohmann::ordered_json json;
  const DeviceInfo p = *device_info("cpu");
  json["cpu|" + p.name + "|" + p.driver + "|" + p.build] = cpu;
  if (device > 0) json["test:0|Test GPU|test 1|"] = device;
  const std::string text = json.dump();
  std::vector<std::byte> bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  folder.write("bandwidth.json", bytes);
}

TEST(Fit, SmallModelsRunOnTheProcessorWithoutAnotherDevice) {
  const ModelFit fit = fit_of(dense(100 * kMiB), "cpu", 2048);
  EXPECT_EQ(fit.kind, FitKind::processor);
  EXPECT_EQ(fit.plan.total().context, 2048);
  EXPECT_TRUE(fit.device.id.empty());
  EXPECT_EQ(fit.processor.id, "cpu");
  EXPECT_GT(fit.processor.memory_total, 0u);
  EXPECT_EQ(fit.plan.total().experts, 0u);
  EXPECT_NEAR(static_cast<double>(fit.plan.total().weights), 100.0 * kMiB, 2.0 * kMiB);
  EXPECT_EQ(fit_of(dense(100 * kMiB), "no such device").kind, FitKind::processor);
  EXPECT_EQ(fit_of(dense(100 * kMiB)).plan.total().context, 4096);
  ModelShape little = dense(100 * kMiB);
  little.context_length = 1000;
  EXPECT_EQ(fit_of(little).plan.total().context, 1024);  // whole pages
}

TEST(Fit, FollowsTheMemoryOfTheDevice) {
  {
    const ExtraDevices extra = with(gpu(24 * kGiB, 23 * kGiB));
    const ModelFit fit = fit_of(moe());
    EXPECT_EQ(fit.kind, FitKind::device);
    EXPECT_EQ(fit.device.name, "Test GPU");
    EXPECT_EQ(fit.device.memory_free, 23 * kGiB);
    EXPECT_NEAR(static_cast<double>(fit.plan.total().experts), 8.0 * kGiB, 1.0 * kMiB);
    EXPECT_EQ(fit_of(moe(), "cpu").device.id, "");
  }
  {
    const ExtraDevices extra = with(gpu(6 * kGiB, 5 * kGiB));
    const ModelFit fit = fit_of(moe());
    EXPECT_EQ(fit.kind, FitKind::device_and_memory);
    ASSERT_EQ(fit.plan.devices.size(), 2u);
    EXPECT_LE(fit.plan.devices[0].memory.total(), 5 * kGiB);
    EXPECT_GT(fit.plan.devices[1].memory.experts, 0u);
    EXPECT_EQ(fit.plan.devices[1].memory.kv_cache, 0u);
    EXPECT_GT(fit.plan.cpu_moe_layers, 0);
  }
  {
    const ExtraDevices extra = with(gpu(kGiB, 100 * kMiB));  // not even a layer
    EXPECT_EQ(fit_of(moe()).kind, FitKind::processor);
  }
  {
    const ExtraDevices extra = with(gpu(6 * kGiB, 5 * kGiB, CheckState::failed));
    (void)extra;
    EXPECT_NE(fit_of(dense(kGiB)).kind, FitKind::too_large);
  }
}

TEST(Fit, TooLargeLeavesRoomForOthersAndHasTheNumbers) {
  const uint64_t total = engine::system_memory().total, margin = std::max(512 * kMiB, total / 20);
  const ModelFit small = fit_of(dense(total / 4), "cpu", 256);
  ASSERT_EQ(small.kind, FitKind::processor);
  const uint64_t beside = small.plan.total().total() - small.plan.total().weights;
  EXPECT_EQ(fit_of(dense(total - margin - 2 * beside), "cpu", 256).kind, FitKind::processor);
  const ModelFit large = fit_of(dense(total - margin / 2), "cpu", 256);
  EXPECT_EQ(large.kind, FitKind::too_large);
  EXPECT_GT(large.plan.total().total(), total - margin);
  EXPECT_EQ(large.processor.memory_total, total);
  EXPECT_EQ(large.tokens_per_second, 0);
  EXPECT_EQ(fit_of({uint64_t{1} << 62, uint64_t{1} << 61, 1, uint64_t{1} << 40, 100000, 1 << 30}, "auto", 1 << 30).kind,
            FitKind::too_large);
}

TEST(Fit, ALongerContextTakesMoreAndWhatIsUnknownIsSaid) {
  const ModelFit four = fit_of(dense(kGiB), "cpu", 4096), eight = fit_of(dense(kGiB), "cpu", 8192);
  EXPECT_EQ(eight.plan.total().kv_cache, 2 * four.plan.total().kv_cache);
  EXPECT_FALSE(fit_model({}, "auto", 0, {}).ok());
  ModelShape bare;
  bare.weight_bytes = kGiB;
  const ModelFit fit = fit_of(bare);
  EXPECT_EQ(fit.kind, FitKind::processor);
  EXPECT_EQ(fit.tokens_per_second, 0);
  EXPECT_EQ(fit.plan.total().kv_cache, 0u);
}

TEST(Fit, TheSpeedIsTheBytesOverTheBandwidthOfEachDevice) {
  const TempFolder folder;
  write_bandwidth(folder, 20e9, 400e9);
  const ModelShape model = dense(kGiB);
  const double processor = 20e9 * 0.75 / static_cast<double>(model.bytes_per_token);
  EXPECT_NEAR(fit_of(model, "cpu", 0, folder.path("")).tokens_per_second, processor, 0.02 * processor);
  {
    const ExtraDevices extra = with(gpu(24 * kGiB, 23 * kGiB));
    const double device = 400e9 * 0.5 / static_cast<double>(model.bytes_per_token);
    EXPECT_NEAR(fit_of(model, "auto", 0, folder.path("")).tokens_per_second, device, 0.02 * device);
  }
  const double all = 400e9 * 0.5 / static_cast<double>(moe().bytes_per_token),
               none = 20e9 * 0.75 / static_cast<double>(moe().bytes_per_token);
  double last = 0;
  for (const uint64_t free : {2 * kGiB, 4 * kGiB, 7 * kGiB, 23 * kGiB}) {
    const ExtraDevices extra = with(gpu(24 * kGiB, free));
    const double now = fit_of(moe(), "auto", 0, folder.path("")).tokens_per_second;
    EXPECT_GE(now, last) << free / kGiB;
    EXPECT_GE(now, none * 0.95);
    EXPECT_LE(now, all * 1.05);
    last = now;
  }
  EXPECT_NEAR(last, all, 0.05 * all);
}

TEST(Fit, ADeviceOfUnknownSpeedGivesNoSpeed) {
  const TempFolder folder;
  write_bandwidth(folder, 20e9);
  const ExtraDevices extra = with(gpu(24 * kGiB, 23 * kGiB));
  EXPECT_EQ(fit_of(dense(kGiB), "auto", 0, folder.path("")).tokens_per_second, 0);
}

TEST(Fit, TheBandwidthIsMeasuredOnceAndKept) {
  const TempFolder folder;
  const std::string cache = folder.path("deep/cache");
  const double first = fit_of(dense(kGiB), "cpu", 0, cache).tokens_per_second;
  ASSERT_GT(first, 0);
  const nlohmann::json json = nlohmann::json::parse(hearth_test::read_file(folder.path("deep/cache/bandwidth.json")));
  ASSERT_EQ(json.size(), 1u);
  EXPECT_GT(json.begin()->get<double>(), 1e9);
  EXPECT_EQ(fit_of(dense(kGiB), "cpu", 0, cache).tokens_per_second, first);
  // Nonsense in the file is measured anew, and replaced.
  for (const char* text : {"", "[1, 2", "{\"cpu\": \"fast\"}", "[]"}) {
    const TempFolder other;
    std::ofstream(other.path("bandwidth.json")) << text;
    EXPECT_GT(fit_of(dense(kGiB), "cpu", 0, other.path("")).tokens_per_second, 0) << text;
    EXPECT_TRUE(nlohmann::json::accept(hearth_test::read_file(other.path("bandwidth.json")))) << text;
  }
  const TempFolder absurd;
  write_bandwidth(absurd, 1e300);
  EXPECT_LT(fit_of(dense(kGiB), "cpu", 0, absurd.path("")).tokens_per_second, 1e6);
}

TEST(Fit, OfARealFileIsCloseToItsRealPlan) {
  const ModelInfo info = *inspect_model(ember());
  const ModelShape shape{info.weight_bytes,       info.expert_bytes, info.bytes_per_token,
                         info.kv_bytes_per_token, info.layers,       info.context_length};
  LoadOptions options;
  options.model_path = ember();
  options.device = "cpu";
  const MemoryEstimate real = plan_memory(options)->total(), made = fit_of(shape, "cpu").plan.total();
  EXPECT_EQ(made.context, real.context);
  EXPECT_EQ(made.adapters, real.adapters);
  const auto near = [](uint64_t a, uint64_t b, double part) {
    EXPECT_NEAR(static_cast<double>(a), static_cast<double>(b), part * static_cast<double>(b));
  };
  near(made.experts, real.experts, 0.01);
  near(made.weights, real.weights, 0.25);
  near(made.kv_cache, real.kv_cache, 0.01);
}

}  // namespace
}  // namespace engine
