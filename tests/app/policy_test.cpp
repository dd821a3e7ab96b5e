// Rules about words, from the settings to what is sent, shown and stored; and the note of origin on exports.
#include <gtest/gtest.h>

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTextDocument>

#include "app/support/app_fixture.h"
#include "exchange/chat_html.h"
#include "exchange/chat_json.h"
#include "exchange/chat_markdown.h"
#include "services/chat_export.h"
#include "viewmodels/policy_model.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

[[nodiscard]] QVariantMap rule(const char* name, const char* kind, const char* text, const char* place, const char* action) {
  return {{QStringLiteral("name"), QString::fromUtf8(name)},
          {QStringLiteral("kind"), QString::fromUtf8(kind)},
          {QStringLiteral("text"), QString::fromUtf8(text)},
          {QStringLiteral("place"), QString::fromUtf8(place)},
          {QStringLiteral("action"), QString::fromUtf8(action)}};
}

class PolicyTest : public hearth_test::AppTest {
 protected:
  static void ask(AppRun& run, const QString& question) {
    const qsizetype request = run.engine.requests.size();
    run.viewModel.send(question);
    ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() > request; }));
  }

  [[nodiscard]] static MessageRow last(AppRun& run) { return run.chats.path(run.viewModel.currentChatId()).last(); }
};

TEST_F(PolicyTest, OffAtFirst) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  EXPECT_FALSE(run.viewModel.policy()->isOn());
  EXPECT_FALSE(run.viewModel.policy()->watermark());
  EXPECT_TRUE(run.viewModel.policy()->save(-1, rule("Secrets", "words", "password", "both", "block")));
  ask(run, QStringLiteral("my password"));
  EXPECT_EQ(run.viewModel.policy()->note(), QString());
}

TEST_F(PolicyTest, ABlockedQuestionStaysInItsBox) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  PolicyModel& policy = *run.viewModel.policy();
  policy.setOn(true);
  ASSERT_TRUE(policy.save(-1, rule("Secrets", "words", "password, 密码", "input", "block")));
  run.viewModel.setDraft({});
  run.viewModel.send(QString::fromUtf8("我的密码是 1234"));
  EXPECT_EQ(run.viewModel.draft(), QString::fromUtf8("我的密码是 1234"));
  EXPECT_EQ(run.viewModel.conversation()->count(), 0);
  EXPECT_TRUE(policy.note().contains(QStringLiteral("Secrets")) && policy.note().contains(QString::fromUtf8("密码")));
  ask(run, QStringLiteral("passwords are a topic"));
  EXPECT_EQ(policy.note(), QString());
  EXPECT_EQ(run.viewModel.draft(), QString());
  run.engine.text(0, QStringLiteral("The password is here. "));
  run.engine.finish(0);
  EXPECT_EQ(last(run).content, QStringLiteral("The password is here. ")) << "the rule is for messages only";
  const qint64 question = run.viewModel.conversation()->lastQuestion();
  run.viewModel.conversation()->startEdit(question);
  run.viewModel.conversation()->setEditText(question, QStringLiteral("a password"));
  run.viewModel.saveEdit(question);
  EXPECT_FALSE(policy.note().isEmpty()) << "an edited question is one, too";
  EXPECT_EQ(run.viewModel.conversation()->editText(question), QStringLiteral("a password"));
}

TEST_F(PolicyTest, AnAnswerStopsBeforeWhatWasFoundAcrossPieces) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  PolicyModel& policy = *run.viewModel.policy();
  policy.setOn(true);
  ASSERT_TRUE(policy.save(-1, rule("No cats", "words", "black cat", "output", "block")));
  ask(run, QStringLiteral("black cat?"));
  const qint64 chatId = run.viewModel.currentChatId();
  for (const char* piece : {"Once there was a bl", "ack", " c", "at", "alogue and a bla", "ck c", "at", ", which", " sat there"})
    run.engine.text(0, QString::fromLatin1(piece));
  EXPECT_EQ(run.chats.runningCount(chatId), 0);
  EXPECT_EQ(run.engine.cancelled.size(), 1);
  const QString kept = QStringLiteral("Once there was a black catalogue and a ");
  EXPECT_EQ(last(run).content, kept);
  EXPECT_EQ(last(run).status, MessageStatus::Stopped);
  const ConversationModel& shown = *run.viewModel.conversation();
  const auto role = [&](int wanted) { return shown.data(shown.index(1), wanted).toString(); };
  EXPECT_EQ(role(ConversationModel::TextRole), kept);
  EXPECT_TRUE(role(ConversationModel::StatusTextRole).contains(QStringLiteral("No cats")))
      << qPrintable(role(ConversationModel::StatusTextRole));
  run.settle();
  run.viewModel.newChat();
  run.viewModel.openChat(chatId);  // as it is stored
  ASSERT_TRUE(waitFor([&] { return shown.count() == 2; }));
  EXPECT_EQ(role(ConversationModel::TextRole), kept);
  EXPECT_TRUE(role(ConversationModel::StatusTextRole).contains(QStringLiteral("No cats")));
}

TEST_F(PolicyTest, TheLastWordIsLookedAtWhenTheAnswerEnds) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.viewModel.policy()->setOn(true);
  ASSERT_TRUE(run.viewModel.policy()->save(-1, rule("No cats", "words", "cat", "both", "block")));
  ask(run, QStringLiteral("which animal?"));
  run.engine.text(0, QStringLiteral("It is a cat"));
  EXPECT_EQ(last(run).content, QStringLiteral("It is a cat")) << "it may become a catalogue";
  run.engine.finish(0);
  EXPECT_EQ(last(run).content, QStringLiteral("It is a "));
  EXPECT_EQ(last(run).status, MessageStatus::Stopped);
}

TEST_F(PolicyTest, ASlowPatternIsLeftOutAndSaidSo) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  PolicyModel& policy = *run.viewModel.policy();
  policy.setOn(true);
  EXPECT_FALSE(policy.save(-1, rule("Bad", "pattern", "(a+)+$", "both", "block"))) << "entry refuses it";
  EXPECT_TRUE(policy.problem(rule("Bad", "pattern", "(a+)+$", "both", "block")).contains(QStringLiteral("very long")));
  EXPECT_TRUE(policy.problem(rule("Bad", "pattern", "(abc", "both", "block")).contains(QStringLiteral("character 5")));
  run.core.policy().setRules(
      {{QStringLiteral("Bad"), PolicyRule::Kind::Pattern, QStringLiteral("(a+)+$"), PolicyRule::Place::Both, PolicyRule::Action::Block}});
  QElapsedTimer timer;
  timer.start();
  ask(run, QString(100'000, u'a') + u'!');
  EXPECT_LT(timer.elapsed(), 2000);
  EXPECT_TRUE(policy.note().contains(QStringLiteral("Bad")));
  EXPECT_TRUE(policy.rules().first().toMap().value(QStringLiteral("slow")).toBool());
}

TEST_F(PolicyTest, RulesOutliveTheApplication) {
  {
    AppRun run(home());
    ASSERT_TRUE(run.open());
    run.viewModel.policy()->setOn(true);
    run.viewModel.policy()->setWatermark(true);
    EXPECT_TRUE(run.viewModel.policy()->save(-1, rule("One", "words", "a", "both", "mark")));
    EXPECT_TRUE(run.viewModel.policy()->save(-1, rule("Two", "pattern", "b+", "output", "mark")));
    EXPECT_TRUE(run.viewModel.policy()->save(0, rule("One", "words", "changed", "input", "block")));
  }
  AppRun run(home());
  ASSERT_TRUE(run.open());
  PolicyModel& policy = *run.viewModel.policy();
  EXPECT_TRUE(policy.isOn() && policy.watermark());
  ASSERT_EQ(policy.rules().size(), 2);
  EXPECT_EQ(policy.rules().first().toMap().value(QStringLiteral("text")).toString(), QStringLiteral("changed"));
  ASSERT_EQ(policy.marks().size(), 1);
  EXPECT_EQ(policy.marks().first().toMap().value(QStringLiteral("name")).toString(), QStringLiteral("Two"));
  policy.remove(0);
  EXPECT_EQ(policy.rules().size(), 1);
}

TEST(Watermark, StandsAtTheEndOfEveryFormat) {
  ConversationTree tree;
  tree.chat.title = QStringLiteral("Title");
  MessageRow question;
  question.id = 1;
  question.content = QStringLiteral("Hello");
  MessageRow answer;
  answer.id = 2;
  answer.parentId = 1;
  answer.role = MessageRole::Assistant;
  answer.content = QStringLiteral("Good day");
  answer.modelName = QStringLiteral("Ember *small*");
  answer.createdAt = QDateTime(QDate(2026, 11, 26), QTime(12, 0), Qt::UTC);
  tree.messages = {question, answer};
  tree.chat.headId = 2;
  const DocumentOptions plain;
  const DocumentOptions marked{false, false, true};
  EXPECT_TRUE(documentOrigin(tree, marked).startsWith(QStringLiteral("Written with Hearth by Ember *small* on ")));
  EXPECT_FALSE(chatMarkdown(tree, plain).contains(QStringLiteral("Written with")));
  EXPECT_TRUE(chatMarkdown(tree, marked).contains(QStringLiteral("*Written with Hearth by Ember \\*small\\* on ")));
  EXPECT_FALSE(chatHtml(tree, plain).contains(QStringLiteral("Written with")));
  EXPECT_TRUE(chatHtml(tree, marked).contains(QStringLiteral("Written with Hearth by Ember *small* on ")));
  EXPECT_TRUE(chatPrintHtml(tree, marked).contains(QStringLiteral("Written with Hearth by Ember *small* on ")));
  const QByteArray json = chatFileHead(QStringLiteral("Hearth"), {}) + chatJson(tree, documentOrigin(tree, marked)) + chatFileTail();
  const QJsonObject chat = QJsonDocument::fromJson(json).object().value(QStringLiteral("chats")).toArray().first().toObject();
  EXPECT_TRUE(chat.value(QStringLiteral("origin")).toString().startsWith(QStringLiteral("Written with Hearth"))) << json.constData();
  EXPECT_TRUE(chatFromJson(chat));
  EXPECT_FALSE(chatJson(tree).contains("origin"));
}

}  // namespace
