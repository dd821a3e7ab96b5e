#include "cuda/order.h"

#include <utility>

namespace engine::cuda {
namespace {

std::vector<int> followers(std::span<const Follower> order) {
  std::vector<int> count(order.size());
  for (const Follower& f : order)
    for (const size_t before : f.before) ++count[before];
  return count;
}

/// Launches that may be followed.
class Frontier {
 public:
  /// What launch i follows, a launch that begins a new level or joins the current one.
  const std::vector<size_t>& add(size_t i, Branch branch, bool independent) {
    const bool turns = turn(branch);
    if (turns || !independent) {
      before_ = std::move(together_);
      together_.clear();
    }
    together_.push_back(i);
    return before_;
  }

 private:
  /// The next launch belongs to this branch; whether that is another than before.
  bool turn(Branch branch) {
    if (branch == branch_) return false;
    const Branch from = std::exchange(branch_, branch);
    if (from == Branch::first && branch == Branch::second) {
      ended_ = std::exchange(together_, forked_);
    } else {
      together_.insert(together_.begin(), ended_.begin(), ended_.end());
      ended_.clear();
      forked_ = together_;
    }
    return true;
  }

  std::vector<size_t> before_, together_;
  std::vector<size_t> forked_, ended_;  // in front of both branches; the end of the first
  Branch branch_ = Branch::none;
};

}  // namespace

std::vector<Follower> launch_order(std::span<const Launch> launches, bool branches) {
  std::vector<Follower> order(launches.size());
  Frontier frontier;
  for (size_t i = 0; i < launches.size(); ++i)
    order[i].before = frontier.add(i, branches ? launches[i].branch : Branch::none, launches[i].independent);
  const std::vector<int> count = followers(order);
  for (Follower& f : order) f.only_one = f.before.size() == 1 && count[f.before[0]] == 1;
  return order;
}

std::vector<size_t> last_launches(std::span<const Follower> order) {
  const std::vector<int> count = followers(order);
  std::vector<size_t> last;
  for (size_t i = 0; i < count.size(); ++i)
    if (count[i] == 0) last.push_back(i);
  return last;
}

}  // namespace engine::cuda
