#include "storage/storage_thread.h"

#include <QDir>
#include <QLoggingCategory>

#include "storage/chat_store.h"
#include "storage/erase.h"
#include "storage/message_store.h"
#include "storage/migrations.h"
#include "storage/settings_store.h"

namespace {

Q_LOGGING_CATEGORY(lcStorage, "hearth.storage")

/// Opens and migrates the file, or ":memory:".
[[nodiscard]] StoreStatus prepare(Database& database, const QString& path, const QString& backupFolder) {
  if (const auto status = database.open(path); !status) return status;
  return migrate(database, backupFolder);
}

/// Finishes what the last run of the application left undone and reads what the window needs.
[[nodiscard]] StoreStatus readState(Database& database, const QString& backupFolder, StorageState& state) {
  MessageStore messages(database);
  if (const auto recovered = messages.recover(); !recovered) return recovered.error();
  auto chats = ChatStore(database).all();
  if (!chats) return chats.error();
  QList<qint64> hidden;
  for (const ChatRow& chat : *chats) {
    if (chat.deletedAt.isValid())
      hidden.append(chat.id);
    else
      state.chats.append(chat);
  }
  if (const auto status = eraseChats(database, hidden, backupFolder); !status) return status;
  const auto settings = SettingsStore(database).all();
  const auto lastChat = ChatStore(database).lastId();
  const auto lastMessage = messages.lastId();
  if (!settings) return settings.error();
  if (!lastChat) return lastChat.error();
  if (!lastMessage) return lastMessage.error();
  state.settings = *settings;
  state.lastChatId = *lastChat;
  state.lastMessageId = *lastMessage;
  return {};
}

}  // namespace

/// Lives in the storage thread; the connection is made and removed there.
struct StorageThread::Worker : QObject {
  std::unique_ptr<Database> database;

  StorageState openFile(const QString& folder, const QString& backupFolder) {
    StorageState state;
    database = std::make_unique<Database>();
    StoreStatus status = QDir().mkpath(folder) ? StoreStatus() : StoreStatus(StorageError{StorageError::Kind::ReadOnly, folder});
    if (status) status = prepare(*database, folder + QLatin1String("/hearth.db"), backupFolder);
    if (status) status = readState(*database, backupFolder, state);
    if (status) return state;
    qCWarning(lcStorage) << "database in memory only:" << status.error().detail;
    database = std::make_unique<Database>();
    StorageState empty;
    if (const auto inMemory = prepare(*database, QLatin1String(Database::kInMemory), backupFolder); !inMemory)
      qCCritical(lcStorage) << inMemory.error().detail;
    empty.error = status.error();
    return empty;
  }
};

StorageThread::StorageThread(const QString& dataFolder, QObject* parent)
    : QObject(parent), m_dataFolder(dataFolder), m_worker(std::make_unique<Worker>()) {
  qRegisterMetaType<StorageState>();
  m_thread.setObjectName(QStringLiteral("storage"));
  m_worker->moveToThread(&m_thread);
  m_thread.start();
}

StorageThread::~StorageThread() {
  close();
}

QString StorageThread::backupFolder() const {
  return m_dataFolder + QLatin1String("/backups");
}

void StorageThread::open() {
  QMetaObject::invokeMethod(
      m_worker.get(),
      [this, worker = m_worker.get(), folder = m_dataFolder, backups = backupFolder()] {
        answer([this, state = worker->openFile(folder, backups)] { Q_EMIT opened(state); });
      },
      Qt::QueuedConnection);
}

void StorageThread::post(std::function<void(Database&)> job) {
  if (!m_thread.isRunning()) return;
  QMetaObject::invokeMethod(
      m_worker.get(),
      [worker = m_worker.get(), job = std::move(job)] {
        if (worker->database) job(*worker->database);
      },
      Qt::QueuedConnection);
}

void StorageThread::answer(std::function<void()> done) {
  QMetaObject::invokeMethod(this, std::move(done), Qt::QueuedConnection);
}

void StorageThread::write(std::function<StoreStatus(Database&)> job) {
  post([this, job = std::move(job)](Database& database) {
    const StoreStatus status = job(database);
    if (status) return;
    qCWarning(lcStorage) << "write failed:" << status.error().detail;
    answer([this, error = status.error()] { Q_EMIT writeFailed(error); });
  });
}

void StorageThread::flush() {
  if (m_thread.isRunning())
    QMetaObject::invokeMethod(
        m_worker.get(), [] {}, Qt::BlockingQueuedConnection);
}

void StorageThread::close() {
  if (!m_thread.isRunning()) return;
  QMetaObject::invokeMethod(
      m_worker.get(), [worker = m_worker.get()] { worker->database.reset(); }, Qt::BlockingQueuedConnection);
  m_thread.quit();
  m_thread.wait();
}
