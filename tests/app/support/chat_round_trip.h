// Chats out of a store, into a file and into a store again, at whatever moment.
#pragma once

#include <QFile>
#include <QMap>
#include <QSet>

#include "app/support/exchange_run.h"
#include "exchange/chat_file_reader.h"

namespace hearth_test {

/// The chats of a store by id.
using Trees = QMap<qint64, ConversationTree>;

[[nodiscard]] inline Trees treesOf(ExchangeRun& run) {
  run.core.chatSettings().flush();
  run.settle();
  Trees trees;
  for (const qint64 id : run.ids()) trees.insert(id, run.tree(id));
  return trees;
}

[[nodiscard]] inline QList<ConversationTree> treesIn(const QString& path) {
  QList<ConversationTree> trees;
  QFile file(path);
  EXPECT_TRUE(file.open(QIODevice::ReadOnly));
  const ChatFileSummary summary = readChatFile(file, [&trees](ImportedChat& chat) {
    trees.append(chat.tree);
    return true;
  });
  EXPECT_EQ(summary.failure, ChatFileSummary::Failure::None) << qPrintable(path);
  EXPECT_EQ(summary.damaged, 0);
  return trees;
}

/// A difference in words, for the one who looks for its cause; empty: they are equal. What docs/chat-format.md does not promise is not
/// looked at: the place among versions, which follows from the order.
[[nodiscard]] inline QString difference(ConversationTree a, ConversationTree b) {
  const auto title = [&a](const char* what) { return QStringLiteral("%1 of “%2”").arg(QLatin1String(what), a.chat.title); };
  if (a.messages.size() != b.messages.size())
    return title("number of messages") + QStringLiteral(": %1, %2").arg(a.messages.size()).arg(b.messages.size());
  for (qsizetype i = 0; i < a.messages.size(); ++i) {
    MessageRow x = a.messages[i];
    MessageRow y = b.messages[i];
    x.versionIndex = y.versionIndex = x.versionCount = y.versionCount = 1;
    x.createdAt = x.createdAt.toUTC();
    y.createdAt = y.createdAt.toUTC();
    if (x == y) continue;
    const char* what = x.content != y.content                                             ? "text"
                       : x.role != y.role || x.status != y.status                         ? "role or status"
                       : x.parentId != y.parentId || x.id != y.id                         ? "place"
                       : x.modelName != y.modelName || x.adapters != y.adapters           ? "model or adapters"
                       : x.errorId != y.errorId || x.stats != y.stats || x.seed != y.seed ? "error or numbers"
                       : x.createdAt != y.createdAt                                       ? "time"
                       : x.stopReason != y.stopReason || x.errorDetail != y.errorDetail   ? "end"
                       : x.sampling != y.sampling                                         ? "sampling"
                                                                                          : "rest";
    return title(what) + QStringLiteral(": message %1, “%2”, “%3”").arg(i + 1).arg(x.content.left(60), y.content.left(60));
  }
  if (a.chat.headId != b.chat.headId) return title("head") + QStringLiteral(": %1, %2").arg(a.chat.headId).arg(b.chat.headId);
  // One without a title gets one from its first message.
  if (a.chat.titleIsCustom != b.chat.titleIsCustom || (!a.chat.title.isEmpty() && a.chat.title != b.chat.title)) return title("title");
  if (a.chat.isPinned != b.chat.isPinned || a.chat.isArchived != b.chat.isArchived) return title("pin or archive");
  if (a.chat.createdAt.toMSecsSinceEpoch() != b.chat.createdAt.toMSecsSinceEpoch()) return title("time");
  if (a.folder.compare(b.folder, Qt::CaseInsensitive) != 0) return title("folder");
  return a.settings == b.settings ? QString() : title("settings");
}

/// Takes an equal tree out of `trees`, or adds a failure that names the nearest one.
inline void expectAmong(const ConversationTree& tree, QList<ConversationTree>& trees) {
  QString nearest = QStringLiteral("there is none");
  for (qsizetype i = 0; i < trees.size(); ++i) {
    const QString found = difference(trees[i], tree);
    if (found.isEmpty()) {
      trees.removeAt(i);
      return;
    }
    if (trees[i].chat.createdAt == tree.chat.createdAt) nearest = found;
  }
  ADD_FAILURE() << "“" << qPrintable(tree.chat.title) << "” has no equal: " << qPrintable(nearest);
}

/// What is there after an import of `file`: everything from before as it was, and beside it chats that are equal to those of the file,
/// without those that were known. Returns the new ones.
[[nodiscard]] inline Trees importAndCompare(ExchangeRun& run, const QString& file, bool everythingIsNew) {
  const Trees before = treesOf(run);
  QList<ConversationTree> given = treesIn(file);
  // Chats without a message are not worth a place in the list.
  given.removeIf([](const ConversationTree& tree) { return tree.messages.isEmpty(); });
  const ChatImportOutcome outcome = run.importAll(file);
  EXPECT_TRUE(!outcome.problem) << qPrintable(outcome.problem.detail);
  EXPECT_EQ(outcome.damaged, 0);
  EXPECT_EQ(outcome.imported + outcome.known, given.size());
  if (everythingIsNew) {
    // A chat and its untouched copy, which an import of an older file made, are one chat elsewhere.
    QSet<QByteArray> different;
    for (const ConversationTree& tree : std::as_const(given))
      different.insert(contentHash(tree) + QByteArray::number(tree.chat.createdAt.toMSecsSinceEpoch()));
    EXPECT_EQ(outcome.imported, different.size());
  }
  Trees fresh = treesOf(run);
  EXPECT_EQ(fresh.size(), before.size() + outcome.imported);
  for (auto old = before.begin(); old != before.end(); ++old) {
    EXPECT_TRUE(fresh.contains(old.key())) << "lost: " << qPrintable(old->chat.title);
    const QString changed = difference(*old, fresh.take(old.key()));
    EXPECT_TRUE(changed.isEmpty()) << "changed by an import: " << qPrintable(changed);
  }
  for (const ConversationTree& tree : std::as_const(fresh)) expectAmong(tree, given);
  EXPECT_EQ(given.size(), outcome.known);
  return fresh;
}

}  // namespace hearth_test
