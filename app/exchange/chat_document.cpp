#include "exchange/chat_document.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>
#include <vector>

#include "text/markdown_stream.h"
#include "text/plain_line.h"
#include "text/thinking_marks.h"

namespace {

constexpr qsizetype kLongestName = 80;
constexpr const char* kContext = "ChatDocument";

[[nodiscard]] QString translated(const char* text) {
  return QCoreApplication::translate(kContext, text);
}

/// Where each message stands in its branch, from 1.
[[nodiscard]] std::vector<int> places(const ConversationTree& tree) {
  std::vector<int> place(static_cast<size_t>(tree.messages.size()) + 1, 0);
  for (const MessageRow& message : tree.messages) place[static_cast<size_t>(message.id)] = place[static_cast<size_t>(message.parentId)] + 1;
  return place;
}

}  // namespace

QList<DocumentPart> documentParts(const ConversationTree& tree, const DocumentOptions& options) {
  QList<DocumentPart> parts{{QString(), shownBranch(tree)}};
  if (!options.allBranches) return parts;
  std::vector<bool> taken(static_cast<size_t>(tree.messages.size()) + 1, false);
  for (const qint64 id : std::as_const(parts.first().ids)) taken[static_cast<size_t>(id)] = true;
  const std::vector<int> place = places(tree);
  std::vector<qint64> newestChild(taken.size(), 0);
  for (const MessageRow& message : tree.messages) {
    if (!taken[static_cast<size_t>(message.id)]) newestChild[static_cast<size_t>(message.parentId)] = message.id;
  }
  for (const MessageRow& message : tree.messages) {
    if (taken[static_cast<size_t>(message.id)]) continue;
    DocumentPart part;
    part.heading =
        translated(QT_TRANSLATE_NOOP("ChatDocument", "Another version from message %1 on")).arg(place[static_cast<size_t>(message.id)]);
    for (qint64 id = message.id; id != 0 && !taken[static_cast<size_t>(id)]; id = newestChild[static_cast<size_t>(id)]) {
      taken[static_cast<size_t>(id)] = true;
      part.ids.append(id);
    }
    parts.append(part);
  }
  return parts;
}

AnswerParts answerParts(const QString& stored) {
  MarkdownStream stream;
  stream.append(stored);
  AnswerParts parts;
  parts.text = ThinkingMarks::plain(stored.mid(stream.answerStart()));
  QString before = stored.left(stream.answerStart());  // the thinking and its marks
  const qsizetype begin = before.indexOf(kThinkBegin);
  const qsizetype end = before.lastIndexOf(kThinkEnd);
  if (end >= 0) before.truncate(end);
  if (begin >= 0) before.remove(0, begin + kThinkBegin.size());
  parts.thinking = ThinkingMarks::plain(before).trimmed();
  return parts;
}

QString documentTitle(const ConversationTree& tree) {
  const QString title = plainLine(tree.chat.title).trimmed();
  return title.isEmpty() ? translated(QT_TRANSLATE_NOOP("ChatDocument", "Untitled chat")) : title;
}

QString documentTime(const QDateTime& time) {
  return time.isValid() ? QLocale().toString(time.toLocalTime(), QLocale::ShortFormat) : QString();
}

QString documentAuthor(const MessageRow& message) {
  if (message.role == MessageRole::User) return translated(QT_TRANSLATE_NOOP("ChatDocument", "You"));
  QStringList names{message.modelName.isEmpty() ? translated(QT_TRANSLATE_NOOP("ChatDocument", "Assistant"))
                                                : plainLine(message.modelName)};
  for (const AnswerAdapter& adapter : message.adapters) names.append(plainLine(adapter.name));
  return names.join(QLatin1String(" + "));
}

QString documentRemark(const MessageRow& message) {
  switch (message.status) {
    case MessageStatus::Stopped:
      return translated(QT_TRANSLATE_NOOP("ChatDocument", "This answer was stopped."));
    case MessageStatus::Interrupted:
      return translated(QT_TRANSLATE_NOOP("ChatDocument", "This answer was interrupted."));
    case MessageStatus::Full:
      return translated(QT_TRANSLATE_NOOP("ChatDocument", "This answer ended because the context was full."));
    case MessageStatus::Failed:
      return translated(QT_TRANSLATE_NOOP("ChatDocument", "This answer failed."));
    default:
      return {};
  }
}

QString documentOrigin(const ConversationTree& tree, const DocumentOptions& options) {
  QStringList models;
  QDateTime last;
  const QList<DocumentPart> parts = documentParts(tree, options);
  for (const DocumentPart& part : parts) {
    for (const qint64 id : part.ids) {
      const MessageRow& message = tree.messages[id - 1];
      if (message.role != MessageRole::Assistant) continue;
      if (const QString author = documentAuthor(message); !models.contains(author)) models.append(author);
      if (!last.isValid() || message.createdAt > last) last = message.createdAt;
    }
  }
  if (models.isEmpty()) return {};
  const QString names = models.join(QLatin1String(", "));
  if (!last.isValid()) return translated(QT_TRANSLATE_NOOP("ChatDocument", "Written with Hearth by %1")).arg(names);
  return translated(QT_TRANSLATE_NOOP("ChatDocument", "Written with Hearth by %1 on %2"))
      .arg(names, QLocale().toString(last.toLocalTime().date(), QLocale::LongFormat));
}

QString thinkingHeading() {
  return translated(QT_TRANSLATE_NOOP("ChatDocument", "Thinking"));
}

QString documentFileName(const QString& title) {
  static const QRegularExpression unsafe(QStringLiteral("[\\x00-\\x1f\\x7f\\\\/:*?\"<>|]+"));
  // Names that Windows keeps for devices, with whatever ending.
  static const QRegularExpression device(QStringLiteral("^(con|prn|aux|nul|com\\d|lpt\\d)(\\.|$)"),
                                         QRegularExpression::CaseInsensitiveOption);
  QString name = plainLine(title).replace(unsafe, QStringLiteral(" ")).simplified().left(kLongestName);
  if (!name.isEmpty() && name.back().isHighSurrogate()) name.chop(1);
  while (name.startsWith(u'.') || name.startsWith(u' ')) name.remove(0, 1);
  while (name.endsWith(u'.') || name.endsWith(u' ')) name.chop(1);
  if (device.match(name).hasMatch()) name.prepend(u'_');
  return name.isEmpty() ? translated(QT_TRANSLATE_NOOP("ChatDocument", "Untitled chat")) : name;
}
