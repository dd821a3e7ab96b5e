// How a template failure travels inside this folder: as an exception that ChatTemplate catches and turns into an Error.
#pragma once

#include <string>
#include <utility>

#include "engine/result.h"

namespace engine::jinja {

struct Failure {
  ErrorCode code;
  std::string message;
  int line = 0;  // 0: not known where it was thrown
};

/// The template is wrong, or did something Jinja refuses.
[[noreturn]] inline void fail(std::string message, int line = 0) {
  throw Failure{ErrorCode::bad_file, std::move(message), line};
}

/// One of TemplateLimits was reached.
[[noreturn]] inline void fail_limit(std::string message) {
  throw Failure{ErrorCode::out_of_memory, std::move(message), 0};
}

}  // namespace engine::jinja
