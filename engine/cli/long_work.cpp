#include "cli/long_work.h"

#include <fmt/format.h>

#include <cstdio>

#include "cli/console.h"
#include "gguf/printable.h"

namespace engine::cli {
namespace {

std::atomic<bool> g_stop{false};

}  // namespace

const std::atomic<bool>& stop_on_signals() {
  set_on_stop(g_stop);
  return g_stop;
}

void end_on_signals() {
  end_on_stop();
}

ProgressLine::ProgressLine() : step_(is_terminal(stderr) ? 1 : 10) {}

void ProgressLine::show(double fraction, const std::string& tensor) {
  const int percent = static_cast<int>(fraction * 100);
  if (percent / step_ == last_) return;
  last_ = percent / step_;
  if (step_ == 1)
    fmt::print(stderr, "\r{:3} %  {:<64}", percent, gguf::printable(tensor));
  else
    fmt::print(stderr, "{} % {}\n", percent, gguf::printable(tensor));
  std::fflush(stderr);
}

void ProgressLine::clear() const {
  if (step_ == 1 && last_ >= 0) fmt::print(stderr, "\r{:<72}\r", "");
}

}  // namespace engine::cli
