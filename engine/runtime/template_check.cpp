#include "runtime/template_check.h"

#include <fmt/format.h>

#include <memory>

#include "gguf/reader.h"
#include "runtime/prompt_builder.h"
#include "tokenizer/tokenizer.h"

namespace engine {
namespace {

/// Messages of the interpreter begin with "chat template, line N".
Error broken(std::string problem) {
  if (!problem.empty() && !problem.ends_with('.')) problem += '.';
  return {ErrorCode::invalid_argument, fmt::format("The chat template does not work: {}", problem),
          "Correct it, or leave it empty to use the model's own."};
}

struct Vocabulary {
  gguf::File file;
  std::unique_ptr<Tokenizer> tokenizer;
};

Result<Vocabulary> open_vocabulary(const std::string& model_path) {
  Result<gguf::File> file = gguf::File::open(model_path);
  if (!file) return file.error();
  Result<std::unique_ptr<Tokenizer>> tokenizer = Tokenizer::create(*file);
  if (!tokenizer) return tokenizer.error();
  return Vocabulary{std::move(*file), std::move(*tokenizer)};
}

Status check_format(const PromptBuilder& prompts) {
  if (prompts.format().source == ChatFormatSource::given_template) return {};
  return broken(prompts.format().problem);
}

}  // namespace

Status check_chat_template(const std::string& model_path, std::string_view chat_template) {
  const Result<Vocabulary> vocabulary = open_vocabulary(model_path);
  if (!vocabulary) return vocabulary.error();
  return check_format(PromptBuilder(*vocabulary->tokenizer, chat_template, ChatFormatSource::given_template));
}

Result<std::string> preview_prompt(const std::string& model_path, std::string_view chat_template, std::span<const ChatMessage> messages) {
  const Result<Vocabulary> vocabulary = open_vocabulary(model_path);
  if (!vocabulary) return vocabulary.error();
  const bool own = chat_template.empty();
  const PromptBuilder prompts(*vocabulary->tokenizer, own ? vocabulary->file.string("tokenizer.chat_template").value_or("") : chat_template,
                              own ? ChatFormatSource::own_template : ChatFormatSource::given_template);
  if (!own)
    if (Status s = check_format(prompts); !s) return s.error();
  Result<std::string> text = prompts.preview(messages);
  if (!text && text.error().code != ErrorCode::invalid_argument) return broken(text.error().message);
  return text;
}

}  // namespace engine
