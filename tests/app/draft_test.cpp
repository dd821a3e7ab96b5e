// What is being written: kept for each chat, over a restart and over a repair; messages that wait for an answer.
#include "services/draft_service.h"

#include <gtest/gtest.h>

#include <QClipboard>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QGuiApplication>
#include <QMimeData>

#include "app/support/app_fixture.h"
#include "storage/backups.h"
#include "storage/chat_store.h"
#include "storage/migrations.h"
#include "storage/recovery.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

class DraftTest : public hearth_test::AppTest {
 protected:
  /// A draft as the database holds it.
  static Draft stored(AppRun& run, qint64 chatId) {
    Draft found;
    bool arrived = false;
    run.storage.run<StoreResult<Drafts>>(
        &run.storage, [](Database& database) { return DraftStore(database).all(); },
        [&](const StoreResult<Drafts>& drafts) {
          arrived = true;
          if (drafts) found = drafts->value(chatId);
        });
    EXPECT_TRUE(waitFor([&] { return arrived; }));
    return found;
  }

  /// Sends a question and answers it; returns its chat.
  static qint64 talk(AppRun& run, const QString& question) {
    const qsizetype request = run.engine.requests.size();
    run.viewModel.send(question);
    EXPECT_TRUE(waitFor([&] { return run.engine.requests.size() > request; }));
    run.engine.text(request, QStringLiteral("yes"));
    run.engine.finish(request);
    run.settle();
    return run.viewModel.currentChatId();
  }

  [[nodiscard]] QString write(const QString& name, const QByteArray& bytes) const {
    const QString path = m_folder.filePath(name);
    QFile file(path);
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    return path;
  }

  static QString waitingText(AppRun& run, int row) {
    return run.viewModel.composer()->waiting().value(row).toMap().value(QStringLiteral("text")).toString();
  }
  static bool isHeld(AppRun& run, int row) {
    return run.viewModel.composer()->waiting().value(row).toMap().value(QStringLiteral("held")).toBool();
  }
};

TEST_F(DraftTest, KeptForEachChatAndOverARestart) {
  qint64 first = 0;
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    AppViewModel& app = run.viewModel;
    first = talk(run, QStringLiteral("first"));
    app.setDraft(QStringLiteral("half a tho"));
    app.newChat();
    EXPECT_EQ(app.draft(), QString());
    app.setDraft(QStringLiteral("neu 你"));
    app.openChat(first);
    EXPECT_EQ(app.draft(), QStringLiteral("half a tho"));
    app.newChat();
    EXPECT_EQ(app.draft(), QStringLiteral("neu 你"));
  }
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.viewModel.openChat(first);
  EXPECT_EQ(run.viewModel.draft(), QStringLiteral("half a tho"));
  run.viewModel.newChat();
  EXPECT_EQ(run.viewModel.draft(), QStringLiteral("neu 你"));
  run.viewModel.send(run.viewModel.draft());
  EXPECT_EQ(run.viewModel.draft(), QString());
  run.settle();
  EXPECT_TRUE(stored(run, 0).isEmpty());
  EXPECT_TRUE(run.errors.isEmpty());
}

TEST_F(DraftTest, StoredSoonAfterTyping) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.viewModel.setDraft(QStringLiteral("a"));
  run.viewModel.setDraft(QStringLiteral("ab"));
  EXPECT_TRUE(stored(run, 0).isEmpty()) << "written for every key";
  ASSERT_TRUE(waitFor([&] { return stored(run, 0).message.text == QStringLiteral("ab"); }));
}

TEST_F(DraftTest, TypedBeforeTheDatabaseIsOpen) {
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    run.viewModel.setDraft(QStringLiteral("of yesterday"));
  }
  AppRun run(home());
  run.viewModel.setDraft(QStringLiteral("typed early"));
  ASSERT_TRUE(run.openReady());
  EXPECT_EQ(run.viewModel.draft(), QStringLiteral("typed early"));
  run.settle();
  EXPECT_EQ(stored(run, 0).message.text, QStringLiteral("typed early"));
}

TEST_F(DraftTest, GoesWithItsChatAndOutOfBackups) {
  const QString marker = QStringLiteral("XyzzyDraftMarker");
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    const qint64 chatId = talk(run, QStringLiteral("a chat"));
    run.viewModel.setDraft(marker);
    ASSERT_TRUE(waitFor([&] { return stored(run, chatId).message.text == marker; }));
    run.storage.run<StoreStatus>(
        &run.storage, [folder = run.storage.folder()](Database& database) { return makeBackup(database, folder.backups()); },
        [](const StoreStatus& status) { EXPECT_TRUE(status); });
    run.settle();
    EXPECT_EQ(backupFiles(run.storage.folder().backups()).size(), 1);
    run.viewModel.deleteChat(chatId);
  }
  QDirIterator it(home(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
  while (it.hasNext()) {
    QFile file(it.next());
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_FALSE(file.readAll().contains(marker.toUtf8())) << file.fileName().toStdString();
  }
}

TEST_F(DraftTest, RowsSurviveARepair) {
  const auto open = [this](Database& database, const QString& name) {
    ASSERT_TRUE(database.open(m_folder.filePath(name)));
    ASSERT_TRUE(migrate(database, m_folder.filePath(QStringLiteral("backups"))));
  };
  Database damaged;
  open(damaged, QStringLiteral("a.db"));
  const Draft draft{{QStringLiteral("text"), {{QStringLiteral("a.csv"), QStringLiteral("1;2"), Attachment::Part::Ends}}},
                    {{QStringLiteral("later"), {{QStringLiteral("b.md"), QStringLiteral("# b"), Attachment::Part::Whole}}}}};
  ASSERT_TRUE(DraftStore(damaged).put(0, draft));
  ASSERT_TRUE(SnippetStore(damaged).put({3, QStringLiteral("mail"), QStringLiteral("Dear {name}")}));
  ASSERT_TRUE(DraftStore(damaged).put(77, draft));  // of a chat that is not there
  Database repaired;
  open(repaired, QStringLiteral("b.db"));
  ASSERT_TRUE(copyReadableRows(damaged, repaired));
  const auto drafts = DraftStore(repaired).all();
  ASSERT_TRUE(drafts);
  EXPECT_EQ(drafts->size(), 1);
  EXPECT_EQ(drafts->value(0), draft);
  EXPECT_EQ(SnippetStore(repaired).all()->value(0).name, QStringLiteral("mail"));
  // A draft that was sent while the database was in memory does not come back.
  ASSERT_TRUE(DraftStore(damaged).put(0, {}));
  ASSERT_TRUE(SnippetStore(damaged).remove(3));
  ASSERT_TRUE(dropRowsNotIn(damaged, repaired));
  EXPECT_TRUE(DraftStore(repaired).all()->isEmpty());
  EXPECT_TRUE(SnippetStore(repaired).all()->isEmpty());
}

TEST_F(DraftTest, AttachmentsAreSentInFrontOfTheText) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  ComposerModel& composer = *run.viewModel.composer();
  composer.addFiles({QUrl::fromLocalFile(write(QStringLiteral("prices.csv"), "a;b\n1;2\n"))});
  EXPECT_TRUE(composer.reading());
  ASSERT_TRUE(waitFor([&] { return composer.attachments().size() == 1; }));
  EXPECT_FALSE(composer.reading());
  const QVariantMap card = composer.attachments().first().toMap();
  EXPECT_EQ(card.value(QStringLiteral("name")).toString(), QStringLiteral("prices.csv"));
  EXPECT_TRUE(card.value(QStringLiteral("detail")).toString().contains(QStringLiteral("about")));
  run.settle();
  run.viewModel.send(QStringLiteral(" sum it up "));
  EXPECT_TRUE(composer.attachments().isEmpty());
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
  EXPECT_EQ(run.engine.requests[0].turns.last().content, QStringLiteral("```csv title=\"prices.csv\"\na;b\n1;2\n```\n\nsum it up"));
  EXPECT_EQ(run.viewModel.currentTitle(), QStringLiteral("sum it up"));
}

TEST_F(DraftTest, AttachmentsBelongToTheDraft) {
  qint64 first = 0;
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    ComposerModel& composer = *run.viewModel.composer();
    first = talk(run, QStringLiteral("first"));
    composer.addFiles({QUrl::fromLocalFile(write(QStringLiteral("a.md"), "# a"))});
    run.viewModel.newChat();  // the file goes where it was given
    run.settle();
    ASSERT_TRUE(waitFor([&] { return !composer.reading(); }));
    EXPECT_TRUE(composer.attachments().isEmpty());
    run.viewModel.openChat(first);
    ASSERT_EQ(composer.attachments().size(), 1);
    composer.setPart(0, QStringLiteral("ends"));
  }
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.viewModel.openChat(first);
  ASSERT_EQ(run.viewModel.composer()->attachments().size(), 1);
  EXPECT_EQ(run.viewModel.composer()->attachments().first().toMap().value(QStringLiteral("part")).toString(), QStringLiteral("ends"));
  run.viewModel.composer()->removeAttachment(0);
  EXPECT_TRUE(run.viewModel.composer()->attachments().isEmpty());
}

TEST_F(DraftTest, LongPastesBecomeAttachments) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  ComposerModel& composer = *run.viewModel.composer();
  QClipboard* clipboard = QGuiApplication::clipboard();
  clipboard->setText(QStringLiteral("short"));
  EXPECT_FALSE(composer.pasteLong());
  clipboard->setText(QString(2001, u'x'));
  EXPECT_TRUE(composer.pasteLong());
  clipboard->setText(QStringLiteral("line\n").repeated(31));
  EXPECT_TRUE(composer.pasteLong());
  ASSERT_EQ(composer.attachments().size(), 2);
  EXPECT_NE(composer.attachments()[0].toMap().value(QStringLiteral("name")),
            composer.attachments()[1].toMap().value(QStringLiteral("name")));
  auto* files = new QMimeData;
  files->setUrls({QUrl::fromLocalFile(write(QStringLiteral("c.log"), "started"))});
  clipboard->setMimeData(files);
  EXPECT_TRUE(composer.pasteLong());
  EXPECT_TRUE(waitFor([&] { return composer.attachments().size() == 3; }));
}

TEST_F(DraftTest, TooLongFilesAreCut) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const int context = run.models.facts().contextLength;
  ASSERT_GT(context, 0);
  ComposerModel& composer = *run.viewModel.composer();
  const QByteArray text = "begin " + QByteArray(context * 6, 'x') + " end";
  composer.addFiles({QUrl::fromLocalFile(write(QStringLiteral("long.txt"), text))});
  ASSERT_TRUE(waitFor([&] { return composer.attachments().size() == 1; }));
  const auto card = [&] { return composer.attachments().first().toMap(); };
  EXPECT_TRUE(card().value(QStringLiteral("tooLong")).toBool());
  EXPECT_EQ(card().value(QStringLiteral("part")).toString(), QStringLiteral("first"));
  composer.setPart(0, QStringLiteral("ends"));
  const QString sent = composer.messageWith({});
  EXPECT_TRUE(sent.contains(QStringLiteral("begin ")) && sent.contains(QStringLiteral(" end\n")));
  EXPECT_TRUE(sent.contains(QStringLiteral("left out")));
  EXPECT_LT(sent.size(), text.size());
}

TEST_F(DraftTest, FilesThatCannotBeAttachedSayWhy) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  ComposerModel& composer = *run.viewModel.composer();
  composer.addFiles({QUrl::fromLocalFile(write(QStringLiteral("x.bin"), QByteArray("\0\1\2\3", 4))),
                     QUrl::fromLocalFile(m_folder.filePath(QStringLiteral("nowhere.txt"))),
                     QUrl::fromLocalFile(write(QStringLiteral("ok.txt"), "fine"))});
  ASSERT_TRUE(waitFor([&] { return composer.attachments().size() == 1; }));
  EXPECT_TRUE(composer.problem().contains(QStringLiteral("x.bin"))) << composer.problem().toStdString();
  EXPECT_TRUE(composer.problem().contains(QStringLiteral("nowhere.txt")));
  composer.dismissProblem();
  EXPECT_TRUE(composer.problem().isEmpty());
}

TEST_F(DraftTest, DroppedModelsAreLeftToTheLibraries) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const QUrl model = QUrl::fromLocalFile(write(QStringLiteral("m.gguf"), "GGUF"));
  const QUrl folder = QUrl::fromLocalFile(m_folder.path());
  const QUrl text = QUrl::fromLocalFile(write(QStringLiteral("t.py"), "print(1)"));
  EXPECT_EQ(run.viewModel.composer()->takeDropped({model, text, folder}), (QList<QUrl>{model, folder}));
  EXPECT_TRUE(waitFor([&] { return run.viewModel.composer()->attachments().size() == 1; }));
}

TEST_F(DraftTest, MessagesWaitForTheEndOfTheAnswer) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  AppViewModel& app = run.viewModel;
  app.send(QStringLiteral("one"));
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
  app.setDraft(QStringLiteral("two"));
  app.send(QStringLiteral("two"));
  app.send(QStringLiteral("three"));
  EXPECT_EQ(app.draft(), QString());
  ASSERT_EQ(app.composer()->waiting().size(), 2);
  EXPECT_EQ(waitingText(run, 0), QStringLiteral("two"));
  EXPECT_FALSE(isHeld(run, 0));
  EXPECT_EQ(app.conversation()->count(), 2) << "not in the conversation yet";
  run.engine.text(0, QStringLiteral("yes"));
  run.engine.finish(0);
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 2; }));
  EXPECT_EQ(run.engine.requests[1].turns.last().content, QStringLiteral("two"));
  ASSERT_EQ(app.composer()->waiting().size(), 1);
  run.engine.text(1, QStringLiteral("yes"));
  run.engine.finish(1);
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 3; }));
  EXPECT_TRUE(app.composer()->waiting().isEmpty());
}

TEST_F(DraftTest, AStoppedAnswerHoldsWhatWaits) {
  qint64 chatId = 0;
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    AppViewModel& app = run.viewModel;
    app.send(QStringLiteral("one"));
    ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
    chatId = app.currentChatId();
    app.send(QStringLiteral("two"));
    app.send(QStringLiteral("three"));
    app.stop();
    run.engine.finish(0, AnswerEnd::Cancelled);
    run.settle();
    EXPECT_EQ(run.engine.requests.size(), 1);
    ASSERT_EQ(app.composer()->waiting().size(), 2);
    EXPECT_TRUE(isHeld(run, 0));
    // The next answer does not take it along.
    talk(run, QStringLiteral("another"));
    EXPECT_EQ(run.engine.requests.size(), 2);
    EXPECT_EQ(app.composer()->waiting().size(), 2);
  }
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  AppViewModel& app = run.viewModel;
  app.openChat(chatId);
  ASSERT_EQ(app.composer()->waiting().size(), 2);
  EXPECT_TRUE(isHeld(run, 1));
  app.setDraft(QStringLiteral("more"));
  app.composer()->editWaiting(1);
  EXPECT_EQ(app.draft(), QStringLiteral("three\n\nmore"));
  app.composer()->sendWaiting(0);
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
  EXPECT_EQ(run.engine.requests[0].turns.last().content, QStringLiteral("two"));
  EXPECT_TRUE(app.composer()->waiting().isEmpty());
}

TEST_F(DraftTest, SnippetsAreKeptAndFound) {
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    SnippetsModel& snippets = *run.viewModel.snippets();
    EXPECT_FALSE(snippets.save(0, QStringLiteral("  "), QStringLiteral("text")));
    EXPECT_FALSE(snippets.save(0, QStringLiteral("name"), QStringLiteral(" ")));
    EXPECT_TRUE(snippets.save(0, QStringLiteral("translate"), QStringLiteral("Translate into {language}: {text}")));
    EXPECT_TRUE(snippets.save(0, QStringLiteral("Mail"), QStringLiteral("Write a mail to {name}")));
    EXPECT_TRUE(snippets.save(0, QStringLiteral("sum"), QStringLiteral("Summarise the mail")));
  }
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  SnippetsModel& snippets = *run.viewModel.snippets();
  const auto name = [](const QVariantList& rows, int row) { return rows.value(row).toMap().value(QStringLiteral("name")).toString(); };
  ASSERT_EQ(snippets.all().size(), 3);
  EXPECT_EQ(name(snippets.all(), 0), QStringLiteral("Mail"));
  snippets.setQuery(QStringLiteral("mail"));
  ASSERT_EQ(snippets.matches().size(), 2);
  EXPECT_EQ(name(snippets.matches(), 0), QStringLiteral("Mail"));
  EXPECT_EQ(name(snippets.matches(), 1), QStringLiteral("sum"));
  const qint64 id = snippets.all()[0].toMap().value(QStringLiteral("snippetId")).toLongLong();
  EXPECT_TRUE(snippets.save(id, QStringLiteral("zebra"), QStringLiteral("text")));
  EXPECT_EQ(name(snippets.all(), 2), QStringLiteral("zebra"));
  snippets.remove(id);
  EXPECT_EQ(snippets.all().size(), 2);
  EXPECT_TRUE(run.errors.isEmpty());
}

}  // namespace
