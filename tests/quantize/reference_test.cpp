// Against files that llama.cpp quantised (--pure) from the same weights: per tensor no error above 1.02 times theirs. And every mix on
// rows of 256 and 512, where no type falls back.
#include <cstdio>
#include <map>

#include "golden/model_logits.h"
#include "quantize/encode.h"
#include "quantize_support.h"
#include "support/reference.h"

namespace {

using namespace hearth_test;
using engine::DType;

std::string original() {
  return std::string(HEARTH_QUANTIZE_MODELS) + "/llama-f32.gguf";
}

class AgainstLlama : public testing::TestWithParam<const char*> {};

TEST_P(AgainstLlama, ErrorOfEveryTensor) {
  HEARTH_NEEDS_REFERENCE();
  const auto source = engine::gguf::File::open(original());
  const auto theirs = engine::gguf::File::open(reference_path("quant/llama-" + std::string(GetParam()) + ".gguf").string());
  ASSERT_TRUE(source.ok() && theirs.ok());
  int compared = 0;
  double worst = 0;
  for (const engine::gguf::TensorInfo& t : theirs->tensors()) {
    if (t.n_dims < 2) continue;
    const std::vector<float> x = tensor_values(*source, t.name), y = tensor_values(*theirs, t.name);
    std::vector<std::byte> bytes(t.bytes);
    engine::quantize::encode_row(t.type, x.data(), bytes.data(), static_cast<int64_t>(x.size()));
    std::vector<float> z(x.size());
    engine::dequantize_row(t.type, bytes.data(), z.data(), static_cast<int64_t>(z.size()));
    const double ratio = relative_rmse(x, z) / relative_rmse(x, y);
    EXPECT_LE(ratio, 1.02) << t.name << " " << engine::dtype_name(t.type);
    worst = std::max(worst, ratio);
    ++compared;
  }
  EXPECT_EQ(compared, 16);
  std::printf("%s: at most %.4f times the reference encoder's error\n", GetParam(), worst);
}

INSTANTIATE_TEST_SUITE_P(Types, AgainstLlama,
                         testing::Values("F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K_S", "Q4_K_S", "Q5_K_S",
                                         "Q6_K", "IQ4_NL", "IQ4_XS", "MXFP4_MOE"),
                         [](const auto& type) { return std::string(type.param); });

class WideMix : public QuantizeFixture, public testing::WithParamInterface<std::pair<const char*, double>> {};

// The limits are twice what was measured. Random weights are harder than trained ones.
TEST_P(WideMix, LogitsStayNear) {
  engine::quantize::QuantizeOptions o;
  o.input = original();
  o.output = folder_.path("out.gguf");
  o.mix = GetParam().first;
  o.threads = 2;
  run(o);
  for (const auto& t : report_.tensors) EXPECT_EQ(t.note.find("no multiple"), std::string::npos) << t.name;
  std::vector<int32_t> tokens;
  for (int i = 0; i < 48; ++i) tokens.push_back(i * 97 % 512);
  const std::vector<float> before = model_logits(o.input, tokens, {}), after = model_logits(o.output, tokens, {});
  ASSERT_EQ(before.size(), after.size());
  const double error = nmse(after.data(), before.data(), before.size());
  std::printf("%s: nmse %.3g, weights %.3f %%\n", o.mix.c_str(), error, 100 * report_.relative_error);
  EXPECT_LE(error, GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(Mixes, WideMix,
                         testing::Values(std::pair{"F32", 0.0}, std::pair{"F16", 1e-6}, std::pair{"BF16", 1e-4}, std::pair{"Q8_0", 1e-3},
                                         std::pair{"Q6_K", 2e-3}, std::pair{"Q5_K_M", 8e-3}, std::pair{"Q5_K_S", 1e-2},
                                         std::pair{"Q4_K_M", 3e-2}, std::pair{"Q4_K_S", 4e-2}, std::pair{"Q3_K_L", 0.1},
                                         std::pair{"Q3_K_M", 0.1}, std::pair{"Q3_K_S", 0.2}, std::pair{"Q2_K", 0.4},
                                         std::pair{"Q2_K_S", 0.5}, std::pair{"Q4_0", 5e-2}, std::pair{"Q4_1", 4e-2},
                                         std::pair{"Q5_0", 2e-2}, std::pair{"Q5_1", 1e-2}, std::pair{"IQ4_NL", 4e-2},
                                         std::pair{"IQ4_XS", 4e-2}, std::pair{"MXFP4_MOE", 1e-3}, std::pair{"TQ1_0", 1.0},
                                         std::pair{"TQ2_0", 1.0}),
                         [](const auto& mix) { return std::string(mix.param.first); });

}  // namespace
