// One log for the engine: lines on stderr, level from HEARTH_LOG (error, warn, info, debug; default warn).
#pragma once

#include <fmt/format.h>

#include <string_view>

namespace engine {

enum class LogLevel { error, warn, info, debug };

bool log_enabled(LogLevel level);
void log_line(LogLevel level, std::string_view text);

template <class... Args>
void log(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
  if (log_enabled(level)) log_line(level, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace engine
