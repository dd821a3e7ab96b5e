// Attention over the paged cache (ops.h, AttnGqaOp and AttnMlaOp). A workgroup takes R query rows, the heads of one KV head for one
// token or several, and walks over a range of positions page by page with a running softmax: K and V are read once for all R
// rows. Ranges of one walk (splits) leave their share in `partial` for attention_combine. MLA is one KV head whose V rows are the
// first DV values of its K rows. Bytes: rows / R * positions * (K + V row of the head).
//
// A page: scores by 32 / TP positions x RG row groups x PHASES parts of the dimensions; softmax by 8 invocations a row; values by
// quads of DV x R / TRV row groups x VP phases of 4 positions. The order of every sum depends on the constants and on a row's
// own range, nothing else.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "include/common.glsl"
#include "include/stop.glsl"
#include "include/math.glsl"
#include "include/kv_rows.glsl"
#include "include/splits.glsl"

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint KV = 1;       // KvDType
layout(constant_id = 1) const uint ALIGNED = 0;  // whole quads, aligned: 1 of cache rows, 2 of q, 4 of out
layout(constant_id = 2) const uint DK = 128;
layout(constant_id = 3) const uint DV = 128;
layout(constant_id = 4) const uint TR = 4;   // rows of an invocation in the scores
layout(constant_id = 5) const uint RG = 2;   // 1, 2, 4 or 8
layout(constant_id = 6) const uint DS = 32;  // dimensions of K in shared memory at a time, a multiple of 32
layout(constant_id = 7) const uint TRV = 8;  // rows of an invocation in the values
layout(constant_id = 8) const uint VP = 8;

const uint LANES = 256, P = 32;  // positions at a time: a page
const uint R = TR * RG, RGV = R / TRV;
// An invocation's scores are TR rows x TP positions, so that TR + TP loads from shared memory serve TR * TP products of quads. The
// parts are added in COPIES copies, TP parts to a copy.
const uint TP = RG == 8 ? 4 : RG == 1 ? 1 : 2;
const uint COPIES = 8 / RG, PHASES = COPIES * TP;
const uint DK4 = (DK + 3) / 4, DV4 = (DV + 3) / 4, DS4 = DS / 4;
const uint Q_STRIDE = DK4 | 1, K_STRIDE = DS4 + 1, S_STRIDE = P + 4, W_STRIDE = P / 4 + 1;  // odd: no bank conflicts
const uint ROUND = P * K_STRIDE / LANES;  // rows of the last sums that fit into k_shared
const float kNothing = -1e30;             // top of a row that has seen no position

struct Args {
  uint64_t q, out_, sinks, k, v, partial;
  uint k_row_bytes, v_row_bytes;
  uint n_head, n_kv;
  int heads, chunks;  // heads of a workgroup, workgroups of a KV head's group
  int tile_tokens;    // tokens of a workgroup
  int max_splits;     // 1: never split
  int window;
  float scale;
};
layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params { Args args; };

shared vec4 q_shared[R * Q_STRIDE];
shared vec4 k_shared[P * K_STRIDE];
shared float s_shared[COPIES * R * S_STRIDE];  // scores; once they are read, 8 sums of weights a row
shared vec4 w_shared[R * W_STRIDE];  // softmax weights of a page
shared float tops[R * 8];
shared float rescale[R], totals[R];

/// What this workgroup is about.
struct Work {
  int kv_head, head, n_heads;  // first query head, and how many
  int s, token, end_token;     // tokens of one sequence
  int begin, end;              // positions; begin is a page border
  int split, n_splits;
};

int row_token(Args p, Work w, uint row) { return w.token + int(row) / p.heads; }
uint row_head(Args p, Work w, uint row) { return uint(w.head + int(row) % p.heads); }
bool row_valid(Args p, Work w, uint row) {
  return int(row) < p.heads * p.tile_tokens && row_token(p, w, row) < w.end_token && int(row) % p.heads < w.n_heads;
}

vec4 k_quad(Work w, uint64_t row, uint quad) {
  const uint e = w.kv_head * DK + 4 * quad;
  if ((ALIGNED & 1) != 0) return kv_quad(KV, row, e);
  vec4 x = vec4(0.0);
  for (uint i = 0; i < 4; ++i)
    if (4 * quad + i < DK) x[i] = kv_value(KV, row, e + i);
  return x;
}

vec4 v_quad(Work w, uint64_t row, uint quad) {
  const uint e = w.kv_head * DV + 4 * quad;
  if ((ALIGNED & 1) != 0) return kv_quad(KV, row, e);
  vec4 x = vec4(0.0);
  for (uint i = 0; i < 4; ++i)
    if (4 * quad + i < DV) x[i] = kv_value(KV, row, e + i);
  return x;
}

void load_q(Args p, Work w) {
  for (uint i = gl_LocalInvocationID.x; i < R * DK4; i += LANES) {
    const uint row = i / DK4, quad = i % DK4;
    vec4 x = vec4(0.0);
    if (row_valid(p, w, row)) {
      const uint64_t q = p.q + (uint64_t(row_token(p, w, row)) * p.n_head + row_head(p, w, row)) * (DK * 4);
      if ((ALIGNED & 2) != 0) {
        x = Quad(q + quad * 16).v;
      } else {
        for (uint j = 0; j < 4; ++j)
          if (4 * quad + j < DK) x[j] = Floats(q).v[4 * quad + j];
      }
    }
    q_shared[row * Q_STRIDE + quad] = x * p.scale;
  }
}

/// Scores of the page into the copies of s_shared, which are still to be added.
void score_page(Args p, Work w, uint64_t k_page, uint n) {
  const uint lane = gl_LocalInvocationID.x, across = P / TP;
  const uint at = lane % across, row = lane / across % RG, phase = lane / (across * RG);  // and every across-th, every RG-th
  precise float score[TR * TP];
  [[unroll]] for (uint i = 0; i < TR * TP; ++i) score[i] = 0.0;
  for (uint first = 0; first < DK4; first += DS4) {
    const uint width = min(DS4, DK4 - first);
    if (first > 0) barrier();
    for (uint i = lane; i < P * DS4; i += LANES) {
      const uint from = i / DS4, quad = i % DS4;
      if (quad < width) k_shared[from * K_STRIDE + quad] = from < n ? k_quad(w, k_page + from * p.k_row_bytes, first + quad) : vec4(0.0);
    }
    barrier();
    for (uint quad = phase; quad < width; quad += PHASES) {
      vec4 k[TP];
      [[unroll]] for (uint j = 0; j < TP; ++j) k[j] = k_shared[(at + j * across) * K_STRIDE + quad];
      [[unroll]] for (uint i = 0; i < TR; ++i) {
        const vec4 q = q_shared[(row + i * RG) * Q_STRIDE + first + quad];
        [[unroll]] for (uint j = 0; j < TP; ++j)
          score[i * TP + j] = fma(q.x, k[j].x, fma(q.y, k[j].y, fma(q.z, k[j].z, fma(q.w, k[j].w, score[i * TP + j]))));
      }
    }
  }
  const uint base = (phase % COPIES * R + row) * S_STRIDE + at;
  for (uint part = 0; part < TP; ++part) {
    if (part > 0) barrier();
    if (phase / COPIES != part) continue;
    [[unroll]] for (uint i = 0; i < TR; ++i)
      [[unroll]] for (uint j = 0; j < TP; ++j) {
        const uint to = base + i * RG * S_STRIDE + j * across;
        s_shared[to] = part > 0 ? s_shared[to] + score[i * TP + j] : score[i * TP + j];
      }
  }
}

/// The 4 scores of this invocation's row and quarter, and which of them the row sees: positions in [from, limit).
vec4 gather_scores(uint row, uint quad, int at, int from, int limit, out bvec4 seen) {
  precise vec4 s = vec4(0.0);
  [[unroll]] for (uint copy = 0; copy < COPIES; ++copy) {
    const uint i = (copy * R + row) * S_STRIDE + 4 * quad;
    s += vec4(s_shared[i], s_shared[i + 1], s_shared[i + 2], s_shared[i + 3]);
  }
  const ivec4 position = at + int(4 * quad) + ivec4(0, 1, 2, 3);
  for (int i = 0; i < 4; ++i) {
    seen[i] = position[i] >= from && position[i] < limit;
    if (!seen[i]) s[i] = kNothing;
  }
  return s;
}

/// Quad `quad` of 4 positions of a page from position 4 * j on, of which there are n.
void load_values(Args p, Work w, uint64_t v_page, uint n, uint quad, uint j, out vec4 v[4]) {
  [[unroll]] for (uint i = 0; i < 4; ++i)
    v[i] = 4 * j + i < n ? v_quad(w, v_page + (4 * j + i) * p.v_row_bytes, quad) : vec4(0.0);
}

/// acc += weights * v for 4 positions.
void add_values(vec4 v[4], uint row, uint j, inout vec4 acc[TRV]) {
  [[unroll]] for (uint i = 0; i < TRV; ++i) {
    const vec4 weight = w_shared[(row + i) * W_STRIDE + j];
    precise vec4 sum = acc[i];
    sum = fma(vec4(weight.x), v[0], sum);
    sum = fma(vec4(weight.y), v[1], sum);
    sum = fma(vec4(weight.z), v[2], sum);
    sum = fma(vec4(weight.w), v[3], sum);
    acc[i] = sum;
  }
}

/// One quad of a finished row: the result, or this split's share: top, total, then the sum of weighted values.
void write_quad(Args p, Work w, uint row, uint quad, vec4 mix) {
  if (!row_valid(p, w, row)) return;
  const uint64_t index = uint64_t(row_token(p, w, row)) * p.n_head + row_head(p, w, row);
  if (w.n_splits > 1) {
    Vec4s slot = Vec4s(p.partial + (index * p.max_splits + w.split) * ((DV4 + 1) * 16));
    if (quad == 0) slot.v[0] = vec4(tops[row * 8], totals[row], 0.0, 0.0);
    slot.v[1 + quad] = mix;
    return;
  }
  mix /= totals[row];
  const uint64_t y = p.out_ + index * (DV * 4);
  if ((ALIGNED & 4) != 0) {
    Vec4s(y).v[quad] = mix;
  } else {
    for (uint i = 0; i < 4; ++i)
      if (4 * quad + i < DV) Floats(y).v[4 * quad + i] = mix[i];
  }
}

/// Adds the phases of every row in k_shared, ROUND rows at a time, and writes the rows.
void finish_rows(Args p, Work w, uint quad, uint row, uint phase, bool busy, vec4 acc[TRV]) {
  const uint lane = gl_LocalInvocationID.x;
  for (uint first = 0; first < TRV; first += ROUND) {
    if (VP > 1) {
      barrier();
      [[unroll]] for (uint i = 0; i < TRV; ++i)
        if (busy && i >= first && i < first + ROUND) k_shared[(i - first) * LANES + lane] = acc[i];
      barrier();
    }
    [[unroll]] for (uint i = 0; i < TRV; ++i) {
      if (!busy || phase != 0 || i < first || i >= first + ROUND) continue;
      precise vec4 sum = acc[i];
      for (uint other = 1; other < VP; ++other) sum += k_shared[(i - first) * LANES + lane + other * DV4 * RGV];
      write_quad(p, w, row + i, quad, sum);
    }
  }
}

void attend(Args p, Work w) {
  Step step = Step(push.step);
  const uint lane = gl_LocalInvocationID.x;
  // Softmax: 8 invocations a row.
  const uint s_row = lane / 8, s_quad = lane % 8;
  const bool softmax = s_row < R;
  int limit = 0, from = 0;
  float top = kNothing;
  if (softmax && row_valid(p, w, s_row)) {
    limit = Ints(step.positions).v[row_token(p, w, s_row)] + 1;
    from = p.window > 0 ? max(0, limit - p.window) : 0;
    if (p.sinks != 0ul && w.split == 0) top = Floats(p.sinks).v[row_head(p, w, s_row)];
  }
  // Of the rows that are summed here; a sink brings exp(0).
  precise float total = lane < R && row_valid(p, w, lane) && p.sinks != 0ul && w.split == 0 ? 1.0 : 0.0;
  // Values.
  const uint group = lane / DV4, quad = lane % DV4, row = group % RGV * TRV, v_phase = group / RGV;
  const bool busy = v_phase < VP;
  vec4 acc[TRV];
  [[unroll]] for (uint i = 0; i < TRV; ++i) acc[i] = vec4(0.0);

  barrier();  // the segment before this one has been written
  load_q(p, w);
  Ints pages = Ints(step.pages + uint64_t(uint(w.s * step.max_pages)) * 4);
  int page = pages.v[w.begin / int(P)];
  for (int at = w.begin; at < w.end; at += int(P)) {
    const uint n = min(P, uint(w.end - at));
    const uint64_t first = uint64_t(page) * P, v_page = p.v + first * p.v_row_bytes;
    // On their way while the scores are computed: the next page's number, the first values of this one.
    if (at + int(P) < w.end) page = pages.v[at / int(P) + 1];
    vec4 v[4];
    if (busy) load_values(p, w, v_page, n, quad, v_phase, v);
    score_page(p, w, p.k + first * p.k_row_bytes, n);
    barrier();
    bvec4 seen = bvec4(false);
    vec4 s = vec4(kNothing);
    if (softmax) {
      s = gather_scores(s_row, s_quad, at, from, min(limit, w.end), seen);
      tops[lane] = max(max(s.x, s.y), max(s.z, s.w));
    }
    barrier();
    if (softmax) {
      const float before = top;
      [[unroll]] for (uint i = 0; i < 8; ++i) top = max(top, tops[s_row * 8 + i]);
      precise vec4 weight = mix(vec4(0.0), exp(s - top), seen);
      w_shared[s_row * W_STRIDE + s_quad] = weight;
      s_shared[lane] = (weight.x + weight.y) + (weight.z + weight.w);
      if (s_quad == 0) rescale[s_row] = exp(before - top);
    }
    barrier();
    if (lane < R) {
      total *= rescale[lane];
      [[unroll]] for (uint i = 0; i < 8; ++i) total += s_shared[lane * 8 + i];
    }
    if (busy) {
      [[unroll]] for (uint i = 0; i < TRV; ++i) acc[i] *= rescale[row + i];
      for (uint j = v_phase; 4 * j < n; j += VP) {
        if (VP < P / 4 && j > v_phase) load_values(p, w, v_page, n, quad, j, v);
        add_values(v, row, j, acc);
      }
    }
  }
  barrier();
  if (lane < R) totals[lane] = total;
  if (softmax && s_quad == 0) tops[lane] = top;
  barrier();
  finish_rows(p, w, quad, row, v_phase, busy, acc);
}

void main() {
  const Args p = Params(push.params).args;
  Step step = Step(push.step);
  if (stopped()) return;
  // The last tokens of a prompt see the most positions: they go first. arg0: tiles of earlier dispatches.
  const int tiles = (step.n_tokens + p.tile_tokens - 1) / p.tile_tokens, tile = tiles - 1 - int(push.arg0 + gl_WorkGroupID.z);
  if (tile < 0) return;
  Work w;
  const int group = int(p.n_head / p.n_kv), chunk = int(gl_WorkGroupID.y) % p.chunks * p.heads;
  w.kv_head = int(gl_WorkGroupID.y) / p.chunks;
  w.head = w.kv_head * group + chunk;
  w.n_heads = min(p.heads, group - chunk);
  const int tile_end = min((tile + 1) * p.tile_tokens, step.n_tokens);
  Ints positions = Ints(step.positions);
  for (w.token = tile * p.tile_tokens; w.token < tile_end; w.token = w.end_token) {
    w.s = Ints(step.sequence).v[w.token];
    w.end_token = min(tile_end, Ints(step.first_token).v[w.s + 1]);
    w.end = positions.v[w.end_token - 1] + 1;
    w.begin = p.window > 0 ? max(0, positions.v[w.token] + 1 - p.window) / kPageTokens * kPageTokens : 0;
    w.split = int(gl_WorkGroupID.x);
    const Splits splits = splits_of(w.end - w.begin, p.max_splits);
    if (w.split >= splits.count) continue;
    w.n_splits = splits.count;
    w.begin += w.split * splits.span;
    w.end = min(w.end, w.begin + splits.span);
    attend(p, w);
  }
}
