// Chat templates shown without loading the model, and given in place of its own.
#include <gtest/gtest.h>

#include "engine/engine_client.h"
#include "engine/files.h"
#include "engine/model_test.h"

namespace engine {
namespace {

using hearth_test::expect_error;
using hearth_test::TempFolder;

const std::vector<ChatMessage> kTurns = {{"system", "Be brief."}, {"user", "Hi <|end|>"}, {"assistant", "Hello."}, {"user", "Go on."}};
const char* const kOwn = "{% for m in messages %}[{{ m.role }}] {{ m.content }}{{ eos_token }}\n{% endfor %}[assistant]";

std::string shown(const std::string& chat_template, const std::vector<ChatMessage>& turns = kTurns, const std::string& model = ember()) {
  const Result<std::string> text = render_chat_template(model, chat_template, turns);
  EXPECT_TRUE(text.ok()) << text.error().text();
  return text ? *text : "";
}

Error refused(const std::string& chat_template, const std::vector<ChatMessage>& turns = kTurns) {
  const Result<std::string> text = render_chat_template(ember(), chat_template, turns);
  EXPECT_FALSE(text.ok()) << *text;
  return text ? Error{} : text.error();
}

TEST(ChatPreview, ShowsTheOwnTemplateAndAGivenOne) {
  const std::string own = shown("");
  EXPECT_NE(own.find("<|system|>"), std::string::npos) << own;
  EXPECT_NE(own.find("Go on."), std::string::npos);
  EXPECT_TRUE(own.ends_with("<|assistant|>")) << own;
  EXPECT_EQ(shown(kOwn),
            "[system] Be brief.<|end|>\n[user] Hi <|end|><|end|>\n[assistant] Hello.<|end|>\n[user] Go on.<|end|>\n[assistant]");
  EXPECT_EQ(shown("{{ bos_token }}{{ messages[-1].content }}", {{"user", "\xff!"}}), "<s>\xEF\xBF\xBD!");
}

TEST(ChatPreview, AModelWithoutATemplateShowsItsLayout) {
  const TempFolder folder;
  hearth_test::TinyModel tiny = hearth_test::tiny_llama();
  tiny.keys.erase("tokenizer.chat_template");
  const std::string text = shown("", {{"user", "Hello there"}}, folder.write("bare.gguf", tiny.bytes()));
  EXPECT_NE(text.find("Hello there"), std::string::npos);
  EXPECT_NE(text, "Hello there");
}

TEST(ChatPreview, SaysWhatIsWrongWithATemplate) {
  expect_error(refused("{% for m in messages %}{{ m.content }}"), ErrorCode::invalid_argument, "The chat template does not work");
  expect_error(refused("line one\n{{ nothing.at.all }}"), ErrorCode::invalid_argument, "line 2");
  expect_error(refused("{{ raise_exception('No thanks') }}"), ErrorCode::invalid_argument, "No thanks");
  expect_error(refused("{% for i in range(100000000) %}{{ i }}{% endfor %}"), ErrorCode::invalid_argument, "does not work");
  // Works for a plain conversation, but not for this one.
  const char* const picky =
      "{% for m in messages %}{% if 'magic' in m.content %}{{ raise_exception('No magic') }}{% endif %}{{ m.content }}{% endfor %}";
  expect_error(refused(picky, {{"user", "magic"}}), ErrorCode::invalid_argument, "No magic");
  EXPECT_EQ(shown(picky, {{"user", "plain"}}), "plain");
  expect_error(refused("", {}), ErrorCode::invalid_argument, "no message");
  expect_error(refused("", {{"robot", "Beep"}}), ErrorCode::invalid_argument, "robot");
  EXPECT_FALSE(render_chat_template("/nowhere.gguf", "", kTurns).ok());
}

/// A load with a template, and what came of it.
struct Loaded {
  explicit Loaded(Client& client, const std::string& chat_template) {
    LoadOptions options;
    options.model_path = ember();
    options.device = "cpu";
    options.chat_template = chat_template;
    const RequestId id = client.engine.load(options);
    EXPECT_TRUE(client.pump([&] { return client.loaded.contains(id) || client.load_failed.contains(id); }));
    if (client.load_failed.contains(id)) error = client.load_failed.at(id);
    if (client.loaded.contains(id)) model = client.loaded.at(id);
  }
  std::optional<Error> error;
  std::optional<ModelLoaded> model;
};

TEST(GivenTemplate, ReplacesTheModelsOwnInPrompts) {
  Client client;
  const Loaded own(client, "");
  ASSERT_TRUE(own.model);
  EXPECT_EQ(own.model->chat_format.source, ChatFormatSource::own_template);
  const Answer plain = client.finish(client.submit(chat("Tell me a story about a fox.")));
  // The same words behind other marks: the answer must not be the same; a copy of the own template gives the same.
  const Loaded other(client, "{% for m in messages %}{{ m.content }} {{ m.content }}\n{% endfor %}Once upon a time");
  ASSERT_TRUE(other.model) << other.error->text();
  EXPECT_EQ(other.model->chat_format.source, ChatFormatSource::given_template);
  EXPECT_EQ(other.model->chat_format.layout, "");
  EXPECT_NE(client.finish(client.submit(chat("Tell me a story about a fox."))).text, plain.text);
  const Loaded copy(client, read_model_card(ember())->chat_template);
  ASSERT_TRUE(copy.model);
  EXPECT_EQ(client.finish(client.submit(chat("Tell me a story about a fox."))).text, plain.text);
}

TEST(GivenTemplate, ABrokenOneIsRefusedAndTheResidentModelStays) {
  Client client;
  client.load_ember();
  const Loaded broken(client, "{{ messages[0].content ");
  ASSERT_TRUE(broken.error);
  expect_error(*broken.error, ErrorCode::invalid_argument, "The chat template does not work: chat template, line 1");
  const Loaded failing(client, "{{ raise_exception('never') }}");
  ASSERT_TRUE(failing.error);
  expect_error(*failing.error, ErrorCode::invalid_argument, "never");
  EXPECT_TRUE(client.unloaded.empty());
  EXPECT_TRUE(client.finish(client.submit(chat("Hello"))).finished);
}

}  // namespace
}  // namespace engine
