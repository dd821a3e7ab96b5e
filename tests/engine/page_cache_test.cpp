// KvPool and PrefixCache against a simple model of what they promise.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "ops/step.h"
#include "runtime/kv_pool.h"
#include "runtime/prefix_cache.h"

namespace engine {
namespace {

using Tokens = std::vector<int32_t>;

Tokens sequence(int n, int32_t first = 100) {
  Tokens out(static_cast<size_t>(n));
  for (int i = 0; i < n; ++i) out[static_cast<size_t>(i)] = first + i;
  return out;
}

Tokens join(Tokens a, const Tokens& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(KvPool, GivesEveryPageOnceAndTakesThemBack) {
  KvPool pool(5);
  std::set<int32_t> pages;
  for (int i = 0; i < 5; ++i) pages.insert(*pool.take());
  EXPECT_EQ(pages.size(), 5u);
  EXPECT_FALSE(pool.take().has_value());
  pool.retain(3);
  pool.release(3);
  EXPECT_EQ(pool.free(), 0);
  pool.release(3);
  EXPECT_EQ(pool.free(), 1);
  EXPECT_EQ(pool.take(), 3);
}

/// What a sequence does with its pages, against a table of what every page really holds.
class Rig {
 public:
  explicit Rig(int pages) : pool(pages), cache(pool), content(static_cast<size_t>(pages)) {}

  struct User {
    CacheScope scope;
    Tokens tokens;
    std::vector<int32_t> pages;
    int reused = 0, registered = 0;
    PrefixCache::NodeId node = 0;
  };

  /// Starts a sequence; false when pages ran out (everything is given back then).
  bool begin(User& user) {
    auto match = cache.match(user.scope, user.tokens, static_cast<int>(user.tokens.size()) - 1);
    user.pages = match.pages;
    user.reused = match.tokens;
    user.registered = match.full_pages;
    user.node = match.node;
    EXPECT_LT(user.reused, static_cast<int>(user.tokens.size()));
    EXPECT_LE(user.reused, static_cast<int>(user.pages.size()) * kPageTokens);
    for (int i = 0; i < user.reused; ++i) {  // nothing that another chat or another text left behind
      const auto& page = content[static_cast<size_t>(user.pages[static_cast<size_t>(i / kPageTokens)])];
      EXPECT_EQ(page.scope, user.scope);
      EXPECT_EQ(page.tokens.at(static_cast<size_t>(i % kPageTokens)), user.tokens[static_cast<size_t>(i)]) << i;
      EXPECT_EQ(page.before, Tokens(user.tokens.begin(), user.tokens.begin() + i / kPageTokens * kPageTokens));
    }
    return extend(user, user.reused);
  }

  /// Computes tokens [from, size).
  bool extend(User& user, int from) {
    for (int i = from; i < static_cast<int>(user.tokens.size()); ++i) {
      const auto p = static_cast<size_t>(i / kPageTokens);
      if (p == user.pages.size()) {
        const auto page = cache.take_page();
        if (!page) {
          user.tokens.resize(static_cast<size_t>(i));
          return false;
        }
        user.pages.push_back(*page);
      }
      EXPECT_EQ(pool.references(user.pages[p]), 1) << "a shared page must not be written";
      Page& page = content[static_cast<size_t>(user.pages[p])];
      const auto at = static_cast<size_t>(i % kPageTokens);
      page.scope = user.scope;
      page.before.assign(user.tokens.begin(), user.tokens.begin() + static_cast<std::ptrdiff_t>(p * kPageTokens));
      page.tokens.resize(at);
      page.tokens.push_back(user.tokens[static_cast<size_t>(i)]);
      if (at + 1 == kPageTokens) {
        const auto full = std::span<const int32_t>(user.tokens).subspan(p * kPageTokens, kPageTokens);
        const auto inserted = cache.insert(user.scope, user.node, full, user.pages[p]);
        user.pages[p] = inserted.page;
        user.node = inserted.node;
        ++user.registered;
      }
    }
    return true;
  }

  void end(User& user, bool keep) {
    const auto full = static_cast<size_t>(user.registered);
    const auto tail = std::span<const int32_t>(user.tokens).subspan(full * kPageTokens);
    if (keep && !tail.empty() && user.pages.size() > full) {
      cache.insert_tail(user.scope, user.node, tail, user.pages[full]);
      user.pages.resize(full);
    }
    for (int32_t page : user.pages) pool.release(page);
    user.pages.clear();
  }

  int run(const CacheScope& scope, const Tokens& tokens) {
    User user{scope, tokens, {}, 0, 0, 0};
    EXPECT_TRUE(begin(user));
    end(user, true);
    return user.reused;
  }

  struct Page {
    CacheScope scope;
    Tokens before, tokens;
  };
  KvPool pool;
  PrefixCache cache;
  std::vector<Page> content;
};

const CacheScope kChat{1, 10, 0};

TEST(PrefixCache, NextTurnComputesOnlyItsNewTokens) {
  Rig rig(40);
  for (int n : {1, 31, 32, 33, 63, 64, 65, 200}) {
    const CacheScope scope{1, static_cast<uint64_t>(n), 0};
    const Tokens first = sequence(n);
    EXPECT_EQ(rig.run(scope, first), 0);
    EXPECT_EQ(rig.run(scope, join(first, sequence(40, 5000))), n) << n;
  }
}

TEST(PrefixCache, SamePromptComputesOneToken) {
  Rig rig(40);
  for (int n : {2, 31, 32, 33, 64, 100}) {
    const CacheScope scope{1, static_cast<uint64_t>(n), 0};
    rig.run(scope, sequence(n));
    EXPECT_EQ(rig.run(scope, sequence(n)), n - 1) << n;
    EXPECT_EQ(rig.run(scope, sequence(n)), n - 1) << n;
  }
}

TEST(PrefixCache, DivergingPromptReusesTheCommonPart) {
  Rig rig(40);
  const Tokens common = sequence(50);
  rig.run(kChat, join(common, sequence(100, 1000)));
  // The page of the difference is continued by others, so only what is before it can be shared.
  EXPECT_EQ(rig.run(kChat, join(common, sequence(10, 2000))), 32);
  // Now a leaf of that text exists: it is taken over.
  EXPECT_EQ(rig.run(kChat, join(common, sequence(10, 3000))), 50);
  // The first branch is still there.
  EXPECT_EQ(rig.run(kChat, join(common, sequence(101, 1000))), 150);
}

TEST(PrefixCache, ScopesShareNothing) {
  Rig rig(40);
  const Tokens tokens = sequence(100);
  rig.run({1, 10, 0}, tokens);
  EXPECT_EQ(rig.run({1, 11, 0}, tokens), 0);
  EXPECT_EQ(rig.run({2, 10, 0}, tokens), 0);
  EXPECT_EQ(rig.run({1, 10, 7}, tokens), 0);
  EXPECT_EQ(rig.run({1, 10, 0}, tokens), 99);
}

TEST(PrefixCache, RunningSequencesShareFullPages) {
  Rig rig(10);
  const Tokens tokens = sequence(70);
  Rig::User a{kChat, tokens, {}, 0, 0, 0}, b = a, c = a;
  ASSERT_TRUE(rig.begin(a));
  ASSERT_TRUE(rig.begin(b));
  EXPECT_EQ(b.reused, 64);
  EXPECT_EQ(a.pages[0], b.pages[0]);
  EXPECT_NE(a.pages[2], b.pages[2]) << "a partly filled page is never shared";
  EXPECT_EQ(rig.pool.references(a.pages[1]), 3);
  rig.end(a, true);
  ASSERT_TRUE(rig.begin(c));
  EXPECT_EQ(c.reused, 69);
  rig.end(b, true);
  rig.end(c, true);
  EXPECT_EQ(rig.cache.available(), 10);
}

TEST(PrefixCache, EqualPagesComputedTwiceBecomeOne) {
  Rig rig(10);
  Rig::User a{kChat, sequence(20), {}, 0, 0, 0}, b = a;
  ASSERT_TRUE(rig.begin(a));
  ASSERT_TRUE(rig.begin(b));
  a.tokens = b.tokens = sequence(40);
  ASSERT_TRUE(rig.extend(a, 20));
  ASSERT_TRUE(rig.extend(b, 20));
  EXPECT_EQ(a.pages[0], b.pages[0]);
  EXPECT_EQ(rig.pool.free(), 10 - 3);
  rig.end(a, true);
  rig.end(b, true);
  EXPECT_EQ(rig.cache.cached_pages(), 2);  // the page and one of the two equal tails
}

TEST(PrefixCache, EvictsTheLeastRecentlyUsedFromItsEnd) {
  Rig rig(8);
  const CacheScope old_chat{1, 1, 0}, new_chat{1, 2, 0}, third{1, 3, 0};
  rig.run(old_chat, sequence(128));  // 4 pages
  rig.run(new_chat, sequence(128));  // 4 pages
  rig.run(third, sequence(64));      // evicts the last two pages of the oldest chat
  EXPECT_EQ(rig.run(new_chat, sequence(128)), 127);
  EXPECT_EQ(rig.run(old_chat, sequence(65)), 64);
}

TEST(PrefixCache, NeverEvictsPagesInUse) {
  Rig rig(4);
  Rig::User a{kChat, sequence(100), {}, 0, 0, 0};
  ASSERT_TRUE(rig.begin(a));
  EXPECT_FALSE(rig.cache.take_page().has_value());
  EXPECT_EQ(rig.cache.available(), 0);
  rig.end(a, true);
  EXPECT_EQ(rig.cache.available(), 4);
  EXPECT_EQ(rig.pool.free(), 0);
}

TEST(PrefixCache, RandomUseNeverLeaksOrMixesPages) {
  std::mt19937 rng(4);
  const auto below = [&rng](int n) { return static_cast<int>(rng() % static_cast<unsigned>(n)); };
  Rig rig(24);
  std::vector<Rig::User> running;
  uint64_t reused = 0;
  for (int round = 0; round < 6000; ++round) {
    const int action = below(10);
    if (action < 4 && running.size() < 4) {
      Rig::User user;
      user.scope = {1, static_cast<uint64_t>(below(3)), static_cast<uint64_t>(below(2))};
      const int n = 1 + below(150);
      // A small alphabet with long runs, so that prefixes often agree.
      for (int i = 0; i < n; ++i) user.tokens.push_back(i % 40 == 39 ? below(2) : i / 40);
      const bool fits = rig.begin(user);
      reused += static_cast<uint64_t>(user.reused);
      if (fits)
        running.push_back(user);
      else
        rig.end(user, below(2) == 0);
    } else if (action < 7 && !running.empty()) {
      Rig::User& user = running[static_cast<size_t>(below(static_cast<int>(running.size())))];
      const int from = static_cast<int>(user.tokens.size());
      for (int i = below(40); i >= 0; --i) user.tokens.push_back(below(2));
      rig.extend(user, from);
    } else if (!running.empty()) {
      const auto at = running.begin() + below(static_cast<int>(running.size()));
      rig.end(*at, below(4) != 0);
      running.erase(at);
    }
    std::map<int32_t, int> expected;  // references held by sequences
    for (const Rig::User& user : running)
      for (int32_t page : user.pages) ++expected[page];
    int in_use = 0;
    for (int32_t page = 0; page < rig.pool.total(); ++page) {
      const int references = rig.pool.references(page);
      in_use += references > 0;
      const int tree = references - expected[page];
      ASSERT_TRUE(tree == 0 || tree == 1) << "page " << page;
    }
    ASSERT_EQ(rig.pool.free(), rig.pool.total() - in_use);
    int held = 0;
    for (const auto& [page, count] : expected) held += count > 0;
    ASSERT_EQ(rig.cache.available(), rig.pool.total() - held);
  }
  EXPECT_GT(reused, 10000u) << "the test should meet many hits";
  for (Rig::User& user : running) rig.end(user, true);
  EXPECT_EQ(rig.cache.available(), rig.pool.total());
  rig.cache.clear();
  EXPECT_EQ(rig.pool.free(), rig.pool.total());
}

}  // namespace
}  // namespace engine
