// What the tests of adapters share: bases to read them for, and the change a pair makes.
#pragma once

#include <functional>
#include <string>

#include "engine/model_test.h"
#include "model/adapter.h"
#include "support/safetensors_writer.h"

namespace hearth_test {

using engine::model::Adapter;
using engine::model::AdapterPair;
using engine::model::Config;

/// A base model that an adapter is read for; `config` may be changed.
struct Base {
  explicit Base(const TinyModel& tiny) : model(tiny), config(config_of(tiny)) {}
  Base(const TinyModel& tiny, Config own) : model(tiny), config(std::move(own)) {}
  [[nodiscard]] engine::Result<Adapter> read(const std::string& path) const {
    return engine::model::read_adapter(path, model.file(), config);
  }
  [[nodiscard]] engine::Result<Adapter> read(const Peft& peft) const {
    const TempFolder folder;
    peft.write(folder);
    return read(folder.path(""));
  }
  [[nodiscard]] Adapter good(const Peft& peft) const {
    auto adapter = read(peft);
    EXPECT_TRUE(adapter.ok()) << adapter.error().text();
    return adapter ? *adapter : Adapter{};
  }
  [[nodiscard]] Adapter good(const engine::gguf::Writer& writer) const {
    const TempFolder folder;
    auto adapter = read(folder.write("a.gguf", writer.bytes()));
    EXPECT_TRUE(adapter.ok()) << adapter.error().text();
    return adapter ? *adapter : Adapter{};
  }
  void refuses(const Peft& peft, engine::ErrorCode code, const std::string& part) const {
    const auto adapter = read(peft);
    ASSERT_FALSE(adapter.ok()) << "expected: " << part;
    expect_error(adapter.error(), code, part);
  }
  void refuses(const engine::gguf::Writer& writer, engine::ErrorCode code, const std::string& part) const {
    const TempFolder folder;
    const auto adapter = read(folder.write("a.gguf", writer.bytes()));
    ASSERT_FALSE(adapter.ok()) << "expected: " << part;
    expect_error(adapter.error(), code, part);
  }

  Model model;
  Config config;
};

/// What the pair adds to the base matrix at (o, i) of one expert.
inline double change(const AdapterPair& p, int64_t o, int64_t i, int64_t expert = 0) {
  double sum = 0;
  for (int64_t k = 0; k < p.rank; ++k) {
    const int64_t a = p.tensor == "token_embd.weight" ? i * p.rank + k : (expert * p.rank + k) * p.in + i;
    sum += static_cast<double>(p.a.at(static_cast<size_t>(a))) *
           static_cast<double>(p.b.at(static_cast<size_t>((expert * p.out + o) * p.rank + k)));
  }
  return sum * static_cast<double>(p.scale);
}

/// Compares the whole change of a pair with `expected(o, i, expert)`.
inline void expect_change(const Adapter& adapter, const std::string& tensor,
                          const std::function<double(int64_t, int64_t, int64_t)>& expected) {
  const AdapterPair* p = adapter.find(tensor);
  ASSERT_NE(p, nullptr) << tensor;
  ASSERT_EQ(static_cast<int64_t>(p->a.size()), p->experts * p->rank * p->in);
  ASSERT_EQ(static_cast<int64_t>(p->b.size()), p->experts * p->rank * p->out);
  double error = 0, size = 0;
  for (int64_t e = 0; e < p->experts; ++e) {
    for (int64_t o = 0; o < p->out; ++o) {
      for (int64_t i = 0; i < p->in; ++i) {
        const double want = expected(o, i, e);
        error = std::max(error, std::fabs(change(*p, o, i, e) - want));
        size = std::max(size, std::fabs(want));
      }
    }
  }
  EXPECT_LE(error, 1e-5 * size) << tensor;
  EXPECT_GT(size, 0.0) << tensor;
}

/// The start of a GGUF adapter.
inline engine::gguf::Writer lora_writer(const std::string& arch, float alpha = 8.0f) {
  engine::gguf::Writer w;
  w.put_string("general.architecture", arch);
  w.put_string("general.type", "adapter");
  w.put_string("adapter.type", "lora");
  if (alpha != 0.0f) w.put_f32("adapter.lora.alpha", alpha);
  return w;
}

/// One half, noise that depends on its name, in any type that tiny_encode knows.
inline std::vector<float> put_half(engine::gguf::Writer& w, const std::string& name, std::vector<int64_t> ne,
                                   engine::DType type = engine::DType::f32) {
  const std::vector<float> values = tiny_values(name, {ne, type, NAN});
  w.tensor(name, type, ne, tiny_encode(type, values));
  return values;
}

}  // namespace hearth_test
