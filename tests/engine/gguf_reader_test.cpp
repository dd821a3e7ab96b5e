// The GGUF reader: values, tensors, split files, and a clear refusal for everything else (formats.md 1 and 12).
#include <gtest/gtest.h>

#include <cstring>
#include <ctime>

#include "gguf/reader.h"
#include "gguf/writer.h"
#include "support/tiny_models.h"

namespace {

using engine::DType;
using engine::ErrorCode;
using engine::gguf::File;
using engine::gguf::Writer;
using hearth_test::TempFolder;
using Bytes = std::vector<std::byte>;

template <class T>
Bytes raw(std::initializer_list<T> values) {
  Bytes out(values.size() * sizeof(T));
  std::memcpy(out.data(), values.begin(), out.size());
  return out;
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

template <class T>
void patch(Bytes& bytes, size_t at, T value) {
  ASSERT_LE(at + sizeof(T), bytes.size());
  std::memcpy(bytes.data() + at, &value, sizeof(T));
}

/// Position right behind the first occurrence of a text.
size_t behind(const Bytes& bytes, std::string_view text) {
  const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const size_t at = all.find(text);
  EXPECT_NE(at, std::string_view::npos) << text;
  return at + text.size();
}

constexpr int64_t kShape[] = {64, 2};

/// Two tensors "first" and "second" of 64 x 2 F32, and a few keys.
Writer small_file() {
  Writer w;
  w.put_string("general.architecture", "llama");
  w.put_u32("some.count", 7);
  const std::vector<float> values(128, 1.5f);
  w.tensor_f32("first", kShape, values);
  w.tensor_f32("second", kShape, values);
  return w;
}

// Fields of a tensor entry behind its name: u32 n_dims, n_dims * u64, u32 type, u64 offset.
constexpr size_t kDim0 = 4, kType = 4 + 2 * 8, kOffset = kType + 4;

class Refusal : public testing::Test {
 protected:
  void expect(const Bytes& bytes, ErrorCode code, const std::string& part) {
    const std::string path = folder_.write("file.gguf", bytes);
    const auto file = File::open(path);
    ASSERT_FALSE(file.ok()) << "expected: " << part;
    EXPECT_EQ(file.error().code, code) << file.error().message;
    EXPECT_NE(file.error().text().find(part), std::string::npos) << file.error().text() << "\nexpected: " << part;
    EXPECT_NE(file.error().message.find("file.gguf"), std::string::npos) << file.error().message;
  }
  /// One more key of a raw type and payload.
  void expect_key(uint32_t type, const Bytes& payload, ErrorCode code, const std::string& part) {
    Writer w;
    w.put_raw("odd.key", type, payload);
    expect(w.bytes(), code, part);
  }
  TempFolder folder_;
};

TEST(GgufReader, ReadsEveryValueType) {
  Writer w;
  w.put_raw("u8", 0, raw<uint8_t>({200}));
  w.put_raw("i8", 1, raw<int8_t>({-5}));
  w.put_u16("u16", 60000);
  w.put_raw("i16", 3, raw<int16_t>({-300}));
  w.put_u32("u32", 4000000000u);
  w.put_i32("i32", -7);
  w.put_f32("f32", 0.5f);
  w.put_bool("yes", true);
  w.put_string("text", "h\xc3\xa9llo");
  w.put_u64("u64", UINT64_MAX);
  w.put_raw("i64", 11, raw<int64_t>({-(int64_t{1} << 40)}));
  w.put_raw("f64", 12, raw<double>({2.25}));
  w.put_u32s("numbers", std::vector<uint32_t>{1, 2, 3});
  w.put_i32s("signed", std::vector<int32_t>{-1, 4});
  w.put_f32s("floats", std::vector<float>{0.25f, -1.0f});
  w.put_strings("words", std::vector<std::string>{"a", "", "ccc"});
  w.put_raw("bools", 9, raw<uint32_t>({7}) + raw<uint64_t>({3}) + raw<uint8_t>({1, 0, 1}));
  TempFolder folder;
  auto opened = File::open(folder.write("a.gguf", w.bytes()));
  ASSERT_TRUE(opened) << opened.error().text();
  const File file = std::move(*opened);  // a File can be moved
  EXPECT_EQ(file.integer("u8"), 200);
  EXPECT_EQ(file.integer("i8"), -5);
  EXPECT_EQ(file.integer("u16"), 60000);
  EXPECT_EQ(file.integer("i16"), -300);
  EXPECT_EQ(file.integer("u32"), 4000000000);
  EXPECT_EQ(file.integer("i32"), -7);
  EXPECT_EQ(file.integer("u64"), std::nullopt);  // does not fit
  EXPECT_EQ(file.integer("i64"), -(int64_t{1} << 40));
  EXPECT_EQ(file.integer("f32"), std::nullopt);
  EXPECT_EQ(file.integer("absent"), std::nullopt);
  EXPECT_EQ(file.number("f32"), 0.5);
  EXPECT_EQ(file.number("f64"), 2.25);
  EXPECT_EQ(file.number("i8"), -5.0);
  EXPECT_EQ(file.number("text"), std::nullopt);
  EXPECT_EQ(file.boolean("yes"), true);
  EXPECT_EQ(file.boolean("u8"), std::nullopt);
  EXPECT_EQ(file.string("text"), "h\xc3\xa9llo");
  EXPECT_EQ(file.string("u8"), std::nullopt);
  EXPECT_EQ(file.integers("numbers"), (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(file.integers("signed"), (std::vector<int64_t>{-1, 4}));
  EXPECT_EQ(file.integers("u8"), (std::vector<int64_t>{200}));
  EXPECT_TRUE(file.integers("floats").empty());
  EXPECT_EQ(file.numbers("floats"), (std::vector<double>{0.25, -1.0}));
  EXPECT_EQ(file.numbers("numbers"), (std::vector<double>{1, 2, 3}));
  ASSERT_NE(file.strings("words"), nullptr);
  EXPECT_EQ(*file.strings("words"), (std::vector<std::string>{"a", "", "ccc"}));
  EXPECT_EQ(file.strings("numbers"), nullptr);
  EXPECT_EQ(std::get<std::vector<bool>>(*file.find("bools")), (std::vector<bool>{true, false, true}));
  EXPECT_EQ(file.metadata().front().first, "u8");
  EXPECT_EQ(file.metadata().size(), 17u);
}

TEST(GgufReader, FindsTensorsWithTheirBytes) {
  for (const uint32_t alignment : {8u, 32u, 4096u}) {
    Writer w(alignment);
    const int64_t first[] = {32, 3};
    const int64_t second[] = {5};
    Bytes blocks(3 * 34, std::byte{0x11});
    w.tensor("quantised", DType::q8_0, first, blocks);
    w.tensor_f32("vector", second, std::vector<float>{1, 2, 3, 4, 5});
    TempFolder folder;
    const Bytes bytes = w.bytes();
    auto opened = File::open(folder.write("a.gguf", bytes));
    ASSERT_TRUE(opened) << opened.error().text();
    const File file = std::move(*opened);
    ASSERT_EQ(file.tensors().size(), 2u);
    const auto* q = file.tensor("quantised");
    ASSERT_NE(q, nullptr);
    EXPECT_EQ(q->type, DType::q8_0);
    EXPECT_EQ(q->n_dims, 2);
    EXPECT_EQ(q->ne[0], 32);
    EXPECT_EQ(q->ne[1], 3);
    EXPECT_EQ(q->ne[2], 1);
    EXPECT_EQ(q->bytes, blocks.size());
    EXPECT_EQ(std::memcmp(q->data, blocks.data(), blocks.size()), 0);
    const auto* v = file.tensor("vector");
    ASSERT_NE(v, nullptr);
    float value = 0;
    std::memcpy(&value, v->data + 16, 4);
    EXPECT_EQ(value, 5.0f);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(v->data) % alignment, 0u);
    EXPECT_EQ(file.tensor("none"), nullptr);
    EXPECT_EQ(file.file_bytes(), bytes.size());
  }
}

TEST(GgufReader, AcceptsVersionTwo) {
  Bytes bytes = small_file().bytes();
  patch<uint32_t>(bytes, 4, 2);
  TempFolder folder;
  EXPECT_TRUE(File::open(folder.write("a.gguf", bytes)).ok());
}

TEST(GgufReader, AcceptsFilesWithoutTensors) {
  Writer w;
  w.put_string("general.type", "mmproj");
  TempFolder folder;
  const auto file = File::open(folder.write("a.gguf", w.bytes()));
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_TRUE(file->tensors().empty());
}

TEST(GgufReader, ReadsALargeVocabularyQuickly) {
  std::vector<std::string> tokens;
  for (int i = 0; i < 150000; ++i) tokens.push_back("token number " + std::to_string(i));
  Writer w;
  w.put_strings("tokenizer.ggml.tokens", tokens);
  w.put_strings("tokenizer.ggml.merges", tokens);
  TempFolder folder;
  const std::string path = folder.write("a.gguf", w.bytes());
  const std::clock_t start = std::clock();  // processor time: the machine may be busy
  const auto file = File::open(path);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_EQ(file->strings("tokenizer.ggml.tokens")->at(149999), "token number 149999");
  EXPECT_LT(seconds, 10.0);
}

TEST(GgufReader, WriterReplacesAFileAsAWhole) {
  TempFolder folder;
  const std::string path = folder.path("out.gguf");
  ASSERT_TRUE(small_file().write(path).ok());
  EXPECT_TRUE(File::open(path).ok());
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  const auto status = small_file().write(folder.path("no/such/folder.gguf"));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::io);
}

TEST_F(Refusal, MissingFileAndFolder) {
  const auto missing = File::open(folder_.path("nothing.gguf"));
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  const auto folder = File::open(folder_.path(""));
  ASSERT_FALSE(folder.ok());
  EXPECT_EQ(folder.error().code, ErrorCode::io);
}

TEST_F(Refusal, NoGguf) {
  expect({}, ErrorCode::bad_file, "is empty");
  expect(raw<char>({'P', 'K', 3, 4, 0, 0, 0, 0}), ErrorCode::bad_file, "is not a GGUF file");
  expect(raw<char>({'G', 'G'}), ErrorCode::bad_file, "is not a GGUF file");
  const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\n";
  Bytes bytes(pointer.size());
  std::memcpy(bytes.data(), pointer.data(), pointer.size());
  expect(bytes, ErrorCode::bad_file, "Git LFS pointer");
}

TEST_F(Refusal, Versions) {
  Bytes bytes = small_file().bytes();
  patch<uint32_t>(bytes, 4, 1);
  expect(bytes, ErrorCode::unsupported, "version 1");
  patch<uint32_t>(bytes, 4, 0x03000000);
  expect(bytes, ErrorCode::unsupported, "big-endian");
  patch<uint32_t>(bytes, 4, 9);
  expect(bytes, ErrorCode::unsupported, "GGUF version 9");
  patch<uint32_t>(bytes, 4, 0);
  expect(bytes, ErrorCode::unsupported, "GGUF version 0");
}

TEST_F(Refusal, Counts) {
  for (const uint64_t lie : {uint64_t{1000}, uint64_t{1} << 40, UINT64_MAX}) {
    Bytes bytes = small_file().bytes();
    patch(bytes, 8, lie);
    expect(bytes, ErrorCode::bad_file, "tensors, more than");
    bytes = small_file().bytes();
    patch(bytes, 16, lie);
    expect(bytes, ErrorCode::bad_file, "metadata keys, more than");
  }
  Bytes header = small_file().bytes();
  header.resize(20);
  expect(header, ErrorCode::bad_file, "ends inside its header");
}

TEST_F(Refusal, Values) {
  expect_key(13, raw<uint32_t>({0}), ErrorCode::bad_file, "unknown type 13");
  expect_key(7, raw<uint8_t>({2}), ErrorCode::bad_file, "boolean of value 2");
  expect_key(8, raw<uint64_t>({UINT64_MAX}), ErrorCode::bad_file, "text of the key odd.key is longer");
  expect_key(8, raw<uint64_t>({uint64_t{1} << 20}), ErrorCode::bad_file, "text of the key odd.key is longer");
  expect_key(9, raw<uint32_t>({9}) + raw<uint64_t>({1}) + raw<uint32_t>({4}) + raw<uint64_t>({0}), ErrorCode::unsupported,
             "array of arrays");
  expect_key(9, raw<uint32_t>({77}) + raw<uint64_t>({1}), ErrorCode::bad_file, "unknown element type 77");
  expect_key(9, raw<uint32_t>({4}) + raw<uint64_t>({UINT64_MAX}), ErrorCode::bad_file, "claims 18446744073709551615 elements");
  expect_key(9, raw<uint32_t>({4}) + raw<uint64_t>({1 << 20}), ErrorCode::bad_file, "more than the file holds");
  expect_key(9, raw<uint32_t>({8}) + raw<uint64_t>({1 << 20}), ErrorCode::bad_file, "more than the file holds");
  expect_key(9, raw<uint32_t>({7}) + raw<uint64_t>({1 << 20}), ErrorCode::bad_file, "more than the file holds");
  expect_key(9, raw<uint32_t>({7}) + raw<uint64_t>({1}) + raw<uint8_t>({9}), ErrorCode::bad_file, "boolean of value 9");
  expect_key(9, raw<uint32_t>({8}) + raw<uint64_t>({1}) + raw<uint64_t>({1u << 30}), ErrorCode::bad_file, "string 0 of the array odd.key");
}

TEST_F(Refusal, Keys) {
  Writer w;
  w.put_u32("same.key", 1);
  w.put_u32("sama.key", 2);
  Bytes twice = w.bytes();
  twice[behind(twice, "sama") - 1] = static_cast<std::byte>('e');
  expect(twice, ErrorCode::bad_file, "same.key is there twice");
  Bytes bytes = small_file().bytes();
  const size_t key = behind(bytes, "some.count") - 10;
  patch<uint64_t>(bytes, key - 8, 0);
  expect(bytes, ErrorCode::bad_file, "empty name");
  patch<uint64_t>(bytes, key - 8, 1 << 20);
  expect(bytes, ErrorCode::bad_file, "runs past its limit");
}

TEST_F(Refusal, Alignment) {
  for (const uint32_t bad : {0u, 1u, 3u, 48u, 0x80000000u}) {
    Writer w;
    w.put_u32("general.alignment", bad);
    expect(w.bytes(), ErrorCode::bad_file, "general.alignment");
  }
  Writer text;
  text.put_string("general.alignment", "32");
  expect(text.bytes(), ErrorCode::bad_file, "general.alignment");
}

TEST_F(Refusal, TensorNames) {
  const Bytes good = small_file().bytes();
  const size_t name = behind(good, "second") - 6;
  Bytes bytes = good;
  patch<uint64_t>(bytes, name - 8, 0);
  expect(bytes, ErrorCode::bad_file, "empty name");
  bytes = good;
  patch<uint64_t>(bytes, name - 8, 64);
  expect(bytes, ErrorCode::bad_file, "longer than 63 bytes");
  const std::vector<float> values(128, 1.0f);
  Writer w;
  w.tensor_f32("equal_a", kShape, values);
  w.tensor_f32("equal_b", kShape, values);
  bytes = w.bytes();
  bytes[behind(bytes, "equal_b") - 1] = static_cast<std::byte>('a');
  expect(bytes, ErrorCode::bad_file, "equal_a is there twice");
}

TEST_F(Refusal, TensorShapes) {
  const Bytes good = small_file().bytes();
  const size_t entry = behind(good, "second");
  for (const uint32_t n : {0u, 5u, 0xffffffffu}) {
    Bytes bytes = good;
    patch(bytes, entry, n);
    expect(bytes, ErrorCode::bad_file, "dimensions");
  }
  for (const int64_t d : {int64_t{0}, int64_t{-1}, INT64_MIN}) {
    Bytes bytes = good;
    patch(bytes, entry + kDim0, d);
    expect(bytes, ErrorCode::bad_file, "dimension 0 of tensor second");
  }
  Bytes bytes = good;
  patch<int64_t>(bytes, entry + kDim0, INT64_MAX);
  expect(bytes, ErrorCode::bad_file, "impossible size");
  bytes = good;
  patch<int64_t>(bytes, entry + kDim0, int64_t{1} << 40);
  patch<int64_t>(bytes, entry + kDim0 + 8, int64_t{1} << 40);
  expect(bytes, ErrorCode::bad_file, "impossible size");
  bytes = good;
  patch<int64_t>(bytes, entry + kDim0, 65);
  expect(bytes, ErrorCode::bad_file, "outside the file");
  bytes = good;
  patch<uint32_t>(bytes, entry + kType, 12);  // Q4_K: 64 is no multiple of 256
  expect(bytes, ErrorCode::bad_file, "no multiple of the 256 of Q4_K");
}

TEST_F(Refusal, TensorPlaces) {
  const Bytes good = small_file().bytes();
  const size_t entry = behind(good, "second");
  const auto with_offset = [&](uint64_t offset) {
    Bytes bytes = good;
    patch(bytes, entry + kOffset, offset);
    return bytes;
  };
  expect(with_offset(513), ErrorCode::bad_file, "not aligned");
  expect(with_offset(544), ErrorCode::bad_file, "outside the file");
  expect(with_offset(UINT64_MAX - 31), ErrorCode::bad_file, "outside the file");
  expect(with_offset(0), ErrorCode::bad_file, "overlap");
  expect(with_offset(480), ErrorCode::bad_file, "tensors first and second overlap");
  Bytes bytes = good;
  bytes.resize(bytes.size() - 1);
  expect(bytes, ErrorCode::bad_file, "not downloaded completely");
}

TEST_F(Refusal, BlockTypes) {
  const Bytes good = small_file().bytes();
  const size_t type = behind(good, "second") + kType;
  const auto with_type = [&](uint32_t id) {
    Bytes bytes = good;
    patch(bytes, type, id);
    return bytes;
  };
  for (const uint32_t id : {4u, 5u, 31u, 32u, 33u, 36u, 37u, 38u}) {
    expect(with_type(id), ErrorCode::unsupported, "Download the model again");
    expect(with_type(id), ErrorCode::unsupported, "repacking is now done at load time");
  }
  // The ids that ik_llama.cpp gives its own types, and what lies between and behind them.
  for (uint32_t id = 43; id < 420; ++id) {
    const bool ik = id == 133 || id == 134 || id == 135 || (id >= 137 && id <= 141) || (id >= 144 && id <= 146) ||
                    (id >= 151 && id <= 158) || (id >= 200 && id <= 399);
    expect(with_type(id), ErrorCode::unsupported, ik ? "made for ik_llama.cpp" : "unknown block type " + std::to_string(id));
  }
  expect(with_type(9), ErrorCode::unsupported, "Q8_1, which is for activations only");
  expect(with_type(15), ErrorCode::unsupported, "Q8_K, which is for activations only");
  expect(with_type(41), ErrorCode::unsupported, "tensor second has the unknown block type 41");
  expect(with_type(4000000000u), ErrorCode::unsupported, "unknown block type 4000000000");
}

/// A model in three parts: no tensor, two tensors, one tensor.
class Split : public testing::Test {
 protected:
  static Writer part(uint16_t number, uint16_t count = 3, int32_t tensors = 3) {
    Writer w;
    w.put_u16("split.no", number);
    w.put_u16("split.count", count);
    w.put_i32("split.tensors.count", tensors);
    if (number == 0) w.put_string("general.name", "In parts");
    const std::vector<float> values(128, static_cast<float>(number));
    if (number == 1) {
      w.tensor_f32("a", kShape, values);
      w.tensor_f32("b", kShape, values);
    }
    if (number == 2) w.tensor_f32("c", kShape, values);
    return w;
  }
  std::string put(const std::string& name, const Writer& w) { return folder_.write(name, w.bytes()); }
  void put_all() {
    for (uint16_t i = 0; i < 3; ++i) put("m-0000" + std::to_string(i + 1) + "-of-00003.gguf", part(i));
  }
  void expect(ErrorCode code, const std::string& text) {
    const auto file = File::open(folder_.path("m-00001-of-00003.gguf"));
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().code, code) << file.error().text();
    EXPECT_NE(file.error().text().find(text), std::string::npos) << file.error().text();
  }
  TempFolder folder_;
};

TEST_F(Split, OpensFromAnyPart) {
  put_all();
  for (const char* name : {"m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf"}) {
    const auto file = File::open(folder_.path(name));
    ASSERT_TRUE(file) << file.error().text();
    EXPECT_EQ(file->string("general.name"), "In parts");
    EXPECT_EQ(file->path(), folder_.path("m-00001-of-00003.gguf"));
    ASSERT_EQ(file->tensors().size(), 3u);
    float value = 0;
    std::memcpy(&value, file->tensor("c")->data, 4);
    EXPECT_EQ(value, 2.0f);
    std::memcpy(&value, file->tensor("b")->data, 4);
    EXPECT_EQ(value, 1.0f);
    uint64_t bytes = 0;
    for (uint16_t i = 0; i < 3; ++i) bytes += part(i).bytes().size();
    EXPECT_EQ(file->file_bytes(), bytes);
  }
}

TEST_F(Split, NamesTheMissingPart) {
  put_all();
  std::filesystem::remove(folder_.path("m-00002-of-00003.gguf"));
  expect(ErrorCode::not_found, "Part 2 of 3");
  expect(ErrorCode::not_found, "m-00002-of-00003.gguf");
}

TEST_F(Split, ChecksNumbersAndCounts) {
  put_all();
  put("m-00002-of-00003.gguf", part(2));
  expect(ErrorCode::bad_file, "says it is part 3 of 3, not part 2 of 3");
  put("m-00002-of-00003.gguf", part(1, 4));
  expect(ErrorCode::bad_file, "part 2 of 4");
  put_all();
  put("m-00001-of-00003.gguf", part(0, 3, 5));
  expect(ErrorCode::bad_file, "hold 3 tensors instead of 5");
  put("m-00001-of-00003.gguf", part(0, 2));
  expect(ErrorCode::bad_file, "its name does not say which");
}

TEST_F(Split, RefusesARenamedPartAndADamagedOne) {
  const auto renamed = File::open(put("renamed.gguf", part(1)));
  ASSERT_FALSE(renamed.ok());
  EXPECT_NE(renamed.error().text().find("NAME-00001-of-00003.gguf"), std::string::npos) << renamed.error().text();
  put_all();
  Bytes bytes = part(2).bytes();
  bytes.resize(bytes.size() - 100);
  folder_.write("m-00003-of-00003.gguf", bytes);
  expect(ErrorCode::bad_file, "m-00003-of-00003.gguf");
  put("m-00003-of-00003.gguf", part(2));
  Writer first = part(0, 3, 4);
  first.tensor_f32("c", kShape, std::vector<float>(128, 0.0f));
  put("m-00001-of-00003.gguf", first);
  expect(ErrorCode::bad_file, "tensor c is there twice");
}

TEST(GgufReader, ANameLikeAPartIsNotEnough) {
  TempFolder folder;
  EXPECT_TRUE(File::open(folder.write("m-00001-of-00003.gguf", small_file().bytes())).ok());
}

}  // namespace
