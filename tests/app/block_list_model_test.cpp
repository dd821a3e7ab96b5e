#include "viewmodels/block_list_model.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QPersistentModelIndex>
#include <QSignalSpy>
#include <random>

namespace {

constexpr auto kMode = QAbstractItemModelTester::FailureReportingMode::Fatal;

TEST(BlockListModel, RolesOfEveryKind) {
  BlockListModel model;
  const QAbstractItemModelTester tester(&model, kMode);
  model.setText(QStringLiteral("<think>hm</think>\n## H\n\ntext\n\n```cpp\nint a;\n```\n| a |\n|--:|\n| b |\n\n- x\n\n> q\n\n---"));
  const QStringList kinds{QStringLiteral("thinking"), QStringLiteral("heading"), QStringLiteral("paragraph"), QStringLiteral("code"),
                          QStringLiteral("table"),    QStringLiteral("list"),    QStringLiteral("quote"),     QStringLiteral("rule")};
  ASSERT_EQ(model.count(), kinds.size());
  const auto value = [&](int row, int role) { return model.index(row).data(role); };
  for (int row = 0; row < model.count(); ++row) {
    EXPECT_EQ(value(row, BlockListModel::KindRole).toString(), kinds[row]);
    EXPECT_FALSE(value(row, BlockListModel::OpenRole).toBool());
  }
  EXPECT_EQ(value(0, BlockListModel::TitleRole).toString(), QStringLiteral("Thought before answering"));
  EXPECT_EQ(value(1, BlockListModel::LevelRole).toInt(), 2);
  EXPECT_EQ(value(2, BlockListModel::HtmlRole).toString(), QStringLiteral("text"));
  EXPECT_EQ(value(3, BlockListModel::CodeRole).toString(), QStringLiteral("int a;"));
  EXPECT_EQ(value(3, BlockListModel::LanguageRole).toString(), QStringLiteral("cpp"));
  EXPECT_EQ(value(4, BlockListModel::RowsRole).toList(),
            QVariantList({QVariant(QStringList{QStringLiteral("a")}), QVariant(QStringList{QStringLiteral("b")})}));
  EXPECT_EQ(value(4, BlockListModel::AlignmentsRole).toStringList(), QStringList{QStringLiteral("right")});
  EXPECT_EQ(model.roleNames().value(BlockListModel::KindRole), QByteArray("kind"));
}

TEST(BlockListModel, ThinkingIsTimedWhileItStreams) {
  BlockListModel model;
  model.append(QStringLiteral("<think>a"));
  EXPECT_EQ(model.index(0).data(BlockListModel::TitleRole).toString(), QStringLiteral("Thinking…"));
  model.append(QStringLiteral("</think>b"));
  EXPECT_EQ(model.index(0).data(BlockListModel::TitleRole).toString(), QStringLiteral("Thought for 1 s"));
}

TEST(BlockListModel, DelegatesOfFinishedBlocksAreKept) {
  BlockListModel model;
  const QAbstractItemModelTester tester(&model, kMode);
  model.append(QStringLiteral("one\n\ntw"));
  const QPersistentModelIndex first = model.index(0);
  const QPersistentModelIndex second = model.index(1);
  QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
  QSignalSpy removals(&model, &QAbstractItemModel::rowsRemoved);
  model.append(QStringLiteral("o three\n\nfour"));
  model.finish();
  EXPECT_TRUE(first.isValid());
  EXPECT_TRUE(second.isValid());
  EXPECT_EQ(second.data(BlockListModel::HtmlRole).toString(), QStringLiteral("two three"));
  EXPECT_EQ(removals.count(), 0);
  for (const auto& change : changes) EXPECT_GE(change[0].toModelIndex().row(), 1);
}

TEST(BlockListModel, AnyStreamKeepsTheModelSound) {
  const QStringList pieces{QStringLiteral("- a\n"), QStringLiteral("\n\n"), QStringLiteral("```"), QStringLiteral("| a |\n|---|\n"),
                           QStringLiteral("text "), QStringLiteral("\n"),   QStringLiteral("# "),  QStringLiteral("</think>"),
                           QStringLiteral("> "),    QStringLiteral("==")};
  std::mt19937 random(3);
  for (int round = 0; round < 100; ++round) {
    BlockListModel model;
    const QAbstractItemModelTester tester(&model, kMode);
    QString text;
    for (int i = 0; i < 30; ++i) {
      const QString piece = pieces[static_cast<qsizetype>(random() % static_cast<unsigned>(pieces.size()))];
      text += piece;
      model.append(piece);
    }
    model.finish();
    const auto blocks = MarkdownStream::parse(text);
    ASSERT_EQ(model.count(), blocks.size());
    for (int row = 0; row < model.count(); ++row)
      ASSERT_EQ(model.index(row).data(BlockListModel::KindRole).toString(), toString(blocks[row].kind));
  }
}

}  // namespace
