#include "model/adapter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "core/mmap_file.h"
#include "model/adapter_builder.h"

namespace engine::model {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

Error pickle(const std::string& path) {
  return {ErrorCode::unsupported,
          fmt::format("{} is a Python pickle, which can run any program when it is opened, so Hearth does not open it.", path),
          "Ask for the adapter as adapter_model.safetensors, or convert it in a place you trust."};
}

Error mlx(const std::string& path) {
  return {ErrorCode::unsupported, fmt::format("{} is an adapter of MLX, which is stored differently.", path),
          "Convert it to the PEFT or GGUF form, or choose another adapter."};
}

/// adapter_config.json with the weights beside it.
Result<Adapter> read_folder(const std::string& path, AdapterBuilder& builder) {
  const fs::path folder(path);
  const fs::path weights = folder / "adapter_model.safetensors";
  if (is_file(weights)) return read_peft_adapter(path, weights.string(), builder);
  if (is_file(folder / "adapter_model.bin")) return pickle((folder / "adapter_model.bin").string());
  if (is_file(folder / "adapters.safetensors") || is_file(folder / "adapters.npz")) return mlx(path);
  return Error{ErrorCode::not_found, fmt::format("The folder {} holds no adapter_model.safetensors.", path),
               "Choose the folder of a PEFT adapter, or a GGUF adapter."};
}

/// The first bytes say more than the name: downloads are renamed.
Result<Adapter> read_file(const std::string& path, AdapterBuilder& builder) {
  const Result<MmapFile> file = MmapFile::open(path);
  if (!file) return file.error();
  const auto bytes = file->bytes();
  const auto starts_with = [&](std::string_view magic) {
    return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
  };
  if (starts_with("GGUF")) return read_gguf_adapter(path, builder);
  const fs::path name = fs::path(path).filename();
  if (name == "adapters.safetensors" || name == "adapters.npz") return mlx(path);
  if (starts_with("PK\x03\x04") || starts_with("\x80") || name.extension() == ".bin" || name.extension() == ".pt" ||
      name.extension() == ".pth")
    return pickle(path);
  const std::string folder = fs::path(path).parent_path().string();
  if (name == "adapter_config.json") return read_folder(folder.empty() ? "." : folder, builder);
  if (name.extension() == ".safetensors") return read_peft_adapter(folder.empty() ? "." : folder, path, builder);
  return Error{ErrorCode::bad_file, fmt::format("{} is neither a GGUF nor a PEFT adapter.", path), "Choose the file of a LoRA adapter."};
}

}  // namespace

const AdapterPair* Adapter::find(const std::string& tensor) const {
  const auto at =
      std::lower_bound(pairs.begin(), pairs.end(), tensor, [](const AdapterPair& p, const std::string& n) { return p.tensor < n; });
  return at == pairs.end() || at->tensor != tensor ? nullptr : &*at;
}

Result<Adapter> read_adapter(const std::string& path, const gguf::File& base, const Config& config) {
  AdapterBuilder builder(path, base, config);
  std::error_code ignored;
  return fs::is_directory(path, ignored) ? read_folder(path, builder) : read_file(path, builder);
}

}  // namespace engine::model
