// Writes a model with other block types: the engine behind `hearth-cli quantize` (docs/quantisation.md).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/result.h"
#include "quantize/merge.h"
#include "quantize/mix.h"

namespace engine::quantize {

struct QuantizeOptions {
  std::string input;   // a GGUF file, or any part of a split one
  std::string output;  // one file, replaced when it exists
  /// Empty: every tensor keeps its type, but those that are quantised and changed by an adapter become F16.
  std::string mix = "Q4_K_M";
  Purity purity = Purity::mixed;
  std::vector<TypeOverride> overrides;  // the first one that fits decides
  std::vector<MergeAdapter> adapters;   // merged into the weights
  bool allow_requantize = false;        // of tensors that are quantised already
  bool dry_run = false;                 // decide everything, write nothing
  int threads = 1;
  const std::atomic<bool>* cancel = nullptr;                      // set: stops within a fraction of a second
  std::function<void(double, const std::string&)> progress = {};  // share of the bytes read, tensor at work; the caller's thread
};

struct TensorReport {
  std::string name;
  DType from = DType::f32, to = DType::f32;
  int64_t elements = 0;
  uint64_t bytes_in = 0, bytes_out = 0;
  double rms = 0;    // root mean square of the weights, after merging
  double rmse = 0;   // of the written weights against them; 0 where nothing changed
  std::string note;  // kept, merged, why another type than the mix's
  /// rmse / rms
  [[nodiscard]] double relative_error() const { return rms > 0 ? rmse / rms : 0; }
};

struct QuantizeReport {
  std::vector<TensorReport> tensors;  // file order
  std::vector<std::string> warnings;
  uint64_t bytes_in = 0, bytes_out = 0;  // of the tensors
  uint64_t file_bytes = 0;               // of the written file; 0 for a dry run
  double relative_error = 0;             // over all weights of matrices that changed
};

/// Reads tensor by tensor in pieces, so memory stays at some MB a thread for any model. Metadata is copied as it stands, but for
/// general.file_type, general.quantization_version and split.*. The file appears whole or not at all (gguf/part_file.h); its bytes
/// depend on nothing but the input and the options above, `threads` excluded.
///
/// Errors: those of gguf::File::open; invalid_argument (unknown mix, a bad override, output is the input, an adapter of another model,
/// quantised input without allow_requantize); bad_file (a weight that is not finite, or too large for its type: the tensor is named);
/// unsupported (adapters and projectors, files without weights, block types that cannot be read); io; cancelled.
Result<QuantizeReport> quantize(const QuantizeOptions& options);

/// What a mix makes of a model.
struct MixSize {
  std::string mix;
  std::vector<DType> types;    // of the tensors, file order
  uint64_t file_bytes = 0;     // within a few kB
  double bits_per_weight = 0;  // over all weights
  /// Relative rms error of all weights that are quantised, expected from what was measured for each block type (docs/quantisation.md).
  double expected_error = 0;
};

/// The sizes of all mixes, in the order of mix_names(); those that cannot be made of this model are left out. Only the head of the file is
/// read. Errors: those of quantize() for a file that is no source for any mix.
Result<std::vector<MixSize>> mix_sizes(const std::string& input, bool allow_requantize);

}  // namespace engine::quantize
