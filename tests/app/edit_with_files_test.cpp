// Questions with files: edited, copied, listed and found without the marks that they are stored with.
#include <gtest/gtest.h>

#include <QClipboard>
#include <QGuiApplication>
#include <random>

#include "app/support/app_fixture.h"
#include "services/prompt.h"
#include "text/attached_text.h"
#include "viewmodels/outline_model.h"
#include "viewmodels/search_model.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

const QList<AttachedText> kFiles{{QStringLiteral("prices.csv"), QStringLiteral("day;price\n1;2")},
                                 {QStringLiteral("notes.md"), QStringLiteral("```\ninner\n```\n")}};

class EditWithFilesTest : public hearth_test::AppTest {
 protected:
  static void ask(AppRun& run, const QString& message) {
    const qsizetype request = run.engine.requests.size();
    run.viewModel.send(message);
    answer(run, request);
  }
  static void answer(AppRun& run, qsizetype request) {
    ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() > request; }));
    run.engine.text(request, QStringLiteral("yes"));
    run.engine.finish(request);
    run.settle();
  }
  static QVariant role(AppRun& run, int row, ConversationModel::Role role) { return run.viewModel.conversation()->index(row).data(role); }
  static qint64 question(AppRun& run) { return role(run, 0, ConversationModel::MessageIdRole).toLongLong(); }
};

TEST(AttachedTextEdit, AnotherTypedTextLeavesTheFilesToTheLetter) {
  const QStringList texts{QString(), QStringLiteral("What is the sum?"), QStringLiteral("two\n\nparts"), QStringLiteral("``` no file")};
  for (const QString& before : texts) {
    for (const QString& after : texts) {
      EXPECT_EQ(withTypedText(withAttachedTexts(kFiles, before), after), withAttachedTexts(kFiles, after));
      EXPECT_EQ(withTypedText(before, after), after) << "no files";
    }
  }
}

TEST(AttachedTextEdit, RandomFilesComeThrough) {
  std::mt19937 random(7);
  const QStringList pieces{QStringLiteral("```"),
                           QStringLiteral("\n"),
                           QStringLiteral("`"),
                           QStringLiteral("text "),
                           QStringLiteral("兔"),
                           QStringLiteral(" title=\"x\""),
                           QStringLiteral("````md title=\"y\"\n")};
  const auto text = [&](int most) {
    QString made;
    for (int i = static_cast<int>(random() % static_cast<unsigned>(most)); i > 0; --i)
      made += pieces[static_cast<int>(random() % static_cast<unsigned>(pieces.size()))];
    return made;
  };
  for (int round = 0; round < 2000; ++round) {
    QList<AttachedText> files;
    for (unsigned i = random() % 3 + 1; i > 0; --i) files.append({QStringLiteral("f%1.txt").arg(i), text(12)});
    const QString typed = QStringLiteral("x") + text(8);
    const QString message = withAttachedTexts(files, typed);
    const MessageParts parts = messageParts(message);
    EXPECT_EQ(parts.files.size(), files.size());
    EXPECT_EQ(parts.text, typed);
    EXPECT_EQ(withTypedText(message, QStringLiteral("other")), withAttachedTexts(files, QStringLiteral("other")));
    EXPECT_EQ(messageParts(withAttachedTexts(parts.files, typed)).files, parts.files);
  }
}

TEST(AttachedTextEdit, CopiedAndListedWithoutMarks) {
  const QString message = withAttachedTexts(kFiles, QStringLiteral("Sum it up"));
  EXPECT_EQ(readableMessage(message), QStringLiteral("Sum it up\n\n`prices.csv`\n\n```csv\nday;price\n1;2\n```\n\n"
                                                     "`notes.md`\n\n````md\n```\ninner\n```\n````"));
  EXPECT_EQ(readableMessage(QStringLiteral("```py\nx\n```")), QStringLiteral("```py\nx\n```"));
  EXPECT_EQ(messageWithoutFences(message), QStringLiteral("prices.csv\nday;price\n1;2\nnotes.md\n```\ninner\n```\nSum it up"));
  EXPECT_EQ(titleFor(message), QStringLiteral("Sum it up"));
  for (qsizetype cut = message.indexOf(QStringLiteral(".csv\"")); cut < message.size(); ++cut) {
    const QString beginning = message.left(cut);
    EXPECT_FALSE(titleFor(beginning).contains(QStringLiteral("title="))) << cut;
    EXPECT_FALSE(messageWithoutFences(beginning).contains(QStringLiteral("title="))) << cut;
  }
  EXPECT_EQ(titleFor(message.left(60)), QStringLiteral("prices.csv"));
  EXPECT_EQ(messageWithoutFences(QStringLiteral("no file")), QStringLiteral("no file"));
}

TEST_F(EditWithFilesTest, TheEditorHoldsWhatWasTypedAndTheFilesComeBack) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  ask(run, withAttachedTexts(kFiles, QStringLiteral("Sum it up")));
  ConversationModel& conversation = *run.viewModel.conversation();
  const qint64 first = question(run);
  conversation.startEdit(first);
  EXPECT_EQ(conversation.editText(first), QStringLiteral("Sum it up"));
  EXPECT_EQ(role(run, 0, ConversationModel::EditFilesRole).toList().size(), 2);
  EXPECT_EQ(conversation.editedMessage(first), role(run, 0, ConversationModel::TextRole).toString());
  EXPECT_FALSE(conversation.unsavedEdits());
  run.viewModel.saveEdit(first);
  EXPECT_EQ(run.engine.requests.size(), 1) << "nothing changed, nothing is asked";
  EXPECT_EQ(question(run), first);

  conversation.startEdit(first);
  conversation.setEditText(first, QStringLiteral("What is the mean?"));
  run.viewModel.saveEdit(first);
  answer(run, 1);
  EXPECT_EQ(role(run, 0, ConversationModel::TextRole).toString(), withAttachedTexts(kFiles, QStringLiteral("What is the mean?")));
  EXPECT_NE(question(run), first);

  const qint64 second = question(run);
  conversation.startEdit(second);
  conversation.removeEditFile(second, 0);
  conversation.removeEditFile(second, 7);
  EXPECT_TRUE(conversation.unsavedEdits());
  conversation.setEditText(second, QString());
  run.viewModel.saveEdit(second);
  answer(run, 2);
  EXPECT_EQ(role(run, 0, ConversationModel::TextRole).toString(), withAttachedTexts({kFiles[1]}, {}));

  const qint64 third = question(run);
  conversation.startEdit(third);
  conversation.removeEditFile(third, 0);
  EXPECT_EQ(conversation.editedMessage(third), QString());
  run.viewModel.saveEdit(third);
  EXPECT_TRUE(role(run, 0, ConversationModel::EditingRole).toBool()) << "nothing is left to be asked";
  conversation.cancelEdit(third);
  EXPECT_FALSE(conversation.unsavedEdits());
  EXPECT_EQ(role(run, 0, ConversationModel::FilesRole).toList().size(), 1);
  EXPECT_TRUE(run.errors.isEmpty());
}

TEST_F(EditWithFilesTest, ListsNameTheFiles) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const QString large = QStringLiteral("zebra crossing\n").repeated(50);
  ask(run, withAttachedTexts({{QStringLiteral("animals.txt"), large}}, QStringLiteral("Count them")));
  const qint64 chat = run.viewModel.currentChatId();
  EXPECT_EQ(run.chats.chat(chat)->title, QStringLiteral("Count them"));
  OutlineModel& outline = *run.viewModel.outline();
  outline.setActive(true);
  ASSERT_TRUE(waitFor([&] { return outline.count() == 2; }));
  EXPECT_EQ(outline.index(0).data(OutlineModel::TextRole).toString(), QStringLiteral("animals.txt")) << "the typed text is far below";
  outline.setFilter(QStringLiteral("title="));
  EXPECT_EQ(outline.count(), 0);
  outline.setFilter(QStringLiteral("zebra"));
  EXPECT_EQ(outline.count(), 1);
  run.viewModel.search()->setQuery(QStringLiteral("animals"));
  ASSERT_TRUE(waitFor([&] { return run.viewModel.search()->count() > 0; }));
  const QString snippet = run.viewModel.search()->index(0).data(SearchModel::SnippetRole).toString();
  EXPECT_TRUE(snippet.contains(QStringLiteral("animals"))) << qPrintable(snippet);
  EXPECT_FALSE(snippet.contains(QStringLiteral("title="))) << qPrintable(snippet);
  EXPECT_FALSE(run.viewModel.conversation()->textOf(question(run)).contains(QStringLiteral("title=")));
}

}  // namespace
