#include "viewmodels/chat_list_model.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>

namespace {

constexpr auto kMode = QAbstractItemModelTester::FailureReportingMode::Fatal;

ChatRow chat(qint64 id, const QDateTime& updatedAt, const QString& title = QStringLiteral("title")) {
  ChatRow row;
  row.id = id;
  row.title = title;
  row.createdAt = updatedAt;
  row.updatedAt = updatedAt;
  return row;
}

QList<qint64> idsOf(const ChatListModel& model) {
  QList<qint64> ids;
  for (int row = 0; row < model.count(); ++row) ids.append(model.index(row).data(ChatListModel::ChatIdRole).toLongLong());
  return ids;
}

TEST(ChatListModel, NewestFirstAndMovesOnUpdate) {
  ChatListModel model;
  const QAbstractItemModelTester tester(&model, kMode);
  const QDateTime now = QDateTime::currentDateTimeUtc();
  model.setChats({chat(1, now.addDays(-3)), chat(2, now), chat(3, now.addDays(-1))});
  EXPECT_EQ(idsOf(model), QList<qint64>({2, 3, 1}));
  model.upsert(chat(1, now.addSecs(5)));
  EXPECT_EQ(idsOf(model), QList<qint64>({1, 2, 3}));
  model.upsert(chat(1, now.addDays(-2)));
  EXPECT_EQ(idsOf(model), QList<qint64>({2, 3, 1}));
  model.upsert(chat(4, now.addSecs(9)));
  EXPECT_EQ(idsOf(model), QList<qint64>({4, 2, 3, 1}));
  model.remove(3);
  EXPECT_EQ(idsOf(model), QList<qint64>({4, 2, 1}));
}

TEST(ChatListModel, Roles) {
  ChatListModel model;
  const QAbstractItemModelTester tester(&model, kMode);
  const QDateTime now = QDateTime::currentDateTimeUtc();
  model.setChats({chat(7, now, QStringLiteral("A <b>title</b>"))});
  model.setCurrent(7);
  model.setBusy(7, true);
  const QModelIndex index = model.index(0);
  EXPECT_EQ(index.data(ChatListModel::TitleRole).toString(), QStringLiteral("A <b>title</b>"));
  EXPECT_EQ(index.data(ChatListModel::SectionRole).toString(), QStringLiteral("Today"));
  EXPECT_EQ(index.data(ChatListModel::UpdatedAtRole).toDateTime(), now);
  EXPECT_TRUE(index.data(ChatListModel::CurrentRole).toBool());
  EXPECT_TRUE(index.data(ChatListModel::BusyRole).toBool());
  model.setCurrent(0);
  model.setBusy(7, false);
  EXPECT_FALSE(index.data(ChatListModel::CurrentRole).toBool());
  EXPECT_FALSE(index.data(ChatListModel::BusyRole).toBool());
}

TEST(ChatListModel, Sections) {
  const QDate today(2026, 3, 20);
  EXPECT_EQ(ChatListModel::sectionOf(today, today), QStringLiteral("Today"));
  EXPECT_EQ(ChatListModel::sectionOf(today.addDays(1), today), QStringLiteral("Today"));
  EXPECT_EQ(ChatListModel::sectionOf(today.addDays(-1), today), QStringLiteral("Yesterday"));
  EXPECT_EQ(ChatListModel::sectionOf(today.addDays(-7), today), QStringLiteral("Previous 7 days"));
  EXPECT_EQ(ChatListModel::sectionOf(today.addDays(-8), today), QStringLiteral("Previous 30 days"));
  EXPECT_EQ(ChatListModel::sectionOf(QDate(2026, 1, 5), today), QLocale().standaloneMonthName(1));
  EXPECT_EQ(ChatListModel::sectionOf(QDate(2025, 12, 5), today), QLocale().standaloneMonthName(12) + QStringLiteral(" 2025"));
}

}  // namespace
