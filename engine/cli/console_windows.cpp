#include <fcntl.h>
#include <io.h>
#include <windows.h>
// After windows.h, which it builds upon.
#include <shellapi.h>

#include <iostream>
#include <iterator>

#include "cli/console.h"
#include "core/windows_text.h"

namespace engine::cli {
namespace {

std::atomic<std::atomic<bool>*> g_flag{nullptr};
std::atomic<bool> g_all{false};  // closing the console, logging off and shutting down too
UINT g_output_page = 0;

/// Runs in a thread that Windows starts. After CTRL_CLOSE_EVENT and its kin the program ends when this returns, at the latest after five
/// seconds: waiting gives main() the time to clean up.
BOOL WINAPI on_console_event(DWORD event) {
  const bool key = event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT;
  std::atomic<bool>* flag = g_flag;
  if (!flag || (!key && !g_all)) return FALSE;
  flag->store(true);
  if (!key) ::Sleep(INFINITE);
  return TRUE;
}

void listen(std::atomic<bool>& flag, bool all) {
  if (!g_flag.exchange(&flag)) ::SetConsoleCtrlHandler(on_console_event, TRUE);
  g_all = all;
}

/// The console keyboard as UTF-16: its 8-bit way gives zeros for everything beyond ASCII in most versions of Windows.
std::optional<std::string> read_console_line(HANDLE console) {
  std::wstring line;
  wchar_t buffer[512];
  DWORD n = 0;
  while (line.empty() || line.back() != L'\n') {
    if (!::ReadConsoleW(console, buffer, 512, &n, nullptr) || n == 0) break;
    line.append(buffer, n);
    if (line.front() == L'\x1a') return std::nullopt;  // Ctrl+Z
  }
  if (line.empty()) return std::nullopt;
  while (!line.empty() && (line.back() == L'\n' || line.back() == L'\r')) line.pop_back();
  return narrow(line);
}

/// The console behind stdin; null: a file or a pipe.
HANDLE input_console() {
  const HANDLE input = ::GetStdHandle(STD_INPUT_HANDLE);
  DWORD mode = 0;
  return ::GetConsoleMode(input, &mode) ? input : nullptr;
}

void restore_output_page() {
  ::SetConsoleOutputCP(g_output_page);
}

}  // namespace

std::vector<std::string> prepare_console(int, char**) {
  for (std::FILE* stream : {stdin, stdout}) ::_setmode(::_fileno(stream), _O_BINARY);
  DWORD mode = 0;
  g_output_page = ::GetConsoleOutputCP();
  if (g_output_page != 0 && g_output_page != CP_UTF8 && ::SetConsoleOutputCP(CP_UTF8)) std::atexit(restore_output_page);
  for (const DWORD stream : {STD_OUTPUT_HANDLE, STD_ERROR_HANDLE})
    if (const HANDLE console = ::GetStdHandle(stream); ::GetConsoleMode(console, &mode))
      ::SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
  int count = 0;
  wchar_t** list = ::CommandLineToArgvW(::GetCommandLineW(), &count);
  std::vector<std::string> arguments;
  for (int i = 1; list && i < count; ++i) arguments.push_back(narrow(list[i]));
  ::LocalFree(list);
  return arguments;
}

bool is_terminal(std::FILE* stream) {
  DWORD mode = 0;
  return ::GetConsoleMode(reinterpret_cast<HANDLE>(::_get_osfhandle(::_fileno(stream))), &mode) != 0;
}

std::optional<std::string> read_line() {
  if (const HANDLE console = input_console()) return read_console_line(console);
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

std::string read_input() {
  const HANDLE console = input_console();
  if (!console) return {std::istreambuf_iterator<char>(std::cin), {}};
  std::string text;
  while (const std::optional<std::string> line = read_console_line(console)) text += *line + "\n";
  return text;
}

void set_on_interrupt(std::atomic<bool>& flag) {
  listen(flag, false);
}

void set_on_stop(std::atomic<bool>& flag) {
  listen(flag, true);
}

void end_on_stop() {
  if (g_flag.exchange(nullptr)) ::SetConsoleCtrlHandler(on_console_event, FALSE);
}

}  // namespace engine::cli
