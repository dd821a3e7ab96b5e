// Reading a file with chats of whatever program, one chat at a time.
#pragma once

#include <QByteArray>
#include <QIODevice>
#include <functional>

#include "exchange/conversation_tree.h"
#include "exchange/foreign_chats.h"

/// A chat as it comes out of a file.
struct ImportedChat {
  ConversationTree tree;
  ChatFormat format = ChatFormat::Unknown;
  QByteArray sourceHash;  // SHA-256 over format, the id that its program gave it, and content: the same whenever it is read
};

/// What a file held. Chats without any message are in no count.
struct ChatFileSummary {
  enum class Failure {
    None,
    Unreadable,  // the disk does not answer
    Archive,     // a zip file
    NotJson,
    CutOff,    // the file ends in the middle
    TooLarge,  // one chat is larger than kLargestChatBytes
    Newer,     // of a newer version of Hearth
    NoChats,   // JSON, but nothing in it is a conversation
    Stopped,
  };
  Failure failure = Failure::None;
  ChatFormat format = ChatFormat::Unknown;  // of the first chat
  int chats = 0;
  qint64 messages = 0;
  int damaged = 0;  // chats that could not be understood

  bool operator==(const ChatFileSummary&) const = default;
};

/// A chat is in memory as a whole; pictures in it make it large.
inline constexpr qsizetype kLargestChatBytes = 256 << 20;

/// Reads an open device from its beginning. `take` gets each chat and `progress` the share of the device that was read (0..1); both return
/// false to stop.
[[nodiscard]] ChatFileSummary readChatFile(QIODevice& device, const std::function<bool(ImportedChat&)>& take,
                                           const std::function<bool(double)>& progress = {}, qsizetype largestChat = kLargestChatBytes);
