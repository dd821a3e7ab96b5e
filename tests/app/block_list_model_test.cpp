#include "viewmodels/block_list_model.h"

#include <gtest/gtest.h>

#include <QHash>

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

TEST(BlockListModel, RolesOfAFormula) {
  BlockListModel model;
  const QAbstractItemModelTester tester(&model, kMode);
  model.setText(QStringLiteral("$$\\boxed{x = \\frac{a}{b}}$$\n\n$$\\bad$$"));
  ASSERT_EQ(model.count(), 2);
  const auto value = [&](int row, int role) { return model.index(row).data(role); };
  EXPECT_EQ(value(0, BlockListModel::KindRole).toString(), QStringLiteral("math"));
  EXPECT_EQ(value(0, BlockListModel::CodeRole).toString(), QStringLiteral("$$\\boxed{x = \\frac{a}{b}}$$"));
  EXPECT_TRUE(value(0, BlockListModel::BoxedRole).toBool());
  const QVariantList pieces = value(0, BlockListModel::FormulaRole).toList().value(0).toList().value(0).toList();
  ASSERT_EQ(pieces.size(), 2);
  EXPECT_EQ(pieces[0].toMap().value(QStringLiteral("html")).toString(), QStringLiteral("<i>x</i> ="));
  EXPECT_EQ(pieces[1].toMap().value(QStringLiteral("kind")).toString(), QStringLiteral("fraction"));
  EXPECT_EQ(pieces[1].toMap().value(QStringLiteral("below")).toString(), QStringLiteral("<i>b</i>"));
  EXPECT_TRUE(value(1, BlockListModel::FormulaRole).toList().isEmpty());
  EXPECT_EQ(value(1, BlockListModel::HtmlRole).toString(), QStringLiteral("<code>$$\\bad$$</code>"));
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

TEST(BlockListModel, CodeIsHandedOverInPiecesThatMakeUpTheWhole) {
  const QString text = QStringLiteral("Text\n\n```cpp\n  int a;\n\n\tif (b) {\n  `` }\n\r\nend\n```\nafter\n```\nsecond\n```");
  for (const qsizetype step : {1, 2, 3, 5, 11}) {
    BlockListModel model;
    QHash<int, QString> code;
    int whole = 0;
    QObject::connect(&model, &BlockListModel::rowsInserted, &model, [&](const QModelIndex&, int from, int to) {
      for (int row = from; row <= to; ++row) code[row] = model.index(row).data(BlockListModel::CodeRole).toString();
    });
    QObject::connect(&model, &BlockListModel::dataChanged, &model,
                     [&](const QModelIndex& from, const QModelIndex& to, const QList<int>& roles) {
                       if (!roles.contains(BlockListModel::CodeRole)) return;
                       for (int row = from.row(); row <= to.row(); ++row)
                         code[row] = model.index(row).data(BlockListModel::CodeRole).toString();
                       if (code[to.row()].size() > 8) ++whole;
                     });
    QObject::connect(&model, &BlockListModel::codeAppended, &model, [&](int row, const QString& more) { code[row] += more; });
    for (qsizetype at = 0; at < text.size(); at += step) {
      model.append(text.mid(at, step));
      for (int row = 0; row < model.count(); ++row) ASSERT_EQ(code.value(row), model.codeAt(row)) << step << ' ' << at << ' ' << row;
    }
    model.finish();
    for (int row = 0; row < model.count(); ++row) ASSERT_EQ(code.value(row), model.codeAt(row)) << step << ' ' << row;
    EXPECT_LE(whole, 2) << step;  // not with every piece
  }
}

}  // namespace
