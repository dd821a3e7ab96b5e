// A conversation as pages.
#pragma once

#include <QIODevice>
#include <functional>

#include "exchange/chat_document.h"

/// Writes A4 pages (Letter where that is usual) with title and page numbers; fonts are embedded. `goOn` is asked before each page. False:
/// it was stopped. Not in the GUI thread: laying out a long chat takes seconds.
bool writeChatPdf(QIODevice& device, const ConversationTree& tree, const DocumentOptions& options, const QString& creator,
                  const std::function<bool()>& goOn);
