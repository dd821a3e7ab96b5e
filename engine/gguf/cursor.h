// A bounded little-endian cursor over bytes that nobody has checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace engine::gguf {

class Cursor {
 public:
  explicit Cursor(std::span<const std::byte> bytes) : bytes_(bytes) {}

  [[nodiscard]] size_t position() const { return position_; }
  [[nodiscard]] size_t remaining() const { return bytes_.size() - position_; }

  /// False, and nothing moves, when the bytes end before the value does.
  template <class T>
  [[nodiscard]] bool read(T& value) {
    if (remaining() < sizeof(T)) return false;
    std::memcpy(&value, bytes_.data() + position_, sizeof(T));
    position_ += sizeof(T);
    return true;
  }

  /// u64 length and that many bytes; the view points into the file.
  [[nodiscard]] bool read_string(std::string_view& text, uint64_t limit) {
    const size_t start = position_;
    uint64_t length = 0;
    if (!read(length)) return false;
    if (length > limit || length > remaining()) {
      position_ = start;
      return false;
    }
    text = {reinterpret_cast<const char*>(bytes_.data() + position_), static_cast<size_t>(length)};
    position_ += static_cast<size_t>(length);
    return true;
  }

 private:
  std::span<const std::byte> bytes_;
  size_t position_ = 0;
};

}  // namespace engine::gguf
