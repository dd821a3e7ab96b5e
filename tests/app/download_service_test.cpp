#include "services/download_service.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "app/support/app_fixture.h"
#include "app/support/fake_secrets.h"
#include "app/support/hub_server.h"
#include "services/network_settings.h"
#include "storage/download_store.h"

namespace {

using hearth_test::FakeSecrets;
using hearth_test::HubFault;
using hearth_test::HubServer;
using hearth_test::HubSite;
using hearth_test::waitFor;
using Kind = HubFault::Kind;
using State = DownloadState;

/// Database, settings and downloads of one run of the application.
struct Session {
  Session(const QString& home, const HubServer& hub)
      : storage(home), settings(&storage), network(&settings, &secrets), downloads(&storage, &settings, home) {
    qputenv("HEARTH_DOWNLOAD_TUNING", "fast");
    network.setAddress(Endpoint::Kind::HuggingFace, hub.url());
    downloads.setNetwork(&network);
    QObject::connect(&downloads, &DownloadService::finished, &downloads, [this](const DownloadRow& row) { finished.append(row); });
    std::optional<StorageState> state;
    QObject::connect(&storage, &StorageThread::opened, &storage, [&](const StorageState& opened) { state = opened; });
    storage.open();
    EXPECT_TRUE(waitFor([&] { return state.has_value(); }));
    QObject::disconnect(&storage, &StorageThread::opened, &storage, nullptr);
    settings.load(state->settings);
    downloads.start();
  }
  ~Session() { storage.close(); }
  [[nodiscard]] DownloadRow row(qint64 id) const {
    for (const DownloadRow& one : downloads.downloads()) {
      if (one.id == id) return one;
    }
    return {};
  }
  [[nodiscard]] bool reaches(qint64 id, State state, int milliseconds = 20000) const {
    return waitFor([this, id, state] { return row(id).state == state; }, milliseconds);
  }
  [[nodiscard]] QList<qint64> order() const {
    QList<qint64> ids;
    for (const DownloadRow& one : downloads.downloads()) ids.append(one.id);
    return ids;
  }

  StorageThread storage;
  Settings settings;
  FakeSecrets secrets;
  NetworkSettings network;
  DownloadService downloads;
  QList<DownloadRow> finished;
};

class DownloadServiceTest : public ::testing::Test {
 protected:
  DownloadServiceTest() {
    qputenv("HEARTH_DOWNLOAD_TUNING", "fast");
    for (const char* name : {"a", "b", "c"})
      hub.add({QStringLiteral("ann/") + QString::fromLatin1(name),
               {{QStringLiteral("model-Q8_0.gguf"), HubServer::bytes(400'000, unsigned(*name))}}});
  }
  [[nodiscard]] QString home() const { return m_folder.filePath(QStringLiteral("home")); }
  [[nodiscard]] static DownloadRequest request(const char* name) {
    DownloadRequest made;
    made.repository = QStringLiteral("ann/") + QString::fromLatin1(name);
    made.title = QStringLiteral("Model ") + QString::fromLatin1(name);
    made.variant = QStringLiteral("Q8_0");
    made.files = {{QStringLiteral("model-Q8_0.gguf"), 0, {}}};
    return made;
  }
  static QByteArray content(const DownloadRow& row) {
    QFile file(row.files.value(0));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }

  QTemporaryDir m_folder;
  HubServer hub;
};

TEST_F(DownloadServiceTest, OneAfterTheOtherInOrder) {
  Session run(home(), hub);
  const qint64 a = run.downloads.add(request("a")), b = run.downloads.add(request("b")), c = run.downloads.add(request("c"));
  EXPECT_LT(a, b);
  EXPECT_EQ(run.downloads.add(request("b")), b) << "asked for twice";
  ASSERT_TRUE(waitFor([&] { return run.finished.size() == 3; }));
  for (qsizetype i = 0; i < 3; ++i) {
    EXPECT_EQ(run.finished[i].id, (QList<qint64>{a, b, c})[i]);
    EXPECT_EQ(content(run.finished[i]), HubServer::bytes(400'000, unsigned("abc"[i])));
    EXPECT_EQ(run.finished[i].request.files[0].sha256, HubServer::sha256(content(run.finished[i])));
    EXPECT_EQ(run.finished[i].received, 400'000u);
  }
  EXPECT_NE(run.downloads.add(request("b")), b) << "a finished one can be asked for again";
  run.downloads.removeFinished();
  EXPECT_EQ(run.order().size(), 1);
}

TEST_F(DownloadServiceTest, PauseResumeMoveAndRemove) {
  hub.misbehave(HubSite::Cdn, {Kind::Slow, 50'000}, -1);
  Session run(home(), hub);
  QSignalSpy lists(&run.downloads, &DownloadService::listChanged);
  const qint64 a = run.downloads.add(request("a")), b = run.downloads.add(request("b")), c = run.downloads.add(request("c"));
  ASSERT_TRUE(waitFor([&] { return run.row(a).received > 20'000; }));
  EXPECT_EQ(run.row(b).state, State::Queued);
  run.downloads.pause(a);
  EXPECT_EQ(run.row(a).state, State::Paused);
  ASSERT_TRUE(waitFor([&] { return run.row(b).received > 20'000; }));
  EXPECT_GT(run.row(a).received, 20'000u) << "what has arrived is still shown";
  run.downloads.move(c, -1);  // before the running one: it goes first
  EXPECT_EQ(run.order(), (QList<qint64>{a, c, b}));
  ASSERT_TRUE(run.reaches(c, State::Running));
  EXPECT_EQ(run.row(b).state, State::Queued);
  lists.clear();
  run.downloads.remove(c);
  EXPECT_EQ(lists.count(), 1);
  EXPECT_EQ(run.order(), (QList<qint64>{a, b}));
  run.downloads.pauseAll();
  EXPECT_EQ(run.row(b).state, State::Paused);
  ASSERT_TRUE(waitFor([&] { return !QDir(home() + QStringLiteral("/models/ann/c")).exists(); })) << "nothing of it is left";
  hub.behave();
  run.downloads.resumeAll();
  ASSERT_TRUE(waitFor([&] { return run.finished.size() == 2; }));
  EXPECT_EQ(run.finished[0].id, a);
}

TEST_F(DownloadServiceTest, TheNextStartGoesOnWithWhatWasRunning) {
  qint64 a = 0, b = 0, c = 0;
  hub.misbehave(HubSite::Cdn, {Kind::Stall, 30'000}, -1);
  {
    Session run(home(), hub);
    a = run.downloads.add(request("a"));
    b = run.downloads.add(request("b"));
    c = run.downloads.add(request("c"));
    run.downloads.pause(b);
    ASSERT_TRUE(waitFor([&] { return run.row(a).received > 100'000; }));
  }
  const qint64 before = hub.bytesServed();
  hub.behave();
  Session run(home(), hub);
  ASSERT_TRUE(waitFor([&] { return run.finished.size() == 2; }));
  EXPECT_EQ(run.finished[0].id, a);
  EXPECT_EQ(run.finished[1].id, c);
  EXPECT_EQ(run.row(b).state, State::Paused);
  EXPECT_EQ(run.row(b).request, request("b"));
  EXPECT_EQ(content(run.finished[0]), HubServer::bytes(400'000, 'a'));
  EXPECT_LE(hub.bytesServed() - before, 700'000);
  EXPECT_EQ(run.order(), (QList<qint64>{b, a, c}));
  run.downloads.remove(a);
  EXPECT_TRUE(QFile::exists(run.finished[0].files[0])) << "a finished one only leaves the list";
}

TEST_F(DownloadServiceTest, AFailureIsKeptAndTheNextOneGoesOn) {
  hub.misbehave(HubSite::Hub, {Kind::Status, 0, 403, -1, "GatedRepo"}, -1, QStringLiteral("ann/a/resolve"));
  qint64 a = 0;
  {
    Session run(home(), hub);
    a = run.downloads.add(request("a"));
    run.downloads.add(request("b"));
    ASSERT_TRUE(waitFor([&] { return run.finished.size() == 1; }));
    EXPECT_EQ(run.row(a).state, State::Failed);
    EXPECT_EQ(run.row(a).problem.id, ErrorId::HubTokenNeeded);
  }
  hub.behave();
  Session run(home(), hub);
  ASSERT_TRUE(run.reaches(a, State::Failed));
  EXPECT_EQ(run.row(a).problem.id, ErrorId::HubTokenNeeded);
  EXPECT_EQ(run.row(a).problem.arguments, QStringList{QStringLiteral("ann/a")});
  EXPECT_EQ(run.downloads.add(request("a")), a) << "asking again goes on with it";
  ASSERT_TRUE(run.reaches(a, State::Done));
}

TEST_F(DownloadServiceTest, NetworkLossWaitsAndResumesAtOnceWhenAsked) {
  Session run(home(), hub);
  ASSERT_TRUE(waitFor([&] { return true; }));
  hub.setOnline(false);
  const qint64 a = run.downloads.add(request("a"));
  ASSERT_TRUE(run.reaches(a, State::Waiting));
  EXPECT_EQ(run.row(a).problem.id, ErrorId::NetworkUnreachable);
  hub.setOnline(true);
  run.downloads.resume(a);
  ASSERT_TRUE(run.reaches(a, State::Done));
  EXPECT_FALSE(run.row(a).problem);
}

TEST_F(DownloadServiceTest, ChangedSettingsTakeEffectAtOnce) {
  hub.misbehave(HubSite::Cdn, {Kind::Status, 0, 503}, -1);
  Session run(home(), hub);
  const qint64 a = run.downloads.add(request("a"));
  ASSERT_TRUE(run.reaches(a, State::Waiting));
  EXPECT_EQ(hub.requestCount(HubSite::Mirror), 0) << "mirrors are off until they are chosen";
  run.network.setAddress(Endpoint::Kind::HfMirror, hub.url(HubSite::Mirror));
  QList<EndpointChoice> choices = run.network.endpoints();
  EXPECT_EQ(choices[1].kind, Endpoint::Kind::HfMirror);
  choices[1].isOn = true;
  run.network.setEndpoints(choices);
  ASSERT_TRUE(run.reaches(a, State::Done));
  EXPECT_GT(hub.requestCount(HubSite::Mirror), 0);
}

TEST_F(DownloadServiceTest, TheTokenOpensAGatedRepositoryAndReachesOnlyTheHub) {
  HubServer gated(HubServer::Security::Tls);
  if (!gated.isListening()) GTEST_SKIP() << "no openssl program";
  gated.add({QStringLiteral("ann/a"), {{QStringLiteral("model-Q8_0.gguf"), HubServer::bytes(400'000, 'a')}}, {}, {}, true});
  Session run(home(), gated);
  run.network.setAddress(Endpoint::Kind::HfMirror, gated.url(HubSite::Mirror));
  run.settings.setValue(SettingKey::Endpoints, QStringLiteral("huggingface,hf-mirror"));
  const qint64 a = run.downloads.add(request("a"));
  ASSERT_TRUE(run.reaches(a, State::Failed));
  EXPECT_EQ(run.row(a).problem.id, ErrorId::HubTokenNeeded);
  run.network.setToken(HttpSession::hostOf(gated.url()), QString::fromLatin1(HubServer::kGoodToken));
  run.downloads.resume(a);
  ASSERT_TRUE(run.reaches(a, State::Done));
  EXPECT_GT(gated.authorisedCount(HubSite::Hub), 0);
  EXPECT_GT(gated.requestCount(HubSite::Cdn), 0);
  EXPECT_GT(gated.requestCount(HubSite::Mirror), 0);
  EXPECT_EQ(gated.authorisedCount(HubSite::Cdn), 0);
  EXPECT_EQ(gated.authorisedCount(HubSite::Mirror), 0);
}

TEST_F(DownloadServiceTest, SignalsAreFewAndTheDatabaseIsNotWrittenAtEachByte) {
  hub.misbehave(HubSite::Cdn, {Kind::Slow, 40'000}, -1);
  Session run(home(), hub);
  QSignalSpy rows(&run.downloads, &DownloadService::rowChanged);
  const qint64 a = run.downloads.add(request("a"));
  ASSERT_TRUE(run.reaches(a, State::Done));
  const double seconds = 400.0 / 40 / 4;  // four connections
  EXPECT_LT(rows.count(), seconds * 6 + 10);
  EXPECT_GT(rows.count(), 3);
}

TEST(DownloadStore, RequestsComeBackAsTheyWere) {
  DownloadRequest request;
  request.kind = DownloadRequest::Kind::Adapter;
  request.repository = QStringLiteral("ann/模型 😀");
  request.revision = QStringLiteral("v1");
  request.files = {{QStringLiteral("a \"b\".gguf"), 12'345'678'901'234, QString(64, u'a'), 1024, {QString(64, u'b')}},
                   {QStringLiteral("c"), 0, {}}};
  request.title = QStringLiteral("<b>T</b>");
  request.variant = QStringLiteral("Q4");
  request.publisher = QStringLiteral("p");
  request.licence = QStringLiteral("l");
  request.catalogueId = QStringLiteral("id");
  EXPECT_EQ(requestFromJson(requestToJson(request)), request);
  EXPECT_TRUE(requestFromJson(QStringLiteral("[1")).repository.isEmpty());
}

}  // namespace
