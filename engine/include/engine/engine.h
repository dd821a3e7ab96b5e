// Engine: one thread that owns the models. All calls return at once; results arrive as events.
//
// Thread-safe: load, submit, count, cancel and poll may be called from any thread. Destroying an Engine cancels
// everything and joins the thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "engine/info.h"
#include "engine/request.h"
#include "engine/result.h"

namespace engine {

struct EngineOptions {
  int queue_limit = 64;        // waiting requests before submit() answers queue_full
  std::function<void()> wake;  // called from the engine thread after events were added to an empty queue
  std::string cache_dir;       // where results of self-tests are kept, made when missing; empty: devices are not tested
};

class Engine {
 public:
  explicit Engine(EngineOptions options = {});
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Queues a load; replaces the resident model. Answers LoadProgress..., then ModelLoaded or LoadFailed.
  RequestId load(LoadOptions options);

  /// Queues dropping the resident model; running requests are cancelled. Answers ModelUnloaded.
  RequestId unload();

  /// Queues attaching an adapter to the resident model ahead of its first use. Answers AdapterAttached or Failed.
  RequestId attach(std::string path);

  /// Queues dropping an adapter; requests that use it keep it to their end. Answers AdapterDetached.
  RequestId detach(std::string path);

  /// Queues an answer. Errors: queue_full, invalid_argument. Answers TextDelta..., then Finished or Failed.
  /// Requests submitted while a model loads wait for it; without any model they fail with not_found.
  Result<RequestId> submit(Request request);

  /// Queues counting the tokens of messages, which changes nothing. Answers Counted or Failed (not_found: no model; invalid_argument).
  RequestId count(std::vector<ChatMessage> messages);
  /// Stops a load or a request within 250 ms. Unknown or finished ids are ignored.
  void cancel(RequestId id);

  /// Takes all events so far, in order.
  std::vector<Event> poll();

  /// As poll(), waiting up to `timeout` for the first event.
  std::vector<Event> wait(std::chrono::milliseconds timeout);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Where a load with these options would put the model. Errors: those of a load; out_of_memory with a setting that fits.
Result<MemoryPlan> plan_memory(const LoadOptions& options, const std::string& cache_dir = {});

}  // namespace engine
