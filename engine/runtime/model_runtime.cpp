#include "runtime/model_runtime.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include <fmt/format.h>

#include "core/check.h"
#include "core/machine.h"
#include "core/side_worker.h"
#include "cpu/cpu_features.h"
#include "model/info.h"
#include "runtime/backends.h"
#include "runtime/device_check.h"
#include "runtime/model_loader.h"
#include "runtime/providers.h"

namespace engine {

struct ModelRuntime::Impl {
  std::unique_ptr<LoadedModel> model = std::make_unique<LoadedModel>();
  RuntimeOptions options;
  std::unique_ptr<Tokenizer> tokenizer;
  ModelInfo info;
  std::string device_name, foreign_names;
  int threads = 0;
  StepInputs step;
  bool adapted = false;          // some token of the step has an adapter
  double seconds_per_token = 0;  // of the last long step whose experts stayed where they are; 0: there was none
  uint64_t computed_tokens = 0;
  uint64_t balanced_tokens = 0;  // computed_tokens at the last look at the experts,
  ExpertUse balanced_use;        // and how they had been used then
  Profile* profile = nullptr;
  std::vector<float> logits, candidate_values, logsumexp;  // landing zone of devices with their own memory
  std::vector<int32_t> candidates;
  std::unique_ptr<SideWorker> worker;  // made when two devices can work at once; idle between steps
  int worker_device = 0;

  Status put_on_devices(const RuntimeOptions& wanted, const ProgressCallback& progress, const std::atomic<bool>* cancel);
  void fill_step(std::span<const StepSequence> sequences);
  Status join(int device);
  Status run_node(const ExecutableNode& node, const ExecutableNode* next, const RunControl& control);
  Status execute(const std::atomic<bool>* cancel);
  void transfer(const forward::Transfer& t) const;
  StepOutput output();
};

RuntimeOptions runtime_options(const LoadOptions& options) {
  RuntimeOptions out;
  out.model_path = options.model_path;
  out.device = options.device;
  out.expert_device = options.expert_device;
  out.gpu_layers = options.gpu_layers;
  out.cpu_moe_layers = options.cpu_moe_layers;
  out.hot_experts = options.hot_experts;
  out.stream_tokens = options.stream_tokens;
  out.threads = options.threads;
  out.background = options.background;
  out.context = options.context;
  out.kv = options.kv;
  out.max_sequences = options.max_sequences;
  out.adapter_bytes = options.adapter_bytes;
  return out;
}

ModelRuntime::ModelRuntime() : impl_(std::make_unique<Impl>()) {}
ModelRuntime::~ModelRuntime() = default;

namespace {

bool stopped(const std::atomic<bool>* cancel) {
  return cancel && cancel->load(std::memory_order_relaxed);
}

std::string describe_devices(const LoadedModel& m) {
  std::string text;
  for (const std::unique_ptr<Backend>& backend : m.backends) text += (text.empty() ? "" : " + ") + backend->info().name;
  return text;
}

}  // namespace

Result<std::unique_ptr<ModelRuntime>> ModelRuntime::load(const RuntimeOptions& options, const ProgressCallback& progress,
                                                         const std::atomic<bool>* cancel) {
  std::unique_ptr<ModelRuntime> runtime(new ModelRuntime());
  Impl& impl = *runtime->impl_;
  if (progress) progress(0.0f, "file");
  if (Status s = open_model(options, *impl.model); !s) return s.error();
  if (stopped(cancel)) return Error{ErrorCode::cancelled, "Loading was stopped.", ""};
  const bool has_vocabulary = impl.model->file->string("tokenizer.ggml.model").value_or("none") != "none";
  if (options.load_tokenizer && has_vocabulary) {
    if (progress) progress(0.0f, "tokenizer");
    Result<std::unique_ptr<Tokenizer>> tokenizer = Tokenizer::create(*impl.model->file);
    if (!tokenizer) return tokenizer.error();
    impl.tokenizer = std::move(*tokenizer);
  }
  if (stopped(cancel)) return Error{ErrorCode::cancelled, "Loading was stopped.", ""};
  if (Status s = impl.put_on_devices(options, progress, cancel); !s) return s.error();
  impl.info = model::describe(*impl.model->file, impl.model->config);
  return runtime;
}

/// Plans an opened model, tests its devices and places it.
Status ModelRuntime::Impl::put_on_devices(const RuntimeOptions& wanted, const ProgressCallback& progress, const std::atomic<bool>* cancel) {
  options = wanted;
  seconds_per_token = 0;
  if (!options.cache_dir.empty()) set_program_cache(options.cache_dir);
  if (Status s = plan_model(options, Budgets::measured, *model); !s) return s;
  for (const std::string& name : model->device_names) {
    if (progress && !is_own_device(name)) progress(0.0f, "device");
    if (Status s = ensure_checked(options.cache_dir, name, cancel); !s) return s;
  }
  if (Status s = place_model(options, *model, progress, cancel); !s) return s;
  device_name = describe_devices(*model);
  foreign_names.clear();
  for (size_t d = 0; d < model->backends.size(); ++d)
    if (!is_own_device(model->device_names[d])) foreign_names += (foreign_names.empty() ? "" : " + ") + model->backends[d]->info().name;
  const bool uses_cpu = std::find(model->device_names.begin(), model->device_names.end(), "cpu") != model->device_names.end();
  threads = !uses_cpu ? 1 : options.threads > 0 ? options.threads : physical_cores();
  return {};
}

Status ModelRuntime::move_to(const std::string& device, const ProgressCallback& progress, const std::atomic<bool>* cancel) {
  Impl& impl = *impl_;
  auto next = std::make_unique<LoadedModel>();
  // The file stays as it was opened, also when it is no longer there; the host's weights point into it.
  next->config = std::move(impl.model->config);
  next->host = std::move(impl.model->host);
  next->n_tokens_in_vocab = impl.model->n_tokens_in_vocab;
  std::unique_ptr<gguf::File> file = std::move(impl.model->file);
  RuntimeOptions options = impl.options;
  options.device = device;
  options.expert_device.clear();
  options.gpu_layers = options.cpu_moe_layers = -1;
  options.context = impl.model->context;
  impl.model.reset();  // gives the old devices' memory back before the new one takes any
  next->file = std::move(file);
  impl.model = std::move(next);
  impl.balanced_use = {};
  impl.balanced_tokens = impl.computed_tokens;
  return impl.put_on_devices(options, progress, cancel);
}

std::string ModelRuntime::foreign_devices() const {
  std::string names;
  for (const std::string& name : impl_->model->device_names)
    if (!is_own_device(name)) names += (names.empty() ? "" : "+") + name;
  return names;
}

const std::string& ModelRuntime::foreign_names() const {
  return impl_->foreign_names;
}

const model::Config& ModelRuntime::config() const {
  return impl_->model->config;
}
const gguf::File& ModelRuntime::file() const {
  return *impl_->model->file;
}
const Tokenizer* ModelRuntime::tokenizer() const {
  return impl_->tokenizer.get();
}
const ModelInfo& ModelRuntime::info() const {
  return impl_->info;
}
const std::string& ModelRuntime::device_name() const {
  return impl_->device_name;
}
int ModelRuntime::threads() const {
  return impl_->threads;
}
int ModelRuntime::context() const {
  return impl_->model->context;
}
int ModelRuntime::total_pages() const {
  return impl_->model->total_pages;
}
const StepLimits& ModelRuntime::limits() const {
  return impl_->model->limits;
}
const MemoryEstimate& ModelRuntime::memory() const {
  return impl_->model->memory;
}
const MemoryPlan& ModelRuntime::plan() const {
  return impl_->model->plan;
}
uint64_t ModelRuntime::computed_tokens() const {
  return impl_->computed_tokens;
}
ReplayStats ModelRuntime::replay_stats() const {
  ReplayStats sum;
  for (const std::unique_ptr<Backend>& backend : impl_->model->backends) {
    const ReplayStats stats = backend->replay_stats();
    sum.dispatches += stats.dispatches;
    sum.recordings += stats.recordings;
  }
  return sum;
}
MemoryInUse ModelRuntime::memory_in_use() const {
  return impl_->model->backends.front()->memory_in_use();
}
double ModelRuntime::measure_bandwidth() const {
  return impl_->model->backends.front()->measure_bandwidth();
}
void ModelRuntime::set_profile(Profile* profile) {
  impl_->profile = profile;
}

const ExpertUse& ModelRuntime::expert_use() {
  LoadedModel& m = *impl_->model;
  return m.counter.read(m.backends, m.placement);
}

const model::Placement& ModelRuntime::placement() const {
  return impl_->model->placement;
}

Status ModelRuntime::swap_experts(std::span<const ExpertSwap> swaps) {
  expert_use();  // so far they counted where they were
  for (const ExpertSwap& swap : swaps)
    if (Status s = swap_expert(*impl_->model, swap); !s) return s;
  return {};
}

Result<int> ModelRuntime::rebalance_experts() {
  constexpr uint64_t kTokens = 256;                     // between two looks
  constexpr uint64_t kMostBytes = uint64_t{256} << 20;  // moved at once: some tens of milliseconds
  Impl& impl = *impl_;
  LoadedModel& m = *impl.model;
  if (m.config.moe.n_experts == 0 || impl.computed_tokens < impl.balanced_tokens + kTokens) return 0;
  impl.balanced_tokens = impl.computed_tokens;
  const ExpertUse recent = use_between(impl.balanced_use, expert_use());
  impl.balanced_use = m.counter.use();
  m.known_use = older_and_newer(m.known_use, recent);
  const std::string key = model_key(m);
  write_expert_use(expert_use_file(impl.options.cache_dir, key), key, m.known_use);
  if (!impl.options.expert_device.empty()) return 0;
  std::vector<ExpertSwap> swaps = plan_swaps(m.placement, m.known_use, SIZE_MAX);
  uint64_t moved = 0;
  const auto beyond =
      std::find_if(swaps.begin(), swaps.end(), [&](const ExpertSwap& swap) { return (moved += swap_bytes(m, swap)) > kMostBytes; });
  swaps.erase(beyond, swaps.end());
  if (Status s = swap_experts(swaps); !s) return s.error();
  return static_cast<int>(swaps.size());
}

void ModelRuntime::Impl::fill_step(std::span<const StepSequence> sequences) {
  const StepLimits& limits = model->limits;
  step = {};
  adapted = false;
  step.max_pages = limits.max_pages;
  step.pages.assign(sequences.size() * static_cast<size_t>(limits.max_pages), 0);
  step.first_token.push_back(0);
  model->lora.begin_step();
  for (size_t s = 0; s < sequences.size(); ++s) {
    const StepSequence& sequence = sequences[s];
    const auto n = static_cast<int32_t>(sequence.tokens.size());
    HEARTH_CHECK(n > 0);
    const int end = sequence.position + n;
    HEARTH_CHECK(end <= model->context && sequence.pages.size() * kPageTokens >= static_cast<size_t>(end));
    HEARTH_CHECK(sequence.pages.size() <= static_cast<size_t>(limits.max_pages));
    std::copy(sequence.pages.begin(), sequence.pages.end(), step.pages.begin() + static_cast<std::ptrdiff_t>(s) * limits.max_pages);
    const int32_t slot = model->lora.slot_of(sequence.adapters);
    adapted = adapted || slot >= 0;
    for (int32_t i = 0; i < n; ++i) {
      if (sequence.wants_all || (sequence.wants_last && i + 1 == n)) step.output_rows.push_back(step.n_tokens + i);
      step.tokens.push_back(sequence.tokens[static_cast<size_t>(i)]);
      step.positions.push_back(sequence.position + i);
      step.sequence.push_back(static_cast<int32_t>(s));
      step.lora_slot.push_back(slot);
    }
    step.n_tokens += n;
    step.first_token.push_back(step.n_tokens);
    step.context.push_back(end);
  }
  step.n_sequences = static_cast<int32_t>(sequences.size());
  step.n_outputs = static_cast<int32_t>(step.output_rows.size());
  HEARTH_CHECK(step.n_tokens <= limits.max_tokens && step.n_sequences <= limits.max_sequences && step.n_outputs <= limits.max_outputs);
}

void ModelRuntime::Impl::transfer(const forward::Transfer& t) const {
  const size_t bytes = t.bytes_per_token * static_cast<size_t>(step.n_tokens);
  Backend& from = *model->backends[static_cast<size_t>(t.from)];
  Backend& to = *model->backends[static_cast<size_t>(t.to)];
  auto* dst = static_cast<std::byte*>(t.dst);
  const auto* src = static_cast<const std::byte*>(t.src);
  if (from.host_memory()) {
    to.upload(dst, src, bytes);
  } else if (to.host_memory()) {
    from.download(dst, src, bytes);
  } else {
    std::vector<std::byte> staging(bytes);
    from.download(staging.data(), src, bytes);
    to.upload(dst, staging.data(), bytes);
  }
}

/// Waits for the segment that runs beside, if it is the device's; -1: any.
Status ModelRuntime::Impl::join(int device) {
  if (!worker || !worker->busy() || (device >= 0 && device != worker_device)) return {};
  return worker->join();
}

/// One node. A segment whose successor belongs to another device runs beside it: whatever needs its results comes after a transfer,
/// which waits.
Status ModelRuntime::Impl::run_node(const ExecutableNode& node, const ExecutableNode* next, const RunControl& control) {
  if (node.load) {
    if (Status s = join(node.device); !s) return s;
    return model->stream.next();
  }
  if (!node.plan) {
    if (Status s = join(node.transfer.from); !s) return s;
    if (Status s = join(node.transfer.to); !s) return s;
    transfer(node.transfer);
    return {};
  }
  if (Status s = join(node.device); !s) return s;
  Backend& backend = *model->backends[static_cast<size_t>(node.device)];
  const bool beside = next && next->plan && next->device != node.device && !control.profile;
  if (!beside || (worker && worker->busy())) return backend.run(*node.plan, control);
  if (!worker) worker = std::make_unique<SideWorker>();
  worker_device = node.device;
  worker->start([&backend, &node, control] { return backend.run(*node.plan, control); });
  return {};
}

Status ModelRuntime::Impl::execute(const std::atomic<bool>* cancel) {
  const RunControl control{cancel, profile};
  for (const std::unique_ptr<Backend>& backend : model->backends) backend->set_step(step);
  const bool streamed = !adapted && !model->streamed_program.empty() && model->stream_choice.streams(step.n_tokens);
  const std::vector<ExecutableNode>& nodes = adapted ? model->lora_program : streamed ? model->streamed_program : model->program;
  const auto start = std::chrono::steady_clock::now();
  if (streamed) model->stream.begin(model->loads);
  Status status;
  for (size_t i = 0; i < nodes.size() && status; ++i) {
    if (stopped(cancel)) status = Error{ErrorCode::cancelled, "The step was stopped.", ""};
    if (status) status = run_node(nodes[i], i + 1 < nodes.size() ? &nodes[i + 1] : nullptr, control);
  }
  const Status beside = join(-1);  // also after a failure: nothing may run on
  if (status) status = beside;
  if (const Status loading = streamed ? model->stream.finish() : Status(); status) status = loading;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (status && !adapted && !model->streamed_program.empty()) model->stream_choice.took(streamed, step.n_tokens, took.count());
  if (status && !streamed && step.n_tokens >= model->prompt_tokens / 2) seconds_per_token = took.count() / step.n_tokens;
  return status;
}

StepOutput ModelRuntime::Impl::output() {
  const forward::Activations& a = model->activations[static_cast<size_t>(model->placement.output)];
  Backend& backend = *model->backends[static_cast<size_t>(model->placement.output)];
  StepOutput out{a.logits, step.n_outputs, model->config.n_vocab, a.candidates, a.candidate_values, a.logsumexp, a.n_candidates};
  if (backend.host_memory() || step.n_outputs == 0) return out;
  const auto rows = static_cast<size_t>(step.n_outputs);
  const auto fetch = [&](auto& to, const auto* from, size_t n) {
    to.resize(n);
    backend.download(to.data(), reinterpret_cast<const std::byte*>(from), n * sizeof(*from));
    return to.data();
  };
  out.logits = fetch(logits, a.logits, rows * static_cast<size_t>(model->config.n_vocab));
  out.candidate_ids = fetch(candidates, a.candidates, rows * static_cast<size_t>(a.n_candidates));
  out.candidate_values = fetch(candidate_values, a.candidate_values, rows * static_cast<size_t>(a.n_candidates));
  out.logsumexp = fetch(logsumexp, a.logsumexp, rows);
  return out;
}

Result<std::shared_ptr<const AttachedAdapter>> ModelRuntime::attach_adapter(const std::string& path) {
  LoadedModel& m = *impl_->model;
  if (!m.lora.enabled())
    return Error{ErrorCode::unsupported, "The model was loaded without memory for adapters.", "Load it again with some."};
  const Result<model::Adapter> adapter = model::read_adapter(path, *m.file, m.config);
  if (!adapter) return adapter.error();
  return m.lora.attach(*adapter);
}

Status ModelRuntime::check_adapters(std::span<const AdapterInUse> set) const {
  return impl_->model->lora.check(set);
}

int ModelRuntime::prompt_step(int left, bool adapted) const {
  constexpr double kSeconds = 0.5;  // of a step: so long others wait for their next word, and the display of the progress stands still
  const LoadedModel& m = *impl_->model;
  const int longest = std::min(left, m.limits.max_tokens);
  if (longest <= m.prompt_tokens) return longest;
  if (!adapted && !m.streamed_program.empty() && m.stream_choice.streams(longest)) return longest;
  if (impl_->seconds_per_token <= 0) return m.prompt_tokens;
  const double quick = kSeconds / impl_->seconds_per_token;
  if (quick >= longest) return longest;
  return std::max(static_cast<int>(quick) / m.prompt_tokens * m.prompt_tokens, m.prompt_tokens);
}

Result<StepOutput> ModelRuntime::run(std::span<const StepSequence> sequences, const std::atomic<bool>* cancel) {
  Impl& impl = *impl_;
  for (const StepSequence& sequence : sequences)
    for (const int32_t token : sequence.tokens)
      if (token < 0 || token >= impl.model->config.n_vocab)
        return Error{ErrorCode::invalid_argument,
                     fmt::format("Token {} is outside the vocabulary of {}.", token, impl.model->config.n_vocab), ""};
  impl.fill_step(sequences);
  if (Status s = impl.execute(cancel); !s) return s.error();
  impl.computed_tokens += static_cast<uint64_t>(impl.step.n_tokens);
  return impl.output();
}

}  // namespace engine
