// The wordwrap filter, with the rules of Python's textwrap: lines break at white space, after the hyphens of a compound
// word and around dashes; longer words are cut.
#include <algorithm>

#include "tokenizer/jinja/filters.h"
#include "tokenizer/jinja/unicode.h"

namespace engine::jinja {

namespace {

using Characters = std::u32string;

Characters characters_of(std::string_view s) {
  Characters out;
  for (size_t pos = 0; pos < s.size();) {
    const CodePoint c = decode(s, pos);
    out.push_back(c.value);
    pos += c.bytes;
  }
  return out;
}

void append_characters(std::string& out, const Characters& characters) {
  for (const char32_t c : characters) {
    if (c >= 0xDC80 && c <= 0xDCFF) {
      out.push_back(static_cast<char>(static_cast<unsigned char>(c - 0xDC00)));
    } else {
      append_utf8(out, c);
    }
  }
}

/// Cuts one line into the parts that stay together.
class Chunks {
 public:
  explicit Chunks(const Characters& text, bool hyphens) : text_(text), hyphens_(hyphens) {}

  std::vector<Characters> take() const {
    std::vector<Characters> out;
    for (size_t at = 0; at < text_.size();) {
      const size_t end = end_of(at);
      out.push_back(text_.substr(at, end - at));
      at = end;
    }
    return out;
  }

 private:
  [[nodiscard]] char32_t at(size_t i) const { return i < text_.size() ? text_[i] : 0; }
  [[nodiscard]] bool space(size_t i) const { return i < text_.size() && ((text_[i] >= 9 && text_[i] <= 13) || text_[i] == ' '); }
  [[nodiscard]] bool word(size_t i) const { return i < text_.size() && (text_[i] == '_' || is_alnum(text_[i])); }
  [[nodiscard]] bool letter(size_t i) const { return word(i) && !is_decimal(text_[i]); }

  /// End of a run of two or more hyphens between words; `i` when there is none.
  [[nodiscard]] size_t dash_end(size_t i) const {
    if (i == 0 || !(word(i - 1) || std::u32string_view(U"!\"'&.,?").find(text_[i - 1]) != std::u32string_view::npos)) return i;
    size_t end = i;
    while (at(end) == '-') ++end;
    return end - i >= 2 && word(end) ? end : i;
  }

  /// The character before `i` is a hyphen inside a compound word.
  [[nodiscard]] bool after_hyphen(size_t i) const {
    if (text_[i - 1] != '-' || i < 3 || !letter(i - 2)) return false;
    const bool before = letter(i - 3) || (i >= 4 && text_[i - 3] == '-' && letter(i - 4));
    return before && letter(i) && (letter(i + 1) || (at(i + 1) == '-' && letter(i + 2)));
  }

  [[nodiscard]] size_t end_of(size_t begin) const {
    size_t end = begin + 1;
    if (space(begin)) {
      while (space(end)) ++end;
      return end;
    }
    if (hyphens_ && dash_end(begin) > begin) return dash_end(begin);
    while (end < text_.size() && !space(end)) {
      if (hyphens_ && ((end >= begin + 2 && after_hyphen(end)) || dash_end(end) > end)) break;
      ++end;
    }
    return end;
  }

  const Characters& text_;
  bool hyphens_;
};

bool is_blank(const Characters& text) {
  return std::all_of(text.begin(), text.end(), [](char32_t c) { return is_space(c); });
}

/// How much of a word that is too long stays on a line with `room` characters left.
size_t cut_of(const Characters& word, size_t room, bool hyphens) {
  if (!hyphens || word.size() <= room || room == 0) return room;
  const size_t hyphen = word.rfind(U'-', room - 1);
  if (hyphen == Characters::npos || hyphen == 0) return room;
  const bool dashes = std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(hyphen), [](char32_t c) { return c == '-'; });
  return dashes ? room : hyphen + 1;
}

struct WrapOptions {
  size_t width;
  bool long_words, hyphens;
};

/// The lines of one paragraph.
std::vector<Characters> wrap(Runtime& rt, const Characters& text, const WrapOptions& options) {
  std::vector<Characters> chunks = Chunks(text, options.hyphens).take();
  rt.charge(chunks.size());
  std::vector<Characters> lines;
  for (size_t at = 0; at < chunks.size();) {
    std::vector<Characters> line;
    size_t length = 0;
    if (!lines.empty() && is_blank(chunks[at])) ++at;
    for (; at < chunks.size() && length + chunks[at].size() <= options.width; ++at) {
      length += chunks[at].size();
      line.push_back(chunks[at]);
    }
    if (at < chunks.size() && chunks[at].size() > options.width) {
      if (options.long_words) {
        const size_t cut = cut_of(chunks[at], options.width - length, options.hyphens);
        rt.charge_bytes(chunks[at].size());
        line.push_back(chunks[at].substr(0, cut));
        chunks[at].erase(0, cut);
      } else if (line.empty()) {
        line.push_back(chunks[at++]);
      }
    }
    if (!line.empty() && is_blank(line.back())) line.pop_back();
    if (line.empty()) continue;
    Characters& joined = lines.emplace_back();
    for (const Characters& part : line) joined += part;
  }
  return lines;
}

}  // namespace

Value wordwrap(Runtime& rt, const Value& v, Args& a) {
  const Bound args("wordwrap", a, {"width", "break_long_words", "wrapstring", "break_on_hyphens"});
  if (v.is(Kind::undefined)) fail_undefined(v);
  if (!v.is(Kind::string)) fail_type("wordwrap() needs a string, not '" + std::string(type_name(v)) + "'");
  const int64_t width = args.integer(0, 79);
  const std::string line_end = args.missing(2) ? "\n" : args.string(2);
  std::string out;
  bool first = true;
  for (const std::string_view line : split_lines(v.str(), false)) {
    if (!first) out += line_end;
    first = false;
    if (width <= 0) fail("invalid width " + std::to_string(width) + " (must be > 0)");
    const WrapOptions options{static_cast<size_t>(width), args.flag(rt, 1, true), args.flag(rt, 3, true)};
    rt.charge_bytes(line.size() * 4);
    const std::vector<Characters> wrapped = wrap(rt, characters_of(line), options);
    for (size_t i = 0; i < wrapped.size(); ++i) {
      if (i > 0) out += line_end;
      append_characters(out, wrapped[i]);
      rt.check_size(out.size());
    }
  }
  return rt.text(std::move(out));
}

}  // namespace engine::jinja
