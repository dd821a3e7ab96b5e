// A model file whose texts are attacks.
#pragma once

#include <string>

namespace hearth_test {

/// Writes a tiny GGUF file: name, licence and description are `markup`, and its chat template fails with `markup` as the reason.
bool writeHostileModel(const std::string& path, const std::string& markup);

}  // namespace hearth_test
