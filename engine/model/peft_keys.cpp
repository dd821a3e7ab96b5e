#include "model/peft_keys.h"

#include <fmt/format.h>

#include <array>

#include "gguf/printable.h"

namespace engine::model {
namespace {

using gguf::printable;
using gguf::SafeTensor;

/// Why a tensor that is no half of a pair cannot be left out.
Error not_a_pair(const SafeTensor& tensor, const AdapterErrors& errors) {
  const std::string shown = printable(tensor.name, 128);
  const char* const plain = "Choose a plain LoRA adapter, or merge this one into its base model.";
  const auto has = [&](std::string_view part) { return tensor.name.find(part) != std::string::npos; };
  if (has("lora_magnitude_vector")) return errors.unsupported(fmt::format("is a DoRA ({})", shown), plain);
  if (has(".lora_a") || has(".lora_b"))
    return errors.unsupported("is one of MLX, which is stored differently",
                              "Convert it to the PEFT or GGUF form, or choose another adapter.");
  if (has("lora_B") || tensor.name.ends_with(".bias")) return errors.unsupported(fmt::format("changes a bias ({})", shown), plain);
  if (has("hada_") || has("lokr_") || has("oft_") || has("vera_") || has("ia3_"))
    return errors.unsupported(fmt::format("is no LoRA ({})", shown), plain);
  return errors.unsupported(fmt::format("replaces whole weights ({})", shown), plain);
}

}  // namespace

std::string without_base_layer(std::string module) {
  constexpr std::string_view wrapper = ".base_layer";
  for (size_t at; (at = module.find(wrapper)) != std::string::npos;) module.erase(at, wrapper.size());
  return module;
}

std::optional<PeftKey> parse_peft_key(std::string_view name) {
  constexpr std::string_view prefix = "base_model.model.";
  while (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  struct Marker {
    std::string_view text;
    bool is_a, table;
  };
  for (const Marker& marker : std::array<Marker, 4>{
           {{".lora_A", true, false}, {".lora_B", false, false}, {".lora_embedding_A", true, true}, {".lora_embedding_B", false, true}}}) {
    const size_t at = name.rfind(marker.text);
    if (at == std::string_view::npos) continue;
    std::string_view rest = name.substr(at + marker.text.size());  // ".weight", ".default.weight", "", ".default"
    if (!rest.empty() && rest[0] != '.') continue;
    if (rest.ends_with(".weight"))
      rest.remove_suffix(7);
    else if (!marker.table)
      continue;
    if (rest.size() > 1 && rest.find('.', 1) != std::string_view::npos) continue;
    return PeftKey{std::string(name.substr(0, at)), std::string(rest), marker.is_a, marker.table};
  }
  return std::nullopt;
}

Result<std::map<std::string, PeftModule>> peft_modules(const gguf::SafeTensors& file, const AdapterErrors& errors) {
  std::map<std::string, PeftModule> modules;
  std::optional<std::string> adapter;
  for (const SafeTensor& tensor : file.tensors()) {
    const std::optional<PeftKey> key = parse_peft_key(tensor.name);
    if (!key) return not_a_pair(tensor, errors);
    if (adapter && *adapter != key->adapter)
      return errors.unsupported("holds more than one adapter", "Save each of them to a folder of its own.");
    adapter = key->adapter;
    PeftModule& module = modules[key->module];
    const SafeTensor*& half = key->is_a ? module.a : module.b;
    if (half) return errors.broken(fmt::format("{} is there twice", printable(tensor.name, 128)));
    half = &tensor;
    module.table = module.table || key->table;
    if (!gguf::is_float(tensor.type) || tensor.shape.size() != 2)
      return errors.broken(fmt::format("{} is no matrix of floats", printable(tensor.name, 128)));
  }
  return modules;
}

}  // namespace engine::model
