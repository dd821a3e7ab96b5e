// The self-test of a device before its first use with a driver and a build: known drivers compute garbage silently.
//
// A part of the conformance table, a few seconds at most. The result is kept in the cache folder, under device, driver and build.
// Before the test begins "testing" is written: a test that took the program down is found there by the next start and counts as
// failed. `hearth-cli selftest` runs the whole table and writes its result to the same place.
#pragma once

#include <atomic>
#include <string>

#include "core/exclusive_file.h"
#include "engine/info.h"
#include "engine/result.h"

namespace engine {

/// Fills check and check_reason of a usable device. An empty or unreadable folder: unchecked.
void read_check(const std::string& cache_dir, DeviceInfo& device);

/// Tests a device that is unchecked; the program's own are never tested, nor is anything without a folder. Waits while another program
/// tests the same. Errors: device (the self-test fails or failed before, with its reason), cancelled.
Status ensure_checked(const std::string& cache_dir, const std::string& device, const std::atomic<bool>* cancel);

/// Keeps the result of a whole self-test; an empty problem means passed. A folder that cannot be written is logged.
void record_check(const std::string& cache_dir, const std::string& device, const std::string& problem);

/// Marks the beginning of a whole self-test and, unless finish() was called, leaves the mark.
class CheckMark {
 public:
  CheckMark(const std::string& cache_dir, const DeviceInfo& device);
  CheckMark(const CheckMark&) = delete;
  CheckMark& operator=(const CheckMark&) = delete;

  /// Another program holds the mark.
  [[nodiscard]] bool busy() const { return busy_; }
  /// Writes the result in place of the mark.
  void finish(const std::string& problem);
  /// Takes the mark away: nothing is known.
  void forget();

 private:
  std::string path_, key_;
  ExclusiveFile lock_;  // held while a test runs; closed where no file can be made
  bool busy_ = false;
};

}  // namespace engine
