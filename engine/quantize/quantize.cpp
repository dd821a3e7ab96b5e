#include "quantize/quantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include "core/paths.h"
#include "core/thread_pool.h"
#include "gguf/printable.h"
#include "gguf/raw_metadata.h"
#include "gguf/split.h"
#include "gguf/writer.h"
#include "quantize/convert.h"
#include "quantize/encode.h"

namespace engine::quantize {
namespace {

using gguf::printable;
using gguf::TensorInfo;

constexpr uint32_t kU32 = 4;                  // GGUF value type
constexpr uint32_t kQuantizationVersion = 2;  // of the block layouts in formats.md 2
constexpr int64_t kLargestAlignment = 4096;   // padding beyond it only wastes space

/// A tensor to write and what is known about it before it is written.
struct Job {
  Conversion conversion;
  std::string note;
};

Status check_kind(const gguf::File& file) {
  const std::string kind(file.string("general.type").value_or("model"));
  const bool projector = file.string("general.architecture") == "clip";  // older ones name no kind
  if (kind != "model" || projector)
    return Error{ErrorCode::unsupported,
                 fmt::format("{} is no model but of the kind \"{}\".", file.path(), projector ? "mmproj" : printable(kind)),
                 "Choose a model file."};
  if (file.tensors().empty())
    return Error{ErrorCode::unsupported, fmt::format("{} holds no weights.", file.path()), "Choose a file with the whole model."};
  return {};
}

/// The output may replace nothing that is read, under whatever name.
Status check_output(const QuantizeOptions& o, const gguf::File& file) {
  std::vector<std::string> inputs{o.input, file.path()};
  if (const auto split = gguf::parse_split_name(file.path()); split && file.integer("split.count").value_or(1) > 1)
    for (int i = 1; i <= split->count; ++i) inputs.push_back(gguf::split_path(split->prefix, i, split->count));
  for (const MergeAdapter& a : o.adapters) inputs.push_back(a.adapter.path);
  for (const std::string& input : inputs)
    for (const std::string& output : {o.output, o.output + ".part"}) {
      std::error_code missing;
      if (input == output || std::filesystem::equivalent(native_path(input), native_path(output), missing))
        return Error{ErrorCode::invalid_argument, fmt::format("{} is an input, so it cannot be the output.", printable(output, 4096)),
                     "Choose another name for the output."};
    }
  return {};
}

class Planner {
 public:
  /// Without a mix the tensors keep their types.
  Planner(const QuantizeOptions& options, const gguf::File& file, const Merge& merge, std::optional<Mix> mix)
      : options_(options), file_(file), merge_(merge), mix_(std::move(mix)) {}

  Result<std::vector<Job>> plan() {
    const TensorInfo* table = file_.tensor("token_embd.weight");
    const bool tied = !file_.tensor("output.weight");
    // An adapter of the table leaves the output as it is and the other way round, so they come apart.
    const bool parts = tied && table && (!merge_.patches("token_embd.weight").empty() || !merge_.patches("output.weight").empty());
    if (mix_) mix_->set_tied(tied && !parts);
    for (const TensorInfo& t : file_.tensors()) {
      if (Status s = add(t.name, t); !s) return s.error();
      if (parts && &t == table) {
        if (Status s = add("output.weight", t); !s) return s.error();
        note(jobs_.back(), "a copy of token_embd.weight, which the adapter separates from the output");
      }
    }
    return std::move(jobs_);
  }

 private:
  /// Written back into its blocks, a tensor would lose most of what the adapter adds: it is smaller than the rounding.
  static Choice keep(const TensorInfo& source, bool patched) {
    const bool quantised = dtype_info(source.type).block_elems > 1;
    return {patched && quantised ? DType::f16 : source.type, false, {}};
  }

  static void note(Job& job, const std::string& text) { job.note += (job.note.empty() ? "" : "; ") + text; }

  Status add(const std::string& name, const TensorInfo& source) {
    const std::span<const Patch> patches = merge_.patches(name);
    const Choice choice = mix_ ? mix_->choose(name, source) : keep(source, !patches.empty());
    Job job{{name, &source, choice.type, patches}, choice.note};
    if (choice.kept) note(job, "kept");
    if (!patches.empty()) note(job, "adapter merged");
    if (choice.type != source.type || !patches.empty())
      if (Status s = check_change(job); !s) return s;
    jobs_.push_back(std::move(job));
    return {};
  }

  Status check_change(Job& job) {
    const TensorInfo& source = *job.conversion.source;
    const std::string name = printable(source.name);
    if (!dtype_info(source.type).computable || !can_encode(job.conversion.to))
      return Error{ErrorCode::unsupported,
                   fmt::format("The tensor {} is of type {}, which cannot be converted.", name, dtype_name(source.type)),
                   "Start from a version of the model in F16, BF16 or F32."};
    if (dtype_info(source.type).block_elems == 1 || options_.allow_requantize || !mix_) return {};
    return Error{ErrorCode::invalid_argument,
                 fmt::format("{} is quantised already: its tensor {} is {}.", file_.path(), name, dtype_name(source.type)),
                 "Start from the model in F16, BF16 or F32, or add --allow-requantize, at a loss of quality."};
  }

  const QuantizeOptions& options_;
  const gguf::File& file_;
  const Merge& merge_;
  std::optional<Mix> mix_;
  std::vector<Job> jobs_;
};

uint32_t alignment_of(const gguf::File& file) {
  const int64_t alignment = file.integer("general.alignment").value_or(32);
  return static_cast<uint32_t>(alignment <= kLargestAlignment ? alignment : 32);
}

std::vector<std::byte> u32_payload(uint32_t value) {
  const auto* bytes = reinterpret_cast<const std::byte*>(&value);
  return {bytes, bytes + sizeof value};
}

/// The metadata of the input, value for value, in its order.
/// `file_type` nullopt: the file keeps what it says.
Result<gguf::Writer> copy_metadata(const gguf::File& file, std::optional<uint32_t> file_type) {
  Result<std::vector<gguf::RawValue>> values = gguf::read_raw_metadata(file.path());
  if (!values) return values.error();
  gguf::Writer writer(alignment_of(file));
  bool type_written = false, version_written = false;
  for (const gguf::RawValue& v : *values) {
    if (v.key.starts_with("split.") || v.key == "general.alignment") continue;
    const bool is_type = v.key == "general.file_type", is_version = v.key == "general.quantization_version";
    type_written |= is_type, version_written |= is_version;
    if (is_version || (is_type && file_type))
      writer.put_raw(v.key, kU32, u32_payload(is_type ? *file_type : kQuantizationVersion));
    else
      writer.put_raw(v.key, v.type, v.payload);
  }
  if (!type_written && file_type) writer.put_u32("general.file_type", *file_type);
  if (!version_written) writer.put_u32("general.quantization_version", kQuantizationVersion);
  return writer;
}

std::vector<int64_t> dimensions(const TensorInfo& t) {
  return {t.ne, t.ne + t.n_dims};
}

TensorReport report_of(const Job& job) {
  const TensorInfo& t = *job.conversion.source;
  TensorReport r;
  r.name = job.conversion.name;
  r.from = t.type;
  r.to = job.conversion.to;
  r.elements = t.ne[0] * t.ne[1] * t.ne[2] * t.ne[3];
  r.bytes_in = t.bytes;
  r.bytes_out = row_bytes(r.to, t.ne[0]) * static_cast<uint64_t>(t.ne[1] * t.ne[2] * t.ne[3]);
  r.note = job.note;
  return r;
}

QuantizeReport start_report(const std::vector<Job>& jobs) {
  QuantizeReport report;
  int requantised = 0;
  for (const Job& job : jobs) {
    report.tensors.push_back(report_of(job));
    report.bytes_in += report.tensors.back().bytes_in;
    report.bytes_out += report.tensors.back().bytes_out;
    const DType from = job.conversion.source->type;
    requantised += dtype_info(from).block_elems > 1 && (from != job.conversion.to || !job.conversion.patches.empty()) ? 1 : 0;
  }
  if (requantised > 0)
    report.warnings.push_back(fmt::format(
        "{} tensors were quantised already. Quantising them again adds a second error to the first: quality suffers.", requantised));
  return report;
}

Status write_tensors(const QuantizeOptions& o, const std::vector<Job>& jobs, gguf::StreamWriter& out, QuantizeReport& report) {
  ThreadPool pool(std::max(1, o.threads));
  uint64_t done = 0;
  double squares = 0, error = 0;
  for (size_t i = 0; i < jobs.size(); ++i) {
    const Job& job = jobs[i];
    const auto advance = [&](size_t bytes) {
      done += bytes;
      if (o.progress) o.progress(static_cast<double>(done) / static_cast<double>(report.bytes_in), job.conversion.name);
    };
    Result<ConversionSums> sums = convert_tensor(job.conversion, pool, o.cancel, out, advance);
    if (!sums) return sums.error();
    TensorReport& r = report.tensors[i];
    r.rms = std::sqrt(sums->squares / static_cast<double>(r.elements));
    r.rmse = std::sqrt(sums->squared_error / static_cast<double>(r.elements));
    if (r.from == r.to && job.conversion.patches.empty()) continue;
    squares += sums->squares;
    error += sums->squared_error;
  }
  report.relative_error = squares > 0 ? std::sqrt(error / squares) : 0;
  return {};
}

Result<Merge> make_merge(const QuantizeOptions& o, const gguf::File& file) {
  if (o.adapters.empty()) return Merge();
  const Result<model::Config> config = model::read_config(file);
  if (!config) return config.error();
  return Merge::make(o.adapters, file, *config);
}

/// Relative rms errors of normally distributed weights (docs/quantisation.md). 0: nothing is rounded.
double measured_error(DType type) {
  switch (type) {
    case DType::f16:
      return 0.00021;
    case DType::bf16:
      return 0.00166;
    case DType::q8_0:
      return 0.0052;
    case DType::q6_k:
      return 0.01714;
    case DType::q5_k:
      return 0.03471;
    case DType::q5_1:
      return 0.03482;
    case DType::q5_0:
      return 0.04018;
    case DType::q4_k:
      return 0.07037;
    case DType::q4_1:
      return 0.07123;
    case DType::iq4_xs:
      return 0.07425;
    case DType::iq4_nl:
      return 0.07464;
    case DType::q4_0:
      return 0.08083;
    case DType::mxfp4:
      return 0.11146;
    case DType::q3_k:
      return 0.1434;
    case DType::q2_k:
      return 0.2598;
    case DType::tq1_0:
    case DType::tq2_0:
      return 0.4341;
    default:
      return 0;
  }
}

MixSize size_of(const std::string& mix, const gguf::File& file, const std::vector<Job>& jobs) {
  MixSize size;
  size.mix = mix;
  const QuantizeReport report = start_report(jobs);
  double weights = 0, matrices = 0, squares = 0;
  for (const TensorReport& t : report.tensors) {
    size.types.push_back(t.to);
    const auto n = static_cast<double>(t.elements);
    weights += n;
    if (t.to == t.from && dtype_info(t.to).block_elems == 1) continue;  // norms and other vectors, or not changed
    // Errors of two roundings are independent: their squares add up.
    const double before = t.to == t.from ? 0 : measured_error(t.from), after = measured_error(t.to);
    matrices += n;
    squares += n * (before * before + after * after);
  }
  size.bits_per_weight = weights > 0 ? 8.0 * static_cast<double>(report.bytes_out) / weights : 0;
  size.expected_error = matrices > 0 ? std::sqrt(squares / matrices) : 0;
  size.file_bytes = report.bytes_out + (file.file_bytes() > report.bytes_in ? file.file_bytes() - report.bytes_in : 0);
  return size;
}

}  // namespace

Result<std::vector<MixSize>> mix_sizes(const std::string& input, bool allow_requantize) {
  const Result<gguf::File> file = gguf::File::open(input);
  if (!file) return file.error();
  if (Status s = check_kind(*file); !s) return s.error();
  QuantizeOptions options;
  options.input = input;
  options.allow_requantize = allow_requantize;
  const Merge merge;
  std::vector<MixSize> sizes;
  std::optional<Error> first_error;
  for (const std::string& name : mix_names()) {
    Result<Mix> mix = Mix::make(name, *file, Purity::mixed, {});
    if (!mix) return mix.error();
    const Result<std::vector<Job>> jobs = Planner(options, *file, merge, std::move(*mix)).plan();
    if (jobs)
      sizes.push_back(size_of(name, *file, *jobs));
    else if (!first_error)
      first_error = jobs.error();
  }
  if (sizes.empty() && first_error) return *first_error;
  return sizes;
}

Result<QuantizeReport> quantize(const QuantizeOptions& options) {
  Result<gguf::File> file = gguf::File::open(options.input);
  if (!file) return file.error();
  if (Status s = check_kind(*file); !s) return s.error();
  if (Status s = options.dry_run ? Status() : check_output(options, *file); !s) return s.error();
  std::optional<Mix> mix;
  if (!options.mix.empty()) {
    Result<Mix> made = Mix::make(options.mix, *file, options.purity, options.overrides);
    if (!made) return made.error();
    mix = std::move(*made);
  }
  Result<Merge> merge = make_merge(options, *file);
  if (!merge) return merge.error();
  Result<std::vector<Job>> jobs = Planner(options, *file, *merge, mix).plan();
  if (!jobs) return jobs.error();
  QuantizeReport report = start_report(*jobs);
  if (options.dry_run) return report;

  Result<gguf::Writer> head = copy_metadata(*file, mix ? std::optional(mix->file_type()) : std::nullopt);
  if (!head) return head.error();
  std::vector<gguf::TensorShape> shapes;
  for (const Job& job : *jobs) shapes.push_back({job.conversion.name, job.conversion.to, dimensions(*job.conversion.source)});
  Result<gguf::StreamWriter> out = gguf::StreamWriter::create(options.output, *head, std::move(shapes));
  if (!out) return out.error();
  if (Status s = write_tensors(options, *jobs, *out, report); !s) return s.error();
  // A request that came during the last bytes still leaves nothing behind.
  if (options.cancel && options.cancel->load(std::memory_order_relaxed)) return cancelled_error();
  if (Status s = out->finish(); !s) return s.error();
  report.file_bytes = out->file_bytes();
  return report;
}

}  // namespace engine::quantize
