#include "services/hub_service.h"

#include <QThread>
#include <QTimer>
#include <QUrl>

#include "net/hub_client.h"
#include "net/hub_paths.h"
#include "services/network_settings.h"
#include "services/settings.h"

namespace {

/// What an address or a name says.
struct Reference {
  QString id;  // empty: nothing
  QString revision = QStringLiteral("main");
  std::optional<Endpoint::Kind> endpoint;
};

[[nodiscard]] std::optional<Endpoint::Kind> kindOfHost(QString host) {
  if (host.startsWith(QLatin1String("www."))) host.remove(0, 4);
  if (host == QLatin1String("huggingface.co") || host == QLatin1String("hf.co")) return Endpoint::Kind::HuggingFace;
  if (host == QLatin1String("hf-mirror.com")) return Endpoint::Kind::HfMirror;
  if (host == QLatin1String("modelscope.cn")) return Endpoint::Kind::ModelScope;
  return std::nullopt;
}

/// "owner/name[/tree/revision/...]" of the path of an address.
[[nodiscard]] Reference referenceOf(const QStringList& parts, Endpoint::Kind kind) {
  Reference reference;
  if (parts.size() < 2 || parts[0] == QLatin1String("api")) return reference;
  const QString name = parts[1].section(u':', 0, 0);  // "name:Q4_K_M", as other programs write it
  const QString id = parts[0] + u'/' + name;
  static const QStringList ours{QStringLiteral("datasets"),      QStringLiteral("spaces"), QStringLiteral("docs"),
                                QStringLiteral("blog"),          QStringLiteral("papers"), QStringLiteral("collections"),
                                QStringLiteral("models"),        QStringLiteral("tasks"),  QStringLiteral("settings"),
                                QStringLiteral("organizations"), QStringLiteral("join"),   QStringLiteral("learn")};
  if (ours.contains(parts[0]) || !isRepositoryId(id)) return reference;
  reference.id = id;
  reference.endpoint = kind;
  const bool isPlace =
      parts.size() >= 4 &&
      QStringList{QStringLiteral("tree"), QStringLiteral("blob"), QStringLiteral("resolve"), QStringLiteral("raw")}.contains(parts[2]);
  if (isPlace && parts[3] != QLatin1String("master")) reference.revision = parts[3];
  return reference;
}

[[nodiscard]] Reference referenceOf(const QString& text, const QUrl& ownServer) {
  const QString trimmed = text.trimmed();
  Reference reference;
  if (isRepositoryId(trimmed) && !kindOfHost(trimmed.section(u'/', 0, 0).toLower())) {
    reference.id = trimmed;
    return reference;
  }
  QUrl url(trimmed.contains(QLatin1String("://")) ? trimmed : QStringLiteral("https://") + trimmed);
  if (!url.isValid() || (url.scheme() != QLatin1String("https") && url.scheme() != QLatin1String("http"))) return {};
  QStringList parts = url.path(QUrl::FullyDecoded).split(u'/', Qt::SkipEmptyParts);
  if (const auto kind = kindOfHost(url.host().toLower())) {
    if (kind == Endpoint::Kind::ModelScope) {
      if (parts.value(0) != QLatin1String("models")) return {};
      parts.removeFirst();
    }
    return referenceOf(parts, *kind);
  }
  if (ownServer.isEmpty() || HttpSession::hostOf(url) != HttpSession::hostOf(ownServer)) return {};
  return referenceOf(parts.mid(ownServer.path().split(u'/', Qt::SkipEmptyParts).size()), Endpoint::Kind::Own);
}

}  // namespace

struct HubService::Private {
  std::unique_ptr<NetworkSettings> ownNetwork;
  NetworkSettings* network = nullptr;
  QThread thread;
  HubClient* client = nullptr;  // lives in the thread
  quint64 last = 0;
  quint64 search = 0, lookUp = 0;  // the questions whose answers still matter
  HubClient* lookUpClient = nullptr;

  void open(HubService* q, HubClient*& one);
};

/// Searches and questions for one repository do not replace each other: each has a client of its own in the thread.
void HubService::Private::open(HubService* q, HubClient*& one) {
  one = new HubClient;
  one->moveToThread(&thread);
  connect(&thread, &QThread::finished, one, &QObject::deleteLater);
  connect(one, &HubClient::found, q, [this, q](quint64 question, const QList<HubRepository>& repositories) {
    if (question == search) Q_EMIT q->found(question, repositories);
  });
  connect(one, &HubClient::lookedUp, q, [this, q](quint64 question, const HubRepository& repository) {
    if (question == lookUp) Q_EMIT q->lookedUp(question, repository);
  });
  connect(one, &HubClient::failed, q, [this, q](quint64 question, const Problem& problem) {
    if (question == lookUp || question == search) Q_EMIT q->failed(question, problem);
  });
}

HubService::HubService(Settings* settings, QObject* parent) : QObject(parent), d(std::make_unique<Private>()) {
  qRegisterMetaType<HubRepository>();
  qRegisterMetaType<QList<HubRepository>>();
  d->ownNetwork = std::make_unique<NetworkSettings>(settings, nullptr);
  d->network = d->ownNetwork.get();
  d->thread.setObjectName(QStringLiteral("hub"));
  d->open(this, d->client);
  d->open(this, d->lookUpClient);
  d->thread.start();
}

HubService::~HubService() {
  d->thread.quit();
  d->thread.wait();
}

void HubService::setNetwork(NetworkSettings* network) {
  d->network = network;
}

quint64 HubService::search(const QString& text, What what) {
  const quint64 question = d->search = ++d->last;
  d->network->withSetup(this, [this, question, text, what](const NetworkSetup& setup) {
    QMetaObject::invokeMethod(
        d->client, [client = d->client, question, text, what, setup] { client->search(question, text, what == What::Adapters, setup); },
        Qt::QueuedConnection);
  });
  return question;
}

quint64 HubService::lookUp(const QString& repositoryOrUrl) {
  const quint64 question = d->lookUp = ++d->last;
  const Reference reference = referenceOf(repositoryOrUrl, d->network->addressOf(Endpoint::Kind::Own));
  if (reference.id.isEmpty()) {
    QTimer::singleShot(0, this, [this, question, repositoryOrUrl] {
      if (question == d->lookUp) Q_EMIT failed(question, {ErrorId::HubAddress, {repositoryOrUrl.trimmed().left(200)}, {}});
    });
    return question;
  }
  d->network->withSetup(this, [this, question, reference](const NetworkSetup& setup) {
    QMetaObject::invokeMethod(
        d->lookUpClient,
        [client = d->lookUpClient, question, reference, setup] {
          client->lookUp(question, reference.id, reference.revision, reference.endpoint, setup);
        },
        Qt::QueuedConnection);
  });
  return question;
}

void HubService::cancel() {
  d->search = d->lookUp = 0;
  for (HubClient* client : {d->client, d->lookUpClient})
    QMetaObject::invokeMethod(
        client, [client] { client->cancel(); }, Qt::QueuedConnection);
}

QString HubService::repositoryOf(const QString& text) {
  return referenceOf(text, {}).id;
}
