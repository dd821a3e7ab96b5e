// Events on their way to the caller. A caller that polls rarely finds few events: text of one request is joined, and a
// newer progress replaces an older one. Not thread-safe; the engine guards it.
#pragma once

#include <optional>
#include <vector>

#include "engine/request.h"

namespace engine {

/// The request an event belongs to.
RequestId event_id(const Event& event);
/// True for the last event of a request, a load or an unload.
bool is_final(const Event& event);

class EventQueue {
 public:
  void push(Event event);
  [[nodiscard]] bool empty() const { return events_.empty(); }
  std::vector<Event> take();

 private:
  std::vector<Event> events_;
};

}  // namespace engine
