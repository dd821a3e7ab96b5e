#include "exchange/chat_json.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <cmath>

namespace {

constexpr qsizetype kLongestFolder = 80;

using Key = QLatin1String;

[[nodiscard]] QByteArray compact(const QJsonObject& object) {
  return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

[[nodiscard]] QJsonValue timeText(const QDateTime& time) {
  return time.isValid() ? QJsonValue(time.toUTC().toString(Qt::ISODateWithMs)) : QJsonValue();
}

[[nodiscard]] QDateTime timeOf(const QJsonValue& value) {
  const QDateTime time = QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
  return time.isValid() ? time.toUTC() : QDateTime();
}

/// An object where nothing is lost by it, else the stored text.
[[nodiscard]] QJsonValue samplingValue(const QString& sampling) {
  const QJsonDocument document = QJsonDocument::fromJson(sampling.toUtf8());
  if (document.isObject() && QString::fromUtf8(document.toJson(QJsonDocument::Compact)) == sampling) return document.object();
  return sampling;
}

[[nodiscard]] QString samplingText(const QJsonValue& value) {
  return value.isObject() ? QString::fromUtf8(compact(value.toObject())) : value.toString();
}

[[nodiscard]] QJsonArray adapterList(const QList<AnswerAdapter>& adapters) {
  QJsonArray list;
  for (const AnswerAdapter& adapter : adapters)
    list.append(
        QJsonObject{{Key("id"), adapter.id}, {Key("name"), adapter.name}, {Key("sha256"), adapter.hash}, {Key("scale"), adapter.scale}});
  return list;
}

[[nodiscard]] QList<AnswerAdapter> adaptersOf(const QJsonArray& list) {
  QList<AnswerAdapter> adapters;
  for (const QJsonValue& value : list) {
    const QJsonObject object = value.toObject();
    if (!object.contains(Key("name"))) continue;
    adapters.append({object.value(Key("id")).toInteger(), object.value(Key("name")).toString(), object.value(Key("sha256")).toString(),
                     object.value(Key("scale")).toDouble(1)});
  }
  return adapters;
}

void addText(QJsonObject& object, const char* key, const QString& text) {
  if (!text.isEmpty()) object.insert(Key(key), text);
}

[[nodiscard]] QJsonObject messageObject(const MessageRow& message) {
  QJsonObject object{{Key("id"), message.id},
                     {Key("parent"), message.parentId > 0 ? QJsonValue(message.parentId) : QJsonValue()},
                     {Key("role"), toString(message.role)},
                     {Key("status"), toString(message.status)},
                     {Key("created_at"), timeText(message.createdAt)},
                     {Key("content"), message.content}};
  QJsonObject model;
  addText(model, "name", message.modelName);
  addText(model, "fingerprint", message.modelHash);
  if (!model.isEmpty()) object.insert(Key("model"), model);
  if (!message.adapters.isEmpty()) object.insert(Key("adapters"), adapterList(message.adapters));
  if (!message.sampling.isEmpty()) object.insert(Key("sampling"), samplingValue(message.sampling));
  if (message.seed != 0) object.insert(Key("seed"), QString::number(message.seed));  // JSON's numbers have no 64 bits
  const AnswerStats& stats = message.stats;
  if (stats != AnswerStats())
    object.insert(Key("stats"), QJsonObject{{Key("prompt_tokens"), stats.promptTokens},
                                            {Key("reused_tokens"), stats.reusedTokens},
                                            {Key("generated_tokens"), stats.generatedTokens},
                                            {Key("first_token_s"), stats.firstTokenSeconds},
                                            {Key("tokens_per_s"), stats.tokensPerSecond}});
  addText(object, "stop_reason", message.stopReason);
  if (message.isEdited) object.insert(Key("edited"), true);
  QJsonObject error;
  addText(error, "id", message.errorId);
  addText(error, "detail", message.errorDetail);
  addText(error, "cause", message.errorCause);
  addText(error, "next_step", message.errorNextStep);
  if (!error.isEmpty()) object.insert(Key("error"), error);
  return object;
}

[[nodiscard]] MessageRow messageOf(const QJsonObject& object) {
  MessageRow message;
  message.id = object.value(Key("id")).toInteger();
  message.parentId = object.value(Key("parent")).toInteger();
  message.role = messageRoleFromString(object.value(Key("role")).toString());
  message.content = object.value(Key("content")).toString();
  message.status = messageStatusFromString(object.value(Key("status")).toString(toString(MessageStatus::Done)));
  if (isUnderWay(message.status)) message.status = MessageStatus::Interrupted;
  message.createdAt = timeOf(object.value(Key("created_at")));
  const QJsonObject model = object.value(Key("model")).toObject();
  message.modelName = model.value(Key("name")).toString();
  message.modelHash = model.value(Key("fingerprint")).toString();
  message.adapters = adaptersOf(object.value(Key("adapters")).toArray());
  message.sampling = samplingText(object.value(Key("sampling")));
  message.seed = object.value(Key("seed")).toString().toULongLong();
  const QJsonObject stats = object.value(Key("stats")).toObject();
  message.stats.promptTokens = stats.value(Key("prompt_tokens")).toInt();
  message.stats.reusedTokens = stats.value(Key("reused_tokens")).toInt();
  message.stats.generatedTokens = stats.value(Key("generated_tokens")).toInt();
  message.stats.firstTokenSeconds = stats.value(Key("first_token_s")).toDouble();
  message.stats.tokensPerSecond = stats.value(Key("tokens_per_s")).toDouble();
  message.stopReason = object.value(Key("stop_reason")).toString();
  message.isEdited = object.value(Key("edited")).toBool();
  const QJsonObject error = object.value(Key("error")).toObject();
  message.errorId = error.value(Key("id")).toString();
  message.errorDetail = error.value(Key("detail")).toString();
  message.errorCause = error.value(Key("cause")).toString();
  message.errorNextStep = error.value(Key("next_step")).toString();
  return message;
}

/// Without what means something only where it was written.
[[nodiscard]] ChatSettings portableSettings(const QJsonObject& object) {
  ChatSettings settings = chatSettingsFromJson(object);
  settings.modelPath.clear();
  settings.modelName.clear();
  if (settings.preset.startsWith(kOwnPreset)) settings.preset.clear();
  return settings;
}

/// As chatJson() writes them: nothing has to be found out.
[[nodiscard]] bool isInOrder(const QList<MessageRow>& messages) {
  for (qsizetype i = 0; i < messages.size(); ++i) {
    if (messages[i].id != i + 1 || messages[i].parentId < 0 || messages[i].parentId > i) return false;
  }
  return true;
}

[[nodiscard]] ConversationTree putInOrder(const ChatRow& chat, const QList<MessageRow>& messages) {
  TreeBuilder builder(TreeBuilder::Keep::Exactly);
  const auto name = [](qint64 id) { return id == 0 ? QString() : QString::number(id); };
  for (const MessageRow& message : messages) builder.add({name(message.id), name(message.parentId), message, {}, {}});
  return builder.finish(chat, name(chat.headId));
}

}  // namespace

QByteArray chatFileHead(const QString& application, const QDateTime& exportedAt) {
  const QByteArray facts = compact({{Key("application"), application}, {Key("exported_at"), timeText(exportedAt)}});
  return QByteArray("{\"format\":\"") + kChatFormatName + "\",\"version\":" + QByteArray::number(kChatFormatVersion) + ',' +
         facts.mid(1).chopped(1) + ",\"chats\":[\n";
}

QByteArray chatJson(const ConversationTree& tree, const QString& origin) {
  QJsonObject facts{{Key("title"), tree.chat.title},
                    {Key("title_is_custom"), tree.chat.titleIsCustom},
                    {Key("created_at"), timeText(tree.chat.createdAt)},
                    {Key("updated_at"), timeText(tree.chat.updatedAt)},
                    {Key("head"), tree.chat.headId > 0 ? QJsonValue(tree.chat.headId) : QJsonValue()}};
  if (!tree.folder.isEmpty()) facts.insert(Key("folder"), tree.folder);
  if (tree.chat.isPinned) facts.insert(Key("pinned"), true);
  if (tree.chat.isArchived) facts.insert(Key("archived"), true);
  const QJsonObject settings = toJson(tree.settings);
  if (!settings.isEmpty()) facts.insert(Key("settings"), settings);
  QByteArray json = compact(facts).chopped(1) + ",\"messages\":[";
  for (qsizetype i = 0; i < tree.messages.size(); ++i) {
    json += i == 0 ? "\n" : ",\n";
    json += compact(messageObject(tree.messages[i]));
  }
  json += ']';
  if (!origin.isEmpty()) json += ',' + compact({{Key("origin"), origin}}).mid(1).chopped(1);
  return json + '}';
}

QByteArray chatFileTail() {
  return "\n]}\n";
}

std::optional<ConversationTree> chatFromJson(const QJsonObject& object) {
  if (!object.value(Key("messages")).isArray()) return std::nullopt;
  ConversationTree tree;
  tree.chat.title = object.value(Key("title")).toString();
  tree.chat.titleIsCustom = object.value(Key("title_is_custom")).toBool();
  tree.chat.createdAt = timeOf(object.value(Key("created_at")));
  tree.chat.updatedAt = timeOf(object.value(Key("updated_at")));
  tree.chat.headId = object.value(Key("head")).toInteger();
  tree.chat.isPinned = object.value(Key("pinned")).toBool();
  tree.chat.isArchived = object.value(Key("archived")).toBool();
  tree.folder = object.value(Key("folder")).toString().simplified().left(kLongestFolder);
  tree.settings = portableSettings(object.value(Key("settings")).toObject());
  const QJsonArray messages = object.value(Key("messages")).toArray();
  tree.messages.reserve(messages.size());
  for (const QJsonValue& value : messages) {
    if (!value.isObject()) return std::nullopt;
    tree.messages.append(messageOf(value.toObject()));
  }
  if (!isInOrder(tree.messages)) {
    ConversationTree ordered = putInOrder(tree.chat, tree.messages);
    ordered.folder = tree.folder;
    ordered.settings = tree.settings;
    return ordered;
  }
  if (tree.chat.headId < 0 || tree.chat.headId > tree.messages.size()) tree.chat.headId = 0;
  if (tree.chat.headId == 0) tree.chat.headId = newestLeaf(tree);
  for (MessageRow& message : tree.messages) {
    if (!message.createdAt.isValid())
      message.createdAt = message.parentId > 0 ? tree.messages[message.parentId - 1].createdAt : tree.chat.createdAt;
  }
  return tree;
}
