// Parts the conformance cases are made of: seeded data, weights of every type, steps with shuffled pages, guarded device
// buffers, comparison.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ops/backend.h"
#include "ops/conformance.h"

namespace engine::conformance {

// NMSE limits. Float weights, norms and rotations: f32 sums of 4096 terms in sequence have a random-walk error of about
// sqrt(4096) * 6e-8 / 2 = 2e-6 relative, NMSE 4e-12.
inline constexpr double kFloatLimit = 1e-11;
// Quantised weights meet activations rounded to int8 in blocks of 32 to 256: step amax / 127 with amax = 2.2 to 2.9 sigma is an
// NMSE of (amax / 127)^2 / 12 = 2.5e-5 to 4.3e-5 on average, up to 5.2e-5 measured where outputs are few. Under 1e-4, so that a
// result that is 1 % off fails with these types, too.
inline constexpr double kInt8Limit = 8e-5;
// Two such products multiplied (gate, through an activation with slope up to 1.1, and up): 2.3e-4 measured, 3.2e-4 where a token
// has 33 outputs and each row its own scale.
inline constexpr double kInt8GluLimit = 4e-4;
// F16 and BF16 weights on a device with half_products(): activations in [1, 2) are rounded to steps of 2^-10, a mean square of 2^-20 / 12
// against one of 7 / 3: an NMSE of 3.4e-8, up to 4.9e-8 measured, 1.4e-7 for the product of two. Sums in f16 would be at 3e-7 and 7e-7.
inline constexpr double kHalfLimit = 1.5e-7;
inline constexpr double kHalfGluLimit = 4e-7;
// Decoding rows is a multiplication or two, each correctly rounded to 6e-8: squared and with room for another order of operations.
inline constexpr double kDecodeLimit = 1e-13;
// Stored rows: a value next to a rounding tie may fall to the other side. One f16 step is up to 2^-10 (mean square 2.4e-7), one
// q8_0 step amax / 127 (3e-4); the smallest case stores 32 values, one of which may do so. Truncating instead of rounding is
// 8e-8 and 1e-4. Attention reads any cache with f32 queries: kFloatLimit.
inline constexpr double kStoreF16Limit = 1e-8;
inline constexpr double kStoreQ8Limit = 1e-5;

/// Upper bounds of all cases.
inline constexpr StepLimits kLimits{72, 16, 40, 24};
inline constexpr int64_t kMaxRow = 4096;
inline constexpr int kBatch = 16;  // decode rows that must be bit-equal alone and together

/// Small seeded generator, equal on every platform.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ull + 0x1234567ull) {}
  uint32_t next();
  int below(int n) { return static_cast<int>(next() % static_cast<uint32_t>(n)); }
  float uniform(float low, float high) { return low + (high - low) * static_cast<float>(next() >> 8) * 0x1p-24f; }
  float normal();

  std::vector<float> normals(int64_t n, float scale = 1.0f);
  std::vector<int32_t> permutation(int n);

 private:
  uint64_t state_;
};

/// A random weight: zero mean, deviation about 1, quantised types with negative and extreme codes.
struct WeightSpec {
  DType type = DType::f32;
  int64_t in = 0, out = 0, experts = 1;
  int gap_rows = 0;   // rows of something else between two experts (a head's part of a fused matrix)
  uint64_t seed = 1;  // tells weights of one shape apart
};

/// Host weights, made once; they outlive the backends that point at them.
class WeightStore {
 public:
  const Weight& get(const WeightSpec& spec);

 private:
  struct Entry {
    std::vector<std::byte> bytes;
    Weight weight;
  };
  std::map<std::string, std::unique_ptr<Entry>> entries_;
};

/// One sequence of a step: `context` tokens in all, the last `fresh` of them in this step.
struct SequenceSpec {
  int context = 1, fresh = 1;
};

/// A step with shuffled page ids. lora_slot cycles through -1, 0, -1, 1; outputs are rows in no particular order.
struct StepSpec {
  std::vector<SequenceSpec> sequences;
  int n_outputs = 0;
  int n_vocab = 64;
  uint64_t seed = 1;
};
StepInputs make_step(const StepSpec& spec);

/// Step of T tokens of one sequence.
StepInputs make_step(int tokens, int n_outputs = 0);

/// Rows [first, first + count) of a step of one-token sequences: the same sequences, alone or in a smaller batch.
StepInputs slice_step(const StepInputs& step, int first, int count);

/// Random addends of rows of `width`. NaN where the token of a row has no adapter, and where `token_of` is -1: these must not be
/// read.
std::vector<float> addends(uint64_t seed, const StepInputs& step, const std::vector<int32_t>& token_of, int64_t width);
std::vector<float> addends(uint64_t seed, const StepInputs& step, Rows rows, int64_t width);

/// Pages that the tables of a step refer to, one spare page included that no sequence owns.
int page_count(const StepInputs& step);

size_t cache_row_bytes(KvDType type, int n);
const char* cache_name(KvDType type);

/// One backend with the weights it was given, kept so that each is placed once.
struct Side {
  std::unique_ptr<Backend> backend;
  std::map<const std::byte*, Weight> placed;  // by host address
};

/// A case on one backend: buffers between guard bytes, ops, results.
class Rig {
 public:
  Rig(Side& side, WeightStore& store) : side_(side), backend_(*side.backend), store_(store) {}

  /// Read-only data; surrounded by NaN, so that reading past it shows.
  template <class T>
  T* input(const std::vector<T>& values) {
    return reinterpret_cast<T*>(add("an input", Use::input, values.size() * sizeof(T), values.data()));
  }

  /// Results compared with `limit` (0: bit for bit); the first `compare` elements count. They begin as NaN or -1.
  float* floats(const std::string& name, int64_t n, double limit, int64_t compare = -1);
  int32_t* ints(const std::string& name, int64_t n, int64_t compare = -1);

  /// Results that begin with `values`; what the op leaves alone must stay bit-equal to the truth within the same limit.
  float* floats(const std::string& name, const std::vector<float>& values, double limit);

  /// Memory the op may use as it likes.
  float* scratch(int64_t n);
  float* scratch(const std::vector<float>& values);

  /// A cache plane of rows of n values, filled with normals for the first context - fresh positions of every
  /// sequence (all positions when `complete`) and with large values elsewhere, which would show in any result.
  std::byte* cache(const StepInputs& step, KvDType type, int n, uint64_t seed, bool complete);
  /// The same as a result: rows of this step's tokens within `limit`, all others untouched.
  std::byte* cache_result(const StepInputs& step, KvDType type, int n, uint64_t seed, double limit);

  Weight weight(const WeightSpec& spec);

  /// Limits of a product of `rows` activation rows with a weight, and of the activation of two.
  double linear_limit(DType type, int rows) const;
  double glu_limit(DType type, int rows) const;

  /// Rotary table with frequencies 10000^(-2i / n_rot).
  RopeTable rope(RopeKind kind, int n_rot, float mscale = 1.0f);

  void step(const StepInputs& inputs) { step_ = inputs; }
  const StepInputs& step() const { return step_; }
  void op(Op op) { ops_.push_back(std::move(op)); }

  /// Sets the step, compiles the ops and runs them. Errors: those of the backend.
  Status run();

  /// A buffer whose guard bytes or constant contents changed; empty when none did.
  std::string damage();

  struct Difference {
    double nmse = 0, limit = 0;  // of the worst output relative to its limit
    std::string problem;         // empty: within limits
  };
  /// Compares with the truth's rig of the same case.
  Difference compare(Rig& truth);

  /// Contents of the named result.
  std::vector<float> read(const std::string& name);

 private:
  enum class Use { input, scratch, floats, ints, cache };
  struct Slot {
    std::string name;
    std::unique_ptr<Buffer> buffer;
    size_t bytes = 0;
    Use use = Use::scratch;
    double limit = 0;
    int64_t compare = 0;              // elements
    std::vector<std::byte> constant;  // expected contents of an input
    KvDType kv = KvDType::f32;        // cache results
    int row_dim = 0;
    std::vector<int64_t> rows;  // cache rows written by this step
  };

  std::byte* add(const std::string& name, Use use, size_t bytes, const void* initial, double limit = 0, int64_t compare = 0);
  std::vector<std::byte> cache_bytes(const StepInputs& step, KvDType type, int n, uint64_t seed, bool complete);
  std::vector<std::byte> contents(const Slot& slot);
  Difference compare_slot(const Slot& slot, const std::vector<std::byte>& mine, const std::vector<std::byte>& truth);

  Side& side_;
  Backend& backend_;
  WeightStore& store_;
  StepInputs step_;
  std::vector<Slot> slots_;
  std::vector<Op> ops_;
  std::string allocation_error_;
};

/// sum((a - b)^2) / sum(b^2) over n values; infinite when a is not finite where b is, or b is all zero and a is not.
double nmse(const float* a, const float* b, int64_t n);

/// A case is a function that puts buffers, step and ops into a rig; called once for each backend with the same result.
struct Case {
  std::string op, type, shape;
  std::function<void(Rig&)> build;
};

/// The decode rows [first, first + count) of a batch of kBatch; the result "y" has count rows of equal length.
struct BatchCase {
  std::string op, type, shape;
  std::function<void(Rig&, int first, int count)> build;
};

struct CaseList {
  std::vector<Case> cases;
  std::vector<BatchCase> batches;
};

void embed_cases(CaseList& list);
void add_norm_cases(CaseList& list);
void linear_cases(CaseList& list);
void linear_glu_cases(CaseList& list);
void linear_heads_cases(CaseList& list);
void qkv_store_cases(CaseList& list);
void attn_gqa_cases(CaseList& list);
void mla_store_cases(CaseList& list);
void attn_mla_cases(CaseList& list);
void moe_route_cases(CaseList& list);
void moe_plan_cases(CaseList& list);
void moe_expert_cases(CaseList& list);
void lora_cases(CaseList& list);
void topk_logits_cases(CaseList& list);
void fill_cases(CaseList& list);
void stack_cases(CaseList& list);
void stream_cases(CaseList& list);

inline constexpr KvDType kCacheTypes[] = {KvDType::f32, KvDType::f16, KvDType::q8_0};

/// Gate and up of different types, as files of mixed precision have them.
inline constexpr std::pair<DType, DType> kMixedPairs[] = {{DType::q4_k, DType::q6_k},
                                                          {DType::q8_0, DType::q5_1},
                                                          {DType::f16, DType::q8_0},
                                                          {DType::bf16, DType::f16},
                                                          {DType::f32, DType::bf16}};

inline bool is_float(DType type) {
  return dtype_info(type).block_elems == 1;
}

}  // namespace engine::conformance
