// Recorder: what the ops of this backend write their dispatches into.
//
// A plan is recorded once for every bucket of step sizes and submitted again for every step (design.md section 2). Shaders
// get no descriptors: push constants carry the address of a parameter block, the address of the step inputs and four small
// values; everything else is behind buffer device addresses.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "engine/result.h"
#include "ops/ops.h"
#include "vulkan/shaders.h"

namespace engine::vulkan {

/// Steps of up to this many tokens take the vector kernels, whose rows are bit-equal for every batch size.
inline constexpr int kVectorTokens = 16;

/// A shader with its specialisation constants, ids 0, 1, ...: one pipeline.
struct Kernel {
  Shader shader;
  std::array<uint32_t, 10> constants{};

  friend auto operator<=>(const Kernel&, const Kernel&) = default;
};

/// Upper bounds of the steps that one recording serves. Shaders read the true sizes from the step.
struct Bucket {
  int tokens = 1, outputs = 0, sequences = 1;
  int context = 1;  // tokens of the longest sequence, this step included

  friend auto operator<=>(const Bucket&, const Bucket&) = default;
};

/// What kernels may be chosen by.
struct Features {
  bool fp16 = false;      // 16-bit float arithmetic
  bool int8_dot = false;  // packed 4 x int8 dot products
  uint32_t shared_bytes = 16384;
  uint32_t subgroup = 0;  // size of the subgroups of our pipelines
};

/// How products with many tokens are computed.
enum class Tier { fp32, fp16, int8 };

struct Groups {
  uint32_t x = 1, y = 1, z = 1;
};

/// Memory of a plan that ops use as they like between their own dispatches. Each name is a buffer of its own.
/// `counters` begin as zeros, and every dispatch that uses them leaves zeros.
enum class Scratch { activations, rows, tiles, attention, lora, candidates, sums, indirect, counters, count };

/// Work of a dispatch, for cutting long plans into pieces that can be cancelled and for profiles.
struct Cost {
  double flops = 0;
  double bytes = 0;
};

class Recorder {
 public:
  virtual ~Recorder() = default;

  [[nodiscard]] virtual const Bucket& bucket() const = 0;
  [[nodiscard]] virtual const StepLimits& limits() const = 0;
  [[nodiscard]] virtual const Features& features() const = 0;
  [[nodiscard]] virtual Tier tier() const = 0;

  [[nodiscard]] int rows(Rows kind) const { return kind == Rows::tokens ? bucket().tokens : bucket().outputs; }
  [[nodiscard]] int max_rows(Rows kind) const { return kind == Rows::tokens ? limits().max_tokens : limits().max_outputs; }
  /// Whether vector kernels serve this bucket.
  [[nodiscard]] bool decode() const { return bucket().tokens <= kVectorTokens; }

  /// Device address of at least `bytes` of scratch; the same for every call with this name within an op. Ask for what
  /// limits() needs, not the bucket, so that recordings share it.
  virtual uint64_t scratch(Scratch name, size_t bytes) = 0;

  /// One dispatch after a barrier on everything before it. A dispatch with an empty grid is left out.
  template <class P>
  void dispatch(const Kernel& kernel, const P& params, Groups groups, std::array<uint32_t, 4> args = {}, Cost cost = {}) {
    static_assert(std::is_trivially_copyable_v<P>);
    add(kernel, std::as_bytes(std::span(&params, 1)), groups, args, cost);
  }

  /// The grid comes from three uint32 at `offset` of Scratch::indirect, written by an earlier dispatch.
  template <class P>
  void dispatch_indirect(const Kernel& kernel, const P& params, size_t offset, std::array<uint32_t, 4> args = {}, Cost cost = {}) {
    static_assert(std::is_trivially_copyable_v<P>);
    add_indirect(kernel, std::as_bytes(std::span(&params, 1)), offset, args, cost);
  }

  /// The next dispatch neither reads nor overwrites what the one before it writes: no barrier between them.
  virtual void independent() = 0;

  /// What is dispatched from here on counts, in profiles, as the op that follows the first of those being recorded by `ahead`.
  virtual void counts_as([[maybe_unused]] int ahead) {}

  /// The op cannot be computed here; compile() fails with this.
  virtual void refuse(Error error) = 0;

  /// Frequencies of a rotary table in turns: frac(inv_freq / 2 pi) * 2^64, as uint64 [n_rot / 2] in device memory.
  virtual uint64_t turns(const RopeTable& rope) = 0;

 protected:
  virtual void add(const Kernel& kernel, std::span<const std::byte> params, Groups groups, std::array<uint32_t, 4> args, Cost cost) = 0;
  virtual void add_indirect(const Kernel& kernel, std::span<const std::byte> params, size_t offset, std::array<uint32_t, 4> args,
                            Cost cost) = 0;
};

/// Address of a device pointer, 0 for null.
template <class T>
uint64_t address(const T* p) {
  return reinterpret_cast<uint64_t>(p);
}

inline uint32_t ceil_div(int64_t n, int64_t d) {
  return static_cast<uint32_t>((n + d - 1) / d);
}

// One per op, in the file named after its family. Each writes the dispatches of the op for r.bucket().
void record(Recorder& r, const EmbedOp& op);
void record(Recorder& r, const AddNormOp& op);
void record(Recorder& r, const LinearOp& op);
void record(Recorder& r, const LinearGluOp& op);
void record(Recorder& r, const LinearHeadsOp& op);
void record(Recorder& r, const QkvStoreOp& op);
void record(Recorder& r, const AttnGqaOp& op);
void record(Recorder& r, const MlaStoreOp& op);
void record(Recorder& r, const AttnMlaOp& op);
void record(Recorder& r, const MoeRouteOp& op);
void record(Recorder& r, const MoePlanOp& op);
void record(Recorder& r, const MoeGluOp& op);
void record(Recorder& r, const MoeDownOp& op);
void record(Recorder& r, const LoraOp& op);
void record(Recorder& r, const TopkLogitsOp& op);
void record(Recorder& r, const FillOp& op);

/// moe_route followed by the moe_plan that reads its ids: one dispatch where few tokens allow it.
void record(Recorder& r, const MoeRouteOp& route, const MoePlanOp& plan);

// Neighbours that depend on each other's results in no way, in one dispatch; decode() only. The bits are those of the ops alone.
void record_beside(Recorder& r, const MlaStoreOp& store, const LinearHeadsOp& heads);
void record_beside(Recorder& r, const MoeGluOp& experts, const LinearGluOp& shared);
void record_beside(Recorder& r, const MoeDownOp& experts, const LinearOp& shared);  // one out, of the rows of all tokens

/// The router's product, its choice and the plan of it: one dispatch; decode() only. False: these do not go together here, nothing was
/// recorded.
bool record_router(Recorder& r, const LinearOp& router, const MoeRouteOp& route, const MoePlanOp& plan);

/// A norm without parts and the product of one out that alone reads what it makes, which is not written; decode() only.
void record_normed(Recorder& r, const AddNormOp& norm, const LinearOp& linear);

}  // namespace engine::vulkan
