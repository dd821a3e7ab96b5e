// Writing chats to files.
#pragma once

#include <QList>
#include <QString>
#include <functional>

#include "errors/error_catalogue.h"
#include "exchange/chat_document.h"
#include "storage/store_result.h"

enum class ChatFileFormat { Markdown, Html, Pdf, Json };

/// "md", "html", "pdf", "json".
[[nodiscard]] QString fileEnding(ChatFileFormat format);

struct ChatExportRequest {
  QList<qint64> chatIds;
  ChatFileFormat format = ChatFileFormat::Markdown;
  DocumentOptions options;  // for Json only the watermark: it always has everything
  /// A file; or, where each chat becomes one, the folder in which a new folder is made.
  QString path = {};
  bool intoFolder = false;
  QString application = {};  // "Hearth 0.2.0"
};

struct ChatExportOutcome {
  Problem problem;
  bool cancelled = false;
  int chats = 0;
  QString path;  // the file or the new folder
};

using ReadChat = std::function<StoreResult<ConversationTree>(qint64)>;

/// Reads and writes one chat after the other. What is written appears under its name when it is complete, or not at all: after a
/// problem and after `progress` (0..1) returned false nothing is left. Blocks; for a worker thread.
[[nodiscard]] ChatExportOutcome exportChats(const ChatExportRequest& request, const ReadChat& read,
                                            const std::function<bool(double)>& progress);
