#include "vulkan/weight_ref.h"

namespace engine::vulkan {

void record(Recorder& r, const EmbedOp& op) {
  struct Params {
    WeightRef table;
    uint64_t addend, entries, y;
    uint32_t n;
    float scale;
  };
  const Params p{weight_ref(op.table),
                 address(op.addend.data),
                 address(op.addend.entries),
                 address(op.out),
                 static_cast<uint32_t>(op.table.in),
                 op.scale};
  const auto tokens = static_cast<uint32_t>(r.bucket().tokens);
  const double bytes = static_cast<double>(tokens) * (static_cast<double>(row_bytes(op.table.type, op.table.in)) + 4.0 * p.n);
  r.dispatch({Shader::embed, {static_cast<uint32_t>(op.table.type)}}, p, {ceil_div(ceil_div(op.table.in, 8), 64), tokens}, {}, {0, bytes});
}

}  // namespace engine::vulkan
