// quantize: a model with other block types, adapters merged in.
#include "quantize/quantize.h"
#include "core/machine.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/long_work.h"
#include "cpu/cpu_features.h"
#include "gguf/printable.h"

namespace engine::cli {
namespace {

using quantize::MergeAdapter;
using quantize::QuantizeReport;
using quantize::TensorReport;

double megabytes(uint64_t bytes) {
  return static_cast<double>(bytes) / 1e6;
}

/// "PATTERN=TYPE"; the type is behind the last '='.
Result<quantize::TypeOverride> parse_override(const std::string& text) {
  const size_t at = text.rfind('=');
  const std::string wanted = at == std::string::npos ? "" : text.substr(at + 1);
  const std::optional<DType> type = quantize::type_by_name(wanted);
  if (at == std::string::npos || at == 0)
    return Error{ErrorCode::invalid_argument, fmt::format("\"{}\" is not PATTERN=TYPE.", gguf::printable(text)),
                 "Write for example --tensor-type attn_v=Q8_0."};
  if (!type)
    return Error{ErrorCode::invalid_argument, fmt::format("\"{}\" is no type of a tensor.", gguf::printable(wanted)),
                 fmt::format("Choose one of {}.", fmt::join(quantize::type_names(), ", "))};
  return quantize::TypeOverride{text.substr(0, at), *type};
}

Result<std::vector<MergeAdapter>> read_adapters(const Common& common) {
  std::vector<MergeAdapter> adapters;
  if (common.lora.empty()) return adapters;
  const Result<std::vector<AdapterUse>> uses = parse_adapters(common.lora);
  if (!uses) return uses.error();
  const Result<gguf::File> base = gguf::File::open(common.model);
  if (!base) return base.error();
  const Result<model::Config> config = model::read_config(*base);
  if (!config) return config.error();
  for (const AdapterUse& use : *uses) {
    Result<model::Adapter> adapter = model::read_adapter(use.path, *base, *config);
    if (!adapter) return adapter.error();
    adapters.push_back({std::move(*adapter), use.scale});
  }
  return adapters;
}

/// "Q4_K 60.1 MB, Q6_K 12.0 MB"
std::string mix_text(const QuantizeReport& report) {
  std::map<std::string, uint64_t> bytes;
  for (const TensorReport& t : report.tensors) bytes[dtype_name(t.to)] += t.bytes_out;
  std::string text;
  for (const auto& [type, n] : bytes) text += fmt::format("{}{} {:.1f} MB", text.empty() ? "" : ", ", type, megabytes(n));
  return text;
}

void print_table(const QuantizeReport& report, const quantize::QuantizeOptions& options, double seconds) {
  fmt::print("{:<40} {:>7} {:>7} {:>10} {:>11} {:>8}\n", "tensor", "from", "to", "MB", "rmse", "error");
  for (const TensorReport& t : report.tensors) {
    const std::string error =
        t.rmse > 0 ? fmt::format("{:>11.3e} {:>6.2f} %", t.rmse, 100 * t.relative_error()) : fmt::format("{:>11} {:>8}", "-", "-");
    fmt::print("{:<40} {:>7} {:>7} {:>10.3f} {}{}{}\n", gguf::printable(t.name), dtype_name(t.from), dtype_name(t.to),
               megabytes(t.bytes_out), error, t.note.empty() ? "" : "  ", t.note);
  }
  fmt::print("{} tensors, {:.1f} MB -> {:.1f} MB ({})\n", report.tensors.size(), megabytes(report.bytes_in), megabytes(report.bytes_out),
             mix_text(report));
  if (options.dry_run) {
    fmt::print("nothing was written (--dry-run)\n");
    return;
  }
  fmt::print("relative error of the changed weights {:.3f} %; {} written in {:.1f} s\n", 100 * report.relative_error, options.output,
             seconds);
}

void print_json(const QuantizeReport& report, const quantize::QuantizeOptions& options, double seconds) {
  nlohmann::ordered_json tensors = nlohmann::ordered_json::array();
  for (const TensorReport& t : report.tensors)
    tensors.push_back({{"name", t.name},
                       {"from", dtype_name(t.from)},
                       {"to", dtype_name(t.to)},
                       {"elements", t.elements},
                       {"bytes_in", t.bytes_in},
                       {"bytes_out", t.bytes_out},
                       {"rms", t.rms},
                       {"rmse", t.rmse},
                       {"relative_error", t.relative_error()},
                       {"note", t.note}});
  const nlohmann::ordered_json j{{"input", options.input},
                                 {"output", options.output},
                                 {"type", options.mix},
                                 {"written", !options.dry_run},
                                 {"seconds", seconds},
                                 {"warnings", report.warnings},
                                 {"tensors", tensors},
                                 {"totals",
                                  {{"tensors", report.tensors.size()},
                                   {"bytes_in", report.bytes_in},
                                   {"bytes_out", report.bytes_out},
                                   {"file_bytes", report.file_bytes},
                                   {"relative_error", report.relative_error}}}};
  fmt::print("{}\n", j.dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

int quantize_model(const Common& common, const QuantizeCommand& command) {
  quantize::QuantizeOptions options;
  options.input = common.model;
  options.output = command.output;
  options.mix = command.mix;
  options.purity = command.pure ? quantize::Purity::pure : quantize::Purity::mixed;
  options.allow_requantize = command.allow_requantize;
  options.dry_run = command.dry_run;
  options.threads = common.threads > 0 ? common.threads : physical_cores();
  for (const std::string& text : command.tensor_types) {
    Result<quantize::TypeOverride> parsed = parse_override(text);
    if (!parsed) return fail(parsed.error());
    options.overrides.push_back(std::move(*parsed));
  }
  Result<std::vector<MergeAdapter>> adapters = read_adapters(common);
  if (!adapters) return fail(adapters.error());
  options.adapters = std::move(*adapters);
  options.cancel = &stop_on_signals();
  ProgressLine line;
  if (!common.json) options.progress = [&](double fraction, const std::string& tensor) { line.show(fraction, tensor); };
  const auto start = std::chrono::steady_clock::now();
  const Result<QuantizeReport> report = quantize::quantize(options);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  line.clear();
  if (!report) return fail(report.error());
  for (const std::string& warning : report->warnings) fmt::print(stderr, "hearth-cli: warning: {}\n", warning);
  if (common.json)
    print_json(*report, options, seconds);
  else
    print_table(*report, options, seconds);
  return 0;
}

std::string quantize_types() {
  return fmt::format("{}", fmt::join(quantize::mix_names(), ", "));
}

}  // namespace engine::cli
