#include "ops/op_check.h"

#include <fmt/format.h>

namespace engine {
namespace {

/// Collects the first complaint of one op; later ones are consequences of it.
class Checker {
 public:
  Checker(const Op& op, const StepLimits& limits, int64_t max_row) : name_(op_name(op)), limits_(limits), max_row_(max_row) {}

  Status finish() const { return error_.message.empty() ? Status{} : Status{error_}; }

  void operator()(const EmbedOp& op) {
    weight("table", op.table);
    require(op.out != nullptr, "no output");
  }

  void operator()(const AddNormOp& op) {
    require(op.x != nullptr && op.dim > 0, "no input");
    require(op.n_parts >= 0 && op.n_parts <= 3, "more than 3 parts");
    for (int i = 0; i < op.n_parts; ++i) require(op.parts[i].data != nullptr, "a part without data");
    require(op.y == nullptr || op.weight != nullptr, "no norm weight");
    require(op.y == nullptr || op.y != op.x || (op.n_parts == 0 && op.rows == Rows::tokens), "y aliases x");
    row(op.dim);
    outputs(op.rows);
  }

  void operator()(const LinearOp& op) {
    require(op.x != nullptr, "no input");
    require(op.n_outs >= 1 && op.n_outs <= 3, "needs 1 to 3 weights");
    for (int i = 0; i < op.n_outs; ++i) {
      matrix("weight", op.outs[i].w, op.in);
      require(op.outs[i].y != nullptr, "no output");
    }
    row(op.in);
    outputs(op.rows);
  }

  void operator()(const LinearGluOp& op) {
    require(op.x != nullptr && op.y != nullptr, "no input or output");
    matrix("gate", op.gate, op.gate.in);
    matrix("up", op.up, op.gate.in);
    require(op.gate.out == op.up.out, "gate and up differ in rows");
    row(op.gate.in);
  }

  void operator()(const LinearHeadsOp& op) {
    require(op.x != nullptr && op.y != nullptr, "no input or output");
    matrix("weight", op.w, op.w.in);
    require(op.w.experts == 1 || (op.x_head_stride >= op.w.in && op.y_head_stride >= op.w.out), "heads overlap");
    row(op.w.in);
  }

  void operator()(const QkvStoreOp& op) {
    require(op.q != nullptr && op.k != nullptr && op.v != nullptr, "no input");
    heads(op.n_head, op.n_kv, op.head_k, op.head_v);
    rope(op.rope, op.head_k);
    cache(op.kv, op.n_kv * op.head_k, op.n_kv * op.head_v);
  }

  void operator()(const AttnGqaOp& op) {
    require(op.q != nullptr && op.out != nullptr, "no input or output");
    heads(op.n_head, op.n_kv, op.head_k, op.head_v);
    require(op.window >= 0, "a negative window");
    cache(op.kv, op.n_kv * op.head_k, op.n_kv * op.head_v);
  }

  void operator()(const MlaStoreOp& op) {
    require(op.q != nullptr && op.kv_a != nullptr && op.kv_norm != nullptr && op.q_latent != nullptr, "no input or output");
    require(op.n_head > 0 && op.nope >= 0 && op.c > 0 && op.rope_dim > 0, "bad head sizes");
    rope(op.rope, op.rope_dim);
    cache(op.kv, op.c + op.rope_dim, 0);
  }

  void operator()(const AttnMlaOp& op) {
    require(op.q_latent != nullptr && op.out != nullptr, "no input or output");
    require(op.n_head > 0 && op.c > 0 && op.rope_dim >= 0, "bad head sizes");
    cache(op.kv, op.c + op.rope_dim, 0);
  }

  void operator()(const MoeRouteOp& op) {
    require(op.logits != nullptr && op.ids != nullptr && op.weights != nullptr, "no input or output");
    experts(op.n_experts, op.n_used);
    require(op.n_groups >= 1 && op.n_groups_used >= 1 && op.n_groups_used <= op.n_groups, "bad expert groups");
    if (error_.message.empty()) {
      require(op.n_experts % op.n_groups == 0, "experts do not divide into groups");
      require(op.n_used <= op.n_experts / op.n_groups * op.n_groups_used, "the kept groups hold too few experts");
    }
  }

  void operator()(const MoePlanOp& op) {
    require(op.ids != nullptr && op.offsets != nullptr && op.pairs != nullptr, "no input or output");
    experts(op.n_experts, op.n_used);
  }

  void operator()(const MoeGluOp& op) {
    require(op.x != nullptr && op.h != nullptr && op.offsets != nullptr && op.pairs != nullptr, "no input or output");
    experts(op.n_experts, op.n_used);
    matrix("gate", op.gate, op.gate.in);
    matrix("up", op.up, op.gate.in);
    require(op.gate.out == op.up.out && op.gate.experts == op.up.experts, "gate and up differ");
    require(op.local != nullptr || op.gate.experts == op.n_experts, "experts are missing and there is no local table");
    row(op.gate.in);
  }

  void operator()(const MoeDownOp& op) {
    require(op.h != nullptr && op.offsets != nullptr && op.pairs != nullptr && op.weights != nullptr, "no input");
    require(op.scratch != nullptr && op.y != nullptr, "no output or scratch");
    experts(op.n_experts, op.n_used);
    matrix("down", op.down, op.down.in);
    require(op.local != nullptr || op.down.experts == op.n_experts, "experts are missing and there is no local table");
    row(op.down.in);
  }

  void operator()(const LoraOp& op) {
    require(op.entries != nullptr && op.y != nullptr, "no table or output");
    require(op.in > 0 && op.out > 0 && op.heads > 0, "an empty weight");
    require(op.form == LoraOp::Form::table || op.x != nullptr, "no input");
    if (op.form == LoraOp::Form::experts) {
      experts(op.n_experts, op.n_used);
      require(op.offsets != nullptr && op.pairs != nullptr, "no plan");
    }
    if (op.form != LoraOp::Form::table) row(op.in);
    outputs(op.rows);
  }

  void operator()(const TopkLogitsOp& op) {
    require(op.logits != nullptr && op.ids != nullptr && op.values != nullptr && op.logsumexp != nullptr, "no input or output");
    require(op.k >= 1 && op.k <= op.n_vocab && op.n_vocab <= op.stride, "needs 1 <= k <= n_vocab <= stride");
    outputs(Rows::outputs);
  }

  void operator()(const FillOp& op) {
    require(op.y != nullptr && op.dim > 0, "no output");
    outputs(op.rows);
  }

 private:
  void fail(ErrorCode code, const std::string& why) {
    if (error_.message.empty()) error_ = {code, fmt::format("Operation {}: {}.", name_, why), ""};
  }

  void require(bool good, const char* why) {
    if (!good) fail(ErrorCode::invalid_argument, why);
  }

  void weight(const char* what, const Weight& w) {
    const DTypeInfo* d = dtype_info(static_cast<uint32_t>(w.type));
    if (d == nullptr || !d->computable) {
      fail(ErrorCode::unsupported,
           fmt::format("{} has the block type {}, which this version cannot compute with", what, d ? d->name : "?"));
      return;
    }
    require(w.data != nullptr || w.packed != nullptr, "a weight is missing");
    require(w.in > 0 && w.out > 0 && w.experts > 0, "an empty weight");
    require(w.in % d->block_elems == 0, "a weight row is not a whole number of blocks");
    if (error_.message.empty() && w.packed == nullptr) {
      require(w.row_stride >= row_bytes(w.type, w.in), "weight rows overlap");
      require(w.experts == 1 || w.expert_stride >= w.row_stride * static_cast<size_t>(w.out), "weight experts overlap");
    }
  }

  void matrix(const char* what, const Weight& w, int64_t in) {
    weight(what, w);
    if (w.in != in) fail(ErrorCode::invalid_argument, fmt::format("{} has rows of {} for an input of {}", what, w.in, in));
  }

  void row(int64_t width) {
    if (width > max_row_) fail(ErrorCode::invalid_argument, fmt::format("input rows of {} exceed the reserved {}", width, max_row_));
  }

  void outputs(Rows rows) { require(rows == Rows::tokens || limits_.max_outputs > 0, "output rows without a reserve for them"); }

  void heads(int n_head, int n_kv, int head_k, int head_v) {
    require(n_head > 0 && n_kv > 0 && head_k > 0 && head_v > 0, "bad head sizes");
    require(n_kv <= 0 || n_head % n_kv == 0, "query heads do not divide by key heads");
  }

  void rope(const RopeTable& table, int head) {
    if (table.kind == RopeKind::none) return;
    require(table.n_rot > 0 && table.n_rot % 2 == 0 && table.n_rot <= head, "bad rotary size");
    require(table.inv_freq != nullptr, "no rotary table");
  }

  static size_t kv_row_bytes(KvDType type, int n) {
    const DType as = type == KvDType::f32 ? DType::f32 : type == KvDType::f16 ? DType::f16 : DType::q8_0;
    return row_bytes(as, n);
  }

  void cache(const KvLayer& kv, int k_row, int v_row) {
    require(kv.k != nullptr && (v_row == 0 || kv.v != nullptr), "no cache");
    require(kv.type != KvDType::q8_0 || (k_row % 32 == 0 && v_row % 32 == 0), "cache rows are not whole Q8_0 blocks");
    require(kv.k_row_bytes >= kv_row_bytes(kv.type, k_row), "cache rows overlap");
    require(v_row == 0 || kv.v_row_bytes >= kv_row_bytes(kv.type, v_row), "cache rows overlap");
    require(limits_.max_sequences > 0 && limits_.max_pages > 0, "no sequences or pages reserved");
  }

  void experts(int n_experts, int n_used) { require(n_experts > 0 && n_used > 0 && n_used <= n_experts, "bad expert counts"); }

  const char* name_;
  const StepLimits& limits_;
  int64_t max_row_;
  Error error_;
};

}  // namespace

Status check_op(const Op& op, const StepLimits& limits, int64_t max_row) {
  Checker checker(op, limits, max_row);
  std::visit(checker, op);
  return checker.finish();
}

}  // namespace engine
