// How rows of weights are stored on the device.
#pragma once

#include <cstddef>

#include "core/dtype.h"
#include "cuda/transfer.h"
#include "ops/tensor.h"

namespace engine::cuda {

/// As in the file, with a few bytes behind a row where that makes rows begin at multiples of 16 at little cost. MXFP4, whose blocks of 17
/// bytes are never aligned, has planes: all quants of the row first (16 bytes a block), then all scales (one byte each); its rows
/// always begin at multiples of 16.
struct RowFormat {
  size_t bytes = 0;  // between rows on the device
  bool planar = false;
};
RowFormat row_format(DType type, int64_t in);

/// Writes all rows of [experts][out] to `device`.
void upload_rows(Transfer& transfer, const Weight& host, const RowFormat& format, std::byte* device);

}  // namespace engine::cuda
