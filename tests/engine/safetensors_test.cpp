#include "gguf/safetensors.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gguf/bounded_json.h"
#include "model_test.h"
#include "support/safetensors_writer.h"

namespace {

using engine::ErrorCode;
using engine::gguf::parse_safetensors;
using engine::gguf::SafeTensor;
using engine::gguf::SafeTensors;
using engine::gguf::SafeType;
using hearth_test::as_bytes;
using hearth_test::safe_floats;
using hearth_test::safetensors_bytes;
using hearth_test::TempFolder;

std::vector<float> decoded(const SafeTensor& t) {
  std::vector<float> out(static_cast<size_t>(t.elements()));
  engine::gguf::decode(t, 0, out);
  return out;
}

TEST(Safetensors, ReadsShapesTypesAndValues) {
  TempFolder folder;
  const std::vector<float> values = {1.0f, -2.5f, 0.125f, 1000.0f, -0.0f, 7.0f};
  const std::vector<std::byte> eight(8, std::byte{1});
  const std::string path = folder.write("m.safetensors", safetensors_bytes({
                                                             {"a", safe_floats({2, 3}, values)},
                                                             {"b", safe_floats({3, 2}, values, "F16")},
                                                             {"c", safe_floats({6}, values, "BF16")},
                                                             {"scalar", safe_floats({}, {3.0f})},
                                                             {"empty", safe_floats({0, 4}, {})},
                                                             {"long", {"I64", {1}, eight}},
                                                             {"flags", {"BOOL", {8}, eight}},
                                                         }));
  const auto file = SafeTensors::open(path);
  ASSERT_TRUE(file.ok()) << file.error().text();
  EXPECT_EQ(file->tensors().size(), 7u);
  EXPECT_EQ(file->find("a")->shape, (std::vector<int64_t>{2, 3}));
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(decoded(*file->find(name)), values) << name;
  EXPECT_TRUE(file->find("scalar")->shape.empty());
  EXPECT_EQ(file->find("scalar")->elements(), 1);
  EXPECT_EQ(file->find("empty")->elements(), 0);
  EXPECT_EQ(file->find("long")->type, SafeType::i64);
  EXPECT_FALSE(engine::gguf::is_float(file->find("flags")->type));
  EXPECT_EQ(file->find("nothing"), nullptr);
  EXPECT_EQ(engine::gguf::shape_text(file->find("b")->shape), "[3, 2]");
}

TEST(Safetensors, DecodesEightBitFloats) {
  std::vector<std::byte> all(256);
  for (size_t i = 0; i < 256; ++i) all[i] = static_cast<std::byte>(i);
  const auto bytes = safetensors_bytes({{"e4", {"F8_E4M3", {256}, all}}, {"e5", {"F8_E5M2", {256}, all}}});
  const auto tensors = parse_safetensors("memory", bytes);
  ASSERT_TRUE(tensors.ok()) << tensors.error().text();
  const std::vector<float> e4 = decoded((*tensors)[0]), e5 = decoded((*tensors)[1]);
  EXPECT_EQ(e4[0x38], 1.0f);
  EXPECT_EQ(e4[0x7e], 448.0f);
  EXPECT_EQ(e4[0x01], 0x1p-9f);
  EXPECT_EQ(e4[0x08], 0x1p-6f);
  EXPECT_EQ(e4[0xb8], -1.0f);
  EXPECT_TRUE(std::isnan(e4[0x7f]) && std::isnan(e4[0xff]));
  EXPECT_EQ(e5[0x3c], 1.0f);
  EXPECT_EQ(e5[0x7b], 57344.0f);
  EXPECT_EQ(e5[0x01], 0x1p-16f);
  EXPECT_TRUE(std::isinf(e5[0x7c]) && std::isnan(e5[0x7d]));
}

TEST(Safetensors, RefusesHeadersThatDoNotFitTheFile) {
  const std::vector<std::byte> data(64, std::byte{0});
  const std::string good = R"({"a":{"dtype":"F32","shape":[4,2],"data_offsets":[0,32]}})";
  ASSERT_TRUE(parse_safetensors("x", safetensors_bytes(good, data)).ok());
  const struct {
    const char* header;
    const char* part;
  } cases[] = {
      {"", "no JSON object"},
      {"[1]", "no JSON object"},
      {"{\"a\":", "no JSON object"},
      {R"({"a":{"dtype":"F32","shape":[4,2],"data_offsets":[0,32]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", "twice"},
      {R"({"a":[[[[[[[[[[[1]]]]]]]]]]]})", "nests"},
      {R"({"a":7})", "lacks its type"},
      {R"({"a":{"dtype":"F32","shape":[4,2]}})", "lacks its type"},
      {R"({"a":{"dtype":"F4","shape":[4,2],"data_offsets":[0,4]}})", "F4"},
      {R"({"a":{"dtype":"F32","shape":[4,-2],"data_offsets":[0,32]}})", "shape"},
      {R"({"a":{"dtype":"F32","shape":[4,2.0],"data_offsets":[0,32]}})", "shape"},
      {R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,8],"data_offsets":[0,32]}})", "shape"},
      {R"({"a":{"dtype":"F32","shape":[4,2],"data_offsets":[0]}})", "pair of offsets"},
      {R"({"a":{"dtype":"F32","shape":[4,2],"data_offsets":[32,0]}})", "outside"},
      {R"({"a":{"dtype":"F32","shape":[4,2],"data_offsets":[33,65]}})", "outside"},
      {R"({"a":{"dtype":"F32","shape":[4,2],"data_offsets":[0,18446744073709551615]}})", "pair of offsets"},
      {R"({"a":{"dtype":"F32","shape":[4,3],"data_offsets":[0,32]}})", "does not fill"},
      {R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}})", "does not fill"},
      {R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})", "does not fill"},
      {R"({"a":{"dtype":"F32","shape":[8],"data_offsets":[0,32]},"b":{"dtype":"F32","shape":[8],"data_offsets":[28,60]}})", "overlap"},
      {R"({"":{"dtype":"F32","shape":[8],"data_offsets":[0,32]}})", "no name"},
  };
  for (const auto& c : cases) {
    const auto bytes = safetensors_bytes(c.header, data);
    const auto tensors = parse_safetensors("x", bytes);
    ASSERT_FALSE(tensors.ok()) << c.header;
    EXPECT_NE(tensors.error().text().find(c.part), std::string::npos) << c.header << "\n" << tensors.error().text();
  }
}

TEST(Safetensors, RefusesEveryTruncation) {
  const auto whole = safetensors_bytes({{"a", safe_floats({2, 2}, {1, 2, 3, 4})}, {"b", safe_floats({2}, {1, 2}, "F16")}});
  for (size_t n = 0; n < whole.size(); ++n) {
    const std::vector<std::byte> part(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(n));
    EXPECT_FALSE(parse_safetensors("x", part).ok()) << n;
  }
}

TEST(Safetensors, ReadsShardsThroughTheirIndex) {
  TempFolder folder;
  folder.write("model-1.safetensors", safetensors_bytes({{"a", safe_floats({1}, {1})}, {"unlisted", safe_floats({1}, {9})}}));
  folder.write("model-2.safetensors", safetensors_bytes({{"b", safe_floats({1}, {2})}}));
  const auto open = [&](const std::string& map) {
    return SafeTensors::open_index(folder.write("model.safetensors.index.json", as_bytes(R"({"weight_map":)" + map + "}")));
  };
  const auto both = open(R"({"b":"model-2.safetensors","a":"model-1.safetensors"})");
  ASSERT_TRUE(both.ok()) << both.error().text();
  EXPECT_EQ(both->tensors().size(), 2u);
  EXPECT_EQ(decoded(*both->find("a")), std::vector<float>{1});
  EXPECT_EQ(decoded(*both->find("b")), std::vector<float>{2});

  hearth_test::expect_error(open(R"({"c":"model-1.safetensors"})").error(), ErrorCode::bad_file, "the tensor c is not in model-1");
  hearth_test::expect_error(open(R"({"c":"model-3.safetensors"})").error(), ErrorCode::not_found, "model-3");
  for (const char* escape : {"../model-1.safetensors", "/etc/passwd", "a/b", "..", "", ".x", "a\\b", "a\\u0000b", "a\\nb"})
    hearth_test::expect_error(open(std::string(R"({"a":")") + (escape == std::string("a\\b") ? "a\\\\b" : escape) + "\"}").error(),
                              ErrorCode::bad_file, "not in a file of this folder");
  hearth_test::expect_error(open("[]").error(), ErrorCode::bad_file, "weight_map");
}

TEST(BoundedJson, LimitsDepthValuesAndBytes) {
  const engine::gguf::JsonLimits limits{64, 4, 2};
  EXPECT_TRUE(engine::gguf::parse_json("x", R"({"a":[1,2]})", limits).ok());
  EXPECT_TRUE(engine::gguf::parse_json("x", R"({"a":"[[[,,,,,\"[[["})", limits).ok());
  for (const char* bad : {R"({"a":[[1]]})", R"({"a":[1,2,3,4,5]})", R"({"a":1,"a":2})", R"({"a":{"b":1,"b":1}})", R"({"a":1} x)",
                          R"({"a":"0123456789012345678901234567890123456789012345678901234567890"})"})
    EXPECT_FALSE(engine::gguf::parse_json("x", bad, limits).ok()) << bad;
  const auto ordered = engine::gguf::parse_ordered_json("x", R"({"b":1,"a":2})", limits);
  ASSERT_TRUE(ordered.ok());
  EXPECT_EQ(ordered->begin().key(), "b");
}

}  // namespace
