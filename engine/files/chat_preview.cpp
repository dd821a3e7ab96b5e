// A chat template at work, without the model.
#include "engine/files.h"
#include "runtime/template_check.h"

namespace engine {

Result<std::string> render_chat_template(const std::string& model, const std::string& chat_template,
                                         const std::vector<ChatMessage>& messages) {
  return preview_prompt(model, chat_template, messages);
}

}  // namespace engine
