#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/mmap_file.h"

namespace engine {

MmapFile::~MmapFile() {
  if (data_) ::munmap(const_cast<std::byte*>(data_), size_);
}

Result<MmapFile> MmapFile::open(const std::string& path) {
  // A pipe would wait for someone to write to it; files know no waiting.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      return Error{ErrorCode::not_found, fmt::format("There is no file {}.", path), "Check the path."};
    return Error{ErrorCode::io, fmt::format("{} cannot be opened: {}.", path, std::strerror(errno)), "Check its permissions."};
  }
  struct stat st {};
  if (::fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
    ::close(fd);
    return Error{ErrorCode::io, fmt::format("{} is not a regular file.", path), "Give the path of a file."};
  }
  MmapFile file;
  if (st.st_size > 0) {
    void* map = ::mmap(nullptr, static_cast<size_t>(st.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED) {
      const int cause = errno;
      ::close(fd);
      return Error{ErrorCode::io, fmt::format("{} cannot be mapped: {}.", path, std::strerror(cause)), ""};
    }
    file.data_ = static_cast<const std::byte*>(map);
    file.size_ = static_cast<size_t>(st.st_size);
  }
  ::close(fd);
  return file;
}

void MmapFile::prefetch() const {
  if (data_) ::madvise(const_cast<std::byte*>(data_), size_, MADV_WILLNEED);
}

void give_back_pages(std::span<const std::byte> part) {
  const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<uintptr_t>(part.data()) + page - 1) / page * page;
  const auto end = (reinterpret_cast<uintptr_t>(part.data()) + part.size()) / page * page;
  if (end > begin) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);  // read-only: they come back from the file
}

}  // namespace engine
