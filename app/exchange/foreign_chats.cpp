#include "exchange/foreign_chats.h"

#include "exchange/foreign_values.h"

namespace {

using Key = QLatin1String;

[[nodiscard]] QString roleOf(const QJsonObject& message) {
  return message.value(Key("role")).toString(message.value(Key("from")).toString());
}

[[nodiscard]] QJsonArray listOf(const QJsonObject& chat) {
  for (const char* key : {"messages", "conversations", "conversation"}) {
    if (chat.value(Key(key)).isArray()) return chat.value(Key(key)).toArray();
  }
  return {};
}

}  // namespace

bool isMessage(const QJsonObject& object) {
  return !roleOf(object).isEmpty() && !object.contains(Key("messages")) && !object.contains(Key("conversations")) &&
         !object.contains(Key("mapping")) && !object.contains(Key("chat"));
}

ChatFormat formatOf(const QJsonObject& chat) {
  if (chat.value(Key("mapping")).isObject()) return ChatFormat::ChatGpt;
  if (chat.value(Key("chat")).isObject() || chat.value(Key("history")).isObject()) return ChatFormat::OpenWebUi;
  const QJsonArray list = listOf(chat);
  if (chat.value(Key("messages")).isArray()) {
    if (chat.contains(Key("head")) && chat.contains(Key("title_is_custom"))) return ChatFormat::Hearth;
    if (list.at(0).toObject().value(Key("versions")).isArray()) return ChatFormat::LmStudio;
  }
  if (!list.isEmpty() && isMessage(list.at(0).toObject())) return ChatFormat::PlainList;
  return ChatFormat::Unknown;
}

std::optional<ForeignChat> readPlainList(const QJsonObject& chat) {
  const QJsonArray list = listOf(chat);
  TreeBuilder builder(TreeBuilder::Keep::Readable);
  for (qsizetype i = 0; i < list.size(); ++i) {
    const QJsonObject message = list[i].toObject();
    const QJsonValue content = message.contains(Key("content")) ? message.value(Key("content")) : message.value(Key("value"));
    TreeBuilder::Node node = foreignNode(roleOf(message), foreignText(content));
    takeThinking(node);
    if (const QString thought = message.value(Key("reasoning_content")).toString(); !thought.isEmpty()) node.thinking = thought;
    for (const char* key : {"timestamp", "created_at", "create_time"}) {
      if (!node.message.createdAt.isValid()) node.message.createdAt = foreignTime(message.value(Key(key)));
    }
    if (node.message.role == MessageRole::Assistant)
      node.message.modelName = message.value(Key("model")).toString(chat.value(Key("model")).toString());
    node.id = QString::number(i + 1);
    node.parent = i > 0 ? QString::number(i) : QString();
    builder.add(std::move(node));
  }
  if (builder.isEmpty()) return std::nullopt;
  const QDateTime created = foreignTime(chat.value(Key("created_at")));
  const ChatRow row = foreignChatRow(chat.value(Key("title")).toString(chat.value(Key("name")).toString()), created,
                                     foreignTime(chat.value(Key("updated_at"))));
  return ForeignChat{builder.finish(row, {}), chat.value(Key("id")).toString()};
}

std::optional<ForeignChat> readForeignChat(const QJsonObject& chat) {
  switch (formatOf(chat)) {
    case ChatFormat::ChatGpt:
      return readChatGpt(chat);
    case ChatFormat::OpenWebUi:
      return readOpenWebUi(chat);
    case ChatFormat::LmStudio:
      return readLmStudio(chat);
    case ChatFormat::PlainList:
      return readPlainList(chat);
    case ChatFormat::Hearth:
    case ChatFormat::Unknown:
      break;
  }
  return std::nullopt;
}
