#include "cuda/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>

#include "core/check.h"
#include "cuda/fold.h"
#include "cuda/transfer.h"
#include "ops/replay.h"

namespace engine::cuda {
namespace {

// Work of one piece of a long plan for each multiprocessor, so that cancel is seen in time: about 2 ms. run() starts as many one after the
// other as the device does in a good time.
constexpr double kPieceFlops = 2e8, kPieceBytes = 2e7;
constexpr unsigned kMostGrid = 65535;  // of y and z
constexpr unsigned kMostThreads = 1024;

std::atomic<uint64_t> recordings_made{0};

/// Collects the launches of a plan for one bucket.
class Collector final : public Recorder {
 public:
  Collector(const PlanContext& context, const Bucket& bucket, Recording& out, std::map<const double*, std::shared_ptr<OwnedSpan>>& turns)
      : context_(context), bucket_(bucket), out_(out), turns_(turns) {}

  [[nodiscard]] const Bucket& bucket() const override { return bucket_; }
  [[nodiscard]] const StepLimits& limits() const override { return context_.limits; }
  [[nodiscard]] const Features& features() const override { return context_.device->caps().features; }

  std::byte* scratch(Scratch name, size_t bytes) override {
    Result<std::shared_ptr<OwnedSpan>> span = context_.scratch->get(name, bytes);
    if (!span) {
      refuse(span.error());
      return nullptr;
    }
    const bool known = std::find(out_.scratch.begin(), out_.scratch.end(), *span) != out_.scratch.end();
    if (!known) out_.scratch.push_back(*span);
    return (*span)->span().data;
  }

  void independent() override { independent_ = true; }

  void branch(Branch branch) override { branch_ = branch; }

  void counts_as(int ahead) override { op_ = first_op_ + ahead; }

  void refuse(Error error) override {
    if (!refusal_) refusal_ = std::move(error);
  }

  const uint64_t* turns(const RopeTable& rope) override;

  void begin_op(int index) { op_ = first_op_ = index; }
  [[nodiscard]] const std::optional<Error>& refusal() const { return refusal_; }

 protected:
  void add(Launch launch) override {
    const Grid& g = launch.grid;
    HEARTH_CHECK(g.y <= kMostGrid && g.z <= kMostGrid && launch.threads % 32 == 0 && launch.threads <= kMostThreads);
    if (g.x > 0 && g.y > 0 && g.z > 0) {
      launch.independent = independent_;
      launch.branch = branch_;
      launch.op = op_;
      out_.launches.push_back(std::move(launch));
    }
    independent_ = false;  // it was meant for this one, also when that is empty
  }

 private:
  const PlanContext& context_;
  Bucket bucket_;
  Recording& out_;
  std::map<const double*, std::shared_ptr<OwnedSpan>>& turns_;
  std::optional<Error> refusal_;
  bool independent_ = false;
  Branch branch_ = Branch::none;
  int first_op_ = 0, op_ = 0;
};

const uint64_t* Collector::turns(const RopeTable& rope) {
  if (rope.n_rot == 0 || !rope.inv_freq) return nullptr;
  std::shared_ptr<OwnedSpan>& kept = turns_[rope.inv_freq];
  if (kept) return reinterpret_cast<const uint64_t*>(kept->span().data);
  const size_t n = static_cast<size_t>(rope.n_rot) / 2;
  std::vector<double> frequencies(n);
  Device& device = *context_.device;
  device.transfer().read(frequencies.data(), reinterpret_cast<const std::byte*>(rope.inv_freq), n * sizeof(double));
  const std::vector<uint64_t> turns = turns_of(frequencies);
  Result<Span> span = device.memory().allocate(n * sizeof(uint64_t));
  if (!span) {
    refuse(span.error());
    return nullptr;
  }
  device.transfer().write(span->data, turns.data(), n * sizeof(uint64_t));
  kept = std::make_shared<OwnedSpan>(context_.device, *span);
  return reinterpret_cast<const uint64_t*>(span->data);
}

}  // namespace

Result<std::shared_ptr<OwnedSpan>> ScratchPool::get(Scratch name, size_t bytes) {
  std::shared_ptr<OwnedSpan>& span = spans_[static_cast<size_t>(name)];
  if (span && span->span().bytes >= bytes) return span;
  Result<Span> bigger = device_->memory().allocate(bytes);
  if (!bigger) return bigger.error();
  span = std::make_shared<OwnedSpan>(device_, *bigger);
  if (name == Scratch::counters) device_->transfer().zero(bigger->data, bigger->bytes);
  return span;
}

uint64_t CudaPlan::recordings() {
  return recordings_made;
}

CudaPlan::~CudaPlan() {
  context_.device->enter();
  context_.device->idle();
}

Bucket CudaPlan::bucket_of(const StepInputs& step, const StepLimits& limits) {
  return engine::bucket_of<Bucket>(step, limits);
}

Error CudaPlan::failed(Error error, int first, int last) const {
  const char* from = op_name(ops_[static_cast<size_t>(first)]);
  error.message = first == last ? fmt::format("{}: {}", from, error.message)
                                : fmt::format("{} to {}: {}", from, op_name(ops_[static_cast<size_t>(last)]), error.message);
  return error;
}

Result<Recording> CudaPlan::collect(const Bucket& bucket) const {
  Recording recording;
  Collector collector(context_, bucket, recording, turns_);
  for (size_t i = 0; i < ops_.size();) {
    collector.begin_op(static_cast<int>(i));
    i += record_folded(collector, std::span(ops_).subspan(i));
  }
  if (collector.refusal()) return *collector.refusal();
  return recording;
}

std::vector<Bucket> sample_buckets(const StepLimits& l) {
  std::vector<Bucket> samples;
  for (int tokens : {1, kVectorTokens, 2 * kVectorTokens, 4 * kVectorTokens, 8 * kVectorTokens, l.max_tokens}) {
    tokens = std::min(tokens, l.max_tokens);
    samples.push_back({tokens, std::min(tokens, l.max_outputs), std::min(tokens, l.max_sequences), longest_context(l)});
    samples.push_back({tokens, std::min(1, l.max_outputs), 1, kLeastContext});
  }
  return samples;
}

Status CudaPlan::prepare() {
  const StepLimits& l = context_.limits;
  for (const Bucket& bucket : sample_buckets(l))
    if (Result<Recording> recording = collect(bucket); !recording) return recording.error();
  if (Status s = context_.device->transfer().flush(); !s) return s;
  // The first step finds its graph, and the driver has loaded the kernels and taken what memory it wants for them.
  const Result<const Recording*> first = recording({1, std::min(1, l.max_outputs), 1, kLeastContext});
  return first ? Status() : Status(first.error());
}

/// Cuts the launches into pieces of bounded work and makes a graph of each. `whole`: one piece, whatever the work.
Status CudaPlan::make_pieces(Recording& recording, bool whole) const {
  const std::vector<Launch>& all = recording.launches;
  const double processors = std::max(1, context_.device->caps().features.processors);
  context_.device->enter();
  for (size_t first = 0; first < all.size();) {
    Piece piece;
    size_t last = first;
    for (; last < all.size(); ++last) {
      const Cost& cost = all[last].cost;
      const bool full =
          piece.cost.flops + cost.flops > kPieceFlops * processors || piece.cost.bytes + cost.bytes > kPieceBytes * processors;
      const bool beside = all[last].independent || all[last].branch != Branch::none;
      if (last > first && full && !whole && !beside) break;
      piece.cost.flops += cost.flops;
      piece.cost.bytes += cost.bytes;
    }
    piece.first_op = all[first].op;
    piece.last_op = all[last - 1].op;
    Result<std::unique_ptr<Graph>> graph = make_graph(std::span(all).subspan(first, last - first), context_.step);
    if (!graph) return failed(graph.error(), piece.first_op, piece.last_op);
    piece.graph = std::move(*graph);
    recording.pieces.push_back(std::move(piece));
    first = last;
  }
  return {};
}

Result<const Recording*> CudaPlan::recording(const Bucket& bucket) const {
  if (const auto known = recordings_.find(bucket); known != recordings_.end()) return &known->second;
  Result<Recording> made = collect(bucket);
  if (!made) return made.error();
  if (Status s = make_pieces(*made, bucket.tokens <= kVectorTokens); !s) return s.error();
  ++recordings_made;
  return &recordings_.emplace(bucket, std::move(*made)).first->second;
}

}  // namespace engine::cuda
