// adapter: what an adapter is, and whether it fits a model.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "cli/commands.h"
#include "engine/files.h"

namespace engine::cli {
namespace {

const char* format_name(AdapterFormat format) {
  return format == AdapterFormat::gguf ? "GGUF" : "PEFT";
}

void print_facts(const AdapterInfo& a) {
  const auto line = [](const char* label, const std::string& value) {
    if (!value.empty()) fmt::print("{:<14} {}\n", label, value);
  };
  line("name", a.name);
  line("description", a.description);
  line("format", format_name(a.format));
  line("architecture", a.architecture);
  line("made for", a.base_name);
  line("licence", a.license);
  line("rank", std::to_string(a.rank));
  if (a.alpha != 0) line("alpha", fmt::format("{:g}", a.alpha));
  line("changes", fmt::format("{} weights: {}", a.tensors, fmt::join(a.targets, ", ")));
  line("size", fmt::format("{:.2f} MB", static_cast<double>(a.bytes) / 1e6));
}

nlohmann::ordered_json facts_json(const AdapterInfo& a) {
  return {{"name", a.name},
          {"format", a.format == AdapterFormat::gguf ? "gguf" : "peft"},
          {"architecture", a.architecture},
          {"base_name", a.base_name},
          {"description", a.description},
          {"license", a.license},
          {"rank", a.rank},
          {"alpha", a.alpha},
          {"targets", a.targets},
          {"tensors", a.tensors},
          {"bytes", a.bytes},
          {"files", a.files}};
}

}  // namespace

int adapter(const Common& common, const AdapterCommand& command) {
  const Result<AdapterInfo> info = inspect_adapter(command.path);
  if (!info) return fail(info.error());
  std::optional<AdapterCheck> check;
  if (!common.model.empty()) {
    Result<AdapterCheck> checked = check_adapter(command.path, common.model);
    if (!checked) return fail(checked.error());
    check = std::move(*checked);
  }
  if (common.json) {
    nlohmann::ordered_json j = facts_json(*info);
    if (check) {
      j["base"] = common.model;
      j["fits"] = !check->misfit;
      j["reason"] = check->misfit ? check->misfit->text() : "";
    }
    fmt::print("{}\n", j.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return check && check->misfit ? 1 : 0;
  }
  print_facts(*info);
  if (!check) return 0;
  if (check->misfit) return fail(*check->misfit);
  fmt::print("{:<14} {}\n", "fits", common.model);
  return 0;
}

}  // namespace engine::cli
