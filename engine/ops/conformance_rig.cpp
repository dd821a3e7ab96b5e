#include "ops/conformance_rig.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/check.h"
#include "core/half.h"
#include "core/quant_blocks.h"

namespace engine::conformance {
namespace {

constexpr size_t kGuard = 4096;            // bytes before and after every buffer
constexpr uint32_t kPattern = 0x7fc0beef;  // a NaN as f32, and as the upper of two f16
constexpr float kGarbage = 300.0f;         // cache rows nobody may read: finite, as a device may multiply them by a zero weight

std::vector<std::byte> pattern(size_t bytes) {
  std::vector<std::byte> out(bytes);
  for (size_t i = 0; i < bytes; ++i) out[i] = static_cast<std::byte>(kPattern >> (8 * (i % 4)));
  return out;
}

void put_row(KvDType type, const float* values, int n, std::byte* row) {
  if (type == KvDType::f32) std::memcpy(row, values, static_cast<size_t>(n) * sizeof(float));
  if (type == KvDType::q8_0) quantize_row_q8_0(values, row, n);
  if (type != KvDType::f16) return;
  for (int i = 0; i < n; ++i) {
    const uint16_t bits = float_to_half(values[i]);
    std::memcpy(row + 2 * i, &bits, sizeof bits);
  }
}

DType cache_dtype(KvDType type) {
  return type == KvDType::f32 ? DType::f32 : type == KvDType::f16 ? DType::f16 : DType::q8_0;
}

int64_t cache_row(const StepInputs& step, int s, int position) {
  return static_cast<int64_t>(step.page_row(s)[position / kPageTokens]) * kPageTokens + position % kPageTokens;
}

}  // namespace

size_t cache_row_bytes(KvDType type, int n) {
  return row_bytes(cache_dtype(type), n);
}

const char* cache_name(KvDType type) {
  return type == KvDType::f32 ? "f32" : type == KvDType::f16 ? "f16" : "q8_0";
}

double nmse(const float* a, const float* b, int64_t n) {
  double error = 0, power = 0;
  for (int64_t i = 0; i < n; ++i) {
    const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    error += d * d;
    power += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  if (error == 0) return 0;
  const double ratio = error / power;
  return std::isfinite(ratio) ? ratio : std::numeric_limits<double>::infinity();
}

std::byte* Rig::add(const std::string& name, Use use, size_t bytes, const void* initial, double limit, int64_t compare) {
  auto buffer = backend_.allocate(bytes + 2 * kGuard);
  if (!buffer) {
    allocation_error_ = buffer.error().message;  // run() reports it
    return nullptr;
  }
  std::vector<std::byte> all = pattern(bytes + 2 * kGuard);
  if (initial != nullptr && bytes > 0) std::memcpy(all.data() + kGuard, initial, bytes);
  backend_.upload((*buffer)->data, all.data(), all.size());
  Slot slot;
  slot.name = name;
  slot.buffer = std::move(*buffer);
  slot.bytes = bytes;
  slot.use = use;
  slot.limit = limit;
  slot.compare = compare;
  if (use == Use::input) slot.constant.assign(all.begin() + kGuard, all.end() - kGuard);
  slots_.push_back(std::move(slot));
  return slots_.back().buffer->data + kGuard;
}

float* Rig::floats(const std::string& name, int64_t n, double limit, int64_t compare) {
  const size_t bytes = static_cast<size_t>(n) * sizeof(float);
  return reinterpret_cast<float*>(add(name, Use::floats, bytes, nullptr, limit, compare < 0 ? n : compare));
}

float* Rig::floats(const std::string& name, const std::vector<float>& values, double limit) {
  const size_t bytes = values.size() * sizeof(float);
  return reinterpret_cast<float*>(add(name, Use::floats, bytes, values.data(), limit, static_cast<int64_t>(values.size())));
}

int32_t* Rig::ints(const std::string& name, int64_t n, int64_t compare) {
  const size_t bytes = static_cast<size_t>(n) * sizeof(int32_t);
  return reinterpret_cast<int32_t*>(add(name, Use::ints, bytes, nullptr, 0, compare < 0 ? n : compare));
}

float* Rig::scratch(int64_t n) {
  return reinterpret_cast<float*>(add("scratch", Use::scratch, static_cast<size_t>(n) * sizeof(float), nullptr));
}

float* Rig::scratch(const std::vector<float>& values) {
  return reinterpret_cast<float*>(add("scratch", Use::scratch, values.size() * sizeof(float), values.data()));
}

std::vector<std::byte> Rig::cache_bytes(const StepInputs& step, KvDType type, int n, uint64_t seed, bool complete) {
  const size_t stride = cache_row_bytes(type, n);
  const int64_t rows = static_cast<int64_t>(page_count(step)) * kPageTokens;
  Random random(seed);
  std::vector<std::byte> bytes(static_cast<size_t>(rows) * stride);
  for (int64_t r = 0; r < rows; ++r) put_row(type, random.normals(n, kGarbage).data(), n, bytes.data() + static_cast<size_t>(r) * stride);
  for (int s = 0; s < step.n_sequences; ++s) {
    const auto i = static_cast<size_t>(s);
    // Seeded by the first page: a sequence keeps its rows when it is computed alone.
    Random own(seed * 1000 + static_cast<uint64_t>(step.page_row(s)[0]) + 1);
    const int filled = complete ? step.context[i] : step.context[i] - (step.first_token[i + 1] - step.first_token[i]);
    for (int j = 0; j < filled; ++j)
      put_row(type, own.normals(n).data(), n, bytes.data() + static_cast<size_t>(cache_row(step, s, j)) * stride);
  }
  return bytes;
}

std::byte* Rig::cache(const StepInputs& step, KvDType type, int n, uint64_t seed, bool complete) {
  return input(cache_bytes(step, type, n, seed, complete));
}

std::byte* Rig::cache_result(const StepInputs& step, KvDType type, int n, uint64_t seed, double limit) {
  const std::vector<std::byte> bytes = cache_bytes(step, type, n, seed, false);
  std::byte* data = add("the cache", Use::cache, bytes.size(), bytes.data(), limit);
  if (data == nullptr) return nullptr;
  Slot& slot = slots_.back();
  slot.kv = type;
  slot.row_dim = n;
  for (int t = 0; t < step.n_tokens; ++t)
    slot.rows.push_back(cache_row(step, step.sequence[static_cast<size_t>(t)], step.positions[static_cast<size_t>(t)]));
  return data;
}

Weight Rig::weight(const WeightSpec& spec) {
  const Weight& host = store_.get(spec);
  const auto known = side_.placed.find(host.data);
  if (known != side_.placed.end()) return known->second;
  auto placed = backend_.place(host);
  if (placed) return side_.placed[host.data] = *placed;
  allocation_error_ = placed.error().message;
  return {};
}

double Rig::linear_limit(DType type, int rows) const {
  if (!is_float(type)) return kInt8Limit;
  const bool half = type != DType::f32 && rows > kBatch && backend_.half_products();
  return half ? kHalfLimit : kFloatLimit;
}

double Rig::glu_limit(DType type, int rows) const {
  if (!is_float(type)) return kInt8GluLimit;
  return linear_limit(type, rows) == kHalfLimit ? kHalfGluLimit : kFloatLimit;
}

RopeTable Rig::rope(RopeKind kind, int n_rot, float mscale) {
  RopeTable table;
  table.kind = kind;
  if (kind == RopeKind::none) return table;
  std::vector<double> inv_freq(static_cast<size_t>(n_rot / 2));
  for (size_t i = 0; i < inv_freq.size(); ++i) inv_freq[i] = std::pow(10000.0, -2.0 * static_cast<double>(i) / n_rot);
  table.n_rot = n_rot;
  table.inv_freq = input(inv_freq);
  table.mscale = mscale;
  return table;
}

Status Rig::run() {
  if (!allocation_error_.empty()) return Error{ErrorCode::out_of_memory, allocation_error_, ""};
  backend_.set_step(step_);
  auto plan = backend_.compile(ops_);
  if (!plan) return plan.error();
  return backend_.run(**plan, {});
}

std::vector<std::byte> Rig::contents(const Slot& slot) {
  std::vector<std::byte> bytes(slot.bytes);
  backend_.download(bytes.data(), slot.buffer->data + kGuard, bytes.size());
  return bytes;
}

std::string Rig::damage() {
  for (const Slot& slot : slots_) {
    std::vector<std::byte> all(slot.bytes + 2 * kGuard);
    backend_.download(all.data(), slot.buffer->data, all.size());
    const std::vector<std::byte> expected = pattern(all.size());
    if (std::memcmp(all.data(), expected.data(), kGuard) != 0) return fmt::format("wrote before the start of {}", slot.name);
    if (std::memcmp(all.data() + kGuard + slot.bytes, expected.data() + kGuard + slot.bytes, kGuard) != 0)
      return fmt::format("wrote past the end of {}", slot.name);
    const bool constant =
        slot.use != Use::input || slot.bytes == 0 || std::memcmp(all.data() + kGuard, slot.constant.data(), slot.bytes) == 0;
    if (!constant) return "changed an input";
  }
  return "";
}

Rig::Difference Rig::compare_slot(const Slot& slot, const std::vector<std::byte>& mine, const std::vector<std::byte>& truth) {
  Difference d;
  d.limit = slot.limit;
  if (slot.use == Use::ints) {
    for (int64_t i = 0; i < slot.compare; ++i) {
      int32_t a, b;
      std::memcpy(&a, mine.data() + 4 * i, 4);
      std::memcpy(&b, truth.data() + 4 * i, 4);
      if (a == b) continue;
      d.nmse = std::numeric_limits<double>::infinity();
      d.problem = fmt::format("{}[{}] is {} instead of {}", slot.name, i, a, b);
      return d;
    }
    return d;
  }
  if (slot.use == Use::floats) {
    d.nmse = nmse(reinterpret_cast<const float*>(mine.data()), reinterpret_cast<const float*>(truth.data()), slot.compare);
  } else {
    const size_t stride = cache_row_bytes(slot.kv, slot.row_dim);
    std::vector<float> a, b;
    std::vector<std::byte> rest_a = mine, rest_b = truth;
    for (const int64_t r : slot.rows) {
      const size_t at = static_cast<size_t>(r) * stride, end = a.size(), n = static_cast<size_t>(slot.row_dim);
      a.resize(end + n), b.resize(end + n);
      dequantize_row(cache_dtype(slot.kv), mine.data() + at, a.data() + end, slot.row_dim);
      dequantize_row(cache_dtype(slot.kv), truth.data() + at, b.data() + end, slot.row_dim);
      std::fill_n(rest_a.begin() + static_cast<int64_t>(at), stride, std::byte{0});
      std::fill_n(rest_b.begin() + static_cast<int64_t>(at), stride, std::byte{0});
    }
    d.nmse = nmse(a.data(), b.data(), static_cast<int64_t>(a.size()));
    if (rest_a != rest_b) d.problem = "changed a cache row that belongs to no token of the step";
  }
  if (d.nmse > d.limit) d.problem = fmt::format("{} differs from the reference", slot.name);
  return d;
}

Rig::Difference Rig::compare(Rig& truth) {
  HEARTH_CHECK(slots_.size() == truth.slots_.size());
  Difference worst;
  double worst_ratio = -1;
  for (size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    if (slot.use == Use::input || slot.use == Use::scratch) continue;
    Difference d = compare_slot(slot, contents(slot), truth.contents(truth.slots_[i]));
    const double ratio = d.problem.empty() ? (d.limit > 0 ? d.nmse / d.limit : 0) : std::numeric_limits<double>::infinity();
    if (ratio > worst_ratio) {
      worst = std::move(d);
      worst_ratio = ratio;
    }
  }
  return worst;
}

std::vector<float> Rig::read(const std::string& name) {
  for (const Slot& slot : slots_) {
    if (slot.name != name) continue;
    const std::vector<std::byte> bytes = contents(slot);
    std::vector<float> out(bytes.size() / sizeof(float));
    std::memcpy(out.data(), bytes.data(), bytes.size());
    return out;
  }
  return {};
}

}  // namespace engine::conformance
