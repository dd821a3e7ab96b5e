#include "vulkan/recorder.h"

namespace engine::vulkan {

void record(Recorder& r, const FillOp& op) {
  struct Params {
    uint64_t y;
    uint32_t dim;
    float value;
    uint32_t rows, unused = 0;
  };
  r.dispatch({Shader::fill}, Params{address(op.y), static_cast<uint32_t>(op.dim), op.value, static_cast<uint32_t>(op.rows)},
             {ceil_div(op.dim, 256), static_cast<uint32_t>(r.rows(op.rows))});
}

}  // namespace engine::vulkan
