// A thread beside its caller: for one device's segment while the next one runs on another, such as the processor's experts while a GPU goes
// on with the shared ones (design.md section 2, placement), and for work that gives way to other programs.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "core/thread_pool.h"
#include "engine/result.h"

namespace engine {

/// One task at a time on a thread of its own. start() and join() belong to one caller.
class SideWorker {
 public:
  explicit SideWorker(Priority priority = Priority::usual);
  ~SideWorker();
  SideWorker(const SideWorker&) = delete;
  SideWorker& operator=(const SideWorker&) = delete;

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
