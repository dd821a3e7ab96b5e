// Attention and cache stores beyond the op table: long contexts, where the splits of decode grow; head sizes, groups and addresses
// that need the scalar paths; small shared memories.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "core/half.h"
#include "core/quant_blocks.h"
#include "ops/backend.h"
#include "vulkan/backend_vulkan.h"

namespace {

using namespace engine;

constexpr StepLimits kLimits{72, 24, 1, 640};
constexpr double kLimit = 1e-11;  // NMSE, as kFloatLimit of the op table

struct Sequence {
  int context, fresh;
};

struct Heads {
  int n_head, n_kv, dk, dv;
  int window = 0;
  bool sinks = false;
  int c = 0;  // MLA: values of the latent; dk is the whole row then
};

StepInputs step_of(const std::vector<Sequence>& sequences) {
  StepInputs s;
  s.max_pages = kLimits.max_pages;
  s.first_token = {0};
  int page = 1;
  for (const Sequence& q : sequences) {
    for (int i = q.context - q.fresh; i < q.context; ++i) {
      s.positions.push_back(i);
      s.sequence.push_back(s.n_sequences);
    }
    std::vector<int32_t> pages(static_cast<size_t>(kLimits.max_pages), 0);
    for (int i = 0; i * kPageTokens < q.context; ++i) pages[static_cast<size_t>(i)] = page++;
    std::reverse(pages.begin(), pages.begin() + (q.context + kPageTokens - 1) / kPageTokens);
    s.pages.insert(s.pages.end(), pages.begin(), pages.end());
    s.context.push_back(q.context);
    s.first_token.push_back(static_cast<int32_t>(s.positions.size()));
    ++s.n_sequences;
  }
  s.n_tokens = static_cast<int32_t>(s.positions.size());
  s.tokens.assign(s.positions.size(), 0);
  s.lora_slot.assign(s.positions.size(), -1);
  return s;
}

DType dtype_of(KvDType type) {
  return type == KvDType::f32 ? DType::f32 : type == KvDType::f16 ? DType::f16 : DType::q8_0;
}

size_t row_bytes_of(KvDType type, int n) {
  return row_bytes(dtype_of(type), n);
}

/// Values in [-2, 2).
std::vector<float> values_of(uint64_t seed, size_t n) {
  std::vector<float> x(n);
  for (float& v : x) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    v = static_cast<float>(seed >> 40) * 0x1p-22f - 2.0f;
  }
  return x;
}

/// Device memory of a case; `skew` bytes off any alignment.
class Memory {
 public:
  Memory(Backend& backend, size_t skew) : backend_(backend), skew_(skew) {}

  std::byte* put(const void* data, size_t bytes) {
    auto buffer = backend_.allocate(bytes + skew_);
    EXPECT_TRUE(buffer);
    backend_.upload((*buffer)->data + skew_, data, bytes);
    buffers_.push_back(std::move(*buffer));
    return buffers_.back()->data + skew_;
  }
  float* put(const std::vector<float>& x) { return reinterpret_cast<float*>(put(x.data(), x.size() * sizeof(float))); }

  /// Zeroed, as allocate() leaves it.
  std::byte* zeros(size_t bytes) {
    auto buffer = backend_.allocate(bytes + skew_);
    EXPECT_TRUE(buffer);
    buffers_.push_back(std::move(*buffer));
    return buffers_.back()->data + skew_;
  }

  std::byte* cache(KvDType type, int pages, int n, uint64_t seed) {
    const size_t rows = static_cast<size_t>(pages) * kPageTokens, stride = row_bytes_of(type, n);
    const std::vector<float> x = values_of(seed, rows * static_cast<size_t>(n));
    if (type == KvDType::f32) return put(x.data(), rows * stride);
    std::vector<std::byte> bytes(rows * stride);
    if (type == KvDType::q8_0) quantize_row_q8_0(x.data(), bytes.data(), static_cast<int64_t>(x.size()));
    for (size_t i = 0; type == KvDType::f16 && i < x.size(); ++i) {
      const uint16_t half = float_to_half(x[i]);
      std::memcpy(bytes.data() + 2 * i, &half, sizeof half);
    }
    return put(bytes.data(), bytes.size());
  }

 private:
  Backend& backend_;
  size_t skew_;
  std::vector<std::unique_ptr<Buffer>> buffers_;
};

/// The result of attention over random rows; the same rows for every backend.
std::vector<float> attend(Backend& backend, const Heads& h, KvDType type, const StepInputs& step, size_t skew) {
  Memory memory(backend, skew);
  int pages = 1;
  for (const int32_t context : step.context) pages += (context + kPageTokens - 1) / kPageTokens;
  const auto rows = static_cast<size_t>(step.n_tokens * h.n_head);
  const int dv = h.c ? h.c : h.dv;
  std::vector<float> out(rows * static_cast<size_t>(dv), NAN);
  float* y = memory.put(out);
  const float* q = memory.put(values_of(1, rows * static_cast<size_t>(h.dk)));
  KvLayer kv{type, memory.cache(type, pages, h.n_kv * h.dk, 2), nullptr, row_bytes_of(type, h.n_kv * h.dk), 0};
  const float scale = 1.5f / std::sqrt(static_cast<float>(h.dk));
  Op op;
  if (h.c) {
    op = AttnMlaOp{q, y, h.n_head, h.c, h.dk - h.c, scale, kv};
  } else {
    kv.v = memory.cache(type, pages, h.n_kv * h.dv, 3);
    kv.v_row_bytes = row_bytes_of(type, h.n_kv * h.dv);
    const float* sinks = h.sinks ? memory.put(values_of(4, static_cast<size_t>(h.n_head))) : nullptr;
    op = AttnGqaOp{q, y, h.n_head, h.n_kv, h.dk, h.dv, scale, h.window, sinks, kv};
  }
  backend.set_step(step);
  auto plan = backend.compile(std::span(&op, 1));
  EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
  if (!plan) return out;
  EXPECT_TRUE(backend.run(**plan, {}));
  backend.download(out.data(), reinterpret_cast<const std::byte*>(y), out.size() * sizeof(float));
  return out;
}

double nmse(const std::vector<float>& a, const std::vector<float>& b) {
  double error = 0, power = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    error += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
    power += std::pow(static_cast<double>(b[i]), 2);
  }
  return error / power;
}

class Attention : public testing::Test {
 protected:
  void SetUp() override {
    auto made = make_vulkan_backend(0);
    ASSERT_TRUE(made) << made.error().text();
    device_ = std::move(*made);
    truth_ = make_reference_backend();
    ASSERT_TRUE(device_->reserve(kLimits, 4096));
    ASSERT_TRUE(truth_->reserve(kLimits, 4096));
  }

  void check(const Heads& h, KvDType type, const std::vector<Sequence>& sequences, size_t skew = 0) {
    const StepInputs step = step_of(sequences);
    const double error = nmse(attend(*device_, h, type, step, skew), attend(*truth_, h, type, step, skew));
    EXPECT_LT(error, kLimit) << h.n_head << "/" << h.n_kv << " of " << h.dk << "/" << h.dv << " type " << static_cast<int>(type);
  }

  struct Stored {
    std::vector<float> q, cache;  // rotated; decoded
  };
  /// Either store on random rows.
  template <class StoreOp>
  static Stored store(Backend& backend, StoreOp op, KvDType type, const StepInputs& step, size_t skew);

  template <class StoreOp>
  void check_store(const StoreOp& shape, const std::vector<Sequence>& sequences, size_t skew = 0) {
    const StepInputs step = step_of(sequences);
    for (const KvDType type : {KvDType::f32, KvDType::f16, KvDType::q8_0}) {
      const double limit = type == KvDType::f32 ? kLimit : type == KvDType::f16 ? 1e-8 : 1e-5;  // as in the op table
      const Stored mine = store(*device_, shape, type, step, skew), truth = store(*truth_, shape, type, step, skew);
      EXPECT_LT(nmse(mine.q, truth.q), kLimit) << "type " << static_cast<int>(type);
      EXPECT_LT(nmse(mine.cache, truth.cache), limit) << "type " << static_cast<int>(type);
    }
  }

  std::unique_ptr<Backend> device_, truth_;
};

/// What a store reads and writes: q as rotated, then the cache planes with the values of a row.
struct Results {
  const float* q = nullptr;
  size_t q_floats = 0;
  std::vector<std::pair<const std::byte*, size_t>> planes;
};

void set_frequencies(RopeTable& table, Memory& memory) {
  std::vector<double> frequencies;
  for (int i = 0; i < table.n_rot / 2; ++i) frequencies.push_back(std::pow(1e4, -2.0 * i / table.n_rot));
  const std::byte* address = memory.put(frequencies.data(), frequencies.size() * sizeof(double));
  table.inv_freq = reinterpret_cast<const double*>(address);
  table.mscale = 1.1f;
}

std::byte* add_plane(Memory& memory, KvDType type, size_t rows, size_t row, Results& results) {
  std::byte* plane = memory.zeros(rows * row_bytes_of(type, static_cast<int>(row)));
  results.planes.emplace_back(plane, row);
  return plane;
}

Results place(QkvStoreOp& op, KvDType type, size_t tokens, size_t rows, Memory& memory) {
  const auto head_k = static_cast<size_t>(op.head_k), n_head = static_cast<size_t>(op.n_head);
  const size_t k_row = static_cast<size_t>(op.n_kv) * head_k, v_row = static_cast<size_t>(op.n_kv * op.head_v);
  const bool whole = op.norm_over == NormOver::row;
  Results results;
  results.q_floats = tokens * n_head * head_k;
  results.q = op.q = memory.put(values_of(1, results.q_floats));
  op.k = memory.put(values_of(2, tokens * k_row));
  op.v = memory.put(values_of(3, tokens * v_row));
  op.q_norm = memory.put(values_of(4, whole ? n_head * head_k : head_k));
  op.k_norm = memory.put(values_of(5, whole ? k_row : head_k));
  op.kv = {type, add_plane(memory, type, rows, k_row, results), add_plane(memory, type, rows, v_row, results),
           row_bytes_of(type, static_cast<int>(k_row)), row_bytes_of(type, static_cast<int>(v_row))};
  return results;
}

Results place(MlaStoreOp& op, KvDType type, size_t tokens, size_t rows, Memory& memory) {
  const auto row = static_cast<size_t>(op.c + op.rope_dim);
  const size_t heads = tokens * static_cast<size_t>(op.n_head);
  Results results;
  results.q_floats = heads * row;
  results.q = op.q_latent = memory.put(values_of(4, results.q_floats));
  op.q = memory.put(values_of(1, heads * static_cast<size_t>(op.nope + op.rope_dim)));
  op.kv_a = memory.put(values_of(2, tokens * row));
  op.kv_norm = memory.put(values_of(3, static_cast<size_t>(op.c)));
  op.kv = {type, add_plane(memory, type, rows, row, results), nullptr, row_bytes_of(type, static_cast<int>(row)), 0};
  return results;
}

template <class StoreOp>
Attention::Stored Attention::store(Backend& backend, StoreOp op, KvDType type, const StepInputs& step, size_t skew) {
  Memory memory(backend, skew), aligned(backend, 0);
  size_t rows = kPageTokens;
  for (const int32_t context : step.context) rows += static_cast<size_t>((context + kPageTokens - 1) / kPageTokens * kPageTokens);
  set_frequencies(op.rope, aligned);
  const Results results = place(op, type, static_cast<size_t>(step.n_tokens), rows, memory);
  backend.set_step(step);
  const Op any = op;
  auto plan = backend.compile(std::span(&any, 1));
  EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
  if (!plan || !backend.run(**plan, {})) return {};
  Stored out;
  out.q.resize(results.q_floats);
  backend.download(out.q.data(), reinterpret_cast<const std::byte*>(results.q), results.q_floats * sizeof(float));
  for (const auto& [plane, row] : results.planes) {
    std::vector<std::byte> bytes(rows * row_bytes_of(type, static_cast<int>(row)));
    backend.download(bytes.data(), plane, bytes.size());
    const size_t end = out.cache.size();
    out.cache.resize(end + rows * row);
    dequantize_row(dtype_of(type), bytes.data(), out.cache.data() + end, static_cast<int64_t>(rows * row));
  }
  return out;
}

const std::vector<std::vector<Sequence>> kSteps = {{{129, 1}, {128, 1}, {1, 1}}, {{90, 40}, {3, 3}, {1, 1}, {33, 20}}};

TEST_F(Attention, AnyHeads) {
  const Heads all[] = {{5, 1, 64, 64},
                       {20, 1, 32, 32},
                       {6, 2, 256, 256},
                       {3, 3, 40, 72},
                       {4, 1, 36, 1024},
                       {7, 1, 64, 32, 33, true},
                       {9, 1, 160, 0, 0, false, 128}};
  for (const Heads& h : all)
    for (const auto& step : kSteps) check(h, KvDType::f16, step);
}

TEST_F(Attention, OddHeadsAndAddresses) {
  const Heads odd[] = {{4, 2, 18, 30}, {3, 1, 33, 7}, {2, 2, 1, 1}, {3, 1, 35, 0, 0, false, 29}};
  for (const Heads& h : odd)
    for (const auto& step : kSteps) check(h, KvDType::f16, step);
  check({6, 2, 38, 21, 20, true}, KvDType::f32, kSteps[0]);
  for (const KvDType type : {KvDType::f32, KvDType::f16, KvDType::q8_0}) {
    check({4, 2, 64, 64}, type, kSteps[1], 4);
    check({16, 16, 18, 22}, type, kSteps[0], 4);
  }
}

TEST_F(Attention, LongContexts) {
  for (const KvDType type : {KvDType::f32, KvDType::f16, KvDType::q8_0}) {
    check({4, 1, 32, 32}, type, {{8192, 1}, {8193, 1}, {20480, 1}});
    check({4, 1, 32, 32, 9000, true}, type, {{9100, 1}, {20001, 1}});
    check({4, 1, 64, 0, 0, false, 32}, type, {{12345, 1}, {100, 1}});
  }
  check({4, 2, 32, 32}, KvDType::f16, {{5000, 30}});
  check({4, 2, 32, 32, 64, true}, KvDType::f16, {{5000, 30}});
  // Short prompts in long chats are split, too; sequences share a tile.
  check({4, 2, 32, 32, 1000, true}, KvDType::f16, {{5000, 17}, {1, 1}, {3000, 13}, {40, 2}, {290, 3}});
  check({4, 1, 64, 0, 0, false, 32}, KvDType::q8_0, {{2000, 21}, {4100, 3}});
  check({2, 2, 32, 32, 260, false}, KvDType::f32, {{2000, 60}});
}

TEST_F(Attention, Stores) {
  for (const RopeKind kind : {RopeKind::normal, RopeKind::neox})
    for (const size_t skew : {0, 4}) {
      QkvStoreOp gqa;
      gqa.n_head = 32, gqa.n_kv = 16, gqa.head_k = 18, gqa.head_v = 22;  // 16 heads are 9 blocks
      gqa.rope.kind = kind, gqa.rope.n_rot = 14;
      for (const NormOver over : {NormOver::head, NormOver::row}) {
        gqa.norm_over = over;
        check_store(gqa, {{2000, 1}, {33, 5}, {1, 1}}, skew);
      }
      gqa.n_kv = 32, gqa.head_k = 256, gqa.head_v = 64, gqa.rope.n_rot = 256, gqa.clamp = 0.5f;
      check_store(gqa, {{40, 20}}, skew);
      MlaStoreOp mla;
      mla.n_head = 5, mla.nope = 3, mla.c = 611, mla.rope_dim = 29;
      mla.rope.kind = kind, mla.rope.n_rot = 28;
      check_store(mla, {{2000, 1}, {33, 5}}, skew);
    }
}

TEST_F(Attention, BitsDependOnTheRowOnly) {
  for (const Heads& h : {Heads{8, 2, 64, 64}, Heads{4, 2, 32, 32, 100, true}, Heads{4, 1, 64, 0, 0, false, 32}}) {
    const int dv = h.c ? h.c : h.dv;
    for (const int context : {1, 100, 128, 129, 700}) {
      const std::vector<float> alone = attend(*device_, h, KvDType::f16, step_of({{context, 1}}), 0);
      std::vector<float> beside = attend(*device_, h, KvDType::f16, step_of({{context, 1}, {9000, 1}, {10, 1}}), 0);
      ASSERT_EQ(alone.size(), static_cast<size_t>(h.n_head * dv));
      beside.resize(alone.size());
      EXPECT_EQ(std::memcmp(alone.data(), beside.data(), alone.size() * sizeof(float)), 0) << context;
    }
  }
}

}  // namespace
