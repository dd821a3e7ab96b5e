// Bytes -> safetensors reader, every float decoded. Where the input holds a NUL before its end and begins with '{', it is an index of
// shards, and what follows is the one shard there is.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <vector>

#include "fuzz/engine_support.h"
#include "gguf/safetensors.h"

namespace {

using engine::gguf::SafeTensor;
using hearth_fuzz::check_error;
using hearth_fuzz::require;

volatile float sink = 0;

/// A folder with an index and a shard, both links to files in memory.
class ShardFolder {
 public:
  ShardFolder() : folder_(std::filesystem::temp_directory_path() / ("hearth-fuzz-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
    std::filesystem::create_symlink(index.path(), index_path());
    std::filesystem::create_symlink(shard.path(), folder_ / "a.safetensors");
  }
  ~ShardFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  [[nodiscard]] std::string index_path() const { return (folder_ / "model.safetensors.index.json").string(); }

  hearth_fuzz::MemoryFile index, shard;

 private:
  std::filesystem::path folder_;
};

void check_tensors(const std::vector<SafeTensor>& tensors) {
  for (size_t i = 0; i < tensors.size(); ++i) {
    const SafeTensor& t = tensors[i];
    require(i == 0 || tensors[i - 1].name < t.name, "tensors are sorted by name, none is there twice");
    int64_t elements = 1;
    for (const int64_t n : t.shape) elements *= n;
    require(elements == t.elements(), "a tensor fills its bytes");
    if (!engine::gguf::is_float(t.type)) continue;
    std::vector<float> values(static_cast<size_t>(elements));
    engine::gguf::decode(t, 0, values);
    for (const float v : values) sink = v;
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  hearth_fuzz::quiet_log();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static ShardFolder folder;
  const uint8_t* const middle = std::find(data, data + size, uint8_t{0});
  if (size > 0 && data[0] == '{' && middle != data + size) {
    folder.index.assign(data, static_cast<size_t>(middle - data));
    folder.shard.assign(middle + 1, static_cast<size_t>(data + size - middle - 1));
    const auto file = engine::gguf::SafeTensors::open_index(folder.index_path());
    if (!file) return check_error(file.error()), 0;
    check_tensors(file->tensors());
    for (const SafeTensor& t : file->tensors()) require(file->find(t.name) == &t, "every tensor is found");
    return 0;
  }
  // In a block of exactly its size: a byte too many is seen.
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto tensors = engine::gguf::parse_safetensors("memory", bytes);
  if (!tensors) return check_error(tensors.error()), 0;
  for (const SafeTensor& t : *tensors)
    require(t.data.empty() || (t.data.data() >= bytes.data() && t.data.data() + t.data.size() <= bytes.data() + bytes.size()),
            "a tensor lies in its file");
  check_tensors(*tensors);
  return 0;
}
