// Which tensors a GGUF file gets and from which tensors of the checkpoint each is made (formats.md 4, 5, 7). Internal to the folder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/result.h"
#include "gguf/safetensors.h"
#include "gguf/writer.h"
#include "import/hf_model.h"

namespace engine::importer {

/// A matrix of the checkpoint, [rows][columns]; FP8 ones have a factor for each block.
struct Source {
  const gguf::SafeTensor* weight = nullptr;
  const gguf::SafeTensor* factors = nullptr;  // weight_scale_inv, [ceil(rows / block)][ceil(columns / block)]
  int64_t rows = 0, columns = 0;
};

/// How rows of the result come from rows of its sources.
enum class Arrangement {
  plain,  // one source after the other
  heads,  // the halves of each head interleave
  k_b,    // MLA: of each head the K rows of kv_b, transposed
  v_b,    // MLA: of each head the V rows of kv_b
};

struct PlannedTensor {
  gguf::TensorShape shape;
  Arrangement arrangement = Arrangement::plain;
  std::vector<Source> sources;
  std::vector<float> values;       // instead of sources: computed ones
  int64_t width = 0;               // heads: rows of a head
  int64_t k_rows = 0, v_rows = 0;  // k_b, v_b: rows of a head in kv_b
};

/// In the order in which they are written. Matrices get `type`, or f16 where q8_0 does not divide their rows; norms, biases and
/// routers are f32. `checkpoint` must outlive the result.
/// Errors: bad_file (a missing or misshapen tensor), unsupported (a tensor that no one asked for, an integer type).
Result<std::vector<PlannedTensor>> plan_tensors(const gguf::SafeTensors& checkpoint, const HfModel& model, DType type);

}  // namespace engine::importer
