// Makes the bytes of planned tensors and writes them, a few rows at a time. Internal to the folder.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/result.h"
#include "gguf/writer.h"
#include "import/tensor_plan.h"

namespace engine::importer {

struct StreamControl {
  const gguf::SafeTensors& checkpoint;  // whose pages are given back on the way
  const std::atomic<bool>* cancel = nullptr;
  std::function<void(double, const std::string&)> progress;
  int64_t fp8_rows = 0, fp8_columns = 0;  // block of one FP8 factor
};

/// Writes all of `tensors` in order. Errors: io, bad_file (a weight that is not finite or too large for f16: the tensor is
/// named), cancelled.
Status write_tensors(gguf::StreamWriter& writer, const std::vector<PlannedTensor>& tensors, const StreamControl& control);

}  // namespace engine::importer
