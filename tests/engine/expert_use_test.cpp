// What is counted of experts, kept between loads, and made of it: which change places, and when all are brought to the device.
#include "runtime/expert_use.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/paths.h"
#include "runtime/expert_stream.h"
#include "runtime/hot_experts.h"

namespace engine {
namespace {

ExpertUse use_of(std::vector<std::vector<uint64_t>> chosen) {
  ExpertUse use{std::move(chosen), 0, 0};
  for (const auto& layer : use.chosen)
    for (const uint64_t n : layer) use.total += n;
  return use;
}

TEST(ExpertUse, RankingPutsTheMostUsedFirstAndTheLowerIndexAmongEquals) {
  const model::ExpertRanking ranking = rank_experts(use_of({{}, {3, 9, 3, 0}}));
  EXPECT_TRUE(ranking[0].empty());
  EXPECT_EQ(ranking[1], (std::vector<int>{1, 0, 2, 3}));
}

TEST(ExpertUse, ShareOfTheMostUsed) {
  const std::vector<std::vector<uint64_t>> chosen{{}, {5, 80, 10, 5}, {0, 0, 0, 0}};
  EXPECT_DOUBLE_EQ(share_of_most_used(chosen, 1, 1, 4), 0.8);
  EXPECT_DOUBLE_EQ(share_of_most_used(chosen, 1, 2, 4), 0.9);
  EXPECT_DOUBLE_EQ(share_of_most_used(chosen, 1, 9, 4), 1.0);
  EXPECT_DOUBLE_EQ(share_of_most_used(chosen, 2, 1, 4), 0.25) << "nothing is known";
  EXPECT_DOUBLE_EQ(share_of_most_used(chosen, 7, 2, 4), 0.5);
}

TEST(ExpertUse, BetweenAndTogether) {
  const ExpertUse earlier = use_of({{10, 20}}), later = use_of({{11, 26}});
  EXPECT_EQ(use_between(earlier, later).chosen, (std::vector<std::vector<uint64_t>>{{1, 6}}));
  EXPECT_EQ(use_between(earlier, later).total, 7u);
  EXPECT_EQ(use_between({}, later).chosen, later.chosen);
  const ExpertUse together = older_and_newer(earlier, later);
  EXPECT_EQ(together.chosen, (std::vector<std::vector<uint64_t>>{{16, 36}}));
  EXPECT_EQ(together.total, 52u);
  EXPECT_EQ(older_and_newer({}, later).chosen, later.chosen);
}

class ExpertUseFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "hearth-experts-" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + "-\u00e9";
    std::filesystem::remove_all(native_path(folder_));
    path_ = expert_use_file(folder_, "model");
  }
  void TearDown() override { std::filesystem::remove_all(native_path(folder_)); }
  void write(const std::string& text) { std::ofstream(native_path(path_)) << text; }

  std::string folder_, path_;
};

TEST_F(ExpertUseFile, IsReadAsItWasWritten) {
  const ExpertUse use = use_of({{}, {1, 2, 3}, {0, 900, 7}});
  write_expert_use(path_, "model", use);
  const ExpertUse read = read_expert_use(path_, "model", 3, 3);
  EXPECT_EQ(read.chosen, use.chosen);
  EXPECT_EQ(read.total, use.total);
  EXPECT_EQ(read_expert_use(path_, "another", 3, 3).total, 0u);
  EXPECT_EQ(read_expert_use(path_, "model", 4, 3).total, 0u);
  EXPECT_EQ(read_expert_use(path_, "model", 3, 4).total, 0u);
  EXPECT_EQ(read_expert_use(expert_use_file("", "model"), "model", 3, 3).total, 0u);
}

TEST_F(ExpertUseFile, LargeCountsKeepTheirOrder) {
  write_expert_use(path_, "model", use_of({{uint64_t{5} << 40, uint64_t{1} << 40, 3}}));
  const ExpertUse read = read_expert_use(path_, "model", 1, 3);
  ASSERT_EQ(read.chosen.size(), 1u);
  EXPECT_EQ(rank_experts(read)[0], (std::vector<int>{0, 1, 2}));
  EXPECT_LE(read.chosen[0][0], 1'000'000u);
}

TEST_F(ExpertUseFile, WhatIsNoneIsIgnored) {
  write_expert_use(path_, "model", use_of({{1, 2}}));
  for (const char* text :
       {"", "{", "[]", "{\"model\":1}", "{\"model\":\"model\"}", "{\"model\":\"model\",\"chosen\":3}",
        "{\"model\":\"model\",\"chosen\":[3]}", "{\"model\":\"model\",\"chosen\":[[1,-2]]}", "{\"model\":\"model\",\"chosen\":[[1,\"2\"]]}",
        "{\"model\":\"model\",\"chosen\":[[1,2,3]]}", "{\"model\":\"model\",\"chosen\":[[1,99999999999999999999]]}"}) {
    write(text);
    EXPECT_EQ(read_expert_use(path_, "model", 1, 2).total, 0u) << text;
  }
}

model::Placement two_places(std::vector<int> expert_of) {
  model::Placement placement;
  placement.layers.resize(2);
  placement.layers[1].expert_of = std::move(expert_of);
  return placement;
}

TEST(HotExperts, TheMostUsedElsewhereComesForTheLeastUsedHere) {
  const model::Placement placement = two_places({0, 0, 1, 1, 1});
  EXPECT_EQ(plan_swaps(placement, use_of({{}, {100, 5, 50, 300, 2}}), 9), (std::vector<ExpertSwap>{{1, 1, 3}}));
  EXPECT_EQ(plan_swaps(placement, use_of({{}, {10, 5, 50, 300, 2}}), 9), (std::vector<ExpertSwap>{{1, 1, 3}, {1, 0, 2}}));
  EXPECT_EQ(plan_swaps(placement, use_of({{}, {10, 5, 50, 300, 2}}), 1), (std::vector<ExpertSwap>{{1, 1, 3}}));
}

TEST(HotExperts, SmallDifferencesChangeNothing) {
  const model::Placement placement = two_places({0, 0, 1, 1});
  EXPECT_TRUE(plan_swaps(placement, use_of({{}, {100, 100, 120, 124}}), 9).empty()) << "less than a quarter";
  EXPECT_TRUE(plan_swaps(placement, use_of({{}, {0, 1, 7, 7}}), 9).empty()) << "a few tokens";
  EXPECT_TRUE(plan_swaps(placement, use_of({{}, {}}), 9).empty()) << "nothing known";
  EXPECT_TRUE(plan_swaps(two_places({0, 0, 0, 0}), use_of({{}, {0, 0, 900, 900}}), 9).empty()) << "all here";
}

TEST(StreamChoice, AsWished) {
  const StreamChoice never(0, 0, 1), wished(40, 1e9, 0);
  EXPECT_FALSE(never.streams(500));
  EXPECT_FALSE(wished.streams(39));
  EXPECT_TRUE(wished.streams(40));
  EXPECT_FALSE(StreamChoice(1, 0, 1).streams(16)) << "steps of answers never are";
}

TEST(StreamChoice, ByWhatStepsTook) {
  StreamChoice choice(-1, 1.0, 0.01);
  EXPECT_FALSE(choice.streams(100));
  EXPECT_TRUE(choice.streams(101));
  choice.took(true, 512, 2.0);  // slower than guessed
  EXPECT_FALSE(choice.streams(200));
  EXPECT_TRUE(choice.streams(201));
  choice.took(false, 100, 4.0);  // 0.04 s a token
  EXPECT_TRUE(choice.streams(51));
  EXPECT_FALSE(choice.streams(49));
  for (int i = 0; i < 50; ++i) choice.took(false, 100, 0.1);
  EXPECT_FALSE(choice.streams(1000)) << "the processor has become quick";
  choice.took(false, 1, 100.0);
  EXPECT_FALSE(choice.streams(1000)) << "steps of answers do not count";
}

}  // namespace
}  // namespace engine
