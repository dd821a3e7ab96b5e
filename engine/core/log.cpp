#include "core/log.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace engine {
namespace {

LogLevel configured_level() {
  const char* value = std::getenv("HEARTH_LOG");
  const std::string_view level = value ? value : "";
  if (level == "error") return LogLevel::error;
  if (level == "info") return LogLevel::info;
  if (level == "debug") return LogLevel::debug;
  return LogLevel::warn;
}

constexpr const char* kNames[] = {"error", "warning", "info", "debug"};

}  // namespace

bool log_enabled(LogLevel level) {
  static const LogLevel limit = configured_level();
  return level <= limit;
}

void log_line(LogLevel level, std::string_view text) {
  const std::string line = fmt::format("hearth {}: {}\n", kNames[static_cast<int>(level)], text);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace engine
