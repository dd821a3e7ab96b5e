#include "runtime/device_check.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/log.h"
#include "core/paths.h"
#include "engine/check.h"
#include "ops/conformance.h"
#include "runtime/backends.h"
#include "runtime/cache_file.h"

namespace engine {
namespace {

// About one case in twelve of every op and type: each kernel once, two or three seconds on a slow device with its pipelines.
constexpr int kStride = 12;
constexpr double kBudgetSeconds = 2;
constexpr auto kPoll = std::chrono::milliseconds(50);

std::string key_of(const DeviceInfo& d) {
  return fmt::format("{}|{}|{}|{}", d.id, d.name, d.driver, d.build);
}

std::string file_of(const std::string& cache_dir, const std::string& key) {
  return cache_file_of(cache_dir, "devices", key);
}

struct Entry {
  std::string state, reason;  // "testing", "passed" or "failed"
};

/// What the cache says about a key; an empty state: nothing.
Entry read_entry(const std::string& path, const std::string& key) {
  std::ifstream file(native_path(path));
  const nlohmann::json j = nlohmann::json::parse(file, nullptr, false);
  if (!j.is_object()) return {};
  const auto text = [&j](const char* name) {
    const auto it = j.find(name);
    return it != j.end() && it->is_string() ? it->get<std::string>() : std::string();
  };
  if (text("device") != key) return {};
  return {text("state"), text("reason")};
}

void write_entry(const std::string& path, const std::string& key, const Entry& entry) {
  const nlohmann::ordered_json j{{"device", key}, {"state", entry.state}, {"reason", entry.reason}};
  if (!write_cache_file(path, j.dump(1, ' ', false, nlohmann::json::error_handler_t::replace)))
    log(LogLevel::warn, "the result of a self-test cannot be kept in {}", path);
}

/// Why the device may not be used, empty when it may; nullopt-like "stopped" is told by the report.
ConformanceReport run_checks(const std::string& device, const std::atomic<bool>* cancel) {
  ConformanceOptions options;
  options.every = kStride;
  options.budget_seconds = kBudgetSeconds;
  options.cancel = cancel;
  const auto make = [&device]() -> std::unique_ptr<Backend> {
    Result<std::unique_ptr<Backend>> backend = make_backend(device, 0);
    return backend ? std::move(*backend) : nullptr;
  };
  return run_conformance(make_reference_backend, make, options);
}

std::string problem_of(const ConformanceReport& report) {
  if (report.cases == 0) return "nothing could be tested";
  if (report.failures.empty()) return "";
  const ConformanceResult& first = report.failures.front();
  return fmt::format("{} of {} checks failed, the first in {} {}: {}", report.failures.size(), report.cases, first.op, first.type,
                     first.problem);
}

Error failed(const DeviceInfo& device) {
  return {ErrorCode::device, fmt::format("The self-test of {} failed: {}.", device.name, device.check_reason),
          fmt::format("Use --device cpu, or update its driver and run `hearth-cli selftest --device {}`.", device.id)};
}

}  // namespace

CheckMark::CheckMark(const std::string& cache_dir, const DeviceInfo& device)
    : path_(file_of(cache_dir, key_of(device))), key_(key_of(device)) {
  std::error_code error;
  std::filesystem::create_directories(native_path(folder_of(path_)), error);
  busy_ = lock_.open(path_ + ".lock").problem == ExclusiveFile::Problem::busy;
  if (!busy()) write_entry(path_, key_, {"testing", ""});
}

void CheckMark::finish(const std::string& problem) {
  write_entry(path_, key_, {problem.empty() ? "passed" : "failed", problem});
}

void CheckMark::forget() {
  std::error_code error;
  std::filesystem::remove(native_path(path_), error);
}

void read_check(const std::string& cache_dir, DeviceInfo& device) {
  device.check = CheckState::not_needed;
  device.check_reason.clear();
  if (is_own_device(device.id) || !device.usable) return;
  device.check = CheckState::unchecked;
  if (cache_dir.empty()) return;
  const std::string key = key_of(device), path = file_of(cache_dir, key);
  const Entry entry = read_entry(path, key);
  if (entry.state == "passed") device.check = CheckState::passed;
  if (entry.state == "failed") {
    device.check = CheckState::failed;
    device.check_reason = entry.reason;
  }
  if (entry.state == "testing" && !ExclusiveFile::is_busy(path + ".lock")) {
    device.check = CheckState::failed;
    device.check_reason = "the program ended during the test";
  }
}

Status ensure_checked(const std::string& cache_dir, const std::string& id, const std::atomic<bool>* cancel) {
  if (cache_dir.empty() || is_own_device(id)) return {};
  Result<DeviceInfo> device = device_info(id);
  if (!device) return device.error();
  const Error stopped{ErrorCode::cancelled, "Loading was stopped.", ""};
  for (;;) {
    read_check(cache_dir, *device);
    if (device->check == CheckState::passed || device->check == CheckState::not_needed) return {};
    if (device->check == CheckState::failed) return failed(*device);
    CheckMark mark(cache_dir, *device);
    if (!mark.busy()) {
      // A device that cannot be opened, or has no memory just now, is asked again next time.
      if (const Result<std::unique_ptr<Backend>> opened = make_backend(id, 0); !opened) {
        mark.forget();
        return opened.error();
      }
      const ConformanceReport report = run_checks(id, cancel);
      if (report.cancelled) {
        mark.forget();
        return stopped;
      }
      device->check_reason = problem_of(report);
      mark.finish(device->check_reason);
      log(LogLevel::info, "self-test of {}: {} cases in {:.1f} s", id, report.cases, report.seconds);
      return device->check_reason.empty() ? Status{} : Status{failed(*device)};
    }
    if (cancel != nullptr && cancel->load()) return stopped;
    std::this_thread::sleep_for(kPoll);
  }
}

void record_check(const std::string& cache_dir, const std::string& id, const std::string& problem) {
  const Result<DeviceInfo> device = device_info(id);
  if (cache_dir.empty() || is_own_device(id) || !device) return;
  CheckMark(cache_dir, *device).finish(problem);
}

Status check_device(const std::string& cache_dir, const std::string& id, const std::atomic<bool>* cancel) {
  return ensure_checked(cache_dir, id, cancel);
}

}  // namespace engine
