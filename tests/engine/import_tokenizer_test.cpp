// Tokenizers of model folders: the list of tokens, the pre-tokenizer, special tokens and templates.
#include <gtest/gtest.h>

#include <bit>

#include "engine/model_test.h"
#include "engine/tokenizer_support.h"
#include "import/pretokenizer_name.h"
#include "import/vocabulary.h"
#include "support/hf_folder.h"
#include "support/reference.h"

namespace hearth_test {
namespace {

using engine::ErrorCode;
using engine::importer::ImportedVocabulary;
using engine::importer::pretokenizer_name;
using engine::importer::read_vocabulary;
using nlohmann::json;

#define SPACES R"(\s*[\r\n]+|\s+(?!\S)|\s+)"
const std::string kContraction = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const std::string kUpper = R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])", kLower = R"([\p{Ll}\p{Lm}\p{Lo}\p{M}])", kBefore = R"([^\r\n\p{L}\p{N}]?)";

/// The letters of deepseek-llm as its tokenizer.json writes them: 87 ranges of characters.
std::string deepseek_letters() {
  const std::string ranges =
      "0041-005A 0061-007A 00B5 00C0-00D6 00D8-00F6 00F8-01BA 01BC-01BF 01C4-0293 0295-02AF 0370-0373 0376 0377 037B-037D 037F 0386 "
      "0388-038A 038C 038E-03A1 03A3-03F5 03F7-0481 048A-052F 0531-0556 10A0-10C5 13A0-13F5 13F8-13FD 1C90-1CBA 1CBD-1CBF 1D00-1D2B "
      "1D6B-1D77 1D79-1D9A 1E00-1F15 1F18-1F1D 1F20-1F45 1F48-1F4D 1F50-1F57 1F59 1F5B 1F5D 1F5F-1F7D 1F80-1FB4 1FB6-1FBC 1FBE 1FC2-1FC4 "
      "1FC6-1FCC 1FD0-1FD3 1FD6-1FDB 1FE0-1FEC 1FF2-1FF4 1FF6-1FFC 2102 2107 210A-2113 2115 2119-211D 2124 2126 2128 212A-212D 212F-2134 "
      "2139 213C-213F 2145-2149 214E 2183 2184 2C00-2C7B 2C7E-2CE4 2CEB-2CEE 2CF2 2CF3 A640-A66D A680-A69B A722-A76F A771-A787 A78B-A78E "
      "AB70-ABBF FB00-FB06 FB13-FB17 FF21-FF3A FF41-FF5A 10400-1044F 104B0-104D3 104D8-104FB 10C80-10CB2 10CC0-10CF2 118A0-118DF "
      "1E900-1E943";
  std::string out = "\\s?[", number;
  for (const char c : ranges + " ") {
    if (c != ' ' && c != '-') {
      number += c;
      continue;
    }
    engine::utf8::append(out, static_cast<char32_t>(std::stoul(number, nullptr, 16)));
    if (c == '-') out += '-';
    number.clear();
  }
  return out + "]+";
}

/// The patterns of formats.md 10.4 as tokenizer.json has them.
std::vector<std::string> patterns_of(const std::string& pre) {
  const std::string words = "|" + kBefore + R"(\p{L}+|)", rest = R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|)" SPACES;
  const auto cased = [](const std::string& suffix) {
    return kBefore + kUpper + "*" + kLower + "+" + suffix + "|" + kBefore + kUpper + "+" + kLower + "*" + suffix;
  };
  if (pre == "llama-bpe") return {kContraction + words + R"(\p{N}{1,3})" + rest};
  if (pre == "qwen2") return {kContraction + words + R"(\p{N})" + rest};
  if (pre == "gpt-4o") return {cased(kContraction + "?") + R"(|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|)" SPACES};
  if (pre == "tekken") return {cased("") + R"(|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|)" SPACES};
  if (pre == "deepseek-v3")
    return {R"(\p{N}{1,3})", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
            R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|)" SPACES};
  const std::string cjk = std::string("[\u4e00-\u9fa5\u0800-\u4e00\uac00-") + "\xED\x9F\xBF" + "]+";
  if (pre == "deepseek-llm")
    return {"[\r\n]", deepseek_letters(), "\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+", "\\s+$", cjk, "digits"};
  if (pre == "deepseek-coder") return {"[\r\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", cjk, "digits"};
  if (pre == "refact") return {"digits", "gpt2"};
  return {"gpt2"};
}

json pre_tokenizer(const std::vector<std::string>& patterns) {
  json steps = json::array();
  bool regex = false;
  for (const std::string& p : patterns) {
    if (p == "digits")
      steps.push_back({{"type", "Digits"}, {"individual_digits", true}});
    else if (p == "gpt2")
      regex = true;
    else
      steps.push_back({{"type", "Split"}, {"pattern", {{"Regex", p}}}, {"behavior", "Isolated"}, {"invert", false}});
  }
  const json bytes = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", regex}};
  steps.push_back(bytes);
  return steps.size() == 1 ? bytes : json{{"type", "Sequence"}, {"pretokenizers", steps}};
}

/// Writes what was read as a file of its own, as `import` does.
Created tokenizer_of(const ImportedVocabulary& vocabulary, const TempFolder& place) {
  engine::gguf::Writer writer;
  writer.put_string("general.architecture", "llama");
  engine::importer::put_vocabulary(vocabulary, writer);
  return open_tokenizer(place.write("vocabulary.gguf", writer.bytes()));
}

/// The tokenizer part of a GGUF file as tokenizer.json has it.
json to_json(const engine::gguf::File& file) {
  const auto& tokens = *file.strings("tokenizer.ggml.tokens");
  const auto types = file.integers("tokenizer.ggml.token_type");
  json vocab = json::object(), added = json::array(), merges = json::array();
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (types[i] == control || types[i] == user_defined)
      added.push_back({{"id", i}, {"content", tokens[i]}, {"special", types[i] == control}});
    else if (types[i] != unused)
      vocab[tokens[i]] = i;
  }
  size_t n = 0;
  for (const std::string& merge : *file.strings("tokenizer.ggml.merges")) {
    const size_t space = merge.find(' ', 1);
    merges.push_back(n++ % 2 ? json(merge) : json{merge.substr(0, space), merge.substr(space + 1)});
  }
  return {{"added_tokens", added}, {"model", {{"type", "BPE"}, {"vocab", vocab}, {"merges", merges}}}};
}

void expect_same_tokens(const engine::Tokenizer& ours, const engine::Tokenizer& known, const json& cases) {
  ASSERT_GE(cases.size(), 100u);
  for (const json& item : cases) {
    const std::string text = item["text"];
    for (const SpecialTokens special : {SpecialTokens::parse, SpecialTokens::as_text})
      EXPECT_EQ(ours.encode(text, special), known.encode(text, special)) << text;
  }
}

class KnownTokenizer : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Reference, KnownTokenizer,
                         testing::Values("deepseek-llm", "deepseek-v3", "deepseek-coder", "qwen2", "llama-bpe", "gpt-4o"),
                         [](const auto& item) {
                           std::string name = item.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_P(KnownTokenizer, EveryCaseStaysExact) {
  HEARTH_NEEDS_REFERENCE();
  const std::string path = reference_path("tokenizer/" + GetParam() + ".gguf").string();
  const auto file = engine::gguf::File::open(path);
  ASSERT_TRUE(file.ok()) << file.error().text();
  json tokenizer = to_json(*file);
  tokenizer["pre_tokenizer"] = pre_tokenizer(patterns_of(GetParam()));
  tokenizer["model"]["ignore_merges"] = GetParam() == "llama-bpe" || GetParam() == "gpt-4o";
  const TempFolder place;
  place.write("tokenizer.json", as_bytes(tokenizer.dump()));
  const auto rows = static_cast<int64_t>(file->strings("tokenizer.ggml.tokens")->size());
  const auto vocabulary = read_vocabulary(place.path(""), json::object(), "llama", rows);
  ASSERT_TRUE(vocabulary.ok()) << vocabulary.error().text();
  EXPECT_EQ(vocabulary->pre, GetParam());
  EXPECT_EQ(vocabulary->merges, *file->strings("tokenizer.ggml.merges"));
  const Created ours = tokenizer_of(*vocabulary, place), known = open_tokenizer(path);
  ASSERT_TRUE(ours.ok()) << ours.error().text();
  expect_same_tokens(**ours, **known, json::parse(read_file(reference_path("tokenizer/" + GetParam() + ".json"))));
}

/// Protocol-buffer wire format.
std::string varint(uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>((value & 0x7F) | 0x80));
  return out + static_cast<char>(value);
}
std::string integer_field(uint64_t number, uint64_t value) {
  return varint(number << 3) + varint(value);
}
std::string bytes_field(uint64_t number, const std::string& bytes) {
  return varint(number << 3 | 2) + varint(bytes.size()) + bytes;
}
std::string piece(const std::string& text, float score, uint64_t type) {
  const auto bits = std::bit_cast<uint32_t>(score);
  std::string real = varint(2 << 3 | 5);
  for (int shift = 0; shift < 32; shift += 8) real.push_back(static_cast<char>(bits >> shift & 0xFF));
  return bytes_field(1, bytes_field(1, text) + real + integer_field(3, type));
}
std::string sentencepiece_settings(uint64_t kind = 2) {
  return bytes_field(2, integer_field(3, kind) + integer_field(35, 1)) + bytes_field(3, integer_field(3, 1) + integer_field(4, 0));
}

struct Pieces {
  std::vector<std::string> tokens;
  std::vector<double> scores;
  std::vector<int64_t> types;
};

Pieces llama_pieces() {
  const auto file = engine::gguf::File::open(reference_path("tokenizer/llama-spm.gguf").string());
  EXPECT_TRUE(file.ok());
  return {*file->strings("tokenizer.ggml.tokens"), file->numbers("tokenizer.ggml.scores"), file->integers("tokenizer.ggml.token_type")};
}

void expect_llama(const TempFolder& place) {
  const Pieces known = llama_pieces();
  const auto vocabulary = read_vocabulary(place.path(""), json::object(), "llama", static_cast<int64_t>(known.tokens.size()));
  ASSERT_TRUE(vocabulary.ok()) << vocabulary.error().text();
  EXPECT_EQ(vocabulary->model, "llama");
  EXPECT_EQ(vocabulary->tokens, known.tokens);
  EXPECT_TRUE(std::equal(known.types.begin(), known.types.end(), vocabulary->types.begin()));
  const Created ours = tokenizer_of(*vocabulary, place), original = open_tokenizer(reference_path("tokenizer/llama-spm.gguf").string());
  ASSERT_TRUE(ours.ok()) << ours.error().text();
  expect_same_tokens(**ours, **original, json::parse(read_file(reference_path("tokenizer/llama-spm.json"))));
}

TEST(SentencePieceImport, OfTheLibrarysFile) {
  HEARTH_NEEDS_REFERENCE();
  const Pieces pieces = llama_pieces();
  std::string model;
  for (size_t i = 0; i < pieces.tokens.size(); ++i)
    model += piece(pieces.tokens[i], static_cast<float>(pieces.scores[i]), static_cast<uint64_t>(pieces.types[i]));
  const TempFolder place;
  place.write("tokenizer.model", as_bytes(model + sentencepiece_settings()));
  expect_llama(place);
}

/// As the transformers library converts it: every way to make a token is a merge, the best score first.
TEST(SentencePieceImport, OfByteFallbackBpe) {
  HEARTH_NEEDS_REFERENCE();
  const Pieces pieces = llama_pieces();
  json vocab = json::object(), added = json::array(), merges = json::array();
  std::map<std::string, size_t> ids;
  for (size_t i = 0; i < pieces.tokens.size(); ++i) {
    vocab[pieces.tokens[i]] = i;
    if (pieces.types[i] == normal) ids[pieces.tokens[i]] = i;
    if (pieces.types[i] == control || pieces.types[i] == unknown)
      added.push_back({{"id", i}, {"content", pieces.tokens[i]}, {"special", true}});
  }
  std::vector<std::pair<double, std::string>> ranked;
  for (const auto& [token, id] : ids) {
    const std::vector<std::string> parts = characters(token);
    std::string left;
    for (size_t cut = 1; cut < parts.size(); ++cut) {
      left += parts[cut - 1];
      const std::string right = token.substr(left.size());
      if (ids.contains(left) && ids.contains(right)) ranked.emplace_back(-pieces.scores[id], left + " " + right);
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [score, merge] : ranked) merges.push_back(merge);
  const json tokenizer = {
      {"added_tokens", added},
      {"normalizer",
       {{"type", "Sequence"},
        {"normalizers",
         {{{"type", "Prepend"}, {"prepend", "\u2581"}}, {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", "\u2581"}}}}}},
      {"model", {{"type", "BPE"}, {"byte_fallback", true}, {"unk_token", "<unk>"}, {"vocab", vocab}, {"merges", merges}}}};
  const TempFolder place;
  place.write("tokenizer.json", as_bytes(tokenizer.dump()));
  expect_llama(place);
}

TEST(SentencePieceImport, RefusesBrokenFiles) {
  const auto read = [](const std::string& bytes) {
    const TempFolder place;
    place.write("tokenizer.model", as_bytes(bytes));
    return read_vocabulary(place.path(""), json::object(), "llama", 300);
  };
  const std::string good = piece("<unk>", 0, 2) + piece("<s>", 0, 3) + piece("</s>", 0, 3) + piece("a", -1, 1) + sentencepiece_settings();
  ASSERT_TRUE(read(good).ok()) << read(good).error().text();
  EXPECT_EQ(read(good)->ids.at("eos"), 2);
  EXPECT_TRUE(read(good)->flags.at("add_bos_token"));
  EXPECT_TRUE(read(good)->flags.at("add_space_prefix"));
  EXPECT_EQ(read(good)->tokens.size(), 300u);
  expect_error(read("").error(), ErrorCode::bad_file, "no pieces");
  expect_error(read(piece("a", NAN, 1)).error(), ErrorCode::bad_file, "piece 0");
  expect_error(read(piece("a", 0, 7)).error(), ErrorCode::bad_file, "piece 0");
  expect_error(read(piece("\xFF", 0, 1)).error(), ErrorCode::bad_file, "piece 0");
  expect_error(read(good + std::string("\x0A\x7F", 2)).error(), ErrorCode::bad_file, "cut off");
  expect_error(read(good + std::string(12, '\xFF')).error(), ErrorCode::bad_file, "cut off");
  expect_error(read(piece("a", 0, 1) + sentencepiece_settings(1)).error(), ErrorCode::unsupported, "SentencePiece models of this kind");
  for (size_t n = 0; n < good.size(); ++n) {
    const auto cut = read(good.substr(0, n));
    if (!cut) {
      EXPECT_FALSE(cut.error().message.empty());
    }
  }
}

std::string name_of(const std::vector<std::string>& patterns, const std::string& arch = "qwen2", bool ignore_merges = true) {
  const json tokenizer = {{"pre_tokenizer", pre_tokenizer(patterns)}, {"model", {{"ignore_merges", ignore_merges}}}};
  const auto name = pretokenizer_name(tokenizer, "tokenizer.json", arch);
  return name ? *name : name.error().text();
}

TEST(PretokenizerName, KnowsTheRules) {
  for (const char* pre : {"llama-bpe", "qwen2", "gpt-4o", "tekken", "deepseek-v3", "deepseek-llm", "deepseek-coder", "refact", "gpt-2"})
    EXPECT_EQ(name_of(patterns_of(pre)), pre);
  EXPECT_EQ(name_of(patterns_of("gpt-2"), "olmoe"), "olmo");
  EXPECT_EQ(name_of(patterns_of("llama-bpe"), "llama", false), "dbrx");
}

TEST(PretokenizerName, FormsOfOnePattern) {
  std::vector<std::string> escaped = patterns_of("deepseek-v3");
  escaped[1] = R"([\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+)";
  EXPECT_EQ(name_of(escaped), "deepseek-v3");
  escaped[1] = R"([\x{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+)";
  EXPECT_EQ(name_of(escaped), "deepseek-v3");
  std::string spelled = patterns_of("qwen2")[0];
  spelled.replace(0, kContraction.size(), "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])");
  EXPECT_EQ(name_of({spelled}), "qwen2");
  std::vector<std::string> coder = patterns_of("deepseek-coder");
  coder[0] = R"([\r\n])";
  coder.back() = R"(\p{N})";
  EXPECT_EQ(name_of(coder), "deepseek-coder");
  EXPECT_EQ(name_of({R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)"}),
            "bailingmoe");
  const json removed = {
      {"model", json::object()},
      {"pre_tokenizer",
       {{"type", "Sequence"},
        {"pretokenizers",
         {{{"type", "Split"}, {"pattern", {{"Regex", patterns_of("qwen2")[0]}}}, {"behavior", "Removed"}, {"invert", true}},
          {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}}}}}};
  EXPECT_EQ(*pretokenizer_name(removed, "x", "qwen2"), "qwen2");
}

TEST(PretokenizerName, NamesWhatItDoesNotKnow) {
  std::string nearly = patterns_of("qwen2")[0];
  nearly.replace(nearly.find("\\p{N}|"), 6, "\\p{N}{1,2}|");
  EXPECT_NE(name_of({nearly}).find("{1,2}"), std::string::npos) << name_of({nearly});
  std::vector<std::string> swapped = patterns_of("deepseek-v3");
  std::swap(swapped[0], swapped[1]);
  EXPECT_NE(name_of(swapped).find("no known pre-tokenizer"), std::string::npos);
  const auto refused = [](const json& pre, const std::string& part) {
    const auto name = pretokenizer_name({{"pre_tokenizer", pre}, {"model", json::object()}}, "tokenizer.json", "llama");
    ASSERT_FALSE(name.ok());
    expect_error(name.error(), ErrorCode::unsupported, part);
  };
  refused(nullptr, "does not work on bytes");
  refused({{"type", "Metaspace"}}, "Metaspace");
  refused({{"type", "ByteLevel"}, {"add_prefix_space", true}}, "puts a space");
  refused({{"type", "Split"}, {"pattern", {{"String", " "}}}, {"behavior", "Isolated"}}, "fixed text");
  refused({{"type", "Split"}, {"pattern", {{"Regex", "a"}}}, {"behavior", "MergedWithPrevious"}}, "unknown way");
  refused({{"type", "Sequence"}, {"pretokenizers", 5}}, "sequence of nothing");
}

/// A small byte-level tokenizer with settings of all kinds.
TEST(TokenizerImport, SpecialTokensFlagsAndTemplates) {
  json tokenizer = byte_tokenizer();
  tokenizer["model"]["merges"] = {"a b", {"ab", "c"}, {"x y", "z"}};
  tokenizer["model"]["vocab"]["ab"] = 256;
  tokenizer["model"]["vocab"]["abc"] = 257;
  tokenizer["added_tokens"] = {{{"id", 260}, {"content", "<bos>"}, {"special", true}},
                               {{"id", 261}, {"content", "<think>"}, {"special", false}},
                               {{"id", 262}, {"content", "<eos>"}, {"special", true}},
                               {{"id", 263}, {"content", "<|im_end|>"}, {"special", true}}};
  tokenizer["post_processor"] = {{"type", "Sequence"},
                                 {"processors",
                                  {{{"type", "ByteLevel"}},
                                   {{"type", "TemplateProcessing"},
                                    {"single", {{{"SpecialToken", {{"id", "<bos>"}, {"type_id", 0}}}}, {{"Sequence", {{"id", "A"}}}}}}}}}};
  json settings = {{"bos_token", {{"content", "<bos>"}, {"special", true}}},
                   {"eos_token", "<eos>"},
                   {"pad_token", nullptr},
                   {"chat_template", {{{"name", "default"}, {"template", "D"}}, {{"name", "tool_use"}, {"template", "T"}}}},
                   {"added_tokens_decoder", {{"264", {{"content", "<tool>"}, {"special", false}}}}}};
  const TempFolder place;
  const auto read = [&] {
    place.write("tokenizer.json", as_bytes(tokenizer.dump()));
    place.write("tokenizer_config.json", as_bytes(settings.dump()));
    const auto v = read_vocabulary(place.path(""), {{"eos_token_id", 263}, {"pad_token_id", 263}}, "qwen2", 270);
    EXPECT_TRUE(v.ok()) << v.error().text();
    return v ? *v : ImportedVocabulary{};
  };
  place.write("generation_config.json", as_bytes(R"({"eos_token_id":[262,263,999]})"));
  ImportedVocabulary v = read();
  EXPECT_EQ(v.tokens.size(), 270u);
  EXPECT_EQ(v.tokens[258], "[PAD258]");
  EXPECT_EQ(v.types[258], unused);
  EXPECT_EQ(v.types[260], control);
  EXPECT_EQ(v.types[261], user_defined);
  EXPECT_EQ(v.types[264], user_defined);
  EXPECT_EQ(v.types[257], normal);
  EXPECT_EQ(v.merges, (std::vector<std::string>{"a b", "ab c", "x\u0120y z"}));
  EXPECT_EQ(v.ids, (std::map<std::string, int32_t>{{"bos", 260}, {"eos", 262}, {"eot", 263}, {"padding", 263}}));
  EXPECT_TRUE(v.flags.at("add_bos_token"));
  EXPECT_EQ(v.chat_template, "D");
  EXPECT_EQ(v.named_templates, (std::vector<std::pair<std::string, std::string>>{{"tool_use", "T"}}));
  const Created created = tokenizer_of(v, place);
  ASSERT_TRUE(created.ok()) << created.error().text();
  EXPECT_EQ((*created)->encode("abc<think>", SpecialTokens::as_text), (Ids{257, 261}));

  settings["add_bos_token"] = false;
  place.write("chat_template.jinja", as_bytes("J"));
  v = read();
  EXPECT_FALSE(v.flags.at("add_bos_token"));
  EXPECT_EQ(v.chat_template, "J");
  settings.erase("add_bos_token");
  tokenizer.erase("post_processor");
  EXPECT_FALSE(read().flags.at("add_bos_token"));
}

TEST(TokenizerImport, RefusesWhatItCannotKeep) {
  const auto refused = [](const std::function<void(json&)>& change, ErrorCode code, const std::string& part, int64_t rows = 256) {
    json tokenizer = byte_tokenizer();
    change(tokenizer);
    const TempFolder place;
    place.write("tokenizer.json", as_bytes(tokenizer.dump()));
    const auto v = read_vocabulary(place.path(""), json::object(), "qwen2", rows);
    ASSERT_FALSE(v.ok()) << part;
    expect_error(v.error(), code, part);
  };
  refused([](json&) {}, ErrorCode::bad_file, "256 tokens", 255);
  refused([](json& t) { t["model"]["type"] = "WordPiece"; }, ErrorCode::unsupported, "no BPE");
  refused([](json& t) { t["model"]["vocab"] = json::object(); }, ErrorCode::bad_file, "no vocabulary");
  refused([](json& t) { t["model"] = 5; }, ErrorCode::unsupported, "no BPE");
  refused([](json& t) { t["model"]["vocab"]["x"] = -1; }, ErrorCode::bad_file, "absurd id");
  refused([](json& t) { t["model"]["vocab"]["x"] = 1ull << 40; }, ErrorCode::bad_file, "absurd id");
  refused([](json& t) { t["model"]["merges"] = {"ab"}; }, ErrorCode::bad_file, "no pair");
  refused([](json& t) { t["model"].erase("merges"); }, ErrorCode::bad_file, "no merges");
  refused([](json& t) { t["added_tokens"] = {{{"id", 3}}}; }, ErrorCode::bad_file, "added token");
  refused([](json& t) { t["normalizer"] = {{"type", "Lowercase"}}; }, ErrorCode::unsupported, "Lowercase");
  json nfc = byte_tokenizer();
  nfc["normalizer"] = {{"type", "NFC"}};
  const TempFolder place;
  place.write("tokenizer.json", as_bytes(nfc.dump()));
  EXPECT_EQ(read_vocabulary(place.path(""), json::object(), "qwen2", 256)->warnings.size(), 1u);
}

}  // namespace
}  // namespace hearth_test
