// Names of the tensors in adapter_model.safetensors (formats.md 11.2), and what those are that belong to no LoRA pair.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/result.h"
#include "gguf/safetensors.h"
#include "model/adapter_errors.h"

namespace engine::model {

/// What is known about a tensor's name.
struct PeftKey {
  std::string module;   // without the prefixes of PEFT; base_layer is still in it
  std::string adapter;  // "default" in "q_proj.lora_A.default.weight"
  bool is_a = false, table = false;
};

/// nullopt for a tensor that is no half of a LoRA pair.
std::optional<PeftKey> parse_peft_key(std::string_view name);

/// "experts.base_layer" is "experts", too: PEFT wraps a module once more for each of its parameters.
std::string without_base_layer(std::string module);

/// The two tensors of one module.
struct PeftModule {
  const gguf::SafeTensor* a = nullptr;  // [r, in], of fused experts [E * r, in]
  const gguf::SafeTensor* b = nullptr;  // [out, r], of fused experts [out, r * E]
  bool table = false;                   // lora_embedding_*: a is [r, vocab], b [n_embd, r]
};

/// All modules by name with base_layer; halves may be missing. The tensors stay those of `file`. Errors: unsupported (a tensor that is
/// no part of a plain LoRA, several adapters in one file), bad_file (a half that is there twice, or no matrix of floats).
Result<std::map<std::string, PeftModule>> peft_modules(const gguf::SafeTensors& file, const AdapterErrors& errors);

}  // namespace engine::model
