// Non-owning views the ops work on. Addresses belong to the device that the op runs on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/dtype.h"

namespace engine {

struct LoraEntry;  // ops.h

/// A weight matrix [experts][out][in], rows of `in` elements contiguous (GGUF ne = {in, out, experts}).
/// `data` is an address of the owning device; `packed` is the backend's own layout when it made one.
struct Weight {
  DType type = DType::f32;
  const std::byte* data = nullptr;
  int64_t in = 0, out = 0, experts = 1;
  size_t row_stride = 0;     // bytes between rows
  size_t expert_stride = 0;  // bytes between experts (or heads)
  const void* packed = nullptr;
  uint32_t rows_per_part = 0;           // not 0: `packed` is a table of addresses, one for every so many rows (vulkan)
  const LoraEntry* adapters = nullptr;  // [slots] what each adapter set adds to the product; null: nothing can

  [[nodiscard]] bool empty() const { return data == nullptr; }
  [[nodiscard]] const std::byte* row(int64_t r, int64_t e = 0) const {
    return data + static_cast<size_t>(e) * expert_stride + static_cast<size_t>(r) * row_stride;
  }
  [[nodiscard]] size_t bytes() const { return row_bytes(type, in) * static_cast<size_t>(out) * static_cast<size_t>(experts); }
};

}  // namespace engine
