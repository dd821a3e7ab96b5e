// What commands that take long share: stopping on a signal, and a line of progress.
#pragma once

#include <atomic>
#include <string>

namespace engine::cli {

/// Set from this call on when the program is asked to end (console.h). A limit on file sizes comes back as an error of the write, which
/// cleans up.
const std::atomic<bool>& stop_on_signals();
/// From now on such a request ends the program again.
void end_on_signals();

/// On a terminal one line that changes, elsewhere a line for every tenth.
class ProgressLine {
 public:
  ProgressLine();
  void show(double fraction, const std::string& tensor);
  void clear() const;

 private:
  int step_ = 10;
  int last_ = -1;
};

}  // namespace engine::cli
