#include "gguf/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace engine::gguf {
namespace {

int five_digits(std::string_view text) {
  const bool digits = text.size() == 5 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return -1;
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

std::optional<SplitName> parse_split_name(const std::string& path) {
  constexpr std::string_view shape = "-00000-of-00000.gguf";
  if (path.size() < shape.size()) return std::nullopt;
  const std::string_view tail = std::string_view(path).substr(path.size() - shape.size());
  if (tail[0] != '-' || tail.substr(6, 4) != "-of-" || tail.substr(15) != ".gguf") return std::nullopt;
  const int number = five_digits(tail.substr(1, 5));
  const int count = five_digits(tail.substr(10, 5));
  if (number < 1 || count < 1 || number > count) return std::nullopt;
  return SplitName{path.substr(0, path.size() - shape.size()), number, count};
}

std::string split_path(const std::string& prefix, int number, int count) {
  return fmt::format("{}-{:05d}-of-{:05d}.gguf", prefix, number, count);
}

}  // namespace engine::gguf
