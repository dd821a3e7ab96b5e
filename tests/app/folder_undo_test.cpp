// Making, renaming and deleting folders can be taken back, also when something came in between.
#include <gtest/gtest.h>

#include "app/support/app_fixture.h"
#include "storage/folder_store.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

class FolderUndoTest : public hearth_test::AppTest {
 protected:
  static qint64 talk(AppRun& run, const char* text) {
    const qsizetype request = run.engine.requests.size();
    const qint64 id = run.chats.send(0, QString::fromUtf8(text));
    EXPECT_TRUE(waitFor([&] { return run.engine.requests.size() > request; }));
    run.engine.finish(request);
    run.settle();
    return id;
  }

  static QStringList names(AppRun& run) {
    QStringList all;
    for (const QVariant& folder : run.viewModel.filing()->folders()) all.append(folder.toMap().value(QStringLiteral("name")).toString());
    return all;
  }

  static QStringList stored(AppRun& run) {
    QStringList all;
    run.storage.run<StoreResult<QList<FolderRow>>>(
        &run.storage, [](Database& database) { return FolderStore(database).all(); },
        [&all](const StoreResult<QList<FolderRow>>& rows) {
          for (const FolderRow& row : *rows) all.append(row.name);
        });
    run.settle();
    return all;
  }
};

TEST_F(FolderUndoTest, OneStepMakesAFolderAndMovesAChatIntoIt) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  ChatFilingModel& filing = *run.viewModel.filing();
  const qint64 a = talk(run, "a");
  const qint64 work = filing.addFolder(QStringLiteral("Work"), a);
  EXPECT_EQ(run.viewModel.undoText(), QStringLiteral("Folder made"));
  EXPECT_EQ(run.chats.chat(a)->folderId, work);
  run.viewModel.undoDelete();
  EXPECT_EQ(run.chats.chat(a)->folderId, 0);
  EXPECT_EQ(names(run), QStringList());
  EXPECT_EQ(stored(run), QStringList());
  EXPECT_EQ(run.viewModel.undoText(), QString());
  EXPECT_EQ(filing.addFolder(QStringLiteral("Work"), 0), work + 1) << "ids are not used twice";
  filing.addFolder(QStringLiteral("work"), a);
  EXPECT_EQ(run.viewModel.undoText(), QStringLiteral("Chat moved")) << "the folder was there";
  run.viewModel.undoDelete();
  EXPECT_EQ(names(run), QStringList(QStringLiteral("Work")));
  run.settle();
  EXPECT_TRUE(run.errors.isEmpty());
}

TEST_F(FolderUndoTest, AnotherNameIsTakenBack) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  ChatFilingModel& filing = *run.viewModel.filing();
  const qint64 work = filing.addFolder(QStringLiteral("Work"), 0);
  EXPECT_TRUE(filing.renameFolder(work, QStringLiteral("Play")));
  EXPECT_EQ(run.viewModel.undoText(), QStringLiteral("Folder renamed"));
  EXPECT_TRUE(filing.renameFolder(work, QStringLiteral("Play"))) << "the same name is no step";
  filing.setCollapsed(work, true);
  run.viewModel.undoDelete();
  EXPECT_EQ(names(run), QStringList(QStringLiteral("Work")));
  EXPECT_TRUE(run.chats.folders().first().isCollapsed) << "that came later, and is no step";
  EXPECT_EQ(run.viewModel.undoText(), QStringLiteral("Folder made"));
  EXPECT_EQ(stored(run), QStringList(QStringLiteral("Work")));
}

TEST_F(FolderUndoTest, ANameThatAFileBroughtMeanwhileStays) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  ChatFilingModel& filing = *run.viewModel.filing();
  const qint64 a = talk(run, "a");
  const qint64 work = filing.addFolder(QStringLiteral("Work"), a);
  const auto import = [&run, a](const char* folder) {
    ChatRow chat = *run.chats.chat(a);
    chat.id = run.chats.reserveIds(1, 0).chat + 1;
    chat.headId = 0;
    run.chats.takeOver({chat}, {{chat.id, QString::fromUtf8(folder)}});
    return chat.id;
  };
  filing.renameFolder(work, QStringLiteral("Play"));
  import("Work");
  EXPECT_EQ(run.viewModel.undoText(), QStringLiteral("Folder renamed")) << "an import is no step";
  run.viewModel.undoDelete();
  EXPECT_EQ(names(run), QStringList({QStringLiteral("Play"), QStringLiteral("Work")}));
  filing.removeFolder(work);
  const qint64 third = import("play");
  run.viewModel.undoDelete();
  EXPECT_EQ(names(run), QStringList({QStringLiteral("play"), QStringLiteral("Work")}));
  EXPECT_EQ(run.chats.chat(a)->folderId, run.chats.chat(third)->folderId);
  EXPECT_NE(run.chats.chat(a)->folderId, 0);
}

TEST_F(FolderUndoTest, AChatThatComesBackIsInTheFolderThatCameBack) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  ChatFilingModel& filing = *run.viewModel.filing();
  const qint64 a = talk(run, "a");
  const qint64 work = filing.addFolder(QStringLiteral("Work"), a);
  run.chats.remove(a);
  filing.removeFolder(work);
  run.viewModel.undoDelete();
  run.viewModel.undoDelete();
  EXPECT_EQ(run.chats.chat(a)->folderId, work);
  run.settle();
  run.quit();
  AppRun again(home());
  ASSERT_TRUE(again.open());
  EXPECT_EQ(again.chats.chat(a)->folderId, work);
  EXPECT_TRUE(run.errors.isEmpty());
}

}  // namespace
