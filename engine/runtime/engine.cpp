#include "engine/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <new>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <variant>

#include "core/log.h"
#include "runtime/backends.h"
#include "runtime/event_queue.h"
#include "runtime/resident_model.h"
#include "runtime/template_check.h"
#include "sampling/sampler.h"

namespace engine {
namespace {

struct LoadCommand {
  RequestId id;
  LoadOptions options;
};
struct UnloadCommand {
  RequestId id;
};
struct SubmitCommand {
  RequestId id;
  Request request;
  Clock::time_point submitted;
};
struct AttachCommand {
  RequestId id;
  std::string path;
};
struct DetachCommand {
  RequestId id;
  std::string path;
};
struct CountCommand {
  RequestId id;
  std::vector<ChatMessage> messages;
};
using Command = std::variant<LoadCommand, UnloadCommand, SubmitCommand, AttachCommand, DetachCommand, CountCommand>;

RequestId command_id(const Command& command) {
  return std::visit([](const auto& c) { return c.id; }, command);
}

Error cancelled_error() {
  return {ErrorCode::cancelled, "Loading was stopped.", ""};
}

Status check_request(const Request& request) {
  const auto refuse = [](std::string message, std::string hint) {
    return Error{ErrorCode::invalid_argument, std::move(message), std::move(hint)};
  };
  if (request.messages.empty() && !request.prompt) return refuse("The request has no text.", "Type a message first.");
  if (!request.messages.empty() && request.prompt) return refuse("The request has both messages and a raw prompt.", "Give one of them.");
  if (request.max_tokens < 0) return refuse(fmt::format("max_tokens is {}.", request.max_tokens), "Use 0 (no limit) or more.");
  for (const AdapterUse& use : request.adapters)
    if (!std::isfinite(use.scale) || std::fabs(use.scale) > 100.0f)
      return refuse(fmt::format("The scale {} of an adapter is not between -100 and 100.", use.scale), "Use a scale around 1.");
  return check_sampling(request.sampling);
}

/// What the loading thread reports, guarded by Engine::Impl::mutex.
struct LoadState {
  std::optional<LoadProgress> progress;  // newest, not yet delivered
  std::optional<Status> result;
};

bool may_fall_back(const LoadOptions& options) {
  return options.allow_fallback || options.device.empty() || options.device == "auto";
}

/// Errors that another device may not have.
bool is_of_device(const Error& error) {
  return error.code == ErrorCode::device || error.code == ErrorCode::out_of_memory || error.code == ErrorCode::unsupported ||
         error.code == ErrorCode::not_found;
}

}  // namespace

struct Engine::Impl {
  explicit Impl(EngineOptions o) : options(std::move(o)), thread([this] { main(); }) {}

  // Any thread.
  RequestId queue(Command command);  // with the mutex held
  void cancel(RequestId id);
  void stop();

  // The engine thread.
  void main();
  std::optional<Command> next_command();
  void sweep_cancelled(std::unique_lock<std::mutex>& lock);
  void run_guarded(const std::function<void()>& body, const Command* command);
  bool is_live(RequestId id);
  void handle(LoadCommand& command);
  void handle(UnloadCommand& command);
  void handle(SubmitCommand& command);
  void handle(AttachCommand& command);
  void handle(DetachCommand& command);
  void handle(CountCommand& command);
  Result<std::unique_ptr<ModelRuntime>> load_model(const LoadCommand& command);
  Result<std::unique_ptr<ModelRuntime>> load_anywhere(LoadCommand& command);
  void fall_back();
  void rebalance();
  Status run_load(RequestId id, const std::function<Status(const ProgressCallback&)>& work);
  void set_resident(std::unique_ptr<ResidentModel> model);
  void emit_loaded(RequestId id, Clock::time_point start);
  void emit(Event event);
  void publish_waiting();

  EngineOptions options;
  std::mutex mutex;                         // guards everything up to the blank line
  std::condition_variable work, delivered;  // for the engine thread; for wait()
  std::deque<Command> commands;
  std::set<RequestId> live;       // queued or running: cancel() knows no others
  std::set<RequestId> cancelled;  // of those, the ones to stop
  RequestId next_id = 1;
  RequestId loading = 0;
  int waiting_in_scheduler = 0;
  Scheduler* scheduler = nullptr;  // of the resident model
  EventQueue events;
  bool stopping = false;

  std::atomic<bool> stop_load{false};
  std::unique_ptr<ResidentModel> resident;  // engine thread only
  std::thread thread;                       // last: it uses all of the above
};

// ---- any thread

Engine::Engine(EngineOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Engine::~Engine() {
  impl_->stop();
}

RequestId Engine::load(LoadOptions options) {
  const std::lock_guard lock(impl_->mutex);
  return impl_->queue(LoadCommand{0, std::move(options)});
}

RequestId Engine::unload() {
  const std::lock_guard lock(impl_->mutex);
  return impl_->queue(UnloadCommand{0});
}

RequestId Engine::attach(std::string path) {
  const std::lock_guard lock(impl_->mutex);
  return impl_->queue(AttachCommand{0, std::move(path)});
}

RequestId Engine::detach(std::string path) {
  const std::lock_guard lock(impl_->mutex);
  return impl_->queue(DetachCommand{0, std::move(path)});
}

RequestId Engine::count(std::vector<ChatMessage> messages) {
  const std::lock_guard lock(impl_->mutex);
  return impl_->queue(CountCommand{0, std::move(messages)});
}

Result<RequestId> Engine::submit(Request request) {
  if (const Status s = check_request(request); !s) return s.error();
  const std::lock_guard lock(impl_->mutex);
  const auto queued = std::count_if(impl_->commands.begin(), impl_->commands.end(),
                                    [](const Command& c) { return std::holds_alternative<SubmitCommand>(c); });
  if (queued + impl_->waiting_in_scheduler >= impl_->options.queue_limit)
    return Error{ErrorCode::queue_full, fmt::format("{} requests are waiting already.", impl_->options.queue_limit),
                 "Try again when one has finished."};
  return impl_->queue(SubmitCommand{0, std::move(request), Clock::now()});
}

void Engine::cancel(RequestId id) {
  impl_->cancel(id);
}

std::vector<Event> Engine::poll() {
  const std::lock_guard lock(impl_->mutex);
  return impl_->events.take();
}

std::vector<Event> Engine::wait(std::chrono::milliseconds timeout) {
  std::unique_lock lock(impl_->mutex);
  impl_->delivered.wait_for(lock, timeout, [this] { return !impl_->events.empty(); });
  return impl_->events.take();
}

RequestId Engine::Impl::queue(Command command) {
  const RequestId id = next_id++;
  std::visit([id](auto& c) { c.id = id; }, command);
  live.insert(id);
  commands.push_back(std::move(command));
  work.notify_all();
  return id;
}

void Engine::Impl::cancel(RequestId id) {
  const std::lock_guard lock(mutex);
  if (!live.contains(id)) return;
  cancelled.insert(id);
  if (loading == id) stop_load = true;
  if (scheduler != nullptr) scheduler->cancel(id);
  work.notify_all();
}

void Engine::Impl::stop() {
  {
    const std::lock_guard lock(mutex);
    stopping = true;
    stop_load = true;
    if (scheduler != nullptr)
      for (RequestId id : live) scheduler->cancel(id);
    work.notify_all();
  }
  thread.join();
}

// ---- the engine thread

void Engine::Impl::main() {
  while (true) {
    std::optional<Command> command = next_command();
    {
      const std::lock_guard lock(mutex);
      if (stopping) break;
    }
    if (command) run_guarded([&] { std::visit([this](auto& c) { handle(c); }, *command); }, &*command);
    if (resident && !resident->scheduler().idle()) run_guarded([this] { resident->scheduler().step(); }, nullptr);
    if (resident && resident->failure()) run_guarded([this] { fall_back(); }, nullptr);
    if (resident && resident->scheduler().idle()) run_guarded([this] { rebalance(); }, nullptr);
    publish_waiting();
  }
  set_resident(nullptr);
}

void Engine::Impl::rebalance() {
  const Result<int> moved = resident->model().rebalance_experts();
  if (!moved) log(LogLevel::warn, "{}", moved.error().text());
  if (moved && *moved > 0) log(LogLevel::info, "{} much used experts moved to the device", *moved);
}

/// The next command in order, after waiting for one if no request is being computed.
std::optional<Command> Engine::Impl::next_command() {
  std::unique_lock lock(mutex);
  while (true) {
    sweep_cancelled(lock);
    const bool busy = resident && !resident->scheduler().idle();
    if (stopping || (busy && commands.empty())) return std::nullopt;
    if (!commands.empty()) break;
    work.wait(lock);
  }
  Command command = std::move(commands.front());
  commands.pop_front();
  return command;
}

/// Answers cancelled commands that have not begun.
void Engine::Impl::sweep_cancelled(std::unique_lock<std::mutex>& lock) {
  for (auto it = commands.begin(); it != commands.end();) {
    const RequestId id = command_id(*it);
    if (!cancelled.contains(id) || std::holds_alternative<UnloadCommand>(*it) || std::holds_alternative<DetachCommand>(*it)) {
      ++it;
      continue;
    }
    Event event = Finished{id, StopReason::cancelled, {}};
    if (std::holds_alternative<LoadCommand>(*it)) event = LoadFailed{id, cancelled_error()};
    if (std::holds_alternative<AttachCommand>(*it)) event = Failed{id, cancelled_error()};
    commands.erase(it);
    lock.unlock();
    emit(std::move(event));
    lock.lock();
    it = commands.begin();  // callers may have queued more meanwhile
  }
}

/// Libraries below may throw when memory runs out: that ends requests, never the process.
void Engine::Impl::run_guarded(const std::function<void()>& body, const Command* command) {
  const RequestId id = command != nullptr ? command_id(*command) : 0;
  Error error;
  try {
    body();
    return;
  } catch (const std::bad_alloc&) {
    error = {ErrorCode::out_of_memory, "This computer has no memory left.", "Close other programs or use a smaller context."};
  } catch (const std::exception& e) {
    error = {ErrorCode::device, fmt::format("The engine failed: {}.", e.what()), "Load the model again."};
  }
  log(LogLevel::error, "{}", error.message);
  if (resident) resident->scheduler().fail_all(error);
  if (is_live(id)) emit(std::holds_alternative<LoadCommand>(*command) ? Event(LoadFailed{id, error}) : Event(Failed{id, error}));
}

void Engine::Impl::handle(LoadCommand& command) {
  const auto start = Clock::now();
  // What is certain to fail must not disturb running answers.
  if (const Result<ModelInfo> info = inspect_model(command.options.model_path); !info) return emit(LoadFailed{command.id, info.error()});
  const std::string& chat_template = command.options.chat_template;
  if (!chat_template.empty())
    if (const Status s = check_chat_template(command.options.model_path, chat_template); !s)
      return emit(LoadFailed{command.id, s.error(), s.error().code == ErrorCode::invalid_argument});
  if (resident) resident->scheduler().cancel_all();
  Result<std::unique_ptr<ModelRuntime>> loaded = load_anywhere(command);
  if (!loaded) return emit(LoadFailed{command.id, loaded.error()});
  if ((*loaded)->tokenizer() == nullptr)
    return emit(LoadFailed{command.id, {ErrorCode::unsupported, "The model has no vocabulary.", "Choose a chat model."}});

  const auto on_failure = may_fall_back(command.options) ? ResidentModel::OnFailure::keep : ResidentModel::OnFailure::end;
  set_resident(std::make_unique<ResidentModel>(
      *std::move(loaded), [this](Event event) { emit(std::move(event)); }, on_failure, chat_template));
  emit_loaded(command.id, start);
}

/// The answer to a load or a move of the resident model.
void Engine::Impl::emit_loaded(RequestId id, Clock::time_point start) {
  const ModelRuntime& model = resident->model();
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  emit(ModelLoaded{id, model.info(), model.device_name(), model.context(), seconds, model.memory(), resident->chat_format(), model.plan()});
}

/// Loads on the device that was asked for, else, where that is allowed, on the processor.
Result<std::unique_ptr<ModelRuntime>> Engine::Impl::load_anywhere(LoadCommand& command) {
  bool dropped = false;
  const auto drop = [&] {
    set_resident(nullptr);
    dropped = true;
  };
  // What the old model takes of a device would count against the plan of the new one.
  if (resident && !resident->model().foreign_devices().empty()) drop();
  // Before the load: a self-test that fails changes what "auto" means.
  const Result<std::string> device = resolve_device(command.options.device, options.cache_dir);
  const std::string from = device ? *device : command.options.device;
  Result<std::unique_ptr<ModelRuntime>> loaded = load_model(command);
  if (!loaded && loaded.error().code == ErrorCode::out_of_memory && resident) {
    log(LogLevel::info, "the new model does not fit beside the old one, which is dropped");
    drop();
    loaded = load_model(command);
  }
  if (!loaded && may_fall_back(command.options) && is_of_device(loaded.error())) {
    if (!is_own_device(from)) {
      const Error reason = loaded.error();
      log(LogLevel::warn, "the processor is used instead of {}: {}", from, reason.text());
      command.options.device = "cpu";
      command.options.expert_device.clear();
      command.options.gpu_layers = command.options.cpu_moe_layers = -1;
      loaded = load_model(command);
      const Result<DeviceInfo> info = device_info(from);
      if (loaded) emit(DeviceFallback{command.id, from, "cpu", info ? info->name : from, reason});
    }
  }
  if (!loaded && dropped) emit(ModelUnloaded{command.id});
  return loaded;
}

/// A device failed under running answers: the same model, adapters and context on the processor, and they go on.
void Engine::Impl::fall_back() {
  const auto start = Clock::now();
  const Error reason = *resident->failure();
  const std::string from = resident->model().foreign_devices(), from_name = resident->model().foreign_names();
  log(LogLevel::warn, "{} failed, the processor goes on: {}", from, reason.text());
  resident->suspend();
  const Status moved =
      run_load(0, [&](const ProgressCallback& progress) { return resident->model().move_to("cpu", progress, &stop_load); });
  if (!moved) {
    resident->scheduler().fail_all(moved.error().code == ErrorCode::cancelled ? reason : moved.error());
    set_resident(nullptr);
    return emit(ModelUnloaded{0});
  }
  emit(DeviceFallback{0, from, "cpu", from_name, reason});
  resident->resume();
  emit_loaded(0, start);
}

Result<std::unique_ptr<ModelRuntime>> Engine::Impl::load_model(const LoadCommand& command) {
  RuntimeOptions wanted = runtime_options(command.options);
  wanted.cache_dir = options.cache_dir;
  std::unique_ptr<ModelRuntime> model;
  const Status status = run_load(command.id, [&](const ProgressCallback& progress) -> Status {
    Result<std::unique_ptr<ModelRuntime>> result = ModelRuntime::load(wanted, progress, &stop_load);
    if (!result) return result.error();
    model = *std::move(result);
    return {};
  });
  if (!status) return status.error();
  return model;
}

/// Works on a thread of its own, so that waiting and suspended requests can be cancelled and progress flows meanwhile.
Status Engine::Impl::run_load(RequestId id, const std::function<Status(const ProgressCallback&)>& work_of) {
  LoadState state;
  {
    const std::lock_guard lock(mutex);
    loading = id;
    stop_load = stopping || cancelled.contains(id);
  }
  const auto progress = [&](float fraction, const char* stage) {
    const std::lock_guard lock(mutex);
    state.progress = LoadProgress{id, fraction, stage};
    work.notify_all();
  };
  std::thread loader([&] {
    Status result = cancelled_error();
    try {
      result = work_of(progress);
    } catch (const std::exception& e) {
      result = Error{ErrorCode::out_of_memory, fmt::format("Loading failed: {}.", e.what()), "Use a smaller context or a smaller model."};
    }
    const std::lock_guard lock(mutex);
    state.result.emplace(std::move(result));
    work.notify_all();
  });
  std::unique_lock lock(mutex);
  while (!state.result) {
    sweep_cancelled(lock);
    lock.unlock();
    if (resident) resident->scheduler().drop_cancelled();
    lock.lock();
    if (state.progress) {
      const LoadProgress report = *std::exchange(state.progress, std::nullopt);
      lock.unlock();
      emit(report);
      lock.lock();
      continue;
    }
    if (!state.result) work.wait_for(lock, std::chrono::milliseconds(50));
  }
  loading = 0;
  const bool stopped = stop_load;
  lock.unlock();
  loader.join();
  if (state.progress) emit(*state.progress);  // a quick load may end before its first report was taken
  if (stopped && *state.result) return cancelled_error();
  return *state.result;
}

void Engine::Impl::handle(UnloadCommand& command) {
  if (resident) resident->scheduler().cancel_all();
  set_resident(nullptr);
  emit(ModelUnloaded{command.id});
}

void Engine::Impl::handle(SubmitCommand& command) {
  if (!resident) return emit(Failed{command.id, {ErrorCode::not_found, "No model is loaded.", "Load a model first."}});
  resident->submit(command.id, command.request, command.submitted);
  const std::lock_guard lock(mutex);
  if (stopping || cancelled.contains(command.id)) scheduler->cancel(command.id);  // it came before the scheduler knew the id
}

void Engine::Impl::handle(AttachCommand& command) {
  if (!resident) return emit(Failed{command.id, {ErrorCode::not_found, "No model is loaded.", "Load a model first."}});
  const Result<std::shared_ptr<const AttachedAdapter>> attached = resident->attach(command.path);
  if (!attached) return emit(Failed{command.id, attached.error()});
  const AttachedAdapter& adapter = **attached;
  emit(AdapterAttached{command.id, command.path, adapter.name, adapter.rank, static_cast<int>(adapter.parts.size()), adapter.bytes});
}

void Engine::Impl::handle(DetachCommand& command) {
  if (resident) resident->detach(command.path);
  emit(AdapterDetached{command.id, command.path});
}

void Engine::Impl::handle(CountCommand& command) {
  if (!resident) return emit(Failed{command.id, {ErrorCode::not_found, "No model is loaded.", "Load a model first."}});
  const Result<PromptBuilder::Size> size = resident->count(command.messages);
  if (!size) return emit(Failed{command.id, size.error()});
  emit(Counted{command.id, size->prompt, size->contents});
}

void Engine::Impl::set_resident(std::unique_ptr<ResidentModel> model) {
  {
    const std::lock_guard lock(mutex);
    scheduler = nullptr;
    waiting_in_scheduler = 0;
  }
  resident = std::move(model);
  const std::lock_guard lock(mutex);
  scheduler = resident ? &resident->scheduler() : nullptr;
}

void Engine::Impl::emit(Event event) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex);
    if (is_final(event)) {
      live.erase(event_id(event));
      cancelled.erase(event_id(event));
    }
    was_empty = events.empty();
    events.push(std::move(event));
    delivered.notify_all();
  }
  if (was_empty && options.wake) options.wake();
}

bool Engine::Impl::is_live(RequestId id) {
  const std::lock_guard lock(mutex);
  return live.contains(id);
}

void Engine::Impl::publish_waiting() {
  const std::lock_guard lock(mutex);
  waiting_in_scheduler = resident ? resident->scheduler().waiting() : 0;
}

}  // namespace engine
