// Finds the value of tokenizer.ggml.pre whose regexes are those of a tokenizer.json (formats.md 10.4). Internal to the folder.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "engine/result.h"

namespace engine::importer {

/// `tokenizer` is the whole of tokenizer.json, `arch` decides between names for one rule.
/// Errors: unsupported (the step or the pattern that nothing here does is named), bad_file.
Result<std::string> pretokenizer_name(const nlohmann::json& tokenizer, const std::string& path, const std::string& arch);

}  // namespace engine::importer
