#include "cuda/repack.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace engine::cuda {
namespace {

constexpr size_t kMxBlock = 17, kMxQuants = 16;  // a scale byte, then 16 bytes of quants
constexpr size_t kAlign = 16;
constexpr size_t kPaddingShare = 100;  // a row may grow by one part of so many
constexpr size_t kChunk = size_t{8} << 20;

void to_planes(const std::byte* row, size_t blocks, std::byte* out) {
  for (size_t b = 0; b < blocks; ++b) {
    out[blocks * kMxQuants + b] = row[b * kMxBlock];
    std::memcpy(out + b * kMxQuants, row + b * kMxBlock + 1, kMxQuants);
  }
}

}  // namespace

RowFormat row_format(DType type, int64_t in) {
  const size_t bytes = row_bytes(type, in), aligned = (bytes + kAlign - 1) / kAlign * kAlign;
  if (type == DType::mxfp4) return {aligned, true};
  return {(aligned - bytes) * kPaddingShare <= bytes ? aligned : bytes, false};
}

void upload_rows(Transfer& transfer, const Weight& host, const RowFormat& format, std::byte* device) {
  const auto out = static_cast<size_t>(host.out), rows = out * static_cast<size_t>(host.experts);
  const size_t bytes = row_bytes(host.type, host.in), in_chunk = std::max<size_t>(1, kChunk / format.bytes);
  std::vector<std::byte> chunk;
  const auto source = [&](size_t row) { return host.row(static_cast<int64_t>(row % out), static_cast<int64_t>(row / out)); };
  const auto follows = [&](size_t row) { return source(row) == source(row - 1) + bytes; };
  for (size_t row = 0; row < rows;) {
    size_t run = 1;
    if (format.bytes == bytes && !format.planar) {
      while (row + run < rows && follows(row + run)) ++run;
      transfer.write(device + row * format.bytes, source(row), run * bytes);
    } else {
      run = std::min(in_chunk, rows - row);
      chunk.assign(run * format.bytes, std::byte{0});
      for (size_t r = 0; r < run; ++r) {
        std::byte* to = chunk.data() + r * format.bytes;
        if (format.planar)
          to_planes(source(row + r), static_cast<size_t>(host.in / 32), to);
        else
          std::memcpy(to, source(row + r), bytes);
      }
      transfer.write(device + row * format.bytes, chunk.data(), chunk.size());
    }
    row += run;
  }
}

}  // namespace engine::cuda
