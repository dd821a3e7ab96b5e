// LoRA adapters added to the weights they belong to: W + s B A (formats.md 11).
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/result.h"
#include "gguf/reader.h"
#include "model/adapter.h"
#include "model/config.h"

namespace engine::quantize {

/// An adapter that has been read (model/adapter.h) and how strongly it counts.
struct MergeAdapter {
  model::Adapter adapter;
  float scale = 1.0f;
};

/// Rows [first_row, first_row + rows) of a tensor get scale * coefficients * vectors. Rows are counted over all experts and heads.
struct Patch {
  int64_t first_row = 0, rows = 0, cols = 0;
  int64_t rank = 0;
  const float* coefficients = nullptr;  // [rows][rank]
  const float* vectors = nullptr;       // [rank][cols]
  float scale = 1.0f;
};

/// What all adapters change, by the names of the tensors in the file; fused tensors and the legacy kv_b are put together from
/// the canonical pieces of model::AdapterPair.
class Merge {
 public:
  /// `adapters` must outlive the result. Errors: invalid_argument (a pair without a tensor: another base model),
  /// bad_file (shapes that do not fit), unsupported (a tensor with a scale of its own), all naming adapter and tensor.
  static Result<Merge> make(std::span<const MergeAdapter> adapters, const gguf::File& model, const model::Config& config);

  /// Empty when no adapter changes the tensor. "output.weight" may have patches although the file has no such tensor: then the
  /// output is tied to token_embd.weight, the patches belong to a copy of it.
  [[nodiscard]] std::span<const Patch> patches(const std::string& tensor) const;

  /// All names with patches.
  [[nodiscard]] std::vector<std::string> tensors() const;

 private:
  struct Builder;
  std::map<std::string, std::vector<Patch>> patches_;
  std::vector<std::vector<float>> owned_;  // transposed matrices
};

/// Adds what `patches` say about columns [col, col + n) of one row.
void apply_patches(std::span<const Patch> patches, int64_t row, int64_t col, int64_t n, float* values);

}  // namespace engine::quantize
