// conversations.json of an export of ChatGPT: nodes with parents and children, of which many hold no message.
#include <QSet>
#include <algorithm>

#include "exchange/foreign_chats.h"
#include "exchange/foreign_values.h"

namespace {

using Key = QLatin1String;

[[nodiscard]] QString thoughts(const QJsonObject& content) {
  QStringList parts;
  const QJsonArray list = content.value(Key("thoughts")).toArray();
  for (const QJsonValue& value : list) {
    const QJsonObject thought = value.toObject();
    const QString summary = thought.value(Key("summary")).toString();
    const QString text = thought.value(Key("content")).toString();
    if (!summary.isEmpty()) parts.append(QStringLiteral("**%1**").arg(summary));
    if (!text.isEmpty()) parts.append(text);
  }
  return parts.join(QLatin1String("\n\n"));
}

/// What is neither text nor code: the fields that hold something to read.
[[nodiscard]] QString otherContent(const QJsonObject& content, const QString& type) {
  for (const char* key : {"text", "result", "content"}) {
    if (const QString text = content.value(Key(key)).toString(); !text.isEmpty()) return text;
  }
  if (const QString text = foreignText(content.value(Key("parts"))); !text.isEmpty()) return text;
  return type.isEmpty() ? QString() : missingPart(type);
}

[[nodiscard]] TreeBuilder::Node nodeOf(const QJsonObject& message) {
  const QString role = message.value(Key("author")).toObject().value(Key("role")).toString();
  const QJsonObject content = message.value(Key("content")).toObject();
  const QJsonObject facts = message.value(Key("metadata")).toObject();
  const QString type = content.value(Key("content_type")).toString();
  TreeBuilder::Node node;
  // Written by the program for the model, never shown there.
  const bool isHidden = facts.value(Key("is_visually_hidden_from_conversation")).toBool() || type == Key("user_editable_context") ||
                        type == Key("model_editable_context") || type == Key("reasoning_recap");
  if (isHidden || content.isEmpty()) {
    node.isMessage = false;
    return node;
  }
  if (type == Key("text") || type == Key("multimodal_text")) {
    node = foreignNode(role, foreignText(content.value(Key("parts"))));
  } else if (type == Key("thoughts")) {
    node = foreignNode(role, {});
    node.thinking = thoughts(content);
  } else if (type == Key("code")) {
    const QString language = content.value(Key("language")).toString();
    node = foreignNode(role, {});
    node.message.content = codeBlock(content.value(Key("text")).toString(), language == Key("unknown") ? QString() : language);
  } else {
    node = foreignNode(role, otherContent(content, type));
  }
  node.message.createdAt = foreignTime(message.value(Key("create_time")));
  if (node.message.role == MessageRole::Assistant) {
    node.message.modelName = facts.value(Key("model_slug")).toString();
    if (message.value(Key("status")).toString() == Key("in_progress")) node.message.status = MessageStatus::Interrupted;
  }
  return node;
}

/// Ids in the order of the children's lists, because an object of JSON has none: level by level, then what no list names, oldest first.
[[nodiscard]] QStringList orderedIds(const QJsonObject& mapping) {
  QStringList ids;
  QSet<QString> seen;
  const auto take = [&](const QString& id) {
    if (!mapping.contains(id) || seen.contains(id)) return;
    seen.insert(id);
    ids.append(id);
  };
  QStringList roots;
  for (auto node = mapping.begin(); node != mapping.end(); ++node) {
    if (!mapping.contains(node.value().toObject().value(Key("parent")).toString())) roots.append(node.key());
  }
  for (const QString& root : std::as_const(roots)) take(root);
  qsizetype at = 0;
  const auto follow = [&] {
    for (; at < ids.size(); ++at) {
      const QJsonArray children = mapping.value(ids[at]).toObject().value(Key("children")).toArray();
      for (const QJsonValue& child : children) take(child.toString());
    }
  };
  follow();
  QList<QPair<double, QString>> rest;
  for (auto node = mapping.begin(); node != mapping.end(); ++node) {
    if (seen.contains(node.key())) continue;
    rest.append({node.value().toObject().value(Key("message")).toObject().value(Key("create_time")).toDouble(), node.key()});
  }
  std::sort(rest.begin(), rest.end());
  for (const auto& [time, id] : std::as_const(rest)) {
    take(id);
    follow();
  }
  return ids;
}

}  // namespace

std::optional<ForeignChat> readChatGpt(const QJsonObject& chat) {
  if (!chat.value(Key("mapping")).isObject()) return std::nullopt;
  const QJsonObject mapping = chat.value(Key("mapping")).toObject();
  TreeBuilder builder(TreeBuilder::Keep::Readable);
  const QStringList ids = orderedIds(mapping);
  QHash<QString, QString> listed;  // the parent whose list names a node
  for (const QString& id : ids) {
    const QJsonArray children = mapping.value(id).toObject().value(Key("children")).toArray();
    for (const QJsonValue& child : children) {
      if (!listed.contains(child.toString())) listed.insert(child.toString(), id);
    }
  }
  for (const QString& id : ids) {
    const QJsonObject object = mapping.value(id).toObject();
    TreeBuilder::Node node = nodeOf(object.value(Key("message")).toObject());
    const QString parent = object.value(Key("parent")).toString();
    node.id = id;
    node.parent = mapping.contains(parent) ? parent : listed.value(id);
    builder.add(std::move(node));
  }
  const ChatRow row = foreignChatRow(chat.value(Key("title")).toString(), foreignTime(chat.value(Key("create_time"))),
                                     foreignTime(chat.value(Key("update_time"))));
  const QString id = chat.value(Key("conversation_id")).toString(chat.value(Key("id")).toString());
  return ForeignChat{builder.finish(row, chat.value(Key("current_node")).toString()), id};
}
