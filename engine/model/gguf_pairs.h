// The head of a GGUF adapter (formats.md 11.1): what it says about itself, and its pairs by the tensor they change.
#pragma once

#include <map>
#include <string>

#include "engine/result.h"
#include "gguf/reader.h"
#include "model/adapter_errors.h"

namespace engine::model {

/// Both are there, of a type that can be read.
struct GgufPair {
  const gguf::TensorInfo* a = nullptr;
  const gguf::TensorInfo* b = nullptr;
};

struct GgufAdapterHead {
  std::string arch;                       // of the base model
  double alpha = 0;                       // 0: not said
  std::map<std::string, GgufPair> pairs;  // by base tensor; they stay those of the file
};

/// Errors: unsupported (no adapter, a whole model, no plain LoRA, block types), bad_file (half a pair, alpha that is no number).
Result<GgufAdapterHead> read_gguf_adapter_head(const gguf::File& file, const AdapterErrors& errors);

}  // namespace engine::model
