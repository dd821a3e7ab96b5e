// How rows of weights are stored on the device.
#pragma once

#include <cstddef>

#include "core/dtype.h"
#include "cuda/transfer.h"
#include "ops/tensor.h"

namespace engine::cuda {

/// Bytes between rows on the device: as in the file, with a few more where that makes rows begin at multiples of 16 at little cost.
size_t placed_row_bytes(DType type, int64_t in);

/// Writes all rows of [experts][out] to `device`, `stride` bytes apart.
void upload_rows(Transfer& transfer, const Weight& host, size_t stride, std::byte* device);

}  // namespace engine::cuda
