#include "model/adapter_source.h"

#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <string_view>

#include "core/mmap_file.h"
#include "core/paths.h"

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

Error whole_model(const std::string& path) {
  return {ErrorCode::unsupported, fmt::format("{} is a whole model, not an adapter.", path), "Import it as a model."};
}

/// adapter_config.json with the weights beside it.
Result<AdapterSource> in_folder(const std::string& path) {
  const fs::path folder = native_path(path);
  const fs::path weights = folder / "adapter_model.safetensors";
  if (is_file(weights)) return AdapterSource{{}, path, utf8_text(weights)};
  if (is_file(folder / "adapter_model.bin")) return pickle(utf8_text(folder / "adapter_model.bin"));
  if (is_file(folder / "adapters.safetensors") || is_file(folder / "adapters.npz")) return mlx(path);
  if (is_file(folder / "config.json") && !is_file(folder / "adapter_config.json")) return whole_model(path);
  return Error{ErrorCode::not_found, fmt::format("The folder {} holds no adapter_model.safetensors.", path),
               "Choose the folder of a PEFT adapter, or a GGUF adapter."};
}

/// The first bytes say more than the name: downloads are renamed.
Result<AdapterSource> of_file(const std::string& path) {
  const Result<MmapFile> file = MmapFile::open(path);
  if (!file) return file.error();
  const auto bytes = file->bytes();
  const auto starts_with = [&](std::string_view magic) {
    return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
  };
  if (starts_with("GGUF")) return AdapterSource{path, {}, {}};
  const fs::path name = native_path(path).filename();
  if (name == "adapters.safetensors" || name == "adapters.npz") return mlx(path);
  if (starts_with("PK\x03\x04") || starts_with("\x80") || name.extension() == ".bin" || name.extension() == ".pt" ||
      name.extension() == ".pth")
    return pickle(path);
  const std::string folder = folder_of(path);
  if (name == "adapter_config.json") return in_folder(folder);
  if (name == "config.json" || (utf8_text(name).starts_with("model") && name.extension() == ".safetensors" &&
                                is_file(native_path(folder) / "config.json") && !is_file(native_path(folder) / "adapter_config.json")))
    return whole_model(path);
  if (name.extension() == ".safetensors") return AdapterSource{{}, folder, path};
  return Error{ErrorCode::bad_file, fmt::format("{} is neither a GGUF nor a PEFT adapter.", path), "Choose the file of a LoRA adapter."};
}

}  // namespace

std::string AdapterSource::config() const {
  return utf8_text(native_path(folder) / "adapter_config.json");
}

std::string AdapterSource::name() const {
  fs::path path = native_path(is_gguf() ? gguf : folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  std::error_code ignored;
  if (path == "." || path == ".." || path.empty()) path = fs::absolute(path, ignored).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return utf8_text(path.filename());
}

Result<AdapterSource> find_adapter(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(native_path(path), ignored) ? in_folder(path) : of_file(path);
}

}  // namespace engine::model
