#include "runtime/event_queue.h"

#include <algorithm>
#include <utility>

namespace engine {

RequestId event_id(const Event& event) {
  return std::visit([](const auto& e) { return e.id; }, event);
}

bool is_final(const Event& event) {
  return !std::holds_alternative<LoadProgress>(event) && !std::holds_alternative<PromptProgress>(event) &&
         !std::holds_alternative<TextDelta>(event) && !std::holds_alternative<DeviceFallback>(event);
}

void EventQueue::push(Event event) {
  const RequestId id = event_id(event);
  const auto last = std::find_if(events_.rbegin(), events_.rend(), [id](const Event& e) { return event_id(e) == id; });
  const auto* before = last != events_.rend() ? std::get_if<TextDelta>(&*last) : nullptr;
  const auto* now = std::get_if<TextDelta>(&event);
  const bool other_kind = before != nullptr && now != nullptr && before->kind != now->kind;
  if (last != events_.rend() && last->index() == event.index() && !is_final(event) && !other_kind) {
    if (auto* text = std::get_if<TextDelta>(&*last)) {
      const auto& more = std::get<TextDelta>(event);
      text->text += more.text;
      text->tokens += more.tokens;
    } else {
      *last = std::move(event);
    }
    return;
  }
  events_.push_back(std::move(event));
}

std::vector<Event> EventQueue::take() {
  return std::exchange(events_, {});
}

}  // namespace engine
