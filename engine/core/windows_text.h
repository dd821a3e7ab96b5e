// UTF-8 and the UTF-16 of Windows. For files *_windows.cpp alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace engine {

/// Bytes that are no UTF-8, and halves of surrogate pairs, become U+FFFD.
std::wstring wide(std::string_view utf8);
std::string narrow(std::wstring_view utf16);

/// What an error of Windows means, in the language of the account, without the final full stop.
std::string windows_error(uint32_t code);

}  // namespace engine
