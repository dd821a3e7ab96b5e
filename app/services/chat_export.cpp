#include "services/chat_export.h"

#include <QBuffer>
#include <QDateTime>
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
    // A disk that is full takes a part of what it is given without an error.
    if (file.error() == QFileDevice::ResourceError || file.error() == QFileDevice::NoError)
      return fail(ErrorId::ExportNoSpace, {}, file.errorString());
    return fail(ErrorId::ExportNotWritten, path, file.errorString());
  }

  bool failOpening(const QFileDevice& file, const QString& path) { return fail(ErrorId::ExportNotWritten, path, file.errorString()); }

  bool put(QSaveFile& file, const QByteArray& bytes) {
    return (file.write(bytes) == bytes.size() && file.error() == QFileDevice::NoError) || failWriting(file, file.fileName());
  }

  /// commit() alone does not notice that the last bytes found no room.
  bool close(QSaveFile& file) {
    if (file.flush() && file.error() == QFileDevice::NoError && file.commit()) return true;
    file.cancelWriting();
    return failWriting(file, file.fileName());
  }

  bool readTree(qint64 chatId, ConversationTree& tree) {
    auto chat = read(chatId);
    if (!chat) return fail(ErrorId::ExportNotRead, {}, chat.error().detail);
    tree = std::move(*chat);
    return true;
  }

  /// Of all branches, because files of ours have all of them.
  [[nodiscard]] QString origin(const ConversationTree& tree) const {
    return request.options.watermark ? documentOrigin(tree, {true, false, true}) : QString();
  }

  /// False: it was stopped.
  bool makeContent(const ConversationTree& tree, qsizetype done, QByteArray& content) {
    switch (request.format) {
      case ChatFileFormat::Markdown:
        content = chatMarkdown(tree, request.options).toUtf8();
        return true;
      case ChatFileFormat::Html:
        content = chatHtml(tree, request.options).toUtf8();
        return true;
      case ChatFileFormat::Pdf: {
        QBuffer buffer(&content);
        return buffer.open(QIODevice::WriteOnly) &&
               writeChatPdf(buffer, tree, request.options, request.application, [this, done] { return advance(done); });
      }
      case ChatFileFormat::Json:
        content = chatFileHead(request.application, QDateTime::currentDateTimeUtc()) + chatJson(tree, origin(tree)) + chatFileTail();
        return true;
    }
    return false;
  }

  bool writeChat(const QString& path, const ConversationTree& tree, qsizetype done) {
    QByteArray content;
    if (!makeContent(tree, done, content)) return outcome.cancelled ? false : fail(ErrorId::ExportNotWritten, path);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) return failOpening(file, path);
    return put(file, content) && close(file);
  }

  /// All chats in one file, of which only one is in memory.
  bool writeTogether() {
    QSaveFile file(request.path);
    if (!file.open(QIODevice::WriteOnly)) return failOpening(file, request.path);
    if (!put(file, chatFileHead(request.application, QDateTime::currentDateTimeUtc()))) return false;
    for (qsizetype i = 0; i < request.chatIds.size(); ++i) {
      ConversationTree tree;
      if (!advance(i) || !readTree(request.chatIds[i], tree)) return false;
      if (!put(file, (i > 0 ? ",\n" : "") + chatJson(tree, origin(tree)))) return false;
      ++outcome.chats;
    }
    return put(file, chatFileTail()) && close(file);
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
