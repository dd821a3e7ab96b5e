// The op conformance table: every op x shapes x types, a device against the scalar truth. The gate for every backend; used
// by tests, by `hearth-cli selftest` and by the self-test of a first start.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ops/backend.h"

namespace engine {

/// One row of the table.
struct ConformanceResult {
  std::string op;     // op_name, or "cancel"
  std::string type;   // weight or cache type, "-" when the op has none
  std::string shape;  // "in 1408 out 33 T 7 bias"
  double nmse = 0;    // worst of the op's outputs: sum((device - truth)^2) / sum(truth^2)
  double limit = 0;   // the limit of that output; 0: exact
  bool passed = false;
  std::string problem;  // what is wrong, empty when passed

  /// One line with op, type, shape, nmse, limit and problem.
  [[nodiscard]] std::string text() const;
};

struct ConformanceReport {
  int cases = 0;
  double seconds = 0;
  bool cancelled = false;
  std::vector<ConformanceResult> failures;

  [[nodiscard]] bool passed() const { return cases > 0 && !cancelled && failures.empty(); }
};

/// Makes one fresh backend; null when the device cannot be used.
using MakeBackend = std::function<std::unique_ptr<Backend>()>;

struct ConformanceOptions {
  std::string filter;         // only cases whose "op type shape" contains this text; empty: all
  int every = 1;              // only the first and then every n-th case of each op and type
  double budget_seconds = 0;  // when they have passed, only the first case of each further op; 0: no limit
  std::function<void(const ConformanceResult&)> on_result;
  const std::atomic<bool>* cancel = nullptr;  // polled between cases
  // design: cancel takes effect within this time. An emulated device on a busy machine may be given more.
  std::chrono::milliseconds cancel_limit{250};
};

/// Runs the table on `device` against `truth`, with a fresh pair of backends for each op. A case passes when
/// - every float output is within its NMSE limit (conformance_rig.h says why each limit is what it is), every integer output equal;
/// - guard bytes around every buffer and the contents of every input are unchanged, as are cache rows that no token owns;
/// - decode rows are bit-equal alone and in batches of up to 16;
/// - a raised cancel flag stops a run with ErrorCode::cancelled within the time of the options.
ConformanceReport run_conformance(const MakeBackend& truth, const MakeBackend& device, const ConformanceOptions& options);

}  // namespace engine
