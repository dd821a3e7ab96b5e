// A conversation as a Markdown file.
#pragma once

#include <QString>

#include "exchange/chat_document.h"

/// Texts are as they were written: what a person typed, and the Markdown of the model.
[[nodiscard]] QString chatMarkdown(const ConversationTree& tree, const DocumentOptions& options);
