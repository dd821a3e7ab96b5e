#include "viewmodels/chat_filing_model.h"

#include <QCollator>
#include <algorithm>

#include "services/chat_service.h"
#include "viewmodels/chat_list_model.h"

ChatFilingModel::ChatFilingModel(ChatService* service, ChatListModel* list, QObject* parent)
    : QObject(parent), m_service(service), m_list(list) {
  connect(service, &ChatService::folderChanged, this, [this](const FolderRow& folder) {
    m_list->upsertFolder(folder);
    Q_EMIT foldersChanged();
  });
  connect(service, &ChatService::folderRemoved, this, [this](qint64 folderId) {
    m_list->removeFolder(folderId);
    Q_EMIT foldersChanged();
  });
}

QVariantList ChatFilingModel::folders() const {
  QList<FolderRow> rows = m_service->folders();
  QCollator collator;
  collator.setNumericMode(true);
  collator.setCaseSensitivity(Qt::CaseInsensitive);
  std::sort(rows.begin(), rows.end(), [&collator](const FolderRow& a, const FolderRow& b) {
    const int names = collator.compare(a.name, b.name);
    return names != 0 ? names < 0 : a.id < b.id;
  });
  QVariantList list;
  for (const FolderRow& row : std::as_const(rows))
    list.append(QVariantMap{{QStringLiteral("folderId"), row.id}, {QStringLiteral("name"), row.name}});
  return list;
}

void ChatFilingModel::pin(qint64 chatId, bool on) {
  m_service->pin(chatId, on);
}

void ChatFilingModel::archive(qint64 chatId, bool on) {
  m_service->archive(chatId, on);
}

void ChatFilingModel::move(qint64 chatId, qint64 folderId) {
  m_service->moveToFolder(chatId, folderId);
}

qint64 ChatFilingModel::addFolder(const QString& name, qint64 chatId) {
  return m_service->createFolder(name, chatId);
}

bool ChatFilingModel::renameFolder(qint64 folderId, const QString& name) {
  return m_service->renameFolder(folderId, name);
}

void ChatFilingModel::removeFolder(qint64 folderId) {
  m_service->removeFolder(folderId);
}

void ChatFilingModel::setCollapsed(qint64 folderId, bool on) {
  if (folderId == 0)
    m_list->setArchiveOpen(!on);
  else
    m_service->collapseFolder(folderId, on);
}

void ChatFilingModel::reload() {
  m_list->setFolders(m_service->folders());
  Q_EMIT foldersChanged();
}
