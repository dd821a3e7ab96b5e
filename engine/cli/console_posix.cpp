#include <unistd.h>

#include <csignal>
#include <iostream>
#include <iterator>

#include "cli/console.h"

namespace engine::cli {
namespace {

std::atomic<std::atomic<bool>*> g_flag{nullptr};
static_assert(std::atomic<std::atomic<bool>*>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);  // for signal handlers

void raise_flag(int) {
  g_flag.load()->store(true, std::memory_order_relaxed);
}

}  // namespace

std::vector<std::string> prepare_console(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  return {argv + (argc > 0 ? 1 : 0), argv + argc};
}

bool is_terminal(std::FILE* stream) {
  return ::isatty(::fileno(stream)) == 1;
}

std::optional<std::string> read_line() {
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  return line;
}

std::string read_input() {
  return {std::istreambuf_iterator<char>(std::cin), {}};
}

void set_on_interrupt(std::atomic<bool>& flag) {
  g_flag = &flag;
  std::signal(SIGINT, raise_flag);
}

void set_on_stop(std::atomic<bool>& flag) {
  g_flag = &flag;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    if (std::signal(signal, raise_flag) == SIG_IGN) std::signal(signal, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

void end_on_stop() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    if (std::signal(signal, SIG_DFL) == SIG_IGN) std::signal(signal, SIG_IGN);
}

}  // namespace engine::cli
