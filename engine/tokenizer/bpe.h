// Byte-level BPE (tokenizer.ggml.model "gpt2", formats.md 10.2).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/result.h"
#include "tokenizer/vocabulary.h"

namespace engine {

/// `pre`: the value of tokenizer.ggml.pre. `merges`: "left right" in order of rank; malformed ones are skipped with a
/// warning, as llama.cpp does. Errors: unsupported (unknown `pre`, named).
Result<std::unique_ptr<Tokenizer>> make_bpe_tokenizer(Vocabulary vocabulary, std::string_view pre, const std::vector<std::string>& merges);

}  // namespace engine
