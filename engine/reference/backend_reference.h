// The scalar backend: every op as plain loops in the order of its formula. Oracle of the conformance table and last resort
// where nothing faster runs. Weights are decoded row by row, sums and transcendental functions are taken in double, results
// are rounded to f32 once.
#pragma once

#include <vector>

#include "ops/host_plan.h"

namespace engine {

class ReferenceBackend final : public HostBackend {
 public:
  [[nodiscard]] DeviceInfo info() const override;

 protected:
  Status on_reserve() override;
  Status prepare_op(const Op& op) override;

  void execute(const EmbedOp& op) override;
  void execute(const AddNormOp& op) override;
  void execute(const LinearOp& op) override;
  void execute(const LinearGluOp& op) override;
  void execute(const LinearHeadsOp& op) override;
  void execute(const QkvStoreOp& op) override;
  void execute(const AttnGqaOp& op) override;
  void execute(const MlaStoreOp& op) override;
  void execute(const AttnMlaOp& op) override;
  void execute(const MoeRouteOp& op) override;
  void execute(const MoePlanOp& op) override;
  void execute(const MoeGluOp& op) override;
  void execute(const MoeDownOp& op) override;
  void execute(const LoraOp& op) override;
  void execute(const TopkLogitsOp& op) override;
  void execute(const FillOp& op) override;

 private:
  /// y[r * y_stride + o] = (W_e x_r)[o] for the given rows, every weight row decoded once.
  struct RowProduct {
    const Weight& w;
    int64_t expert;
    const float* x;
    int64_t x_stride;
    float* y;
    int64_t y_stride;
    int rows;
  };
  void multiply(const RowProduct& p);

  /// Scores, softmax and weighted values of one query over decoded rows; `out` gets v_dim floats.
  struct Attend {
    const float* q;
    int q_dim;
    const float* keys;
    int64_t key_stride;
    const float* values;
    int64_t value_stride;
    int v_dim;
    int first, n;  // visible positions: [first, n)
    float scale;
    const float* sink;  // null: none
    float* out;
  };
  void attend(const Attend& a);

  /// y = sum of the parts of `entry` for the input x (token for a table).
  void adapt(const LoraEntry& entry, const LoraOp& op, int64_t expert, const float* x, int32_t token, float* y);

  // Private scratch, sized when plans are compiled.
  std::vector<float> row_a_, row_b_;      // decoded weight rows, or one cache row
  std::vector<float> keys_, values_;      // decoded cache rows of one sequence and head
  std::vector<double> scores_, mix_;      // one query: scores over the context, mixed value
  std::vector<float> route_p_, route_s_;  // [n_experts] gate value, selection score
  std::vector<char> route_open_;          // [n_experts] still selectable
  std::vector<int32_t> order_;            // [n_vocab] ids while sorting
};

}  // namespace engine
