// Looks for stop strings in streamed text. A stop string may span deltas, so text that could be the beginning of one is
// held back until it is decided.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace engine {

class StopStrings {
 public:
  /// Empty strings are ignored.
  explicit StopStrings(std::vector<std::string> stops);

  /// Text that can be shown now. When a stop string is complete, the text before the earliest one; hit() is then true
  /// and everything after it is dropped.
  std::string push(std::string_view text);
  /// The held back rest, when the answer ended otherwise.
  std::string finish();
  [[nodiscard]] bool hit() const { return hit_; }

 private:
  std::vector<std::string> stops_;
  std::string held_;
  bool hit_ = false;
};

}  // namespace engine
