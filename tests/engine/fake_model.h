// A small deterministic language model and tokenizer for tests of the runtime. The model keeps a real paged memory: its
// next token is a function of what it reads back through the page table, so a wrong page or position changes its answer.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "engine/word_tokenizer.h"
#include "runtime/scheduler.h"
#include "runtime/step_runner.h"
#include "tokenizer/tokenizer.h"

namespace hearth_test {

/// Ids 0..255 are bytes; then control tokens; then a few longer pieces.
class ByteTokenizer final : public ByteVocabulary {
 public:
  static constexpr int32_t kBos = 256, kEnd = 257, kUser = 258, kAssistant = 259, kSystem = 260, kSmile = 261, kHalfSmile = 262,
                           kThink = 263;

  explicit ByteTokenizer(bool with_bos = true) {
    add("<s>", true);
    add("<|end|>", true);
    add("<|user|>", true);
    add("<|assistant|>", true);
    add("<|system|>", true);
    add("\xf0\x9f\x99\x82", false);
    add("\xf0\x9f", false);
    add("<think>", false);  // as user-defined tokens are: parsed everywhere
    end_[kEnd] = true;
    bos_ = kBos;
    eos_ = kEnd;
    add_bos_ = with_bos;
    description_ = "bytes";
  }
  [[nodiscard]] std::vector<int32_t> encode(std::string_view text, engine::SpecialTokens special) const override {
    std::vector<int32_t> out;
    for (size_t i = 0; i < text.size();) {
      int32_t found = static_cast<unsigned char>(text[i]);
      if (text.substr(i).starts_with(token_text(kThink))) found = kThink;
      if (special == engine::SpecialTokens::parse)
        for (int32_t id = kBos; id <= kSystem; ++id)
          if (text.substr(i).starts_with(token_text(id))) found = id;
      out.push_back(found);
      i += token_text(found).size();
    }
    return out;
  }
};

using Context = std::vector<int32_t>;

class FakeModel final : public engine::StepRunner {
 public:
  static constexpr int kVocabulary = 270;  // padded beyond the tokenizer's

  struct Step {
    std::vector<int> tokens, positions;  // of each member
    bool decode = false;
  };

  FakeModel(int pages, engine::StepLimits limits) : limits_(limits), memory_(static_cast<size_t>(pages * engine::kPageTokens), -1) {
    next = [](const Context& context) {
      uint32_t h = 7;
      for (int32_t id : context) h = h * 16777619u + static_cast<uint32_t>(id) + 1;
      return static_cast<int32_t>('a' + (h >> 8) % 26);
    };
  }

  [[nodiscard]] int prompt_step(int left, bool) const override { return wanted ? std::min(left, wanted) : left; }

  engine::Result<engine::StepOutput> run(std::span<const engine::StepSequence> sequences, const std::atomic<bool>* cancel) override {
    Step step;
    int tokens = 0;
    logits_.clear();
    for (const engine::StepSequence& s : sequences) {
      const int end = s.position + static_cast<int>(s.tokens.size());
      tokens += static_cast<int>(s.tokens.size());
      step.tokens.push_back(static_cast<int>(s.tokens.size()));
      step.positions.push_back(s.position);
      if (end > static_cast<int>(s.pages.size()) * engine::kPageTokens) return fault("pages do not cover the step");
      for (size_t i = 0; i < s.tokens.size(); ++i) cell(s, s.position + static_cast<int>(i)) = s.tokens[i];
      if (!s.wants_last) continue;
      Context context;
      for (int i = 0; i < end; ++i) context.push_back(cell(s, i));
      contexts.push_back(context);
      std::vector<float> row(kVocabulary, -10.0f);
      row[static_cast<size_t>(next(context))] = 10.0f;
      row[kVocabulary - 1] = 100.0f;  // a padding column must never be chosen
      logits_.insert(logits_.end(), row.begin(), row.end());
    }
    step.decode = sequences.size() > 1 || sequences[0].tokens.size() == 1;
    steps.push_back(step);
    const auto deadline = std::chrono::steady_clock::now() + delay;
    while (std::chrono::steady_clock::now() < deadline) {
      if (cancel != nullptr && *cancel) {
        for (const engine::StepSequence& s : sequences)  // what an abandoned step leaves behind is worthless
          for (size_t i = 0; i < s.tokens.size(); ++i) cell(s, s.position + static_cast<int>(i)) = -7;
        return engine::Error{engine::ErrorCode::cancelled, "The step was stopped.", ""};
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (tokens > limits_.max_tokens || static_cast<int>(sequences.size()) > limits_.max_sequences) return fault("the step is too large");
    if (on_step && !on_step(steps.size())) return fault("The device is gone.");
    computed += tokens;
    engine::StepOutput out;
    out.logits = logits_.data();
    out.n_vocab = kVocabulary;
    out.rows = static_cast<int>(logits_.size()) / kVocabulary;
    return out;
  }

  std::function<int32_t(const Context&)> next;
  std::function<bool(size_t)> on_step;  // false: the step fails
  std::chrono::milliseconds delay{0};
  int wanted = 0;  // tokens of a prompt step; 0: as many as there are
  std::vector<Step> steps;
  std::vector<Context> contexts;  // read back for each row of logits
  int computed = 0;

 private:
  static engine::Error fault(const char* message) { return {engine::ErrorCode::device, message, "Load the model again."}; }
  int32_t& cell(const engine::StepSequence& s, int position) {
    const int32_t page = s.pages[static_cast<size_t>(position / engine::kPageTokens)];
    return memory_.at(static_cast<size_t>(page * engine::kPageTokens + position % engine::kPageTokens));
  }

  engine::StepLimits limits_;
  std::vector<int32_t> memory_;
  std::vector<float> logits_;
};

}  // namespace hearth_test
