// Adapters for the bundled model that change what it says.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "engine/engine_client.h"
#include "gguf/reader.h"
#include "gguf/writer.h"
#include "support/tiny_models.h"

namespace engine {

/// A random adapter for the bundled model that changes what it says.
inline std::string write_adapter(const hearth_test::TempFolder& folder, unsigned seed, const char* architecture = "deepseek2") {
  const auto model = gguf::File::open(ember());
  EXPECT_TRUE(model);
  gguf::Writer w;
  w.put_string("general.type", "adapter");
  w.put_string("general.architecture", architecture);
  w.put_string("general.name", "Random " + std::to_string(seed));
  w.put_string("adapter.type", "lora");
  w.put_f32("adapter.lora.alpha", 16.0f);
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  for (const char* name : {"blk.0.attn_output.weight", "blk.1.attn_output.weight"}) {
    const gguf::TensorInfo& t = *model->tensor(name);
    std::vector<float> a(static_cast<size_t>(8 * t.ne[0])), b(static_cast<size_t>(8 * t.ne[1]));
    for (float& v : a) v = normal(random) * 0.2f;
    for (float& v : b) v = normal(random) * 0.2f;
    w.tensor_f32(std::string(name) + ".lora_a", std::vector<int64_t>{t.ne[0], 8}, a);
    w.tensor_f32(std::string(name) + ".lora_b", std::vector<int64_t>{8, t.ne[1]}, b);
  }
  const std::string path = folder.path("adapter-" + std::to_string(seed) + architecture + ".gguf");
  EXPECT_TRUE(w.write(path));
  return path;
}

}  // namespace engine
