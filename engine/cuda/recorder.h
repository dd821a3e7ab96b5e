// Recorder: what the ops of this backend write their launches into.
//
// A plan is recorded once for every bucket of step sizes and replayed for every step as a graph (design.md section 2). A kernel
// takes a parameter block by value, whose addresses and sizes are those of the plan, and the address of the step inputs, from
// which it reads true sizes. Nothing else of a step reaches it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "cuda/rows_norm.h"
#include "cuda/step_view.h"
#include "engine/result.h"
#include "ops/ops.h"

namespace engine::cuda {

/// Steps of up to this many tokens take the vector kernels, whose rows are bit-equal for every batch size.
inline constexpr int kVectorTokens = 16;

/// Upper bounds of the steps that one recording serves. Kernels read the true sizes from the step.
struct Bucket {
  int tokens = 1, outputs = 0, sequences = 1;
  int context = 1;  // tokens of the longest sequence, this step included

  friend auto operator<=>(const Bucket&, const Bucket&) = default;
};

/// What kernels may be chosen by.
struct Features {
  int compute = 90;             // compute capability times ten
  int processors = 1;           // multiprocessors
  size_t shared_bytes = 49152;  // shared memory that a block may ask for
  size_t memory_bytes = 0;      // of the device
};

struct Grid {
  unsigned x = 1, y = 1, z = 1;
};

/// Work of a launch, for cutting long plans into pieces that can be cancelled and for profiles.
struct Cost {
  double flops = 0;
  double bytes = 0;
};

/// Memory of a plan that ops use as they like between their own launches. Each name is a buffer of its own.
/// `counters` begin as zeros, and every launch that uses them leaves zeros.
enum class Scratch { activations, rows, tiles, attention, expanded, lora, candidates, sums, counters, count };

/// Neighbouring launches of `first`, then of `second`, are two sequences side by side: what comes before both is complete when each
/// begins, both are when the next launch begins.
enum class Branch { none, first, second };

/// One launch as an op asked for it.
struct Launch {
  const void* function = nullptr;  // the kernel
  /// Calls the kernel's code for one thread; how kernels run where there is no GPU.
  void (*invoke)(const void* function, const std::byte* params, const StepView* step) = nullptr;
  std::vector<std::byte> params;
  Grid grid;
  unsigned threads = 128;    // a multiple of 32, at most 1024
  size_t shared = 0;         // bytes of dynamic shared memory
  bool independent = false;  // neither reads nor overwrites what the launch before it writes
  Branch branch = Branch::none;
  int op = 0;  // index in the plan, for profiles and errors
  Cost cost;
};

/// Device address of a kernel parameter: null stays null.
template <class P>
using Kernel = void (*)(P params, const StepView* step);

class Recorder {
 public:
  virtual ~Recorder() = default;

  [[nodiscard]] virtual const Bucket& bucket() const = 0;
  [[nodiscard]] virtual const StepLimits& limits() const = 0;
  [[nodiscard]] virtual const Features& features() const = 0;

  [[nodiscard]] int rows(Rows kind) const { return kind == Rows::tokens ? bucket().tokens : bucket().outputs; }
  [[nodiscard]] int max_rows(Rows kind) const { return kind == Rows::tokens ? limits().max_tokens : limits().max_outputs; }
  /// Whether vector kernels serve this bucket.
  [[nodiscard]] bool decode() const { return bucket().tokens <= kVectorTokens; }

  /// Device address of at least `bytes` of scratch; the same for every call with this name within an op. Ask for what
  /// limits() needs, not the bucket, so that recordings share it.
  virtual std::byte* scratch(Scratch name, size_t bytes) = 0;
  template <class T>
  T* scratch_of(Scratch name, size_t n) {
    return reinterpret_cast<T*>(scratch(name, n * sizeof(T)));
  }

  /// One launch, after everything before it. A launch with an empty grid is left out. grid.y and grid.z are at most 65535.
  template <class P>
  void launch(Kernel<P> kernel, const std::type_identity_t<P>& params, Grid grid, unsigned threads, size_t shared = 0, Cost cost = {}) {
    static_assert(std::is_trivially_copyable_v<P> && sizeof(P) <= 3072);
    Launch l;
    l.function = reinterpret_cast<const void*>(kernel);
    l.invoke = [](const void* function, const std::byte* bytes, const StepView* step) {
      reinterpret_cast<Kernel<P>>(const_cast<void*>(function))(*reinterpret_cast<const P*>(bytes), step);
    };
    const auto bytes = std::as_bytes(std::span(&params, 1));
    l.params.assign(bytes.begin(), bytes.end());
    l.grid = grid, l.threads = threads, l.shared = shared, l.cost = cost;
    add(std::move(l));
  }

  /// The next launch neither reads nor overwrites what the one before it writes: they may run at the same time.
  virtual void independent() = 0;

  /// What is launched from here on belongs to this branch.
  virtual void branch(Branch branch) = 0;

  /// What is launched from here on counts, in profiles, as the op that follows the first of those being recorded by `ahead`.
  virtual void counts_as([[maybe_unused]] int ahead) {}

  /// The op cannot be computed here; compile() fails with this.
  virtual void refuse(Error error) = 0;

  /// Frequencies of a rotary table in turns: frac(inv_freq / 2 pi) * 2^64, [n_rot / 2] in device memory.
  virtual const uint64_t* turns(const RopeTable& rope) = 0;

 protected:
  virtual void add(Launch launch) = 0;
};

inline unsigned ceil_div(int64_t n, int64_t d) {
  return static_cast<unsigned>((n + d - 1) / d);
}

// One per op, in the file named after its family. Each writes the launches of the op for r.bucket().
void record(Recorder& r, const EmbedOp& op);    // embed.cu
void record(Recorder& r, const AddNormOp& op);  // norm.cu
void record(Recorder& r, const LinearOp& op);   // linear.cu: decides between vector and matrix kernels, as the next two
void record(Recorder& r, const LinearGluOp& op);
void record(Recorder& r, const LinearHeadsOp& op);
void record(Recorder& r, const QkvStoreOp& op);    // store.cu
void record(Recorder& r, const AttnGqaOp& op);     // attention.cu
void record(Recorder& r, const MlaStoreOp& op);    // store.cu
void record(Recorder& r, const AttnMlaOp& op);     // attention.cu
void record(Recorder& r, const MoeRouteOp& op);    // moe_route.cu
void record(Recorder& r, const MoePlanOp& op);     // moe_route.cu
void record(Recorder& r, const MoeGluOp& op);      // linear.cu
void record(Recorder& r, const MoeDownOp& op);     // linear.cu
void record(Recorder& r, const LoraOp& op);        // lora.cu
void record(Recorder& r, const TopkLogitsOp& op);  // logits.cu
void record(Recorder& r, const FillOp& op);        // fill.cu

/// Threads of a block of add_norm, whose order of sums others may keep; 0: the row is not of whole quads (norm.cu).
int norm_threads(const AddNormOp& op);

/// Products of few tokens that also do the halves of the add_norm between them: the first adds its result to norm.x (experts: and the other
/// part, if there is one), the second reads the rows of norm.x normed and writes them to norm.y, if `writes` (linear.cu).
void record_adding(Recorder& r, const LinearOp& op, const AddNormOp& norm);
void record_adding(Recorder& r, const MoeDownOp& op, const AddNormOp& norm);
void record_normed(Recorder& r, const AddNormOp& norm, const LinearOp& op, bool writes);
void record_normed(Recorder& r, const AddNormOp& norm, const LinearGluOp& op, bool writes);

/// add_norm and the product of its rows, for more tokens: it leaves the rows rounded as well, as the product takes them (linear.cu). False:
/// the product does not take them so, nothing was recorded.
bool record_rounding(Recorder& r, const AddNormOp& norm, const LinearOp& op);
bool record_rounding(Recorder& r, const AddNormOp& norm, const LinearGluOp& op);
/// For all tokens; `rounded`: where the rows go besides y (norm.cu).
void record_norm(Recorder& r, const AddNormOp& op, const RoundedRows& rounded);

// Steps of more than kVectorTokens rows: matrix.cu. linear.cu calls these.
/// `rounded`: its input is where matrix_rows() says.
void record_matrix(Recorder& r, const LinearOp& op, bool rounded);
void record_matrix(Recorder& r, const LinearGluOp& op, bool rounded);
/// Where they take their input in int8; its form is none where they do not.
RoundedRows matrix_rows(Recorder& r, const LinearOp& op);
RoundedRows matrix_rows(Recorder& r, const LinearGluOp& op);
void record_matrix(Recorder& r, const LinearHeadsOp& op);
void record_matrix(Recorder& r, const MoeGluOp& op);
void record_matrix(Recorder& r, const MoeDownOp& op);

/// moe_route followed by the moe_plan that reads its ids: one launch where few tokens allow it (moe_route.cu).
void record(Recorder& r, const MoeRouteOp& route, const MoePlanOp& plan);

/// Whether the router's product, its choice and the plan of it go together in one launch; decode() only (moe_route.cu).
bool routes_at_once(const Recorder& r, const LinearOp& router, const MoeRouteOp& route, const MoePlanOp& plan);
/// Records that launch. `norm`: the router reads the rows of norm.x normed and writes them to norm.y; null: it reads router.x.
void record_router(Recorder& r, const LinearOp& router, const MoeRouteOp& route, const MoePlanOp& plan, const AddNormOp* norm);

}  // namespace engine::cuda
