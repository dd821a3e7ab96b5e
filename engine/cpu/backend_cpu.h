// The CPU backend: every op split into chunks over a thread pool, inner loops from the table of the processor's level.
//
// Few tokens (T <= kVectorTokens) take the vector path, which streams the weights once in their file layout and gives each
// row the same bits for every batch size; more take the matrix path, which unpacks strips of rows and reuses them for all
// tokens. Quantised weights meet int8 activations (blocks of 32), quantised once per op.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

#include "core/side_worker.h"
#include "core/thread_pool.h"
#include "cpu/kernels.h"
#include "ops/host_plan.h"

namespace engine::cpu {

class CpuBackend final : public HostBackend {
 public:
  /// In the background the caller of run() only waits: its own priority cannot be given back, and it has other work.
  CpuBackend(const Kernels& kernels, int threads, Priority priority)
      : kernels_(kernels),
        pool_(threads, priority),
        runner_(priority == Priority::background ? std::make_unique<SideWorker>(priority) : nullptr) {}
  [[nodiscard]] DeviceInfo info() const override;
  Status run(const Plan& plan, const RunControl& control) override;

 protected:
  Status prepare_op(const Op& op) override;
  Status prepare_together(std::span<const Op> ops) override;
  size_t execute_together(std::span<const Op> ops) override;

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
  template <class Body>
  void parallel(int64_t chunks, Body&& body) {
    pool_.run(chunks, body, cancel());
  }

  // ---- mem.cpp: private scratch, sized when plans are compiled ----
  Status prepare(const EmbedOp&) { return {}; }
  Status prepare(const AddNormOp&) { return {}; }
  Status prepare(const LinearOp& op);
  Status prepare(const LinearGluOp& op);
  Status prepare(const LinearHeadsOp& op);
  Status prepare(const QkvStoreOp& op);
  Status prepare(const AttnGqaOp& op);
  Status prepare(const MlaStoreOp& op);
  Status prepare(const AttnMlaOp& op);
  Status prepare(const MoeRouteOp& op);
  Status prepare(const MoePlanOp&) { return {}; }
  Status prepare(const MoeGluOp& op);
  Status prepare(const MoeDownOp& op);
  Status prepare(const LoraOp& op);
  Status prepare(const TopkLogitsOp& op);
  Status prepare(const FillOp&) { return {}; }
  Status grow(std::unique_ptr<Buffer>& buffer, size_t bytes);
  Status prepare_rope_table(const RopeTable& rope);
  Status prepare_rows(int64_t rows, int64_t k, int64_t outputs);
  [[nodiscard]] std::byte* strip_scratch(int thread) { return strips_->data + static_cast<size_t>(thread) * kMatrixScratch; }

  // ---- linear.cpp ----
  /// Activation rows in both forms; the quantised form is filled when a weight of the op wants it.
  struct ActRows {
    const std::byte* const* plain = nullptr;
    const std::byte* const* quantised = nullptr;
    [[nodiscard]] const std::byte* const* of(const LinearKernel& kernel) const { return kernel.quantised ? quantised : plain; }
  };
  /// Weight rows [r0, r0 + rows) of one expert for n activation rows.
  struct Block {
    const Weight* w = nullptr;
    int64_t expert = 0, r0 = 0;
    int rows = 0;
    ActRows x;
    int first = 0, n = 0;  // activation and output rows [first, first + n)
    float* const* y = nullptr;
    bool vector = true;
  };
  /// What joins a product: biases [experts][out] and addends. Rows of the block are those of `rows`, planned rows of `pairs`, or
  /// tokens head by head.
  struct Extra {
    const float* bias = nullptr;
    Addend addend = {};
    Rows rows = Rows::tokens;
    const int32_t* pairs = nullptr;
    int n_used = 1;
    int heads = 0;
  };
  /// The second half of a gated pair.
  struct Glu {
    const Weight& up;
    ActKind act = ActKind::silu;
    Extra gate_extra, up_extra;
  };
  [[nodiscard]] const LinearKernel& kernel(const Weight& w) const { return *kernels_.linear(w.type); }
  [[nodiscard]] ActRows activations(int n, int64_t k, std::initializer_list<const Weight*> weights);
  void quantise_rows(int n, int64_t k);
  void multiply(const Block& block, float* const* y, int64_t y0, int thread);
  void multiply_glu(const Block& gate, const Glu& glu, int thread);
  void add_extra(const Extra& extra, const Block& block, float* const* y, int64_t y0) const;
  [[nodiscard]] int token_of(const Extra& extra, int row) const;
  [[nodiscard]] int chunk_rows(const Weight& w, int64_t total_rows, bool vector) const;

  // ---- attn.cpp, mla.cpp ----
  /// What AttnGqaOp and AttnMlaOp have in common.
  struct AttnShape {
    const float* q = nullptr;
    float* out = nullptr;
    int n_head = 0, n_kv = 0, dk = 0, dv = 0;
    float scale = 1;
    int window = 0;
    const float* sinks = nullptr;
    KvLayer kv;
  };
  /// A block of query rows over a range of the cache: of one KV head, or of several that have the same number of heads each.
  struct AttnItem {
    int token, n_tokens;  // consecutive tokens of one sequence
    int kv_head, n_kv, head, n_heads;
    int64_t begin, end;  // cache positions
    int split, n_splits;
    bool many;  // of a prompt
  };
  static AttnShape shape_of(const AttnGqaOp& op);
  static AttnShape shape_of(const AttnMlaOp& op);
  Status prepare_attention(const AttnShape& shape);
  void run_attention(const AttnShape& shape);
  struct DecodeHeads {
    int kv, of_each;
  };
  [[nodiscard]] DecodeHeads decode_heads(const AttnShape& shape) const;
  bool plan_decode(const AttnShape& shape);
  static void prefetch_page(const AttnShape& shape, int32_t page, const AttnItem& item);
  void plan_prompt(const AttnShape& shape);
  void attend(const AttnShape& shape, const AttnItem& item, int thread);
  void combine_splits(const AttnShape& shape, int token, int head);
  [[nodiscard]] float* split_slot(const AttnShape& shape, int token, int head, int split);

  // ---- mla_expanded.cpp ----
  /// Latent attention between the products that lead into the latent space and out of it.
  struct ExpandedMla {
    const LinearHeadsOp *into = nullptr, *out_of = nullptr;
    const AttnMlaOp* attention = nullptr;
    [[nodiscard]] MlaTile tile() const;
  };
  /// Query tokens [token, token + n) of a sequence for one head.
  struct ExpandedItem {
    int sequence, token, n, head;
  };
  static std::optional<ExpandedMla> expanded_mla(std::span<const Op> ops);
  [[nodiscard]] int expanded_block(const ExpandedMla& mla, int n) const;
  [[nodiscard]] bool pays_expanded(const ExpandedMla& mla) const;
  void run_expanded(const ExpandedMla& mla);
  void attend_expanded(const ExpandedMla& mla, const ExpandedItem& item, int thread);

  void prepare_rope(const RopeTable& rope);
  void prepare_heads(const QkvStoreOp& op, int token, float* row, int n, const float* norm) const;
  void rotate(const RopeTable& rope, int token, float* x) const;
  void write_row(KvDType type, const float* x, int n, std::byte* row) const;
  [[nodiscard]] std::byte* kv_row(std::byte* plane, size_t row_bytes, int token) const;

  // ---- moe.cpp ----
  void list_active(const int32_t* offsets, const int32_t* local, int n_experts);
  void sum_slots(const MoeDownOp& op, int token, int64_t begin, int64_t end);
  void route_token(const MoeRouteOp& op, int token, int thread);
  void multiply_down(const MoeDownOp& op, const Block& block, int thread);
  void down_decode(const MoeDownOp& op, const ActRows& h);
  void down_prompt(const MoeDownOp& op, const ActRows& h);

  // ---- lora.cpp ----
  /// Consecutive rows that share a table entry, and an expert or head.
  struct LoraGroup {
    const LoraEntry* entry;
    int64_t expert;
    int first, n;  // in lora_x_, lora_y_
  };
  void add_lora_row(const LoraOp& op, int32_t slot, int64_t expert, const float* x, float* y);
  void list_lora_rows(const LoraOp& op);
  void lora_down(const LoraOp& op);
  void lora_up(const LoraOp& op);
  [[nodiscard]] float* lora_hidden(int row) { return lora_hidden_.data() + static_cast<int64_t>(row) * kLoraRank; }

  // ---- logits.cpp ----
  struct Candidate {
    float value;
    int32_t id;
  };
  void scan_segment(const TopkLogitsOp& op, int row, int segment);
  void merge_segments(const TopkLogitsOp& op, int row);

  const Kernels& kernels_;
  ThreadPool pool_;
  std::unique_ptr<SideWorker> runner_;  // in the background

  std::unique_ptr<Buffer> quantised_;  // activation rows
  std::unique_ptr<Buffer> strips_;     // [threads] kMatrixScratch
  std::vector<const std::byte*> plain_rows_, quantised_rows_, planned_plain_, planned_quantised_;
  std::vector<float*> out_rows_;
  std::vector<float> glu_;        // [threads][2][tokens x rows of a block]
  std::vector<float*> glu_rows_;  // [threads][2][tokens]
  size_t glu_floats_ = 0, glu_tokens_ = 0;

  std::vector<AttnItem> items_;
  std::vector<float> attn_;           // [threads] q, acc, max, sum, tile
  std::vector<int64_t> attn_limits_;  // [threads][query rows]
  size_t attn_floats_ = 0, attn_rows_ = 0;
  std::vector<ExpandedItem> expanded_items_;
  std::vector<float> expanded_;           // [threads] weights of a head, q, acc, max, sum, tile
  std::vector<int64_t> expanded_limits_;  // [threads][first, limit of query rows]
  size_t expanded_floats_ = 0;
  std::vector<float> splits_;  // [token][head][split] max, sum, acc
  std::vector<float> rope_;    // [token][n_rot / 2] cos, sin
  std::vector<int32_t> rope_positions_;
  std::vector<double> rope_freq_;
  float rope_mscale_ = 0;
  std::vector<float> row_;  // [threads][row_floats_]
  size_t row_floats_ = 0;

  struct Active {
    int expert, index, first, n;  // global id, index in the weights, planned rows
  };
  std::vector<Active> active_;
  std::vector<char> present_;  // [T * n_used] pair is planned on this device
  std::vector<float> route_;   // [threads][2][n_experts]
  std::vector<char> route_open_;
  size_t route_experts_ = 0;

  std::vector<LoraGroup> lora_groups_;
  std::vector<const std::byte*> lora_x_, lora_h_;  // rows with an adapter; lora_h_ points into lora_hidden_
  std::vector<float*> lora_y_, lora_h_out_;
  std::vector<float> lora_hidden_;  // [row][kLoraRank]

  std::vector<Candidate> candidates_;                // [R][candidate_room()]
  std::vector<float> block_maxima_, sorted_maxima_;  // [R][logit_blocks()]
  struct Segment {
    float max;
    double sum;
  };
  std::vector<Segment> segments_;
};

}  // namespace engine::cpu
