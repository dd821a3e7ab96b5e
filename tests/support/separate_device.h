// A device of the tests with memory of its own: the CPU backend over an arena that nothing outside may touch. Between calls the
// arena is protected, so that code that follows an address of the device instead of downloading crashes; compile() refuses ops that
// point anywhere else. It fails when it is told to.
#pragma once

#include <sys/mman.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/check.h"
#include "runtime/backends.h"

namespace hearth_test {

/// What a device is and does; shared by all its backends, and changed while they run.
struct DeviceScript {
  engine::DeviceInfo info{.id = "test:0",
                          .name = "Test device",
                          .memory_total = uint64_t{8} << 30,
                          .memory_free = uint64_t{8} << 30,
                          .usable = true,
                          .reason = {},
                          .kind = engine::DeviceKind::discrete_gpu,
                          .driver = "test 1"};
  engine::ErrorCode open_error{};  // opening fails with it
  bool opens = true;
  size_t memory = SIZE_MAX;        // allocations beyond it fail
  std::atomic<int> runs_left{-1};  // then runs fail; -1: they never do
  engine::ErrorCode run_error = engine::ErrorCode::device;
  bool guarded = true;  // the arena is protected between calls; takes time
  bool wrong = false;   // results of `linear` are off by a tenth
  std::atomic<int> opened{0}, runs{0};
};

/// Calls see(address) for every address of an op.
template <class See>
class Addresses {
 public:
  explicit Addresses(See see) : see_(std::move(see)) {}
  void operator()(const engine::EmbedOp& o) { weight(o.table), addend(o.addend), see_(o.out); }
  void operator()(const engine::AddNormOp& o) {
    see_(o.x), see_(o.weight), see_(o.y);
    for (const auto& part : o.parts) see_(part.data), see_(part.gate);
  }
  void operator()(const engine::LinearOp& o) {
    see_(o.x);
    for (const auto& out : o.outs) weight(out.w), see_(out.bias), addend(out.addend), see_(out.y);
  }
  void operator()(const engine::LinearGluOp& o) {
    see_(o.x), weight(o.gate), weight(o.up), see_(o.gate_bias), see_(o.up_bias), addend(o.gate_addend), addend(o.up_addend), see_(o.y);
  }
  void operator()(const engine::LinearHeadsOp& o) { see_(o.x), weight(o.w), addend(o.addend), see_(o.y); }
  void operator()(const engine::QkvStoreOp& o) {
    see_(o.q), see_(o.k), see_(o.v), see_(o.q_norm), see_(o.k_norm), see_(o.rope.inv_freq), cache(o.kv);
  }
  void operator()(const engine::AttnGqaOp& o) { see_(o.q), see_(o.out), see_(o.sinks), cache(o.kv); }
  void operator()(const engine::MlaStoreOp& o) {
    see_(o.q), see_(o.kv_a), see_(o.kv_norm), see_(o.rope.inv_freq), see_(o.q_latent), cache(o.kv);
  }
  void operator()(const engine::AttnMlaOp& o) { see_(o.q_latent), see_(o.out), cache(o.kv); }
  void operator()(const engine::MoeRouteOp& o) { see_(o.logits), see_(o.select_bias), see_(o.ids), see_(o.weights), see_(o.counts); }
  void operator()(const engine::MoePlanOp& o) { see_(o.ids), see_(o.local), see_(o.offsets), see_(o.pairs); }
  void operator()(const engine::MoeGluOp& o) {
    see_(o.x), weight(o.gate), weight(o.up), see_(o.local), see_(o.offsets), see_(o.pairs), see_(o.gate_bias), see_(o.up_bias);
    addend(o.gate_addend), addend(o.up_addend), see_(o.h);
  }
  void operator()(const engine::MoeDownOp& o) {
    see_(o.h), weight(o.down), see_(o.local), see_(o.offsets), see_(o.pairs), see_(o.weights), see_(o.bias);
    addend(o.addend), see_(o.scratch), see_(o.y);
  }
  void operator()(const engine::LoraOp& o) { see_(o.entries), see_(o.x), see_(o.offsets), see_(o.pairs), see_(o.y); }
  void operator()(const engine::TopkLogitsOp& o) { see_(o.logits), see_(o.ids), see_(o.values), see_(o.logsumexp); }
  void operator()(const engine::FillOp& o) { see_(o.y); }

 private:
  void weight(const engine::Weight& w) { see_(w.data), see_(w.adapters); }
  void addend(const engine::Addend& a) { see_(a.data), see_(a.entries); }
  void cache(const engine::KvLayer& kv) { see_(kv.k), see_(kv.v); }

  See see_;
};

class SeparateDevice final : public engine::Backend {
 public:
  explicit SeparateDevice(DeviceScript& script) : script_(script), inner_(engine::make_cpu_backend(2)) {
    void* block =
        ::mmap(nullptr, kArena, script.guarded ? PROT_NONE : PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    HEARTH_CHECK(block != MAP_FAILED);
    base_ = static_cast<std::byte*>(block);
    ++script_.opened;
  }
  ~SeparateDevice() override { ::munmap(base_, kArena); }
  SeparateDevice(const SeparateDevice&) = delete;
  SeparateDevice& operator=(const SeparateDevice&) = delete;

  engine::DeviceInfo info() const override { return script_.info; }
  engine::Status reserve(const engine::StepLimits& limits, int64_t max_row) override { return inner_->reserve(limits, max_row); }
  bool host_memory() const override { return false; }
  void set_step(const engine::StepInputs& step) override { inner_->set_step(step); }

  engine::Result<std::unique_ptr<engine::Buffer>> allocate(size_t bytes) override {
    const size_t size = (bytes + 63) / 64 * 64;
    if (size > kArena - used_ || used_ + size > script_.memory)
      return engine::Error{engine::ErrorCode::out_of_memory, "The test device has no memory left.", ""};
    auto buffer = std::make_unique<engine::Buffer>();
    buffer->data = base_ + used_;
    buffer->bytes = bytes;
    used_ += size;
    return std::unique_ptr<engine::Buffer>(std::move(buffer));
  }
  void upload(std::byte* device, const void* host, size_t bytes) override {
    const Open open(*this);
    HEARTH_CHECK(bytes == 0 || (is_ours(device) && is_ours(device + bytes - 1)));
    std::memcpy(device, host, bytes);
  }
  void download(void* host, const std::byte* device, size_t bytes) override {
    const Open open(*this);
    HEARTH_CHECK(bytes == 0 || (is_ours(device) && is_ours(device + bytes - 1)));
    std::memcpy(host, device, bytes);
  }
  engine::Result<engine::Weight> place(const engine::Weight& host) override {
    const auto experts = static_cast<size_t>(host.experts - 1), rows = static_cast<size_t>(host.out - 1);
    const size_t bytes = experts * host.expert_stride + rows * host.row_stride + engine::row_bytes(host.type, host.in);
    auto buffer = allocate(bytes);
    if (!buffer) return buffer.error();
    upload((*buffer)->data, host.data, bytes);
    engine::Weight out = host;
    out.data = (*buffer)->data;
    return out;
  }
  engine::Result<std::unique_ptr<engine::Plan>> compile(std::span<const engine::Op> ops) override {
    bool foreign = false;
    Addresses visit([&](const void* address) { foreign = foreign || (address != nullptr && !is_ours(address)); });
    for (const engine::Op& op : ops) {
      std::visit(visit, op);
      if (foreign)
        return engine::Error{engine::ErrorCode::device, std::string("An op points at memory of the host: ") + engine::op_name(op), ""};
    }
    auto inner = inner_->compile(ops);
    if (!inner) return inner.error();
    auto plan = std::make_unique<Compiled>();
    plan->inner = std::move(*inner);
    plan->ops.assign(ops.begin(), ops.end());
    return std::unique_ptr<engine::Plan>(std::move(plan));
  }
  engine::Status run(const engine::Plan& plan, const engine::RunControl& control) override {
    ++script_.runs;
    if (script_.runs_left == 0) return engine::Error{script_.run_error, "The test device was lost in linear.", ""};
    if (script_.runs_left > 0) --script_.runs_left;
    const Open open(*this);
    const auto& compiled = static_cast<const Compiled&>(plan);
    engine::Status status = inner_->run(*compiled.inner, control);
    if (script_.wrong)
      for (const engine::Op& op : compiled.ops)
        if (const auto* linear = std::get_if<engine::LinearOp>(&op)) linear->outs[0].y[0] *= 1.1f;
    return status;
  }

 private:
  static constexpr size_t kArena = size_t{1} << 32;
  struct Compiled final : engine::Plan {
    std::unique_ptr<engine::Plan> inner;
    std::vector<engine::Op> ops;
  };
  /// While it lives the arena can be touched.
  class Open {
   public:
    explicit Open(SeparateDevice& device) : device_(device) {
      if (device_.script_.guarded) set(PROT_READ | PROT_WRITE);
    }
    ~Open() {
      if (device_.script_.guarded) set(PROT_NONE);
    }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;

   private:
    void set(int protection) const {
      const size_t bytes = (device_.used_ + 4095) / 4096 * 4096;
      if (bytes > 0) HEARTH_CHECK(::mprotect(device_.base_, bytes, protection) == 0);
    }
    SeparateDevice& device_;
  };

  bool is_ours(const void* address) const {
    const auto* at = static_cast<const std::byte*>(address);
    return at >= base_ && at < base_ + used_;
  }

  DeviceScript& script_;
  std::unique_ptr<engine::Backend> inner_;
  std::byte* base_ = nullptr;
  size_t used_ = 0;
};

/// Registers the device of a script, which must outlive it and its backends.
inline engine::DeviceProvider separate_devices(DeviceScript& script) {
  return {[&script] { return std::vector<engine::DeviceInfo>{script.info}; },
          [&script](const std::string&, int) -> engine::Result<std::unique_ptr<engine::Backend>> {
            if (!script.opens) return engine::Error{script.open_error, "The test device cannot be opened.", ""};
            return std::unique_ptr<engine::Backend>(std::make_unique<SeparateDevice>(script));
          }};
}

}  // namespace hearth_test
