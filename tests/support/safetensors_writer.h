// Writes safetensors files and PEFT folders for tests.
#pragma once

#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/half.h"
#include "support/tiny_models.h"

namespace hearth_test {

struct SafeEntry {
  std::string dtype = "F32";
  std::vector<int64_t> shape;
  std::vector<std::byte> data;
};

/// Values as F32, F16 or BF16.
inline SafeEntry safe_floats(std::vector<int64_t> shape, const std::vector<float>& values, const std::string& dtype = "F32") {
  const engine::DType type = dtype == "F16" ? engine::DType::f16 : dtype == "BF16" ? engine::DType::bf16 : engine::DType::f32;
  return {dtype, std::move(shape), tiny_encode(type, values)};
}

inline std::vector<std::byte> as_bytes(std::string_view text) {
  std::vector<std::byte> out(text.size());
  if (!text.empty()) std::memcpy(out.data(), text.data(), text.size());
  return out;
}

/// The header as given, and the data after it.
inline std::vector<std::byte> safetensors_bytes(const std::string& header, const std::vector<std::byte>& data) {
  const uint64_t length = header.size();
  std::vector<std::byte> out(sizeof(length) + header.size() + data.size());
  std::memcpy(out.data(), &length, sizeof(length));
  std::memcpy(out.data() + sizeof(length), header.data(), header.size());
  if (!data.empty()) std::memcpy(out.data() + sizeof(length) + header.size(), data.data(), data.size());
  return out;
}

inline std::vector<std::byte> safetensors_bytes(const std::map<std::string, SafeEntry>& entries) {
  nlohmann::json header = {{"__metadata__", {{"format", "pt"}}}};
  std::vector<std::byte> data;
  for (const auto& [name, entry] : entries) {
    header[name] = {{"dtype", entry.dtype}, {"shape", entry.shape}, {"data_offsets", {data.size(), data.size() + entry.data.size()}}};
    data.insert(data.end(), entry.data.begin(), entry.data.end());
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return safetensors_bytes(text, data);
}

/// Deterministic noise that depends on the name.
inline std::vector<float> noise(const std::string& name, size_t n) {
  return tiny_values(name, {{static_cast<int64_t>(n)}, engine::DType::f32, NAN});
}

/// A PEFT adapter in the making.
struct Peft {
  nlohmann::ordered_json config = {{"peft_type", "LORA"}, {"r", 4}, {"lora_alpha", 8}, {"bias", "none"}};
  std::map<std::string, SafeEntry> tensors;
  std::string prefix = "base_model.model.";
  std::string suffix = ".weight";  // ".default.weight"

  /// A pair of noise for one module: A [r, in], B [out, r].
  void pair(const std::string& module, int64_t in, int64_t out, int64_t r = 4) {
    a(module, r, in);
    b(module, out, r);
  }
  void a(const std::string& module, int64_t rows, int64_t columns) { add(module + ".lora_A" + suffix, rows, columns); }
  void b(const std::string& module, int64_t rows, int64_t columns) { add(module + ".lora_B" + suffix, rows, columns); }
  void add(const std::string& name, int64_t rows, int64_t columns) {
    tensors[prefix + name] = safe_floats({rows, columns}, noise(name, static_cast<size_t>(rows * columns)));
  }
  /// Value at (row, column) of a tensor that add() made.
  [[nodiscard]] double at(const std::string& name, int64_t row, int64_t column) const {
    const SafeEntry& entry = tensors.at(prefix + name);
    float value;
    std::memcpy(&value, entry.data.data() + 4 * (row * entry.shape[1] + column), 4);
    return static_cast<double>(value);
  }
  /// (B A)[o][i] of a module.
  [[nodiscard]] double product(const std::string& module, int64_t o, int64_t i) const {
    double sum = 0;
    const int64_t r = tensors.at(prefix + module + ".lora_B" + suffix).shape[1];
    for (int64_t k = 0; k < r; ++k) sum += at(module + ".lora_B" + suffix, o, k) * at(module + ".lora_A" + suffix, k, i);
    return sum;
  }
  void write(const TempFolder& folder) const {
    folder.write("adapter_config.json", as_bytes(config.dump(1)));
    folder.write("adapter_model.safetensors", safetensors_bytes(tensors));
  }
};

}  // namespace hearth_test
