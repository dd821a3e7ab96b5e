#include "exchange/chat_html.h"

#include <algorithm>

#include "text/markdown_stream.h"
#include "text/sanitised_html.h"

namespace {

constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --window: #fdfcfa; --text: #24201c; --muted: #6a635a; --bubble: #f1ede6; --code: #f6f3ee; --line: #e6e0d8; --accent: #bf4a1d; }
@media (prefers-color-scheme: dark) { :root { --window: #1b1a18; --text: #ece8e2; --muted: #aba49a; --bubble: #2d2a27; --code: #141311; --line: #37332f; --accent: #f08a5b; } }
body { margin: 0 auto; max-width: 46rem; padding: 2rem 1.25rem 4rem; background: var(--window); color: var(--text); font: 1rem/1.6 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.3; } h2, h3, h4, h5, h6 { line-height: 1.3; margin: 1.2em 0 0.5em; }
.branch { margin-top: 3rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
article { margin: 1.5rem 0; } header { color: var(--muted); font-size: 0.85rem; margin-bottom: 0.4rem; } header b { color: var(--text); }
.user .text { background: var(--bubble); border-radius: 12px; padding: 0.75rem 1rem; white-space: pre-wrap; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: 8px; padding: 0.75rem 1rem; overflow-x: auto; }
pre, code { font-family: ui-monospace, "Noto Sans Mono", monospace; font-size: 0.9em; overflow-wrap: normal; }
table { border-collapse: collapse; display: block; overflow-x: auto; } th, td { border: 1px solid var(--line); padding: 0.35rem 0.7rem; }
blockquote { margin: 1em 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--muted); }
details { color: var(--muted); border-left: 3px solid var(--line); padding-left: 1rem; margin-bottom: 1rem; } summary { cursor: pointer; }
hr { border: 0; border-top: 1px solid var(--line); } a { color: var(--accent); } .remark { color: var(--muted); font-style: italic; }
@media print { body { max-width: none; } pre { white-space: pre-wrap; } }
)";

constexpr const char* kPrintStyle =
    "body { font-family: 'Noto Sans', 'Noto Sans CJK SC', sans-serif; font-size: 10pt; }"
    "h1 { font-size: 17pt; } h2 { font-size: 13pt; } h3 { font-size: 11.5pt; } h4, h5, h6 { font-size: 10.5pt; }"
    "pre, code { font-family: monospace, 'DejaVu Sans Mono', 'Noto Sans Mono', Consolas; font-size: 8.5pt; }"
    "pre { background-color: #f6f3ee; margin-bottom: 8px; } .meta, .remark, .thinking { color: #6a635a; font-size: 8.5pt; } a { color: "
    "#bf4a1d; }";

enum class Medium { Browser, Print };

[[nodiscard]] QString tableHtml(const MarkdownBlock& block, Medium medium) {
  QString out =
      medium == Medium::Print
          ? QStringLiteral(
                "<table border=\"1\" cellspacing=\"0\" cellpadding=\"4\" style=\"border-collapse: collapse; border-color: #cfc6bb\">")
          : QStringLiteral("<table>");
  for (qsizetype row = 0; row < block.rows.size(); ++row) {
    const QString cell = row == 0 ? QStringLiteral("th") : QStringLiteral("td");
    out += QLatin1String("<tr>");
    for (qsizetype column = 0; column < block.rows[row].size(); ++column) {
      const QString alignment = block.alignments.value(column, QStringLiteral("left"));
      // Written by us, and yet only the three words that we know.
      const QString safe = alignment == QLatin1String("right") || alignment == QLatin1String("center") ? alignment : QStringLiteral("left");
      out += medium == Medium::Print ? QStringLiteral("<%1 align=\"%2\">%3</%1>").arg(cell, safe, block.rows[row][column])
                                     : QStringLiteral("<%1 style=\"text-align: %2\">%3</%1>").arg(cell, safe, block.rows[row][column]);
    }
    out += QLatin1String("</tr>\n");
  }
  return out + QLatin1String("</table>\n");
}

/// Html of blocks is our own (text/sanitised_html.h); code is plain text.
[[nodiscard]] QString blockHtml(const MarkdownBlock& block, Medium medium) {
  switch (block.kind) {
    case MarkdownBlock::Kind::Paragraph:
      return QStringLiteral("<p>%1</p>\n").arg(block.html);
    case MarkdownBlock::Kind::Heading:
      // The title of the chat is level 1.
      return QStringLiteral("<h%1>%2</h%1>\n").arg(QString::number(std::clamp(block.level + 1, 2, 6)), block.html);
    case MarkdownBlock::Kind::Code:
      return medium == Medium::Print ? QStringLiteral("<pre style=\"white-space: pre-wrap\">%1</pre>\n").arg(escapedHtml(block.code))
                                     : QStringLiteral("<pre><code>%1</code></pre>\n").arg(escapedHtml(block.code));
    case MarkdownBlock::Kind::Table:
      return tableHtml(block, medium);
    case MarkdownBlock::Kind::List:
      return block.html + u'\n';
    case MarkdownBlock::Kind::Quote:
      return block.html.startsWith(QLatin1String("<blockquote>")) ? block.html + u'\n'
                                                                  : QStringLiteral("<blockquote>%1</blockquote>\n").arg(block.html);
    case MarkdownBlock::Kind::Rule:
      return QStringLiteral("<hr>\n");
    case MarkdownBlock::Kind::Math:
      return QStringLiteral("<p align=\"center\">%1</p>\n").arg(block.html.isEmpty() ? escapedHtml(block.code) : block.html);
    case MarkdownBlock::Kind::Thinking:
      return {};  // comes before the answer, where it is wanted
  }
  return {};
}

[[nodiscard]] QString blocksHtml(const QString& markdown, Medium medium) {
  QString out;
  const QList<MarkdownBlock> blocks = MarkdownStream::parse(markdown);
  for (const MarkdownBlock& block : blocks) out += blockHtml(block, medium);
  return out;
}

[[nodiscard]] QString lineBreaks(const QString& escaped) {
  return QString(escaped).replace(u'\n', QLatin1String("<br>"));
}

[[nodiscard]] QString thinkingHtml(const QString& thinking, Medium medium) {
  const QString heading = escapedHtml(thinkingHeading());
  return medium == Medium::Print
             ? QStringLiteral("<blockquote class=\"thinking\"><b>%1</b><br>%2</blockquote>\n")
                   .arg(heading, lineBreaks(escapedHtml(thinking)))
             : QStringLiteral("<details><summary>%1</summary>\n%2</details>\n").arg(heading, blocksHtml(thinking, medium));
}

[[nodiscard]] QString messageHtml(const MessageRow& message, const DocumentOptions& options, Medium medium) {
  const bool isAnswer = message.role == MessageRole::Assistant;
  const QString author = escapedHtml(documentAuthor(message));
  const QString time = escapedHtml(documentTime(message.createdAt));
  QString out = medium == Medium::Print ? QStringLiteral("<p><b>%1</b> <span class=\"meta\">%2</span></p>\n").arg(author, time)
                                        : QStringLiteral("<article class=\"%1\"><header><b>%2</b> %3</header>\n")
                                              .arg(isAnswer ? QStringLiteral("answer") : QStringLiteral("user"), author, time);
  if (!isAnswer) {
    const QString text = escapedHtml(message.content);
    out += medium == Medium::Print
               ? QStringLiteral("<table width=\"100%\" cellpadding=\"8\"><tr><td bgcolor=\"#f1ede6\">%1</td></tr></table>\n")
                     .arg(lineBreaks(text))
               : QStringLiteral("<div class=\"text\">%1</div>\n").arg(text);
  } else {
    const AnswerParts parts = answerParts(message.content);
    if (options.thinking && !parts.thinking.isEmpty()) out += thinkingHtml(parts.thinking, medium);
    out += blocksHtml(message.content, medium);
  }
  if (const QString remark = documentRemark(message); !remark.isEmpty())
    out += QStringLiteral("<p class=\"remark\">%1</p>\n").arg(escapedHtml(remark));
  return medium == Medium::Print ? out : out + QLatin1String("</article>\n");
}

[[nodiscard]] QString bodyHtml(const ConversationTree& tree, const DocumentOptions& options, Medium medium) {
  QString out = QStringLiteral("<h1>%1</h1>\n").arg(escapedHtml(documentTitle(tree)));
  const QList<DocumentPart> parts = documentParts(tree, options);
  for (const DocumentPart& part : parts) {
    if (!part.heading.isEmpty()) {
      if (medium == Medium::Print) out += QLatin1String("<hr>\n");
      out += QStringLiteral("<h2 class=\"branch\">%1</h2>\n").arg(escapedHtml(part.heading));
    }
    for (const qint64 id : part.ids) out += messageHtml(tree.messages[id - 1], options, medium);
  }
  const QString origin = options.watermark ? documentOrigin(tree, options) : QString();
  if (!origin.isEmpty()) out += QStringLiteral("<hr>\n<p class=\"remark\">%1</p>\n").arg(escapedHtml(origin));
  return out;
}

}  // namespace

QString chatHtml(const ConversationTree& tree, const DocumentOptions& options) {
  // The policy is a second lock: what is in the file may fetch nothing and run nothing.
  return QStringLiteral(
             "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" "
             "content=\"no-referrer\">\n") +
         QStringLiteral("<title>%1</title>\n<style>").arg(escapedHtml(documentTitle(tree))) + QLatin1String(kStyle) +
         QLatin1String("</style>\n</head>\n<body>\n") + bodyHtml(tree, options, Medium::Browser) + QLatin1String("</body>\n</html>\n");
}

QString chatPrintHtml(const ConversationTree& tree, const DocumentOptions& options) {
  return QStringLiteral("<html><head><style>%1</style></head><body>").arg(QLatin1String(kPrintStyle)) +
         bodyHtml(tree, options, Medium::Print) + QLatin1String("</body></html>");
}
