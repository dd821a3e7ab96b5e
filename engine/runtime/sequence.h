// One request on its way through the engine: its tokens, KV pages, sampler and the text that has become visible.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "engine/request.h"
#include "runtime/model_runtime.h"
#include "runtime/prefix_cache.h"
#include "runtime/reasoning.h"
#include "runtime/stop_strings.h"
#include "sampling/sampler.h"
#include "tokenizer/tokenizer.h"

namespace engine {

using Clock = std::chrono::steady_clock;

/// A request whose prompt is tokens already.
struct SequenceRequest {
  RequestId id = 0;
  std::vector<int32_t> prompt;
  SamplingParams sampling;        // seed 0: a random one
  int max_tokens = 0;             // 0: until the context is full
  std::vector<std::string> stop;  // looked for in the answer, not in the thinking
  ReasoningParser reasoning;      // as it is before the first token
  AdapterSet adapters;
  CacheScope scope;  // names the adapters, too
  Clock::time_point submitted = Clock::now();
};

/// What became visible with one token.
struct Advance {
  std::vector<TextPart> parts;
  bool finished = false;
  StopReason reason = StopReason::end_of_turn;
};

class Sequence {
 public:
  Sequence(SequenceRequest request, const Tokenizer& tokenizer);

  [[nodiscard]] const SequenceRequest& request() const { return request_; }
  [[nodiscard]] RequestId id() const { return request_.id; }
  [[nodiscard]] int prompt_size() const { return static_cast<int>(request_.prompt.size()); }

  /// Prompt and answer; the KV of the first `computed` of them exists.
  [[nodiscard]] const std::vector<int32_t>& tokens() const { return tokens_; }
  [[nodiscard]] int computed() const { return computed_; }
  /// Tokens that are computed before the next one is chosen: the prompt, and after a restart the answer so far, too.
  [[nodiscard]] int prefill_size() const { return prefill_; }
  [[nodiscard]] bool in_prompt() const { return computed_ < prefill_; }
  /// Tokens of the answer, without the end token.
  [[nodiscard]] std::span<const int32_t> answer() const { return std::span(tokens_).subspan(request_.prompt.size()); }
  /// All text of the answer that became visible.
  [[nodiscard]] const std::string& text() const { return text_; }

  /// Chooses the token after the last one.
  Result<int32_t> sample(const LogitsRow& row) { return sampler_.sample(row, tokens_); }

  /// Takes a sampled token; `context` is the most tokens a sequence can have.
  Advance accept(int32_t token, int context);
  /// Text still held back, when the answer ends for a reason that is not a token.
  std::vector<TextPart> flush();

  // Pages (see PrefixCache): [0, shared_pages) are nodes of the tree, the last of them `node`.
  void adopt(PrefixCache::Match match);
  /// Makes the pages cover [0, end); false when the pool has none left.
  bool reserve(PrefixCache& cache, int end);
  /// The share of a step that computes the tokens up to `end`; valid until the sequence changes.
  [[nodiscard]] StepSequence input(int end, bool wants_last) const;
  /// Marks tokens up to `end` as computed and registers the pages that became full.
  void commit(PrefixCache& cache, int end);
  /// Gives all pages back; those with computed tokens stay findable.
  void retire(PrefixCache& cache, KvPool& pool);
  /// Gives all pages back; what was not registered yet is forgotten.
  void discard(KvPool& pool);
  [[nodiscard]] const std::vector<int32_t>& pages() const { return pages_; }

  /// Begins anew with nothing computed, when the memory behind the pages is gone: the answer goes on behind its tokens so far.
  void restart(KvPool& pool);
  /// Replaces the adapters by the same ones on another device.
  void set_adapters(AdapterSet adapters, uint64_t identity);

  /// Tokens of the answer so far.
  [[nodiscard]] std::vector<int32_t> answer_ids() const { return {tokens_.begin() + prompt_size(), tokens_.end()}; }

  /// The most pages this sequence can need in a context of that many tokens.
  [[nodiscard]] int most_pages(int context) const;

  Usage usage;
  bool started_text = false;
  int unreported_tokens = 0;          // tokens whose text is held back
  Clock::time_point last_progress{};  // of the last PromptProgress

 private:
  std::vector<TextPart> read(int32_t token);
  std::vector<TextPart> until_stop(std::vector<TextPart> parts);

  SequenceRequest request_;
  const Tokenizer* tokenizer_;
  Sampler sampler_;
  StreamDecoder decoder_;
  ReasoningParser reasoning_;
  StopStrings stops_;
  Clock::time_point first_token_{};
  std::vector<int32_t> tokens_;
  std::vector<int32_t> pages_;
  int prefill_ = 0;
  int computed_ = 0;
  int shared_pages_ = 0;
  std::vector<PrefixCache::NodeId> nodes_;  // of pages registered by this sequence, and the last matched one before them
  std::string text_;
};

}  // namespace engine
