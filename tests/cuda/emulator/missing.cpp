// Stands for ops whose files are not there yet.
#include "cuda/recorder.h"

namespace engine::cuda {

#define HEARTH_MISSING(op) \
  __attribute__((weak)) void record(Recorder& r, const op&) { r.refuse({ErrorCode::unsupported, #op " is not there yet.", ""}); }
#define HEARTH_MISSING_MATRIX(op) \
  __attribute__((weak)) void record_matrix(Recorder& r, const op&) { r.refuse({ErrorCode::unsupported, #op " is not there yet.", ""}); }
HEARTH_MISSING(EmbedOp)
HEARTH_MISSING(AddNormOp)
HEARTH_MISSING(LinearOp)
HEARTH_MISSING(LinearGluOp)
HEARTH_MISSING(LinearHeadsOp)
HEARTH_MISSING(QkvStoreOp)
HEARTH_MISSING(AttnGqaOp)
HEARTH_MISSING(MlaStoreOp)
HEARTH_MISSING(AttnMlaOp)
HEARTH_MISSING(MoeRouteOp)
HEARTH_MISSING(MoePlanOp)
HEARTH_MISSING(MoeGluOp)
HEARTH_MISSING(MoeDownOp)
HEARTH_MISSING(LoraOp)
HEARTH_MISSING(TopkLogitsOp)
HEARTH_MISSING(FillOp)
HEARTH_MISSING_MATRIX(LinearOp)
HEARTH_MISSING_MATRIX(LinearGluOp)
HEARTH_MISSING_MATRIX(LinearHeadsOp)
HEARTH_MISSING_MATRIX(MoeGluOp)
HEARTH_MISSING_MATRIX(MoeDownOp)

__attribute__((weak)) void record(Recorder& r, const MoeRouteOp& route, const MoePlanOp& plan) {
  record(r, route);
  record(r, plan);
}

}  // namespace engine::cuda
