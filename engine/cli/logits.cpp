// logits and perplexity: the model without sampling.
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "core/paths.h"

namespace engine::cli {
namespace {

/// A model and the adapters it runs with.
struct Adapted {
  ModelRuntime& runtime;
  const AdapterSet& adapters;
};

/// Runs tokens [begin, end) in steps of at most the runtime's size, all of one sequence; `sink` gets every output row.
template <class Sink>
Status run_range(const Adapted& model, std::span<const int32_t> tokens, int begin, int end, bool wants_all, Sink&& sink) {
  ModelRuntime& runtime = model.runtime;
  const std::vector<int32_t> pages = page_range(0, static_cast<int>(tokens.size()));
  const int step = wants_all ? std::min(runtime.limits().max_tokens, runtime.limits().max_outputs) : runtime.limits().max_tokens;
  for (int at = begin; at < end; at += step) {
    const int n = std::min(step, end - at);
    const StepSequence sequence{
        tokens.subspan(static_cast<size_t>(at), static_cast<size_t>(n)), at, pages, false, wants_all, model.adapters};
    Result<StepOutput> out = runtime.run({&sequence, 1});
    if (!out) return out.error();
    for (int row = 0; row < out->rows; ++row)
      sink(at + row, out->logits + static_cast<size_t>(row) * static_cast<size_t>(out->n_vocab), out->n_vocab);
  }
  return {};
}

double log_probability(const float* logits, int n_vocab, int32_t token) {
  float top = logits[0];
  for (int i = 1; i < n_vocab; ++i) top = std::max(top, logits[i]);
  double sum = 0;
  for (int i = 0; i < n_vocab; ++i) sum += std::exp(static_cast<double>(logits[i] - top));
  return static_cast<double>(logits[token] - top) - std::log(sum);
}

}  // namespace

int logits(const Common& common, const LogitsOptions& options) {
  RuntimeOptions setup = runtime_options(common);
  const int n = static_cast<int>(options.tokens.size());
  const int batch = options.split > 0 ? std::min(options.split, n) : n;
  setup.load_tokenizer = false;
  setup.round_yarn = options.yarn_round;
  setup.context = common.context ? common.context : n;
  setup.max_sequences = 1;
  setup.cached_sequences = 0;
  setup.max_prompt_tokens = setup.max_outputs = std::min(batch, 512);
  Result<std::unique_ptr<ModelRuntime>> runtime = load_runtime(setup);
  if (!runtime) return fail(runtime.error());
  if (n > (*runtime)->context())
    return fail(
        {ErrorCode::context_full, fmt::format("{} tokens do not fit the context of {}.", n, (*runtime)->context()), "Use a larger --ctx."});
  const Result<AdapterSet> adapters = attach_adapters(**runtime, common);
  if (!adapters) return fail(adapters.error());
  const Adapted model{**runtime, *adapters};
  std::ofstream out(native_path(options.out), std::ios::binary);
  if (!out) return fail({ErrorCode::io, fmt::format("{} cannot be written.", options.out), "Choose another --out."});
  const auto write = [&](int, const float* row, int n_vocab) {
    out.write(reinterpret_cast<const char*>(row), static_cast<std::streamsize>(sizeof(float)) * n_vocab);
  };
  if (Status s = run_range(model, options.tokens, 0, batch, true, write); !s) return fail(s.error());
  for (int i = batch; i < n; ++i)
    if (Status s = run_range(model, options.tokens, i, i + 1, true, write); !s) return fail(s.error());
  out.close();
  if (!out) return fail({ErrorCode::io, fmt::format("{} could not be written whole.", options.out), "Check the free space."});
  return 0;
}

int perplexity(const Common& common, const PerplexityOptions& options) {
  RuntimeOptions setup = runtime_options(common);
  if (setup.context == 0) setup.context = 512;
  setup.max_sequences = 1;
  setup.cached_sequences = 0;
  setup.max_prompt_tokens = 512;
  setup.max_outputs = 64;
  Result<std::unique_ptr<ModelRuntime>> loaded = load_runtime(setup);
  if (!loaded) return fail(loaded.error());
  ModelRuntime& runtime = **loaded;
  const Result<AdapterSet> adapters = attach_adapters(runtime, common);
  if (!adapters) return fail(adapters.error());
  const Adapted model{runtime, *adapters};
  const Tokenizer* tokenizer = runtime.tokenizer();
  if (!tokenizer) return fail({ErrorCode::unsupported, "This model has no vocabulary, so text cannot be scored.", ""});
  std::ifstream in(native_path(options.file), std::ios::binary);
  if (!in) return fail({ErrorCode::not_found, fmt::format("{} cannot be read.", options.file), "Check the path."});
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  std::vector<int32_t> tokens = encode_prompt(*tokenizer, text, SpecialTokens::as_text);
  const int n_ctx = setup.context, first = n_ctx / 2;
  int chunks = static_cast<int>(tokens.size()) / n_ctx;
  if (options.chunks > 0) chunks = std::min(chunks, options.chunks);
  if (chunks == 0)
    return fail({ErrorCode::invalid_argument, fmt::format("The text has {} tokens, fewer than one chunk of {}.", tokens.size(), n_ctx),
                 "Use a smaller -c."});
  double nll = 0, square = 0;
  int64_t count = 0;
  for (int c = 0; c < chunks; ++c) {
    std::vector<int32_t> chunk(tokens.begin() + static_cast<std::ptrdiff_t>(c) * n_ctx,
                               tokens.begin() + static_cast<std::ptrdiff_t>(c + 1) * n_ctx);
    if (tokenizer->adds_bos() && tokenizer->bos() >= 0) chunk[0] = tokenizer->bos();
    const auto score = [&](int at, const float* row, int n_vocab) {
      if (at + 1 >= n_ctx) return;
      const double p = -log_probability(row, n_vocab, chunk[static_cast<size_t>(at) + 1]);
      nll += p;
      square += p * p;
      ++count;
    };
    if (Status s = run_range(model, chunk, 0, first, false, score); !s) return fail(s.error());
    if (Status s = run_range(model, chunk, first, n_ctx, true, score); !s) return fail(s.error());
    if (!common.json && (c + 1) % 10 == 0)
      fmt::print(stderr, "\r{}/{} chunks, perplexity {:.4f} ", c + 1, chunks, std::exp(nll / static_cast<double>(count)));
  }
  const double mean = nll / static_cast<double>(count), ppl = std::exp(mean);
  const double deviation = ppl * std::sqrt(std::max(0.0, square / static_cast<double>(count) - mean * mean) / static_cast<double>(count));
  if (common.json)
    fmt::print(
        "{}\n",
        nlohmann::ordered_json{{"perplexity", ppl}, {"deviation", deviation}, {"chunks", chunks}, {"context", n_ctx}, {"tokens", count}}
            .dump());
  else
    fmt::print("{}perplexity {:.4f} +/- {:.4f} ({} chunks of {}, {} tokens scored)\n", chunks >= 10 ? "\n" : "", ppl, deviation, chunks,
               n_ctx, count);
  return 0;
}

}  // namespace engine::cli
