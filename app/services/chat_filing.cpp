// The order of the list: pinned, filed and archived chats, and their folders.
#include <algorithm>

#include "services/chat_service.h"
#include "storage/chat_store.h"
#include "storage/folder_store.h"

/// Changes rows of the list and remembers how they were.
template <class Change>
void ChatService::changeListed(Step step, const QList<qint64>& chatIds, Change change, const FolderRow& folder) {
  ListStep done{step, {}, folder, 0};
  for (const qint64 id : chatIds) {
    const auto chat = m_chats.find(id);
    if (chat == m_chats.end() || isPrivateId(id)) continue;  // nothing of a private chat is stored
    const ChatRow before = *chat;
    change(*chat);
    if (*chat == before) continue;
    done.chats.append(before);
    const ChatRow now = *chat;
    storeChat(now);
    Q_EMIT chatChanged(now);
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

qint64 ChatService::createFolder(const QString& name) {
  const QString wanted = name.simplified();
  if (!m_started || wanted.isEmpty()) return 0;
  if (const qint64 there = folderNamed(m_folders, wanted); there != 0) return there;
  const FolderRow folder{++m_lastFolderId, wanted, false};
  putFolder(folder);
  return folder.id;
}

bool ChatService::renameFolder(qint64 folderId, const QString& name) {
  const QString wanted = name.simplified();
  if (wanted.isEmpty() || !m_folders.contains(folderId)) return false;
  if (const qint64 other = folderNamed(m_folders, wanted); other != 0 && other != folderId) return false;
  FolderRow folder = m_folders[folderId];
  folder.name = wanted;
  putFolder(folder);
  return true;
}

void ChatService::removeFolder(qint64 folderId) {
  if (!m_folders.contains(folderId)) return;
  QList<qint64> inside;
  for (const ChatRow& chat : std::as_const(m_chats)) {
    if (chat.folderId == folderId) inside.append(chat.id);
  }
  // Chats that wait to be deleted may be brought back.
  for (Deletion& deletion : m_deletions) {
    if (deletion.chat.folderId == folderId) deletion.chat.folderId = 0;
  }
  const FolderRow folder = m_folders.take(folderId);
  changeListed(
      Step::FolderRemoved, inside, [](ChatRow& chat) { chat.folderId = 0; }, folder);
  m_storage->write([folderId](Database& database) { return FolderStore(database).remove(folderId); });
  Q_EMIT folderRemoved(folderId);
}

void ChatService::collapseFolder(qint64 folderId, bool on) {
  if (!m_folders.contains(folderId) || m_folders[folderId].isCollapsed == on) return;
  FolderRow folder = m_folders[folderId];
  folder.isCollapsed = on;
  putFolder(folder);
}

// --- Back

/// Only what the step changed is put back: the chats may have gone on meanwhile.
void ChatService::undoListStep() {
  const ListStep step = m_listSteps.takeLast();
  if (step.step == Step::FolderRemoved) putFolder(step.folder);
  for (const ChatRow& before : step.chats) {
    const auto chat = m_chats.find(before.id);
    if (chat == m_chats.end()) continue;
    chat->isPinned = before.isPinned;
    chat->isArchived = before.isArchived;
    chat->folderId = m_folders.contains(before.folderId) ? before.folderId : 0;
    const ChatRow now = *chat;
    storeChat(now);
    Q_EMIT chatChanged(now);
  }
  Q_EMIT undoChanged();
}
