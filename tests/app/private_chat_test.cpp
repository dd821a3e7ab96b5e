// A private chat can do what every chat can, and no file ever knows of it.
#include <gtest/gtest.h>

#include <QDirIterator>
#include <QFile>
#include <QTest>

#include "app/support/app_fixture.h"
#include "services/search_service.h"
#include "storage/chat_store.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

constexpr const char* kMarker = "XyzzyPrivateMarker";

class PrivateChatTest : public hearth_test::AppTest {
 protected:
  /// Files of the whole test folder, hidden ones and logs of the database too, that hold the text.
  [[nodiscard]] QStringList filesWith(const QByteArray& marker) const {
    QStringList found;
    for (const QByteArray& needle : {marker.toLower(), QByteArray(utf16(marker.toLower()))}) {
      QDirIterator it(m_folder.path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
      while (it.hasNext()) {
        QFile file(it.next());
        if (!file.open(QIODevice::ReadOnly) || file.readAll().toLower().contains(needle)) found += file.fileName();
      }
    }
    return found;
  }

  [[nodiscard]] static QByteArray utf16(const QByteArray& text) {
    const QString wide = QString::fromLatin1(text);
    return {reinterpret_cast<const char*>(wide.utf16()), wide.size() * 2};
  }

  static void answer(AppRun& run, qsizetype request, const QString& text) {
    ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() > request; }));
    run.engine.text(request, text);
    QTest::qWait(ChatService::kSaveIntervalMs * 3);  // as long as other chats take to write pieces
    run.engine.finish(request);
    run.settle();
  }

  [[nodiscard]] static QString marked(const char* text) { return QString::fromLatin1(kMarker) + QLatin1String(text); }
};

TEST_F(PrivateChatTest, NoFileEverHoldsIt) {
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    run.viewModel.send(QStringLiteral("an innocent question"));
    answer(run, 0, QStringLiteral("an innocent answer"));
    const qint64 stored = run.viewModel.currentChatId();
    run.viewModel.newPrivateChat();
    EXPECT_TRUE(run.viewModel.privateChat());
    EXPECT_EQ(run.viewModel.conversation()->count(), 0);
    run.viewModel.setDraft(marked(" draft"));
    run.viewModel.send(marked(" question"));
    answer(run, 1, marked(" answer ").repeated(200));
    ASSERT_EQ(run.viewModel.conversation()->count(), 2);
    const qint64 id = run.viewModel.currentChatId();
    run.viewModel.renameChat(id, marked(" title"));
    const qint64 question = run.chats.path(id).first().id;
    ASSERT_TRUE(run.chats.edit(id, question, marked(" edited")));
    answer(run, 2, marked(" answer again"));
    run.viewModel.branchFrom(run.chats.path(id).last().id);
    EXPECT_TRUE(run.viewModel.privateChat()) << "a branch of it is private, too";
    run.viewModel.setDraft(marked(" draft"));
    run.storage.backUpIfDue();
    run.settle();
    EXPECT_EQ(run.settings.integer(SettingKey::CurrentChat), stored) << "the next start knows nothing of it";
    EXPECT_EQ(filesWith(kMarker), QStringList()) << "while it is there";
    EXPECT_EQ(filesWith("an innocent answer").size() > 0, true) << "the search of this test finds what is stored";
    run.viewModel.deleteCurrentChat();
    run.settle();
    EXPECT_EQ(filesWith(kMarker), QStringList()) << "after it was closed";
  }
  EXPECT_EQ(filesWith(kMarker), QStringList()) << "after the end";
  AppRun run(home());
  ASSERT_TRUE(run.open());
  EXPECT_EQ(run.viewModel.chats()->count(), 1);
  EXPECT_TRUE(run.errors.isEmpty());
}

TEST_F(PrivateChatTest, ClosedItIsGoneAtOnce) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.viewModel.newPrivateChat();
  const qint64 id = run.viewModel.currentChatId();
  run.viewModel.newPrivateChat();
  EXPECT_EQ(run.viewModel.currentChatId(), id) << "an empty one is enough";
  run.viewModel.send(QStringLiteral("hello"));
  answer(run, 0, QStringLiteral("good day"));
  run.viewModel.retryLast();
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() > 1; }));
  run.engine.text(1, QStringLiteral("half an answer"));
  run.viewModel.deleteCurrentChat();
  EXPECT_EQ(run.viewModel.currentChatId(), 0);
  EXPECT_EQ(run.viewModel.chats()->count(), 0);
  EXPECT_TRUE(run.viewModel.undoText().isEmpty()) << "nothing brings it back";
  run.viewModel.undo();
  EXPECT_EQ(run.viewModel.chats()->count(), 0);
  run.viewModel.newPrivateChat();  // another, in a memory of its own
  EXPECT_NE(run.viewModel.currentChatId(), id);
  run.viewModel.send(QStringLiteral("who are you"));
  answer(run, 2, QStringLiteral("nobody"));
  EXPECT_EQ(run.viewModel.conversation()->count(), 2);
}

TEST_F(PrivateChatTest, VersionsUndoAndOutlineWorkInMemory) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.viewModel.newPrivateChat();
  run.viewModel.send(QStringLiteral("hello"));
  const qint64 id = run.viewModel.currentChatId();
  answer(run, 0, QStringLiteral("first"));
  run.viewModel.openChat(id);
  run.viewModel.newChat();
  run.viewModel.openChat(id);  // read anew from memory
  ASSERT_TRUE(waitFor([&] { return run.viewModel.conversation()->count() == 2; }));
  run.viewModel.retryLast();
  answer(run, 1, QStringLiteral("second"));
  EXPECT_EQ(run.chats.path(id).last().content, QStringLiteral("second"));
  run.viewModel.showVersion(run.chats.path(id).last().id, -1);
  const auto ends = [&](const char* text) {
    return waitFor([&] {
      const QList<MessageRow> path = run.chats.path(id);  // empty while it is read
      return path.size() == 2 && path.last().content == QLatin1String(text);
    });
  };
  ASSERT_TRUE(ends("first"));
  run.viewModel.deleteMessage(run.chats.path(id).last().id);
  ASSERT_TRUE(ends("second"));
  run.viewModel.undoDelete();
  ASSERT_TRUE(ends("first"));
  EXPECT_TRUE(run.errors.isEmpty());
}

TEST_F(PrivateChatTest, TheListShowsItFirstAndMarked) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.viewModel.newPrivateChat();
  run.viewModel.newChat();
  run.viewModel.send(QStringLiteral("later"));
  answer(run, 0, QStringLiteral("yes"));
  const ChatListModel& list = *run.viewModel.chats();
  ASSERT_EQ(list.count(), 2);
  EXPECT_TRUE(list.data(list.index(0), ChatListModel::PrivateRole).toBool());
  EXPECT_EQ(list.data(list.index(0), ChatListModel::SectionRole).toString(), QStringLiteral("Private"));
  EXPECT_FALSE(list.data(list.index(1), ChatListModel::PrivateRole).toBool());
  EXPECT_EQ(run.chats.chats().size(), 1) << "exports and searches see those that are stored";
  run.viewModel.eraseEverything();
  EXPECT_EQ(list.count(), 0);
}

}  // namespace
