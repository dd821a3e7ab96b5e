#include "services/chat_exchange_service.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QLocale>

#include "bridge/program_build.h"
#include "services/chat_service.h"
#include "services/prompt.h"
#include "storage/chat_tree_store.h"
#include "storage/migrations.h"
#include "storage/recovery.h"
#include "storage/storage_thread.h"

namespace {

constexpr int kProgressMs = 100;
constexpr int kTakeOverMs = 200;  // imported chats are shown this often

/// What a chat from elsewhere may lack, and what it must not have.
void completeChat(ChatRow& chat, const ConversationTree& tree) {
  const QDateTime now = QDateTime::currentDateTimeUtc();
  if (!chat.createdAt.isValid()) chat.createdAt = now;
  if (!chat.updatedAt.isValid()) chat.updatedAt = now;
  chat.deletedAt = {};
  if (!chat.title.isEmpty()) return;
  chat.title = titleFor(tree.messages.first().content);
  chat.titleIsCustom = false;
}

}  // namespace

/// What a running import adds up.
struct ChatExchangeService::Import {
  ChatImportOutcome outcome;
  ChatService::LastIds ids;
  int chatsLeft = 0;
  qint64 messagesLeft = 0;
  QList<ChatRow> stored;           // not taken over yet
  QHash<qint64, QString> folders;  // of those
  QElapsedTimer clock;
};

ChatExchangeService::ChatExchangeService(StorageThread* storage, ChatService* chats, QObject* parent)
    : QObject(parent), m_storage(storage), m_chats(chats), m_cancel(std::make_shared<std::atomic<bool>>(false)) {
  m_pool.setMaxThreadCount(1);
}

ChatExchangeService::~ChatExchangeService() {
  shutDown();
}

void ChatExchangeService::begin(Task task, std::function<void(const Running&)> work) {
  m_task = task;
  m_fraction = 0;
  ++m_serial;
  m_cancel = std::make_shared<std::atomic<bool>>(false);
  m_pool.start([work = std::move(work), running = Running{m_serial, reporter()}] { work(running); });
  Q_EMIT taskChanged();
  Q_EMIT progressChanged();
}

void ChatExchangeService::end() {
  m_task = Task::None;
  Q_EMIT taskChanged();
}

void ChatExchangeService::cancel() {
  *m_cancel = true;
}

void ChatExchangeService::shutDown() {
  cancel();
  m_pool.waitForDone();
  ++m_serial;
  if (m_task != Task::None) end();
}

/// For the worker: hands progress on now and then, and says whether to go on.
std::function<bool(double)> ChatExchangeService::reporter() {
  QElapsedTimer clock;
  clock.start();
  return [this, cancel = m_cancel, serial = m_serial, clock](double fraction) mutable {
    if (clock.hasExpired(kProgressMs)) {
      clock.restart();
      QMetaObject::invokeMethod(
          this,
          [this, serial, fraction] {
            if (serial != m_serial) return;
            m_fraction = fraction;
            Q_EMIT progressChanged();
          },
          Qt::QueuedConnection);
    }
    return !*cancel;
  };
}

// --- Out

void ChatExchangeService::exportTo(const ChatExportRequest& given) {
  if (m_task != Task::None) return;
  ChatExportRequest request = given;
  request.application = QStringLiteral("Hearth ") + programVersion();
  begin(Task::Export, [this, request](const Running& running) {
    const auto read = [this](qint64 chatId) -> StoreResult<ConversationTree> {
      auto tree = m_storage->wait<StoreResult<ConversationTree>>(
          StorageThread::Lane::Read, [chatId](Database& database) { return ChatTreeStore(database).read(chatId); });
      if (!tree) return StorageError{StorageError::Kind::Io, QStringLiteral("closed")};
      return *tree;
    };
    const ChatExportOutcome outcome = exportChats(request, read, running.report);
    QMetaObject::invokeMethod(
        this,
        [this, serial = running.serial, outcome] {
          if (serial != m_serial) return;
          end();
          Q_EMIT exported(outcome);
        },
        Qt::QueuedConnection);
  });
}

// --- In

void ChatExchangeService::inspect(const QString& path) {
  if (m_task != Task::None) return;
  begin(Task::Inspect, [this, path](const Running& running) {
    ChatFileSummary summary;
    QFile file(path);
    if (file.open(QIODevice::ReadOnly))
      summary = readChatFile(
          file, [](ImportedChat&) { return true; }, running.report);
    else
      summary.failure = ChatFileSummary::Failure::Unreadable;
    QMetaObject::invokeMethod(
        this,
        [this, serial = running.serial, path, summary] {
          if (serial != m_serial) return;
          end();
          Q_EMIT inspected(path, summary);
        },
        Qt::QueuedConnection);
  });
}

/// In the worker. False: it goes no further, for the reason in the outcome or because it was cancelled.
bool ChatExchangeService::store(Import& work, ImportedChat& chat, quint64 serial) {
  const qint64 count = chat.tree.messages.size();
  if (work.chatsLeft < 1 || work.messagesLeft < count) {  // more than when it was looked at
    work.outcome.problem.id = ErrorId::ImportUnreadable;
    return false;
  }
  completeChat(chat.tree.chat, chat.tree);
  const qint64 chatId = work.ids.chat + 1;
  const qint64 firstMessage = work.ids.message + 1;
  const auto isNew = m_storage->wait<StoreResult<bool>>(
      StorageThread::Lane::Write, [&chat, chatId, firstMessage](Database& database) -> StoreResult<bool> {
        ChatTreeStore trees(database);
        auto known = trees.isImported(chat.sourceHash);
        if (known && !*known && chat.format == ChatFormat::Hearth) known = trees.isHere(chat.tree);
        if (!known) return known.error();
        if (*known) return false;
        const auto status = trees.insert(chat.tree, chatId, firstMessage, chat.sourceHash);
        if (!status) return status.error();
        return true;
      });
  if (!isNew) return false;
  if (!*isNew) {
    work.outcome.problem = {ErrorId::ImportNotStored, {}, isNew->error().detail};
    return false;
  }
  if (!**isNew) {
    ++work.outcome.known;
    return true;
  }
  ++work.outcome.imported;
  work.outcome.messages += count;
  --work.chatsLeft;
  work.messagesLeft -= count;
  work.ids = {chatId, work.ids.message + count};
  ChatRow row = chat.tree.chat;
  row.id = chatId;
  row.headId = row.headId == 0 ? 0 : firstMessage + row.headId - 1;
  work.stored.append(row);
  if (!chat.tree.folder.isEmpty()) work.folders.insert(chatId, chat.tree.folder);
  if (work.clock.hasExpired(kTakeOverMs)) handOver(work, serial);
  return true;
}

/// In the worker.
void ChatExchangeService::handOver(Import& work, quint64 serial) {
  work.clock.restart();
  QMetaObject::invokeMethod(
      this,
      [this, serial, chats = std::exchange(work.stored, {}), folders = std::exchange(work.folders, {})] {
        if (serial == m_serial) m_chats->takeOver(chats, folders);
      },
      Qt::QueuedConnection);
}

void ChatExchangeService::importFrom(const QString& path, const ChatFileSummary& found) {
  if (m_task != Task::None || !m_chats->isStarted()) return;
  const auto work = std::make_shared<Import>();
  work->ids = m_chats->reserveIds(found.chats, found.messages);
  work->chatsLeft = found.chats;
  work->messagesLeft = found.messages;
  begin(Task::Import, [this, path, work](const Running& running) {
    work->clock.start();
    QFile file(path);
    ChatFileSummary summary;
    summary.failure = ChatFileSummary::Failure::Unreadable;
    if (file.open(QIODevice::ReadOnly))
      summary = readChatFile(
          file, [&](ImportedChat& chat) { return store(*work, chat, running.serial); }, running.report);
    ChatImportOutcome& outcome = work->outcome;
    outcome.damaged = summary.damaged;
    if (summary.failure == ChatFileSummary::Failure::Stopped)
      outcome.cancelled = !outcome.problem;
    else
      outcome.problem = problemOf(summary, path);
    if (outcome.problem.id == ErrorId::ImportUnreadable) outcome.problem.arguments = {QFileInfo(path).fileName()};
    handOver(*work, running.serial);
    QMetaObject::invokeMethod(
        this,
        [this, serial = running.serial, work] {
          if (serial != m_serial) return;
          // Nothing to do, but it makes the storage take what was committed to the disk.
          m_storage->write([](Database&) { return StoreStatus(); });
          end();
          Q_EMIT imported(work->outcome);
        },
        Qt::QueuedConnection);
  });
}

Problem ChatExchangeService::problemOf(const ChatFileSummary& summary, const QString& path) {
  using Failure = ChatFileSummary::Failure;
  const QString name = QFileInfo(path).fileName();
  switch (summary.failure) {
    case Failure::None:
    case Failure::Stopped:
      return {};
    case Failure::Unreadable:
      return {ErrorId::ImportUnreadable, {name}, {}};
    case Failure::Archive:
      return {ErrorId::ImportArchive, {name}, {}};
    case Failure::NotJson:
      return {ErrorId::ImportNotJson, {name}, {}};
    case Failure::CutOff:
      return {ErrorId::ImportCutOff, {name}, {}};
    case Failure::TooLarge:
      return {ErrorId::ImportTooLarge, {name, QLocale().formattedDataSize(kLargestChatBytes, 0, QLocale::DataSizeSIFormat)}, {}};
    case Failure::Newer:
      return {ErrorId::ImportNewer, {name}, {}};
    case Failure::NoChats:
      return {ErrorId::ImportNoChats, {name}, {}};
  }
  return {};
}

// --- Backups

QString ChatExchangeService::backupFolder() const {
  return m_storage->folder().backups();
}

void ChatExchangeService::prepareRestore(const QString& backup, QObject* context, std::function<void(const Problem&)> done) {
  if (m_storage->isInMemory() || m_storage->hasUnsaved()) {
    done({ErrorId::BackupUnsaved, {}, {}});
    return;
  }
  m_storage->read<StoreStatus>(
      context, [backup, folder = m_storage->folder()](Database&) { return ::prepareRestore(backup, folder); },
      [done = std::move(done)](const StoreStatus& status) {
        if (status) return done({});
        const auto kind = status.error().kind;
        const ErrorId id = kind == StorageError::Kind::Corrupt ? ErrorId::BackupDamaged
                           : kind == StorageError::Kind::Newer ? ErrorId::BackupNewer
                                                               : ErrorId::BackupNotRestored;
        done({id, {}, status.error().detail});
      });
}

void ChatExchangeService::restore(QObject* context, std::function<void(const Problem&)> done) {
  m_storage->restorePrepared(context, [done = std::move(done)](const StoreStatus& status) {
    done(status ? Problem() : Problem{ErrorId::BackupNotRestored, {}, status.error().detail});
  });
}
