// One function a block type; encode.cpp calls them. `x` holds finite values within largest_value. Internal to the folder.
#pragma once

#include <cstddef>

namespace engine::quantize {

void encode_q4_0(const float* x, std::byte* block);    // 32 elements
void encode_q4_1(const float* x, std::byte* block);    // 32
void encode_q5_0(const float* x, std::byte* block);    // 32
void encode_q5_1(const float* x, std::byte* block);    // 32
void encode_q8_0(const float* x, std::byte* block);    // 32
void encode_iq4_nl(const float* x, std::byte* block);  // 32
void encode_mxfp4(const float* x, std::byte* block);   // 32
void encode_q2_k(const float* x, std::byte* block);    // 256
void encode_q3_k(const float* x, std::byte* block);    // 256
void encode_q4_k(const float* x, std::byte* block);    // 256
void encode_q5_k(const float* x, std::byte* block);    // 256
void encode_q6_k(const float* x, std::byte* block);    // 256
void encode_iq4_xs(const float* x, std::byte* block);  // 256
void encode_tq1_0(const float* x, std::byte* block);   // 256
void encode_tq2_0(const float* x, std::byte* block);   // 256

}  // namespace engine::quantize
