#include "import/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/check.h"
#include "core/paths.h"
#include "gguf/bounded_json.h"
#include "gguf/safetensors.h"
#include "import/hf_model.h"
#include "import/tensor_plan.h"
#include "import/tensor_stream.h"
#include "import/vocabulary.h"

namespace engine::importer {
namespace {

namespace fs = std::filesystem;

constexpr gguf::JsonLimits kConfigLimits{size_t{4} << 20, size_t{1} << 18, 32};

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// Names of the files of the folder that end so.
bool has_files(const fs::path& folder, std::initializer_list<const char*> extensions) {
  std::error_code problem;
  for (fs::directory_iterator at(folder, problem), end; !problem && at != end; at.increment(problem))
    for (const char* extension : extensions)
      if (at->path().extension() == extension) return true;
  return false;
}

Result<nlohmann::json> read_config(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored))
    return Error{ErrorCode::not_found, fmt::format("There is no folder {}.", utf8_text(folder)), "Give the folder of a downloaded model."};
  if (is_file(folder / "config.json")) return gguf::read_json(utf8_text(folder / "config.json"), kConfigLimits);
  if (is_file(folder / "adapter_config.json"))
    return Error{ErrorCode::unsupported, fmt::format("{} is an adapter, not a model.", utf8_text(folder)),
                 "Adapters need no import: add the folder to its base model as it is."};
  return Error{ErrorCode::not_found, fmt::format("The folder {} holds no config.json.", utf8_text(folder)),
               "Give the folder of a downloaded model."};
}

Result<gguf::SafeTensors> open_weights(const fs::path& folder) {
  if (is_file(folder / "model.safetensors.index.json"))
    return gguf::SafeTensors::open_index(utf8_text(folder / "model.safetensors.index.json"));
  if (is_file(folder / "model.safetensors")) return gguf::SafeTensors::open(utf8_text(folder / "model.safetensors"));
  if (has_files(folder, {".safetensors"}))
    return Error{ErrorCode::not_found, fmt::format("{} holds parts of a model, but no model.safetensors.index.json.", utf8_text(folder)),
                 "Download the whole folder of the model."};
  if (has_files(folder, {".bin", ".pt", ".pth"}))
    return Error{
        ErrorCode::unsupported,
        fmt::format("The weights in {} are a Python pickle, which can run any program when it is opened, so Hearth does not open it.",
                    utf8_text(folder)),
        "Choose a copy of the model with .safetensors files."};
  return Error{ErrorCode::not_found, fmt::format("The folder {} holds no model.safetensors.", utf8_text(folder)),
               "Download the whole folder of the model."};
}

/// general.file_type of the matrices' type.
uint32_t file_type(DType type) {
  return type == DType::f32 ? 0 : type == DType::f16 ? 1 : type == DType::q8_0 ? 7 : 32;
}

std::string folder_name(const std::string& folder) {
  std::error_code ignored;
  fs::path path = fs::weakly_canonical(native_path(folder), ignored);
  if (path.empty()) path = native_path(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return utf8_text(path.filename());
}

}  // namespace

Result<ImportReport> import_model(const ImportOptions& options) {
  const DType type = options.type;
  HEARTH_CHECK(type == DType::f32 || type == DType::f16 || type == DType::bf16 || type == DType::q8_0);
  const fs::path folder = native_path(options.folder);
  const Result<nlohmann::json> config = read_config(folder);
  if (!config) return config.error();
  Result<HfModel> model = read_hf_model(*config, utf8_text(folder / "config.json"));
  if (!model) return model.error();
  model->name = folder_name(options.folder);
  const Result<gguf::SafeTensors> weights = open_weights(folder);
  if (!weights) return weights.error();
  const Result<std::vector<PlannedTensor>> plan = plan_tensors(*weights, *model, type);
  if (!plan) return plan.error();
  const Result<ImportedVocabulary> vocabulary = read_vocabulary(options.folder, *config, model->kind->arch, model->vocab);
  if (!vocabulary) return vocabulary.error();

  gguf::Writer head;
  put_model_keys(*model, head);
  head.put_u32("general.file_type", file_type(type));
  put_vocabulary(*vocabulary, head);
  std::vector<gguf::TensorShape> shapes;
  for (const PlannedTensor& t : *plan) shapes.push_back(t.shape);
  Result<gguf::StreamWriter> writer = gguf::StreamWriter::create(options.output, head, std::move(shapes));
  if (!writer) return writer.error();
  if (Status s = write_tensors(*writer, *plan, {*weights, options.cancel, options.progress, model->fp8_rows, model->fp8_columns}); !s)
    return s.error();
  // A request that came during the last bytes still leaves nothing behind.
  if (options.cancel && *options.cancel) return Error{ErrorCode::cancelled, "The import was stopped.", ""};
  if (Status s = writer->finish(); !s) return s.error();

  ImportReport report{model->kind->arch,     vocabulary->pre,      plan->size(),   vocabulary->tokens.size(),
                      weights->file_bytes(), writer->file_bytes(), model->warnings};
  report.warnings.insert(report.warnings.end(), vocabulary->warnings.begin(), vocabulary->warnings.end());
  return report;
}

Result<std::string> check_folder(const std::string& path) {
  const fs::path folder = native_path(path);
  const Result<nlohmann::json> config = read_config(folder);
  if (!config) return config.error();
  const Result<HfModel> model = read_hf_model(*config, utf8_text(folder / "config.json"));
  if (!model) return model.error();
  if (const Result<gguf::SafeTensors> weights = open_weights(folder); !weights) return weights.error();
  if (!is_file(folder / "tokenizer.json") && !is_file(folder / "tokenizer.model"))
    return Error{ErrorCode::not_found, fmt::format("The folder {} holds neither tokenizer.json nor tokenizer.model.", path),
                 "Download the whole folder of the model."};
  return std::string(model->kind->arch);
}

}  // namespace engine::importer
