// Seeded data of the conformance table: numbers, weights, steps.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

#include "core/check.h"
#include "core/half.h"
#include "core/quant_blocks.h"
#include "ops/conformance_rig.h"

namespace engine::conformance {
namespace {

void put_half(std::byte* at, float value) {
  const uint16_t bits = float_to_half(value);
  std::memcpy(at, &bits, sizeof bits);
}

/// Scale fields that give deviation about 1 with uniformly random codes.
void put_scales(DType type, std::byte* block, Random& random) {
  const float sign = random.below(2) ? 1.0f : -1.0f;  // encoders of the 32-element types store negative scales, too
  const float spread = random.uniform(0.5f, 1.5f);
  switch (type) {
    case DType::q8_0:
      put_half(block, spread / 74.0f);
      break;  // codes deviate by 256 / sqrt(12)
    case DType::q4_0:
      put_half(block, sign * spread / 4.6f);
      break;  // 16 / sqrt(12)
    case DType::q5_0:
      put_half(block, sign * spread / 9.2f);
      break;  // 32 / sqrt(12)
    case DType::q4_1:
    case DType::q5_1: {
      put_half(block, sign * spread / (type == DType::q4_1 ? 4.6f : 9.2f));
      put_half(block + 2, -sign * spread * random.uniform(1.0f, 2.0f));
      break;
    }
    case DType::iq4_nl:  // the table deviates by 69
      put_half(block, sign * spread / 69.0f);
      break;
    case DType::mxfp4:  // doubled values deviate by 5.5
      block[0] = static_cast<std::byte>(124 + random.below(4));
      break;
    case DType::q2_k:  // scale 7.5 and code 1.5 on average, minimum 7.5
      put_half(block + 80, spread * 0.1f);
      put_half(block + 82, spread * 0.15f);
      break;
    case DType::q3_k:  // scales deviate by 18.5, codes by 2.3
      put_half(block + 108, sign * spread / 42.0f);
      break;
    case DType::q4_k:
    case DType::q5_k: {  // scale 31.5 and code 7.5 or 15.5 on average, minimum 31.5
      const float step = spread * (type == DType::q4_k ? 0.005f : 0.0025f);
      put_half(block, step);
      put_half(block + 2, step * (type == DType::q4_k ? 7.5f : 15.5f));
      break;
    }
    case DType::q6_k:
      put_half(block + 208, spread * 0.0008f);
      break;
    case DType::iq4_xs:  // scales deviate by 18.5, the table by 69
      put_half(block, sign * spread / 1280.0f);
      break;
    case DType::iq1_s:  // scales average 8, the grid deviates by 0.8
      put_half(block, sign * spread / 6.4f);
      break;
    case DType::iq1_m:
      for (int i = 0; i < 4; ++i)
        block[49 + 2 * i] =
            (block[49 + 2 * i] & std::byte{15}) | static_cast<std::byte>((float_to_half(sign * spread / 6.4f) >> (4 * i) & 15) << 4);
      break;
    case DType::iq2_xxs:  // scales average 2, the grids deviate by 22
    case DType::iq2_xs:
    case DType::iq2_s:
      put_half(block, sign * spread / 44.0f);
      break;
    case DType::iq3_xxs:  // 4 and 30
      put_half(block, sign * spread / 120.0f);
      break;
    case DType::iq3_s:  // 16 and 9
      put_half(block, sign * spread / 150.0f);
      break;
    case DType::tq1_0:
      put_half(block + 52, spread * 1.2f);
      break;
    case DType::tq2_0:
      put_half(block + 64, spread);
      break;
    default:
      break;
  }
}

void random_row(DType type, std::byte* row, int64_t n, int64_t index, Random& random) {
  if (is_float(type) || (type == DType::q8_0 && index % 4 != 3)) {
    const std::vector<float> values = random.normals(n);
    if (type == DType::f32) std::memcpy(row, values.data(), values.size() * sizeof(float));
    if (type == DType::q8_0) quantize_row_q8_0(values.data(), row, n);
    for (size_t i = 0; i < values.size() && (type == DType::f16 || type == DType::bf16); ++i) {
      const uint16_t bits = type == DType::f16 ? float_to_half(values[i]) : float_to_bfloat(values[i]);
      std::memcpy(row + 2 * i, &bits, sizeof bits);
    }
    return;
  }
  const DTypeInfo& info = dtype_info(type);
  for (int64_t b = 0; b < n / info.block_elems; ++b, row += info.block_bytes) {
    for (int i = 0; i < info.block_bytes; ++i) row[i] = static_cast<std::byte>(random.next() >> 24);
    put_scales(type, row, random);
  }
}

}  // namespace

uint32_t Random::next() {  // splitmix64
  uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return static_cast<uint32_t>((z ^ (z >> 31)) >> 32);
}

float Random::normal() {
  // The sum of four random bytes: mean 510, deviation sqrt(4 * (256^2 - 1) / 12) = 147.8; nearly normal within 3.4 sigma, cheap,
  // and the same on every platform.
  const uint32_t bits = next();
  const int sum = static_cast<int>((bits & 255u) + ((bits >> 8) & 255u) + ((bits >> 16) & 255u) + (bits >> 24));
  return static_cast<float>(sum - 510) / 147.8f;
}

std::vector<float> Random::normals(int64_t n, float scale) {
  std::vector<float> out(static_cast<size_t>(n));
  for (float& v : out) v = scale * normal();
  return out;
}

std::vector<int32_t> Random::permutation(int n) {
  std::vector<int32_t> out(static_cast<size_t>(n));
  std::iota(out.begin(), out.end(), 0);
  for (int i = n - 1; i > 0; --i) std::swap(out[static_cast<size_t>(i)], out[static_cast<size_t>(below(i + 1))]);
  return out;
}

const Weight& WeightStore::get(const WeightSpec& spec) {
  const std::string key =
      fmt::format("{} {} {} {} {} {}", dtype_name(spec.type), spec.in, spec.out, spec.experts, spec.gap_rows, spec.seed);
  std::unique_ptr<Entry>& entry = entries_[key];
  if (entry) return entry->weight;
  entry = std::make_unique<Entry>();
  const size_t row = row_bytes(spec.type, spec.in);
  const int64_t rows = (spec.out + spec.gap_rows) * spec.experts;
  entry->bytes.resize(static_cast<size_t>(rows) * row);
  uint64_t seed = 0xcbf29ce484222325ull;  // FNV-1a: the same data on every platform
  for (const char c : key) seed = (seed ^ static_cast<uint8_t>(c)) * 0x100000001b3ull;
  Random random(seed);
  for (int64_t r = 0; r < rows; ++r) random_row(spec.type, entry->bytes.data() + static_cast<size_t>(r) * row, spec.in, r, random);
  entry->weight = {
      spec.type, entry->bytes.data(), spec.in, spec.out, spec.experts, row, row * static_cast<size_t>(spec.out + spec.gap_rows)};
  return entry->weight;
}

StepInputs make_step(const StepSpec& spec) {
  StepInputs step;
  Random random(spec.seed);
  step.n_sequences = static_cast<int32_t>(spec.sequences.size());
  int pages = 0;
  for (const SequenceSpec& s : spec.sequences) {
    const int need = (s.context + kPageTokens - 1) / kPageTokens;
    pages += need;
    step.max_pages = std::max(step.max_pages, need + 1);
  }
  step.max_pages = std::min(step.max_pages, kLimits.max_pages);
  const std::vector<int32_t> ids = random.permutation(pages + 1);
  step.pages.assign(static_cast<size_t>(step.n_sequences * step.max_pages), ids.back());  // table ends point at the spare page
  step.first_token.push_back(0);
  constexpr int32_t kSlots[] = {-1, 0, -1, 1};
  size_t next_page = 0;
  for (int32_t s = 0; s < step.n_sequences; ++s) {
    const SequenceSpec& sequence = spec.sequences[static_cast<size_t>(s)];
    for (int p = 0; p * kPageTokens < sequence.context; ++p) step.pages[static_cast<size_t>(s * step.max_pages + p)] = ids[next_page++];
    for (int i = 0; i < sequence.fresh; ++i, ++step.n_tokens) {
      step.tokens.push_back(random.below(spec.n_vocab));
      step.positions.push_back(sequence.context - sequence.fresh + i);
      step.sequence.push_back(s);
      step.lora_slot.push_back(kSlots[step.n_tokens % 4]);
    }
    step.context.push_back(sequence.context);
    step.first_token.push_back(step.n_tokens);
  }
  HEARTH_CHECK(step.n_tokens <= kLimits.max_tokens && step.n_sequences <= kLimits.max_sequences && spec.n_outputs <= kLimits.max_outputs);
  step.n_outputs = spec.n_outputs;
  for (int r = 0; r < spec.n_outputs; ++r) step.output_rows.push_back(random.below(step.n_tokens));
  return step;
}

StepInputs make_step(int tokens, int n_outputs) {
  return make_step({{{tokens, tokens}}, n_outputs, 64, static_cast<uint64_t>(tokens * 100 + n_outputs)});
}

StepInputs slice_step(const StepInputs& step, int first, int count) {
  StepInputs out;
  const auto take = [first, count](const std::vector<int32_t>& v, int width) {
    return std::vector<int32_t>(v.begin() + first * width, v.begin() + (first + count) * width);
  };
  HEARTH_CHECK(step.n_tokens == step.n_sequences && first + count <= step.n_tokens);
  out.n_tokens = out.n_sequences = count;
  out.max_pages = step.max_pages;
  out.tokens = take(step.tokens, 1);
  out.positions = take(step.positions, 1);
  out.lora_slot = take(step.lora_slot, 1);
  out.context = take(step.context, 1);
  out.pages = take(step.pages, step.max_pages);
  for (int32_t i = 0; i <= count; ++i) out.first_token.push_back(i);
  for (int32_t i = 0; i < count; ++i) out.sequence.push_back(i);
  return out;
}

std::vector<float> addends(uint64_t seed, const StepInputs& step, const std::vector<int32_t>& token_of, int64_t width) {
  std::vector<float> values = Random(seed).normals(static_cast<int64_t>(token_of.size()) * width);
  for (size_t r = 0; r < token_of.size(); ++r) {
    const bool adapted = token_of[r] >= 0 && step.lora_slot[static_cast<size_t>(token_of[r])] >= 0;
    if (!adapted) std::fill_n(values.begin() + static_cast<int64_t>(r) * width, width, std::numeric_limits<float>::quiet_NaN());
  }
  return values;
}

std::vector<float> addends(uint64_t seed, const StepInputs& step, Rows rows, int64_t width) {
  if (rows == Rows::outputs) return addends(seed, step, step.output_rows, width);
  std::vector<int32_t> tokens(static_cast<size_t>(step.n_tokens));
  std::iota(tokens.begin(), tokens.end(), 0);
  return addends(seed, step, tokens, width);
}

int page_count(const StepInputs& step) {
  return step.pages.empty() ? 0 : *std::max_element(step.pages.begin(), step.pages.end()) + 1;
}

}  // namespace engine::conformance
