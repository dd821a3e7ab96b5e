// Text from a file, made safe for a message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace engine::gguf {

/// The first `limit` bytes with everything but printable ASCII replaced by '?': names in a hostile file may hold line
/// breaks, terminal escapes or broken UTF-8.
inline std::string printable(std::string_view text, size_t limit = 64) {
  std::string out;
  for (const char c : text.substr(0, limit)) out += (c >= 0x20 && c < 0x7f) ? c : '?';
  if (text.size() > limit) out += "...";
  return out;
}

}  // namespace engine::gguf
