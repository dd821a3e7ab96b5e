// Files as every system has them: names in any language, long paths, locks, replacing. Runs on Windows too
// (installer/windows/cross_check.sh).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/exclusive_file.h"
#include "core/machine.h"
#include "core/mmap_file.h"
#include "core/paths.h"
#include "gguf/part_file.h"

namespace {

using engine::ErrorCode;
using engine::ExclusiveFile;
using engine::MmapFile;
using engine::native_path;
using engine::utf8_text;
using engine::gguf::PartFile;

const std::string kChinese = "模型 文件 – ñandú 🔥";

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

class SystemFiles : public testing::Test {
 protected:
  SystemFiles() {
    root_ = utf8_text(std::filesystem::temp_directory_path()) + "/hearth-files-" +
            std::to_string(std::hash<std::string>()(testing::UnitTest::GetInstance()->current_test_info()->name()) ^
                           static_cast<size_t>(reinterpret_cast<uintptr_t>(this)));
    std::filesystem::create_directories(native_path(root_));
  }
  ~SystemFiles() override {
    std::error_code ignored;
    std::filesystem::remove_all(native_path(root_), ignored);
  }

  [[nodiscard]] std::string path(const std::string& name) const { return root_ + "/" + name; }
  void write(const std::string& file, std::string_view text) const {
    std::ofstream out(native_path(file), std::ios::binary);
    out << text;
    ASSERT_TRUE(out.flush().good()) << file;
  }
  static std::string read(const std::string& file) {
    std::ifstream in(native_path(file), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static bool exists(const std::string& file) { return std::filesystem::exists(native_path(file)); }
  /// A folder whose path has more than 300 characters, each name below 255.
  [[nodiscard]] std::string deep_folder() const {
    std::string folder = root_;
    while (folder.size() < 320) folder += "/" + std::string(40, 'd');
    std::filesystem::create_directories(native_path(folder));
    return folder;
  }

  std::string root_;
};

TEST_F(SystemFiles, NamesInAnyLanguage) {
  const std::string file = path(kChinese + ".gguf");
  write(file, "ten bytes.");
  EXPECT_EQ(utf8_text(native_path(file).filename()), kChinese + ".gguf");
  EXPECT_EQ(native_path(engine::folder_of(file)), native_path(root_));
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(native_path(root_)))
    found += utf8_text(entry.path().filename()) == kChinese + ".gguf" ? 1 : 0;
  EXPECT_EQ(found, 1);
  auto mapped = MmapFile::open(file);
  ASSERT_TRUE(mapped.ok());
  EXPECT_EQ(std::memcmp(mapped->bytes().data(), "ten bytes.", 10), 0);
}

TEST_F(SystemFiles, PathsOfAnyLength) {
  const std::string file = deep_folder() + "/" + kChinese + ".bin";
  EXPECT_EQ(utf8_text(native_path(file).filename()), kChinese + ".bin");
  EXPECT_EQ(utf8_text(native_path(file)).find("?"), std::string::npos);  // the prefix is not shown
  auto part = PartFile::create(file);
  ASSERT_TRUE(part.ok()) << part.error().text();
  ASSERT_TRUE(part->write(bytes_of("deep down")));
  ASSERT_TRUE(part->finish());
  EXPECT_EQ(read(file), "deep down");
  auto mapped = MmapFile::open(file);
  ASSERT_TRUE(mapped.ok()) << mapped.error().text();
  EXPECT_EQ(mapped->bytes().size(), 9u);
}

TEST_F(SystemFiles, WhatCannotBeMapped) {
  EXPECT_EQ(MmapFile::open(path("none")).error().code, ErrorCode::not_found);
  EXPECT_EQ(MmapFile::open(path("none/below")).error().code, ErrorCode::not_found);
  EXPECT_EQ(MmapFile::open(root_).error().code, ErrorCode::io);
  write(path("empty"), "");
  auto empty = MmapFile::open(path("empty"));
  ASSERT_TRUE(empty.ok());
  EXPECT_TRUE(empty->bytes().empty());
}

TEST_F(SystemFiles, PagesThatWereGivenBackAreReadAgain) {
  std::string text(1 << 20, 'a');
  for (size_t i = 0; i < text.size(); i += 4096) text[i] = static_cast<char>('b' + i / 4096 % 20);
  write(path("pages"), text);
  auto mapped = MmapFile::open(path("pages"));
  ASSERT_TRUE(mapped.ok());
  mapped->prefetch();
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(std::memcmp(mapped->bytes().data(), text.data(), text.size()), 0);
    mapped->give_back();
    engine::give_back_pages(mapped->bytes().subspan(100, 10000));
  }
}

TEST_F(SystemFiles, AFileAppearsWholeOrNotAtAll) {
  const std::string file = path(kChinese);
  write(file, "older");
  {
    auto part = PartFile::create(file);
    ASSERT_TRUE(part.ok());
    ASSERT_TRUE(part->write(bytes_of("half")));
    EXPECT_EQ(read(file), "older");
  }
  EXPECT_EQ(read(file), "older");
  EXPECT_FALSE(exists(file + ".part"));
  auto part = PartFile::create(file);
  ASSERT_TRUE(part.ok());
  ASSERT_TRUE(part->write(bytes_of("line\n")));
  ASSERT_TRUE(part->write(bytes_of("\x1a")));  // no text mode: line ends and Ctrl+Z are bytes
  ASSERT_TRUE(part->finish());
  EXPECT_EQ(read(file), "line\n\x1a");
  EXPECT_FALSE(exists(file + ".part"));
}

// Linux replaces the name and the old bytes live on; Windows may refuse. Never is an old file taken for a new one.
TEST_F(SystemFiles, AFileThatIsMappedWhileItIsReplaced) {
  const std::string file = path("mapped");
  write(file, "older");
  auto mapped = MmapFile::open(file);
  ASSERT_TRUE(mapped.ok());
  auto part = PartFile::create(file);
  ASSERT_TRUE(part.ok());
  ASSERT_TRUE(part->write(bytes_of("newer")));
  const engine::Status finished = part->finish();
  if (!finished) {
    EXPECT_NE(finished.error().text().find("used by another program"), std::string::npos) << finished.error().text();
  }
  EXPECT_EQ(std::memcmp(mapped->bytes().data(), "older", 5), 0);
  EXPECT_EQ(read(file), finished ? "newer" : "older");
  auto again = MmapFile::open(file);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(std::memcmp(again->bytes().data(), finished ? "newer" : "older", 5), 0);
}

TEST_F(SystemFiles, OneWriterAtATime) {
  const std::string file = path("locked");
  ExclusiveFile first;
  ASSERT_TRUE(first.open(file).ok());
  ASSERT_TRUE(first.write(bytes_of("first")).ok());
  EXPECT_TRUE(ExclusiveFile::is_busy(file));
  ExclusiveFile second;
  EXPECT_EQ(second.open(file).problem, ExclusiveFile::Problem::busy);
  EXPECT_EQ(read(file), "first");  // reading is free
  ExclusiveFile moved = std::move(first);
  EXPECT_TRUE(ExclusiveFile::is_busy(file));
  moved.close();
  EXPECT_FALSE(ExclusiveFile::is_busy(file));
  ASSERT_TRUE(second.open(file).ok());
  EXPECT_EQ(read(file), "first");
  ASSERT_TRUE(second.empty().ok());
  EXPECT_EQ(read(file), "");
  second.remove();
  EXPECT_FALSE(exists(file));
  EXPECT_FALSE(ExclusiveFile::is_busy(file));
}

TEST_F(SystemFiles, TwoPartsOfOneFile) {
  auto first = PartFile::create(path("out"));
  ASSERT_TRUE(first.ok());
  auto second = PartFile::create(path("out"));
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().text().find("another program"), std::string::npos);
  EXPECT_TRUE(exists(path("out.part")));
  ASSERT_TRUE(first->finish());
  EXPECT_TRUE(exists(path("out")));
}

TEST_F(SystemFiles, PlacesThatCannotBeWritten) {
  auto missing = PartFile::create(path("no/such/folder"));
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().text().find("cannot be created"), std::string::npos);
  EXPECT_FALSE(PartFile::create(root_).ok());
  std::error_code error;
  std::filesystem::create_symlink(native_path(path("victim")), native_path(path("trap.part")), error);
  if (!error) {  // needs a right on Windows
    EXPECT_FALSE(PartFile::create(path("trap")).ok());
    EXPECT_FALSE(exists(path("victim")));
  }
}

TEST_F(SystemFiles, RenamingReplaces) {
  write(path("from"), "new");
  write(path("to"), "old");
  EXPECT_FALSE(engine::rename_over(path("from"), path("to")));
  EXPECT_EQ(read(path("to")), "new");
  EXPECT_FALSE(exists(path("from")));
  EXPECT_TRUE(engine::rename_over(path("from"), path("to")));
  EXPECT_EQ(read(path("to")), "new");
}

TEST_F(SystemFiles, TheDiskAndTheComputer) {
  const auto free = engine::gguf::free_space(path("x"));
  ASSERT_TRUE(free.has_value());
  EXPECT_GT(*free, 1u << 20);
  EXPECT_FALSE(engine::gguf::free_space(path("no/such/folder/x")).has_value());
  const engine::Memory memory = engine::system_memory();
  EXPECT_GT(memory.total, uint64_t{64} << 20);
  EXPECT_GT(memory.available, 0u);
  EXPECT_LE(memory.available, memory.total);
  EXPECT_GE(engine::physical_cores(), 1);
  EXPECT_FALSE(engine::processor_brand().empty());
  EXPECT_TRUE(std::filesystem::is_regular_file(engine::program_file()));
}

}  // namespace
