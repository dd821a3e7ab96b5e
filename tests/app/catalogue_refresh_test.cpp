// Fetching a newer catalogue: only what the right key has signed, and never an older one.
#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTcpServer>

#include "app/support/app_fixture.h"
#include "app/support/hub_server.h"
#include "app/support/signer.h"
#include "net/http_session.h"
#include "net/signature.h"
#include "services/catalogue_file.h"
#include "services/network_settings.h"

namespace {

using hearth_test::AppRun;
using hearth_test::HubEntry;
using hearth_test::HubFault;
using hearth_test::HubServer;
using hearth_test::HubSite;
using hearth_test::Signer;
using hearth_test::waitFor;

/// The bundled catalogue with another version and another first model's name.
[[nodiscard]] QByteArray catalogue(qint64 version, const QString& name = QStringLiteral("Fetched")) {
  QFile file(QStringLiteral(":/hearth/catalogue.json"));
  if (!file.open(QIODevice::ReadOnly)) return {};
  QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();
  QJsonArray models = root.value(QStringLiteral("models")).toArray();
  QJsonObject first = models.first().toObject();
  first.insert(QStringLiteral("name"), name);
  models.replace(0, first);
  root.insert(QStringLiteral("version"), version);
  root.insert(QStringLiteral("models"), models);
  return QJsonDocument(root).toJson(QJsonDocument::Compact);
}

constexpr qint64 kNewer = 1'000'000;

class CatalogueRefreshTest : public hearth_test::AppTest {
 protected:
  void SetUp() override {
    run = std::make_unique<AppRun>(home());
    ASSERT_TRUE(run->open());
    QUrl url = hub.url();
    url.setPath(QStringLiteral("/hearth/lists/resolve/main/catalogue.json"));
    run->settings.setValue(SettingKey::CatalogueUrl, url.toString());
    begin();
    bundledVersion = service->version();
  }
  /// A new start of the application with the same folder.
  void begin() {
    service = std::make_unique<CatalogueService>(nullptr, &run->settings, home());
    service->setPublicKey(signer.publicKey);
    service->start();
  }
  void serve(const QByteArray& list, const QByteArray& signature) {
    hub.add({QStringLiteral("hearth/lists"),
             {{QStringLiteral("catalogue.json"), list, false}, {QStringLiteral("catalogue.json.sig"), signature, false}}});
  }
  /// Refreshes and returns the problem; None when the list was taken.
  ErrorId refresh() {
    QSignalSpy changed(service.get(), &CatalogueService::changed);
    QList<Problem> problems;
    const auto connection = QObject::connect(service.get(), &CatalogueService::failed, [&](const Problem& p) { problems.append(p); });
    service->refresh();
    EXPECT_TRUE(service->isRefreshing());
    EXPECT_TRUE(waitFor([&] { return changed.count() + problems.size() > 0; }));
    QObject::disconnect(connection);
    EXPECT_FALSE(service->isRefreshing());
    EXPECT_EQ(changed.count() + problems.size(), 1);
    return problems.isEmpty() ? ErrorId::None : problems.first().id;
  }
  [[nodiscard]] QString firstName() const { return service->models().isEmpty() ? QString() : service->models().first().name; }
  void expectBundled() {
    EXPECT_EQ(service->version(), bundledVersion);
    EXPECT_NE(firstName(), QStringLiteral("Fetched"));
    expectBundledAtTheNextStart();
  }
  void expectBundledAtTheNextStart() {
    begin();
    EXPECT_FALSE(waitFor([&] { return service->version() != bundledVersion; }, 100)) << "nothing was kept for the next start";
  }

  HubServer hub;
  Signer signer;
  std::unique_ptr<AppRun> run;
  std::unique_ptr<CatalogueService> service;
  QString bundledVersion;
};

TEST_F(CatalogueRefreshTest, ANewerSignedListIsShownAndKept) {
  const QByteArray list = catalogue(kNewer);
  serve(list, signer.sign(list));
  EXPECT_EQ(refresh(), ErrorId::None);
  EXPECT_EQ(service->version(), QString::number(kNewer));
  EXPECT_EQ(firstName(), QStringLiteral("Fetched"));
  EXPECT_FALSE(service->models().first().goodAt.isEmpty());

  hub.setOnline(false);
  begin();
  EXPECT_TRUE(waitFor([&] { return firstName() == QStringLiteral("Fetched"); })) << "without a network, after a new start";
}

TEST_F(CatalogueRefreshTest, TheSameListAgainIsNoNews) {
  const QByteArray list = catalogue(kNewer);
  serve(list, signer.sign(list));
  EXPECT_EQ(refresh(), ErrorId::None);
  EXPECT_EQ(refresh(), ErrorId::None);
  EXPECT_EQ(service->version(), QString::number(kNewer));
}

TEST_F(CatalogueRefreshTest, WhatTheRightKeyHasNotSignedIsRefused) {
  const QByteArray list = catalogue(kNewer);
  const QByteArray good = signer.sign(list);
  QByteArray tampered = list;
  tampered.replace("Fetched", "Fetchad");
  ASSERT_NE(tampered, list);
  const std::pair<QByteArray, QByteArray> bad[] = {
      {list, Signer().sign(list)},                         // another key
      {tampered, good},                                    // one letter is another
      {list.left(list.size() - 1), good},                  // cut off
      {list + ' ', good},                                  // more
      {list, good.left(40)},                               // half a signature
      {list, "not base64 at all"},                         //
      {list, QByteArray()},                                //
      {"<html>Log in to the hotel’s network</html>", ""},  //
      {QByteArray(), good},
  };
  for (const auto& [body, signature] : bad) {
    serve(body, signature);
    EXPECT_EQ(refresh(), ErrorId::CatalogueNotSigned) << signature.toStdString();
  }
  expectBundled();
}

TEST_F(CatalogueRefreshTest, OlderListsAreRefusedEvenWhenSigned) {
  const QByteArray newer = catalogue(kNewer), older = catalogue(kNewer - 1, QStringLiteral("Old"));
  serve(newer, signer.sign(newer));
  ASSERT_EQ(refresh(), ErrorId::None);
  serve(older, signer.sign(older));
  EXPECT_EQ(refresh(), ErrorId::CatalogueOlder);
  EXPECT_EQ(firstName(), QStringLiteral("Fetched"));
  begin();
  EXPECT_TRUE(waitFor([&] { return service->version() == QString::number(kNewer); }));
}

TEST_F(CatalogueRefreshTest, SignedNonsenseIsRefused) {
  for (const QByteArray& nonsense : {QByteArray("not JSON"), QByteArray("{}"), QByteArray("{\"format\":2}"), QByteArray(1000, '[')}) {
    serve(nonsense, signer.sign(nonsense));
    EXPECT_EQ(refresh(), ErrorId::CatalogueUnreadable);
  }
  expectBundled();
}

TEST_F(CatalogueRefreshTest, TooLargeAndBrokenAnswersAreFailures) {
  const QByteArray huge = catalogue(kNewer) + QByteArray(kCatalogueMostBytes, ' ');
  serve(huge, signer.sign(huge));
  EXPECT_NE(refresh(), ErrorId::None);

  const QByteArray list = catalogue(kNewer);
  serve(list, signer.sign(list) + QByteArray(10'000, ' '));
  EXPECT_NE(refresh(), ErrorId::None);
  serve(list, signer.sign(list));
  HubFault drop;
  drop.kind = HubFault::Kind::Drop;
  drop.bytes = 500;
  hub.misbehave(HubSite::Hub, drop);
  EXPECT_EQ(refresh(), ErrorId::NetworkUnreachable);
  HubFault missing;
  missing.kind = HubFault::Kind::Status;
  missing.status = 404;
  hub.misbehave(HubSite::Hub, missing, 1, QStringLiteral(".sig"));
  EXPECT_EQ(refresh(), ErrorId::HubNotFound);
  expectBundled();
}

TEST_F(CatalogueRefreshTest, TheProxyOfTheSettingsIsUsedAndNoTokenIsSent) {
  const QByteArray list = catalogue(kNewer);
  serve(list, signer.sign(list));
  NetworkSettings network(&run->settings, nullptr);
  network.setToken(HttpSession::hostOf(hub.url()), QStringLiteral("hf_secret"));
  service->setNetwork(&network);
  EXPECT_EQ(refresh(), ErrorId::None);
  EXPECT_EQ(hub.authorisedCount(HubSite::Hub), 0);
  QTcpServer proxy;
  ASSERT_TRUE(proxy.listen(QHostAddress::LocalHost));
  run->settings.setValue(SettingKey::ProxyMode, QStringLiteral("http"));
  run->settings.setValue(SettingKey::ProxyHost, QStringLiteral("127.0.0.1"));
  run->settings.setValue(SettingKey::ProxyPort, proxy.serverPort());
  run->settings.setValue(SettingKey::CatalogueUrl, QStringLiteral("http://lists.invalid/catalogue.json"));
  QSignalSpy asked(&proxy, &QTcpServer::newConnection);
  service->refresh();
  EXPECT_TRUE(waitFor([&] { return asked.count() > 0; }));
}

TEST_F(CatalogueRefreshTest, WithoutANetworkTheListStays) {
  hub.setOnline(false);
  EXPECT_EQ(refresh(), ErrorId::NetworkUnreachable);
  run->settings.setValue(SettingKey::CatalogueUrl, QStringLiteral("file:///etc/passwd"));
  EXPECT_EQ(refresh(), ErrorId::CatalogueAddress);
  run->settings.setValue(SettingKey::CatalogueUrl, QString());
  EXPECT_EQ(refresh(), ErrorId::CatalogueAddress);
  expectBundled();
}

TEST_F(CatalogueRefreshTest, FilesThatWereChangedOnTheDiskAreNotUsed) {
  const QByteArray list = catalogue(kNewer);
  serve(list, signer.sign(list));
  ASSERT_EQ(refresh(), ErrorId::None);
  const QString path = home() + QStringLiteral("/cache/catalogue.json");
  QFile file(path);
  ASSERT_TRUE(file.open(QIODevice::ReadWrite));
  QByteArray changed = file.readAll();
  ASSERT_EQ(changed, list);
  changed.replace("Fetched", "Patched");
  file.seek(0);
  file.write(changed);
  file.close();
  expectBundledAtTheNextStart();
}

TEST_F(CatalogueRefreshTest, ABuildWithoutAKeyFetchesNothing) {
  const QByteArray list = catalogue(kNewer);
  serve(list, signer.sign(list));
  ASSERT_EQ(refresh(), ErrorId::None);
  CatalogueService keyless(nullptr, &run->settings, home());
  keyless.setPublicKey({});
  keyless.start();
  EXPECT_FALSE(keyless.canRefresh());
  QSignalSpy refreshing(&keyless, &CatalogueService::refreshingChanged);
  const int before = hub.requestCount(HubSite::Hub);
  keyless.refresh();
  EXPECT_FALSE(waitFor([&] { return refreshing.count() > 0 || keyless.version() != bundledVersion; }, 150));
  EXPECT_EQ(hub.requestCount(HubSite::Hub), before);
}

// docs/catalogue.md: what the script makes of a file is what the application asks for.
TEST(CatalogueSignature, ThatOfTheScriptIsGood) {
  const QByteArray list("{\"version\":3}");
  const QByteArray mark("jQUFxrnBil/nzuNPkuWP0k6zTITuNozuTmHKv0xjzxkTvWXEFUm8z6MymHHMBg8HFTD/3YY9olMJzBRXO1e3Aw==\n");
  const QString key = QStringLiteral("8mG4yMdcKIOvUZZvai1VP85oULfleSBpXWiTugwxiD8=");
  EXPECT_TRUE(isSignedBy(list, mark, key));
  EXPECT_FALSE(isSignedBy(list + '\n', mark, key));
}

TEST_F(CatalogueRefreshTest, EndsWhileAnAnswerIsOnItsWay) {
  const QByteArray list = catalogue(kNewer);
  serve(list, signer.sign(list));
  HubFault stall;
  stall.kind = HubFault::Kind::Stall;
  stall.bytes = 10;
  hub.misbehave(HubSite::Hub, stall, -1);
  service->refresh();
  EXPECT_TRUE(waitFor([&] { return hub.requestCount(HubSite::Hub) > 0; }));
  service.reset();
  QCoreApplication::processEvents();
}

}  // namespace
