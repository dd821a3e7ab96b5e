#include "vulkan/repack.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace engine::vulkan {
namespace {

constexpr size_t kMxBlock = 17, kMxQuants = 16;  // a scale byte, then 16 bytes of quants
constexpr size_t kChunk = size_t{8} << 20;

void to_planes(const std::byte* row, size_t blocks, std::byte* out) {
  for (size_t b = 0; b < blocks; ++b) {
    out[blocks * kMxQuants + b] = row[b * kMxBlock];
    std::memcpy(out + b * kMxQuants, row + b * kMxBlock + 1, kMxQuants);
  }
}

}  // namespace

RowFormat row_format(DType type, int64_t in) {
  const size_t bytes = row_bytes(type, in);
  if (type != DType::mxfp4) return {bytes, false};
  return {(bytes + 3) / 4 * 4, true};
}

void upload_rows(Transfer& transfer, const Weight& host, const RowFormat& format, size_t first, size_t count, uint64_t address) {
  const auto out = static_cast<size_t>(host.out);
  const size_t bytes = row_bytes(host.type, host.in);
  std::vector<std::byte> chunk;
  const auto source = [&](size_t row) { return host.row(static_cast<int64_t>(row % out), static_cast<int64_t>(row / out)); };
  for (size_t row = first; row < first + count;) {
    size_t run = 1;  // rows that lie one behind the other in the file
    while (row + run < first + count && source(row + run) == source(row + run - 1) + bytes) ++run;
    if (!format.planar) {
      transfer.write(address, source(row), run * bytes);
    } else {
      run = std::min(run, std::max<size_t>(1, kChunk / format.bytes));
      chunk.assign(run * format.bytes, std::byte{0});
      for (size_t r = 0; r < run; ++r) to_planes(source(row + r), static_cast<size_t>(host.in / 32), chunk.data() + r * format.bytes);
      transfer.write(address, chunk.data(), chunk.size());
    }
    address += run * format.bytes;
    row += run;
  }
}

}  // namespace engine::vulkan
