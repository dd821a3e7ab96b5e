#include "runtime/prefix_cache.h"

#include <algorithm>

#include "core/check.h"
#include "ops/step.h"

namespace engine {
namespace {

/// Mixes one word into a running hash (the finaliser of MurmurHash3 over 64 bits).
uint64_t mix(uint64_t h, uint64_t word) {
  h ^= word + 0x9e3779b97f4a7c15u + (h << 6) + (h >> 2);
  h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdu;
  h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53u;
  return h ^ (h >> 33);
}

size_t common_prefix(std::span<const int32_t> a, std::span<const int32_t> b) {
  return static_cast<size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())), b.begin()).first - a.begin());
}

constexpr auto kPage = static_cast<size_t>(kPageTokens);

}  // namespace

uint64_t PrefixCache::children_hash(const CacheScope& scope, NodeId parent) {
  return mix(mix(mix(mix(0, scope.model), scope.adapters), scope.salt), parent);
}

uint64_t PrefixCache::page_hash(const CacheScope& scope, NodeId parent, std::span<const int32_t> tokens) {
  uint64_t h = children_hash(scope, parent);
  for (int32_t id : tokens) h = mix(h, static_cast<uint32_t>(id));
  return h;
}

PrefixCache::NodeId PrefixCache::find(const CacheScope& scope, NodeId parent, std::span<const int32_t> tokens) const {
  const auto [begin, end] = by_hash_.equal_range(page_hash(scope, parent, tokens));
  for (auto it = begin; it != end; ++it) {
    const Node& node = nodes_.at(it->second);
    if (node.parent == parent && node.scope == scope && std::equal(tokens.begin(), tokens.end(), node.tokens.begin(), node.tokens.end()))
      return it->second;
  }
  return 0;
}

PrefixCache::Match PrefixCache::match(const CacheScope& scope, std::span<const int32_t> tokens, int limit) {
  Match match;
  const auto n = std::min(tokens.size(), static_cast<size_t>(std::max(limit, 0)));
  size_t at = 0;
  for (; at + kPage <= n; at += kPage) {
    const NodeId id = find(scope, match.node, tokens.subspan(at, kPage));
    if (id == 0) break;
    const Node& node = nodes_.at(id);
    pool_->retain(node.page);
    match.pages.push_back(node.page);
    match.node = id;
    touch(id);
  }
  match.full_pages = static_cast<int>(match.pages.size());
  match.tokens = static_cast<int>(at);
  take_over(scope, tokens.subspan(at, n - at), match);
  return match;
}

/// Continues a match inside a page: the unreferenced leaf with the most tokens in common leaves the tree.
void PrefixCache::take_over(const CacheScope& scope, std::span<const int32_t> rest, Match& match) {
  NodeId best = 0;
  size_t best_tokens = 0;
  const auto [begin, end] = by_children_.equal_range(children_hash(scope, match.node));
  for (auto it = begin; it != end; ++it) {
    const Node& node = nodes_.at(it->second);
    if (node.parent != match.node || node.scope != scope || node.children > 0 || pool_->references(node.page) > 1) continue;
    const size_t common = common_prefix(rest, node.tokens);
    if (common > best_tokens || (common == best_tokens && best != 0 && node.used > nodes_.at(best).used)) {
      best = it->second;
      best_tokens = common;
    }
  }
  if (best == 0) return;
  match.pages.push_back(remove(best));
  match.tokens += static_cast<int>(best_tokens);
}

PrefixCache::NodeId PrefixCache::add(const CacheScope& scope, NodeId parent, std::span<const int32_t> tokens, int32_t page) {
  const NodeId id = next_++;
  Node node{scope, parent, page_hash(scope, parent, tokens), {tokens.begin(), tokens.end()}, page, 0, ++clock_};
  if (tokens.size() == kPage) by_hash_.emplace(node.hash, id);
  by_children_.emplace(children_hash(scope, parent), id);
  if (parent != 0) ++nodes_.at(parent).children;
  nodes_.emplace(id, std::move(node));
  return id;
}

int32_t PrefixCache::remove(NodeId id) {
  const Node node = std::move(nodes_.at(id));
  HEARTH_CHECK(node.children == 0);
  const auto drop = [id](Index& index, uint64_t key) {
    const auto [begin, end] = index.equal_range(key);
    const auto it = std::find_if(begin, end, [id](const auto& entry) { return entry.second == id; });
    if (it != end) index.erase(it);
  };
  drop(by_hash_, node.hash);
  drop(by_children_, children_hash(node.scope, node.parent));
  if (node.parent != 0) --nodes_.at(node.parent).children;
  nodes_.erase(id);
  return node.page;
}

PrefixCache::Inserted PrefixCache::insert(const CacheScope& scope, NodeId parent, std::span<const int32_t> tokens, int32_t page) {
  HEARTH_CHECK(tokens.size() == kPage);
  if (const NodeId known = find(scope, parent, tokens)) {
    const int32_t shared = nodes_.at(known).page;
    HEARTH_CHECK(shared != page);
    pool_->retain(shared);
    pool_->release(page);
    touch(known);
    return {known, shared};
  }
  pool_->retain(page);  // the tree's own reference
  return {add(scope, parent, tokens, page), page};
}

void PrefixCache::insert_tail(const CacheScope& scope, NodeId parent, std::span<const int32_t> tokens, int32_t page) {
  HEARTH_CHECK(!tokens.empty() && tokens.size() < kPage);
  std::vector<NodeId> shorter;  // leaves this one makes needless
  const auto [begin, end] = by_children_.equal_range(children_hash(scope, parent));
  for (auto it = begin; it != end; ++it) {
    const Node& node = nodes_.at(it->second);
    if (node.parent != parent || node.scope != scope) continue;
    const size_t common = common_prefix(tokens, node.tokens);
    if (common == tokens.size()) {  // another page holds all of it
      pool_->release(page);
      touch(it->second);
      return;
    }
    if (common == node.tokens.size()) shorter.push_back(it->second);
  }
  for (NodeId id : shorter) pool_->release(remove(id));
  add(scope, parent, tokens, page);
}

void PrefixCache::touch(NodeId node) {
  if (const auto it = nodes_.find(node); it != nodes_.end()) it->second.used = ++clock_;
}

std::optional<int32_t> PrefixCache::take_page() {
  if (const auto page = pool_->take()) return page;
  NodeId oldest = 0;
  uint64_t used = 0;
  for (const auto& [id, node] : nodes_) {
    if (node.children > 0 || pool_->references(node.page) > 1) continue;
    if (oldest == 0 || node.used < used) {
      oldest = id;
      used = node.used;
    }
  }
  if (oldest == 0) return std::nullopt;
  pool_->release(remove(oldest));
  return pool_->take();
}

int PrefixCache::available() const {
  int n = pool_->free();
  for (const auto& [id, node] : nodes_) n += pool_->references(node.page) == 1;
  return n;
}

void PrefixCache::clear() {
  for (const auto& [id, node] : nodes_) pool_->release(node.page);
  nodes_.clear();
  by_hash_.clear();
  by_children_.clear();
}

}  // namespace engine
