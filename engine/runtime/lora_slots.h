// Adapters of a loaded model at run time: their weights on the devices, and the tables that lora ops read (ops.h, LoraEntry).
//
// A step's tokens name slots, a slot holds one set of adapters with their scales. Attaching uploads an adapter's pairs; choosing,
// mixing and scaling adapters only edits the tables of slots, never a plan.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/result.h"
#include "model/adapter.h"
#include "ops/backend.h"

namespace engine {

/// One adapter on the devices of one model. Freed with its last user; the model must outlive it.
struct AttachedAdapter {
  uint64_t id = 0;  // never used twice, so that it names the adapter in prefix cache keys
  std::string path, name;
  size_t bytes = 0;
  int rank = 0;                             // the largest of its pairs
  std::map<size_t, LoraEntry::Part> parts;  // by site; scale is that of the file
  std::vector<std::unique_ptr<Buffer>> memory;
};

/// An adapter and how much of it.
struct AdapterInUse {
  std::shared_ptr<const AttachedAdapter> adapter;
  float scale = 1.0f;
};
using AdapterSet = std::vector<AdapterInUse>;

/// A weight of the placed model that adapters can change.
struct LoraSite {
  std::string tensor;  // canonical name (model/adapter.h)
  int device = 0;
  Weight* weight = nullptr;  // gets its table
  bool table = false;        // token_embd
};

class LoraSlots {
 public:
  /// Makes the tables of `n_slots` slots and puts them into the sites' weights, before plans are compiled. Adapters may take up
  /// to `budget` bytes together. Errors: out_of_memory.
  Status reserve(std::span<const std::unique_ptr<Backend>> backends, std::vector<LoraSite> sites, int n_slots, size_t budget);

  [[nodiscard]] bool enabled() const { return n_slots_ > 0; }

  /// Uploads an adapter. Errors: unsupported (a pair no weight of this model takes), out_of_memory (with the budget it needs).
  Result<std::shared_ptr<const AttachedAdapter>> attach(const model::Adapter& adapter);

  /// At most kLoraParts adapters, and kLoraRank ranks for each weight. Errors: invalid_argument.
  [[nodiscard]] Status check(std::span<const AdapterInUse> set) const;

  /// Between the calls of one step every set keeps its slot.
  void begin_step() { ++step_; }

  /// The slot that holds the set, filled now if none does; -1 when nothing of it counts (empty, or all scales 0). At most n_slots
  /// different sets a step.
  int32_t slot_of(std::span<const AdapterInUse> set);

 private:
  struct Slot {
    std::vector<std::pair<uint64_t, float>> set;  // adapter ids and scales
    uint64_t used = 0;                            // last step
  };
  void fill(size_t slot, std::span<const AdapterInUse> set);

  std::span<const std::unique_ptr<Backend>> backends_;
  std::vector<LoraSite> sites_;
  std::multimap<std::string, size_t> by_tensor_;  // tensor -> sites, one for each device
  std::vector<std::unique_ptr<Buffer>> tables_;   // by site, [n_slots] LoraEntry
  std::vector<Slot> slots_;
  int n_slots_ = 0;
  uint64_t step_ = 0, next_id_ = 1;
  size_t budget_ = 0;
  std::shared_ptr<size_t> used_ = std::make_shared<size_t>(0);  // bytes of attached adapters
};

}  // namespace engine
