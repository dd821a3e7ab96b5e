#include "viewmodels/discover_model.h"

#include <QLocale>
#include <QRegularExpression>
#include <algorithm>

#include "viewmodels/downloads_model.h"
#include "viewmodels/fit_text.h"
#include "viewmodels/readable.h"

namespace {

/// The variant to take on this computer: the catalogue's choice where it fits, else the largest that does, else the smallest. -1: none.
[[nodiscard]] qsizetype bestOf(const Offer& offer, const QList<ModelFit>& fits) {
  qsizetype recommended = -1;
  qsizetype largest = -1;
  for (qsizetype i = 0; i < offer.variants.size(); ++i) {
    if (fits[i].label != FitLabel::TooLarge) largest = i;
    if (offer.variants[i].recommended) recommended = i;
  }
  if (recommended >= 0 && fits[recommended].label != FitLabel::TooLarge) return recommended;
  if (largest >= 0 && !offer.fromHub) return largest;
  return offer.variants.isEmpty() || offer.fromHub ? -1 : 0;
}

}  // namespace

DiscoverModel::DiscoverModel(const Services& services, const DownloadsModel* downloads, QObject* parent)
    : RowListModel(parent), m_services(services), m_downloads(downloads) {
  connectServices();
  readCatalogue();
}

void DiscoverModel::connectServices() {
  connect(m_services.catalogue, &CatalogueService::changed, this, [this] {
    m_refreshProblem = {};
    readCatalogue();
  });
  connect(m_services.catalogue, &CatalogueService::fitsChanged, this, &DiscoverModel::refresh);
  connect(m_services.catalogue, &CatalogueService::refreshingChanged, this, &DiscoverModel::refreshingChanged);
  connect(m_services.catalogue, &CatalogueService::failed, this, [this](const Problem& problem) {
    m_refreshProblem = problem;
    Q_EMIT catalogueChanged();
  });
  connect(m_services.hub, &HubService::found, this, &DiscoverModel::onFound);
  connect(m_services.hub, &HubService::lookedUp, this, &DiscoverModel::onLookedUp);
  connect(m_services.hub, &HubService::failed, this, &DiscoverModel::onFailed);
  connect(m_services.library, &ModelLibrary::listChanged, this, &DiscoverModel::refresh);
}

QHash<int, QByteArray> DiscoverModel::roleNames() const {
  return {{EntryIdRole, "entryId"},
          {HeadingRole, "heading"},
          {NameRole, "name"},
          {PublisherRole, "publisher"},
          {LicenceRole, "licence"},
          {GoodAtRole, "goodAt"},
          {TagsRole, "tags"},
          {SizeTextRole, "sizeText"},
          {ContextTextRole, "contextText"},
          {DownloadsTextRole, "downloads"},
          {FitTextRole, "fitText"},
          {FitToneRole, "fitTone"},
          {CauseRole, "cause"},
          {NextStepRole, "nextStep"},
          {RepositoryRole, "repository"},
          {FromHubRole, "fromHub"},
          {AdapterRole, "adapter"},
          {GatedRole, "gated"},
          {ExpandedRole, "expanded"},
          {BusyRole, "busy"},
          {InstalledRole, "installed"},
          {VariantsRole, "variants"}};
}

QVariant DiscoverModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const OfferView& row = rows()[index.row()];
  switch (role) {
    case EntryIdRole:
      return row.key;
    case HeadingRole:
      return row.heading;
    case NameRole:
      return row.name;
    case PublisherRole:
      return row.publisher;
    case LicenceRole:
      return row.licence;
    case GoodAtRole:
      return row.goodAt;
    case TagsRole:
      return row.tags;
    case SizeTextRole:
      return row.sizeText;
    case ContextTextRole:
      return row.contextText;
    case DownloadsTextRole:
      return row.downloadsText;
    case FitTextRole:
      return row.fitText;
    case FitToneRole:
      return row.fitTone;
    case CauseRole:
      return row.cause;
    case NextStepRole:
      return row.nextStep;
    case RepositoryRole:
      return row.repository;
    case FromHubRole:
      return row.fromHub;
    case AdapterRole:
      return row.adapter;
    case GatedRole:
      return row.gated;
    case ExpandedRole:
      return row.expanded;
    case BusyRole:
      return row.busy;
    case InstalledRole:
      return row.installed;
    case VariantsRole:
      return QVariant::fromValue(row.variants);
    default:
      return {};
  }
}

void DiscoverModel::readCatalogue() {
  const QList<CatalogueModel> models = m_services.catalogue->models();
  m_catalogue.clear();
  for (const CatalogueModel& model : models) m_catalogue.append(Offer::of(model));
  refresh();
  Q_EMIT tagsChanged();
  Q_EMIT catalogueChanged();
}

QList<ModelFit> DiscoverModel::fitsOf(const Offer& offer) const {
  QList<ModelFit> fits;
  for (const OfferVariant& variant : offer.variants) {
    const QString key = offer.id + QLatin1Char('/') + variant.name();
    fits.append(variant.shape ? m_services.catalogue->fit(key, *variant.shape) : ModelFit());
  }
  return fits;
}

OfferView DiscoverModel::viewOf(const Offer& offer, const QList<Variant>& installed, const QList<DownloadRow>& downloads) {
  const QList<ModelFit> fits = fitsOf(offer);
  OfferView view;
  view.key = offer.id;
  view.name = offer.name;
  view.publisher = offer.publisher;
  view.licence = offer.licence;
  view.goodAt = offer.goodAt;
  view.repository = offer.repository;
  view.sizeText = Readable::parameters(offer.parameters, offer.activeParameters);
  view.contextText = Readable::context(offer.contextLength);
  if (offer.downloads > 0) view.downloadsText = tr("%L1 downloads").arg(offer.downloads);
  for (const QVariant& known : tags()) {
    const QVariantMap tag = known.toMap();
    if (offer.tags.contains(tag.value(QStringLiteral("value")).toString())) view.tags.append(tag.value(QStringLiteral("text")).toString());
  }
  view.fromHub = offer.fromHub;
  view.adapter = offer.isAdapter;
  view.gated = offer.gated;
  view.cause = m_problems.value(offer.id).cause();
  view.nextStep = m_problems.value(offer.id).nextStep();
  view.busy = m_lookUp != 0 && m_lookUpOf == offer.id && m_lookUpVariant.isEmpty();
  view.variants = m_expanded.value(offer.id);
  view.expanded = view.variants != nullptr;
  view.installed = std::any_of(offer.variants.cbegin(), offer.variants.cend(),
                               [&](const OfferVariant& variant) { return installedOf(variant.request, installed) != 0; });
  if (const qsizetype best = bestOf(offer, fits); best >= 0) {
    view.fitText = FitText::label(fits[best]);
    view.fitTone = FitText::tone(fits[best]);
  }
  if (view.variants) showVariants(offer, fits, installed, downloads, view.variants);
  return view;
}

OfferVariantView DiscoverModel::variantOf(const Offer& offer, const OfferVariant& variant, const DownloadRow* download,
                                          qint64 installedId) const {
  const quint64 free = m_services.library->bytesFree();
  const quint64 promised = m_downloads->bytesToCome();
  const bool isOpen = download && download->state != DownloadState::Done;
  const bool isAsked = m_lookUp != 0 && m_lookUpOf == offer.id && m_lookUpVariant == variant.name();
  OfferVariantView view;
  view.key = variant.name();
  const QString size = Readable::size(variant.bytes());
  view.sizeText = variant.approximateBytes > 0 ? tr("about %1").arg(size) : size;
  view.installedId = installedId;
  view.downloadId = isOpen ? download->id : 0;
  view.status = QStringLiteral("none");
  if (isOpen) {
    view.status = DownloadsModel::stateName(download->state);
    view.stateText = DownloadsModel::stateText(*download);
    view.fraction = download->total == 0 ? 0 : static_cast<double>(download->received) / static_cast<double>(download->total);
  } else if (installedId != 0) {
    view.status = QStringLiteral("installed");
    view.stateText = tr("Installed");
  } else if (isAsked) {
    view.stateText = tr("Asking for the files…");
  } else if (m_gone.contains(offer.id + QLatin1Char('/') + variant.name())) {
    view.problem = tr("%1 has no such file any more.").arg(variant.request.repository);
  } else if (free > 0 && promised + variant.bytes() > free) {
    view.problem = tr("Not enough disk space: %1 are free.").arg(Readable::size(free > promised ? free - promised : 1));
  }
  view.canDownload = !isOpen && !isAsked && installedId == 0 && view.problem.isEmpty();
  return view;
}

void DiscoverModel::showVariants(const Offer& offer, const QList<ModelFit>& fits, const QList<Variant>& installed,
                                 const QList<DownloadRow>& downloads, OfferVariantsModel* model) const {
  const qsizetype best = bestOf(offer, fits);
  QList<OfferVariantView> views;
  for (qsizetype i = 0; i < offer.variants.size(); ++i) {
    const OfferVariant& variant = offer.variants[i];
    OfferVariantView view = variantOf(offer, variant, downloadOf(variant.request, downloads), installedOf(variant.request, installed));
    view.fitText = FitText::label(fits[i]);
    view.fitTone = FitText::tone(fits[i]);
    view.fitNumbers = FitText::numbers(fits[i]);
    view.recommended = i == best && fits[i].label != FitLabel::TooLarge;
    views.append(view);
  }
  model->show(views);
}

bool DiscoverModel::isWanted(const Offer& offer) const {
  if (m_tag == QLatin1String("fits")) {
    const QList<ModelFit> fits = fitsOf(offer);
    if (std::none_of(fits.cbegin(), fits.cend(),
                     [](const ModelFit& fit) { return fit.label != FitLabel::TooLarge && fit.label != FitLabel::Unknown; })) {
      return false;
    }
  } else if (!m_tag.isEmpty() && !offer.tags.contains(m_tag)) {
    return false;
  }
  // An address is for the hub only.
  return queryIsRepository() ? offer.repository.compare(HubService::repositoryOf(m_query), Qt::CaseInsensitive) == 0
                             : offer.matches(m_query.split(QLatin1Char(' '), Qt::SkipEmptyParts));
}

void DiscoverModel::refresh() {
  const QList<Variant> installed = m_services.library->variants();
  const QList<DownloadRow> downloads = m_services.downloads->downloads();
  QList<OfferView> next;
  for (const Offer& offer : std::as_const(m_found)) next.append(viewOf(offer, installed, downloads));
  if (!next.isEmpty()) next.first().heading = tr("Found on the hub");
  const qsizetype found = next.size();
  for (const Offer& offer : std::as_const(m_catalogue))
    if (isWanted(offer)) next.append(viewOf(offer, installed, downloads));
  if (found > 0 && next.size() > found) next[found].heading = tr("Chosen for Hearth");
  setRows(next);
  Q_EMIT searchChanged();
}

void DiscoverModel::retranslate() {
  readCatalogue();
  Q_EMIT searchChanged();
}

void DiscoverModel::setQuery(const QString& query) {
  if (query == m_query) return;
  m_query = query;
  if (m_query.trimmed().isEmpty()) clearSearch();
  Q_EMIT queryChanged();
  refresh();
}

bool DiscoverModel::queryIsRepository() const {
  return !HubService::repositoryOf(m_query.trimmed()).isEmpty();
}

void DiscoverModel::setTag(const QString& tag) {
  if (tag == m_tag) return;
  m_tag = tag;
  Q_EMIT tagChanged();
  refresh();
}

QVariantList DiscoverModel::tags() const {
  const QList<std::pair<QString, QString>> known{{QStringLiteral("chat"), tr("Chat")},
                                                 {QStringLiteral("code"), tr("Code")},
                                                 {QStringLiteral("reasoning"), tr("Reasoning")},
                                                 {QStringLiteral("multilingual"), tr("Many languages")},
                                                 {QStringLiteral("small"), tr("Small")}};
  QVariantList list;
  for (const auto& [value, text] : known) {
    const auto has = [&tag = value](const Offer& offer) { return offer.tags.contains(tag); };
    if (std::any_of(m_catalogue.cbegin(), m_catalogue.cend(), has))
      list.append(QVariantMap{{QStringLiteral("value"), value}, {QStringLiteral("text"), text}});
  }
  return list;
}

int DiscoverModel::catalogueCount() const {
  return count() - foundCount();
}

void DiscoverModel::searchHub() {
  const QString wanted = m_query.trimmed();
  if (wanted.isEmpty()) return;
  m_problem = {};
  forgetFound();
  m_searched = wanted;
  if (queryIsRepository()) {
    m_question = m_services.hub->lookUp(wanted);
  } else {
    m_question = m_services.hub->search(wanted, HubService::What::Models);
  }
  refresh();
}

void DiscoverModel::clearSearch() {
  if (m_searched.isEmpty() && m_question == 0) return;
  m_question = 0;
  m_searched.clear();
  m_problem = {};
  forgetFound();
  refresh();
}

void DiscoverModel::forgetFound() {
  m_lookUp = 0;
  for (const Offer& offer : std::as_const(m_found)) {
    m_problems.remove(offer.id);
    if (OfferVariantsModel* model = m_expanded.take(offer.id)) model->deleteLater();
  }
  m_found.clear();
}

void DiscoverModel::onFound(quint64 question, const QList<HubRepository>& repositories) {
  if (question != m_question) return;
  m_question = 0;
  m_found.clear();
  const QList<CatalogueModel> catalogue = m_services.catalogue->models();
  for (const HubRepository& repository : repositories) m_found.append(Offer::of(repository, catalogue));
  refresh();
}

void DiscoverModel::onLookedUp(quint64 question, const HubRepository& repository) {
  const Offer offer = Offer::of(repository, m_services.catalogue->models());
  if (question == m_question) {
    m_question = 0;
    m_found = {offer};
    if (!m_expanded.contains(offer.id)) m_expanded.insert(offer.id, new OfferVariantsModel(this));
  } else if (question == m_lookUp) {
    m_lookUp = 0;
    if (!m_lookUpVariant.isEmpty()) addFound(repository);
    // The answer names the repository as the hub writes it: the row keeps its place by the id that was asked for.
    for (Offer& found : m_found) {
      if (found.id != m_lookUpOf || !m_lookUpVariant.isEmpty()) continue;
      found = offer;
      found.id = m_lookUpOf;
    }
  } else {
    return;
  }
  refresh();
}

void DiscoverModel::onFailed(quint64 question, const Problem& problem) {
  if (question == m_question) {
    m_question = 0;
    m_problem = problem;
  } else if (question == m_lookUp) {
    m_problems.insert(m_lookUpOf, problem);
    m_lookUp = 0;
  } else {
    return;
  }
  refresh();
}

/// A later question takes the place of an earlier one, whose row is closed again.
void DiscoverModel::forgetLookUp() {
  if (std::exchange(m_lookUp, 0) == 0 || !m_lookUpVariant.isEmpty()) return;
  if (OfferVariantsModel* model = m_expanded.take(m_lookUpOf)) model->deleteLater();
}

void DiscoverModel::lookUp(const QString& entryId) {
  const Offer* wanted = offer(entryId);
  if (!wanted || !wanted->fromHub || !wanted->variants.isEmpty()) return;
  forgetLookUp();
  m_problems.remove(entryId);
  m_lookUpOf = entryId;
  m_lookUpVariant.clear();
  m_lookUp = m_services.hub->lookUp(wanted->repository);
}

/// For a variant of the catalogue that does not know the names of its files.
void DiscoverModel::askForFiles(const Offer& offer, const OfferVariant& variant) {
  forgetLookUp();
  m_problems.remove(offer.id);
  m_lookUpOf = offer.id;
  m_lookUpVariant = variant.name();
  m_lookUp = m_services.hub->lookUp(variant.request.repository);
}

void DiscoverModel::addFound(const HubRepository& repository) {
  const QList<CatalogueModel> models = m_services.catalogue->models();
  for (const CatalogueModel& model : models) {
    if (Offer::of(model).id != m_lookUpOf) continue;
    for (const CatalogueVariant& variant : model.variants) {
      if (variant.quantisation != m_lookUpVariant) continue;
      const DownloadRequest request = model.request(variant, repository);
      if (request.files.isEmpty())
        m_gone.insert(m_lookUpOf + QLatin1Char('/') + m_lookUpVariant);
      else
        m_services.downloads->add(request);
    }
  }
}

void DiscoverModel::toggle(const QString& entryId) {
  if (OfferVariantsModel* model = m_expanded.take(entryId)) {
    refresh();
    model->deleteLater();
    return;
  }
  if (!offer(entryId)) return;
  lookUp(entryId);
  m_expanded.insert(entryId, new OfferVariantsModel(this));
  refresh();
}

void DiscoverModel::retry(const QString& entryId) {
  const Offer* wanted = offer(entryId);
  if (wanted && !wanted->fromHub && entryId == m_lookUpOf && !m_lookUpVariant.isEmpty()) {
    download(entryId, m_lookUpVariant);
    return;
  }
  lookUp(entryId);
  refresh();
}

const Offer* DiscoverModel::offer(const QString& entryId) const {
  for (const QList<Offer>* list : {&m_found, &m_catalogue})
    for (const Offer& offer : *list)
      if (offer.id == entryId) return &offer;
  return nullptr;
}

void DiscoverModel::download(const QString& entryId, const QString& variant) {
  const Offer* wanted = offer(entryId);
  if (!wanted) return;
  for (const OfferVariant& candidate : wanted->variants) {
    if (candidate.name() != variant) continue;
    if (candidate.needsLookUp())
      askForFiles(*wanted, candidate);
    else
      m_services.downloads->add(candidate.request);
    refresh();
    return;
  }
}

void DiscoverModel::refreshCatalogue() {
  m_refreshProblem = {};
  Q_EMIT catalogueChanged();
  m_services.catalogue->refresh();
}

bool DiscoverModel::canRefresh() const {
  return m_services.catalogue->canRefresh();
}

bool DiscoverModel::refreshing() const {
  return m_services.catalogue->isRefreshing();
}

QString DiscoverModel::catalogueText() const {
  const QDate date = m_services.catalogue->date();
  QString format = QLocale().dateFormat(QLocale::LongFormat);  // the day of the week says nothing here
  format.remove(QRegularExpression(QStringLiteral("[,\\s]*dddd[,\\s]*")));
  return date.isValid() ? tr("List of %1").arg(QLocale().toString(date, format)) : QString();
}
