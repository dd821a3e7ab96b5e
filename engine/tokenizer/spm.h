// SentencePiece BPE (tokenizer.ggml.model "llama", formats.md 10.3), run by the sentencepiece library.
#pragma once

#include <memory>
#include <string>

#include "engine/result.h"
#include "tokenizer/vocabulary.h"

namespace engine {

/// Errors: bad_file (a byte token whose text is not <0xNN>, or the library refuses the vocabulary, its reason included).
Result<std::unique_ptr<Tokenizer>> make_spm_tokenizer(Vocabulary vocabulary);

}  // namespace engine
