// Which block type each tensor of a model gets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/dtype.h"
#include "engine/result.h"
#include "gguf/reader.h"
#include "quantize/name_pattern.h"

namespace engine::quantize {

struct MixTable;  // mix.cpp

/// Names of all mixes in the order of the documentation: "F32", ..., "Q4_K_M", ...
std::vector<std::string> mix_names();

/// Names of all types that can be encoded: "F32", ..., "Q4_K", ...
std::vector<std::string> type_names();

/// A block type by name, any case; nullopt for names of no type that can be encoded.
std::optional<DType> type_by_name(std::string_view name);

/// Tensors whose name a pattern (a regular expression, found anywhere in the name) matches get the type.
struct TypeOverride {
  std::string pattern;
  DType type = DType::f32;
};

enum class Purity { mixed, pure };  // pure: one type for every matrix

/// The decision for one tensor.
struct Choice {
  DType type = DType::f32;
  bool kept = false;  // not one that is quantised: norms, biases, the router, ...
  std::string note;   // why it is not what the mix says; empty when it is
};

/// The rules of one mix for one model.
class Mix {
 public:
  /// Errors: invalid_argument (unknown name: the list is in the hint; a broken pattern, or one that matches no matrix of the model).
  static Result<Mix> make(std::string_view name, const gguf::File& model, Purity purity, const std::vector<TypeOverride>& overrides);

  /// `name` decides, not source.name: a tied table may be written a second time as output.weight.
  [[nodiscard]] Choice choose(const std::string& name, const gguf::TensorInfo& source) const;
  [[nodiscard]] uint32_t file_type() const;  // general.file_type
  [[nodiscard]] const char* name() const;

  /// Whether token_embd.weight is also the output matrix.
  void set_tied(bool tied) { tied_ = tied; }

 private:
  struct Override {
    NamePattern pattern;
    DType type;
  };
  const MixTable* table_ = nullptr;
  Purity purity_ = Purity::mixed;
  std::vector<Override> overrides_;
  bool tied_ = false;
  int layers_ = 0, experts_ = 0;
  double heads_per_kv_ = 1;

  [[nodiscard]] DType by_rules(const std::string& name) const;
};

/// Whether a tensor keeps its type whatever the mix: everything but matrices, norms, the router of experts (its sums decide
/// which experts run, formats.md 12.7), convolutions, integers.
bool is_kept(const std::string& name, const gguf::TensorInfo& source);

}  // namespace engine::quantize
