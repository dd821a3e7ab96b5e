// What is selected in the conversation, across blocks and messages.
#pragma once

#include <qqmlregistration.h>
#include <QAbstractItemModel>
#include <QHash>
#include <QObject>
#include <QPersistentModelIndex>
#include <QPoint>
#include <QSet>
#include <QString>
#include <optional>

#include "viewmodels/block_text.h"

/// @brief A selection with two ends: a message, a block in it, a position in that (see BlockText).
///
/// It lives here and not in delegates, which come and go as the list scrolls: those ask rangeIn() what to show as selected, and the
/// copied text is made from the messages themselves. Rows that are added do not change it; it is cleared when one of its ends is removed
/// or a message in it gets other blocks.
class ConversationSelection : public QObject {
  Q_OBJECT
  QML_ELEMENT
  /// Messages with the roles messageId, role, blocks, text, ownText and files, see ConversationModel.
  Q_PROPERTY(QAbstractItemModel* conversation READ conversation WRITE setConversation NOTIFY conversationChanged)
  /// Something is selected.
  Q_PROPERTY(bool active READ active NOTIFY changed)
  /// Row of the end that moves, -1: nothing was ever pressed.
  Q_PROPERTY(int row READ row NOTIFY changed)

 public:
  enum Unit { Characters, Words, Lines };
  Q_ENUM(Unit)

  explicit ConversationSelection(QObject* parent = nullptr);

  [[nodiscard]] QAbstractItemModel* conversation() const { return m_model; }
  void setConversation(QAbstractItemModel* model);
  [[nodiscard]] bool active() const;
  [[nodiscard]] int row() const { return m_focus.row.row(); }

  /// Begins at a position and goes on in whole units from there.
  Q_INVOKABLE void begin(int row, int block, int position, ConversationSelection::Unit unit);
  /// Moves the other end; begins a selection when there is none.
  Q_INVOKABLE void extend(int row, int block, int position);
  Q_INVOKABLE void selectMessage(int row);
  Q_INVOKABLE void selectAll();
  /// The whole message in `row`, if it is not the selection already; then the conversation.
  Q_INVOKABLE void selectMore(int row);
  /// Whole messages: one more (step 1) or less (-1) at the end that moves. Without a selection: the message in `row`.
  Q_INVOKABLE void extendByMessage(int step, int row);
  Q_INVOKABLE void clear();

  /// What is selected in a block: x is the first position, y that behind the last one, which may be beyond its end. (-1, -1): nothing.
  Q_INVOKABLE [[nodiscard]] QPoint rangeIn(int row, int block) const;
  /// Whether a message has a part of it.
  Q_INVOKABLE [[nodiscard]] bool touches(int row) const;
  /// A thinking section belongs to the selection while the reader has it open.
  Q_INVOKABLE void setThinkingOpen(int row, bool open);
  Q_INVOKABLE [[nodiscard]] bool isThinkingOpen(int row) const;

  /// Readable text of the selection, without marks.
  Q_INVOKABLE [[nodiscard]] QString plainText() const;
  /// Its Markdown: what is selected as a whole is as it was written.
  Q_INVOKABLE [[nodiscard]] QString markdown() const;
  /// A whole message as readable text, without its thinking section.
  Q_INVOKABLE [[nodiscard]] QString plainTextOf(qint64 messageId) const;

 Q_SIGNALS:
  void conversationChanged();
  void changed();

 private:
  struct End {
    QPersistentModelIndex row{};
    int block = 0;
    int at = 0;
    [[nodiscard]] bool isBefore(const End& other) const;
    bool operator==(const End&) const = default;
  };
  /// The blocks of a message with what they were written as.
  struct Message;

  [[nodiscard]] QVariant value(int row, const char* role) const;
  [[nodiscard]] bool isQuestion(int row) const;
  [[nodiscard]] int blockCount(int row) const;
  [[nodiscard]] MarkdownBlock blockAt(int row, int block) const;
  [[nodiscard]] BlockText textAt(int row, int block) const;
  [[nodiscard]] End startOf(int row) const;
  [[nodiscard]] End endOf(int row) const;
  [[nodiscard]] const End& first() const { return m_focus.isBefore(m_anchor) ? m_focus : m_anchor; }
  [[nodiscard]] const End& last() const { return m_focus.isBefore(m_anchor) ? m_anchor : m_focus; }
  [[nodiscard]] BlockText::Part unitAt(int row, int block, int position) const;
  void set(const End& anchor, const End& focus);
  void checkEnds();
  void checkBlocks(int firstRow, int lastRow, const QList<int>& roles);
  [[nodiscard]] Message message(int row) const;
  [[nodiscard]] QString written(int row, bool asMarkdown) const;
  [[nodiscard]] QString joined(bool asMarkdown) const;

  QAbstractItemModel* m_model = nullptr;
  QHash<QByteArray, int> m_roles;
  End m_anchor;
  End m_focus;
  End m_originFrom;  // the unit that was pressed
  End m_originTo;
  Unit m_unit = Characters;
  QSet<qint64> m_openThinking;
};
