#include "tokenizer/merge_table.h"

#include <algorithm>
#include <bit>
#include <functional>

#include "tokenizer/utf8.h"

namespace engine {
namespace {

/// Bytes that stand for themselves.
bool is_printable(unsigned byte) {
  return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
}

struct Alphabet {
  std::array<char32_t, 256> characters{};
  std::array<int, 256 + 68> bytes{};  // 68 bytes are moved to U+0100 and up

  Alphabet() {
    bytes.fill(-1);
    char32_t next = 256;
    for (unsigned byte = 0; byte < 256; ++byte) {
      characters[byte] = is_printable(byte) ? byte : next++;
      bytes[characters[byte]] = static_cast<int>(byte);
    }
  }
};

const Alphabet& alphabet() {
  static const Alphabet instance;
  return instance;
}

uint64_t pair_key(int32_t left, int32_t right) {
  return static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
}

size_t hash(uint64_t pair) {
  pair *= 0x9E3779B97F4A7C15ull;  // Fibonacci hashing
  return static_cast<size_t>(pair ^ pair >> 29);
}

}  // namespace

char32_t byte_character(uint8_t byte) {
  return alphabet().characters[byte];
}

int character_byte(char32_t character) {
  return character < alphabet().bytes.size() ? alphabet().bytes[static_cast<size_t>(character)] : -1;
}

MergeTable::MergeTable(const std::vector<std::string>& tokens, const std::vector<bool>& allowed, const std::vector<std::string>& merges)
    : token_count_(static_cast<int32_t>(tokens.size())) {
  symbols_.reserve(tokens.size() + 256);
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (allowed[i]) symbols_[tokens[i]] = static_cast<int32_t>(i);
  }
  for (unsigned byte = 0; byte < 256; ++byte) {
    std::string text;
    utf8::append(text, byte_character(static_cast<uint8_t>(byte)));
    byte_symbols_[byte] = intern(text);
  }
  table_.resize(std::bit_ceil(merges.size() * 2 + 2));
  std::string joined;
  for (size_t i = 0; i < merges.size(); ++i) {
    const std::string_view line = merges[i];
    const size_t space = line.find(' ', 1);
    if (space == std::string_view::npos || space + 1 == line.size()) {
      ++malformed_;
      continue;
    }
    const std::string_view left = line.substr(0, space), right = line.substr(space + 1);
    joined.assign(left).append(right);
    insert(intern(left), intern(right), static_cast<int32_t>(i), intern(joined));
  }
}

int32_t MergeTable::intern(std::string_view text) {
  if (const auto known = symbols_.find(text); known != symbols_.end()) return known->second;
  const auto symbol = static_cast<int32_t>(static_cast<size_t>(token_count_) + parts_.size());
  symbols_.emplace(parts_.emplace_back(text), symbol);
  return symbol;
}

void MergeTable::insert(int32_t left, int32_t right, int32_t rank, int32_t result) {
  const uint64_t pair = pair_key(left, right);
  const size_t mask = table_.size() - 1;
  size_t slot = hash(pair) & mask;
  while (table_[slot].pair != UINT64_MAX) {
    if (table_[slot].pair == pair) return;  // the first of equal merges counts
    slot = (slot + 1) & mask;
  }
  table_[slot] = {pair, rank, result};
}

const MergeTable::Merge* MergeTable::find(int32_t left, int32_t right) const {
  const uint64_t pair = pair_key(left, right);
  const size_t mask = table_.size() - 1;
  size_t slot = hash(pair) & mask;
  while (table_[slot].pair != pair) {
    if (table_[slot].pair == UINT64_MAX) return nullptr;
    slot = (slot + 1) & mask;
  }
  return &table_[slot];
}

/// Notes the merge of node `at` with its right neighbour. False: there is none.
bool MergeTable::look_up(int32_t at, Scratch& scratch) const {
  auto& left = scratch.nodes[static_cast<size_t>(at)];
  left.rank = -1;
  if (left.next < 0) return false;
  const Merge* merge = find(left.symbol, scratch.nodes[static_cast<size_t>(left.next)].symbol);
  if (!merge) return false;
  left.rank = merge->rank;
  left.result = merge->result;
  return true;
}

void MergeTable::merge_all(Scratch& scratch) const {
  auto& nodes = scratch.nodes;
  auto& heap = scratch.heap;
  const auto key = [&](int32_t at) { return pair_key(nodes[static_cast<size_t>(at)].rank, at); };
  const auto push = [&](int32_t at) {
    if (!look_up(at, scratch)) return;
    heap.push_back(key(at));
    std::push_heap(heap.begin(), heap.end(), std::greater<>());
  };
  heap.clear();
  for (int32_t i = 0; i < static_cast<int32_t>(nodes.size()); ++i) {
    if (look_up(i, scratch)) heap.push_back(key(i));
  }
  std::make_heap(heap.begin(), heap.end(), std::greater<>());
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), std::greater<>());
    const uint64_t best = heap.back();
    heap.pop_back();
    const auto at = static_cast<int32_t>(best & 0xFFFFFFFF);
    auto& left = nodes[static_cast<size_t>(at)];
    // A rank names one pair of symbols: another rank means that an earlier merge changed this pair.
    if (left.rank != static_cast<int32_t>(best >> 32)) continue;
    auto& right = nodes[static_cast<size_t>(left.next)];
    left.symbol = left.result;
    left.next = right.next;
    right.rank = -1;
    if (left.next >= 0) nodes[static_cast<size_t>(left.next)].previous = at;
    if (left.previous >= 0) push(left.previous);
    push(at);
  }
}

void MergeTable::emit(int32_t symbol, std::vector<int32_t>& ids) const {
  if (symbol < token_count_) {
    ids.push_back(symbol);
    return;
  }
  // A part that is no token: its characters one by one, those without a token dropped.
  std::string_view text = parts_[static_cast<size_t>(symbol - token_count_)];
  while (!text.empty()) {
    const size_t length = utf8::step(text).length;
    const auto known = symbols_.find(text.substr(0, length));
    if (known != symbols_.end() && known->second < token_count_) ids.push_back(known->second);
    text.remove_prefix(length);
  }
}

void MergeTable::apply(std::string_view piece, Scratch& scratch, std::vector<int32_t>& ids) const {
  auto& nodes = scratch.nodes;
  nodes.clear();
  const auto count = static_cast<int32_t>(piece.size());
  for (int32_t i = 0; i < count; ++i) {
    const auto byte = static_cast<unsigned char>(piece[static_cast<size_t>(i)]);
    nodes.push_back({byte_symbols_[byte], i - 1, i + 1 < count ? i + 1 : -1, -1, 0});
  }
  merge_all(scratch);
  for (int32_t i = 0; i >= 0; i = nodes[static_cast<size_t>(i)].next) emit(nodes[static_cast<size_t>(i)].symbol, ids);
}

int32_t MergeTable::whole(std::string_view piece, Scratch& scratch) const {
  scratch.text.clear();
  for (const char c : piece) utf8::append(scratch.text, byte_character(static_cast<uint8_t>(c)));
  const auto known = symbols_.find(scratch.text);
  return known != symbols_.end() && known->second < token_count_ ? known->second : -1;
}

}  // namespace engine
