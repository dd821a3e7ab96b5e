// What can be said about model and adapter files, and made of them, without a loaded model.
//
// All calls block, keep nothing and may be made from several threads at once. A file is hostile input: whatever it says is bounded.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/info.h"
#include "engine/request.h"
#include "engine/result.h"

namespace engine {

// ---- adapters

enum class AdapterFormat { gguf, peft };

/// Facts of an adapter as it stands, before it is known which model it is for.
struct AdapterInfo {
  std::string name;  // general.name, else the file or folder name
  AdapterFormat format = AdapterFormat::gguf;
  std::string architecture;  // of the base model, in GGUF's words; empty: not said
  std::string base_name;     // the model it was made for, as it says; empty: not said
  std::string description, license;
  int rank = 0;                      // largest
  double alpha = 0;                  // 0: not said
  std::vector<std::string> targets;  // kinds of weights it changes: "attn_q" or "q_proj", sorted
  int tensors = 0;                   // weights it changes
  uint64_t bytes = 0;
  std::vector<std::string> files;  // absolute paths
};

/// Reads a GGUF adapter, a PEFT folder, or a file inside one. What no model can use is refused with the reason. Errors: not_found, io,
/// bad_file, unsupported (pickle, DoRA, modules_to_save, biases, another kind of adapter, too high a rank, a whole model, ...).
Result<AdapterInfo> inspect_adapter(const std::string& path);

/// Why an adapter cannot be used with a model, or nothing. Of the model only the head is read, of the adapter everything.
struct AdapterCheck {
  std::optional<Error> misfit;
};

/// Errors: those of the model file; what is wrong with the adapter is no error but the misfit.
Result<AdapterCheck> check_adapter(const std::string& adapter, const std::string& model);

// ---- models

/// A model file as a card shows it. Text is valid UTF-8 without control characters but line breaks and tabs.
struct ModelCard {
  ModelInfo info;
  std::string author, license, base_model;
  std::string chat_template;       // the model's own, may be empty
  std::vector<std::string> parts;  // absolute paths, first part first
  /// All keys in the order of the file. Texts over 2,000 characters are cut, with "…" behind; arrays are "[151936 × string]".
  std::vector<std::pair<std::string, std::string>> metadata;
};

/// Errors: those of inspect_model().
Result<ModelCard> read_model_card(const std::string& path);

/// Asks long work to stop and hears from it: share of the work, and the tensor at work. Called in the caller's thread.
struct WorkHooks {
  const std::atomic<bool>* cancel = nullptr;
  std::function<void(double, const std::string&)> progress = {};
};

/// A way to make a model smaller.
struct SmallerVariant {
  std::string type;            // name of the mix: "Q4_K_M"
  uint64_t bytes = 0;          // of the file, within a few kB
  double bits_per_weight = 0;  // over all weights
  double expected_error = 0;   // relative rms error of the weights, from the measured ones of the block types
  int quality = 0;             // 1 to 5, see quality_of_error()
};

/// The class of an expected error (docs/quantisation.md): 5 to 2 %, 4 to 5 %, 3 to 12 %, 2 to 20 %, 1 above.
int quality_of_error(double relative_error);

/// Mixes that make the file smaller by 2 % or more, largest first; of mixes that come to the same tensor types the first. Ternary ones, for
/// models trained that way, are left out. Errors: those of quantize_model().
Result<std::vector<SmallerVariant>> smaller_variants(const std::string& model);

struct QuantizeRequest {
  std::string input, output;  // GGUF files; `output` is replaced when it exists
  /// A mix of `hearth-cli quantize`. Empty: every tensor keeps its type; those that are quantised and changed by an adapter become F16,
  /// because writing them back into their blocks would round the adapter away.
  std::string type;
  std::vector<AdapterUse> adapters;  // merged into the weights
  int threads = 0;                   // 0: one for each physical core
  WorkHooks hooks = {};
};

struct WrittenModel {
  uint64_t file_bytes = 0;
  std::vector<std::string> warnings;
};

/// Writes a model with other block types; the file appears whole or not at all. Q8_0 is taken for an original, as next to nothing is lost
/// in it. Errors: invalid_argument (quantised further than Q8_0, unknown type, the output is an input, an adapter of another model),
/// those of the readers, io (the disk is full: both sizes are named), cancelled.
Result<WrittenModel> quantize_model(const QuantizeRequest& request);

/// Whether a folder is a Hugging Face model that import_folder() takes, as far as config.json and the names of the files say. Gives
/// general.architecture. Errors: not_found, bad_file, unsupported.
Result<std::string> check_import_folder(const std::string& folder);

/// Writes a Hugging Face folder as one GGUF file, matrices as F16. Errors: those of `hearth-cli import`.
Result<WrittenModel> import_folder(const std::string& folder, const std::string& output, const WorkHooks& hooks);

}  // namespace engine
