#include "exchange/chat_markdown.h"

namespace {

/// A title or a name inside a line of Markdown.
[[nodiscard]] QString escapedLine(const QString& text) {
  QString line;
  for (const QChar c : text) {
    if (QStringView(u"\\`*_[]<>#|~&").contains(c)) line += u'\\';
    line += c;
  }
  return line;
}

[[nodiscard]] QString quoted(const QString& text) {
  QStringList lines = text.split(u'\n');
  for (QString& line : lines) line = line.isEmpty() ? QStringLiteral(">") : QStringLiteral("> ") + line;
  return lines.join(u'\n');
}

void addMessage(QString& out, const MessageRow& message, const DocumentOptions& options) {
  const QString time = documentTime(message.createdAt);
  out += QStringLiteral("## %1\n\n").arg(escapedLine(documentAuthor(message)));
  if (!time.isEmpty()) out += QStringLiteral("*%1*\n\n").arg(escapedLine(time));
  const bool isAnswer = message.role == MessageRole::Assistant;
  const AnswerParts parts = isAnswer ? answerParts(message.content) : AnswerParts{QString(), message.content};
  if (options.thinking && !parts.thinking.isEmpty())
    out += QStringLiteral("> **%1**\n>\n%2\n\n").arg(escapedLine(thinkingHeading()), quoted(parts.thinking));
  const QString text = parts.text.trimmed();
  if (!text.isEmpty()) out += text + QLatin1String("\n\n");
  if (const QString remark = documentRemark(message); !remark.isEmpty()) out += QStringLiteral("*%1*\n\n").arg(escapedLine(remark));
}

}  // namespace

QString chatMarkdown(const ConversationTree& tree, const DocumentOptions& options) {
  QString out = QStringLiteral("# %1\n\n").arg(escapedLine(documentTitle(tree)));
  const QList<DocumentPart> parts = documentParts(tree, options);
  for (const DocumentPart& part : parts) {
    if (!part.heading.isEmpty()) out += QStringLiteral("---\n\n# %1\n\n").arg(escapedLine(part.heading));
    for (const qint64 id : part.ids) addMessage(out, tree.messages[id - 1], options);
  }
  const QString origin = options.watermark ? documentOrigin(tree, options) : QString();
  if (!origin.isEmpty()) out += QStringLiteral("---\n\n*%1*\n").arg(escapedLine(origin));
  return out;
}
