#include "ops/backend.h"

#include "core/check.h"

namespace engine {

Weight Backend::lay_out(const Weight& host, int64_t experts, std::byte* data) const {
  Weight out = host;
  out.data = data;
  out.experts = experts;
  out.row_stride = row_bytes(host.type, host.in);
  out.expert_stride = out.row_stride * static_cast<size_t>(host.out);
  out.packed = nullptr;
  return out;
}

Status Backend::write_experts(const Weight& placed, int64_t first, const Weight& host) {
  HEARTH_CHECK(!host_memory());  // there the weights are those of the file
  const size_t bytes = row_bytes(host.type, host.in);
  for (int64_t e = 0; e < host.experts; ++e)
    for (int64_t r = 0; r < host.out; ++r) upload(const_cast<std::byte*>(placed.row(r, first + e)), host.row(r, e), bytes);
  return {};
}

}  // namespace engine
