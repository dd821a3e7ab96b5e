// Ops whose kernels are not here yet.
#include "vulkan/recorder.h"
namespace engine::vulkan {
#define PENDING(X)                                                  \
  void record(Recorder& r, const X&) {                              \
    r.refuse({ErrorCode::unsupported, #X " is not here yet.", ""}); \
  }
#if !defined(HAS_A)
PENDING(EmbedOp)
PENDING(LinearOp)
PENDING(LinearGluOp) PENDING(LinearHeadsOp) PENDING(MoeGluOp) PENDING(MoeDownOp)
#endif
#if !defined(HAS_C)
    PENDING(QkvStoreOp) PENDING(AttnGqaOp) PENDING(MlaStoreOp) PENDING(AttnMlaOp)
#endif
}  // namespace engine::vulkan
