// What a device will take for computing a model besides weights, KV cache and activations.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/model_loader.h"

namespace engine {

/// Bytes for all ops of an opened model on `device` (a resolved name), before that is opened: those of a program that has everything there.
uint64_t private_bytes_of(const RuntimeOptions& options, const LoadedModel& model, const std::string& device);

}  // namespace engine
