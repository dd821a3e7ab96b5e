#include "exchange/conversation_tree.h"

#include <QCryptographicHash>
#include <algorithm>
#include <vector>

#include "text/thinking_marks.h"

namespace {

constexpr qsizetype kNone = -1;

[[nodiscard]] QString joined(const QString& before, const QString& after) {
  if (before.isEmpty() || after.isEmpty()) return before + after;
  return before + QLatin1String("\n\n") + after;
}

[[nodiscard]] QString withoutLeadingSpace(const QString& text) {
  qsizetype n = 0;
  while (n < text.size() && text[n].isSpace()) ++n;
  return text.mid(n);
}

/// As answers are stored.
[[nodiscard]] QString storedAnswer(const QString& thinking, const QString& text) {
  ThinkingMarks marks;
  QString stored;
  if (!thinking.trimmed().isEmpty()) stored = marks.add(ThinkingMarks::Kind::Thinking, thinking);
  stored += marks.add(ThinkingMarks::Kind::Answer, withoutLeadingSpace(text));
  return stored + marks.finish();
}

}  // namespace

QList<qint64> shownBranch(const ConversationTree& tree) {
  QList<qint64> ids;
  for (qint64 id = tree.chat.headId; id > 0 && id <= tree.messages.size(); id = tree.messages[id - 1].parentId) ids.append(id);
  std::reverse(ids.begin(), ids.end());
  return ids;
}

qint64 newestLeaf(const ConversationTree& tree) {
  // The last of each parent's children, found in one pass because children come later.
  std::vector<qint64> lastChild(static_cast<size_t>(tree.messages.size()) + 1, 0);
  for (const MessageRow& message : tree.messages) lastChild[static_cast<size_t>(message.parentId)] = message.id;
  qint64 id = 0;
  while (lastChild[static_cast<size_t>(id)] != 0) id = lastChild[static_cast<size_t>(id)];
  return id;
}

QByteArray contentHash(const ConversationTree& tree) {
  QCryptographicHash hash(QCryptographicHash::Sha256);
  for (const MessageRow& message : tree.messages) {
    const QByteArray text = message.content.toUtf8();
    const QString head =
        QStringLiteral("%1 %2 %3\n").arg(toString(message.role)).arg(message.parentId).arg(static_cast<qlonglong>(text.size()));
    hash.addData(head.toUtf8());
    hash.addData(text);
  }
  return hash.result();
}

struct TreeBuilder::State {
  ConversationTree tree;
  QList<QString> thinking;              // of each message
  std::vector<qsizetype> parent;        // of each node, kNone for the first ones
  std::vector<QList<qsizetype>> below;  // of each node
  std::vector<qint64> holder;           // message that a node became or belongs to, 0: none
  std::vector<bool> only;               // no forks between the node and the message above it
  std::vector<qsizetype> preface;       // node above whose preface has not been used yet
  std::vector<bool> visited;
  std::vector<qsizetype> queue;
  std::vector<bool> prefaceUsed;
};

void TreeBuilder::connect(State& state) const {
  const auto count = static_cast<size_t>(m_nodes.size());
  QHash<QString, qsizetype> byId;
  byId.reserve(m_nodes.size());
  for (qsizetype i = 0; i < m_nodes.size(); ++i) {
    if (!m_nodes[i].id.isEmpty() && !byId.contains(m_nodes[i].id)) byId.insert(m_nodes[i].id, i);
  }
  state.parent.assign(count, kNone);
  state.below.resize(count);
  state.holder.assign(count, 0);
  state.only.assign(count, false);
  state.preface.assign(count, kNone);
  state.visited.assign(count, false);
  state.prefaceUsed.assign(count, false);
  for (qsizetype i = 0; i < m_nodes.size(); ++i) {
    const qsizetype parent = m_nodes[i].parent.isEmpty() ? kNone : byId.value(m_nodes[i].parent, kNone);
    if (parent == kNone || parent == i) continue;
    state.parent[static_cast<size_t>(i)] = parent;
    state.below[static_cast<size_t>(parent)].append(i);
  }
}

void TreeBuilder::visit(State& state, qsizetype root) {
  // Level by level. `queue` is kept between calls only for its memory.
  state.queue.clear();
  state.queue.push_back(root);
  state.visited[static_cast<size_t>(root)] = true;
  for (size_t at = 0; at < state.queue.size(); ++at) {
    const qsizetype index = state.queue[at];
    place(state, index);
    for (const qsizetype child : std::as_const(state.below[static_cast<size_t>(index)])) {
      if (state.visited[static_cast<size_t>(child)]) continue;
      state.visited[static_cast<size_t>(child)] = true;
      state.queue.push_back(child);
    }
  }
}

void TreeBuilder::place(State& state, qsizetype index) {
  Node& node = m_nodes[index];
  const auto at = static_cast<size_t>(index);
  const qsizetype above = state.parent[at];
  const qint64 holder = above == kNone ? 0 : state.holder[static_cast<size_t>(above)];
  state.preface[at] = above == kNone ? kNone : state.preface[static_cast<size_t>(above)];
  if (above != kNone) {
    const auto up = static_cast<size_t>(above);
    const bool aboveIsHolder = m_nodes[above].isMessage;
    state.only[at] = state.below[up].size() == 1 && (aboveIsHolder || state.only[up]);
  }
  if (!node.preface.isEmpty()) state.preface[at] = index;
  const bool isEmpty = node.message.content.trimmed().isEmpty() && node.thinking.trimmed().isEmpty() && node.message.errorDetail.isEmpty();
  if (!node.isMessage || (m_keep == Keep::Readable && isEmpty)) {
    node.isMessage = false;
    state.holder[at] = holder;
    return;
  }
  MessageRow& message = node.message;
  const bool isAnswer = message.role == MessageRole::Assistant;
  if (m_keep == Keep::Readable && isAnswer && holder > 0 && state.only[at]) {
    MessageRow& begun = state.tree.messages[holder - 1];
    if (begun.role == MessageRole::Assistant) {
      begun.content = joined(begun.content, message.content);
      state.thinking[holder - 1] = joined(state.thinking[holder - 1], node.thinking);
      state.holder[at] = holder;
      return;
    }
  }
  if (const qsizetype preface = state.preface[at]; !isAnswer && preface != kNone && !state.prefaceUsed[static_cast<size_t>(preface)]) {
    message.content = joined(m_nodes[preface].preface, message.content);
    state.prefaceUsed[static_cast<size_t>(preface)] = true;
  }
  message.id = state.tree.messages.size() + 1;
  message.parentId = holder;
  if (!message.createdAt.isValid()) message.createdAt = holder > 0 ? state.tree.messages[holder - 1].createdAt : state.tree.chat.createdAt;
  state.holder[at] = message.id;
  state.tree.messages.append(std::exchange(message, {}));
  state.thinking.append(std::exchange(node.thinking, {}));
}

ConversationTree TreeBuilder::finish(const ChatRow& chat, const QString& head) {
  State state;
  state.tree.chat = chat;
  connect(state);
  for (qsizetype i = 0; i < m_nodes.size(); ++i) {
    if (state.parent[static_cast<size_t>(i)] == kNone) visit(state, i);
  }
  // What is left goes round in circles.
  for (qsizetype i = 0; i < m_nodes.size(); ++i) {
    if (state.visited[static_cast<size_t>(i)]) continue;
    state.parent[static_cast<size_t>(i)] = kNone;
    visit(state, i);
  }
  if (m_keep == Keep::Readable) {
    for (qsizetype i = 0; i < state.tree.messages.size(); ++i) {
      MessageRow& message = state.tree.messages[i];
      if (message.role == MessageRole::Assistant) message.content = storedAnswer(state.thinking[i], message.content);
    }
  }
  state.tree.chat.headId = 0;
  for (qsizetype i = 0; i < m_nodes.size() && !head.isEmpty(); ++i) {
    if (m_nodes[i].id != head) continue;
    state.tree.chat.headId = state.holder[static_cast<size_t>(i)];
    break;
  }
  if (state.tree.chat.headId == 0) state.tree.chat.headId = newestLeaf(state.tree);
  return std::move(state.tree);
}
