#include "ops/ops.h"

namespace engine {
namespace {

struct Namer {
  const char* operator()(const EmbedOp&) const { return "embed"; }
  const char* operator()(const AddNormOp&) const { return "add_norm"; }
  const char* operator()(const LinearOp&) const { return "linear"; }
  const char* operator()(const LinearGluOp&) const { return "linear_glu"; }
  const char* operator()(const LinearHeadsOp&) const { return "linear_heads"; }
  const char* operator()(const QkvStoreOp&) const { return "qkv_store"; }
  const char* operator()(const AttnGqaOp&) const { return "attn_gqa"; }
  const char* operator()(const MlaStoreOp&) const { return "mla_store"; }
  const char* operator()(const AttnMlaOp&) const { return "attn_mla"; }
  const char* operator()(const MoeRouteOp&) const { return "moe_route"; }
  const char* operator()(const MoePlanOp&) const { return "moe_plan"; }
  const char* operator()(const MoeGluOp&) const { return "moe_glu"; }
  const char* operator()(const MoeDownOp&) const { return "moe_down"; }
  const char* operator()(const LoraOp&) const { return "lora"; }
  const char* operator()(const TopkLogitsOp&) const { return "topk_logits"; }
  const char* operator()(const FillOp&) const { return "fill"; }
};

}  // namespace

const char* op_name(const Op& op) {
  return std::visit(Namer{}, op);
}

}  // namespace engine
