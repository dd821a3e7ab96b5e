#include "storage/rows.h"

#include <array>
#include <utility>

namespace {

constexpr std::array<std::pair<MessageStatus, const char*>, 9> kStatusNames{{
    {MessageStatus::Done, "done"},
    {MessageStatus::Queued, "queued"},
    {MessageStatus::Waiting, "waiting"},
    {MessageStatus::Reading, "reading"},
    {MessageStatus::Streaming, "streaming"},
    {MessageStatus::Stopped, "stopped"},
    {MessageStatus::Failed, "failed"},
    {MessageStatus::Interrupted, "interrupted"},
    {MessageStatus::Full, "full"},
}};

}  // namespace

QString toString(MessageRole role) {
  return role == MessageRole::User ? QStringLiteral("user") : QStringLiteral("assistant");
}

QString toString(MessageStatus status) {
  for (const auto& [value, name] : kStatusNames) {
    if (value == status) return QString::fromLatin1(name);
  }
  return {};
}

MessageRole messageRoleFromString(const QString& name) {
  return name == QLatin1String("user") ? MessageRole::User : MessageRole::Assistant;
}

MessageStatus messageStatusFromString(const QString& name) {
  for (const auto& [value, text] : kStatusNames) {
    if (name == QLatin1String(text)) return value;
  }
  return MessageStatus::Interrupted;
}

bool isUnderWay(MessageStatus status) {
  return status == MessageStatus::Queued || status == MessageStatus::Waiting || status == MessageStatus::Reading ||
         status == MessageStatus::Streaming;
}
