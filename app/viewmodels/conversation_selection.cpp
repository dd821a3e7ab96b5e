#include "viewmodels/conversation_selection.h"

#include <QStringList>
#include <QVariant>
#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "text/markdown_parser.h"
#include "text/markdown_stream.h"
#include "text/thinking_marks.h"

namespace {

constexpr int kToTheEnd = std::numeric_limits<int>::max();

[[nodiscard]] MarkdownBlock::Kind kindOf(const QString& name) {
  using Kind = MarkdownBlock::Kind;
  for (const Kind kind : {Kind::Heading, Kind::Code, Kind::Table, Kind::List, Kind::Quote, Kind::Rule, Kind::Math, Kind::Thinking}) {
    if (toString(kind) == name) return kind;
  }
  return Kind::Paragraph;
}

}  // namespace

/// Blocks of an answer: as they are shown, with formulas in sentences as their source, and where they stand in the text.
struct ConversationSelection::Message {
  QString text;
  QList<MarkdownBlock> blocks;
  QList<MarkdownBlock> written;           // empty: not known
  QList<MarkdownStream::Source> sources;  // as many

  /// The block with its formulas as they were written, if that is known.
  [[nodiscard]] const MarkdownBlock& source(int block) const { return written.isEmpty() ? blocks[block] : written[block]; }
  /// The last block of those that were written together with `block`.
  [[nodiscard]] int groupEnd(int block) const {
    while (block + 1 < sources.size() && sources[block + 1] == sources[block]) ++block;
    return block;
  }
  [[nodiscard]] bool beginsGroup(int block) const { return block == 0 || sources[block - 1] != sources[block]; }
};

ConversationSelection::ConversationSelection(QObject* parent) : QObject(parent) {}

void ConversationSelection::setConversation(QAbstractItemModel* model) {
  if (m_model == model) return;
  if (m_model) m_model->disconnect(this);
  clear();
  m_model = model;
  m_roles.clear();
  m_openThinking.clear();
  if (m_model) {
    const QHash<int, QByteArray> names = m_model->roleNames();
    for (auto it = names.begin(); it != names.end(); ++it) m_roles.insert(it.value(), it.key());
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, &ConversationSelection::checkEnds);
    connect(m_model, &QAbstractItemModel::modelReset, this, &ConversationSelection::checkEnds);
    connect(m_model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex& from, const QModelIndex& to, const QList<int>& roles) { checkBlocks(from.row(), to.row(), roles); });
    connect(m_model, &QObject::destroyed, this, [this] { m_model = nullptr; });
  }
  Q_EMIT conversationChanged();
}

bool ConversationSelection::End::isBefore(const End& other) const {
  return std::tuple(row.row(), block, at) < std::tuple(other.row.row(), other.block, other.at);
}

bool ConversationSelection::active() const {
  return m_anchor.row.isValid() && m_focus.row.isValid() && !(m_anchor == m_focus);
}

QVariant ConversationSelection::value(int row, const char* role) const {
  return m_model ? m_model->data(m_model->index(row, 0), m_roles.value(role, -1)) : QVariant();
}

bool ConversationSelection::isQuestion(int row) const {
  return value(row, "role").toString() == u"user";
}

int ConversationSelection::blockCount(int row) const {
  if (isQuestion(row)) return 1;
  const auto* blocks = qobject_cast<QAbstractItemModel*>(value(row, "blocks").value<QObject*>());
  return blocks ? blocks->rowCount() : 0;
}

MarkdownBlock ConversationSelection::blockAt(int row, int block) const {
  MarkdownBlock out;
  const auto* blocks = qobject_cast<QAbstractItemModel*>(value(row, "blocks").value<QObject*>());
  if (!blocks || block < 0 || block >= blocks->rowCount()) return out;
  const QHash<int, QByteArray> names = blocks->roleNames();
  const QModelIndex at = blocks->index(block, 0);
  const auto read = [&](const char* role) { return blocks->data(at, names.key(role)); };
  out.kind = kindOf(read("kind").toString());
  out.level = read("level").toInt();
  out.html = read("html").toString();
  out.code = read("code").toString();
  out.language = read("language").toString();
  for (const QVariant& cells : read("rows").toList()) out.rows.append(cells.toStringList());
  out.alignments = read("alignments").toStringList();
  return out;
}

BlockText ConversationSelection::textAt(int row, int block) const {
  if (!isQuestion(row)) return BlockText(blockAt(row, block));
  const bool hasFiles = !value(row, "files").toList().isEmpty();
  return BlockText::ofQuestion(value(row, hasFiles ? "ownText" : "text").toString());
}

ConversationSelection::End ConversationSelection::startOf(int row) const {
  return {QPersistentModelIndex(m_model->index(row, 0)), 0, 0};
}

ConversationSelection::End ConversationSelection::endOf(int row) const {
  const int block = std::max(0, blockCount(row) - 1);
  return {QPersistentModelIndex(m_model->index(row, 0)), block, textAt(row, block).length()};
}

void ConversationSelection::set(const End& anchor, const End& focus) {
  if (m_anchor == anchor && m_focus == focus) return;
  m_anchor = anchor;
  m_focus = focus;
  Q_EMIT changed();
}

BlockText::Part ConversationSelection::unitAt(int row, int block, int position) const {
  if (m_unit == Characters) return {position, position};
  const BlockText text = textAt(row, block);
  return m_unit == Words ? text.wordAt(position) : text.lineAt(position);
}

void ConversationSelection::begin(int row, int block, int position, Unit unit) {
  if (!m_model || row < 0 || row >= m_model->rowCount()) return;
  m_unit = unit;
  const BlockText::Part part = unitAt(row, block, position);
  const QPersistentModelIndex index(m_model->index(row, 0));
  m_originFrom = {index, block, part.from};
  m_originTo = {index, block, part.to};
  set(m_originFrom, m_originTo);
}

void ConversationSelection::extend(int row, int block, int position) {
  if (!m_model || row < 0 || row >= m_model->rowCount()) return;
  if (!m_originFrom.row.isValid() || !m_originTo.row.isValid()) {
    begin(row, block, position, Characters);
    return;
  }
  const BlockText::Part part = unitAt(row, block, position);
  const QPersistentModelIndex index(m_model->index(row, 0));
  const End from{index, block, part.from};
  const End to{index, block, part.to};
  if (from.isBefore(m_originFrom))
    set(m_originTo, from);
  else
    set(m_originFrom, m_originTo.isBefore(to) ? to : m_originTo);
}

void ConversationSelection::selectMessage(int row) {
  if (!m_model || row < 0 || row >= m_model->rowCount()) return;
  m_unit = Characters;
  m_originFrom = m_originTo = startOf(row);
  set(m_originFrom, endOf(row));
}

void ConversationSelection::selectAll() {
  if (!m_model || m_model->rowCount() == 0) return;
  m_unit = Characters;
  m_originFrom = m_originTo = startOf(0);
  set(m_originFrom, endOf(m_model->rowCount() - 1));
}

void ConversationSelection::selectMore(int row) {
  if (!m_model || row < 0 || row >= m_model->rowCount()) return;
  const bool isSelected = active() && first() == startOf(row) && last() == endOf(row);
  const bool isMore = active() && first().row.row() != last().row.row();
  isSelected || isMore ? selectAll() : selectMessage(row);
}

void ConversationSelection::extendByMessage(int step, int row) {
  if (!active()) {
    selectMessage(row);
    return;
  }
  const int anchor = m_anchor.row.row();
  const int to = std::clamp(m_focus.row.row() + step, 0, m_model->rowCount() - 1);
  m_originFrom = m_originTo = to >= anchor ? startOf(anchor) : endOf(anchor);
  set(m_originFrom, to >= anchor ? endOf(to) : startOf(to));
}

void ConversationSelection::clear() {
  m_originFrom = m_originTo = {};
  set({}, {});
}

void ConversationSelection::checkEnds() {
  if (m_model->rowCount() == 0) m_openThinking.clear();
  if (m_anchor.row.isValid() && m_focus.row.isValid() && m_originFrom.row.isValid()) return;
  clear();
}

void ConversationSelection::checkBlocks(int firstRow, int lastRow, const QList<int>& roles) {
  if (active() && roles.contains(m_roles.value("blocks", -1)) && lastRow >= first().row.row() && firstRow <= last().row.row()) clear();
}

QPoint ConversationSelection::rangeIn(int row, int block) const {
  if (!touches(row)) return {-1, -1};
  const End& from = first();
  const End& to = last();
  if ((row == from.row.row() && block < from.block) || (row == to.row.row() && block > to.block)) return {-1, -1};
  return {row == from.row.row() && block == from.block ? from.at : 0, row == to.row.row() && block == to.block ? to.at : kToTheEnd};
}

bool ConversationSelection::touches(int row) const {
  return active() && row >= first().row.row() && row <= last().row.row();
}

void ConversationSelection::setThinkingOpen(int row, bool open) {
  const qint64 id = value(row, "messageId").toLongLong();
  open ? static_cast<void>(m_openThinking.insert(id)) : static_cast<void>(m_openThinking.remove(id));
}

bool ConversationSelection::isThinkingOpen(int row) const {
  return m_openThinking.contains(value(row, "messageId").toLongLong());
}

ConversationSelection::Message ConversationSelection::message(int row) const {
  Message out;
  out.text = value(row, "text").toString();
  const int count = blockCount(row);
  for (int i = 0; i < count; ++i) out.blocks.append(blockAt(row, i));
  // The same text again: where its blocks stand is not kept while it streams.
  MarkdownStream stream;
  stream.append(out.text);
  stream.finish();
  if (stream.count() != count || stream.sources().size() != count) return out;
  for (int i = 0; i < count; ++i) {
    if (stream.at(i).kind != out.blocks[i].kind) return out;
  }
  out.sources = stream.sources();
  for (int i = 0; i < count;) {
    const int end = out.groupEnd(i) + 1;
    const auto [from, to] = out.sources[i];
    const QList<MarkdownBlock> parsed = out.blocks[i].kind == MarkdownBlock::Kind::Thinking
                                            ? QList<MarkdownBlock>()
                                            : parseMarkdown(QStringView(out.text).mid(from, to - from), SentenceMath::Source);
    out.written += parsed.size() == end - i ? parsed : out.blocks.mid(i, end - i);
    i = end;
  }
  return out;
}

QString ConversationSelection::written(int row, bool asMarkdown) const {
  if (isQuestion(row)) {
    const QPoint range = rangeIn(row, 0);
    return textAt(row, 0).plain({range.x(), range.y()});
  }
  const Message all = message(row);
  const int count = static_cast<int>(all.blocks.size());
  const auto rangeOf = [&](int block) {
    const QPoint range = rangeIn(row, block);
    return BlockText::Part{range.x(), range.y()};
  };
  const auto isWhole = [&](int block) {
    const BlockText::Part part = rangeOf(block);
    return part.from == 0 && (part.to == kToTheEnd || part.to >= BlockText(all.blocks[block]).length());
  };
  QStringList parts;
  for (int i = 0; i < count; ++i) {
    const BlockText::Part part = rangeOf(i);
    const bool isThinking = all.blocks[i].kind == MarkdownBlock::Kind::Thinking;
    if (part.from < 0 || (isThinking && !isThinkingOpen(row))) continue;
    if (asMarkdown && !isThinking && !all.sources.isEmpty() && all.beginsGroup(i)) {
      // What is selected as a whole is taken as it was written, with the lines between its blocks.
      int end = i;
      while (end < count && isWhole(end)) ++end;
      while (end > i && end < count && !all.beginsGroup(end)) --end;
      if (end > i) {
        const qsizetype from = all.sources[i].start;
        QString text = all.text.mid(from, all.sources[end - 1].end - from);
        while (text.endsWith(u'\n') || text.endsWith(u'\r')) text.chop(1);
        parts.append(ThinkingMarks::plain(text));
        i = end - 1;
        continue;
      }
    }
    const BlockText text(isWhole(i) ? all.source(i) : all.blocks[i]);
    const BlockText::Part shown = isWhole(i) ? BlockText::Part{0, kToTheEnd} : part;
    if (const QString piece = asMarkdown ? text.markdown(shown) : text.plain(shown); !piece.isEmpty())
      parts.append(ThinkingMarks::plain(piece));
  }
  return parts.join(QLatin1String("\n\n"));
}

QString ConversationSelection::joined(bool asMarkdown) const {
  if (!active()) return {};
  QStringList messages;
  for (int row = first().row.row(); row <= last().row.row(); ++row) {
    if (const QString text = written(row, asMarkdown); !text.isEmpty()) messages.append(text);
  }
  return messages.join(QLatin1String("\n\n"));
}

QString ConversationSelection::plainText() const {
  return joined(false);
}

QString ConversationSelection::markdown() const {
  return joined(true);
}

QString ConversationSelection::plainTextOf(qint64 messageId) const {
  if (!m_model) return {};
  for (int row = m_model->rowCount() - 1; row >= 0; --row) {
    if (value(row, "messageId").toLongLong() != messageId) continue;
    if (isQuestion(row)) return value(row, "text").toString();
    const Message all = message(row);
    QStringList parts;
    for (int i = 0; i < all.blocks.size(); ++i) {
      if (all.blocks[i].kind != MarkdownBlock::Kind::Thinking) parts.append(BlockText(all.source(i)).plain({0, kToTheEnd}));
    }
    return ThinkingMarks::plain(parts.join(QLatin1String("\n\n")));
  }
  return {};
}
