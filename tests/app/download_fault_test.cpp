// Downloads under faults by chance, kills and full disks: every run ends with the right file or with a clear state from which it goes on.
#include <gtest/gtest.h>

#include <QProcess>
#include <random>

#include "app/support/download_fixture.h"
#include "app/support/small_disk.h"

namespace {

using hearth_test::DownloadTest;
using hearth_test::HubFault;
using hearth_test::HubServer;
using hearth_test::HubSite;
using hearth_test::SmallDisk;
using hearth_test::waitFor;
using Kind = HubFault::Kind;

/// tests/long.sh asks for more.
[[nodiscard]] int asked(const char* name, int standard) {
  const int value = qEnvironmentVariableIntValue(name);
  return value > 0 ? value : standard;
}

class DownloadFaultTest : public DownloadTest {
 protected:
  [[nodiscard]] static int schedules() { return asked("HEARTH_TEST_SCHEDULES", 10); }
  [[nodiscard]] static qsizetype megabytes() { return asked("HEARTH_TEST_SCHEDULE_MB", 4); }

  [[nodiscard]] QString target() const { return folder() + QStringLiteral("/models/ann/model/model-Q4_K_M.gguf"); }

  /// A file of this name is always the right one, whatever happened.
  void checkNothingWrong(const QByteArray& data) const { EXPECT_TRUE(!QFile::exists(target()) || content(target()) == data); }
};

TEST_F(DownloadFaultTest, SeededSchedulesEndWithTheRightFileOrAStateThatGoesOn) {
  const QByteArray data = HubServer::bytes(megabytes() << 20);
  int failures = 0;
  for (int seed = 0; seed < schedules() && !HasFailure(); ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    std::mt19937 random(static_cast<unsigned>(seed) + 100);
    HubServer hub;
    hub.add({QStringLiteral("ann/model"), {{QStringLiteral("model-Q4_K_M.gguf"), data}}});
    hub.useSchedule(static_cast<unsigned>(seed), 10 + static_cast<int>(random() % 40));
    QList<Endpoint> endpoints{at(hub)};
    if (seed % 2 == 1) endpoints.append(at(hub, HubSite::Mirror));
    QDir(folder()).removeRecursively();
    begin(request(), endpoints);
    // Pauses and restarts at any time, then problems that someone has to look at: going on is all that is needed.
    for (int round = 0; round < 40 && !done; ++round) {
      const bool ended = waitFor([this] { return done || problem; }, 100 + static_cast<int>(random() % 3000));
      checkNothingWrong(data);
      if (done) break;
      failures += problem ? 1 : 0;
      EXPECT_TRUE(!problem || !problem->cause().isEmpty());
      if (round == 6) hub.behave();
      if (ended || random() % 2 == 0) {
        worker = std::make_unique<DownloadWorker>();
        listen();
        begin(request(), endpoints);
      }
    }
    ASSERT_TRUE(waitFor([this] { return done || problem; }, 60000));
    ASSERT_TRUE(done) << qPrintable(problem ? problem->cause() + u' ' + problem->detail : QString());
    EXPECT_EQ(HubServer::sha256(first()), HubServer::sha256(data));
    EXPECT_EQ(files(), QStringList{QStringLiteral("model-Q4_K_M.gguf")});
  }
  std::printf("%d schedules of %lld MB, %d stops with a problem\n", schedules(), static_cast<long long>(megabytes()), failures);
}

TEST_F(DownloadFaultTest, WrongBytesByChanceAreNeverAccepted) {
  const QByteArray data = HubServer::bytes(1 << 20);
  for (int seed = 0; seed < schedules() && !HasFailure(); ++seed) {
    HubServer hub;
    hub.add({QStringLiteral("ann/model"), {{QStringLiteral("model-Q4_K_M.gguf"), data}}});
    hub.setFaults([random = std::mt19937(static_cast<unsigned>(seed))](const hearth_test::HubRequest& request) mutable {
      if (request.site != HubSite::Cdn || random() % 30 != 0) return HubFault{};
      return HubFault{Kind::WrongBytes, qint64(random() % 60'000)};
    });
    QDir(folder()).removeRecursively();
    for (int round = 0; round < 20 && !done; ++round) {
      run(request(), {at(hub)});
      checkNothingWrong(data);
      ASSERT_TRUE(done || (problem && problem->id == ErrorId::DownloadDamaged));
      if (round == 5) hub.behave();
    }
    ASSERT_TRUE(done);
    done.reset();
  }
}

TEST_F(DownloadFaultTest, AKillAtAnyMomentCostsLittleAndNeverTheFile) {
  const QByteArray data = HubServer::bytes(megabytes() << 20);
  std::mt19937 random(7);
  int kills = 0;
  qint64 kept = 0, most = 0;
  for (int seed = 0; seed < std::max(5, schedules() / 2) && !HasFailure(); ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    HubServer hub;
    hub.add({QStringLiteral("ann/model"), {{QStringLiteral("model-Q4_K_M.gguf"), data}}});
    hub.misbehave(HubSite::Cdn, {Kind::Slow, data.size() / 6}, -1);  // so that it takes more than a second
    QDir(folder()).removeRecursively();
    for (int kill = 0; kill < 3; ++kill) {
      QProcess child;
      child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--download"), folder(), hub.url().toString()});
      ASSERT_TRUE(child.waitForStarted());
      ASSERT_TRUE(waitFor([&] { return QFile::exists(target() + QStringLiteral(".part")) || QFile::exists(target()); }));
      const bool isDone = child.waitForFinished(static_cast<int>(random() % 700));
      EXPECT_TRUE(!isDone || child.exitCode() == 0);
      if (isDone) break;
      child.kill();  // SIGKILL: nothing in the process can react
      ASSERT_TRUE(child.waitForFinished());
      ++kills;
      checkNothingWrong(data);
    }
    const qint64 before = hub.bytesServed();
    hub.behave();
    ASSERT_TRUE(run(request(), {at(hub)})) << qPrintable(problem ? problem->cause() : QString());
    EXPECT_EQ(HubServer::sha256(first()), HubServer::sha256(data));
    EXPECT_EQ(files(), QStringList{QStringLiteral("model-Q4_K_M.gguf")});
    kept += data.size() - (hub.bytesServed() - before);
    most += data.size();
  }
  EXPECT_GT(kills, 5);
  EXPECT_GT(kept, 0) << "what had arrived before the kills was used";
  std::printf("%d kills; %lld of %lld bytes had been kept\n", kills, static_cast<long long>(kept), static_cast<long long>(most));
}

TEST_F(DownloadFaultTest, AFullDiskIsSaidWithNumbersAndGoesOnWhenThereIsRoom) {
  const SmallDisk small(folder(), "size=9m");
  if (!small.isMounted()) GTEST_SKIP() << "mounting a small file system is not allowed here";
  HubServer hub;
  const QByteArray data = fill(hub, 3'000'000);
  QFile ballast(folder() + QStringLiteral("/ballast"));
  ASSERT_TRUE(ballast.open(QIODevice::WriteOnly));
  ballast.write(QByteArray(5'000'000, 'b'));
  ballast.close();
  ASSERT_FALSE(run(request(), {at(hub)}));
  EXPECT_EQ(problem->id, ErrorId::DownloadNoSpace);
  EXPECT_EQ(problem->arguments.size(), 2);
  EXPECT_EQ(files(), QStringList{QStringLiteral("ballast")});
  EXPECT_FALSE(QDir(folder() + QStringLiteral("/models")).exists());
  EXPECT_EQ(hub.bytesServed(), 0) << "known before the first byte";
  ballast.remove();
  ASSERT_TRUE(run(request(), {at(hub)}));
  EXPECT_EQ(first(), data);
}

TEST_F(DownloadFaultTest, AFolderThatCannotBeWrittenIsSaid) {
  HubServer hub;
  fill(hub);
  // A file in the place of the folder stops root, too.
  QDir().mkpath(folder());
  QFile obstacle(folder() + QStringLiteral("/models"));
  ASSERT_TRUE(obstacle.open(QIODevice::WriteOnly));
  obstacle.close();
  ASSERT_FALSE(run(request(), {at(hub)}));
  EXPECT_EQ(problem->id, ErrorId::DownloadFolder);
  EXPECT_FALSE(problem->arguments.value(0).isEmpty());
  obstacle.remove();
  EXPECT_TRUE(run(request(), {at(hub)}));
}

TEST_F(DownloadFaultTest, ADiskThatMayOnlyBeReadIsSaid) {
  const SmallDisk small(folder(), "size=9m");
  if (!small.isMounted()) GTEST_SKIP() << "mounting a small file system is not allowed here";
  HubServer hub;
  fill(hub);
  ASSERT_EQ(mount("tmpfs", folder().toLocal8Bit().constData(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=9m"), 0);
  ASSERT_FALSE(run(request(), {at(hub)}));
  EXPECT_EQ(problem->id, ErrorId::DownloadFolder);
}

TEST_F(DownloadFaultTest, NamesOfAllKinds) {
  HubServer hub;
  const QByteArray data = HubServer::bytes(100'000);
  const QStringList names{QStringLiteral("a b.gguf"),
                          QString::fromUtf8("模型 量化.gguf"),
                          QString::fromUtf8("😀👩‍🔬.gguf"),
                          QStringLiteral("100%?#&+;.gguf"),
                          QString::fromUtf8("ünï/ço dé/x.gguf"),
                          QString(250, u'n') + QStringLiteral(".gguf"),
                          QString(83, QChar(0x4e2d)) + QStringLiteral("x.gguf")};
  QList<hearth_test::HubFile> repositoryFiles;
  for (const QString& name : names) repositoryFiles.append({name, data});
  hub.add({QStringLiteral("ann/model"), repositoryFiles});
  ASSERT_TRUE(run(request(names), {at(hub)})) << qPrintable(problem->cause());
  ASSERT_EQ(paths.size(), names.size());
  for (const QString& path : paths) EXPECT_EQ(content(path), data) << qPrintable(path);
  for (const char* bad :
       {"../../evil.gguf", "/tmp/evil.gguf", "a/../../../evil.gguf", "..\\evil.gguf", "m/../../evil-00001-of-00002.gguf"}) {
    ASSERT_FALSE(run(request({QString::fromUtf8(bad)}), {at(hub)})) << bad;
    EXPECT_EQ(problem->id, ErrorId::DownloadName);
    EXPECT_EQ(problem->arguments, QStringList{QString::fromUtf8(bad)});
  }
}

}  // namespace
