// Damaged files through the whole quantiser: an error with a message, or a file that is as whole as the reader says the input is.
#include <random>

#include "gguf/raw_metadata.h"
#include "quantize_support.h"

namespace {

using namespace hearth_test;

class Mutation : public QuantizeFixture {
 protected:
  void check(const std::vector<std::byte>& bytes, const std::string& mix) {
    engine::quantize::QuantizeOptions o;
    o.input = folder_.write("in.gguf", bytes);
    o.output = folder_.path("out.gguf");
    o.mix = mix;
    o.allow_requantize = true;
    std::filesystem::remove(o.output);
    const auto report = engine::quantize::quantize(o);
    ASSERT_FALSE(std::filesystem::exists(o.output + ".part"));
    ASSERT_EQ(std::filesystem::exists(o.output), report.ok());
    const auto input = engine::gguf::File::open(o.input);
    const auto raw = engine::gguf::read_raw_metadata(o.input);
    if (!report) {
      ++refused_;
      ASSERT_FALSE(report.error().message.empty());
      return;
    }
    ++written_;
    ASSERT_TRUE(input.ok() && raw.ok());
    ASSERT_EQ(raw->size(), input->metadata().size());
    const auto output = engine::gguf::File::open(o.output);
    ASSERT_TRUE(output.ok()) << output.error().text();
    ASSERT_EQ(output->tensors().size(), input->tensors().size());
    for (const auto& [key, value] : input->metadata()) {
      const bool changes =
          key == "general.file_type" || key == "general.quantization_version" || key == "general.alignment" || key.starts_with("split.");
      if (changes) continue;
      const engine::gguf::Value* copy = output->find(key);
      ASSERT_TRUE(copy) << key;
      ASSERT_EQ(copy->index(), value.index()) << key;
    }
    for (size_t i = 0; i < raw->size(); ++i) ASSERT_EQ((*raw)[i].key, input->metadata()[i].first);
  }

  int refused_ = 0, written_ = 0;
};

TEST_F(Mutation, DamagedHeads) {
  TinyModel model = tiny_llama();
  model.tensors["blk.0.ffn_up.weight"].type = engine::DType::q8_0;
  model.tensors["blk.0.ffn_gate.weight"].type = engine::DType::f16;
  const std::vector<std::byte> good = model.bytes();
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::byte> bytes = good;
    const int changes = 1 + static_cast<int>(random() % 3);
    for (int c = 0; c < changes; ++c) bytes[random() % 5000] = static_cast<std::byte>(round % 2 ? random() : random() % 16);
    if (round % 10 == 9) bytes.resize(random() % bytes.size());
    check(bytes, round % 3 ? "Q4_K_M" : "Q2_K");
    if (HasFatalFailure()) FAIL() << "round " << round;
  }
  EXPECT_GT(refused_, 100);
  EXPECT_GT(written_, 100);
}

}  // namespace
