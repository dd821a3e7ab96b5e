// Conversations: sending, answering, stopping, repeating, editing, deleting.
#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QList>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <memory>
#include <optional>

#include "bridge/answer_engine.h"
#include "services/answer_request.h"
#include "services/chat_context.h"
#include "storage/message_tree.h"
#include "storage/rows.h"
#include "storage/storage_thread.h"
#include "storage/summary_store.h"
#include "text/thinking_marks.h"

class AdapterLibrary;
class ChatSettingsService;
class ChatSummaries;
class ModelService;
class PolicyService;
class Settings;
class TokenCounter;
struct AnsweredTurn;

/// Owns the state of all conversations in the GUI thread; the database and the engine only receive and answer messages.
///
/// A question and its (still empty) answer are stored together before anything is computed. The answer waits in a queue
/// until the model is ready and the earlier answer of the same chat is complete; answers of different chats, and those to the same
/// question, are computed at the same time. An answer uses the adapters that are on in its chat when it begins. Streamed text goes to the
/// database in pieces, so that a crash loses at most the last quarter of a second.
///
/// The tree of a chat only grows: an edited message and another answer stand beside the old one, a deleted message is hidden until it is
/// erased, and the last step of every chat can be taken back.
class ChatService : public QObject {
  Q_OBJECT

 public:
  /// What can be taken back.
  enum class Step {
    None,
    ChatDeleted,
    Edited,
    AnsweredAgain,
    Continued,
    Branched,
    MessageDeleted,
    Pinned,
    Unpinned,
    Archived,
    Unarchived,
    Moved,
    FolderRemoved,
    FolderMade,
    FolderRenamed
  };

  /// How often streamed text is written; the rule is at least every 250 ms, and a slow disk needs its share of that.
  static constexpr int kSaveIntervalMs = 100;
  static constexpr int kUndoMs = 10'000;

  /// All must outlive this object.
  ChatService(StorageThread* storage, AnswerEngine* engine, ModelService* models, AdapterLibrary* adapters, Settings* settings,
              QObject* parent = nullptr);

  /// What chats set for themselves; must outlive this object.
  void setChatSettings(ChatSettingsService* settings) { m_chatSettings = settings; }

  /// Reason of an answer that waits for a summary of what was said before.
  inline static const QString kSummarising = QStringLiteral("summarising");

  /// Rules that stop answers; must outlive this object. Without them nothing is checked.
  void setPolicy(PolicyService* policy) { m_policy = policy; }
  /// Takes over what the database holds. Until then nothing can be sent.
  void start(const StorageState& state);
  [[nodiscard]] bool isStarted() const { return m_started; }

  /// All that are kept, without the private ones.
  [[nodiscard]] QList<ChatRow> chats() const;
  /// In no order.
  [[nodiscard]] QList<FolderRow> folders() const { return m_folders.values(); }
  [[nodiscard]] std::optional<ChatRow> chat(qint64 chatId) const;
  /// The shown branch of an opened chat; empty while it is being read.
  [[nodiscard]] QList<MessageRow> path(qint64 chatId) const;
  /// Answers being computed, without those that wait.
  [[nodiscard]] int runningCount(qint64 chatId) const;
  /// Questions that wait for the model.
  [[nodiscard]] int queuedCount(qint64 chatId) const;
  /// The newest step that is not older than kUndoMs.
  [[nodiscard]] Step offeredStep() const;

  /// Reads the messages of a chat; the chat opened before is forgotten unless it is being answered. 0 closes only.
  void open(qint64 chatId);
  /// Stores the question and queues its answer; `chatId` 0 begins a chat. Returns the chat. Precondition: isStarted().
  qint64 send(qint64 chatId, const QString& text);
  /// Begins a chat that is never stored, see isPrivateId(), or returns one that is still empty. It is gone without undo when it is
  /// removed, and at the end of the application. Precondition: isStarted().
  qint64 beginPrivateChat();
  /// As send(), with an answer for each configuration, all beside each other and computed at the same time. The branch shows the first
  /// one until keep(). Precondition: there is a configuration.
  qint64 compare(qint64 chatId, const QString& text, const QList<AnswerConfiguration>& configurations);
  /// Compares what is stored: all answers to the question that `messageId` answers. Answers comparisonChanged().
  void openComparison(qint64 chatId, qint64 messageId);
  /// The answers that were compared last in an open chat, oldest first; empty when there are none.
  [[nodiscard]] QList<MessageRow> comparison(qint64 chatId) const;
  /// The branch ends with this answer of the comparison; others that are under way are stopped and stay as its versions.
  void keep(qint64 chatId, qint64 messageId);
  /// What is done when the chat is longer than the context.
  [[nodiscard]] ContextPolicy contextPolicy(qint64 chatId) const;
  /// How full the context of an opened chat is with `draft` as the next message. Asks for counts that it lacks: contextChanged() follows.
  [[nodiscard]] ContextView contextOf(qint64 chatId, const QString& draft);
  /// Stops the answers of the chat, also those that wait.
  void stop(qint64 chatId);
  /// Answers the question of `messageId` (an answer, or the question itself) again, as a sibling.
  void retry(qint64 chatId, qint64 messageId, const AnswerOptions& options = {});
  /// Stores another version of a message of the shown branch: of a question with a new answer, of an answer as it is given, marked as
  /// edited. What followed the old version stays with that one. Blank and unchanged texts change nothing. False: the message is not
  /// shown, or is still being written.
  bool edit(qint64 chatId, qint64 messageId, const QString& text);
  /// Whether an answer can go on: it is the end of the branch, answers a question, has text and did not end by itself.
  [[nodiscard]] bool canResume(qint64 chatId, qint64 messageId) const;
  /// Computes what follows the text of such an answer, as the same message. Numbers add up: tokens and the time of decoding are those of
  /// all parts (an interrupted part has none), the prompt is that of the last part, the time to the first token that of the first one.
  /// Where the context is full, the model sees the end of the text and no more of the chat than fits.
  void resume(qint64 chatId, qint64 messageId);
  /// Makes a chat with a copy of the shown branch up to a message; returns it, 0: the message is not shown or not complete.
  qint64 branch(qint64 chatId, qint64 messageId);
  /// Hides a message of the shown branch, so that what follows it is shown under what is above it, and erases it after kUndoMs. Ignored
  /// while an answer of the chat is under way.
  void removeMessage(qint64 chatId, qint64 messageId);
  /// Reads all messages of a chat that are not hidden; answers outlineRead().
  void readOutline(qint64 chatId);
  /// An empty title restores the automatic one.
  void rename(qint64 chatId, const QString& title);
  /// Shows the branch with another answer (or question) of the same parent, `step` places after `messageId`. Ignored while an answer
  /// of the chat is under way.
  void showVersion(qint64 chatId, qint64 messageId, int step);
  /// Makes the shown branch of an open chat one that holds the message; answers pathChanged() if it was another.
  void showMessage(qint64 chatId, qint64 messageId);
  /// Hides the chat and erases it after kUndoMs.
  void remove(qint64 chatId);
  /// Brings back the chat that was removed last; returns its id or 0.
  qint64 undoRemove();
  /// Keeps a chat at the top of the list. This and the following changes of the list can be undone for kUndoMs.
  void pin(qint64 chatId, bool on);
  /// Takes a chat out of the list, or brings it back. Search finds it all the same.
  void archive(qint64 chatId, bool on);
  /// `folderId` 0: back to the list.
  void moveToFolder(qint64 chatId, qint64 folderId);
  /// Returns the folder; one that has the name already, whatever its case, is not made again. 0: the name is blank. Moves a chat into it,
  /// 0: none, as one step with making it.
  qint64 createFolder(const QString& name, qint64 chatId = 0);
  /// False: the name is blank or belongs to another folder.
  bool renameFolder(qint64 folderId, const QString& name);
  /// Its chats go back to the list.
  void removeFolder(qint64 folderId);
  /// Whether the chats of a folder are hidden; kept.
  void collapseFolder(qint64 folderId, bool on);
  /// Ids that nothing else will get, for chats and messages that somebody else stores. Returns the last ones in use before.
  struct LastIds {
    qint64 chat = 0;
    qint64 message = 0;
  };
  LastIds reserveIds(int chats, qint64 messages);
  /// Takes over chats that were stored under such ids, into the folders of these names. Precondition: isStarted().
  void takeOver(const QList<ChatRow>& chats, const QHash<qint64, QString>& folders = {});
  /// Takes the offered step back; without one, the newest step of the chat, however old. Returns the chat to show, 0: there is none.
  qint64 undo(qint64 chatId);
  /// Ends all answers as interrupted and erases what was removed. Call before the storage closes.
  void shutDown();
  /// Ends all answers and forgets all chats, because the database is about to be erased. start() begins again.
  void forgetEverything();

 Q_SIGNALS:
  void started();
  void chatChanged(const ChatRow& chat);
  void chatRemoved(qint64 chatId);
  void folderChanged(const FolderRow& folder);
  /// After its chats have left it.
  void folderRemoved(qint64 folderId);
  /// path() is another: messages came, went or were read.
  void pathChanged(qint64 chatId);
  /// Status, numbers or errors of a message.
  void messageChanged(const MessageRow& message);
  /// comparison() holds other messages.
  void comparisonChanged(qint64 chatId);
  void answerText(qint64 messageId, const QString& text);
  void readingProgress(qint64 messageId, double fraction);
  /// runningCount() or queuedCount().
  void activityChanged(qint64 chatId);
  /// offeredStep().
  void undoChanged();
  /// contextOf() is another, for reasons that nothing above tells; 0: of every chat.
  void contextChanged(qint64 chatId);
  void outlineRead(qint64 chatId, const QList<OutlineRow>& rows);

 private:
  struct Conversation {
    QList<MessageRow> path;
    bool loaded = false;
    qint64 reading = 0;          // which read may fill it
    QList<MessageRow> pending;   // sent while the messages were still being read
    QList<MessageRow> compared;  // versions of one answer, one of which may be in the path too
  };
  struct Answer {
    MessageRow row;
    AnswerEngine::RequestId request = 0;               // 0: waits
    std::optional<AnswerConfiguration> configuration;  // none: the switches of the chat
    std::optional<double> temperature;                 // none: the settings
    QString modelPath;                                 // for this answer only; empty: the model of the window
    bool resumed = false;                              // goes on behind the text that the row had
    AnswerStats earlier;                               // of the parts before
    bool stored = false;                               // question and answer are in the database (or could not be)
    bool trimHistory = false;
    std::optional<SummaryRow> summary;  // being written: the request is for it, and the answer begins afterwards
    QString unsaved;
    int nextChunk = 0;
    ThinkingMarks marks;
    qsizetype checked = 0;  // of the text, by the rules
    bool ending = false;
  };
  struct Deletion {
    ChatRow chat;
    qint64 serial = 0;
  };
  /// One change of a tree.
  struct TreeStep {
    Step step = Step::None;
    qint64 chatId = 0;
    qint64 head = 0;     // before it
    MessageRow message;  // as it was; of Branched only its chat: the new one
    qint64 serial = 0;
    bool isOffered = true;
  };

  /// One change of the list, with chats and folder as they were.
  struct ListStep {
    Step step = Step::None;
    QList<ChatRow> chats;
    FolderRow folder;
    qint64 serial = 0;
  };

  void connectEngine();
  void readPath(qint64 chatId);
  void takePath(qint64 chatId, const QList<MessageRow>& rows);
  qint64 beginChat(const QString& firstText);
  qint64 ask(qint64 chatId, const QString& text, const QList<std::optional<AnswerConfiguration>>& configurations);
  MessageRow newMessage(qint64 chatId, qint64 parentId, MessageRole role);
  void queueAnswers(const QList<Answer>& answers, const std::optional<MessageRow>& question);
  void dispatch();
  [[nodiscard]] bool bringModel(const Answer& answer);
  [[nodiscard]] bool isBusyElsewhere(const Answer& answer) const;
  void startAnswer(Answer& answer);
  void connectContext();
  [[nodiscard]] AnswerRequest requestOf(qint64 chatId) const;
  [[nodiscard]] QString instructionsOf(qint64 chatId) const;
  [[nodiscard]] ContextInput measured(const QString& instructions, const QList<AnsweredTurn>& turns, const QString& question) const;
  void takeSummary(ContextInput& input, const std::optional<SummaryRow>& summary) const;
  [[nodiscard]] bool preparePrompt(Answer& answer, AnswerRequest& request);
  void startSummary(Answer& answer, const AnswerRequest& like, const QList<AnsweredTurn>& turns, int to,
                    const std::optional<SummaryRow>& earlier);
  void endSummary(Answer& answer, AnswerEnd end);
  void failAnswer(qint64 messageId, const Problem& reported);
  void endAnswer(qint64 messageId);
  template <class Change>
  void changeShown(const Answer& answer, Change change);
  void publish(const Answer& answer);
  void addText(Answer& answer, ThinkingMarks::Kind kind, const QString& delta);
  void addStored(Answer& answer, const QString& text);
  [[nodiscard]] bool isBlocked(Answer& answer, bool complete);
  void onFinished(Answer& answer, AnswerEnd end, const AnswerUsage& usage);
  [[nodiscard]] Answer* answerOf(quint64 request);
  void saveChunks();
  void storeChat(const ChatRow& chat);
  void touchChat(qint64 chatId, qint64 headId);
  void abandonAnswers(qint64 chatId, MessageStatus status);
  void abandonAnswersTo(const QSet<qint64>& questions);
  void addLive(QList<MessageRow>& rows) const;
  void moveHead(qint64 chatId, qint64 headId);
  void showBranchOf(qint64 chatId, qint64 messageId);
  [[nodiscard]] qsizetype indexIn(qint64 chatId, qint64 messageId) const;
  void leaveBranchFrom(qint64 chatId, qsizetype index);
  bool editAnswer(qint64 chatId, qsizetype index, const QString& text);
  void remember(Step step, qint64 chatId, qint64 head, const MessageRow& message);
  void endOffer(qint64 serial);
  void takeBackResume(const TreeStep& step);
  void onHidden(qint64 chatId, const MessageRow& message, qint64 headBefore, qint64 head);
  void refreshTitle(qint64 chatId);
  template <class Change>
  void changeListed(Step step, const QList<qint64>& chatIds, Change change, const FolderRow& folder = {});
  [[nodiscard]] ChatRow* listedRow(qint64 chatId);
  void storeListed(const ChatRow& chat);
  [[nodiscard]] QList<qint64> chatsIn(qint64 folderId) const;
  qint64 folderFor(const QString& name);
  void putFolder(const FolderRow& folder);
  void dropFolder(qint64 folderId);
  void takeBackFolder(const ListStep& step);
  void undoListStep();
  void forgetIdle(qint64 chatId);
  [[nodiscard]] QList<MessageRow> questionPath(const Answer& answer) const;

  /// Where a chat, or what belongs to a message, is kept.
  [[nodiscard]] StorageThread* storageOf(qint64 id) const { return isPrivateId(id) ? m_privateStorage.get() : m_storage; }
  qint64 nextMessageId(qint64 chatId) { return isPrivateId(chatId) ? ++m_lastPrivateMessageId : ++m_lastMessageId; }
  void closePrivateChat(qint64 chatId);
  void closePrivateChats();

  StorageThread* m_storage;
  std::unique_ptr<StorageThread> m_privateStorage;  // in memory, there while there are private chats
  AnswerEngine* m_engine;
  ModelService* m_models;
  AdapterLibrary* m_adapters;
  Settings* m_settings;
  ChatSettingsService* m_chatSettings = nullptr;
  PolicyService* m_policy = nullptr;
  TokenCounter* m_tokens;
  ChatSummaries* m_summaries;
  bool m_started = false;
  qint64 m_lastChatId = 0;
  qint64 m_lastMessageId = 0;
  qint64 m_lastPrivateChatId = kFirstPrivateId;
  qint64 m_lastPrivateMessageId = kFirstPrivateId;
  quint64 m_saltBase = 0;
  qint64 m_openChat = 0;
  qint64 m_reads = 0;
  QHash<qint64, ChatRow> m_chats;
  QHash<qint64, Conversation> m_conversations;
  QHash<qint64, Answer> m_answers;    // by message
  QHash<quint64, qint64> m_requests;  // engine request -> message
  QList<qint64> m_queue;              // messages that wait, oldest first
  QList<Deletion> m_deletions;
  QList<TreeStep> m_steps;      // newest last
  QList<ListStep> m_listSteps;  // likewise
  QHash<qint64, FolderRow> m_folders;
  qint64 m_lastFolderId = 0;
  qint64 m_deletionSerial = 0;
  QTimer m_saveTimer;
};
