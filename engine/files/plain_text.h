// Text from a file, made fit for a window: valid UTF-8, bounded, no control characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace engine {

/// At most `limit` characters, with "…" behind what was cut. Invalid bytes, control characters and those that change the
/// direction of text become U+FFFD; line breaks and tabs stay.
std::string plain_text(std::string_view text, size_t limit);

}  // namespace engine
