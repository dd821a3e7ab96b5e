// Adapters through the engine: per request, several conversations at once, attached and detached while it runs.
#include "engine/engine_client.h"
#include "engine/random_adapter.h"
#include "support/tiny_models.h"

namespace engine {
namespace {

Request adapted(const std::string& text, const std::vector<AdapterUse>& adapters, uint64_t salt) {
  Request request = chat(text, 40, salt);
  request.adapters = adapters;
  return request;
}

const char* const kQuestion = "Tell me a story about a fox.";

TEST(EngineAdapters, ChangeTheAnswerAndScaleZeroDoesNot) {
  const hearth_test::TempFolder folder;
  const std::string path = write_adapter(folder, 1);
  Client client;
  client.load_ember();
  uint64_t salt = 1;
  const std::string base = client.finish(client.submit(chat(kQuestion, 40, salt++))).text;
  EXPECT_NE(client.finish(client.submit(adapted(kQuestion, {{path, 1.0f}}, salt++))).text, base);
  EXPECT_EQ(client.finish(client.submit(adapted(kQuestion, {{path, 0.0f}}, salt++))).text, base);
  EXPECT_EQ(client.finish(client.submit(chat(kQuestion, 40, salt++))).text, base);
}

TEST(EngineAdapters, ConversationsAtOnceUseTheirOwn) {
  const hearth_test::TempFolder folder;
  const std::string one = write_adapter(folder, 1), two = write_adapter(folder, 2);
  const std::vector<std::vector<AdapterUse>> sets = {{{one, 1.0f}}, {{two, 0.7f}}, {}, {{one, 0.5f}, {two, 0.5f}}};
  Client client;
  client.load_ember();
  uint64_t salt = 1;
  std::vector<std::string> alone;
  for (const auto& set : sets) alone.push_back(client.finish(client.submit(adapted(kQuestion, set, salt++))).text);
  std::vector<RequestId> ids;
  for (const auto& set : sets) ids.push_back(client.submit(adapted(kQuestion, set, salt++)));
  for (size_t i = 0; i < sets.size(); ++i) EXPECT_EQ(client.finish(ids[i]).text, alone[i]) << i;
  EXPECT_NE(alone[0], alone[1]);
}

TEST(EngineAdapters, PrefixesOfOtherAdaptersAndScalesAreNotReused) {
  const hearth_test::TempFolder folder;
  const std::string path = write_adapter(folder, 3);
  const std::string question =
      "Please tell me a long story about a little fox who lives in the forest and finds a boat on the river, and what the "
      "fox does with the boat when the rain comes and the river is wide.";
  Client client;
  client.load_ember();
  const auto reused = [&](const std::vector<AdapterUse>& set) {
    const Answer& a = client.finish(client.submit(adapted(question, set, 7)));
    EXPECT_TRUE(a.finished);
    return a.finished ? a.finished->usage.reused_tokens : -1;
  };
  EXPECT_EQ(reused({}), 0);
  EXPECT_GT(reused({}), 0);
  EXPECT_EQ(reused({{path, 1.0f}}), 0);
  EXPECT_GT(reused({{path, 1.0f}}), 0);
  EXPECT_EQ(reused({{path, 0.5f}}), 0);
  EXPECT_GT(reused({{path, 0.0f}}), 0);  // that is the base model
}

TEST(EngineAdapters, AttachReportsAndDetachLetsAnswersFinish) {
  const hearth_test::TempFolder folder;
  const std::string path = write_adapter(folder, 4);
  Client client;
  client.load_ember();
  const RequestId attach = client.engine.attach(path);
  ASSERT_TRUE(client.pump([&] { return client.attached.contains(attach); }));
  const AdapterAttached& facts = client.attached.at(attach);
  EXPECT_EQ(facts.name, "Random 4");
  EXPECT_EQ(facts.rank, 8);
  EXPECT_EQ(facts.tensors, 2);
  EXPECT_GT(facts.bytes, 1000u);
  const std::string whole = client.finish(client.submit(adapted(kQuestion, {{path, 1.0f}}, 1))).text;
  const RequestId running = client.submit(adapted(kQuestion, {{path, 1.0f}}, 2));
  ASSERT_TRUE(client.pump([&] { return client.answers[running].deltas > 0 || client.answers[running].done(); }));
  const RequestId detach = client.engine.detach(path);
  EXPECT_EQ(client.finish(running).text, whole);
  EXPECT_TRUE(client.pump([&] { return !client.detached.empty() && client.detached.back() == detach; }));
  EXPECT_EQ(client.finish(client.submit(adapted(kQuestion, {{path, 1.0f}}, 3))).text, whole);  // attached again by its use
}

TEST(EngineAdapters, WrongOnesFailTheRequestAndNothingElse) {
  const hearth_test::TempFolder folder;
  const std::string good = write_adapter(folder, 5), foreign = write_adapter(folder, 5, "llama");
  Client client;
  client.load_ember();
  for (const std::string& path : {foreign, folder.path("nowhere.gguf"), ember()}) {
    const Answer& answer = client.finish(client.submit(adapted(kQuestion, {{path, 1.0f}}, 1)));
    ASSERT_TRUE(answer.failed) << path;
    EXPECT_FALSE(answer.failed->error.message.empty());
    EXPECT_EQ(answer.failed->adapters, std::vector<std::string>{path});
    const RequestId attach = client.engine.attach(path);
    EXPECT_TRUE(client.finish(attach).failed) << path;
  }
  const Answer& five = client.finish(client.submit(adapted(kQuestion, std::vector<AdapterUse>(5, {good, 0.1f}), 1)));
  ASSERT_TRUE(five.failed);
  EXPECT_NE(five.failed->error.message.find("too many"), std::string::npos) << five.failed->error.message;
  EXPECT_EQ(five.failed->adapters, std::vector<std::string>(5, good));
  const Answer& nobody =
      client.finish(client.submit({.messages = {{"robot", "Beep"}}, .prompt = {}, .sampling = {}, .stop = {}, .adapters = {{good}}}));
  ASSERT_TRUE(nobody.failed);
  EXPECT_TRUE(nobody.failed->adapters.empty());
  EXPECT_TRUE(client.finish(client.submit(chat(kQuestion, 8, 2))).finished);
  Request infinite = adapted(kQuestion, {{good, std::numeric_limits<float>::infinity()}}, 1);
  EXPECT_FALSE(client.engine.submit(infinite));
}

TEST(EngineAdapters, ANewModelKnowsNoneOfTheOld) {
  const hearth_test::TempFolder folder;
  const std::string path = write_adapter(folder, 6);
  Client client;
  client.load_ember();
  const std::string before = client.finish(client.submit(adapted(kQuestion, {{path, 1.0f}}, 1))).text;
  client.load_ember();
  EXPECT_EQ(client.finish(client.submit(adapted(kQuestion, {{path, 1.0f}}, 1))).text, before);
}

TEST(EngineAdapters, TheMemoryPlanIsKept) {
  const hearth_test::TempFolder folder;
  const std::string path = write_adapter(folder, 7);
  Client client;
  LoadOptions options;
  options.model_path = ember();
  options.device = "cpu";
  options.adapter_bytes = 1000;
  const RequestId id = client.engine.load(options);
  ASSERT_TRUE(client.pump([&] { return client.loaded.contains(id); }));
  EXPECT_EQ(client.loaded.at(id).memory.adapters, 1000u);
  const Answer& answer = client.finish(client.submit(adapted(kQuestion, {{path, 1.0f}}, 1)));
  ASSERT_TRUE(answer.failed);
  EXPECT_EQ(answer.failed->error.code, ErrorCode::out_of_memory);
}

/// Room for two of them: the one used longest ago makes way, but never one at work.
TEST(EngineAdapters, WhereTheRoomIsFullUnusedOnesMakeWay) {
  const hearth_test::TempFolder folder;
  std::vector<std::string> paths;
  for (unsigned i = 0; i < 4; ++i) paths.push_back(write_adapter(folder, 20 + i));
  Client client;
  LoadOptions options;
  options.model_path = ember();
  options.device = "cpu";
  options.adapter_bytes = 2 * 2 * 8 * (192 + 192) * 4 + 100;  // of two adapters: two matrices of rank 8
  const RequestId id = client.engine.load(options);
  ASSERT_TRUE(client.pump([&] { return client.loaded.contains(id); }));
  std::vector<std::string> texts;
  for (uint64_t round = 0; round < 2; ++round)
    for (size_t i = 0; i < paths.size(); ++i) {
      const Answer& answer = client.finish(client.submit(adapted(kQuestion, {{paths[i], 1.0f}}, 10 * round + i)));
      ASSERT_TRUE(answer.finished) << answer.failed->error.text();
      if (round == 0) texts.push_back(answer.text);
      EXPECT_EQ(answer.text, texts[i]) << i;
    }
  // Two at work at once, and a third one: it is the one that cannot be, and the others go on.
  const Answer& together = client.finish(client.submit(adapted(kQuestion, {{paths[0], 1.0f}, {paths[1], 1.0f}, {paths[2], 1.0f}}, 50)));
  ASSERT_TRUE(together.failed);
  EXPECT_EQ(together.failed->error.code, ErrorCode::out_of_memory);
  EXPECT_EQ(together.failed->adapters, std::vector<std::string>{paths[2]});
  EXPECT_TRUE(client.finish(client.submit(adapted(kQuestion, {{paths[1], 1.0f}, {paths[3], 1.0f}}, 51))).finished);
}

}  // namespace
}  // namespace engine
