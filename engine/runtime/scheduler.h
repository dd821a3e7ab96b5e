// Continuous batching: which sequences take part in the next step.
//
// A step holds either one chunk of one prompt or the next token of every running answer, never both, so that an answer's
// numbers do not depend on its neighbours (design: decode rows are bit-equal for any batch). Prompts take turns chunk by
// chunk; after each chunk the running answers get kDecodesPerChunk steps. A request is admitted when a slot is free and
// all pages it could ever need can be had, so an answer never runs dry half-way.
//
// The engine thread calls everything except cancel(), which any thread may call.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <vector>

#include "engine/request.h"
#include "runtime/kv_pool.h"
#include "runtime/prefix_cache.h"
#include "runtime/sequence.h"
#include "runtime/step_runner.h"

namespace engine {

struct SchedulerOptions {
  int context = 0;        // most tokens of one sequence
  int pages = 0;          // of the KV pool
  int max_sequences = 4;  // running at once
  StepLimits limits;      // of one step
};

class Scheduler {
 public:
  static constexpr int kDecodesPerChunk = 4;
  /// The tokens of an answer that is computed again go through steps of so many: backends take the same path for them as for
  /// one token, with the same bits (design: decode rows are bit-equal for batches of 1 to 16).
  static constexpr int kReplayTokens = 16;

  using EventSink = std::function<void(Event)>;
  /// Called for every answer that ended without an error, before its Finished event.
  using AnswerSink = std::function<void(const Sequence&, StopReason)>;
  /// Asked when a step failed: true keeps its requests as they were before it, for suspend().
  using FailureSink = std::function<bool(const Error&)>;

  Scheduler(StepRunner& runner, const Tokenizer& tokenizer, const SchedulerOptions& options, EventSink events, AnswerSink answers = {});
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Queues a request, or answers Failed: an empty prompt, or one longer than the context.
  void add(SequenceRequest request);

  [[nodiscard]] bool idle() const { return waiting_.empty() && running_.empty(); }
  [[nodiscard]] int waiting() const { return static_cast<int>(waiting_.size()); }
  [[nodiscard]] int running() const { return static_cast<int>(running_.size()); }
  [[nodiscard]] const KvPool& pool() const { return pool_; }
  [[nodiscard]] const PrefixCache& cache() const { return cache_; }

  /// Handles cancellations, admits requests and computes at most one step.
  void step();

  /// Asks to end a request; interrupts the step it is part of. Unknown ids are ignored.
  void cancel(RequestId id);
  /// Ends every request as cancelled.
  void cancel_all();
  /// Ends every request with an error.
  void fail_all(const Error& error);

  /// Ends a waiting request with an error.
  void fail(RequestId id, const Error& error);

  void on_failure(FailureSink sink) { failures_ = std::move(sink); }
  /// Everything that was computed is gone, and the model moves: requests wait with nothing computed, answers begun keep their text
  /// and go on behind it. No step() before the runner works again; cancel() and drop_cancelled() may be called.
  void suspend();
  /// All requests, in the order of their turns; not while one is being computed.
  void for_each(const std::function<void(Sequence&)>& visit);
  /// Ends requests that were cancelled; step() does so, too.
  void drop_cancelled();

 private:
  using SequencePtr = std::unique_ptr<Sequence>;

  void admit();
  bool try_admit(Sequence& sequence);
  void step_prompt();
  void step_decode();
  Result<StepOutput> run(std::span<const StepSequence> inputs, std::span<Sequence* const> members);
  void progress(Sequence& sequence, bool always);
  void take_token(Sequence& sequence, const StepOutput& output, int row);
  void show(Sequence& sequence, std::vector<TextPart> parts);
  void finish(Sequence& sequence, StopReason reason);
  void fail(Sequence& sequence, Error error);
  void remove(const Sequence& sequence);

  StepRunner* runner_;
  const Tokenizer* tokenizer_;
  SchedulerOptions options_;
  EventSink events_;
  AnswerSink answers_;
  FailureSink failures_;
  KvPool pool_;
  PrefixCache cache_;
  std::deque<SequencePtr> waiting_;
  std::vector<SequencePtr> running_;  // those that had their turn go to the end
  int decodes_left_ = 0;              // steps the answers have before the next prompt chunk

  std::mutex cancel_mutex_;  // guards the next two
  std::set<RequestId> cancelled_;
  std::vector<RequestId> in_step_;      // members of the step under way
  std::atomic<bool> interrupt_{false};  // read by the runner
  std::atomic<bool> has_cancelled_{false};
};

}  // namespace engine
