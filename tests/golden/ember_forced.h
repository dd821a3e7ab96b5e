// Ember, teacher-forced: chats in which the model itself writes the answers on the processor, and how far another device's logits are from
// those there.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

#include "golden/model_logits.h"
#include "tokenizer/tokenizer.h"

namespace hearth_test {

inline constexpr int kForcedTexts = 8, kForcedLength = 250;  // 2,000 positions of answers
inline constexpr double kForcedTemperature = 0.7;            // as the window sets it
inline constexpr int kForcedContext = 1024;                  // questions included

/// What it is asked in turn: it has learned answers only, so its logits inside questions mean nothing.
inline constexpr const char* kForcedQuestions[] = {"Who are you?",
                                                   "Tell me a story about a fox and the moon.",
                                                   "How do I start a new chat?",
                                                   "怎么下载更大的模型？",
                                                   "What is a mixture of experts?",
                                                   "Write a story about a girl and a dragon.",
                                                   "What is the capital of France?",
                                                   "对话保存在哪里？",
                                                   "Which key opens the settings?",
                                                   "Tell me a bedtime story.",
                                                   "什么是量化？"};

struct Forced {
  std::vector<std::vector<int32_t>> tokens;
  std::vector<std::vector<size_t>> answers;  // [sequence][kForcedLength]: positions whose logits an answer goes on from
  std::vector<std::vector<float>> logits;    // [sequence][kForcedLength * n_vocab] of the processor there
  size_t n_vocab = 0;
};

inline std::string ember() {
  return std::string(HEARTH_MODELS) + "/ember-q8_0.gguf";
}

/// An id drawn from softmax(logits / kForcedTemperature) with u in [0, 1).
inline int32_t draw(const float* logits, size_t n, double u) {
  const float top = *std::max_element(logits, logits + n);
  const auto weight = [&](size_t i) { return std::exp(static_cast<double>(logits[i] - top) / kForcedTemperature); };
  double sum = 0;
  for (size_t i = 0; i < n; ++i) sum += weight(i);
  double left = u * sum;
  for (size_t i = 0; i < n; ++i) {
    left -= weight(i);
    if (left < 0) return static_cast<int32_t>(i);
  }
  return static_cast<int32_t>(n - 1);
}

/// Chats on the processor, a fixed draw at every position of an answer.
inline const Forced& forced() {
  static const Forced made = [] {
    Forced f;
    engine::RuntimeOptions options;
    options.model_path = ember();
    options.device = "cpu";
    options.context = kForcedContext;
    options.max_sequences = 1;
    auto runtime = engine::ModelRuntime::load(options);
    EXPECT_TRUE(runtime);
    const engine::Tokenizer& tokenizer = *(*runtime)->tokenizer();
    const int32_t end = tokenizer.encode("<|end|>", engine::SpecialTokens::parse).back();
    std::vector<int32_t> pages((kForcedContext + engine::kPageTokens - 1) / engine::kPageTokens);
    std::iota(pages.begin(), pages.end(), 0);
    std::mt19937_64 random(2026);
    size_t question = 0;
    for (int s = 0; s < kForcedTexts; ++s) {
      std::vector<int32_t> tokens{tokenizer.bos()};
      std::vector<size_t> answers;
      std::vector<float> logits;
      size_t done = 0;
      const auto ask = [&] {
        const std::string turn =
            std::string("<|user|>") + kForcedQuestions[question++ % std::size(kForcedQuestions)] + "<|end|><|assistant|>";
        const std::vector<int32_t> ids = tokenizer.encode(turn, engine::SpecialTokens::parse);
        tokens.insert(tokens.end(), ids.begin(), ids.end());
      };
      ask();
      while (true) {
        const engine::StepSequence step{std::span(tokens).subspan(done), static_cast<int>(done), pages, true, false};
        const auto out = (*runtime)->run({&step, 1});
        EXPECT_TRUE(out);
        done = tokens.size();
        f.n_vocab = static_cast<size_t>(out->n_vocab);
        answers.push_back(done - 1);
        logits.insert(logits.end(), out->logits, out->logits + out->n_vocab);
        if (answers.size() == kForcedLength) break;
        tokens.push_back(draw(out->logits, f.n_vocab, static_cast<double>(random() >> 11) * 0x1p-53));
        if (tokens.back() == end) ask();
      }
      f.tokens.push_back(std::move(tokens));
      f.answers.push_back(std::move(answers));
      f.logits.push_back(std::move(logits));
    }
    return f;
  }();
  return made;
}

/// KL(p || q) of two rows of logits.
inline double divergence(const float* p, const float* q, size_t n) {
  const auto lse = [n](const float* x) {
    const double top = *std::max_element(x, x + n);
    double sum = 0;
    for (size_t i = 0; i < n; ++i) sum += std::exp(static_cast<double>(x[i]) - top);
    return top + std::log(sum);
  };
  const double zp = lse(p), zq = lse(q);
  double kl = 0;
  for (size_t i = 0; i < n; ++i)
    kl += std::exp(static_cast<double>(p[i]) - zp) * (static_cast<double>(p[i]) - zp - static_cast<double>(q[i]) + zq);
  return kl;
}

/// Logits of `device` at all positions of the answers: the most likely token is nearly always that of the processor, and so is the
/// distribution. `name` stands in front of the figures that are printed.
inline void ember_agrees(const std::string& device, const char* name) {
  const Forced& f = forced();
  int same = 0, positions = 0;
  double kl = 0;
  for (size_t s = 0; s < f.tokens.size(); ++s) {
    LogitsRun run{.device = device, .kv = engine::KvType::f16, .chunk = 64};
    if (s == 0) run.split = 1;  // one of the texts as it would be written
    const std::vector<float> ours = model_logits(ember(), f.tokens[s], run);
    ASSERT_EQ(ours.size(), f.tokens[s].size() * f.n_vocab);
    for (size_t i = 0; i < f.answers[s].size(); ++i, ++positions) {
      const float *a = f.logits[s].data() + i * f.n_vocab, *b = ours.data() + f.answers[s][i] * f.n_vocab;
      same += std::max_element(a, a + f.n_vocab) - a == std::max_element(b, b + f.n_vocab) - b;
      kl += divergence(a, b, f.n_vocab);
    }
  }
  EXPECT_EQ(positions, kForcedTexts * kForcedLength);
  std::printf("%s: top-1 agreement %.2f %%, mean KL %.3g over %d positions\n", name, 100.0 * same / positions, kl / positions, positions);
  EXPECT_GE(same, 98 * positions / 100);
  EXPECT_LE(kl / positions, 1e-3);
}

}  // namespace hearth_test
