// Crash marker, safe start, and the place of the data folder.
#include "services/session_marker.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QStandardPaths>

#include "app/support/app_fixture.h"
#include "services/data_folder.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

class SessionTest : public hearth_test::AppTest {
 protected:
  void SetUp() override {
    qunsetenv("HEARTH_HOME");
    QFile::remove(config());
    QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)).removeRecursively();
  }
  void TearDown() override { SetUp(); }

  [[nodiscard]] static QString config() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + QStringLiteral("/hearth/location.ini");
  }

  [[nodiscard]] QString emptyFolder(const QString& name) const {
    const QString path = m_folder.filePath(name);
    QDir().mkpath(path);
    return path;
  }

  static void write(const QString& path, const QByteArray& content) {
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(content);
  }
};

TEST_F(SessionTest, OnlyARunThatDidNotEndLeavesAMarker) {
  {
    const SessionMarker marker(home());
    EXPECT_FALSE(marker.lastRunCrashed());
  }
  {
    const SessionMarker marker(home());
    EXPECT_FALSE(marker.lastRunCrashed());
    ASSERT_TRUE(QFile::copy(home() + QStringLiteral("/running"), home() + QStringLiteral("/copy")));
  }
  ASSERT_TRUE(QFile::rename(home() + QStringLiteral("/copy"), home() + QStringLiteral("/running")));  // as a kill leaves it
  {
    const SessionMarker marker(home());
    EXPECT_TRUE(marker.lastRunCrashed());
  }
  const SessionMarker marker(home());
  EXPECT_FALSE(marker.lastRunCrashed());
}

TEST_F(SessionTest, AfterACrashNoModelIsLoadedUntilTheUserSaysSo) {
  AppRun run(home());
  ASSERT_TRUE(run.open(ModelService::Begin::Hold));
  EXPECT_TRUE(run.engine.loads.isEmpty());
  EXPECT_EQ(run.viewModel.model()->state(), QStringLiteral("held"));
  EXPECT_EQ(run.viewModel.model()->name(), QStringLiteral("Ember"));
  EXPECT_TRUE(run.viewModel.model()->errorCause().contains(QStringLiteral("Ember")));
  EXPECT_FALSE(run.viewModel.model()->errorNextStep().isEmpty());
  run.viewModel.send(QStringLiteral("waits"));
  run.settle();
  EXPECT_EQ(run.viewModel.queuedCount(), 1);  // neither lost nor refused
  run.viewModel.reloadModel();
  ASSERT_EQ(run.engine.loads.size(), 1);
  run.engine.finishLoad();
  EXPECT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
}

TEST_F(SessionTest, AModelOnTheCommandLineIsLoadedAlsoAfterACrash) {
  AppRun run(home());
  run.core.open({QStringLiteral(HEARTH_MODELS "/ember-q8_0.gguf"), {}, {}}, ModelService::Begin::Hold);
  ASSERT_TRUE(waitFor([&] { return run.engine.loads.size() == 1; }));
}

TEST_F(SessionTest, TheFolderOfTheEnvironmentIsFixed) {
  qputenv("HEARTH_HOME", home().toLocal8Bit());
  DataFolder folder;
  EXPECT_EQ(folder.path(), home());
  EXPECT_TRUE(folder.isFixed());
  EXPECT_EQ(folder.choose(emptyFolder(QStringLiteral("other"))).id, ErrorId::FolderUnusable);
  EXPECT_EQ(folder.move().id, ErrorId::None);
}

TEST_F(SessionTest, TheDataFolderMovesAtTheNextStart) {
  const QString target = emptyFolder(QStringLiteral("target"));
  QString old;
  {
    DataFolder folder;
    old = folder.path();
    EXPECT_FALSE(folder.isFixed());
    write(old + QStringLiteral("/hearth.db"), "database");
    write(old + QStringLiteral("/backups/one.db"), QByteArray(100000, 'b'));
    write(old + QStringLiteral("/running"), {});
    EXPECT_EQ(folder.choose(target).id, ErrorId::None);
    EXPECT_EQ(folder.next(), target);
    EXPECT_EQ(folder.path(), old);  // nothing happens while the database is open
  }
  QFile::remove(old + QStringLiteral("/running"));
  DataFolder folder;
  EXPECT_EQ(folder.path(), old);
  EXPECT_EQ(folder.move().id, ErrorId::FolderMoved);
  EXPECT_EQ(folder.path(), target);
  EXPECT_TRUE(QFile::exists(target + QStringLiteral("/backups/one.db")));
  EXPECT_FALSE(QDir(old).exists());
  EXPECT_EQ(DataFolder().path(), target);
  EXPECT_EQ(folder.move().id, ErrorId::None);
}

TEST_F(SessionTest, AFolderThatCannotBeUsedIsRefusedAndNothingMoves) {
  DataFolder folder;
  const QString old = folder.path();
  write(old + QStringLiteral("/hearth.db"), "database");
  EXPECT_EQ(folder.choose(m_folder.filePath(QStringLiteral("nowhere"))).id, ErrorId::FolderUnusable);
  QDir().mkpath(old + QStringLiteral("/inside"));
  EXPECT_EQ(folder.choose(old + QStringLiteral("/inside")).id, ErrorId::FolderUnusable);
  const QString used = emptyFolder(QStringLiteral("used"));
  write(used + QStringLiteral("/mine.txt"), "x");
  EXPECT_EQ(folder.choose(used).id, ErrorId::FolderUnusable);
  EXPECT_TRUE(folder.next().isEmpty());

  const QString target = emptyFolder(QStringLiteral("target"));
  ASSERT_EQ(folder.choose(target).id, ErrorId::None);
  write(target + QStringLiteral("/appeared.txt"), "x");
  EXPECT_EQ(folder.move().id, ErrorId::FolderMoveFailed);
  EXPECT_EQ(folder.path(), old);
  EXPECT_TRUE(QFile::exists(old + QStringLiteral("/hearth.db")));
  EXPECT_TRUE(QFile::exists(target + QStringLiteral("/appeared.txt")));
  EXPECT_EQ(folder.choose(old).id, ErrorId::None);  // takes a choice back
  EXPECT_TRUE(folder.next().isEmpty());
}

}  // namespace
