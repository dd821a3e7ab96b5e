#include "net/http_session.h"

#include <gtest/gtest.h>

#include <QTcpServer>

#include "app/support/hub_server.h"
#include "app/support/wait.h"

namespace {

using hearth_test::HubEntry;
using hearth_test::HubFault;
using hearth_test::HubServer;
using hearth_test::HubSite;
using hearth_test::waitFor;
using Kind = HttpFailure::Kind;

class HttpSessionTest : public ::testing::Test {
 protected:
  static HubEntry entry(bool gated = false) {
    HubEntry made{QStringLiteral("ann/small"), {{QStringLiteral("model.gguf"), HubServer::bytes(100'000)}}};
    made.files.append({QStringLiteral("README.md"), QByteArray("# Small\n"), false});
    made.gated = gated;
    return made;
  }
  [[nodiscard]] static QUrl file(const HubServer& hub, const QString& name = QStringLiteral("model.gguf")) {
    QUrl url = hub.url();
    url.setPath(QStringLiteral("/ann/small/resolve/main/") + name);
    return url;
  }
  FetchResult fetch(const QUrl& url, qint64 limit = 1 << 20) {
    std::optional<FetchResult> result;
    session.fetch(url, limit, &session, [&](const FetchResult& got) { result = got; });
    EXPECT_FALSE(result) << "never from inside the call";
    EXPECT_TRUE(waitFor([&] { return result.has_value(); }));
    return result.value_or(FetchResult());
  }
  void setToken(const HubServer& hub, const char* token) {
    HttpOptions options = session.options();
    options.tokens.insert(HttpSession::hostOf(hub.url()), QString::fromLatin1(token));
    session.setOptions(options);
  }

  HttpSession session;
};

TEST_F(HttpSessionTest, FollowsRedirectsToTheBytes) {
  HubServer hub;
  hub.add(entry());
  const FetchResult result = fetch(file(hub));
  EXPECT_FALSE(result.failure);
  EXPECT_EQ(result.body, HubServer::bytes(100'000));
  EXPECT_EQ(result.url.port(), hub.url(HubSite::Cdn).port());
  EXPECT_EQ(result.url.query(QUrl::FullyEncoded), QStringLiteral("Signature=a%2Fb~")) << "signed addresses are used as they are";
  EXPECT_TRUE(hub.requests().first().headers.value("user-agent").startsWith("Hearth/"));
  EXPECT_FALSE(hub.requests().first().headers.contains("cookie"));
}

TEST_F(HttpSessionTest, MoreThanTheLimitIsAFailure) {
  HubServer hub;
  hub.add(entry());
  const FetchResult result = fetch(file(hub), 5000);
  EXPECT_EQ(result.failure.kind, Kind::TooLarge);
  EXPECT_TRUE(result.body.isEmpty());
}

TEST_F(HttpSessionTest, EndlessRedirectsEnd) {
  HubServer hub;
  hub.add(entry());
  hub.misbehave(HubSite::Hub, {HubFault::Kind::EndlessRedirect}, -1);
  EXPECT_EQ(fetch(file(hub)).failure.kind, Kind::Redirects);
  EXPECT_EQ(hub.requestCount(HubSite::Hub), 11);
}

TEST_F(HttpSessionTest, StatusesAndTheirProblems) {
  HubServer hub;
  hub.add(entry());
  const QString name = QStringLiteral("ann/small");
  EXPECT_EQ(fetch(file(hub, QStringLiteral("nothing"))).failure.problem(name).id, ErrorId::HubNotFound);
  hub.misbehave(HubSite::Hub, {HubFault::Kind::Status, 0, 429, 7});
  const HttpFailure busy = fetch(file(hub)).failure;
  EXPECT_EQ(busy.status, 429);
  EXPECT_EQ(busy.retryAfterSeconds, 7);
  EXPECT_TRUE(busy.mayPass());
  EXPECT_EQ(busy.problem(name).id, ErrorId::NetworkBusy);
  hub.misbehave(HubSite::Hub, {HubFault::Kind::Status, 0, 500});
  EXPECT_EQ(fetch(file(hub)).failure.problem(name).id, ErrorId::NetworkServer);
  hub.misbehave(HubSite::Hub, {HubFault::Kind::Status, 0, 401, -1, "RepoNotFound"});
  EXPECT_EQ(fetch(file(hub)).failure.problem(name).id, ErrorId::HubNotFound);
}

TEST_F(HttpSessionTest, ConnectionsThatBreakOffStallOrSpeakNonsense) {
  HubServer hub;
  hub.add(entry());
  HttpOptions options;
  options.stallMs = 200;
  session.setOptions(options);
  hub.misbehave(HubSite::Cdn, {HubFault::Kind::Drop, 40'000});
  EXPECT_EQ(fetch(file(hub)).failure.kind, Kind::Unreachable);
  hub.misbehave(HubSite::Cdn, {HubFault::Kind::Stall, 40'000});
  EXPECT_EQ(fetch(file(hub)).failure.kind, Kind::Stalled);
  hub.misbehave(HubSite::Cdn, {HubFault::Kind::Garbage}, -1);
  EXPECT_EQ(fetch(file(hub)).failure.kind, Kind::Unreachable);
  hub.behave();
  hub.setOnline(false);
  EXPECT_EQ(fetch(file(hub)).failure.kind, Kind::Unreachable);
  hub.setOnline(true);
  EXPECT_FALSE(fetch(file(hub)).failure);
}

TEST_F(HttpSessionTest, TheTokenGoesToItsHostAndNowhereElse) {
  HubServer hub(HubServer::Security::Tls);
  if (!hub.isListening()) GTEST_SKIP() << "no openssl program";
  hub.add(entry(true));
  EXPECT_EQ(fetch(file(hub)).failure.problem(QStringLiteral("ann/small")).id, ErrorId::HubTokenNeeded);
  setToken(hub, HubServer::kOtherToken);
  EXPECT_EQ(fetch(file(hub)).failure.problem(QStringLiteral("ann/small")).id, ErrorId::HubLicence);
  setToken(hub, "hf_wrong");
  EXPECT_EQ(fetch(file(hub)).failure.problem(QStringLiteral("ann/small")).id, ErrorId::HubTokenRefused);
  setToken(hub, HubServer::kGoodToken);
  EXPECT_EQ(fetch(file(hub)).body, HubServer::bytes(100'000));
  EXPECT_EQ(hub.authorisedCount(HubSite::Hub), 3);
  EXPECT_EQ(hub.authorisedCount(HubSite::Cdn), 0);
  EXPECT_GT(hub.requestCount(HubSite::Cdn), 0);
}

TEST_F(HttpSessionTest, TheTokenIsNotSentWithoutEncryption) {
  HubServer hub;
  hub.add(entry(true));
  setToken(hub, HubServer::kGoodToken);
  EXPECT_EQ(fetch(file(hub)).failure.problem(QStringLiteral("ann/small")).id, ErrorId::HubTokenNeeded);
  EXPECT_EQ(hub.authorisedCount(HubSite::Hub), 0);
}

TEST_F(HttpSessionTest, EncryptionIsNotLeft) {
  HubServer hub(HubServer::Security::Tls);
  if (!hub.isListening()) GTEST_SKIP() << "no openssl program";
  hub.add(entry());
  hub.misbehave(HubSite::Hub, {HubFault::Kind::Unencrypted});
  EXPECT_EQ(fetch(file(hub)).failure.kind, Kind::Insecure);
}

TEST_F(HttpSessionTest, AWrongCertificateIsNotAccepted) {
  HubServer hub(HubServer::Security::TlsUntrusted);
  if (!hub.isListening()) GTEST_SKIP() << "no openssl program";
  hub.add(entry());
  setToken(hub, HubServer::kGoodToken);
  const FetchResult result = fetch(file(hub));
  EXPECT_EQ(result.failure.kind, Kind::Certificate);
  EXPECT_EQ(result.failure.problem({}).id, ErrorId::NetworkTls);
  EXPECT_EQ(hub.requestCount(HubSite::Hub), 0);
  // Trusted by this computer, but for another host.
  HubServer good(HubServer::Security::Tls);
  good.add(entry());
  QUrl other = file(good);
  other.setHost(QStringLiteral("127.0.0.2"));
  EXPECT_NE(fetch(other).failure.kind, Kind::None);
  EXPECT_EQ(good.requestCount(HubSite::Hub), 0);
}

TEST_F(HttpSessionTest, AReaderMayTakeItsTime) {
  HubServer hub;
  hub.add({QStringLiteral("ann/small"), {{QStringLiteral("model.gguf"), HubServer::bytes(4'000'000)}}});
  // As a network does: Qt takes the limit a moment after the request has begun.
  hub.misbehave(HubSite::Cdn, {HubFault::Kind::Slow, 4'000'000}, -1);
  HttpOptions options;
  options.stallMs = 300;
  session.setOptions(options);
  QObject owner;
  HttpExchange* exchange = session.get({file(hub), {}, 16 << 10}, &owner);
  QByteArray body;
  QElapsedTimer clock;
  clock.start();
  while (clock.elapsed() < 1500) QCoreApplication::processEvents(QEventLoop::AllEvents, 20);  // longer than the stall time
  EXPECT_LT(exchange->bytesAvailable(), 1'000'000);
  EXPECT_FALSE(exchange->failure());
  EXPECT_TRUE(waitFor([&] {
    body += exchange->read(1 << 20);
    return exchange->isFinished() && exchange->bytesAvailable() == 0;
  }));
  EXPECT_EQ(body, HubServer::bytes(4'000'000));
}

TEST_F(HttpSessionTest, ProxyByHandWithAPassword) {
  QTcpServer proxy;
  ASSERT_TRUE(proxy.listen(QHostAddress::LocalHost));
  QByteArray heard;
  QObject::connect(&proxy, &QTcpServer::newConnection, &proxy, [&] {
    QTcpSocket* socket = proxy.nextPendingConnection();
    QObject::connect(socket, &QTcpSocket::readyRead, socket, [&heard, socket] {
      const QByteArray request = socket->readAll();
      heard += request;
      const bool signedIn = request.contains("Proxy-Authorization: Basic " + QByteArray("ann:secret").toBase64());
      socket->write(signedIn ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
                             : "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
    });
  });
  HttpOptions options;
  options.proxy = {ProxyChoice::Mode::Http, QStringLiteral("127.0.0.1"), proxy.serverPort(), QStringLiteral("ann"),
                   QStringLiteral("secret")};
  session.setOptions(options);
  const FetchResult result = fetch(QUrl(QStringLiteral("http://hub.example/x")));
  EXPECT_EQ(result.body, QByteArray("hello")) << qPrintable(result.failure.detail);
  EXPECT_TRUE(heard.startsWith("GET http://hub.example/x HTTP/1.1")) << heard.constData();
  heard.clear();
  options.proxy.password = QStringLiteral("wrong");
  session.setOptions(options);
  EXPECT_EQ(fetch(QUrl(QStringLiteral("http://hub.example/x"))).failure.problem({}).id, ErrorId::NetworkProxy);
  HubServer hub;  // of this computer: not through the proxy
  hub.add(entry());
  heard.clear();
  EXPECT_FALSE(fetch(file(hub)).failure);
  EXPECT_TRUE(heard.isEmpty());
}

}  // namespace
