#include "core/check.h"
#include "core/quant_blocks.h"
#include "reference/backend_reference.h"

namespace engine {

void ReferenceBackend::execute(const EmbedOp& op) {
  for (int t = 0; t < step().n_tokens; ++t) {
    const int32_t token = step().tokens[static_cast<size_t>(t)];
    HEARTH_CHECK(token >= 0 && token < op.table.out);
    float* out = op.out + t * op.table.in;
    dequantize_row(op.table.type, op.table.row(token), out, op.table.in);
    const float* addend = op.addend.active(slot_of(Rows::tokens, t)) ? op.addend.data + t * op.table.in : nullptr;
    for (int64_t i = 0; i < op.table.in; ++i) out[i] = op.scale * (addend ? out[i] + addend[i] : out[i]);
  }
}

}  // namespace engine
