#include "runtime/special_table.h"

#include <algorithm>

namespace engine {
namespace {

/// "<｜User｜>", "<think>", "[INST]": what templates put around the parts of a conversation.
bool looks_like_marker(std::string_view text) {
  return text.size() >= 3 && ((text.front() == '<' && text.back() == '>') || (text.front() == '[' && text.back() == ']'));
}

bool intersects(std::span<const Span> spans, size_t begin, size_t end) {
  const auto next = std::upper_bound(spans.begin(), spans.end(), begin, [](size_t at, const Span& s) { return at < s.end; });
  return next != spans.end() && next->begin < end;
}

}  // namespace

SpecialTable::SpecialTable(const Tokenizer& tokenizer, std::string_view template_source) : tokenizer_(&tokenizer) {
  for (int32_t id = 0; id < tokenizer.vocab_size(); ++id) {
    const std::string& text = tokenizer.token_text(id);
    if (text.empty()) continue;
    const bool control = tokenizer.is_control(id);
    const bool marker = !control && looks_like_marker(text) && template_source.find(text) != std::string_view::npos;
    if (control || marker) by_first_byte_[static_cast<unsigned char>(text[0])].push_back({text, id, control});
  }
  for (auto& entries : by_first_byte_)
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.text.size() > b.text.size(); });
}

const SpecialTable::Entry* SpecialTable::longest_at(std::string_view text, size_t at, bool controls_only) const {
  for (const Entry& e : by_first_byte_[static_cast<unsigned char>(text[at])])
    if ((e.control || !controls_only) && text.substr(at, e.text.size()) == e.text) return &e;
  return nullptr;
}

std::vector<SpecialMatch> SpecialTable::find(const Rendering& rendering) const {
  std::vector<SpecialMatch> out;
  for (size_t at = 0; at < rendering.text.size();) {
    const Entry* e = longest_at(rendering.text, at, true);
    if (e != nullptr && !intersects(rendering.untrusted, at, at + e->text.size())) {
      out.push_back({at, at + e->text.size(), e->id});
      at += e->text.size();
    } else {
      ++at;
    }
  }
  return out;
}

std::vector<size_t> SpecialTable::occurrences(std::string_view text) const {
  std::vector<size_t> out;
  for (size_t at = 0; at < text.size(); ++at)
    if (longest_at(text, at, false) != nullptr) out.push_back(at);
  return out;
}

size_t SpecialTable::length_at(std::string_view text, size_t at) const {
  const Entry* e = at < text.size() ? longest_at(text, at, false) : nullptr;
  return e == nullptr ? 0 : e->text.size();
}

bool SpecialTable::is_control_at(std::string_view text, size_t at) const {
  return at < text.size() && longest_at(text, at, true) != nullptr;
}

/// Text between control tokens. Tokenizers parse user-defined tokens everywhere, so an untrusted one is cut after its
/// first character and encoded in two parts.
void SpecialTable::encode_text(const Rendering& rendering, size_t begin, size_t end, std::vector<int32_t>& out) const {
  const std::string_view text = rendering.text;
  const auto append = [&](size_t from, size_t to) {
    if (from == to) return;
    const auto ids = tokenizer_->encode(text.substr(from, to - from), SpecialTokens::as_text);
    out.insert(out.end(), ids.begin(), ids.end());
  };
  size_t start = begin;
  for (size_t at = begin; at < end; ++at) {
    const Entry* e = longest_at(text, at, false);
    if (e == nullptr || e->control || !intersects(rendering.untrusted, at, at + e->text.size())) continue;
    append(start, at + 1);
    start = at + 1;
  }
  append(start, end);
}

std::vector<int32_t> SpecialTable::encode(const Rendering& rendering, std::span<const SpecialMatch> matches, size_t from) const {
  std::vector<int32_t> out;
  size_t at = from;
  for (const SpecialMatch& m : matches) {
    if (m.begin < at) continue;
    encode_text(rendering, at, m.begin, out);
    out.push_back(m.id);
    at = m.end;
  }
  encode_text(rendering, at, rendering.text.size(), out);
  return out;
}

bool SpecialTable::has(std::string_view text) const {
  for (int32_t id = 0; id < tokenizer_->vocab_size(); ++id)
    if (tokenizer_->token_text(id) == text) return true;
  return false;
}

}  // namespace engine
