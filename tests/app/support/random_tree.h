// Conversations of every shape, for properties that hold for all of them.
#pragma once

#include <QDateTime>
#include <QTimeZone>
#include <random>

#include "exchange/conversation_tree.h"

namespace hearth_test {

/// Forks, versions, adapters, errors, numbers at their limits, Chinese, emoji, code and control characters; now and then a huge text.
class RandomTrees {
 public:
  explicit RandomTrees(quint32 seed) : m_random(seed) {}

  [[nodiscard]] ConversationTree next() {
    ConversationTree tree;
    tree.chat.title = text(40);
    tree.chat.titleIsCustom = below(2) == 0;
    tree.chat.createdAt = time();
    tree.chat.updatedAt = time();
    tree.chat.isPinned = below(4) == 0;
    tree.chat.isArchived = below(4) == 0;
    if (below(4) == 0) tree.folder = QStringLiteral("文件夹 \"%1\"").arg(below(9));
    const int count = 1 + below(40);
    for (int i = 0; i < count; ++i) tree.messages.append(message(i));
    tree.chat.headId = 1 + below(count);
    return tree;
  }

 private:
  int below(int limit) { return static_cast<int>(m_random() % static_cast<quint32>(limit)); }

  QDateTime time() { return QDateTime::fromMSecsSinceEpoch(1'500'000'000'000LL + static_cast<qint64>(m_random()) * 50, Qt::UTC); }

  QString text(int most) {
    static const QStringList pieces{QStringLiteral("word "),
                                    QStringLiteral("兔子，"),
                                    QStringLiteral("🐇"),
                                    QStringLiteral("\n"),
                                    QStringLiteral("**b** "),
                                    QStringLiteral("```\ncode <b>\n```\n"),
                                    QStringLiteral("\"quote\\\" "),
                                    QStringLiteral("\t"),
                                    QStringLiteral("</think>"),
                                    QStringLiteral("<think>"),
                                    QStringLiteral("%1 {} "),
                                    QStringLiteral("\u2028"),
                                    QStringLiteral("e\u0301\u200d"),
                                    QStringLiteral("\u0001 "),
                                    QStringLiteral("<script>alert(1)</script>")};
    QString result;
    const int count = below(most);
    for (int i = 0; i < count; ++i) result += pieces[below(static_cast<int>(pieces.size()))];
    return result;
  }

  MessageRow message(int index) {
    MessageRow row;
    row.id = index + 1;
    // Mostly a chain, sometimes a fork, sometimes another beginning.
    row.parentId = index == 0 || below(20) == 0 ? 0 : below(4) == 0 ? 1 + below(index) : index;
    row.role = below(2) == 0 ? MessageRole::User : MessageRole::Assistant;
    row.content = below(60) == 0 ? text(10).leftJustified(300'000, u'长') : text(30);
    static constexpr MessageStatus kEnds[]{MessageStatus::Done, MessageStatus::Stopped, MessageStatus::Failed, MessageStatus::Interrupted,
                                           MessageStatus::Full};
    row.status = kEnds[below(5)];
    row.createdAt = time();
    if (row.role == MessageRole::User) return row;
    row.modelName = text(3);
    row.modelHash = text(2);
    for (int i = below(3); i > 0; --i) row.adapters.append({below(100), text(3), text(2), below(1000) / 7.0});
    row.sampling = below(2) == 0 ? QStringLiteral("{\"max_tokens\":512,\"temperature\":0.7}") : text(4);
    row.seed = below(2) == 0 ? ~quint64{0} - m_random() : 0;
    row.stats = {below(5000), below(100), below(900), below(100) / 3.0, below(1000) / 9.0};
    row.stopReason = text(2);
    row.isEdited = below(4) == 0;
    row.errorId = text(2);
    row.errorDetail = text(4);
    row.errorCause = text(4);
    row.errorNextStep = text(4);
    return row;
  }

  std::mt19937 m_random;
};

}  // namespace hearth_test
