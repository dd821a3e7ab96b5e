// The threads that read and write the database.
#pragma once

#include <QHash>
#include <QObject>
#include <QPointer>
#include <QSemaphore>
#include <QThread>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include "storage/adapter_store.h"
#include "storage/chat_settings.h"
#include "storage/database.h"
#include "storage/draft_store.h"
#include "storage/library_store.h"
#include "storage/rows.h"
#include "storage/search_index.h"
#include "storage/snippet_store.h"
#include "storage/storage_folder.h"

struct Erasure;

/// What was found when the database was opened.
struct StorageState {
  StorageError error;  // set: the database is in memory only, nothing is saved
  Problem notice;      // something else that the user should know: a repair
  QList<ChatRow> chats;
  QList<FolderRow> folders;
  QHash<QString, QString> settings;
  LibraryRows library;
  AdapterRows adapters;
  Drafts drafts;
  QList<Snippet> snippets;
  QHash<qint64, ChatSettings> chatSettings;  // by chat
  QList<PresetRow> presets;
  qint64 lastChatId = 0;
  qint64 lastFolderId = 0;
  qint64 lastMessageId = 0;

  [[nodiscard]] bool isSaved() const { return !error; }
};

Q_DECLARE_METATYPE(StorageState)

/// Owns three connections, each in a thread of its own: the only one that writes, a read-only one for what may take long (search,
/// backups, looking for damage), and one that only takes what was committed to the disk: under load that takes hundreds of
/// milliseconds, for which streamed text must not wait. Jobs of a thread run in the order in which they were given; their results arrive in
/// the thread of this object. Ids of rows are given out by the caller (from StorageState on), so nothing has to wait for the database to
/// show a new message.
///
/// A write that fails for a reason that may pass (no space, disk gone) is kept and tried again, with all later writes behind it, so
/// that nothing is lost while the application runs. In the same way a database that could not be opened for writing is tried again,
/// and what was written in memory meanwhile moves into it.
class StorageThread : public QObject {
  Q_OBJECT

 public:
  explicit StorageThread(const QString& dataFolder, QObject* parent = nullptr);
  /// Runs the jobs that are waiting, then joins.
  ~StorageThread() override;

  [[nodiscard]] const StorageFolder& folder() const { return m_folder; }

  /// Opens hearth.db, migrates it, repairs what a crash or the disk left, erases chats whose time to undo is over. On failure a
  /// database in memory takes its place, with all chats that can be read. Thorough: the whole file is read for damage first.
  /// Answers opened().
  enum class Check { Quick, Thorough };
  void open(Check check = Check::Quick);
  /// Instead of open(): an empty database that is in memory only and never leaves it. Answers nothing.
  void openPrivate();

  /// Runs `job` in the writing thread, then `done` with its result in this thread unless `context` has gone.
  template <class T>
  void run(QObject* context, std::function<T(Database&)> job, std::function<void(const T&)> done) {
    post(writer(), withAnswer<T>(context, std::move(job), std::move(done)));
  }

  /// As run(), on the read-only connection: sees what was committed before, and delays no write.
  template <class T>
  void read(QObject* context, std::function<T(Database&)> job, std::function<void(const T&)> done) {
    post(reader(), withAnswer<T>(context, std::move(job), std::move(done)));
  }

  enum class Lane { Write, Read };
  /// For threads of their own that work through many chats: runs `job` as run() or read() would and waits for it. Nothing: the database is
  /// closed. Blocks; never from the thread of this object, and only until close().
  template <class T>
  std::optional<T> wait(Lane lane, std::function<T(Database&)> job) {
    struct Reply {
      QSemaphore done;
      std::optional<T> value;
    };
    const auto reply = std::make_shared<Reply>();
    // Released with the job, whether it ran or was dropped.
    std::shared_ptr<void> ended(nullptr, [reply](void*) { reply->done.release(); });
    post(lane == Lane::Write ? writer() : reader(),
         [reply, ended = std::move(ended), job = std::move(job)](Database& database) { reply->value = job(database); });
    reply->done.acquire();
    return std::move(reply->value);
  }

  /// Runs a write; a failure is reported by writeFailed(). `job` must change all or nothing.
  void write(std::function<StoreStatus(Database&)> job);
  /// As write() for text of the user or of a model. `done` gets the first outcome, a success when it is on the disk; a kept write goes on
  /// being tried.
  void writeMessage(QObject* context, std::function<StoreStatus(Database&)> job, std::function<void(const StoreStatus&)> done);

  /// Erases chats for good, in pieces that let other writes through. Follow-ups run until close().
  void eraseChats(const QList<qint64>& chatIds);
  /// The same for what single messages hold.
  void eraseMessages(const QList<qint64>& messageIds);
  /// Erases everything and begins with an empty database. Answers opened() after `done`. While nothing is written into that one, close()
  /// removes it.
  void eraseEverything(QObject* context, std::function<void(const StoreStatus&)> done);

  /// Puts the copy that prepareRestore() made in the place of the database, after a backup of that. Answers opened() after `done`, also
  /// when it failed: then with the database as it was.
  void restorePrepared(QObject* context, std::function<void(const StoreStatus&)> done);

  /// Text is not on the disk and will be lost when the application ends now.
  [[nodiscard]] bool hasUnsaved() const { return m_unsaved; }
  /// The database could not be opened and is in memory.
  [[nodiscard]] bool isInMemory() const { return m_inMemory; }
  /// Tries kept writes now.
  void retry();

  /// Builds the search index anew, beside other writes.
  void rebuildIndex();
  /// Makes a backup now if the newest is older than a day, after looking for damage.
  void backUpIfDue();

  /// Waits until all jobs so far and their follow-ups have run. Blocks: only for shutdown and tests.
  void flush();
  /// Runs the jobs that are waiting, closes the database and joins. Later jobs are ignored.
  void close();

 Q_SIGNALS:
  void opened(const StorageState& state);
  void writeFailed(const StorageError& error);
  /// hasUnsaved() is another.
  void unsavedChanged();
  /// Writes that had failed are all done.
  void savedAgain();

 private:
  struct Worker;
  using Job = std::function<void(Database&)>;
  using Write = std::function<StoreStatus(Database&)>;

  template <class T>
  Job withAnswer(QObject* context, std::function<T(Database&)> job, std::function<void(const T&)> done) {
    return [this, context = QPointer<QObject>(context), job = std::move(job), done = std::move(done)](Database& database) {
      answer([context, done, result = job(database)] {
        if (context) done(result);
      });
    };
  }

  [[nodiscard]] Worker* writer() const { return m_writer.get(); }
  /// The writer where there is no second connection.
  [[nodiscard]] Worker* reader() const { return m_inMemory ? m_writer.get() : m_reader.get(); }
  void post(Worker* worker, Job job);
  void postPlain(Worker* worker, std::function<void()> job);
  void closeOthersThen(std::function<void()> job);
  void answer(std::function<void()> done);

  // In the writing thread.
  StorageState openFile(Check check);
  StorageState openInMemory(const StorageError& error);
  void openOthers();
  bool leaveMemory();
  StoreStatus replaceDatabase();
  StoreStatus openAndRead(Check check, StorageState& state);
  StoreStatus attempt(const Write& write);
  void tryKept();
  void report(const StorageError& error);
  void setUnsaved(bool unsaved);
  void indexPending();
  void erase(const Erasure& what);
  void mergeIndex(SearchIndex::Step step);
  // In the syncing thread.
  void syncIfNeeded();
  void emptyLog(int attemptsLeft);

  StorageFolder m_folder;
  bool m_mayLeaveMemory = false;  // the database in memory holds all that the file holds
  QThread m_writerThread;
  QThread m_readerThread;
  QThread m_syncThread;
  std::unique_ptr<Worker> m_writer;
  std::unique_ptr<Worker> m_reader;
  std::unique_ptr<Worker> m_sync;
  std::atomic<bool> m_inMemory{false};
  bool m_isErased = false;  // of the writing thread
  std::atomic<bool> m_unsaved{false};
  std::atomic<bool> m_closing{false};
  std::atomic<bool> m_needsSync{false};
  struct Outstanding;
  std::unique_ptr<Outstanding> m_outstanding;  // jobs that were given and have not run
};
