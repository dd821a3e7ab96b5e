#include "engine/build.h"

#include <gtest/gtest.h>

#include <regex>

namespace engine {
namespace {

BuildInfo example() {
  return {.version = "1.2.0-rc.1+smoke1",
          .commit = "0123456789ab",
          .build_type = "Release",
          .system = "Linux x86_64",
          .compiler = "GNU 12.2.0",
          .sanitizers = "",
          .options = {{"vulkan", true}, {"cuda", false}},
          .libraries = {{LibraryPart::engine, "PCRE2", "10.42", "10.43"},
                        {LibraryPart::command_line, "CLI11", "2.1.2", ""},
                        {LibraryPart::window, "Qt", "6.4.2", "6.4.2"},
                        {LibraryPart::window, "SQLite", "", "3.40.1"}}};
}

TEST(Build, TheTextOfTheWindow) {
  EXPECT_EQ(version_text(example(), "hearth"),
            "hearth 1.2.0-rc.1+smoke1 (0123456789ab)\n"
            "build: Release, Linux x86_64, GNU 12.2.0\n"
            "options: vulkan on, cuda off\n"
            "libraries: PCRE2 10.42 (running 10.43), Qt 6.4.2, SQLite 3.40.1");
}

TEST(Build, TheTextOfTheCommandLine) {
  BuildInfo build = example();
  build.sanitizers = "address,undefined";
  EXPECT_EQ(version_text(build, "hearth-cli"),
            "hearth-cli 1.2.0-rc.1+smoke1 (0123456789ab)\n"
            "build: Release, Linux x86_64, GNU 12.2.0, sanitizers address,undefined\n"
            "options: vulkan on, cuda off\n"
            "libraries: PCRE2 10.42 (running 10.43), CLI11 2.1.2");
}

TEST(Build, TheJson) {
  EXPECT_EQ(version_json(example(), "hearth-cli"),
            R"({"program":"hearth-cli","version":"1.2.0-rc.1+smoke1","commit":"0123456789ab","build_type":"Release",)"
            R"("system":"Linux x86_64","compiler":"GNU 12.2.0","sanitizers":"","options":{"vulkan":true,"cuda":false},)"
            R"("libraries":[{"name":"PCRE2","built":"10.42","running":"10.43"},{"name":"CLI11","built":"2.1.2","running":""}]})");
}

TEST(Build, ThisBuildKnowsItself) {
  const BuildInfo build = build_info();
  EXPECT_TRUE(std::regex_match(build.version, std::regex(R"(\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?)"))) << build.version;
  EXPECT_TRUE(std::regex_match(build.commit, std::regex("unknown|[0-9a-f]{7,12}(-dirty)?"))) << build.commit;
  for (const std::string* text : {&build.build_type, &build.system, &build.compiler}) EXPECT_FALSE(text->empty());
  for (const LibraryVersion& library : build.libraries) {
    EXPECT_TRUE(std::regex_search(library.built, std::regex("^[0-9]+\\.[0-9]+"))) << library.name << " " << library.built;
    if (library.name == "PCRE2") {
      EXPECT_TRUE(std::regex_match(library.running, std::regex("[0-9]+\\.[0-9]+.*"))) << library.running;
    }
  }
}

}  // namespace
}  // namespace engine
