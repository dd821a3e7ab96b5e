// How full the context of a conversation is: what ChatService::contextOf() tells.
#pragma once

#include <QString>

#include "services/context_plan.h"

/// All numbers in tokens; counted where the model has said so, else estimated.
struct ContextView {
  int context = 0;       // what the loaded model holds; 0: none is loaded
  bool isExact = false;  // everything was counted
  int instructions = 0;
  int conversation = 0;  // earlier turns as they would be sent, or their summary
  int draft = 0;
  int reserve = 0;   // kept free for the answer
  ContextPlan next;  // of the message that is being written
  // As of the newest question.
  int unread = 0;        // messages at the beginning of the branch that its answer did not read
  qint64 firstRead = 0;  // the message below them, 0: there are none
  QString summary;       // that was read in their place; empty: none
};

inline bool operator==(const ContextView& a, const ContextView& b) {
  return a.context == b.context && a.isExact == b.isExact && a.instructions == b.instructions && a.conversation == b.conversation &&
         a.draft == b.draft && a.reserve == b.reserve && a.next == b.next && a.unread == b.unread && a.firstRead == b.firstRead &&
         a.summary == b.summary;
}
