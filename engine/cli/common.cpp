#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <numeric>

#include "cli/commands.h"
#include "cli/long_work.h"
#include "core/paths.h"
#include "gguf/printable.h"

namespace engine::cli {

int fail(const Error& error) {
  std::fprintf(stderr, "hearth-cli: %s\n", error.text().c_str());
  return 1;
}

LoadOptions load_options(const Common& common) {
  LoadOptions o;
  o.model_path = common.model;
  o.device = common.device;
  o.expert_device = common.expert_device;
  o.gpu_layers = common.gpu_layers;
  o.cpu_moe_layers = common.cpu_moe_layers;
  o.hot_experts = common.hot_experts;
  o.stream_tokens = common.stream_tokens;
  o.threads = common.threads;
  o.background = common.background;
  o.context = common.context;
  o.kv = common.kv;
  o.adapter_bytes = adapter_bytes(common);
  o.allow_fallback = false;
  return o;
}

RuntimeOptions runtime_options(const Common& common) {
  RuntimeOptions options = engine::runtime_options(load_options(common));
  options.cache_dir = cache_folder();
  return options;
}

Result<std::unique_ptr<ModelRuntime>> load_runtime(const RuntimeOptions& options) {
  const std::atomic<bool>& stop = stop_on_signals();
  Result<std::unique_ptr<ModelRuntime>> runtime = ModelRuntime::load(options, {}, &stop);
  end_on_signals();
  if (runtime && stop) return Error{ErrorCode::cancelled, "Loading was stopped.", ""};
  return runtime;
}

std::string cache_folder() {
  if (const std::string home = environment("HEARTH_HOME"); !home.empty()) return home + "/cache";
  return cache_folder_of("hearth");
}

Result<AdapterUse> parse_adapter(const std::string& text) {
  std::error_code ignored;
  if (std::filesystem::exists(native_path(text), ignored)) return AdapterUse{text, 1.0f};
  const size_t colon = text.rfind(':');
  if (colon != std::string::npos && colon + 1 < text.size()) {
    const std::string path = text.substr(0, colon);
    char* end = nullptr;
    const float scale = std::strtof(text.c_str() + colon + 1, &end);
    if (*end == '\0' && std::isfinite(scale) && std::filesystem::exists(native_path(path), ignored)) return AdapterUse{path, scale};
  }
  return Error{ErrorCode::not_found, fmt::format("The adapter {} does not exist.", gguf::printable(text)),
               "Give a GGUF adapter or a PEFT folder, with :SCALE behind it if you like."};
}

Result<std::vector<AdapterUse>> parse_adapters(const std::vector<std::string>& texts) {
  std::vector<AdapterUse> uses;
  for (const std::string& text : texts) {
    Result<AdapterUse> use = parse_adapter(text);
    if (!use) return use.error();
    uses.push_back(*std::move(use));
  }
  return uses;
}

int64_t adapter_bytes(const Common& common) {
  if (common.lora.empty()) return 0;
  // Q8_0 becomes f32, four times as wide; experts that an adapter leaves out, and heads that share a half, are filled up.
  constexpr int64_t kGrowth = 8, kLeast = int64_t{64} << 20;
  int64_t bytes = 0;
  for (const std::string& text : common.lora) {
    const Result<AdapterUse> use = parse_adapter(text);
    if (!use) continue;
    std::error_code ignored;
    const std::filesystem::path path = native_path(use->path);
    if (!std::filesystem::is_directory(path, ignored)) bytes += static_cast<int64_t>(std::filesystem::file_size(path, ignored));
    for (const auto& entry : std::filesystem::directory_iterator(path, ignored))
      if (entry.is_regular_file(ignored)) bytes += static_cast<int64_t>(entry.file_size(ignored));
  }
  return std::max(kLeast, bytes * kGrowth);
}

Result<AdapterSet> attach_adapters(ModelRuntime& runtime, const Common& common) {
  const Result<std::vector<AdapterUse>> uses = parse_adapters(common.lora);
  if (!uses) return uses.error();
  AdapterSet set;
  for (const AdapterUse& use : *uses) {
    Result<std::shared_ptr<const AttachedAdapter>> adapter = runtime.attach_adapter(use.path);
    if (!adapter) return adapter.error();
    set.push_back({*std::move(adapter), use.scale});
  }
  if (Status s = runtime.check_adapters(set); !s) return s.error();
  return set;
}

std::vector<int32_t> page_range(int first, int tokens) {
  std::vector<int32_t> pages(static_cast<size_t>((tokens + kPageTokens - 1) / kPageTokens));
  std::iota(pages.begin(), pages.end(), first);
  return pages;
}

}  // namespace engine::cli
