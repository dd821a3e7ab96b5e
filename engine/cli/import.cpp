// import: a model folder of Hugging Face as one GGUF file.
#include "import/import.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/long_work.h"

namespace engine::cli {

int import_model(const Common& common, const ImportCommand& command) {
  importer::ImportOptions options;
  options.folder = command.folder;
  options.output = command.output;
  options.type = command.type;
  options.cancel = &stop_on_signals();
  ProgressLine line;
  if (!common.json) options.progress = [&](double fraction, const std::string& tensor) { line.show(fraction, tensor); };
  const auto start = std::chrono::steady_clock::now();
  const Result<importer::ImportReport> report = importer::import_model(options);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  line.clear();
  if (!report) return fail(report.error());
  for (const std::string& warning : report->warnings) fmt::print(stderr, "hearth-cli: warning: {}\n", warning);
  if (common.json) {
    const nlohmann::ordered_json j{{"folder", options.folder},
                                   {"output", options.output},
                                   {"architecture", report->architecture},
                                   {"pretokenizer", report->pretokenizer},
                                   {"tensors", report->tensors},
                                   {"tokens", report->tokens},
                                   {"bytes_in", report->bytes_in},
                                   {"file_bytes", report->file_bytes},
                                   {"seconds", seconds},
                                   {"warnings", report->warnings}};
    fmt::print("{}\n", j.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return 0;
  }
  fmt::print("{}: {} tensors, {} tokens ({}), {:.1f} MB -> {:.1f} MB in {:.1f} s\n", report->architecture, report->tensors, report->tokens,
             report->pretokenizer.empty() ? "SentencePiece" : report->pretokenizer, static_cast<double>(report->bytes_in) / 1e6,
             static_cast<double>(report->file_bytes) / 1e6, seconds);
  return 0;
}

}  // namespace engine::cli
