#include "exchange/foreign_values.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTimeZone>
#include <algorithm>
#include <cmath>

#include "text/backticks.h"
#include "text/markdown_stream.h"
#include "text/plain_line.h"

namespace {

constexpr double kFirstMillis = 1e11;            // below it a number means seconds: it would be 1973
constexpr double kLastMillis = 4'102'444'800e3;  // the year 2100
constexpr qsizetype kLongestTitle = 200;

[[nodiscard]] QString partText(const QJsonValue& part) {
  if (part.isString()) return part.toString();
  const QJsonObject object = part.toObject();
  const QString type = object.value(QLatin1String("type")).toString(object.value(QLatin1String("content_type")).toString());
  if (object.value(QLatin1String("text")).isString()) return object.value(QLatin1String("text")).toString();
  if (type.contains(QLatin1String("image"))) return missingPart(QStringLiteral("image"));
  if (type.contains(QLatin1String("audio"))) return missingPart(QStringLiteral("audio"));
  if (type.contains(QLatin1String("video"))) return missingPart(QStringLiteral("video"));
  const QString name = object.value(QLatin1String("name")).toString();
  return type.isEmpty() && name.isEmpty() ? QString() : missingPart(type.isEmpty() ? QStringLiteral("file") : type, name);
}

/// Lines of a quote without their marks.
[[nodiscard]] QString unquoted(const QString& text) {
  QStringList lines = text.split(u'\n');
  for (QString& line : lines) {
    if (line.startsWith(QLatin1String("&gt; "))) line.remove(0, 5);
    if (line.startsWith(QLatin1String("> "))) line.remove(0, 2);
  }
  return lines.join(u'\n');
}

}  // namespace

QDateTime foreignTime(const QJsonValue& value) {
  if (value.isString()) {
    const QDateTime time = QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
    return time.isValid() ? time.toUTC() : QDateTime();
  }
  double millis = value.toDouble();
  if (!(millis > 0)) return {};
  if (millis < kFirstMillis) millis *= 1000;
  if (millis > kLastMillis) return {};
  return QDateTime::fromMSecsSinceEpoch(std::llround(millis), Qt::UTC);
}

QString foreignText(const QJsonValue& content) {
  if (!content.isArray()) return content.isObject() ? partText(content) : content.toString();
  QStringList parts;
  const QJsonArray list = content.toArray();
  for (const QJsonValue& part : list) {
    if (const QString text = partText(part); !text.isEmpty()) parts.append(text);
  }
  return parts.join(u'\n');
}

QString codeBlock(const QString& text, const QString& language) {
  const QString fence = fenceFor(text);
  QString word;
  for (const QChar c : language) {
    if (!c.isLetterOrNumber() && c != u'+' && c != u'#' && c != u'-' && c != u'_') break;
    word += c;
  }
  return QStringLiteral("%1%2\n%3\n%1").arg(fence, word, text);
}

QString missingPart(const QString& kind, const QString& name) {
  const QString plain = plainLine(name.isEmpty() ? kind : kind + QLatin1String(": ") + name).remove(u'[').remove(u']');
  return u'[' + plain + u']';
}

TreeBuilder::Node foreignNode(const QString& role, const QString& text) {
  TreeBuilder::Node node;
  const QString name = role.toLower();
  node.message.content = text;
  if (name == QLatin1String("user") || name == QLatin1String("human") || name == QLatin1String("prompter")) {
    node.message.role = MessageRole::User;
    return node;
  }
  node.message.role = MessageRole::Assistant;
  if (name == QLatin1String("system") || name == QLatin1String("developer")) {
    node.isMessage = false;
    node.message.content.clear();
    if (!text.trimmed().isEmpty()) node.preface = QStringLiteral("[%1]").arg(text.trimmed());
  } else if ((name == QLatin1String("tool") || name == QLatin1String("function") || name == QLatin1String("observation")) &&
             !text.trimmed().isEmpty()) {
    node.message.content = codeBlock(text);
  }
  return node;
}

void takeThinking(TreeBuilder::Node& node) {
  if (node.message.role != MessageRole::Assistant) return;
  QString& content = node.message.content;
  qsizetype begin = 0;
  while (begin < content.size() && content[begin].isSpace()) ++begin;
  const QStringView rest = QStringView(content).mid(begin);
  if (rest.startsWith(kThinkBegin)) {
    const qsizetype end = rest.indexOf(kThinkEnd);
    const qsizetype length = end < 0 ? rest.size() : end;
    node.thinking = rest.mid(kThinkBegin.size(), length - kThinkBegin.size()).trimmed().toString();
    content = end < 0 ? QString() : rest.mid(end + kThinkEnd.size()).trimmed().toString();
    return;
  }
  const qsizetype summary = rest.startsWith(u"<details type=\"reasoning\"") ? rest.indexOf(u"</summary>") : -1;
  const qsizetype end = summary < 0 ? -1 : rest.indexOf(u"</details>", summary);
  if (end < 0) return;
  constexpr qsizetype kSummaryMark = 10;
  constexpr qsizetype kDetailsMark = 10;
  node.thinking = unquoted(rest.mid(summary + kSummaryMark, end - summary - kSummaryMark).trimmed().toString());
  content = rest.mid(end + kDetailsMark).trimmed().toString();
}

ChatRow foreignChatRow(const QString& title, const QDateTime& createdAt, const QDateTime& updatedAt) {
  ChatRow chat;
  chat.title = title.simplified().left(kLongestTitle);
  if (!chat.title.isEmpty() && chat.title.back().isHighSurrogate()) chat.title.chop(1);
  chat.titleIsCustom = !chat.title.isEmpty();
  chat.createdAt = createdAt.isValid() ? createdAt : updatedAt;
  chat.updatedAt = updatedAt.isValid() ? updatedAt : createdAt;
  return chat;
}
