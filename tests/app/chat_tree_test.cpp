// Editing, going on, branching, deleting and taking back, on the real store with a fake engine.
#include <gtest/gtest.h>

#include <QSignalSpy>

#include "app/support/app_fixture.h"
#include "services/chat_service.h"
#include "services/prompt.h"
#include "storage/message_store.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

const QString kQuestion = QStringLiteral("What is fire?");

class ChatTreeTest : public hearth_test::AppTest {
 protected:
  static bool waitForRequests(AppRun& run, qsizetype count) {
    return waitFor([&] { return run.engine.requests.size() == count; });
  }

  /// One more answered question of the chat, 0: of a new one; returns the chat.
  static qint64 talk(AppRun& run, qint64 chatId, const QString& question, const QString& answer, AnswerEnd end = AnswerEnd::EndOfTurn) {
    const qsizetype request = run.engine.requests.size();
    chatId = run.chats.send(chatId, question);
    run.viewModel.openChat(chatId);
    EXPECT_TRUE(waitForRequests(run, request + 1));
    run.engine.text(request, answer);
    run.engine.finish(request, end);
    run.settle();
    return chatId;
  }

  static QStringList texts(const AppRun& run, qint64 chatId) {
    QStringList out;
    for (const MessageRow& row : run.chats.path(chatId)) out.append(row.content);
    return out;
  }

  static qint64 idAt(const AppRun& run, qint64 chatId, qsizetype index) { return run.chats.path(chatId)[index].id; }

  /// The branch as the database has it.
  static QStringList stored(AppRun& run, qint64 chatId) {
    QStringList out;
    run.storage.run<QList<MessageRow>>(
        &run.chats, [head = run.chats.chat(chatId)->headId](Database& database) { return *MessageStore(database).path(head); },
        [&out](const QList<MessageRow>& path) {
          for (const MessageRow& row : path) out.append(row.content);
        });
    run.settle();
    return out;
  }

  static QVariant value(AppRun& run, const QString& sql) {
    QVariant out;
    run.storage.run<QVariant>(
        &run.chats, [sql](Database& database) { return *database.value(sql); }, [&out](const QVariant& found) { out = found; });
    run.settle();
    return out;
  }
};

TEST_F(ChatTreeTest, AnEditedQuestionIsAnsweredBesideTheOldOne) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, 0, kQuestion, QStringLiteral("hot"));
  talk(run, chatId, QStringLiteral("and water?"), QStringLiteral("wet"));
  run.chats.edit(chatId, idAt(run, chatId, 0), QStringLiteral("What is ice?"));
  EXPECT_EQ(texts(run, chatId), QStringList({QStringLiteral("What is ice?"), QString()}));
  ASSERT_TRUE(waitForRequests(run, 3));
  EXPECT_EQ(run.engine.requests[2].turns, QList<ChatTurn>({{QStringLiteral("user"), QStringLiteral("What is ice?")}}));
  run.engine.text(2, QStringLiteral("cold"));
  run.engine.finish(2);
  run.settle();
  EXPECT_EQ(stored(run, chatId), QStringList({QStringLiteral("What is ice?"), QStringLiteral("cold")}));
  EXPECT_EQ(run.chats.path(chatId).first().versionIndex, 2);
  EXPECT_EQ(run.chats.path(chatId).first().versionCount, 2);

  run.chats.showVersion(chatId, idAt(run, chatId, 0), -1);
  run.settle();
  EXPECT_EQ(texts(run, chatId), QStringList({kQuestion, QStringLiteral("hot"), QStringLiteral("and water?"), QStringLiteral("wet")}));
  EXPECT_EQ(run.chats.path(chatId).first().versionCount, 2);
}

TEST_F(ChatTreeTest, NothingChangesForBlankOrUnchangedTexts) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, 0, kQuestion, QStringLiteral("hot"));
  run.settle();
  run.chats.edit(chatId, idAt(run, chatId, 0), kQuestion);
  run.chats.edit(chatId, idAt(run, chatId, 0), QStringLiteral(" \n"));
  run.chats.edit(chatId, idAt(run, chatId, 1), QStringLiteral("hot"));
  run.settle();
  EXPECT_EQ(value(run, QStringLiteral("SELECT count(*) FROM message")).toInt(), 2);
  EXPECT_EQ(run.engine.requests.size(), 1);
  EXPECT_EQ(run.chats.offeredStep(), ChatService::Step::None);
}

TEST_F(ChatTreeTest, AnEditedAnswerIsAVersionThatNobodyComputes) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, 0, kQuestion, QStringLiteral("hot"));
  run.chats.edit(chatId, idAt(run, chatId, 1), QStringLiteral("<think>very</think> hot"));
  run.settle();
  const MessageRow row = run.chats.path(chatId).last();
  EXPECT_TRUE(row.isEdited);
  EXPECT_EQ(row.versionCount, 2);
  EXPECT_EQ(row.modelName, QStringLiteral("Fake"));
  EXPECT_EQ(row.stats.generatedTokens, 0);
  EXPECT_EQ(stored(run, chatId), QStringList({kQuestion, row.content}));
  EXPECT_EQ(run.engine.requests.size(), 1);
  // What a person writes is text for the next turn, never a thinking section.
  run.chats.send(chatId, QStringLiteral("really?"));
  ASSERT_TRUE(waitForRequests(run, 2));
  EXPECT_EQ(run.engine.requests[1].turns[1].content, QStringLiteral("<think>very</think> hot"));
}

TEST_F(ChatTreeTest, AnAnswerWithOtherMeans) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, 0, kQuestion, QStringLiteral("hot"));
  const double usual = run.engine.requests[0].sampling.temperature;
  run.viewModel.retryWith(idAt(run, chatId, 1), {{QStringLiteral("mood"), QStringLiteral("careful")}});
  ASSERT_TRUE(waitForRequests(run, 2));
  EXPECT_LT(run.engine.requests[1].sampling.temperature, usual);
  run.engine.finish(1);
  run.viewModel.retryWith(idAt(run, chatId, 0), {{QStringLiteral("mood"), QStringLiteral("imaginative")}});
  ASSERT_TRUE(waitForRequests(run, 3));
  EXPECT_GT(run.engine.requests[2].sampling.temperature, usual);
  EXPECT_TRUE(run.chats.path(chatId).last().sampling.contains(QStringLiteral("1.2")));
  run.engine.finish(2);
  EXPECT_EQ(run.chats.path(chatId).last().versionCount, 3);
}

TEST_F(ChatTreeTest, AStoppedAnswerGoesOnAsTheSameMessage) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, 0, kQuestion, QStringLiteral("Fire is "), AnswerEnd::Cancelled);
  const qint64 id = idAt(run, chatId, 1);
  ASSERT_TRUE(run.chats.canResume(chatId, id));
  run.chats.resume(chatId, id);
  EXPECT_EQ(texts(run, chatId), QStringList({kQuestion, QStringLiteral("Fire is ")}));
  ASSERT_TRUE(waitForRequests(run, 2));
  ASSERT_TRUE(run.engine.requests[1].begun);
  EXPECT_EQ(*run.engine.requests[1].begun, (BegunAnswer{{}, QStringLiteral("Fire is")}));
  EXPECT_EQ(run.engine.requests[1].turns, QList<ChatTurn>({{QStringLiteral("user"), kQuestion}}));
  EXPECT_EQ(value(run, QStringLiteral("SELECT is_indexed FROM message WHERE role = 'assistant'")).toInt(), 0);
  run.engine.text(1, QStringLiteral(" very"));
  run.engine.text(1, QStringLiteral(" hot."));
  run.engine.finish(1);
  run.settle();
  const MessageRow row = run.chats.path(chatId).last();
  EXPECT_EQ(row.id, id);
  EXPECT_EQ(row.content, QStringLiteral("Fire is very hot."));
  EXPECT_EQ(row.status, MessageStatus::Done);
  // Two parts of 11 tokens at 20 tokens/s; the prompt is that of the last, the first token that of the first.
  EXPECT_EQ(row.stats.generatedTokens, 22);
  EXPECT_DOUBLE_EQ(row.stats.tokensPerSecond, 20.0);
  EXPECT_EQ(stored(run, chatId).last(), row.content);
  EXPECT_FALSE(run.chats.canResume(chatId, id));
  EXPECT_EQ(value(run, QStringLiteral("SELECT count(*) FROM message_search WHERE message_search MATCH 'hot'")).toInt(), 1);
}

TEST_F(ChatTreeTest, ThinkingThatWasStoppedGoesOn) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = run.chats.send(0, kQuestion);
  run.chats.open(chatId);
  ASSERT_TRUE(waitForRequests(run, 1));
  run.engine.thinking(0, QStringLiteral("hm,"));
  run.engine.finish(0, AnswerEnd::Cancelled);
  run.settle();
  run.chats.resume(chatId, idAt(run, chatId, 1));
  ASSERT_TRUE(waitForRequests(run, 2));
  EXPECT_EQ(*run.engine.requests[1].begun, (BegunAnswer{QStringLiteral("hm,"), {}}));
  run.engine.thinking(1, QStringLiteral(" well"));
  run.engine.text(1, QStringLiteral("hot"));
  run.engine.finish(1, AnswerEnd::Cancelled);
  run.settle();
  EXPECT_EQ(texts(run, chatId).last(), QStringLiteral("<think>hm, well</think>\n\nhot"));
  run.chats.resume(chatId, idAt(run, chatId, 1));
  ASSERT_TRUE(waitForRequests(run, 3));
  EXPECT_EQ(*run.engine.requests[2].begun, (BegunAnswer{QStringLiteral("hm, well"), QStringLiteral("hot")}));
  run.engine.text(2, QStringLiteral("!"));
  run.engine.finish(2);
  EXPECT_EQ(texts(run, chatId).last(), QStringLiteral("<think>hm, well</think>\n\nhot!"));
}

TEST_F(ChatTreeTest, AnAnswerThatFilledTheContextGoesOnWithItsEnd) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const QString longText = QStringLiteral("word ").repeated(900);
  const qint64 chatId = talk(run, 0, kQuestion, longText, AnswerEnd::ContextFull);
  run.chats.resume(chatId, idAt(run, chatId, 1));
  ASSERT_TRUE(waitForRequests(run, 2));
  const QString text = run.engine.requests[1].begun->text;
  EXPECT_LT(estimatedTokens(text), 1024 / 4 + 1);
  EXPECT_GT(estimatedTokens(text), 1024 / 8);
  EXPECT_TRUE(text.startsWith(QStringLiteral("word")));
  run.engine.text(1, QStringLiteral("end"));
  run.engine.finish(1);
  EXPECT_EQ(texts(run, chatId).last(), longText + QStringLiteral("end"));
}

TEST_F(ChatTreeTest, AnAnswerThatGoesOnSurvivesTheEndOfTheApplication) {
  qint64 chatId = 0;
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    chatId = talk(run, 0, kQuestion, QStringLiteral("Fire"), AnswerEnd::Cancelled);
    run.chats.resume(chatId, idAt(run, chatId, 1));
    ASSERT_TRUE(waitForRequests(run, 2));
    run.engine.text(1, QStringLiteral(" is hot"));
  }
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.chats.open(chatId);
  ASSERT_TRUE(waitFor([&] { return run.chats.path(chatId).size() == 2; }));
  EXPECT_EQ(run.chats.path(chatId).last().content, QStringLiteral("Fire is hot"));
  EXPECT_EQ(run.chats.path(chatId).last().status, MessageStatus::Interrupted);
  EXPECT_TRUE(run.chats.canResume(chatId, idAt(run, chatId, 1)));
}

TEST_F(ChatTreeTest, TakingBackAContinuationKeepsBothTexts) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, 0, kQuestion, QStringLiteral("Fire"), AnswerEnd::Cancelled);
  const qint64 id = idAt(run, chatId, 1);
  run.chats.resume(chatId, id);
  ASSERT_TRUE(waitForRequests(run, 2));
  run.engine.text(1, QStringLiteral(" is hot"));
  EXPECT_EQ(run.chats.offeredStep(), ChatService::Step::Continued);
  EXPECT_EQ(run.chats.undo(chatId), chatId);  // while it is computed
  run.settle();
  EXPECT_TRUE(run.engine.cancelled.contains(run.engine.ids[1]));
  EXPECT_EQ(texts(run, chatId), QStringList({kQuestion, QStringLiteral("Fire")}));
  EXPECT_EQ(run.chats.path(chatId).last().id, id);
  EXPECT_EQ(run.chats.path(chatId).last().versionCount, 2);
  run.chats.showVersion(chatId, id, 1);
  run.settle();
  EXPECT_EQ(texts(run, chatId), QStringList({kQuestion, QStringLiteral("Fire is hot")}));
  EXPECT_EQ(value(run, QStringLiteral("SELECT count(*) FROM message_search WHERE message_search MATCH 'fire'")).toInt(), 3);
}

TEST_F(ChatTreeTest, ABranchIsAChatOfItsOwn) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, 0, kQuestion, QStringLiteral("hot"));
  talk(run, chatId, QStringLiteral("and water?"), QStringLiteral("wet"));
  run.viewModel.branchFrom(idAt(run, chatId, 1));
  const qint64 branch = run.viewModel.currentChatId();
  ASSERT_NE(branch, chatId);
  EXPECT_EQ(run.viewModel.currentTitle(), QStringLiteral("What is fire? (branch)"));
  EXPECT_EQ(texts(run, branch), QStringList({kQuestion, QStringLiteral("hot")}));
  EXPECT_EQ(stored(run, branch), texts(run, branch));
  EXPECT_EQ(run.chats.path(branch).last().modelName, QStringLiteral("Fake"));
  EXPECT_FALSE(run.viewModel.undoText().isEmpty());
  talk(run, branch, QStringLiteral("and ice?"), QStringLiteral("cold"));
  EXPECT_EQ(stored(run, chatId).size(), 4);
  EXPECT_EQ(stored(run, branch).size(), 4);

  run.viewModel.undo();  // the step before was sending, which is none
  EXPECT_FALSE(run.chats.chat(branch));
  EXPECT_EQ(run.viewModel.currentChatId(), chatId);
  EXPECT_EQ(run.chats.offeredStep(), ChatService::Step::ChatDeleted);
  run.viewModel.undo();
  EXPECT_EQ(run.viewModel.currentChatId(), branch);
  EXPECT_EQ(stored(run, branch).size(), 4);
}

TEST_F(ChatTreeTest, ADeletedMessageLeavesItsPlaceAndComesBack) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, 0, kQuestion, QStringLiteral("hot"));
  talk(run, chatId, QStringLiteral("and water?"), QStringLiteral("wet"));
  const QStringList all = texts(run, chatId);
  for (qsizetype index = 0; index < 4; ++index) {
    SCOPED_TRACE(index);
    const qint64 head = run.chats.chat(chatId)->headId;
    run.chats.removeMessage(chatId, idAt(run, chatId, index));
    run.settle();
    QStringList left = all;
    left.removeAt(index);
    EXPECT_EQ(texts(run, chatId), left);
    EXPECT_EQ(stored(run, chatId), left);
    EXPECT_EQ(run.chats.offeredStep(), ChatService::Step::MessageDeleted);
    EXPECT_EQ(run.chats.chat(chatId)->title, index == 0 ? QStringLiteral("hot") : kQuestion);
    EXPECT_EQ(run.chats.undo(chatId), chatId);
    run.settle();
    EXPECT_EQ(texts(run, chatId), all);
    EXPECT_EQ(run.chats.chat(chatId)->headId, head);
    EXPECT_EQ(run.chats.chat(chatId)->title, kQuestion);
  }
}

TEST_F(ChatTreeTest, TheModelIsNotToldOfADeletedAnswer) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, 0, kQuestion, QStringLiteral("hot"));
  talk(run, chatId, QStringLiteral("and water?"), QStringLiteral("wet"));
  run.chats.removeMessage(chatId, idAt(run, chatId, 1));
  run.settle();
  run.chats.send(chatId, QStringLiteral("and ice?"));
  ASSERT_TRUE(waitForRequests(run, 3));
  for (const ChatTurn& turn : run.engine.requests[2].turns) EXPECT_FALSE(turn.content.contains(QStringLiteral("hot")));
}

TEST_F(ChatTreeTest, ADeletedMessageIsErasedWithTheRun) {
  qint64 chatId = 0;
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    chatId = talk(run, 0, kQuestion, QStringLiteral("hot"));
    run.chats.removeMessage(chatId, idAt(run, chatId, 1));
    run.settle();
    EXPECT_EQ(texts(run, chatId), QStringList({kQuestion}));
    // A question without an answer can be answered.
    run.chats.retry(chatId, idAt(run, chatId, 0));
    ASSERT_TRUE(waitForRequests(run, 2));
    run.engine.text(1, QStringLiteral("warm"));
    run.engine.finish(1);
  }
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  EXPECT_EQ(run.state->notice.id, ErrorId::None);
  run.chats.open(chatId);
  ASSERT_TRUE(waitFor([&] { return run.chats.path(chatId).size() == 2; }));
  EXPECT_EQ(texts(run, chatId), QStringList({kQuestion, QStringLiteral("warm")}));
  EXPECT_EQ(value(run, QStringLiteral("SELECT count(*) FROM message WHERE content = 'hot'")).toInt(), 0);
  EXPECT_EQ(value(run, QStringLiteral("SELECT count(*) FROM message WHERE deleted_at = 0")).toInt(), 1);
  EXPECT_EQ(value(run, QStringLiteral("SELECT count(*) FROM message_search")).toInt(), 3);
}

TEST_F(ChatTreeTest, AChatWithoutMessagesCanBeUsedOn) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, 0, kQuestion, QStringLiteral("hot"));
  for (int left = 2; left > 0; --left) {
    run.chats.removeMessage(chatId, idAt(run, chatId, 0));
    run.settle();
  }
  EXPECT_TRUE(run.chats.path(chatId).isEmpty());
  EXPECT_EQ(run.chats.chat(chatId)->headId, 0);
  talk(run, chatId, QStringLiteral("again"), QStringLiteral("yes"));
  EXPECT_EQ(stored(run, chatId), QStringList({QStringLiteral("again"), QStringLiteral("yes")}));
}

TEST_F(ChatTreeTest, EveryStepOfATreeIsTakenBackInOrder) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, 0, kQuestion, QStringLiteral("hot"));
  run.chats.retry(chatId, idAt(run, chatId, 1));
  ASSERT_TRUE(waitForRequests(run, 2));
  run.engine.text(1, QStringLiteral("warm"));
  run.engine.finish(1);
  run.chats.edit(chatId, idAt(run, chatId, 1), QStringLiteral("mild"));
  run.settle();
  run.chats.edit(chatId, idAt(run, chatId, 0), QStringLiteral("What is ice?"));
  run.settle();
  QStringList answers;
  while (run.chats.undo(chatId) != 0) {
    run.settle();
    answers.append(texts(run, chatId).join(u'|'));
  }
  EXPECT_EQ(answers,
            QStringList({QStringLiteral("What is fire?|mild"), QStringLiteral("What is fire?|warm"), QStringLiteral("What is fire?|hot")}));
  EXPECT_EQ(value(run, QStringLiteral("SELECT count(*) FROM message WHERE deleted_at IS NULL")).toInt(), 6);
}

TEST_F(ChatTreeTest, EditsSurviveScrollingAndOtherChats) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, 0, kQuestion, QStringLiteral("hot"));
  ConversationModel& conversation = *run.viewModel.conversation();
  const qint64 id = conversation.lastQuestion();
  conversation.startEdit(id);
  EXPECT_FALSE(conversation.unsavedEdits());
  conversation.setEditText(id, QStringLiteral("What is ice?"));
  EXPECT_TRUE(conversation.unsavedEdits());
  run.viewModel.newChat();
  EXPECT_TRUE(conversation.unsavedEdits());
  run.viewModel.openChat(chatId);
  run.settle();
  const QModelIndex first = conversation.index(0);
  EXPECT_TRUE(first.data(ConversationModel::EditingRole).toBool());
  EXPECT_EQ(first.data(ConversationModel::EditTextRole).toString(), QStringLiteral("What is ice?"));
  run.viewModel.saveEdit(id);
  EXPECT_FALSE(conversation.unsavedEdits());
  EXPECT_EQ(texts(run, chatId).first(), QStringLiteral("What is ice?"));
}

TEST_F(ChatTreeTest, TheOutlineListsEveryVersionAndIndentsWhereItBranches) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, 0, kQuestion, QStringLiteral("<x> hot"));
  talk(run, chatId, QStringLiteral("and water?"), QStringLiteral("wet"));
  run.chats.edit(chatId, idAt(run, chatId, 2), QStringLiteral("and ice?"));
  ASSERT_TRUE(waitForRequests(run, 3));
  run.engine.text(2, QStringLiteral("cold"));
  run.engine.finish(2);
  run.settle();
  OutlineModel& outline = *run.viewModel.outline();
  EXPECT_EQ(outline.count(), 0);
  outline.setActive(true);
  ASSERT_TRUE(waitFor([&] { return outline.count() == 6; }));
  QStringList rows;
  for (int i = 0; i < outline.count(); ++i) {
    const auto role = [&](int r) { return outline.index(i).data(r); };
    rows.append(QStringLiteral("%1%2%3")
                    .arg(role(OutlineModel::DepthRole).toInt())
                    .arg(role(OutlineModel::ShownRole).toBool() ? QChar(u'*') : QChar(u' '))
                    .arg(role(OutlineModel::TextRole).toString()));
  }
  EXPECT_EQ(rows, QStringList({QStringLiteral("0*What is fire?"), QStringLiteral("0*<x> hot"), QStringLiteral("1 and water?"),
                               QStringLiteral("1 wet"), QStringLiteral("1*and ice?"), QStringLiteral("1*cold")}));
  EXPECT_EQ(outline.shownRow(), 5);
  outline.setFilter(QStringLiteral("WATER"));
  ASSERT_EQ(outline.count(), 1);
  QSignalSpy jumps(&run.viewModel, &AppViewModel::jumpRequested);
  outline.open(0);
  ASSERT_TRUE(waitFor([&] { return jumps.size() == 1; }));
  EXPECT_EQ(texts(run, chatId).mid(2), QStringList({QStringLiteral("and water?"), QStringLiteral("wet")}));
}

}  // namespace
