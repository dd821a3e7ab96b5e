#include "runtime/scheduler.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "core/log.h"

namespace engine {
namespace {

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

constexpr auto kProgressInterval = std::chrono::milliseconds(100);

}  // namespace

Scheduler::Scheduler(StepRunner& runner, const Tokenizer& tokenizer, const SchedulerOptions& options, EventSink events, AnswerSink answers)
    : runner_(&runner),
      tokenizer_(&tokenizer),
      options_(options),
      events_(std::move(events)),
      answers_(std::move(answers)),
      pool_(options.pages),
      cache_(pool_) {
  HEARTH_CHECK(options.pages > 0 && options.max_sequences > 0 && options.limits.max_tokens > 0 && options.limits.max_outputs > 0);
  options_.context = std::min({options.context, options.pages * kPageTokens, options.limits.max_pages * kPageTokens});
}

Scheduler::~Scheduler() {
  for (auto& sequence : running_) sequence->discard(pool_);
}

void Scheduler::add(SequenceRequest request) {
  const auto tokens = static_cast<int>(request.prompt.size());
  if (tokens == 0) {
    events_(Failed{request.id, {ErrorCode::invalid_argument, "The prompt is empty.", "Type a message first."}});
    return;
  }
  if (tokens > options_.context) {
    events_(Failed{request.id,
                   {ErrorCode::context_full, fmt::format("The prompt has {} tokens, but the context holds {}.", tokens, options_.context),
                    "Shorten the message, start a new chat, or load the model with a larger context."}});
    return;
  }
  waiting_.push_back(std::make_unique<Sequence>(std::move(request), *tokenizer_));
}

void Scheduler::step() {
  drop_cancelled();
  admit();
  const auto in_prompt = [](const SequencePtr& s) { return s->in_prompt(); };
  const bool prompts = std::any_of(running_.begin(), running_.end(), in_prompt);
  const bool answers = !std::all_of(running_.begin(), running_.end(), in_prompt);
  if (answers && (!prompts || decodes_left_ > 0)) {
    --decodes_left_;
    step_decode();
  } else if (prompts) {
    decodes_left_ = kDecodesPerChunk;
    step_prompt();
  }
}

void Scheduler::cancel(RequestId id) {
  const std::lock_guard lock(cancel_mutex_);
  cancelled_.insert(id);
  has_cancelled_ = true;
  if (std::find(in_step_.begin(), in_step_.end(), id) != in_step_.end()) interrupt_ = true;
}

void Scheduler::drop_cancelled() {
  if (!has_cancelled_) return;
  std::set<RequestId> ids;
  {
    const std::lock_guard lock(cancel_mutex_);
    ids.swap(cancelled_);
    has_cancelled_ = false;
  }
  for (RequestId id : ids) {
    const auto is_it = [id](const SequencePtr& s) { return s->id() == id; };
    if (const auto it = std::find_if(running_.begin(), running_.end(), is_it); it != running_.end()) {
      finish(**it, StopReason::cancelled);
    } else if (const auto queued = std::find_if(waiting_.begin(), waiting_.end(), is_it); queued != waiting_.end()) {
      const SequencePtr sequence = std::move(*queued);
      waiting_.erase(queued);
      // One that was suspended has an answer already.
      const bool begun = !sequence->answer().empty();
      if (begun) show(*sequence, sequence->flush());
      if (begun && answers_) answers_(*sequence, StopReason::cancelled);
      events_(Finished{id, StopReason::cancelled, sequence->usage, sequence->answer_ids()});
    }
  }
}

void Scheduler::cancel_all() {
  for (const auto& s : waiting_) cancel(s->id());
  for (const auto& s : running_) cancel(s->id());
  drop_cancelled();
}

void Scheduler::admit() {
  while (!waiting_.empty() && static_cast<int>(running_.size()) < options_.max_sequences) {
    if (!try_admit(*waiting_.front())) return;
    running_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    progress(*running_.back(), true);
  }
}

void Scheduler::fail_all(const Error& error) {
  while (!running_.empty()) fail(*running_.front(), error);
  for (; !waiting_.empty(); waiting_.pop_front()) events_(Failed{waiting_.front()->id(), error});
}

void Scheduler::fail(RequestId id, const Error& error) {
  if (std::erase_if(waiting_, [id](const SequencePtr& s) { return s->id() == id; }) > 0) events_(Failed{id, error});
}

void Scheduler::suspend() {
  for (auto s = running_.rbegin(); s != running_.rend(); ++s) {
    (*s)->restart(pool_);
    waiting_.push_front(std::move(*s));
  }
  running_.clear();
  cache_.clear();
  decodes_left_ = 0;
}

void Scheduler::for_each(const std::function<void(Sequence&)>& visit) {
  for (const auto& s : running_) visit(*s);
  for (const auto& s : waiting_) visit(*s);
}

/// Starts a sequence with its cached prefix, if every page that it and the running ones can ever need is available.
bool Scheduler::try_admit(Sequence& sequence) {
  int promised = sequence.most_pages(options_.context);
  for (const auto& s : running_) promised += std::max(0, s->most_pages(options_.context) - static_cast<int>(s->pages().size()));
  if (cache_.available() < promised) return false;
  // At least the last token must be computed, for its logits.
  sequence.adopt(cache_.match(sequence.request().scope, sequence.tokens(), sequence.prefill_size() - 1));
  return true;
}

/// One chunk of the prompt whose turn it is.
void Scheduler::step_prompt() {
  const auto turn = std::find_if(running_.begin(), running_.end(), [](const SequencePtr& s) { return s->in_prompt(); });
  Sequence& s = **turn;
  std::rotate(turn, turn + 1, running_.end());  // the next turn is someone else's
  const int begin = s.computed();
  const bool replay = begin >= s.prompt_size();
  const int left = (replay ? s.prefill_size() : s.prompt_size()) - begin;
  const int wanted = replay ? kReplayTokens : runner_->prompt_step(left, !s.request().adapters.empty());
  const int end = begin + std::min({left, wanted, options_.limits.max_tokens});
  HEARTH_CHECK(s.reserve(cache_, end));
  const StepSequence input = s.input(end, end == s.prefill_size());

  const auto start = Clock::now();
  Sequence* const members[] = {&s};
  const Result<StepOutput> output = run({&input, 1}, members);
  s.usage.prompt_seconds += seconds_since(start);
  if (!output) return;
  s.commit(cache_, end);
  progress(s, end == s.prefill_size());
  if (end == s.prefill_size()) take_token(s, *output, 0);
}

/// The next token of the running answers; with more answers than a step holds they take turns.
void Scheduler::step_decode() {
  const int most = std::min({options_.limits.max_sequences, options_.limits.max_outputs, options_.limits.max_tokens});
  std::vector<Sequence*> members;
  for (const auto& s : running_)
    if (!s->in_prompt() && static_cast<int>(members.size()) < most) members.push_back(s.get());
  std::vector<StepSequence> inputs;
  for (Sequence* s : members) {
    HEARTH_CHECK(s->reserve(cache_, s->computed() + 1));
    inputs.push_back(s->input(s->computed() + 1, true));
  }
  std::stable_partition(running_.begin(), running_.end(),
                        [&members](const SequencePtr& s) { return std::find(members.begin(), members.end(), s.get()) == members.end(); });

  const auto start = Clock::now();
  const Result<StepOutput> output = run(inputs, members);
  const double seconds = seconds_since(start);
  if (!output) return;
  for (size_t i = 0; i < members.size(); ++i) {
    members[i]->usage.decode_seconds += seconds;
    members[i]->commit(cache_, members[i]->computed() + 1);
    take_token(*members[i], *output, static_cast<int>(i));
  }
}

/// Runs a step that cancel() can interrupt. On an error the members have failed already, except when they were
/// interrupted: then their state is as before the step, and the cancelled ones end at the next step.
Result<StepOutput> Scheduler::run(std::span<const StepSequence> inputs, std::span<Sequence* const> members) {
  {
    const std::lock_guard lock(cancel_mutex_);
    interrupt_ = false;
    for (const Sequence* s : members)
      if (cancelled_.contains(s->id())) return Error{ErrorCode::cancelled, "Stopped.", ""};
    for (const Sequence* s : members) in_step_.push_back(s->id());
  }
  Result<StepOutput> output = runner_->run(inputs, &interrupt_);
  {
    const std::lock_guard lock(cancel_mutex_);
    in_step_.clear();
  }
  if (output) {
    const auto wanted = std::count_if(inputs.begin(), inputs.end(), [](const StepSequence& s) { return s.wants_last; });
    HEARTH_CHECK(output->rows == wanted);
    return output;
  }
  if (output.error().code == ErrorCode::cancelled && interrupt_) return output;
  log(LogLevel::error, "a step failed: {}", output.error().message);
  if (failures_ && failures_(output.error())) return output;
  for (Sequence* s : members) fail(*s, output.error());
  return output;
}

void Scheduler::progress(Sequence& s, bool always) {
  const auto now = Clock::now();
  if (!always && now - s.last_progress < kProgressInterval) return;
  s.last_progress = now;
  events_(PromptProgress{s.id(), s.computed(), s.prefill_size(), s.usage.reused_tokens});
}

void Scheduler::take_token(Sequence& s, const StepOutput& output, int row) {
  const auto r = static_cast<size_t>(row);
  LogitsRow logits;
  logits.n_eligible = std::min(output.n_vocab, tokenizer_->vocab_size());
  if (output.logits != nullptr) logits.logits = output.logits + r * static_cast<size_t>(output.n_vocab);
  if (output.candidate_ids != nullptr) {
    logits.n_candidates = output.n_candidates;
    logits.candidate_ids = output.candidate_ids + r * static_cast<size_t>(output.n_candidates);
    logits.candidate_values = output.candidate_values + r * static_cast<size_t>(output.n_candidates);
  }
  if (output.logsumexp != nullptr) logits.logsumexp = output.logsumexp + row;

  const Result<int32_t> token = s.sample(logits);
  if (!token) return fail(s, token.error());
  Advance advance = s.accept(*token, options_.context);
  show(s, std::move(advance.parts));
  if (advance.finished) finish(s, advance.reason);
}

void Scheduler::show(Sequence& s, std::vector<TextPart> parts) {
  if (parts.empty()) return;
  if (!s.started_text) {
    s.started_text = true;
    s.usage.first_token_seconds = seconds_since(s.request().submitted);
  }
  for (TextPart& part : parts) events_(TextDelta{s.id(), std::move(part.text), std::exchange(s.unreported_tokens, 0), part.kind});
}

void Scheduler::finish(Sequence& s, StopReason reason) {
  if (reason == StopReason::cancelled) show(s, s.flush());
  if (answers_) answers_(s, reason);
  s.retire(cache_, pool_);
  Finished finished{s.id(), reason, s.usage, s.answer_ids()};
  remove(s);
  events_(std::move(finished));
}

void Scheduler::fail(Sequence& s, Error error) {
  s.discard(pool_);
  const RequestId id = s.id();
  remove(s);
  events_(Failed{id, std::move(error)});
}

void Scheduler::remove(const Sequence& sequence) {
  std::erase_if(running_, [&sequence](const SequencePtr& s) { return s.get() == &sequence; });
}

}  // namespace engine
