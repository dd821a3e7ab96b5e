#include "tokenizer/pretokenize.h"

#include <fmt/format.h>

#include <algorithm>

#include "tokenizer/utf8.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace engine {
namespace {

constexpr std::string_view white_space =
    R"(\x{9}-\x{D}\x{20}\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000})";

struct FreeCode {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct FreeMatchData {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeMatchContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

PCRE2_SPTR units(std::string_view text) {
  return reinterpret_cast<PCRE2_SPTR>(text.data());
}

/// What one thread needs while matching.
struct Matcher {
  std::unique_ptr<pcre2_match_data, FreeMatchData> data{pcre2_match_data_create(1, nullptr)};
  std::unique_ptr<pcre2_match_context, FreeMatchContext> context{pcre2_match_context_create(nullptr)};

  Matcher() {
    // The default limits stop a match over a megabyte of spaces, and the text would be cut elsewhere. The patterns are
    // ours and linear, so no limit is needed.
    pcre2_set_match_limit(context.get(), UINT32_MAX);
    pcre2_set_depth_limit(context.get(), UINT32_MAX);
    pcre2_set_heap_limit(context.get(), UINT32_MAX);
  }
};

}  // namespace

std::string expand_pattern(std::string_view pattern) {
  std::string out;
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c != '\\') {
      if (c == '[') in_class = true;
      if (c == ']') in_class = false;
      out.push_back(c);
      continue;
    }
    const char escaped = pattern[++i];
    if (escaped == 's') {
      out += in_class ? std::string(white_space) : fmt::format("[{}]", white_space);
    } else if (escaped == 'S' && !in_class) {
      out += fmt::format("[^{}]", white_space);
    } else if (escaped == 'u') {
      out += fmt::format("\\x{{{}}}", pattern.substr(i + 1, 4));
      i += 4;
    } else {
      out.push_back('\\');
      out.push_back(escaped);
    }
  }
  return out;
}

class Pretokenizer::Regex {
 public:
  static Result<std::unique_ptr<Regex>> compile(std::string_view pattern) {
    const std::string expanded = expand_pattern(pattern);
    int error = 0;
    PCRE2_SIZE offset = 0;
    std::unique_ptr<pcre2_code, FreeCode> code(
        pcre2_compile(units(expanded), expanded.size(), PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY, &error, &offset, nullptr));
    if (!code) {
      unsigned char message[256] = {};
      pcre2_get_error_message(error, message, sizeof message);
      return Error{ErrorCode::unsupported,
                   fmt::format("The PCRE2 library refuses a text-splitting pattern: {}.", reinterpret_cast<const char*>(message)),
                   "Install PCRE2 10.40 or newer with Unicode support."};
    }
    auto regex = std::make_unique<Regex>();
    regex->jit_ = pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE) == 0;
    regex->code_ = std::move(code);
    return regex;
  }

  /// Appends matches and the gaps between them. `text` is well-formed.
  void split(std::string_view text, Matcher& matcher, std::vector<std::string_view>& pieces) const {
    size_t done = 0, from = 0;
    while (from < text.size() && match(text, from, matcher)) {
      const PCRE2_SIZE* range = pcre2_get_ovector_pointer(matcher.data.get());
      if (range[1] <= range[0]) {  // cannot happen with patterns that match no empty text; would loop if it did
        from = range[1] + utf8::step(text.substr(range[1])).length;
        continue;
      }
      if (range[0] > done) pieces.push_back(text.substr(done, range[0] - done));
      pieces.push_back(text.substr(range[0], range[1] - range[0]));
      done = from = range[1];
    }
    if (done < text.size()) pieces.push_back(text.substr(done));
  }

 private:
  bool match(std::string_view text, size_t from, Matcher& matcher) const {
    pcre2_match_data* data = matcher.data.get();
    pcre2_match_context* context = matcher.context.get();
    if (jit_) {
      const int found = pcre2_jit_match(code_.get(), units(text), text.size(), from, 0, data, context);
      if (found >= 0) return true;
      if (found == PCRE2_ERROR_NOMATCH) return false;
    }
    // Without the just-in-time compiler (a hardened kernel), or out of its stack.
    return pcre2_match(code_.get(), units(text), text.size(), from, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data, context) >= 0;
  }

  std::unique_ptr<pcre2_code, FreeCode> code_;
  bool jit_ = false;
};

Pretokenizer::Pretokenizer(std::vector<std::unique_ptr<Regex>> regexes) : regexes_(std::move(regexes)) {}
Pretokenizer::Pretokenizer(Pretokenizer&&) noexcept = default;
Pretokenizer& Pretokenizer::operator=(Pretokenizer&&) noexcept = default;
Pretokenizer::~Pretokenizer() = default;

Result<Pretokenizer> Pretokenizer::create(const PretokenizerRule& rule) {
  std::vector<std::unique_ptr<Regex>> regexes;
  for (const std::string_view pattern : rule.patterns) {
    auto regex = Regex::compile(pattern);
    if (!regex) return regex.error();
    regexes.push_back(std::move(*regex));
  }
  return Pretokenizer(std::move(regexes));
}

void Pretokenizer::split(std::string_view text, std::vector<std::string_view>& pieces) const {
  Matcher matcher;
  std::vector<std::string_view> current, next;
  while (!text.empty()) {
    const size_t valid = utf8::valid_prefix(text);
    if (valid > 0) {
      current.assign(1, text.substr(0, valid));
      for (const auto& regex : regexes_) {
        next.clear();
        for (const std::string_view piece : current) regex->split(piece, matcher, next);
        current.swap(next);
      }
      pieces.insert(pieces.end(), current.begin(), current.end());
      text.remove_prefix(valid);
    }
    if (text.empty()) break;
    const size_t broken = utf8::step(text).length;
    pieces.push_back(text.substr(0, broken));
    text.remove_prefix(broken);
  }
}

std::string running_pcre2() {
  char text[64] = {};  // "10.42 2022-12-11"
  if (pcre2_config(PCRE2_CONFIG_VERSION, nullptr) > static_cast<int>(sizeof text)) return {};
  pcre2_config(PCRE2_CONFIG_VERSION, text);
  return std::string(text, std::find(text, text + sizeof text, ' '));
}

}  // namespace engine
