#include "sampling/sampler.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace engine {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr size_t kSortDirectly = 1024;  // nucleus sets up to this size are simply sorted

/// e^x for x <= 0, relative error below 2e-7, written without branches so that compilers vectorise the loops over it:
/// 150,000 calls of std::exp would take longer than everything else of a token's sampling.
inline float exp_negative(float x) {
  x = x < -87.0f ? -87.0f : x;
  constexpr float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer in the low mantissa bits
  const float shifted = x * 1.44269504f + magic;
  const float n = shifted - magic;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  return p * std::bit_cast<float>((std::bit_cast<int32_t>(shifted) + 127) << 23);
}

/// Eight partial sums: fixed order, and no chain of dependent additions.
double sum(std::span<const float> x) {
  float lanes[8] = {};
  const size_t whole = x.size() / 8;
  for (size_t i = 0; i < whole; ++i)
    for (size_t k = 0; k < 8; ++k) lanes[k] += x[i * 8 + k];
  double total = 0;
  for (float lane : lanes) total += static_cast<double>(lane);
  for (float rest : x.subspan(whole * 8)) total += static_cast<double>(rest);
  return total;
}

/// True when no value is NaN or +infinity.
bool usable(std::span<const float> x) {
  int bad = 0;
  for (float v : x) bad |= !(v < kInfinity);
  return bad == 0;
}

Error broken_row() {
  return {ErrorCode::device, "The model computed values that are not numbers.",
          "Load the model again; if it happens again, the model file is damaged or another device should be chosen."};
}

}  // namespace

Status check_sampling(const SamplingParams& p) {
  const auto refuse = [](const char* name, float value, const char* range) {
    return Error{ErrorCode::invalid_argument, fmt::format("The sampling value {} is {}.", name, value), fmt::format("Use {}.", range)};
  };
  if (!(p.temperature >= 0.0f && p.temperature <= 100.0f)) return refuse("temperature", p.temperature, "0 to 100");
  if (p.top_k < 0) return refuse("top_k", static_cast<float>(p.top_k), "0 (off) or more");
  if (!(p.top_p > 0.0f && p.top_p <= 1.0f)) return refuse("top_p", p.top_p, "a value above 0 and up to 1 (off)");
  if (!(p.min_p >= 0.0f && p.min_p <= 1.0f)) return refuse("min_p", p.min_p, "0 (off) to 1");
  if (!(p.repeat_penalty > 0.0f && p.repeat_penalty <= 100.0f))
    return refuse("repeat_penalty", p.repeat_penalty, "a value above 0 and up to 100; 1 is off");
  if (!(std::abs(p.presence_penalty) <= 100.0f)) return refuse("presence_penalty", p.presence_penalty, "-100 to 100; 0 is off");
  if (p.penalty_last_n < 0) return refuse("penalty_last_n", static_cast<float>(p.penalty_last_n), "0 or more");
  return {};
}

Sampler::Sampler(const SamplingParams& params) : params_(params), rng_(params.seed) {}

float Sampler::penalise(float logit) const {
  const float scaled = logit > 0.0f ? logit / params_.repeat_penalty : logit * params_.repeat_penalty;
  return scaled - params_.presence_penalty;
}

void Sampler::find_penalised(const LogitsRow& row, std::span<const int32_t> history) {
  penalised_.clear();
  if (params_.repeat_penalty == 1.0f && params_.presence_penalty == 0.0f) return;
  const size_t n = std::min(history.size(), static_cast<size_t>(std::max(params_.penalty_last_n, 0)));
  for (int32_t id : history.last(n))
    if (id >= 0 && id < row.n_eligible) penalised_.push_back(id);
  std::sort(penalised_.begin(), penalised_.end());
  penalised_.erase(std::unique(penalised_.begin(), penalised_.end()), penalised_.end());
}

/// Leaves the `keep` best entries, best first.
void Sampler::keep_best(size_t keep) {
  const size_t n = std::min(keep, entries_.size());
  std::partial_sort(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(n), entries_.end(), better);
  entries_.resize(n);
}

/// The `keep` best tokens from the candidates alone; false when they cannot decide it: then the whole row must be read.
bool Sampler::take_candidates(const LogitsRow& row, size_t keep) {
  if (row.n_candidates <= 0 || keep == 0 || row.candidate_ids == nullptr || row.logsumexp == nullptr) return false;
  if (!std::isfinite(*row.logsumexp)) return false;
  entries_.clear();
  size_t found = 0;
  const auto is_penalised = [this](int32_t id) { return std::binary_search(penalised_.begin(), penalised_.end(), id); };
  for (int i = 0; i < row.n_candidates; ++i) {
    const int32_t id = row.candidate_ids[i];
    if (id >= row.n_eligible) continue;
    const bool changed = is_penalised(id);
    found += changed;
    entries_.push_back({changed ? penalise(row.candidate_values[i]) : row.candidate_values[i], id});
  }
  if (found < penalised_.size()) {  // a penalty below 1 may lift a token that is no candidate
    if (row.logits == nullptr) return false;
    for (int32_t id : penalised_) {
      const auto listed = std::find(row.candidate_ids, row.candidate_ids + row.n_candidates, id);
      if (listed == row.candidate_ids + row.n_candidates) entries_.push_back({penalise(row.logits[id]), id});
    }
  }
  if (entries_.size() < keep) return false;
  keep_best(keep);
  // Everything not listed is at most the last candidate; a tie with it is decided by ids we have not seen.
  return entries_.back().logit > row.candidate_values[row.n_candidates - 1];
}

/// The `keep` best of all scores, best first, in one pass with a small buffer.
void Sampler::select_best(std::span<const float> scores, size_t keep) {
  constexpr size_t kBlock = 32;  // looked at together: nearly all hold nothing above the threshold
  entries_.clear();
  float threshold = -kInfinity;
  const size_t buffer = 4 * keep + 64;
  for (size_t begin = 0; begin < scores.size(); begin += kBlock) {
    const auto block = scores.subspan(begin, std::min(kBlock, scores.size() - begin));
    int above = 0;
    for (float x : block) above |= x > threshold;
    if (above == 0) continue;
    for (size_t i = 0; i < block.size(); ++i)
      if (block[i] > threshold) entries_.push_back({block[i], static_cast<int32_t>(begin + i)});
    if (entries_.size() < buffer) continue;
    // A full buffer is cut back to the best ones; later equals have higher ids and rightly lose against the last of them.
    std::nth_element(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(keep - 1), entries_.end(), better);
    entries_.resize(keep);
    threshold = entries_.back().logit;
  }
  keep_best(keep);
}

/// The `keep` best tokens (0: all, by id) of the whole row.
Status Sampler::take_row(const LogitsRow& row, size_t keep) {
  if (row.logits == nullptr || row.n_eligible <= 0) return broken_row();
  const auto n = static_cast<size_t>(row.n_eligible);
  if (!usable({row.logits, n})) return broken_row();
  const float* scores = row.logits;
  if (!penalised_.empty()) {
    scores_.assign(row.logits, row.logits + n);
    for (int32_t id : penalised_) scores_[static_cast<size_t>(id)] = penalise(scores_[static_cast<size_t>(id)]);
    scores = scores_.data();
  }
  if (keep == 0) {
    entries_.resize(n);
    size_t used = 0;
    for (size_t i = 0; i < n; ++i) {
      entries_[used] = {scores[i], static_cast<int32_t>(i)};
      used += scores[i] > -kInfinity;  // a model may rule tokens out
    }
    entries_.resize(used);
  } else {
    select_best({scores, n}, keep);
  }
  if (entries_.empty()) return broken_row();
  return {};
}

float Sampler::best_logit() const {
  float best = -kInfinity;
  for (const Entry& e : entries_) best = e.logit > best ? e.logit : best;
  return best;
}

/// weights_[i] = e^((logit_i - best) * scale); returns their sum.
double Sampler::weigh(float scale) {
  const float best = best_logit();
  weights_.resize(entries_.size());
  for (size_t i = 0; i < entries_.size(); ++i) weights_[i] = exp_negative((entries_[i].logit - best) * scale);
  return sum(weights_);
}

/// Drops what is far less likely than the best, if the rest still holds `mass`: the exact search then has few entries left.
void Sampler::keep_near(double mass) {
  for (float distance : {8.0f, 12.0f, 16.0f}) {
    const float limit = exp_negative(-distance);
    scratch_.clear();
    double near = 0;
    for (size_t i = 0; i < entries_.size(); ++i) {
      if (weights_[i] < limit) continue;
      near += static_cast<double>(weights_[i]);
      scratch_.push_back(entries_[i]);
    }
    if (near < mass) continue;
    entries_.swap(scratch_);
    return;
  }
}

/// top-p. Large sets are narrowed by halving instead of sorted; the kept ones stay in their order.
void Sampler::keep_nucleus() {
  if (params_.top_p >= 1.0f || entries_.size() < 2) return;
  double missing = static_cast<double>(params_.top_p) * weigh(1.0f);
  const float top = best_logit();
  if (entries_.size() > kSortDirectly) keep_near(missing);

  scratch_ = entries_;
  auto begin = scratch_.begin();
  auto end = scratch_.end();
  const auto weight = [top](const Entry& e) { return static_cast<double>(exp_negative(e.logit - top)); };
  while (end - begin > static_cast<std::ptrdiff_t>(kSortDirectly)) {
    const auto middle = begin + (end - begin) / 2;
    std::nth_element(begin, middle, end, better);
    double upper = 0;
    for (auto it = begin; it != middle; ++it) upper += weight(*it);
    if (upper >= missing) {
      end = middle;
    } else {
      missing -= upper;
      begin = middle;
    }
  }
  std::sort(begin, end, better);
  auto last = begin;  // the entry that completes the nucleus
  for (; last + 1 != end; ++last) {
    missing -= weight(*last);
    if (missing <= 0) break;
  }
  std::erase_if(entries_, [worst = *last](const Entry& e) { return better(worst, e); });
}

void Sampler::keep_min_p() {
  if (params_.min_p <= 0.0f) return;
  const float limit = best_logit() + std::log(params_.min_p);
  std::erase_if(entries_, [limit](const Entry& e) { return e.logit < limit; });
}

int32_t Sampler::draw() {
  if (entries_.size() == 1) return entries_.front().id;
  const double total = weigh(1.0f / std::max(params_.temperature, 1e-6f));
  constexpr size_t kBlock = 256;
  double left = rng_.uniform() * total;
  size_t i = 0;
  for (; i + kBlock < weights_.size(); i += kBlock) {
    const double block = sum(std::span(weights_).subspan(i, kBlock));
    if (left < block) break;
    left -= block;
  }
  for (; i + 1 < weights_.size(); ++i) {
    left -= static_cast<double>(weights_[i]);
    if (left < 0) break;
  }
  return entries_[i].id;
}

Result<int32_t> Sampler::sample(const LogitsRow& row, std::span<const int32_t> history) {
  if (row.logsumexp != nullptr && !std::isfinite(*row.logsumexp)) return broken_row();
  find_penalised(row, history);
  const bool greedy = params_.temperature == 0.0f;
  const size_t keep = greedy ? 1 : static_cast<size_t>(params_.top_k);
  if (!take_candidates(row, keep)) {
    const Status taken = take_row(row, keep);
    if (!taken) return taken.error();
  }
  if (greedy) return entries_.front().id;
  keep_nucleus();
  keep_min_p();
  return draw();
}

}  // namespace engine
