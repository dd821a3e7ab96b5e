#include "viewmodels/block_list_model.h"

#include <algorithm>

namespace {

[[nodiscard]] QString kindName(MathPiece::Kind kind) {
  switch (kind) {
    case MathPiece::Kind::Fraction:
      return QStringLiteral("fraction");
    case MathPiece::Kind::Stack:
      return QStringLiteral("stack");
    case MathPiece::Kind::Delimiter:
      return QStringLiteral("delimiter");
    case MathPiece::Kind::Grid:
      return QStringLiteral("grid");
    case MathPiece::Kind::Text:
      break;
  }
  return QStringLiteral("text");
}

[[nodiscard]] QVariantMap pieceForView(const MathPiece& piece) {
  QVariantList rows;
  for (const QStringList& row : piece.rows) rows.append(QVariant(row));
  return {
      {QStringLiteral("kind"), kindName(piece.kind)}, {QStringLiteral("html"), piece.html}, {QStringLiteral("above"), piece.above},
      {QStringLiteral("below"), piece.below},         {QStringLiteral("rows"), rows},       {QStringLiteral("aligned"), piece.leftAligned}};
}

[[nodiscard]] QVariantList linesForView(const QList<MathLine>& lines) {
  QVariantList out;
  for (const MathLine& line : lines) {
    QVariantList cells;
    for (const QList<MathPiece>& cell : line) {
      QVariantList pieces;
      for (const MathPiece& piece : cell) pieces.append(pieceForView(piece));
      cells.append(QVariant(pieces));
    }
    out.append(QVariant(cells));
  }
  return out;
}

}  // namespace

BlockListModel::BlockListModel(QObject* parent) : QAbstractListModel(parent) {}

int BlockListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_kinds.size());
}

int BlockListModel::count() const {
  return rowCount();
}

QVariant BlockListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid) || index.row() >= m_stream.count()) return {};
  const MarkdownBlock& block = m_stream.at(index.row());
  switch (role) {
    case KindRole:
      return toString(block.kind);
    case LevelRole:
      return block.level;
    case HtmlRole:
      return block.html;
    case CodeRole:
      return block.code;
    case LanguageRole:
      return block.language;
    case RowsRole: {
      QVariantList rows;
      for (const QStringList& row : block.rows) rows.append(QVariant(row));
      return rows;
    }
    case AlignmentsRole:
      return block.alignments;
    case FormulaRole:
      return linesForView(block.math);
    case BoxedRole:
      return block.boxed;
    case OpenRole:
      return block.open;
    case TitleRole:
      return thinkingTitle(block);
    default:
      return {};
  }
}

QHash<int, QByteArray> BlockListModel::roleNames() const {
  return {{KindRole, "kind"},  {LevelRole, "level"},           {HtmlRole, "html"},       {CodeRole, "code"},   {LanguageRole, "language"},
          {RowsRole, "rows"},  {AlignmentsRole, "alignments"}, {FormulaRole, "formula"}, {BoxedRole, "boxed"}, {OpenRole, "open"},
          {TitleRole, "title"}};
}

QString BlockListModel::thinkingTitle(const MarkdownBlock& block) const {
  if (block.kind != MarkdownBlock::Kind::Thinking) return {};
  if (block.open) return tr("Thinking…");
  if (m_thinkingMs < 0) return tr("Thought before answering");
  return tr("Thought for %1 s").arg(std::max<qint64>(1, (m_thinkingMs + 500) / 1000));
}

void BlockListModel::append(const QString& text) {
  if (m_stream.count() == 0 && !m_clock.isValid()) m_clock.start();
  m_stream.append(text);
  sync();
}

void BlockListModel::finish() {
  m_stream.finish();
  sync();
}

void BlockListModel::setText(const QString& text) {
  m_stream.append(text);
  m_stream.finish();
  sync();
}

void BlockListModel::sync() {
  const auto kindAt = [this](qsizetype i) { return m_stream.at(i).kind; };
  if (m_thinkingMs < 0 && m_clock.isValid() && m_stream.count() > 0 && kindAt(0) == MarkdownBlock::Kind::Thinking && !m_stream.at(0).open)
    m_thinkingMs = m_clock.elapsed();

  const qsizetype before = m_kinds.size();
  qsizetype same = std::min(m_stream.firstChanged(), before);
  const qsizetype first = same;
  while (same < std::min(before, m_stream.count()) && m_kinds[same] == kindAt(same)) ++same;
  if (same < before) {  // a block became one of another kind: its delegate has to be made again
    beginRemoveRows({}, static_cast<int>(same), static_cast<int>(before) - 1);
    m_kinds.resize(same);
    endRemoveRows();
  }
  const bool onlyLast = first + 1 == same && same == m_stream.count() && same == before;
  if (first < same && !(onlyLast && syncCode(first)))
    Q_EMIT dataChanged(
        index(static_cast<int>(first)), index(static_cast<int>(same) - 1),
        {LevelRole, HtmlRole, CodeRole, LanguageRole, RowsRole, AlignmentsRole, FormulaRole, BoxedRole, OpenRole, TitleRole});
  if (same < m_stream.count()) {
    beginInsertRows({}, static_cast<int>(same), static_cast<int>(m_stream.count()) - 1);
    for (qsizetype i = same; i < m_stream.count(); ++i) m_kinds.append(kindAt(i));
    endInsertRows();
  }
  if (m_kinds.size() != before) Q_EMIT countChanged();
  m_codeRow = m_kinds.isEmpty() || m_kinds.last() != MarkdownBlock::Kind::Code ? -1 : m_kinds.size() - 1;
  m_codeSize = m_codeRow < 0 ? 0 : m_stream.at(m_codeRow).code.size();
}

bool BlockListModel::syncCode(qsizetype row) {
  if (row != m_codeRow) return false;
  // Code that is open only ever grows at its end (MarkdownStream).
  const MarkdownBlock& block = m_stream.at(row);
  if (block.code.size() < m_codeSize) return false;
  if (block.code.size() > m_codeSize) Q_EMIT codeAppended(static_cast<int>(row), block.code.mid(m_codeSize));
  if (!block.open) Q_EMIT dataChanged(index(static_cast<int>(row)), index(static_cast<int>(row)), {LanguageRole, OpenRole});
  return true;
}

QString BlockListModel::codeAt(int row) const {
  return row >= 0 && row < m_stream.count() ? m_stream.at(row).code : QString();
}
