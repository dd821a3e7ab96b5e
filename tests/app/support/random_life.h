// What people do beside talking, at random: they file chats, set them up, leave things unsent, want privacy, and take chats along. What has
// to be there afterwards is remembered; random_actions_test.cpp adds the conversation itself.
#pragma once

#include <QDirIterator>
#include <QFile>
#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <algorithm>
#include <random>

#include "app/support/chat_round_trip.h"
#include "storage/tree_check.h"
#include "text/attached_text.h"

namespace hearth_test {

/// In every text of a private chat, and nowhere else.
inline constexpr const char* kPrivate = "xyzzyprivate";

class RandomLife {
 public:
  RandomLife(const QString& home, unsigned seed) : m_home(home), m_random(seed) { restart(); }

 protected:
  [[nodiscard]] int pick(int below) { return static_cast<int>(m_random() % static_cast<unsigned>(below)); }
  [[nodiscard]] ChatService& chats() { return m_run->chats; }
  [[nodiscard]] AppViewModel& app() { return m_run->viewModel; }

  /// A chat of the list, 0: none, or the head of a folder was hit.
  [[nodiscard]] qint64 anyChat() {
    const int count = app().chats()->count();
    if (count == 0) return 0;
    const QModelIndex row = app().chats()->index(pick(count));
    return row.data(ChatListModel::KindRole).toString() == QLatin1String("chat") ? row.data(ChatListModel::ChatIdRole).toLongLong() : 0;
  }

  void restart() {
    m_run.reset();
    m_finished.clear();
    m_run = std::make_unique<ExchangeRun>(m_home, QStringLiteral(HEARTH_MODELS "/../adapters"));
    ASSERT_TRUE(m_run->open());
    if (pick(4) > 0) m_run->engine.finishLoad();
    m_deleted.clear();  // the time to undo ended with the run
    m_hidden.clear();
    m_filed.clear();
    checkKept();
  }

  /// A chat begins, or goes on, with a question. Texts of private chats are expected nowhere.
  void expect(qint64 chatId, const QString& text) {
    if (!isPrivateId(chatId)) m_expected[chatId].insert(text);
  }

  /// For the current chat. Now and then with a file in front of it.
  [[nodiscard]] QString newQuestion() {
    QString text = QStringLiteral("question number%1 of the sequence").arg(++m_questions);
    if (isPrivateId(app().currentChatId())) text += QLatin1Char(' ') + QLatin1String(kPrivate);
    if (pick(6) > 0) return text;
    return withAttachedTexts({{QStringLiteral("notes.md"), QStringLiteral("a ``` fence\n```\nin a file\n")}}, text);
  }

  // --- Order of the list

  struct Filed {
    bool isPinned = false;
    bool isArchived = false;
    QString folder;
    bool operator==(const Filed&) const = default;
  };
  struct Filing {
    QMap<qint64, Filed> chats;
    QMap<qint64, QString> folders;
    bool operator==(const Filing&) const = default;
  };

  [[nodiscard]] Filing filing() {
    Filing now;
    for (const FolderRow& folder : chats().folders()) now.folders.insert(folder.id, folder.name);
    for (const ChatRow& chat : chats().chats())
      now.chats.insert(chat.id, {chat.isPinned, chat.isArchived, now.folders.value(chat.folderId)});
    return now;
  }

  [[nodiscard]] static bool isFiling(ChatService::Step step) {
    using Step = ChatService::Step;
    static const QSet<int> kAll{int(Step::Pinned), int(Step::Unpinned),      int(Step::Archived),   int(Step::Unarchived),
                                int(Step::Moved),  int(Step::FolderRemoved), int(Step::FolderMade), int(Step::FolderRenamed)};
    return kAll.contains(int(step));
  }

  [[nodiscard]] qint64 anyFolder() {
    const QList<FolderRow> folders = chats().folders();
    return folders.isEmpty() ? 0 : folders[pick(static_cast<int>(folders.size()))].id;
  }

  void file() {
    const Filing before = filing();
    ChatFilingModel& model = *app().filing();
    const qint64 chatId = anyChat();
    const QString name = QStringLiteral("folder %1").arg(pick(6));
    switch (pick(7)) {
      case 0:
        model.pin(chatId, pick(2) == 0);
        break;
      case 1:
        model.archive(chatId, pick(3) == 0);
        break;
      case 2:
        model.addFolder(name, pick(2) == 0 ? chatId : 0);
        break;
      case 3:
        model.renameFolder(anyFolder(), name);
        break;
      case 4:
        if (pick(2) == 0) model.removeFolder(anyFolder());
        break;
      case 5:
        model.setCollapsed(anyFolder(), pick(2) == 0);
        break;
      default:
        model.move(chatId, pick(3) == 0 ? 0 : anyFolder());
    }
    if (filing() == before) return;
    ASSERT_TRUE(isFiling(chats().offeredStep()));
    m_filed.append(before);
  }

  /// After a step back: the list is as it was before the step, as far as its chats are there.
  void checkFiled() {
    if (m_filed.isEmpty()) return;  // an import came in between
    const Filing before = m_filed.takeLast();
    const Filing now = filing();
    EXPECT_EQ(now.folders, before.folders);
    for (auto chat = before.chats.begin(); chat != before.chats.end(); ++chat) {
      if (!now.chats.contains(chat.key())) continue;
      EXPECT_TRUE(now.chats[chat.key()] == chat.value()) << "chat " << chat.key();
    }
  }

  // --- What a chat sets for itself

  void configure() {
    const qint64 chatId = app().currentChatId();
    ChatSettingsService& service = m_run->core.chatSettings();
    const QList<AdapterRow> adapters = m_run->core.adapters().adapters();
    switch (pick(5)) {
      case 0:
        if (!adapters.isEmpty())
          m_run->core.adapters().setSwitch(chatId, {adapters[pick(static_cast<int>(adapters.size()))].id, pick(2) == 0, 0.5 * pick(4)});
        break;
      case 1: {
        SamplingChanges sampling;
        sampling.temperature = 0.1 * pick(10);
        service.savePreset(QStringLiteral("preset %1").arg(pick(3)), sampling);
        break;
      }
      case 2:
        if (!service.presets().isEmpty() && pick(2) == 0) service.removePreset(service.presets().first().id);
        break;
      default: {
        ChatSettings settings = service.of(chatId);
        settings.systemPrompt = QStringLiteral("instruction %1").arg(pick(9));
        if (isPrivateId(chatId)) settings.systemPrompt += QLatin1String(kPrivate);
        if (pick(2) == 0) settings.sampling.topK = pick(50);
        if (pick(2) == 0) settings.stop = {QStringLiteral("END%1").arg(pick(4))};
        if (pick(3) == 0) settings.preset = QStringLiteral("creative");
        if (pick(3) == 0 && !service.presets().isEmpty()) settings.preset = presetName(service.presets().first().id);
        service.set(chatId, settings);
        if (!isPrivateId(chatId) && chatId != 0) m_prompts[chatId] = settings.systemPrompt;
      }
    }
  }

  // --- What has not been sent

  void write() {
    const qint64 chatId = app().currentChatId();
    QString text = QStringLiteral("draft %1").arg(pick(1000));
    if (isPrivateId(chatId)) text += QLatin1String(kPrivate);
    const int waiting = static_cast<int>(app().composer()->waiting().size());
    if (waiting > 0 && pick(3) == 0) return app().composer()->sendWaiting(pick(waiting));
    app().setDraft(text);
    if (!isPrivateId(chatId)) m_drafts[chatId] = text;
  }

  /// After a restart everything that was being written is there, and so is what chats set for themselves.
  void checkKept() {
    m_run->settle();
    for (auto chat = m_prompts.begin(); chat != m_prompts.end(); ++chat) {
      if (!m_expected.contains(chat.key())) continue;
      EXPECT_EQ(m_run->core.chatSettings().of(chat.key()).systemPrompt, chat.value()) << "chat " << chat.key();
    }
    const qint64 shown = app().currentChatId();
    for (auto chat = m_drafts.begin(); chat != m_drafts.end(); ++chat) {
      if (chat.key() != 0 && !m_expected.contains(chat.key())) continue;
      chat.key() == 0 ? app().newChat() : app().openChat(chat.key());
      EXPECT_EQ(app().draft(), chat.value()) << "chat " << chat.key();
    }
    shown == 0 ? app().newChat() : app().openChat(shown);
  }

  // --- Private chats

  void isolate() {
    if (pick(3) > 0) return;
    app().newPrivateChat();
    const QString text = newQuestion();
    if (app().busy())
      chats().send(app().currentChatId(), text);
    else
      app().send(text);
  }

  // --- Files

  [[nodiscard]] QString exported(ChatFileFormat format, const QList<qint64>& chatIds) {
    ChatExportRequest request;
    request.chatIds = chatIds;
    request.format = format;
    request.options.allBranches = pick(2) == 0;
    request.options.thinking = pick(2) == 0;
    request.path = QStringLiteral("%1.%2.%3").arg(m_home).arg(++m_files).arg(fileEnding(format));
    const ChatExportOutcome outcome = m_run->exportChats(request);
    EXPECT_TRUE(!outcome.problem) << qPrintable(outcome.problem.detail);
    EXPECT_EQ(outcome.chats, chatIds.size());
    return request.path;
  }

  /// The chats that the fake engine leaves alone.
  [[nodiscard]] QList<qint64> quietChats() {
    QList<qint64> ids;
    for (const qint64 id : m_run->ids()) {
      if (chats().runningCount(id) > 0 || chats().queuedCount(id) > 0) continue;
      ids.append(id);
    }
    return ids;
  }

  /// Some chats into a file, and back: those that went on since come in beside themselves.
  void takeAlong() {
    m_run->core.chatSettings().flush();
    m_run->settle();
    QList<qint64> ids = quietChats();
    ids.removeIf([this](qint64 id) { return m_run->tree(id).messages.isEmpty(); });
    if (ids.isEmpty() || !chats().isStarted()) return;
    if (pick(2) == 0) ids = {ids[pick(static_cast<int>(ids.size()))]};
    const QString path = exported(ChatFileFormat::Json, ids);
    QList<ConversationTree> written = treesIn(path);
    for (const qint64 id : ids) {
      expectAmong(m_run->tree(id), written);
    }
    EXPECT_TRUE(written.isEmpty());
    m_exports.append(path);
    // An earlier file as often as this one.
    if (quietChats().size() < m_run->ids().size() || ::testing::Test::HasFailure()) return;
    const Trees fresh = importAndCompare(*m_run, m_exports[pick(static_cast<int>(m_exports.size()))], false);
    for (auto tree = fresh.begin(); tree != fresh.end(); ++tree) {
      QSet<QString>& texts = m_expected[tree.key()];
      for (const MessageRow& message : tree->messages) {
        if (message.role == MessageRole::User) texts.insert(message.content);
      }
    }
    m_filed.clear();
  }

  /// Documents are read by people; here they only have to come about, with what was asked in them.
  void print() {
    m_run->settle();
    const QList<qint64> ids = m_run->ids();
    if (ids.isEmpty()) return;
    const qint64 id = ids[pick(static_cast<int>(ids.size()))];
    QFile file(exported(pick(2) == 0 ? ChatFileFormat::Markdown : ChatFileFormat::Html, {id}));
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    const QList<MessageRow> path = chats().path(id);
    for (const MessageRow& message : path) {
      if (message.role != MessageRole::User) continue;
      EXPECT_TRUE(text.contains(numberIn(message.content).toUtf8()));
    }
    EXPECT_FALSE(text.contains(kPrivate));
  }

  /// In the end everything moves to an empty store: out of one file, equal, and sound.
  void moveHouse() {
    m_run = std::make_unique<ExchangeRun>(m_home);
    ASSERT_TRUE(m_run->open());
    m_run->settle();
    QList<qint64> ids = m_run->ids();
    ids.removeIf([this](qint64 id) { return m_run->tree(id).messages.isEmpty(); });
    if (ids.isEmpty()) return;
    const QString path = exported(ChatFileFormat::Json, ids);
    const QString second = m_home + QStringLiteral(".second");
    m_run = std::make_unique<ExchangeRun>(second);
    ASSERT_TRUE(m_run->open());
    const Trees moved = importAndCompare(*m_run, path, true);
    QList<ConversationTree> again = treesIn(exported(ChatFileFormat::Json, moved.keys()));
    for (const ConversationTree& tree : moved) expectAmong(tree, again);
    m_run.reset();
    Database database;
    ASSERT_TRUE(database.open(second + QStringLiteral("/hearth.db")));
    const auto repair = repairTrees(database);
    EXPECT_TRUE(repair && repair->isEmpty());
    EXPECT_EQ(database.value(QStringLiteral("PRAGMA integrity_check"))->toString(), QStringLiteral("ok"));
  }

  // --- In the end

  /// "number12": the word by which a question is found.
  [[nodiscard]] static QString numberIn(const QString& question) {
    return QRegularExpression(QStringLiteral("number\\d+")).match(question).captured();
  }

  /// How often a text that waited is there: as a message, or still waiting.
  [[nodiscard]] static int countOf(Database& database, qint64 chatId, const QString& text) {
    const int sent =
        database
            .value(QStringLiteral("SELECT count(*) FROM message WHERE chat_id = ? AND content = ? AND deleted_at IS NULL"), {chatId, text})
            ->toInt();
    const QString waiting = database.value(QStringLiteral("SELECT waiting FROM draft WHERE chat_id = ?"), {chatId})->toString();
    return sent + static_cast<int>(waiting.count(QRegularExpression(numberIn(text) + QStringLiteral("\\b"))));
  }

  void checkNothingPrivate() {
    QDirIterator files(m_home, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
      QFile file(files.next());
      ASSERT_TRUE(file.open(QIODevice::ReadOnly));
      EXPECT_FALSE(file.readAll().toLower().contains(kPrivate)) << qPrintable(file.fileName());
    }
  }

  QString m_home;
  std::mt19937 m_random;
  std::unique_ptr<ExchangeRun> m_run;
  QSet<qsizetype> m_finished;
  QMap<qint64, QSet<QString>> m_expected;             // chat -> questions
  QList<std::pair<qint64, QSet<QString>>> m_deleted;  // can be undone
  QList<std::pair<qint64, QString>> m_hidden;         // likewise, with its text if it is a question
  QMap<qint64, QSet<QString>> m_waiting;              // chat -> questions that waited for an answer, and were sent or still do
  QMap<qint64, QString> m_drafts;                     // chat -> what stands in the field
  QMap<qint64, QString> m_prompts;                    // chat -> instructions of its own
  QList<Filing> m_filed;                              // the list before each step that can be undone
  QStringList m_exports;
  int m_files = 0;
  bool m_rolesMayRepeat = false;
  int m_questions = 0;
  int m_words = 0;
};

}  // namespace hearth_test
