// bench: tokens/s, bytes read per token and the share of the measured memory bandwidth.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <random>

#include "cli/commands.h"
#include "cpu/bandwidth.h"

namespace engine::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct Row {
  std::string kind;
  int n = 0, depth = 0, batch = 1;
  double tokens_per_s = 0, bytes_per_token = 0, gbs = 0, roof_fraction = 0;
  uint64_t dispatches = 0, recordings = 0;  // of a step, and made while timing; of devices that replay
  double on_device = -1;                    // part of the chosen experts that were on the layers' device; -1: no experts
};

/// Drives a runtime with random tokens; sequence s owns the pages [s * pages, (s + 1) * pages).
class Driver {
 public:
  Driver(ModelRuntime& runtime, const AdapterSet& adapters)
      : runtime_(runtime), adapters_(adapters), pages_each_(runtime.limits().max_pages) {
    std::mt19937 random(1);
    const int vocab = runtime.config().n_vocab;
    for (int i = 0; i < runtime.context(); ++i) tokens_.push_back(static_cast<int32_t>(random() % static_cast<unsigned>(vocab)));
    for (int s = 0; s < runtime.limits().max_sequences; ++s) pages_.push_back(page_range(s * pages_each_, runtime.context()));
    filled_.resize(pages_.size());
  }

  /// Makes a sequence `depth` tokens long, by what it lacks.
  Status fill(int sequence, int depth) {
    int& filled = filled_[static_cast<size_t>(sequence)];
    if (depth > filled)
      if (Status s = prompt(sequence, filled, depth); !s) return s;
    filled = depth;
    return {};
  }

  /// Tokens [from, to) of one sequence in prompt steps; logits of the last one only.
  Status prompt(int sequence, int from, int to) {
    for (int at = from; at < to; at += runtime_.limits().max_tokens) {
      const int n = std::min(runtime_.limits().max_tokens, to - at);
      const StepSequence step{std::span(tokens_).subspan(static_cast<size_t>(at), static_cast<size_t>(n)),
                              at,
                              pages_[static_cast<size_t>(sequence)],
                              at + n == to,
                              false,
                              adapters_};
      if (Result<StepOutput> out = runtime_.run({&step, 1}); !out) return out.error();
    }
    return {};
  }

  /// n tokens one by one for `batch` sequences at once, beginning at `from`.
  Status decode(int batch, int from, int n) {
    std::vector<StepSequence> steps(static_cast<size_t>(batch));
    for (int at = from; at < from + n; ++at) {
      for (int s = 0; s < batch; ++s) {
        const auto token = static_cast<size_t>((at + s * 977) % runtime_.context());
        steps[static_cast<size_t>(s)] = {std::span(tokens_).subspan(token, 1), at, pages_[static_cast<size_t>(s)], true, false, adapters_};
      }
      if (Result<StepOutput> out = runtime_.run(steps); !out) return out.error();
    }
    return {};
  }

 private:
  ModelRuntime& runtime_;
  const AdapterSet& adapters_;
  int pages_each_;
  std::vector<int32_t> tokens_;
  std::vector<std::vector<int32_t>> pages_;
  std::vector<int> filled_;  // tokens of each sequence that fill() made; what runs behind them writes other ones
};

/// Weight bytes one step of `tokens` tokens reads: experts by the expected number of different ones.
double step_bytes(const ModelInfo& m, int tokens) {
  const double experts = static_cast<double>(m.expert_bytes);
  if (m.experts == 0) return static_cast<double>(m.bytes_per_token);
  const double share = static_cast<double>(m.experts_used) / m.experts;
  const double rest = static_cast<double>(m.bytes_per_token) - experts * share;
  return rest + experts * (1.0 - std::pow(1.0 - share, tokens));
}

double mib(uint64_t bytes) {
  return static_cast<double>(bytes) / (1u << 20);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t mid = values.size() / 2;
  return values.size() % 2 ? values[mid] : (values[mid - 1] + values[mid]) / 2;
}

/// Seconds of each run of `work`, or its first error.
template <class Work>
Result<double> median_seconds(int repeats, Work&& work) {
  std::vector<double> seconds;
  for (int r = 0; r < repeats; ++r) {
    const Clock::time_point start = Clock::now();
    if (Status s = work(); !s) return s.error();
    seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }
  return median(seconds);
}

struct Setup {
  ModelRuntime& runtime;
  double read_bandwidth;  // bytes/s
  double kv_bytes_per_token;
};

Result<Row> bench_prompt(const Setup& s, Driver& driver, const BenchOptions& o, int depth) {
  if (Status st = driver.fill(0, depth); !st) return st.error();
  if (Status st = driver.prompt(0, depth, depth + 1); !st) return st.error();  // warms up
  Result<double> seconds = median_seconds(o.repeats, [&] { return driver.prompt(0, depth, depth + o.prompt); });
  if (!seconds) return seconds.error();
  Row row{"prompt", o.prompt, depth, 1};
  const int chunk = std::min(o.prompt, s.runtime.limits().max_tokens);
  row.tokens_per_s = o.prompt / *seconds;
  row.bytes_per_token = step_bytes(s.runtime.info(), chunk) / chunk + s.kv_bytes_per_token * (depth + o.prompt / 2.0) / chunk;
  row.gbs = row.tokens_per_s * row.bytes_per_token / 1e9;
  row.roof_fraction = row.gbs * 1e9 / s.read_bandwidth;
  row.dispatches = s.runtime.replay_stats().dispatches;
  return row;
}

Result<Row> bench_decode(const Setup& s, Driver& driver, const BenchOptions& o, int depth, int batch) {
  for (int sequence = 0; sequence < batch; ++sequence)
    if (Status st = driver.fill(sequence, depth); !st) return st.error();
  if (Status st = driver.decode(batch, depth, std::min(4, o.decode)); !st) return st.error();
  if (Status st = driver.decode(batch, depth + o.decode - 1, 1); !st) return st.error();  // the longest context, recorded before timing
  const uint64_t recorded = s.runtime.replay_stats().recordings;
  Result<double> seconds = median_seconds(o.repeats, [&] { return driver.decode(batch, depth, o.decode); });
  if (!seconds) return seconds.error();
  Row row{"decode", o.decode, depth, batch};
  row.tokens_per_s = o.decode * batch / *seconds;
  row.bytes_per_token = step_bytes(s.runtime.info(), batch) / batch + s.kv_bytes_per_token * (depth + o.decode / 2.0);
  row.gbs = row.tokens_per_s * row.bytes_per_token / 1e9;
  row.roof_fraction = row.gbs * 1e9 / s.read_bandwidth;
  row.dispatches = s.runtime.replay_stats().dispatches;
  row.recordings = s.runtime.replay_stats().recordings - recorded;
  return row;
}

/// Measures a row, and what part of its experts was on the device.
template <class Measure>
Result<Row> with_experts(ModelRuntime& runtime, Measure&& measure) {
  const uint64_t total = runtime.expert_use().total, on_device = runtime.expert_use().on_device;
  Result<Row> row = measure();
  const ExpertUse& use = runtime.expert_use();
  if (row && use.total > total) row->on_device = static_cast<double>(use.on_device - on_device) / static_cast<double>(use.total - total);
  if (const Result<int> moved = runtime.rebalance_experts(); !moved) return moved.error();
  return row;
}

void print_row(const Row& r, int layers) {
  fmt::print(
      "{:<7} n={:<5} depth={:<6} batch={:<3} {:>9.2f} tokens/s  {:>8.2f} MB/token  {:>6.2f} GB/s  {:>5.1f} % of the read bandwidth\n",
      r.kind, r.n, r.depth, r.batch, r.tokens_per_s, r.bytes_per_token / 1e6, r.gbs, 100 * r.roof_fraction);
  if (r.dispatches > 0)
    fmt::print("        {} dispatches a step, {:.1f} a layer; {} recordings while timing\n", r.dispatches,
               static_cast<double>(r.dispatches) / layers, r.recordings);
  if (r.on_device >= 0 && r.on_device < 1)
    fmt::print("        {:.1f} % of the experts that worked were on the device\n", 100 * r.on_device);
  std::fflush(stdout);
}

void print_json(const Setup& s, int threads, const std::vector<Row>& rows) {
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  for (const Row& r : rows)
    results.push_back({{"kind", r.kind},
                       {"n", r.n},
                       {"depth", r.depth},
                       {"batch", r.batch},
                       {"tokens_per_s", r.tokens_per_s},
                       {"bytes_per_token", r.bytes_per_token},
                       {"gbs", r.gbs},
                       {"roof_fraction", r.roof_fraction}});
  for (size_t i = 0; i < rows.size(); ++i)
    if (rows[i].dispatches > 0) results[i].update({{"dispatches", rows[i].dispatches}, {"recordings", rows[i].recordings}});
  for (size_t i = 0; i < rows.size(); ++i)
    if (rows[i].on_device >= 0) results[i]["experts_on_device"] = rows[i].on_device;
  const nlohmann::ordered_json j{{"device", s.runtime.device_name()},
                                 {"model", s.runtime.info().name},
                                 {"threads", threads},
                                 {"read_gbs", s.read_bandwidth / 1e9},
                                 {"results", results}};
  fmt::print("{}\n", j.dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void print_profile(const Profile& profile) {
  double total = 0;
  for (const auto& [name, entry] : profile.entries) total += entry.seconds;
  std::vector<std::pair<std::string, Profile::Entry>> entries(profile.entries.begin(), profile.entries.end());
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.second.seconds > b.second.seconds; });
  for (const auto& [name, entry] : entries)
    fmt::print(stderr, "{:<14} {:>8} calls {:>9.3f} s {:>5.1f} %\n", name, entry.calls, entry.seconds, 100 * entry.seconds / total);
}

}  // namespace

int bench(const Common& common, const BenchOptions& options) {
  RuntimeOptions setup = runtime_options(common);
  const int deepest = *std::max_element(options.depths.begin(), options.depths.end());
  const int widest = std::max(1, *std::max_element(options.batches.begin(), options.batches.end()));
  setup.context = std::max(common.context, deepest + std::max({options.prompt, options.decode, 4}));
  setup.max_sequences = widest;
  setup.cached_sequences = 0;
  setup.max_prompt_tokens = 512;
  setup.load_tokenizer = false;
  Result<std::unique_ptr<ModelRuntime>> runtime = load_runtime(setup);
  if (!runtime) return fail(runtime.error());
  const int threads = (*runtime)->threads();
  const double device_bandwidth = (*runtime)->measure_bandwidth();
  const Setup s{**runtime, device_bandwidth > 0 ? device_bandwidth : cpu::measure_read_bandwidth(threads),
                static_cast<double>((*runtime)->memory().kv_cache) / ((*runtime)->total_pages() * double{kPageTokens})};
  if (!common.json)
    fmt::print("{} on {}; {} {:.1f} GB/s\n", (*runtime)->info().name, (*runtime)->device_name(),
               device_bandwidth > 0 ? "its memory moves" : fmt::format("{} threads read", threads), s.read_bandwidth / 1e9);
  if (const MemoryInUse memory = (*runtime)->memory_in_use(); memory.reserved > 0 && !common.json) {
    const MemoryEstimate planned = (*runtime)->plan().devices.front().memory;
    fmt::print("memory of the device: {:.1f} MiB planned without adapters, {:.1f} MiB used, {:.1f} MiB reserved\n",
               mib(planned.total() - planned.adapters), mib(memory.used), mib(memory.reserved));
  }
  const Result<AdapterSet> adapters = attach_adapters(**runtime, common);
  if (!adapters) return fail(adapters.error());
  Driver driver(**runtime, *adapters);
  std::vector<Row> rows;
  const auto keep = [&](Result<Row> row) {
    if (!row) return false;
    rows.push_back(*row);
    if (!common.json) print_row(*row, (*runtime)->info().layers);
    return true;
  };
  for (const int depth : options.depths) {
    Profile prompt_profile, decode_profile;
    if (options.profile) (*runtime)->set_profile(&prompt_profile);
    if (options.prompt > 0)
      if (Result<Row> row = with_experts(**runtime, [&] { return bench_prompt(s, driver, options, depth); }); !keep(row))
        return fail(row.error());
    if (options.profile) print_profile(prompt_profile);
    if (options.profile) (*runtime)->set_profile(&decode_profile);
    if (options.decode > 0)
      for (const int batch : options.batches)
        if (Result<Row> row = with_experts(**runtime, [&] { return bench_decode(s, driver, options, depth, batch); }); !keep(row))
          return fail(row.error());
    if (options.profile) print_profile(decode_profile);
    (*runtime)->set_profile(nullptr);
  }
  if (common.json) print_json(s, threads, rows);
  return 0;
}

}  // namespace engine::cli
