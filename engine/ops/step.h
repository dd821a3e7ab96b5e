// StepInputs: everything that changes from step to step (replay contract, rule 1). One instance per device at fixed
// addresses; plans read it, nothing else of a step reaches them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine {

/// Tokens of one KV page (formats: design.md section 2).
inline constexpr int kPageTokens = 32;

/// Upper bounds fixed at load; all arenas are sized from them.
struct StepLimits {
  int max_tokens = 0;     // tokens of a step
  int max_sequences = 0;  // sequences of a step
  int max_outputs = 0;    // rows of logits of a step
  int max_pages = 0;      // pages of one sequence
};

/// Host-visible step data. Tokens of one sequence are consecutive; sequence s owns tokens
/// [first_token[s], first_token[s+1]) and its context, this step included, is context[s] tokens long.
struct StepInputs {
  int32_t n_tokens = 0, n_sequences = 0, n_outputs = 0;
  std::vector<int32_t> tokens;       // [n_tokens] ids
  std::vector<int32_t> positions;    // [n_tokens]
  std::vector<int32_t> sequence;     // [n_tokens] index of the token's sequence in this step
  std::vector<int32_t> lora_slot;    // [n_tokens] adapter set, -1 none
  std::vector<int32_t> first_token;  // [n_sequences + 1]
  std::vector<int32_t> context;      // [n_sequences]
  std::vector<int32_t> pages;        // [n_sequences][max_pages] page ids, row-major with stride max_pages
  std::vector<int32_t> output_rows;  // [n_outputs] token rows whose logits are wanted
  int32_t max_pages = 0;             // stride of `pages`

  [[nodiscard]] const int32_t* page_row(int s) const { return pages.data() + static_cast<size_t>(s) * static_cast<size_t>(max_pages); }
};

}  // namespace engine
