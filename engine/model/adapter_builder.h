// What the readers of GGUF and PEFT adapters share: the matrices of the base model as adapters see them, and the way from a
// pair for any of them to the canonical form of adapter.h. Internal to the folder.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/result.h"
#include "gguf/reader.h"
#include "model/adapter.h"
#include "model/adapter_errors.h"
#include "model/adapter_source.h"
#include "model/config.h"

namespace engine::model {

struct MatrixShape {
  int64_t in = 0, out = 0, experts = 1;
  bool operator==(const MatrixShape&) const = default;
};

/// Collects pairs for one base model.
class AdapterBuilder : public AdapterErrors {
 public:
  AdapterBuilder(const std::string& path, const gguf::File& base, const Config& config)
      : AdapterErrors(path), base_(base), config_(config) {}

  /// Shape of a base matrix by its full name, whether the file holds it as such, fused with others, or in parts. nullopt when
  /// the model has none, or when it is none that an adapter can change. token_embd is a table: in = n_vocab.
  [[nodiscard]] std::optional<MatrixShape> shape(const std::string& tensor) const;

  /// True for a layer that the file has but nothing runs (MTP): its pairs are left out.
  [[nodiscard]] bool is_unused_layer(int layer) const;
  /// Layer of "blk.3.attn_q.weight", -1 for other names.
  static int layer_of(std::string_view tensor);

  /// One pair, checked against the base matrix it names, fused matrices taken apart. Errors: unsupported (another base
  /// model, too high a rank), bad_file (a pair that is there twice, values that are not finite), out_of_memory.
  Status add(AdapterPair pair);
  /// Counts memory before it is taken. Errors: out_of_memory.
  Status reserve(const MatrixShape& shape, int64_t rank);

  Result<Adapter> finish(std::string name);

  [[nodiscard]] const Config& config() const { return config_; }

 private:
  [[nodiscard]] std::optional<MatrixShape> stored(const std::string& tensor) const;
  [[nodiscard]] std::optional<MatrixShape> part_of_fused(const std::string& prefix, std::string_view role) const;
  [[nodiscard]] std::optional<MatrixShape> sum_of_parts(const std::string& prefix, std::string_view role) const;
  Status add_parts(const AdapterPair& pair, const std::string& prefix, std::string_view role);
  Status add_kv_b(const AdapterPair& pair, const std::string& prefix);
  Status put(AdapterPair pair);

  const gguf::File& base_;
  const Config& config_;
  Adapter adapter_;
  std::map<std::string, AdapterPair> pairs_;
  int64_t floats_ = 0;  // of all pairs
};

/// adapter_gguf.cpp and adapter_peft.cpp.
Result<Adapter> read_gguf_adapter(const std::string& path, AdapterBuilder& builder);
Result<Adapter> read_peft_adapter(const AdapterSource& source, AdapterBuilder& builder);

}  // namespace engine::model
