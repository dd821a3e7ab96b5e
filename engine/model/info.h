// A description of an open model, for people and for plans.
#pragma once

#include "engine/info.h"
#include "gguf/reader.h"
#include "model/config.h"

namespace engine::model {

/// All fields of ModelInfo for a file that has weights; `config` was read from it.
ModelInfo describe(const gguf::File& file, const Config& config);

}  // namespace engine::model
