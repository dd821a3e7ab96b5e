// Imports a model folder as Hugging Face publishes it (config.json, tokenizer.json or tokenizer.model, *.safetensors) into one GGUF
// file: the engine behind `hearth-cli import`.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/dtype.h"
#include "engine/result.h"

namespace engine::importer {

struct ImportOptions {
  std::string folder;
  std::string output;                         // one file, replaced when it exists
  DType type = DType::f16;                    // of the matrices: f32, f16, bf16 or q8_0; norms, biases and routers stay f32
  const std::atomic<bool>* cancel = nullptr;  // set: stops within a fraction of a second
  std::function<void(double, const std::string&)> progress = {};  // share of the bytes written, tensor at work; the caller's thread
};

struct ImportReport {
  std::string architecture;  // general.architecture
  std::string pretokenizer;  // tokenizer.ggml.pre; empty for SentencePiece
  size_t tensors = 0, tokens = 0;
  uint64_t bytes_in = 0, file_bytes = 0;
  std::vector<std::string> warnings;  // what the model has and a GGUF file has no place for
};

/// Reads and writes tensor by tensor, so memory stays at some MB plus the vocabulary. The file appears whole or not at all
/// (gguf/part_file.h).
///
/// Errors: not_found (no folder, no config.json, no weights, no tokenizer), bad_file (damaged files, missing or misshapen
/// tensors, weights that are not finite or too large for f16), unsupported (architectures, pre-tokenizers, quantised or pickled
/// weights that nothing here reads: all named), io (the disk is full: both sizes are named), cancelled.
Result<ImportReport> import_model(const ImportOptions& options);

/// Whether import_model() can be tried: config.json and the names of the files. Gives general.architecture. Errors: not_found, bad_file,
/// unsupported.
Result<std::string> check_folder(const std::string& folder);

/// Classes of config.json ("architectures") that can be imported, sorted.
std::vector<std::string> importable_classes();

}  // namespace engine::importer
