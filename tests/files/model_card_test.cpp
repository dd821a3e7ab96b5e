// What a card says of a model file.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/files.h"
#include "engine/model_test.h"

namespace {

using engine::ModelCard;
using hearth_test::expect_error;
using hearth_test::TempFolder;
using hearth_test::TinyModel;
using Names = std::vector<std::string>;

ModelCard card_of(const std::string& path) {
  const auto card = engine::read_model_card(path);
  EXPECT_TRUE(card.ok()) << card.error().text();
  return card ? *card : ModelCard{};
}

std::string value_of(const ModelCard& card, const std::string& key) {
  const auto at = std::find_if(card.metadata.begin(), card.metadata.end(), [&](const auto& e) { return e.first == key; });
  return at == card.metadata.end() ? "<none>" : at->second;
}

TEST(ModelCard, SaysWhatTheFileSays) {
  const TempFolder folder;
  TinyModel tiny = hearth_test::tiny_qwen3moe();
  tiny.keys["general.author"] = std::string("Somebody");
  tiny.keys["general.base_model.0.name"] = std::string("Bigger");
  tiny.keys["general.size_label"] = std::string("tiny");
  tiny.keys["some.flag"] = true;
  tiny.keys["some.long"] = std::string(1999, 'a') + "éé";
  tiny.keys["some.exact"] = std::string(2000, 'b');
  tiny.keys["some.evil"] = std::string("a\x1b[2J\r\n\tb\xff\xe2\x80\xae");
  const std::string path = folder.write("my model.gguf", tiny.bytes());
  const ModelCard card = card_of(path);
  EXPECT_EQ(card.info.architecture, "qwen3moe");
  EXPECT_EQ(card.info.experts, 8);
  EXPECT_EQ(card.author, "Somebody");
  EXPECT_EQ(card.license, "Apache-2.0");
  EXPECT_EQ(card.base_model, "Bigger");
  EXPECT_EQ(card.info.size_label, "tiny");
  EXPECT_EQ(card.chat_template, "{{ messages[0].content }}");
  EXPECT_EQ(card.parts, Names{path});
  EXPECT_EQ(card.metadata.size(), tiny.keys.size());
  EXPECT_EQ(value_of(card, "qwen3moe.block_count"), "2");
  EXPECT_EQ(value_of(card, "qwen3moe.rope.freq_base"), "10000");
  EXPECT_EQ(value_of(card, "some.flag"), "true");
  EXPECT_EQ(value_of(card, "some.long"), std::string(1999, 'a') + "é…");
  EXPECT_EQ(value_of(card, "some.exact"), std::string(2000, 'b'));
  EXPECT_EQ(value_of(card, "some.evil"), "a\xEF\xBF\xBD[2J\xEF\xBF\xBD\n\tb\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(value_of(card, "tokenizer.ggml.tokens"), "[48 × string]");
  EXPECT_EQ(value_of(card, "tokenizer.ggml.scores"), "[48 × number]");
  EXPECT_EQ(value_of(card, "tokenizer.ggml.token_type"), "[48 × integer]");
}

TEST(ModelCard, NamesAllPartsWhicheverWasGiven) {
  const TempFolder folder;
  TinyModel whole = hearth_test::tiny_llama();
  Names parts;
  auto at = whole.tensors.begin();
  for (uint32_t i = 0; i < 3; ++i) {
    engine::gguf::Writer w;
    if (i == 0) {
      TinyModel head = whole;
      head.tensors.clear();
      w = head.writer();
    }
    w.put_u16("split.no", static_cast<uint16_t>(i));
    w.put_u16("split.count", 3);
    w.put_i32("split.tensors.count", static_cast<int32_t>(whole.tensors.size()));
    const size_t n = i == 2 ? whole.tensors.size() : 5;
    for (size_t k = 0; k < n && at != whole.tensors.end(); ++k, ++at)
      w.tensor(at->first, at->second.type, at->second.ne,
               hearth_test::tiny_encode(at->second.type, hearth_test::tiny_values(at->first, at->second)));
    parts.push_back(folder.write("big-0000" + std::to_string(i + 1) + "-of-00003.gguf", w.bytes()));
  }
  for (const std::string& part : parts) EXPECT_EQ(card_of(part).parts, parts);
  std::filesystem::remove(parts[1]);
  const auto missing = engine::read_model_card(parts[0]);
  ASSERT_FALSE(missing.ok());
  expect_error(missing.error(), engine::ErrorCode::not_found, "Part 2 of 3");
}

TEST(ModelCard, RefusesWhatIsNoModel) {
  const TempFolder folder;
  EXPECT_FALSE(engine::read_model_card(folder.path("none.gguf")).ok());
  EXPECT_FALSE(engine::read_model_card(folder.path("")).ok());
  const std::vector<std::byte> bytes = hearth_test::tiny_llama().bytes();
  for (size_t n = 0; n < bytes.size(); n += 1 + bytes.size() / 100)
    EXPECT_FALSE(engine::read_model_card(folder.write("cut.gguf", {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n)})).ok())
        << n;
}

TEST(ModelCard, TheBundledModel) {
  const ModelCard card = card_of(HEARTH_MODELS "/ember-q8_0.gguf");
  EXPECT_EQ(card.info.layers, 5);
  EXPECT_FALSE(card.chat_template.empty());
  EXPECT_EQ(card.license, "Apache-2.0");
}

}  // namespace
