#include "viewmodels/chat_list_model.h"

#include <QLocale>
#include <algorithm>

ChatListModel::ChatListModel(QObject* parent) : QAbstractListModel(parent) {
  m_midnight.setSingleShot(true);
  connect(&m_midnight, &QTimer::timeout, this, [this] {
    refreshSections();
    scheduleMidnight();
  });
  scheduleMidnight();
}

int ChatListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_chats.size());
}

int ChatListModel::count() const {
  return rowCount();
}

QVariant ChatListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const ChatRow& chat = m_chats[index.row()];
  switch (role) {
    case ChatIdRole:
      return chat.id;
    case TitleRole:
    case Qt::DisplayRole:
      return chat.title;
    case SectionRole:
      return isPrivateId(chat.id) ? tr("Private") : sectionOf(chat.updatedAt.toLocalTime().date(), QDate::currentDate());
    case UpdatedAtRole:
      return chat.updatedAt.toLocalTime();
    case CurrentRole:
      return chat.id == m_current;
    case BusyRole:
      return m_busy.contains(chat.id);
    case PrivateRole:
      return isPrivateId(chat.id);
    default:
      return {};
  }
}

QHash<int, QByteArray> ChatListModel::roleNames() const {
  return {{ChatIdRole, "chatId"},   {TitleRole, "title"}, {SectionRole, "section"},    {UpdatedAtRole, "updatedAt"},
          {CurrentRole, "current"}, {BusyRole, "busy"},   {PrivateRole, "privateChat"}};
}

QString ChatListModel::sectionOf(const QDate& updatedAt, const QDate& today) {
  const qint64 days = updatedAt.daysTo(today);
  if (days <= 0) return tr("Today");
  if (days == 1) return tr("Yesterday");
  if (days <= 7) return tr("Previous 7 days");
  if (days <= 30) return tr("Previous 30 days");
  const QString month = QLocale().standaloneMonthName(updatedAt.month());
  return updatedAt.year() == today.year() ? month : tr("%1 %2", "month year").arg(month).arg(updatedAt.year());
}

int ChatListModel::indexOf(qint64 chatId) const {
  const auto it = std::find_if(m_chats.begin(), m_chats.end(), [chatId](const ChatRow& chat) { return chat.id == chatId; });
  return it == m_chats.end() ? -1 : static_cast<int>(it - m_chats.begin());
}

namespace {

/// Private ones, then newest first; of the same instant the one made last.
[[nodiscard]] bool comesBefore(const ChatRow& a, const ChatRow& b) {
  if (isPrivateId(a.id) != isPrivateId(b.id)) return isPrivateId(a.id);
  return a.updatedAt != b.updatedAt ? a.updatedAt > b.updatedAt : a.id > b.id;
}

}  // namespace

void ChatListModel::setChats(QList<ChatRow> chats) {
  std::sort(chats.begin(), chats.end(), comesBefore);
  beginResetModel();
  m_chats = std::move(chats);
  endResetModel();
  Q_EMIT countChanged();
  Q_EMIT currentRowChanged();
}

void ChatListModel::upsert(const ChatRow& chat) {
  const int from = indexOf(chat.id);
  const auto place = std::count_if(m_chats.begin(), m_chats.end(),
                                   [&chat](const ChatRow& other) { return other.id != chat.id && comesBefore(other, chat); });
  const int to = static_cast<int>(place);
  if (from < 0) {
    beginInsertRows({}, to, to);
    m_chats.insert(to, chat);
    endInsertRows();
    Q_EMIT countChanged();
    Q_EMIT currentRowChanged();
    return;
  }
  if (from != to) {
    beginMoveRows({}, from, from, {}, to > from ? to + 1 : to);
    m_chats.move(from, to);
    endMoveRows();
    Q_EMIT currentRowChanged();
  }
  m_chats[to] = chat;
  Q_EMIT dataChanged(index(to), index(to), {TitleRole, SectionRole, UpdatedAtRole});
}

void ChatListModel::remove(qint64 chatId) {
  const int row = indexOf(chatId);
  if (row < 0) return;
  beginRemoveRows({}, row, row);
  m_chats.removeAt(row);
  endRemoveRows();
  Q_EMIT countChanged();
  Q_EMIT currentRowChanged();
}

void ChatListModel::setCurrent(qint64 chatId) {
  const int before = indexOf(std::exchange(m_current, chatId));
  const int now = indexOf(chatId);
  for (const int row : {before, now}) {
    if (row >= 0) Q_EMIT dataChanged(index(row), index(row), {CurrentRole});
  }
  if (before != now) Q_EMIT currentRowChanged();
}

void ChatListModel::setBusy(qint64 chatId, bool busy) {
  if (m_busy.contains(chatId) == busy) return;
  if (busy)
    m_busy.insert(chatId);
  else
    m_busy.remove(chatId);
  const int row = indexOf(chatId);
  if (row >= 0) Q_EMIT dataChanged(index(row), index(row), {BusyRole});
}

QString ChatListModel::title(qint64 chatId) const {
  const int row = indexOf(chatId);
  return row < 0 ? QString() : m_chats[row].title;
}

qint64 ChatListModel::neighbour(qint64 chatId, int step) const {
  const int row = indexOf(chatId);
  const int to = row >= 0 ? row + step : step > 0 ? 0 : count() - 1;
  return to >= 0 && to < count() ? m_chats[to].id : 0;
}

void ChatListModel::refreshSections() {
  if (!m_chats.isEmpty()) Q_EMIT dataChanged(index(0), index(count() - 1), {SectionRole});
}

void ChatListModel::scheduleMidnight() {
  const QDateTime now = QDateTime::currentDateTime();
  const qint64 left = now.msecsTo(now.date().addDays(1).startOfDay());
  m_midnight.start(static_cast<int>(std::clamp<qint64>(left + 1000, 1000, 25LL * 3600 * 1000)));
}
