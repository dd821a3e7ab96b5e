// What chats set for themselves: what is stored, what an answer is asked with, presets, and the model of a chat.
#include <gtest/gtest.h>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "app/support/app_fixture.h"
#include "exchange/chat_json.h"
#include "storage/chat_settings_store.h"
#include "storage/chat_store.h"
#include "storage/chat_tree_store.h"
#include "storage/migrations.h"
#include "storage/recovery.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

class ChatSettingsTest : public hearth_test::AppTest {
 protected:
  static qint64 ask(AppRun& run, const QString& text) {
    const qsizetype before = run.engine.requests.size();
    run.viewModel.send(text);
    EXPECT_TRUE(waitFor([&] { return run.engine.requests.size() == before + 1; }));
    return run.viewModel.currentChatId();
  }

  static void answer(AppRun& run) {
    const qsizetype last = run.engine.requests.size() - 1;
    run.engine.text(last, QStringLiteral("b"));
    run.engine.finish(last);
    run.settle();
  }

  static ChatSettingsModel& model(AppRun& run) { return *run.viewModel.chatSettings(); }

  /// A model file to choose instead of the starter.
  [[nodiscard]] QString otherModel(const QString& name) const {
    const QString path = m_folder.filePath(name);
    QFile::copy(QStringLiteral(HEARTH_MODELS "/ember-q8_0.gguf"), path);
    return path;
  }
};

TEST_F(ChatSettingsTest, AnswersUseWhatTheChatSets) {
  AppRun run(home());
  run.engine.thinkingSwitch = true;
  ASSERT_TRUE(run.openReady());
  run.settings.setValue(SettingKey::SystemPrompt, QStringLiteral("General."));
  const qint64 first = ask(run, QStringLiteral("a"));
  EXPECT_DOUBLE_EQ(run.engine.requests[0].sampling.temperature, 0.7);
  EXPECT_EQ(run.engine.requests[0].sampling.seed, 0u);
  answer(run);

  model(run).setSystemPrompt(QStringLiteral("Be brief."));
  model(run).temperature()->setNumber(0.35);
  model(run).topK()->setNumber(12);
  model(run).topP()->setNumber(0.8);
  model(run).minP()->setNumber(0.02);
  model(run).repeatPenalty()->setNumber(1.2);
  model(run).presencePenalty()->setNumber(0.5);
  model(run).penaltyWindow()->setNumber(128);
  model(run).maxTokens()->setNumber(77);
  model(run).setSeed(QStringLiteral("18446744073709551615"));
  model(run).addStop(QStringLiteral("END"));
  model(run).addStop(QStringLiteral("\\n\\n"));
  model(run).addStop(QStringLiteral("END"));
  model(run).setThinking(QStringLiteral("off"));
  ask(run, QStringLiteral("c"));
  const AnswerRequest& request = run.engine.requests[1];
  EXPECT_EQ(request.turns.first(), (ChatTurn{QStringLiteral("system"), QStringLiteral("Be brief.")}));
  EXPECT_DOUBLE_EQ(request.sampling.temperature, 0.35);
  EXPECT_EQ(request.sampling.topK, 12);
  EXPECT_DOUBLE_EQ(request.sampling.topP, 0.8);
  EXPECT_DOUBLE_EQ(request.sampling.minP, 0.02);
  EXPECT_DOUBLE_EQ(request.sampling.repeatPenalty, 1.2);
  EXPECT_DOUBLE_EQ(request.sampling.presencePenalty, 0.5);
  EXPECT_EQ(request.sampling.penaltyWindow, 128);
  EXPECT_EQ(request.sampling.seed, 18446744073709551615u);
  EXPECT_EQ(request.maxTokens, 77);
  EXPECT_EQ(request.stop, (QStringList{QStringLiteral("END"), QStringLiteral("\n\n")}));
  EXPECT_EQ(request.thinking, std::optional(false));
  answer(run);
  // What the answer was made with is kept with it.
  const QJsonObject kept = QJsonDocument::fromJson(run.chats.path(first).last().sampling.toUtf8()).object();
  EXPECT_DOUBLE_EQ(kept[QLatin1String("presence_penalty")].toDouble(), 0.5);
  EXPECT_EQ(kept[QLatin1String("penalty_last_n")].toInt(), 128);
  EXPECT_EQ(kept[QLatin1String("stop")].toArray().size(), 2);
  EXPECT_FALSE(kept[QLatin1String("thinking")].toBool(true));

  // Another chat knows nothing of it.
  run.viewModel.newChat();
  EXPECT_FALSE(model(run).active());
  ask(run, QStringLiteral("d"));
  EXPECT_DOUBLE_EQ(run.engine.requests[2].sampling.temperature, 0.7);
  EXPECT_TRUE(run.engine.requests[2].stop.isEmpty());
}

TEST_F(ChatSettingsTest, ThinkingIsOnlySwitchedWhereTheTemplateCan) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  EXPECT_FALSE(model(run).thinkingProblem().isEmpty());
  model(run).setThinking(QStringLiteral("off"));
  ask(run, QStringLiteral("a"));
  EXPECT_FALSE(run.engine.requests[0].thinking.has_value());
}

TEST_F(ChatSettingsTest, ANewChatTakesItsDraftAlongAndEverythingIsStored) {
  qint64 chatId = 0;
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    model(run).setSystemPrompt(QStringLiteral("In rhymes."));
    model(run).setPreset(QStringLiteral("creative"));
    model(run).topK()->setNumber(5);
    chatId = ask(run, QStringLiteral("a"));
    EXPECT_EQ(model(run).systemPrompt(), QStringLiteral("In rhymes."));
    EXPECT_DOUBLE_EQ(run.engine.requests[0].sampling.temperature, 1.2);
    EXPECT_EQ(run.engine.requests[0].sampling.topK, 5);
    answer(run);
  }
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  ASSERT_EQ(run.viewModel.currentChatId(), chatId);
  EXPECT_EQ(model(run).systemPrompt(), QStringLiteral("In rhymes."));
  EXPECT_EQ(model(run).preset(), QStringLiteral("creative"));
  EXPECT_EQ(model(run).changedCount(), 1);
  EXPECT_TRUE(model(run).topK()->differs());
  EXPECT_DOUBLE_EQ(model(run).topK()->standard(), 0);
  model(run).topK()->reset();
  EXPECT_EQ(model(run).changedCount(), 0);
  model(run).resetAll();
  EXPECT_FALSE(model(run).active());
  run.viewModel.newChat();
  EXPECT_TRUE(model(run).systemPrompt().isEmpty());
}

TEST_F(ChatSettingsTest, OwnPresetsAreKeptRenamedAndRemoved) {
  qint64 chatId = 0;
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    chatId = ask(run, QStringLiteral("a"));
    answer(run);
    model(run).temperature()->setNumber(0.45);
    EXPECT_FALSE(model(run).savePreset(QStringLiteral("  ")));
    ASSERT_TRUE(model(run).savePreset(QStringLiteral("Mine")));
    EXPECT_TRUE(model(run).presetIsOwn());
    EXPECT_EQ(model(run).presetText(), QStringLiteral("Mine"));
    EXPECT_EQ(model(run).changedCount(), 0);
    model(run).renamePreset(QStringLiteral("Ours"));
    run.settle();
  }
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  EXPECT_EQ(model(run).presetText(), QStringLiteral("Ours"));
  EXPECT_DOUBLE_EQ(model(run).temperature()->number(), 0.45);
  // In a file the preset is written out: nobody else has it.
  ConversationTree tree;
  run.core.chatSettings().flush();
  run.storage.run<ConversationTree>(
      &run.chats, [chatId](Database& database) { return *ChatTreeStore(database).read(chatId); },
      [&tree](const ConversationTree& read) { tree = read; });
  run.settle();
  EXPECT_TRUE(tree.settings.preset.isEmpty());
  EXPECT_EQ(tree.settings.sampling.temperature, std::optional(0.45));
  EXPECT_TRUE(tree.settings.modelPath.isEmpty());

  model(run).removePreset();
  EXPECT_FALSE(model(run).presetIsOwn());
  EXPECT_DOUBLE_EQ(model(run).temperature()->number(), 0.45);
  EXPECT_EQ(model(run).presets().size(), 4);
}

TEST_F(ChatSettingsTest, ABranchBeginsWithTheSame) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = ask(run, QStringLiteral("a"));
  answer(run);
  model(run).setSystemPrompt(QStringLiteral("Be brief."));
  run.viewModel.branchFrom(run.chats.path(chatId).last().id);
  EXPECT_NE(run.viewModel.currentChatId(), chatId);
  EXPECT_EQ(model(run).systemPrompt(), QStringLiteral("Be brief."));
  model(run).setSystemPrompt(QStringLiteral("Be long."));
  run.viewModel.openChat(chatId);
  EXPECT_EQ(model(run).systemPrompt(), QStringLiteral("Be brief."));
}

TEST_F(ChatSettingsTest, AChatRemembersItsModel) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const QString starter = run.models.path();
  const qint64 chatId = ask(run, QStringLiteral("a"));
  answer(run);
  EXPECT_FALSE(model(run).asksForModel());
  run.models.load(otherModel(QStringLiteral("other.gguf")));
  EXPECT_FALSE(model(run).asksForModel()) << "while it loads";
  run.engine.finishLoad(1024, QStringLiteral("Other"));
  EXPECT_TRUE(model(run).asksForModel());
  EXPECT_EQ(model(run).loadedModelName(), QStringLiteral("Other"));
  run.viewModel.newChat();
  EXPECT_FALSE(model(run).asksForModel());
  run.viewModel.openChat(chatId);
  ASSERT_TRUE(model(run).asksForModel());
  model(run).useChatModel();
  EXPECT_EQ(run.engine.loads.last().path, starter);
  run.engine.finishLoad();
  EXPECT_FALSE(model(run).asksForModel());

  run.models.load(m_folder.filePath(QStringLiteral("other.gguf")));
  run.engine.finishLoad(1024, QStringLiteral("Other"));
  model(run).keepLoadedModel();
  EXPECT_FALSE(model(run).asksForModel());
  EXPECT_EQ(model(run).chatModelName(), QStringLiteral("Other"));
}

TEST_F(ChatSettingsTest, AnotherModelForOneAnswerGoesAgain) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const QString starter = run.models.path();
  const QString other = otherModel(QStringLiteral("other.gguf"));
  const qint64 chatId = ask(run, QStringLiteral("a"));
  answer(run);

  AnswerOptions options;
  options.modelPath = other;
  run.chats.retry(chatId, run.chats.path(chatId).last().id, options);
  ASSERT_TRUE(waitFor([&] { return run.engine.loads.last().path == other; }));
  EXPECT_EQ(run.engine.requests.size(), 1);
  run.engine.finishLoad(1024, QStringLiteral("Other"));
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 2; }));
  // The next question waits for that answer, and then for the model of the chat.
  run.viewModel.send(QStringLiteral("c"));
  run.settle();
  EXPECT_EQ(run.engine.requests.size(), 2);
  EXPECT_EQ(run.engine.loads.last().path, other);
  answer(run);
  EXPECT_EQ(run.settings.text(SettingKey::LastModelPath), QString());
  EXPECT_EQ(model(run).chatModelName(), QStringLiteral("Fake"));
  EXPECT_FALSE(model(run).asksForModel());
  ASSERT_TRUE(waitFor([&] { return run.engine.loads.last().path == starter; }));
  run.engine.finishLoad();
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 3; }));
  EXPECT_FALSE(run.models.isLent());
}

TEST_F(ChatSettingsTest, ALentModelWhoseFileIsGoneLeavesTheOtherInPlace) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = ask(run, QStringLiteral("a"));
  answer(run);
  AnswerOptions options;
  options.modelPath = m_folder.filePath(QStringLiteral("gone.gguf"));
  run.chats.retry(chatId, run.chats.path(chatId).last().id, options);
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 2; }));
  EXPECT_FALSE(run.models.isLent());
  EXPECT_EQ(run.engine.loads.size(), 1);
}

TEST_F(ChatSettingsTest, ARepairKeepsThemButNotThoseOfChatsThatAreGone) {
  Database damaged, repaired;
  for (const auto& [database, name] : {std::pair{&damaged, "damaged.db"}, std::pair{&repaired, "repaired.db"}}) {
    ASSERT_TRUE(database->open(m_folder.filePath(QLatin1String(name))));
    ASSERT_TRUE(migrate(*database, m_folder.path()));
  }
  ChatRow chat;
  chat.id = 1;
  chat.createdAt = chat.updatedAt = QDateTime::currentDateTimeUtc();
  ASSERT_TRUE(ChatStore(damaged).put(chat));
  ChatSettings settings;
  settings.systemPrompt = QStringLiteral("Be brief.");
  ASSERT_TRUE(ChatSettingsStore(damaged).put(1, settings));
  ASSERT_TRUE(ChatSettingsStore(damaged).put(2, settings));
  EXPECT_EQ(ChatSettingsStore(damaged).all()->size(), 1) << "there is no second chat";
  SamplingChanges sampling;
  sampling.topK = 7;
  const PresetRow preset{3, QStringLiteral("Mine"), sampling};
  ASSERT_TRUE(ChatSettingsStore(damaged).putPreset(preset));
  ASSERT_TRUE(damaged.exec(QStringLiteral("PRAGMA foreign_keys = OFF")));
  ASSERT_TRUE(damaged.exec(QStringLiteral("INSERT INTO chat_settings (chat_id, settings) VALUES (9, '{}')")));
  ASSERT_TRUE(copyReadableRows(damaged, repaired));
  EXPECT_EQ(*ChatSettingsStore(repaired).all(), (QHash<qint64, ChatSettings>{{1, settings}}));
  EXPECT_EQ(*ChatSettingsStore(repaired).presets(), QList<PresetRow>{preset});
  ASSERT_TRUE(repaired.exec(QStringLiteral("DELETE FROM chat")));
  EXPECT_TRUE(ChatSettingsStore(repaired).all()->isEmpty());
}

TEST(ChatSettingsJson, WhatIsReadIsBroughtIntoItsRange) {
  const auto read = [](const char* json) { return chatSettingsFromJson(QJsonDocument::fromJson(json).object()); };
  const ChatSettings wild = read(R"({"temperature":99,"top_k":-4,"min_p":"x","repeat_penalty":0.1,"max_tokens":1e300,"seed":"-3",)"
                                 R"("stop":["a","a","","b","c","d","e","f","g"],"thinking":"yes","system_prompt":7})");
  EXPECT_EQ(wild.sampling.temperature, std::optional(2.0));
  EXPECT_EQ(wild.sampling.topK, std::optional(0));
  EXPECT_FALSE(wild.sampling.minP.has_value());
  EXPECT_EQ(wild.sampling.repeatPenalty, std::optional(1.0));
  EXPECT_EQ(wild.maxTokens, std::optional(1048576));
  EXPECT_EQ(wild.seed, 0u);
  EXPECT_EQ(wild.stop.size(), kMostStops);
  EXPECT_FALSE(wild.thinking.has_value());
  EXPECT_TRUE(wild.systemPrompt.isEmpty());
}

TEST(ChatSettingsJson, AChatFileCarriesThem) {
  ConversationTree tree;
  tree.chat.title = QStringLiteral("T");
  tree.settings.systemPrompt = QStringLiteral("Be brief.");
  tree.settings.preset = QStringLiteral("precise");
  tree.settings.sampling.topK = 3;
  tree.settings.maxTokens = 0;
  tree.settings.seed = 18446744073709551615u;
  tree.settings.stop = {QStringLiteral("\n")};
  tree.settings.thinking = true;
  const auto read = chatFromJson(QJsonDocument::fromJson(chatJson(tree)).object());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->settings, tree.settings);

  tree.settings.modelPath = QStringLiteral("/home/anna/m.gguf");
  tree.settings.preset = QStringLiteral("own:1");
  const auto foreign = chatFromJson(QJsonDocument::fromJson(chatJson(tree)).object());
  EXPECT_TRUE(foreign->settings.modelPath.isEmpty());
  EXPECT_TRUE(foreign->settings.preset.isEmpty());
}

}  // namespace
