#include "viewmodels/chat_list_model.h"

#include <QLocale>
#include <algorithm>
#include <optional>
#include <tuple>

ChatListModel::ChatListModel(QObject* parent) : QAbstractListModel(parent) {
  m_collator.setNumericMode(true);
  m_collator.setCaseSensitivity(Qt::CaseInsensitive);
  m_midnight.setSingleShot(true);
  connect(&m_midnight, &QTimer::timeout, this, [this] {
    refreshSections();
    scheduleMidnight();
  });
  scheduleMidnight();
}

int ChatListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ChatListModel::count() const {
  return rowCount();
}

QVariant ChatListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const Entry& entry = m_rows[index.row()];
  if (role == SectionRole) {
    if (entry.group == Group::Private) return tr("Private");
    if (entry.group == Group::Pinned) return tr("Pinned");
    if (entry.group == Group::Folders) return tr("Folders");
    if (entry.group == Group::Archive) return QString();
    return sectionOf(entry.chat.updatedAt.toLocalTime().date(), QDate::currentDate());
  }
  if (entry.isHead) return headData(entry, role);
  const ChatRow& chat = entry.chat;
  switch (role) {
    case ChatIdRole:
      return chat.id;
    case TitleRole:
    case Qt::DisplayRole:
      return chat.title;
    case UpdatedAtRole:
      return chat.updatedAt.toLocalTime();
    case CurrentRole:
      return chat.id == m_current;
    case BusyRole:
      return m_busy.contains(chat.id);
    case UnreadRole:
      return m_unread.contains(chat.id);
    case PrivateRole:
      return isPrivateId(chat.id);
    case KindRole:
      return QStringLiteral("chat");
    case FolderIdRole:
      return chat.folderId;
    case PinnedRole:
      return chat.isPinned;
    case ArchivedRole:
      return chat.isArchived;
    case CollapsedRole:
      return false;
    case SizeRole:
      return 0;
    case InsideRole:
      return entry.group == Group::Folders || entry.group == Group::Archive;
    default:
      return {};
  }
}

QVariant ChatListModel::headData(const Entry& entry, int role) const {
  const bool isFolder = entry.group == Group::Folders;
  switch (role) {
    case ChatIdRole:
      return 0;
    case TitleRole:
    case Qt::DisplayRole:
      return isFolder ? m_folders.value(entry.folderId).name : tr("Archived");
    case KindRole:
      return isFolder ? QStringLiteral("folder") : QStringLiteral("archive");
    case FolderIdRole:
      return entry.folderId;
    case CollapsedRole:
      return isFolder ? m_folders.value(entry.folderId).isCollapsed : !m_archiveOpen;
    case SizeRole:
      return sizeOf(entry.group, entry.folderId);
    case UpdatedAtRole:
      return QDateTime();
    case CurrentRole:
    case BusyRole:
    case UnreadRole:
    case PinnedRole:
    case ArchivedRole:
    case InsideRole:
    case PrivateRole:
      return false;
    default:
      return {};
  }
}

QHash<int, QByteArray> ChatListModel::roleNames() const {
  return {{ChatIdRole, "chatId"},     {TitleRole, "title"},   {SectionRole, "section"},    {UpdatedAtRole, "updatedAt"},
          {CurrentRole, "current"},   {BusyRole, "busy"},     {UnreadRole, "unread"},      {KindRole, "kind"},
          {FolderIdRole, "folderId"}, {PinnedRole, "pinned"}, {ArchivedRole, "archived"},  {CollapsedRole, "collapsed"},
          {SizeRole, "size"},         {InsideRole, "inside"}, {PrivateRole, "privateChat"}};
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

// --- Order

ChatListModel::Entry ChatListModel::entryOf(const ChatRow& chat) const {
  if (isPrivateId(chat.id)) return {Group::Private, 0, false, chat};
  if (chat.isArchived) return {Group::Archive, 0, false, chat};
  if (chat.isPinned) return {Group::Pinned, 0, false, chat};
  if (m_folders.contains(chat.folderId)) return {Group::Folders, chat.folderId, false, chat};
  return {Group::Days, 0, false, chat};
}

/// Newest first; of the same instant the one made last.
bool ChatListModel::comesBefore(const Entry& a, const Entry& b) const {
  if (a.group != b.group) return a.group < b.group;
  if (a.folderId != b.folderId) {
    const int names = m_collator.compare(m_folders.value(a.folderId).name, m_folders.value(b.folderId).name);
    return names != 0 ? names < 0 : a.folderId < b.folderId;
  }
  if (a.isHead != b.isHead) return a.isHead;
  return std::tie(a.chat.updatedAt, a.chat.id) > std::tie(b.chat.updatedAt, b.chat.id);
}

bool ChatListModel::isShown(const Entry& entry) const {
  if (entry.isHead) return true;
  if (entry.group == Group::Folders) return !m_folders.value(entry.folderId).isCollapsed;
  return entry.group != Group::Archive || m_archiveOpen;
}

int ChatListModel::indexOf(qint64 chatId) const {
  if (chatId == 0) return -1;
  const auto it = std::find_if(m_rows.begin(), m_rows.end(), [chatId](const Entry& entry) { return entry.chat.id == chatId; });
  return it == m_rows.end() ? -1 : static_cast<int>(it - m_rows.begin());
}

int ChatListModel::headOf(Group group, qint64 folderId) const {
  const auto it = std::find_if(m_rows.begin(), m_rows.end(), [group, folderId](const Entry& entry) {
    return entry.isHead && entry.group == group && entry.folderId == folderId;
  });
  return it == m_rows.end() ? -1 : static_cast<int>(it - m_rows.begin());
}

/// The row that an entry would have, not counting one that it has already.
int ChatListModel::placeOf(const Entry& entry) const {
  return static_cast<int>(std::count_if(m_rows.begin(), m_rows.end(), [this, &entry](const Entry& other) {
    return (entry.isHead || other.chat.id != entry.chat.id) && comesBefore(other, entry);
  }));
}

int ChatListModel::sizeOf(Group group, qint64 folderId) const {
  return group == Group::Archive ? m_archived : m_sizes.value(folderId);
}

// --- Rows

void ChatListModel::rebuild() {
  beginResetModel();
  m_rows.clear();
  m_sizes.clear();
  m_archived = 0;
  for (const FolderRow& folder : std::as_const(m_folders)) m_rows.append({Group::Folders, folder.id, true, {}});
  for (const ChatRow& chat : std::as_const(m_all)) {
    const Entry entry = entryOf(chat);
    if (entry.group == Group::Folders) ++m_sizes[entry.folderId];
    if (entry.group == Group::Archive) ++m_archived;
    if (isShown(entry)) m_rows.append(entry);
  }
  if (m_archived > 0) m_rows.append({Group::Archive, 0, true, {}});
  std::sort(m_rows.begin(), m_rows.end(), [this](const Entry& a, const Entry& b) { return comesBefore(a, b); });
  endResetModel();
  Q_EMIT countChanged();
  Q_EMIT currentRowChanged();
}

void ChatListModel::setChats(QList<ChatRow> chats) {
  m_all.clear();
  for (const ChatRow& chat : chats) m_all.insert(chat.id, chat);
  rebuild();
}

void ChatListModel::setFolders(const QList<FolderRow>& folders) {
  m_folders.clear();
  for (const FolderRow& folder : folders) m_folders.insert(folder.id, folder);
  rebuild();
}

void ChatListModel::insertEntry(const Entry& entry) {
  const int at = placeOf(entry);
  beginInsertRows({}, at, at);
  m_rows.insert(at, entry);
  endInsertRows();
}

void ChatListModel::dropRows(int first, int last) {
  beginRemoveRows({}, first, last);
  m_rows.remove(first, last - first + 1);
  endRemoveRows();
}

/// A chat comes into its folder or the archive, or leaves it.
void ChatListModel::countIn(const Entry& entry, int change) {
  if (entry.group == Group::Folders) m_sizes[entry.folderId] += change;
  if (entry.group == Group::Archive) {
    m_archived += change;
    const int head = headOf(Group::Archive, 0);
    if (m_archived > 0 && head < 0) insertEntry({Group::Archive, 0, true, {}});
    if (m_archived == 0 && head >= 0) dropRows(head, head);
  }
  if (const int head = headOf(entry.group, entry.folderId); head >= 0) Q_EMIT dataChanged(index(head), index(head), {SizeRole});
}

void ChatListModel::upsert(const ChatRow& chat) {
  const auto known = m_all.constFind(chat.id);
  const std::optional<Entry> before = known == m_all.constEnd() ? std::nullopt : std::optional(entryOf(*known));
  m_all.insert(chat.id, chat);
  const Entry entry = entryOf(chat);
  const bool stays = before && before->group == entry.group && before->folderId == entry.folderId;
  if (!stays) countIn(entry, 1);
  const int from = indexOf(chat.id);
  if (!isShown(entry)) {
    if (from >= 0) dropRows(from, from);
  } else if (from < 0) {
    insertEntry(entry);
  } else {
    const int to = placeOf(entry);
    if (from != to) {
      beginMoveRows({}, from, from, {}, to > from ? to + 1 : to);
      m_rows.move(from, to);
      endMoveRows();
    }
    m_rows[to] = entry;
    Q_EMIT dataChanged(index(to), index(to), {TitleRole, SectionRole, UpdatedAtRole, FolderIdRole, PinnedRole, ArchivedRole, InsideRole});
  }
  if (before && !stays) countIn(*before, -1);
  Q_EMIT countChanged();
  Q_EMIT currentRowChanged();
}

void ChatListModel::remove(qint64 chatId) {
  const auto known = m_all.constFind(chatId);
  if (known == m_all.constEnd()) return;
  const Entry entry = entryOf(*known);
  m_all.erase(known);
  if (const int row = indexOf(chatId); row >= 0) dropRows(row, row);
  countIn(entry, -1);
  Q_EMIT countChanged();
  Q_EMIT currentRowChanged();
}

// --- Folders and the archive

void ChatListModel::upsertFolder(const FolderRow& folder) {
  const bool isKnown = m_folders.contains(folder.id);
  const FolderRow before = m_folders.value(folder.id);
  if (isKnown && before.name == folder.name) {
    if (before.isCollapsed == folder.isCollapsed) return;
    m_folders[folder.id].isCollapsed = folder.isCollapsed;
    folder.isCollapsed ? closeGroup(Group::Folders, folder.id) : openGroup(Group::Folders, folder.id);
    return;
  }
  if (isKnown) {  // it may belong elsewhere now
    closeGroup(Group::Folders, folder.id);
    const int head = headOf(Group::Folders, folder.id);
    dropRows(head, head);
  }
  m_folders.insert(folder.id, folder);
  insertEntry({Group::Folders, folder.id, true, {}});
  if (!folder.isCollapsed) openGroup(Group::Folders, folder.id);
  Q_EMIT countChanged();
  Q_EMIT currentRowChanged();
}

void ChatListModel::removeFolder(qint64 folderId) {
  const int head = headOf(Group::Folders, folderId);
  if (head < 0) return;
  dropRows(head, head);
  m_folders.remove(folderId);
  m_sizes.remove(folderId);
  Q_EMIT countChanged();
  Q_EMIT currentRowChanged();
}

void ChatListModel::setArchiveOpen(bool open) {
  if (std::exchange(m_archiveOpen, open) == open) return;
  open ? openGroup(Group::Archive, 0) : closeGroup(Group::Archive, 0);
}

/// Rows for what is in it, below its head.
void ChatListModel::openGroup(Group group, qint64 folderId) {
  QList<Entry> inside;
  for (const ChatRow& chat : std::as_const(m_all)) {
    const Entry entry = entryOf(chat);
    if (entry.group == group && entry.folderId == folderId) inside.append(entry);
  }
  std::sort(inside.begin(), inside.end(), [this](const Entry& a, const Entry& b) { return comesBefore(a, b); });
  const int head = headOf(group, folderId);
  if (head < 0) return;
  if (!inside.isEmpty()) {
    beginInsertRows({}, head + 1, head + static_cast<int>(inside.size()));
    for (qsizetype i = 0; i < inside.size(); ++i) m_rows.insert(head + 1 + i, inside[i]);
    endInsertRows();
  }
  Q_EMIT dataChanged(index(head), index(head), {CollapsedRole});
  Q_EMIT countChanged();
  Q_EMIT currentRowChanged();
}

void ChatListModel::closeGroup(Group group, qint64 folderId) {
  const int head = headOf(group, folderId);
  if (head < 0) return;
  int last = head;
  while (last + 1 < count() && m_rows[last + 1].group == group && m_rows[last + 1].folderId == folderId) ++last;
  if (last > head) dropRows(head + 1, last);
  Q_EMIT dataChanged(index(head), index(head), {CollapsedRole});
  Q_EMIT countChanged();
  Q_EMIT currentRowChanged();
}

// --- The shown chat

void ChatListModel::setCurrent(qint64 chatId) {
  const int before = indexOf(std::exchange(m_current, chatId));
  const int now = indexOf(chatId);
  for (const int row : {before, now}) {
    if (row >= 0) Q_EMIT dataChanged(index(row), index(row), {CurrentRole});
  }
  if (before != now) Q_EMIT currentRowChanged();
}

void ChatListModel::setUnread(qint64 chatId, bool unread) {
  if (m_unread.contains(chatId) == unread) return;
  if (unread)
    m_unread.insert(chatId);
  else
    m_unread.remove(chatId);
  const int row = indexOf(chatId);
  if (row >= 0) Q_EMIT dataChanged(index(row), index(row), {UnreadRole});
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
  return m_all.value(chatId).title;
}

qint64 ChatListModel::neighbour(qint64 chatId, int step) const {
  const int row = indexOf(chatId);
  for (int to = row >= 0 ? row + step : step > 0 ? 0 : count() - 1; to >= 0 && to < count(); to += step) {
    if (!m_rows[to].isHead) return m_rows[to].chat.id;
  }
  return 0;
}

void ChatListModel::refreshSections() {
  if (!m_rows.isEmpty()) Q_EMIT dataChanged(index(0), index(count() - 1), {SectionRole, TitleRole});
}

void ChatListModel::scheduleMidnight() {
  const QDateTime now = QDateTime::currentDateTime();
  const qint64 left = now.msecsTo(now.date().addDays(1).startOfDay());
  m_midnight.start(static_cast<int>(std::clamp<qint64>(left + 1000, 1000, 25LL * 3600 * 1000)));
}
