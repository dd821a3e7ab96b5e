// A backend that is right except for one planted error: what the conformance table must find.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "ops/backend.h"

namespace hearth_test {

enum class Plant {
  nothing,
  one_percent,      // every float result times 1.01
  one_value,        // the last value of the result is off by half
  past_the_end,     // one float written behind the result
  before_start,     // one float written in front of it
  swapped,          // the first two integers of the result exchanged
  batch_dependent,  // the last bit of the first value depends on the number of tokens
  changed_input,    // the input is overwritten
  ignores_cancel,   // runs report success whatever the flag says
  late_cancel,      // stops, but only after 400 ms
};

/// Where an op writes: floats or integers.
struct Written {
  float* floats = nullptr;
  int64_t n = 0;
  int32_t* ints = nullptr;
  const float* input = nullptr;
};

inline Written written(const engine::Op& op, const engine::StepInputs& step) {
  using namespace engine;
  const int64_t tokens = step.n_tokens, outputs = step.n_outputs;
  struct Visitor {
    int64_t tokens, outputs;
    int64_t rows(Rows r) const { return r == Rows::tokens ? tokens : outputs; }
    Written operator()(const EmbedOp& o) const { return {o.out, tokens * o.table.in, nullptr, nullptr}; }
    Written operator()(const AddNormOp& o) const {
      return o.y ? Written{o.y, rows(o.rows) * o.dim, nullptr, o.weight} : Written{o.x, tokens * o.dim, nullptr, nullptr};
    }
    Written operator()(const LinearOp& o) const {
      const LinearOp::Out& last = o.outs[o.n_outs - 1];
      return {last.y, rows(o.rows) * last.w.out, nullptr, o.x};
    }
    Written operator()(const LinearGluOp& o) const { return {o.y, tokens * o.gate.out, nullptr, o.x}; }
    Written operator()(const LinearHeadsOp& o) const { return {o.y, tokens * o.y_token_stride, nullptr, o.x}; }
    Written operator()(const QkvStoreOp& o) const { return {o.q, tokens * o.n_head * o.head_k, nullptr, o.v}; }
    Written operator()(const AttnGqaOp& o) const { return {o.out, tokens * o.n_head * o.head_v, nullptr, o.q}; }
    Written operator()(const MlaStoreOp& o) const { return {o.q_latent, tokens * o.n_head * (o.c + o.rope_dim), nullptr, o.kv_a}; }
    Written operator()(const AttnMlaOp& o) const { return {o.out, tokens * o.n_head * o.c, nullptr, o.q_latent}; }
    Written operator()(const MoeRouteOp& o) const { return {o.weights, tokens * o.n_used, o.ids, o.logits}; }
    Written operator()(const MoePlanOp& o) const { return {nullptr, tokens * o.n_used, o.pairs, nullptr}; }
    Written operator()(const MoeGluOp& o) const { return {o.h, tokens * o.n_used * o.gate.out, nullptr, o.x}; }
    Written operator()(const MoeDownOp& o) const { return {o.y, tokens * o.down.out, nullptr, o.h}; }
    Written operator()(const LoraOp& o) const {
      const int64_t n = o.form == LoraOp::Form::experts ? tokens * o.n_used : rows(o.rows) * o.heads;
      return {o.y, n * o.out, nullptr, o.x};
    }
    Written operator()(const TopkLogitsOp& o) const { return {o.logsumexp, outputs, o.ids, o.logits}; }
    Written operator()(const FillOp& o) const { return {o.y, rows(o.rows) * o.dim, nullptr, nullptr}; }
  };
  return std::visit(Visitor{tokens, outputs}, op);
}

class PlantedBackend final : public engine::Backend {
 public:
  explicit PlantedBackend(Plant plant) : inner_(engine::make_reference_backend()), plant_(plant) {}

  engine::DeviceInfo info() const override { return inner_->info(); }
  engine::Status reserve(const engine::StepLimits& limits, int64_t max_row) override { return inner_->reserve(limits, max_row); }
  engine::Result<std::unique_ptr<engine::Buffer>> allocate(size_t bytes) override { return inner_->allocate(bytes); }
  void upload(std::byte* device, const void* host, size_t bytes) override { inner_->upload(device, host, bytes); }
  void download(void* host, const std::byte* device, size_t bytes) override { inner_->download(host, device, bytes); }
  engine::Result<engine::Weight> place(const engine::Weight& host) override { return inner_->place(host); }
  bool host_memory() const override { return true; }
  void set_step(const engine::StepInputs& step) override {
    step_ = step;
    inner_->set_step(step);
  }

  engine::Result<std::unique_ptr<engine::Plan>> compile(std::span<const engine::Op> ops) override {
    auto inner = inner_->compile(ops);
    if (!inner) return inner.error();
    auto plan = std::make_unique<PlantedPlan>();
    plan->inner = std::move(*inner);
    plan->last = ops.back();
    return std::unique_ptr<engine::Plan>(std::move(plan));
  }

  engine::Status run(const engine::Plan& plan, const engine::RunControl& control) override {
    if (plant_ == Plant::ignores_cancel && control.cancel) return {};
    const auto& planted = static_cast<const PlantedPlan&>(plan);
    const engine::Status status = inner_->run(*planted.inner, control);
    if (plant_ == Plant::late_cancel && !status) std::this_thread::sleep_for(std::chrono::milliseconds(400));
    if (status) spoil(written(planted.last, step_));
    return status;
  }

 private:
  struct PlantedPlan final : engine::Plan {
    std::unique_ptr<engine::Plan> inner;
    engine::Op last;
  };

  void spoil(const Written& w) const {
    if (w.floats == nullptr && plant_ != Plant::swapped) return;
    switch (plant_) {
      case Plant::one_percent:
        for (int64_t i = 0; i < w.n; ++i) w.floats[i] *= 1.01f;
        break;
      case Plant::one_value:
        w.floats[w.n - 1] *= 1.5f;
        break;
      case Plant::past_the_end:
        w.floats[w.n] = 0;
        break;
      case Plant::before_start:
        w.floats[-1] = 0;
        break;
      case Plant::swapped:
        if (w.ints && w.n >= 2) std::swap(w.ints[0], w.ints[1]);
        break;
      case Plant::batch_dependent:
        if (step_.n_tokens > 4) w.floats[0] = std::nextafter(w.floats[0], 1e30f);
        break;
      case Plant::changed_input:
        if (w.input) const_cast<float*>(w.input)[0] += 1;
        break;
      default:
        break;
    }
  }

  std::unique_ptr<engine::Backend> inner_;
  Plant plant_;
  engine::StepInputs step_;
};

}  // namespace hearth_test
