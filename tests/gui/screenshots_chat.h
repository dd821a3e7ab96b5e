// Pictures of what surrounds a conversation: writing, finding, settings of a chat, selecting, the context, first steps, private chats,
// content rules, keys.
#pragma once

#include <QString>

namespace hearth_test {

/// All states in one language.
void chatPictures(const QString& out, const QString& language);

}  // namespace hearth_test
