// Random sequences of what a person and an engine can do, on the real store and view-models, with restarts in between: the tree stays
// valid and nothing that was not deleted is lost.
#include <gtest/gtest.h>

#include <QSet>
#include <algorithm>

#include "app/support/random_life.h"
#include "storage/search_index.h"
#include "storage/tree_check.h"

namespace {

using hearth_test::kPrivate;

constexpr int kDefaultSequences = 50;
constexpr int kActions = 80;

[[nodiscard]] int sequenceCount() {
  const int asked = qEnvironmentVariableIntValue("HEARTH_TEST_SEQUENCES");
  return asked > 0 ? asked : kDefaultSequences;
}

/// One sequence with what must be in the database in the end.
class Sequence : public hearth_test::RandomLife {
 public:
  using RandomLife::RandomLife;

  void play() {
    for (int i = 0; i < kActions && !::testing::Test::HasFailure(); ++i) act();
    m_run.reset();
    check();
    if (!::testing::Test::HasFailure()) moveHouse();
  }

 private:
  /// A request that the fake engine has not finished, -1: none.
  [[nodiscard]] qsizetype anyRequest() {
    QList<qsizetype> open;
    for (qsizetype i = 0; i < m_run->engine.requests.size(); ++i) {
      if (!m_finished.contains(i)) open.append(i);
    }
    return open.isEmpty() ? -1 : open[pick(static_cast<int>(open.size()))];
  }

  void act() {
    switch (pick(29)) {
      case 0:
      case 1:
      case 2:
        ask();
        break;
      case 3:
      case 4:
      case 5:
        stream();
        break;
      case 6:
      case 7:
        finish();
        break;
      case 8:
        app().openChat(anyChat());
        break;
      case 9:
        retry();
        break;
      case 10:
        app().stop();
        break;
      case 11:
        remove();
        break;
      case 12:
        rename();
        break;
      case 13:
        version();
        break;
      case 14:
        compare();
        break;
      case 15:
        edit();
        break;
      case 16:
        branch();
        break;
      case 17:
        resume();
        break;
      case 18:
        removeMessage();
        break;
      case 19:
        undo();
        break;
      case 20:
      case 21:
        file();
        break;
      case 22:
        configure();
        break;
      case 23:
        write();
        break;
      case 24:
        isolate();
        break;
      case 25:
        takeAlong();
        break;
      case 26:
        print();
        break;
      default:
        other();
    }
    if (pick(3) == 0) m_run->settle();
  }

  void ask() {
    if (pick(3) == 0) app().newChat();
    const QString text = newQuestion();
    // While an answer is under way the window lets messages wait; the service takes them at once.
    if (app().busy() && pick(2) == 0) {
      send(text);
      if (!isPrivateId(app().currentChatId())) m_waiting[app().currentChatId()].insert(text);
      return;
    }
    if (app().busy())
      chats().send(app().currentChatId(), text);
    else
      send(text);
    expect(app().currentChatId(), text);
  }

  /// As the window does it: what stood in the field is the message. Its draft is gone then.
  void send(const QString& text) {
    const qint64 before = app().currentChatId();
    app().send(text);
    m_drafts.remove(before);
  }

  /// Asks for several answers at once, or keeps one of them.
  void compare() {
    const QList<MessageRow> compared = chats().comparison(app().currentChatId());
    if (!compared.isEmpty() && pick(2) == 0) {
      chats().keep(app().currentChatId(), compared[pick(static_cast<int>(compared.size()))].id);
      return;
    }
    if (!chats().isStarted()) return;
    const QString text = newQuestion();
    const qint64 chatId = chats().compare(app().currentChatId(), text, QList<AnswerConfiguration>(2 + pick(2)));
    app().openChat(chatId);
    expect(chatId, text);
  }

  void stream() {
    const qsizetype request = anyRequest();
    if (request < 0) return;
    const QString word = QStringLiteral("word%1 ").arg(++m_words);
    if (pick(4) == 0)
      m_run->engine.thinking(request, word);
    else
      m_run->engine.text(request, word);
  }

  void finish() {
    const qsizetype request = anyRequest();
    if (request < 0) return;
    m_finished.insert(request);
    const bool cancelled = m_run->engine.cancelled.contains(m_run->engine.ids[request]);
    if (pick(5) == 0 && !cancelled)
      m_run->engine.fail(request, ErrorId::EngineDevice, QStringLiteral("broken"));
    else
      m_run->engine.finish(request, cancelled ? AnswerEnd::Cancelled : AnswerEnd::EndOfTurn);
  }

  void retry() {
    const QList<MessageRow> path = chats().path(app().currentChatId());
    if (!path.isEmpty()) app().retry(path[pick(static_cast<int>(path.size()))].id);
  }

  [[nodiscard]] std::optional<MessageRow> anyMessage() {
    const QList<MessageRow> path = chats().path(app().currentChatId());
    if (path.isEmpty()) return std::nullopt;
    return path[pick(static_cast<int>(path.size()))];
  }

  /// The question's old text stays in the database as well.
  void edit() {
    const auto message = anyMessage();
    if (!message) return;
    const bool question = message->role == MessageRole::User;
    const QString text = question ? newQuestion() : QStringLiteral("edited answer word%1").arg(++m_words);
    const qint64 last = chats().path(app().currentChatId()).last().id;
    chats().edit(app().currentChatId(), message->id, text);
    const QList<MessageRow> path = chats().path(app().currentChatId());
    const bool done = std::any_of(path.begin(), path.end(), [&](const MessageRow& row) { return row.id > last && row.content == text; });
    if (question && done) expect(app().currentChatId(), text);
  }

  void branch() {
    const auto message = anyMessage();
    if (!message || pick(2) == 0) return;
    const QList<MessageRow> path = chats().path(app().currentChatId());
    const qint64 from = app().currentChatId();
    app().branchFrom(message->id);
    if (app().currentChatId() == from) return;
    if (message->role == MessageRole::User) m_rolesMayRepeat = true;
    if (isPrivateId(from)) return;
    QSet<QString> texts;
    for (const MessageRow& row : path) {
      if (row.role == MessageRole::User) texts.insert(row.content);
      if (row.id == message->id) break;
    }
    m_expected[app().currentChatId()] = texts;
  }

  void resume() {
    const QList<MessageRow> path = chats().path(app().currentChatId());
    if (!path.isEmpty()) app().resume(path.last().id);
  }

  void removeMessage() {
    const qint64 chatId = app().currentChatId();
    const auto message = anyMessage();
    if (!message || chats().runningCount(chatId) > 0 || chats().queuedCount(chatId) > 0) return;
    app().deleteMessage(message->id);
    m_run->settle();
    const QList<MessageRow> path = chats().path(chatId);
    if (std::any_of(path.begin(), path.end(), [&](const MessageRow& row) { return row.id == message->id; })) return;
    if (message->role == MessageRole::User && m_expected.contains(chatId)) {
      m_expected[chatId].remove(message->content);
      m_waiting[chatId].remove(message->content);
    }
    m_rolesMayRepeat = true;
    m_hidden.append({chatId, message->role == MessageRole::User ? message->content : QString()});
  }

  /// What a step back brings back is looked up in the tree, which check() compares with what is expected.
  void undo() {
    const ChatService::Step step = chats().offeredStep();
    if (step == ChatService::Step::ChatDeleted || step == ChatService::Step::None) return;
    m_run->settle();
    const QList<qint64> before = chatIds();
    app().undo();
    m_run->settle();
    if (isFiling(step)) return checkFiled();
    for (const qint64 id : before) {
      if (!chatIds().contains(id)) m_deleted.append({id, m_expected.take(id)});  // a branch was taken back
    }
    if (step != ChatService::Step::MessageDeleted || m_hidden.isEmpty()) return;
    const auto [chatId, text] = m_hidden.takeLast();
    if (!text.isEmpty() && m_expected.contains(chatId)) m_expected[chatId].insert(text);
  }

  [[nodiscard]] QList<qint64> chatIds() {
    QList<qint64> ids;
    for (const ChatRow& chat : chats().chats()) ids.append(chat.id);
    return ids;
  }

  void remove() {
    if (pick(2) == 0) return;
    const qint64 id = anyChat();
    if (id == 0) return;
    app().deleteChat(id);
    if (isPrivateId(id))
      m_hidden.removeIf([id](const auto& hidden) { return hidden.first == id; });
    else
      m_deleted.append({id, m_expected.take(id)});
  }

  void rename() {
    const qint64 id = anyChat();
    const QString title = QStringLiteral("title %1").arg(pick(100));
    if (id != 0) app().renameChat(id, pick(3) == 0 ? QString() : isPrivateId(id) ? title + QLatin1String(kPrivate) : title);
  }

  void version() {
    const QList<MessageRow> path = chats().path(app().currentChatId());
    if (!path.isEmpty()) app().showVersion(path[pick(static_cast<int>(path.size()))].id, pick(2) == 0 ? 1 : -1);
  }

  void other() {
    switch (pick(5)) {
      case 0:
        if (!m_deleted.isEmpty()) {
          const qint64 undone = chats().undoRemove();
          if (undone == 0) break;
          const auto at = std::find_if(m_deleted.begin(), m_deleted.end(), [undone](const auto& gone) { return gone.first == undone; });
          ASSERT_NE(at, m_deleted.end());
          m_expected[undone] = at->second;
          m_deleted.erase(at);
        }
        break;
      case 1:
        load();
        break;
      case 2:
        app().search()->setQuery(QStringLiteral("question number%1").arg(1 + pick(m_questions + 1)));
        break;
      case 3:
        if (app().search()->count() > 0) app().search()->openResult(pick(app().search()->count()));
        break;
      default:
        restart();
    }
  }

  /// Another model, or the same one anew.
  void load() {
    if (m_run->models.state() == ModelService::State::Loading)
      m_run->engine.finishLoad(1024, pick(2) == 0 ? QStringLiteral("Fake") : QStringLiteral("Other"));
    else
      app().reloadModel();
  }

  void check() {
    checkNothingPrivate();
    Database database;
    ASSERT_TRUE(database.open(m_home + QStringLiteral("/hearth.db")));
    const auto number = [&database](const char* sql) { return database.value(QString::fromLatin1(sql))->toLongLong(); };
    EXPECT_EQ(database.value(QStringLiteral("PRAGMA integrity_check"))->toString(), QStringLiteral("ok"));
    EXPECT_EQ(number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM message m JOIN message p ON p.id = m.parent_id WHERE p.chat_id <> m.chat_id OR p.id >= m.id"),
              0);
    // Roles take turns unless something was deleted between them, or a branch ended with a question.
    if (!m_rolesMayRepeat) {
      EXPECT_EQ(number("SELECT count(*) FROM message m JOIN message p ON p.id = m.parent_id WHERE p.role = m.role"), 0);
      EXPECT_EQ(number("SELECT count(*) FROM message WHERE role = 'assistant' AND parent_id IS NULL"), 0);
    }
    const auto repair = repairTrees(database);
    EXPECT_TRUE(repair && repair->isEmpty());
    EXPECT_EQ(number("SELECT count(*) FROM message WHERE deleted_at > 0 OR (deleted_at = 0 AND content <> '')"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM message WHERE status IN ('queued', 'waiting', 'reading', 'streaming')"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM answer_chunk"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM message WHERE is_indexed = 0"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM message"), number("SELECT count(*) FROM message_search"));
    EXPECT_EQ(number("SELECT count(*) FROM chat WHERE deleted_at IS NOT NULL"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM chat"), m_expected.size());
    for (auto chat = m_expected.begin(); chat != m_expected.end(); ++chat) {
      for (const QString& text : chat.value()) {
        EXPECT_EQ(database
                      .value(QStringLiteral("SELECT count(*) FROM message WHERE chat_id = ? AND content = ? AND deleted_at IS NULL"),
                             {chat.key(), text})
                      ->toInt(),
                  1)
            << qPrintable(text);
        const auto hits = SearchIndex(database).find({numberIn(text)}, 1000);
        ASSERT_TRUE(hits);
        EXPECT_TRUE(std::any_of(hits->begin(), hits->end(), [&](const SearchHit& hit) { return hit.chatId == chat.key(); }));
      }
      for (const QString& text : m_waiting.value(chat.key())) EXPECT_EQ(countOf(database, chat.key(), text), 1) << qPrintable(text);
    }
  }
};

using RandomActionsTest = hearth_test::AppTest;

TEST_F(RandomActionsTest, TheTreeStaysValidAndNothingUndeletedIsLost) {
  const unsigned first = static_cast<unsigned>(qEnvironmentVariableIntValue("HEARTH_TEST_SEED"));
  for (unsigned seed = first; seed < first + static_cast<unsigned>(sequenceCount()) && !HasFailure(); ++seed) {
    SCOPED_TRACE(::testing::Message() << "HEARTH_TEST_SEED=" << seed << " HEARTH_TEST_SEQUENCES=1");
    Sequence(m_folder.filePath(QStringLiteral("home%1").arg(seed)), seed).play();
  }
}

}  // namespace
