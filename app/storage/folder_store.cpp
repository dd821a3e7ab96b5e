#include "storage/folder_store.h"

#include "storage/library_store.h"

StoreStatus FolderStore::put(const FolderRow& folder) {
  return m_database.exec(QStringLiteral("INSERT INTO folder (id, name, is_collapsed) VALUES (?, ?, ?) "
                                        "ON CONFLICT (id) DO UPDATE SET name = excluded.name, is_collapsed = excluded.is_collapsed"),
                         {folder.id, notNull(folder.name), folder.isCollapsed});
}

StoreStatus FolderStore::remove(qint64 folderId) {
  return m_database.exec(QStringLiteral("DELETE FROM folder WHERE id = ?"), {folderId});
}

StoreResult<QList<FolderRow>> FolderStore::all() {
  auto query = m_database.run(QStringLiteral("SELECT id, name, is_collapsed FROM folder ORDER BY id"));
  if (!query) return query.error();
  QList<FolderRow> folders;
  while (query->next()) folders.append({query->value(0).toLongLong(), query->value(1).toString(), query->value(2).toBool()});
  return folders;
}

StoreResult<qint64> FolderStore::lastId() {
  return lastIdOf(m_database, "folder");
}
