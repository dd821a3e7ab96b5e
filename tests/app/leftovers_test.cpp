// "Erase everything": what is left on the disk and in the keychain when the application has ended.
#include "services/leftovers.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QStandardPaths>

#include "app/support/app_fixture.h"
#include "app/support/fake_secrets.h"
#include "services/data_folder.h"
#include "services/network_settings.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

class LeftoversTest : public hearth_test::AppTest {
 protected:
  void SetUp() override { clean(); }
  void TearDown() override { clean(); }

  static void clean() {
    qunsetenv("HEARTH_HOME");
    QFile::remove(config());
    QDir(cache()).removeRecursively();
  }
  [[nodiscard]] static QString config() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + QStringLiteral("/hearth/location.ini");
  }
  [[nodiscard]] static QString cache() { return QStandardPaths::writableLocation(QStandardPaths::CacheLocation); }
  static void write(const QString& path) {
    ASSERT_TRUE(QDir().mkpath(QFileInfo(path).path()));
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("x");
  }
  /// What a run leaves that knew models, and that had been moved here.
  void fill() const {
    for (const char* name : {"/models/a.gguf", "/models/.incoming/half", "/adapters/deep/b.gguf", "/cache/catalogue.json"})
      write(home() + QLatin1String(name));
    write(cache() + QStringLiteral("/qmlcache/a.qmlc"));
    write(config());
  }
  /// Erases as the window does and waits for the new database.
  static void erase(AppRun& run, void (AppViewModel::*how)()) {
    run.state.reset();
    (run.viewModel.*how)();
    ASSERT_TRUE(waitFor([&run] { return run.state.has_value(); }));
    run.settle();
  }
  static void talk(AppRun& run) {
    const qsizetype request = run.engine.requests.size();
    run.chats.send(0, QStringLiteral("a question"));
    ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() > request; }));
    run.engine.text(request, QStringLiteral("an answer"));
    run.engine.finish(request);
    run.settle();
  }
  [[nodiscard]] QStringList left() const { return QDir(home()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot); }
};

TEST_F(LeftoversTest, WithoutErasingNothingIsTouched) {
  fill();
  const DataFolder location;
  { const Leftovers leftovers(home(), &location); }
  EXPECT_EQ(left().size(), 3);
  EXPECT_TRUE(QFile::exists(config()));
  EXPECT_TRUE(QFile::exists(cache() + QStringLiteral("/qmlcache/a.qmlc")));
}

TEST_F(LeftoversTest, ModelsStayWithTheirPlace) {
  fill();
  const DataFolder location;
  {
    Leftovers leftovers(home(), &location);
    leftovers.setRemoval(Leftovers::Removal::Caches);
  }
  EXPECT_EQ(left(), (QStringList{QStringLiteral("adapters"), QStringLiteral("models")}));
  EXPECT_TRUE(QFile::exists(home() + QStringLiteral("/models/a.gguf")));
  EXPECT_TRUE(QFile::exists(config())) << "else the next start would not find them";
  EXPECT_FALSE(QDir(cache()).exists());
}

TEST_F(LeftoversTest, EverythingMeansTheFolderItself) {
  fill();
  const DataFolder location;
  {
    Leftovers leftovers(home(), &location);
    leftovers.setRemoval(Leftovers::Removal::Everything);
  }
  EXPECT_FALSE(QDir(home()).exists());
  EXPECT_FALSE(QFile::exists(config()));
  EXPECT_FALSE(QDir(cache()).exists());
}

TEST_F(LeftoversTest, FilesOfOthersStay) {
  fill();
  write(home() + QStringLiteral("/letter.txt"));
  const QString elsewhere = m_folder.filePath(QStringLiteral("elsewhere"));
  write(elsewhere + QStringLiteral("/big.gguf"));
  ASSERT_TRUE(QFile::link(elsewhere, home() + QStringLiteral("/models/linked")));
  {
    Leftovers leftovers(home(), nullptr);
    leftovers.setRemoval(Leftovers::Removal::Everything);
  }
  EXPECT_EQ(left(), QStringList{QStringLiteral("letter.txt")});
  EXPECT_TRUE(QFile::exists(elsewhere + QStringLiteral("/big.gguf"))) << "links are not followed";
  EXPECT_TRUE(QFile::exists(config())) << "nobody said which folder it is";
}

TEST_F(LeftoversTest, AModelFolderOnAnotherDiskIsEmptied) {
  const QString disk = m_folder.filePath(QStringLiteral("disk"));
  write(disk + QStringLiteral("/big.gguf"));
  ASSERT_TRUE(QDir().mkpath(home()));
  ASSERT_TRUE(QFile::link(disk, home() + QStringLiteral("/models")));
  {
    Leftovers leftovers(home(), nullptr);
    leftovers.setRemoval(Leftovers::Removal::Everything);
  }
  EXPECT_FALSE(QFile::exists(disk + QStringLiteral("/big.gguf")));
  EXPECT_TRUE(QDir(disk).exists());
  EXPECT_FALSE(QDir(home()).exists());
}

TEST_F(LeftoversTest, TheEmptyDatabaseIsNotLeftBehind) {
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    talk(run);
    run.settings.setValue(SettingKey::FontPercent, 120);
    const QSignalSpy erased(&run.viewModel, &AppViewModel::erased);
    const QSignalSpy quit(&run.viewModel, &AppViewModel::quitRequested);
    erase(run, &AppViewModel::eraseEverything);
    EXPECT_EQ(erased.count(), 1);
    EXPECT_FALSE(erased.value(0).value(0).toBool());
    EXPECT_EQ(quit.count(), 0);
    EXPECT_TRUE(left().contains(QStringLiteral("hearth.db")));
  }
  EXPECT_EQ(left(), QStringList());
}

TEST_F(LeftoversTest, WhatIsWrittenAfterTheErasingStays) {
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    talk(run);
    erase(run, &AppViewModel::eraseEverything);
    talk(run);
  }
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    EXPECT_EQ(run.chats.chats().size(), 1);
    erase(run, &AppViewModel::eraseEverything);
    run.settings.setValue(SettingKey::FontPercent, 140);
  }
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  EXPECT_TRUE(run.chats.chats().isEmpty());
  EXPECT_EQ(run.settings.integer(SettingKey::FontPercent), 140);
}

TEST_F(LeftoversTest, AnEmptyDatabaseThatNobodyErasedStays) {
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
  }
  EXPECT_EQ(left(), QStringList{QStringLiteral("hearth.db")});
}

TEST_F(LeftoversTest, TheKeychainForgetsBeforeTheApplicationEnds) {
  hearth_test::FakeEngine engine;
  hearth_test::FakeSecrets secrets;
  AppCore::Options options = AppRun::optionsFor(home(), {});
  options.secrets = &secrets;
  AppCore core(&engine, options);
  const QSignalSpy opened(&core.storage(), &StorageThread::opened);
  core.open({}, ModelService::Begin::Load);
  ASSERT_TRUE(waitFor([&] { return opened.count() == 1; }));
  core.network().setProxyPassword(QStringLiteral("secret"));
  core.network().setToken(QStringLiteral("huggingface.co"), QStringLiteral("token"));
  ASSERT_TRUE(waitFor([&] { return secrets.kept.size() == 2 && core.settings().value(SettingKey::ProxySecret).toBool(); }));
  ASSERT_TRUE(waitFor([&] { return !core.settings().text(SettingKey::TokenHosts).isEmpty(); }));
  QStringList order;
  QObject::connect(&core.viewModel(), &AppViewModel::erased, &core,
                   [&](bool withFiles) { order += withFiles ? u"erased"_qs : u"kept"_qs; });
  QObject::connect(&core.viewModel(), &AppViewModel::quitRequested, &core, [&] {
    order += u"quit"_qs;
    EXPECT_TRUE(secrets.kept.isEmpty());
  });
  core.viewModel().eraseWithModels();
  ASSERT_TRUE(waitFor([&] { return order.contains(u"quit"_qs); }));
  EXPECT_EQ(order, (QStringList{QStringLiteral("erased"), QStringLiteral("quit")}));
  EXPECT_FALSE(core.network().hasProxyPassword());
}

}  // namespace
