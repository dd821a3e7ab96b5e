#include "runtime/memory_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "core/check.h"
#include "ops/step.h"
#include "runtime/expert_use.h"

namespace engine {
namespace {

constexpr uint64_t kMiB = 1u << 20;
constexpr int kLeastContext = 256;  // tokens; less is no conversation

int layer_of(std::string_view name) {
  return name.starts_with("blk.") ? std::atoi(std::string(name.substr(4, 8)).c_str()) : -1;
}

bool is_expert(std::string_view name) {
  return name.find("_exps.") != std::string_view::npos && name.find("ffn_gate_inp") == std::string_view::npos;
}

bool is_ffn(std::string_view name) {
  for (const char* part : {".ffn_gate.", ".ffn_up.", ".ffn_down.", ".ffn_gate_shexp.", ".ffn_up_shexp.", ".ffn_down_shexp."})
    if (name.find(part) != std::string_view::npos) return true;
  return false;
}

double gib(uint64_t bytes) {
  return static_cast<double>(bytes) / (1u << 30);
}

/// The share of the adapters' room that belongs to `bytes` of all weights.
uint64_t share_of(uint64_t room, uint64_t bytes, uint64_t all) {
  return all == 0 ? room : static_cast<uint64_t>(static_cast<double>(room) * (static_cast<double>(bytes) / static_cast<double>(all)));
}

/// What each device holds of the weights and the KV cache.
void add_weights(const PlanRequest& r, const model::Placement& placement, int device, DeviceMemory& out) {
  const uint64_t kv = r.bytes.kv_page * static_cast<uint64_t>(r.context_pages) * static_cast<uint64_t>(r.sequences);
  for (size_t l = 0; l < placement.layers.size(); ++l) {
    const model::LayerPlacement& at = placement.layers[l];
    const LayerBytes& bytes = r.bytes.layers[l];
    if (at.attention == device) {
      out.memory.weights += bytes.attention;
      out.memory.kv_cache += kv;
      out.layers.push_back(static_cast<int>(l));
    }
    if (at.ffn == device) out.memory.weights += bytes.ffn;
    const auto here = static_cast<uint64_t>(std::count(at.expert_of.begin(), at.expert_of.end(), device));
    if (here == 0) continue;
    const uint64_t all = at.expert_of.size();
    out.memory.experts += here == all ? bytes.experts : bytes.experts / all * here;
    out.expert_layers.push_back(static_cast<int>(l));
  }
  out.embedding = placement.embed == device;
  out.output = placement.output == device;
  if (out.embedding) out.memory.weights += r.bytes.embedding;
  if (out.output && !(r.bytes.tied && out.embedding)) out.memory.weights += r.bytes.output;
}

bool fits(const PlanRequest& r, const MemoryPlan& plan) {
  uint64_t together = 0;
  for (size_t d = 0; d < plan.devices.size(); ++d) {
    const uint64_t total = plan.devices[d].memory.total();
    together += total;
    if (r.devices[d].bytes > 0 && total > r.devices[d].bytes) return false;
  }
  return !r.shared_memory || r.devices.back().bytes == 0 || together <= r.devices.back().bytes;
}

// What experts cost that are away, roughly: only how these relate to each other matters.
constexpr double kHostBytesPerSecond = 4e10;  // that the processor reads weights with
constexpr double kMeetingSeconds = 5e-5;      // for a layer to send its inputs, and to wait for results

/// Tries the splits of the request in their order.
class Search {
 public:
  explicit Search(const PlanRequest& request) : r_(request), layers_(request.config.n_layers) {
    for (int l = 0; l < layers_; ++l) moe_ = moe_ || r_.config.is_moe_layer(l);
    if (r_.use) ranking_ = rank_experts(*r_.use);
  }

  /// The first split that fits, in the order of memory_plan.h, with the experts that still fit then; none: nullopt.
  Result<std::optional<PlannedModel>> run() {
    Result<std::optional<PlannedModel>> found = layers();
    if (!found || !*found || split_.host_moe_layers == 0 || r_.hot_experts == 0) return found;
    if (r_.hot_experts < 0 && r_.cpu_moe_layers >= 0) return found;
    if (Status s = experts(); !s) return s.error();
    return std::optional(std::move(found_));
  }

 private:
  Result<std::optional<PlannedModel>> layers() {
    const bool fixed_layers = r_.gpu_layers >= 0, fixed_moe = r_.cpu_moe_layers >= 0;
    const int most = fixed_layers ? std::min(r_.gpu_layers, layers_) : layers_;
    const int first_moe = fixed_moe ? std::min(r_.cpu_moe_layers, layers_) : 0;
    const int last_moe = fixed_moe || !moe_ ? first_moe : layers_;
    Result<bool> done = fewest_moe(most, first_moe, last_moe);
    if (!done) return done.error();
    for (int here = most - 1; here >= 1 && !*done && !fixed_layers; --here) {
      done = attempt({here, last_moe}, true);
      if (!done) return done.error();
      // Where experts are not what takes the memory (a long context), those of the layers that are here may stay.
      if (*done && first_moe < last_moe) done = fewest_moe(here, first_moe, last_moe);
      if (!done) return done.error();
    }
    return *done ? std::optional(found_) : std::nullopt;
  }

  /// Seconds of a token for the experts that are away.
  [[nodiscard]] double cost(const model::HybridSplit& split) const {
    double seconds = 0;
    for (int l = std::max(0, layers_ - split.host_moe_layers); l < split.device_layers; ++l) {
      if (!r_.config.is_moe_layer(l)) continue;
      const auto at = static_cast<size_t>(l);
      const double bytes = static_cast<double>(r_.bytes.layers[at].experts) / r_.config.moe.n_experts * r_.config.moe.n_used;
      const double here = r_.use ? share_of_most_used(r_.use->chosen, at, split.hot_experts, r_.config.moe.n_experts)
                                 : static_cast<double>(split.hot_experts) / r_.config.moe.n_experts;
      seconds += kMeetingSeconds + (1 - here) * bytes / kHostBytesPerSecond;
    }
    return seconds;
  }

  /// The most experts of each layer that fit beside `moe` layers whose experts are away.
  Result<int> most_hot(int moe) {
    const int wanted = r_.hot_experts > 0 ? r_.hot_experts : r_.config.moe.n_experts - 1;
    int low = 0, high = std::min(wanted, r_.config.moe.n_experts - 1) + 1;  // fits with low, not with high
    while (high - low > 1) {
      const int middle = low + (high - low) / 2;
      const Result<bool> fits = attempt({split_.device_layers, moe, middle}, false);
      if (!fits) return fits.error();
      (*fits ? low : high) = middle;
    }
    return low;
  }

  /// Fills what is left with single experts.
  Status experts() {
    model::HybridSplit best = split_;
    double least = 0;
    const bool known = r_.use && r_.cpu_moe_layers < 0 && r_.hot_experts < 0;
    for (int moe = split_.host_moe_layers; moe <= (known ? layers_ : split_.host_moe_layers); ++moe) {
      const Result<int> hot = most_hot(moe);
      if (!hot) return hot.error();
      const model::HybridSplit split{split_.device_layers, moe, *hot};
      const double seconds = cost(split);
      if (moe > split_.host_moe_layers && seconds >= least) continue;
      least = seconds;
      best = split;
    }
    const Result<bool> fits = attempt(best, true);
    return fits ? Status() : Status(fits.error());
  }

  /// The least number of last layers whose experts must go for `here` layers to fit.
  Result<bool> fewest_moe(int here, int first, int last) {
    for (int moe = first; moe <= last; ++moe) {
      Result<bool> done = attempt({here, moe}, true);
      if (!done || *done) return done;
    }
    return false;
  }

  /// Whether the split fits; `keep`: and is the one that was found.
  Result<bool> attempt(const model::HybridSplit& split, bool keep) {
    Result<PlannedModel> planned = measure_placement(r_, model::place_hybrid(r_.config, 0, 1, split, ranking_));
    if (!planned) return planned.error();
    if (!fits(r_, planned->plan)) return false;
    if (!keep) return true;
    found_ = std::move(*planned);
    found_.plan.cpu_moe_layers = moe_ ? split.host_moe_layers : 0;
    found_.plan.hot_experts = split.hot_experts;
    split_ = split;
    return true;
  }

  const PlanRequest& r_;
  int layers_;
  bool moe_ = false;
  model::ExpertRanking ranking_;
  model::HybridSplit split_;  // of found_
  PlannedModel found_;
};

/// The largest context, in pages, that `fits_with` accepts; 0: none.
template <class FitsWith>
int largest_context(int pages, FitsWith&& fits_with) {
  int low = 0, high = pages;  // fits with low, not with high
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    (fits_with(middle) ? low : high) = middle;
  }
  return low;
}

std::string context_hint(int pages) {
  const int tokens = pages * kPageTokens;
  return tokens >= kLeastContext ? fmt::format("A context of {} tokens fits.", tokens) : "";
}

/// What could be asked for instead of what does not fit.
std::string hybrid_hint(const PlanRequest& request) {
  PlanRequest automatic = request;
  automatic.gpu_layers = automatic.cpu_moe_layers = -1;
  if (request.gpu_layers >= 0 || request.cpu_moe_layers >= 0)
    if (const auto found = Search(automatic).run(); found && *found)
      return fmt::format("{} layers on the device with the experts of {} in the computer's memory fit (--gpu-layers {} --cpu-moe {}).",
                         (*found)->plan.gpu_layers, (*found)->plan.cpu_moe_layers, (*found)->plan.gpu_layers,
                         (*found)->plan.cpu_moe_layers);
  PlanRequest smaller = request;
  const int pages = largest_context(request.context_pages, [&](int n) {
    smaller.context_pages = n;
    const auto found = Search(smaller).run();
    return found && *found;
  });
  return context_hint(pages);
}

Error does_not_fit(const PlanRequest& request, const PlannedModel& planned) {
  const auto too_small = [&](size_t d) {
    return request.devices[d].bytes > 0 && planned.plan.devices[d].memory.total() > request.devices[d].bytes;
  };
  size_t d = 0;
  while (d + 1 < request.devices.size() && !too_small(d)) ++d;
  return {ErrorCode::out_of_memory,
          fmt::format("The model needs {:.1f} GiB of memory with this context, and this device has {:.1f} GiB{}.",
                      gib(planned.plan.devices[d].memory.total()), gib(request.devices[d].bytes),
                      request.devices.size() > 1 ? fmt::format(" ({})", request.devices[d].device) : ""),
          ""};
}

Result<PlannedModel> plan_hybrid(const PlanRequest& request) {
  if (request.gpu_layers < -1 || request.cpu_moe_layers < -1)
    return Error{ErrorCode::invalid_argument, "The number of layers on a device is negative.", "Use 0 or more, or leave it out."};
  Result<std::optional<PlannedModel>> found = Search(request).run();
  if (!found) return found.error();
  if (*found) return std::move(**found);
  if (request.least_adapters < request.adapters) {
    PlanRequest tight = request;
    tight.adapters = tight.least_adapters;
    return plan_hybrid(tight);
  }
  const int layers = request.config.n_layers;
  const model::HybridSplit least{request.gpu_layers >= 0 ? std::min(request.gpu_layers, layers) : 1,
                                 request.cpu_moe_layers >= 0 ? request.cpu_moe_layers : layers};
  Result<PlannedModel> planned = measure_placement(request, model::place_hybrid(request.config, 0, 1, least));
  if (!planned) return planned.error();
  Error error = does_not_fit(request, *planned);
  error.hint = hybrid_hint(request);
  if (error.hint.empty()) error.hint = "Use a smaller variant of this model.";
  return error;
}

}  // namespace

MemoryEstimate MemoryPlan::total() const {
  MemoryEstimate sum;
  for (const DeviceMemory& d : devices) {
    sum.weights += d.memory.weights;
    sum.experts += d.memory.experts;
    sum.kv_cache += d.memory.kv_cache;
    sum.scratch += d.memory.scratch;
    sum.adapters += d.memory.adapters;
    sum.context = d.memory.context;
  }
  return sum;
}

ModelBytes model_bytes(const gguf::File& file, const model::Config& config, const model::ModelWeights& weights, uint64_t kv_page) {
  ModelBytes out;
  out.layers.resize(static_cast<size_t>(config.n_layers));
  out.kv_page = kv_page;
  out.tied = weights.output.data == weights.token_embd.data;
  for (const gguf::TensorInfo& t : file.tensors()) {
    const int layer = layer_of(t.name);
    if (layer >= config.n_layers) continue;
    if (layer < 0) {
      (t.name.starts_with("output") ? out.output : out.embedding) += t.bytes;
      continue;
    }
    LayerBytes& bytes = out.layers[static_cast<size_t>(layer)];
    (is_expert(t.name) ? bytes.experts : is_ffn(t.name) ? bytes.ffn : bytes.attention) += t.bytes;
  }
  if (out.tied) out.output += weights.output.bytes();
  // k_b of the legacy MLA layout is made at load (model/weights.h).
  if (config.is_mla && !file.tensor("blk.0.attn_k_b.weight"))
    for (size_t l = 0; l < out.layers.size(); ++l) out.layers[l].attention += weights.layers[l].wk_b.bytes();
  return out;
}

DeviceBudget budget_of(const DeviceInfo& device) {
  if (device.kind == DeviceKind::cpu) return {device.id, device.memory_total};
  const uint64_t margin = std::max(256 * kMiB, device.memory_total / 20);
  if (device.memory_total == 0) return {device.id, 0};
  return {device.id, device.memory_free > margin ? device.memory_free - margin : 1};
}

Result<PlannedModel> measure_placement(const PlanRequest& r, model::Placement placement) {
  PlannedModel out;
  uint64_t all = 0;
  for (size_t d = 0; d < r.devices.size(); ++d) {
    DeviceMemory memory;
    memory.device = r.devices[d].device;
    memory.budget = r.devices[d].bytes;
    memory.memory.context = r.context_pages * kPageTokens;
    const int device = static_cast<int>(d);
    if (placement.uses(device)) {
      add_weights(r, placement, device, memory);
      const Result<uint64_t> scratch = r.scratch(placement, device);
      if (!scratch) return scratch.error();
      memory.memory.scratch = *scratch;
    }
    all += memory.memory.weights + memory.memory.experts;
    out.plan.devices.push_back(std::move(memory));
  }
  // The rounding of the shares falls to the last device.
  uint64_t left = r.adapters;
  for (DeviceMemory& d : out.plan.devices) {
    const bool last = &d == &out.plan.devices.back();
    d.memory.adapters = last ? left : std::min(left, share_of(r.adapters, d.memory.weights + d.memory.experts, all));
    left -= d.memory.adapters;
  }
  out.adapters = r.adapters;
  out.plan.gpu_layers = static_cast<int>(out.plan.devices.front().layers.size());
  out.placement = std::move(placement);
  return out;
}

Status check_fit(const PlanRequest& request, const PlannedModel& planned) {
  if (fits(request, planned.plan)) return {};
  PlanRequest other = request;
  const int pages = largest_context(request.context_pages, [&](int n) {
    other.context_pages = n;
    const auto measured = measure_placement(other, planned.placement);
    return measured && fits(other, measured->plan);
  });
  Error error = does_not_fit(request, planned);
  error.hint = context_hint(pages);
  if (error.hint.empty()) error.hint = "Use a smaller variant of this model.";
  return error;
}

Result<PlannedModel> plan_placement(const PlanRequest& request) {
  HEARTH_CHECK(request.devices.size() == 1 || request.devices.size() == 2);
  if (request.devices.size() == 2) return plan_hybrid(request);
  Result<PlannedModel> planned = measure_placement(request, model::place(request.config, 0, {}));
  if (!planned) return planned.error();
  if (!fits(request, planned->plan)) {
    // A model that only just fits gets less room for adapters, not an error.
    PlanRequest tight = request;
    const uint64_t others = planned->plan.total().total() - request.adapters;
    const uint64_t room = request.devices[0].bytes - std::min(request.devices[0].bytes, others);
    tight.adapters = std::max(request.least_adapters, std::min(request.adapters, room));
    planned = measure_placement(tight, planned->placement);
    if (!planned) return planned.error();
    if (Status s = check_fit(tight, *planned); !s) return s.error();
  }
  return planned;
}

}  // namespace engine
