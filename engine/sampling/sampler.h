// Chooses the next token from one row of logits.
//
// Stages, in this order: penalties, top-k, top-p, min-p, temperature, draw. The penalties are those of common local
// engines: each distinct token of the last penalty_last_n tokens has its logit divided by repeat_penalty when positive
// and multiplied when negative, then reduced by presence_penalty. top-p keeps the smallest set of the most likely tokens
// whose probabilities reach p (Holtzman et al. 2019), measured at temperature 1 over what top-k left; min-p keeps tokens at
// least min_p times as likely as the best one. Equal logits rank by the lower id everywhere.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/request.h"
#include "engine/result.h"
#include "sampling/rng.h"

namespace engine {

/// One row of a step's output. Only ids < n_eligible can be chosen (models pad their output matrix).
/// Candidates are the row's largest logits, descending; with them the usual settings never touch the whole row.
struct LogitsRow {
  const float* logits = nullptr;  // [n_eligible or more]
  int n_eligible = 0;
  const int32_t* candidate_ids = nullptr;  // [n_candidates], may be null
  const float* candidate_values = nullptr;
  int n_candidates = 0;
  const float* logsumexp = nullptr;  // of the whole row: tells a row with NaN from a good one, may be null
};

/// Errors: invalid_argument naming the value that is out of range.
Status check_sampling(const SamplingParams& params);

class Sampler {
 public:
  /// `params.seed` is used as given, also 0; callers replace 0 by random_seed() to vary.
  explicit Sampler(const SamplingParams& params);

  /// Next token after `history` (prompt and answer so far). Errors: device when the row holds NaN or +infinity, or
  /// nothing that can be chosen.
  Result<int32_t> sample(const LogitsRow& row, std::span<const int32_t> history);

 private:
  struct Entry {
    float logit;
    int32_t id;
  };
  static bool better(const Entry& a, const Entry& b) { return a.logit > b.logit || (a.logit == b.logit && a.id < b.id); }

  void find_penalised(const LogitsRow& row, std::span<const int32_t> history);
  [[nodiscard]] float penalise(float logit) const;
  bool take_candidates(const LogitsRow& row, size_t keep);
  Status take_row(const LogitsRow& row, size_t keep);
  void select_best(std::span<const float> scores, size_t keep);
  void keep_best(size_t keep);
  [[nodiscard]] float best_logit() const;
  double weigh(float scale);
  void keep_near(double mass);
  void keep_nucleus();
  void keep_min_p();
  int32_t draw();

  SamplingParams params_;
  Rng rng_;
  std::vector<int32_t> penalised_;  // distinct ids, ascending
  std::vector<Entry> entries_;      // what the stages have left
  std::vector<Entry> scratch_;
  std::vector<float> scores_;  // the whole row after penalties
  std::vector<float> weights_;
};

}  // namespace engine
