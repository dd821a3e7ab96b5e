// The inputs of a step as kernels see them.
#pragma once

#include <cstdint>

namespace engine::cuda {

/// StepInputs (ops/step.h) in device memory, at a fixed address; written before every step.
struct StepView {
  int32_t n_tokens, n_sequences, n_outputs, max_pages;
  const int32_t* tokens;       // [n_tokens]
  const int32_t* positions;    // [n_tokens]
  const int32_t* sequence;     // [n_tokens]
  const int32_t* lora_slot;    // [n_tokens]
  const int32_t* first_token;  // [n_sequences + 1]
  const int32_t* context;      // [n_sequences]
  const int32_t* pages;        // [n_sequences][max_pages]
  const int32_t* output_rows;  // [n_outputs]
};

}  // namespace engine::cuda
