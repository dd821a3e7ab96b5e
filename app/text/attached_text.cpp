#include "text/attached_text.h"

#include <QRegularExpression>
#include <algorithm>

#include "text/backticks.h"
#include "text/plain_line.h"

namespace {

/// What may stand between quotation marks behind a fence.
[[nodiscard]] QString safeName(const QString& name) {
  QString safe = plainLine(name);
  safe.replace(u'"', u'\'').replace(u'`', u'\'');
  return safe.isEmpty() ? QStringLiteral("text") : safe;
}

/// The ending of a file name as the language of a block.
[[nodiscard]] QString languageOf(const QString& name) {
  static const QRegularExpression ending(QStringLiteral("\\.([A-Za-z0-9+#]{1,10})$"));
  const QRegularExpressionMatch match = ending.match(name);
  return match.hasMatch() ? match.captured(1).toLower() : QStringLiteral("text");
}

[[nodiscard]] QString leftOut(qsizetype characters) {
  return QStringLiteral("\n[... %1 characters left out ...]\n").arg(characters);
}

/// No half of a character at either side of a cut.
[[nodiscard]] qsizetype cutBefore(const QString& text, qsizetype at) {
  return at > 0 && at < text.size() && text[at].isLowSurrogate() ? at - 1 : at;
}

}  // namespace

QString withAttachedTexts(const QList<AttachedText>& files, const QString& text) {
  QString message;
  for (const AttachedText& file : files) {
    const QString fence = fenceFor(file.text);
    const QString name = safeName(file.name);
    // Empty lines at the end say nothing, and one of them would be lost each time the message is taken apart.
    QStringView inside = file.text;
    while (inside.endsWith(u'\n')) inside.chop(1);
    message += fence + languageOf(name) + QStringLiteral(" title=\"") + name + QStringLiteral("\"\n");
    message += inside;
    message += u'\n' + fence + QStringLiteral("\n\n");
  }
  message += text;
  while (text.isEmpty() && message.endsWith(u'\n')) message.chop(1);
  return message;
}

MessageParts messageParts(const QString& message) {
  static const QRegularExpression opening(QStringLiteral("\\G(`{3,})[^\\s`\"]* title=\"([^\"`\\n]+)\"\\n"));
  MessageParts parts;
  qsizetype at = 0;
  while (message.size() > at && message[at] == u'`') {
    const QRegularExpressionMatch match = opening.match(message, at);
    if (!match.hasMatch()) break;
    const QString fence = match.captured(1);
    const qsizetype begin = match.capturedEnd();
    // The end is the first line that is the fence and nothing else.
    qsizetype end = message.indexOf(u'\n' + fence, begin - 1);
    const auto isWhole = [&](qsizetype found) {
      const qsizetype behind = found + 1 + fence.size();
      return behind == message.size() || message[behind] == u'\n';
    };
    while (end >= 0 && !isWhole(end)) end = message.indexOf(u'\n' + fence, end + 1);
    if (end < 0) break;
    parts.files.append({match.captured(2), end < begin ? QString() : message.mid(begin, end - begin)});
    at = end + 1 + fence.size();
    while (at < message.size() && message[at] == u'\n') ++at;
  }
  parts.text = message.mid(at);
  return parts;
}

QString withTypedText(const QString& message, const QString& text) {
  const qsizetype typed = messageParts(message).text.size();
  QString head = message.left(message.size() - typed);
  if (head.isEmpty()) return text;
  while (head.endsWith(u'\n')) head.chop(1);
  return text.isEmpty() ? head : head + QStringLiteral("\n\n") + text;
}

QString readableMessage(const QString& message) {
  const MessageParts parts = messageParts(message);
  if (parts.files.isEmpty()) return message;
  QStringList pieces;
  if (!parts.text.trimmed().isEmpty()) pieces.append(parts.text.trimmed());
  for (const AttachedText& file : parts.files) {
    const QString fence = fenceFor(file.text);
    pieces.append(QStringLiteral("`%1`\n\n").arg(file.name) + fence + languageOf(file.name) + u'\n' + file.text + u'\n' + fence);
  }
  return pieces.join(QStringLiteral("\n\n"));
}

QString cutFileName(const QString& message) {
  static const QRegularExpression opening(QStringLiteral("^`{3,}[^\\s`\"]*"));
  if (messageParts(message).text != message) return {};
  const QRegularExpressionMatch match = opening.match(message);
  if (!match.hasMatch()) return {};
  const QStringView rest = QStringView(message).mid(match.capturedEnd());
  const QString mark = QStringLiteral(" title=\"");
  if (!rest.startsWith(mark)) return !rest.isEmpty() && QStringView(mark).startsWith(rest) ? QString(QChar(0x2026)) : QString();
  const QString name = rest.mid(mark.size()).toString().section(u'"', 0, 0);
  return name.isEmpty() ? QString(QChar(0x2026)) : name.contains(u'\n') ? QString() : name;
}

QString messageWithoutFences(const QString& message) {
  QStringList pieces;
  const MessageParts parts = messageParts(message);
  for (const AttachedText& file : parts.files) pieces.append({file.name, file.text});
  const QString cut = cutFileName(parts.text);
  if (!cut.isEmpty()) pieces.append(cut);
  pieces.append(cut.isEmpty() ? parts.text : parts.text.section(u'\n', 1));
  return pieces.join(u'\n');
}

QString beginningOf(const QString& text, qsizetype mostCharacters) {
  if (text.size() <= mostCharacters) return text;
  const qsizetype cut = cutBefore(text, std::max<qsizetype>(mostCharacters, 0));
  return text.left(cut) + leftOut(text.size() - cut);
}

QString endsOf(const QString& text, qsizetype mostCharacters) {
  if (text.size() <= mostCharacters) return text;
  const qsizetype half = std::max<qsizetype>(mostCharacters, 0) / 2;
  const qsizetype cut = cutBefore(text, half);
  const qsizetype rest = cutBefore(text, text.size() - half);
  return text.left(cut) + leftOut(rest - cut) + text.mid(rest);
}
