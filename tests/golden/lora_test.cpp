// Adapters at run time: against known logits, against weights with the adapter merged in, and tensor by tensor.
#include <cstring>
#include <random>

#include "gguf/writer.h"
#include "golden/model_logits.h"
#include "support/reference.h"
#include "support/separate_device.h"
#include "support/tiny_models.h"

namespace {

using engine::gguf::File;
using engine::gguf::TensorInfo;
using engine::gguf::Writer;
using hearth_test::LogitsRun;

const char* const kModels[] = {"llama",        "mixtral", "qwen2",      "qwen3",          "qwen3moe",
                               "qwen2moe",     "olmoe",   "deepseek",   "deepseek2-lite", "deepseek2-legacy",
                               "deepseek2-v3", "gpt-oss", "granitemoe", "glm4moe"};

std::string golden(const std::string& name) {
  return std::string(HEARTH_GOLDEN_MODELS) + "/" + name + "-f32.gguf";
}

std::vector<int32_t> some_tokens(size_t n = 48) {
  const std::string data = std::string(HEARTH_TEST_DATA) + "/arch/";
  std::vector<int32_t> tokens = hearth_test::parse_ids(hearth_test::read_file(data + "tokens.txt"));
  tokens.resize(std::min(n, tokens.size()));
  return tokens;
}

double nmse(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && !a.empty() ? hearth_test::nmse(a.data(), b.data(), b.size()) : 1.0;
}

// ---- known answers

struct Known {
  const char* model;
  const char* adapter;
};

class KnownLora : public testing::TestWithParam<Known> {};

TEST_P(KnownLora, LogitsAgree) {
  HEARTH_NEEDS_REFERENCE();
  const auto [model, adapter] = GetParam();
  const std::filesystem::path folder = hearth_test::reference_path("lora");
  for (const char* device : {"reference", "cpu"})
    for (const auto& [scale, text] : {std::pair(1.0f, "1.0"), std::pair(0.5f, "0.5")}) {
      const std::vector<float> known = hearth_test::read_floats(folder / (std::string(model) + "-scale" + text + ".logits.f32"));
      const LogitsRun run{.device = device, .split = 44, .adapters = {{(folder / adapter).string(), scale}}};
      EXPECT_LE(nmse(hearth_test::model_logits(golden(model), some_tokens(), run), known), 1e-9) << adapter << " " << text << " " << device;
    }
}

INSTANTIATE_TEST_SUITE_P(Files, KnownLora,
                         testing::Values(Known{"llama", "llama-lora.gguf"}, Known{"llama", "llama-peft"}, Known{"qwen2", "qwen2-lora.gguf"},
                                         Known{"qwen2", "qwen2-peft"}, Known{"qwen3moe", "qwen3moe-lora.gguf"},
                                         Known{"deepseek2-v3", "deepseek2-v3-lora.gguf"}),
                         [](const auto& known) {
                           std::string name = known.param.adapter;
                           for (char& c : name)
                             if (c == '-' || c == '.') c = '_';
                           return name;
                         });

// ---- tensor by tensor

constexpr int64_t kRank = 4;
constexpr float kAlpha = 6.0f;

struct Pair {
  std::vector<float> a, b;  // [experts][rank][in], [experts][out][rank]
};

Pair random_pair(const std::string& name, int64_t in, int64_t out, int64_t experts) {
  std::mt19937 random(static_cast<unsigned>(std::hash<std::string>{}(name)));
  std::normal_distribution<float> normal;
  Pair p{std::vector<float>(static_cast<size_t>(experts * kRank * in)), std::vector<float>(static_cast<size_t>(experts * out * kRank))};
  for (float& v : p.a) v = normal(random) / std::sqrt(static_cast<float>(in));
  for (float& v : p.b) v = normal(random) * 0.25f;
  return p;
}

/// A GGUF adapter for one tensor of a model. token_embd is stored the other way round (formats.md 11.1).
void write_adapter(const std::string& path, const File& model, const TensorInfo& t, const Pair& p) {
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
void write_merged(const std::string& from, const std::string& path, const TensorInfo& t, const Pair& p) {
  std::string bytes = hearth_test::read_file(from);
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

bool is_linear(const TensorInfo& t) {
  const bool vector = t.n_dims == 1 && !t.name.ends_with("ffn_gate_inp_shexp.weight");
  return t.name.ends_with(".weight") && !vector && !t.name.ends_with("_norm.weight") && t.name != "rope_freqs.weight";
}

class EveryTensor : public testing::TestWithParam<const char*> {};

/// Known engines load adapters of some tensors and then ignore them (formats.md 11.3): here every one must count, and count as
/// if it were merged.
TEST_P(EveryTensor, AdapterActsLikeMergedWeights) {
  const std::string path = golden(GetParam());
  const auto file = File::open(path);
  ASSERT_TRUE(file) << file.error().text();
  const std::vector<int32_t> tokens = some_tokens(20);
  const hearth_test::TempFolder folder;
  const std::string adapter = folder.path("adapter.gguf"), merged = folder.path("merged.gguf");
  const std::vector<float> base = hearth_test::model_logits(path, tokens, {.device = "reference", .split = 16});
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
    const std::vector<float> adapted =
        hearth_test::model_logits(path, tokens, {.device = "cpu", .split = 16, .adapters = {{adapter, 1.0f}}});
    EXPECT_GT(nmse(adapted, base), 1e-9) << t.name << " is ignored";
    hearth_test::DeviceScript script;
    const engine::ExtraDevices device(hearth_test::separate_devices(script));
    LogitsRun split{.device = "test:0", .split = 16, .adapters = {{adapter, 1.0f}}};
    if (n % 3 == 0) split.gpu_layers = 1;
    if (n % 3 == 1) split.expert_device = "test:0+cpu";
    if (n % 3 == 2) split.cpu_moe_layers = 1;
    EXPECT_LE(nmse(hearth_test::model_logits(path, tokens, split), adapted), 1e-9) << t.name << " on two devices";
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
    const std::vector<float> known = hearth_test::model_logits(merged, tokens, {.device = "reference", .split = 16});
    EXPECT_LE(nmse(adapted, known), 1e-9) << t.name;
  }
  EXPECT_GT(n, 10);
}

INSTANTIATE_TEST_SUITE_P(Models, EveryTensor, testing::ValuesIn(kModels), [](const auto& model) {
  std::string name = model.param;
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
});

// ---- sets, scales, batches

/// A model with three adapters that touch different tensors.
struct Loaded {
  explicit Loaded(const char* device) {
    const std::string path = golden("qwen3moe");
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

  hearth_test::TempFolder folder;
  std::unique_ptr<engine::ModelRuntime> model;
  std::vector<std::shared_ptr<const engine::AttachedAdapter>> adapters;
};

class Sets : public testing::TestWithParam<const char*> {};

TEST_P(Sets, ScaleZeroAndDetachedAreTheBaseModelBitForBit) {
  Loaded m(GetParam());
  const auto base = m.run({{}})[0];
  EXPECT_NE(m.run({{{m.adapters[0], 1.0f}}})[0], base);
  EXPECT_EQ(m.run({{{m.adapters[0], 0.0f}}})[0], base);
  EXPECT_EQ(m.run({{}})[0], base);
  // Beside a sequence with an adapter, in one batch:
  const auto both = m.run({{{m.adapters[1], 1.0f}}, {}, {{m.adapters[1], 0.0f}}});
  EXPECT_EQ(both[1], base);
  EXPECT_EQ(both[2], base);
}

TEST_P(Sets, ConversationsOfOneBatchKeepTheirOwnAdapters) {
  Loaded m(GetParam());
  const std::vector<engine::AdapterSet> sets = {
      {{m.adapters[0], 1.0f}}, {{m.adapters[1], -0.5f}}, {{m.adapters[0], 0.25f}, {m.adapters[1], 1.0f}, {m.adapters[2], 2.0f}}, {}};
  const auto together = m.run(sets);
  for (size_t s = 0; s < sets.size(); ++s) EXPECT_EQ(m.run({sets[s]}, 8)[0], together[s]) << "set " << s;
  EXPECT_NE(together[0], together[3]);
  EXPECT_NE(together[0], together[2]);
}

TEST_P(Sets, MoreSetsThanSlotsOneAfterAnother) {
  Loaded m(GetParam());
  const auto first = m.run({{{m.adapters[0], 1.0f}}})[0];
  for (int i = 1; i < 12; ++i) EXPECT_NE(m.run({{{m.adapters[0], 1.0f + static_cast<float>(i)}}})[0], first);
  EXPECT_EQ(m.run({{{m.adapters[0], 1.0f}}})[0], first);
}

TEST_P(Sets, TooManyAreRefused) {
  Loaded m(GetParam());
  const engine::AdapterSet five(5, {m.adapters[0], 1.0f});
  EXPECT_FALSE(m.model->check_adapters(five));
  engine::AdapterSet four(4, {m.adapters[0], 1.0f});
  EXPECT_TRUE(m.model->check_adapters(four));
  four.push_back({m.adapters[1], 0.0f});  // does not count
  EXPECT_TRUE(m.model->check_adapters(four));
}

TEST_P(Sets, MemoryIsGivenBack) {
  Loaded m(GetParam());
  const std::string path = m.adapters[0]->path;
  // Far more in all than the 16 MiB, were they kept.
  for (int i = 0; i < 8000; ++i) ASSERT_TRUE(m.model->attach_adapter(path)) << i;
}

INSTANTIATE_TEST_SUITE_P(Devices, Sets, testing::Values("reference", "cpu"));

}  // namespace
