#include "gui/hostile_model.h"

#include "support/tiny_models.h"

namespace hearth_test {

bool writeHostileModel(const std::string& path, const std::string& markup) {
  TinyModel model = tiny_llama();
  model.keys["general.name"] = markup;
  model.keys["general.license"] = markup;
  model.keys["general.description"] = markup;
  std::string quoted;
  for (const char c : markup) quoted += c == '\'' ? std::string("\\'") : std::string(1, c);
  model.keys["tokenizer.chat_template"] = "{{ raise_exception('" + quoted + "') }}";
  return model.writer().write(path).ok();
}

}  // namespace hearth_test
