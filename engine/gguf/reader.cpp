#include "gguf/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "gguf/parser.h"
#include "gguf/printable.h"
#include "gguf/split.h"

namespace engine::gguf {
namespace {

/// The element whose name (key) equals `name`, through an index sorted by name.
template <class Items, class NameOf>
auto lookup(const Items& items, const std::vector<uint32_t>& index, std::string_view name, NameOf name_of) -> decltype(items.data()) {
  const auto at = std::lower_bound(index.begin(), index.end(), name,
                                   [&](uint32_t i, std::string_view n) { return std::string_view(name_of(items[i])) < n; });
  if (at == index.end() || std::string_view(name_of(items[*at])) != name) return nullptr;
  return &items[*at];
}

template <class Items, class NameOf>
std::vector<uint32_t> sorted_index(const Items& items, NameOf name_of) {
  std::vector<uint32_t> index(items.size());
  std::iota(index.begin(), index.end(), 0u);
  std::sort(index.begin(), index.end(), [&](uint32_t a, uint32_t b) { return name_of(items[a]) < name_of(items[b]); });
  return index;
}

const std::string& key_of(const std::pair<std::string, Value>& entry) {
  return entry.first;
}
const std::string& name_of(const TensorInfo& tensor) {
  return tensor.name;
}

std::optional<int64_t> metadata_integer(const Part& part, std::string_view key) {
  for (const auto& [name, value] : part.metadata) {
    if (name != key) continue;
    if (const uint64_t* u = std::get_if<uint64_t>(&value); u && *u <= static_cast<uint64_t>(INT64_MAX)) return static_cast<int64_t>(*u);
    if (const int64_t* i = std::get_if<int64_t>(&value)) return *i;
  }
  return std::nullopt;
}

}  // namespace

/// Opens a file and the other parts of its split, and puts one File together.
class Parser {
 public:
  static Result<File> open(const std::string& path);

 private:
  struct Opened {
    MmapFile file;
    Part part;
  };
  static Result<Opened> open_part(const std::string& path);
  static Result<File> open_split(const std::string& path, int64_t count);
  static Result<Opened> open_numbered(const SplitName& name, int number);
  static void append(File& file, Opened opened);
  static Result<File> finish(File file);
};

Result<Parser::Opened> Parser::open_part(const std::string& path) {
  Result<MmapFile> file = MmapFile::open(path);
  if (!file) return file.error();
  Result<Part> part = parse_part(path, file->bytes());
  if (!part) return part.error();
  return Opened{std::move(*file), std::move(*part)};
}

Result<File> Parser::open(const std::string& path) {
  Result<Opened> opened = open_part(path);
  if (!opened) return opened.error();
  const int64_t count = metadata_integer(opened->part, "split.count").value_or(1);
  if (count > 1) return open_split(path, count);
  File file;
  file.path_ = path;
  append(file, std::move(*opened));
  return finish(std::move(file));
}

Result<File> Parser::open_split(const std::string& path, int64_t count) {
  const std::optional<SplitName> name = parse_split_name(path);
  if (!name || name->count != count)
    return Error{ErrorCode::bad_file, fmt::format("{} is one of {} parts of a model, but its name does not say which.", path, count),
                 fmt::format("Name the parts NAME-00001-of-{:05d}.gguf and so on.", count)};
  File file;
  file.path_ = split_path(name->prefix, 1, name->count);
  int64_t expected = -1;
  for (int number = 1; number <= name->count; ++number) {
    Result<Opened> opened = open_numbered(*name, number);
    if (!opened) return opened.error();
    if (number == 1) expected = metadata_integer(opened->part, "split.tensors.count").value_or(-1);
    append(file, std::move(*opened));
  }
  if (expected >= 0 && static_cast<int64_t>(file.tensors_.size()) != expected)
    return Error{ErrorCode::bad_file,
                 fmt::format("The {} parts of {} hold {} tensors instead of {}.", count, file.path_, file.tensors_.size(), expected),
                 "Download all parts again, from one source."};
  return finish(std::move(file));
}

Result<Parser::Opened> Parser::open_numbered(const SplitName& name, int number) {
  const std::string path = split_path(name.prefix, number, name.count);
  Result<Opened> opened = open_part(path);
  if (!opened) {
    if (opened.error().code != ErrorCode::not_found) return opened.error();
    return Error{ErrorCode::not_found, fmt::format("Part {} of {} of the model is missing: {}.", number, name.count, path),
                 "Put all parts into one folder."};
  }
  const int64_t count = metadata_integer(opened->part, "split.count").value_or(0);
  const int64_t index = metadata_integer(opened->part, "split.no").value_or(-1);
  if (count != name.count || index != number - 1)
    return Error{ErrorCode::bad_file,
                 fmt::format("{} says it is part {} of {}, not part {} of {}.", path, index + 1, count, number, name.count),
                 "Download the part again."};
  return opened;
}

void Parser::append(File& file, Opened opened) {
  if (file.parts_.empty()) file.metadata_ = std::move(opened.part.metadata);
  file.parts_.push_back(std::move(opened.file));
  file.tensors_.insert(file.tensors_.end(), std::make_move_iterator(opened.part.tensors.begin()),
                       std::make_move_iterator(opened.part.tensors.end()));
}

Result<File> Parser::finish(File file) {
  file.metadata_index_ = sorted_index(file.metadata_, key_of);
  file.tensor_index_ = sorted_index(file.tensors_, name_of);
  for (size_t i = 1; i < file.tensor_index_.size(); ++i) {
    const std::string& name = file.tensors_[file.tensor_index_[i]].name;
    if (file.tensors_[file.tensor_index_[i - 1]].name == name)
      return Error{ErrorCode::bad_file, fmt::format("{} is damaged: the tensor {} is there twice.", file.path_, printable(name)),
                   "Download the file again."};
  }
  return file;
}

Result<File> File::open(const std::string& path) {
  return Parser::open(path);
}

const Value* File::find(std::string_view key) const {
  const auto* entry = lookup(metadata_, metadata_index_, key, key_of);
  return entry ? &entry->second : nullptr;
}

const TensorInfo* File::tensor(std::string_view name) const {
  return lookup(tensors_, tensor_index_, name, name_of);
}

std::optional<int64_t> File::integer(std::string_view key) const {
  const Value* value = find(key);
  if (!value) return std::nullopt;
  if (const uint64_t* u = std::get_if<uint64_t>(value); u && *u <= static_cast<uint64_t>(INT64_MAX)) return static_cast<int64_t>(*u);
  if (const int64_t* i = std::get_if<int64_t>(value)) return *i;
  return std::nullopt;
}

std::optional<double> File::number(std::string_view key) const {
  const Value* value = find(key);
  if (!value) return std::nullopt;
  if (const double* d = std::get_if<double>(value)) return *d;
  if (const uint64_t* u = std::get_if<uint64_t>(value)) return static_cast<double>(*u);
  if (const int64_t* i = std::get_if<int64_t>(value)) return static_cast<double>(*i);
  return std::nullopt;
}

std::optional<bool> File::boolean(std::string_view key) const {
  const Value* value = find(key);
  if (!value) return std::nullopt;
  if (const bool* b = std::get_if<bool>(value)) return *b;
  return std::nullopt;
}

std::optional<std::string_view> File::string(std::string_view key) const {
  const Value* value = find(key);
  if (!value) return std::nullopt;
  if (const std::string* s = std::get_if<std::string>(value)) return std::string_view(*s);
  return std::nullopt;
}

const std::vector<std::string>* File::strings(std::string_view key) const {
  const Value* value = find(key);
  return value ? std::get_if<std::vector<std::string>>(value) : nullptr;
}

std::vector<int64_t> File::integers(std::string_view key) const {
  const Value* value = find(key);
  if (!value) return {};
  if (const auto* i = std::get_if<std::vector<int64_t>>(value)) return *i;
  if (const auto* u = std::get_if<std::vector<uint64_t>>(value)) {
    if (std::any_of(u->begin(), u->end(), [](uint64_t v) { return v > static_cast<uint64_t>(INT64_MAX); })) return {};
    return {u->begin(), u->end()};
  }
  if (const std::optional<int64_t> scalar = integer(key)) return {*scalar};
  return {};
}

std::vector<double> File::numbers(std::string_view key) const {
  const Value* value = find(key);
  if (!value) return {};
  if (const auto* d = std::get_if<std::vector<double>>(value)) return *d;
  if (const auto* i = std::get_if<std::vector<int64_t>>(value)) return {i->begin(), i->end()};
  if (const auto* u = std::get_if<std::vector<uint64_t>>(value)) return {u->begin(), u->end()};
  if (const std::optional<double> scalar = number(key)) return {*scalar};
  return {};
}

uint64_t File::file_bytes() const {
  return std::accumulate(parts_.begin(), parts_.end(), uint64_t{0},
                         [](uint64_t sum, const MmapFile& part) { return sum + part.bytes().size(); });
}

}  // namespace engine::gguf
