#include "viewmodels/search_model.h"

#include <QLocale>

#include "services/search_service.h"

SearchModel::SearchModel(SearchService* service, QObject* parent) : QAbstractListModel(parent), m_service(service) {
  connect(service, &SearchService::busyChanged, this, &SearchModel::busyChanged);
  connect(service, &SearchService::found, this, [this](const QString& query, const QList<SearchHit>& hits) {
    if (query == m_query) setHits(hits);
  });
}

int SearchModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_hits.size());
}

QVariant SearchModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const SearchHit& hit = m_hits[index.row()];
  switch (role) {
    case ChatIdRole:
      return hit.chatId;
    case MessageIdRole:
      return hit.messageId;
    case TitleRole:
    case Qt::DisplayRole:
      return hit.chatTitle;
    case SnippetRole:
      return hit.snippet;
    case SectionRole:
      return hit.messageId == 0 ? tr("Titles") : tr("Messages");
    case WhenRole: {
      const QDateTime local = hit.createdAt.toLocalTime();
      const bool today = local.date() == QDate::currentDate();
      return today ? QLocale().toString(local.time(), QLocale::ShortFormat) : QLocale().toString(local.date(), QLocale::ShortFormat);
    }
    default:
      return {};
  }
}

QHash<int, QByteArray> SearchModel::roleNames() const {
  return {{ChatIdRole, "chatId"},   {MessageIdRole, "messageId"}, {TitleRole, "title"},
          {SnippetRole, "snippet"}, {SectionRole, "section"},     {WhenRole, "when"}};
}

bool SearchModel::busy() const {
  return m_service->isBusy();
}

void SearchModel::setQuery(const QString& query) {
  if (query == m_query) return;
  m_query = query;
  Q_EMIT queryChanged();
  m_service->search(query);
}

void SearchModel::setHits(const QList<SearchHit>& hits) {
  if (hits == m_hits) return;
  beginResetModel();
  m_hits = hits;
  endResetModel();
  Q_EMIT countChanged();
}

void SearchModel::openResult(int row) {
  if (row < 0 || row >= count()) return;
  const SearchHit hit = m_hits[row];
  Q_EMIT resultOpened(hit.chatId, hit.messageId);
}

void SearchModel::retranslate() {
  if (!m_hits.isEmpty()) Q_EMIT dataChanged(index(0), index(count() - 1), {SectionRole, WhenRole});
}

void SearchModel::removeChat(qint64 chatId) {
  QList<SearchHit> left = m_hits;
  left.removeIf([chatId](const SearchHit& hit) { return hit.chatId == chatId; });
  setHits(left);
}
