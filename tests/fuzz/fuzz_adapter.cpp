// Bytes -> LoRA adapter. The first byte chooses the base model; then comes a GGUF adapter, or the length of an
// adapter_config.json (two bytes), that file, and adapter_model.safetensors.
#include <unistd.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "engine/files.h"
#include "fuzz/engine_support.h"
#include "model/adapter.h"
#include "support/tiny_models.h"

namespace {

using engine::model::AdapterPair;
using engine::model::Config;
using hearth_fuzz::require;
using hearth_test::DeepseekKind;
using hearth_test::MlaLayout;
using hearth_test::TinyModel;

/// A base model in memory.
struct Base {
  Base(const TinyModel& tiny, const char* arch) {
    const auto bytes = tiny.bytes();
    memory.assign(bytes.data(), bytes.size());
    file = std::make_unique<engine::gguf::File>(*engine::gguf::File::open(memory.path()));
    config = *engine::model::read_config(*file);
    if (arch) config.arch = arch;
  }
  hearth_fuzz::MemoryFile memory;
  std::unique_ptr<engine::gguf::File> file;
  Config config;
};

const Base& base_of(uint8_t choice) {
  static const std::array<std::unique_ptr<Base>, 8> bases = {
      std::make_unique<Base>(hearth_test::tiny_llama(), nullptr),
      std::make_unique<Base>(hearth_test::tiny_qwen2(), nullptr),
      std::make_unique<Base>(hearth_test::tiny_mixtral(), nullptr),
      std::make_unique<Base>(hearth_test::tiny_qwen3moe(), nullptr),
      std::make_unique<Base>(hearth_test::tiny_deepseek2(MlaLayout::current, DeepseekKind::lite), nullptr),
      std::make_unique<Base>(hearth_test::tiny_deepseek2(MlaLayout::legacy, DeepseekKind::v3), nullptr),
      std::make_unique<Base>(hearth_test::tiny_qwen3moe(), "gpt-oss"),
      std::make_unique<Base>(hearth_test::tiny_mixtral(), "granitemoe"),
  };
  return *bases[choice % bases.size()];
}

/// The files of an adapter, links to memory.
class AdapterFolder {
 public:
  AdapterFolder() : folder_(std::filesystem::temp_directory_path() / ("hearth-fuzz-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
    std::filesystem::create_symlink(settings.path(), folder_ / "adapter_config.json");
    std::filesystem::create_symlink(weights.path(), folder_ / "adapter_model.safetensors");
  }
  ~AdapterFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  [[nodiscard]] std::string path() const { return folder_.string(); }

  hearth_fuzz::MemoryFile settings, weights, gguf;

 private:
  std::filesystem::path folder_;
};

void check_pair(const AdapterPair& p) {
  require(p.rank >= 1 && p.rank <= 256 && p.in > 0 && p.out > 0 && p.experts > 0, "a pair has a shape");
  require(static_cast<int64_t>(p.a.size()) == p.experts * p.rank * p.in, "A has its size");
  require(static_cast<int64_t>(p.b.size()) == p.experts * p.rank * p.out, "B has its size");
  require(std::isfinite(p.scale), "a scale is finite");
  for (const float v : p.a) require(std::isfinite(v), "A is finite");
  for (const float v : p.b) require(std::isfinite(v), "B is finite");
  for (const char* fused : {"attn_qkv", "attn_kv_b", "gate_up"})
    require(p.tensor.find(fused) == std::string::npos, "fused matrices are taken apart", p.tensor);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  hearth_fuzz::quiet_log();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static AdapterFolder folder;
  if (size < 3) return 0;
  const Base& base = base_of(data[0]);
  std::string path = folder.path();
  if (std::string_view(reinterpret_cast<const char*>(data) + 1, size - 1).starts_with("GGUF")) {
    folder.gguf.assign(data + 1, size - 1);
    path = folder.gguf.path();
  } else {
    const size_t settings = std::min<size_t>(static_cast<size_t>(data[1]) | static_cast<size_t>(data[2]) << 8, size - 3);
    folder.settings.assign(data + 3, settings);
    folder.weights.assign(data + 3 + settings, size - 3 - settings);
  }
  const auto adapter = engine::model::read_adapter(path, *base.file, base.config);
  const auto info = engine::inspect_adapter(path);
  if (!info) {
    hearth_fuzz::check_error(info.error());
    // It tries more names than a model has, so that only it may run into the limit of regular expressions.
    const bool gave_up = info.error().message.find("takes too long") != std::string::npos;
    require(!adapter.ok() || gave_up, "what a model can use is not refused without one", info.error().text());
  }
  if (!adapter) {
    hearth_fuzz::check_error(adapter.error());
    return 0;
  }
  require(!adapter->pairs.empty(), "an adapter changes something");
  for (size_t i = 0; i < adapter->pairs.size(); ++i) {
    require(i == 0 || adapter->pairs[i - 1].tensor < adapter->pairs[i].tensor, "pairs are sorted, none is there twice");
    require(adapter->find(adapter->pairs[i].tensor) == &adapter->pairs[i], "every pair is found");
    check_pair(adapter->pairs[i]);
  }
  return 0;
}
