#include "app/support/hub_server.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QMutex>
#include <QMutexLocker>
#include <QPointer>
#include <QProcess>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QThread>
#include <QTimer>
#include <algorithm>
#include <array>
#include <random>

#include "app/support/hub_answers.h"

namespace hearth_test {

namespace {

constexpr qint64 kChunk = 32 << 10;
constexpr qint64 kMostWaiting = 128 << 10;  // in the socket
constexpr int kSlowTickMs = 10;

struct Identity {
  QSslCertificate certificate = QSslCertificate(QByteArray());
  QSslKey key;
};

/// A certificate for this computer that has signed itself; empty without the program openssl.
[[nodiscard]] Identity makeIdentity() {
  QTemporaryDir folder;
  const QString key = folder.filePath(QStringLiteral("key.pem"));
  const QString certificate = folder.filePath(QStringLiteral("certificate.pem"));
  QProcess openssl;
  openssl.start(
      QStringLiteral("openssl"),
      {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"), QStringLiteral("ec"), QStringLiteral("-pkeyopt"),
       QStringLiteral("ec_paramgen_curve:prime256v1"), QStringLiteral("-nodes"), QStringLiteral("-keyout"), key, QStringLiteral("-out"),
       certificate, QStringLiteral("-days"), QStringLiteral("2"), QStringLiteral("-subj"), QStringLiteral("/CN=localhost"),
       QStringLiteral("-addext"), QStringLiteral("subjectAltName=DNS:localhost,IP:127.0.0.1")});
  if (!openssl.waitForFinished(20000) || openssl.exitCode() != 0) return Identity();
  QFile keyFile(key), certificateFile(certificate);
  if (!keyFile.open(QIODevice::ReadOnly) || !certificateFile.open(QIODevice::ReadOnly)) return Identity();
  return {QSslCertificate(certificateFile.readAll()), QSslKey(keyFile.readAll(), QSsl::Ec)};
}

/// One that this process trusts, made once.
[[nodiscard]] const Identity& trustedIdentity() {
  static const Identity identity = [] {
    Identity made = makeIdentity();
    if (!made.certificate.isNull()) {
      QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
      configuration.addCaCertificate(made.certificate);
      QSslConfiguration::setDefaultConfiguration(configuration);
    }
    return made;
  }();
  return identity;
}

struct Rule {
  HubSite site;
  HubFault fault;
  int times;
  QString part;
};

[[nodiscard]] QByteArray statusText(int status) {
  return status < 300 ? "OK" : status < 400 ? "Found" : "Error";
}

}  // namespace

/// Lives in the server's thread; what others read is behind the mutex.
struct HubServer::Private : QObject {
  Private() { content = std::make_shared<HubContent>(); }

  struct Answer {
    int status = 200;
    QList<QPair<QByteArray, QByteArray>> headers;
    QByteArray body;
    qint64 from = 0, length = 0;  // of the body
    HubFault fault;
    bool sized = true;
    bool isFile = false;
  };

  [[nodiscard]] HubFault faultFor(const HubRequest& request);
  [[nodiscard]] Answer answer(const HubRequest& request);
  [[nodiscard]] Answer fileAnswer(const HubRequest& request, const HubContent::Place& place, const HubFault& fault) const;
  [[nodiscard]] Answer refusal(const HubRequest& request, const HubEntry& entry) const;
  void listen(HubSite site, const Identity* identity);
  void accept(HubSite site, QTcpServer* server);

  QThread thread;
  mutable QMutex mutex;
  std::shared_ptr<HubContent> content;
  QList<Rule> rules;
  std::function<HubFault(const HubRequest&)> faults;
  QList<HubRequest> seen;
  std::array<QTcpServer*, 3> servers{};
  std::array<quint16, 3> ports{};
  QList<QPointer<QTcpSocket>> sockets;
  bool online = true;
  bool tls = false;
  int active = 0, mostActive = 0;
  std::atomic<qint64> served{0};

  [[nodiscard]] QUrl url(HubSite site) const {
    return QUrl(QStringLiteral("%1://127.0.0.1:%2").arg(tls ? QStringLiteral("https") : QStringLiteral("http")).arg(ports[size_t(site)]));
  }
};

namespace {

/// One connection, request after request.
class Connection : public QObject {
 public:
  Connection(QTcpSocket* socket, HubServer::Private* hub, HubSite site);
  ~Connection() override { setActive(false); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

 private:
  void onData();
  void handle(const QByteArray& head);
  void begin(HubServer::Private::Answer answer);
  void pump();
  void end();
  void setActive(bool active);

  QTcpSocket* m_socket;
  HubServer::Private* m_hub;
  HubSite m_site;
  QByteArray m_buffer;
  HubServer::Private::Answer m_answer;
  QTimer m_slow;
  qint64 m_sent = 0;
  bool m_busy = false;
  bool m_active = false;
};

}  // namespace

// --- Deciding

HubFault HubServer::Private::faultFor(const HubRequest& request) {
  const QMutexLocker lock(&mutex);
  seen.append(request);
  for (qsizetype i = 0; i < rules.size(); ++i) {
    Rule& rule = rules[i];
    if (rule.site != request.site || (rule.part.isEmpty() ? !request.asksForFile() : !request.path.contains(rule.part))) continue;
    const HubFault fault = rule.fault;
    if (rule.times > 0 && --rule.times == 0) rules.removeAt(i);
    return fault;
  }
  return faults ? faults(request) : HubFault{};
}

HubServer::Private::Answer HubServer::Private::refusal(const HubRequest& request, const HubEntry& entry) const {
  const QByteArray token = request.headers.value("authorization");
  if (!entry.gated || request.site == HubSite::Cdn || token == QByteArray("Bearer ") + kGoodToken) return {};
  Answer answer;
  answer.status = token.isEmpty() ? 401 : token == QByteArray("Bearer ") + kOtherToken ? 403 : 401;
  answer.headers = {{"X-Error-Code", answer.status == 401 && !token.isEmpty() ? "InvalidToken" : "GatedRepo"}};
  return answer;
}

HubServer::Private::Answer HubServer::Private::answer(const HubRequest& request) {
  const HubFault fault = faultFor(request);
  std::shared_ptr<HubContent> now;
  {
    const QMutexLocker lock(&mutex);
    now = content;
  }
  Answer answer;
  answer.fault = fault;
  if (fault.kind == HubFault::Kind::Status) {
    answer.status = fault.status;
    if (fault.retryAfter >= 0) answer.headers.append({"Retry-After", QByteArray::number(fault.retryAfter)});
    if (!fault.errorCode.isEmpty()) answer.headers.append({"X-Error-Code", fault.errorCode});
    return answer;
  }
  if (fault.kind == HubFault::Kind::EndlessRedirect || fault.kind == HubFault::Kind::Unencrypted) {
    answer.status = 302;
    QUrl next = url(request.site);
    next.setPath(request.path);
    if (fault.kind == HubFault::Kind::Unencrypted) next.setScheme(QStringLiteral("http"));
    answer.headers = {{"Location", next.toEncoded()}};
    return answer;
  }
  if (request.site != HubSite::Cdn) {
    if (const QByteArray body = apiAnswer(*now, request); !body.isEmpty()) {
      answer.headers = {{"Content-Type", "application/json"}};
      answer.body = body;
      answer.length = body.size();
      return answer;
    }
  }
  const auto place = now->find(request.site, request.path);
  if (!place) {
    answer.status = 404;
    answer.headers = {{"X-Error-Code", request.path.startsWith(QLatin1String("/api/")) ? "RepoNotFound" : "EntryNotFound"}};
    return answer;
  }
  if (const Answer refused = refusal(request, *place->entry); refused.status >= 400) return refused;
  return fileAnswer(request, *place, fault);
}

HubServer::Private::Answer HubServer::Private::fileAnswer(const HubRequest& request, const HubContent::Place& place,
                                                          const HubFault& fault) const {
  using Kind = HubFault::Kind;
  const QByteArray hash = place.file.hash.toLatin1();
  Answer answer;
  answer.fault = fault;
  answer.isFile = true;
  const qint64 size = place.file.data.size();
  if (request.site == HubSite::Hub && place.file.large) {
    QUrl next = url(HubSite::Cdn);
    next.setPath(QStringLiteral("/blob/") + QString::fromLatin1(hash));
    next.setQuery(QStringLiteral("Signature=a%2Fb~"));
    answer.status = 302;
    answer.headers = {{"Location", next.toEncoded()},
                      {"X-Linked-Size", QByteArray::number(size)},
                      {"X-Linked-Etag", '"' + hash + '"'},
                      {"X-Repo-Commit", "0123456789abcdef0123456789abcdef01234567"}};
    answer.isFile = false;
    if (fault.kind != Kind::Drop && fault.kind != Kind::Stall) answer.fault = {};
    return answer;
  }
  const QByteArray salt = request.site == HubSite::Mirror ? "mirror" : "cdn";
  QByteArray etag = '"' + QCryptographicHash::hash(hash + salt, QCryptographicHash::Md5).toHex() + '"';
  if (fault.kind == Kind::NewEtag) etag = "\"another-mark\"";
  answer.headers = {{"ETag", etag}, {"Accept-Ranges", "bytes"}, {"Content-Type", "binary/octet-stream"}};
  answer.body = place.file.data;
  answer.length = size;
  const QByteArray condition = request.headers.value("if-range");
  if (request.from >= 0 && fault.kind != Kind::WholeFile && (condition.isEmpty() || condition == etag)) {
    if (request.from >= size) {
      answer.status = 416;
      answer.headers.append({"Content-Range", "bytes */" + QByteArray::number(size)});
      answer.body.clear();
      answer.length = 0;
      return answer;
    }
    answer.status = 206;
    answer.from = request.from;
    const qint64 last = request.to < 0 ? size - 1 : std::min(request.to, size - 1);
    if (fault.kind == Kind::WrongRange) answer.from = std::min(answer.from + fault.bytes, last);
    answer.length = last - answer.from + 1;
    const qint64 total = fault.kind == Kind::WrongTotal ? size + 1 : size;
    answer.headers.append(
        {"Content-Range", "bytes " + QByteArray::number(answer.from) + '-' + QByteArray::number(last) + '/' + QByteArray::number(total)});
  }
  if (fault.kind == Kind::Short) answer.length = std::min(answer.length, fault.bytes);
  if (fault.kind == Kind::TooLong) {
    answer.length = size - answer.from;
    answer.sized = false;
  }
  if (fault.kind == Kind::WrongBytes) {
    const qint64 end = answer.from + answer.length;
    for (qint64 i = answer.from + std::min(fault.bytes, answer.length - 1); i < end; i += 4099) answer.body[i] = char(~answer.body[i]);
  }
  return answer;
}

// --- Speaking

namespace {

Connection::Connection(QTcpSocket* socket, HubServer::Private* hub, HubSite site)
    : QObject(socket), m_socket(socket), m_hub(hub), m_site(site) {
  m_slow.setInterval(kSlowTickMs);
  connect(&m_slow, &QTimer::timeout, this, [this] { pump(); });
  connect(socket, &QTcpSocket::readyRead, this, [this] { onData(); });
  connect(socket, &QTcpSocket::bytesWritten, this, [this] {
    if (m_busy && !m_slow.isActive()) pump();
  });
  connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
  onData();
}

void Connection::setActive(bool active) {
  if (m_active == active) return;
  m_active = active;
  const QMutexLocker lock(&m_hub->mutex);
  m_hub->active += active ? 1 : -1;
  m_hub->mostActive = std::max(m_hub->mostActive, m_hub->active);
}

void Connection::onData() {
  m_buffer += m_socket->readAll();
  if (m_busy) return;
  const qsizetype end = m_buffer.indexOf("\r\n\r\n");
  if (end < 0) return;
  const QByteArray head = m_buffer.left(end);
  m_buffer.remove(0, end + 4);
  m_busy = true;
  handle(head);
}

void Connection::handle(const QByteArray& head) {
  const QList<QByteArray> lines = head.split('\n');
  const QList<QByteArray> first = lines[0].trimmed().split(' ');
  HubRequest request;
  request.site = m_site;
  const QUrl url = QUrl::fromEncoded(first.value(1));
  request.path = url.path(QUrl::FullyDecoded);
  request.query = QUrlQuery(url);
  for (qsizetype i = 1; i < lines.size(); ++i) {
    const qsizetype colon = lines[i].indexOf(':');
    if (colon > 0) request.headers.insert(lines[i].left(colon).trimmed().toLower(), lines[i].mid(colon + 1).trimmed());
  }
  const QByteArray range = request.headers.value("range");
  if (range.startsWith("bytes=")) {
    const QList<QByteArray> ends = range.mid(6).split('-');
    request.from = ends.value(0).toLongLong();
    if (!ends.value(1).isEmpty()) request.to = ends.value(1).toLongLong();
  }
  begin(m_hub->answer(request));
}

void Connection::begin(HubServer::Private::Answer answer) {
  m_answer = std::move(answer);
  m_sent = 0;
  setActive(m_answer.isFile);
  if (m_answer.fault.kind == HubFault::Kind::Garbage) {
    m_socket->write("\x16\x03 this is no HTTP\r\n\r\n");
    m_socket->disconnectFromHost();
    return;
  }
  QByteArray head = "HTTP/1.1 " + QByteArray::number(m_answer.status) + ' ' + statusText(m_answer.status) + "\r\n";
  for (const auto& [name, value] : m_answer.headers) head += name + ": " + value + "\r\n";
  head += m_answer.sized ? "Content-Length: " + QByteArray::number(m_answer.length) + "\r\n" : QByteArray("Connection: close\r\n");
  m_socket->write(head + "\r\n");
  if (m_answer.fault.kind == HubFault::Kind::Slow) m_slow.start();
  pump();
}

void Connection::pump() {
  using Kind = HubFault::Kind;
  const HubFault& fault = m_answer.fault;
  while (m_sent < m_answer.length && m_socket->bytesToWrite() < kMostWaiting) {
    qint64 next = std::min(kChunk, m_answer.length - m_sent);
    if (fault.kind == Kind::Drop || fault.kind == Kind::Stall) next = std::min(next, fault.bytes - m_sent);
    if (next <= 0) break;
    if (fault.kind == Kind::Slow) next = std::min<qint64>(next, std::max<qint64>(1, fault.bytes * kSlowTickMs / 1000));
    m_socket->write(m_answer.body.constData() + m_answer.from + m_sent, next);
    if (m_answer.isFile) m_hub->served += next;
    m_sent += next;
    if (fault.kind == Kind::Slow && m_sent < m_answer.length) return;
  }
  if (fault.kind == Kind::Drop && m_sent >= std::min(fault.bytes, m_answer.length)) {
    m_socket->flush();
    m_socket->disconnectFromHost();
    return;
  }
  if (fault.kind == Kind::Stall && m_sent >= std::min(fault.bytes, m_answer.length)) return;
  if (m_sent >= m_answer.length) end();
}

void Connection::end() {
  m_slow.stop();
  setActive(false);
  if (!m_answer.sized) {
    m_socket->disconnectFromHost();
    return;
  }
  m_busy = false;
  m_answer = {};
  QMetaObject::invokeMethod(
      this, [this] { onData(); }, Qt::QueuedConnection);
}

}  // namespace

// --- Listening

void HubServer::Private::listen(HubSite site, const Identity* identity) {
  QTcpServer* server = nullptr;
  if (identity) {
    auto* ssl = new QSslServer(this);
    QSslConfiguration configuration;
    configuration.setLocalCertificate(identity->certificate);
    configuration.setPrivateKey(identity->key);
    ssl->setSslConfiguration(configuration);
    server = ssl;
  } else {
    server = new QTcpServer(this);
  }
  if (!server->listen(QHostAddress::LocalHost)) return;
  ports[size_t(site)] = server->serverPort();
  servers[size_t(site)] = server;
  connect(server, &QTcpServer::pendingConnectionAvailable, this, [this, site, server] { accept(site, server); });
}

void HubServer::Private::accept(HubSite site, QTcpServer* server) {
  while (QTcpSocket* socket = server->nextPendingConnection()) {
    if (!online) {
      socket->abort();
      socket->deleteLater();
      continue;
    }
    sockets.removeIf([](const QPointer<QTcpSocket>& one) { return one.isNull(); });
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    sockets.append(socket);
    new Connection(socket, this, site);
  }
}

HubServer::HubServer(Security security) : d(std::make_unique<Private>()) {
  d->tls = security != Security::Plain;
  const Identity own = security == Security::TlsUntrusted ? makeIdentity() : Identity();
  const Identity* identity = security == Security::Plain ? nullptr : security == Security::Tls ? &trustedIdentity() : &own;
  if (identity && identity->certificate.isNull()) return;
  d->moveToThread(&d->thread);
  d->thread.setObjectName(QStringLiteral("hub"));
  d->thread.start();
  QMetaObject::invokeMethod(
      d.get(),
      [this, identity] {
        for (const HubSite site : {HubSite::Hub, HubSite::Cdn, HubSite::Mirror}) d->listen(site, identity);
      },
      Qt::BlockingQueuedConnection);
}

HubServer::~HubServer() {
  if (d->thread.isRunning()) {
    QMetaObject::invokeMethod(
        d.get(), [this] { qDeleteAll(d->findChildren<QTcpServer*>(QString(), Qt::FindDirectChildrenOnly)); }, Qt::BlockingQueuedConnection);
    d->thread.quit();
    d->thread.wait();
  }
}

bool HubServer::isListening() const {
  return std::all_of(d->ports.begin(), d->ports.end(), [](quint16 port) { return port != 0; });
}

QUrl HubServer::url(HubSite site) const {
  return d->url(site);
}

void HubServer::add(const HubEntry& entry) {
  const QMutexLocker lock(&d->mutex);
  auto next = std::make_shared<HubContent>(*d->content);
  next->entries.removeIf([&](const HubEntry& one) { return one.id == entry.id; });
  next->entries.append(entry);
  for (HubFile& file : next->entries.last().files) file.hash = sha256(file.data);
  d->content = next;
}

void HubServer::setMirrorFile(const QString& repository, const HubFile& file) {
  const QMutexLocker lock(&d->mutex);
  auto next = std::make_shared<HubContent>(*d->content);
  HubFile hashed = file;
  hashed.hash = sha256(file.data);
  next->mirrorFiles.insert(repository + u'/' + file.path, hashed);
  d->content = next;
}

void HubServer::misbehave(HubSite site, const HubFault& fault, int times, const QString& part) {
  const QMutexLocker lock(&d->mutex);
  d->rules.append({site, fault, times, part});
}

void HubServer::setFaults(std::function<HubFault(const HubRequest&)> faults) {
  const QMutexLocker lock(&d->mutex);
  d->faults = std::move(faults);
}

void HubServer::useSchedule(unsigned seed, int percent) {
  setFaults([random = std::mt19937(seed), percent](const HubRequest& request) mutable -> HubFault {
    using Kind = HubFault::Kind;
    static constexpr std::array kinds{Kind::Drop,       Kind::Stall, Kind::Status,  Kind::WholeFile, Kind::NewEtag,        Kind::WrongRange,
                                      Kind::WrongTotal, Kind::Short, Kind::TooLong, Kind::Garbage,   Kind::EndlessRedirect};
    static constexpr std::array statuses{429, 503, 500, 502, 416, 408};
    if (!request.asksForFile() || int(random() % 100) >= percent) return {};
    HubFault fault;
    fault.kind = kinds[random() % kinds.size()];
    fault.bytes = qint64(random() % 300'000);
    if (fault.kind == Kind::WrongRange) ++fault.bytes;
    fault.status = statuses[random() % statuses.size()];
    fault.retryAfter = fault.status == 429 && random() % 2 ? 0 : -1;
    return fault;
  });
}

void HubServer::behave() {
  const QMutexLocker lock(&d->mutex);
  d->rules.clear();
  d->faults = nullptr;
}

void HubServer::setOnline(bool online) {
  QMetaObject::invokeMethod(
      d.get(),
      [this, online] {
        d->online = online;
        if (online) return;
        const auto open = d->sockets;
        for (const auto& socket : open) {
          if (socket) socket->abort();
        }
      },
      Qt::BlockingQueuedConnection);
}

QList<HubRequest> HubServer::requests() const {
  const QMutexLocker lock(&d->mutex);
  return d->seen;
}

int HubServer::requestCount(HubSite site) const {
  const QList<HubRequest> all = requests();
  return int(std::count_if(all.begin(), all.end(), [site](const HubRequest& request) { return request.site == site; }));
}

int HubServer::authorisedCount(HubSite site) const {
  const QList<HubRequest> all = requests();
  return int(std::count_if(all.begin(), all.end(), [site](const HubRequest& request) {
    return request.site == site && request.headers.contains("authorization");
  }));
}

int HubServer::mostAtOnce() const {
  const QMutexLocker lock(&d->mutex);
  return d->mostActive;
}

qint64 HubServer::bytesServed() const {
  return d->served;
}

QByteArray HubServer::bytes(qsizetype size, unsigned seed) {
  QByteArray data(size, Qt::Uninitialized);
  std::mt19937 random(seed);
  for (qsizetype i = 0; i < size; ++i) {
    if (i % 4 == 0 && i + 4 <= size) {
      const quint32 word = quint32(random());
      std::memcpy(data.data() + i, &word, 4);
      i += 3;
    } else {
      data[i] = char(random());
    }
  }
  return data;
}

QString HubServer::sha256(const QByteArray& data) {
  return QString::fromLatin1(QCryptographicHash::hash(data, QCryptographicHash::Sha256).toHex());
}

}  // namespace hearth_test
