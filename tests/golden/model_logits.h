// Runs a model file over given tokens and returns the logits of every one: what the golden tests compare.
#pragma once

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "runtime/model_runtime.h"

namespace hearth_test {

struct LogitsRun {
  std::string device = "cpu";
  std::string expert_device = {};
  engine::KvType kv = engine::KvType::f32;
  int threads = 2;
  int split = 0;    // tokens of the first batch, the rest one by one; 0: all in one batch
  int chunk = 512;  // tokens of a step at most
  std::vector<engine::AdapterUse> adapters = {};
  int gpu_layers = -1, cpu_moe_layers = -1;
  int hot_experts = 0, stream_tokens = 0;
  size_t stream_part_bytes = engine::ExpertStream::kPartBytes;
  bool swap = false;  // behind every step, one expert of every layer that has experts at two places goes, and one comes
};

/// Lets the first expert on the device and the last one elsewhere change places, in every layer.
inline void swap_experts(engine::ModelRuntime& runtime) {
  std::vector<engine::ExpertSwap> swaps;
  const engine::model::Placement& placement = runtime.placement();
  for (size_t l = 0; l < placement.layers.size(); ++l) {
    engine::ExpertSwap swap{static_cast<int>(l), -1, -1};
    const engine::model::LayerPlacement& at = placement.layers[l];
    for (size_t e = 0; e < at.expert_of.size(); ++e) {
      if (at.expert_of[e] != at.attention) swap.in = static_cast<int>(e);
      if (at.expert_of[e] == at.attention && swap.out < 0) swap.out = static_cast<int>(e);
    }
    if (swap.in >= 0 && swap.out >= 0) swaps.push_back(swap);
  }
  const engine::Status swapped = runtime.swap_experts(swaps);
  EXPECT_TRUE(swapped) << swapped.error().text();
}

inline std::vector<float> model_logits(const std::string& path, const std::vector<int32_t>& tokens, const LogitsRun& run) {
  engine::RuntimeOptions options;
  options.model_path = path;
  options.device = run.device;
  options.expert_device = run.expert_device;
  options.gpu_layers = run.gpu_layers;
  options.cpu_moe_layers = run.cpu_moe_layers;
  options.hot_experts = run.hot_experts;
  options.stream_tokens = run.stream_tokens;
  options.stream_part_bytes = run.stream_part_bytes;
  options.kv = run.kv;
  options.threads = run.threads;
  options.max_sequences = 1;
  options.cached_sequences = 1;
  options.max_prompt_tokens = options.max_outputs = run.chunk;
  options.load_tokenizer = false;
  options.adapter_bytes = run.adapters.empty() ? 0 : int64_t{64} << 20;
  options.round_yarn = true;  // the known logits do, also those of gpt-oss (formats.md 9.4)
  engine::Result<std::unique_ptr<engine::ModelRuntime>> runtime = engine::ModelRuntime::load(options);
  if (!runtime) {
    ADD_FAILURE() << path << ": " << runtime.error().text();
    return {};
  }
  engine::AdapterSet adapters;
  for (const engine::AdapterUse& use : run.adapters) {
    auto attached = (*runtime)->attach_adapter(use.path);
    if (!attached) {
      ADD_FAILURE() << use.path << ": " << attached.error().text();
      return {};
    }
    adapters.push_back({*std::move(attached), use.scale});
  }
  // Pages in descending order: nothing may depend on them being consecutive.
  std::vector<int32_t> pages((tokens.size() + engine::kPageTokens - 1) / engine::kPageTokens);
  std::iota(pages.rbegin(), pages.rend(), 0);
  std::vector<float> out;
  const int n = static_cast<int>(tokens.size()), batch = run.split ? run.split : n;
  for (int at = 0; at < n;) {
    const int count = at < batch ? std::min(run.chunk, batch - at) : 1;
    const engine::StepSequence step{
        std::span(tokens).subspan(static_cast<size_t>(at), static_cast<size_t>(count)), at, pages, false, true, adapters};
    engine::Result<engine::StepOutput> result = (*runtime)->run({&step, 1});
    if (!result) {
      ADD_FAILURE() << path << ": " << result.error().text();
      return {};
    }
    out.insert(out.end(), result->logits, result->logits + static_cast<size_t>(result->rows) * static_cast<size_t>(result->n_vocab));
    at += count;
    if (run.swap) swap_experts(**runtime);
  }
  return out;
}

inline std::vector<int32_t> parse_ids(const std::string& text) {
  std::vector<int32_t> ids;
  for (size_t at = 0; at < text.size();) {
    size_t used = 0;
    ids.push_back(std::stoi(text.substr(at), &used));
    at += used + 1;
  }
  return ids;
}

}  // namespace hearth_test
