#include "tokenizer/special_tokens.h"

#include <algorithm>
#include <queue>

namespace engine {

void TokenMatcher::add(std::string_view text, int32_t token) {
  if (text.empty()) return;
  int32_t node = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const auto [child, is_new] = children_.try_emplace(static_cast<uint64_t>(node) << 8 | byte, static_cast<int32_t>(nodes_.size()));
    if (is_new) {
      // `shorter` names the parent until link_shorter() has run.
      nodes_.push_back({-1, node, nodes_[static_cast<size_t>(node)].depth + 1});
    }
    node = child->second;
  }
  nodes_[static_cast<size_t>(node)].token = token;
  starts_[static_cast<unsigned char>(text[0])] = true;
}

void TokenMatcher::link_shorter() {
  // A parent stands before its children, so its own link is already final.
  for (size_t i = 1; i < nodes_.size(); ++i) {
    const int32_t parent = nodes_[i].shorter;
    const Node& above = nodes_[static_cast<size_t>(parent)];
    nodes_[i].shorter = above.token >= 0 ? parent : above.shorter;
  }
}

int32_t TokenMatcher::longest_at(std::string_view text, size_t position) const {
  int32_t node = 0, best = 0;
  for (size_t i = position; i < text.size(); ++i) {
    const auto child = children_.find(static_cast<uint64_t>(node) << 8 | static_cast<unsigned char>(text[i]));
    if (child == children_.end()) break;
    node = child->second;
    if (nodes_[static_cast<size_t>(node)].token >= 0) best = node;
  }
  return best;
}

/// Occurrences (position, node) that survive, by position.
std::vector<std::pair<size_t, int32_t>> TokenMatcher::choose(std::string_view text) const {
  struct Candidate {
    int32_t length;
    size_t position;
    int32_t node;
  };
  const auto later = [](const Candidate& a, const Candidate& b) {
    return a.length != b.length ? a.length < b.length : a.position > b.position;
  };
  // One live candidate per position: its longest token first, the next shorter one when that is taken away.
  std::vector<Candidate> found;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!starts_[static_cast<unsigned char>(text[i])]) continue;
    const int32_t node = longest_at(text, i);
    if (node > 0) found.push_back({nodes_[static_cast<size_t>(node)].depth, i, node});
  }
  std::vector<std::pair<size_t, int32_t>> chosen;
  if (found.empty()) return chosen;
  std::priority_queue<Candidate, std::vector<Candidate>, decltype(later)> queue(later, std::move(found));
  std::vector<bool> taken(text.size(), false);
  while (!queue.empty()) {
    const Candidate best = queue.top();
    queue.pop();
    if (taken[best.position]) continue;
    // What is taken is at least as long, so an overlap shows at one of the two ends.
    const size_t end = best.position + static_cast<size_t>(best.length);
    if (!taken[end - 1]) {
      std::fill(taken.begin() + static_cast<ptrdiff_t>(best.position), taken.begin() + static_cast<ptrdiff_t>(end), true);
      chosen.emplace_back(best.position, best.node);
    } else if (const int32_t shorter = nodes_[static_cast<size_t>(best.node)].shorter; shorter > 0) {
      queue.push({nodes_[static_cast<size_t>(shorter)].depth, best.position, shorter});
    }
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

std::vector<Fragment> TokenMatcher::split(std::string_view text) const {
  std::vector<Fragment> fragments;
  size_t done = 0;
  for (const auto& [position, index] : choose(text)) {
    const Node& node = nodes_[static_cast<size_t>(index)];
    if (position > done) fragments.push_back({text.substr(done, position - done)});
    fragments.push_back({text.substr(position, static_cast<size_t>(node.depth)), node.token});
    done = position + static_cast<size_t>(node.depth);
  }
  if (done < text.size()) fragments.push_back({text.substr(done)});
  return fragments;
}

void SpecialTokenIndex::add_user_defined(std::string_view text, int32_t token) {
  user_defined_.add(text, token);
  all_.add(text, token);
}

void SpecialTokenIndex::add_control(std::string_view text, int32_t token) {
  all_.add(text, token);
}

void SpecialTokenIndex::finish() {
  user_defined_.link_shorter();
  all_.link_shorter();
}

}  // namespace engine
