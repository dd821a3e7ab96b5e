#include "viewmodels/backups_model.h"

#include <QLocale>
#include <QVariantMap>
#include <algorithm>

#include "viewmodels/readable.h"

BackupsModel::BackupsModel(ChatExchangeService* service, QObject* parent) : QObject(parent), m_service(service), m_background(this) {}

QString BackupsModel::timeText(const QDateTime& time) {
  return QLocale().toString(time.toLocalTime(), QLocale::ShortFormat);
}

QVariantList BackupsModel::items() const {
  QVariantList list;
  for (const BackupFacts& backup : m_backups) {
    const QString size = Readable::size(static_cast<quint64>(backup.bytes));
    const QString chats = backup.chats < 0 ? tr("damaged") : tr("%n chats", "", backup.chats);
    list.append(QVariantMap{{QStringLiteral("file"), backup.file},
                            {QStringLiteral("time"), timeText(backup.time)},
                            {QStringLiteral("about"), QStringLiteral("%1 · %2").arg(chats, size)},
                            {QStringLiteral("damaged"), backup.chats < 0}});
  }
  return list;
}

void BackupsModel::refresh() {
  // Not through the storage, which is closed for a moment while a backup is restored.
  m_background.run([folder = m_service->backupFolder()] { return backupList(folder); },
                   [this](const QList<BackupFacts>& backups) {
                     m_backups = backups;
                     m_known = true;
                     Q_EMIT changed();
                   });
}

void BackupsModel::restore(const QString& file) {
  const auto at = std::find_if(m_backups.begin(), m_backups.end(), [&file](const BackupFacts& backup) { return backup.file == file; });
  if (m_busy || at == m_backups.end()) return;
  m_busy = true;
  Q_EMIT changed();
  m_service->prepareRestore(file, this, [this, time = at->time](const Problem& refused) {
    if (refused) {
      finish(refused);
      return;
    }
    Q_EMIT replacing();
    m_service->restore(this, [this, time](const Problem& failed) {
      finish(failed ? failed : Problem{ErrorId::BackupRestored, {timeText(time)}, {}});
    });
  });
}

void BackupsModel::finish(const Problem& problem) {
  m_busy = false;
  Q_EMIT changed();
  Q_EMIT news(problem);
  refresh();
}
