// The regexes of formats.md 10.4. Written as there; expand_pattern() puts in White_Space for \s and \S.
#include <algorithm>

#include "tokenizer/pretokenize.h"

namespace engine {
namespace {

// Contractions match ASCII letters of either case only: some engines let the long s (U+017F) pass for an s.
#define ANY_CASE_CONTRACTION R"('(?:[sSdDmMtT]|[rR][eE]|[vV][eE]|[lL][lL]))"
// The pieces shared by the newer rules: line breaks with the spaces before them, spaces up to the last one before a word.
#define SPACES R"(\s*[\r\n]+|\s+(?!\S)|\s+)"
#define GPT2 R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S))"
#define LLAMA3 ANY_CASE_CONTRACTION R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|)" SPACES
#define QWEN2 ANY_CASE_CONTRACTION R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|)" SPACES
#define QWEN35 ANY_CASE_CONTRACTION R"(|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|)" SPACES
#define UPPER R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])"
#define LOWER R"([\p{Ll}\p{Lm}\p{Lo}\p{M}])"
#define CASED_WORD(suffix) R"([^\r\n\p{L}\p{N}]?)" UPPER "*" LOWER "+" suffix R"(|[^\r\n\p{L}\p{N}]?)" UPPER "+" LOWER "*" suffix
#define GPT4O CASED_WORD("(?:" ANY_CASE_CONTRACTION ")?") R"(|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|)" SPACES
#define TEKKEN CASED_WORD("") R"(|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|)" SPACES
// Ling's own rule: each line break is a piece of its own.
#define BAILING ANY_CASE_CONTRACTION R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)"
// Kimi: runs of Chinese characters, then the words of gpt-4o without them (its pattern intersects the classes with [^\p{Han}]).
// "sc:" because a bare \p{Han} also means the characters that are only used together with Chinese ones, as \u3001.
#define HAN R"(\p{sc:Han})"
#define NOT_HAN(letters) "(?:(?!" HAN ")" letters ")"
#define KIMI_WORD(first, second) R"([^\r\n\p{L}\p{N}]?)" NOT_HAN(UPPER) first NOT_HAN(LOWER) second "(?:" ANY_CASE_CONTRACTION ")?"
#define KIMI HAN "+|" KIMI_WORD("*", "+") "|" KIMI_WORD("+", "*") R"(|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|)" SPACES
#define CJK R"([\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+)"
#define DEEPSEEK3_WORDS                                                                     \
  R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+)" \
  R"(| ?[\p{P}\p{S}]+[\r\n]*|)" SPACES

// The letters of deepseek-llm: cased letters as of an old Unicode version, so \p{Lu}\p{Ll} would not be the same.
#define DEEPSEEK_LETTERS                                                                                                      \
  R"(\x{0041}-\x{005A}\x{0061}-\x{007A}\x{00B5}\x{00C0}-\x{00D6}\x{00D8}-\x{00F6}\x{00F8}-\x{01BA}\x{01BC}-\x{01BF})"         \
  R"(\x{01C4}-\x{0293}\x{0295}-\x{02AF}\x{0370}-\x{0373}\x{0376}\x{0377}\x{037B}-\x{037D}\x{037F}\x{0386}\x{0388}-\x{038A})"  \
  R"(\x{038C}\x{038E}-\x{03A1}\x{03A3}-\x{03F5}\x{03F7}-\x{0481}\x{048A}-\x{052F}\x{0531}-\x{0556}\x{10A0}-\x{10C5})"         \
  R"(\x{13A0}-\x{13F5}\x{13F8}-\x{13FD}\x{1C90}-\x{1CBA}\x{1CBD}-\x{1CBF}\x{1D00}-\x{1D2B}\x{1D6B}-\x{1D77})"                 \
  R"(\x{1D79}-\x{1D9A}\x{1E00}-\x{1F15}\x{1F18}-\x{1F1D}\x{1F20}-\x{1F45}\x{1F48}-\x{1F4D}\x{1F50}-\x{1F57}\x{1F59}\x{1F5B})" \
  R"(\x{1F5D}\x{1F5F}-\x{1F7D}\x{1F80}-\x{1FB4}\x{1FB6}-\x{1FBC}\x{1FBE}\x{1FC2}-\x{1FC4}\x{1FC6}-\x{1FCC}\x{1FD0}-\x{1FD3})" \
  R"(\x{1FD6}-\x{1FDB}\x{1FE0}-\x{1FEC}\x{1FF2}-\x{1FF4}\x{1FF6}-\x{1FFC}\x{2102}\x{2107}\x{210A}-\x{2113}\x{2115})"          \
  R"(\x{2119}-\x{211D}\x{2124}\x{2126}\x{2128}\x{212A}-\x{212D}\x{212F}-\x{2134}\x{2139}\x{213C}-\x{213F}\x{2145}-\x{2149})"  \
  R"(\x{214E}\x{2183}\x{2184}\x{2C00}-\x{2C7B}\x{2C7E}-\x{2CE4}\x{2CEB}-\x{2CEE}\x{2CF2}\x{2CF3}\x{A640}-\x{A66D})"           \
  R"(\x{A680}-\x{A69B}\x{A722}-\x{A76F}\x{A771}-\x{A787}\x{A78B}-\x{A78E}\x{AB70}-\x{ABBF}\x{FB00}-\x{FB06})"                 \
  R"(\x{FB13}-\x{FB17}\x{FF21}-\x{FF3A}\x{FF41}-\x{FF5A}\x{10400}-\x{1044F}\x{104B0}-\x{104D3}\x{104D8}-\x{104FB})"           \
  R"(\x{10C80}-\x{10CB2}\x{10CC0}-\x{10CF2}\x{118A0}-\x{118DF}\x{1E900}-\x{1E943})"

#define DEEPSEEK_PUNCTUATION R"(\s?[\u0021-\u002F\u003A-\u007E\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+)"
// \s+$ with the look-behind that every leftmost match satisfies anyway: without it a long run of spaces before a digit
// is tried from each of its characters, which is quadratic.
#define TRAILING_SPACES R"((?<!\s)\s++$)"

const std::vector<PretokenizerRule>& rules() {
  static const std::vector<PretokenizerRule> all = {
      {{"default"}, {R"([\p{P}\$\+<=>\^~\|]+)", GPT2, R"(\p{N}+)", R"([0-9][0-9][0-9])"}},
      {{"llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"}, {LLAMA3}, true, true},
      {{"dbrx", "smaug-bpe", "glm4", "chatglm-bpe"}, {LLAMA3}},
      {{"qwen2", "deepseek-r1-qwen", "megrez", "hunyuan", "stablelm2", "kormo", "solar-open", "grok-2"}, {QWEN2}},
      {{"qwen35"}, {QWEN35}},
      {{"deepseek-v3", "hunyuan-dense", "joyai-llm"}, {R"(\p{N}{1,3})", R"([\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+)", DEEPSEEK3_WORDS}},
      {{"deepseek-llm"}, {R"([\r\n])", R"(\s?[)" DEEPSEEK_LETTERS R"(]+)", DEEPSEEK_PUNCTUATION, TRAILING_SPACES, CJK, R"(\p{N}+)"}},
      {{"deepseek-coder"}, {R"([\r\n])", R"(\s?\p{L}+)", R"(\s?\p{P}+)", CJK, R"(\p{N})"}},
      {{"gpt-4o", "llama4", "minimax-m2", "kanana2"}, {GPT4O}},
      {{"kimi-k2"}, {KIMI}},
      {{"bailingmoe", "bailingmoe2", "llada-moe"}, {BAILING}},
      {{"tekken"}, {TEKKEN}, true, true},
      {{"gpt-2", "olmo", "mpt", "jais", "phi-2", "gigachat", "a.x-4.0", "mellum", "modern-bert", "exaone4", "trillion", "granite-docling"},
       {GPT2}},
      {{"refact", "starcoder", "command-r", "smollm", "codeshell", "exaone", "minerva-7b"}, {R"(\p{N})", GPT2}},
  };
  return all;
}

}  // namespace

const PretokenizerRule* find_pretokenizer_rule(std::string_view name) {
  for (const PretokenizerRule& rule : rules()) {
    if (std::find(rule.names.begin(), rule.names.end(), name) != rule.names.end()) return &rule;
  }
  return nullptr;
}

}  // namespace engine
