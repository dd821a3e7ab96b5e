// Finds KV pages that already hold the beginning of a prompt.
//
// The cache is a tree of pages: a node is one page of 32 tokens and its parent the page before it. Nodes are found by a
// hash over the scope (model, adapters, chat), the parent and the tokens, and every hit is verified against the stored scope,
// parent and tokens; a hash alone is never trusted. Full pages are shared by counting references. The last, partly
// filled page of a finished sequence is kept too: it is never shared, but a prompt that continues it takes it over, so
// that the next turn of a chat computes only its new tokens. The same goes for a full page that nothing continues.
//
// Invariant: whoever references a page of the tree also references the pages before it. So an unreferenced page has only
// unreferenced ones behind it, and evicting leaves, least recently used first, never leaves an unreachable page.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "runtime/kv_pool.h"

namespace engine {

/// Prefixes are shared only within one scope.
struct CacheScope {
  uint64_t model = 0;     // identity of the loaded file and cache type
  uint64_t salt = 0;      // one per chat
  uint64_t adapters = 0;  // identity of the adapter set, 0: none
  friend bool operator==(const CacheScope&, const CacheScope&) = default;
};

class PrefixCache {
 public:
  using NodeId = uint64_t;  // 0: the root

  explicit PrefixCache(KvPool& pool) : pool_(&pool) {}
  ~PrefixCache() { clear(); }
  PrefixCache(const PrefixCache&) = delete;
  PrefixCache& operator=(const PrefixCache&) = delete;

  struct Match {
    std::vector<int32_t> pages;  // one reference each, now the caller's
    int tokens = 0;              // of the prompt, held by these pages
    NodeId node = 0;             // of the last full shared page
    int full_pages = 0;          // pages that are shared nodes; one more may follow, owned by the caller alone
  };
  /// The longest cached prefix of `tokens`, at most `limit` tokens.
  Match match(const CacheScope& scope, std::span<const int32_t> tokens, int limit);

  struct Inserted {
    NodeId node = 0;
    int32_t page = 0;  // the page to use from now on
  };
  /// Registers a full page behind `parent`. When the same tokens are there already, the caller's reference moves to the
  /// registered page and its own is released.
  Inserted insert(const CacheScope& scope, NodeId parent, std::span<const int32_t> tokens, int32_t page);

  /// Keeps the partly filled last page of a finished sequence; takes over the caller's reference.
  void insert_tail(const CacheScope& scope, NodeId parent, std::span<const int32_t> tokens, int32_t page);

  /// Marks a node as just used.
  void touch(NodeId node);

  /// A page for new tokens: a free one, else the least recently used cached one. Empty when every page is in use.
  std::optional<int32_t> take_page();

  /// Pages that take_page() could give out.
  [[nodiscard]] int available() const;
  [[nodiscard]] int cached_pages() const { return static_cast<int>(nodes_.size()); }

  /// Drops everything no sequence uses, and forgets the rest.
  void clear();

 private:
  struct Node {
    CacheScope scope;
    NodeId parent = 0;
    uint64_t hash = 0;
    std::vector<int32_t> tokens;  // 32, or fewer in a tail
    int32_t page = 0;
    int children = 0;   // nodes, full or tail, behind this one
    uint64_t used = 0;  // time of last use
  };
  using Index = std::unordered_multimap<uint64_t, NodeId>;

  static uint64_t page_hash(const CacheScope& scope, NodeId parent, std::span<const int32_t> tokens);
  static uint64_t children_hash(const CacheScope& scope, NodeId parent);
  [[nodiscard]] NodeId find(const CacheScope& scope, NodeId parent, std::span<const int32_t> tokens) const;
  NodeId add(const CacheScope& scope, NodeId parent, std::span<const int32_t> tokens, int32_t page);
  /// Removes a leaf from the tree; the page and its reference are the caller's.
  int32_t remove(NodeId id);
  void take_over(const CacheScope& scope, std::span<const int32_t> rest, Match& match);

  KvPool* pool_;
  std::unordered_map<NodeId, Node> nodes_;
  Index by_hash_;      // page_hash of full pages -> node
  Index by_children_;  // children_hash(scope, parent) -> node
  NodeId next_ = 1;
  uint64_t clock_ = 0;
};

}  // namespace engine
