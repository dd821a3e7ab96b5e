// The order of the list: pinned, filed and archived chats, and their folders.
#include <algorithm>

#include "services/chat_service.h"
#include "storage/chat_store.h"
#include "storage/folder_store.h"

/// A chat of the list, or one that waits to be deleted: it may be brought back. Null: it is gone.
ChatRow* ChatService::listedRow(qint64 chatId) {
  if (const auto chat = m_chats.find(chatId); chat != m_chats.end()) return &*chat;
  const auto deletion = std::find_if(m_deletions.begin(), m_deletions.end(), [chatId](const Deletion& d) { return d.chat.id == chatId; });
  return deletion == m_deletions.end() ? nullptr : &deletion->chat;
}

void ChatService::storeListed(const ChatRow& chat) {
  if (!m_chats.contains(chat.id)) return;  // stored when it is brought back
  storeChat(chat);
  Q_EMIT chatChanged(chat);
}

/// Changes rows of the list and remembers how they were. A folder that the step is about makes it one even where no row changes.
template <class Change>
void ChatService::changeListed(Step step, const QList<qint64>& chatIds, Change change, const FolderRow& folder) {
  ListStep done{step, {}, folder, 0};
  for (const qint64 id : chatIds) {
    ChatRow* chat = listedRow(id);
    if (!chat || isPrivateId(id)) continue;  // nothing of a private chat is stored
    const ChatRow before = *chat;
    change(*chat);
    if (*chat == before) continue;
    done.chats.append(before);
    const ChatRow now = *chat;
    storeListed(now);
  }
  if (done.chats.isEmpty() && folder.id == 0) return;
  done.serial = ++m_deletionSerial;
  m_listSteps.append(done);
  QTimer::singleShot(kUndoMs, this, [this, serial = done.serial] {
    if (m_listSteps.removeIf([serial](const ListStep& s) { return s.serial == serial; }) > 0) Q_EMIT undoChanged();
  });
  Q_EMIT undoChanged();
}

void ChatService::pin(qint64 chatId, bool on) {
  changeListed(on ? Step::Pinned : Step::Unpinned, {chatId}, [on](ChatRow& chat) { chat.isPinned = on; });
}

void ChatService::archive(qint64 chatId, bool on) {
  changeListed(on ? Step::Archived : Step::Unarchived, {chatId}, [on](ChatRow& chat) { chat.isArchived = on; });
}

void ChatService::moveToFolder(qint64 chatId, qint64 folderId) {
  if (folderId != 0 && !m_folders.contains(folderId)) return;
  changeListed(Step::Moved, {chatId}, [folderId](ChatRow& chat) { chat.folderId = folderId; });
}

// --- Folders

void ChatService::putFolder(const FolderRow& folder) {
  m_folders.insert(folder.id, folder);
  m_storage->write([folder](Database& database) { return FolderStore(database).put(folder); });
  Q_EMIT folderChanged(folder);
}

namespace {

[[nodiscard]] qint64 folderNamed(const QHash<qint64, FolderRow>& folders, const QString& name) {
  const auto found = std::find_if(folders.begin(), folders.end(),
                                  [&name](const FolderRow& folder) { return folder.name.compare(name, Qt::CaseInsensitive) == 0; });
  return found == folders.end() ? 0 : found->id;
}

}  // namespace

qint64 ChatService::folderFor(const QString& name) {
  const QString wanted = name.simplified();
  if (!m_started || wanted.isEmpty()) return 0;
  if (const qint64 there = folderNamed(m_folders, wanted); there != 0) return there;
  const FolderRow folder{++m_lastFolderId, wanted, false};
  putFolder(folder);
  return folder.id;
}

qint64 ChatService::createFolder(const QString& name, qint64 chatId) {
  const qint64 last = m_lastFolderId;
  const qint64 folderId = folderFor(name);
  if (folderId == 0) return 0;
  const bool isMade = folderId > last;
  const QList<qint64> chats = chatId == 0 ? QList<qint64>() : QList<qint64>{chatId};
  changeListed(
      isMade ? Step::FolderMade : Step::Moved, chats, [folderId](ChatRow& chat) { chat.folderId = folderId; },
      isMade ? m_folders[folderId] : FolderRow());
  return folderId;
}

bool ChatService::renameFolder(qint64 folderId, const QString& name) {
  const QString wanted = name.simplified();
  if (wanted.isEmpty() || !m_folders.contains(folderId)) return false;
  if (const qint64 other = folderNamed(m_folders, wanted); other != 0 && other != folderId) return false;
  const FolderRow before = m_folders[folderId];
  if (before.name == wanted) return true;
  FolderRow folder = before;
  folder.name = wanted;
  putFolder(folder);
  changeListed(
      Step::FolderRenamed, {}, [](ChatRow&) {}, before);
  return true;
}

QList<qint64> ChatService::chatsIn(qint64 folderId) const {
  QList<qint64> inside;
  for (const ChatRow& chat : m_chats) {
    if (chat.folderId == folderId) inside.append(chat.id);
  }
  for (const Deletion& deletion : m_deletions) {
    if (deletion.chat.folderId == folderId) inside.append(deletion.chat.id);
  }
  return inside;
}

/// Once no chat is in it.
void ChatService::dropFolder(qint64 folderId) {
  m_folders.remove(folderId);
  m_storage->write([folderId](Database& database) { return FolderStore(database).remove(folderId); });
  Q_EMIT folderRemoved(folderId);
}

void ChatService::removeFolder(qint64 folderId) {
  if (!m_folders.contains(folderId)) return;
  changeListed(
      Step::FolderRemoved, chatsIn(folderId), [](ChatRow& chat) { chat.folderId = 0; }, m_folders[folderId]);
  dropFolder(folderId);
}

void ChatService::collapseFolder(qint64 folderId, bool on) {
  if (!m_folders.contains(folderId) || m_folders[folderId].isCollapsed == on) return;
  FolderRow folder = m_folders[folderId];
  folder.isCollapsed = on;
  putFolder(folder);
}

// --- Back

/// What folders were before a step. A name that another folder got meanwhile (from a file that was imported) stays with that one.
void ChatService::takeBackFolder(const ListStep& step) {
  const qint64 folderId = step.folder.id;
  const qint64 named = folderNamed(m_folders, step.folder.name);
  switch (step.step) {
    case Step::FolderRemoved:
      if (named == 0) putFolder(step.folder);
      break;
    case Step::FolderRenamed:
      if (!m_folders.contains(folderId) || (named != 0 && named != folderId)) break;
      m_folders[folderId].name = step.folder.name;
      putFolder(FolderRow(m_folders[folderId]));
      break;
    case Step::FolderMade:
      if (!m_folders.contains(folderId)) break;
      for (const qint64 id : chatsIn(folderId)) {  // also those that came into it by other ways
        listedRow(id)->folderId = 0;
        storeListed(ChatRow(*listedRow(id)));
      }
      dropFolder(folderId);
      break;
    default:
      break;
  }
}

/// Only what the step changed is put back: the chats may have gone on meanwhile.
void ChatService::undoListStep() {
  const ListStep step = m_listSteps.takeLast();
  takeBackFolder(step);
  for (const ChatRow& before : step.chats) {
    ChatRow* chat = listedRow(before.id);
    if (!chat) continue;
    chat->isPinned = before.isPinned;
    chat->isArchived = before.isArchived;
    chat->folderId = m_folders.contains(before.folderId) ? before.folderId : 0;
    if (step.step == Step::FolderRemoved && chat->folderId == 0) chat->folderId = folderNamed(m_folders, step.folder.name);
    storeListed(ChatRow(*chat));
  }
  Q_EMIT undoChanged();
}
