// Adapters of the tiny models: known ones, and random ones for any tensor with the weights they amount to.
#pragma once

#include <cstring>
#include <random>

#include "gguf/writer.h"
#include "golden/arch_models.h"
#include "support/tiny_models.h"

namespace hearth_test {

using engine::gguf::File;
using engine::gguf::TensorInfo;
using engine::gguf::Writer;

inline std::vector<int32_t> some_tokens(size_t n = 48) {
  const std::string data = std::string(HEARTH_TEST_DATA) + "/arch/";
  std::vector<int32_t> tokens = parse_ids(read_file(data + "tokens.txt"));
  tokens.resize(std::min(n, tokens.size()));
  return tokens;
}

inline double logits_nmse(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && !a.empty() ? nmse(a.data(), b.data(), b.size()) : 1.0;
}

struct KnownAdapter {
  const char* model;
  const char* adapter;
};
inline constexpr KnownAdapter kKnownAdapters[] = {{"llama", "llama-lora.gguf"},       {"llama", "llama-peft"},
                                                  {"qwen2", "qwen2-lora.gguf"},       {"qwen2", "qwen2-peft"},
                                                  {"qwen3moe", "qwen3moe-lora.gguf"}, {"deepseek2-v3", "deepseek2-v3-lora.gguf"}};

/// Logits with a known adapter at scale 1 and 0.5.
inline void known_adapter_agrees(const KnownAdapter& k, const std::string& device, double limit) {
  const std::filesystem::path folder = reference_path("lora");
  for (const auto& [scale, text] : {std::pair(1.0f, "1.0"), std::pair(0.5f, "0.5")}) {
    const std::vector<float> known = read_floats(folder / (std::string(k.model) + "-scale" + text + ".logits.f32"));
    const LogitsRun run{.device = device, .split = 44, .adapters = {{(folder / k.adapter).string(), scale}}};
    EXPECT_LE(logits_nmse(model_logits(golden_model(k.model), some_tokens(), run), known), limit)
        << k.adapter << " " << text << " " << device;
  }
}

inline constexpr int64_t kRank = 4;
inline constexpr float kAlpha = 6.0f;

struct Pair {
  std::vector<float> a, b;  // [experts][rank][in], [experts][out][rank]
};

inline Pair random_pair(const std::string& name, int64_t in, int64_t out, int64_t experts) {
  std::mt19937 random(static_cast<unsigned>(std::hash<std::string>{}(name)));
  std::normal_distribution<float> normal;
  Pair p{std::vector<float>(static_cast<size_t>(experts * kRank * in)), std::vector<float>(static_cast<size_t>(experts * out * kRank))};
  for (float& v : p.a) v = normal(random) / std::sqrt(static_cast<float>(in));
  for (float& v : p.b) v = normal(random) * 0.25f;
  return p;
}

/// A GGUF adapter for one tensor of a model. token_embd is stored the other way round (formats.md 11.1).
inline void write_adapter(const std::string& path, const File& model, const TensorInfo& t, const Pair& p) {
  Writer w;
  w.put_string("general.type", "adapter");
  w.put_string("general.architecture", *model.string("general.architecture"));
  w.put_string("adapter.type", "lora");
  w.put_f32("adapter.lora.alpha", kAlpha);
  const bool table = t.name == "token_embd.weight";
  std::vector<int64_t> a{t.ne[0], kRank}, b{kRank, t.ne[1]};
  if (table) a = {kRank, t.ne[1]}, b = {kRank, t.ne[0]};
  if (t.ne[2] > 1) a.push_back(t.ne[2]), b.push_back(t.ne[2]);
  w.tensor_f32(t.name + ".lora_a", a, p.a);
  w.tensor_f32(t.name + ".lora_b", b, p.b);
  ASSERT_TRUE(w.write(path));
}

/// The same model with W + scale * B A in place of W, a copy in memory of the file with its f32 values changed.
inline void write_merged(const std::string& from, const std::string& path, const TensorInfo& t, const Pair& p) {
  std::string bytes = read_file(from);
  // Random weights stand nowhere else in the file.
  const size_t at = bytes.find(std::string_view(reinterpret_cast<const char*>(t.data), t.bytes));
  ASSERT_NE(at, std::string::npos);
  const int64_t in = t.ne[0], out = t.ne[1];
  for (int64_t e = 0; e < t.ne[2]; ++e)
    for (int64_t o = 0; o < out; ++o)
      for (int64_t i = 0; i < in; ++i) {
        double delta = 0;
        for (int64_t r = 0; r < kRank; ++r)
          delta += static_cast<double>(p.a[static_cast<size_t>((e * kRank + r) * in + i)]) *
                   static_cast<double>(p.b[static_cast<size_t>((e * out + o) * kRank + r)]);
        char* value = bytes.data() + at + static_cast<size_t>((e * out + o) * in + i) * sizeof(float);
        float w = 0;
        std::memcpy(&w, value, sizeof w);
        w = static_cast<float>(static_cast<double>(w) + static_cast<double>(kAlpha) / kRank * delta);
        std::memcpy(value, &w, sizeof w);
      }
  std::ofstream(path, std::ios::binary) << bytes;
}

inline bool is_linear(const TensorInfo& t) {
  const bool vector = t.n_dims == 1 && !t.name.ends_with("ffn_gate_inp_shexp.weight");
  return t.name.ends_with(".weight") && !vector && !t.name.ends_with("_norm.weight") && t.name != "rope_freqs.weight";
}

/// Known engines load adapters of some tensors and then ignore them (formats.md 11.3): here every one must count, and count as
/// if it were merged.
/// `others` run in turn, each with some of the tensors, and must agree with `run`.
inline void every_tensor_counts(const std::string& model, LogitsRun run, std::vector<LogitsRun> others = {}, double limit = 1e-9) {
  const std::string path = golden_model(model);
  const auto file = File::open(path);
  ASSERT_TRUE(file) << file.error().text();
  const std::vector<int32_t> tokens = some_tokens(20);
  const TempFolder folder;
  const std::string adapter = folder.path("adapter.gguf"), merged = folder.path("merged.gguf");
  const std::vector<float> base = model_logits(path, tokens, {.device = "reference", .split = 16});
  const bool tied = !file->tensor("output.weight");
  int n = 0;
  for (const TensorInfo& t : file->tensors()) {
    if (!is_linear(t)) continue;
    ++n;
    const bool table = t.name == "token_embd.weight";
    const Pair p = table ? random_pair(t.name, t.ne[1], t.ne[0], 1) : random_pair(t.name, t.ne[0], t.ne[1], t.ne[2]);
    Pair file_pair = p;  // a table stores A by token: [n_vocab][rank]
    if (table)
      for (int64_t token = 0; token < t.ne[1]; ++token)
        for (int64_t r = 0; r < kRank; ++r)
          file_pair.a[static_cast<size_t>(token * kRank + r)] = p.a[static_cast<size_t>(r * t.ne[1] + token)];
    write_adapter(adapter, *file, t, file_pair);
    run.adapters = {{adapter, 1.0f}};
    const std::vector<float> adapted = model_logits(path, tokens, run);
    EXPECT_GT(logits_nmse(adapted, base), 1e-9) << t.name << " is ignored";
    if (!others.empty()) {
      LogitsRun& other = others[static_cast<size_t>(n) % others.size()];
      other.adapters = run.adapters;
      EXPECT_LE(logits_nmse(model_logits(path, tokens, other), adapted), limit) << t.name << " on two devices";
    }
    if (table && tied) continue;  // merging would change the output, too
    TensorInfo as = t;
    Pair merge = p;
    if (table) {  // W[token] += B A[:, token] is W += A^T B^T
      merge.a.assign(static_cast<size_t>(kRank * t.ne[0]), 0.0f);
      merge.b.assign(static_cast<size_t>(t.ne[1] * kRank), 0.0f);
      for (int64_t i = 0; i < t.ne[0]; ++i)
        for (int64_t r = 0; r < kRank; ++r) merge.a[static_cast<size_t>(r * t.ne[0] + i)] = p.b[static_cast<size_t>(i * kRank + r)];
      merge.b = file_pair.a;
    }
    write_merged(path, merged, as, merge);
    const std::vector<float> known = model_logits(merged, tokens, {.device = "reference", .split = 16});
    EXPECT_LE(logits_nmse(adapted, known), limit) << t.name;
  }
  EXPECT_GT(n, 10);
}

/// A model with three adapters that touch different tensors.
struct Loaded {
  explicit Loaded(const char* device) {
    const std::string path = golden_model("qwen3moe");
    engine::RuntimeOptions options;
    options.model_path = path;
    options.device = device;
    options.kv = engine::KvType::f32;
    options.threads = 2;
    options.max_sequences = 4;
    options.max_prompt_tokens = options.max_outputs = 64;
    options.load_tokenizer = false;
    options.adapter_bytes = int64_t{16} << 20;
    auto runtime = engine::ModelRuntime::load(options);
    EXPECT_TRUE(runtime);
    model = *std::move(runtime);
    for (const char* name : {"blk.0.attn_q.weight", "blk.1.ffn_down_exps.weight", "output.weight"}) {
      const TensorInfo& t = *model->file().tensor(name);
      const std::string file = folder.path(std::string(name) + ".gguf");
      write_adapter(file, model->file(), t, random_pair(name, t.ne[0], t.ne[1], t.ne[2]));
      auto attached = model->attach_adapter(file);
      EXPECT_TRUE(attached) << attached.error().text();
      adapters.push_back(*attached);
    }
  }

  /// Logits of sequences of the given adapter sets, all with the same tokens, in one step after another.
  std::vector<std::vector<float>> run(const std::vector<engine::AdapterSet>& sets, int first_page = 0) {
    const std::vector<int32_t> tokens = some_tokens(6);
    std::vector<std::vector<float>> out(sets.size());
    for (size_t at = 0; at < tokens.size(); ++at) {
      std::vector<engine::StepSequence> steps;
      std::vector<std::vector<int32_t>> pages;
      for (size_t s = 0; s < sets.size(); ++s) pages.push_back({first_page + static_cast<int32_t>(s)});
      for (size_t s = 0; s < sets.size(); ++s)
        steps.push_back({std::span(tokens).subspan(at, 1), static_cast<int>(at), pages[s], true, false, sets[s]});
      const auto step = model->run(steps);
      EXPECT_TRUE(step);
      for (size_t s = 0; s < sets.size(); ++s) {
        const float* row = step->logits + s * static_cast<size_t>(step->n_vocab);
        out[s].insert(out[s].end(), row, row + step->n_vocab);
      }
    }
    return out;
  }

  TempFolder folder;
  std::unique_ptr<engine::ModelRuntime> model;
  std::vector<std::shared_ptr<const engine::AttachedAdapter>> adapters;
};

}  // namespace hearth_test
