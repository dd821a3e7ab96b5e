// Conversations of LM Studio: a list of messages, each with versions, each of those with one step or several.
#include <QJsonDocument>
#include <algorithm>

#include "exchange/foreign_chats.h"
#include "exchange/foreign_values.h"

namespace {

using Key = QLatin1String;

[[nodiscard]] QString named(const QString& what, const QJsonObject& part) {
  const QString name = part.value(Key("name")).toString(part.value(Key("toolRequest")).toObject().value(Key("name")).toString());
  return name.isEmpty() ? what : QStringLiteral("%1 %2").arg(what, name);
}

[[nodiscard]] QString partText(const QJsonValue& value) {
  const QJsonObject part = value.toObject();
  const QString type = part.value(Key("type")).toString();
  if (type == Key("toolCallRequest")) {
    const QJsonDocument parameters(part.value(Key("parameters")).toObject());
    return codeBlock(named(QStringLiteral("tool"), part) + u' ' + QString::fromUtf8(parameters.toJson(QJsonDocument::Compact)));
  }
  if (type == Key("toolCallResult")) return codeBlock(foreignText(part.value(Key("content"))));
  if (type == Key("file"))
    return missingPart(part.value(Key("fileType")).toString(QStringLiteral("file")), part.value(Key("name")).toString());
  return foreignText(value);
}

[[nodiscard]] QString contentText(const QJsonValue& content) {
  if (!content.isArray()) return foreignText(content);
  QStringList parts;
  const QJsonArray list = content.toArray();
  for (const QJsonValue& part : list) {
    if (const QString text = partText(part); !text.isEmpty()) parts.append(text);
  }
  return parts.join(u'\n');
}

void addStep(TreeBuilder::Node& node, const QJsonObject& step) {
  if (step.value(Key("type")).toString() != Key("contentBlock")) return;  // notes of the program about its own work
  const QString text = contentText(step.value(Key("content")));
  const bool isThinking = step.value(Key("style")).toObject().value(Key("type")).toString() == Key("thinking");
  QString& target = isThinking ? node.thinking : node.message.content;
  if (!target.isEmpty() && !text.isEmpty()) target += QLatin1String("\n\n");
  target += text;
  const QJsonObject made = step.value(Key("genInfo")).toObject();
  if (const QString model = made.value(Key("identifier")).toString(made.value(Key("indexedModelIdentifier")).toString()); !model.isEmpty())
    node.message.modelName = model;
  const QJsonObject stats = made.value(Key("stats")).toObject();
  if (stats.isEmpty()) return;
  node.message.stats.promptTokens = stats.value(Key("promptTokensCount")).toInt();
  node.message.stats.generatedTokens = stats.value(Key("predictedTokensCount")).toInt();
  node.message.stats.firstTokenSeconds = stats.value(Key("timeToFirstTokenSec")).toDouble();
  node.message.stats.tokensPerSecond = stats.value(Key("tokensPerSecond")).toDouble();
}

[[nodiscard]] TreeBuilder::Node nodeOf(const QJsonObject& version) {
  const QString sender = version.value(Key("senderInfo")).toObject().value(Key("senderName")).toString();
  if (!version.value(Key("steps")).isArray()) {
    TreeBuilder::Node node = foreignNode(version.value(Key("role")).toString(), contentText(version.value(Key("content"))));
    takeThinking(node);
    if (node.message.role == MessageRole::Assistant) node.message.modelName = sender;
    return node;
  }
  TreeBuilder::Node node = foreignNode(version.value(Key("role")).toString(QStringLiteral("assistant")), {});
  node.message.modelName = sender;
  const QJsonArray steps = version.value(Key("steps")).toArray();
  for (const QJsonValue& step : steps) addStep(node, step.toObject());
  if (node.thinking.isEmpty()) takeThinking(node);
  return node;
}

}  // namespace

std::optional<ForeignChat> readLmStudio(const QJsonObject& chat) {
  if (!chat.value(Key("messages")).isArray()) return std::nullopt;
  TreeBuilder builder(TreeBuilder::Keep::Readable);
  QString above;
  if (const QString system = chat.value(Key("systemPrompt")).toString(); !system.trimmed().isEmpty()) {
    TreeBuilder::Node node = foreignNode(QStringLiteral("system"), system);
    node.id = above = QStringLiteral("system");
    builder.add(std::move(node));
  }
  const QJsonArray messages = chat.value(Key("messages")).toArray();
  for (qsizetype i = 0; i < messages.size(); ++i) {
    const QJsonArray versions = messages[i].toObject().value(Key("versions")).toArray();
    if (versions.isEmpty()) continue;
    // What follows belongs to the version that is shown.
    const qsizetype shown =
        std::clamp<qsizetype>(messages[i].toObject().value(Key("currentlySelected")).toInteger(), 0, versions.size() - 1);
    const QString parent = above;
    for (qsizetype v = 0; v < versions.size(); ++v) {
      TreeBuilder::Node node = nodeOf(versions[v].toObject());
      node.id = QStringLiteral("%1/%2").arg(i).arg(v);
      node.parent = parent;
      if (v == shown) above = node.id;
      builder.add(std::move(node));
    }
  }
  const ChatRow row = foreignChatRow(chat.value(Key("name")).toString(), foreignTime(chat.value(Key("createdAt"))),
                                     foreignTime(chat.value(Key("assistantLastMessagedAt"))));
  return ForeignChat{builder.finish(row, above), QString()};
}
