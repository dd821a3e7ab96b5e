// adapter_config.json of PEFT (formats.md 11.2): what it asks for, and what nothing here can do. Internal to the folder.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/result.h"

namespace engine::model {

/// rank_pattern or alpha_pattern. The first key k wins where the regular expression `(.*\.)?(k)$` matches the name of the module.
class PeftPattern {
 public:
  /// Errors: the cause as text, empty when the key is a good regular expression and the value a number.
  std::string add(std::string key, double value);
  [[nodiscard]] double find(std::string_view module, double fallback) const;
  /// True when find() had to stop a regular expression that takes too many steps: what it gave is worth nothing.
  [[nodiscard]] bool gave_up() const { return gave_up_; }

 private:
  struct Key {
    std::string text;
    std::shared_ptr<void> code;  // pcre2_code; none for letters, digits and dots, which need no regular expression
    double value = 0;
  };
  std::vector<Key> keys_;
  mutable bool gave_up_ = false;
};

struct PeftConfig {
  double rank = 8, alpha = 8;  // PEFT's defaults
  bool rslora = false;
  PeftPattern ranks, alphas;
  std::string base_model;  // base_model_name_or_path

  [[nodiscard]] int64_t rank_of(std::string_view module) const { return static_cast<int64_t>(ranks.find(module, rank)); }
  /// Of a module with that rank: alpha / rank, or alpha / sqrt(rank) with rslora.
  [[nodiscard]] float scale_of(std::string_view module, int64_t module_rank) const;
};

/// `adapter` names the adapter in messages. Errors: not_found, io, bad_file, unsupported (the setting is named).
Result<PeftConfig> read_peft_config(const std::string& path, const std::string& adapter);

}  // namespace engine::model
