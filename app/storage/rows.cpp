#include "storage/rows.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
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

QString adaptersJson(const QList<AnswerAdapter>& adapters) {
  if (adapters.isEmpty()) return QStringLiteral("");
  QJsonArray list;
  for (const AnswerAdapter& adapter : adapters)
    list.append(QJsonObject{{QStringLiteral("id"), adapter.id},
                            {QStringLiteral("name"), adapter.name},
                            {QStringLiteral("hash"), adapter.hash},
                            {QStringLiteral("scale"), adapter.scale}});
  return QString::fromUtf8(QJsonDocument(list).toJson(QJsonDocument::Compact));
}

QList<AnswerAdapter> adaptersFromJson(const QString& json) {
  QList<AnswerAdapter> adapters;
  const QJsonArray list = QJsonDocument::fromJson(json.toUtf8()).array();
  for (const QJsonValue& value : list) {
    const QJsonObject object = value.toObject();
    if (!object.contains(QStringLiteral("name"))) continue;
    adapters.append({object.value(QStringLiteral("id")).toInteger(), object.value(QStringLiteral("name")).toString(),
                     object.value(QStringLiteral("hash")).toString(), object.value(QStringLiteral("scale")).toDouble(1)});
  }
  return adapters;
}

bool isUnderWay(MessageStatus status) {
  return status == MessageStatus::Queued || status == MessageStatus::Waiting || status == MessageStatus::Reading ||
         status == MessageStatus::Streaming;
}

bool isCutOff(const MessageRow& message) {
  const bool cut = message.status == MessageStatus::Stopped || message.status == MessageStatus::Interrupted ||
                   message.status == MessageStatus::Full || message.status == MessageStatus::Failed ||
                   (message.status == MessageStatus::Done && message.stopReason == QLatin1String("max_tokens"));
  return cut && message.role == MessageRole::Assistant && !message.content.trimmed().isEmpty();
}
