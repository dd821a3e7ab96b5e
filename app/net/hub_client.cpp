#include "net/hub_client.h"

#include <QSet>
#include <algorithm>

#include "net/hub_api.h"
#include "net/hub_files.h"

namespace {

constexpr qint64 kSearchBytes = 16 << 20;
constexpr qint64 kListingBytes = 32 << 20;
constexpr qint64 kCardBytes = 1 << 20;
constexpr int kMostFound = 50;

/// Adapters have no tag of their own: those of the PEFT library have one, those in GGUF files two.
[[nodiscard]] QList<QStringList> tagsOf(bool adapters) {
  if (!adapters) return {{QStringLiteral("gguf")}};
  return {{QStringLiteral("peft")}, {QStringLiteral("lora"), QStringLiteral("gguf")}};
}

}  // namespace

struct HubClient::Search {
  quint64 question = 0;
  QString text;
  QList<QStringList> tags;
  qsizetype endpoint = 0;
  qsizetype tag = 0;
  QList<HubRepository> repositories;
  Problem problem;  // the first one
};

struct HubClient::LookUp {
  quint64 question = 0;
  QString id, revision;
  qsizetype endpoint = 0;
  HubRepository repository;
  HubContents contents;
  Problem problem;
};

void HubClient::start(const NetworkSetup& setup) {
  if (!m_session) m_session = std::make_unique<HttpSession>();
  m_session->setOptions(setup.http);
  m_endpoints = setup.endpoints;
  m_question = std::make_unique<QObject>();
}

void HubClient::cancel() {
  m_question.reset();
}

// --- Search

void HubClient::search(quint64 question, const QString& text, bool adapters, const NetworkSetup& setup) {
  start(setup);
  if (m_endpoints.isEmpty()) return Q_EMIT failed(question, {ErrorId::HubNoEndpoint, {}, {}});
  m_endpoints.removeIf([](const Endpoint& endpoint) { return !endpoint.canSearch(); });
  if (m_endpoints.isEmpty()) return Q_EMIT failed(question, {ErrorId::HubNoSearch, {}, {}});
  auto search = std::make_shared<Search>();
  search->question = question;
  search->text = text;
  search->tags = tagsOf(adapters);
  searchNext(search);
}

void HubClient::searchNext(const std::shared_ptr<Search>& search) {
  if (search->endpoint == m_endpoints.size()) return Q_EMIT failed(search->question, search->problem);
  if (search->tag == search->tags.size()) {
    QList<HubRepository>& all = search->repositories;
    std::stable_sort(all.begin(), all.end(), [](const HubRepository& a, const HubRepository& b) { return a.downloads > b.downloads; });
    return Q_EMIT found(search->question, all);
  }
  const Endpoint endpoint = m_endpoints[search->endpoint];
  m_session->fetch(
      endpoint.search(search->text, search->tags[search->tag], kMostFound), kSearchBytes, m_question.get(),
      [this, search, endpoint](const FetchResult& result) {
        const auto list = result.failure ? std::nullopt : parseSearch(result.body);
        if (!list) {
          if (!search->problem)
            search->problem = result.failure ? result.failure.problem(search->text) : Problem{ErrorId::HubAnswer, {endpoint.host()}, {}};
          search->repositories.clear();
          search->tag = 0;
          ++search->endpoint;
          return searchNext(search);
        }
        const bool adapters = search->tags.size() > 1;
        for (HubRepository repository : *list) {
          const bool isThere = std::any_of(search->repositories.begin(), search->repositories.end(),
                                           [&](const HubRepository& one) { return one.id == repository.id; });
          repository.revision = QStringLiteral("main");
          repository.isAdapter = adapters;
          if (!isThere) search->repositories.append(repository);
        }
        ++search->tag;
        searchNext(search);
      });
}

// --- One repository

void HubClient::lookUp(quint64 question, const QString& id, const QString& revision, std::optional<Endpoint::Kind> preferred,
                       const NetworkSetup& setup) {
  start(setup);
  if (m_endpoints.isEmpty()) return Q_EMIT failed(question, {ErrorId::HubNoEndpoint, {}, {}});
  std::stable_partition(m_endpoints.begin(), m_endpoints.end(), [preferred](const Endpoint& one) { return one.kind == preferred; });
  auto lookUp = std::make_shared<LookUp>();
  lookUp->question = question;
  lookUp->id = id;
  lookUp->revision = revision;
  lookUpNext(lookUp);
}

void HubClient::lookUpNext(const std::shared_ptr<LookUp>& lookUp) {
  if (lookUp->endpoint == m_endpoints.size()) return Q_EMIT failed(lookUp->question, lookUp->problem);
  const Endpoint endpoint = m_endpoints[lookUp->endpoint];
  m_session->fetch(
      endpoint.repository(lookUp->id, lookUp->revision), kListingBytes, m_question.get(),
      [this, lookUp, endpoint](const FetchResult& result) {
        const auto listing = result.failure ? std::nullopt : parseRepository(result.body, endpoint, lookUp->id);
        if (!listing) {
          if (!lookUp->problem)
            lookUp->problem = result.failure ? result.failure.problem(lookUp->id) : Problem{ErrorId::HubAnswer, {endpoint.host()}, {}};
          ++lookUp->endpoint;
          return lookUpNext(lookUp);
        }
        lookUp->repository = listing->repository;
        lookUp->repository.revision = lookUp->revision;
        lookUp->contents = sortHubFiles(listing->files, listing->repository.tags);
        const bool hasCard = std::any_of(listing->files.begin(), listing->files.end(),
                                         [](const DownloadFile& file) { return file.path == QLatin1String("README.md"); });
        hasCard ? readCard(lookUp) : finish(lookUp);
      });
}

void HubClient::readCard(const std::shared_ptr<LookUp>& lookUp) {
  const QUrl card = m_endpoints[lookUp->endpoint].file(lookUp->id, lookUp->revision, QStringLiteral("README.md"));
  m_session->fetch(card, kCardBytes, m_question.get(), [this, lookUp](const FetchResult& result) {
    lookUp->repository.readme = QString::fromUtf8(result.body);  // without it the files are just as good
    finish(lookUp);
  });
}

void HubClient::finish(const std::shared_ptr<LookUp>& lookUp) {
  const HubContents& contents = lookUp->contents;
  if (contents.variants.isEmpty() && !contents.unsafe.isEmpty())
    return Q_EMIT failed(lookUp->question, {ErrorId::DownloadName, {contents.unsafe.first()}, {}});
  if (contents.variants.isEmpty() && !contents.incomplete.isEmpty())
    return Q_EMIT failed(lookUp->question, {ErrorId::DownloadIncomplete, {contents.incomplete.first()}, {}});
  lookUp->repository.variants = contents.variants;
  lookUp->repository.isAdapter = contents.isAdapter;
  Q_EMIT lookedUp(lookUp->question, lookUp->repository);
}
