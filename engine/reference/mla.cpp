#include <algorithm>

#include "reference/backend_reference.h"
#include "reference/kv_rows.h"
#include "reference/scalar.h"

namespace engine {

void ReferenceBackend::execute(const MlaStoreOp& op) {
  const int row_dim = op.c + op.rope_dim, head_dim = op.nope + op.rope_dim;
  for (int t = 0; t < step().n_tokens; ++t) {
    const int position = step().positions[static_cast<size_t>(t)], s = step().sequence[static_cast<size_t>(t)];
    for (int h = 0; h < op.n_head; ++h) {
      const int64_t head = static_cast<int64_t>(t) * op.n_head + h;
      float* q_pe = op.q_latent + head * row_dim + op.c;
      std::copy_n(op.q + head * head_dim + op.nope, op.rope_dim, q_pe);
      scalar::rotate(op.rope, position, q_pe);
    }
    const float* kv_a = op.kv_a + static_cast<int64_t>(t) * row_dim;
    scalar::rms_norm(kv_a, op.kv_norm, op.eps, op.c, row_a_.data());
    std::copy_n(kv_a + op.c, op.rope_dim, row_a_.data() + op.c);
    scalar::rotate(op.rope, position, row_a_.data() + op.c);
    write_kv_row(op.kv.type, row_a_.data(), kv_row(step(), op.kv.k, op.kv.k_row_bytes, s, position), row_dim);
  }
}

void ReferenceBackend::execute(const AttnMlaOp& op) {
  const int row_dim = op.c + op.rope_dim;
  for (int s = 0; s < step().n_sequences; ++s) {
    const int first = step().first_token[static_cast<size_t>(s)], last = step().first_token[static_cast<size_t>(s) + 1];
    if (first == last) continue;
    for (int j = 0; j < step().context[static_cast<size_t>(s)]; ++j)
      read_kv_row(op.kv.type, kv_row(step(), op.kv.k, op.kv.k_row_bytes, s, j), 0, row_dim,
                  &keys_[static_cast<size_t>(j) * static_cast<size_t>(row_dim)]);
    for (int t = first; t < last && !cancelled(); ++t)
      for (int h = 0; h < op.n_head; ++h) {
        const int64_t row = static_cast<int64_t>(t) * op.n_head + h;
        attend({op.q_latent + row * row_dim, row_dim, keys_.data(), row_dim, keys_.data(), row_dim, op.c, 0,
                step().positions[static_cast<size_t>(t)] + 1, op.scale, nullptr, op.out + row * op.c});
      }
  }
}

}  // namespace engine
