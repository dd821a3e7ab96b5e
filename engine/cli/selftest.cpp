// selftest: the op conformance table on a device, and a generation whose answer the scalar reference knows.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/commands.h"
#include "cli/long_work.h"
#include "core/paths.h"
#include "ops/conformance.h"
#include "runtime/backends.h"
#include "runtime/device_check.h"
#include "runtime/providers.h"

namespace engine::cli {
namespace {

constexpr int kAnswerTokens = 16;
constexpr const char* kPrompt = "Tell me a story about a cat.";

/// The bundled model: HEARTH_STARTER, beside an installed program, or in the source tree that this was built in.
std::string starter_model() {
  if (std::string path = environment("HEARTH_STARTER"); !path.empty()) return path;
  std::error_code error;
  const std::filesystem::path program = program_file().parent_path();
  for (const char* place : {"../share/hearth/models/ember-q8_0.gguf", "../../../resources/models/ember-q8_0.gguf"})
    if (std::filesystem::exists(program / place, error)) return utf8_text((program / place).lexically_normal());
  return "";
}

/// Greedy ids after the prompt.
Result<std::vector<int32_t>> greedy(const Common& common, const std::string& model, const std::string& device) {
  RuntimeOptions options = runtime_options(common);
  options.model_path = model;
  options.device = device;
  options.cache_dir.clear();  // this is the self-test
  options.context = 256;
  options.max_sequences = 1;
  Result<std::unique_ptr<ModelRuntime>> runtime = ModelRuntime::load(options, {}, &stop_on_signals());
  if (!runtime) return runtime.error();
  if (!(*runtime)->tokenizer())
    return Error{ErrorCode::unsupported, fmt::format("{} has no vocabulary.", model), "Choose another --model."};
  std::vector<int32_t> ids = encode_prompt(*(*runtime)->tokenizer(), kPrompt, SpecialTokens::as_text);
  const std::vector<int32_t> pages = page_range(0, options.context);
  const size_t prompt = ids.size();
  for (size_t done = 0; ids.size() < prompt + kAnswerTokens;) {
    const StepSequence step{std::span<const int32_t>(ids).subspan(done), static_cast<int>(done), pages, true, false};
    Result<StepOutput> out = (*runtime)->run({&step, 1}, &stop_on_signals());
    if (!out) return out.error();
    done = ids.size();
    ids.push_back(out->candidate_ids[0]);
  }
  ids.erase(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(prompt));
  return ids;
}

/// True when the device gives the tokens of the reference.
Result<bool> known_answer(const Common& common, const std::string& model, const std::string& device) {
  Result<std::vector<int32_t>> known = greedy(common, model, "reference");
  if (!known) return known.error();
  Result<std::vector<int32_t>> ours = greedy(common, model, device);
  if (!ours) return ours.error();
  return *known == *ours;
}

/// A sentence about what failed first; empty: nothing did.
std::string problem_of(const ConformanceReport& report, bool answered) {
  if (!report.failures.empty())
    return fmt::format("{} of {} checks failed, the first in {} {}: {}", report.failures.size(), report.cases, report.failures[0].op,
                       report.failures[0].type, report.failures[0].problem);
  return answered ? "" : "the known answer is another one";
}

}  // namespace

int selftest(const Common& common, const SelftestOptions& options) {
  Result<std::string> device = resolve_device(common.device);
  if (!device) return fail(device.error());
  const Result<DeviceInfo> info = device_info(*device);
  if (!info) return fail(info.error());
  // A whole test is remembered, also when it takes the program down; the engine's own devices need none.
  std::optional<CheckMark> mark;
  if (options.filter.empty() && !is_own_device(*device) && !cache_folder().empty()) mark.emplace(cache_folder(), *info);
  set_program_cache(cache_folder());
  ConformanceOptions table;
  table.filter = options.filter;
  table.cancel = &stop_on_signals();
  if (!common.json)
    table.on_result = [](const ConformanceResult& r) {
      if (!r.passed) fmt::print("FAILED {}\n", r.text());
    };
  const auto make = [&]() -> std::unique_ptr<Backend> {
    Result<std::unique_ptr<Backend>> backend = make_backend(*device, common.threads);
    return backend ? std::move(*backend) : nullptr;
  };
  const ConformanceReport report = run_conformance(make_reference_backend, make, table);
  if (report.cancelled) {
    if (mark) mark->forget();
    return fail({ErrorCode::cancelled, "The self-test was stopped.", ""});
  }
  const std::string model = common.model.empty() ? starter_model() : common.model;
  std::string answer = "skipped: no model was given and the starter model is not here";
  bool answered = true;
  if (!model.empty()) {
    Result<bool> same = known_answer(common, model, *device);
    if (!same) {
      if (mark) same.error().code == ErrorCode::cancelled ? mark->forget() : mark->finish(same.error().message);
      return fail(same.error());
    }
    answered = *same;
    answer = answered ? "passed" : "FAILED: the device does not give the tokens of the reference";
  }
  if (mark) mark->finish(problem_of(report, answered));
  if (common.json)
    fmt::print("{}\n", nlohmann::ordered_json{{"device", *device},
                                              {"cases", report.cases},
                                              {"failed", report.failures.size()},
                                              {"seconds", report.seconds},
                                              {"known_answer", answer}}
                           .dump());
  else
    fmt::print("{}: {} of {} op cases passed in {:.1f} s; known answer {}\n", *device,
               report.cases - static_cast<int>(report.failures.size()), report.cases, report.seconds, answer);
  return report.passed() && answered ? 0 : 1;
}

}  // namespace engine::cli
