#include "viewmodels/search_model.h"

#include <QLocale>

#include "services/search_service.h"
#include "text/search_query.h"

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
      return hit.messageId != 0 ? tr("Messages") : m_hasWords ? tr("Titles") : tr("Chats");
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

QString SearchModel::hint() const {
  QStringList lines;
  for (const SearchProblem& problem : m_service->problems(m_query)) {
    switch (problem.kind) {
      case SearchProblem::Kind::UnknownFilter:
        lines += tr("There is no filter “%1:”, so it is searched as text. There are folder, model, adapter, before and after.")
                     .arg(problem.text);
        break;
      case SearchProblem::Kind::MissingValue:
        lines += problem.text == QLatin1String("before") || problem.text == QLatin1String("after")
                     ? tr("Write a date right after “%1:”, like %1:2026-01-31.").arg(problem.text)
                     : tr("Write a name right after “%1:”, in quotes if it has spaces.").arg(problem.text);
        break;
      case SearchProblem::Kind::BadDate:
        lines += tr("“%1” is not a date. Write it like 2026-01-31.").arg(problem.text);
        break;
      case SearchProblem::Kind::NothingBetween:
        lines += tr("No day is both after and before these dates.");
        break;
      case SearchProblem::Kind::NoSuchFolder:
        lines += tr("No folder is called “%1”.").arg(problem.text);
        break;
    }
  }
  return lines.join(u'\n');
}

bool SearchModel::busy() const {
  return m_service->isBusy();
}

void SearchModel::setQuery(const QString& query) {
  if (query == m_query) return;
  m_query = query;
  m_hasWords = !parseSearchQuery(query).words.isEmpty();
  Q_EMIT queryChanged();
  Q_EMIT hintChanged();
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
  Q_EMIT hintChanged();
  if (!m_hits.isEmpty()) Q_EMIT dataChanged(index(0), index(count() - 1), {SectionRole, WhenRole});
}

void SearchModel::removeChat(qint64 chatId) {
  QList<SearchHit> left = m_hits;
  left.removeIf([chatId](const SearchHit& hit) { return hit.chatId == chatId; });
  setHits(left);
}
