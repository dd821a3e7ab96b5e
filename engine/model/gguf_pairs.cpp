#include "model/gguf_pairs.h"

#include <fmt/format.h>

#include <cmath>

#include "core/log.h"
#include "gguf/printable.h"

namespace engine::model {
namespace {

using gguf::printable;
using gguf::TensorInfo;

Status check_kind(const gguf::File& file, const AdapterErrors& errors) {
  const auto type = file.string("general.type"), kind = file.string("adapter.type");
  if (type != "adapter" && !kind) {
    const bool model = file.tensor("token_embd.weight") || file.find("tokenizer.ggml.tokens");
    return Error{ErrorCode::unsupported, fmt::format("{} is {}.", file.path(), model ? "a whole model, not an adapter" : "not an adapter"),
                 "Choose a LoRA adapter for this model."};
  }
  if (kind != "lora")
    return errors.unsupported(fmt::format("is of the kind '{}', not a LoRA", printable(kind.value_or(""))), "Choose a LoRA adapter.");
  if (file.find("adapter.alora.invocation_tokens"))
    return errors.unsupported("is active only after certain tokens (aLoRA)", "Choose a plain LoRA adapter.");
  return {};
}

Status check_type(const TensorInfo& t, const AdapterErrors& errors) {
  if (t.type == DType::f32 || t.type == DType::f16 || t.type == DType::bf16 || t.type == DType::q8_0) return {};
  return errors.unsupported(fmt::format("stores {} as {}; F32, F16, BF16 and Q8_0 are supported", printable(t.name), dtype_name(t.type)),
                            "Choose another variant of this adapter.");
}

}  // namespace

Result<GgufAdapterHead> read_gguf_adapter_head(const gguf::File& file, const AdapterErrors& errors) {
  if (Status s = check_kind(file, errors); !s) return s.error();
  GgufAdapterHead head;
  head.arch = file.string("general.architecture").value_or("");
  if (file.find("adapter.lora.alpha")) {
    const auto alpha = file.number("adapter.lora.alpha");
    if (!alpha || !std::isfinite(*alpha)) return errors.broken("its alpha is no number");
    head.alpha = *alpha;
  }
  for (const TensorInfo& t : file.tensors()) {
    const std::string_view name = t.name;
    const bool is_a = name.ends_with(".lora_a");
    if (is_a || name.ends_with(".lora_b")) {
      if (Status s = check_type(t, errors); !s) return s.error();
      GgufPair& pair = head.pairs[std::string(name.substr(0, name.size() - 7))];
      (is_a ? pair.a : pair.b) = &t;
    } else if (name.ends_with("_norm.weight")) {
      log(LogLevel::warn, "{}: {} is ignored: an adapter changes no norm", file.path(), printable(name));
    } else {
      return errors.unsupported(fmt::format("holds the tensor {}, which is no part of a LoRA", printable(name)),
                                "Choose a plain LoRA adapter.");
    }
  }
  for (const auto& [tensor, pair] : head.pairs)
    if (!pair.a || !pair.b) return errors.broken(fmt::format("half of the pair of {} is missing", printable(tensor)));
  return head;
}

}  // namespace engine::model
