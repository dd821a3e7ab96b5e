// Chats of other programs.
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <optional>

#include "exchange/conversation_tree.h"

enum class ChatFormat { Unknown, Hearth, ChatGpt, OpenWebUi, LmStudio, PlainList };

/// Whose conversation an object looks like.
[[nodiscard]] ChatFormat formatOf(const QJsonObject& chat);
/// Whether an object is a single message rather than a conversation: a file may be one list of those.
[[nodiscard]] bool isMessage(const QJsonObject& object);

/// A conversation and what its program calls it.
struct ForeignChat {
  ConversationTree tree;
  QString sourceId;
};

/// Reads a conversation of any format but Hearth's. Branches are kept. Instructions of the system come before the first question; what
/// tools were asked and answered belongs to the answer around it, as code; pictures and files are named in brackets. Nothing for an
/// object that is no conversation.
[[nodiscard]] std::optional<ForeignChat> readForeignChat(const QJsonObject& chat);

// One for each program, behind readForeignChat().
[[nodiscard]] std::optional<ForeignChat> readChatGpt(const QJsonObject& chat);
[[nodiscard]] std::optional<ForeignChat> readOpenWebUi(const QJsonObject& chat);
[[nodiscard]] std::optional<ForeignChat> readLmStudio(const QJsonObject& chat);
[[nodiscard]] std::optional<ForeignChat> readPlainList(const QJsonObject& chat);
