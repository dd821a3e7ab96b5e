#include "core/mmap_file.h"

#include <utility>

namespace engine {

MmapFile::MmapFile(MmapFile&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MmapFile& MmapFile::operator=(MmapFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void MmapFile::give_back() const {
  give_back_pages(bytes());
}

}  // namespace engine
