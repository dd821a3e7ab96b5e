// A client of the engine with the bundled model, for tests: collects events until something has happened.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "runtime/event_queue.h"
#include "runtime/sequence.h"

namespace engine {

inline std::string ember() {
  return std::string(HEARTH_MODELS) + "/ember-q8_0.gguf";
}

inline Request chat(const std::string& text, int max_tokens = 24, uint64_t salt = 1) {
  Request r;
  r.messages = {{"user", text}};
  r.max_tokens = max_tokens;
  r.sampling.temperature = 0;
  r.cache_salt = salt;
  return r;
}

struct Answer {
  std::string text;
  int deltas = 0;
  std::optional<Finished> finished;
  std::optional<Failed> failed;
  [[nodiscard]] bool done() const { return finished || failed; }
  [[nodiscard]] StopReason reason() const { return finished ? finished->reason : StopReason::cancelled; }
};

class Client {
 public:
  explicit Client(EngineOptions options = {}) : engine(std::move(options)) {}

  /// Collects events until `until` holds; fails after a minute.
  template <class Until>
  bool pump(Until until) {
    const auto deadline = Clock::now() + std::chrono::seconds(60);
    while (!until()) {
      if (Clock::now() > deadline) return false;
      for (Event& e : engine.wait(std::chrono::milliseconds(50))) take(std::move(e));
    }
    return true;
  }
  RequestId load(const std::string& path, int context = 0) {
    LoadOptions options;
    options.model_path = path;
    options.device = "cpu";
    options.context = context;
    return engine.load(options);
  }
  void load_ember() {
    const RequestId id = load(ember());
    ASSERT_TRUE(pump([&] { return loaded.contains(id) || load_failed.contains(id); }));
    ASSERT_TRUE(loaded.contains(id)) << load_failed.at(id).text();
  }
  RequestId submit(const Request& request) {
    const Result<RequestId> id = engine.submit(request);
    EXPECT_TRUE(id.ok()) << (id ? "" : id.error().text());
    return id ? *id : 0;
  }
  Answer& finish(RequestId id) {
    EXPECT_TRUE(pump([&] { return answers[id].done(); }));
    return answers[id];
  }

  Engine engine;
  std::map<RequestId, Answer> answers;
  std::map<RequestId, ModelLoaded> loaded;
  std::map<RequestId, Error> load_failed;
  std::vector<RequestId> unloaded, detached;
  std::map<RequestId, AdapterAttached> attached;
  std::vector<DeviceFallback> fallbacks;
  int progress = 0;

 private:
  void take(Event event) {
    const RequestId id = event_id(event);
    if (auto* text = std::get_if<TextDelta>(&event)) {
      answers[id].text += text->text;
      ++answers[id].deltas;
    }
    if (auto* f = std::get_if<Finished>(&event)) answers[id].finished = *f;
    if (auto* f = std::get_if<Failed>(&event)) answers[id].failed = *f;
    if (auto* m = std::get_if<ModelLoaded>(&event)) loaded.insert_or_assign(id, *m);
    if (auto* f = std::get_if<LoadFailed>(&event)) load_failed.emplace(id, f->error);
    if (std::holds_alternative<ModelUnloaded>(event)) unloaded.push_back(id);
    if (auto* f = std::get_if<DeviceFallback>(&event)) fallbacks.push_back(*f);
    if (auto* a = std::get_if<AdapterAttached>(&event)) attached.emplace(id, *a);
    if (std::holds_alternative<AdapterDetached>(event)) detached.push_back(id);
    progress += std::holds_alternative<LoadProgress>(event);
  }
};

}  // namespace engine
