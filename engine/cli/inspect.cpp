// devices and info.
#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.h"

namespace engine::cli {
namespace {

std::string size_text(uint64_t bytes) {
  const double b = static_cast<double>(bytes);
  if (bytes >= 1u << 30) return fmt::format("{:.2f} GiB", b / (1u << 30));
  if (bytes >= 1u << 20) return fmt::format("{:.1f} MiB", b / (1u << 20));
  return fmt::format("{:.1f} KiB", b / 1024);
}

nlohmann::ordered_json info_json(const ModelInfo& m, const MemoryEstimate* memory) {
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
  if (memory)
    j["memory"] = {{"weights", memory->weights}, {"experts", memory->experts},   {"kv_cache", memory->kv_cache},
                   {"scratch", memory->scratch}, {"adapters", memory->adapters}, {"total", memory->total()}};
  return j;
}

void print_info(const ModelInfo& m, const MemoryEstimate* memory) {
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
  if (memory)
    line("memory",
         fmt::format("{}: weights {}, experts {}, KV cache {}, scratch {}, room for adapters {}", size_text(memory->total()),
                     size_text(memory->weights), size_text(memory->experts), size_text(memory->kv_cache), size_text(memory->scratch),
                     size_text(memory->adapters)));
}

}  // namespace

int devices(const Common& common) {
  const std::vector<DeviceInfo> list = list_devices();
  if (common.json) {
    nlohmann::ordered_json j = nlohmann::ordered_json::array();
    for (const DeviceInfo& d : list)
      j.push_back({{"id", d.id},
                   {"name", d.name},
                   {"memory_total", d.memory_total},
                   {"memory_free", d.memory_free},
                   {"usable", d.usable},
                   {"reason", d.reason}});
    fmt::print("{}\n", j.dump(1));
    return 0;
  }
  for (const DeviceInfo& d : list) {
    if (d.usable)
      fmt::print("{:<12} {}; {} of {} free\n", d.id, d.name, size_text(d.memory_free), size_text(d.memory_total));
    else
      fmt::print("{:<12} cannot be used: {}\n", d.id, d.reason);
  }
  return 0;
}

int info(const Common& common) {
  Result<ModelInfo> model = inspect_model(common.model);
  if (!model) return fail(model.error());
  Result<MemoryEstimate> memory =
      model->vocabulary_only ? Result<MemoryEstimate>(MemoryEstimate{}) : estimate_memory(common.model, common.context, common.kv);
  const MemoryEstimate* estimate = memory && !model->vocabulary_only ? &*memory : nullptr;
  if (common.json)
    fmt::print("{}\n", info_json(*model, estimate).dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
  else
    print_info(*model, estimate);
  return 0;
}

}  // namespace engine::cli
