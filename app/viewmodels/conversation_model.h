// The messages of the conversation that is shown.
#pragma once

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QHash>

#include "storage/rows.h"
#include "text/attached_text.h"

class BlockListModel;

/// @brief Messages of the shown branch, oldest first.
///
/// An answer that is still queued has no row: its question is shown as queued instead.
class ConversationModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.conversation")
  /// Number of messages shown.
  Q_PROPERTY(int count READ count NOTIFY countChanged)
  /// A message of any conversation is being edited and would lose what was typed.
  Q_PROPERTY(bool unsavedEdits READ unsavedEdits NOTIFY editsChanged)

 public:
  enum Role {
    MessageIdRole = Qt::UserRole + 1,  ///< qint64
    RoleRole,                          ///< "user"|"assistant"
    BlocksRole,                        ///< BlockListModel*
    TextRole,                          ///< source text, plain
    StatusRole,                        ///< see MessageStatus
    StatusTextRole,                    ///< localised sentence, empty when there is nothing to say
    StatsRole,                         ///< "18.2 tokens/s · 0.9 s to first token · 412 tokens"
    ErrorCauseRole,                    ///< what went wrong
    ErrorNextStepRole,                 ///< what to do about it
    ErrorDetailRole,                   ///< technical text, may be empty
    VersionIndexRole,                  ///< among the answers to the same question, from 1
    VersionCountRole,                  ///< how many there are
    ModelNameRole,                     ///< model that answered
    AdaptersRole,                      ///< adapters that took part: "Fables 1.0, Tales 0.5"; empty: none
    CreatedAtRole,                     ///< QDateTime
    EditedRole,                        ///< bool: a person wrote it over an answer
    CanRetryRole,                      ///< bool: it is a question, or answers one
    CanResumeRole,                     ///< bool: an answer that did not end by itself and can go on
    EditingRole,                       ///< bool: being edited
    EditTextRole,                      ///< what was typed so far
    FilesRole,                         ///< list of {name, detail, text}: attachments of a question
    OwnTextRole,                       ///< text without them
    EditFilesRole,                     ///< as FilesRole, those that are left while it is edited
  };
  Q_ENUM(Role)

  /// Versions: the rows are answers to one question, and those that are queued are shown too.
  enum class Rows { Branch, Versions };
  explicit ConversationModel(QObject* parent = nullptr, Rows rows = Rows::Branch);
  ~ConversationModel() override;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
  [[nodiscard]] int count() const;

  /// Shows another path of messages. Rows that stay (same ids at the front) are kept.
  void setPath(const QList<MessageRow>& path);
  /// Updates status, numbers and errors of one message.
  void updateMessage(const MessageRow& message);
  /// Adds streamed text to one message.
  void appendText(qint64 messageId, const QString& text);
  /// Progress of reading the prompt, 0..1, of one answer.
  void setReadingProgress(qint64 messageId, double fraction);
  /// Source text of a message as it is copied: of an answer without its thinking section, of a question with its files behind it.
  Q_INVOKABLE [[nodiscard]] QString textOf(qint64 messageId) const;
  /// Begins to edit a finished message. What is typed is kept until it is saved or given up, whatever is shown meanwhile.
  Q_INVOKABLE void startEdit(qint64 messageId);
  Q_INVOKABLE void setEditText(qint64 messageId, const QString& text);
  Q_INVOKABLE void cancelEdit(qint64 messageId);
  /// Takes a file out of a question that is being edited.
  Q_INVOKABLE void removeEditFile(qint64 messageId, int row);
  /// What was typed for a message; empty when it is not being edited.
  [[nodiscard]] QString editText(qint64 messageId) const { return m_edits.value(messageId).text; }
  /// The message that an edit makes: its files, as they stood in it, and what was typed; empty when nothing is left.
  [[nodiscard]] QString editedMessage(qint64 messageId) const;
  [[nodiscard]] bool unsavedEdits() const;
  [[nodiscard]] bool isQuestion(qint64 messageId) const;
  /// Gives up all edits of a conversation, 0: of all.
  void forgetEdits(qint64 chatId);
  /// The end of the branch, 0: nothing is shown.
  [[nodiscard]] qint64 lastId() const { return m_items.isEmpty() ? 0 : m_items.last().row.id; }
  /// The last question, 0: none.
  Q_INVOKABLE [[nodiscard]] qint64 lastQuestion() const;
  /// Row of a message, -1 when it is not shown.
  [[nodiscard]] int rowOf(qint64 messageId) const { return indexOf(messageId); }
  /// The last answer that has text, without its thinking section; empty when there is none.
  [[nodiscard]] QString lastAnswer() const;
  /// The last message that can be answered again, 0: none.
  [[nodiscard]] qint64 lastAnswerId() const;
  /// Texts computed here change with the language.
  void retranslate();

  /// The line under an answer; empty until numbers are known.
  [[nodiscard]] static QString statsText(const AnswerStats& stats);

 Q_SIGNALS:
  void countChanged();
  void editsChanged();

 private:
  struct Edit {
    qint64 chatId = 0;
    QString original;  // what had been typed
    QString text;
    QString head;               // the message whose files it begins with
    QList<AttachedText> files;  // of them
    bool isFewer = false;       // some were taken out

    [[nodiscard]] bool isChanged() const { return isFewer || text != original; }
  };
  struct Item {
    MessageRow row;
    bool answerQueued = false;  // user: the answer waits for the model
    double readingFraction = 0;
    mutable BlockListModel* blocks = nullptr;  // made on first use, owned by the model
  };

  [[nodiscard]] int indexOf(qint64 messageId) const;
  [[nodiscard]] BlockListModel* blocksOf(const Item& item) const;
  [[nodiscard]] QList<Item> visibleItems(const QList<MessageRow>& path) const;
  [[nodiscard]] static MessageStatus shownStatus(const Item& item);
  [[nodiscard]] static QString statusText(const Item& item);
  [[nodiscard]] static QString copiedText(const MessageRow& row);
  [[nodiscard]] bool canRetry(int at) const;
  [[nodiscard]] bool canResume(int at) const;
  void truncate(int size);

  Rows m_rows;
  QList<Item> m_items;
  QHash<qint64, Edit> m_edits;  // by message
};
