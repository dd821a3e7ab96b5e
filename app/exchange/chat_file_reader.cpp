#include "exchange/chat_file_reader.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <algorithm>

#include "exchange/chat_json.h"
#include "exchange/json_splitter.h"

namespace {

using Key = QLatin1String;
using Failure = ChatFileSummary::Failure;

constexpr qint64 kPieceBytes = 1 << 20;

[[nodiscard]] QByteArray sourceHash(ChatFormat format, const QString& sourceId, const ConversationTree& tree) {
  QCryptographicHash hash(QCryptographicHash::Sha256);
  hash.addData(QByteArray::number(static_cast<int>(format)) + '\n' + sourceId.toUtf8() + '\n');
  hash.addData(contentHash(tree));
  return hash.result();
}

/// Times that the file does not name: the chat is as old as its oldest message and was changed with its newest.
void completeTimes(ConversationTree& tree) {
  QDateTime first = tree.chat.createdAt;
  QDateTime last = tree.chat.updatedAt;
  for (const MessageRow& message : std::as_const(tree.messages)) {
    if (!message.createdAt.isValid()) continue;
    if (!tree.chat.createdAt.isValid() && (!first.isValid() || message.createdAt < first)) first = message.createdAt;
    if (!tree.chat.updatedAt.isValid() && (!last.isValid() || message.createdAt > last)) last = message.createdAt;
  }
  tree.chat.createdAt = first;
  tree.chat.updatedAt = last.isValid() ? last : first;
  for (MessageRow& message : tree.messages) {
    if (!message.createdAt.isValid()) message.createdAt = first;
  }
}

class Reading {
 public:
  explicit Reading(const std::function<bool(ImportedChat&)>& take) : m_take(take) {}

  bool element(const QByteArray& json) {
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (!document.isObject()) {
      ++m_summary.damaged;
      return true;
    }
    const QJsonObject object = document.object();
    if (!isMessage(object)) return chat(object);
    m_messages.append(object);  // the file is one list of messages
    return true;
  }

  bool chat(const QJsonObject& object) {
    ImportedChat imported;
    imported.format = formatOf(object);
    QString sourceId;
    if (imported.format == ChatFormat::Hearth) {
      auto tree = chatFromJson(object);
      if (!tree) return damaged();
      imported.tree = std::move(*tree);
      sourceId = QString::number(imported.tree.chat.createdAt.toMSecsSinceEpoch());
    } else {
      auto read = readForeignChat(object);
      if (!read) return damaged();
      imported.tree = std::move(read->tree);
      sourceId = read->sourceId;
    }
    if (imported.tree.messages.isEmpty()) return true;
    completeTimes(imported.tree);
    imported.sourceHash = sourceHash(imported.format, sourceId, imported.tree);
    if (m_summary.chats++ == 0) m_summary.format = imported.format;
    m_summary.messages += imported.tree.messages.size();
    return m_take(imported);
  }

  /// What is left when the file has ended.
  bool finish(const JsonSplitter& splitter) {
    if (splitter.root() == JsonSplitter::Root::Object) {
      const QJsonDocument document = QJsonDocument::fromJson(splitter.rest());
      if (!document.isObject()) {
        m_summary.failure = Failure::NotJson;
        return false;
      }
      const QJsonObject rest = document.object();
      const bool isOurs = rest.value(Key("format")).toString() == Key(kChatFormatName);
      if (isOurs && rest.value(Key("version")).toInteger(kChatFormatVersion) > kChatFormatVersion) {
        m_summary.failure = Failure::Newer;
        return false;
      }
      if (!splitter.hasChats() && !chat(rest)) return false;
    }
    return m_messages.isEmpty() || chat(QJsonObject{{Key("messages"), m_messages}});
  }

  ChatFileSummary& summary() { return m_summary; }

 private:
  bool damaged() {
    ++m_summary.damaged;
    return true;
  }

  const std::function<bool(ImportedChat&)>& m_take;
  ChatFileSummary m_summary;
  QJsonArray m_messages;
};

[[nodiscard]] Failure failureOf(JsonSplitter::Failure failure) {
  switch (failure) {
    case JsonSplitter::Failure::TooLarge:
      return Failure::TooLarge;
    case JsonSplitter::Failure::Stopped:
      return Failure::Stopped;
    case JsonSplitter::Failure::NotJson:
    case JsonSplitter::Failure::None:
      break;
  }
  return Failure::NotJson;
}

}  // namespace

ChatFileSummary readChatFile(QIODevice& device, const std::function<bool(ImportedChat&)>& take, const std::function<bool(double)>& progress,
                             qsizetype largestChat) {
  Reading reading(take);
  ChatFileSummary& summary = reading.summary();
  JsonSplitter splitter(largestChat, [&reading](const QByteArray& json) { return reading.element(json); });
  const double size = static_cast<double>(std::max<qint64>(device.size(), 1));
  if (device.peek(2) == "PK") {
    summary.failure = Failure::Archive;
    return summary;
  }
  while (true) {
    const QByteArray piece = device.read(kPieceBytes);
    if (piece.isEmpty()) break;
    if (!splitter.add(piece)) {
      summary.failure = failureOf(splitter.failure());
      return summary;
    }
    if (progress && !progress(static_cast<double>(device.pos()) / size)) {
      summary.failure = Failure::Stopped;
      return summary;
    }
  }
  if (!device.atEnd()) {
    summary.failure = Failure::Unreadable;
  } else if (splitter.root() == JsonSplitter::Root::Unknown) {
    summary.failure = Failure::NotJson;
  } else if (!splitter.isComplete()) {
    summary.failure = Failure::CutOff;
  } else if (!reading.finish(splitter)) {
    if (summary.failure == Failure::None) summary.failure = Failure::Stopped;
  } else if (summary.chats == 0) {
    summary.failure = Failure::NoChats;
  }
  return summary;
}
