#include "core/side_worker.h"

#include <utility>

#include "core/check.h"
#include "core/machine.h"

namespace engine {

SideWorker::SideWorker(Priority priority)
    : thread_([this, priority] {
        if (priority == Priority::background) lower_thread_priority();
        work();
      }) {}

SideWorker::~SideWorker() {
  static_cast<void>(join());
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void SideWorker::start(std::function<Status()> task) {
  HEARTH_CHECK(!busy_);
  busy_ = true;
  const std::lock_guard lock(mutex_);
  task_ = std::move(task);
  running_ = true;
  changed_.notify_all();
}

Status SideWorker::join() {
  if (!busy_) return {};
  busy_ = false;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !running_; });
  return std::exchange(result_, Status());
}

void SideWorker::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || running_; });
    if (!running_) return;
    const std::function<Status()> task = std::exchange(task_, {});
    lock.unlock();
    Status result = task();
    lock.lock();
    result_ = std::move(result);
    running_ = false;
    changed_.notify_all();
  }
}

}  // namespace engine
