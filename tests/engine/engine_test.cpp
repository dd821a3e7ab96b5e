// The engine with a real model: Ember, the bundled starter model, on the CPU.
#include "engine/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <thread>

#include "engine/engine_client.h"
#include "runtime/resident_model.h"

namespace engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string long_text(int words) {
  std::string text = "Please read this carefully.";
  for (int i = 0; i < words; ++i) text += i % 9 == 8 ? " house." : " the";
  return text;
}

TEST(Engine, StreamsAnAnswer) {
  Client client;
  client.load_ember();
  const ModelLoaded& model = client.loaded.begin()->second;
  EXPECT_EQ(model.context, 2048);
  EXPECT_EQ(model.info.architecture, "deepseek2");
  EXPECT_FALSE(model.device.empty());
  EXPECT_GT(model.memory.kv_cache, 0u);
  EXPECT_GT(client.progress, 0);
  const RequestId id = client.submit(chat("Who are you?", 60));
  const Answer& answer = client.finish(id);
  ASSERT_TRUE(answer.finished) << answer.failed->error.text();
  EXPECT_GT(answer.text.size(), 10u);
  EXPECT_NE(answer.text.find("Hearth"), std::string::npos) << answer.text;
  EXPECT_NE(answer.text.front(), ' ');
  EXPECT_EQ(answer.reason(), StopReason::end_of_turn) << answer.text;
  const Usage& usage = answer.finished->usage;
  EXPECT_GT(usage.prompt_tokens, 3);
  EXPECT_GT(usage.generated_tokens, 3);
  EXPECT_GT(usage.decode_seconds, 0);
}

TEST(Engine, FourGreedyAnswersAtOnceEqualThoseAlone) {
  const std::vector<std::string> questions = {"Tell me a story about a fox.", "Who are you?",
                                              "Tell me a story about a little boat and the sea.", "What is your favourite colour?"};
  std::map<std::string, std::string> alone;
  Client client;
  client.load_ember();
  uint64_t salt = 1;
  for (const auto& q : questions) alone[q] = client.finish(client.submit(chat(q, 60, salt++))).text;
  std::vector<RequestId> ids;
  for (const auto& q : questions) ids.push_back(client.submit(chat(q, 60, salt++)));
  for (size_t i = 0; i < questions.size(); ++i) {
    EXPECT_EQ(client.finish(ids[i]).text, alone[questions[i]]) << questions[i];
    EXPECT_EQ(client.answers[ids[i]].finished->usage.reused_tokens, 0);
  }
}

TEST(Engine, SameSeedSameAnswer) {
  Client client;
  client.load_ember();
  Request r = chat("Tell me a story.", 40);
  r.sampling = SamplingParams{};
  r.sampling.seed = 99;
  std::vector<std::string> texts;
  for (uint64_t salt = 1; salt <= 2; ++salt) {
    r.cache_salt = salt;
    texts.push_back(client.finish(client.submit(r)).text);
  }
  EXPECT_EQ(texts[0], texts[1]);
  r.sampling.seed = 0;
  r.cache_salt = 3;
  const Answer& random = client.finish(client.submit(r));
  ASSERT_TRUE(random.finished);
  EXPECT_NE(random.finished->usage.seed, 0u);
}

TEST(Engine, RequestsWaitForALoadAndFailWithoutAModel) {
  Client client;
  const RequestId lonely = client.submit(chat("Hello"));
  EXPECT_TRUE(client.finish(lonely).failed);
  EXPECT_EQ(client.answers[lonely].failed->error.code, ErrorCode::not_found);
  client.load(ember());
  const RequestId early = client.submit(chat("Hello"));
  EXPECT_TRUE(client.finish(early).finished);
}

TEST(Engine, BrokenFilesLeaveTheResidentModelUsable) {
  const std::string broken = testing::TempDir() + "/broken.gguf";
  std::ofstream(broken, std::ios::binary) << std::string("GGUF\x03\0\0\0", 8) << std::string(64, '\xee');
  std::ifstream source(ember(), std::ios::binary);
  std::string part(200000, 0);
  source.read(part.data(), static_cast<std::streamsize>(part.size()));
  const std::string cut = testing::TempDir() + "/cut.gguf";
  std::ofstream(cut, std::ios::binary) << part;

  Client client;
  client.load_ember();
  const RequestId running = client.submit(chat("Tell me a long story.", 50));
  const std::map<std::string, ErrorCode> bad = {
      {"/nowhere/at/all.gguf", ErrorCode::not_found}, {broken, ErrorCode::bad_file}, {cut, ErrorCode::bad_file}};
  for (const auto& [path, code] : bad) {
    const RequestId id = client.load(path);
    ASSERT_TRUE(client.pump([&] { return client.load_failed.contains(id); })) << path;
    EXPECT_EQ(client.load_failed.at(id).code, code) << client.load_failed.at(id).text();
    EXPECT_FALSE(client.load_failed.at(id).message.empty());
  }
  EXPECT_TRUE(client.finish(running).finished);
  EXPECT_NE(client.answers[running].reason(), StopReason::cancelled) << "a file that cannot be read must not stop an answer";
  EXPECT_TRUE(client.finish(client.submit(chat("Hello"))).finished);
}

TEST(Engine, UnloadCancelsAndForgets) {
  Client client;
  client.load_ember();
  const RequestId running = client.submit(chat("Tell me a story.", 0));
  ASSERT_TRUE(client.pump([&] { return client.answers[running].deltas > 2; }));
  const RequestId unload = client.engine.unload();
  ASSERT_TRUE(client.pump([&] { return !client.unloaded.empty(); }));
  EXPECT_EQ(client.unloaded[0], unload);
  EXPECT_EQ(client.finish(running).reason(), StopReason::cancelled);
  EXPECT_TRUE(client.finish(client.submit(chat("Hello"))).failed);
  client.engine.unload();
  EXPECT_TRUE(client.pump([&] { return client.unloaded.size() == 2; }));
}

TEST(Engine, ANewLoadReplacesTheModelAndStopsItsAnswers) {
  Client client;
  client.load_ember();
  const RequestId running = client.submit(chat("Tell me a story.", 0));
  ASSERT_TRUE(client.pump([&] { return client.answers[running].deltas > 2; }));
  const RequestId second = client.load(ember(), 256);
  ASSERT_TRUE(client.pump([&] { return client.loaded.contains(second); }));
  EXPECT_EQ(client.finish(running).reason(), StopReason::cancelled);
  EXPECT_EQ(client.loaded.at(second).context, 256);
  EXPECT_TRUE(client.finish(client.submit(chat("Hello"))).finished);
}

TEST(Engine, CancelsALongPromptInTime) {
  Client client;
  client.load_ember();
  Request r = chat(long_text(900), 5);
  for (int round = 0; round < 3; ++round) {
    r.cache_salt = static_cast<uint64_t>(10 + round);
    const RequestId id = client.submit(r);
    std::this_thread::sleep_for(milliseconds(5 + 20 * round));
    const auto asked = Clock::now();
    client.engine.cancel(id);
    client.finish(id);
    EXPECT_LT(Clock::now() - asked, milliseconds(250));
  }
}

TEST(Engine, CancelsAnAnswerInTime) {
  Client client;
  client.load_ember();
  const RequestId id = client.submit(chat("Tell me a story about a fox.", 0));
  ASSERT_TRUE(client.pump([&] { return client.answers[id].deltas > 1; }));
  const auto asked = Clock::now();
  client.engine.cancel(id);
  EXPECT_EQ(client.finish(id).reason(), StopReason::cancelled);
  EXPECT_LT(Clock::now() - asked, milliseconds(250));
  EXPECT_FALSE(client.answers[id].text.empty());
  client.engine.cancel(id);      // finished
  client.engine.cancel(123456);  // never existed
  EXPECT_TRUE(client.finish(client.submit(chat("Hello"))).finished);
}

TEST(Engine, CancelsLoadsInTime) {
  Client client;
  const RequestId first = client.load(ember());
  const RequestId second = client.load(ember());
  const RequestId waiting = client.submit(chat("Hello"));
  const auto asked = Clock::now();
  client.engine.cancel(second);
  client.engine.cancel(waiting);
  client.engine.cancel(first);
  ASSERT_TRUE(client.pump([&] { return client.load_failed.contains(second) && client.answers[waiting].done(); }));
  ASSERT_TRUE(client.pump([&] { return client.load_failed.contains(first) || client.loaded.contains(first); }));
  EXPECT_LT(Clock::now() - asked, milliseconds(250));
  EXPECT_EQ(client.load_failed.at(second).code, ErrorCode::cancelled);
  EXPECT_EQ(client.answers[waiting].reason(), StopReason::cancelled);
  if (client.load_failed.contains(first)) {
    EXPECT_EQ(client.load_failed.at(first).code, ErrorCode::cancelled);
  }
  client.load_ember();
  EXPECT_TRUE(client.finish(client.submit(chat("Hello"))).finished);
}

TEST(Engine, FullContextEndsWithAReasonAndTooLongPromptsAreRefused) {
  Client client;
  const RequestId id = client.load(ember(), 64);
  ASSERT_TRUE(client.pump([&] { return client.loaded.contains(id); }));
  Request r = chat("Tell me a story about a fox and a bear.", 0);
  const Answer& full = client.finish(client.submit(r));
  ASSERT_TRUE(full.finished) << full.failed->error.text();
  EXPECT_EQ(full.reason(), StopReason::context_full);
  EXPECT_EQ(full.finished->usage.prompt_tokens + full.finished->usage.generated_tokens, 65);
  const Answer& refused = client.finish(client.submit(chat(long_text(300))));
  ASSERT_TRUE(refused.failed);
  EXPECT_EQ(refused.failed->error.code, ErrorCode::context_full);
  EXPECT_NE(refused.failed->error.message.find("64"), std::string::npos);
  EXPECT_FALSE(refused.failed->error.hint.empty());
}

TEST(Engine, RefusesBadRequestsAndFullQueues) {
  EngineOptions options;
  options.queue_limit = 3;
  Client client(options);
  EXPECT_EQ(client.engine.submit({}).error().code, ErrorCode::invalid_argument);
  Request bad = chat("x");
  bad.sampling.top_p = 0;
  EXPECT_EQ(client.engine.submit(bad).error().code, ErrorCode::invalid_argument);
  bad = chat("x");
  bad.max_tokens = -1;
  EXPECT_EQ(client.engine.submit(bad).error().code, ErrorCode::invalid_argument);
  client.load_ember();
  bad = chat("x");
  bad.messages[0].role = "root";
  EXPECT_EQ(client.finish(client.submit(bad)).failed->error.code, ErrorCode::invalid_argument);

  std::vector<RequestId> accepted;
  std::optional<Error> refused;
  for (int i = 0; i < 40 && !refused; ++i) {
    const Result<RequestId> id = client.engine.submit(chat("Tell me a story.", 200, static_cast<uint64_t>(100 + i)));
    if (id)
      accepted.push_back(*id);
    else
      refused = id.error();
  }
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->code, ErrorCode::queue_full);
  for (RequestId id : accepted) client.engine.cancel(id);
  for (RequestId id : accepted) EXPECT_TRUE(client.finish(id).finished);
  EXPECT_TRUE(client.finish(client.submit(chat("Hello"))).finished);
}

TEST(Engine, WakesOncePerBatchOfEvents) {
  std::atomic<int> wakes{0};
  const std::thread::id here = std::this_thread::get_id();
  std::atomic<bool> foreign{true};
  EngineOptions options;
  options.wake = [&] {
    ++wakes;
    if (std::this_thread::get_id() == here) foreign = false;
  };
  Client client(options);
  client.load_ember();
  const RequestId id = client.submit(chat("Hello", 20));
  client.finish(id);
  EXPECT_GT(wakes, 1);
  EXPECT_TRUE(foreign) << "wake comes from the engine thread";
  std::this_thread::sleep_for(milliseconds(50));  // the last event is seen before its wake call returns
  const int before = wakes;
  client.submit(chat("Tell me a story.", 30));
  std::this_thread::sleep_for(milliseconds(1500));  // nobody polls meanwhile
  EXPECT_EQ(wakes, before + 1);
}

TEST(Engine, DestructionIsQuick) {
  for (int round = 0; round < 4; ++round) {
    auto client = std::make_unique<Client>();
    if (round == 0) {
      client->load(ember());  // in the middle of a load
    } else {
      client->load_ember();
      if (round == 1) client->submit(chat(long_text(900)));                                   // in the middle of a prompt
      for (int i = 0; round >= 2 && i < 6; ++i) client->submit(chat("Tell me a story.", 0));  // in the middle of answers
    }
    std::this_thread::sleep_for(milliseconds(10 * round));
    const auto start = Clock::now();
    client.reset();
    EXPECT_LT(Clock::now() - start, milliseconds(250)) << round;
  }
}

/// Everything below the thread, to count what is computed.
class Resident {
 public:
  Resident() {
    RuntimeOptions options;
    options.model_path = ember();
    options.device = "cpu";
    auto loaded = ModelRuntime::load(options);
    EXPECT_TRUE(loaded.ok()) << (loaded ? "" : loaded.error().text());
    model = std::make_unique<ResidentModel>(*std::move(loaded), [this](Event event) {
      if (auto* text = std::get_if<TextDelta>(&event)) answer.text += text->text;
      if (auto* f = std::get_if<Finished>(&event)) answer.finished = *f;
      if (auto* f = std::get_if<Failed>(&event)) answer.failed = *f;
    });
  }
  /// Tokens computed for one request.
  uint64_t run(const Request& request) {
    answer = {};
    const uint64_t before = model->model().computed_tokens();
    model->submit(++last_id, request, Clock::now());
    while (!model->scheduler().idle()) model->scheduler().step();
    EXPECT_TRUE(answer.finished) << (answer.failed ? answer.failed->error.text() : "");
    return model->model().computed_tokens() - before;
  }
  std::unique_ptr<ResidentModel> model;
  Answer answer;
  RequestId last_id = 0;
};

TEST(Resident, TurnTwoOfALongChatComputesOnlyItsNewTokens) {
  for (const float temperature : {0.0f, 1.0f}) {
    Resident resident;
    const Tokenizer& tokenizer = *resident.model->model().tokenizer();
    Request r = chat(long_text(820), 40);
    r.sampling.temperature = temperature;
    r.sampling.seed = 5;
    const uint64_t first = resident.run(r);
    const Usage turn_one = resident.answer.finished->usage;
    ASSERT_GT(turn_one.prompt_tokens, 800);
    const bool ended = resident.answer.finished->reason == StopReason::end_of_turn;
    const int held = turn_one.prompt_tokens + turn_one.generated_tokens - (ended ? 0 : 1);  // tokens whose KV exists
    EXPECT_EQ(first, static_cast<uint64_t>(held));

    r.messages.push_back({"assistant", resident.answer.text});
    r.messages.push_back({"user", "And then?"});
    r.max_tokens = 8;
    const uint64_t second = resident.run(r);
    const Usage turn_two = resident.answer.finished->usage;
    const auto added = tokenizer.encode("<|end|><|user|>And then?<|end|><|assistant|>", SpecialTokens::parse).size();
    EXPECT_EQ(turn_two.prompt_tokens, turn_one.prompt_tokens + turn_one.generated_tokens + static_cast<int>(added));
    EXPECT_EQ(turn_two.reused_tokens, held);
    const int fed = turn_two.generated_tokens - (resident.answer.finished->reason == StopReason::end_of_turn ? 0 : 1);
    EXPECT_EQ(second, static_cast<uint64_t>(turn_two.prompt_tokens - held + fed));
    EXPECT_LT(second, 40u);
  }
}

TEST(Resident, ReusedPrefixGivesTheSameAnswer) {
  Resident warm, cold;
  Request r = chat(long_text(400), 30);
  warm.run(r);
  r.messages.push_back({"assistant", warm.answer.text});
  r.messages.push_back({"user", "Tell me a story about a dog."});
  warm.run(r);
  EXPECT_GT(warm.answer.finished->usage.reused_tokens, 400);
  cold.run(r);
  EXPECT_EQ(cold.answer.finished->usage.reused_tokens, 0);
  EXPECT_EQ(warm.answer.text.substr(0, 20), cold.answer.text.substr(0, 20));
}

TEST(Resident, SaltsShareNothing) {
  Resident resident;
  Request r = chat(long_text(300), 4, 1);
  const uint64_t first = resident.run(r);
  r.cache_salt = 2;
  EXPECT_EQ(resident.run(r), first);
  EXPECT_EQ(resident.answer.finished->usage.reused_tokens, 0);
  const std::string text = resident.answer.text;
  EXPECT_LT(resident.run(r), 40u);
  EXPECT_GT(resident.answer.finished->usage.reused_tokens, 250);
  EXPECT_EQ(resident.answer.text, text);
}

TEST(Devices, AreListedHonestly) {
  std::map<std::string, DeviceInfo> by_id;
  for (const DeviceInfo& d : list_devices()) by_id[d.id] = d;
  EXPECT_TRUE(by_id.at("cpu").usable);
  EXPECT_TRUE(by_id.at("reference").usable);
  EXPECT_GT(by_id.at("cpu").memory_total, 1u << 20);
  EXPECT_LE(by_id.at("cpu").memory_free, by_id.at("cpu").memory_total);
  for (const auto& [id, device] : by_id) {
    EXPECT_FALSE(device.name.empty());
    EXPECT_EQ(device.usable, device.reason.empty()) << id;
  }
}

}  // namespace
}  // namespace engine
