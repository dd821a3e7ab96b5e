// A conversation as html, for a file that a browser opens and for pages that are printed.
#pragma once

#include <QString>

#include "exchange/chat_document.h"

/// One file that needs no other: no scripts, no addresses that are fetched, light or dark as the reader's system is.
[[nodiscard]] QString chatHtml(const ConversationTree& tree, const DocumentOptions& options);

/// As chatHtml(), with what QTextDocument knows of html and CSS only: tables around messages, no classes that it ignores.
[[nodiscard]] QString chatPrintHtml(const ConversationTree& tree, const DocumentOptions& options);
