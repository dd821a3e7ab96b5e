// Thousands of small damages to good files: each must give an error with a message or a model every byte of which can be
// read, and never a crash, a long wait or a large allocation. Run it with -DHEARTH_SANITIZE=address,undefined too.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <new>

#include "engine/info.h"
#include "gguf/parser.h"
#include "gguf/reader.h"
#include "model/config.h"
#include "model/weights.h"
#include "support/tiny_models.h"

namespace {
std::atomic<size_t> live_bytes{0}, peak_bytes{0};

void* counted(size_t size) {
  void* p = std::malloc(size ? size : 1);
  if (!p) return nullptr;
  const size_t live = live_bytes += malloc_usable_size(p);
  size_t peak = peak_bytes;
  while (live > peak && !peak_bytes.compare_exchange_weak(peak, live)) {
  }
  return p;
}

void uncounted(void* p) noexcept {
  if (p) live_bytes -= malloc_usable_size(p);
  std::free(p);
}
}  // namespace

void* operator new(size_t size) {
  void* p = counted(size);
  if (!p) throw std::bad_alloc();
  return p;
}
void* operator new[](size_t size) {
  return operator new(size);
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return counted(size);
}
void* operator new[](size_t size, const std::nothrow_t&) noexcept {
  return counted(size);
}
void operator delete(void* p) noexcept {
  uncounted(p);
}
void operator delete[](void* p) noexcept {
  uncounted(p);
}
void operator delete(void* p, size_t) noexcept {
  uncounted(p);
}
void operator delete[](void* p, size_t) noexcept {
  uncounted(p);
}
void operator delete(void* p, const std::nothrow_t&) noexcept {
  uncounted(p);
}
void operator delete[](void* p, const std::nothrow_t&) noexcept {
  uncounted(p);
}

namespace {

using Bytes = std::vector<std::byte>;
using engine::Weight;
using hearth_test::TinyModel;

constexpr size_t kAllocationLimit = size_t{64} << 20;

enum class FieldKind { count, length, type, value, n_dims, dim, tensor_type, offset };

struct Field {
  size_t at = 0;
  size_t size = 0;
  FieldKind kind = FieldKind::count;
};

/// Where the fields of a good file are: a reading of the format of its own, without any check.
class Map {
 public:
  explicit Map(const Bytes& bytes) : bytes_(bytes) {
    at_ = 8;
    const uint64_t tensors = field<uint64_t>(FieldKind::count);
    const uint64_t keys = field<uint64_t>(FieldKind::count);
    for (uint64_t i = 0; i < keys; ++i) {
      text();
      value(field<uint32_t>(FieldKind::type));
    }
    for (uint64_t i = 0; i < tensors; ++i) {
      text();
      const uint32_t dims = field<uint32_t>(FieldKind::n_dims);
      for (uint32_t d = 0; d < dims; ++d) field<uint64_t>(FieldKind::dim);
      field<uint32_t>(FieldKind::tensor_type);
      field<uint64_t>(FieldKind::offset);
    }
    end_ = at_;
  }
  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
  [[nodiscard]] size_t header_end() const { return end_; }

 private:
  template <class T>
  T field(FieldKind kind) {
    T v{};
    std::memcpy(&v, bytes_.data() + at_, sizeof(T));
    fields_.push_back({at_, sizeof(T), kind});
    at_ += sizeof(T);
    return v;
  }
  void text() { at_ += field<uint64_t>(FieldKind::length); }
  void value(uint32_t type) {
    constexpr size_t size[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    if (type == 8) return text();
    if (type != 9) {
      fields_.push_back({at_, size[type], FieldKind::value});
      at_ += size[type];
      return;
    }
    const uint32_t element = field<uint32_t>(FieldKind::type);
    const uint64_t n = field<uint64_t>(FieldKind::length);
    if (element == 8) {
      const size_t first = fields_.size();
      for (uint64_t i = 0; i < n; ++i) text();
      // One string of an array is like the next: the first and the last are enough.
      if (n > 2) fields_.erase(fields_.begin() + static_cast<std::ptrdiff_t>(first) + 1, fields_.end() - 1);
    } else {
      at_ += size[element] * n;
    }
  }
  const Bytes& bytes_;
  size_t at_ = 0, end_ = 0;
  std::vector<Field> fields_;
};

volatile unsigned sink = 0;

void touch(const void* data, size_t n) {
  unsigned sum = 0;
  for (size_t i = 0; i < n; ++i) sum += static_cast<unsigned>(static_cast<const std::byte*>(data)[i]);
  sink = sink + sum;
}

/// Runs damaged files through everything that reads them.
class Mutation : public testing::Test {
 protected:
  static void SetUpTestSuite() { ::setenv("HEARTH_LOG", "error", 0); }  // hundreds of warnings otherwise

  void check(const Bytes& bytes, const std::string& what) {
    ++total_;
    const size_t before = live_bytes;
    peak_bytes = before;
    const auto start = std::chrono::steady_clock::now();
    parse_in_memory(bytes, what);
    load(folder_.write("mutant.gguf", bytes), what);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    ASSERT_LT(peak_bytes - before, kAllocationLimit) << what;
    ASSERT_LT(seconds.count(), 10.0) << what;
  }

  /// From a block of exactly the file's size, so that a sanitizer sees one byte too many.
  void parse_in_memory(const Bytes& bytes, const std::string& what) {
    const auto exact = std::make_unique<std::byte[]>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), exact.get());
    const std::span<const std::byte> all(exact.get(), bytes.size());
    const auto part = engine::gguf::parse_part("memory", all);
    if (!part) {
      ASSERT_FALSE(part.error().message.empty()) << what;
      return;
    }
    for (const engine::gguf::TensorInfo& t : part->tensors) {
      ASSERT_GE(t.data, all.data()) << what;
      ASSERT_LE(t.bytes, static_cast<size_t>(all.data() + all.size() - t.data)) << what;
      touch(t.data, t.bytes);
    }
  }

  void load(const std::string& path, const std::string& what) {
    const auto info = engine::inspect_model(path);
    ASSERT_TRUE(info || !info.error().message.empty()) << what;
    const auto memory = engine::estimate_memory(path, 0, engine::KvType::f16);
    ASSERT_TRUE(memory || !memory.error().message.empty()) << what;
    const auto file = engine::gguf::File::open(path);
    if (!file) return refused(file.error(), what);
    const auto config = engine::model::read_config(*file);
    if (!config) return refused(config.error(), what);
    const auto weights = engine::model::bind_weights(*file, *config);
    if (!weights) return refused(weights.error(), what);
    ++loaded_;
    for (const double f : config->rope.inv_freq) ASSERT_TRUE(std::isfinite(f)) << what;
    ASSERT_TRUE(std::isfinite(config->attn_scale)) << what;
    touch_all(*file, *config, *weights, what);
  }

  void refused(const engine::Error& error, const std::string& what) {
    ++refused_;
    ASSERT_FALSE(error.message.empty()) << what;
    for (const char c : error.message) ASSERT_TRUE(c >= 0x20 && c < 0x7f) << what << ": " << error.message;
  }

  static void touch_weight(const engine::gguf::File& file, const engine::model::ModelWeights& weights, const Weight& w,
                           const std::string& what) {
    if (w.empty()) return;
    const size_t row = engine::row_bytes(w.type, w.in);
    const std::byte* last = w.row(w.out - 1, w.experts - 1) + row;
    bool inside = false;
    for (const engine::gguf::TensorInfo& t : file.tensors()) inside |= w.data >= t.data && last <= t.data + t.bytes;
    for (const auto& owned : weights.owned) inside |= w.data == owned.get();
    ASSERT_TRUE(inside) << what;
    for (int64_t e = 0; e < w.experts; ++e)
      for (int64_t r = 0; r < w.out; ++r) touch(w.row(r, e), row);
  }

  static void touch_all(const engine::gguf::File& file, const engine::model::Config& c, const engine::model::ModelWeights& w,
                        const std::string& what) {
    const auto vector = [&](const float* v, int64_t n) {
      if (v) touch(v, sizeof(float) * static_cast<size_t>(n));
    };
    touch_weight(file, w, w.token_embd, what);
    touch_weight(file, w, w.output, what);
    vector(w.output_norm, c.n_embd);
    ASSERT_EQ(w.layers.size(), static_cast<size_t>(c.n_layers));
    for (const engine::model::LayerWeights& l : w.layers) {
      for (const Weight* m : {&l.wq, &l.wk, &l.wv, &l.wq_a, &l.wq_b, &l.wkv_a, &l.wk_b, &l.wv_b, &l.wo, &l.w_gate, &l.w_up, &l.w_down,
                              &l.router, &l.gate_exps, &l.up_exps, &l.down_exps})
        touch_weight(file, w, *m, what);
      vector(l.attn_norm, c.n_embd);
      vector(l.ffn_norm, c.n_embd);
      vector(l.q_norm, c.head_k);
      vector(l.k_norm, c.head_k);
      vector(l.bq, int64_t{c.n_head} * c.head_k);
      vector(l.bk, int64_t{c.n_head_kv} * c.head_k);
      vector(l.bv, int64_t{c.n_head_kv} * c.head_v);
      vector(l.bo, c.n_embd);
      vector(l.q_a_norm, c.mla.q_lora_rank);
      vector(l.kv_a_norm, c.mla.kv_lora_rank);
      vector(l.router_select_bias, c.moe.n_experts);
    }
  }

  /// Every number of the file replaced by values that hurt.
  void lie(const Bytes& good, const std::string& name) {
    const Map map(good);
    for (const Field& f : map.fields()) {
      uint64_t original = 0;
      std::memcpy(&original, good.data() + f.at, f.size);
      for (const uint64_t value : lies(f.kind, original)) {
        Bytes bytes = good;
        std::memcpy(bytes.data() + f.at, &value, f.size);
        check(bytes, name + ": field at " + std::to_string(f.at) + " = " + std::to_string(value));
        if (HasFatalFailure()) return;
      }
    }
  }

  static std::vector<uint64_t> lies(FieldKind kind, uint64_t original) {
    const uint64_t big = uint64_t{1} << 63;
    switch (kind) {
      case FieldKind::count:
        return {0, original + 1, original - 1, 1u << 20, 1u << 31, uint64_t{1} << 40, big, UINT64_MAX};
      case FieldKind::length:
        return {0, original + 1, original + 4096, 1u << 31, big - 1, UINT64_MAX, UINT64_MAX - 7};
      case FieldKind::type:
        return {0, 4, 6, 7, 8, 9, 10, 13, 0xffffffffu};
      case FieldKind::value:
        return {0,        1,        2,           3,           5,           7,           original + 1, 1u << 12,
                1u << 16, 1u << 20, 0x7fffffffu, 0xffffffffu, 0x7fc00000u, 0x7f800000u, 0xff800000u};
      case FieldKind::n_dims:
        return {0, 1, 2, 3, 4, 5, 0xffffffffu};
      case FieldKind::dim:
        return {0, original + 1, original * 2, original / 2, 1u << 31, uint64_t{1} << 61, big, UINT64_MAX};
      case FieldKind::tensor_type:
        return {1, 2, 4, 8, 12, 16, 30, 36, 39, 133, 210, 0xffffffffu};
      case FieldKind::offset:
        return {0, original + 1, original + 32, original - 32, 1u << 31, big, UINT64_MAX, UINT64_MAX - 31};
    }
    return {};
  }

  void truncate(const Bytes& good, const std::string& name) {
    const Map map(good);
    std::vector<size_t> ends = {
        0, 1, 3, 4, 7, 8, map.header_end(), map.header_end() + 1, good.size() - 1, good.size() - 31, good.size() / 2};
    for (const Field& f : map.fields()) ends.insert(ends.end(), {f.at, f.at + 1, f.at + f.size});
    for (const size_t end : ends) {
      check(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(end)), name + ": cut at " + std::to_string(end));
      if (HasFatalFailure()) return;
    }
  }

  /// One to four flipped bits in the header, from a fixed sequence.
  void flip(const Bytes& good, const std::string& name, int rounds) {
    const size_t header_bits = Map(good).header_end() * 8;
    uint64_t state = 88172645463325252ull;
    for (int i = 0; i < rounds; ++i) {
      Bytes bytes = good;
      for (int k = 0; k <= i % 4; ++k) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        const size_t bit = state % header_bits;
        bytes[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
      }
      check(bytes, name + ": flip " + std::to_string(i));
      if (HasFatalFailure()) return;
    }
  }

  void run(const TinyModel& model, const std::string& name) {
    const Bytes good = model.bytes();
    check(good, name);
    ASSERT_EQ(loaded_, 1) << "the undamaged file must load";
    truncate(good, name);
    lie(good, name);
    flip(good, name, 600);
    EXPECT_GE(total_, 400);
    EXPECT_GT(refused_, total_ / 3) << "of " << total_;
    RecordProperty("mutations", total_);
    std::printf("%s: %d mutations, %d refused, %d loaded\n", name.c_str(), total_, refused_, loaded_);
  }

  hearth_test::TempFolder folder_;
  int total_ = 0, loaded_ = 0, refused_ = 0;
};

TEST_F(Mutation, Llama) {
  run(hearth_test::tiny_llama(), "llama");
}
TEST_F(Mutation, Qwen2) {
  run(hearth_test::tiny_qwen2(), "qwen2");
}
TEST_F(Mutation, Qwen3Moe) {
  run(hearth_test::tiny_qwen3moe(), "qwen3moe");
}
TEST_F(Mutation, Deepseek2) {
  run(hearth_test::tiny_deepseek2(hearth_test::MlaLayout::current, hearth_test::DeepseekKind::v3), "deepseek2");
}

TEST_F(Mutation, Deepseek2Legacy) {
  TinyModel model = hearth_test::tiny_deepseek2(hearth_test::MlaLayout::legacy, hearth_test::DeepseekKind::lite);
  model.tensors["blk.1.attn_kv_b.weight"].type = engine::DType::q8_0;
  model.tensors["blk.0.attn_norm.weight"].type = engine::DType::f16;
  run(model, "deepseek2 legacy");
}

}  // namespace
