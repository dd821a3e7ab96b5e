// One conversation outside the database: what is exported, and what foreign files are turned into.
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QString>

#include "storage/chat_settings.h"
#include "storage/rows.h"

/// A chat with all its messages. Ids count from 1 in the order of `messages` and a parent comes before its children; so do the head of
/// the chat and the parents refer to them. The chat itself has no id, and its folder is known by name only.
struct ConversationTree {
  ChatRow chat;
  QList<MessageRow> messages;
  QString folder = {};  // empty: none
  ChatSettings settings = {};  // without a model and without presets of the user's

  bool operator==(const ConversationTree&) const = default;
};

/// Ids of the shown branch, first message first.
[[nodiscard]] QList<qint64> shownBranch(const ConversationTree& tree);

/// The end of the branch that goes through the newest message at every fork; 0: there are no messages.
[[nodiscard]] qint64 newestLeaf(const ConversationTree& tree);

/// SHA-256 over roles, texts and parents; the same for the same conversation, whatever its title and its times are.
[[nodiscard]] QByteArray contentHash(const ConversationTree& tree);

/// Makes a tree from nodes that name their parents, in whatever order and however wrongly: nodes without their parent become first
/// messages, circles are cut, of nodes with one id the first one gets the children of that id. Never recursive.
class TreeBuilder {
 public:
  enum class Keep {
    Readable,  // answers that only go on are joined, nodes without text are passed over
    Exactly,   // every node is a message
  };
  struct Node {
    QString id;
    QString parent;
    MessageRow message;     // id and parent are not looked at
    QString thinking;       // of an answer, before its text
    QString preface;        // of a node that is no message: put before the first question below it
    bool isMessage = true;  // false: its children belong to the message above it
  };

  explicit TreeBuilder(Keep keep) : m_keep(keep) {}

  /// The order of nodes with one parent is that in which they are added.
  void add(Node node) { m_nodes.append(std::move(node)); }
  [[nodiscard]] bool isEmpty() const { return m_nodes.isEmpty(); }
  /// `chat` without head; `head`: id of a node, empty or unknown for the newest branch. Missing times are those of the message before.
  [[nodiscard]] ConversationTree finish(const ChatRow& chat, const QString& head);

 private:
  struct State;
  void connect(State& state) const;
  void visit(State& state, qsizetype root);
  void place(State& state, qsizetype index);

  Keep m_keep;
  QList<Node> m_nodes;
};
