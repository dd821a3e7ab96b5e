// What is copied of parts of blocks and messages.
#include <QSignalSpy>

#include "storage/rows.h"
#include "text/markdown_stream.h"
#include "viewmodels/block_list_model.h"
#include "viewmodels/block_text.h"
#include "viewmodels/conversation_model.h"
#include "viewmodels/conversation_selection.h"

namespace {

constexpr int kEnd = 1 << 30;

[[nodiscard]] BlockText only(const QString& markdown) {
  const QList<MarkdownBlock> blocks = MarkdownStream::parse(markdown);
  EXPECT_EQ(blocks.size(), 1) << markdown.toStdString();
  return BlockText(blocks.value(0));
}

[[nodiscard]] MessageRow messageOf(qint64 id, MessageRole role, const QString& text, MessageStatus status = MessageStatus::Done) {
  MessageRow row;
  row.id = id;
  row.chatId = 1;
  row.role = role;
  row.status = status;
  row.content = text;
  return row;
}

struct Conversation {
  explicit Conversation(const QStringList& texts) {
    QList<MessageRow> path;
    for (const QString& text : texts)
      path.append(messageOf(path.size() + 1, path.size() % 2 == 0 ? MessageRole::User : MessageRole::Assistant, text));
    model.setPath(path);
    selection.setConversation(&model);
  }
  ConversationModel model;
  ConversationSelection selection;
};

}  // namespace

TEST(BlockText, ParagraphsPartAndWhole) {
  const BlockText text = only(QStringLiteral("Some **bold**, *leaning*, `code` and ~~gone~~ [link](https://a.b)."));
  EXPECT_EQ(text.plain({0, kEnd}), QStringLiteral("Some bold, leaning, code and gone link."));
  EXPECT_EQ(text.plain({5, 9}), QStringLiteral("bold"));
  EXPECT_EQ(text.markdown({5, 9}), QStringLiteral("**bold**"));
  EXPECT_EQ(text.markdown({6, 18}), QStringLiteral("**old**, *leaning*"));
  EXPECT_EQ(text.markdown({19, kEnd}), QStringLiteral(" `code` and ~~gone~~ [link](https://a.b)."));
  EXPECT_EQ(text.plain({4, 4}), QString());
  EXPECT_EQ(text.plain({-5, 4}), QStringLiteral("Some"));
  EXPECT_EQ(text.plain({400, 500}), QString());
}

TEST(BlockText, LinesOfAParagraph) {
  const BlockText text = only(QStringLiteral("one\ntwo"));
  EXPECT_EQ(text.plain({0, kEnd}), QStringLiteral("one\ntwo"));
  EXPECT_EQ(text.lineAt(5), (BlockText::Part{4, 7}));
  EXPECT_EQ(text.lineAt(3), (BlockText::Part{0, 3}));
}

TEST(BlockText, CharactersOutsideTheFirstPlaneAndChinese) {
  const BlockText text = only(QStringLiteral("你好，世界 👍🏽 done"));
  EXPECT_EQ(text.length(), 15);
  EXPECT_EQ(text.plain({3, 5}), QStringLiteral("世界"));
  const BlockText::Part thumb = text.wordAt(6);
  EXPECT_EQ(text.plain(thumb), QStringLiteral("👍🏽"));
  EXPECT_EQ(text.plain(text.wordAt(12)), QStringLiteral("done"));
  EXPECT_EQ(text.plain(text.wordAt(15)), QStringLiteral("done"));
}

TEST(BlockText, Headings) {
  const BlockText text = only(QStringLiteral("## The *second*"));
  EXPECT_EQ(text.plain({0, kEnd}), QStringLiteral("The second"));
  EXPECT_EQ(text.markdown({0, kEnd}), QStringLiteral("## The *second*"));
  EXPECT_EQ(text.markdown({4, kEnd}), QStringLiteral("*second*"));
}

TEST(BlockText, ListsWithBulletsNumbersAndTasks) {
  const BlockText bullets = only(QStringLiteral("- one\n- two\n  - inner\n- three"));
  EXPECT_EQ(bullets.plain({0, kEnd}), QStringLiteral("• one\n• two\n  • inner\n• three"));
  EXPECT_EQ(bullets.markdown({0, kEnd}), QStringLiteral("- one\n- two\n    - inner\n- three"));
  EXPECT_EQ(bullets.plain({1, 3}), QStringLiteral("ne"));
  EXPECT_EQ(bullets.plain({1, 6}), QStringLiteral("• ne\n• tw"));
  const BlockText tasks = only(QStringLiteral("- [x] done\n- [ ] open"));
  EXPECT_EQ(tasks.plain({0, kEnd}), QStringLiteral("☑ done\n☐ open"));
  EXPECT_EQ(tasks.markdown({0, kEnd}), QStringLiteral("- [x] done\n- [ ] open"));
  EXPECT_EQ(only(QStringLiteral("1. a\n2. b")).plain({0, kEnd}), QStringLiteral("1. a\n2. b"));
}

TEST(BlockText, NumbersGoOnWhereAListBegins) {
  const BlockText text = only(QStringLiteral("4. four\n5. five"));
  EXPECT_EQ(text.plain({0, kEnd}), QStringLiteral("4. four\n5. five"));
  EXPECT_EQ(text.markdown({0, kEnd}), QStringLiteral("4. four\n5. five"));
}

TEST(BlockText, TablesWithTabs) {
  const BlockText text = only(QStringLiteral("| a | b |\n|---|--:|\n| one | 1 |\n| two |  |"));
  EXPECT_EQ(text.plain({0, kEnd}), QStringLiteral("a\tb\none\t1\ntwo\t"));
  EXPECT_EQ(text.markdown({0, kEnd}), QStringLiteral("| a | b |\n| --- | ---: |\n| one | 1 |\n| two |  |"));
  // a cell, and a part that ends inside one
  int one = 0;
  while (text.plain({one, one + 3}) != u"one") ASSERT_LT(++one, text.length());
  EXPECT_EQ(text.plain({one, one + 2}), QStringLiteral("on"));
  EXPECT_EQ(text.markdown({one + 1, one + 3}), QStringLiteral("ne"));
  EXPECT_EQ(text.plain({0, one + 2}), QStringLiteral("a\tb\non\t"));
  EXPECT_EQ(text.markdown({one, kEnd}), QStringLiteral("| a | b |\n| --- | ---: |\n| one | 1 |\n| two |  |"));
  EXPECT_EQ(text.plain(text.lineAt(one + 1)), QStringLiteral("one"));
}

TEST(BlockText, CodeAsItIs) {
  const BlockText text = only(QStringLiteral("```cpp\nint a;\n\tint b; // ``` \n```"));
  EXPECT_EQ(text.plain({0, kEnd}), QStringLiteral("int a;\n\tint b; // ``` "));
  EXPECT_EQ(text.markdown({0, 6}), QStringLiteral("```cpp\nint a;\n```"));
  EXPECT_EQ(text.markdown({7, kEnd}), QStringLiteral("````cpp\n\tint b; // ``` \n````"));
  EXPECT_EQ(text.plain(text.lineAt(9)), QStringLiteral("\tint b; // ``` "));
}

TEST(BlockText, FormulasRulesAndQuotes) {
  const BlockText formula = only(QStringLiteral("$$\\frac{a}{b}$$"));
  EXPECT_EQ(formula.length(), 1);
  EXPECT_EQ(formula.plain({0, 1}), QStringLiteral("$$\\frac{a}{b}$$"));
  EXPECT_EQ(formula.plain({0, 0}), QString());
  EXPECT_EQ(formula.markdown({0, 1}), QStringLiteral("$$\\frac{a}{b}$$"));
  EXPECT_EQ(only(QStringLiteral("***")).plain({0, 1}), QStringLiteral("---"));
  const BlockText quote = only(QStringLiteral("> first\n>\n> second"));
  EXPECT_EQ(quote.plain({0, kEnd}), QStringLiteral("first\nsecond"));
  EXPECT_EQ(quote.markdown({0, kEnd}), QStringLiteral("> first\n> \n> second"));
}

TEST(BlockText, PicturesAreTheirNameAndAddress) {
  EXPECT_EQ(only(QStringLiteral("![a cat](https://a.b/c.png)")).plain({0, kEnd}), QStringLiteral("[image: a cat] (https://a.b/c.png)"));
}

TEST(BlockText, FormulasOfASentenceInParts) {
  const BlockText text = only(QStringLiteral("so $x^{10}$ ends"));
  EXPECT_EQ(text.plain({3, 6}), QStringLiteral("x^(10)"));
  EXPECT_EQ(text.markdown({3, 6}), QStringLiteral("*x*^{10}"));
}

TEST(ConversationSelection, AcrossBlocksAndMessagesInBothDirections) {
  Conversation talk({QStringLiteral("The question"), QStringLiteral("First *block*.\n\n- a\n- b\n\nLast."), QStringLiteral("Thanks")});
  ConversationSelection& selection = talk.selection;
  EXPECT_FALSE(selection.active());
  EXPECT_EQ(selection.plainText(), QString());
  selection.begin(0, 0, 4, ConversationSelection::Characters);
  EXPECT_FALSE(selection.active());
  selection.extend(1, 1, 3);
  EXPECT_TRUE(selection.active());
  EXPECT_EQ(selection.plainText(), QStringLiteral("question\n\nFirst block.\n\n• a\n• b"));
  EXPECT_EQ(selection.markdown(), QStringLiteral("question\n\nFirst *block*.\n\n- a\n- b"));
  EXPECT_EQ(selection.rangeIn(0, 0).x(), 4);
  EXPECT_EQ(selection.rangeIn(1, 0).x(), 0);
  EXPECT_EQ(selection.rangeIn(1, 1), QPoint(0, 3));
  EXPECT_EQ(selection.rangeIn(1, 2), QPoint(-1, -1));
  EXPECT_EQ(selection.rangeIn(2, 0), QPoint(-1, -1));
  selection.begin(2, 0, 2, ConversationSelection::Characters);
  selection.extend(1, 0, 6);
  EXPECT_EQ(selection.plainText(), QStringLiteral("block.\n\n• a\n• b\n\nLast.\n\nTh"));
  EXPECT_EQ(selection.markdown(), QStringLiteral("*block*.\n\n- a\n- b\n\nLast.\n\nTh"));
  selection.extend(2, 0, 2);
  EXPECT_FALSE(selection.active());
}

TEST(ConversationSelection, WholeBlocksAsTheyWereWritten) {
  const QString answer = QStringLiteral("Let $x^2$ be.\n\n* one\n* two\n\n\n```py\npass\n```\n\n| a |\n|:-:|\n| b |");
  Conversation talk({QStringLiteral("Q"), answer});
  talk.selection.selectMessage(1);
  EXPECT_EQ(talk.selection.markdown(), answer);
  EXPECT_EQ(talk.selection.plainText(), QStringLiteral("Let $x^2$ be.\n\n• one\n• two\n\npass\n\na\nb"));
  EXPECT_EQ(talk.selection.plainTextOf(2), talk.selection.plainText());
  talk.selection.begin(1, 0, 4, ConversationSelection::Characters);
  talk.selection.extend(1, 2, 2);
  EXPECT_EQ(talk.selection.markdown(), QStringLiteral("*x*^2 be.\n\n* one\n* two\n\n```py\npa\n```"));
}

TEST(ConversationSelection, AParagraphThatHoldsAFormulaOfItsOwn) {
  const QString answer = QStringLiteral("Before $$a=b$$ behind.\n\nEnd");
  Conversation talk({QStringLiteral("Q"), answer});
  talk.selection.selectMessage(1);
  EXPECT_EQ(talk.selection.markdown(), answer);
  talk.selection.begin(1, 1, 0, ConversationSelection::Characters);
  talk.selection.extend(1, 3, 3);
  EXPECT_EQ(talk.selection.markdown(), QStringLiteral("$$a=b$$\n\nbehind.\n\nEnd"));
}

TEST(ConversationSelection, ThinkingOnlyWhenItIsOpen) {
  Conversation talk({QStringLiteral("Q"), QStringLiteral("<think>\nHm.\n</think>\n\nYes.")});
  talk.selection.selectAll();
  EXPECT_EQ(talk.selection.plainText(), QStringLiteral("Q\n\nYes."));
  EXPECT_EQ(talk.selection.markdown(), QStringLiteral("Q\n\nYes."));
  talk.selection.setThinkingOpen(1, true);
  EXPECT_TRUE(talk.selection.isThinkingOpen(1));
  EXPECT_EQ(talk.selection.plainText(), QStringLiteral("Q\n\nHm.\n\nYes."));
  EXPECT_EQ(talk.selection.markdown(), QStringLiteral("Q\n\n> Hm.\n\nYes."));
  EXPECT_EQ(talk.selection.plainTextOf(2), QStringLiteral("Yes."));
}

TEST(ConversationSelection, WordsAndLines) {
  Conversation talk({QStringLiteral("alpha beta gamma"), QStringLiteral("one two\n\nthree four")});
  ConversationSelection& selection = talk.selection;
  selection.begin(0, 0, 7, ConversationSelection::Words);
  EXPECT_EQ(selection.plainText(), QStringLiteral("beta"));
  selection.extend(0, 0, 1);
  EXPECT_EQ(selection.plainText(), QStringLiteral("alpha beta"));
  selection.extend(1, 0, 5);
  EXPECT_EQ(selection.plainText(), QStringLiteral("beta gamma\n\none two"));
  selection.begin(1, 1, 7, ConversationSelection::Lines);
  EXPECT_EQ(selection.plainText(), QStringLiteral("three four"));
}

TEST(ConversationSelection, MessagesByKeys) {
  Conversation talk({QStringLiteral("1"), QStringLiteral("2"), QStringLiteral("3"), QStringLiteral("4")});
  ConversationSelection& selection = talk.selection;
  selection.extendByMessage(1, 1);
  EXPECT_EQ(selection.plainText(), QStringLiteral("2"));
  selection.extendByMessage(1, 1);
  EXPECT_EQ(selection.plainText(), QStringLiteral("2\n\n3"));
  selection.extendByMessage(-1, 1);
  selection.extendByMessage(-1, 1);
  EXPECT_EQ(selection.plainText(), QStringLiteral("1\n\n2"));
  selection.extendByMessage(-1, 1);
  EXPECT_EQ(selection.plainText(), QStringLiteral("1\n\n2"));
  selection.clear();
  selection.selectMore(2);
  EXPECT_EQ(selection.plainText(), QStringLiteral("3"));
  selection.selectMore(2);
  EXPECT_EQ(selection.plainText(), QStringLiteral("1\n\n2\n\n3\n\n4"));
}

TEST(ConversationSelection, AStreamedAnswerLeavesItAlone) {
  ConversationModel model;
  model.setPath({messageOf(1, MessageRole::User, QStringLiteral("Q")), messageOf(2, MessageRole::Assistant, {}, MessageStatus::Streaming)});
  ConversationSelection selection;
  selection.setConversation(&model);
  model.appendText(2, QStringLiteral("First.\n\nSecond is gro"));
  selection.begin(0, 0, 0, ConversationSelection::Characters);
  selection.extend(1, 1, 6);
  QSignalSpy changed(&selection, &ConversationSelection::changed);
  for (int i = 0; i < 50; ++i) model.appendText(2, QStringLiteral("wing\n\nmore and "));
  EXPECT_EQ(changed.count(), 0);
  EXPECT_EQ(selection.plainText(), QStringLiteral("Q\n\nFirst.\n\nSecond"));
  model.updateMessage(messageOf(2, MessageRole::Assistant, model.data(model.index(1), ConversationModel::TextRole).toString()));
  EXPECT_EQ(selection.plainText(), QStringLiteral("Q\n\nFirst.\n\nSecond"));
}

TEST(ConversationSelection, GoesWithWhatWasSelected) {
  Conversation talk({QStringLiteral("1"), QStringLiteral("2"), QStringLiteral("3")});
  talk.selection.selectAll();
  talk.model.setPath({messageOf(1, MessageRole::User, QStringLiteral("1"))});
  EXPECT_FALSE(talk.selection.active());
  talk.selection.extend(0, 0, 1);
  EXPECT_FALSE(talk.selection.active());
  talk.selection.selectMessage(0);
  EXPECT_EQ(talk.selection.plainText(), QStringLiteral("1"));
  talk.model.setPath({});
  EXPECT_FALSE(talk.selection.active());
  EXPECT_EQ(talk.selection.plainText(), QString());
  talk.selection.selectAll();
  talk.selection.begin(5, 0, 0, ConversationSelection::Words);
  EXPECT_FALSE(talk.selection.active());
}
