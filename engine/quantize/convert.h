// One tensor from its type in the file to another, in pieces over a pool of threads. Internal to the folder.
#pragma once

#include <atomic>
#include <functional>
#include <span>
#include <string>

#include "core/thread_pool.h"
#include "engine/result.h"
#include "gguf/reader.h"
#include "gguf/writer.h"
#include "quantize/merge.h"

namespace engine::quantize {

struct Conversion {
  std::string name;  // of the tensor that is written
  const gguf::TensorInfo* source = nullptr;
  DType to = DType::f32;
  std::span<const Patch> patches;
};

struct ConversionSums {
  double squares = 0, squared_error = 0;
};

/// Converts and writes one tensor; `advance` gets the number of source bytes done. Every weight is looked at, also where only bytes are
/// copied. Errors: bad_file (not finite, or too large for the type), io, cancelled.
Result<ConversionSums> convert_tensor(const Conversion& conversion, ThreadPool& pool, const std::atomic<bool>* cancel,
                                      gguf::StreamWriter& out, const std::function<void(size_t)>& advance);

Error cancelled_error();

}  // namespace engine::quantize
