#include "model/adapter_errors.h"

#include <fmt/format.h>

#include "gguf/printable.h"

namespace engine::model {

Error AdapterErrors::wrong_base(const std::string& what) const {
  const std::string hint = base_name_.empty() ? "Add it to the model it was made for."
                                              : fmt::format("Add it to the model it was made for: {}.", gguf::printable(base_name_, 128));
  return {ErrorCode::unsupported, fmt::format("The adapter {} was made for another model: {}.", path_, what), hint};
}

Error AdapterErrors::broken(const std::string& what) const {
  return {ErrorCode::bad_file, fmt::format("The adapter {} is damaged: {}.", path_, what), "Download the adapter again."};
}

Error AdapterErrors::unsupported(const std::string& what, std::string hint) const {
  return {ErrorCode::unsupported, fmt::format("The adapter {} {}.", path_, what), std::move(hint)};
}

}  // namespace engine::model
