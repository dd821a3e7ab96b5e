// Chats as documents: everything is in them, nothing of it is markup.
#include <gtest/gtest.h>

#include <QBuffer>
#include <QRegularExpression>

#include "app/support/random_tree.h"
#include "exchange/chat_html.h"
#include "exchange/chat_markdown.h"
#include "services/chat_pdf.h"

namespace {

MessageRow row(qint64 id, qint64 parent, MessageRole role, const QString& text) {
  MessageRow message;
  message.id = id;
  message.parentId = parent;
  message.role = role;
  message.content = text;
  message.createdAt = QDateTime::fromMSecsSinceEpoch(1'700'000'000'000LL, Qt::UTC);
  return message;
}

/// Two answers to one question, of which the second is shown.
ConversationTree forked() {
  ConversationTree tree;
  tree.chat.title = QStringLiteral("Bread & <b>butter</b>");
  tree.messages = {
      row(1, 0, MessageRole::User, QStringLiteral("How?\n<script>alert(1)</script> & 面包")),
      row(2, 1, MessageRole::Assistant, QStringLiteral("First **answer**.")),
      row(3, 1, MessageRole::Assistant,
          QStringLiteral("<think>Secret <i>plan</i>.</think>\n\nSecond answer.\n\n```cpp\nif (a < b) return \"x\";\n```\n\n| a | b "
                         "|\n|---|--:|\n| 1 | <u>2</u> |\n\n<img src=x onerror=alert(1)>")),
      row(4, 2, MessageRole::User, QStringLiteral("Go on.")), row(5, 4, MessageRole::Assistant, QStringLiteral("Going on. 🍞"))};
  tree.messages[2].modelName = QStringLiteral("Ember\"><script>");
  tree.messages[4].status = MessageStatus::Stopped;
  tree.chat.headId = 3;
  return tree;
}

/// Tags that are not ours.
QString foreignTag(const QString& html) {
  static const QRegularExpression known(QStringLiteral(
      "</"
      "?(html|head|body|title|style|h[1-6]|p|b|i|s|u?l|ol|li|blockquote|pre|code|table|tr|th|td|article|header|div|details|summary|hr|br|"
      "span|a)"
      "( (class|style|href|align|border|cellspacing|cellpadding|width|bgcolor|start)=\"[^\"<>]*\")*>|<meta [^<>]*>|<!DOCTYPE html>"));
  QString rest = html;
  rest.remove(QRegularExpression(QStringLiteral("<style>.*</style>"), QRegularExpression::DotMatchesEverythingOption));
  rest.remove(known);
  static const QRegularExpression other(QStringLiteral("[<>].{0,40}"));
  return other.match(rest).captured();
}

TEST(ChatDocument, OnlyTheShownBranchUnlessAsked) {
  const QString shown = chatMarkdown(forked(), {});
  EXPECT_TRUE(shown.startsWith(QLatin1String("# Bread \\& \\<b\\>butter\\</b\\>")));
  EXPECT_TRUE(shown.contains(QLatin1String("Second answer.")));
  EXPECT_FALSE(shown.contains(QLatin1String("First")));
  const QString all = chatMarkdown(forked(), {true, false});
  for (const char* text :
       {"Second answer.", "First **answer**.", "Go on.", "Another version from message 2 on", "This answer was stopped."})
    EXPECT_EQ(all.count(QLatin1String(text)), 1) << text;
  EXPECT_LT(all.indexOf(QLatin1String("Second answer.")), all.indexOf(QLatin1String("First")));
}

TEST(ChatDocument, ThinkingOnlyWhenAsked) {
  EXPECT_FALSE(chatMarkdown(forked(), {}).contains(QLatin1String("Secret")));
  EXPECT_TRUE(chatMarkdown(forked(), {false, true}).contains(QLatin1String("> Secret <i>plan</i>.")));
  EXPECT_FALSE(chatHtml(forked(), {}).contains(QLatin1String("Secret")));
  EXPECT_TRUE(chatHtml(forked(), {false, true}).contains(QLatin1String("<details><summary>Thinking</summary>")));
}

TEST(ChatDocument, HtmlHoldsTheTextAndNoneOfItsMarkup) {
  for (const bool isPrint : {false, true}) {
    const DocumentOptions options{true, true};
    const QString html = isPrint ? chatPrintHtml(forked(), options) : chatHtml(forked(), options);
    EXPECT_TRUE(foreignTag(html).isEmpty()) << qPrintable(foreignTag(html));
    EXPECT_TRUE(html.contains(QLatin1String("&lt;script&gt;alert(1)&lt;/script&gt; &amp; 面包")) ||
                html.contains(QString::fromUtf8("&lt;script&gt;alert(1)&lt;/script&gt; &amp; 面包")));
    EXPECT_TRUE(html.contains(QLatin1String("if (a &lt; b) return &quot;x&quot;;")));
    EXPECT_TRUE(html.contains(QLatin1String("<b>answer</b>")));
    EXPECT_TRUE(html.contains(QLatin1String("&lt;img src=x onerror=alert(1)&gt;")));
  }
  const QString html = chatHtml(forked(), {});
  EXPECT_TRUE(html.contains(QLatin1String("<pre><code>")));
  EXPECT_TRUE(html.contains(QLatin1String("prefers-color-scheme: dark")));
  EXPECT_TRUE(html.contains(QLatin1String("default-src 'none'")));
  EXPECT_FALSE(html.contains(QLatin1String("<script")));
}

TEST(ChatDocument, HtmlOfRandomChatsIsOurs) {
  hearth_test::RandomTrees random(99);
  for (int i = 0; i < 60; ++i) {
    const ConversationTree tree = random.next();
    const QString html = chatHtml(tree, {true, true});
    ASSERT_TRUE(foreignTag(html).isEmpty()) << i << ' ' << qPrintable(foreignTag(html));
    // Every message once.
    ASSERT_EQ(html.count(QLatin1String("<article")), tree.messages.size());
  }
}

TEST(ChatDocument, LongChainsWithManyForks) {
  ConversationTree tree;
  for (int i = 1; i <= 50'000; ++i) tree.messages.append(row(i, i % 3 == 0 ? i - 2 : i - 1, MessageRole::User, QString::number(i)));
  tree.chat.headId = newestLeaf(tree);
  qsizetype count = 0;
  const QList<DocumentPart> parts = documentParts(tree, {true, false});
  for (const DocumentPart& part : parts) count += part.ids.size();
  EXPECT_EQ(count, tree.messages.size());
}

TEST(ChatDocument, NamesOfFilesAreSafe) {
  EXPECT_EQ(documentFileName(QStringLiteral("../../etc/passwd")), QLatin1String("etc passwd"));
  EXPECT_EQ(documentFileName(QStringLiteral("a/b\\c:d*e?\"f<g>|h")), QLatin1String("a b c d e f g h"));
  EXPECT_EQ(documentFileName(QStringLiteral("CON")), QLatin1String("_CON"));
  EXPECT_EQ(documentFileName(QStringLiteral("lpt1.txt")), QLatin1String("_lpt1.txt"));
  EXPECT_EQ(documentFileName(QStringLiteral("dots...")), QLatin1String("dots"));
  EXPECT_EQ(documentFileName(QStringLiteral("兔子 🐇")), QStringLiteral("兔子 🐇"));
  EXPECT_EQ(documentFileName(QString()), QLatin1String("Untitled chat"));
  EXPECT_EQ(documentFileName(QStringLiteral("\n\t/")), QLatin1String("Untitled chat"));
  EXPECT_LE(documentFileName(QString(500, u'x')).size(), 80);
}

TEST(ChatDocument, PdfHasPagesAndATitle) {
  ConversationTree tree = forked();
  for (int i = 6; i < 80; ++i) tree.messages.append(row(i, i - 1, MessageRole::User, QStringLiteral("Line of text 行 ").repeated(60)));
  tree.messages[5].parentId = 3;
  tree.chat.headId = 79;
  QByteArray pdf;
  QBuffer buffer(&pdf);
  ASSERT_TRUE(buffer.open(QIODevice::WriteOnly));
  ASSERT_TRUE(writeChatPdf(buffer, tree, {}, QStringLiteral("Hearth 1"), [] { return true; }));
  EXPECT_TRUE(pdf.startsWith("%PDF-1."));
  EXPECT_TRUE(pdf.trimmed().endsWith("%%EOF"));
  EXPECT_GT(pdf.count("/Type /Page\n"), 3);
  EXPECT_TRUE(pdf.contains("/FontFile"));  // embedded
}

TEST(ChatDocument, PdfStopsWhenAsked) {
  QByteArray pdf;
  QBuffer buffer(&pdf);
  ASSERT_TRUE(buffer.open(QIODevice::WriteOnly));
  EXPECT_FALSE(writeChatPdf(buffer, forked(), {}, QString(), [] { return false; }));
}

}  // namespace
