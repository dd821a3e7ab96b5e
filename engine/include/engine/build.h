// What a program can say about its own build: for --version, bug reports and the User-Agent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace engine {

/// What needs a library: the engine, only hearth-cli, or only the window.
enum class LibraryPart { engine, command_line, window };

struct LibraryVersion {
  LibraryPart part;
  std::string name;
  std::string built;    // what was compiled against; empty: only found when the program runs
  std::string running;  // what is running; empty: the library does not tell
};

struct BuildOption {
  std::string name;
  bool on;
};

/// The same commit, options and tools give the same texts.
struct BuildInfo {
  std::string version;     // Semantic Versioning 2.0.0, e.g. "0.2.0" or "0.3.0-rc.1+smoke1"
  std::string commit;      // twelve digits, with "-dirty" when a tracked file had changed; "unknown" outside a repository
  std::string build_type;  // of CMake: "Release"
  std::string system;      // what it was built for: "Linux x86_64"
  std::string compiler;    // "GNU 12.2.0"
  std::string sanitizers;  // "address,undefined"; empty: none
  std::vector<BuildOption> options;
  std::vector<LibraryVersion> libraries;
};

/// This build, with the running versions of the engine's libraries. Those of the window are added by the window.
[[nodiscard]] BuildInfo build_info();

/// "0.2.0 (0123456789ab)"
[[nodiscard]] std::string version_and_commit(const BuildInfo& build);
/// What --version prints. The first line is "PROGRAM VERSION (COMMIT)"; build, options and libraries follow, a line each. Ends without a
/// line feed. `program`: whose libraries are named, "hearth" or "hearth-cli".
[[nodiscard]] std::string version_text(const BuildInfo& build, std::string_view program);
/// The same as a JSON object on one line.
[[nodiscard]] std::string version_json(const BuildInfo& build, std::string_view program);

}  // namespace engine
