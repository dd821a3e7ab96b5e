#include "runtime/chat_layout.h"

#include <algorithm>
#include <string>
#include <utility>

namespace engine {
namespace {

class LayoutWriter {
 public:
  explicit LayoutWriter(std::string eos) : eos_(std::move(eos)) {}
  void fixed(std::string text) {
    if (const size_t at = text.find("$eos"); at != std::string::npos) text.replace(at, 4, eos_);
    out_.text += text;
  }
  void content(std::string_view text) {
    if (!text.empty()) out_.untrusted.push_back({out_.text.size(), out_.text.size() + text.size()});
    out_.text += text;
  }
  Rendering take() { return std::move(out_); }

 private:
  std::string eos_;
  Rendering out_;
};

/// What the harmony format says about itself, in its own words: without it gpt-oss does not separate its channels well.
constexpr const char* kHarmonyBegin =
    "<|start|>system<|message|>You are a helpful assistant.\nKnowledge cutoff: 2024-06\n\nReasoning: medium\n\n"
    "# Valid channels: analysis, commentary, final. Channel must be included for every message.<|end|>";

/// Most particular first: several families share tokens with ChatML or with role tags.
const std::vector<ChatLayout>& layouts() {
  static const std::vector<ChatLayout> all = {
      {"harmony",
       {"<|start|>", "<|channel|>", "<|message|>"},
       kHarmonyBegin,
       "<|start|>developer<|message|># Instructions\n\n",
       "<|end|>",
       "<|start|>user<|message|>",
       "<|end|>",
       "<|start|>assistant<|channel|>final<|message|>",
       "<|end|>",
       "<|start|>assistant"},
      {"Kimi",
       {"<|im_user|>", "<|im_middle|>", "<|im_end|>"},
       "",
       "<|im_system|>system<|im_middle|>",
       "<|im_end|>",
       "<|im_user|>user<|im_middle|>",
       "<|im_end|>",
       "<|im_assistant|>assistant<|im_middle|>",
       "<|im_end|>",
       "<|im_assistant|>assistant<|im_middle|>"},
      {"Granite",
       {"<|start_of_role|>", "<|end_of_role|>"},
       "",
       "<|start_of_role|>system<|end_of_role|>",
       "<|end_of_text|>\n",
       "<|start_of_role|>user<|end_of_role|>",
       "<|end_of_text|>\n",
       "<|start_of_role|>assistant<|end_of_role|>",
       "<|end_of_text|>\n",
       "<|start_of_role|>assistant<|end_of_role|>"},
      {"GLM",
       {"[gMASK]", "<sop>", "<|user|>"},
       "[gMASK]<sop>",
       "<|system|>\n",
       "",
       "<|user|>\n",
       "",
       "<|assistant|>\n",
       "",
       "<|assistant|>\n"},
      {"Gemma",
       {"<start_of_turn>", "<end_of_turn>"},
       "",
       nullptr,
       nullptr,
       "<start_of_turn>user\n",
       "<end_of_turn>\n",
       "<start_of_turn>model\n",
       "<end_of_turn>\n",
       "<start_of_turn>model\n"},
      {"Gemma 4",
       {"<|turn>", "<turn|>"},
       "",
       "<|turn>system\n",
       "<turn|>\n",
       "<|turn>user\n",
       "<turn|>\n",
       "<|turn>model\n",
       "<turn|>\n",
       "<|turn>model\n"},
      {"Command",
       {"<|START_OF_TURN_TOKEN|>", "<|END_OF_TURN_TOKEN|>", "<|USER_TOKEN|>"},
       "",
       "<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>",
       "<|END_OF_TURN_TOKEN|>",
       "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>",
       "<|END_OF_TURN_TOKEN|>",
       "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>",
       "<|END_OF_TURN_TOKEN|>",
       "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>"},
      {"MiniMax", {"]~b]", "[e~["}, "]~!b[", "]~b]system\n", "[e~[\n", "]~b]user\n", "[e~[\n", "]~b]ai\n", "[e~[\n", "]~b]ai\n"},
      {"ChatML",
       {"<|im_start|>", "<|im_end|>"},
       "",
       "<|im_start|>system\n",
       "<|im_end|>\n",
       "<|im_start|>user\n",
       "<|im_end|>\n",
       "<|im_start|>assistant\n",
       "<|im_end|>\n",
       "<|im_start|>assistant\n"},
      {"DeepSeek", {"<｜User｜>", "<｜Assistant｜>"}, "", "", "", "<｜User｜>", "", "<｜Assistant｜>", "$eos", "<｜Assistant｜>"},
      {"role tags",
       {"<|user|>", "<|assistant|>", "<|end|>"},
       "",
       "<|system|>",
       "<|end|>",
       "<|user|>",
       "<|end|>",
       "<|assistant|>",
       "<|end|>",
       "<|assistant|>"},
      {"Llama 3",
       {"<|start_header_id|>", "<|eot_id|>"},
       "",
       "<|start_header_id|>system<|end_header_id|>\n\n",
       "<|eot_id|>",
       "<|start_header_id|>user<|end_header_id|>\n\n",
       "<|eot_id|>",
       "<|start_header_id|>assistant<|end_header_id|>\n\n",
       "<|eot_id|>",
       "<|start_header_id|>assistant<|end_header_id|>\n\n"},
      {"Llama 4",
       {"<|header_start|>", "<|eot|>"},
       "",
       "<|header_start|>system<|header_end|>\n\n",
       "<|eot|>",
       "<|header_start|>user<|header_end|>\n\n",
       "<|eot|>",
       "<|header_start|>assistant<|header_end|>\n\n",
       "<|eot|>",
       "<|header_start|>assistant<|header_end|>\n\n"},
      // Mistral's three generations: with a system token, with tokens for the instruction, as text (kInst).
      {"Mistral", {"[INST]", "[/INST]", "[SYSTEM_PROMPT]"}, "", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[INST]", "[/INST]", "", "$eos", ""},
      {"Mistral", {"[INST]", "[/INST]"}, "", nullptr, nullptr, "[INST]", "[/INST]", "", "$eos", ""},
  };
  return all;
}

const ChatLayout kInst = {"[INST]", {}, "", nullptr, nullptr, "[INST] ", " [/INST]", " ", "$eos", ""};
const ChatLayout kPlain = {"plain text", {}, "", "", "\n", "User: ", "\n", "Assistant: ", "\n", "Assistant:", "\nUser:"};

}  // namespace

std::vector<ChatMessage> without_system(std::vector<ChatMessage> messages) {
  if (messages.size() < 2 || messages[0].role != "system" || messages[1].role != "user") return messages;
  messages[1].content = messages[0].content + "\n\n" + messages[1].content;
  messages.erase(messages.begin());
  return messages;
}

const ChatLayout& guess_layout(const Tokenizer& tokenizer, const SpecialTable& specials) {
  for (const ChatLayout& layout : layouts())
    if (std::all_of(layout.needs.begin(), layout.needs.end(), [&](std::string_view token) { return specials.has(token); })) return layout;
  return tokenizer.strips_leading_space() ? kInst : kPlain;
}

Rendering render_layout(const ChatLayout& layout, std::span<const ChatMessage> messages, const Tokenizer& tokenizer) {
  LayoutWriter w(tokenizer.eos() >= 0 ? tokenizer.token_text(tokenizer.eos()) : std::string());
  std::vector<ChatMessage> list(messages.begin(), messages.end());
  if (layout.system == nullptr) list = without_system(std::move(list));
  w.fixed(layout.begin);
  for (const ChatMessage& m : list) {
    const bool system = m.role == "system" && layout.system != nullptr, answer = m.role == "assistant";
    w.fixed(system ? layout.system : answer ? layout.assistant : layout.user);
    w.content(m.content);
    w.fixed(system ? layout.system_end : answer ? layout.assistant_end : layout.user_end);
  }
  w.fixed(layout.answer);
  return w.take();
}

}  // namespace engine
