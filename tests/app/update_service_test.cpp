// The search for newer versions: only when asked, only what the right key has signed, never older news.
#include "services/update_service.h"

#include <gtest/gtest.h>

#include <QProcess>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <algorithm>
#include <random>

#include "app/support/app_fixture.h"
#include "app/support/hub_server.h"
#include "app/support/signer.h"
#include "app/support/update_news.h"
#include "net/http_session.h"
#include "services/network_settings.h"
#include "viewmodels/updates_model.h"

namespace {

using hearth_test::AppRun;
using hearth_test::bytesOf;
using hearth_test::HubFault;
using hearth_test::HubRequest;
using hearth_test::HubServer;
using hearth_test::HubSite;
using hearth_test::news;
using hearth_test::newsObject;
using hearth_test::releaseObject;
using hearth_test::Signer;
using hearth_test::waitFor;

constexpr qint64 kDay = 24 * 3600;

class UpdateServiceTest : public hearth_test::AppTest {
 protected:
  void SetUp() override {
    run = std::make_unique<AppRun>(home());
    ASSERT_TRUE(run->open());
    setAddress(hub.url());
    begin();
  }
  void setAddress(QUrl url) {
    url.setPath(QStringLiteral("/hearth/news/resolve/main/updates.json"));
    run->settings.setValue(SettingKey::UpdateUrl, url.toString());
  }
  /// A new start of the application with the same settings.
  void begin(const QString& version = QStringLiteral("0.2.0+smoke1")) {
    service = std::make_unique<UpdateService>(&run->settings);
    service->setPublicKey(signer.publicKey);
    service->setVersion(version);
    service->setTiming({.firstLookMs = 20, .lookAgainMs = 20, .afterFailureMs = 3'600'000, .stallMs = 300, .deadlineMs = 1500});
    service->start();
  }
  void serve(const QByteArray& json, const QByteArray& signature) { serve(hub, json, signature); }
  void serve(const QByteArray& json) { serve(json, signer.sign(json)); }
  static void serve(HubServer& server, const QByteArray& json, const QByteArray& signature) {
    server.add({QStringLiteral("hearth/news"),
                {{QStringLiteral("updates.json"), json, false}, {QStringLiteral("updates.json.sig"), signature, false}}});
  }
  /// Looks, and returns the problem.
  ErrorId look() {
    service->check();
    EXPECT_TRUE(waitFor([&] { return !service->isChecking(); }));
    return service->problem().id;
  }
  [[nodiscard]] QString found() const { return service->newer() ? service->newer()->version.text() : QString(); }
  [[nodiscard]] int requests() const { return hub.requestCount(HubSite::Hub); }
  void expectNothingKept() {
    EXPECT_EQ(found(), QString());
    EXPECT_TRUE(run->settings.text(SettingKey::UpdateDocument).isEmpty());
    EXPECT_FALSE(service->lastCheck().isValid());
  }

  HubServer hub;
  Signer signer;
  std::unique_ptr<AppRun> run;
  std::unique_ptr<UpdateService> service;
};

TEST_F(UpdateServiceTest, ANewerVersionIsToldAndRemembered) {
  serve(news(QStringLiteral("0.3.0")));
  EXPECT_EQ(requests(), 0) << "nothing before it is asked for";
  EXPECT_EQ(look(), ErrorId::None);
  EXPECT_EQ(found(), QStringLiteral("0.3.0"));
  EXPECT_LE(service->lastCheck().secsTo(QDateTime::currentDateTime()), 5);
  EXPECT_FALSE(service->wantsNotice()) << "who has asked has the answer before them";
  hub.setOnline(false);
  begin();
  EXPECT_EQ(found(), QStringLiteral("0.3.0"));
  begin(QStringLiteral("0.3.0"));
  EXPECT_EQ(found(), QString()) << "it was installed";
}

TEST_F(UpdateServiceTest, VersionsThatAreNotNewer) {
  int minute = 0;
  for (const char* version : {"0.2.0", "0.2.0+zzz", "0.1.99", "0.2.0-rc.9", "0.0.99999999999999999999"}) {
    serve(news(QString::fromLatin1(version), QDateTime::currentDateTimeUtc().addSecs(60 * ++minute)));
    EXPECT_EQ(look(), ErrorId::None);
    EXPECT_EQ(found(), QString()) << version;
  }
  serve(news(QStringLiteral("0.10.0"), QDateTime::currentDateTimeUtc().addSecs(60 * ++minute)));
  EXPECT_EQ(look(), ErrorId::None);
  EXPECT_EQ(found(), QStringLiteral("0.10.0"));
}

TEST_F(UpdateServiceTest, TheRequestTellsNothing) {
  serve(news(QStringLiteral("0.3.0")));
  NetworkSettings network(&run->settings, nullptr);
  network.setToken(HttpSession::hostOf(hub.url()), QStringLiteral("hf_secret"));
  service->setNetwork(&network);
  ASSERT_EQ(look(), ErrorId::None);
  ASSERT_EQ(hub.requests().size(), 2);
  for (const HubRequest& request : hub.requests()) {
    EXPECT_TRUE(request.query.isEmpty());
    QByteArrayList names = request.headers.keys();
    std::sort(names.begin(), names.end());
    EXPECT_EQ(names.join(' '), "accept-encoding accept-language cache-control connection host pragma user-agent");
    EXPECT_TRUE(QString::fromLatin1(request.headers.value("user-agent")).startsWith(QStringLiteral("Hearth/")));
    EXPECT_EQ(request.headers.value("accept-language"), "*") << "not the language of the system";
  }
}

TEST_F(UpdateServiceTest, WhatTheRightKeyHasNotSignedIsRefused) {
  const QByteArray json = news(QStringLiteral("0.3.0"));
  const QByteArray good = signer.sign(json);
  QByteArray tampered = json;
  tampered.replace("0.3.0", "0.4.0");
  const std::pair<QByteArray, QByteArray> bad[] = {
      {json, Signer().sign(json)},         // another key
      {tampered, good},                    //
      {json.left(json.size() - 1), good},  // cut off
      {json + ' ', good},
      {json, good.left(40)},
      {json, "not base64 at all"},
      {json, QByteArray()},
      {json, good + good},
      {json, QByteArray(8192, 'A')},
      {"<html>Log in to the hotel’s network</html>", "<html>Log in to the hotel’s network</html>"},
      {QByteArray(), good},
  };
  for (const auto& [body, signature] : bad) {
    serve(body, signature);
    EXPECT_EQ(look(), ErrorId::UpdateNotSigned) << signature.toStdString();
    expectNothingKept();
  }
}

TEST_F(UpdateServiceTest, RandomFilesAreNeverTakenUnsigned) {
  std::mt19937 random(3);
  const QByteArray json = news(QStringLiteral("0.3.0"));
  const QByteArray good = signer.sign(json);
  for (int round = 0; round < 40; ++round) {
    QByteArray bad = json;
    const auto at = static_cast<qsizetype>(random() % static_cast<unsigned>(bad.size()));
    bad[at] = static_cast<char>(bad[at] ^ (1 << random() % 8));
    serve(bad, good);
    EXPECT_EQ(look(), ErrorId::UpdateNotSigned) << "one bit of byte " << at;
    expectNothingKept();
  }
}

TEST_F(UpdateServiceTest, OlderNewsAreRefusedEvenWhenSigned) {
  const QDateTime now = QDateTime::currentDateTimeUtc();
  const QByteArray newer = news(QStringLiteral("0.4.0"), now), older = news(QStringLiteral("0.5.0"), now.addSecs(-1));
  serve(newer);
  ASSERT_EQ(look(), ErrorId::None);
  serve(older);
  EXPECT_EQ(look(), ErrorId::UpdateOlder);
  EXPECT_EQ(found(), QStringLiteral("0.4.0"));
  begin();
  EXPECT_EQ(look(), ErrorId::UpdateOlder) << "remembered over starts";
  EXPECT_EQ(found(), QStringLiteral("0.4.0"));
  serve(newer);
  EXPECT_EQ(look(), ErrorId::None) << "the same again";
  serve(news(QStringLiteral("0.3.0"), now.addSecs(1)));
  EXPECT_EQ(look(), ErrorId::None) << "a version may be taken back";
  EXPECT_EQ(found(), QStringLiteral("0.3.0"));
}

TEST_F(UpdateServiceTest, NewsThatHaveExpiredAreRefused) {
  QJsonObject old = newsObject({releaseObject(QStringLiteral("0.3.0"))}, QDateTime::currentDateTimeUtc().addDays(-100));
  old.insert(QStringLiteral("expires"), hearth_test::stamp(QDateTime::currentDateTimeUtc().addSecs(-5)));
  serve(bytesOf(old));
  EXPECT_EQ(look(), ErrorId::UpdateExpired);
  expectNothingKept();
}

TEST_F(UpdateServiceTest, SignedNonsenseIsRefused) {
  for (const QByteArray& nonsense : {QByteArray("not JSON"), QByteArray("{}"), QByteArray("{\"format\":2}"), QByteArray(1000, '[')}) {
    serve(nonsense);
    EXPECT_EQ(look(), ErrorId::UpdateUnreadable);
    expectNothingKept();
  }
}

TEST_F(UpdateServiceTest, Previews) {
  const QDateTime now = QDateTime::currentDateTimeUtc();
  serve(bytesOf(
      newsObject({releaseObject(QStringLiteral("0.3.0-rc.1")), releaseObject(QStringLiteral("0.3.1"), QStringLiteral("preview"))}, now)));
  ASSERT_EQ(look(), ErrorId::None);
  EXPECT_EQ(found(), QString());
  run->settings.setValue(SettingKey::UpdatePreviews, true);
  EXPECT_EQ(found(), QStringLiteral("0.3.1")) << "without another search";
  run->settings.setValue(SettingKey::UpdatePreviews, false);
  EXPECT_EQ(found(), QString());
  begin(QStringLiteral("0.3.0-beta"));
  EXPECT_EQ(found(), QStringLiteral("0.3.1")) << "who runs a preview goes on with previews";
}

TEST_F(UpdateServiceTest, AnswersThatAreNone) {
  const QByteArray json = news(QStringLiteral("0.3.0"));
  const QByteArray huge = json + QByteArray(kUpdateMostBytes, ' ');
  serve(huge);
  EXPECT_EQ(look(), ErrorId::UpdateUnreadable);
  serve(json);
  const auto fails = [&](const HubFault& fault, const QString& part, ErrorId id) {
    hub.misbehave(HubSite::Hub, fault, -1, part);
    EXPECT_EQ(look(), id);
    hub.behave();
    expectNothingKept();
  };
  using Kind = HubFault::Kind;
  fails({Kind::Slow, 1}, {}, ErrorId::UpdateUnreachable);  // 100 bytes a second: never quiet for long, and not done in time
  for (const char* part : {"", ".sig"}) {
    const QString of = QString::fromLatin1(part);
    fails({Kind::Drop, 20}, of, ErrorId::UpdateUnreachable);
    fails({Kind::Stall, 20}, of, ErrorId::UpdateUnreachable);
    fails({Kind::Garbage}, of, ErrorId::UpdateUnreachable);
    for (const int status : {401, 403, 404, 410, 429, 500, 503}) fails({Kind::Status, 0, status}, of, ErrorId::UpdateNoAnswer);
    fails({Kind::EndlessRedirect}, of, ErrorId::NetworkRedirects);
  }
  hub.setOnline(false);
  EXPECT_EQ(look(), ErrorId::UpdateUnreachable);
  hub.setOnline(true);
  EXPECT_EQ(look(), ErrorId::None);
  EXPECT_EQ(found(), QStringLiteral("0.3.0"));
  hub.setOnline(false);
  EXPECT_EQ(look(), ErrorId::UpdateUnreachable);
  EXPECT_EQ(found(), QStringLiteral("0.3.0")) << "what is known stays";
}

TEST_F(UpdateServiceTest, OverHttps) {
  HubServer safe(HubServer::Security::Tls);
  if (!safe.isListening()) GTEST_SKIP() << "no openssl program";
  const QByteArray json = news(QStringLiteral("0.3.0"));
  serve(safe, json, signer.sign(json));
  setAddress(safe.url());
  for (const char* part : {"json", ".sig"}) {
    safe.misbehave(HubSite::Hub, {HubFault::Kind::Unencrypted}, 1, QString::fromLatin1(part));
    EXPECT_EQ(look(), ErrorId::UpdateInsecure);
    expectNothingKept();
    safe.behave();
  }
  EXPECT_EQ(look(), ErrorId::None);
  EXPECT_EQ(found(), QStringLiteral("0.3.0"));
  HubServer stranger(HubServer::Security::TlsUntrusted);
  serve(stranger, json, signer.sign(json));
  setAddress(stranger.url());
  EXPECT_EQ(look(), ErrorId::NetworkTls);
}

TEST_F(UpdateServiceTest, ARedirectFromThisComputerToAPlainAddressIsNotFollowed) {
  QTcpServer server;
  ASSERT_TRUE(server.listen(QHostAddress::LocalHost));
  QObject::connect(&server, &QTcpServer::newConnection, &server, [&] {
    QTcpSocket* socket = server.nextPendingConnection();
    QObject::connect(socket, &QTcpSocket::readyRead, socket, [socket] {
      socket->readAll();
      socket->write("HTTP/1.1 302 Found\r\nLocation: http://news.invalid/updates.json\r\nContent-Length: 0\r\n\r\n");
    });
  });
  run->settings.setValue(SettingKey::UpdateUrl, QStringLiteral("http://127.0.0.1:%1/updates.json").arg(server.serverPort()));
  EXPECT_EQ(look(), ErrorId::UpdateInsecure);
  EXPECT_EQ(service->problem().arguments, QStringList(QStringLiteral("news.invalid")));
}

TEST_F(UpdateServiceTest, AddressesThatAreNotAsked) {
  for (const char* address : {"", "http://hearth.example/updates.json", "file:///etc/passwd", "ftp://hearth.example/", "hearth.example",
                              "https://", "http://127.0.0.1.hearth.example/"}) {
    run->settings.setValue(SettingKey::UpdateUrl, QString::fromLatin1(address));
    service->check();
    EXPECT_FALSE(service->isChecking());
    EXPECT_EQ(service->problem().id, ErrorId::UpdateAddress) << address;
  }
  EXPECT_FALSE(service->problem().nextStep().isEmpty());
}

TEST_F(UpdateServiceTest, TheEnvironmentDecidesTheAddress) {
  serve(news(QStringLiteral("0.3.0")));
  const QByteArray address = run->settings.text(SettingKey::UpdateUrl).toUtf8();
  run->settings.setValue(SettingKey::UpdateUrl, QStringLiteral("https://hearth.example/none.json"));
  EXPECT_FALSE(service->isAddressFixed());
  qputenv("HEARTH_UPDATE_URL", address);
  EXPECT_TRUE(service->isAddressFixed());
  EXPECT_EQ(look(), ErrorId::None);
  UpdatesModel model(service.get(), &run->settings);
  EXPECT_EQ(model.address(), QString::fromUtf8(address));
  model.setAddress(QStringLiteral("https://elsewhere.example/"));
  qunsetenv("HEARTH_UPDATE_URL");
  EXPECT_EQ(model.address(), QStringLiteral("https://hearth.example/none.json"));
}

TEST_F(UpdateServiceTest, CancelEndsTheConnection) {
  serve(news(QStringLiteral("0.3.0")));
  hub.misbehave(HubSite::Hub, {HubFault::Kind::Stall, 10}, 1);
  service->check();
  service->check();  // one at a time
  EXPECT_TRUE(waitFor([&] { return requests() > 0; }));
  EXPECT_TRUE(service->isChecking());
  service->cancel();
  EXPECT_FALSE(service->isChecking());
  EXPECT_FALSE(service->problem());
  EXPECT_FALSE(waitFor([&] { return service->isChecking() || service->newer() || service->problem(); }, 400));
  EXPECT_EQ(requests(), 1);
  EXPECT_EQ(look(), ErrorId::None) << "and again";
  service->check();
  service.reset();  // the application ends
  QCoreApplication::processEvents();
}

TEST_F(UpdateServiceTest, TheProxyOfTheSettingsIsUsed) {
  NetworkSettings network(&run->settings, nullptr);
  service->setNetwork(&network);
  QTcpServer proxy;
  ASSERT_TRUE(proxy.listen(QHostAddress::LocalHost));
  run->settings.setValue(SettingKey::ProxyMode, QStringLiteral("http"));
  run->settings.setValue(SettingKey::ProxyHost, QStringLiteral("127.0.0.1"));
  run->settings.setValue(SettingKey::ProxyPort, proxy.serverPort());
  run->settings.setValue(SettingKey::UpdateUrl, QStringLiteral("https://news.invalid/updates.json"));
  QSignalSpy asked(&proxy, &QTcpServer::newConnection);
  service->check();
  EXPECT_TRUE(waitFor([&] { return asked.count() > 0; }));
}

TEST_F(UpdateServiceTest, ABuildWithoutAKeyLooksNowhere) {
  serve(news(QStringLiteral("0.3.0")));
  ASSERT_EQ(look(), ErrorId::None);
  const int before = requests();
  run->settings.setValue(SettingKey::UpdateWeekly, true);
  service = std::make_unique<UpdateService>(&run->settings);
  service->setPublicKey({});
  service->setTiming({.firstLookMs = 5, .lookAgainMs = 5});
  run->settings.setValue(SettingKey::UpdateChecked, 0);
  service->start();
  EXPECT_FALSE(service->isOffered());
  service->check();
  run->settings.setValue(SettingKey::UpdateWeekly, false);
  run->settings.setValue(SettingKey::UpdateWeekly, true);
  EXPECT_FALSE(waitFor([&] { return service->isChecking() || service->newer() || requests() > before; }, 200));
}

// --- Once a week

TEST_F(UpdateServiceTest, OffMeansNotOneConnection) {
  serve(news(QStringLiteral("0.3.0")));
  EXPECT_FALSE(run->settings.value(SettingKey::UpdateWeekly).toBool()) << "off by default";
  EXPECT_FALSE(waitFor([&] { return requests() > 0; }, 300));
  // A whole start of the application, with the key and the address, that has never looked.
  run->quit();
  run = std::make_unique<AppRun>(home());
  run->core.updates().setPublicKey(signer.publicKey);
  run->core.updates().setTiming({.firstLookMs = 5, .lookAgainMs = 5});
  ASSERT_TRUE(run->openReady());
  EXPECT_EQ(run->core.updates().address(), QString(hub.url().toString() + QStringLiteral("/hearth/news/resolve/main/updates.json")));
  EXPECT_TRUE(run->viewModel.updates()->offered());
  EXPECT_FALSE(waitFor([&] { return hub.requests().size() > 0; }, 400));
  run->core.updates().check();
  EXPECT_TRUE(waitFor([&] { return hub.requests().size() > 0; })) << "it would have been seen";
}

TEST_F(UpdateServiceTest, OnceAWeekWhenItIsOn) {
  serve(news(QStringLiteral("0.3.0")));
  run->settings.setValue(SettingKey::UpdateWeekly, true);
  EXPECT_TRUE(waitFor([&] { return service->newer().has_value(); })) << "switched on: now";
  EXPECT_TRUE(service->wantsNotice());
  EXPECT_EQ(requests(), 2);
  EXPECT_FALSE(waitFor([&] { return requests() > 2; }, 200)) << "and then not for a week";
  const auto set = [&](qint64 secondsAgo) {
    run->settings.setValue(SettingKey::UpdateChecked, QDateTime::currentSecsSinceEpoch() - secondsAgo);
  };
  set(7 * kDay - 60);
  EXPECT_FALSE(waitFor([&] { return requests() > 2; }, 200));
  set(7 * kDay);
  EXPECT_TRUE(waitFor([&] { return requests() == 4; }));
  EXPECT_TRUE(waitFor([&] { return !service->isChecking(); }));
  set(-30 * kDay);
  EXPECT_TRUE(waitFor([&] { return requests() == 6; })) << "the clock was wrong once";
  EXPECT_TRUE(waitFor([&] { return !service->isChecking(); }));
  run->settings.setValue(SettingKey::UpdateWeekly, false);
  set(8 * kDay);
  EXPECT_FALSE(waitFor([&] { return requests() > 6; }, 200));
  EXPECT_FALSE(service->wantsNotice());
}

TEST_F(UpdateServiceTest, AtTheStartAfterAWhile) {
  serve(news(QStringLiteral("0.3.0")));
  service.reset();
  run->settings.setValue(SettingKey::UpdateWeekly, true);
  begin();
  EXPECT_EQ(requests(), 0);
  EXPECT_TRUE(waitFor([&] { return service->newer().has_value(); }));
}

TEST_F(UpdateServiceTest, AWeeklySearchThatFailsIsNotRepeatedAtOnce) {
  hub.misbehave(HubSite::Hub, {HubFault::Kind::Status, 0, 500}, -1);
  serve(news(QStringLiteral("0.3.0")));
  run->settings.setValue(SettingKey::UpdateWeekly, true);
  EXPECT_TRUE(waitFor([&] { return service->problem().id == ErrorId::UpdateNoAnswer; }));
  EXPECT_FALSE(service->wantsNotice()) << "quietly";
  EXPECT_FALSE(waitFor([&] { return requests() > 1; }, 300));
  hub.behave();
  EXPECT_EQ(look(), ErrorId::None) << "asking by hand works at once";
}

TEST_F(UpdateServiceTest, SkippingAndDismissing) {
  const QDateTime now = QDateTime::currentDateTimeUtc();
  serve(news(QStringLiteral("0.3.0"), now));
  run->settings.setValue(SettingKey::UpdateWeekly, true);
  ASSERT_TRUE(waitFor([&] { return service->wantsNotice(); }));
  service->dismissNotice();
  EXPECT_FALSE(service->wantsNotice());
  EXPECT_FALSE(service->isSkipped());
  begin();
  EXPECT_FALSE(service->wantsNotice()) << "not again at the next start";
  serve(news(QStringLiteral("0.3.1"), now.addSecs(60)));
  ASSERT_EQ(look(), ErrorId::None);
  EXPECT_TRUE(service->wantsNotice()) << "another version";
  service->setSkipped(true);
  EXPECT_TRUE(service->isSkipped());
  EXPECT_FALSE(service->wantsNotice());
  EXPECT_EQ(found(), QStringLiteral("0.3.1")) << "who looks is still told";
  begin();
  EXPECT_TRUE(service->isSkipped());
  service->setSkipped(false);
  EXPECT_TRUE(service->wantsNotice());
  service->setSkipped(true);
  serve(news(QStringLiteral("0.4.0"), now.addSecs(120)));
  ASSERT_EQ(look(), ErrorId::None);
  EXPECT_FALSE(service->isSkipped());
  EXPECT_TRUE(service->wantsNotice());
}

TEST_F(UpdateServiceTest, WhatIsStoredIsNotBelievedWithoutItsSignature) {
  serve(news(QStringLiteral("0.3.0")));
  ASSERT_EQ(look(), ErrorId::None);
  QString stored = run->settings.text(SettingKey::UpdateDocument);
  run->settings.setValue(SettingKey::UpdateDocument, stored.replace(QStringLiteral("0.3.0"), QStringLiteral("9.9.9")));
  EXPECT_EQ(found(), QString());
  for (const char* text : {"", "\n", "no line feed", "x\n{}", "\n\n\n"}) {
    run->settings.setValue(SettingKey::UpdateDocument, QString::fromLatin1(text));
    begin();
    EXPECT_EQ(found(), QString());
  }
}

TEST_F(UpdateServiceTest, ErasingForgetsAll) {
  serve(news(QStringLiteral("0.3.0")));
  run->settings.setValue(SettingKey::UpdateWeekly, true);
  ASSERT_TRUE(waitFor([&] { return service->wantsNotice(); }));
  run->settings.reset();
  expectNothingKept();
  EXPECT_FALSE(waitFor([&] { return requests() > 2; }, 200));
}

// --- What the window shows

TEST_F(UpdateServiceTest, TheViewModel) {
  UpdatesModel model(service.get(), &run->settings);
  QSignalSpy changed(&model, &UpdatesModel::changed);
  EXPECT_TRUE(model.offered());
  EXPECT_FALSE(model.weekly() || model.previews() || model.found() || model.checking() || model.wantsNotice());
  EXPECT_TRUE(model.status().isEmpty() && model.lastCheck().isEmpty() && model.problem().isEmpty() && model.files().isEmpty());
  serve(news(QStringLiteral("0.2.0"), QDateTime::currentDateTimeUtc().addSecs(-60)));
  model.check();
  EXPECT_TRUE(model.checking());
  EXPECT_FALSE(model.status().isEmpty());
  ASSERT_TRUE(waitFor([&] { return !model.checking(); }));
  EXPECT_EQ(model.status(), QStringLiteral("This is the newest version."));
  EXPECT_FALSE(model.lastCheck().isEmpty());

  QJsonObject release = releaseObject(QStringLiteral("0.3.0"), QStringLiteral("preview"));
  release.insert(QStringLiteral("page"), QStringLiteral("https://hеarth.example/get"));  // a Cyrillic letter
  serve(bytesOf(newsObject({release})));
  model.setPreviews(true);
  changed.clear();
  model.check();
  ASSERT_TRUE(waitFor([&] { return !model.checking(); }));
  EXPECT_GE(changed.count(), 2);
  EXPECT_TRUE(model.found());
  EXPECT_EQ(model.version(), QStringLiteral("0.3.0"));
  EXPECT_EQ(model.status(), QStringLiteral("Hearth 0.3.0 is available."));
  EXPECT_EQ(model.notes(), QStringLiteral("What is new in 0.3.0"));
  EXPECT_TRUE(model.date().contains(QStringLiteral("2026")) && model.date().contains(QStringLiteral("preview")));
  EXPECT_TRUE(model.page().startsWith(QStringLiteral("https://xn--"))) << model.page().toStdString();
  ASSERT_EQ(model.files().size(), 2) << "those of this system";
  const QVariantMap file = model.files().first().toMap();
  EXPECT_EQ(file.value(QStringLiteral("name")), QStringLiteral("hearth_1_amd64.deb"));
  EXPECT_EQ(file.value(QStringLiteral("size")), QStringLiteral("38 MB"));
  EXPECT_EQ(file.value(QStringLiteral("sha256")).toString().size(), 64);
  model.skip(true);
  EXPECT_TRUE(model.skipped());
  EXPECT_NE(model.status(), QStringLiteral("Hearth 0.3.0 is available."));
  QLocale::setDefault(QLocale(QStringLiteral("zh_CN")));
  EXPECT_EQ(model.notes(), QStringLiteral("0.3.0 的新内容"));
  QLocale::setDefault(QLocale(QStringLiteral("en")));

  hub.setOnline(false);
  model.check();
  ASSERT_TRUE(waitFor([&] { return !model.checking(); }));
  EXPECT_FALSE(model.problem().isEmpty() || model.problemNextStep().isEmpty());
  EXPECT_TRUE(model.found());

  model.setAddress(QStringLiteral("  https://mirror.example/u.json \n"));
  EXPECT_EQ(model.address(), QStringLiteral("https://mirror.example/u.json"));
  model.setAddress(QStringLiteral("  "));
  EXPECT_EQ(model.address(), Settings::standard(SettingKey::UpdateUrl).toString());
}

// --- The makers' side: scripts/make_update.py and scripts/sign_json.py

TEST_F(UpdateServiceTest, WhatTheScriptsMakeIsFound) {
  QTemporaryDir folder;
  const QString python = QStringLiteral("python3"), scripts = QStringLiteral(HEARTH_SCRIPTS);
  const auto call = [&](const QStringList& arguments) {
    QProcess process;
    process.start(python, arguments);
    EXPECT_TRUE(process.waitForFinished(60'000));
    EXPECT_EQ(process.exitCode(), 0) << process.readAllStandardError().toStdString();
    return process.readAllStandardOutput();
  };
  const auto read = [](const QString& path) {
    QFile file(path);
    EXPECT_TRUE(file.open(QIODevice::ReadOnly));
    return file.readAll();
  };
  const QString key = folder.filePath(QStringLiteral("key.pem")), json = folder.filePath(QStringLiteral("updates.json"));
  if (QProcess openssl; (openssl.start(QStringLiteral("openssl"), {QStringLiteral("version")}), !openssl.waitForFinished()))
    GTEST_SKIP() << "no openssl program";
  const QStringList lines =
      QString::fromLatin1(call({scripts + QStringLiteral("/sign_json.py"), QStringLiteral("--new"), key})).split(u'\n');
  QFile package(folder.filePath(QStringLiteral("hearth_0.3.0_amd64.deb")));
  ASSERT_TRUE(package.open(QIODevice::WriteOnly));
  package.write("a package");
  package.close();
  QFile changes(folder.filePath(QStringLiteral("CHANGELOG.md")));
  ASSERT_TRUE(changes.open(QIODevice::WriteOnly));
  changes.write(
      "# Changelog\n\n## 0.3.0 (2026-12-01)\n\nMore light.\n\n- One thing that\n  goes on.\n- Another.\n\n## 0.2.0 "
      "(2026-11-26)\n\nOlder.\n");
  changes.close();
  call({scripts + QStringLiteral("/make_update.py"), json, QStringLiteral("--version"), QStringLiteral("0.3.0"),
        QStringLiteral("--changelog"), changes.fileName(), QStringLiteral("--issued"), hearth_test::stamp(QDateTime::currentDateTimeUtc()),
        QStringLiteral("--page"), QStringLiteral("https://hearth.example/"), package.fileName()});
  call({scripts + QStringLiteral("/sign_json.py"), key, json});

  serve(read(json), read(json + QStringLiteral(".sig")));
  service->setPublicKey(lines.first().trimmed());
  ASSERT_EQ(look(), ErrorId::None);
  ASSERT_EQ(found(), QStringLiteral("0.3.0"));
  const Release& release = *service->newer();
  EXPECT_EQ(release.date, QDate(2026, 12, 1));
  EXPECT_EQ(release.notesIn({}), QStringLiteral("More light.\n\n- One thing that goes on.\n- Another."));
  ASSERT_EQ(release.files.size(), 1);
  EXPECT_EQ(release.files.first().size, 9);
  EXPECT_EQ(release.files.first().sha256, HubServer::sha256("a package"));
}

}  // namespace
