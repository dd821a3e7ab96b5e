#include "net/http_session.h"

#include <QAuthenticator>
#include <QHostAddress>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QPointer>
#include <QSslError>
#include <algorithm>
#include <utility>

#include "bridge/program_build.h"

namespace {

constexpr int kRedirectBodyMs = 2'000;
constexpr qint64 kRedirectBodyBytes = 64 << 10;
constexpr int kFetchDeadlineMs = 120'000;  // a body that comes drop by drop

[[nodiscard]] bool isOfThisComputer(const QString& host) {
  return host == QLatin1String("localhost") || host.endsWith(QLatin1String(".localhost")) || QHostAddress(host).isLoopback();
}

class ProxyFactory final : public QNetworkProxyFactory {
 public:
  explicit ProxyFactory(ProxyChoice choice) : m_choice(std::move(choice)) {}

  QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery& query) override {
    using Mode = ProxyChoice::Mode;
    if (m_choice.mode == Mode::System) return systemProxyForQuery(query);
    if (m_choice.mode == Mode::None || m_choice.host.isEmpty() || isOfThisComputer(query.peerHostName())) return {QNetworkProxy::NoProxy};
    const auto type = m_choice.mode == Mode::Http ? QNetworkProxy::HttpProxy : QNetworkProxy::Socks5Proxy;
    return {QNetworkProxy(type, m_choice.host, m_choice.port, m_choice.user, m_choice.password)};
  }

 private:
  ProxyChoice m_choice;
};

[[nodiscard]] bool isRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

[[nodiscard]] HttpFailure::Kind kindOf(QNetworkReply::NetworkError error) {
  switch (error) {
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyConnectionClosedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyAuthenticationRequiredError:
      return HttpFailure::Kind::Proxy;
    default:
      return HttpFailure::Kind::Unreachable;
  }
}

[[nodiscard]] Problem statusProblem(const HttpFailure& failure, const QString& subject) {
  const QString detail = failure.detail;
  const bool gated = failure.errorCode == "GatedRepo";
  switch (failure.status) {
    case 401:
      if (failure.sentToken) return {ErrorId::HubTokenRefused, {failure.host}, detail};
      // The hub says 401 for what does not exist, too, so as not to tell which private repositories there are.
      return {gated || failure.errorCode.isEmpty() ? ErrorId::HubTokenNeeded : ErrorId::HubNotFound, {subject}, detail};
    case 403:
      return {failure.sentToken || !gated ? ErrorId::HubLicence : ErrorId::HubTokenNeeded, {subject}, detail};
    case 404:
    case 410:
      return {ErrorId::HubNotFound, {subject}, detail};
    case 407:
      return {ErrorId::NetworkProxy, {failure.host}, detail};
    case 429:
    case 503:
      return {ErrorId::NetworkBusy, {failure.host}, detail};
    default:
      return {ErrorId::NetworkServer, {failure.host, QString::number(failure.status)}, detail};
  }
}

}  // namespace

// --- HttpFailure

bool HttpFailure::mayPass() const {
  if (kind == Kind::Status) return status == 408 || status == 425 || status == 429 || status >= 500;
  return kind == Kind::Unreachable || kind == Kind::Stalled;
}

Problem HttpFailure::problem(const QString& subject) const {
  switch (kind) {
    case Kind::None:
      return {};
    case Kind::Cancelled:
      return {ErrorId::EngineCancelled, {}, {}};
    case Kind::Unreachable:
    case Kind::Stalled:
      return {ErrorId::NetworkUnreachable, {host}, detail};
    case Kind::Certificate:
      return {ErrorId::NetworkTls, {host}, detail};
    case Kind::Proxy:
      return {ErrorId::NetworkProxy, {host}, detail};
    case Kind::Redirects:
      return {ErrorId::NetworkRedirects, {host}, detail};
    case Kind::Insecure:
      return {ErrorId::NetworkInsecure, {host}, detail};
    case Kind::TooLarge:
      return {ErrorId::HubAnswer, {host}, detail};
    case Kind::Status:
      break;
  }
  return statusProblem(*this, subject);
}

// --- HttpExchange

HttpExchange::HttpExchange(QNetworkAccessManager* manager, const HttpOptions& options, HttpRequest request, QObject* parent)
    : QObject(parent), m_manager(manager), m_options(options), m_request(std::move(request)) {
  m_stall.setSingleShot(true);
  m_stall.setInterval(options.stallMs);
  connect(&m_stall, &QTimer::timeout, this, &HttpExchange::onStall);
  send();
}

HttpExchange::~HttpExchange() {
  drop();
}

void HttpExchange::send() {
  QNetworkRequest request(m_request.url.adjusted(QUrl::RemoveUserInfo | QUrl::RemoveFragment));
  request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
  request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
  request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
  request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
  request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
  // Parts over one connection would share its one window.
  request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
  request.setRawHeader("User-Agent", "Hearth/" + programVersion().toLatin1());
  request.setRawHeader("Accept-Language", "*");  // Qt would tell the language of the system
  if (!m_request.decompress) request.setRawHeader("Accept-Encoding", "identity");
  for (const auto& [name, value] : m_request.headers) request.setRawHeader(name, value);
  const QString token =
      m_request.url.scheme() == QLatin1String("https") ? m_options.tokens.value(HttpSession::hostOf(m_request.url)) : QString();
  m_sentToken = !token.isEmpty();
  if (m_sentToken) request.setRawHeader("Authorization", "Bearer " + token.toLatin1());
  m_certificateError.clear();
  m_reply = m_manager->get(request);
  m_reply->setReadBufferSize(m_request.readBuffer);
  connect(m_reply, &QNetworkReply::metaDataChanged, this, &HttpExchange::onHeaders);
  connect(m_reply, &QNetworkReply::readyRead, this, [this] {
    m_stall.start();
    if (m_status != 0) Q_EMIT dataArrived();
  });
  connect(m_reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError>& errors) {
    if (!errors.isEmpty()) m_certificateError = errors.first().errorString();
  });
  // Queued: a request that fails at once would end inside the constructor.
  connect(m_reply, &QNetworkReply::finished, this, &HttpExchange::onFinished, Qt::QueuedConnection);
  m_stall.start();
}

void HttpExchange::onHeaders() {
  const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
  if (status < 200 || m_status != 0 || m_finished) return;
  if (status == 407) return;  // the password of the options is tried next
  m_stall.start();
  if (!std::exchange(m_hasFirst, true)) {
    for (const auto& [name, value] : m_reply->rawHeaderPairs()) m_firstHeaders.insert(name.toLower(), value);
  }
  if (isRedirect(status)) return follow();
  if (status >= 400) {
    m_failure.status = status;
    m_failure.errorCode = m_reply->rawHeader("X-Error-Code");
    bool isNumber = false;
    const int seconds = m_reply->rawHeader("Retry-After").trimmed().toInt(&isNumber);
    if (isNumber && seconds >= 0) m_failure.retryAfterSeconds = seconds;
    const QByteArray range = m_reply->rawHeader("Content-Range").trimmed();
    if (range.startsWith("bytes */")) m_failure.rangeTotal = range.mid(8).toLongLong(&isNumber);
    if (!isNumber) m_failure.rangeTotal = -1;
    return fail(HttpFailure::Kind::Status, QString::fromLatin1(m_reply->rawHeader("X-Error-Message")).left(200));
  }
  // Qt takes what is no HTTP at all for a body of its first version.
  if (m_reply->rawHeaderList().isEmpty()) return fail(HttpFailure::Kind::Unreachable, QStringLiteral("The answer is no HTTP."));
  m_status = status;
  Q_EMIT headersArrived();
}

void HttpExchange::follow() {
  const QByteArray location = m_reply->rawHeader("Location");
  const QUrl next = m_request.url.resolved(QUrl::fromEncoded(location, QUrl::StrictMode));
  const bool usable = next.isValid() && !next.host().isEmpty() && next.scheme().startsWith(QLatin1String("http"));
  if (location.isEmpty() || !usable || ++m_redirects > m_options.mostRedirects)
    return fail(HttpFailure::Kind::Redirects, QString::fromLatin1(location).left(200));
  const bool fromSecure = m_request.url.scheme() == QLatin1String("https");
  if (next.scheme() != QLatin1String("https") && (fromSecure || (m_options.onlySecure && !HttpSession::isSecure(next))))
    return fail(HttpFailure::Kind::Insecure, next.host());
  // Its short body may end by itself, so that the connection is used again.
  QNetworkReply* reply = std::exchange(m_reply, nullptr);
  reply->disconnect(this);
  connect(reply, &QNetworkReply::finished, reply, &QObject::deleteLater);
  QTimer::singleShot(kRedirectBodyMs, reply, &QNetworkReply::abort);
  reply->setReadBufferSize(kRedirectBodyBytes);
  m_request.url = next.adjusted(QUrl::RemoveUserInfo);
  send();
}

void HttpExchange::onFinished() {
  if (!m_reply || sender() != m_reply || m_finished) return;
  if (m_reply->error() == QNetworkReply::NoError && m_status != 0) {
    m_stall.stop();
    m_finished = true;
    Q_EMIT finished();
    return;
  }
  if (!m_certificateError.isEmpty() && m_reply->error() == QNetworkReply::SslHandshakeFailedError)
    return fail(HttpFailure::Kind::Certificate, m_certificateError);
  fail(kindOf(m_reply->error()), m_reply->error() == QNetworkReply::NoError ? QString() : m_reply->errorString());
}

void HttpExchange::onStall() {
  // A reader that takes its time (a bandwidth limit) is not the server's fault.
  if (bytesAvailable() > 0)
    m_stall.start();
  else
    fail(HttpFailure::Kind::Stalled, QStringLiteral("Nothing arrived for %1 ms.").arg(m_options.stallMs));
}

void HttpExchange::fail(HttpFailure::Kind kind, const QString& detail) {
  if (m_finished) return;
  m_stall.stop();
  m_failure.kind = kind;
  m_failure.host = HttpSession::hostOf(m_request.url);
  m_failure.sentToken = m_sentToken;
  m_failure.detail = detail;
  m_finished = true;
  if (kind == HttpFailure::Kind::Status || kind == HttpFailure::Kind::Stalled || kind == HttpFailure::Kind::Redirects ||
      kind == HttpFailure::Kind::Insecure || m_status == 0)
    drop();  // else what has arrived can still be read
  QMetaObject::invokeMethod(this, &HttpExchange::finished, Qt::QueuedConnection);
}

void HttpExchange::drop() {
  QNetworkReply* reply = std::exchange(m_reply, nullptr);
  if (!reply) return;
  reply->disconnect(this);
  // Later: the reply may be in the middle of saying something.
  QTimer::singleShot(0, reply, [reply] {
    reply->abort();
    reply->deleteLater();
  });
}

QByteArray HttpExchange::header(const char* name) const {
  return m_reply ? m_reply->rawHeader(name) : QByteArray();
}

QByteArray HttpExchange::firstHeader(const char* name) const {
  return m_firstHeaders.value(QByteArray(name).toLower());
}

qint64 HttpExchange::bytesAvailable() const {
  return m_reply && m_status != 0 ? m_reply->bytesAvailable() : 0;
}

QByteArray HttpExchange::read(qint64 most) {
  return m_reply && m_status != 0 ? m_reply->read(most) : QByteArray();
}

void HttpExchange::setReadBuffer(qint64 bytes) {
  m_request.readBuffer = bytes;
  if (m_reply) m_reply->setReadBufferSize(bytes);
}

// --- HttpSession

HttpSession::HttpSession(QObject* parent) : QObject(parent) {
  m_manager.setAutoDeleteReplies(false);
  m_manager.setProxyFactory(new ProxyFactory(m_options.proxy));
  connect(&m_manager, &QNetworkAccessManager::proxyAuthenticationRequired, this,
          [this](const QNetworkProxy&, QAuthenticator* authenticator) {
            const QString tried = QStringLiteral("hearth-tried");
            if (m_options.proxy.user.isEmpty() || authenticator->option(tried).toBool()) return;  // refused
            authenticator->setOption(tried, true);
            authenticator->setUser(m_options.proxy.user);
            authenticator->setPassword(m_options.proxy.password);
          });
}

HttpSession::~HttpSession() {
  // Before the manager, which would take the replies away from under them.
  qDeleteAll(findChildren<HttpExchange*>(QString(), Qt::FindDirectChildrenOnly));
}

void HttpSession::setOptions(const HttpOptions& options) {
  if (options.proxy != m_options.proxy) {
    m_manager.setProxyFactory(new ProxyFactory(options.proxy));
    m_manager.clearConnectionCache();
    m_manager.clearAccessCache();
  }
  m_options = options;
}

HttpExchange* HttpSession::get(const HttpRequest& request, QObject* parent) {
  return new HttpExchange(&m_manager, m_options, request, parent);
}

void HttpSession::fetch(const QUrl& url, qint64 limitBytes, QObject* context, std::function<void(const FetchResult&)> done) {
  HttpExchange* exchange = get({url, {}, 0, true}, this);
  const auto body = std::make_shared<QByteArray>();
  const auto end = [exchange, body, context = QPointer<QObject>(context), done = std::move(done)](HttpFailure failure) {
    exchange->disconnect();
    exchange->deleteLater();
    if (failure) body->clear();
    if (context) done({*body, exchange->url(), failure});
  };
  const auto take = [exchange, body, end, limitBytes] {
    body->append(exchange->read(exchange->bytesAvailable()));
    if (body->size() <= limitBytes) return true;
    HttpFailure failure;
    failure.kind = HttpFailure::Kind::TooLarge;
    failure.host = hostOf(exchange->url());
    end(failure);
    return false;
  };
  connect(exchange, &HttpExchange::dataArrived, this, [take] { take(); });
  connect(exchange, &HttpExchange::finished, this, [exchange, take, end] {
    if (take()) end(exchange->failure());
  });
  QTimer::singleShot(kFetchDeadlineMs, exchange, [exchange, end] {
    HttpFailure failure;
    failure.kind = HttpFailure::Kind::Stalled;
    failure.host = hostOf(exchange->url());
    end(failure);
  });
}

bool HttpSession::isSecure(const QUrl& url) {
  return url.scheme() == QLatin1String("https") || (url.scheme() == QLatin1String("http") && isOfThisComputer(url.host()));
}

QString HttpSession::hostOf(const QUrl& url) {
  const QString host = url.host().toLower();
  const int standard = url.scheme() == QLatin1String("https") ? 443 : 80;
  return url.port(standard) == standard ? host : host + u':' + QString::number(url.port());
}
