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

/// The prompt that a chat template makes of a conversation with the tokens of a model, ready for the answer. `chat_template` empty: the
/// model's own, or the layout that is used in its place. Errors: invalid_argument (the template does not parse or fails, with line and
/// cause; an unknown role), those of the file and its vocabulary.
Result<std::string> render_chat_template(const std::string& model, const std::string& chat_template,
                                         const std::vector<ChatMessage>& messages);

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

/// The class of an expected error (docs/quantisation.md): 5 to 2 %, 4 to 5 %, 3 to 10 %, 2 to 20 %, 1 above.
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
  int threads = 0;                   // 0: one for each physical core but one, which is left to the window
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

// ---- where a model would run

/// Sizes of a model, of a file or of one that is not there yet. Bytes; zeros are not known.
struct ModelShape {
  uint64_t weight_bytes = 0;  // experts included
  uint64_t expert_bytes = 0;  // routed ones
  uint64_t bytes_per_token = 0;
  uint64_t kv_bytes_per_token = 0;  // f16, all layers
  int layers = 0;
  int context_length = 0;  // trained, tokens
};

enum class FitKind { device, device_and_memory, processor, too_large };

struct ModelFit {
  FitKind kind = FitKind::too_large;
  MemoryPlan plan;               // when it is too large: what it would take of the computer's memory
  double tokens_per_second = 0;  // expected while decoding, in a short context; 0: not known
  DeviceInfo device;             // beside the processor; no id: none is used
  DeviceInfo processor;
};

/// Where a load with `device` (LoadOptions) and `context` tokens (0: the default) would put a model of this shape, by the same plan as a
/// real load. The bytes are spread evenly over the layers, and two things are estimates:
/// - scratch: 64 MiB and a 256th of the bytes read for a token on each device (`hearth-cli info` says 49 to 134 MB for models of 1.5 to 32
///   billion parameters);
/// - the embedding and output matrices: 8 % each of what is not routed experts, where the sizes do not tell.
///
/// It is too large when the plan would leave less than 5 % of the computer's memory (at least 512 MiB) to everybody else. Memory that other
/// programs use now does not count, for they can be closed: it is in DeviceInfo::memory_free.
///
/// The speed is that of reading the active weights: the bandwidth of each device, measured once for a machine and kept in `cache_dir`
/// (bandwidth.json; half a second in the caller's thread), times the share that decoding reaches: 0.75 on a processor (70 to 85 % found,
/// docs/performance.md), 0.5 on other devices, which is a guess. A device that has not passed its self-test is not measured.
Result<ModelFit> fit_model(const ModelShape& shape, const std::string& device, int context, const std::string& cache_dir);

}  // namespace engine
