#include "viewmodels/conversation_model.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include "viewmodels/block_list_model.h"

namespace {

constexpr auto kMode = QAbstractItemModelTester::FailureReportingMode::Fatal;

MessageRow message(qint64 id, MessageRole role, const QString& content, MessageStatus status = MessageStatus::Done) {
  MessageRow row;
  row.id = id;
  row.chatId = 1;
  row.parentId = id - 1;
  row.role = role;
  row.content = content;
  row.status = status;
  row.createdAt = QDateTime::currentDateTimeUtc();
  return row;
}

QVariant data(const ConversationModel& model, int row, int role) {
  return model.index(row).data(role);
}

TEST(ConversationModel, AQueuedAnswerShowsOnItsQuestion) {
  ConversationModel model;
  const QAbstractItemModelTester tester(&model, kMode);
  model.setPath({message(1, MessageRole::User, QStringLiteral("q1")), message(2, MessageRole::Assistant, {}, MessageStatus::Queued),
                 message(3, MessageRole::User, QStringLiteral("q2")), message(4, MessageRole::Assistant, {}, MessageStatus::Queued)});
  ASSERT_EQ(model.count(), 2);
  EXPECT_EQ(data(model, 0, ConversationModel::StatusRole).toString(), QStringLiteral("queued"));
  EXPECT_FALSE(data(model, 0, ConversationModel::StatusTextRole).toString().isEmpty());

  model.setPath({message(1, MessageRole::User, QStringLiteral("q1")), message(2, MessageRole::Assistant, {}, MessageStatus::Waiting),
                 message(3, MessageRole::User, QStringLiteral("q2")), message(4, MessageRole::Assistant, {}, MessageStatus::Queued)});
  ASSERT_EQ(model.count(), 3);
  EXPECT_EQ(data(model, 0, ConversationModel::StatusRole).toString(), QStringLiteral("done"));
  EXPECT_EQ(data(model, 1, ConversationModel::StatusRole).toString(), QStringLiteral("waiting"));
  EXPECT_EQ(data(model, 1, ConversationModel::RoleRole).toString(), QStringLiteral("assistant"));
  EXPECT_EQ(data(model, 2, ConversationModel::MessageIdRole).toLongLong(), 3);
}

TEST(ConversationModel, StreamsIntoTheSameBlocks) {
  ConversationModel model;
  const QAbstractItemModelTester tester(&model, kMode);
  MessageRow answer = message(2, MessageRole::Assistant, QStringLiteral("a"), MessageStatus::Streaming);
  model.setPath({message(1, MessageRole::User, QStringLiteral("q")), answer});
  auto* blocks = data(model, 1, ConversationModel::BlocksRole).value<BlockListModel*>();
  ASSERT_NE(blocks, nullptr);
  QSignalSpy removals(&model, &QAbstractItemModel::rowsRemoved);
  model.appendText(2, QStringLiteral(" **b**"));
  EXPECT_EQ(blocks->index(0).data(BlockListModel::HtmlRole).toString(), QStringLiteral("a <b>b</b>"));
  EXPECT_TRUE(blocks->index(0).data(BlockListModel::OpenRole).toBool());
  answer.content = QStringLiteral("a **b**");
  answer.status = MessageStatus::Done;
  answer.stats = {20, 5, 412, 0.9, 18.2};
  model.updateMessage(answer);
  model.setPath({message(1, MessageRole::User, QStringLiteral("q")), answer});
  EXPECT_EQ(data(model, 1, ConversationModel::BlocksRole).value<BlockListModel*>(), blocks);
  EXPECT_FALSE(blocks->index(0).data(BlockListModel::OpenRole).toBool());
  EXPECT_EQ(removals.count(), 0);
  EXPECT_EQ(data(model, 1, ConversationModel::TextRole).toString(), QStringLiteral("a **b**"));
  EXPECT_EQ(data(model, 1, ConversationModel::StatsRole).toString(), QStringLiteral("18.2 tokens/s · 0.9 s to first token · 412 tokens"));
}

TEST(ConversationModel, StatusTexts) {
  ConversationModel model;
  MessageRow answer = message(2, MessageRole::Assistant, QStringLiteral("x"), MessageStatus::Reading);
  model.setPath({message(1, MessageRole::User, QStringLiteral("q")), answer});
  model.setReadingProgress(2, 0.43);
  EXPECT_EQ(data(model, 1, ConversationModel::StatusTextRole).toString(), QStringLiteral("Reading 43%"));
  for (const MessageStatus status : {MessageStatus::Stopped, MessageStatus::Failed, MessageStatus::Interrupted, MessageStatus::Full}) {
    answer.status = status;
    model.updateMessage(answer);
    EXPECT_EQ(data(model, 1, ConversationModel::StatusRole).toString(), toString(status));
    EXPECT_FALSE(data(model, 1, ConversationModel::StatusTextRole).toString().isEmpty());
  }
  answer.errorCause = QStringLiteral("cause");
  answer.errorNextStep = QStringLiteral("step");
  answer.modelName = QStringLiteral("Ember");
  model.updateMessage(answer);
  EXPECT_EQ(data(model, 1, ConversationModel::ErrorCauseRole).toString(), QStringLiteral("cause"));
  EXPECT_EQ(data(model, 1, ConversationModel::ErrorNextStepRole).toString(), QStringLiteral("step"));
  EXPECT_EQ(data(model, 1, ConversationModel::ModelNameRole).toString(), QStringLiteral("Ember"));
}

TEST(ConversationModel, StatsAppearWithTheFirstNumbers) {
  EXPECT_EQ(ConversationModel::statsText({}), QString());
  EXPECT_EQ(ConversationModel::statsText({10, 0, 1, 0.04, 0}), QStringLiteral("40 ms to first token · 1 token"));
}

TEST(ConversationModel, AnAnswerIsCopiedWithoutItsThoughts) {
  ConversationModel model;
  model.setPath({message(1, MessageRole::User, QStringLiteral("<think>mine</think> q")),
                 message(2, MessageRole::Assistant, QStringLiteral("<think>hidden</think>\nThe **answer**."))});
  EXPECT_EQ(model.textOf(2), QStringLiteral("The **answer**."));
  EXPECT_EQ(model.lastAnswer(), QStringLiteral("The **answer**."));
  EXPECT_EQ(model.textOf(1), QStringLiteral("<think>mine</think> q"));
  EXPECT_EQ(model.textOf(3), QString());
}

}  // namespace
