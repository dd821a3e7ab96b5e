// How rows of weights are stored on the device: as in the file, except where a type's blocks would not be aligned there.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/dtype.h"
#include "ops/tensor.h"
#include "vulkan/transfer.h"

namespace engine::vulkan {

struct RowFormat {
  size_t bytes = 0;     // of a row on the device
  bool planar = false;  // MXFP4: all quants of the row first, then all scales (its blocks of 17 bytes are never aligned)
};
RowFormat row_format(DType type, int64_t in);

/// Writes rows [first, first + count) of [experts][out] to `address`.
void upload_rows(Transfer& transfer, const Weight& host, const RowFormat& format, size_t first, size_t count, uint64_t address);

}  // namespace engine::vulkan
