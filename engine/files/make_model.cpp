// Model files from other files: smaller variants, merged adapters, imported folders.
#include <fmt/format.h>

#include <algorithm>

#include "core/machine.h"
#include "cpu/cpu_features.h"
#include "engine/files.h"
#include "gguf/reader.h"
#include "import/import.h"
#include "quantize/quantize.h"

namespace engine {
namespace {

constexpr double kWorthwhile = 0.98;  // of the file

/// Q8_0 and plain numbers: rounding once more adds next to nothing to the error of the new type.
bool is_original(const gguf::File& file) {
  return std::all_of(file.tensors().begin(), file.tensors().end(),
                     [](const gguf::TensorInfo& t) { return dtype_info(t.type).block_elems == 1 || t.type == DType::q8_0; });
}

Error quantised_already(const gguf::File& file) {
  const auto& tensors = file.tensors();
  const auto at = std::find_if(tensors.begin(), tensors.end(),
                               [](const gguf::TensorInfo& t) { return dtype_info(t.type).block_elems > 1 && t.type != DType::q8_0; });
  return {ErrorCode::invalid_argument,
          fmt::format("{} is quantised already ({}); a second rounding would cost too much quality.", file.path(), dtype_name(at->type)),
          "Start from this model in F16, BF16 or Q8_0."};
}

Result<std::vector<quantize::MergeAdapter>> read_adapters(const gguf::File& base, const std::vector<AdapterUse>& uses) {
  std::vector<quantize::MergeAdapter> adapters;
  if (uses.empty()) return adapters;
  const Result<model::Config> config = model::read_config(base);
  if (!config) return config.error();
  for (const AdapterUse& use : uses) {
    Result<model::Adapter> adapter = model::read_adapter(use.path, base, *config);
    if (!adapter) return adapter.error();
    adapters.push_back({std::move(*adapter), use.scale});
  }
  return adapters;
}

/// Ternary types are for models trained that way.
bool is_ternary(const std::string& mix) {
  return mix.starts_with("TQ");
}

}  // namespace

int quality_of_error(double relative_error) {
  if (relative_error <= 0.02) return 5;
  if (relative_error <= 0.05) return 4;
  if (relative_error <= 0.10) return 3;
  return relative_error <= 0.20 ? 2 : 1;
}

Result<std::vector<SmallerVariant>> smaller_variants(const std::string& model) {
  const Result<gguf::File> file = gguf::File::open(model);
  if (!file) return file.error();
  if (!is_original(*file)) return quantised_already(*file);
  const Result<std::vector<quantize::MixSize>> sizes = quantize::mix_sizes(model, true);
  if (!sizes) return sizes.error();
  std::vector<SmallerVariant> variants;
  std::vector<const quantize::MixSize*> taken;
  for (const quantize::MixSize& size : *sizes) {
    const bool small = static_cast<double>(size.file_bytes) <= kWorthwhile * static_cast<double>(file->file_bytes());
    const bool known = std::any_of(taken.begin(), taken.end(), [&](const auto* other) { return other->types == size.types; });
    if (!small || known || is_ternary(size.mix)) continue;
    taken.push_back(&size);
    variants.push_back({size.mix, size.file_bytes, size.bits_per_weight, size.expected_error, quality_of_error(size.expected_error)});
  }
  std::stable_sort(variants.begin(), variants.end(), [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
  return variants;
}

Result<WrittenModel> quantize_model(const QuantizeRequest& request) {
  quantize::QuantizeOptions options;
  options.input = request.input;
  options.output = request.output;
  options.mix = request.type;
  options.threads = request.threads > 0 ? request.threads : std::max(1, physical_cores() - 1);
  options.cancel = request.hooks.cancel;
  options.progress = request.hooks.progress;
  {
    const Result<gguf::File> file = gguf::File::open(request.input);
    if (!file) return file.error();
    if (!request.type.empty() && !is_original(*file)) return quantised_already(*file);
    options.allow_requantize = true;
    Result<std::vector<quantize::MergeAdapter>> adapters = read_adapters(*file, request.adapters);
    if (!adapters) return adapters.error();
    options.adapters = std::move(*adapters);
  }
  const Result<quantize::QuantizeReport> report = quantize::quantize(options);
  if (!report) return report.error();
  WrittenModel written{report->file_bytes, report->warnings};
  // From Q8_0 that is no loss worth a warning; the only one there is.
  std::erase_if(written.warnings, [](const std::string& warning) { return warning.find("quantised already") != std::string::npos; });
  return written;
}

Result<std::string> check_import_folder(const std::string& folder) {
  return importer::check_folder(folder);
}

Result<WrittenModel> import_folder(const std::string& folder, const std::string& output, const WorkHooks& hooks) {
  importer::ImportOptions options;
  options.folder = folder;
  options.output = output;
  options.cancel = hooks.cancel;
  options.progress = hooks.progress;
  const Result<importer::ImportReport> report = importer::import_model(options);
  if (!report) return report.error();
  return WrittenModel{report->file_bytes, report->warnings};
}

}  // namespace engine
