#include "gguf/part_file.h"

#include <fmt/format.h>

#include <filesystem>

#include "core/check.h"
#include "core/paths.h"

namespace engine::gguf {
namespace {

using Problem = ExclusiveFile::Problem;

Error failed(const std::string& path, const char* what, const ExclusiveFile::Outcome& outcome) {
  switch (outcome.problem) {
    case Problem::busy:
      return {ErrorCode::io, fmt::format("{} is being written or used by another program.", path), "Wait for it, or choose another name."};
    case Problem::full:
      return {ErrorCode::io, fmt::format("{} cannot be {}: the disk is full.", path, what), "Free some space, or choose another folder."};
    case Problem::too_large:
      return {ErrorCode::io, fmt::format("{} cannot be {}: a file this large is not allowed there.", path, what),
              "Choose another folder; the file system, or a limit of your account, is too small."};
    default:
      return {ErrorCode::io, fmt::format("{} cannot be {}: {}.", path, what, outcome.cause),
              "Check the folder's permissions and free space."};
  }
}

}  // namespace

Result<PartFile> PartFile::create(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(native_path(path), ignored))
    return Error{ErrorCode::io, fmt::format("{} is a folder.", path), "Choose the name of a file."};
  PartFile file(path);
  if (const auto opened = file.file_.open(path + ".part"); !opened.ok()) return failed(path, "created", opened);
  // Not emptied before the lock is held: another program may be writing it.
  if (const auto emptied = file.file_.empty(); !emptied.ok()) return failed(path, "written", emptied);
  return file;
}

PartFile::~PartFile() {
  file_.remove();
}

Status PartFile::write(std::span<const std::byte> bytes) {
  HEARTH_CHECK(file_.is_open());
  const auto written = file_.write(bytes);
  return written.ok() ? Status{} : Status{failed(path_, "written", written)};
}

Status PartFile::finish() {
  HEARTH_CHECK(file_.is_open());
  if (const auto synced = file_.sync(); !synced.ok()) return failed(path_, "written", synced);
  if (const auto renamed = file_.rename_over(path_); !renamed.ok()) return failed(path_, "renamed", renamed);
  return {};
}

std::optional<uint64_t> free_space(const std::string& path) {
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(native_path(folder_of(path)), error);
  if (error) return std::nullopt;
  return static_cast<uint64_t>(space.available);
}

}  // namespace engine::gguf
