// Block types of GGUF tensors (ids: formats.md 1.5) and their geometry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine {

/// Values are the GGUF type ids.
enum class DType : uint32_t {
  f32 = 0,
  f16 = 1,
  q4_0 = 2,
  q4_1 = 3,
  q5_0 = 6,
  q5_1 = 7,
  q8_0 = 8,
  q2_k = 10,
  q3_k = 11,
  q4_k = 12,
  q5_k = 13,
  q6_k = 14,
  iq2_xxs = 16,
  iq2_xs = 17,
  iq3_xxs = 18,
  iq1_s = 19,
  iq4_nl = 20,
  iq3_s = 21,
  iq2_s = 22,
  iq4_xs = 23,
  i8 = 24,
  i16 = 25,
  i32 = 26,
  i64 = 27,
  f64 = 28,
  iq1_m = 29,
  bf16 = 30,
  tq1_0 = 34,
  tq2_0 = 35,
  mxfp4 = 39,
  nvfp4 = 40,
};

struct DTypeInfo {
  DType type;
  const char* name;  // "Q4_K"
  int block_elems;   // elements in one block
  int block_bytes;   // bytes of one block
  bool computable;   // ops accept weights of this type
};

/// Types of weights that ops accept, by id.
std::vector<DType> computable_types();

/// nullptr for ids that no format of ours knows.
const DTypeInfo* dtype_info(uint32_t id);
inline const DTypeInfo& dtype_info(DType t) {
  return *dtype_info(static_cast<uint32_t>(t));
}
inline const char* dtype_name(DType t) {
  return dtype_info(t).name;
}

/// Bytes of a row of n elements; n must be a multiple of block_elems.
inline size_t row_bytes(DType t, int64_t n) {
  const DTypeInfo& d = dtype_info(t);
  return static_cast<size_t>(n / d.block_elems) * static_cast<size_t>(d.block_bytes);
}

}  // namespace engine
