#include "viewmodels/adapter_hub_model.h"

#include <QLocale>
#include <algorithm>

namespace {

const QString kBaseTag = QStringLiteral("base_model:");

/// "base_model:owner/name" and "base_model:adapter:owner/name".
[[nodiscard]] QString baseOf(const HubRepository& repository) {
  for (const QString& tag : repository.tags) {
    if (tag.startsWith(kBaseTag)) return tag.mid(tag.lastIndexOf(u':') + 1);
  }
  return {};
}

}  // namespace

AdapterHubModel::AdapterHubModel(HubService* hub, DownloadService* downloads, QObject* parent)
    : QAbstractListModel(parent), m_hub(hub), m_downloads(downloads) {
  connect(hub, &HubService::found, this, [this](quint64 question, const QList<HubRepository>& repositories) {
    if (question == 0 || question != m_question) return;
    m_question = 0;
    setItems(repositories);
  });
  connect(hub, &HubService::lookedUp, this, &AdapterHubModel::onLookedUp);
  connect(hub, &HubService::failed, this, &AdapterHubModel::onFailed);
  connect(downloads, &DownloadService::listChanged, this, &AdapterHubModel::refreshDownloads);
  connect(downloads, &DownloadService::rowChanged, this, [this](const DownloadRow& row) {
    if (row.request.kind != DownloadRequest::Kind::Adapter) return;
    m_running.insert(row.request.repository, row);
    touch(rowOf(row.request.repository));
  });
  refreshDownloads();
}

int AdapterHubModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

QVariant AdapterHubModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const Item& item = m_items[index.row()];
  const HubRepository& repository = item.repository;
  switch (role) {
    case RepositoryRole:
    case Qt::DisplayRole:
      return repository.id;
    case LicenceRole:
      return repository.licence;
    case BaseRole:
      return baseOf(repository);
    case DetailRole: {
      const QLocale locale;
      QStringList parts{tr("%1 downloads").arg(locale.toString(repository.downloads))};
      if (repository.likes > 0) parts.append(tr("%1 likes").arg(locale.toString(repository.likes)));
      if (repository.updatedAt.isValid()) parts.append(locale.toString(repository.updatedAt.toLocalTime().date(), QLocale::ShortFormat));
      return parts.join(QStringLiteral(" · "));
    }
    case GatedRole:
      return repository.gated;
    case StateRole:
      return stateOf(item);
    case StateTextRole:
      return stateText(item);
    case FractionRole: {
      const DownloadRow* row = downloadOf(repository.id);
      return row && row->total > 0 ? static_cast<double>(row->received) / static_cast<double>(row->total) : 0.0;
    }
    case ChoicesRole: {
      QStringList names;
      for (const HubVariant& variant : repository.variants) names.append(variant.name);
      return item.choosing ? names : QStringList();
    }
    default:
      return {};
  }
}

QHash<int, QByteArray> AdapterHubModel::roleNames() const {
  return {{RepositoryRole, "repository"}, {LicenceRole, "licence"},   {BaseRole, "base"},
          {DetailRole, "detail"},         {GatedRole, "gated"},       {StateRole, "status"},
          {StateTextRole, "statusText"},  {FractionRole, "fraction"}, {ChoicesRole, "choices"}};
}

const DownloadRow* AdapterHubModel::downloadOf(const QString& repository) const {
  const auto row = m_running.constFind(repository);
  return row == m_running.constEnd() ? nullptr : &*row;
}

QString AdapterHubModel::stateOf(const Item& item) const {
  if (item.asking) return QStringLiteral("asking");
  if (item.choosing) return QStringLiteral("choosing");
  const DownloadRow* row = downloadOf(item.repository.id);
  if (!row) return QStringLiteral("");
  switch (row->state) {
    case DownloadState::Running:
    case DownloadState::Verifying:
      return QStringLiteral("running");
    case DownloadState::Failed:
      return QStringLiteral("failed");
    case DownloadState::Done:
      return QStringLiteral("done");
    case DownloadState::Queued:
    case DownloadState::Waiting:
    case DownloadState::Paused:
      break;
  }
  return QStringLiteral("waiting");
}

QString AdapterHubModel::stateText(const Item& item) const {
  if (item.asking) return tr("Asking the hub…");
  if (item.choosing) return tr("This repository holds several adapters. Which one?");
  const DownloadRow* row = downloadOf(item.repository.id);
  if (!row) return {};
  switch (row->state) {
    case DownloadState::Running:
      return row->total > 0 ? tr("Downloading %1%").arg(100 * row->received / row->total) : tr("Downloading…");
    case DownloadState::Verifying:
      return tr("Verifying…");
    case DownloadState::Failed:
      return row->problem.cause();
    case DownloadState::Done:
      return tr("Downloaded");
    case DownloadState::Queued:
      return tr("Queued");
    case DownloadState::Waiting:
      return tr("Waiting for the network");
    case DownloadState::Paused:
      return tr("Paused");
  }
  return {};
}

int AdapterHubModel::rowOf(const QString& repository) const {
  const auto item = std::find_if(m_items.begin(), m_items.end(), [&repository](const Item& i) { return i.repository.id == repository; });
  return item == m_items.end() ? -1 : static_cast<int>(item - m_items.begin());
}

void AdapterHubModel::touch(int row) {
  if (row >= 0) Q_EMIT dataChanged(index(row), index(row));
}

void AdapterHubModel::refreshDownloads() {
  m_running.clear();
  for (const DownloadRow& row : m_downloads->downloads()) {
    if (row.request.kind == DownloadRequest::Kind::Adapter) m_running.insert(row.request.repository, row);
  }
  if (count() > 0) Q_EMIT dataChanged(index(0), index(count() - 1));
}

void AdapterHubModel::setItems(const QList<HubRepository>& repositories) {
  beginResetModel();
  m_items.clear();
  for (const HubRepository& repository : repositories) m_items.append({repository, false, false});
  endResetModel();
  Q_EMIT changed();
}

void AdapterHubModel::search(const QString& text) {
  m_query = text.trimmed();
  m_problem = {};
  m_lookUp = 0;
  if (m_query.isEmpty()) {
    m_question = 0;
    setItems({});
    return;
  }
  m_searched = !HubService::repositoryOf(m_query).isEmpty();
  m_question = m_searched ? m_hub->lookUp(m_query) : m_hub->search(m_query, HubService::What::Adapters);
  Q_EMIT changed();
}

void AdapterHubModel::download(int row) {
  if (row < 0 || row >= count() || m_items[row].asking) return;
  for (int i = 0; i < count(); ++i) {
    if (std::exchange(m_items[i].asking, false)) touch(i);  // a later question replaces the earlier one
  }
  if (!m_items[row].repository.variants.isEmpty()) {
    onLookedUp(m_lookUp = 0, m_items[row].repository);
    return;
  }
  m_items[row].asking = true;
  m_asked = m_items[row].repository.id;
  m_problem = {};
  m_lookUp = m_hub->lookUp(m_asked);
  touch(row);
  Q_EMIT changed();
}

void AdapterHubModel::onLookedUp(quint64 question, const HubRepository& repository) {
  if (question != 0 && question == m_question && m_searched) {
    m_question = 0;
    setItems({repository});
    return;
  }
  if (question != m_lookUp) return;
  m_lookUp = 0;
  const int row = rowOf(repository.id);
  if (row < 0) return;
  m_items[row].asking = false;
  m_items[row].repository = repository;
  if (!repository.isAdapter || repository.variants.isEmpty())
    m_problem = {ErrorId::HubNoAdapter, {repository.id}, {}};
  else if (repository.variants.size() == 1)
    add(repository, repository.variants.first());
  else
    m_items[row].choosing = true;
  touch(row);
  Q_EMIT changed();
}

void AdapterHubModel::onFailed(quint64 question, const Problem& problem) {
  if (question == 0 || (question != m_question && question != m_lookUp)) return;
  if (question == m_question) m_question = 0;
  if (question == m_lookUp) {
    m_lookUp = 0;
    const int row = rowOf(m_asked);
    if (row >= 0) m_items[row].asking = false;
    touch(row);
  }
  m_problem = problem;
  Q_EMIT changed();
}

void AdapterHubModel::choose(int row, int choice) {
  if (row < 0 || row >= count() || !m_items[row].choosing) return;
  const HubRepository repository = m_items[row].repository;
  m_items[row].choosing = false;
  if (choice >= 0 && choice < repository.variants.size()) add(repository, repository.variants[choice]);
  touch(row);
}

void AdapterHubModel::add(const HubRepository& repository, const HubVariant& variant) {
  DownloadRequest request;
  request.kind = DownloadRequest::Kind::Adapter;
  request.repository = repository.id;
  if (!repository.revision.isEmpty()) request.revision = repository.revision;
  request.files = variant.files;
  request.title = repository.id.section(u'/', -1);
  request.variant = variant.name;
  request.publisher = repository.publisher;
  request.licence = repository.licence;
  m_downloads->add(request);
  refreshDownloads();
}

void AdapterHubModel::retranslate() {
  if (count() > 0) Q_EMIT dataChanged(index(0), index(count() - 1));
  Q_EMIT changed();
}
