// Our own file format for chats, docs/chat-format.md: everything that the database holds of a conversation.
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QJsonObject>
#include <QString>
#include <optional>

#include "exchange/conversation_tree.h"

/// Rises when a reader of the present version could misread a file.
inline constexpr int kChatFormatVersion = 1;
inline constexpr const char* kChatFormatName = "hearth-chats";

/// The beginning of a file, up to its first chat. `application`: "Hearth 0.2.0".
[[nodiscard]] QByteArray chatFileHead(const QString& application, const QDateTime& exportedAt);
/// A chat, a line for each message. Between two chats stands ",\n". `origin`: a note at its end; empty: none.
[[nodiscard]] QByteArray chatJson(const ConversationTree& tree, const QString& origin = {});
[[nodiscard]] QByteArray chatFileTail();

/// A chat of such a file; nothing when there is no list of messages. What is missing in a message gets its default.
[[nodiscard]] std::optional<ConversationTree> chatFromJson(const QJsonObject& object);
