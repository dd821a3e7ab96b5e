// Which devices a load uses and what goes where, before anything is opened or reserved.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/log.h"
#include "engine/engine.h"
#include "runtime/backends.h"
#include "runtime/expert_stream.h"
#include "runtime/load_devices.h"
#include "runtime/memory_plan.h"
#include "runtime/model_loader.h"
#include "runtime/private_memory.h"

namespace engine {
namespace {

constexpr int kDefaultContext = 4096;

// Tokens of a prompt step. An expert of a large model gets a few of 256 only, which leaves most of a graphics card's tiles empty; where a
// step brings experts to the card, it does so once for all of its tokens.
constexpr int kPromptTokens = 256, kDevicePromptTokens = 512, kStreamedPromptTokens = 1024;
constexpr uint64_t kLongStepShare = 16;  // what longer steps may take of a device is at most one part in so many of it

/// Index of a device, added to the list when it is new.
int device_index(LoadedModel& model, const std::string& name) {
  const auto it = std::find(model.device_names.begin(), model.device_names.end(), name);
  if (it != model.device_names.end()) return static_cast<int>(it - model.device_names.begin());
  model.device_names.push_back(name);
  return static_cast<int>(model.device_names.size()) - 1;
}

/// Of one layer.
uint64_t kv_page_bytes(const model::Config& c, KvType kv) {
  const DType type = storage_type(kv);
  return (row_bytes(type, c.kv_row_k()) + (c.kv_row_v() ? row_bytes(type, c.kv_row_v()) : 0)) * kPageTokens;
}

int widest_ffn(const model::ModelWeights& w) {
  int64_t width = 1;
  for (const model::LayerWeights& l : w.layers) width = std::max(width, l.w_gate.out);
  return static_cast<int>(width);
}

uint64_t weight_bytes(const ModelBytes& bytes) {
  uint64_t sum = bytes.embedding + (bytes.tied ? 0 : bytes.output);
  for (const LayerBytes& l : bytes.layers) sum += l.attention + l.ffn + l.experts;
  return sum;
}

/// A few hundred tokens have been counted.
bool tells_enough(const ExpertUse& use, const model::Config& config) {
  constexpr uint64_t kTokens = 256;
  return use.total >=
         kTokens * static_cast<uint64_t>(config.moe.n_used) * static_cast<uint64_t>(std::max(1, config.n_layers - config.n_dense_layers));
}

Status set_limits(const RuntimeOptions& options, LoadedModel& m) {
  constexpr int kMaxContext = 1 << 26;  // as many as a file may claim; counts of pages stay small
  if (options.context < 0 || options.context > kMaxContext || options.max_sequences < 1 || options.max_sequences > 64)
    return Error{ErrorCode::invalid_argument, "The context or the number of sequences is out of range.",
                 fmt::format("Use a context of 1 to {} tokens and 1 to 64 sequences.", kMaxContext)};
  if (options.context > m.config.n_ctx_train)
    log(LogLevel::warn, "a context of {} tokens is more than the {} this model was trained for: answers may lose their thread",
        options.context, m.config.n_ctx_train);
  m.context = options.context ? options.context : std::min(m.config.n_ctx_train, kDefaultContext);
  m.limits.max_sequences = options.max_sequences;
  m.prompt_tokens = options.max_prompt_tokens > 0 ? options.max_prompt_tokens : kPromptTokens;
  m.limits.max_tokens = std::max(options.max_sequences, m.prompt_tokens);
  m.limits.max_outputs = std::max(options.max_sequences, options.max_outputs);
  m.limits.max_pages = (m.context + kPageTokens - 1) / kPageTokens;
  m.total_pages = m.limits.max_pages * (options.max_sequences + options.cached_sequences);
  if (options.kv == KvType::q8_0 && (m.config.kv_row_k() % 32 || m.config.kv_row_v() % 32))
    return Error{ErrorCode::unsupported, "The KV rows of this model are not a multiple of 32, so they cannot be stored as q8_0.",
                 "Use --kv f16."};
  return {};
}

/// Bytes of the places that long prompt steps bring experts to on a device; 0 where they bring none.
uint64_t stream_places(const RuntimeOptions& options, const LoadedModel& m, const model::Placement& placement, int device) {
  if (options.stream_tokens == 0 || !options.expert_device.empty()) return 0;
  return stream_bytes(m.host, placement, m.device_names, device, options.stream_part_bytes);
}

bool same_layers(const MemoryPlan& one, const MemoryPlan& other) {
  return one.gpu_layers == other.gpu_layers && one.cpu_moe_layers == other.cpu_moe_layers && one.hot_experts == other.hot_experts;
}

/// Longer prompt steps on a device beside the processor, if `plan` (of m.limits) still finds room for what is there without them: all of
/// it, or all but a little where experts are streamed. Otherwise nothing changes.
template <typename Plan>
void lengthen_steps(const RuntimeOptions& options, const Plan& plan, LoadedModel& m, PlannedModel& planned) {
  if (options.max_prompt_tokens > 0 || is_own_device(m.device_names.front())) return;
  const int usual = m.limits.max_tokens;
  const bool streams = options.stream_tokens <= kStreamedPromptTokens && stream_places(options, m, planned.placement, 0) > 0;
  for (const int longer : {kStreamedPromptTokens, kDevicePromptTokens}) {
    if ((longer == kStreamedPromptTokens && !streams) || std::min(longer, m.context) <= usual) continue;
    m.limits.max_tokens = std::min(longer, m.context);
    Result<PlannedModel> found = plan();
    if (found) {
      const DeviceMemory &before = planned.plan.devices.front(), &now = found->plan.devices.front();
      const bool little = now.budget == 0 || now.memory.scratch <= before.memory.scratch + now.budget / kLongStepShare;
      if (same_layers(found->plan, planned.plan) || (streams && little)) {
        planned = std::move(*found);
        return;
      }
    }
  }
  m.limits.max_tokens = usual;
}

/// The devices of an explicit --expert-device, main one first.
Result<std::vector<int>> expert_devices(const RuntimeOptions& options, LoadedModel& m) {
  std::vector<int> devices;
  for (const std::string& name : split_device_list(options.expert_device)) {
    Result<std::string> device = resolve_device(name, options.cache_dir);
    if (!device) return device.error();
    devices.push_back(device_index(m, *device));
  }
  if (devices.size() > 2) return Error{ErrorCode::invalid_argument, "Experts can be split over at most two devices.", "Name one or two."};
  return devices;
}

}  // namespace

DType storage_type(KvType type) {
  switch (type) {
    case KvType::f32:
      return DType::f32;
    case KvType::f16:
      return DType::f16;
    case KvType::q8_0:
      return DType::q8_0;
  }
  return DType::f16;
}

forward::ActivationSizes activation_sizes(const RuntimeOptions& options, const LoadedModel& m) {
  return {m.limits, widest_ffn(m.host), m.n_tokens_in_vocab, options.adapter_bytes != 0};
}

Status plan_model(const RuntimeOptions& options, Budgets budgets, LoadedModel& m) {
  if (Status s = set_limits(options, m); !s) return s;
  Result<std::string> main = resolve_device(options.device, options.cache_dir);
  if (!main) return main.error();
  device_index(m, options.gpu_layers == 0 ? "cpu" : *main);
  Result<std::vector<int>> experts = expert_devices(options, m);
  if (!experts) return experts.error();
  const bool hybrid = options.expert_device.empty() && is_hybrid(options, *main);
  if (hybrid) device_index(m, "cpu");

  std::map<int, uint64_t> own;  // of devices, whatever the placement is, with the limits of the plan
  const auto scratch = [&](const model::Placement& placement, int device) -> Result<uint64_t> {
    Result<forward::Activations> sizes = forward::make_activations(m.config, placement, device, activation_sizes(options, m), nullptr);
    if (!sizes) return sizes.error();
    const std::string& name = m.device_names[static_cast<size_t>(device)];
    if (!own.contains(device)) own[device] = private_bytes_of(options, m, name);
    return sizes->bytes + own[device] + stream_places(options, m, placement, device);
  };
  m.known_use = read_expert_use(expert_use_file(options.cache_dir, model_key(m)), model_key(m), m.config.n_layers, m.config.moe.n_experts);
  PlanRequest request{.config = m.config,
                      .bytes = model_bytes(*m.file, m.config, m.host, kv_page_bytes(m.config, options.kv)),
                      .scratch = scratch,
                      .context_pages = m.limits.max_pages,
                      .sequences = options.max_sequences + options.cached_sequences,
                      .devices = {},
                      .gpu_layers = options.gpu_layers,
                      .cpu_moe_layers = options.cpu_moe_layers,
                      .hot_experts = options.hot_experts,
                      .use = tells_enough(m.known_use, m.config) ? &m.known_use : nullptr};
  request.adapters = adapter_budget(options, weight_bytes(request.bytes));
  request.least_adapters = options.adapter_bytes >= 0 ? request.adapters : hybrid ? kLeastAdapters : 0;
  if (Status s = set_budgets(m.device_names, budgets, request); !s) return s;

  const auto plan = [&] {
    own.clear();
    return plan_placement(request);
  };
  Result<PlannedModel> planned = experts->empty() ? plan() : measure_placement(request, model::place(m.config, 0, *experts));
  if (!planned) return planned.error();
  if (experts->empty()) {
    lengthen_steps(options, plan, m, *planned);
  } else if (Status s = check_fit(request, *planned); !s) {
    return s;
  }
  m.placement = std::move(planned->placement);
  m.plan = std::move(planned->plan);
  m.plan.stream_tokens = options.stream_tokens;
  if (hybrid && !m.placement.uses(1)) {
    m.device_names.pop_back();
    m.plan.devices.front().memory.adapters += m.plan.devices.back().memory.adapters;
    m.plan.devices.pop_back();
  }
  m.memory = m.plan.total();
  m.memory.context = m.context;
  return {};
}

Result<MemoryEstimate> estimate_memory(const std::string& path, int context, KvType kv) {
  RuntimeOptions options;
  options.model_path = path;
  options.device = "cpu";
  options.context = context;
  options.kv = kv;
  options.adapter_bytes = -1;
  LoadedModel model;
  if (Status s = open_model(options, model); !s) return s.error();
  if (Status s = plan_model(options, Budgets::unlimited, model); !s) return s.error();
  return model.memory;
}

Result<MemoryPlan> plan_memory(const LoadOptions& load, const std::string& cache_dir) {
  RuntimeOptions options = runtime_options(load);
  options.cache_dir = cache_dir;
  LoadedModel model;
  if (Status s = open_model(options, model); !s) return s.error();
  if (Status s = plan_model(options, Budgets::measured, model); !s) return s.error();
  return model.plan;
}

}  // namespace engine
