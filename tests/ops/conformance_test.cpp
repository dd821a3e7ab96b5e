#include "ops/conformance.h"

#include <gtest/gtest.h>

#include <iostream>
#include <set>
#include <string>

#include "ops/conformance_rig.h"
#include "ops/planted_errors.h"

namespace {

using engine::ConformanceReport;
using engine::ConformanceResult;
using engine::MakeBackend;
using hearth_test::Plant;

/// Runs the table and prints what failed.
ConformanceReport run(const MakeBackend& device, const std::string& filter, std::set<std::string>* ops = nullptr,
                      std::chrono::milliseconds cancel_limit = std::chrono::seconds(10)) {
  engine::ConformanceOptions options;
  options.filter = filter;
  options.cancel_limit = cancel_limit;  // generous: the machine may be busy
  options.on_result = [ops](const ConformanceResult& r) {
    if (ops) ops->insert(r.op);
  };
  return engine::run_conformance(engine::make_reference_backend, device, options);
}

std::string describe(const ConformanceReport& report) {
  std::string text;
  for (const ConformanceResult& r : report.failures) text += r.text() + "\n";
  return text;
}

ConformanceReport run_planted(Plant plant, const std::string& filter) {
  return run([plant] { return std::make_unique<hearth_test::PlantedBackend>(plant); }, filter, nullptr,
             engine::ConformanceOptions().cancel_limit);
}

bool mentions(const ConformanceReport& report, const std::string& what) {
  for (const ConformanceResult& r : report.failures)
    if (r.problem.find(what) != std::string::npos) return true;
  return false;
}

TEST(Conformance, ReferenceAgreesWithItself) {
  std::set<std::string> ops;
  const ConformanceReport report = run(engine::make_reference_backend, "", &ops);
  EXPECT_TRUE(report.passed()) << describe(report);
  EXPECT_GT(report.cases, 1000);
  const std::set<std::string> expected = {"embed",    "add_norm",  "linear",    "linear_glu", "linear_heads", "qkv_store",
                                          "attn_gqa", "gqa_block", "mla_store", "attn_mla",   "mla_block",    "moe_route",
                                          "moe_plan", "moe_glu",   "moe_down",  "moe_block",  "lora",         "topk_logits",
                                          "fill",     "stack",     "stream",    "cancel"};
  EXPECT_EQ(ops, expected);
  std::cout << report.cases << " cases in " << report.seconds << " s\n";
}

#ifdef HEARTH_HAS_CPU
TEST(Conformance, CpuAgreesWithTheReference) {
  const ConformanceReport report = run([] { return engine::make_cpu_backend(0); }, "");
  EXPECT_TRUE(report.passed()) << describe(report);
  std::cout << report.cases << " cases in " << report.seconds << " s\n";
}

TEST(Conformance, CpuAgreesOnThreeThreads) {  // chunks fall differently than with one thread for each core
  for (const char* filter : {"linear ", "attn", "moe"}) {
    const ConformanceReport report = run([] { return engine::make_cpu_backend(3); }, filter);
    EXPECT_TRUE(report.passed()) << describe(report);
  }
}

TEST(Conformance, CpuAgreesInTheBackground) {  // run() hands the work to a thread of its own
  for (const char* filter : {"linear ", "cancel"}) {
    const ConformanceReport report = run([] { return engine::make_cpu_backend(2, engine::Priority::background); }, filter);
    EXPECT_TRUE(report.passed()) << describe(report);
  }
}
#endif

struct OnePlant {
  const char* filter;
  Plant plant;
  const char* problem;  // part of the message
};

class Planted : public testing::TestWithParam<OnePlant> {};

TEST_P(Planted, IsReported) {
  const auto [filter, plant, problem] = GetParam();
  EXPECT_TRUE(run_planted(Plant::nothing, filter).passed());
  const ConformanceReport report = run_planted(plant, filter);
  EXPECT_FALSE(report.passed());
  EXPECT_TRUE(mentions(report, problem)) << filter << " wanted '" << problem << "', got:\n" << describe(report);
}

constexpr const char* kDiffers = "differs from the reference";
constexpr const char* kPast = "wrote past the end";

INSTANTIATE_TEST_SUITE_P(
    EveryOp, Planted,
    testing::Values(
        OnePlant{"embed F32 in 64", Plant::one_percent, kDiffers}, OnePlant{"embed Q4_K in 256", Plant::one_percent, kDiffers},
        OnePlant{"add_norm - dim 100", Plant::one_percent, kDiffers}, OnePlant{"linear F32 in 64", Plant::one_percent, kDiffers},
        OnePlant{"linear BF16 in 192", Plant::one_percent, kDiffers}, OnePlant{"linear Q4_K in 512", Plant::one_percent, kDiffers},
        OnePlant{"moe_down Q8_0", Plant::one_percent, kDiffers}, OnePlant{"attn_gqa q8_0 heads 8/1", Plant::one_percent, kDiffers},
        OnePlant{"linear_glu F16 in 64", Plant::one_percent, kDiffers}, OnePlant{"linear_heads F32 in 32", Plant::one_percent, kDiffers},
        OnePlant{"qkv_store f32 heads 4/4", Plant::one_percent, kDiffers}, OnePlant{"attn_gqa f16 heads 8/1", Plant::one_percent, kDiffers},
        OnePlant{"mla_store f32 heads 2", Plant::one_percent, kDiffers}, OnePlant{"attn_mla f32 heads 2", Plant::one_percent, kDiffers},
        OnePlant{"moe_route - sigmoid E 16", Plant::one_percent, kDiffers}, OnePlant{"moe_glu F32", Plant::one_percent, kDiffers},
        OnePlant{"moe_down F32", Plant::one_percent, kDiffers}, OnePlant{"moe_block F32", Plant::one_percent, kDiffers},
        OnePlant{"topk_logits", Plant::one_percent, kDiffers}, OnePlant{"fill", Plant::one_percent, kDiffers},
        OnePlant{"gqa_block f16 heads 8/2", Plant::one_percent, kDiffers}, OnePlant{"stack F32", Plant::one_percent, kDiffers}));

INSTANTIATE_TEST_SUITE_P(
    EveryOpPastTheEnd, Planted,
    testing::Values(
        OnePlant{"embed F32 in 64", Plant::past_the_end, kPast}, OnePlant{"add_norm - dim 100", Plant::past_the_end, kPast},
        OnePlant{"linear F32 in 64", Plant::past_the_end, kPast}, OnePlant{"linear_glu F16 in 64", Plant::past_the_end, kPast},
        OnePlant{"linear_heads F32 in 32", Plant::past_the_end, kPast}, OnePlant{"qkv_store f32 heads 4/4", Plant::past_the_end, kPast},
        OnePlant{"attn_gqa f16 heads 8/1", Plant::past_the_end, kPast}, OnePlant{"mla_store f32 heads 2", Plant::past_the_end, kPast},
        OnePlant{"attn_mla f32 heads 2", Plant::past_the_end, kPast}, OnePlant{"moe_route - sigmoid E 16", Plant::past_the_end, kPast},
        OnePlant{"moe_glu F32", Plant::past_the_end, kPast}, OnePlant{"moe_down F32", Plant::past_the_end, kPast},
        OnePlant{"topk_logits", Plant::past_the_end, kPast}, OnePlant{"fill", Plant::past_the_end, kPast}));

INSTANTIATE_TEST_SUITE_P(Kinds, Planted,
                         testing::Values(OnePlant{"moe_route - softmax E 60", Plant::swapped, "ids[0] is"},
                                         OnePlant{"moe_plan", Plant::swapped, "pairs[0] is"},
                                         OnePlant{"topk_logits", Plant::swapped, "ids[0] is"},
                                         OnePlant{"linear Q4_K in 512", Plant::one_value, kDiffers},
                                         OnePlant{"linear F32 in 64", Plant::before_start, "wrote before the start"},
                                         OnePlant{"linear F32 in 256", Plant::batch_dependent, "has other bits"},
                                         OnePlant{"linear_glu Q8_0", Plant::batch_dependent, "has other bits"},
                                         OnePlant{"linear_heads Q8_0", Plant::batch_dependent, "has other bits"},
                                         OnePlant{"attn_gqa f32 heads 8/1", Plant::batch_dependent, "has other bits"},
                                         OnePlant{"gqa_block f16 heads 8/2", Plant::batch_dependent, "has other bits"},
                                         OnePlant{"attn_mla f16 heads 2", Plant::batch_dependent, "has other bits"},
                                         OnePlant{"moe_block Q8_0", Plant::batch_dependent, "has other bits"},
                                         OnePlant{"linear F32 in 64", Plant::changed_input, "changed an input"},
                                         OnePlant{"cancel", Plant::ignores_cancel, "went on to its end"},
                                         OnePlant{"cancel", Plant::late_cancel, "stopped only after"}));

TEST(Conformance, ReportsADeviceThatCannotBeUsed) {
  const ConformanceReport report = run([] { return std::unique_ptr<engine::Backend>(); }, "fill");
  EXPECT_FALSE(report.passed());
  EXPECT_TRUE(mentions(report, "cannot be used"));
}

TEST(Conformance, AFilterThatMatchesNothingIsNoPass) {
  EXPECT_FALSE(run(engine::make_reference_backend, "no such op").passed());
}

TEST(Conformance, AStrideTakesEveryOpAndTypeOnce) {
  namespace table = engine::conformance;
  table::CaseList list;
  for (const auto add : {table::embed_cases, table::add_norm_cases, table::linear_cases, table::linear_glu_cases, table::linear_heads_cases,
                         table::qkv_store_cases, table::attn_gqa_cases, table::mla_store_cases, table::attn_mla_cases,
                         table::moe_route_cases, table::moe_plan_cases, table::moe_expert_cases, table::lora_cases,
                         table::topk_logits_cases, table::fill_cases, table::stack_cases, table::stream_cases})
    add(list);
  std::set<std::string> all{"cancel -"}, some;
  for (const auto& c : list.cases) all.insert(c.op + " " + c.type);
  int n = 0;
  engine::ConformanceOptions options;
  options.every = 12;
  options.on_result = [&](const ConformanceResult& r) { some.insert(r.op + " " + r.type), ++n; };
  const ConformanceReport report = engine::run_conformance(engine::make_reference_backend, engine::make_reference_backend, options);
  EXPECT_TRUE(report.passed()) << describe(report);
  EXPECT_EQ(some, all);
  EXPECT_LT(n, 500);
  std::set<std::string> ops, ops_in_time;
  for (const std::string& name : all) ops.insert(name.substr(0, name.find(' ')));
  options.budget_seconds = 1e-9;
  options.on_result = [&](const ConformanceResult& r) { ops_in_time.insert(r.op); };
  EXPECT_LE(engine::run_conformance(engine::make_reference_backend, engine::make_reference_backend, options).cases,
            static_cast<int>(ops.size()) + 1);
  EXPECT_EQ(ops_in_time, ops);
}

TEST(Conformance, StopsBetweenCases) {
  std::atomic<bool> cancel{false};
  engine::ConformanceOptions options;
  options.filter = "embed";
  options.cancel = &cancel;
  options.on_result = [&cancel](const ConformanceResult&) { cancel = true; };
  const ConformanceReport report = engine::run_conformance(engine::make_reference_backend, engine::make_reference_backend, options);
  EXPECT_EQ(report.cases, 1);
  EXPECT_TRUE(report.cancelled);
  EXPECT_FALSE(report.passed());
}

}  // namespace
