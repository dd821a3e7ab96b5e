// devices and info.
#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/commands.h"
#include "engine/engine.h"

namespace engine::cli {
namespace {

std::string size_text(uint64_t bytes) {
  const double b = static_cast<double>(bytes);
  if (bytes >= 1u << 30) return fmt::format("{:.2f} GiB", b / (1u << 30));
  if (bytes >= 1u << 20) return fmt::format("{:.1f} MiB", b / (1u << 20));
  return fmt::format("{:.1f} KiB", b / 1024);
}

nlohmann::ordered_json memory_json(const MemoryEstimate& m) {
  return {{"weights", m.weights}, {"experts", m.experts},   {"kv_cache", m.kv_cache},
          {"scratch", m.scratch}, {"adapters", m.adapters}, {"total", m.total()}};
}

nlohmann::ordered_json plan_json(const MemoryPlan& plan) {
  nlohmann::ordered_json devices = nlohmann::ordered_json::array();
  for (const DeviceMemory& d : plan.devices)
    devices.push_back({{"device", d.device},
                       {"memory", memory_json(d.memory)},
                       {"budget", d.budget},
                       {"layers", d.layers},
                       {"expert_layers", d.expert_layers},
                       {"embedding", d.embedding},
                       {"output", d.output}});
  return {{"gpu_layers", plan.gpu_layers},
          {"cpu_moe_layers", plan.cpu_moe_layers},
          {"hot_experts", plan.hot_experts},
          {"stream_tokens", plan.stream_tokens},
          {"devices", devices}};
}

/// "0-3, 7" of ascending numbers.
std::string ranges(const std::vector<int>& numbers) {
  std::string text;
  for (size_t i = 0; i < numbers.size();) {
    size_t end = i + 1;
    while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1) ++end;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", numbers[i]);
    if (end - i > 1) text += fmt::format("-{}", numbers[end - 1]);
    i = end;
  }
  return text;
}

/// One device: what is there, and how many bytes of each kind.
void print_device(const DeviceMemory& d) {
  std::string parts;
  const auto part = [&parts](const std::string& text) { parts += (parts.empty() ? "" : "; ") + text; };
  if (d.embedding) part("embedding");
  if (!d.layers.empty()) part("layers " + ranges(d.layers));
  if (!d.expert_layers.empty()) part("experts of layers " + ranges(d.expert_layers));
  if (d.output) part("output");
  const MemoryEstimate& m = d.memory;
  fmt::print("{:<14} {}{}\n", d.device, size_text(m.total()), d.budget > 0 ? fmt::format(" of {}", size_text(d.budget)) : "");
  fmt::print("{:<14}   {}\n", "", parts);
  fmt::print("{:<14}   weights {}, experts {}, KV cache {}, scratch {}, room for adapters {}\n", "", size_text(m.weights),
             size_text(m.experts), size_text(m.kv_cache), size_text(m.scratch), size_text(m.adapters));
}

/// Why a plan cannot be made, or the plan.
void print_plan(const Result<MemoryPlan>& plan) {
  if (!plan) {
    fmt::print("{:<14} {}\n", "memory", plan.error().text());
    return;
  }
  const MemoryEstimate total = plan->total();
  fmt::print("{:<14} {} for a context of {} tokens\n", "memory", size_text(total.total()), total.context);
  for (const DeviceMemory& d : plan->devices) print_device(d);
  if (plan->cpu_moe_layers == 0) return;
  fmt::print("{:<14} experts of the last {} layers in the computer's memory", "split", plan->cpu_moe_layers);
  if (plan->hot_experts > 0) fmt::print(", the {} most used of each on {}", plan->hot_experts, plan->devices.front().device);
  if (plan->stream_tokens != 0) fmt::print("; long prompts bring them to {}", plan->devices.front().device);
  fmt::print("\n");
}

nlohmann::ordered_json info_json(const Common& common, const ModelInfo& m, const Result<MemoryPlan>* plan) {
  nlohmann::ordered_json j{{"path", m.path},
                           {"architecture", m.architecture},
                           {"name", m.name},
                           {"description", m.description},
                           {"license", m.license},
                           {"size_label", m.size_label},
                           {"quantisation", m.quantisation},
                           {"file_bytes", m.file_bytes},
                           {"weight_bytes", m.weight_bytes},
                           {"expert_bytes", m.expert_bytes},
                           {"bytes_per_token", m.bytes_per_token},
                           {"parameters", m.parameters},
                           {"active_parameters", m.active_parameters},
                           {"layers", m.layers},
                           {"embedding", m.embedding},
                           {"vocabulary", m.vocabulary},
                           {"experts", m.experts},
                           {"experts_used", m.experts_used},
                           {"experts_shared", m.experts_shared},
                           {"context_length", m.context_length},
                           {"kv_bytes_per_token", m.kv_bytes_per_token},
                           {"has_chat_template", m.has_chat_template},
                           {"vocabulary_only", m.vocabulary_only},
                           {"tokenizer", m.tokenizer}};
  nlohmann::ordered_json mix = nlohmann::ordered_json::object();
  for (const auto& [type, bytes] : m.bytes_by_type) mix[type] = bytes;
  j["bytes_by_type"] = mix;
  if (plan && *plan) {
    j["memory"] = memory_json((*plan)->total());
    j["plan"] = plan_json(**plan);
  } else if (plan) {
    if (const Result<MemoryEstimate> memory = estimate_memory(common.model, common.context, common.kv)) j["memory"] = memory_json(*memory);
    j["plan_error"] = plan->error().text();
  }
  return j;
}

void print_info(const ModelInfo& m) {
  const auto line = [](const char* label, const std::string& value) {
    if (!value.empty()) fmt::print("{:<14} {}\n", label, value);
  };
  line("name", m.name);
  line("description", m.description);
  line("architecture", m.architecture);
  line("licence", m.license);
  line("file", fmt::format("{} ({})", m.path, size_text(m.file_bytes)));
  line("tokenizer", m.tokenizer);
  if (m.vocabulary_only) {
    line("weights", "none: a vocabulary only");
    return;
  }
  std::string mix;
  for (const auto& [type, bytes] : m.bytes_by_type) mix += fmt::format("{}{} {}", mix.empty() ? "" : ", ", type, size_text(bytes));
  line("weights", mix);
  line("parameters", fmt::format("{:.3g} M, {:.3g} M active for each token", static_cast<double>(m.parameters) / 1e6,
                                 static_cast<double>(m.active_parameters) / 1e6));
  line("layers", fmt::format("{}, width {}", m.layers, m.embedding));
  if (m.experts) line("experts", fmt::format("{} of {} used, {} shared", m.experts_used, m.experts, m.experts_shared));
  line("vocabulary", std::to_string(m.vocabulary));
  line("context", fmt::format("{} tokens, {} of KV cache for each (f16)", m.context_length, size_text(m.kv_bytes_per_token)));
  line("chat template", m.has_chat_template ? "yes" : "no");
  line("read per token", size_text(m.bytes_per_token));
}

const char* kind_name(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::cpu:
      return "cpu";
    case DeviceKind::discrete_gpu:
      return "discrete_gpu";
    case DeviceKind::integrated_gpu:
      return "integrated_gpu";
    case DeviceKind::software:
      break;
  }
  return "software";
}

const char* check_name(CheckState check) {
  switch (check) {
    case CheckState::not_needed:
      return "not needed";
    case CheckState::unchecked:
      return "not checked yet";
    case CheckState::passed:
      return "checked";
    case CheckState::failed:
      break;
  }
  return "failed";
}

/// Why a usable device is not what "auto" means; empty where it is, or could be.
const char* not_automatic(NotAutomatic why) {
  switch (why) {
    case NotAutomatic::chosen:
    case NotAutomatic::other:
      return "";
    case NotAutomatic::failed_check:
      return "its self-test failed";
    case NotAutomatic::software:
      return "it is a software rasteriser: the processor itself is faster";
    case NotAutomatic::integrated:
      return "it shares the memory with the processor, which is as fast";
    case NotAutomatic::for_checking:
      break;
  }
  return "it is there to check the others";
}

void print_usable(const DeviceInfo& d) {
  std::string text = fmt::format("{}; {} of {} free", d.name, size_text(d.memory_free), size_text(d.memory_total));
  if (!d.driver.empty() && d.name.find(d.driver) == std::string::npos) text += "; " + d.driver;
  if (d.check != CheckState::not_needed) text += std::string("; ") + check_name(d.check);
  if (d.check == CheckState::failed) text += ": " + d.check_reason;
  fmt::print("{:<12} {}{}\n", d.id, text, d.automatic == NotAutomatic::chosen ? " [auto]" : "");
  if (const std::string why = not_automatic(d.automatic); !why.empty()) fmt::print("{:<12} not chosen by itself: {}\n", "", why);
}

}  // namespace

int devices(const Common& common) {
  const std::vector<DeviceInfo> list = list_devices(cache_folder());
  if (common.json) {
    nlohmann::ordered_json j = nlohmann::ordered_json::array();
    for (const DeviceInfo& d : list)
      j.push_back({{"id", d.id},
                   {"name", d.name},
                   {"memory_total", d.memory_total},
                   {"memory_free", d.memory_free},
                   {"usable", d.usable},
                   {"reason", d.reason},
                   {"kind", kind_name(d.kind)},
                   {"driver", d.driver},
                   {"check", check_name(d.check)},
                   {"check_reason", d.check_reason},
                   {"automatic", d.usable && d.automatic == NotAutomatic::chosen},
                   {"not_automatic", d.usable ? not_automatic(d.automatic) : ""}});
    fmt::print("{}\n", j.dump(1));
    return 0;
  }
  for (const DeviceInfo& d : list) {
    if (d.usable)
      print_usable(d);
    else
      fmt::print("{:<12} cannot be used: {}\n", d.id, d.reason);
  }
  return 0;
}

int info(const Common& common) {
  Result<ModelInfo> model = inspect_model(common.model);
  if (!model) return fail(model.error());
  std::optional<Result<MemoryPlan>> plan;
  if (!model->vocabulary_only) {
    LoadOptions options = load_options(common);
    if (common.lora.empty()) options.adapter_bytes = -1;  // as the window loads
    plan = plan_memory(options, cache_folder());
  }
  if (common.json) {
    fmt::print("{}\n", info_json(common, *model, plan ? &*plan : nullptr).dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
    return 0;
  }
  print_info(*model);
  if (plan) print_plan(*plan);
  return 0;
}

}  // namespace engine::cli
