#include "viewmodels/chat_exchange_model.h"

#include <QDateTime>
#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <algorithm>

#include "services/chat_service.h"
#include "services/settings.h"

ChatExchangeModel::ChatExchangeModel(ChatExchangeService* service, ChatService* chats, const Settings* settings, QObject* parent)
    : QObject(parent), m_service(service), m_chats(chats), m_settings(settings) {
  connect(service, &ChatExchangeService::taskChanged, this, &ChatExchangeModel::changed);
  connect(service, &ChatExchangeService::progressChanged, this, &ChatExchangeModel::progressChanged);
  connect(chats, &ChatService::started, this, &ChatExchangeModel::changed);
  connect(service, &ChatExchangeService::exported, this, [this](const ChatExportOutcome& outcome) {
    m_exported = outcome;
    m_problem = outcome.problem;
    m_end = outcome.problem ? End::None : outcome.cancelled ? End::Cancelled : End::Exported;
    Q_EMIT changed();
  });
  connect(service, &ChatExchangeService::inspected, this, [this](const QString& file, const ChatFileSummary& found) {
    m_found = found;
    m_problem = ChatExchangeService::problemOf(found, file);
    m_file = found.failure == ChatFileSummary::Failure::None ? file : QString();
    Q_EMIT changed();
  });
  connect(service, &ChatExchangeService::imported, this, [this](const ChatImportOutcome& outcome) {
    m_imported = outcome;
    m_problem = outcome.problem;
    m_end = End::Imported;
    Q_EMIT changed();
  });
}

QString ChatExchangeModel::task() const {
  switch (m_service->task()) {
    case ChatExchangeService::Task::Export:
      return QStringLiteral("export");
    case ChatExchangeService::Task::Inspect:
      return QStringLiteral("inspect");
    case ChatExchangeService::Task::Import:
      return QStringLiteral("import");
    case ChatExchangeService::Task::None:
      break;
  }
  return {};
}

int ChatExchangeModel::chatCount() const {
  return static_cast<int>(m_chats->chats().size());
}

QString ChatExchangeModel::programOf(ChatFormat format) {
  switch (format) {
    case ChatFormat::Hearth:
      return QStringLiteral("Hearth");
    case ChatFormat::ChatGpt:
      return QStringLiteral("ChatGPT");
    case ChatFormat::OpenWebUi:
      return QStringLiteral("Open WebUI");
    case ChatFormat::LmStudio:
      return QStringLiteral("LM Studio");
    case ChatFormat::PlainList:
    case ChatFormat::Unknown:
      break;
  }
  return {};
}

QString ChatExchangeModel::plan() const {
  if (m_file.isEmpty() || m_end != End::None) return {};
  const QString program = programOf(m_found.format);
  const QString count =
      tr("%1 with %2")
          .arg(tr("%n chats", "", m_found.chats), tr("%n messages", "", static_cast<int>(std::min<qint64>(m_found.messages, 1 << 30))));
  return program.isEmpty() ? tr("The file holds %1, as a list of messages.").arg(count)
                           : tr("The file holds %1, from %2.").arg(count, program);
}

QString ChatExchangeModel::planNote() const {
  if (plan().isEmpty() || m_found.damaged == 0) return {};
  return tr("%n chats in it cannot be read and are left out.", "", m_found.damaged);
}

QString ChatExchangeModel::importResult() const {
  QStringList sentences;
  if (m_imported.cancelled) sentences.append(tr("The import was cancelled."));
  if (m_imported.imported > 0 || (m_imported.known == 0 && !m_imported.cancelled))
    sentences.append(tr("%n chats were imported.", "", m_imported.imported));
  if (m_imported.known > 0) sentences.append(tr("%n chats were here already and were skipped.", "", m_imported.known));
  if (m_imported.damaged > 0) sentences.append(tr("%n chats could not be read and were left out.", "", m_imported.damaged));
  return sentences.join(u' ');
}

QString ChatExchangeModel::result() const {
  switch (m_end) {
    case End::Exported:
      return tr("%n chats were exported to %1.", "", m_exported.chats).arg(QDir::toNativeSeparators(m_exported.path));
    case End::Imported:
      return importResult();
    case End::Cancelled:
      return tr("The export was cancelled. Nothing was left behind.");
    case End::None:
      break;
  }
  return {};
}

ChatFileFormat ChatExchangeModel::formatOf(const QString& name) {
  for (const ChatFileFormat format : {ChatFileFormat::Markdown, ChatFileFormat::Html, ChatFileFormat::Pdf}) {
    if (name == fileEnding(format)) return format;
  }
  return ChatFileFormat::Json;
}

QUrl ChatExchangeModel::documents() const {
  return QUrl::fromLocalFile(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
}

QUrl ChatExchangeModel::suggestedFile(qint64 chatId, const QString& format) const {
  const auto chat = m_chats->chat(chatId);
  const QString title = chat ? chat->title : tr("Hearth chats %1").arg(QDate::currentDate().toString(Qt::ISODate));
  const QDir folder(documents().toLocalFile());
  return QUrl::fromLocalFile(folder.filePath(documentFileName(title) + u'.' + fileEnding(formatOf(format))));
}

void ChatExchangeModel::start() {
  m_end = End::None;
  m_problem = {};
  m_file.clear();
}

void ChatExchangeModel::exportChat(qint64 chatId, const QString& format, bool allBranches, bool thinking, const QUrl& file) {
  if (!file.isLocalFile() || !m_chats->chat(chatId)) return;
  start();
  ChatExportRequest request;
  request.chatIds = {chatId};
  request.format = formatOf(format);
  request.options = {allBranches, thinking, m_settings && m_settings->value(SettingKey::Watermark).toBool()};
  request.path = file.toLocalFile();
  // Not every file dialog adds the ending.
  if (QFileInfo(request.path).suffix().isEmpty()) request.path += u'.' + fileEnding(request.format);
  m_service->exportTo(request);
}

void ChatExchangeModel::exportAll(const QString& format, bool allBranches, bool thinking, const QUrl& target) {
  if (!target.isLocalFile()) return;
  start();
  QList<ChatRow> chats = m_chats->chats();
  std::sort(chats.begin(), chats.end(), [](const ChatRow& a, const ChatRow& b) { return a.id < b.id; });
  ChatExportRequest request;
  for (const ChatRow& chat : std::as_const(chats)) request.chatIds.append(chat.id);
  request.format = formatOf(format);
  request.options = {allBranches, thinking, m_settings && m_settings->value(SettingKey::Watermark).toBool()};
  request.path = target.toLocalFile();
  request.intoFolder = request.format != ChatFileFormat::Json;
  if (!request.intoFolder && QFileInfo(request.path).suffix().isEmpty()) request.path += u'.' + fileEnding(request.format);
  m_service->exportTo(request);
}

void ChatExchangeModel::look(const QUrl& file) {
  if (!file.isLocalFile()) return;
  start();
  m_service->inspect(file.toLocalFile());
}

void ChatExchangeModel::importFound() {
  if (plan().isEmpty()) return;
  const QString file = m_file;
  start();
  m_service->importFrom(file, m_found);
}

void ChatExchangeModel::cancel() {
  m_service->cancel();
}

void ChatExchangeModel::dismiss() {
  start();
  Q_EMIT changed();
}

void ChatExchangeModel::show() const {
  if (m_end != End::Exported) return;
  const QFileInfo made(m_exported.path);
  QDesktopServices::openUrl(QUrl::fromLocalFile(made.isDir() ? made.filePath() : made.path()));
}
