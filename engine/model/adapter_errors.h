// What is said about an adapter that cannot be used. Internal to the readers of adapters.
#pragma once

#include <string>

#include "engine/result.h"

namespace engine::model {

class AdapterErrors {
 public:
  explicit AdapterErrors(std::string path) : path_(std::move(path)) {}

  /// The adapter was made for another model.
  [[nodiscard]] Error wrong_base(const std::string& what) const;
  [[nodiscard]] Error broken(const std::string& what) const;
  [[nodiscard]] Error unsupported(const std::string& what, std::string hint) const;

  /// Of the model it says it was made for: part of the hint.
  void base_name(std::string name) { base_name_ = std::move(name); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_, base_name_;
};

}  // namespace engine::model
