// Which launches of a recording wait for which.
#pragma once

#include <span>
#include <vector>

#include "cuda/recorder.h"

namespace engine::cuda {

struct Follower {
  std::vector<size_t> before;  // launches that end before it begins; none: nothing is in front
  bool only_one = false;       // behind the one launch in front of it: it may begin while that ends
};

/// For each launch what it follows. Launches that are independent of the one before them follow what that one follows; branches follow what
/// is in front of both, and what comes then follows the ends of both. `branches`: false takes them one after the other.
std::vector<Follower> launch_order(std::span<const Launch> launches, bool branches);

/// The launches that none follows.
std::vector<size_t> last_launches(std::span<const Follower> order);

}  // namespace engine::cuda
