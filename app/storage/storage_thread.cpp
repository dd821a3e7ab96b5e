#include "storage/storage_thread.h"

#include <QDir>
#include <QFile>
#include <QLoggingCategory>
#include <QTimer>
#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "storage/backups.h"
#include "storage/chat_settings_store.h"
#include "storage/chat_store.h"
#include "storage/erase.h"
#include "storage/folder_store.h"
#include "storage/message_store.h"
#include "storage/message_tree.h"
#include "storage/migrations.h"
#include "storage/recovery.h"
#include "storage/settings_store.h"
#include "storage/tree_check.h"

namespace {

Q_LOGGING_CATEGORY(lcStorage, "hearth.storage")

constexpr int kRetryMs = 2000;
constexpr int kSyncMs = 1000;          // what a power cut may cost of an answer
constexpr int kIndexBatch = 100;       // messages: some 20 ms
constexpr int kEmptyLogAttempts = 50;  // a reader in the way is a search or a backup
constexpr int kEmptyLogPauseMs = 100;
constexpr qint64 kBackupIntervalMs = 24LL * 3600 * 1000;

/// Opens and migrates the file, or ":memory:".
[[nodiscard]] StoreStatus prepare(Database& database, const QString& path, const QString& backupFolder) {
  if (const auto status = database.open(path); !status) return status;
  return migrate(database, backupFolder);
}

/// Finishes what the last run of the application left undone and reads what the window needs.
[[nodiscard]] StoreStatus readState(Database& database, StorageState& state, Erasure& hidden) {
  MessageStore messages(database);
  if (const auto recovered = messages.recover(); !recovered) return recovered.error();
  Transaction transaction(database);
  if (!transaction.begun()) return transaction.begun();
  const auto repair = repairTrees(database);
  if (!repair) return repair.error();
  if (const auto status = transaction.commit(); !status) return status;
  if (!repair->isEmpty()) {
    qCWarning(lcStorage) << "trees repaired:" << repair->messages << "messages," << repair->heads << "heads";
    if (!state.notice) state.notice = {ErrorId::StorageTreeRepaired, {}, {}};
  }
  auto deleted = MessageTree(database).hidden();
  if (!deleted) return deleted.error();
  hidden.messages = *deleted;
  auto chats = ChatStore(database).all();
  if (!chats) return chats.error();
  for (const ChatRow& chat : *chats) {
    if (chat.deletedAt.isValid())
      hidden.chats.append(chat.id);
    else
      state.chats.append(chat);
  }
  const auto folders = FolderStore(database).all();
  const auto lastFolder = FolderStore(database).lastId();
  if (!folders) return folders.error();
  if (!lastFolder) return lastFolder.error();
  state.folders = *folders;
  state.lastFolderId = *lastFolder;
  const auto settings = SettingsStore(database).all();
  const auto lastChat = ChatStore(database).lastId();
  const auto lastMessage = messages.lastId();
  if (!settings) return settings.error();
  if (!lastChat) return lastChat.error();
  if (!lastMessage) return lastMessage.error();
  auto library = LibraryStore(database).all();
  auto adapters = AdapterStore(database).all();
  if (!library) return library.error();
  if (!adapters) return adapters.error();
  auto drafts = DraftStore(database).all();
  auto snippets = SnippetStore(database).all();
  if (!drafts) return drafts.error();
  if (!snippets) return snippets.error();
  state.drafts = *drafts;
  state.snippets = *snippets;
  auto chatSettings = ChatSettingsStore(database).all();
  auto presets = ChatSettingsStore(database).presets();
  if (!chatSettings) return chatSettings.error();
  if (!presets) return presets.error();
  state.library = *library;
  state.adapters = *adapters;
  state.chatSettings = *chatSettings;
  state.presets = *presets;
  state.settings = *settings;
  state.lastChatId = *lastChat;
  state.lastMessageId = *lastMessage;
  return {};
}

/// For AppCore, which words it when the language is known.
[[nodiscard]] QString dateOf(const QString& backup) {
  return backupTime(backup).toString(Qt::ISODate);
}

void requestCheck(const StorageFolder& folder) {
  QFile marker(folder.checkRequest());
  static_cast<void>(marker.open(QIODevice::WriteOnly));
}

}  // namespace

/// Lives in its thread; the connection is made and removed there.
struct StorageThread::Worker : QObject {
  std::unique_ptr<Database> database;
  std::deque<Write> kept;  // writer: failed writes and all later ones
  QTimer timer{this};      // writer: tries them again; sync: takes what was written to the disk
};

struct StorageThread::Outstanding {
  std::mutex mutex;
  std::condition_variable zero;
  int count = 0;

  void begin() {
    const std::lock_guard lock(mutex);
    ++count;
  }
  void end() {
    const std::lock_guard lock(mutex);
    if (--count == 0) zero.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex);
    zero.wait(lock, [this] { return count == 0; });
  }
};

StorageThread::StorageThread(const QString& dataFolder, QObject* parent)
    : QObject(parent),
      m_folder{dataFolder},
      m_writer(std::make_unique<Worker>()),
      m_reader(std::make_unique<Worker>()),
      m_sync(std::make_unique<Worker>()),
      m_outstanding(std::make_unique<Outstanding>()) {
  qRegisterMetaType<StorageState>();
  m_writer->timer.setInterval(kRetryMs);
  connect(&m_writer->timer, &QTimer::timeout, m_writer.get(), [this] { tryKept(); });
  m_sync->timer.setInterval(kSyncMs);
  connect(&m_sync->timer, &QTimer::timeout, m_sync.get(), [this] { syncIfNeeded(); });
  m_writerThread.setObjectName(QStringLiteral("storage"));
  m_readerThread.setObjectName(QStringLiteral("storage-read"));
  m_syncThread.setObjectName(QStringLiteral("storage-sync"));
  m_writer->moveToThread(&m_writerThread);
  m_reader->moveToThread(&m_readerThread);
  m_sync->moveToThread(&m_syncThread);
  for (QThread* thread : {&m_writerThread, &m_readerThread, &m_syncThread}) thread->start();
}

StorageThread::~StorageThread() {
  close();
}

// --- Jobs

void StorageThread::postPlain(Worker* worker, std::function<void()> job) {
  m_outstanding->begin();
  QMetaObject::invokeMethod(
      worker,
      [this, job = std::move(job)] {
        job();
        m_outstanding->end();
      },
      Qt::QueuedConnection);
}

void StorageThread::post(Worker* worker, Job job) {
  if (!m_writerThread.isRunning()) return;
  postPlain(worker, [worker, job = std::move(job)] {
    if (worker->database) job(*worker->database);
  });
}

void StorageThread::answer(std::function<void()> done) {
  QMetaObject::invokeMethod(this, std::move(done), Qt::QueuedConnection);
}

void StorageThread::flush() {
  m_outstanding->wait();
}

void StorageThread::close() {
  if (!m_writerThread.isRunning()) return;
  m_closing = true;
  flush();
  // The writer goes last: the last connection removes the log, and a read-only one cannot.
  for (Worker* other : {m_reader.get(), m_sync.get()}) {
    postPlain(other, [other] {
      other->timer.stop();
      other->database.reset();
    });
  }
  flush();
  postPlain(writer(), [this] {
    if (m_writer->timer.isActive()) tryKept();
    m_writer->timer.stop();
    if (!m_writer->kept.empty()) qCWarning(lcStorage) << m_writer->kept.size() << "writes are lost";
    const bool isUnused = m_isErased && !m_inMemory && m_writer->database && holdsNothing(*m_writer->database);
    m_writer->database.reset();
    if (isUnused) static_cast<void>(eraseFolder(m_folder));  // there is nothing in it that could be read
  });
  flush();
  for (QThread* thread : {&m_writerThread, &m_readerThread, &m_syncThread}) {
    thread->quit();
    thread->wait();
  }
}

// --- Opening

void StorageThread::open(Check check) {
  postPlain(writer(), [this, check] {
    const StorageState state = openFile(check);
    if (!m_inMemory) openOthers();
    answer([this, state] { Q_EMIT opened(state); });
    indexPending();
  });
}

void StorageThread::openPrivate() {
  m_inMemory = true;
  postPlain(writer(), [this] {
    m_writer->database = std::make_unique<Database>();
    if (const auto status = prepare(*m_writer->database, QLatin1String(Database::kInMemory), QString()); !status) report(status.error());
  });
}

/// The connections beside the writer's, which itself no longer waits for the disk.
void StorageThread::openOthers() {
  if (const auto status = m_writer->database->deferSync(); !status) report(status.error());
  postPlain(m_reader.get(), [this] {
    m_reader->database = std::make_unique<Database>();
    if (const auto status = m_reader->database->openReadOnly(m_folder.database()); !status) report(status.error());
  });
  postPlain(m_sync.get(), [this] {
    m_sync->database = std::make_unique<Database>();
    if (const auto status = m_sync->database->open(m_folder.database()); !status) {
      report(status.error());
      m_sync->database.reset();
      post(writer(), [this](Database& database) {
        if (const auto again = database.syncAlways(); !again) report(again.error());
      });
      return;
    }
    m_sync->timer.start();
  });
}

StoreStatus StorageThread::openAndRead(Check check, StorageState& state) {
  m_writer->database = std::make_unique<Database>();
  if (const auto status = prepare(*m_writer->database, m_folder.database(), m_folder.backups()); !status) return status;
  if (check == Check::Thorough) {
    if (const auto status = m_writer->database->check(); !status) return status;
    QFile::remove(m_folder.checkRequest());
  }
  Erasure hidden;
  if (const auto status = readState(*m_writer->database, state, hidden); !status) return status;
  erase(hidden);
  return {};
}

StorageState StorageThread::openFile(Check check) {
  if (!QDir().mkpath(m_folder.path)) return openInMemory({StorageError::Kind::ReadOnly, m_folder.path});
  removeUnfinishedBackups(m_folder.backups());
  finishRestore(m_folder);
  if (QFile::exists(m_folder.checkRequest())) check = Check::Thorough;
  StorageState state;
  const auto restored = restoreMissingDatabase(m_folder);
  if (!restored) return openInMemory({StorageError::Kind::NotRepaired, restored.error().detail});
  if (!restored->isEmpty()) state.notice = {ErrorId::StorageMissing, {dateOf(*restored)}, *restored};
  StoreStatus status = openAndRead(check, state);
  if (!status && status.error().kind == StorageError::Kind::Corrupt) {
    qCWarning(lcStorage) << "damaged:" << status.error().detail;
    m_writer->database.reset();
    const auto repair = repairDatabase(m_folder);
    if (!repair) return openInMemory({StorageError::Kind::NotRepaired, repair.error().detail});
    state = {};
    const QString rescued = QString::number(repair->rescued);
    state.notice = repair->backup.isEmpty() ? Problem{ErrorId::StorageRebuilt, {rescued}, repair->keptAs}
                                            : Problem{ErrorId::StorageRestored, {dateOf(repair->backup), rescued}, repair->keptAs};
    QFile::remove(m_folder.checkRequest());
    status = openAndRead(Check::Quick, state);
  }
  return status ? state : openInMemory(status.error());
}

/// The chats can be read and new ones be written, but all of it is gone at the end unless leaveMemory() succeeds.
StorageState StorageThread::openInMemory(const StorageError& error) {
  qCWarning(lcStorage) << "database in memory only:" << error.detail;
  m_inMemory = true;
  StorageState state;
  m_writer->database = std::make_unique<Database>();
  Database& database = *m_writer->database;
  StoreStatus status = prepare(database, QLatin1String(Database::kInMemory), m_folder.backups());
  // A new file is only right where there never was one.
  m_mayLeaveMemory = status && error.mayPass() && !QFile::exists(m_folder.database()) && backupFiles(m_folder.backups()).isEmpty();
  if (status && error.kind != StorageError::Kind::Newer) {
    Database file;
    if (file.openReadOnly(m_folder.database())) {
      const auto copied = copyReadableRows(file, database);
      m_mayLeaveMemory = copied && error.mayPass();
      if (!copied) qCWarning(lcStorage) << copied.error().detail;
    }
  }
  if (m_mayLeaveMemory) m_writer->timer.start();
  Erasure hidden;
  if (status) status = readState(database, state, hidden);
  if (!status) qCCritical(lcStorage) << status.error().detail;
  state.error = error;
  return state;
}

/// Moves everything into the file if it can be written by now; returns whether it could.
bool StorageThread::leaveMemory() {
  auto file = std::make_unique<Database>();
  if (!QDir().mkpath(m_folder.path) || !prepare(*file, m_folder.database(), m_folder.backups())) return false;
  Database& memory = *m_writer->database;
  if (!copyReadableRows(memory, *file) || !dropRowsNotIn(memory, *file)) return false;
  const auto kept = ChatStore(memory).all();
  const auto all = ChatStore(*file).all();
  if (!kept || !all) return false;
  QList<qint64> deleted;  // while they were in memory
  for (const ChatRow& chat : *all) {
    if (std::none_of(kept->begin(), kept->end(), [&chat](const ChatRow& other) { return other.id == chat.id; })) deleted.append(chat.id);
  }
  m_writer->database = std::move(file);
  m_inMemory = false;
  openOthers();
  eraseChats(deleted);
  indexPending();
  return true;
}

// --- Writing

StoreStatus StorageThread::attempt(const Write& job) {
  if (!m_writer->database) return {};
  m_needsSync = true;
  if (m_writer->kept.empty()) {
    const StoreStatus status = job(*m_writer->database);
    if (status || !status.error().mayPass()) {
      if (!status) report(status.error());
      return status;
    }
    report(status.error());
    m_writer->kept.push_back(job);
    m_writer->timer.start();
    setUnsaved(true);
    return status;
  }
  m_writer->kept.push_back(job);  // the order of writes matters
  return StorageError{StorageError::Kind::Full, QString()};
}

void StorageThread::tryKept() {
  if (!m_writer->database || (!m_inMemory && m_writer->kept.empty())) return;
  if (m_inMemory && (!m_mayLeaveMemory || !leaveMemory())) return;
  while (!m_writer->kept.empty()) {
    const StoreStatus status = m_writer->kept.front()(*m_writer->database);
    if (!status && status.error().mayPass()) return;
    if (!status) report(status.error());
    m_writer->kept.pop_front();
  }
  m_writer->timer.stop();
  setUnsaved(false);
  answer([this] { Q_EMIT savedAgain(); });
}

void StorageThread::retry() {
  post(writer(), [this](Database&) { tryKept(); });
}

void StorageThread::setUnsaved(bool unsaved) {
  if (m_unsaved.exchange(unsaved) != unsaved) answer([this] { Q_EMIT unsavedChanged(); });
}

void StorageThread::report(const StorageError& error) {
  qCWarning(lcStorage) << "failed:" << error.detail;
  if (error.kind == StorageError::Kind::Corrupt) requestCheck(m_folder);
  answer([this, error] { Q_EMIT writeFailed(error); });
}

void StorageThread::write(Write job) {
  post(writer(), [this, job = std::move(job)](Database&) { static_cast<void>(attempt(job)); });
}

void StorageThread::writeMessage(QObject* context, Write job, std::function<void(const StoreStatus&)> done) {
  post(writer(), [this, context = QPointer<QObject>(context), job = std::move(job), done = std::move(done)](Database&) {
    const StoreStatus status = attempt(job);
    if (m_inMemory) setUnsaved(true);
    const auto tell = [this, context, done, status] {
      answer([context, done, status] {
        if (context) done(status);
      });
    };
    if (!status || m_inMemory) {
      tell();
      return;
    }
    postPlain(m_sync.get(), [this, tell] {
      syncIfNeeded();
      tell();
    });
  });
}

void StorageThread::syncIfNeeded() {
  if (!m_sync->database || !m_needsSync.exchange(false)) return;
  if (const auto status = m_sync->database->sync(); !status) {
    m_needsSync = true;
    qCWarning(lcStorage) << "sync:" << status.error().detail;  // the next one tries again
  }
}

// --- Searching

void StorageThread::indexPending() {
  post(writer(), [this](Database& database) {
    if (m_closing) return;
    const auto added = SearchIndex(database).addPending(kIndexBatch);
    if (!added) report(added.error());
    if (added && *added > 0) indexPending();
  });
}

void StorageThread::rebuildIndex() {
  write([](Database& database) { return SearchIndex(database).reset(); });
  indexPending();
}

// --- Erasing

void StorageThread::eraseChats(const QList<qint64>& chatIds) {
  erase({chatIds, {}});
}

void StorageThread::eraseMessages(const QList<qint64>& messageIds) {
  erase({{}, messageIds});
}

void StorageThread::erase(const Erasure& what) {
  if (what.isEmpty()) return;
  // Copies first: until they are clean the rows stay marked as deleted, so that a crash in between is made up for at the next start.
  postPlain(reader(), [this, what] {
    if (!m_inMemory) cleanCopies(what, m_folder);
    post(writer(), [this, what](Database&) {
      static_cast<void>(attempt([this, what](Database& database) {
        const auto status = eraseRows(database, what);
        if (status) mergeIndex(SearchIndex::Step::First);
        return status;
      }));
    });
  });
}

void StorageThread::mergeIndex(SearchIndex::Step step) {
  post(writer(), [this, step](Database& database) {
    const auto more = SearchIndex(database).merge(step);
    if (!more) report(more.error());
    if (more && *more)
      mergeIndex(SearchIndex::Step::Next);
    else
      emptyLog(kEmptyLogAttempts);
  });
}

void StorageThread::emptyLog(int attemptsLeft) {
  postPlain(m_sync.get(), [this, attemptsLeft] {
    if (!m_sync->database) {
      post(writer(), [this](Database& database) {
        if (const auto status = database.emptyLog(); !status) report(status.error());
      });
      return;
    }
    // What takes long comes first, while others write; emptying then has little left to do.
    StoreStatus status = m_sync->database->sync();
    if (status) status = m_sync->database->emptyLog();
    if (status) return;
    if (attemptsLeft == 0) {
      report(status.error());
      return;
    }
    QThread::msleep(kEmptyLogPauseMs);
    emptyLog(attemptsLeft - 1);
  });
}

void StorageThread::eraseEverything(QObject* context, std::function<void(const StoreStatus&)> done) {
  const auto erase = [this, context = QPointer<QObject>(context), done = std::move(done)] {
    m_writer->kept.clear();
    m_writer->timer.stop();
    m_writer->database.reset();
    m_inMemory = false;
    setUnsaved(false);
    const StoreStatus status = eraseFolder(m_folder);
    m_isErased = true;
    answer([context, done, status] {
      if (context) done(status);
    });
    open();
  };
  closeOthersThen(erase);
}

/// One connection after the other, the writer's last.
void StorageThread::closeOthersThen(std::function<void()> job) {
  postPlain(m_sync.get(), [this, job = std::move(job)] {
    m_sync->timer.stop();
    m_sync->database.reset();
    postPlain(m_reader.get(), [this, job] {
      m_reader->database.reset();
      postPlain(writer(), job);
    });
  });
}

// --- Copies

StoreStatus StorageThread::replaceDatabase() {
  if (m_inMemory || !m_writer->database) return StorageError{StorageError::Kind::NotRepaired, m_folder.database()};
  if (!m_writer->kept.empty()) return StorageError{StorageError::Kind::Full, m_folder.database()};  // text that is in no file yet
  StoreStatus status = makeBackup(*m_writer->database, m_folder.backups());
  if (status) status = keepPresentLists(*m_writer->database, m_folder);
  if (status) status = m_writer->database->emptyLog();
  if (!status) return status;
  m_writer->database.reset();
  return putRestored(m_folder);
}

void StorageThread::restorePrepared(QObject* context, std::function<void(const StoreStatus&)> done) {
  closeOthersThen([this, context = QPointer<QObject>(context), done = std::move(done)] {
    const StoreStatus status = replaceDatabase();
    if (!status) removeDatabaseFile(m_folder.unfinished());
    answer([context, done, status] {
      if (context) done(status);
    });
    // A database in memory has no file that could be opened.
    if (!m_inMemory) open();
  });
}

void StorageThread::backUpIfDue() {
  if (m_inMemory) return;
  post(reader(), [this](Database& database) {
    if (m_closing || m_inMemory) return;
    const QStringList files = backupFiles(m_folder.backups());
    if (!files.isEmpty() && backupTime(files.first()).msecsTo(QDateTime::currentDateTimeUtc()) < kBackupIntervalMs) return;
    const auto chats = database.value(QStringLiteral("SELECT count(*) FROM chat"));
    if (!chats || chats->toInt() == 0) return;
    StoreStatus status = database.check();
    if (status) status = makeBackup(database, m_folder.backups());
    if (!status) report(status.error());
  });
}
