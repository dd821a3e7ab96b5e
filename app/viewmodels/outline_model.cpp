#include "viewmodels/outline_model.h"

#include <QHash>
#include <algorithm>

#include "services/chat_service.h"
#include "services/prompt.h"
#include "text/attached_text.h"

OutlineModel::OutlineModel(ChatService* chats, QObject* parent) : QAbstractListModel(parent), m_chats(chats) {
  connect(chats, &ChatService::pathChanged, this, [this](qint64 chatId) {
    if (m_active && chatId == m_chat) read();
  });
  connect(chats, &ChatService::outlineRead, this, [this](qint64 chatId, const QList<OutlineRow>& rows) {
    if (m_active && chatId == m_chat) take(rows);
  });
}

int OutlineModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

QVariant OutlineModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const Item& item = m_items[index.row()];
  switch (role) {
    case MessageIdRole:
      return item.row.id;
    case RoleRole:
      return toString(item.row.role);
    case TextRole:
    case Qt::DisplayRole:
      return item.text;
    case DepthRole:
      return item.depth;
    case ShownRole:
      return m_shown.contains(item.row.id);
    case VersionIndexRole:
      return item.versionIndex;
    case VersionCountRole:
      return item.versionCount;
    default:
      return {};
  }
}

QHash<int, QByteArray> OutlineModel::roleNames() const {
  return {{MessageIdRole, "messageId"},
          {RoleRole, "role"},
          {TextRole, "line"},
          {DepthRole, "depth"},
          {ShownRole, "shown"},
          {VersionIndexRole, "versionIndex"},
          {VersionCountRole, "versionCount"}};
}

int OutlineModel::shownRow() const {
  for (int row = count() - 1; row >= 0; --row) {
    if (m_shown.contains(m_items[row].row.id)) return row;
  }
  return -1;
}

void OutlineModel::setFilter(const QString& filter) {
  if (filter == m_filter) return;
  m_filter = filter;
  show();
  Q_EMIT filterChanged();
}

void OutlineModel::setActive(bool active) {
  if (active == m_active) return;
  m_active = active;
  if (active)
    read();
  else
    take({});
  Q_EMIT activeChanged();
}

void OutlineModel::setChat(qint64 chatId) {
  m_chat = chatId;
  take({});
  if (m_active) read();
}

void OutlineModel::open(int row) {
  if (row >= 0 && row < count()) Q_EMIT opened(m_items[row].row.id);
}

void OutlineModel::read() {
  markShown();
  if (m_chat != 0) m_chats->readOutline(m_chat);
}

void OutlineModel::markShown() {
  m_shown.clear();
  for (const MessageRow& row : m_chats->path(m_chat)) m_shown.insert(row.id);
}

/// Versions follow each other, each with all that follows it.
void OutlineModel::take(const QList<OutlineRow>& rows) {
  QHash<qint64, QList<qsizetype>> below;  // places in `rows`, by parent
  for (qsizetype i = 0; i < rows.size(); ++i) below[rows[i].parentId].append(i);
  QList<Item> stack;
  const auto push = [&](qint64 parentId, int depth) {
    const QList<qsizetype> places = below.value(parentId);
    const int versions = static_cast<int>(places.size());
    for (int version = versions; version > 0; --version) {
      const OutlineRow& row = rows[places[version - 1]];
      stack.append({row, titleFor(row.beginning), depth + (versions > 1 ? 1 : 0), version, versions});
    }
  };
  m_all.clear();
  push(0, 0);
  while (!stack.isEmpty()) {
    m_all.append(stack.takeLast());
    push(m_all.last().row.id, m_all.last().depth);
  }
  markShown();
  show();
}

void OutlineModel::show() {
  beginResetModel();
  m_items = m_all;
  if (const QString words = m_filter.simplified(); !words.isEmpty())
    m_items.removeIf([&words](const Item& item) { return !messageWithoutFences(item.row.beginning).contains(words, Qt::CaseInsensitive); });
  endResetModel();
  Q_EMIT changed();
}
