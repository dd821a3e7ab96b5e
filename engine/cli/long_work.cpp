#include "cli/long_work.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "gguf/printable.h"

namespace engine::cli {
namespace {

std::atomic<bool> g_stop{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // a signal handler may touch it

void request_stop(int) {
  g_stop.store(true, std::memory_order_relaxed);
}

}  // namespace

const std::atomic<bool>& stop_on_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    if (std::signal(signal, request_stop) == SIG_IGN) std::signal(signal, SIG_IGN);  // as nohup asks
  std::signal(SIGXFSZ, SIG_IGN);
  return g_stop;
}

void end_on_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    if (std::signal(signal, SIG_DFL) == SIG_IGN) std::signal(signal, SIG_IGN);
}

ProgressLine::ProgressLine() : step_(::isatty(STDERR_FILENO) ? 1 : 10) {}

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
