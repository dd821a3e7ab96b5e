// Names of files: the engine's texts are UTF-8 on every system, what a system opens is a std::filesystem::path.
//
// A std::string that becomes a path by itself is read in the code page of the account on Windows, and there half the world's file names
// do not exist. So every path goes through native_path(), and every name that is shown or kept through utf8_text().
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace engine {

/// The path as the system takes it. On Windows one that is too long for its old limit of 260 characters becomes absolute and gets the
/// prefix \\?\, which lifts the limit in every version and setting.
std::filesystem::path native_path(std::string_view utf8);

/// The opposite, without that prefix.
std::string utf8_text(const std::filesystem::path& path);

/// The folder of a file, "." for a bare name.
std::string folder_of(std::string_view file);

/// A variable of the environment as UTF-8; empty where it is not set.
std::string environment(const char* name);

/// The file of the running program; empty where the system does not tell.
std::filesystem::path program_file();

/// The folder of the program's files that can be made again, where the window keeps them too; empty where the account has none.
std::string cache_folder_of(const std::string& program);

/// Renames a file over what is there, at once and for good where the system can do that.
std::error_code rename_over(const std::string& from, const std::string& to);

}  // namespace engine
