// What the readers of other programs' chats share.
#pragma once

#include <QDateTime>
#include <QJsonValue>
#include <QString>

#include "exchange/conversation_tree.h"

/// Seconds or milliseconds since 1970, or an ISO text; invalid for anything that cannot be the time of a chat.
[[nodiscard]] QDateTime foreignTime(const QJsonValue& value);

/// A text, or a list of parts: texts as they are, pictures and files named in brackets.
[[nodiscard]] QString foreignText(const QJsonValue& content);

/// A Markdown code block that holds whatever text.
[[nodiscard]] QString codeBlock(const QString& text, const QString& language = {});

/// "[image]", "[file: name]": what cannot be taken along.
[[nodiscard]] QString missingPart(const QString& kind, const QString& name = {});

/// A node with a message. Roles: user and human; assistant, model, gpt, bot and the like; tool and function, whose text belongs to the
/// answer around it; system and developer, whose text becomes a preface.
[[nodiscard]] TreeBuilder::Node foreignNode(const QString& role, const QString& text);

/// Moves a thinking section at the beginning of an answer (<think>, or Open WebUI's <details type="reasoning">) to its place.
void takeThinking(TreeBuilder::Node& node);

/// A chat with this title, which may be of any length and hold line breaks.
[[nodiscard]] ChatRow foreignChatRow(const QString& title, const QDateTime& createdAt, const QDateTime& updatedAt);
