#include "vulkan/recorder.h"

namespace engine::vulkan {
namespace {

struct Params {
  uint64_t x, weight, y;
  uint32_t dim, n_parts, rows;
  float eps;
  struct Part {
    uint64_t data, gate;
    float scale;
    uint32_t unused;
  } parts[3];
};

enum Mode : uint32_t { kSumAndNorm, kSum, kNormOutputs };

}  // namespace

/// The sum touches every token row, the norm of outputs only some of them, in any order: two dispatches then.
void record(Recorder& r, const AddNormOp& op) {
  Params p{address(op.x),
           address(op.weight),
           address(op.y),
           static_cast<uint32_t>(op.dim),
           static_cast<uint32_t>(op.n_parts),
           static_cast<uint32_t>(op.rows),
           op.eps,
           {}};
  for (int i = 0; i < op.n_parts; ++i) p.parts[i] = {address(op.parts[i].data), address(op.parts[i].gate), op.parts[i].scale, 0};
  const auto tokens = static_cast<uint32_t>(r.bucket().tokens);
  if (op.rows == Rows::tokens) return r.dispatch({Shader::add_norm}, p, {tokens}, {kSumAndNorm});
  if (op.n_parts > 0) r.dispatch({Shader::add_norm}, p, {tokens}, {kSum});
  if (op.y) r.dispatch({Shader::add_norm}, p, {static_cast<uint32_t>(r.bucket().outputs)}, {kNormOutputs});
}

}  // namespace engine::vulkan
