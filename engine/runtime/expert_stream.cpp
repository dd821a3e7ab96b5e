#include "runtime/expert_stream.h"

#include <algorithm>

#include "core/check.h"
#include "runtime/backends.h"

namespace engine {
namespace {

constexpr size_t kAlign = 256;
constexpr int kLeastTokens = 17;  // steps of fewer tokens read few experts, each for few tokens
constexpr double kNewest = 0.3;   // weight of the newest measurement

size_t aligned(size_t bytes) {
  return (bytes + kAlign - 1) / kAlign * kAlign;
}

/// Experts of a layer that are not on its attention device.
std::vector<int> experts_elsewhere(const model::LayerPlacement& at) {
  std::vector<int> out;
  for (size_t e = 0; e < at.expert_of.size(); ++e)
    if (at.expert_of[e] != at.attention) out.push_back(static_cast<int>(e));
  return out;
}

size_t file_bytes_of_expert(const model::LayerWeights& w) {
  size_t bytes = 0;
  for (const Weight* x : {&w.gate_exps, &w.up_exps, &w.down_exps}) bytes += row_bytes(x->type, x->in) * static_cast<size_t>(x->out);
  return bytes;
}

/// Experts of a part: as many as are about `part_bytes`, in parts of equal size.
size_t experts_of_part(const model::LayerWeights& w, size_t elsewhere, size_t part_bytes) {
  const size_t most = std::clamp<size_t>(part_bytes / std::max<size_t>(1, file_bytes_of_expert(w)), 1, std::max<size_t>(1, elsewhere));
  const size_t parts = (elsewhere + most - 1) / most;
  return (elsewhere + parts - 1) / parts;
}

/// Lays the weights and biases of a part out from `base` on (null: only for the size); returns the bytes.
size_t lay_out_part(const Backend& backend, const model::LayerWeights& w, size_t n, std::byte* base, forward::ExpertShare& share) {
  size_t at = 0;
  const auto place = [&](size_t bytes) {
    std::byte* const data = base ? base + at : nullptr;
    at += aligned(bytes);
    return data;
  };
  const std::pair<Weight*, const Weight*> weights[] = {{&share.gate, &w.gate_exps}, {&share.up, &w.up_exps}, {&share.down, &w.down_exps}};
  for (const auto& [to, from] : weights) {
    *to = backend.lay_out(*from, static_cast<int64_t>(n), nullptr);
    to->adapters = nullptr;
    to->data = place(to->expert_stride * n);
  }
  const auto bias = [&](const float*& to, const float* from, int64_t width) {
    if (from) to = reinterpret_cast<const float*>(place(sizeof(float) * n * static_cast<size_t>(width)));
  };
  bias(share.gate_bias, w.gate_exps_bias, w.gate_exps.out);
  bias(share.up_bias, w.up_exps_bias, w.up_exps.out);
  bias(share.down_bias, w.down_exps_bias, w.down_exps.out);
  return at;
}

/// Experts [first, first + n) of `w`.
Weight part_of(const Weight& w, int first, int n) {
  Weight out = w;
  out.data = w.row(0, first);
  out.experts = n;
  return out;
}

}  // namespace

Status write_share(Backend& backend, const forward::ExpertShare& share, int slot, const model::LayerWeights& host, int first, int n) {
  const struct {
    const Weight &to, &from;
    const float *bias_to, *bias_from;
  } parts[] = {{share.gate, host.gate_exps, share.gate_bias, host.gate_exps_bias},
               {share.up, host.up_exps, share.up_bias, host.up_exps_bias},
               {share.down, host.down_exps, share.down_bias, host.down_exps_bias}};
  for (const auto& part : parts) {
    if (Status s = backend.write_experts(part.to, slot, part_of(part.from, first, n)); !s) return s;
    if (!part.bias_to) continue;
    const auto width = static_cast<size_t>(part.from.out);
    auto* const bias = reinterpret_cast<std::byte*>(const_cast<float*>(part.bias_to) + static_cast<size_t>(slot) * width);
    backend.upload(bias, part.bias_from + static_cast<size_t>(first) * width, sizeof(float) * width * static_cast<size_t>(n));
  }
  return {};
}

int streaming_device(const model::LayerPlacement& at, std::span<const std::string> device_names) {
  if (at.expert_of.empty() || is_own_device(device_names[static_cast<size_t>(at.attention)])) return -1;
  return experts_elsewhere(at).empty() ? -1 : at.attention;
}

uint64_t stream_bytes(const model::ModelWeights& host, const model::Placement& placement, std::span<const std::string> device_names,
                      int device, size_t part_bytes) {
  uint64_t place = 0;
  for (size_t l = 0; l < placement.layers.size(); ++l) {
    if (streaming_device(placement.layers[l], device_names) != device) continue;
    const model::LayerWeights& w = host.layers[l];
    place =
        std::max<uint64_t>(place, experts_of_part(w, experts_elsewhere(placement.layers[l]).size(), part_bytes) * file_bytes_of_expert(w));
  }
  return 2 * place;
}

Status ExpertStream::open(Backend& backend, int device, const model::ModelWeights& host, const model::Placement& placement,
                          std::span<const std::string> device_names, size_t part_bytes, std::vector<forward::PlacedLayer>& layers) {
  backend_ = &backend;
  device_ = device;
  part_bytes_ = part_bytes;
  size_t place = 0;
  for (size_t l = 0; l < layers.size(); ++l) {
    if (streaming_device(placement.layers[l], device_names) != device) continue;
    forward::ExpertShare sizes;
    const size_t n = experts_elsewhere(placement.layers[l]).size();
    place = std::max(place, lay_out_part(backend, host.layers[l], experts_of_part(host.layers[l], n, part_bytes), nullptr, sizes));
  }
  if (place == 0) return {};
  for (std::unique_ptr<Buffer>& buffer : places_) {
    Result<std::unique_ptr<Buffer>> memory = backend.allocate(place);
    if (!memory) return memory.error();
    buffer = std::move(*memory);
  }
  size_t turn = 0;
  for (size_t l = 0; l < layers.size(); ++l)
    if (streaming_device(placement.layers[l], device_names) == device)
      if (Status s = add_layer(static_cast<int>(l), host.layers[l], placement.layers[l], layers[l], turn); !s) return s;
  if (backend.writes_beside_runs()) worker_ = std::make_unique<SideWorker>();
  return {};
}

Status ExpertStream::add_layer(int layer, const model::LayerWeights& host, const model::LayerPlacement& at, forward::PlacedLayer& placed,
                               size_t& turn) {
  const std::vector<int> elsewhere = experts_elsewhere(at);
  const size_t n = experts_of_part(host, elsewhere.size(), part_bytes_), parts = (elsewhere.size() + n - 1) / n;
  bytes_of_step_ += elsewhere.size() * file_bytes_of_expert(host);
  Result<std::unique_ptr<Buffer>> tables = backend_->allocate(parts * at.expert_of.size() * sizeof(int32_t));
  if (!tables) return tables.error();
  Layer out{layer, &host, {}};
  placed.streamed.resize(parts);
  for (size_t p = 0; p < parts; ++p) {
    forward::ExpertShare& share = placed.streamed[p];
    share = {device_, {}, {}, {}, nullptr, nullptr, nullptr, nullptr};
    lay_out_part(*backend_, host, n, places_[turn++ % 2]->data, share);
    auto* const local = reinterpret_cast<int32_t*>((*tables)->data) + p * at.expert_of.size();
    share.local = local;
    out.parts.push_back({{}, &share, local});
  }
  tables_.push_back(std::move(*tables));
  layers_.push_back(std::move(out));
  return update(layer, at);
}

Status ExpertStream::update(int layer, const model::LayerPlacement& at) {
  const auto it = std::find_if(layers_.begin(), layers_.end(), [layer](const Layer& l) { return l.layer == layer; });
  if (it == layers_.end()) return {};
  const std::vector<int> elsewhere = experts_elsewhere(at);
  const size_t n = experts_of_part(*it->host, elsewhere.size(), part_bytes_);
  for (size_t p = 0; p < it->parts.size(); ++p) {
    Part& part = it->parts[p];
    const size_t first = p * n, end = std::min(elsewhere.size(), first + n);
    HEARTH_CHECK(first < end);
    part.experts.assign(elsewhere.begin() + static_cast<std::ptrdiff_t>(first), elsewhere.begin() + static_cast<std::ptrdiff_t>(end));
    std::vector<int32_t> local(at.expert_of.size(), -1);
    for (size_t i = 0; i < part.experts.size(); ++i) local[static_cast<size_t>(part.experts[i])] = static_cast<int32_t>(i);
    backend_->upload(reinterpret_cast<std::byte*>(part.local), local.data(), local.size() * sizeof(int32_t));
  }
  return {};
}

/// Writes one part to its place: neighbours together.
Status ExpertStream::bring(const forward::Load& load) {
  const auto it = std::find_if(layers_.begin(), layers_.end(), [&](const Layer& l) { return l.layer == load.layer; });
  const Part& part = it->parts[static_cast<size_t>(load.part)];
  const int n = static_cast<int>(part.experts.size());
  for (int first = 0, run = 0; first < n; first += run) {
    const int expert = part.experts[static_cast<size_t>(first)];
    for (run = 1; first + run < n && part.experts[static_cast<size_t>(first + run)] == expert + run;) ++run;
    if (Status s = write_share(*backend_, *part.share, first, *it->host, expert, run); !s) return s;
  }
  return {};
}

Status ExpertStream::start(size_t i) {
  if (i >= loads_.size()) return {};
  if (!worker_) return bring(loads_[i]);
  worker_->start([this, load = loads_[i]] { return bring(load); });
  return {};
}

void ExpertStream::begin(std::span<const forward::Load> loads) {
  loads_ = loads;
  at_ = 0;
  if (worker_) static_cast<void>(start(0));  // on its thread: the result comes with next()
}

Status ExpertStream::next() {
  HEARTH_CHECK(at_ < loads_.size());
  const size_t i = at_++;
  if (!worker_) return start(i);
  if (Status s = worker_->join(); !s) return s;
  return start(i + 1);
}

Status ExpertStream::finish() {
  loads_ = {};
  return worker_ && worker_->busy() ? worker_->join() : Status();
}

bool StreamChoice::streams(int tokens) const {
  if (least_tokens_ == 0 || tokens < kLeastTokens) return false;
  if (least_tokens_ > 0) return tokens >= least_tokens_;
  return tokens * host_seconds_ > stream_seconds_;
}

void StreamChoice::took(bool streamed, int tokens, double seconds) {
  if (tokens < kLeastTokens || seconds <= 0) return;
  double& kept = streamed ? stream_seconds_ : host_seconds_;
  bool& known = streamed ? stream_known_ : host_known_;
  const double now = streamed ? seconds : seconds / tokens;
  kept = known ? kNewest * now + (1 - kNewest) * kept : now;
  known = true;
}

}  // namespace engine
