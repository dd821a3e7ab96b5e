// Taking chats along: export, import, and putting a backup in the place of everything.
#pragma once

#include <QObject>
#include <QString>
#include <QThreadPool>
#include <atomic>
#include <functional>
#include <memory>

#include "errors/error_catalogue.h"
#include "exchange/chat_file_reader.h"
#include "services/chat_export.h"

class ChatService;
class StorageThread;

/// What an import did.
struct ChatImportOutcome {
  Problem problem;
  bool cancelled = false;
  int imported = 0;
  qint64 messages = 0;
  int known = 0;    // were here already
  int damaged = 0;  // could not be understood
};

/// One task at a time, in a thread of its own: chats are read from and written to the database one by one, so that memory holds one chat,
/// and answers being streamed wait for one chat at most. An imported chat is stored in one transaction and is always a new one.
class ChatExchangeService : public QObject {
  Q_OBJECT

 public:
  enum class Task { None, Export, Inspect, Import };

  /// Both must outlive this object.
  ChatExchangeService(StorageThread* storage, ChatService* chats, QObject* parent = nullptr);
  /// As shutDown().
  ~ChatExchangeService() override;

  [[nodiscard]] Task task() const { return m_task; }
  /// Of the task, 0..1.
  [[nodiscard]] double fraction() const { return m_fraction; }

  /// Answers exported(). Ignored while a task is under way, as are the two below.
  void exportTo(const ChatExportRequest& request);
  /// Reads a file without importing anything. Answers inspected().
  void inspect(const QString& file);
  /// Imports what inspect() found in the file. Answers imported().
  void importFrom(const QString& file, const ChatFileSummary& found);
  /// The task ends soon; its answer says so.
  void cancel();
  /// Cancels and waits; there will be no answer. Call before the storage closes or everything is erased.
  void shutDown();

  /// Where the copies of the database are.
  [[nodiscard]] QString backupFolder() const;
  /// Gets a backup ready to take the place of the database. Answers why it cannot, or no problem: then everybody has to forget what the
  /// database held, and restore() follows.
  void prepareRestore(const QString& backup, QObject* context, std::function<void(const Problem&)> done);
  /// The database is opened again afterwards, also after a problem.
  void restore(QObject* context, std::function<void(const Problem&)> done);

  /// What to tell people about a file that could not be read; no problem for None and Stopped.
  [[nodiscard]] static Problem problemOf(const ChatFileSummary& summary, const QString& file);

 Q_SIGNALS:
  void taskChanged();
  void progressChanged();
  void exported(const ChatExportOutcome& outcome);
  void inspected(const QString& file, const ChatFileSummary& summary);
  void imported(const ChatImportOutcome& outcome);

 private:
  struct Import;
  /// What a worker is given.
  struct Running {
    quint64 serial = 0;  // of its task
    std::function<bool(double)> report;
  };
  void begin(Task task, std::function<void(const Running&)> work);
  void end();
  [[nodiscard]] std::function<bool(double)> reporter();
  bool store(Import& work, ImportedChat& chat, quint64 serial);
  void handOver(Import& work, quint64 serial);

  StorageThread* m_storage;
  ChatService* m_chats;
  Task m_task = Task::None;
  double m_fraction = 0;
  quint64 m_serial = 0;  // of the task: answers of one that was shut down are dropped
  std::shared_ptr<std::atomic<bool>> m_cancel;
  QThreadPool m_pool;
};
