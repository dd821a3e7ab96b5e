// A thread that computes one device's segment while the next one runs on another: the processor its experts while a GPU goes on with the
// shared ones (design.md section 2, placement).
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "engine/result.h"

namespace engine {

/// One task at a time on a thread of its own. start() and join() belong to one caller.
class SegmentWorker {
 public:
  SegmentWorker();
  ~SegmentWorker();
  SegmentWorker(const SegmentWorker&) = delete;
  SegmentWorker& operator=(const SegmentWorker&) = delete;

  /// Begins a task; none may be running.
  void start(std::function<Status()> task);
  /// Waits for the task, if there is one, and returns how it ended.
  Status join();
  [[nodiscard]] bool busy() const { return busy_; }

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<Status()> task_;  // guarded, as are the next two
  Status result_;
  bool running_ = false, stopping_ = false;
  bool busy_ = false;  // the caller's view
  std::thread thread_;
};

}  // namespace engine
