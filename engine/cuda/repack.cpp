#include "cuda/repack.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace engine::cuda {
namespace {

constexpr size_t kAlign = 16;
constexpr size_t kPaddingShare = 100;  // a row may grow by one part of so many
constexpr size_t kChunk = size_t{8} << 20;

}  // namespace

size_t placed_row_bytes(DType type, int64_t in) {
  const size_t bytes = row_bytes(type, in), aligned = (bytes + kAlign - 1) / kAlign * kAlign;
  return (aligned - bytes) * kPaddingShare <= bytes ? aligned : bytes;
}

void upload_rows(Transfer& transfer, const Weight& host, size_t stride, std::byte* device) {
  const auto out = static_cast<size_t>(host.out), rows = out * static_cast<size_t>(host.experts);
  const size_t bytes = row_bytes(host.type, host.in), most = std::max<size_t>(1, kChunk / stride);
  std::vector<std::byte> padded;
  const auto source = [&](size_t row) { return host.row(static_cast<int64_t>(row % out), static_cast<int64_t>(row / out)); };
  size_t run = 0;  // rows that are written together
  for (size_t row = 0; row < rows; row += run) {
    if (stride == bytes) {
      for (run = 1; row + run < rows && source(row + run) == source(row + run - 1) + bytes;) ++run;
      transfer.write(device + row * stride, source(row), run * bytes);
      continue;
    }
    run = std::min(most, rows - row);
    padded.assign(run * stride, std::byte{0});
    for (size_t r = 0; r < run; ++r) std::memcpy(padded.data() + r * stride, source(row + r), bytes);
    transfer.write(device + row * stride, padded.data(), padded.size());
  }
}

}  // namespace engine::cuda
