#include "services/chat_export.h"

#include <QDir>
#include <QFileInfo>
#include <QSaveFile>
#include <QSet>
#include <QTemporaryDir>

#include "exchange/chat_html.h"
#include "exchange/chat_json.h"
#include "exchange/chat_markdown.h"
#include "services/chat_pdf.h"

namespace {

struct Work {
  const ChatExportRequest& request;
  const ReadChat& read;
  const std::function<bool(double)>& progress;
  ChatExportOutcome outcome;

  /// Whether to go on; `done` chats are written.
  bool advance(qsizetype done) {
    const double all = static_cast<double>(std::max<qsizetype>(request.chatIds.size(), 1));
    if (!progress(static_cast<double>(done) / all)) outcome.cancelled = true;
    return !outcome.cancelled;
  }

  bool fail(ErrorId id, const QString& path = {}, const QString& detail = {}) {
    outcome.problem = {id, path.isEmpty() ? QStringList() : QStringList{QDir::toNativeSeparators(path)}, detail};
    return false;
  }

  bool failWriting(const QFileDevice& file, const QString& path) {
    if (file.error() == QFileDevice::ResourceError) return fail(ErrorId::ExportNoSpace, {}, file.errorString());
    return fail(ErrorId::ExportNotWritten, path, file.errorString());
  }

  bool readTree(qint64 chatId, ConversationTree& tree) {
    auto chat = read(chatId);
    if (!chat) return fail(ErrorId::ExportNotRead, {}, chat.error().detail);
    tree = std::move(*chat);
    return true;
  }

  bool writeContent(QIODevice& device, const ConversationTree& tree, qsizetype done) {
    switch (request.format) {
      case ChatFileFormat::Markdown:
        device.write(chatMarkdown(tree, request.options).toUtf8());
        return true;
      case ChatFileFormat::Html:
        device.write(chatHtml(tree, request.options).toUtf8());
        return true;
      case ChatFileFormat::Pdf:
        return writeChatPdf(device, tree, request.options, request.application, [this, done] { return advance(done); });
      case ChatFileFormat::Json:
        device.write(chatFileHead(request.application, QDateTime::currentDateTimeUtc()) + chatJson(tree) + chatFileTail());
        return true;
    }
    return false;
  }

  bool writeChat(const QString& path, const ConversationTree& tree, qsizetype done) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) return failWriting(file, path);
    if (!writeContent(file, tree, done)) {
      file.cancelWriting();
      return outcome.cancelled ? false : failWriting(file, path);
    }
    return file.commit() || failWriting(file, path);
  }

  /// All chats in one file, of which only one is in memory.
  bool writeTogether() {
    QSaveFile file(request.path);
    if (!file.open(QIODevice::WriteOnly)) return failWriting(file, request.path);
    file.write(chatFileHead(request.application, QDateTime::currentDateTimeUtc()));
    for (qsizetype i = 0; i < request.chatIds.size(); ++i) {
      ConversationTree tree;
      if (!advance(i) || !readTree(request.chatIds[i], tree)) return false;
      if (i > 0) file.write(",\n");
      file.write(chatJson(tree));
      if (file.error() != QFileDevice::NoError) return failWriting(file, request.path);
      ++outcome.chats;
    }
    file.write(chatFileTail());
    return file.commit() || failWriting(file, request.path);
  }

  bool writeAlone() {
    ConversationTree tree;
    if (!advance(0) || !readTree(request.chatIds.value(0), tree)) return false;
    outcome.chats = 1;
    return writeChat(request.path, tree, 0);
  }

  /// A folder under a hidden name that gets its own when everything is in it.
  bool writeFolder() {
    QTemporaryDir part(QDir(request.path).filePath(QStringLiteral(".hearth-export-XXXXXX")));
    if (!part.isValid()) return fail(ErrorId::ExportNotWritten, request.path, part.errorString());
    QSet<QString> taken;
    for (qsizetype i = 0; i < request.chatIds.size(); ++i) {
      ConversationTree tree;
      if (!advance(i) || !readTree(request.chatIds[i], tree)) return false;
      const QString day = tree.chat.updatedAt.toLocalTime().toString(QStringLiteral("yyyy-MM-dd"));
      const QString base = day + u' ' + documentFileName(documentTitle(tree));
      QString name = base;
      // Systems differ in whether case makes another name.
      for (int n = 2; taken.contains(name.toCaseFolded()); ++n) name = QStringLiteral("%1 (%2)").arg(base, QString::number(n));
      taken.insert(name.toCaseFolded());
      if (!writeChat(part.filePath(name + u'.' + fileEnding(request.format)), tree, i)) return false;
      ++outcome.chats;
    }
    return nameFolder(part);
  }

  bool nameFolder(QTemporaryDir& part) {
    const QDir parent(request.path);
    const QString base = QStringLiteral("Hearth %1").arg(QDate::currentDate().toString(Qt::ISODate));
    QString name = base;
    for (int n = 2; QFileInfo::exists(parent.filePath(name)); ++n) name = QStringLiteral("%1 (%2)").arg(base, QString::number(n));
    outcome.path = parent.filePath(name);
    if (!QDir().rename(part.path(), outcome.path)) return fail(ErrorId::ExportNotWritten, outcome.path);
    part.setAutoRemove(false);
    return true;
  }
};

}  // namespace

QString fileEnding(ChatFileFormat format) {
  switch (format) {
    case ChatFileFormat::Markdown:
      return QStringLiteral("md");
    case ChatFileFormat::Html:
      return QStringLiteral("html");
    case ChatFileFormat::Pdf:
      return QStringLiteral("pdf");
    case ChatFileFormat::Json:
      break;
  }
  return QStringLiteral("json");
}

ChatExportOutcome exportChats(const ChatExportRequest& request, const ReadChat& read, const std::function<bool(double)>& progress) {
  Work work{request, read, progress, {}};
  work.outcome.path = request.path;
  const bool isTogether = request.format == ChatFileFormat::Json && !request.intoFolder;
  static_cast<void>(request.intoFolder ? work.writeFolder() : isTogether ? work.writeTogether() : work.writeAlone());
  return work.outcome;
}
