// Typed rows of the database: what the stores return and take. Value types, free to copy between threads.
#pragma once

#include <QDateTime>
#include <QList>
#include <QMetaType>
#include <QString>

/// Chats from this id on, and messages, are private: in memory only, never in the database, and gone at the end. Exact in QML's numbers.
inline constexpr qint64 kFirstPrivateId = 1LL << 52;
[[nodiscard]] constexpr bool isPrivateId(qint64 id) {
  return id >= kFirstPrivateId;
}

/// One conversation of the list.
struct ChatRow {
  qint64 id = 0;
  QString title;
  bool titleIsCustom = false;  // chosen by the user; otherwise the first line of the first message
  qint64 headId = 0;           // last message of the branch that is shown, 0: empty chat
  QDateTime createdAt;
  QDateTime updatedAt;
  QDateTime deletedAt;  // valid: hidden, removed for good when the time to undo is over
  qint64 folderId = 0;  // 0: in none
  bool isPinned = false;
  bool isArchived = false;

  bool operator==(const ChatRow&) const = default;
};

/// A folder of the list, for chats only.
struct FolderRow {
  qint64 id = 0;
  QString name;
  bool isCollapsed = false;

  bool operator==(const FolderRow&) const = default;
};

enum class MessageRole { User, Assistant };

/// Life of a message. Queued, Waiting, Reading and Streaming are under way; the others are final.
enum class MessageStatus { Done, Queued, Waiting, Reading, Streaming, Stopped, Failed, Interrupted, Full };

/// Names as stored in the database and as seen by QML.
[[nodiscard]] QString toString(MessageRole role);
[[nodiscard]] QString toString(MessageStatus status);
[[nodiscard]] MessageRole messageRoleFromString(const QString& name);
[[nodiscard]] MessageStatus messageStatusFromString(const QString& name);
[[nodiscard]] bool isUnderWay(MessageStatus status);

/// Counts and times of an answer. Seconds; zeros until known.
struct AnswerStats {
  int promptTokens = 0;
  int reusedTokens = 0;  // of the prompt, taken from the prefix cache
  int generatedTokens = 0;
  double firstTokenSeconds = 0;
  double tokensPerSecond = 0;

  bool operator==(const AnswerStats&) const = default;
};

/// An adapter that took part in an answer.
struct AnswerAdapter {
  qint64 id = 0;  // in the library, where it may be gone by now
  QString name;
  QString hash;  // SHA-256 of its weights
  double scale = 1;

  bool operator==(const AnswerAdapter&) const = default;
};

/// As stored: a JSON list of {id, name, hash, scale}, empty for none. What cannot be read is left out.
[[nodiscard]] QString adaptersJson(const QList<AnswerAdapter>& adapters);
[[nodiscard]] QList<AnswerAdapter> adaptersFromJson(const QString& json);

/// One node of the append-only message tree.
struct MessageRow {
  qint64 id = 0;
  qint64 chatId = 0;
  qint64 parentId = 0;  // what it is shown under, 0: first message of its chat
  MessageRole role = MessageRole::User;
  QString content;
  MessageStatus status = MessageStatus::Done;
  QString modelName;
  QString modelHash;  // fingerprint of the model file
  QList<AnswerAdapter> adapters;
  QString sampling;  // JSON object of the parameters used
  quint64 seed = 0;
  AnswerStats stats;
  QString stopReason;
  QString errorId;        // entry of the error catalogue
  QString errorDetail;    // technical text
  QString errorCause;     // of answers that failed before the catalogue existed
  QString errorNextStep;  // likewise
  bool isEdited = false;  // a person wrote it over the answer of the model
  QDateTime createdAt;
  int versionIndex = 1;  // among the messages with the same parent, from 1; not stored
  int versionCount = 1;

  bool operator==(const MessageRow&) const = default;
};

/// An answer with text that did not end by itself, but was stopped, cut off or failed.
[[nodiscard]] bool isCutOff(const MessageRow& message);

/// One match of a search.
struct SearchHit {
  qint64 messageId = 0;  // 0: the title of the chat matches
  qint64 chatId = 0;
  QString chatTitle;
  QString snippet;  // html of our own with matches in <b>
  QDateTime createdAt;

  bool operator==(const SearchHit&) const = default;
};

Q_DECLARE_METATYPE(ChatRow)
Q_DECLARE_METATYPE(FolderRow)
Q_DECLARE_METATYPE(MessageRow)
