// Downloads from a hub that behaves, and from one that does not.
#include <gtest/gtest.h>

#include <QJsonDocument>
#include <QJsonObject>

#include "app/support/download_fixture.h"

namespace {

using hearth_test::DownloadTest;
using hearth_test::HubFault;
using hearth_test::HubFile;
using hearth_test::HubRequest;
using hearth_test::HubServer;
using hearth_test::HubSite;
using hearth_test::waitFor;
using Kind = HubFault::Kind;

TEST_F(DownloadTest, AFileInParallelPartsWithSizeAndChecksumFromTheHub) {
  HubServer hub;
  const QByteArray data = fill(hub, 4'000'000);
  hub.misbehave(HubSite::Cdn, {Kind::Slow, 2'000'000}, -1);
  ASSERT_TRUE(run(request(), {at(hub)}));
  EXPECT_EQ(first(), data);
  EXPECT_EQ(paths, QStringList{folder() + QStringLiteral("/models/ann/model/model-Q4_K_M.gguf")});
  EXPECT_EQ(done->files.first().size, quint64(data.size()));
  EXPECT_EQ(done->files.first().sha256, HubServer::sha256(data));
  EXPECT_EQ(files(), QStringList{QStringLiteral("model-Q4_K_M.gguf")}) << "nothing is left beside it";
  EXPECT_GE(hub.mostAtOnce(), 3);
  EXPECT_LE(hub.mostAtOnce(), 4);
  EXPECT_EQ(hub.bytesServed(), data.size()) << "nothing came twice";
}

TEST_F(DownloadTest, FoldersOfTheRepositoryAndSplitFilesAppearTogether) {
  HubServer hub;
  const QByteArray one = HubServer::bytes(300'000, 1), two = HubServer::bytes(200'000, 2);
  const QString names = QStringLiteral("UD-Q4/m-0000%1-of-00002.gguf");
  hub.add({QStringLiteral("ann/model"), {{names.arg(1), one}, {names.arg(2), two}}});
  hub.misbehave(HubSite::Cdn, {Kind::Stall, 1000}, -1, HubServer::sha256(two));
  begin(request({names.arg(1), names.arg(2)}), {at(hub)});
  ASSERT_TRUE(waitFor([&] { return progress.received >= 301'000; }));
  for (const QString& name : files()) EXPECT_TRUE(name.contains(QStringLiteral(".part"))) << qPrintable(name);
  hub.behave();
  ASSERT_TRUE(waitFor([&] { return done || problem; }));
  ASSERT_TRUE(done);
  EXPECT_EQ(files(), (QStringList{QStringLiteral("UD-Q4~m-00001-of-00002.gguf"), QStringLiteral("UD-Q4~m-00002-of-00002.gguf")}));
  EXPECT_EQ(content(paths[0]), one);
  EXPECT_EQ(content(paths[1]), two);
}

TEST_F(DownloadTest, APauseKeepsWhatHasArrived) {
  HubServer hub;
  const QByteArray data = fill(hub, 2'000'000);
  hub.misbehave(HubSite::Cdn, {Kind::Stall, 60'000}, -1);
  begin(request(), {at(hub)});
  ASSERT_TRUE(waitFor([&] { return progress.received >= 200'000; }));
  worker->stop();
  const qint64 before = hub.bytesServed();
  hub.behave();
  worker = std::make_unique<DownloadWorker>();
  listen();
  ASSERT_TRUE(run(request(), {at(hub)}));
  EXPECT_EQ(first(), data);
  EXPECT_LE(hub.bytesServed() - before, data.size() - 200'000);
}

TEST_F(DownloadTest, EveryFaultEndsWithTheRightFile) {
  for (const HubFault& fault :
       {HubFault{Kind::Drop, 50'000}, HubFault{Kind::Drop, 0}, HubFault{Kind::Stall, 30'000}, HubFault{Kind::Status, 0, 503},
        HubFault{Kind::Status, 0, 429, 0}, HubFault{Kind::Status, 0, 500}, HubFault{Kind::Status, 0, 416}, HubFault{Kind::WholeFile},
        HubFault{Kind::NewEtag}, HubFault{Kind::WrongRange, 17}, HubFault{Kind::WrongTotal}, HubFault{Kind::Short, 9'000},
        HubFault{Kind::TooLong}, HubFault{Kind::Garbage}}) {
    for (const HubSite site : {HubSite::Cdn, HubSite::Mirror}) {
      SCOPED_TRACE(::testing::Message() << "fault " << int(fault.kind) << " status " << fault.status << " site " << int(site));
      HubServer hub;
      const QByteArray data = fill(hub);
      // The second answer, when parts have arrived already, and the first two.
      for (const bool later : {false, true}) {
        int count = 0;
        hub.setFaults([&, later](const HubRequest& request) {
          if (request.site != site || !request.asksForFile()) return HubFault{};
          ++count;
          return (later ? count > 3 && count < 6 : count < 3) ? fault : HubFault{};
        });
        QDir(folder()).removeRecursively();
        ASSERT_TRUE(run(request(), {at(hub, site == HubSite::Cdn ? HubSite::Hub : site)}))
            << qPrintable(problem ? problem->cause() + problem->detail : QStringLiteral("no end"));
        EXPECT_EQ(first(), data);
        EXPECT_EQ(files().size(), 1);
      }
    }
  }
}

TEST_F(DownloadTest, AServerThatKnowsNoRangesIsReadFromItsFirstByte) {
  HubServer hub;
  const QByteArray data = fill(hub);
  hub.misbehave(HubSite::Cdn, {Kind::WholeFile}, -1);
  ASSERT_TRUE(run(request(), {at(hub)}));
  EXPECT_EQ(first(), data);
  EXPECT_EQ(hub.mostAtOnce(), 1);
}

TEST_F(DownloadTest, RetryAfterIsRespected) {
  HubServer hub;
  const QByteArray data = fill(hub);
  hub.misbehave(HubSite::Cdn, {Kind::Status, 0, 429, 1});
  QElapsedTimer clock;
  clock.start();
  begin(request(), {at(hub)});
  ASSERT_TRUE(waitFor([&] { return progress.doing == DownloadProgress::Doing::Waiting; }));
  EXPECT_GE(progress.retrySeconds, 1);
  EXPECT_LE(progress.retrySeconds, 2) << "with some chance";
  EXPECT_EQ(progress.problem.id, ErrorId::NetworkBusy);
  ASSERT_TRUE(waitFor([&] { return done || problem; }));
  EXPECT_GE(clock.elapsed(), 1000);
  EXPECT_EQ(first(), data);
}

TEST_F(DownloadTest, TheNetworkMayBeAwayForAsLongAsItLikes) {
  HubServer hub;
  const QByteArray data = fill(hub, 2'000'000);
  hub.misbehave(HubSite::Cdn, {Kind::Slow, 600'000}, -1);
  begin(request(), {at(hub)});
  ASSERT_TRUE(waitFor([&] { return progress.received > 200'000; }));
  hub.setOnline(false);
  ASSERT_TRUE(waitFor([&] { return progress.doing == DownloadProgress::Doing::Waiting; }));
  EXPECT_EQ(progress.problem.id, ErrorId::NetworkUnreachable);
  QElapsedTimer clock;
  clock.start();
  while (clock.elapsed() < 2500) QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
  EXPECT_FALSE(problem);
  hub.setOnline(true);
  hub.behave();
  worker->retryNow();
  ASSERT_TRUE(waitFor([&] { return done || problem; }));
  EXPECT_EQ(first(), data);
}

TEST_F(DownloadTest, AnotherEndpointGoesOnWithTheSameFile) {
  HubServer hub;
  const QByteArray data = fill(hub, 2'000'000);
  qint64 given = 0;
  hub.setFaults([&](const HubRequest& request) -> HubFault {
    if (request.site != HubSite::Cdn) return {};
    return ++given <= 5 ? HubFault{} : HubFault{Kind::Status, 0, 503};
  });
  ASSERT_TRUE(run(request(), {at(hub), at(hub, HubSite::Mirror)}));
  EXPECT_EQ(first(), data);
  EXPECT_GT(hub.requestCount(HubSite::Mirror), 0);
  EXPECT_EQ(hub.bytesServed(), data.size()) << "the parts of the first one were kept";
}

TEST_F(DownloadTest, WrongBytesAreNeverAccepted) {
  HubServer hub;
  const QByteArray data = fill(hub);
  hub.misbehave(HubSite::Cdn, {Kind::WrongBytes, 100}, 1);
  ASSERT_FALSE(run(request(), {at(hub)}));
  EXPECT_EQ(problem->id, ErrorId::DownloadDamaged);
  EXPECT_TRUE(files().isEmpty()) << qPrintable(files().join(u' '));
  ASSERT_TRUE(run(request(), {at(hub)}));
  EXPECT_EQ(first(), data);
}

TEST_F(DownloadTest, WithChecksumsOfPiecesOnlyTheBadOnesAreFetchedAgain) {
  HubServer hub;
  const QByteArray data = fill(hub, 2'000'000);
  DownloadRequest wanted = request();
  wanted.files[0].partBytes = 250'000;
  for (qsizetype at = 0; at < data.size(); at += 250'000) wanted.files[0].partSha256.append(HubServer::sha256(data.mid(at, 250'000)));
  hub.misbehave(HubSite::Cdn, {Kind::WrongBytes, 100}, 2);
  ASSERT_TRUE(run(wanted, {at(hub)}));
  EXPECT_EQ(first(), data);
  EXPECT_EQ(hub.bytesServed(), data.size() + 2 * 250'000);
}

TEST_F(DownloadTest, APieceThatStaysBadIsFetchedElsewhere) {
  HubServer hub;
  const QByteArray data = fill(hub, 1'000'000);
  DownloadRequest wanted = request();
  wanted.files[0].partBytes = 250'000;
  for (qsizetype at = 0; at < data.size(); at += 250'000) wanted.files[0].partSha256.append(HubServer::sha256(data.mid(at, 250'000)));
  hub.setFaults([](const HubRequest& request) {
    return request.site == HubSite::Cdn && request.from == 500'000 ? HubFault{Kind::WrongBytes, 100} : HubFault{};
  });
  ASSERT_TRUE(run(wanted, {at(hub), at(hub, HubSite::Mirror)}));
  EXPECT_EQ(first(), data);
  ASSERT_FALSE(run(request(), {}));
}

TEST_F(DownloadTest, AFileThatIsAnotherOneIsRefused) {
  HubServer hub;
  fill(hub);
  DownloadRequest wanted = request();
  wanted.files[0].size = 1'000'000;
  wanted.files[0].sha256 = QString(64, u'a');
  ASSERT_FALSE(run(wanted, {at(hub)}));
  EXPECT_EQ(problem->id, ErrorId::DownloadChanged);
  wanted.files[0].size = 999;
  ASSERT_FALSE(run(wanted, {at(hub)}));
  EXPECT_EQ(problem->id, ErrorId::DownloadChanged);
  ASSERT_FALSE(run(wanted, {at(hub, HubSite::Mirror)})) << "the mirror says no checksum, but a size";
  EXPECT_EQ(problem->id, ErrorId::DownloadChanged);
  EXPECT_TRUE(files().filter(QStringLiteral("gguf")).filter(QRegularExpression(QStringLiteral("gguf$"))).isEmpty());
}

TEST_F(DownloadTest, AMirrorWithAnotherFileIsPassedOver) {
  HubServer hub;
  const QByteArray data = fill(hub);
  hub.setMirrorFile(QStringLiteral("ann/model"), {QStringLiteral("model-Q4_K_M.gguf"), HubServer::bytes(1'000'000, 9)});
  DownloadRequest wanted = request();
  wanted.files[0].size = quint64(data.size());
  wanted.files[0].sha256 = HubServer::sha256(data);
  ASSERT_FALSE(run(wanted, {at(hub, HubSite::Mirror)}));
  EXPECT_EQ(problem->id, ErrorId::DownloadDamaged) << "its checksum is only known at the end";
  EXPECT_TRUE(files().isEmpty());
  ASSERT_TRUE(run(wanted, {at(hub), at(hub, HubSite::Mirror)}));
  EXPECT_EQ(first(), data);
}

TEST_F(DownloadTest, GatedMissingAndEndlessAreSaid) {
  HubServer hub;
  fill(hub);
  hub.misbehave(HubSite::Hub, {Kind::Status, 0, 401, -1, "GatedRepo"}, -1);
  ASSERT_FALSE(run(request(), {at(hub)}));
  EXPECT_EQ(problem->id, ErrorId::HubTokenNeeded);
  EXPECT_EQ(problem->arguments, QStringList{QStringLiteral("ann/model")});
  hub.behave();
  hub.misbehave(HubSite::Hub, {Kind::EndlessRedirect}, -1);
  ASSERT_FALSE(run(request(), {at(hub)}));
  EXPECT_EQ(problem->id, ErrorId::NetworkRedirects);
  hub.behave();
  ASSERT_FALSE(run(request({QStringLiteral("nothing.gguf")}), {at(hub)}));
  EXPECT_EQ(problem->id, ErrorId::HubNotFound);
  ASSERT_FALSE(run(request(), {}));
  EXPECT_EQ(problem->id, ErrorId::HubNoEndpoint);
  EXPECT_TRUE(files().isEmpty());
}

TEST_F(DownloadTest, SmallFilesWithoutAChecksumAndAChangedOne) {
  HubServer hub;
  const QByteArray config = "{\"r\": 8}", weights = HubServer::bytes(200'000);
  const QString repository = QStringLiteral("ann/lora");
  hub.add({repository,
           {{QStringLiteral("adapter_config.json"), config, false}, {QStringLiteral("adapter_model.safetensors"), weights, false}}});
  DownloadRequest wanted = request({QStringLiteral("adapter_config.json"), QStringLiteral("adapter_model.safetensors")}, repository);
  wanted.kind = DownloadRequest::Kind::Adapter;
  hub.misbehave(HubSite::Hub, {Kind::Stall, 30'000}, -1, QStringLiteral("safetensors"));
  begin(wanted, {at(hub)});
  ASSERT_TRUE(waitFor([&] { return progress.received > 40'000; }));
  worker->stop();
  hub.behave();
  // Meanwhile the file has become another one of the same size: the old part must not stay in it.
  const QByteArray newer = HubServer::bytes(200'000, 77);
  hub.add(
      {repository, {{QStringLiteral("adapter_config.json"), config, false}, {QStringLiteral("adapter_model.safetensors"), newer, false}}});
  ASSERT_TRUE(run(wanted, {at(hub)}));
  EXPECT_EQ(content(paths[0]), config);
  EXPECT_EQ(content(paths[1]), newer);
  EXPECT_EQ(done->files[1].sha256, HubServer::sha256(newer));
  EXPECT_EQ(paths[0], folder() + QStringLiteral("/adapters/ann/lora/adapter_config.json"));
}

TEST_F(DownloadTest, TheBandwidthLimitHoldsAndCanChange) {
  HubServer hub;
  const QByteArray data = fill(hub, 1'500'000);
  QElapsedTimer clock;
  clock.start();
  begin(request(), {at(hub)}, 500'000);
  ASSERT_TRUE(waitFor([&] { return clock.elapsed() > 2000; }));
  EXPECT_GT(progress.received, 500'000u);
  EXPECT_LT(progress.received, 1'300'000u);
  EXPECT_GT(progress.bytesPerSecond, 300'000);
  EXPECT_LT(progress.bytesPerSecond, 700'000);
  EXPECT_GE(progress.secondsLeft, 0);
  EXPECT_EQ(progress.total, 1'500'000u);
  EXPECT_FALSE(done);
  worker->setBytesPerSecond(0);
  ASSERT_TRUE(waitFor([&] { return done || problem; }, 2000));
  EXPECT_EQ(first(), data);
}

TEST_F(DownloadTest, AFileThatIsThereAlreadyIsCheckedInsteadOfFetched) {
  HubServer hub;
  const QByteArray data = fill(hub);
  ASSERT_TRUE(run(request(), {at(hub)}));
  const qint64 served = hub.bytesServed();
  ASSERT_TRUE(run(request(), {at(hub)}));
  EXPECT_EQ(hub.bytesServed(), served);
  QFile file(paths.first());
  ASSERT_TRUE(file.open(QIODevice::ReadWrite));
  file.write("damage");
  file.close();
  ASSERT_TRUE(run(request(), {at(hub)}));
  EXPECT_EQ(first(), data);
  EXPECT_GT(hub.bytesServed(), served);
}

TEST_F(DownloadTest, RemovingTakesWhatIsUnfinishedAndNothingElse) {
  HubServer hub;
  const QByteArray one = HubServer::bytes(300'000, 1), two = HubServer::bytes(300'000, 2);
  hub.add({QStringLiteral("ann/model"), {{QStringLiteral("a.gguf"), one}, {QStringLiteral("b.gguf"), two}}});
  ASSERT_TRUE(run(request({QStringLiteral("a.gguf")}), {at(hub)}));
  hub.misbehave(HubSite::Cdn, {Kind::Stall, 1000}, -1);
  const DownloadRequest both = request({QStringLiteral("a.gguf"), QStringLiteral("b.gguf")});
  begin(both, {at(hub)});
  ASSERT_TRUE(waitFor([&] { return files().size() > 1; }));
  worker->stop();
  worker->removeUnfinished(both, folder());
  EXPECT_EQ(files(), QStringList{QStringLiteral("a.gguf")});
  QFile::remove(folder() + QStringLiteral("/models/ann/model/a.gguf"));
  worker->removeUnfinished(both, folder());
  EXPECT_FALSE(QDir(folder() + QStringLiteral("/models")).exists()) << "empty folders go, too";
}

}  // namespace
