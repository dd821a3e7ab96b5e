// The reference against numbers worked out by hand and against the formulas written another way.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "ops/host_device.h"

namespace {

using namespace engine;
using hearth_test::f32_weight;
using hearth_test::HostDevice;
using hearth_test::noise;
using hearth_test::one_sequence;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::byte* bytes(std::vector<float>& v) {
  return reinterpret_cast<std::byte*>(v.data());
}

TEST(Reference, EmbedScalesTheRowsOfTokens) {
  const std::vector<float> table = {1, 2, 3, 4, 5, 6};
  std::vector<float> out(6);
  StepInputs step = one_sequence(3);
  step.tokens = {2, 0, 2};
  HostDevice().run(step, {EmbedOp{f32_weight(table, 2, 3), 0.5f, {}, out.data()}});
  EXPECT_EQ(out, (std::vector<float>{2.5, 3, 0.5, 1, 2.5, 3}));
}

TEST(Reference, AddNormSumsPartsAndGathersOutputRows) {
  std::vector<float> x = {1, 2, 3, 4};  // two rows
  const std::vector<float> a = {2, 0, 0, 0}, b = {0, 4, 0, 8}, weight = {1, 2};
  std::vector<float> y(6, kNan);
  StepInputs step = one_sequence(2);
  step.n_outputs = 3;
  step.output_rows = {1, 0, 1};
  AddNormOp op;
  op.x = x.data(), op.dim = 2, op.n_parts = 2;
  op.parts[0] = {a.data(), 1.0f}, op.parts[1] = {b.data(), 0.5f};
  op.weight = weight.data(), op.eps = 0, op.y = y.data(), op.rows = Rows::outputs;
  HostDevice().run(step, {op});
  EXPECT_EQ(x, (std::vector<float>{3, 4, 3, 8}));  // x + a + b / 2
  const double r0 = std::sqrt((9.0 + 16.0) / 2), r1 = std::sqrt((9.0 + 64.0) / 2);
  const double expected[] = {3 / r1, 16 / r1, 3 / r0, 8 / r0, 3 / r1, 16 / r1};
  for (size_t i = 0; i < 6; ++i) EXPECT_NEAR(y[i], expected[i], 1e-6) << i;
}

TEST(Reference, LinearReadsAddendsOnlyWhereAnAdapterIs) {
  const std::vector<float> w = {1, 2, 3, 4}, x = {1, 1, 2, 0}, bias = {10, 20};
  const std::vector<float> addend = {kNan, kNan, 0.5f, 0.25f};
  std::vector<float> y(4);
  StepInputs step = one_sequence(3);
  step.lora_slot = {-1, 7, -1};
  step.n_outputs = 2;
  step.output_rows = {2, 1};
  LinearOp op;
  op.x = x.data(), op.in = 2, op.rows = Rows::outputs;
  op.outs[0] = {f32_weight(w, 2, 2), bias.data(), {addend.data(), nullptr}, y.data()};
  HostDevice().run(step, {op});
  EXPECT_EQ(y, (std::vector<float>{13, 27, 12.5f, 26.25f}));
}

TEST(Reference, LinearGluIsActivatedGateTimesUp) {
  const std::vector<float> gate = {1, 0}, up = {0, 2}, x = {2, 3, -1, 5};
  std::vector<float> y(2);
  LinearGluOp op;
  op.x = x.data(), op.gate = f32_weight(gate, 2, 1), op.up = f32_weight(up, 2, 1), op.y = y.data();
  HostDevice().run(one_sequence(2), {op});
  EXPECT_NEAR(y[0], 2 / (1 + std::exp(-2.0)) * 6, 1e-6);
  EXPECT_NEAR(y[1], -1 / (1 + std::exp(1.0)) * 10, 1e-6);
}

TEST(Reference, LinearHeadsUsesOneMatrixForEachHeadAndLeavesGapsAlone) {
  const std::vector<float> w = {1, 2, 3, 4};  // two heads, [out 1][in 2]
  const std::vector<float> x = {1, 1, 9, 2, 1, 9};
  std::vector<float> y = {0, -7, 0, -7};
  LinearHeadsOp op;
  op.x = x.data(), op.x_head_stride = 3, op.x_token_stride = 6;
  op.w = f32_weight(w, 2, 1, 2), op.y = y.data(), op.y_head_stride = 2, op.y_token_stride = 4;
  HostDevice().run(one_sequence(1), {op});
  EXPECT_EQ(y, (std::vector<float>{3, -7, 10, -7}));
}

/// q and k of one token, head of 6 of which 4 rotate, at position 3 with frequencies 0.5 and 0.25.
std::vector<float> rotated(RopeKind kind, float mscale) {
  const double inv_freq[] = {0.5, 0.25};
  std::vector<float> q = {1, 2, 3, 4, 5, 6}, k = q, k_plane(96 * 6), v_plane(96 * 6);
  std::vector<float> v(6, 1.0f);
  QkvStoreOp op;
  op.q = q.data(), op.k = k.data(), op.v = v.data();
  op.n_head = op.n_kv = 1, op.head_k = op.head_v = 6;
  op.rope = {kind, 4, inv_freq, mscale};
  op.kv = {KvDType::f32, bytes(k_plane), bytes(v_plane), 24, 24};
  HostDevice().run(one_sequence(1, 3), {op});
  const size_t row = (2 * 32 + 3) * 6;  // page 2, position 3
  for (size_t i = 0; i < 6; ++i) EXPECT_EQ(k_plane[row + i], q[i]);
  for (size_t i = 0; i < 6; ++i) EXPECT_EQ(v_plane[row + i], 1.0f);
  EXPECT_EQ(std::count(v_plane.begin(), v_plane.end(), 1.0f), 6);
  return q;
}

TEST(Reference, RopeNormalTurnsNeighbours) {
  const std::vector<float> q = rotated(RopeKind::normal, 1.0f);
  const double a = 1.5, b = 0.75;
  const double expected[] = {std::cos(a) - 2 * std::sin(a),
                             std::sin(a) + 2 * std::cos(a),
                             3 * std::cos(b) - 4 * std::sin(b),
                             3 * std::sin(b) + 4 * std::cos(b),
                             5,
                             6};
  for (size_t i = 0; i < 6; ++i) EXPECT_NEAR(q[i], expected[i], 1e-6) << i;
}

TEST(Reference, RopeNeoxTurnsHalvesAndScales) {
  const std::vector<float> q = rotated(RopeKind::neox, 2.0f);
  const double a = 1.5, b = 0.75;
  const double expected[] = {2 * (std::cos(a) - 3 * std::sin(a)),
                             2 * (2 * std::cos(b) - 4 * std::sin(b)),
                             2 * (std::sin(a) + 3 * std::cos(a)),
                             2 * (2 * std::sin(b) + 4 * std::cos(b)),
                             5,
                             6};
  for (size_t i = 0; i < 6; ++i) EXPECT_NEAR(q[i], expected[i], 2e-6) << i;
}

TEST(Reference, QkNormComesBeforeTheRotation) {
  const double inv_freq[] = {1.0};
  std::vector<float> q = {3, 4}, k = {6, 8}, k_plane(96 * 2), v_plane(96 * 2);
  std::vector<float> v = {0, 0};
  const std::vector<float> norm = {2, 1};
  QkvStoreOp op;
  op.q = q.data(), op.k = k.data(), op.v = v.data(), op.q_norm = op.k_norm = norm.data(), op.eps = 0;
  op.n_head = op.n_kv = 1, op.head_k = op.head_v = 2, op.rope = {RopeKind::normal, 2, inv_freq, 1.0f};
  op.kv = {KvDType::f32, bytes(k_plane), bytes(v_plane), 8, 8};
  HostDevice().run(one_sequence(1, 1), {op});
  const double r = std::sqrt(12.5), x = 6 / r, y = 4 / r;
  EXPECT_NEAR(q[0], x * std::cos(1.0) - y * std::sin(1.0), 1e-6);
  EXPECT_NEAR(q[1], x * std::sin(1.0) + y * std::cos(1.0), 1e-6);
  EXPECT_NEAR(k_plane[(64 + 1) * 2], q[0], 1e-6);  // a row twice as long has the same norm
}

/// Stores 40 tokens over two pages (ids 1 and 2 exchanged), v = position, and attends from all of them.
std::vector<float> attend_over_pages(KvDType type, float sharpness) {
  constexpr int kTokens = 40, kHead = 32;
  std::vector<float> q(kTokens * kHead), k(kTokens * kHead), v(kTokens * kHead), out(kTokens * kHead);
  std::vector<float> k_plane(96 * kHead), v_plane(96 * kHead);
  for (int t = 0; t < kTokens; ++t) {
    k[static_cast<size_t>(t * kHead)] = std::cos(0.1f * static_cast<float>(t));
    k[static_cast<size_t>(t * kHead + 1)] = std::sin(0.1f * static_cast<float>(t));
    // Query t points at the key of position t / 2.
    q[static_cast<size_t>(t * kHead)] = sharpness * std::cos(0.1f * static_cast<float>(t / 2));
    q[static_cast<size_t>(t * kHead + 1)] = sharpness * std::sin(0.1f * static_cast<float>(t / 2));
    std::fill_n(v.begin() + t * kHead, kHead, static_cast<float>(t));
  }
  const size_t row = type == KvDType::f32 ? 4 * kHead : type == KvDType::f16 ? 2 * kHead : 34;
  QkvStoreOp store;
  store.q = q.data(), store.k = k.data(), store.v = v.data(), store.n_head = store.n_kv = 1;
  store.head_k = store.head_v = kHead, store.kv = {type, bytes(k_plane), bytes(v_plane), row, row};
  AttnGqaOp attn;
  attn.q = q.data(), attn.out = out.data(), attn.n_head = attn.n_kv = 1;
  attn.head_k = attn.head_v = kHead, attn.scale = 1.0f, attn.kv = store.kv;
  HostDevice().run(one_sequence(kTokens, 0, {2, 1}), {store, attn});
  std::vector<float> first;
  for (int t = 0; t < kTokens; ++t) first.push_back(out[static_cast<size_t>(t * kHead)]);
  return first;
}

TEST(Reference, AttentionSeesAllEarlierPositionsAcrossPagesAndNoLaterOne) {
  for (const KvDType type : {KvDType::f32, KvDType::f16, KvDType::q8_0}) {
    const std::vector<float> mean = attend_over_pages(type, 0.0f);  // a zero query: the mean of positions 0..t
    for (size_t t = 0; t < mean.size(); ++t) EXPECT_NEAR(mean[t], static_cast<double>(t) / 2, type == KvDType::q8_0 ? 0.02 : 1e-5) << t;
  }
}

TEST(Reference, ASharpQueryPicksItsKey) {
  const std::vector<float> picked = attend_over_pages(KvDType::f32, 1e5f);
  for (size_t t = 0; t < picked.size(); ++t) EXPECT_NEAR(picked[t], static_cast<double>(t / 2), 1e-4) << t;
}

TEST(Reference, QueryHeadsShareKeyHeadsInGroups) {
  // 4 query heads, 2 key heads; one stored position: the output is the value of the head's group.
  std::vector<float> q(4 * 2, 1.0f), k(2 * 2, 1.0f), k_plane(96 * 4), v_plane(96 * 2), out(4);
  std::vector<float> v = {10, 20};
  QkvStoreOp store;
  store.q = q.data(), store.k = k.data(), store.v = v.data(), store.n_head = 4, store.n_kv = 2, store.head_k = 2, store.head_v = 1;
  store.kv = {KvDType::f32, bytes(k_plane), bytes(v_plane), 16, 8};
  AttnGqaOp attn;
  attn.q = q.data(), attn.out = out.data(), attn.n_head = 4, attn.n_kv = 2, attn.head_k = 2, attn.head_v = 1, attn.kv = store.kv;
  HostDevice().run(one_sequence(1), {store, attn});
  EXPECT_EQ(out, (std::vector<float>{10, 10, 20, 20}));
}

TEST(Reference, TopkPrefersLowerIdsOnTiesAndIgnoresPadding) {
  const std::vector<float> logits = {1, 3, 3, -2, 99};  // 4 tokens, one column of padding
  std::vector<int32_t> ids(3);
  std::vector<float> values(3), lse(1);
  StepInputs step = one_sequence(1);
  step.n_outputs = 1;
  step.output_rows = {0};
  HostDevice().run(step, {TopkLogitsOp{logits.data(), 5, 4, 3, ids.data(), values.data(), lse.data()}});
  EXPECT_EQ(ids, (std::vector<int32_t>{1, 2, 0}));
  EXPECT_EQ(values, (std::vector<float>{3, 3, 1}));
  EXPECT_NEAR(lse[0], std::log(std::exp(1.0) + 2 * std::exp(3.0) + std::exp(-2.0)), 1e-6);
}

// ---- MLA: formats.md 7 says that the absorbed and the expanded computation are the same.

struct Mla {
  static constexpr int kHeads = 3, kNope = 8, kRope = 4, kC = 12, kV = 5, kTokens = 37, kQk = kNope + kRope, kRow = kC + kRope;
  std::vector<float> q = noise(kTokens * kHeads * kQk, 1), kv_a = noise(kTokens * kRow, 2), kv_norm = noise(kC, 3);
  std::vector<float> k_b = noise(kHeads * kC * kNope, 4);  // [head][c][nope]
  std::vector<float> v_b = noise(kHeads * kV * kC, 5);     // [head][v][c]
  std::vector<double> inv_freq = {1.0, 0.3};
  float scale = 0.4f;
};

std::vector<float> absorbed(Mla& m) {
  std::vector<float> plane(96 * Mla::kRow), latent(Mla::kTokens * Mla::kHeads * Mla::kRow), mixed(Mla::kTokens * Mla::kHeads * Mla::kC);
  std::vector<float> out(Mla::kTokens * Mla::kHeads * Mla::kV);
  LinearHeadsOp absorb, expand;
  absorb.x = m.q.data(), absorb.x_head_stride = Mla::kQk, absorb.x_token_stride = Mla::kQk * Mla::kHeads;
  absorb.w = f32_weight(m.k_b, Mla::kNope, Mla::kC, Mla::kHeads);
  absorb.y = latent.data(), absorb.y_head_stride = Mla::kRow, absorb.y_token_stride = Mla::kRow * Mla::kHeads;
  MlaStoreOp store;
  store.q = m.q.data(), store.kv_a = m.kv_a.data(), store.kv_norm = m.kv_norm.data(), store.n_head = Mla::kHeads;
  store.nope = Mla::kNope, store.rope_dim = Mla::kRope, store.c = Mla::kC;
  store.rope = {RopeKind::normal, Mla::kRope, m.inv_freq.data(), 1.0f}, store.q_latent = latent.data();
  store.kv = {KvDType::f32, bytes(plane), nullptr, Mla::kRow * 4, 0};
  AttnMlaOp attn;
  attn.q_latent = latent.data(), attn.out = mixed.data(), attn.n_head = Mla::kHeads, attn.c = Mla::kC, attn.rope_dim = Mla::kRope;
  attn.scale = m.scale, attn.kv = store.kv;
  expand.x = mixed.data(), expand.x_head_stride = Mla::kC, expand.x_token_stride = Mla::kC * Mla::kHeads;
  expand.w = f32_weight(m.v_b, Mla::kC, Mla::kV, Mla::kHeads);
  expand.y = out.data(), expand.y_head_stride = Mla::kV, expand.y_token_stride = Mla::kV * Mla::kHeads;
  HostDevice().run(one_sequence(Mla::kTokens, 0, {1, 2}), {absorb, store, attn, expand});
  return out;
}

void turn(const Mla& m, int position, double* pe) {
  for (size_t i = 0; i < Mla::kRope / 2; ++i) {
    const double angle = position * m.inv_freq[i], a = pe[2 * i], b = pe[2 * i + 1];
    pe[2 * i] = a * std::cos(angle) - b * std::sin(angle);
    pe[2 * i + 1] = a * std::sin(angle) + b * std::cos(angle);
  }
}

/// Keys [nope | rope] and values of head h at a position, from the latent.
void expand_row(const Mla& m, int h, int position, double* key, double* value) {
  const float* row = m.kv_a.data() + position * Mla::kRow;
  double square = 0, latent[Mla::kC];
  for (int i = 0; i < Mla::kC; ++i) square += static_cast<double>(row[i]) * row[i];
  for (int i = 0; i < Mla::kC; ++i) latent[i] = row[i] / std::sqrt(square / Mla::kC + 1e-6) * m.kv_norm[static_cast<size_t>(i)];
  for (int n = 0; n < Mla::kNope; ++n) {
    key[n] = 0;
    for (int i = 0; i < Mla::kC; ++i) key[n] += m.k_b[static_cast<size_t>((h * Mla::kC + i) * Mla::kNope + n)] * latent[i];
  }
  for (int i = 0; i < Mla::kRope; ++i) key[Mla::kNope + i] = row[Mla::kC + i];
  turn(m, position, key + Mla::kNope);
  for (int d = 0; d < Mla::kV; ++d) {
    value[d] = 0;
    for (int i = 0; i < Mla::kC; ++i) value[d] += m.v_b[static_cast<size_t>((h * Mla::kV + d) * Mla::kC + i)] * latent[i];
  }
}

TEST(Reference, AbsorbedMlaEqualsExpandedMla) {
  Mla m;
  const std::vector<float> got = absorbed(m);
  double error = 0, power = 0;
  for (int t = 0; t < Mla::kTokens; ++t)
    for (int h = 0; h < Mla::kHeads; ++h) {
      double query[Mla::kQk], sum = 0, mixed[Mla::kV] = {};
      for (int i = 0; i < Mla::kQk; ++i) query[i] = m.q[static_cast<size_t>((t * Mla::kHeads + h) * Mla::kQk + i)];
      turn(m, t, query + Mla::kNope);
      for (int j = 0; j <= t; ++j) {
        double key[Mla::kQk], value[Mla::kV], score = 0;
        expand_row(m, h, j, key, value);
        for (int i = 0; i < Mla::kQk; ++i) score += query[i] * key[i];
        const double p = std::exp(score * static_cast<double>(m.scale));
        sum += p;
        for (int d = 0; d < Mla::kV; ++d) mixed[d] += p * value[d];
      }
      for (int d = 0; d < Mla::kV; ++d) {
        const double want = mixed[d] / sum, difference = want - got[static_cast<size_t>((t * Mla::kHeads + h) * Mla::kV + d)];
        error += difference * difference;
        power += want * want;
        EXPECT_NEAR(difference, 0, 1e-5);
      }
    }
  EXPECT_LT(error / power, 1e-12);
}

}  // namespace
