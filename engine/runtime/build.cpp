#include "engine/build.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "core/build_info.h"
#include "tokenizer/pretokenize.h"

namespace engine {
namespace {

[[nodiscard]] bool is_used_by(const LibraryVersion& library, std::string_view program) {
  if (library.part == LibraryPart::engine) return true;
  return (library.part == LibraryPart::command_line) == (program == "hearth-cli");
}

/// "Qt 6.4.2", and "Qt 6.4.2 (running 6.4.3)" when another one is running.
[[nodiscard]] std::string library_text(const LibraryVersion& library) {
  if (library.built.empty()) return fmt::format("{} {}", library.name, library.running);
  if (library.running.empty() || library.running == library.built) return fmt::format("{} {}", library.name, library.built);
  return fmt::format("{} {} (running {})", library.name, library.built, library.running);
}

}  // namespace

BuildInfo build_info() {
  BuildInfo build = compiled_build();
  for (LibraryVersion& library : build.libraries) {
    if (library.name == "PCRE2") library.running = running_pcre2();
  }
  return build;
}

std::string version_and_commit(const BuildInfo& build) {
  return fmt::format("{} ({})", build.version, build.commit);
}

std::string version_text(const BuildInfo& build, std::string_view program) {
  std::vector<std::string> options, libraries;
  for (const BuildOption& option : build.options) options.push_back(fmt::format("{} {}", option.name, option.on ? "on" : "off"));
  for (const LibraryVersion& library : build.libraries) {
    if (is_used_by(library, program)) libraries.push_back(library_text(library));
  }
  const std::string sanitizers = build.sanitizers.empty() ? "" : fmt::format(", sanitizers {}", build.sanitizers);
  return fmt::format("{} {}\nbuild: {}, {}, {}{}\noptions: {}\nlibraries: {}", program, version_and_commit(build), build.build_type,
                     build.system, build.compiler, sanitizers, fmt::join(options, ", "), fmt::join(libraries, ", "));
}

std::string version_json(const BuildInfo& build, std::string_view program) {
  nlohmann::ordered_json out = {{"program", program},
                                {"version", build.version},
                                {"commit", build.commit},
                                {"build_type", build.build_type},
                                {"system", build.system},
                                {"compiler", build.compiler},
                                {"sanitizers", build.sanitizers},
                                {"options", nlohmann::ordered_json::object()},
                                {"libraries", nlohmann::ordered_json::array()}};
  for (const BuildOption& option : build.options) out["options"][option.name] = option.on;
  for (const LibraryVersion& library : build.libraries) {
    if (is_used_by(library, program))
      out["libraries"].push_back({{"name", library.name}, {"built", library.built}, {"running", library.running}});
  }
  return out.dump();
}

}  // namespace engine
