// Which files an adapter is, whatever of it was named: a GGUF file, a PEFT folder, or a file inside one.
#pragma once

#include <string>

#include "engine/result.h"

namespace engine::model {

struct AdapterSource {
  std::string gguf;             // the GGUF file; empty: PEFT
  std::string folder, weights;  // PEFT: adapter_config.json is in the folder, the weights are adapter_model.safetensors

  [[nodiscard]] bool is_gguf() const { return !gguf.empty(); }
  [[nodiscard]] std::string config() const;  // PEFT: adapter_config.json
  [[nodiscard]] std::string name() const;    // of the file or folder
};

/// Looks at names and first bytes only. Errors: not_found, io, bad_file (no adapter at all), unsupported (pickle, MLX, a whole model).
Result<AdapterSource> find_adapter(const std::string& path);

}  // namespace engine::model
