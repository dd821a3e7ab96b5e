#include "runtime/sequence.h"

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "ops/step.h"

namespace engine {
namespace {

SequenceRequest with_seed(SequenceRequest request) {
  if (request.sampling.seed == 0) request.sampling.seed = random_seed();
  return request;
}

int pages_for(int tokens) {
  return (tokens + kPageTokens - 1) / kPageTokens;
}

}  // namespace

Sequence::Sequence(SequenceRequest request, const Tokenizer& tokenizer)
    : request_(with_seed(std::move(request))),
      tokenizer_(&tokenizer),
      sampler_(request_.sampling),
      decoder_(tokenizer),
      reasoning_(request_.reasoning),
      stops_(request_.stop),
      tokens_(request_.prompt),
      prefill_(prompt_size()),
      nodes_{0} {
  usage.prompt_tokens = prompt_size();
  usage.seed = request_.sampling.seed;
}

Advance Sequence::accept(int32_t token, int context) {
  Advance out;
  if (tokenizer_->is_end(token)) {
    out = {flush(), true, StopReason::end_of_turn};
    return out;
  }
  tokens_.push_back(token);
  ++usage.generated_tokens;
  ++unreported_tokens;
  out.parts = until_stop(read(token));
  if (stops_.hit()) {
    out.finished = true;
    out.reason = StopReason::stop_string;
  } else if (request_.max_tokens > 0 && usage.generated_tokens >= request_.max_tokens) {
    out.finished = true;
    out.reason = StopReason::max_tokens;
  } else if (static_cast<int>(tokens_.size()) > context) {  // its KV has no place: nothing can follow it
    out.finished = true;
    out.reason = StopReason::context_full;
  }
  if (out.finished)
    for (const TextPart& part : flush()) add_part(out.parts, part.kind, part.text);
  return out;
}

/// Text and sections of one token, and the counts of the thinking.
std::vector<TextPart> Sequence::read(int32_t token) {
  const auto now = Clock::now();
  if (usage.generated_tokens == 1) first_token_ = now;
  const bool was_thinking = reasoning_.thinking();
  std::vector<TextPart> parts;
  if (reasoning_.is_mark(token)) {
    parts = reasoning_.text(decoder_.finish());
    for (const TextPart& part : reasoning_.mark(tokenizer_->token_text(token))) add_part(parts, part.kind, part.text);
  } else {
    parts = reasoning_.text(decoder_.push(token));
  }
  if (was_thinking || reasoning_.thinking()) {
    ++usage.thinking_tokens;
    usage.thinking_seconds = std::chrono::duration<double>(now - first_token_).count();
  }
  return parts;
}

/// The parts without what follows a stop string in the answer; text that may begin one is held back.
std::vector<TextPart> Sequence::until_stop(std::vector<TextPart> parts) {
  std::vector<TextPart> out;
  for (const TextPart& part : parts) {
    if (stops_.hit()) break;
    add_part(out, part.kind, part.kind == TextKind::answer ? stops_.push(part.text) : part.text);
  }
  for (const TextPart& part : out)
    if (part.kind == TextKind::answer) text_ += part.text;
  return out;
}

std::vector<TextPart> Sequence::flush() {
  if (stops_.hit()) return {};
  std::vector<TextPart> parts = reasoning_.text(decoder_.finish());
  for (const TextPart& part : reasoning_.finish()) add_part(parts, part.kind, part.text);
  std::vector<TextPart> out = until_stop(std::move(parts));
  if (stops_.hit()) return out;
  const std::string rest = stops_.finish();
  text_ += rest;
  add_part(out, TextKind::answer, rest);
  return out;
}

void Sequence::adopt(PrefixCache::Match match) {
  HEARTH_CHECK(pages_.empty() && computed_ == 0);
  pages_ = std::move(match.pages);
  computed_ = match.tokens;
  shared_pages_ = match.full_pages;
  nodes_ = {match.node};
  if (tokens_.size() == request_.prompt.size()) usage.reused_tokens = match.tokens;
}

bool Sequence::reserve(PrefixCache& cache, int end) {
  while (static_cast<int>(pages_.size()) < pages_for(end)) {
    const auto page = cache.take_page();
    if (!page) return false;
    pages_.push_back(*page);
  }
  return true;
}

StepSequence Sequence::input(int end, bool wants_last) const {
  StepSequence input;
  input.tokens = std::span<const int32_t>(tokens_).subspan(static_cast<size_t>(computed_), static_cast<size_t>(end - computed_));
  input.position = computed_;
  input.pages = pages_;
  input.wants_last = wants_last;
  input.adapters = request_.adapters;
  return input;
}

void Sequence::commit(PrefixCache& cache, int end) {
  HEARTH_CHECK(end >= computed_ && end <= static_cast<int>(tokens_.size()));
  computed_ = end;
  while ((shared_pages_ + 1) * kPageTokens <= computed_) {
    const auto page = static_cast<size_t>(shared_pages_);
    const auto tokens = std::span<const int32_t>(tokens_).subspan(page * kPageTokens, kPageTokens);
    const auto inserted = cache.insert(request_.scope, nodes_.back(), tokens, pages_[page]);
    pages_[page] = inserted.page;
    nodes_.push_back(inserted.node);
    ++shared_pages_;
  }
}

void Sequence::retire(PrefixCache& cache, KvPool& pool) {
  const int rest = computed_ - shared_pages_ * kPageTokens;
  if (rest > 0) {
    const auto page = static_cast<size_t>(shared_pages_);
    const auto tokens = std::span<const int32_t>(tokens_).subspan(page * kPageTokens, static_cast<size_t>(rest));
    cache.insert_tail(request_.scope, nodes_.back(), tokens, pages_[page]);
    pages_.erase(pages_.begin() + shared_pages_);
  }
  for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node) cache.touch(*node);
  discard(pool);
}

void Sequence::discard(KvPool& pool) {
  for (int32_t page : pages_) pool.release(page);
  pages_.clear();
}

void Sequence::restart(KvPool& pool) {
  discard(pool);
  computed_ = shared_pages_ = 0;
  nodes_ = {0};
  prefill_ = static_cast<int>(tokens_.size());
}

void Sequence::set_adapters(AdapterSet adapters, uint64_t identity) {
  request_.adapters = std::move(adapters);
  request_.scope.adapters = identity;
}

int Sequence::most_pages(int context) const {
  int tokens = context;
  if (request_.max_tokens > 0 && request_.max_tokens < context - prompt_size()) tokens = prompt_size() + request_.max_tokens;
  return pages_for(tokens);
}

}  // namespace engine
