// Where the program meets its terminal: arguments, text in and out, and the wish that it ends.
#pragma once

#include <atomic>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace engine::cli {

/// Call first. From then on text is UTF-8 in both directions, bytes pass as they are, and a reader who goes away does not end the program.
/// Returns the arguments in UTF-8, without the program's name.
std::vector<std::string> prepare_console(int argc, char** argv);

bool is_terminal(std::FILE* stream);

/// The next line of stdin without its end; nullopt at the end of the input.
std::optional<std::string> read_line();
/// All of stdin.
std::string read_input();

/// From now on Ctrl+C sets the flag, which must live for good.
void set_on_interrupt(std::atomic<bool>& flag);
/// From now on all that asks a program to end sets the flag: Ctrl+C, SIGTERM and SIGHUP, a console window that closes. What was ignored
/// stays ignored, as nohup asks. A limit on file sizes comes back as an error of the write.
void set_on_stop(std::atomic<bool>& flag);
/// Takes back what set_on_stop did.
void end_on_stop();

}  // namespace engine::cli
