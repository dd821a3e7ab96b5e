// Where a model would run, from its sizes alone.
#include <algorithm>
#include <optional>

#include "engine/files.h"
#include "files/bandwidth.h"
#include "ops/step.h"
#include "runtime/backends.h"
#include "runtime/device_check.h"
#include "runtime/load_devices.h"
#include "runtime/memory_plan.h"

namespace engine {
namespace {

constexpr uint64_t kMiB = 1u << 20;
constexpr int kDefaultContext = 4096;  // LoadOptions::context
constexpr int kTypicalLayers = 32, kMostLayers = 1024;
constexpr double kTableShare = 0.08;  // of the weights that are no routed experts: 6 to 14 % in published models
constexpr double kProcessorShare = 0.75, kDeviceShare = 0.5;

uint64_t share(uint64_t bytes, double part) {
  return static_cast<uint64_t>(static_cast<double>(bytes) * part);
}

/// A shape taken apart into what the plan knows.
struct Made {
  model::Config config;
  ModelBytes bytes;
  uint64_t active_experts = 0;  // bytes of routed experts read for a token, all layers
  uint64_t dense = 0;           // of one layer
};

Made make_model(const ModelShape& shape) {
  Made out;
  const int layers = std::clamp(shape.layers > 0 ? shape.layers : kTypicalLayers, 1, kMostLayers);
  const auto n = static_cast<uint64_t>(layers);
  const uint64_t experts = std::min(shape.expert_bytes, shape.weight_bytes), rest = shape.weight_bytes - experts;
  const bool moe = experts > 0;
  out.config.n_layers = layers;
  out.config.n_ctx_train = shape.context_length;
  out.config.n_dense_layers = moe ? 0 : layers;
  out.config.moe.n_experts = moe ? 1 : 0;  // all of a layer stay together

  // A dense model reads everything but the embedding: the difference is its size, none where it is the output matrix, too.
  const uint64_t unread = shape.weight_bytes - std::min(shape.weight_bytes, shape.bytes_per_token);
  const bool known = !moe && shape.bytes_per_token > 0 && unread < rest / 2;
  out.bytes.embedding = known && unread > 0 ? unread : share(rest, kTableShare);
  out.bytes.output = out.bytes.embedding;
  out.bytes.tied = known && unread == 0;
  const uint64_t tables = out.bytes.embedding + (out.bytes.tied ? 0 : out.bytes.output);
  out.dense = (rest - std::min(rest, tables)) / n;
  for (int l = 0; l < layers; ++l) out.bytes.layers.push_back({out.dense / 3, out.dense - out.dense / 3, experts / n});
  out.bytes.kv_page = shape.kv_bytes_per_token * kPageTokens / n;
  const uint64_t read = rest - std::min(rest, out.bytes.embedding);
  if (moe) out.active_experts = std::min(experts, shape.bytes_per_token - std::min(shape.bytes_per_token, read));
  return out;
}

/// What a load would be asked to do with the devices of `names`.
PlanRequest plan_request(const ModelShape& shape, const Made& made, int context) {
  const RuntimeOptions options = runtime_options({});
  const uint64_t read = shape.bytes_per_token > 0 ? shape.bytes_per_token : shape.weight_bytes;
  const uint64_t scratch = 64 * kMiB + read / 256;
  PlanRequest request{.config = made.config,
                      .bytes = made.bytes,
                      .scratch = [scratch](const model::Placement&, int) -> Result<uint64_t> { return scratch; },
                      .context_pages = (context + kPageTokens - 1) / kPageTokens,
                      .sequences = options.max_sequences + options.cached_sequences,
                      .devices = {}};
  request.adapters = adapter_budget(options, shape.weight_bytes);
  return request;
}

/// Something must be left of the computer's memory: the system, this program, the file's own pages.
void leave_room(PlanRequest& request) {
  for (DeviceBudget& budget : request.devices) {
    if (budget.device != "cpu" || budget.bytes == 0) continue;
    const uint64_t margin = std::max(512 * kMiB, budget.bytes / 20);
    budget.bytes = budget.bytes > margin ? budget.bytes - margin : 1;
  }
}

Result<PlannedModel> plan_on(const std::vector<std::string>& names, PlanRequest request) {
  if (Status s = set_budgets(names, Budgets::measured, request); !s) return s.error();
  request.least_adapters = names.size() > 1 ? kLeastAdapters : 0;
  leave_room(request);
  return plan_placement(request);
}

/// Bytes read for a token on a device of the plan.
uint64_t read_on(const DeviceMemory& device, const Made& made) {
  const auto n = static_cast<uint64_t>(made.config.n_layers);
  const uint64_t output = device.output ? made.bytes.output : 0;
  return device.layers.size() * made.dense + device.expert_layers.size() * (made.active_experts / n) + output;
}

/// 0 where the speed of a device that matters is not known.
double speed(const ModelFit& fit, const Made& made, const std::string& cache_dir) {
  double seconds = 0;
  for (const DeviceMemory& d : fit.plan.devices) {
    const auto bytes = static_cast<double>(read_on(d, made));
    if (bytes == 0) continue;
    const bool processor = d.device == fit.processor.id;
    const double bandwidth = bandwidth_of(processor ? fit.processor : fit.device, cache_dir);
    if (bandwidth <= 0) return 0;
    seconds += bytes / (bandwidth * (processor ? kProcessorShare : kDeviceShare));
  }
  return seconds > 0 ? 1 / seconds : 0;
}

Result<DeviceInfo> checked_device(const std::string& id, const std::string& cache_dir) {
  Result<DeviceInfo> info = device_info(id);
  if (info) read_check(cache_dir, *info);
  return info;
}

/// Where the plan put the model.
FitKind kind_of(const PlannedModel& planned, const std::string& device) {
  if (device == "cpu") return FitKind::processor;
  return planned.plan.devices.size() > 1 && planned.placement.uses(1) ? FitKind::device_and_memory : FitKind::device;
}

}  // namespace

Result<ModelFit> fit_model(const ModelShape& shape, const std::string& device, int context, const std::string& cache_dir) {
  if (shape.weight_bytes == 0)
    return Error{ErrorCode::invalid_argument, "The size of the model is not known.", "Look at the file of the model."};
  ModelFit fit;
  Result<DeviceInfo> processor = checked_device("cpu", cache_dir);
  if (!processor) return processor.error();
  fit.processor = std::move(*processor);
  const Made made = make_model(shape);
  if (context <= 0) context = shape.context_length > 0 ? std::min(shape.context_length, kDefaultContext) : kDefaultContext;
  const PlanRequest request = plan_request(shape, made, std::min(context, 1 << 26));

  // As a load does: a device that cannot be used, or where nothing fits, is replaced by the processor.
  const Result<std::string> resolved = resolve_device(device, cache_dir);
  std::string chosen = resolved ? *resolved : "cpu";
  std::optional<PlannedModel> planned;
  if (chosen != "cpu") {
    std::vector<std::string> names{chosen};
    if (is_hybrid(runtime_options({}), chosen)) names.emplace_back("cpu");
    Result<PlannedModel> there = plan_on(names, request);
    if (there) planned = std::move(*there);
  }
  if (!planned) {
    chosen = "cpu";
    Result<PlannedModel> here = plan_on({chosen}, request);
    if (here) planned = std::move(*here);
  }
  if (!planned) {
    PlanRequest unlimited = request;
    unlimited.devices = {{"cpu", 0}};
    Result<PlannedModel> needed = plan_placement(unlimited);
    if (!needed) return needed.error();
    fit.plan = std::move(needed->plan);
    return fit;
  }
  fit.kind = kind_of(*planned, chosen);
  fit.plan = std::move(planned->plan);
  if (chosen != "cpu") {
    Result<DeviceInfo> info = checked_device(chosen, cache_dir);
    if (!info) return info.error();
    fit.device = std::move(*info);
  }
  if (shape.bytes_per_token > 0) fit.tokens_per_second = speed(fit, made, cache_dir);
  return fit;
}

}  // namespace engine
