#include "ops/conformance.h"

#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <thread>

#include "ops/conformance_rig.h"

namespace engine {
namespace {

using namespace conformance;
using Clock = std::chrono::steady_clock;

constexpr int kBatchSizes[] = {2, 3, 4, 5, 7, 8, 9, 13, 15};
constexpr auto kCancelAfter = std::chrono::milliseconds(20);

using AddCases = void (*)(CaseList&);
constexpr AddCases kFamilies[] = {embed_cases,    add_norm_cases,    linear_cases,   linear_glu_cases, linear_heads_cases, qkv_store_cases,
                                  attn_gqa_cases, mla_store_cases,   attn_mla_cases, moe_route_cases,  moe_plan_cases,     moe_expert_cases,
                                  lora_cases,     topk_logits_cases, fill_cases,     stack_cases,      stream_cases};

/// Rows of `part` that differ from the same rows of `whole`; -1: none. Compared as bits.
int first_different_row(const std::vector<float>& whole, const std::vector<float>& part, int first, int count) {
  const size_t width = whole.size() / kBatch;
  for (int r = 0; r < count; ++r) {
    const float* a = whole.data() + static_cast<size_t>(first + r) * width;
    if (std::memcmp(a, part.data() + static_cast<size_t>(r) * width, width * sizeof(float)) != 0) return r;
  }
  return -1;
}

class Runner {
 public:
  Runner(const MakeBackend& truth, const MakeBackend& device, const ConformanceOptions& options)
      : make_truth_(truth), make_device_(device), options_(options) {}

  ConformanceReport run() {
    for (const AddCases add : kFamilies) {
      CaseList list;
      add(list);
      run_family(list);
    }
    if (wanted({"cancel", "-", "", {}})) run_cancel();
    report_.seconds = elapsed();
    return std::move(report_);
  }

 private:
  double elapsed() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

  bool wanted(const Case& c) const {
    return options_.filter.empty() || fmt::format("{} {} {}", c.op, c.type, c.shape).find(options_.filter) != std::string::npos;
  }

  /// Whether the stride takes this case of an op and type, of which `seen` came before.
  bool taken(int seen) const { return seen % options_.every == 0; }

  /// Whether there is time for another case of an op that has had some.
  bool has_time() const { return options_.budget_seconds <= 0 || elapsed() < options_.budget_seconds; }

  bool stopped() {
    report_.cancelled = report_.cancelled || (options_.cancel != nullptr && options_.cancel->load());
    return report_.cancelled;
  }

  void finish(ConformanceResult result) {
    result.passed = result.problem.empty();
    ++report_.cases;
    if (options_.on_result) options_.on_result(result);
    if (!result.passed) report_.failures.push_back(std::move(result));
  }

  /// A fresh reserved backend; on failure a result says why.
  Side open(const MakeBackend& make, const std::string& op) {
    Side side{make(), {}};
    std::string problem;
    if (!side.backend) problem = "the device cannot be used";
    if (side.backend)
      if (const Status status = side.backend->reserve(kLimits, kMaxRow); !status) problem = status.error().message;
    if (problem.empty()) return side;
    finish({op, "-", "reserve", 0, 0, false, problem});
    return {};
  }

  void run_family(const CaseList& list) {
    std::vector<const Case*> cases;
    std::vector<const BatchCase*> batches;
    std::map<std::string, int> seen;
    for (const Case& c : list.cases)
      if (wanted(c) && taken(seen[c.op + " " + c.type]++)) cases.push_back(&c);
    for (const BatchCase& c : list.batches)
      if (wanted({c.op, c.type, c.shape, {}}) && taken(seen[c.op + " batch"]++)) batches.push_back(&c);
    if ((cases.empty() && batches.empty()) || stopped()) return;
    WeightStore store;  // outlives the backends
    const std::string op = cases.empty() ? batches.front()->op : cases.front()->op;
    Side truth = open(make_truth_, op), device = open(make_device_, op);
    if (!truth.backend || !device.backend) return;
    std::set<std::string> begun;
    for (const Case* c : cases)
      if (!stopped() && (begun.insert(c->op).second || has_time())) run_case(*c, truth, device, store);
    for (const BatchCase* c : batches)
      if (!stopped() && has_time()) run_batch(*c, device, store);
  }

  void run_case(const Case& c, Side& truth, Side& device, WeightStore& store) {
    ConformanceResult result{c.op, c.type, c.shape, 0, 0, false, ""};
    Rig expected(truth, store), rig(device, store);
    c.build(expected);
    c.build(rig);
    if (const Status status = expected.run(); !status) {
      result.problem = "the reference refuses: " + status.error().message;
    } else if (const Status ran = rig.run(); !ran) {
      result.problem = ran.error().message;
    } else {
      const Rig::Difference difference = rig.compare(expected);
      const std::string damage = rig.damage();
      result.nmse = difference.nmse;
      result.limit = difference.limit;
      result.problem = damage.empty() ? difference.problem : damage;
    }
    finish(std::move(result));
  }

  /// Runs rows [first, first + count) of a batch case and returns "y"; an error goes to `problem`.
  static std::vector<float> batch_rows(const BatchCase& c, Side& device, WeightStore& store, int first, int count, std::string& problem) {
    Rig rig(device, store);
    c.build(rig, first, count);
    const Status status = rig.run();
    if (!status) problem = status.error().message;
    if (status) problem = rig.damage();
    return problem.empty() ? rig.read("y") : std::vector<float>();
  }

  void run_batch(const BatchCase& c, Side& device, WeightStore& store) {
    ConformanceResult result{c.op, c.type, c.shape, 0, 0, false, ""};
    const std::vector<float> whole = batch_rows(c, device, store, 0, kBatch, result.problem);
    const auto check = [&](int first, int count) {
      if (!result.problem.empty()) return;
      const std::vector<float> part = batch_rows(c, device, store, first, count, result.problem);
      if (!result.problem.empty()) return;
      const int row = first_different_row(whole, part, first, count);
      if (row < 0) return;
      result.nmse =
          nmse(part.data(), whole.data() + static_cast<size_t>(first) * (whole.size() / kBatch), static_cast<int64_t>(part.size()));
      result.problem = fmt::format("row {} has other bits in a batch of {} than in a batch of {}", first + row, count, kBatch);
    };
    for (const int n : kBatchSizes) check(0, n);
    for (int row = 0; row < kBatch; ++row) check(row, 1);
    finish(std::move(result));
  }

  /// A plan too long to finish before the flag goes up: products of a 4096 x 1024 matrix, again and again.
  static void build_long_plan(Rig& rig, Backend& backend, std::vector<Op>& ops) {
    constexpr int kOps = 512;
    const StepInputs step = make_step(kLimits.max_tokens);
    backend.set_step(step);
    LinearOp op;
    op.in = 1024;
    op.x = rig.input(Random(1).normals(step.n_tokens * op.in));
    op.outs[0].w = rig.weight({DType::f32, op.in, kMaxRow, 1, 0, 0});
    op.outs[0].y = rig.scratch(step.n_tokens * kMaxRow);
    ops.assign(kOps, op);
  }

  void run_cancel() {
    if (stopped()) return;
    WeightStore store;
    Side device = open(make_device_, "cancel");
    if (!device.backend) return;
    Rig rig(device, store);
    std::vector<Op> ops;
    build_long_plan(rig, *device.backend, ops);
    auto plan = device.backend->compile(ops);
    if (!plan) return finish({"cancel", "-", "compile", 0, 0, false, plan.error().message});
    cancel_case(*device.backend, **plan, std::chrono::milliseconds(0));
    cancel_case(*device.backend, **plan, kCancelAfter);
  }

  /// Raises the flag after `delay` (at once for 0) and judges how the run ends.
  void cancel_case(Backend& backend, const Plan& plan, std::chrono::milliseconds delay) {
    ConformanceResult result{"cancel", "-", fmt::format("flag after {} ms", delay.count()), 0, 0, false, ""};
    std::atomic<bool> flag{delay.count() == 0};
    std::atomic<Clock::time_point::rep> raised{Clock::now().time_since_epoch().count()};
    std::thread raiser([&] {
      std::this_thread::sleep_for(delay);
      raised = Clock::now().time_since_epoch().count();
      flag = true;
    });
    const Status status = backend.run(plan, {&flag, nullptr});
    const Clock::time_point end = Clock::now();
    const bool finished_first = status.ok() && !flag;  // a fast device: nothing was left to stop
    raiser.join();
    const auto late = end - Clock::time_point(Clock::duration(raised.load()));
    if (status.ok() && !finished_first)
      result.problem = "the run went on to its end";
    else if (!status && status.error().code != ErrorCode::cancelled)
      result.problem = status.error().message;
    else if (late > options_.cancel_limit)
      result.problem = fmt::format("stopped only after {} ms", std::chrono::duration_cast<std::chrono::milliseconds>(late).count());
    finish(std::move(result));
  }

  const Clock::time_point begin_ = Clock::now();
  const MakeBackend& make_truth_;
  const MakeBackend& make_device_;
  const ConformanceOptions& options_;
  ConformanceReport report_;
};

}  // namespace

std::string ConformanceResult::text() const {
  std::string line = fmt::format("{:<12} {:<8} {}: nmse {:.2g} (limit {:.2g})", op, type, shape, nmse, limit);
  return problem.empty() ? line : line + ": " + problem;
}

ConformanceReport run_conformance(const MakeBackend& truth, const MakeBackend& device, const ConformanceOptions& options) {
  return Runner(truth, device, options).run();
}

}  // namespace engine
