// Chats exported from Open WebUI: a tree in history.messages, or only the shown branch in messages.
#include <QSet>
#include <algorithm>

#include "exchange/foreign_chats.h"
#include "exchange/foreign_values.h"

namespace {

using Key = QLatin1String;

[[nodiscard]] TreeBuilder::Node nodeOf(const QJsonObject& message) {
  QString text = foreignText(message.value(Key("content")));
  const QJsonArray files = message.value(Key("files")).toArray();
  for (const QJsonValue& value : files) {
    const QJsonObject file = value.toObject();
    const bool isImage = file.value(Key("type")).toString() == Key("image");
    const QString note = missingPart(isImage ? QStringLiteral("image") : QStringLiteral("file"), file.value(Key("name")).toString());
    text += text.isEmpty() ? note : QLatin1String("\n") + note;
  }
  TreeBuilder::Node node = foreignNode(message.value(Key("role")).toString(), text);
  takeThinking(node);
  node.message.createdAt = foreignTime(message.value(Key("timestamp")));
  if (node.message.role == MessageRole::Assistant) {
    node.message.modelName = message.value(Key("modelName")).toString(message.value(Key("model")).toString());
    if (!message.value(Key("done")).toBool(true)) node.message.status = MessageStatus::Interrupted;
    const QJsonValue error = message.value(Key("error"));
    const QString detail = error.isObject() ? error.toObject().value(Key("content")).toString() : error.toString();
    if (!detail.isEmpty()) {
      node.message.status = MessageStatus::Failed;
      node.message.errorDetail = detail;
    }
  }
  return node;
}

/// Parents first where they name their children, then by time: the order of those with one parent.
[[nodiscard]] QStringList orderedIds(const QJsonObject& messages) {
  QList<QPair<double, QString>> byTime;
  for (auto at = messages.begin(); at != messages.end(); ++at)
    byTime.append({at.value().toObject().value(Key("timestamp")).toDouble(), at.key()});
  std::sort(byTime.begin(), byTime.end());
  QStringList ids;
  QSet<QString> seen;
  const auto take = [&](const QString& id) {
    if (!messages.contains(id) || seen.contains(id)) return;
    seen.insert(id);
    ids.append(id);
  };
  qsizetype next = 0;
  for (const auto& [time, id] : std::as_const(byTime)) {
    if (messages.contains(messages.value(id).toObject().value(Key("parentId")).toString())) continue;
    take(id);
    for (; next < ids.size(); ++next) {
      const QJsonArray children = messages.value(ids[next]).toObject().value(Key("childrenIds")).toArray();
      for (const QJsonValue& child : children) take(child.toString());
    }
  }
  for (const auto& [time, id] : std::as_const(byTime)) take(id);
  return ids;
}

}  // namespace

std::optional<ForeignChat> readOpenWebUi(const QJsonObject& exported) {
  const QJsonObject chat = exported.value(Key("chat")).isObject() ? exported.value(Key("chat")).toObject() : exported;
  const QJsonObject history = chat.value(Key("history")).toObject();
  const QJsonObject messages = history.value(Key("messages")).toObject();
  const QJsonArray list = chat.value(Key("messages")).toArray();
  if (!history.value(Key("messages")).isObject() && !chat.value(Key("messages")).isArray()) return std::nullopt;
  TreeBuilder builder(TreeBuilder::Keep::Readable);
  QString head = history.value(Key("currentId")).toString();
  if (!messages.isEmpty()) {
    const QStringList ids = orderedIds(messages);
    for (const QString& id : ids) {
      const QJsonObject message = messages.value(id).toObject();
      TreeBuilder::Node node = nodeOf(message);
      node.id = id;
      node.parent = message.value(Key("parentId")).toString();
      builder.add(std::move(node));
    }
  } else {
    for (qsizetype i = 0; i < list.size(); ++i) {
      TreeBuilder::Node node = nodeOf(list[i].toObject());
      node.id = QString::number(i + 1);
      node.parent = i > 0 ? QString::number(i) : QString();
      builder.add(std::move(node));
    }
    head.clear();
  }
  const QDateTime created = foreignTime(exported.value(Key("created_at")));
  const ChatRow row = foreignChatRow(exported.value(Key("title")).toString(chat.value(Key("title")).toString()),
                                     created.isValid() ? created : foreignTime(chat.value(Key("timestamp"))),
                                     foreignTime(exported.value(Key("updated_at"))));
  return ForeignChat{builder.finish(row, head), exported.value(Key("id")).toString(chat.value(Key("id")).toString())};
}
