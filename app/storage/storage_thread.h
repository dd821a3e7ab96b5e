// The thread that writes the database.
#pragma once

#include <QHash>
#include <QObject>
#include <QPointer>
#include <QThread>
#include <functional>
#include <memory>

#include "storage/database.h"
#include "storage/rows.h"

/// What was found when the database was opened.
struct StorageState {
  StorageError error;  // set: the database is in memory only, nothing is saved
  QList<ChatRow> chats;
  QHash<QString, QString> settings;
  qint64 lastChatId = 0;
  qint64 lastMessageId = 0;

  [[nodiscard]] bool isSaved() const { return !error; }
};

Q_DECLARE_METATYPE(StorageState)

/// Owns the one writing connection, in a thread of its own. Jobs run in the order in which they were given; their results
/// arrive in the thread of this object. Ids of rows are given out by the caller (from StorageState on), so nothing has to
/// wait for the database to show a new message.
class StorageThread : public QObject {
  Q_OBJECT

 public:
  explicit StorageThread(const QString& dataFolder, QObject* parent = nullptr);
  /// Runs the jobs that are waiting, then joins.
  ~StorageThread() override;

  [[nodiscard]] QString backupFolder() const;

  /// Opens hearth.db, migrates it, repairs what a crash left, erases chats whose time to undo is over. On failure an
  /// empty database in memory takes its place. Answers opened().
  void open();

  /// Runs `job` in the storage thread, then `done` with its result in this thread unless `context` has gone.
  template <class T>
  void run(QObject* context, std::function<T(Database&)> job, std::function<void(const T&)> done) {
    post([this, context = QPointer<QObject>(context), job = std::move(job), done = std::move(done)](Database& database) {
      answer([context, done, result = job(database)] {
        if (context) done(result);
      });
    });
  }

  /// Runs a write; a failure is reported by writeFailed().
  void write(std::function<StoreStatus(Database&)> job);

  /// Waits until all jobs so far have run. Blocks: only for shutdown and tests.
  void flush();
  /// Runs the jobs that are waiting, closes the database and joins. Later jobs are ignored.
  void close();

 Q_SIGNALS:
  void opened(const StorageState& state);
  void writeFailed(const StorageError& error);

 private:
  struct Worker;

  void post(std::function<void(Database&)> job);
  void answer(std::function<void()> done);

  QString m_dataFolder;
  QThread m_thread;
  std::unique_ptr<Worker> m_worker;
};
