#include "viewmodels/switcher_model.h"

#include <algorithm>

#include "services/chat_service.h"
#include "text/fuzzy_match.h"

SwitcherModel::SwitcherModel(const ChatService* service, QObject* parent) : QAbstractListModel(parent), m_service(service) {}

int SwitcherModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant SwitcherModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const ChatRow& chat = m_rows[index.row()];
  switch (role) {
    case ChatIdRole:
      return chat.id;
    case TitleRole:
    case Qt::DisplayRole:
      return chat.title;
    case FolderRole:
      return m_folders.value(chat.folderId);
    case ArchivedRole:
      return chat.isArchived;
    default:
      return {};
  }
}

QHash<int, QByteArray> SwitcherModel::roleNames() const {
  return {{ChatIdRole, "chatId"}, {TitleRole, "title"}, {FolderRole, "folder"}, {ArchivedRole, "archived"}};
}

void SwitcherModel::setQuery(const QString& query) {
  if (query == m_query) return;
  m_query = query;
  Q_EMIT queryChanged();
  if (m_isOpen) refresh();
}

void SwitcherModel::open() {
  m_isOpen = true;
  setQuery({});
  refresh();
}

void SwitcherModel::close() {
  m_isOpen = false;
  setQuery({});
  refresh();
}

void SwitcherModel::choose(int row) {
  if (row >= 0 && row < count()) Q_EMIT chosen(m_rows[row].id);
}

void SwitcherModel::refresh() {
  struct Candidate {
    int score = 0;
    ChatRow chat;
  };
  QList<Candidate> found;
  const bool all = m_query.trimmed().isEmpty();
  if (m_isOpen) {
    for (const ChatRow& chat : m_service->chats()) {
      if (all && chat.isArchived) continue;
      if (const auto score = fuzzyScore(chat.title, m_query)) found.append({*score, chat});
    }
  }
  // Chats that are in use come before archived ones, then the better fit, then the later one.
  std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
    if (a.chat.isArchived != b.chat.isArchived) return b.chat.isArchived;
    if (a.score != b.score) return a.score > b.score;
    return a.chat.updatedAt != b.chat.updatedAt ? a.chat.updatedAt > b.chat.updatedAt : a.chat.id > b.chat.id;
  });
  beginResetModel();
  m_rows.clear();
  m_folders.clear();
  for (const Candidate& candidate : found.first(std::min<qsizetype>(found.size(), kMost))) m_rows.append(candidate.chat);
  for (const FolderRow& folder : m_service->folders()) m_folders.insert(folder.id, folder.name);
  endResetModel();
  Q_EMIT countChanged();
}
