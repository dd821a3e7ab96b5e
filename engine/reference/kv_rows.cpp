#include "reference/kv_rows.h"

#include <cstring>

#include "core/half.h"
#include "core/quant_blocks.h"

namespace engine {
namespace {

constexpr int kBlock = 32, kBlockBytes = 34;  // Q8_0

uint16_t load_half_bits(const std::byte* p) {
  uint16_t bits;
  std::memcpy(&bits, p, sizeof bits);
  return bits;
}

void read_q8_0(const std::byte* row, int first, int n, float* dst) {
  float scale = 0;
  for (int i = first; i < first + n; ++i) {
    const std::byte* block = row + i / kBlock * kBlockBytes;
    if (i == first || i % kBlock == 0) scale = half_to_float(load_half_bits(block));
    dst[i - first] = scale * static_cast<float>(static_cast<int8_t>(block[2 + i % kBlock]));
  }
}

}  // namespace

std::byte* kv_row(const StepInputs& step, std::byte* plane, size_t row_bytes, int s, int position) {
  const auto page = static_cast<size_t>(step.page_row(s)[position / kPageTokens]);
  return plane + (page * kPageTokens + static_cast<size_t>(position % kPageTokens)) * row_bytes;
}

void write_kv_row(KvDType type, const float* src, std::byte* row, int n) {
  switch (type) {
    case KvDType::f32:
      std::memcpy(row, src, static_cast<size_t>(n) * sizeof(float));
      break;
    case KvDType::f16:
      for (int i = 0; i < n; ++i) {
        const uint16_t bits = float_to_half(src[i]);
        std::memcpy(row + 2 * i, &bits, sizeof bits);
      }
      break;
    case KvDType::q8_0:
      quantize_row_q8_0(src, row, n);
      break;
  }
}

void read_kv_row(KvDType type, const std::byte* row, int first, int n, float* dst) {
  switch (type) {
    case KvDType::f32:
      std::memcpy(dst, row + static_cast<size_t>(first) * sizeof(float), static_cast<size_t>(n) * sizeof(float));
      break;
    case KvDType::f16:
      for (int i = 0; i < n; ++i) dst[i] = half_to_float(load_half_bits(row + 2 * (first + i)));
      break;
    case KvDType::q8_0:
      read_q8_0(row, first, n, dst);
      break;
  }
}

}  // namespace engine
